"""广播：写、演习给谁和为什么、批准、发到哪一步；值班的人只发给自己区县的，打电话的名单也在这里下载。"""

import asyncio
import csv
import io
import json
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, select
from starlette.responses import Response

from bot.commands import Fault
from bot.desk.roster import tiers
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.desk.windows_page import trade_of
from bot.reminders.broadcast import (
    LONGEST,
    NONE,
    STAGE,
    STOP,
    Audience,
    Broadcast,
    broadcast,
    store_broadcast,
    whole_text,
)
from bot.reminders.broadcasting import REMEDY, audience_of
from bot.reminders.calling import COLUMNS, call_list, plain
from bot.reminders.campaigns import HOLD, CampaignError, Watch, approve, set_two_persons, two_persons
from bot.reminders.showing import STATES, ledger_state
from bot.roster.words import STATUSES
from bot.settings import SettingsError
from bot.store.schema import campaigns, deliveries, switches
from bot.wechat.limits import LimitError, fill
from bot.wechat.templates import read_templates

EACH = 50
MOST = LONGEST - len(STOP) - 1
WAYS = {
    "template": "微信模板消息",
    "subscription": "微信订阅通知",
    "message": "Telegram 消息",
    "": "等对方来说话时告诉",
}
STEPS = {"planned": "等批准", "approved": "批准了，正在排", "queued": "排上了"}
OPEN = ("planned", "urgent", "sending")
"""还没有结局的。"""
CORRECTION = "b-correction-"
FORM = ("name", "text", "district", "branch", "grade", "status")


async def _list(visit: Visit) -> Answer:
    """写过的各次，新的在前。"""
    after = visit.query("after", 80)

    def read(connection: Connection) -> dict[str, Any]:
        held = campaigns.c
        query = select(held.id, held.planned_at).filter_by(kind="broadcast")
        if visit.scope is not None:
            mine = json.dumps({"district": visit.scope}, ensure_ascii=False)[1:-1]
            query = query.where(held.audience.contains(mine, autoescape=True))
        at, _, id = after.partition(" ")
        if id:
            query = query.where(sa.or_(held.planned_at < at, sa.and_(held.planned_at == at, held.id < id)))
        rows = connection.execute(query.order_by(held.planned_at.desc(), held.id.desc()).limit(EACH + 1)).all()
        found = [(broadcast(connection, row.id), row.planned_at) for row in rows[:EACH]]
        shown = [(each, at) for each, at in found if each is not None]
        more = f"{rows[EACH - 1].planned_at} {rows[EACH - 1].id}" if len(rows) > EACH else ""
        return {"rows": shown, "more": more, "holds": _holds(connection), "two": two_persons(connection)}

    given = await visit.reads(read)
    more = {"told": lambda each: _audience(visit, each), "steps": STEPS, "correction": CORRECTION}
    return "broadcast_list.html", given | more


async def _compose(visit: Visit) -> Answer:
    """写一次。"""
    return await _written(visit, {})


async def _store(visit: Visit) -> Answer:
    """存下，转去看演习；值班的人只能给自己的区县。"""
    form = {name: visit.field(name, 1000 if name == "text" else 100) for name in FORM}
    if visit.scope is not None:
        form["district"] = visit.scope
    industry, branch = trade_of(visit, form["branch"])
    if form["branch"] and not industry:
        return await _written(visit, form, "附件3没有这个行业或分支")
    if form["status"] not in ("", NONE, *STATUSES):
        return await _written(visit, form, "没有这个状态")
    scope = {"district": form["district"], "industry": industry, "branch": branch}
    now = visit.now
    try:
        text = whole_text(form["text"])
        audience = audience_of(Namespace(**scope, grade=form["grade"], status=form["status"]), now.date())
    except ValueError as error:
        return await _written(visit, form, f"正文{error}")
    except Fault:
        return await _written(visit, form, "条件里有不认得的")
    if len(form["name"]) > 40 or not form["name"].isprintable():
        return await _written(visit, form, "名称最多 40 个字，不能换行")

    def write(connection: Connection) -> str:
        by = f"desk:{visit.operator.name}"
        held = store_broadcast(connection, audience, text, form["name"] or "通知", now, now.date(), by)
        visit.note(f"broadcast:{held.id}", _audience(visit, held))
        return held.id

    return to(f"/desk/broadcast/{await visit.writes(write)}")


