"""分隔号怎么写，都不改变记下的：造出来的句子，说的是什么事先就知道；读得准的一字不差，读不准的问回去。"""

import random
import re
from typing import Final

import pytest

from dialogs.rated import Status, rated, read
from dialogs.reading import plain
from tests.dialogs.test_assess import long_form
from tests.dialogs.test_rated import furniture
from tests.dialogs.test_rating import NAMES, everything

M: Final = "met"
U: Final = "unmet"
Q: Final = "unknown"
N: Final = "na"
WORDS: dict[str, Status] = {"做到了": M, "没做到": U, "没有": U, "没得": U, "不清楚": Q, "不涉及": N}
SEPARATORS = ["，", "、", "", " ", "；"]
Said = dict[int, Status]


def glued(first: str, second: str, separator: str) -> str:
    """连在一起就成了另一个词的（“1”“2”，“没有”“做到了”），用逗号隔开。"""
    another = (first[-1:].isdigit() and second[:1].isdigit()) or (first[-1:] in "有得" and second.startswith("做"))
    return first + ("，" if another and not separator else separator) + second


def listed(items: list[int], separator: str, pick: random.Random) -> str:
    """几项写成编号；连着的三项以上，多半写成“1到4”。"""
    parts, at = [], 0
    while at < len(items):
        end = at
        while end + 1 < len(items) and items[end + 1] == items[end] + 1:
            end += 1
        span = end - at >= 2 and pick.random() < 0.7
        parts.append(f"{items[at]}{pick.choice('到-至')}{items[end]}" if span else str(items[at]))
        at = end + 1 if span else at + 1
    return separator.join(parts)


def sentence(pick: random.Random, plainly: bool) -> tuple[str, Said]:
    """一句话，和它说的是什么；`plainly` 是状态都在后面，只隔逗号、空格或不隔。"""
    items = pick.sample(range(1, 11), pick.randint(2, 7))
    cuts = sorted(pick.sample(range(1, len(items)), pick.randint(0, min(2, len(items) - 1))))
    groups = [sorted(items[a:b]) for a, b in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    inner = "、" if plainly else pick.choice("、， ")
    gap = pick.choice(["，", " ", ""] if plainly else SEPARATORS)
    between = pick.choice(["，", "；", " ", "。"] if plainly else SEPARATORS)
    said, expected = "", {}
    for group in groups:
        word, who = pick.choice(list(WORDS)), listed(group, inner, pick)
        pair = (word, who) if not plainly and pick.random() < 0.4 else (who, word)
        one = glued(*pair, gap)
        said = glued(said, one, between) if said else one
        expected.update(dict.fromkeys(group, WORDS[word]))
    if pick.random() < 0.5:
        word = pick.choice(list(WORDS))
        said = glued(said, f"其他{gap}{pick.choice(['', '都'])}{word}", between)
        expected = {**dict.fromkeys(range(1, 11), WORDS[word]), **expected}
    return said, expected


def reading(said: str) -> Said | None:
    """读成了什么；问回去的是 None。"""
    try:
        found = rated(plain(said), NAMES)
    except IndexError:
        return None
    return None if found is None else {n + 1: status for n, status in found.items()}


def test_a_status_after_its_items_is_read_exactly() -> None:
    """状态跟在几项后面，隔着逗号、空格或不隔，“其他”前后都一样：说的是什么就记什么。"""
    pick = random.Random(5)
    wrong = [
        (said, expected) for said, expected in (sentence(pick, True) for _ in range(400)) if reading(said) != expected
    ]
    assert [] == wrong


def test_no_separator_turns_an_answer_round() -> None:
    """状态在前在后、怎么隔开，要么记成说的，要么问回去，没有第三样；问回去的不到一半。"""
    pick = random.Random(8)
    told = [(said, expected, reading(said)) for said, expected in (sentence(pick, False) for _ in range(800))]
    assert [] == [each for each in told if each[2] not in (None, each[1])]
    assert sum(found is None for _, _, found in told) < 400


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1、3做到了，5没做到，不清楚 2", {1: M, 3: M, 5: U, 2: Q}),
        ("1、3做到了，不清楚 2，其他没做到", everything(U, n1=M, n3=M, n2=Q)),
        ("1、3做到了，其他没做到", everything(U, n1=M, n3=M)),
        ("5没做到，其他做到了", everything(M, n5=U)),
        ("1、3，不清楚 2", {1: M, 3: M, 2: Q}),
        ("1、3，不清楚 2，不涉及 4", {1: M, 3: M, 2: Q, 4: N}),
        ("1、2、3做到了，不涉及 9，其他没做到", everything(U, n1=M, n2=M, n3=M, n9=N)),
        ("5没做到，不清楚 8，其他都有", everything(M, n5=U, n8=Q)),
        ("1、3做到了，没做到 2，其他不清楚", everything(Q, n1=M, n3=M, n2=U)),
        ("1、3，不清楚 2，5没做到", {1: M, 3: M, 2: Q, 5: U}),
    ],
)
def test_the_printed_examples_are_read_with_spaces_too(said: str, expected: Said) -> None:
    """机器人印着的例子，逗号换成空格，读成一样的，或者问回去；原样的一定读得对。"""
    assert expected == reading(said)
    assert reading(said.replace("，", " ")) in (None, expected)


def test_the_printed_example_with_spaces_is_recorded() -> None:
    """“1、3做到了 不清楚 2 其他没做到”：2不清楚，不是1和3。"""
    assert everything(U, n1=M, n3=M, n2=Q) == reading("1、3做到了 不清楚 2 其他没做到")


@pytest.mark.parametrize("mark", ["×", "，×", " ×", "，不对", "、否", "，n"])
def test_a_cross_may_stand_apart(mark: str) -> None:
    """打叉、打“否”的，隔开写也是没做到。"""
    assert {5: U, 8: U} == reading(f"5、8{mark}")


@pytest.mark.parametrize(
    "said",
    [
        *"都有，1、2、6|都搞了 1、2、6|都做到了，1、3也做到了|1、3做到了，没做到，2|1、3做到了，都不清楚 2".split("|"),
        *"除了5、8，没做到|5、8（没做到）|只有5、8，没做到|5、8，可能没做到，其他有|5有但没证明，8".split("|"),
    ],
)
def test_all_or_these_is_asked_back(said: str) -> None:
    """“都有，1、2、6”：是都有，还是有这三项，说不准，什么也不记。"""
    assert reading(said) is None
    assert "先不记" in read(plain(said), NAMES).reason


def test_the_examples_of_every_page_are_read_with_spaces_too() -> None:
    """各页印着的例子都读得准；逗号换成空格，读成一样的，或者问回去。"""
    pages = [furniture(), furniture().says("全部"), furniture().says("1、3"), furniture().says("都有，1"), long_form()]
    printed = {each for page in pages for each in re.findall(r"“([^”]*\d[^”]*)”", page.text) if "、" in each}
    printed |= {each for page in pages for each in re.findall(r"“((?:不清楚|不涉及) \d+)”", page.text)}
    assert len(printed) > 2
    assert [] == [each for each in printed if reading(each) is None]
    assert [] == [each for each in printed if reading(each.replace("，", " ")) not in (None, reading(each))]
