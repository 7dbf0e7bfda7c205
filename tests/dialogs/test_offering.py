"""给老板看、出材料：做过自评才交，交什么写清楚；没做过就请先做。"""

import pytest

from dialogs.records import Ended
from tests.chat import Chat

VERDICT = (("branches", ("n15-4",)), ("wishes", ("绩效引领",)))
BOSS = ("给老板看", "发给老板", "一页纸", "发给领导")
FILES = ("出材料", "导出材料", "申报材料大纲", "生成材料")


def assessed() -> Chat:
    """做过一次自评的人。"""
    return Chat(effects=[Ended("assess", 4, "assess.dimensions", VERDICT, "r")])


@pytest.mark.parametrize("words", [*BOSS, *FILES])
def test_without_an_assessment(words: str) -> None:
    """没有自评过：说出不了，给自评的按钮，不交文书。"""
    chat = Chat().says(words)
    assert chat.first.startswith("还没有自评过，出不了")
    assert ["自评"] == [option.label for option in chat.reply.options]  # type: ignore[union-attr]
    assert () == chat.reply.documents  # type: ignore[union-attr]
    chat.says("1")
    assert "assess" == chat.reply.flow  # type: ignore[union-attr]


@pytest.mark.parametrize("words", [*BOSS, *FILES])
def test_handed_over(words: str) -> None:
    """做过自评：怎么要都是三份一起交，第一行说是什么，有依据和下一步，说清楚不是评级，放得下。"""
    chat = assessed().says(words)
    assert ("page", "outline", "checklist") == chat.reply.documents  # type: ignore[union-attr]
    assert "一页" in chat.first
    assert "申报材料大纲和材料清单" in chat.first
    chat.has("做好了", "按2026年11月24日的自评", "不是评级", "\n依据：", "\n下一步：")
    assert len(chat.text) < 400


def test_in_the_middle_of_a_flow() -> None:
    """问到一半来要：照给，没问完的留着，回复“继续”接着来。"""
    chat = assessed().says("我们是做商砼的").says("给老板看")
    chat.has("做好了", "回复“继续”接着来")
    chat.says("继续").has("水泥制品")


@pytest.mark.parametrize("words", ["给老板看", "出材料"])
def test_in_the_middle_of_the_assessment(words: str) -> None:
    """自评答到一半来要：说答完就出，接着问该问的那一步；不说还没有自评过。"""
    chat = Chat().says("自评").says(words)
    assert "自评还差几问，答完就出。" == chat.first
    chat.has("近一年内，贵厂有没有因环保违法受过处罚").lacks("还没有自评过", "先做自评")
    chat.says("没有").says("做商砼的").says("1").says("绩效引领").says(words)
    assert "自评还差最后几问，答完就出。" == chat.first
    chat.has("哪几项已经做到了").says("系统怎么用").says(words).has("答完就出", "哪几项已经做到了")
    chat.says("全部").says("全部").says(words)
    assert ("page", "outline", "checklist") == chat.reply.documents  # type: ignore[union-attr]


def test_an_earlier_assessment_is_given_while_a_new_one_is_open() -> None:
    """以前做过，这一次答到一半：给以前那一次的，写明日期，没答完的留着。"""
    chat = assessed().says("自评").says("给老板看")
    assert ("page", "outline", "checklist") == chat.reply.documents  # type: ignore[union-attr]
    chat.has("按2026年11月24日的自评", "回复“继续”接着来")


def test_after_forgetting_there_is_nothing() -> None:
    """删了信息，就当没有做过自评。"""
    assessed().says("删除我的信息").says("确认删除").says("给老板看").has("还没有自评过")
