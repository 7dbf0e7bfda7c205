"""说的是哪天交的，记的就是哪天：照日历算，没有到的、分不清的不记，再问。"""

from datetime import date

import pytest

from dialogs.records import Told
from tests.chat import Chat
from tests.dialogs.test_handed import chat as chat
from tests.dialogs.test_handed import told


def days(chat: Chat) -> list[str]:
    """记下的是哪几天。"""
    return [each.day.isoformat() for each in chat.effects if isinstance(each, Told)]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("昨天交的", "2026-11-23"),
        ("莫催了，我们前天交了", "2026-11-22"),
        ("上周五就交了", "2026-11-20"),
        ("上个星期三交的", "2026-11-18"),
        ("上上周三我们把材料交了", "2026-11-11"),
        ("周五交的", "2026-11-20"),
        ("周一就弄完了", "2026-11-23"),
        ("三天前交了", "2026-11-21"),
        ("上个工作日交的", "2026-11-23"),
        ("上个月15号交的", "2026-10-15"),
        ("十一月二十号交了", "2026-11-20"),
        ("今天交了，上周盖的章", "2026-11-24"),
    ],
)
def test_the_day_said_is_the_day_recorded(chat: Chat, said: str, day: str) -> None:
    """今天是2026年11月24日，星期二；光说周几的，是过去了的最近一个。"""
    chat.says(said).has("记下了：您说")
    assert [day] == days(chat)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("上周交的", "上周"),
        ("前几天就交了", "前几天"),
        ("周二交的", "周二"),
        ("10月交的", "10月"),
        ("国庆前就交了", "国庆前"),
        ("这个月交的", "这个月"),
        ("不是今天交的", "不是今天"),
    ],
)
def test_an_unclear_day_is_asked(chat: Chat, said: str, words: str) -> None:
    """分不清是哪一天的不记，问是哪天；光答哪一天就记下。"""
    assert f"“{words}”是哪一天，没听准，没有记下；到期提醒照旧。" == chat.says(said).first
    assert [] == days(chat)
    assert ["2026-11-20"] == days(chat.says("上周五"))


def test_a_day_to_come_is_never_recorded(chat: Chat) -> None:
    """“这周五”还没有到：不记。"""
    assert "2026年11月27日还没有到，没有记下；到期提醒照旧。" == chat.says("这周五交的").first
    assert [] == days(chat)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("说错了，不是今天交的（是昨天）", "2026-11-23"),
        ("说错了，不是今天交的，是昨天", "2026-11-23"),
        ("不是今天，是昨天", "2026-11-23"),
        ("不是今天交的，上周五交的", "2026-11-20"),
        ("搞错了，是20号交的", "2026-11-20"),
        ("说错了，前天交的", "2026-11-22"),
        ("是昨天交的，不是今天", "2026-11-23"),
    ],
)
def test_a_corrected_day_takes_the_place_of_the_first(chat: Chat, said: str, day: str) -> None:
    """说交了，又说不是今天、是哪天：改成那一天，还是交了。"""
    chat.says("我们今天交了").says(said)
    assert ["2026-11-24", day] == days(chat)
    assert ["submitted", "submitted"] == told(chat)


def test_not_that_day_and_no_other_changes_nothing(chat: Chat) -> None:
    """说了不是今天、没说是哪天：先前记的不动，问是哪天，也不说照旧提醒。"""
    chat.says("我们今天交了").says("不是今天交的")
    assert "“不是今天”是哪一天，没听准，没有改。" == chat.first
    assert ["2026-11-24"] == days(chat)


def test_the_day_is_counted_by_the_calendar_of_working_days(chat: Chat) -> None:
    """“上个工作日”跳过放假的日子：国庆后头一天说的，是9月30日。"""
    chat.at("2026-10-08T10:00:00+08:00").says("上个工作日交的")
    assert [date(2026, 9, 30).isoformat()] == days(chat)
