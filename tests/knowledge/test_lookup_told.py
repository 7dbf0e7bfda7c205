"""查找：几步连起来的做法、只转手只组装的、听写错的字、连着说的几样、否认的、客套的来由。"""

from datetime import date

import pytest

from knowledge.admitted import untalked
from knowledge.chains import chained
from knowledge.lookup import Lookup
from knowledge.records import Found
from knowledge.rules import Rules, on
from knowledge.spelling import normalise, righted

RULES: Rules = on(date(2026, 11, 24))
LOOKUP = Lookup(RULES.branches, RULES.industries, RULES.aliases)


def listed(found: Found) -> list[str]:
    return [c.branch.id if c.branch else c.industry.id for c in found.candidates]


def settled(text: str) -> tuple[str, str]:
    """结果，和第一个候选。"""
    found = LOOKUP.find(text)
    return found.outcome, next(iter(listed(found)), "")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("锰矿粉拿酸泡出来，净化以后通电，剥下来一片片的锰", "n3-2"),
        ("矿热炉炼硅锰合金", "n3-1"),
        ("高炉炼铁，不炼钢，铁块全部卖给铸造厂", "n6-3"),
        ("高炉炼铁，转炉炼钢，再轧成钢材", "n1-1"),
        ("树脂加颜料挤出压片再磨成粉，给喷涂厂用", "n28-2"),
        ("给电机壳喷塑，用的粉是买的", "n39-5"),
        ("做电解铝槽子用的阳极块", "n9-1"),
        ("电解铝厂，自己不做阳极", "n8-1"),
        ("精制棉碱化醚化，出羧甲基纤维素钠", "n30-1"),
        ("不熬沥青，高分子卷材挤出来的，防水用", "n22-3"),
        ("不用沥青，三元乙丙橡胶防水卷材", "n22-2"),
    ],
)
def test_steps_taken_together_tell_the_branch(text: str, unit: str) -> None:
    """几步连起来才认得出的做法，认的是出来的产品，不是其中的一步、一样原料。"""
    assert ("match", unit) == settled(text)


def test_a_chain_takes_in_its_steps_only() -> None:
    """连起来的做法收下自己的各步，没有做法的原样。"""
    assert ["n30-1"] == [unit for word in chained("木浆醚化", []) for unit in word.units]
    assert [] == chained("烧砖的粉", [])


@pytest.mark.parametrize(
    "text",
    [
        "只收打包好的废塑料再转手卖，不清洗不破碎也不熔",
        "收废纸打包卖给纸厂，不洗不打浆",
        "买喷好漆的外壳和零件来组装电动工具，自己不喷",
        "漆件都是外面买的现成的，我们只拧螺丝组装",
    ],
)
def test_who_only_passes_on_or_puts_together_is_in_no_list(text: str) -> None:
    """只收来打包转卖，或只拿喷好的件组装，一道工序也没有，不在名录。"""
    assert "none" == LOOKUP.find(text).outcome


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("收废铝，不清洗不破碎，直接进炉熔成铝锭", "n13-2"),
        ("水泵组装，泵壳自己喷漆", "n39-5"),
        ("整车组装厂，有焊装涂装总装", "n37-1"),
    ],
)
def test_who_also_works_it_is_still_found(text: str, unit: str) -> None:
    """说了“不清洗”“组装”，自己还熔、还喷的，照样认。"""
    assert ("match", unit) == settled(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("力青混凝土搅拌站", "p6-1"),
        ("油没厂", "n29-1"),
        ("伯璃瓶厂", "n19-2"),
        ("皮歇厂，冷粘的", "n35-1"),
        ("在生铜", "n13-1"),
        ("飞铝熔炼做铝锭", "n13-2"),
        ("汔修厂", "p9-1"),
        ("石灰摇", "n5-1"),
    ],
)
def test_a_misheard_deciding_word_never_leads_elsewhere(text: str, unit: str) -> None:
    """决定归哪里的字听写错了，也不会有把握地说成别的行业。"""
    assert ("match", unit) == settled(text)


@pytest.mark.parametrize(
    "text",
    (
        "油没有了 油莫得 喷油末端治理 电气修理 空气修复 买地钻 当地专门做 在生产 摇炉炼锰铁 玻利维亚 "
        "动力清洗 办理清洁生产 非铝制品 消费铜制品 水泥专用车 布做的鞋面"
    ).split(),
)
def test_words_that_are_words_are_not_righted(text: str) -> None:
    """本来成词的不改。"""
    assert text == righted(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("厂里有焦化也烧石灰，石灰窑两座", {"n4-1", "n5-1"}),
        ("齿轮自己热处理，另外有一条喷漆线", {"p1-1", "n39-5"}),
        ("煤造气做合成氨，同时生产复合肥", {"n25-1", "p3-1"}),
        ("自己压胶合板，另有一条油漆涂饰线", {"n32-1", "n32-4"}),
    ],
)
def test_all_that_one_plant_does_is_listed(text: str, units: set[str]) -> None:
    """同一个厂里说了“也、还有、另有、同时”的几样，每样都列出来。"""
    found = LOOKUP.find(text)
    assert "ask" == found.outcome
    assert units <= set(listed(found))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("没得窑的砖厂，蒸养出来的", "n16-2"),
        ("没有窑，水泥石粉压砖自然养护", "n16-2"),
        ("名字叫钢铁公司，其实是中频炉铸件", "n6-2"),
        ("整车不是我们做的，我们给车厂做橡胶密封条", "n34-3"),
        ("没得窑，买熟料磨水泥", "n15-2"),
    ],
)
def test_what_is_denied_leaves_the_rest(text: str, unit: str) -> None:
    """否认的、名字里带着的不算，余下的照样认。"""
    assert ("match", unit) == settled(text)


@pytest.mark.parametrize(
    ("told", "plainly"),
    [
        ("我是厂头新来的环保员，领导喊我先弄清楚归类，我们是烧页岩砖的", "我们是烧页岩砖的"),
        ("我看了半天没看懂，你给我指个路，我们烧页岩砖", "我们烧页岩砖"),
        ("我们造纸的，文件翻了好几遍没找到自己，你指点一下", "我们造纸的"),
        ("你给我指个路，我们是养猪场", "我们是养猪场"),
    ],
)
def test_a_story_around_it_changes_nothing(told: str, plainly: str) -> None:
    """客套和来由去掉，结果和光说做什么的一样。"""
    assert settled(plainly) == settled(told)
    assert "指" not in untalked(normalise(told))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("wo men chang shi zuo nong yao de", "n27-1"),
        ("wo men chang shi zuo you mo de", "n29-1"),
        ("輪胎廠", "n34-1"),
        ("汔车维修", "p9-1"),
        ("鋳鉄厂用中频炉", "n6-2"),
        ("C2521炼焦", "n4-1"),
    ],
)
def test_other_ways_to_write_it(text: str, first: str) -> None:
    """一个字一个字打的拼音、繁体、异体、行业代码连着名称，都认得。"""
    assert first == settled(text)[1]


def test_pinyin_of_two_trades_is_asked() -> None:
    """一样的拼音指两样（炼焦、炼胶），先问。"""
    found = LOOKUP.find("wo men shi lian jiao de")
    assert "ask" == found.outcome
    assert {"n4-1", "n34-3"} <= set(listed(found))
