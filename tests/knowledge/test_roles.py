"""话里说到的每一样是谁做的：停了的、没有的、别个的、外头做的、以前的、打算的，都不算自己的。"""

from datetime import date

import pytest

from knowledge.contrasting import contrasted
from knowledge.lookup import Lookup
from knowledge.roles import owned
from knowledge.rules import Rules, on

RULES: Rules = on(date(2026, 11, 24))
LOOKUP = Lookup(RULES.branches, RULES.industries, RULES.aliases)


def settled(text: str) -> tuple[str, str]:
    """结果，和第一个候选。"""
    found = LOOKUP.find(text)
    branch = found.candidates[0].branch if found.candidates else None
    return found.outcome, branch.id if branch else ""


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("矿热炉全部砸了，剩电解锰在生产", "n3-2"),
        ("页岩砖隧道窑在烧，加气块那边一直没上", "n16-1"),
        ("轮胎我们自己不做，油炉法炭黑", "n24-1"),
        ("修车铺是我弟的，我这是造整车的", "n37-1"),
        ("炼铜的是总公司，我们分厂只拉铜杆", "n14-1"),
        ("喷漆外包，我们只注塑", "p4-1"),
        ("人家都以为我们是做岩棉的，其实做玻璃棉", "n19-4"),
        ("执照上写的是铸造，现在只做石材切割", "p2-2"),
        ("十年前烧青砖，眼下搞沥青拌和", "p6-1"),
        ("准备上喷漆线，现在还只是注塑", "p4-1"),
        ("不挖矿切石板", "p2-2"),
        ("船不造造集装箱", "n39-3"),
        ("除了注塑别的都不做", "p4-1"),
        ("我们轧钢的，别扯炼钢", "n1-3"),
    ],
)
def test_only_what_is_ones_own_is_looked_up(text: str, unit: str) -> None:
    """别的都不算，就剩自己现在做的那一样。"""
    assert ("match", unit) == settled(text)


@pytest.mark.parametrize(
    "text", ["门卫，隔壁烧砖", "只收废纸打包，造纸的是买家", "铸件都是外购的毛坯，我们只车一下钻一下"]
)
def test_who_has_nothing_of_ones_own_is_in_no_list(text: str) -> None:
    """说到的全是别个的：不在名录。"""
    assert "none" == settled(text)[0]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("只挖矿不炼", "p2-1"),
        ("收旧电瓶拆了炼铅", "n13-3"),
        ("岩棉不是我们生产的，买来裁切加工", "n20-2"),
    ],
)
def test_what_only_sounds_denied_is_kept(text: str, unit: str) -> None:
    """只做前一样的、拆了当工序的、买来当料的：照旧算。"""
    assert unit == settled(text)[1]


@pytest.mark.parametrize("text", ["我们江津铸造厂要停产不", "家具厂是不是都能评A"])
def test_a_question_is_no_denial(text: str) -> None:
    """“要停产不、是不是”是在问，不是停了、不是。"""
    assert "none" != settled(text)[0]


def test_both_of_ones_own_are_kept() -> None:
    """两样都是自己的，两样都列。"""
    found = LOOKUP.find("以前只做复合肥，去年又上了一套农药制剂，两边都在做")
    assert {"p3-1", "n27-1"} <= {each.branch.id for each in found.candidates if each.branch}


def test_nothing_said_of_it_leaves_it_alone() -> None:
    """没有这些说法的，一个字也不动。"""
    assert "做商品混凝土的" == owned("做商品混凝土的", [])
    assert "做岩棉，做玻璃棉" == contrasted("做岩棉，做玻璃棉", [])
