"""一句话里问了几件，一件一件都答，次序照问的次序；第一行答头一件。"""

import pytest

from tests.chat import Chat


@pytest.mark.parametrize(("said", "first", "also"), [
    ("一厂一策在哪里填，公示牌要挂好大的，账号忘了找哪个", "“一厂一策”实施方案由企业", ("“公示牌”做多大", "忘了密码")),
    ("公示牌要挂好大，一厂一策哪里填", "“公示牌”做多大，通知没有写。", ("“一厂一策”实施方案由企业",)),
    ("一厂一策在哪里填，账号忘了找哪个", "“一厂一策”实施方案由企业", ("忘了密码",)),
    ("一厂一策没得模板啷个写，交不交钱", "“一厂一策”有没有模板，通知没有写。", ("收不收费",)),
    ("民生豁免咋个报，我们是做药的，现在还没得级别，另外预警来了停不停", "民生保障由企业", ("哪种预警停哪条线",)),
    ("绩效引领和B级哪个凶些，预警的时候哪个少停点", "绩效引领是一部分", ("少限产",)),
])  # fmt: skip
def test_each_question_gets_its_answer(said: str, first: str, also: tuple[str, ...]) -> None:
    """几个半句各问各的：都有着落。"""
    chat = Chat().says(said).has(*also)
    assert chat.first.startswith(first)


@pytest.mark.parametrize("said", ["一厂一策是哪个编，编好交到哪点", "公示牌挂哪里，要挂好大"])
def test_two_halves_about_one_thing_are_one_question(said: str) -> None:
    """两个半句说的是同一件：照那一件答，不再添别的。"""
    Chat().says(said).lacks("企业在“重庆市重污染天气应急管理系统”里自己注册、自己申报")


def test_several_things_reported_at_once_keep_what_was_said() -> None:
    """报了几件事：先说头一件，那半句里答过的不再问。"""
    chat = Chat().says("橙色预警来了，想自评一哈").has("先说“预警了”", "再回复“自评”")
    assert ("level", "橙色") in chat.session.frames[-1].answers


def test_a_half_that_only_sets_the_scene_is_no_question() -> None:
    """前半句只是说情形：照整句答。"""
    Chat().says("一个企业几个行业，等级取高的还是取低的").has("综合等级").lacks("自己注册")


def test_one_grade_down_is_said_to_be_unwritten() -> None:
    """没过A级，问能不能直接按B给：通知没有写，先说。"""
    chat = Chat().says("市里没通过我们的A级，能不能直接按B给我们")
    assert chat.first.startswith("没过这一级，能不能直接按低一级给，通知没有写")


def test_items_sent_back_are_kept_when_the_window_is_asked() -> None:
    """退的是哪几项说了，又问窗口关了收不收：窗口先答，几项照样讲。"""
    chat = Chat().says("区里退了，喊补充无组织和在线监测，窗口都关了还收不收").has("无组织排放", "在线监测")
    assert "窗口关了还收不收，通知没有写" in chat.first
