"""提醒的测试用的台子：一个库、一块拨得动的钟、几个订阅的人、一个照吩咐答的送信人。"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import insert, select, update

from bot.reminders.campaigns import ALL
from bot.reminders.notifier import Notifier, Outcome, Outgoing, Sent, Way
from bot.reminders.posting import Posting
from bot.reminders.sender import Pace
from bot.store import Store
from bot.store.schema import attempts, deliveries, subscriptions, switches
from bot.windows import open_window
from tests.bot.reminders.world import ZONE, at

FAST = {"wechat": lambda: Pace(first=1e6, most=1e6), "telegram": lambda: Pace(first=1e6, most=1e6)}
TEMPLATE = Way("template", "tmpl", "v1", 600.0)
PLAIN = Way("message")


class Clock:
    """拨到哪一刻就从那一刻走起。"""

    def __init__(self, now: datetime) -> None:
        self.move(now)

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._since)

    def move(self, now: datetime) -> None:
        """拨到这一刻。"""
        self._now, self._since = now, monotonic()


@dataclass
class Told:
    """照吩咐答的送信人：`answers` 里依次的结局，用完了都办成；记着各人收到了什么。"""

    channel: str = "wechat"
    road: Way = TEMPLATE
    answers: deque[Outcome] = field(default_factory=deque)
    got: list[Outgoing] = field(default_factory=list)
    always: Outcome | None = None
    closed: bool = False

    def way(self, outgoing: Outgoing) -> Way:
        """总是这条路。"""
        return self.road

    def fault(self, outgoing: Outgoing) -> str:
        """什么都放得下。"""
        return ""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """照吩咐答。"""
        outcome = self.answers.popleft() if self.answers else self.always
        if outcome is None or isinstance(outcome, Sent):
            self.got.append(outgoing)
        return outcome or Sent(f"m{outgoing.id}", self.road)

    async def close(self) -> None:
        """收摊。"""
        self.closed = True


def posting(store: Store, clock: Callable[[], datetime], *notifiers: Notifier, **more: Any) -> Posting:
    """一个进程里的发送。"""
    return Posting(store, clock, ZONE, {each.channel: each for each in notifiers}, paces=FAST, **more)


async def run(store: Store, clock: Callable[[], datetime], *notifiers: Notifier, **more: Any) -> Posting:
    """排一遍，发一遍。"""
    made = posting(store, clock, *notifiers, **more)
    await made.plan()
    await made.once()
    await made.close()
    return made


def subscribe(store: Store, *users: str, since: str = "2026-06-10T10:00:00+08:00", **more: str) -> None:
    """这些人订阅了。"""
    held = {"district": "", "branch": "", "way": "chat", "consented_at": since} | more
    rows = [{"user": user, "channel": user.partition(":")[0], **held} for user in users]
    with store.transaction() as connection:
        connection.execute(insert(subscriptions), rows)


def switch_on(store: Store, name: str = ALL, state: str = "on") -> None:
    """打开常设提醒。"""
    with store.transaction() as connection:
        if not connection.execute(update(switches).filter_by(name=name).values(state=state)).rowcount:
            connection.execute(insert(switches).values(name=name, state=state, at="", by="test"))


def window(store: Store, **more: Any) -> str:
    """2026 年的窗口，六月登记的。"""
    held = {"name": "2026年申报", "start": date(2026, 8, 3), "end": date(2026, 12, 31)} | more
    return open_window(store, at("2026-06-01"), **held)


def rows(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    """送达账的各行，按行号；默认是人、时机、状态。"""
    names = columns or ("user", "occasion", "state")
    with store.reading() as connection:
        query = select(*(deliveries.c[name] for name in names)).order_by(deliveries.c.id)
        return [tuple(row) for row in connection.execute(query)]


def tried(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    """每次发送，按先后。"""
    with store.reading() as connection:
        query = select(*(attempts.c[name] for name in columns)).order_by(attempts.c.id)
        return [tuple(row) for row in connection.execute(query)]


def change(store: Store, **values: Any) -> None:
    """直接改送达账的全部行：租约过期、放了很久。"""
    with store.transaction() as connection:
        connection.execute(update(deliveries).values(**values))


def users(count: int, channel: str = "wechat") -> Iterable[str]:
    """几个人。"""
    return [f"{channel}:o{number:04}" for number in range(count)]
