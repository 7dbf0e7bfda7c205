"""改口：改的是哪一条线，先说出来；没点名的改最后说的。"""

import pytest

from tests.chat import Chat


@pytest.fixture
def chat() -> Chat:
    """一个新用户。"""
    return Chat()


def trades(chat: Chat) -> list[str]:
    """进行中的那一场里，各条线说的是什么。"""
    answers = chat.session.frames[-1].answers if chat.session.frames else ()
    return [str(value) for key, value in answers if key.startswith("business.")]


def two_lines(chat: Chat) -> Chat:
    """头一条说定了商砼，正问着第二条喷漆是哪一个。"""
    return chat.says("我们是做商砼的").picks("水泥制品").says("还有喷漆的").has("喷的是什么")


@pytest.mark.parametrize(
    ("said", "first", "expected"),
    [
        ("不对，是注塑", "好，“还有喷漆的”改成“注塑”。", ["我们是做商砼的", "注塑"]),
        ("搞错了，应该是汽修厂", "好，“还有喷漆的”改成“汽修厂”。", ["我们是做商砼的", "汽修厂"]),
        ("不对，第二条是注塑", "好，“还有喷漆的”改成“注塑”。", ["我们是做商砼的", "注塑"]),
        ("不对，喷漆改成注塑", "好，“还有喷漆的”改成“注塑”。", ["我们是做商砼的", "注塑"]),
        ("不对，第一条是沥青拌合站", "好，“我们是做商砼的”改成“沥青拌合站”。", ["沥青拌合站"]),
        ("不对，商砼那条是沥青拌合站", "好，“我们是做商砼的”改成“沥青拌合站”。", ["沥青拌合站"]),
        ("错了，前面说的应该是沥青拌合站", "好，“我们是做商砼的”改成“沥青拌合站”。", ["沥青拌合站"]),
        ("修改成注塑", "好，“还有喷漆的”改成“注塑”。", ["我们是做商砼的", "注塑"]),
    ],
)
def test_the_last_said_is_corrected_unless_another_is_named(
    chat: Chat, said: str, first: str, expected: list[str]
) -> None:
    """正问着第二条线时改口：改的是刚说的；点了名的改点名的那一条。"""
    assert first == two_lines(chat).says(said).first
    assert expected == trades(chat)[: len(expected)]


def test_before_the_second_is_said_the_first_is_corrected(chat: Chat) -> None:
    """第二条还没说，改口改的就是头一条；后面的回答照旧。"""
    chat.says("我们是搞家具厂的").picks("家具制造工业").says("有").has("另外那条")
    chat.says("不对，是商砼").has("好，“我们是搞家具厂的”改成“商砼”。", "水泥制品")
    chat.picks("水泥制品（水泥）").has("另外那条生产线生产什么")


@pytest.mark.parametrize("said", ["修改 沥青拌合站", "改成沥青拌合站", "不对，是沥青拌合站", "我要改成沥青拌合站"])
def test_a_finished_conversation_can_be_corrected(chat: Chat, said: str) -> None:
    """有了结果再改口：在那一场里改，说出改了什么，别的回答还在。"""
    chat.says("我们是做商砼的").picks("水泥制品").picks("没有了").says(said)
    assert "好，“我们是做商砼的”改成“沥青拌合站”。" == chat.first
    chat.picks("沥青混合料搅拌站").has("有三档")


def test_a_trade_typed_at_the_list_of_answers_is_a_correction(chat: Chat) -> None:
    """“修改”列出来以后直接打行当：改的是行当，不是另加一条线。"""
    chat.says("我们是做商砼的").picks("水泥制品").says("修改").says("沥青拌合站")
    assert "好，“我们是做商砼的”改成“沥青拌合站”。" == chat.first
    assert ["沥青拌合站"] == trades(chat)


def test_reopening_a_trade_says_what_it_was(chat: Chat) -> None:
    """“修改”选了“主要生产什么”：先说原来答的是什么，再问。"""
    chat.says("我们是做商砼的").picks("水泥制品").says("修改").picks("主要生产什么")
    assert "原来答的是“我们是做商砼的”。请问贵厂主要生产什么？" == chat.first


@pytest.mark.parametrize("said", ["不是水泥厂也要评吗", "不对，我问的是时间", "改装车", "不对", "错了"])
def test_not_every_no_is_a_correction(chat: Chat, said: str) -> None:
    """问话、没说行当的“不对”、名字里带“改”的产品，都不是改口。"""
    chat.says("我们是做商砼的").picks("水泥制品").picks("没有了").says(said).lacks("改成")


@pytest.mark.parametrize("said", ["没得了", "没有了", "莫得了", "没了", "都没有", "都没得", "一个都不是"])
def test_none_of_several_candidates(chat: Chat, said: str) -> None:
    """几个候选里“没得了”，就是都不是：请换个说法。"""
    chat.says("我们是搞搅拌站的").says(said).has("换个说法")


def test_yes_and_no_to_several_trades(chat: Chat) -> None:
    """“这几样都是自己做的吗”：答“是”就一样一样来，答“不是”就问自己做的是哪一样，都再列一遍。"""
    chat.says("我们做铸造又喷漆").has("自己做的吗").says("是的").has("一样一样来", "1. 铸件（冲天炉）")
    chat.says("不是").has("自己做的是哪一样", "1. 铸件（冲天炉）").says("没得了").has("先选一样")
    chat.says("都不是").has("换个说法")


@pytest.mark.parametrize("said", ["是", "对", "嗯"])
def test_a_bare_yes_to_several_candidates(chat: Chat, said: str) -> None:
    """几个候选只答“是”：说分不清，再列一遍。"""
    chat.says("我们是搞搅拌站的").says(said).has("分不清", "1. 水泥制品").lacks("没看懂")


def test_denied_twice_in_one_breath() -> None:
    """“哦 不对,我说错了,我们是……”：改成的是后面那一样，不把“我说错了”念出来。"""
    chat = Chat().says("做商砼的").says("1").says("没有了").says("哦 不对,我说错了,我们是沥青拌合站")
    assert "好，“做商砼的”改成“沥青拌合站”。" == chat.first
