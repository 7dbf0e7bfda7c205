"""平台报来的事怎样进库：回执只管往后添，一批一批地写，写下了才说收到；与送达账对上是以后的事。

回执可能比我们自己的记录先到，也可能来两遍；对的时候认 attempts 里的消息 id，没有对上的留着下次再对。
再问一遍才知道发过了的（45065），平台不给消息的 id：凭是谁、刚发的只有那一条来认；来的时候还在发的，记下在发哪一条，
发完了再认。
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from bot.channels.base import Report
from bot.reminders.hours import stamp
from bot.store import Store
from bot.store.among import among
from bot.store.person import opt_out
from bot.store.schema import attempts, consents, deliveries, receipts

CHANNEL = "wechat"
BATCH = 500
BOUND_SECONDS = 4.0
"""平台等五秒；到了这么多秒还没有写下，就让它再推。"""
KEPT = timedelta(days=7)
RECENT = timedelta(hours=1)
"""没有消息 id 的，只认这么久以内发的。"""
_STATES = {"success": "delivered", "blocked": "failed", "failed": "failed"}
_REASONS = {"success": "", "blocked": "平台说对方不愿收", "failed": "平台说没有送到"}


class Reports:
    """往库里添；`add` 返回时已经提交，写不下就抛错。"""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[tuple[Report, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, report: Report) -> None:
        """添一件；同时来的许多件共一次提交。"""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((report, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        await asyncio.wait_for(done, BOUND_SECONDS)

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await asyncio.to_thread(self._write, [report for report, _ in batch])
            except Exception as error:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    def _write(self, reports: Sequence[Report]) -> None:
        at = self._clock().astimezone(UTC).isoformat()
        given = {receipt.message_id: report.user for report in reports for receipt in report.receipts}
        with self._store.transaction() as connection:
            if given:
                early = _adopt(connection, given, self._clock())
                rows = [
                    {"channel": CHANNEL, "message_id": receipt.message_id, "status": receipt.status, "at": at,
                     "matched": 0, "delivery_id": early.get(receipt.message_id)}
                    for report in reports
                    for receipt in report.receipts
                ]  # fmt: skip
                connection.execute(insert(receipts), rows)
            for report in reports:
                if report.consents and self._first(connection, report, at):
                    _consented(connection, report)

    def _first(self, connection: Connection, report: Report, at: str) -> bool:
        """头一次说这件事；记下的是散列，看不出是谁。"""
        key = self._store.message_hash((report.user, report.id))
        if connection.execute(select(receipts.c.id).filter_by(channel="consent", message_id=key)).first() is not None:
            return False
        connection.execute(insert(receipts).values(channel="consent", message_id=key, status="", at=at, matched=1))
        return True


def _adopt(connection: Connection, given: Mapping[str, str], now: datetime) -> dict[str, int]:
    """没有见过的消息 id，那个人刚发的、没有 id 的模板消息恰好一条，就是它的；正在发着别的就不认，返回正在发哪一条。

    `given` 是消息 id → 发给谁的。
    """
    tried, row = attempts.c, deliveries.c
    seen = select(tried.message_id).where(tried.channel == CHANNEL, among(connection, tried.message_id, list(given)))
    known = set(connection.scalars(seen))
    unknown = {id: user for id, user in given.items() if id not in known}
    if not unknown:
        return {}
    theirs = among(connection, row.user, sorted(set(unknown.values())))
    flying = select(row.user, row.id, row.reason).where(theirs, row.state == "sending")
    busy = {each.user: each for each in connection.execute(flying)}
    subscribed = exists().where(consents.c.user == row.user, consents.c.template == tried.template)
    without = (tried.channel == CHANNEL, tried.message_id.is_(None), tried.outcome == "sent", tried.template != "")
    sent = (
        select(row.user, func.min(tried.id).label("attempt"))
        .join_from(deliveries, attempts, tried.delivery_id == row.id)
        .where(theirs, *without, tried.at >= stamp(now - RECENT), ~subscribed)
        .group_by(row.user)
        .having(func.count() == 1)
    )
    alone = {each.user: each.attempt for each in connection.execute(sent)}
    for id, user in unknown.items():
        if user in alone and user not in busy:
            connection.execute(update(attempts).filter_by(id=alone.pop(user)).values(message_id=id))
    early = {id: busy[user] for id, user in unknown.items() if user in busy}
    return {id: each.id for id, each in early.items() if each.reason.startswith("template ")}


def _adopt_early(connection: Connection, now: datetime) -> None:
    """来的时候正在发的，现在有了结局：再认一遍；结局是不知道的，回执说的就是它。"""
    tried, given = attempts.c, receipts.c
    owned = exists().where(tried.channel == given.channel, tried.message_id == given.message_id)
    query = (
        select(given.message_id, deliveries.c.id, deliveries.c.user, deliveries.c.state)
        .join(deliveries, deliveries.c.id == given.delivery_id)
        .where(given.matched == 0, given.at >= (now - RECENT).astimezone(UTC).isoformat(), ~owned)
        .order_by(given.id)
    )
    left = {each.message_id: each for each in connection.execute(query)}
    if not left:
        return
    _adopt(connection, {id: each.user for id, each in left.items()}, now)
    for id, each in left.items():
        if each.state == "uncertain" and connection.execute(select(tried.id).filter_by(message_id=id)).first() is None:
            last = select(func.max(tried.id)).where(tried.delivery_id == each.id).scalar_subquery()
            unknown = update(attempts).where(tried.id == last, tried.message_id.is_(None), tried.outcome == "unknown")
            connection.execute(unknown.values(message_id=id))


def match(store: Store, now: datetime, most: int = 2000) -> int:
    """把收到的回执与送达账对上，返回对上了几张；对方不愿收的记作退订。"""
    at = now.astimezone(UTC).isoformat()
    query = (
        select(receipts.c.id, receipts.c.status, deliveries.c.id.label("delivery"), deliveries.c.user)
        .join(attempts, (attempts.c.channel == receipts.c.channel) & (attempts.c.message_id == receipts.c.message_id))
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .where(receipts.c.matched == 0)
        .order_by(receipts.c.id)
        .limit(most)
    )
    state = deliveries.c.state
    change = (
        update(deliveries)
        .where(deliveries.c.id == bindparam("key"), (state == "sent") | (state == "uncertain"))
        .values(state=bindparam("to"), reason=bindparam("why"), updated_at=at)
    )
    with store.transaction() as connection:
        _adopt_early(connection, now)
        rows = connection.execute(query).all()
        if not rows:
            return 0
        given = [{"key": row.delivery, "to": _STATES[row.status], "why": _REASONS[row.status]} for row in rows]
        connection.execute(change, given)
        for user in sorted({row.user for row in rows if row.status == "blocked"}):
            opt_out(connection, store.user_hash(user), at)
        seen = update(receipts).where(receipts.c.id == bindparam("key")).values(matched=1)
        connection.execute(seen, [{"key": row.id} for row in rows])
    return len(rows)


def prune(store: Store, now: datetime) -> int:
    """清掉七天前的回执，对上的和一直没有对上的都清。"""
    before = (now - KEPT).astimezone(UTC).isoformat()
    with store.transaction() as connection:
        return connection.execute(delete(receipts).where(receipts.c.at < before)).rowcount


def spend(connection: Connection, user: str, template: str, *, gone: bool = False) -> None:
    """订阅通知用掉一次；`gone` 是平台说一次也没有了。"""
    row = update(consents).filter_by(user=user, template=template)
    if gone:
        connection.execute(row.values(left_count=0))
    else:
        connection.execute(row.where(consents.c.left_count > 0).values(left_count=consents.c.left_count - 1))


def _consented(connection: Connection, report: Report) -> None:
    for consent in report.consents:
        if not consent.given:
            spend(connection, report.user, consent.template, gone=True)
            continue
        more = update(consents).filter_by(user=report.user, template=consent.template)
        if connection.execute(more.values(left_count=consents.c.left_count + 1)).rowcount == 0:
            connection.execute(insert(consents).values(user=report.user, template=consent.template, left_count=1))
