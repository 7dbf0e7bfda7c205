"""广播：写、改、作罢、演习给谁和为什么、批准、发到哪一步；值班的人只发给自己区县的，打电话的名单也在这里下载。"""

import asyncio
import csv
import io
import json
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, select

from bot.commands import Fault
from bot.desk.arriving import WAYS, forms
from bot.desk.claims import doubtful
from bot.desk.ledgers import Names, doubts, lines
from bot.desk.naming import faces
from bot.desk.outgoing import EACH, audience_told, held_name, holds, sent_page
from bot.desk.redress import CORRECTION
from bot.desk.roster import tiers
from bot.desk.two_persons import asked_by, turn_off, turn_on
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, sheet, to
from bot.desk.windows_page import trade_of
from bot.reminders.broadcast import (
    LONGEST,
    NONE,
    STOP,
    Broadcast,
    broadcast,
    drop,
    owing,
    store_broadcast,
    tallied,
    whole_text,
)
from bot.reminders.broadcasting import REMEDY, audience_of
from bot.reminders.calling import COLUMNS, call_list, plain, unapproved
from bot.reminders.campaigns import CampaignError, Watch, approve, glance, two_persons
from bot.reminders.showing import STATES, ledger_state
from bot.roster.words import STATUSES
from bot.store.schema import campaigns
from bot.windows import all_windows

MOST = LONGEST - len(STOP) - 1
STEPS = {"planned": "等批准", "approved": "批准了，正在排", "queued": "排上了", "dropped": "作罢了"}
DONE = {
    "approved": "批准了，服务马上开始排。",
    "dropped": "作罢了，不会发。",
    "changed": "改好了，原来的那一次作罢了。",
}
BEFORE = ("planned", "dropped")
"""还没有排进送达账、也不会排的。"""
OPEN = ("planned", "urgent", "sending")
"""还没有结局的。"""
FORM = ("name", "text", "district", "branch", "grade", "status", "from")


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
        return {"rows": shown, "more": more, "holds": holds(connection, visit.now), "two": two_persons(connection)} | {
            "asked": asked_by(connection),
            "unapproved": unapproved(glance(connection, visit.world.settings.zone, visit.now), visit.scope),
        }

    given = await visit.reads(read)
    more = {"told": lambda each: audience_told(visit, each), "steps": STEPS, "correction": CORRECTION}
    return "broadcast_list.html", given | more


async def _compose(visit: Visit) -> Answer:
    """写一次；改一次没有批准的，从它写的起。"""
    id = visit.query("from", 40)
    if not id:
        return await _written(visit, {})
    held = await visit.reads(lambda connection: _owned(connection, visit, id))
    said = held.audience
    text = held.text.removesuffix(f"\n{STOP}")
    form = {"name": held.name, "text": text, "district": said.district, "branch": said.branch or said.industry}
    return await _written(visit, form | {"grade": said.grade, "status": said.status, "from": id})


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
        former = _owned(connection, visit, form["from"]) if form["from"] else None
        if former is not None and former.state != "planned":
            raise Refused(409, f"“{former.name}”已经批准或作罢了，改不了；要发别的，另写一次。")
        held = store_broadcast(connection, audience, text, form["name"] or "通知", now, now.date(), by)
        if former is not None and former.id != held.id:
            drop(connection, former.id)
        visit.note(f"broadcast:{held.id}", audience_told(visit, held))
        return held.id

    done = "?done=changed" if form["from"] else ""
    return to(f"/desk/broadcast/{await visit.writes(write)}{done}")


async def _one(visit: Visit) -> Answer:
    """一次：演习，或者发到哪一步；要再演习一遍的，叫它算起来再看。"""
    if visit.query("again", 1) == "1":
        held = await visit.reads(lambda connection: _owned(connection, visit))
        await visit.world.rehearsals.of(visit.store, visit.world.settings, visit.world.clock, held, again=True)
        return to(f"/desk/broadcast/{held.id}")
    visit.note(f"broadcast:{visit.params['key']}")
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
        connection.execute(select(campaigns.c.id).filter_by(id=held.id).with_for_update())  # 两个人同时批，只成一个
        if _owned(connection, visit).state != "planned":
            raise Refused(409, "别人刚批准了，或者作罢了。")
        outlook = Watch(visit.world.settings.zone).look(connection, visit.now)
        approve(connection, outlook, _owned(connection, visit).hash, f"desk:{visit.operator.name}")
        visit.note(f"broadcast:{held.id}", f"给 {len(rehearsal.recipients)} 人")

    try:
        await visit.writes(write)
    except CampaignError as error:
        return await _shown(visit, str(error))
    visit.world.nudge()
    return to(f"/desk/broadcast/{held.id}?done=approved")


async def _drop(visit: Visit) -> Answer:
    """作罢一次没有批准的。"""

    def write(connection: Connection) -> str:
        held = _owned(connection, visit)
        if held.audience.told or not drop(connection, held.id):
            raise Refused(409, "已经批准或作罢了，收不回来。")
        visit.note(f"broadcast:{held.id}", held.name)
        return held.id

    return to(f"/desk/broadcast/{await visit.writes(write)}?done=dropped")


