"""送达账：认领该发的（租约看库的钟）、记下结局。认领时再看一遍该不该发；一批一个事务。

发出去之前先写下“正在发”和走哪条路；租约过了还没有结局，平台认得出重复的就照样再发，认不出的就是“不知道”，不再发。
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, text, true, update

from bot.desk.direct import URGENT
from bot.reminders.broadcast import DOUBTFUL, owe
from bot.reminders.bucket import take
from bot.reminders.campaigns import HOLD, Outlook, Watch
from bot.reminders.deciding import LINE, Alike, Decider, Line, Verdict
from bot.reminders.hours import stamp
from bot.reminders.notifier import Notifier, Outgoing, Way
from bot.reminders.people import Person, load
from bot.store import Store
from bot.store.among import among
from bot.store.fetching import fetched
from bot.store.now import database_now
from bot.store.schema import attempts, deliveries

LEASE = 20.0
"""认领一次这么多秒；一条发得再慢，也要在这之内有结局。"""
MARGIN = 30.0
"""平台记得住重复的时限快到了，就不再冒险。"""
CLAIMS = 7_203_421_916
"""PostgreSQL 上认领时用的咨询锁：同一个人的两条不会同时认领。"""
EXPIRED = 500
STRAIGHT = 50
UNCERTAIN = "可能已经发出，没有等到结局"


@dataclass(frozen=True, slots=True)
class Job:
    """认领下来的一条；`first` 是头一次开始发的时刻（库的钟），再发一遍时还是它，`again` 为真。"""

    outgoing: Outgoing
    way: Way
    first: float
    again: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """一次认领：`wait` 是没有认领到时几秒以后再来，None 是没有等着的了；`why` 说为什么等。"""

    jobs: tuple[Job, ...] = ()
    wait: float | None = None
    why: str = ""
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """一个渠道：送信的人、每秒几条。`notifier` 为空的是没有办法主动找人的渠道。"""

    channel: str
    notifier: Notifier | None
    others: tuple[str, ...] = field(default=())

    @property
    def mine(self) -> Any:
        """这个渠道的人。"""
        user = deliveries.c.user
        if self.channel:
            return user.startswith(f"{self.channel}:", autoescape=True)
        return and_(true(), *[~user.startswith(f"{other}:", autoescape=True) for other in self.others])


class Ledger:
    """`me` 是这个进程的名字；`clock` 是业务的钟。只在一个线程里用。"""

    def __init__(self, store: Store, clock: Callable[[], datetime], zone: tzinfo, me: str) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._me = me
        self._watch = Watch(zone)
        self._schedules: object = None
        self._alike: Alike = {}

    def claim(self, lane: Lane, want: int, free: int, rate: float) -> Claim:
        """认领至多 `want` 条；平台认不出重复的至多 `free` 条，那些要当场就发。"""
        if not self._anything(lane):
            return Claim()
        with self.transaction() as connection:
            if not self._store.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CLAIMS})
            now, at = self._clock(), database_now(connection)
            outlook = self._watch.look(connection, now)
            decider = Decider(connection, outlook, lane.notifier, now, free, self._alike_in(outlook))
            held = outlook.held(lane.channel)
            hours = outlook.planner.hours
            may = held is None and hours.now_open(now)
            again, lost = self._expired(connection, lane, outlook, decider, at, want if may else 0)
            if held is not None:
                wait = (datetime.fromisoformat(held[0]) - now).total_seconds()
                return Claim((), max(1.0, wait), held[1], lost)
            if straight := self._straight(connection, lane, decider, outlook, now, at):
                return Claim((*again, *straight), 0.0, "", lost)
            if not may:
                opens = hours.next_open(now)
                wait = (opens - now.astimezone(self._zone)).total_seconds()
                busy = self._soonest(connection, lane, outlook, now, at)
                return Claim((), None if busy is None else max(1.0, wait), f"最早 {opens:%Y-%m-%d %H:%M} 才能发", lost)
            granted, pause = (
                take(connection, lane.channel, want - len(again), rate, at) if lane.notifier else (want, 0.0)
            )
            rows = self._due(connection, lane, outlook, now, granted) if granted else []
            verdicts = decider.decide(rows, self._people(connection, rows, outlook))
            jobs = [*again, *self._apply(connection, verdicts, at, now)]
            settled = lost + sum(not each.send for each in verdicts)
            if jobs or settled:
                return Claim(tuple(jobs), 0.0, "", settled)
            if not granted:
                return Claim((), max(0.01, pause), "照速度慢慢发")
            return Claim((), self._soonest(connection, lane, outlook, now, at), "还有要等的")

    def transaction(self) -> Any:
        """一个写事务。"""
        return self._store.transaction()

    def _alike_in(self, outlook: Outlook) -> Alike:
        """日程没有变，看过的还算数；日子、窗口、日历变了，日程就是新的一份。"""
        if outlook.planner.schedules is not self._schedules:
            self._schedules, self._alike = outlook.planner.schedules, {}
        return self._alike

    def _anything(self, lane: Lane) -> bool:
        """有没有排着的、正在发的；没有就不去占写的锁。"""
        open_ = or_(*(deliveries.c.state == each for each in ("planned", URGENT, "sending")))
        with self._store.reading() as connection:
            return connection.execute(select(deliveries.c.id).where(open_, lane.mine).limit(1)).first() is not None

    def _people(self, connection: Connection, rows: Sequence[Line], outlook: Outlook) -> dict[str, Person]:
        users = sorted({row.user for row in rows})
        today = outlook.planner.today
        return {each.user: each for each in load(self._store, connection, users, self._zone, today)}

    def _straight(
        self, connection: Connection, lane: Lane, decider: Decider, outlook: Outlook, now: datetime, at: float
    ) -> list[Job]:
        """不等的几条：不看钟点，也不占速度的份额。"""
        until = now.astimezone(UTC).isoformat(timespec="milliseconds")
        due = (deliveries.c.state == URGENT, lane.mine, deliveries.c.due_at <= until)
        query = select(*LINE).where(*due).order_by(deliveries.c.due_at, deliveries.c.id)
        rows = fetched(connection, query.limit(STRAIGHT).with_for_update(skip_locked=True), Line)
        if not rows:
            return []
        verdicts = decider.decide(rows, self._people(connection, rows, outlook))
        return self._apply(connection, verdicts, at, now)

    def _due(self, connection: Connection, lane: Lane, outlook: Outlook, now: datetime, most: int) -> Sequence[Line]:
        due = (*_planned(lane, outlook), deliveries.c.due_at <= stamp(now))
        # 不再按行号排：同一刻到的有几十万，PostgreSQL 每次都要全排一遍
        query = select(*LINE).where(*due).order_by(deliveries.c.due_at)
        return fetched(connection, query.limit(most).with_for_update(skip_locked=True), Line)

    def _expired(
        self, connection: Connection, lane: Lane, outlook: Outlook, decider: Decider, at: float, most: int
    ) -> tuple[list[Job], int]:
        """租约过了还没有结局的：平台还认得出重复的再发一遍，别的是不知道。现在不能发（`most` 是 0）就先放着。"""
        query = select(*LINE).where(deliveries.c.state == "sending", deliveries.c.lease_until < at, lane.mine)
        rows = fetched(connection, query.limit(EXPIRED).with_for_update(skip_locked=True), Line)
        if not rows:
            return [], 0
        people = self._people(connection, rows, outlook)
        jobs: list[Job] = []
        lost: list[int] = []
        for row in rows:
            name, _, first = row.reason.partition(" ")
            began = float(first or 0.0)
            outgoing, way = decider.again(row, people[row.user], name)
            if way is not None and at < began + way.dedup_seconds - MARGIN:
                jobs += [Job(outgoing, way, began, again=True)] if len(jobs) < most else []
            else:
                lost.append(row.id)
        now = stamp(self._clock())
        if jobs:
            mine = update(deliveries).where(among(connection, deliveries.c.id, [job.outgoing.id for job in jobs]))
            connection.execute(mine.values(lease_by=self._me, lease_until=at + LEASE, updated_at=now))
        if lost:
            gone = update(deliveries).where(among(connection, deliveries.c.id, lost))
            values = {"state": "uncertain", "reason": UNCERTAIN, "lease_by": None, "lease_until": None}
            connection.execute(gone.values(**values, updated_at=now))
            rows_ = [
                {"delivery_id": id, "at": now, "channel": lane.channel, "outcome": "unknown", "code": ""} for id in lost
            ]
            connection.execute(insert(attempts), rows_)
            owe(connection, lost, now, DOUBTFUL)
        return jobs, len(lost)

    def _apply(self, connection: Connection, verdicts: Iterable[Verdict], at: float, now: datetime) -> list[Job]:
        """照决定写下；要发的先写“正在发”和走哪条路。"""
        jobs: list[Job] = []
        sending: dict[str, list[int]] = {}
        for each in verdicts:
            if each.send is not None:
                outgoing, way = each.send
                jobs.append(Job(outgoing, way, at))
                sending.setdefault(way.name, []).append(each.id)
            elif each.values:
                change = update(deliveries).filter_by(id=each.id)
                connection.execute(change.values(**each.values, updated_at=stamp(now)))
            if each.text is not None:
                connection.execute(update(deliveries).filter_by(id=each.id).values(text=each.text))
        for name, ids in sending.items():
            change = update(deliveries).where(among(connection, deliveries.c.id, ids))
            values = {"state": "sending", "reason": f"{name} {at:.3f}", "lease_by": self._me}
            connection.execute(change.values(**values, lease_until=at + LEASE, updated_at=stamp(now)))
        return jobs

    def _soonest(self, connection: Connection, lane: Lane, outlook: Outlook, now: datetime, at: float) -> float | None:
        """最早的一条还要等几秒：排着的看业务的钟，别人正在发的看库的钟；没有能等的是 None。"""
        planned = select(func.min(deliveries.c.due_at)).where(*_planned(lane, outlook))
        sending = select(func.min(deliveries.c.lease_until)).where(deliveries.c.state == "sending", lane.mine)
        due = connection.execute(planned).scalar()
        lease = connection.execute(sending).scalar()
        waits = [] if due is None else [(datetime.fromisoformat(due) - now).total_seconds()]
        waits += [] if lease is None else [lease - at]
        return max(0.05, min(waits)) if waits else None


def _planned(lane: Lane, outlook: Outlook) -> list[Any]:
    """这个渠道排着的；停着的时机不算。"""
    held = [name for name in (key.removeprefix(HOLD) for key in outlook.holds) if outlook.held(name) is not None]
    stages = [~deliveries.c.occasion.startswith(f"{name}@", autoescape=True) for name in held]
    return [deliveries.c.state == "planned", lane.mine, *stages]
