"""工作日：放假和调休按 chinesecalendar，另外给的日子比它算数；它不知道的年份按周一到周五，并且说明拿不准。"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """数出来的天数；`certain` 为假是其中有的年份不知道放假安排，只按周一到周五数；`partly` 是只给了其中几天。"""

    days: int
    certain: bool
    partly: bool = False

    def unsure(self, year: int) -> str:
        """拿不准的那一句，说的是这一年。"""
        lacking = "只录入了一部分，没有录入的" if self.partly else "还没有录入，工作日"
        return f"{year}年的放假调休{lacking}按周一到周五算，以国务院办公厅的通知为准。"


@dataclass(frozen=True, slots=True)
class Found:
    """找到的那一天；`certain` 同上。"""

    day: date
    certain: bool


@dataclass(frozen=True, slots=True, eq=False)
class Workdays:
    """`extra` 是主管部门给的日子：那天上不上班。不比内容，可以当缓存的键。"""

    extra: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def working(self, day: date) -> bool:
        """这一天上不上班。"""
        if day in self.extra:
            return self.extra[day]
        if _covered(day.year):
            return bool(_calendar()[2](day))
        return day.weekday() < 5

    def certain(self, day: date) -> bool:
        """这一天上不上班，是不是真的知道：给过这一天，或者那一年的放假安排已经有了。"""
        return day in self.extra or _covered(day.year) or self._given(day.year)

    def between(self, start: date, end: date) -> Counted:
        """从 `start` 次日到 `end`（含）有几个工作日；`end` 不晚于 `start` 是 0。"""
        days = list(_span(start + _DAY, end))
        unknown = {day.year for day in days if not self.certain(day)}
        partly = bool(unknown) and any(day.year in unknown for day in self.extra)
        return Counted(sum(map(self.working, days)), not unknown, partly)

    def unknown(self, start: date, end: date) -> int:
        """从 `start` 次日到 `end`（含）头一个不知道放假安排的年份；都知道是 0。"""
        return next((day.year for day in _span(start + _DAY, end) if not self.certain(day)), 0)

    def before(self, day: date, count: int) -> Found:
        """`day` 之前第 `count` 个工作日（`day` 自己不算）；`count` 是 0 时，是 `day` 或它之前最近的工作日。"""
        if count < 0:
            raise ValueError(f"要往前数的工作日不能是 {count}")
        found, certain, left = day, self.certain(day), count
        if left == 0 and not self.working(found):
            left = 1
        while left:
            found -= _DAY
            certain = certain and self.certain(found)
            left -= self.working(found)
        return Found(found, certain)

    def _given(self, year: int) -> bool:
        """另外给的日子里元旦、国庆都有：这一年的安排（一份通知说一年）给全了。"""
        return {date(year, 1, 1), date(year, 10, 1)} <= self.extra.keys()


def _covered(year: int) -> bool:
    first, last, _ = _calendar()
    return first <= year <= last


@cache
def _calendar() -> tuple[int, int, Callable[[date], bool]]:
    """自带的日历：哪年到哪年，和一天上不上班；用到才载入。"""
    import chinese_calendar
    from chinese_calendar.constants import holidays

    return min(holidays).year, max(holidays).year, chinese_calendar.is_workday


def _span(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
