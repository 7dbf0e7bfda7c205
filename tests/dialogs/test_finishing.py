"""说“搞完了”“交啦”“刚点了提交”：说着提醒的时候算交了，没说着提醒的先问一句；没弄完的不算。"""

from datetime import date

import pytest

from dialogs.records import Told
from tests.chat import Chat
from tests.dialogs.test_handed import OPEN, told
from tests.dialogs.test_handed import chat as chat

ASKED = "是说已经在系统里提交申报了吗？"
HANDED = (
    "交啦 报啦 提交啦 交咯 搞完了 弄完了 整完了 办完了 搞定了 提交成功了 报上去了 已经弄好交上去了 刚点了提交 "
    "申报弄完了 我们申报搞完了 系统里头弄好了 全部搞归一了 都弄好了 终于整完了 我们办妥了 交啦，莫催了 "
    "搞完了，不要再催了 弄好了，已经提交了 点了提交了 刚刚把提交按钮点了 我们这边弄完了 早就搞完了 创B争A搞定了 "
    "弄脱了 都整巴适了，交了"
).split()
NOT_HANDED = (
    "还没弄完 没交成 点不动 交了一半 准备交 还没搞完 没弄完 没搞定 还没整好 快弄完了 马上就弄完了 弄完了再交 "
    "弄完了就交 等弄完了再说 弄完了还没交 搞完了没点提交 弄好了但是没提交 提交点不动 点了提交没反应 点了提交报错了 "
    "提交不了 弄了一半 才弄了一半 整改弄完了 台账搞完了 一厂一策弄完了 环评办完了 隔壁厂搞完了 要弄完了才催得到我们 "
    "弄完了咋个交"
).split()
UNCLEAR = (
    "材料弄完了 资料整完了 申报材料搞好了 申报表填完了 表填好了 应该弄完了 可能搞完了 好像弄完了 差不多搞完了 "
    "弄得差不多了 会计说弄完了 老板说搞定了 弄了 搞了 填完了 材料传完了 上传完了 估计整完了 听说弄好了 算是搞完了"
).split()


@pytest.fixture
def elsewhere(chat: Chat) -> Chat:
    """订着提醒，后来说着别的。"""
    return chat.says("审核流程")


def test_there_are_eighty() -> None:
    """三十句交了的，三十句没有交的，二十句说不准的。"""
    assert (30, 30, 20) == tuple(len(set(said)) for said in (HANDED, NOT_HANDED, UNCLEAR))


@pytest.mark.parametrize("said", HANDED)
def test_finished_while_talking_of_reminders_is_handed_in(chat: Chat, said: str) -> None:
    """刚说着提醒：弄完了就是交了，今天记下。"""
    chat.says(said).has("记下了：您说2026年11月24日交了")
    assert ["submitted"] == told(chat)


@pytest.mark.parametrize("said", NOT_HANDED)
def test_unfinished_is_not_handed_in(chat: Chat, said: str) -> None:
    """没弄完的、弄完了没有交的、别的东西弄完了的：不记，也不问交没交。"""
    chat.says(said).lacks(ASKED)
    assert "submitted" not in told(chat)


@pytest.mark.parametrize("said", UNCLEAR)
def test_what_is_unclear_is_asked_once(chat: Chat, said: str) -> None:
    """弄完的也许是材料，也许是听人说的：先问一句，不记；答了“是”才记。"""
    assert ASKED == chat.says(said).first
    assert [] == told(chat)
    chat.says("是的").has("记下了：您说2026年11月24日交了")
    assert ["submitted"] == told(chat)


@pytest.mark.parametrize("said", ["搞完了", "弄好了", "刚点了提交"])
def test_finished_while_talking_of_something_else_is_asked(elsewhere: Chat, said: str) -> None:
    """说着别的，弄完的也许是别的：先问一句；再说一遍就是交了。"""
    assert ASKED == elsewhere.says(said).first
    assert [] == told(elsewhere)
    elsewhere.says(said).has("记下了：您说2026年11月24日交了")


def test_finished_right_after_a_reminder_is_handed_in(elsewhere: Chat) -> None:
    """刚收到到期提醒，不管先前说着什么：弄完了就是交了。"""
    elsewhere.pushed = ("还有7个工作日", "2026-11-24")
    elsewhere.says("搞完了").has("记下了：您说2026年11月24日交了")
    assert ["submitted"] == told(elsewhere)


def test_who_has_no_reminder_is_asked() -> None:
    """没有订提醒、说着别的，光说“交了”“弄完了”：问一句，不说没看懂。"""
    for said in ("交啦", "弄完了"):
        assert ASKED == Chat(windows=(OPEN,)).says("你好").says(said).first


@pytest.mark.parametrize("said", ["没有", "还没有", "不是", "还没", "没有，弄的是材料"])
def test_a_no_records_nothing(elsewhere: Chat, said: str) -> None:
    """问了一句，答没有：什么也不记，提醒照旧，不再问。"""
    assert "好，没有记，到期提醒照旧。" == elsewhere.says("搞完了").says(said).first
    assert [] == told(elsewhere)


def test_the_day_said_before_the_question_is_kept(elsewhere: Chat) -> None:
    """“昨天搞完了”，问了一句，答“是”：记的是昨天。"""
    elsewhere.says("昨天搞完了").says("是")
    assert date(2026, 11, 23) == next(each.day for each in elsewhere.effects if isinstance(each, Told))


def test_asked_only_once(elsewhere: Chat) -> None:
    """问了一句，说的是别的：照答，不再追着问。"""
    elsewhere.says("搞完了").says("好久出结果").lacks(ASKED)
