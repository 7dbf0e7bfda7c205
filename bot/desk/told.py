"""被告知过一条的人：翻谈话记录，一段一段地在别的线程里翻，不挡着别人；找齐了写进 corrected。"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from bot.desk.accounts import moment
from bot.desk.since import SLACK, first_turn
from bot.store import Store
from bot.store.among import among, inserting
from bot.store.schema import corrected, corrections, meta, profiles, turns

_LOG = logging.getLogger(__name__)
CHUNK, BATCH, HELD = 5000, 500, 200_000
"""一回翻这么多个回合；一个事务写这么多人；攒到这么多人就先写下。"""
EVERY, REST = 0.5, 0.03
DEAD = timedelta(seconds=60)
"""进度这么久没有动，就当那个进程没了，可以接着来。"""
_TASKS: set[asyncio.Task[None]] = set()
Told = dict[str, tuple[datetime, str]]
"""被告知的人 → 最近一次的时刻，和那个回合的种类（say 是值班的人说的）。"""


@dataclass(frozen=True, slots=True)
class Progress:
    """做到哪里：`district`、`branch` 是只找哪里的；`at` 是最近一次动。"""

    at: str
    district: str = ""
    branch: str = ""
    done: int = 0
    total: int = 1
    failed: bool = False

    def alive(self, now: datetime) -> bool:
        """还在做。"""
        return not self.failed and datetime.fromisoformat(self.at) > now - DEAD


def progress(connection: Connection, id: int) -> Progress | None:
    """做到哪里；没有是 None。"""
    held = connection.execute(select(meta.c.value).filter_by(key=f"correction:{id}")).scalar_one_or_none()
    return None if held is None else Progress(**json.loads(held))


def put_progress(connection: Connection, id: int, found: Progress) -> None:
    """记下。"""
    key, value = f"correction:{id}", json.dumps(asdict(found), ensure_ascii=False)
    if not connection.execute(update(meta).filter_by(key=key).values(value=value)).rowcount:
        connection.execute(insert(meta).values(key=key, value=value))


def in_background(work: Callable[[], None]) -> None:
    """在别的线程里做，马上回来。"""

    def run() -> None:
        try:
            work()
        except Exception:
            _LOG.exception("更正的一步没有做成")

    task = asyncio.create_task(asyncio.to_thread(run))
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)


class Gently:
    """一个接一个的写事务，写多久就歇多久：不然别的写的人抢不到锁。"""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """一个写事务，完了歇一会儿。"""
        began = time.monotonic()
        with self._store.transaction() as connection:
            yield connection
        time.sleep(max(REST, time.monotonic() - began))


class Ticker:
    """隔一会儿记一次进度；`now` 是开始时业务的钟。"""

    def __init__(self, store: Store, id: int, found: Progress, now: datetime) -> None:
        self.found = found
        self._store, self._id, self._now = store, id, now
        self._began = self._told = time.monotonic()

    def __call__(self, *, now: bool = False, **change: Any) -> None:
        """变了什么；`now` 是马上记。"""
        self.found = replace(self.found, **change)
        if now or time.monotonic() - self._told > EVERY:
            self._told = time.monotonic()
            at = self._now + timedelta(seconds=self._told - self._began)
            with self._store.transaction() as connection:
                put_progress(connection, self._id, replace(self.found, at=at.isoformat()))


def look(store: Store, id: int, found: Progress, now: datetime) -> None:
    """找齐；做到一半断了，从头再找一遍也不重。"""
    tick = Ticker(store, id, found, now)
    try:
        zone = now.tzinfo or UTC
        with store.reading() as connection:
            row = connection.execute(select(corrections).filter_by(id=id)).one()
            since, until = _start(row.since, zone), _start(min(row.until, now.date()), zone) + timedelta(days=1)
            first, after = first_turn(connection, since), first_turn(connection, until + 2 * SLACK)
        tick(now=True, done=0, total=max(1, after - first))
        told: Told = {}
        for low in range(first, after, CHUNK):
            with store.reading() as connection:
                found_ = _quoting(connection, row, low, min(low + CHUNK, after))
            for user, at, kind in found_:
                when = datetime.fromisoformat(at)
                if since <= when < until and (user not in told or told[user][0] <= when):
                    told[user] = when, kind
            if len(told) > HELD:
                _keep(store, id, told, found)
            tick(done=low + CHUNK - first)
            time.sleep(0.001)
        _keep(store, id, told, found)
        with store.transaction() as connection:
            count = select(sa.func.count()).select_from(corrected).filter_by(correction_id=id)
            ready = update(corrections).filter_by(id=id, state="looking")
            connection.execute(ready.values(state="ready", found=count.scalar_subquery()))
    except Exception:
        tick(now=True, failed=True)
        raise


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)


def _quoting(connection: Connection, row: Any, low: int, high: int) -> Sequence[Any]:
    """这一段里引了那一条的回合：谁、几时、哪种。

    答复的 JSON 里有这一处出处的样子，就是引了它：话里的引号都转义了，不会是这个样子。
    """
    marked = json.dumps([row.source, row.clause], ensure_ascii=False, separators=(",", ":"))
    held = turns.c
    quoting = (held.id >= low, held.id < high, held.reply.contains(marked, autoescape=True))
    return connection.execute(select(held.user, held.at, held.kind).where(*quoting).order_by(held.id)).all()


def _within(connection: Connection, told: Told, found: Progress) -> Told:
    """只要说过是那个区县、那个分支的。"""
    if not told or not (found.district or found.branch):
        return told
    held = profiles.c
    query = select(held.user, held.district, held.branches).where(among(connection, held.user, told))
    kept = {
        user
        for user, district, branches in connection.execute(query)
        if (not found.district or district == found.district)
        and (not found.branch or found.branch in json.loads(branches))
    }
    return {user: each for user, each in told.items() if user in kept}


def _keep(store: Store, id: int, told: Told, found: Progress) -> None:
    """写下，`told` 清空；几批分几个事务，不久占着写的锁。"""
    users, gently = sorted(told), Gently(store)
    for at in range(0, len(users), BATCH):
        part = {user: told[user] for user in users[at : at + BATCH]}
        with gently.write() as connection:
            part = _within(connection, part, found)
            _write(connection, id, part)
    told.clear()


def _write(connection: Connection, id: int, told: Told) -> None:
    rows = [
        {"correction_id": id, "user": user, "told_at": moment(at), "by": "值班" if kind == "say" else ""}
        for user, (at, kind) in told.items()
    ]
    if not rows:
        return
    put = inserting(connection, corrected)
    later = put.excluded.told_at > corrected.c.told_at
    fresh = {"told_at": put.excluded.told_at, "by": put.excluded.by}
    connection.execute(
        put.on_conflict_do_update(index_elements=["correction_id", "user"], set_=fresh, where=later), rows
    )


def listed(connection: Connection, id: int, after: str, most: int) -> Sequence[Any]:
    """要告诉的人，按用户排，一页一页地翻；连同说过的厂名和区县。"""
    query = (
        select(corrected.c.user, corrected.c.told_at, corrected.c.by, profiles.c.name, profiles.c.district)
        .join_from(
            corrected,
            profiles,
            sa.and_(profiles.c.user == corrected.c.user, profiles.c.position == 0),
            isouter=True,
        )
        .where(corrected.c.correction_id == id, corrected.c.user > after)
        .order_by(corrected.c.user)
        .limit(most)
    )
    return connection.execute(query).all()


def users_of(rows: Iterable[Any]) -> list[str]:
    """这几行的人。"""
    return [row.user for row in rows]
