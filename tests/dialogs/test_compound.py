"""一条消息问几样：照问的次序各答各的，靠行业、靠今天的照说的那个厂答。"""

from datetime import date

import pytest

from dialogs.records import Window
from tests.chat import Chat

WHO = "“水泥制品”的绩效引领：区县预审 → 专家现场审查"


def known() -> Chat:
    """查过行业的商砼站。"""
    return Chat().says("我们是做商砼的").says("对").says("没有了")


def order(chat: Chat, *heads: str) -> list[int]:
    """这几句在答复里各在哪里。"""
    assert chat.turn
    assert chat.turn.reply
    return [chat.turn.reply.text.index(head) for head in heads]


@pytest.mark.parametrize(
    ("said", "heads"),
    [
        ("申报时间、材料、哪个审", ("工作时段", "按附件5的大纲编", "看等级：A级")),
        ("要啥材料好久报哪个审", ("按附件5的大纲编", "工作时段", "看等级：A级")),
        ("要好多钱、好久出结果、管几年", ("收不收费", "几天出结果", "等级的有效期")),
        ("要好多钱好久出结果管几年", ("收不收费", "几天出结果", "等级的有效期")),
        ("哪个审好久审完公示几天", ("看等级：A级", "几天出结果", "没有写公示几天")),
        ("一年报几次，现在报得成不", ("一年只能申报一次", "工作时段")),
    ],
)
def test_each_is_answered_in_the_order_asked(said: str, heads: tuple[str, ...]) -> None:
    """顿号隔开的、一口气不停顿的都一样，头一页就各有一句。"""
    chat = Chat().says(said)
    at = order(chat, *heads)
    assert sorted(at) == at


def test_the_known_factory_answers_its_own_part() -> None:
    """查过行业的，谁审照那个行业；别的几问照旧。"""
    chat = known().says("哪个来审哦，环保税减不减")
    assert chat.first.startswith(WHO)
    chat.has("“水泥制品”的非绩效引领", "环保税减不减，看排放浓度").lacks("看等级：")


def test_the_factory_named_in_the_message_answers_its_own_part() -> None:
    """同一句说了做什么，也照那个行业答，再接着查。"""
    chat = Chat().says("我们是做商砼的，哪个来审哦，环保税减不减")
    assert chat.first.startswith(WHO)
    chat.has("环保税减不减，看排放浓度", "接着查贵厂的等级")


def test_the_registered_window_answers_when() -> None:
    """有登记的窗口，几问里的“好久报”也照窗口答。"""
    chat = Chat(windows=(Window("w2026-1", "2026年申报", date(2026, 11, 1), date(2026, 12, 31)),))
    chat.says("哪个审、好久报、要不要钱").has("2026年12月31日", "收不收费").lacks("2024年8月1日")


def test_lines_taken_together_each_answer() -> None:
    """几样都要、还没说完的，也照认定了的那几个分支各说各的。"""
    chat = Chat().says("我们石材加工，还搞采石").says("全部").says("哪个审，环保税减不减")
    chat.has("“石材加工”的地方绩效引领", "“矿石采选”的地方A", "环保税减不减，看排放浓度")


def test_a_question_about_the_highest_says_what_is_lacking() -> None:
    """问最高几级、又问有没有那一级：没有的先说没有。"""
    assert "“水泥制品”没有B级。" == known().says("最高评到几级，B级有没有").first


@pytest.mark.parametrize("said", ["D级谁审", "D级哪个评"])
def test_no_such_tier_is_said_first(said: str) -> None:
    """那个行业没有这一档，头一句就说没有，再说有的各档谁审。"""
    chat = known().says(said)
    assert "“水泥制品”没有D级。" == chat.first
    chat.has("“水泥制品”的非绩效引领：区县审核")
    assert "没有D级" in Chat().says("我们是做家具的，D级哪个评").first
