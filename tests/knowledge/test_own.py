"""不是自己现在做的不列：停了的、以前的、否认的；只说了是哪一块的先问，问用电用水的不是说行当。"""

import pytest

from tests.knowledge.test_doubting import LOOKUP, RULES, listed


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("石灰窑停了，旁边磨矿渣粉", "n15-3"),
        ("以前搞瓷砖，现在没搞了，做岩棉板", "n20-1"),
        ("做橡皮的，以前做过地砖", "n34-4"),
        ("做过几年地砖，现在做橡皮", "n34-4"),
        ("地砖关了好几年了，现在就做橡皮", "n34-4"),
        ("沥青站卖给别人了，我们现在只有商混站", "n15-4"),
        ("从地砖改行做橡皮了", "n34-4"),
        ("地砖没搞起来，还是做橡皮", "n34-4"),
        ("地砖线卖了，买了橡皮的设备在做", "n34-4"),
        ("说我们是地砖的弄错了，我们做橡皮", "n34-4"),
        ("哪个说我们做地砖，我们做橡皮", "n34-4"),
        ("炭黑买家多是轮胎厂，咱自己一条胎没做过", "n24-1"),
        ("轮胎不生产，专门翻新", "n34-5"),
        ("车不造，只修", "p9-1"),
        ("不修船，只造", "n39-4"),
    ],
)
def test_what_is_given_up_or_denied_is_not_listed(text: str, unit: str) -> None:
    """停了的、以前的、弄错的不是候选，现在做的有把握；“不甲，只乙”的乙接上同一样东西。"""
    assert ("match", {unit}) == listed(text)


@pytest.mark.parametrize(
    "text",
    [
        "废铅炼过几年，遭关了，现在没得生产",
        "以前炼过再生铅，现在厂子空起的",
        "我们不做烧结普通砖",
        "现在不搞烧结普通砖了",
    ],
)
def test_nothing_is_left(text: str) -> None:
    """什么都没有做了的，一个候选也没有。"""
    assert ("none", set()) == listed(text)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("以前搞瓷砖，现在做岩棉板", "现在做岩棉板"),
        ("地砖停了，我们做橡皮", "我们做橡皮"),
        ("商砼 53.5 个工人", "商砼 53.5 个工人"),
    ],
)
def test_own_words_are_kept(text: str, own: str) -> None:
    """只留下说自己现在做的；没有别的就照原样。"""
    assert own == RULES.own(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("岩棉的", {"n20-1", "n20-2"}),
        ("做轮胎这块的", {"n34-1", "n34-5"}),
        ("锰这块的", {"n3-1", "n3-2"}),
        ("做膜的", {"p4-1", "n31-2"}),
    ],
)
def test_a_trade_only_touched_on_is_asked(text: str, units: set[str]) -> None:
    """只说了“某某的、这块的”，厂名还分不清的先问。"""
    assert ("ask", units) == (listed(text)[0], units & listed(text)[1])


@pytest.mark.parametrize("text", ["用电度数", "上个月用电好多度", "电费太贵了咋个办", "每个月用水多少"])
def test_a_meter_is_not_a_trade(text: str) -> None:
    """问用了多少电、多少水，不是说行当。"""
    assert "none" == LOOKUP.find(text).outcome


def test_making_meters_is_not_asking_about_them() -> None:
    """说了做什么的照旧听。"""
    assert ("match", {"p4-1"}) == listed("做水表塑料外壳")
