"""一次申报落在哪一年的窗口里：和谈话里一样看，一年按窗口的年份算。"""

from datetime import date, datetime, time

from sqlalchemy import Connection

import knowledge
from bot.roster.enterprises import Enterprise
from bot.windows import all_windows
from dialogs.cycle import window_on
from dialogs.records import Facts, Known, Window
from knowledge.rules import Rules


def cycle_year(connection: Connection, day: date, now: datetime, whose: Enterprise | None = None) -> int | None:
    """同 year_among，窗口从库里读。"""
    return year_among(all_windows(connection), knowledge.on(now.date()), day, whose)


def year_among(windows: tuple[Window, ...], rules: Rules, day: date, whose: Enterprise | None = None) -> int | None:
    """那天在这家企业的哪一年的窗口里；不在窗口里是 0，一个窗口也没有登记是 None。"""
    if not windows:
        return None
    known = Known(whose.district, whose.branches) if whose else Known()
    found = window_on(rules, Facts(datetime.combine(day, time()), windows), known, day)
    return found.year if found else 0
