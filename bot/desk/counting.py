"""过完的一天数一次，记在 day_counts：多少条消息、多少人、多少没答上。今天的现数。"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from bot.desk.since import SLACK, first_turn
from bot.desk.watching import Patrol
from bot.store import Store
from bot.store.schema import day_counts, profiles, turns

MESSAGES, PEOPLE, LOST, WEEK_PEOPLE = "messages", "people", "lost", "week_people"
"""一天的消息、人、没答上的；和周一起的一周里有多少人（一个人一周只算一次）。"""
UNANSWERED = frozenset(("lost", "near", "wrong"))
"""算没答上的：没看懂的、没把握的、被说不对的；与“学习”那一页数的一样。"""
SPOKEN = frozenset(("text", "image", "voice", "video", "file", "link", "location"))
"""算消息的；关注、退订一类的事和值班的人说的不算。"""
BACK = 400
"""最多补数这么多天以前的。"""
EVERY = 600.0
PAUSE = 0.02
"""补数时两天之间歇一歇，不挤着别的。"""
SETTLED = timedelta(minutes=10)
"""半夜过了这么久才数前一天，路上的已经记下了。"""
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Tally:
    """一段时间里数到的：区县 → 数；区县空着的是没说区县的人。"""

    messages: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    people: dict[str, set[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, str, int]]:
        """各区县的（区县，叫什么，多少）。"""
        for district in sorted({"", *self.messages}):
            yield district, MESSAGES, self.messages[district]
            yield district, PEOPLE, len(self.people.get(district, ()))
            yield district, LOST, self.lost[district]


def count(connection: Connection, start: datetime, end: datetime, scope: str | None = None) -> Tally:
    """从 `start` 到 `end`（不含）数一遍；人归到他此刻说的厂所在的区县。"""
    done = Tally()
    held, place = turns.c, profiles.c
    joined = turns.outerjoin(profiles, (place.user == held.user) & (place.position == 0))
    query = select(held.user, held.at, held.kind, held.claimed, place.district).select_from(joined)
    where = [held.id >= first_turn(connection, start), held.id < first_turn(connection, end + SLACK + SLACK)]
    if scope is not None:
        where.append(place.district == scope)
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    for user, at, kind, claimed, district in connection.execute(query.where(*where)):
        if kind in SPOKEN and first <= datetime.fromisoformat(at) < last:
            district = district or ""
            done.messages[district] += 1
            done.lost[district] += claimed in UNANSWERED
            done.people.setdefault(district, set()).add(user)
    return done


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """这一天的零点。"""
    return datetime.combine(day, time(), zone)


def monday(day: date) -> date:
    """这一天所在那一周的周一。"""
    return day - day.weekday() * _DAY


def uncounted(connection: Connection, now: datetime) -> list[date]:
    """过完了、还没有数的各天，早的在前；头一个回合以前的不用数。"""
    first = connection.execute(select(turns.c.at).order_by(turns.c.id).limit(1)).scalar_one_or_none()
    if first is None:
        return []
    since = max(datetime.fromisoformat(first).astimezone(now.tzinfo).date() - SLACK, now.date() - BACK * _DAY)
    held = day_counts.c
    query = select(held.day).where(held.district == "", held.name == MESSAGES, held.day >= since)
    have = set(connection.scalars(query))
    last = (now - SETTLED).date()
    days = (since + n * _DAY for n in range((last - since).days))
    return [day for day in days if day not in have]


def count_day(store: Store, day: date, zone: tzinfo | None) -> bool:
    """数这一天，周日连那一周的人；别的进程数过了是假，什么也不写。"""
    with store.reading() as connection:
        start = midnight(day, zone)
        rows = [(day, *row) for row in count(connection, start, midnight(day + _DAY, zone)).rows()]
        if day.weekday() == 6:
            week = count(connection, midnight(monday(day), zone), midnight(day + _DAY, zone))
            rows += [(monday(day), district, WEEK_PEOPLE, len(them)) for district, them in week.people.items()]
    with suppress(IntegrityError), store.transaction() as connection:
        connection.execute(
            insert(day_counts), [dict(zip(("day", "district", "name", "count"), row, strict=True)) for row in rows]
        )
        return True
    return False


class DayCount(Patrol):
    """守着：一天过完就数；几个进程都守着也只记一次。"""

    failed = "没有数成"

    def __init__(self, store: Store, clock: Callable[[], datetime], every: float = EVERY) -> None:
        super().__init__(every)
        self._store = store
        self._clock = clock

    async def once(self) -> int:
        """数还没有数的，返回数了几天；一天一个事务，中途停了下回接着。"""
        now, done = self._clock(), 0
        for day in await asyncio.to_thread(self._left, now):
            done += await asyncio.to_thread(count_day, self._store, day, now.tzinfo)
            await asyncio.sleep(PAUSE)
        return done

    def _left(self, now: datetime) -> list[date]:
        with self._store.reading() as connection:
            return uncounted(connection, now)
