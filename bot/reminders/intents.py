"""把该发的写进送达账：先有这一行，才会去发；同一个时机、同一个人只有一行。"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, bindparam, or_, update

from bot.reminders.broadcast import Broadcast, approved_broadcasts
from bot.reminders.campaigns import Watch
from bot.reminders.hours import stamp
from bot.reminders.people import Person, pages
from bot.reminders.planner import LATE, Notice
from bot.store import Store
from bot.store.among import inserting
from bot.store.schema import campaigns, deliveries

KEY = ("window_id", "occasion", "user", "enterprise_id")
COVERED = "并进后一次"


def write_due(store: Store, watch: Watch, now: datetime, zone: tzinfo) -> int:
    """现在该发的都写进送达账，返回写了几行；做到一半断了，再来一遍接着写。"""
    with store.reading() as connection:
        outlook = watch.look(connection, now)
        waiting = approved_broadcasts(connection)
    standing = any(
        due.day <= outlook.planner.today and outlook.allowed(schedule, due.stage.id)
        for schedule in outlook.planner.schedules
        for due in schedule.dues
    )
    if not standing and not waiting:
        return 0
    written = 0
    for people in pages(store, zone):
        rows: list[dict[str, Any]] = []
        covers: list[Notice] = []
        for person in people:
            notice = outlook.planner.settle(person).now if standing else None
            if notice is not None and (notice.covers or not _standing(notice)):
                rows.append(_row(notice, outlook.hash, now))
                covers += [notice] if notice.covers else []
            rows += _broadcast_rows(waiting, person, outlook.planner.branches, now)
        written += _write(store, rows, covers, now)
    with store.transaction() as connection:
        for each in waiting:
            connection.execute(update(campaigns).filter_by(id=each.id, state="approved").values(state="queued"))
    return written


def _write(store: Store, rows: list[dict[str, Any]], covers: Sequence[Notice], now: datetime) -> int:
    if not rows:
        return 0
    with store.transaction() as connection:
        written = connection.execute(_put(connection), rows).rowcount
        gone = [
            {"who": each.person.user, "window": each.schedule.window.id, "what": occasion}
            for each in covers
            for occasion in each.covers
        ]
        if gone:
            change = update(deliveries).where(
                deliveries.c.user == bindparam("who"),
                deliveries.c.window_id == bindparam("window"),
                deliveries.c.occasion == bindparam("what"),
                or_(deliveries.c.state == LATE[0], deliveries.c.state == LATE[1]),
                deliveries.c.lease_by.is_(None),
            )
            connection.execute(change.values(state="dropped", reason=COVERED, updated_at=stamp(now)), gone)
    return max(0, written)


def _standing(notice: Notice) -> bool:
    """早就排上了。"""
    key = (notice.schedule.window.id, notice.due.occasion)
    return notice.person.rows.get(key) == "planned"


def _row(notice: Notice, campaign: str, now: datetime) -> dict[str, Any]:
    return {
        "occasion": notice.due.occasion,
        "window_id": notice.schedule.window.id,
        "enterprise_id": 0,
        "user": notice.person.user,
        "campaign_id": campaign,
        "due_at": stamp(notice.at),
        "state": "planned",
        "reason": notice.why,
        "text": notice.words.text,
        "updated_at": stamp(now),
    }


def _broadcast_rows(
    waiting: Iterable[Broadcast], person: Person, branches: Any, now: datetime
) -> Iterator[dict[str, Any]]:
    for each in waiting:
        state = person.rows.get(("", each.occasion), "dropped")
        if state == "dropped" and not each.audience.no(person, branches, each.day.year):
            yield {
                "occasion": each.occasion,
                "window_id": "",
                "enterprise_id": 0,
                "user": person.user,
                "campaign_id": each.id,
                "due_at": stamp(now),
                "state": "planned",
                "reason": "广播",
                "text": each.text,
                "updated_at": stamp(now),
            }


def _put(connection: Connection) -> Any:
    """没有这一行就写下；先前没有发就撤下的，重新排上；别的不动。"""
    put = inserting(connection, deliveries)
    fresh = {name: put.excluded[name] for name in ("campaign_id", "due_at", "state", "reason", "text", "updated_at")}
    return put.on_conflict_do_update(index_elements=list(KEY), set_=fresh, where=deliveries.c.state == "dropped")
