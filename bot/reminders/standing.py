"""常设提醒开没开：哪些时机会发，哪些不会；谈话和页面都照它说，不许愿。"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, select

from bot.store.schema import campaigns, switches, windows
from knowledge.reminding import reminders_on

ALL = "all"
"""常设提醒的总开关；各时机自己的开关比它算数。"""


def is_on(held: Mapping[str, str], stage: str) -> bool:
    """自己的开关，没有就跟总开关，都没有是关着。"""
    return held.get(stage, held.get(ALL, "off")) == "on"


def on(connection: Connection, today: date) -> dict[str, bool]:
    """各时机现在会不会自己发。"""
    stages = reminders_on(today).stages
    query = select(switches.c.name, switches.c.state).where(switches.c.name.in_((ALL, *(each.id for each in stages))))
    held = {row.name: row.state for row in connection.execute(query)}
    return {each.id: is_on(held, each.id) for each in stages}


def silent(connection: Connection, now: datetime) -> frozenset[str]:
    """不会发的时机，给谈话看：没有打开的（`days-7`），和登记了的窗口里也没有批准的（`days-7@w2026-1`）。"""
    off = {id for id, held in on(connection, now.date()).items() if not held}
    if not off or now.tzinfo is None:
        return frozenset(off)
    approved = select(campaigns.c.id).filter_by(kind="standing", state="approved").limit(1)
    if connection.execute(approved).first() is None:  # 没有批准过的，不必算日程
        named = connection.scalars(select(windows.c.id).where(windows.c.end >= now.date())).all()
        return frozenset((*off, *(f"{id}@{window}" for id in off for window in named)))
    from bot.reminders.campaigns import Watch

    outlook = Watch(now.tzinfo).look(connection, now)
    unsent = (
        f"{due.stage.id}@{schedule.window.id}"
        for schedule in outlook.planner.schedules
        for due in schedule.dues
        if not outlook.allowed(schedule, due.stage.id)
    )
    return frozenset((*off, *unsent))
