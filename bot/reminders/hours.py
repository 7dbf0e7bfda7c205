"""什么时候可以发：工作日里几点到几点；一天的头一刻在哪里。"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from knowledge.workdays import Workdays

LAST_CALL = timedelta(minutes=1)
"""收摊前这么久就不再开始发：发出去的要来得及在钟点里办完。"""


@dataclass(frozen=True, slots=True)
class Hours:
    """工作日 `opens` 点到 `closes` 点；日子都按 `zone` 算。"""

    opens: int
    closes: int
    calendar: Workdays
    zone: tzinfo

    def now_open(self, now: datetime) -> bool:
        """这一刻可以发。"""
        local = now.astimezone(self.zone)
        return self.calendar.working(local.date()) and self.start(local.date()) <= local < self._end(local.date())

    def next_open(self, at: datetime) -> datetime:
        """`at` 起最早可以发的一刻。"""
        local = at.astimezone(self.zone)
        day = local.date()
        if self.calendar.working(day) and local < self._end(day):
            return max(local, self.start(day))
        return self.start(self.workday(day + timedelta(days=1)))

    def start(self, day: date) -> datetime:
        """这一天开始发的一刻。"""
        return datetime.combine(day, time(self.opens), self.zone)

    def workday(self, day: date) -> date:
        """这一天，放假就是它之后第一个工作日。"""
        while not self.calendar.working(day):
            day += timedelta(days=1)
        return day

    def today(self, now: datetime) -> date:
        """业务时区里的今天。"""
        return now.astimezone(self.zone).date()

    def _end(self, day: date) -> datetime:
        return datetime.combine(day, time(self.closes - 1), self.zone) + timedelta(hours=1) - LAST_CALL


def stamp(at: datetime) -> str:
    """库里的时刻：UTC，到秒，比大小就是比先后。"""
    return at.astimezone(UTC).isoformat(timespec="seconds")
