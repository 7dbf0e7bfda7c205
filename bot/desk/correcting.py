"""更正：那几天里被机器人或值班的人告知过某一条的人，列出来，再告诉一句。"""

import csv
import io
from datetime import date

from sqlalchemy import Connection, insert, select, update

from bot.desk.accounts import moment
from bot.desk.arriving import forms
from bot.desk.finding import choices, chosen
from bot.desk.naming import faces
from bot.desk.redress import approve, calls, campaign_of, counted, out_of, queue, states_of, too_long, values_of, worded
from bot.desk.told import Progress, in_background, listed, look, progress, put_progress, users_of
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, sheet, to
from bot.reminders.broadcast import owing
from bot.reminders.showing import STATES as DELIVERED
from bot.store.schema import corrections, meta
from bot.wechat.allowance import lefts
from knowledge.records import Citation
from knowledge.taught import every_clause, text_faults

EACH = 50
STATES = {
    "looking": "正在找",
    "ready": "找齐了",
    "sending": "正在交给送达账",
    "sent": "交给送达账了",
    "dropped": "作罢",
}
FEW = 10_000
"""人再多，各有几条就另开一页数。"""
SECOND = "two_persons"
"""meta 里的开关：要另一个人批准。"""
HEADS = ("企业", "区县", "联系人", "电话", "告知的时刻（UTC）", "为什么打电话")


async def _list(visit: Visit) -> Answer:
    """做过的各次，和新做一次的表单。"""
    return await _front(visit)


async def _new(visit: Visit) -> Answer:
    """开始找。"""
    cite = Citation(*visit.field("clause", 200).partition(":")[::2])
    since, until = _day(visit.field("since", 10)), _day(visit.field("until", 10))
    district, branch = visit.field("district", 20), visit.field("branch", 20)
    rules, now = visit.rules, visit.now
    says = ""
    if cite not in every_clause():
        says = "没有这一条"
    elif since is None or until is None or since > until:
        says = "日期不对：开始那天不能晚于最后那天"
    elif until > now.date():
        says = "最后那天还没有到，最晚写今天"
    elif (district and district not in rules.districts) or (branch and branch not in rules.branches):
        says = "区县或分支不对"
    if says:
        return await _front(visit, says, 400)
    row = {"source": cite.source, "clause": cite.clause, "since": since, "until": until, "text": ""}
    begun = Progress(now.isoformat(), district, branch)

    def write(connection: Connection) -> int:
        values = {**row, "state": "looking", "by": visit.operator.name, "at": moment(now)}
        done = connection.execute(insert(corrections).values(**values))
        id = int(done.inserted_primary_key[0])  # type: ignore[index]
        put_progress(connection, id, begun)
        visit.note(f"correction:{id}", f"{cite.clause} {since}—{until} {district} {branch}".strip())
        return id

    id = await visit.writes(write)
    store = visit.store
    in_background(lambda: look(store, id, begun, now))
    return to(f"/desk/correct/{id}")


async def _one(visit: Visit) -> Answer:
    """一次：找到谁，怎么说，批准，结果。"""
    visit.note(f"correction:{visit.id}")
    return await _shown(visit)


async def _progress(visit: Visit) -> Answer:
    """只有做到哪里。"""
    return Shown("correct_progress.html", (await _shown(visit)).given)


async def _counts(visit: Visit) -> Answer:
    """送达账里走到哪一步的各有几条。"""
    id = visit.id

    def read(connection: Connection) -> dict[str, object]:
        row = connection.execute(select(corrections).filter_by(id=id)).one_or_none()
        if row is None:
            raise missing()
        return {"row": row, "counts": counted(connection, id)}

    return Shown("correct_counts.html", {**await visit.reads(read), "delivered": DELIVERED})


