"""有把握之前再看一眼：另外说了也做的一样解释不了的，先问；说得清楚的，照旧有把握。"""

from datetime import date

import pytest

from knowledge.lookup import Lookup
from knowledge.rules import Rules, on

RULES: Rules = on(date(2026, 11, 24))
LOOKUP = Lookup(RULES.branches, RULES.industries, RULES.aliases)


def listed(text: str) -> tuple[str, set[str]]:
    """结果，和全部候选的分支。"""
    found = LOOKUP.find(text)
    return found.outcome, {each.branch.id for each in found.candidates if each.branch}


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("电镀厂，也喷粉", {"p1-1", "n39-5"}),
        ("合成氨做尿素也做复合肥", {"n25-1", "p3-1"}),
        ("船厂，顺便做钢结构", {"n39-4", "n39-1"}),
        ("石墨电极厂，也接煅烧", {"n9-3", "n9-2"}),
        ("做轮胎，旁边有个翻新车间", {"n34-1", "n34-5"}),
        ("砂石厂，边上我们自己的商混站", {"p2-1", "n15-4"}),
        ("注塑件，喷漆也在我们厂喷", {"p4-1", "n39-5"}),
        ("纸厂配了个热电站，也做纸板印刷", {"p5-1", "n31-1"}),
        ("合成氨是煤制的，多的做成复合肥", {"n25-1", "p3-1"}),
        ("焦化配套了石灰窑", {"n4-1", "n5-1"}),
        ("弹簧厂热处理喷塑", {"p1-1", "n39-5"}),
    ],
)
def test_what_is_also_made_is_listed(text: str, units: set[str]) -> None:
    """中间说了“也、顺便、旁边有、也接”的两样，两样都列。"""
    assert ("ask", units) == (listed(text)[0], units & listed(text)[1])


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("做塑料袋的，有些要印字", {"p4-1", "n31-2"}),
        ("废铝化成铝合金锭，一部分直接压铸成零件", {"n13-2", "n6-2"}),
    ],
)
def test_two_industries_that_contend_are_listed(text: str, units: set[str]) -> None:
    """分开说了两段，整句像两个行业，谁也压不过谁：两个都列，先问。"""
    assert ("ask", units) == (listed(text)[0], units & listed(text)[1])


@pytest.mark.parametrize(
    ("text", "unit"), [("烧石灰，供给磨矿渣粉的", "n5-1"), ("我们江津的铸造厂，做铸件，天然气炉", "n6-2")]
)
def test_what_others_do_and_branches_of_one_industry_do_not_contend(text: str, unit: str) -> None:
    """供给别人做的、同一行业里说清了是哪一支的，不算有争。"""
    assert ("match", {unit}) == listed(text)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("平板玻璃，自己钢化", {"n19-1", "n19-6"}),
        ("浮法玻璃原片,接着做钢化夹层", {"n19-1", "n19-6"}),
        ("轧钢厂，自己镀锌", {"n1-3", "p1-1"}),
        ("电解铝自己做阳极", {"n8-1", "n9-1"}),
        ("铜杆厂，自己收废铜熔", {"n14-1", "n13-1"}),
        ("挤铝型材,自家有粉末喷涂线", {"n14-2", "n39-2"}),
    ],
)
def test_a_further_step_of_another_trade_is_listed(text: str, units: set[str]) -> None:
    """“自己、接着”做的后一步是别的行业，不是前一样的一道工序：两样都列。"""
    assert ("ask", units) == (listed(text)[0], units & listed(text)[1])


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("一楼注塑二楼印刷", {"p4-1", "n31-1"}),
        ("楼上印纸箱楼下吹塑料瓶", {"n31-1", "p4-1"}),
        ("左边厂房做pcb，右边厂房电镀五金", {"p8-1", "p1-1"}),
        ("老厂区隧道窑烧页岩砖，新厂区搞的是免烧的水泥砖", {"n16-1", "n16-2"}),
        ("陶瓷厂，大半做碗小半做马桶", {"n17-3", "n17-2"}),
    ],
)
def test_each_place_has_its_own(text: str, units: set[str]) -> None:
    """楼上楼下、左边右边、老厂新厂、一半一半，各说了一样：都列。"""
    assert ("ask", units) == (listed(text)[0], units & listed(text)[1])


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("实木餐桌椅，自己喷漆", "n36-1"),
        ("水泥厂，有回转窑自己烧熟料，也自己磨", "n15-1"),
        ("高炉转炉都有，自己还轧板", "n1-1"),
        ("不光炼油，下面还接乙烯，一体化的", "n23-1"),
        ("造船的，也接点坞修", "n39-4"),
        ("盖板玻璃原片，电子用的，自己有熔窑", "n19-3"),
    ],
)
def test_a_step_of_ones_own_is_no_other_trade(text: str, unit: str) -> None:
    """自己产品的一道工序、一体化的各步，不另算。"""
    assert ("match", {unit}) == listed(text)


