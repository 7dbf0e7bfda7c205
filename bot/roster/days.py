"""主管部门放进来的日历：哪天放假、哪天调休上班，比自带的日历算数。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select

from bot.store import Store
from bot.store.schema import calendar_days
from bot.windows import raise_revision


@dataclass(frozen=True, slots=True)
class Day:
    """一天上不上班。"""

    day: date
    working: bool
    name: str = ""
    source: str = ""


def set_days(store: Store, days: Sequence[Day]) -> int:
    """放进这些天，同一天的换掉；返回有改动的天数。"""
    with store.transaction() as connection:
        return put_days(connection, days)


def put_days(connection: Connection, days: Sequence[Day]) -> int:
    """在调用者的事务里放进这些天；返回有改动的天数。"""
    held = {each.day: each for each in _days(connection)}
    changed = [each for each in days if held.get(each.day) != each]
    if changed:
        raise_revision(connection)
        connection.execute(sa.delete(calendar_days).where(calendar_days.c.day.in_([each.day for each in changed])))
        rows = [
            {"day": each.day, "working": int(each.working), "name": each.name, "source": each.source}
            for each in changed
        ]
        connection.execute(insert(calendar_days), rows)
    return len(changed)


def drop_day(connection: Connection, day: date) -> bool:
    """拿掉放进来的一天，照自带的日历算；没有这一天是 False。"""
    raise_revision(connection)
    return bool(connection.execute(sa.delete(calendar_days).where(calendar_days.c.day == day)).rowcount)


def days_since(connection: Connection, day: date) -> tuple[Day, ...]:
    """放进来的从 `day` 起的各天，先后按日子。"""
    return tuple(each for each in _days(connection) if each.day >= day)


def list_days(store: Store) -> tuple[Day, ...]:
    """放进来的各天，先后按日子。"""
    with store.reading() as connection:
        return _days(connection)


def extra_days(connection: Connection) -> Mapping[date, bool]:
    """给 knowledge.workdays.Workdays 用的：那天上不上班。"""
    return {each.day: each.working for each in _days(connection)}


def _days(connection: Connection) -> tuple[Day, ...]:
    rows = connection.execute(select(calendar_days).order_by(calendar_days.c.day))
    return tuple(Day(row.day, bool(row.working), row.name, row.source) for row in rows)
