"""整句的偏向：量出来的文件齐全、不大；旁证只在说得清的时候改主意。"""

from datetime import date

import pytest

from knowledge.leaning import FILE, NONE, grams, leaning, letter, packed
from knowledge.lookup import Lookup
from knowledge.rules import Rules, on
from knowledge.spelling import normalise

RULES: Rules = on(date(2026, 11, 24))
LOOKUP = Lookup(RULES.branches, RULES.industries, RULES.aliases)


def branches(text: str) -> list[str]:
    return [c.branch.id if c.branch else c.industry.id for c in LOOKUP.find(text).candidates]


def test_the_file_covers_every_branch_and_stays_small() -> None:
    """每个分支和“不在名录”都有，不超过 200 KB。"""
    assert {*RULES.branches, NONE} == set(leaning().names)
    assert FILE.stat().st_size <= 200_000


@pytest.mark.parametrize("text", ["", "，、", "😀", "a", "配料、搅拌、静置发气", "做" * 200])
def test_shares_add_up(text: str) -> None:
    """份额加起来是 1，什么话都一样。"""
    shares = leaning().of(normalise(text))
    assert 0.999 < sum(shares.values()) < 1.001


def test_marks_part_the_grams() -> None:
    """标点隔开的两个字不算挨着；每个字词只算一次。"""
    assert ("喷", "漆", "喷漆") == grams("喷漆，喷")


def test_a_number_is_one_character() -> None:
    """太大的数收在两头，写回来的长度是分支数的两倍。"""
    assert letter(99.0) == letter(10_000.0) != letter(-99.0)
    assert 4 == len(packed([(0, 1.0), (106, -1.0)]))


def test_unseen_pairs_are_odd() -> None:
    """没有见过的两个字，多半写错了：“铝型才”错在后两个字。"""
    assert [1] == leaning().odd("铝型才")
    assert [] == leaning().odd("铝型材")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("用乙烯焦油烧炭黑，卖给轮胎厂", "n24-1"),
        ("洗煤、配煤、捣固、炼焦、干熄焦", "n4-1"),
        ("配合料熔化、供料机、行列机制瓶、退火", "n19-2"),
        ("裁断、针车、成型、刷胶、贴底", "n35-1"),
        ("用钢厂烟灰回转窑提氧化锌", "n13-4"),
        ("没有高炉也没有转炉，用废钢电炉", "n2-1"),
    ],
)
def test_what_is_only_mentioned_is_no_second_trade(text: str, first: str) -> None:
    """原料、客户、工序只是提到：整句说的是哪样，就是哪样。"""
    assert ("match", [first]) == (LOOKUP.find(text).outcome, branches(text))


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("烧砖的，另外还开了个页岩矿", {"n16-1", "p2-1"}),
        ("热镀锌的护栏，还要喷塑", {"p1-1", "n39-5"}),
        ("轮胎和内胎，还有翻新", {"n34-1", "n34-5"}),
    ],
)
def test_what_is_made_besides_is_listed(text: str, two: set[str]) -> None:
    """说了也做、还做的，两样都列出来。"""
    assert "ask" == LOOKUP.find(text).outcome
    assert two <= set(branches(text))


@pytest.mark.parametrize("text", ["搅拌站一个，自己有车队", "锂电池厂，涂布辊压卷绕", "铸件", "重庆某某水泥有限公司"])
def test_an_open_question_is_not_settled_by_it(text: str) -> None:
    """通知没有写的、名字里才有的、本来就分不清的，偏向再大也先问。"""
    assert "ask" == LOOKUP.find(text).outcome


@pytest.mark.parametrize("text", ["贴瓷砖的师傅", "开挖机的，给工地干活", "电梯维保", "今天天气怎么样"])
def test_it_makes_no_trade_of_a_job(text: str) -> None:
    """手艺人、维保、闲话，不因为像哪一行就算哪一行。"""
    assert "none" == LOOKUP.find(text).outcome
