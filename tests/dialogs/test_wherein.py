"""材料写进附件5的哪一项：说了几样，几样都说写在哪里；问的半句先答，再接着查行业。"""

import pytest

from tests.chat import Chat


@pytest.mark.parametrize(("said", "told"), [
    ("RTO的资料写到哪里，布袋也写一起嘛，编号是好多，环保公司跟我说的不一样", ("第六部分2.13.1", "第六部分2.13.4")),
    ("环保专员任命书放哪里，环评批复又放哪里", ("第六部分2.16.3", "2.16.1“环保档案资料”")),
    ("农药厂环保员的任命文件写到哪一节", ("第六部分2.16.3",)),
    ("除尘器资料放哪里，储罐放哪里", ("第六部分2.13.1", "第六部分2.7，标了“如涉及”")),
])  # fmt: skip
def test_each_thing_named_gets_its_place(said: str, told: tuple[str, ...]) -> None:
    """每一样写在第几项，都说。"""
    Chat().says(said).has(*told)


def test_a_title_listed_twice_is_told_at_both_places() -> None:
    """两处都有的一项：两处各在哪里，先说两处都列了。"""
    chat = Chat().says("原料用量前头写了一遍，后头又冒出来一节，要写两遍嗦").has("第五部分3.3", "第六部分2.4")
    assert chat.first.startswith("两处都列了")


@pytest.mark.parametrize(("said", "first"), [
    ("我们水泥熟料线B级，黄色预警厂头国四的车还进不进得来，橙色要减好多产", "据转载的《技术指南》"),
    ("我们厂是印教材教辅的，想弄豁免，是不是要先评级，要评到哪级", "可以按程序申报"),
    ("铸造厂评上B级，执法的是不是就来得少了", "是减少，不是没有"),
    ("我们印刷厂有本台账是补的，遭查到定成啥子级", "材料造假，直接评定为最低等级。"),
    ("老板以为评到A级税就全免咯，我说莫得这种事，给我个准话嘛，最多能减到好多，到底按啥子算", "环保税减不减"),
    ("监测报告的日期改了一哈，没得好大个事嘛，最多给我退回来重交？", "材料造假，直接评定为最低等级。"),
    ("区里天天催我们参评，现在评级是强制的不", "申报是自愿的"),
])  # fmt: skip
def test_the_half_that_asks_is_answered_first(said: str, first: str) -> None:
    """说了行当、情形、心情的，先答问的那半句。"""
    assert Chat().says(said).first.startswith(first)


def test_the_benefits_menu_names_the_ten() -> None:
    """只问有啥子好处：头一行就说有哪十条。"""
    assert "首违不罚" in Chat().says("有啥子好处").first
