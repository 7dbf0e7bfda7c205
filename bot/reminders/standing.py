"""常设提醒开没开：哪些时机会发，哪些不会；谈话和页面都照它说，不许愿。"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from bot.store.schema import campaigns, switches
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


def silent(connection: Connection, today: date) -> frozenset[str]:
    """一个也不会发的那几种时机（registered、opening、before ……）；批准过计划的，登记了的窗口到期前照样发。"""
    states = on(connection, today)
    stages = reminders_on(today).stages
    quiet = {each.when for each in stages} - {each.when for each in stages if states[each.id]}
    approved = select(campaigns.c.id).filter_by(kind="standing", state="approved").limit(1)
    if quiet and connection.execute(approved).first() is not None:
        quiet &= {"registered"}
    return frozenset(quiet)
