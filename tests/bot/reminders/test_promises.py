"""谈话里许诺的，正是计划会发的：同一刻订阅的人，两处说的一样。"""

from datetime import date, datetime, timedelta

import pytest

from bot.reminders.planner import Planner
from dialogs.records import Facts, Window
from dialogs.reminding import ahead, reminding
from knowledge.reminding import stage_ids
from knowledge.workdays import Workdays
from tests.bot.reminders.world import at, person, place, planner

WINDOWS = (
    Window("w2026-1", "到年底", date(2026, 8, 3), date(2026, 12, 31)),
    Window("w2026-2", "到周日", date(2026, 11, 2), date(2026, 12, 27)),
    Window("w2026-3", "到国庆中间", date(2026, 9, 1), date(2026, 10, 4)),
    Window("w2026-4", "只有几天", date(2026, 12, 24), date(2026, 12, 29)),
)
"""最后一天有上班的、放假的；很短的。"""
EXTRA = ({}, {date(2026, 12, 30): False, date(2026, 12, 26): True})
"""另外录入的放假、上班。"""
MINUTES = (8 * 60, 10 * 60, 17 * 60 + 58, 17 * 60 + 59, 18 * 60 + 30, 23 * 60)


def planned(made: Planner, now: datetime) -> set[str]:
    """此刻订阅、动手准备了的人，从现在起到窗口过完，会收到哪几个时机（改期、关闭不算）。"""
    settled = made.settle(person(places=(place(since=now.date()),), began=now.date()))
    found = [*([settled.now] if settled.now else []), *settled.coming]
    return {each.due.stage.id for each in found if each.due.stage.when not in ("moved", "closed")}


@pytest.mark.parametrize("window", WINDOWS, ids=lambda each: each.id)
@pytest.mark.parametrize("extra", EXTRA, ids=("calendar", "given"))
def test_the_talk_promises_what_the_plan_sends(window: Window, extra: dict[date, bool]) -> None:
    """最后二十天里每天几个时刻：谈话说接下来还有的，计划里正有；谈话说来不及的，计划里也没有。"""
    for day in range(20):
        for minute in MINUTES:
            today = window.end - timedelta(days=day)
            now = at(str(today), minute // 60, minute % 60)
            facts = Facts(now, (window,), workdays=Workdays(extra))
            promised = [each.id for each in ahead(facts, window) if each.when not in ("moved", "closed")]
            sent = planned(planner(now, [window], extra=extra), now)
            assert bool(promised) == bool(sent), f"{now}：{promised} {sent}"
            assert sent <= set(promised), f"{now}：{promised} {sent}"
            assert reminding(facts, window) == any(each.startswith("days-") for each in promised)


def test_every_stage_has_its_word() -> None:
    """各个时机谈话里都说得出来。"""
    facts = Facts(at("2026-08-01"), WINDOWS)
    assert set(stage_ids()) - {"registered"} == {each.id for each in ahead(facts, WINDOWS[0])}
