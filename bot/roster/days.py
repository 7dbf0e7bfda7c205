"""主管部门放进来的日历：哪天放假、哪天调休上班，比自带的日历算数。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select

from bot.roster.words import parsed_day
from bot.sheets import Form
from bot.store import Store
from bot.store.schema import calendar_days
from bot.windows import raise_revision
from knowledge.importing import Sheet

CALENDAR = Form(
    "日历",
    {
        "day": ("日期", "date"),
        "working": ("上班", "是否上班", "类型"),
        "name": ("名称", "节日", "说明"),
        "source": ("依据", "来源"),
    },
    ("day", "working"),
    "name",
    least=2,
    most=5_000,
)
_WORKING = dict.fromkeys(("上班", "补班", "调休上班", "是", "1"), True)
_WORKING |= dict.fromkeys(("放假", "休", "休息", "否", "0"), False)


@dataclass(frozen=True, slots=True)
class Day:
    """一天上不上班。"""

    day: date
    working: bool
    name: str = ""
    source: str = ""


def read_days(sheets: Sequence[Sheet]) -> tuple[list[Day], list[str]]:
    """各天，和毛病（一处一行）。"""
    days: dict[date, Day] = {}
    faults = [f"{sheet.place(row, column)}：{said}" for sheet in sheets for row, column, said in sheet.faults if said]
    for sheet in sheets:
        broken = {row for row, _, _ in sheet.faults}
        for row, cells in sheet.rows:
            if row in broken:
                continue
            day, working = parsed_day(cells["day"]), _WORKING.get(cells["working"].strip())
            name, source = cells.get("name", "").strip(), cells.get("source", "").strip()
            if day is None:
                faults.append(f"{sheet.place(row, 'day')}：“{cells['day'][:20]}”不是日期，写成 2027-01-01")
            if working is None:
                faults.append(f"{sheet.place(row, 'working')}：“{cells['working'][:20]}”要写成“上班”或“放假”")
            for column, said in (("name", name), ("source", source)):
                if len(said) > 100 or not said.isprintable():
                    faults.append(f"{sheet.place(row, column)}：太长，或有不能显示的字符")
            if day in days:
                faults.append(f"{sheet.place(row, 'day')}：{day} 前面有过")
            elif day and working is not None:
                days[day] = Day(day, working, name, source)
    return list(days.values()), faults


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
