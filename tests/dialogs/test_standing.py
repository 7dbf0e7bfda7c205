"""这一回交没交、提不提醒：谈话里说的，和发提醒的照的是同一样；退订怎么说都听得懂。"""

from dataclasses import replace
from datetime import date

import pytest

from dialogs.kept import Kept, Recorded, Said
from dialogs.records import Facts, Known, OptedOut, Subscribed, Told, Window
from tests.chat import NOW, Chat

OPEN = Window("w2026-1", "2026年申报", date(2026, 8, 3), date(2026, 12, 31))
CROSS = Window("w2026-9", "跨年", date(2026, 12, 1), date(2027, 1, 31))


def subscribed(**more: object) -> Chat:
    """订着提醒的一个厂。"""
    return Chat(windows=(OPEN,), **more).says("永川的商混站，订阅提醒").says("嗯")  # type: ignore[arg-type]


def declared(chat: Chat) -> list[Told]:
    """记下了什么。"""
    return [each for each in chat.effects if isinstance(each, Told)]


@pytest.mark.parametrize("said", ["我们2月30日交了", "12月30日我们交了", "我们7月1日交了"])
def test_a_day_that_cannot_be_is_asked_back(said: str) -> None:
    """没有的、还没有到的、不在窗口里的日子：不记，问哪天交的。"""
    chat = subscribed().says(said).has("没有记下", "哪天交的").lacks("不再发")
    assert [] == declared(chat)
    assert date(2026, 8, 20) == declared(chat.says("8月20日"))[-1].day


def test_without_a_window_nothing_is_kept() -> None:
    """一个窗口也没有登记：不记，也不说提醒不再发。"""
    chat = Chat().says("我们今天交了").has("今天没有登记在用的申报窗口，没有记下").lacks("提醒")
    assert [] == declared(chat)


def test_who_never_subscribed_is_not_told_that_reminders_stop() -> None:
    """没有订过提醒的：记下，说本来就不催。"""
    Chat(windows=(OPEN,)).says("我们今天交了").has("交了，您没有订提醒，本来就不催").lacks("不再发")


def test_the_january_half_belongs_to_the_year_of_its_window() -> None:
    """跨年的窗口里一月说交了，是窗口那一年的一回。"""
    chat = Chat(windows=(CROSS,)).at("2027-01-05T10:00:00+08:00").says("我们今天交了")
    assert [Told("", "w2026-9", 2026, "submitted", date(2027, 1, 5))] == declared(chat)
    chat.says("订阅提醒").says("永川").says("全部").says("我们今天交了").has("2026年这一回的到期提醒不再发")


@pytest.mark.parametrize(
    "said",
    [
        "退定", "退定提醒", "我不想收到提醒了", "莫催我了", "以后不用再发了", "打扰死了，莫发了", "烦死了，不要发了",
        "不要再给我发这些消息", "我莫要提醒咯", "关闭提醒", "提醒关了", "我想退了这个提醒",
    ],
)  # fmt: skip
def test_however_it_is_said_it_stops(said: str) -> None:
    """不想收了，怎么说都是退订。"""
    assert OptedOut() == subscribed().says(said).effects[-1]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("怎么退订", "回复“退订”两个字就退了"),
        ("不要给我退订哈", "好，没有退订，提醒照旧"),
        ("我要是退订了还能再订吗", "能：退订了还能再订"),
        ("要是交了还提醒不", "不提醒了"),
        ("交了以后还会不会催", "不提醒了"),
        ("国庆算不算工作日", "国庆放假的日子不算工作日"),
    ],
)
def test_a_question_about_it_is_answered_first(said: str, first: str) -> None:
    """问退订、问还催不催的：先答，不退订，也不记。"""
    chat = subscribed().says(said)
    assert chat.first.startswith(first)
    assert not chat.session.muted
    assert [] == declared(chat)


@pytest.mark.parametrize("said", ["大足那个厂不要提醒了", "要不要提醒", "退订了没得", "明天不要提醒我交材料"])
def test_not_everything_stops_it(said: str) -> None:
    """说的是一个厂、是问、是另一件事的，不是退订。"""
    assert not subscribed().says(said).session.muted


@pytest.mark.parametrize(
    "said", ["提醒改到大足区", "把提醒改成大足区的", "提醒改订大足的", "我们搬到大足了，提醒跟着改"]
)
def test_the_subscription_moves_to_the_district_named(said: str) -> None:
    """说了改到哪里，就改到哪里。"""
    assert Subscribed("", "大足", "n15-4", "chat") == subscribed().says(said).effects[-1]


def test_an_exact_return_is_kept() -> None:
    """交过了又说“被退回了”：记下退回，照样问是哪一项；再问还有好多天，说的是重新提交。"""
    chat = subscribed().says("我们今天交了").says("被退回了").has("退回的事记下了", "附件5的哪一部分")
    assert "returned" == declared(chat)[-1].status
    chat.says("还有好多天交").has("重新提交，不算第二次申报", "2026年12月31日", "通知没有写")


def test_a_scan_of_a_merged_district_signs_up_to_its_heir() -> None:
    """扫的是撤销了的区县的码：订的是它归到的那一个。"""
    chat = Chat().event("subscribe", "district:江北区").has("两江新区（原江北区）")
    assert Subscribed("", "两江新区", "", "qr") == chat.effects[-1]


def test_the_name_of_a_merged_district_is_an_answer() -> None:
    """问在哪个区县，答整个并走了的：就是它归到的那一个。"""
    chat = Chat().says("订阅提醒").says("江北区").says("全部")
    assert Subscribed("", "两江新区", "", "chat") == chat.effects[-1]


FACTS = Facts(NOW, (OPEN,), Known("永川", ("n15-4",)))
ROW = Recorded("重庆甲公司", "2026", "submitted", date(2026, 10, 1), "永川", "n15-4")


def test_the_roster_counts_without_the_name() -> None:
    """服务台关联的，没有说过名称也看得到名单上的申报；另一家的、撤了的那一年不算。"""
    assert ROW == Kept((ROW,)).record(FACTS, FACTS.known, OPEN)
    two = (ROW, replace(ROW, name="重庆乙公司", district="大足"))
    assert ROW == Kept(two).record(FACTS, FACTS.known, OPEN)
    assert None is Kept((replace(ROW, year="2025"),)).record(FACTS, FACTS.known, OPEN)


def test_the_later_of_both_says_whether_it_was_returned() -> None:
    """名单上退回了、后来自己说重新交了：看后来的那一个。"""
    returned = replace(ROW, status="returned")
    again = Said("", "w2026-1", "resubmitted", date(2026, 10, 9), "2026")
    assert Kept((returned,)).standing(FACTS, FACTS.known, OPEN)["back"]
    assert not Kept((returned, again)).standing(FACTS, FACTS.known, OPEN)["back"]