async def _text(visit: Visit) -> Answer:
    """写更正的话；引的条款必须有，说到的数都在条款里。"""
    id, rules = visit.id, visit.rules
    text = "\n".join(line.strip() for line in visit.field("text", 500).splitlines() if line.strip())
    cites = chosen(rules, visit.fields("cites"))
    faults = [] if cites else ["更正要有出处"]
    faults += text_faults(rules, text, cites) if text else ["没有写更正的话"]
    whole = worded(rules, text, cites)
    if says := "；".join(filter(None, (*faults, too_long(whole)))):
        return await _shown(visit, says, 400)

    def write(connection: Connection) -> None:
        change = update(corrections).where(corrections.c.id == id, corrections.c.state.in_(("looking", "ready")))
        if not connection.execute(change.values(text=whole, by=visit.operator.name)).rowcount:
            raise missing()
        visit.note(f"correction:{id}")

    await visit.writes(write)
    return to(f"/desk/correct/{id}")


async def _approve(visit: Visit) -> Answer:
    """批准，交给送达账；主管部门要两个人的，写的人不能自己批。"""
    id, now = visit.id, visit.now

    def write(connection: Connection) -> Progress:
        row = connection.execute(select(corrections).filter_by(id=id)).one_or_none()
        if row is None:
            raise missing()
        if not row.text or row.text != visit.field("text", 1000):
            raise Refused(409, "更正的话还没有写，或刚有人改过，请看过再批。")
        if _second(connection) and row.by == visit.operator.name:
            raise Refused(403, "要另一个人批准：这一次的话是您写的。")
        if not approve(connection, id, row.text, visit.operator.name, now):
            raise Refused(409, "还没有找齐，或已经批准过。")
        found = progress(connection, id) or Progress(now.isoformat())
        begun = Progress(now.isoformat(), found.district, found.branch)
        put_progress(connection, id, begun)
        visit.note(f"correction:{id}")
        return begun

    begun = await visit.writes(write)
    _send(visit, id, begun)
    return to(f"/desk/correct/{id}")


async def _again(visit: Visit) -> Answer:
    """断了的接着做：找的再找一遍，排的接着排。"""
    id, now, store = visit.id, visit.now, visit.store

    def write(connection: Connection) -> tuple[str, Progress]:
        row = connection.execute(select(corrections).filter_by(id=id)).one_or_none()
        found = progress(connection, id)
        if row is None or row.state not in ("looking", "sending"):
            raise missing()
        if found is not None and found.alive(now):
            raise Refused(409, "正在做，等它做完。")
        begun = Progress(now.isoformat(), found.district if found else "", found.branch if found else "")
        put_progress(connection, id, begun)
        visit.note(f"correction:{id}")
        return row.state, begun

    state, begun = await visit.writes(write)
    if state == "looking":
        in_background(lambda: look(store, id, begun, now))
    else:
        _send(visit, id, begun)
    return to(f"/desk/correct/{id}")


async def _drop(visit: Visit) -> Answer:
    """作罢；交给送达账的收不回来。"""
    id = visit.id

    def write(connection: Connection) -> None:
        change = update(corrections).where(corrections.c.id == id, corrections.c.state.in_(("looking", "ready")))
        if not connection.execute(change.values(state="dropped")).rowcount:
            raise missing()
        visit.note(f"correction:{id}")

    await visit.writes(write)
    return to("/desk/correct")


async def _calls(visit: Visit) -> Answer:
    """要打电话的（.csv）：退订了的、主动告诉不到的。"""
    id, store = visit.id, visit.store

    def written(connection: Connection) -> str:
        if connection.execute(select(corrections.c.id).filter_by(id=id)).first() is None:
            raise missing()
        out = io.StringIO()
        table = csv.writer(out)
        table.writerow(HEADS)
        for row in calls(store, id):
            table.writerow([f"'{each}" if each[:1] in ("=", "+", "-", "@", "\t") else each for each in row])
        return out.getvalue()

    body = await visit.reads(written)
    visit.note(f"correction:{id}")
    return sheet(f"calls-{id}", body)


def _send(visit: Visit, id: int, begun: Progress) -> None:
    store, now, nudge = visit.store, visit.now, visit.world.nudge

    def run() -> None:
        queue(store, id, begun, now)
        nudge()

    in_background(run)


