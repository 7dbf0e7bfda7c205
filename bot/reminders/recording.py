"""记下结局：一批一个事务；只改还是自己认领着的。"""

import json
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update

from bot.desk.direct import URGENT, direct
from bot.reminders.broadcast import DOUBTFUL, STAGE, owe
from bot.reminders.campaigns import hold, release, struck
from bot.reminders.hours import Hours, stamp
from bot.reminders.ledger import LEASE, UNCERTAIN, Job
from bot.reminders.notifier import Later, Outcome, Refused, Sent, Unknown
from bot.store import Store
from bot.store.among import among
from bot.store.now import database_now
from bot.store.person import opt_out
from bot.store.schema import deliveries

UNSENT = "认领了，没有来得及发"
AGAIN = 5.0
"""不知道到没到、平台认得出重复的，这么多秒以后再发一遍。"""
TRIED = ("delivery_id", "at", "channel", "template", "version", "outcome", "code", "message_id")
_GIVEN = ", ".join(f"json_extract(value, '$[{at}]')" for at in range(len(TRIED)))
_SQLITE = f"""
    INSERT INTO attempts ({", ".join(TRIED)}) SELECT {_GIVEN} FROM json_each(?)
    WHERE EXISTS (SELECT 1 FROM deliveries WHERE id = json_extract(value, '$[0]')) ON CONFLICT DO NOTHING
"""
"""整批一个语句：逐行写，一行要放一次解释器的锁。发着的时候人删掉了，他那一行就不记。"""
_TYPED = ", ".join(f"{name} {'bigint' if name == 'delivery_id' else 'text'}" for name in TRIED)
_POSTGRESQL = f"""
    WITH given AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS given({_TYPED})),
        kept AS (SELECT id FROM deliveries WHERE id IN (SELECT delivery_id FROM given) ORDER BY id FOR KEY SHARE)
    INSERT INTO attempts ({", ".join(TRIED)}) SELECT given.* FROM given JOIN kept ON kept.id = given.delivery_id
    ON CONFLICT DO NOTHING
"""
"""整批一个参数：逐行交，一行要几百微秒。先锁住还在的：正在删的要等它删完。"""
Record = tuple[Job, Outcome]
Alert = Callable[[str, str], None]
"""渠道停了，要叫人：哪个渠道、为什么；同一个原因只叫一次。"""