async def _one(visit: Visit) -> Answer:
    """一次：演习，或者发到哪一步；要再演习一遍的，叫它算起来再看。"""
    if visit.query("again", 1) == "1":
        held = await visit.reads(lambda connection: _owned(connection, visit))
        await visit.world.rehearsals.of(visit.store, visit.world.settings, visit.world.clock, held, again=True)
        return to(f"/desk/broadcast/{held.id}")
    return await _shown(visit)


async def _progress(visit: Visit) -> Answer:
    """只有进度那一段，页面隔一会儿来取。"""
    return Shown("broadcast_progress.html", (await _shown(visit)).given)


async def _approve(visit: Visit) -> Answer:
    """批准：演习算完、模板都填得成才行；要两个人的，写的人不能自己批。"""
    held = await visit.reads(lambda connection: _owned(connection, visit))
    if visit.field("hash", 80) != held.hash or held.state != "planned" or held.audience.told:
        raise Refused(409, "已经批准过了，或者不是刚才看的那一次。")
    rehearsal = await visit.world.rehearsals.of(visit.store, visit.world.settings, visit.world.clock, held)
    if not await rehearsal.finished():
        return await _shown(visit, "演习没有算成，不能批准，请再演习一遍")
    if rehearsal.faults:
        return await _shown(visit, f"{rehearsal.faults.total()} 人的模板填不成，没有批准")

    def write(connection: Connection) -> None:
        outlook = Watch(visit.world.settings.zone).look(connection, visit.now)
        approve(connection, outlook, _owned(connection, visit).hash, f"desk:{visit.operator.name}")
        visit.note(f"broadcast:{held.id}", f"给 {len(rehearsal.recipients)} 人")

    try:
        await visit.writes(write)
    except CampaignError as error:
        return await _shown(visit, str(error))
    visit.world.nudge()
    return to(f"/desk/broadcast/{held.id}?done=approved")


async def _two(visit: Visit) -> Answer:
    """要不要另一个人来批准。"""
    on = visit.field("on", 1) == "1"

    def write(connection: Connection) -> None:
        set_two_persons(connection, on)
        visit.note("two_persons", "要" if on else "不要")

    await visit.writes(write)
    return to("/desk/broadcasts")


async def _calls(visit: Visit) -> Answer:
    """该打电话的企业（.csv）。"""
    store, zone, now = visit.store, visit.world.settings.zone, visit.now

    def made() -> str:
        with store.reading() as connection:
            outlook = Watch(zone).look(connection, now)
        out = io.StringIO()
        csv.writer(out).writerows([COLUMNS, *(plain(call.cells()) for call in call_list(store, outlook, visit.scope))])
        return out.getvalue()

    body = await asyncio.to_thread(made)
    visit.note("calls", f"{body.count(chr(10)) - 1} 行")
    named = {"content-disposition": f'attachment; filename="calls-{now:%Y%m%d}.csv"'}
    return Response(b"\xef\xbb\xbf" + body.encode(errors="replace"), media_type="text/csv", headers=named)


async def _ledger(visit: Visit) -> Answer:
    """送达账的全貌。"""
    found = await asyncio.to_thread(ledger_state, visit.store)
    return "broadcast_ledger.html", {"found": found, "states": STATES}


async def _written(visit: Visit, form: Mapping[str, str], says: str = "") -> Answer:
    filled = dict.fromkeys(FORM, "") | dict(form)
    given = {
        "form": filled,
        "says": says,
        "most": MOST,
        "tiers": tiers(visit),
        "statuses": STATUSES,
        "undeclared": NONE,
    }
    return Shown("broadcast_new.html", given, 400 if says else 200)