async def _two(visit: Visit) -> Answer:
    """要不要另一个人来批准；改成不要，另一个管理员也要同意。"""
    on = visit.field("on", 1) == "1"

    def write(connection: Connection) -> None:
        off = not on and turn_off(connection, visit.operator.name)
        if on:
            turn_on(connection)
        visit.note("两个人批准", "要" if on else "不要" if off else "提出不要，等另一个管理员同意")

    await visit.writes(write)
    return to("/desk/broadcasts")


async def _calls(visit: Visit) -> Answer:
    """该打电话的企业（.csv）。"""
    store, zone, now = visit.store, visit.world.settings.zone, visit.now

    def made() -> str:
        with store.reading() as connection:
            outlook = glance(connection, zone, now)
        out = io.StringIO()
        csv.writer(out).writerows([COLUMNS, *(plain(call.cells()) for call in call_list(store, outlook, visit.scope))])
        return out.getvalue()

    body = await asyncio.to_thread(made)
    visit.note("calls", f"{body.count(chr(10)) - 1} 行")
    return sheet(f"calls-{now:%Y%m%d}", body)


async def _ledger(visit: Visit) -> Answer:
    """送达账的全貌。"""
    rules, now = visit.rules, visit.now
    found = await asyncio.to_thread(ledger_state, visit.store, now)

    def read(connection: Connection) -> dict[str, Any]:
        names = Names(connection, now)
        listed, unsure = lines(names, found["occasions"]), doubts(connection, rules, names, found["uncertain"])
        return {"lines": listed, "doubts": unsure}

    shown = {state: name for state, name in STATES.items() if found["states"][state]}
    given = {"found": found, "states": STATES, "shown": shown, "held_name": held_name}
    return "broadcast_ledger.html", given | await visit.reads(read)


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
    tab, after, rules = visit.query("tab", 20), visit.query("after", 120), visit.rules

    def read(connection: Connection) -> dict[str, Any]:
        held = _owned(connection, visit)
        row = connection.execute(select(campaigns).filter_by(id=held.id)).one()
        stopped = holds(connection, visit.now)
        given: dict[str, Any] = {"held": held, "row": row, "two": two_persons(connection), "holds": stopped}
        counts = tallied(connection, held.occasion) if held.state not in BEFORE else {}
        sent, more = sent_page(connection, held, tab, after) if held.state not in BEFORE else ([], "")
        given |= {"counts": counts, "sent": sent, "more": more, "owed": owing(connection, held.id)}
        given["doubtful"] = doubtful(rules, all_windows(connection), held.text) if held.state == "planned" else []
        return given

    given = await visit.reads(read)
    held = given["held"]
    rehearsal, listed, total, ready = None, given["sent"], 0, False
    since = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    if held.state == "planned":
        rehearsal = await visit.world.rehearsals.of(visit.store, visit.world.settings, visit.world.clock, held)
        whole = rehearsal.others if tab == "others" else rehearsal.recipients
        ready = rehearsal.done  # 别的线程在算：这一页里只看一次
        listed, total = (whole[since : since + EACH], len(whole)) if ready else ([], 0)
    users = [each.user for each in listed]
    counts, settings = given["counts"], visit.world.settings
    more = {
        "rehearsal": rehearsal,
        "ready": ready,
        "listed": listed,
        "faces": await visit.reads(lambda connection: faces(connection, rules, users, visit.scope)),
        "next": since + EACH if total > since + EACH else 0,
        "tab": tab,
        "told": audience_told(visit, held),
        "forms": await asyncio.to_thread(forms, settings, held.text, held.values),
        "mine": held.by == f"desk:{visit.operator.name}",
        "total": sum(counts.values()),
        "left": sum(counts.get(each, 0) for each in OPEN) if held.state != "approved" else -1,
        "states": STATES,
        "steps": STEPS,
        "ways": WAYS,
        "remedy": REMEDY,
        "says": says,
        "done": "" if says else DONE.get(visit.query("done", 20), ""),
    }
    return Shown("broadcast_one.html", given | more, 409 if says else 200)


def _owned(connection: Connection, visit: Visit, id: str = "") -> Broadcast:
    """网址里的（或 `id`）那一次；没有、不是给自己区县的都是 404。"""
    held = broadcast(connection, id or visit.params["key"])
    if held is None or (visit.scope is not None and held.audience.district != visit.scope):
        raise missing()
    return held


ROUTES = (
    Page("/desk/broadcasts", _list, nav="广播"),
    Page("/desk/broadcasts/new", _compose),
    Page("/desk/broadcasts/ledger", _ledger, role="admin"),
    Page("/desk/broadcasts/calls.csv", _calls, action="下载打电话的名单"),
    Page("/desk/broadcast/{key}", _one, action="看广播"),
    Page("/desk/broadcast/{key}/progress", _progress),
    Page("/desk/broadcasts/store", _store, changes=True, action="写广播"),
    Page("/desk/broadcast/{key}/approve", _approve, changes=True, action="批准广播"),
    Page("/desk/broadcast/{key}/drop", _drop, changes=True, action="作罢广播"),
    Page("/desk/broadcasts/two", _two, role="admin", changes=True, action="改两个人批准"),
)