class Recorder:
    """`me` 与认领的是同一个名字；`spend` 记订阅通知的次数（bot.wechat.reports.spend 的样子）。"""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], me: str, spend: Callable[..., None], alert: Alert
    ) -> None:
        self._store = store
        self._clock = clock
        self._me = me
        self._spend = spend
        self._alert = alert
        self._tries: dict[int, int] = {}

    def record(self, channel: str, records: Sequence[Record], hours: Callable[[], Hours]) -> None:
        """记下这一批。"""
        now = self._clock()
        written = stamp(now)
        alerts: list[str] = []
        with self.transaction() as connection:
            at = database_now(connection)
            tried, changes, sent, owed, doubtful = [], [], [], list[int](), list[int]()
            for job, outcome in records:
                if isinstance(outcome, Sent):
                    sent.append(job.outgoing.id)
                    owed += [job.outgoing.id] if outcome.cut else []
                else:
                    change = self._change(job, outcome, hours, now, at)
                    changes.append(change | {"key": job.outgoing.id})
                    unknown = change["to_state"] == "uncertain" and job.outgoing.occasion == STAGE
                    doubtful += [job.outgoing.id] if unknown else []
                if row := _attempt(channel, job, outcome, written):
                    tried.append(row)
            self._write(connection, sent, changes, tried, written)
            if owed:
                owe(connection, owed, written)
            if doubtful:
                owe(connection, doubtful, written, DOUBTFUL)
            for job, outcome in records:
                self._learn(connection, job, outcome, written)
            if sent:
                stages = {job.outgoing.occasion for job, outcome in records if isinstance(outcome, Sent)}
                release(connection, [channel, *(each for each in stages if not direct(each))], now)
            alerts = self._hold(connection, channel, records, now)
        for why in alerts:
            self._alert(channel, why)

    def give_back(self, jobs: Sequence[Job]) -> None:
        """认领了、还没有碰平台的，放回去排着；先前发过一遍的、又认领了一回的不动。"""
        written = stamp(self._clock())
        batches: dict[tuple[float, str], list[int]] = {}
        for job in jobs:
            if not job.again:
                state = URGENT if direct(job.outgoing.occasion) else "planned"
                batches.setdefault((job.first, state), []).append(job.outgoing.id)
        row = deliveries.c
        with self.transaction() as connection:
            for (first, state), ids in batches.items():
                mine = (row.state == "sending", row.lease_by == self._me, row.lease_until < first + LEASE + 1.0)
                back = update(deliveries).where(among(connection, row.id, ids), *mine)
                values = {"state": state, "reason": UNSENT, "lease_by": None, "lease_until": None}
                connection.execute(back.values(**values, updated_at=written))

    def transaction(self) -> Any:
        """一个写事务。"""
        return self._store.transaction()

    def _write(
        self, connection: Connection, sent: list[int], changes: list[dict[str, Any]], tried: list[Any], now: str
    ) -> None:
        mine = (deliveries.c.state == "sending", deliveries.c.lease_by == self._me)
        free = {"lease_by": None, "updated_at": now}
        if sent:
            done = update(deliveries).where(among(connection, deliveries.c.id, sent), *mine)
            connection.execute(done.values(state="sent", reason="", lease_until=None, **free))
        if changes:
            change = update(deliveries).where(deliveries.c.id == bindparam("key"), *mine)
            names = ("state", "reason", "due_at", "lease_until")
            values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
            connection.execute(change.values(**values, **free), changes)
        if tried:
            _add(connection, tried)

    def _change(
        self, job: Job, outcome: Outcome, hours: Callable[[], Hours], now: datetime, at: float
    ) -> dict[str, Any]:
        """没有办成的一条改成什么。"""
        state, reason, due, lease = "planned", "", now, None
        if isinstance(outcome, Later):
            tries = self._tries[job.outgoing.id] = self._tries.get(job.outgoing.id, -1) + 1
            seconds = outcome.seconds
            if outcome.scope == "delivery":
                seconds = min(seconds * 2**tries, 3600.0) * random.uniform(1.0, 1.5)
            due, reason = now + timedelta(seconds=seconds), outcome.reason
            if direct(job.outgoing.occasion):
                state = URGENT
            else:
                due = hours().next_open(due)
        elif isinstance(outcome, Refused):
            state, reason = "failed" if outcome.final else "waiting", outcome.reason
        elif isinstance(outcome, Unknown) and outcome.way.dedup_seconds:
            state, reason, lease = "sending", f"{outcome.way.name} {job.first:.3f}", at + AGAIN
        else:
            state, reason = "uncertain", UNCERTAIN
        return {"to_state": state, "to_reason": reason, "to_due_at": stamp(due), "to_lease_until": lease}

    def _learn(self, connection: Connection, job: Job, outcome: Outcome, now: str) -> None:
        """从结局知道的：次数用掉了、对方不愿收了。"""
        consent = "" if isinstance(outcome, Unknown) else outcome.consent
        if consent:
            for template in [job.way.template] if job.way.name == "subscription" else sorted(job.outgoing.consents):
                self._spend(connection, job.outgoing.user, template, gone=consent == "gone")
        if isinstance(outcome, Refused) and outcome.effect:
            opt_out(connection, self._store.user_hash(job.outgoing.user), now)

    def _hold(self, connection: Connection, channel: str, records: Sequence[Record], now: datetime) -> list[str]:
        """整个渠道或这个时机要停的，写下停到几时；返回要叫人的。"""
        stops: dict[str, Later] = {}
        for job, outcome in records:
            if isinstance(outcome, Later) and outcome.scope != "delivery":
                name = channel if outcome.scope == "channel" else job.outgoing.occasion
                worst = stops.get(name)
                if worst is None or (outcome.alert, outcome.seconds) > (worst.alert, worst.seconds):
                    stops[name] = outcome
        alerts = []
        for name, later in stops.items():
            alert = later.alert or (later.scope == "campaign" and struck(connection, name, later.reason, now))
            if hold(connection, name, now + timedelta(seconds=later.seconds), later.reason, alert):
                alerts.append(later.reason if later.scope == "channel" else f"{name}：{later.reason}")
        return alerts


def _attempt(channel: str, job: Job, outcome: Outcome, now: str) -> tuple[Any, ...] | None:
    """attempts 的一行，次序照 TRIED；渠道停着、没有碰平台的不记。"""
    way, name, code, message_id = job.way, "sent", "", None
    if isinstance(outcome, Sent):
        way, message_id = outcome.way, outcome.message_id or None
    elif isinstance(outcome, Unknown):
        name = "doubt" if outcome.way.dedup_seconds else "unknown"
    elif isinstance(outcome, Later) and outcome.scope != "delivery":
        return None
    else:
        name, code = "refused" if isinstance(outcome, Refused) else "later", outcome.code
    return job.outgoing.id, now, channel, way.template, way.version, name, code, message_id


def _add(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """添 attempts：送达账里还在的才添；同一条消息的回答来了两遍，只记一遍。"""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_SQLITE, (json.dumps(rows),))
        return
    connection.exec_driver_sql(_POSTGRESQL, (json.dumps([dict(zip(TRIED, row, strict=True)) for row in rows]),))