async def _shown(visit: Visit, says: str = "") -> Shown:
    tab, after = visit.query("tab", 20), visit.query("after", 120)

    def read(connection: Connection) -> dict[str, Any]:
        held = _owned(connection, visit)
        row = connection.execute(select(campaigns).filter_by(id=held.id)).one()
        given: dict[str, Any] = {"held": held, "row": row, "two": two_persons(connection), "holds": _holds(connection)}
        counts = _counts(connection, held) if held.state != "planned" else {}
        sent, more = _sent(connection, held, tab, after) if held.state != "planned" else ([], "")
        return given | {"counts": counts, "sent": sent, "more": more}

    given = await visit.reads(read)
    held = given["held"]
    rehearsal = None
    if held.state == "planned":
        rehearsal = await visit.world.rehearsals.of(visit.store, visit.world.settings, visit.world.clock, held)
    since = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    counts = given["counts"]
    more = {
        "rehearsal": rehearsal,
        "since": since,
        "each_page": EACH,
        "tab": tab,
        "told": _audience(visit, held),
        "filled": await asyncio.to_thread(_filled, visit, held),
        "mine": held.by == f"desk:{visit.operator.name}",
        "total": sum(counts.values()),
        "left": sum(counts.get(each, 0) for each in OPEN) if held.state != "approved" else -1,
        "states": STATES,
        "steps": STEPS,
        "ways": WAYS,
        "remedy": REMEDY,
        "says": says,
        "done": "批准了，服务马上开始排。" if visit.query("done", 20) and not says else "",
    }
    return Shown("broadcast_one.html", given | more, 409 if says else 200)


def _owned(connection: Connection, visit: Visit) -> Broadcast:
    """网址里的那一次；没有、不是给自己区县的都是 404。"""
    held = broadcast(connection, visit.params["key"])
    if held is None or (visit.scope is not None and held.audience.district != visit.scope):
        raise missing()
    return held


def _counts(connection: Connection, held: Broadcast) -> dict[str, int]:
    """送达账里各个状态几条。"""
    row = deliveries.c
    query = select(row.state, sa.func.count()).where(row.window_id == "", row.occasion == held.occasion)
    return {state: int(count) for state, count in connection.execute(query.group_by(row.state))}


def _sent(connection: Connection, held: Broadcast, tab: str, after: str) -> tuple[list[Any], str]:
    """送达账里的一页，按用户排；`tab` 是只看哪个状态。"""
    row = deliveries.c
    query = select(row.user, row.state, row.reason, row.updated_at).where(
        row.window_id == "", row.occasion == held.occasion, row.user > after
    )
    if tab in STATES:
        query = query.where(row.state == tab)
    rows = connection.execute(query.order_by(row.user).limit(EACH + 1)).all()
    return list(rows[:EACH]), rows[EACH - 1].user if len(rows) > EACH else ""


def _holds(connection: Connection) -> list[tuple[str, str, str]]:
    """停着的渠道：叫什么、停到几时、为什么。"""
    rows = connection.execute(select(switches).where(switches.c.name.startswith(HOLD)).order_by(switches.c.name))
    return [(row.name.removeprefix(HOLD), row.at, row.by) for row in rows]


def _audience(visit: Visit, held: Broadcast) -> str:
    """给谁，写成一句。"""
    said: Audience = held.audience
    if said.told:
        return "更正里列好的人"
    rules = visit.rules
    branch, industry = rules.branches.get(said.branch), rules.industries.get(said.industry)
    status = "今年还没有申报" if said.status == NONE else said.status and f"今年{STATUSES[said.status][0]}"
    about = branch.name if branch else said.branch or (industry.name if industry else said.industry)
    place = visit.place(said.district) if said.district else "全市"
    return "，".join(filter(None, (place, about, said.grade and f"等级 {said.grade}", status, "订阅了的")))


def _filled(visit: Visit, held: Broadcast) -> list[tuple[str, str]]:
    """平台的模板会填成什么样；没有配模板的是空的。"""
    try:
        templates = read_templates(visit.world.settings.wechat_templates)
    except SettingsError:
        return []
    found = []
    for way in ("subscription", "template"):
        template = templates.of(STAGE, way)
        if template is not None:
            try:
                said = "\n".join(str(each["value"]) for each in fill(template, held.values).values())
            except LimitError as error:
                said = f"填不成：{error}"
            found.append((WAYS[way], said))
    return found


ROUTES = (
    Page("/desk/broadcasts", _list, nav="广播"),
    Page("/desk/broadcasts/new", _compose),
    Page("/desk/broadcasts/ledger", _ledger, role="admin"),
    Page("/desk/broadcasts/calls.csv", _calls, action="下载打电话的名单"),
    Page("/desk/broadcast/{key}", _one, action="看广播"),
    Page("/desk/broadcast/{key}/progress", _progress),
    Page("/desk/broadcasts/store", _store, changes=True, action="写广播"),
    Page("/desk/broadcast/{key}/approve", _approve, changes=True, action="批准广播"),
    Page("/desk/broadcasts/two", _two, role="admin", changes=True, action="改两个人批准"),
)