async def _front(visit: Visit, says: str = "", status: int = 200) -> Shown:
    before = visit.query("before", 18)
    query = select(corrections).order_by(corrections.c.id.desc()).limit(EACH + 1)
    if before.isascii() and before.isdecimal():
        query = query.where(corrections.c.id < int(before))
    rows = await visit.reads(lambda connection: connection.execute(query).all())
    form = {name: visit.field(name) for name in ("clause", "since", "until", "district", "branch")}
    clauses = [(f"{cite.source}:{cite.clause}", f"{short} {cite.clause}", title)
               for cite, (short, title) in every_clause().items()]  # fmt: skip
    rules = visit.rules
    given = {
        "rows": rows[:EACH], "more": rows[EACH - 1].id if len(rows) > EACH else 0, "says": says, "form": form,
        "clauses": clauses, "states": STATES, "districts": rules.districts.values(),
        "branches": rules.branches.values(), "today": visit.now.date(),
    }  # fmt: skip
    return Shown("correct_list.html", given, status)


async def _shown(visit: Visit, says: str = "", status: int = 200) -> Shown:
    id, store, after, rules = visit.id, visit.store, visit.query("after"), visit.rules

    def read(connection: Connection) -> dict[str, object]:
        row = connection.execute(select(corrections).filter_by(id=id)).one_or_none()
        if row is None:
            raise missing()
        people = listed(connection, id, after, EACH + 1)
        users = users_of(people[:EACH])
        return {
            "row": row, "people": people[:EACH], "more": users[-1] if len(people) > EACH else "",
            "out": out_of(store, connection, users), "sent": states_of(connection, id, users),
            "faces": faces(connection, rules, users, visit.scope), "left": lefts(connection, users, visit.now),
            "owed": owing(connection, campaign_of(id)) if row.approved_by else {},
            "progress": progress(connection, id),
            "counts": counted(connection, id) if row.found <= FEW else {}, "many": row.found > FEW,
            "second": _second(connection) and row.by == visit.operator.name,
        }  # fmt: skip

    given = await visit.reads(read)
    row, found = given["row"], given["progress"]
    text: str = row.text  # type: ignore[attr-defined]
    working = row.state in ("looking", "sending")  # type: ignore[attr-defined]
    alive = working and isinstance(found, Progress) and found.alive(visit.now)
    default = f"{row.source}:{row.clause}"  # type: ignore[attr-defined]
    form = {"text": visit.field("text", 500), "cites": visit.fields("cites") or (default,)}
    more = {
        "says": says, "states": STATES, "delivered": DELIVERED, "form": form,
        "choices": choices(rules), "alive": alive, "stalled": working and not alive,
        "forms": forms(visit.world.settings, text, values_of(text, visit.now)) if text else [],
    }  # fmt: skip
    return Shown("correct_one.html", {**given, **more}, status)


def _second(connection: Connection) -> bool:
    """主管部门要两个人：写的和批的。"""
    held = connection.execute(select(meta.c.value).filter_by(key=SECOND)).scalar_one_or_none()
    return held not in (None, "", "0", "off")


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


ROUTES = (
    Page("/desk/correct", _list, role="admin", nav="更正"),
    Page("/desk/correct/new", _new, role="admin", changes=True, action="找要更正的人"),
    Page("/desk/correct/{id}", _one, role="admin", action="看要更正的人"),
    Page("/desk/correct/{id}/progress", _progress, role="admin"),
    Page("/desk/correct/{id}/counts", _counts, role="admin"),
    Page("/desk/correct/{id}/text", _text, role="admin", changes=True, action="写更正"),
    Page("/desk/correct/{id}/approve", _approve, role="admin", changes=True, action="批准更正"),
    Page("/desk/correct/{id}/again", _again, role="admin", changes=True, action="接着做更正"),
    Page("/desk/correct/{id}/drop", _drop, role="admin", changes=True, action="作罢更正"),
    Page("/desk/correct/{id}/calls", _calls, role="admin", action="取要打电话的"),
)