@pytest.mark.parametrize(
    "text",
    [
        "到底算整车还是涂装，买底盘装车厢再喷漆",
        "涂料公司，漆也有粉也有，问下是哪个分支",
        "给别人代喷工件，一会儿喷粉一会儿烤漆的",
    ],
)
def test_what_is_left_open_is_asked(text: str) -> None:
    """问算甲还是算乙的、两样都有的、没有说喷什么的代喷，不拿整句的偏向来挑。"""
    assert "ask" == listed(text)[0]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("不是平板玻璃，我们吹瓶子罐子", "n19-2"),
        ("高炉渣做棉", "n20-1"),
        ("买pu革来做鞋", "n35-1"),
    ],
)
def test_what_the_rest_says_is_listed_too(text: str, unit: str) -> None:
    """否认的是一个行业的、料做成了别的：余下的话像的那样也列。"""
    assert ("ask", True) == (listed(text)[0], unit in listed(text)[1])


@pytest.mark.parametrize("text", ["做注塑机的", "生产石材切割机", "生产挤塑机、吹膜机整机，喷漆", "挖机斗焊接喷漆"])
def test_who_builds_the_machine_is_not_who_runs_it(text: str) -> None:
    """造机器的、做一个零件的，不认定是用它的那个行业、是整机：喷漆的也列。"""
    outcome, units = listed(text)
    assert ("n39-5" in units, True) == (True, outcome == "ask" or units == {"n39-5"})


@pytest.mark.parametrize(
    "text", ["橡皮艇漂流", "石灰岩溶洞景区", "轮船公司跑客运", "塑料花插花店", "做月饼的用铁盒子装", "纸箱回收打包站"]
)
def test_a_word_inside_a_shop_or_a_trip_is_no_trade(text: str) -> None:
    """词只是修饰一家店、一个景区、拿来装东西的：没有把握。"""
    assert "match" != listed(text)[0]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("不是水泥搅拌站,是沥青的", "p6-1"),
        ("不是PVC革,是聚氨酯的", "n33-2"),
        ("没冲天炉，是中频炉", "n6-2"),
        ("独立轧钢厂只轧不炼", "n1-3"),
        ("不喷漆的板式衣柜", "n36-4"),
        ("煅后石油焦，买生焦来煅，煅好就卖，不做阳极不做电极", "n9-2"),
    ],
)
def test_not_this_but_that(text: str, unit: str) -> None:
    """“不是甲，是乙”：乙接上甲的后半，或者和甲一个行业；只做前一样的、不喷漆的，去掉的只是后一样。"""
    assert ("match", {unit}) == listed(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("烧奈火砖的", "n18-1"),
        ("烟棉厂用离心机甩棉再压成烟棉板", "n20-1"),
        ("铝型材齐压厂", "n14-2"),
        ("玻璃缸管道罐子缠绕的", "n21-1"),
    ],
)
def test_words_misheard_are_righted(text: str, unit: str) -> None:
    """听写错了、本来不成词的，换成本来的字。"""
    assert ("match", {unit}) == listed(text)


def test_a_material_written_is_not_taken_for_a_slip() -> None:
    """写的字自己就是一样材料的（砼管），不当成写错了的别的（铜管）。"""
    assert "n14-1" not in listed("砼管")[1]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("多层板 刨花板 都压", {"n32-1", "n32-2"}),
        ("沥青的卷材、PVC的卷材，两条线", {"n22-1", "n22-3"}),
    ],
)
def test_what_is_listed_side_by_side_is_all_listed(text: str, units: set[str]) -> None:
    """挨着列的几样，各是各的分支：都列，不只认一样。"""
    assert ("ask", units) == (listed(text)[0], units & listed(text)[1])


def test_a_sentence_like_another_branch_is_asked() -> None:
    """听成的词一点也不像整句说的，整句又很像另一个：先问，不认定。"""
    outcome, units = listed("人靠革，聚氯乙希的")
    assert ("ask", True) == (outcome, "n33-1" in units)


@pytest.mark.parametrize(
    "text", ["氮肥企业，合成氨装置一套，不清楚原料是煤还是气", "涂料厂，水性的油性的粉末的我不晓得"]
)
def test_one_who_does_not_know_is_asked(text: str) -> None:
    """自己也说不清是哪一样的，先问。"""
    assert "ask" == listed(text)[0]


def test_not_knowing_where_it_belongs_is_no_doubt() -> None:
    """只是不晓得归哪类，做什么说清楚了的，照样有把握。"""
    assert ("match", {"n15-1"}) == listed("我们不晓得归哪类，做水泥熟料的")


@pytest.mark.parametrize(
    ("text", "unit"),
    [("纸箱厂用蒸汽锅炉", "n31-1"), ("药厂，厂里有台燃气锅炉", "n26-1"), ("家具厂有天然气锅炉", "n36-1")],
)
def test_a_boiler_does_not_make_a_listed_trade_general(text: str, unit: str) -> None:
    """名录里的行当烧锅炉，不就此算通用行业：先列那个行当。"""
    found = LOOKUP.find(text)
    assert found.outcome == "ask"
    assert found.candidates[0].branch is not None
    assert unit == found.candidates[0].branch.id


def test_an_unlisted_trade_with_a_boiler_is_general() -> None:
    """名录以外的行当有锅炉，就是通用行业。"""
    assert ("match", {"p10-1"}) == listed("酒厂有燃气锅炉")


@pytest.mark.parametrize(
    ("text", "units"),
    [("我们主要做农药，顺带注塑", {"n27-1", "p4-1"}), ("主要农药，顺带纸箱印刷", {"n27-1", "n31-1"})],
)
def test_the_main_trade_is_not_lost(text: str, units: set[str]) -> None:
    """主要做的和顺带做的两样都列，不只认后一样。"""
    assert ("ask", units) == (listed(text)[0], units & listed(text)[1])
