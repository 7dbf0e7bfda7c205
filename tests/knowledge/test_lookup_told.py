"""查找：几步连起来的做法、只转手只组装的、听写错的字、连着说的几样、否认的、客套的来由。"""

from datetime import date

import pytest

from knowledge.admitted import untalked
from knowledge.chains import chained
from knowledge.lookup import Lookup
from knowledge.misheard import righted
from knowledge.records import Found
from knowledge.rules import Rules, on
from knowledge.spelling import normalise

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
        ("收费旅回来化了打旅定", "n13-2"),
        ("电解猛片", "n3-2"),
        ("矿来炼粗签电签", "n11-1"),
        ("热扎带钢，钢胚买的", "n1-3"),
        ("中平炉化铁水做住件的", "n6-2"),
        ("做伤痛的搅拌站", "n15-4"),
        ("烧烂碳的", "n4-3"),
        ("打复活肥的", "p3-1"),
    ],
)
def test_a_misheard_deciding_word_never_leads_elsewhere(text: str, unit: str) -> None:
    """决定归哪里的字听写错了，也不会有把握地说成别的行业。"""
    assert ("match", unit) == settled(text)


@pytest.mark.parametrize(
    "text",
    (
        "油没有了 油莫得 喷油末端治理 电气修理 空气修复 买地钻 当地专门做 在生产 摇炉炼锰铁 玻利维亚 "
        "动力清洗 办理清洁生产 非铝制品 消费铜制品 水泥专用车 布做的鞋面 旅游业 标签厂 捆扎钢筋 熟练铁匠 居住条件 "
        "逐渐做大 断续生产 粮食灰尘 伤痛药膏 复核肥料 帮助造纸 天然气体 氧化木材 打定主意"
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
        ("没得窑熟料都是外头拉来的磨成水泥装袋", "n15-2"),
        ("上回有人把我们归到电解铝那头，不对，我们买铝锭铸轧铝箔", "n14-2"),
        ("你们系统老是给我填成造纸，我们是买纸板来印纸箱的", "n31-1"),
        ("烧碗的，哎不是，做氧化铝耐磨瓷件的", "n17-5"),
        ("冲天炉早拆了好多年了，现在是中频炉浇铸件", "n6-2"),
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


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("铝土矿磨了加碱溶出，出氧化铝", "n7-1"),
        ("进熟料石膏出水泥，没得窑", "n15-2"),
        ("炼钢电炉里头用的石墨棒", "n9-3"),
        ("矿山那边铅精矿拉过来炼粗铅", "n11-1"),
        ("用的是聚氨酯浆料还有DMF，做PU革", "n33-2"),
        ("隔壁炼油厂出的石油焦收过来，罐式炉煅烧", "n9-2"),
    ],
)
def test_what_comes_in_is_not_the_trade(text: str, unit: str) -> None:
    """拿进来的料、别家的炉子不是自己做的；认的是做出来的东西。"""
    assert ("match", unit) == settled(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("商砼沥青", {"n15-4", "p6-1"}),
        ("原料药农药", {"n26-1", "n27-1"}),
        ("岩棉玻璃棉两条线", {"n20-1", "n19-4"}),
        ("修车喷漆 旧胎翻新", {"p9-1", "n34-5"}),
        ("水泥厂烧熟料带自备石灰石矿山", {"n15-1", "p2-1"}),
        ("轧钢线材，酸洗磷化给人代加工", {"n1-3", "p1-1"}),
        ("岩棉生产，外加岩棉板裁切复合", {"n20-1", "n20-2"}),
    ],
)
def test_things_side_by_side_are_all_listed(text: str, units: set[str]) -> None:
    """挨着说、没有“和”字的几样，自备的矿山，对外接活的工序，每样都列出来。"""
    found = LOOKUP.find(text)
    assert "ask" == found.outcome
    assert units <= set(listed(found))


@pytest.mark.parametrize("text", ["拉玻璃丝的，球还是池窑我不晓得", "做涂料的", "搞铜的", "橡胶里头分几种我们归哪种"])
def test_who_does_not_know_is_asked(text: str) -> None:
    """说的人自己分不清的，先问。"""
    assert "ask" == LOOKUP.find(text).outcome


@pytest.mark.parametrize(
    "text",
    [
        "大米加工，稻谷脱壳抛光",
        "织毛衣织手套的",
        "餐具消毒配送，碗筷是陶瓷的",
        "直播带货卖陶瓷碗",
        "开大货车的",
        "腌皮蛋裹石灰泥的",
    ],
)
def test_another_trade_with_a_stray_word_is_in_no_list(text: str) -> None:
    """别的行当里顺带说到的一道工序、一样东西，不算。"""
    assert "none" == LOOKUP.find(text).outcome


def test_pinyin_words_that_overlap_are_no_trouble() -> None:
    """拼音读成的两个词叠在一起，也不出错。"""
    assert "n36-3" == settled("hongmu jiaju chang")[1]


def test_pinyin_of_two_trades_is_asked() -> None:
    """一样的拼音指两样（炼焦、炼胶），先问。"""
    found = LOOKUP.find("wo men shi lian jiao de")
    assert "ask" == found.outcome
    assert {"n4-1", "n34-3"} <= set(listed(found))
