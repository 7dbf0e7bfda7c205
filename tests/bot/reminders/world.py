"""提醒的测试用的人和窗口。"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

import knowledge
from bot.reminders.hours import Hours
from bot.reminders.people import Firm, Person, Place
from bot.reminders.planner import Planner
from bot.reminders.schedule import Marks, schedules
from bot.roster.declarations import Declaration
from dialogs.records import Window
from knowledge.reminding import reminders_on
from knowledge.workdays import Workdays

ZONE = timezone(timedelta(hours=8))
YEAR = Window("w2026-1", "2026年申报", date(2026, 8, 3), date(2026, 12, 31), source="通知")
RULES = knowledge.on(date(2026, 8, 3))


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """北京时间的一刻；`day` 例“2026-12-22”。"""
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+08:00")


def hours(extra: Mapping[date, bool] | None = None) -> Hours:
    """九点到十八点。"""
    held = reminders_on(date(2026, 8, 3))
    return Hours(held.opens, held.closes, Workdays(extra or {}), ZONE)


def planner(
    now: datetime,
    windows: Sequence[Window] = (YEAR,),
    moves: Mapping[str, date] | None = None,
    *,
    extra: Mapping[date, bool] | None = None,
    **more: Any,
) -> Planner:
    """此刻的计划；各窗口都是六月一日登记的。"""
    held, open_ = reminders_on(now.date()), hours(extra)
    marks = {each.id: Marks(date(2026, 6, 1), (moves or {}).get(each.id)) for each in windows}
    made = schedules(windows, marks, held, open_, now.date())
    return Planner(made, RULES.branches, RULES.districts, open_, now, **more)


def place(factory: str = "", district: str = "", branch: str = "", since: date = date(2026, 6, 10)) -> Place:
    """给一个厂订的提醒。"""
    return Place(factory, district, branch, since)


def person(user: str = "wechat:o1", **more: Any) -> Person:
    """一个六月里订阅了的人；说的是 Place 的就是他的那一个厂。"""
    only = {name: more.pop(name) for name in ("factory", "district", "branch", "since") if name in more}
    return Person(user, **({"places": (place(**only),)} | more))


def firm(id: int = 1, name: str = "重庆甲公司", status: str = "", on: date = date(2026, 9, 1), **more: Any) -> Firm:
    """一家企业；给了 `status` 就是那天到了这一步。"""
    declared = {on.year: Declaration(id, id, on.year, status, on)} if status else {}
    held: dict[str, Any] = {"district": "长寿", "branches": ("n15-4",), "grade": ""}
    return Firm(id, name, declared=declared, **(held | more))
