"""值班的人答得快不快：从开案子到头一次答，按钟和只算值班时间各多久。"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from bot.desk.cases import stamp
from bot.desk.hours import Hours, hours
from bot.roster.days import extra_days
from bot.store.schema import cases
from knowledge.workdays import Workdays

REPLIED = timedelta(days=30)
"""看最近这么多天开的案子。"""
_DAY = timedelta(days=1)
_STATES = ("waiting", "held", "open", "closed")


@dataclass(frozen=True, slots=True)
class Speed:
    """等了多久才有人答：几次，一半在多久以内，九成在多久以内。"""

    count: int
    median: float
    ninety: float


@dataclass(frozen=True, slots=True)
class Replies:
    """最近开的案子：开了几个，有人答了几个，按钟和按值班时间各等多久；此刻几个在等，最早从几时。"""

    opened: int
    speed: Speed | None
    office: Speed | None
    waiting: int
    oldest: str


class Office:
    """一段时间里的值班时间：两个时刻之间值班的有几秒。"""

    def __init__(self, spans: Hours, workdays: Workdays, since: datetime, until: datetime) -> None:
        self._zone = until.tzinfo
        self._spans = [tuple(each.hour * 3600.0 + each.minute * 60 for each in span) for span in spans]
        self._before: dict[date, tuple[float, bool]] = {}
        total, each = 0.0, since.date()
        while each <= until.date():
            works = workdays.working(each)
            self._before[each] = total, works
            total += sum(end - start for start, end in self._spans) if works else 0.0
            each += _DAY

    def seconds(self, start: datetime, end: datetime) -> float:
        """从 `start` 到 `end`。"""
        return self._until(end) - self._until(start)

    def _until(self, at: datetime) -> float:
        local = at.astimezone(self._zone)
        total, works = self._before.get(local.date(), (0.0, False))
        passed = local.hour * 3600.0 + local.minute * 60 + local.second
        return total + (sum(min(max(passed - a, 0.0), b - a) for a, b in self._spans) if works else 0.0)


def replies(connection: Connection, now: datetime, scope: str | None) -> Replies:
    """最近开的案子多久有人答，和此刻在等的；只看这个区县的，None 是全市。"""
    held, since = cases.c, now - REPLIED
    # 用户最近说话不会早于开案子：照它找，走得到索引
    first = stamp(since)
    query = select(held.opened_at, held.answered_at).where(held.said_at >= first, held.opened_at >= first)
    rows = connection.execute(_scoped(query.where(held.state.in_(_STATES)), held.district, scope)).all()
    pairs = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in rows if b]
    spans = hours(connection)
    office = Office(spans, Workdays(extra_days(connection)), since, now)
    waiting = select(func.count(), func.min(held.said_at)).where(held.state == "waiting")
    count_, oldest = connection.execute(_scoped(waiting, held.district, scope)).one()
    return Replies(
        len(rows),
        _speed((b - a).total_seconds() for a, b in pairs),
        _speed(office.seconds(a, b) for a, b in pairs) if spans else None,
        int(count_),
        oldest or "",
    )


def _speed(seconds: Iterable[float]) -> Speed | None:
    held: Sequence[float] = sorted(seconds)
    if not held:
        return None
    return Speed(len(held), statistics.median(held), held[math.ceil(0.9 * len(held)) - 1])


def _scoped(query: Any, column: Any, scope: str | None) -> Any:
    return query if scope is None else query.where(column == scope)
