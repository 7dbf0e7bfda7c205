"""一次报几项：怎么说都读得对，读不懂的不硬猜。"""

import pytest

from dialogs.rated import Status, rated
from dialogs.rating import Ratings
from dialogs.reading import plain
from dialogs.steps import Choice
from knowledge.records import Citation

NAMES = [[name] for name in "无组织排放 在线监测 门禁 运输方式 自备电厂 火炬 储罐 加热炉 装备 台账".split()]
M, U, Q, N = "met", "unmet", "unknown", "na"


def everything(status: Status, **other: Status) -> dict[int, Status]:
    """都是一样，除了写明的几项（“n2”是第2项）。"""
    return {n: other.get(f"n{n}", status) for n in range(1, 11)}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1、3", {1: M, 3: M}),
        ("1 3 5", {1: M, 3: M, 5: M}),
        ("１、３和５", {1: M, 3: M, 5: M}),
        ("1到3做到了，6、7不晓得", {1: M, 2: M, 3: M, 6: Q, 7: Q}),
        ("1、3，不清楚 2，不涉及 4", {1: M, 3: M, 2: Q, 4: N}),
        ("1、3不清楚2", {1: M, 3: M, 2: Q}),
        ("2，4不清楚", {2: Q, 4: Q}),
        ("1 2 3，4不清楚", {1: M, 2: M, 3: M, 4: Q}),
        ("1没搞，2没搞，9不晓得，剩下的都做到了", everything(M, n1=U, n2=U, n9=Q)),
        ("1、2、5，其余不涉及", everything(N, n1=M, n2=M, n5=M)),
        ("全部", everything(M)),
        ("都做到了，就9不涉及", everything(M, n9=N)),
        ("除了2和4", everything(M, n2=U, n4=U)),
        ("除了2和4都做到了，不清楚 6，不涉及 7", everything(M, n2=U, n4=U, n6=Q, n7=N)),
        ("除了2和4，不清楚 6", everything(M, n2=U, n4=U, n6=Q)),
        ("除了2和9，都做到了", everything(M, n2=U, n9=U)),
        ("不清楚 1，其他都做到了", everything(M, n1=Q)),
        ("不清楚2，4", {2: Q, 4: Q}),
        ("1，3，5做到了，2没有", {1: M, 3: M, 5: M, 2: U}),
        ("只有1、3做到了", everything(U, n1=M, n3=M)),
        ("门禁没做到，其他都做到了", everything(M, n3=U)),
        ("无组织排放和运输方式还没搞", {1: U, 4: U}),
        ("无组织排放有，运输方式火炬都没有", {1: M, 4: U, 6: U}),
        ("火炬储罐那些我们都莫得，装备好像可以", {6: U, 7: U, 9: Q}),
        ("门禁有，台账在记，就是储罐只存了3个月", {3: M, 10: M, 7: U}),
        ("门禁做了 台账做了 其他还没搞", everything(U, n3=M, n10=M)),
        ("1号2025年装的，2没有", {1: M, 2: U}),
        ("除了2和4没有，其他都有", everything(M, n2=U, n4=U)),
        ("除了2和4没做到，5不清楚，其他都做到了", everything(M, n2=U, n4=U, n5=Q)),
        ("除了9不涉及都做到了", everything(M, n9=N)),
        ("1✓2✗", {1: M, 2: U}),
        ("1是 2否 3是", {1: M, 2: U, 3: M}),
        ("4只有6个月", {4: U}),
        ("1正在装", {1: U}),
        ("1没完全做到", {1: U}),
        ("1以外都有", everything(M, n1=U)),
        ("前3项做到了", {1: M, 2: M, 3: M}),
        ("都有，但是4不晓得", everything(M, n4=Q)),
        ("就差3了", everything(M, n3=U)),
        ("1 3 另外5没得", {1: M, 3: M, 5: U}),
        ("储罐有但没证明", {7: U}),
        ("没火炬", {6: U}),
        ("不用火炬", {6: N}),
        ("门禁有，台账在记，料仓是全封闭的", {3: M, 10: M}),
        ("都不是", None),
        ("不是1", None),
        ("三个做到了", None),
        ("3个做到了", None),
        ("都没有", everything(U)),
        ("不晓得", everything(Q)),
        ("第2项没做到", {2: U}),
        ("你好", None),
        ("除了", None),
        ("我也不晓得哪些算做到了", None),
        ("", None),
        ("，。；", None),
    ],
)
def test_what_is_said_is_read(said: str, expected: dict[int, Status] | None) -> None:
    """编号、状态在前在后、全部、其余、除了、只有，都读得对。"""
    found = rated(plain(said), NAMES)
    assert expected == (None if found is None else {n + 1: status for n, status in found.items()})


@pytest.mark.parametrize("said", ["12", "0", "1、99", "1到12做到了"])
def test_a_number_that_is_not_there_is_not_read(said: str) -> None:
    """越界的编号不算，也不当成别的。"""
    with pytest.raises(IndexError):
        rated(plain(said), NAMES)
    assert step().parse(said) is None
    assert "编号只有1到10" in step().unread(said)


def test_lacking_means_what_the_question_means_by_it() -> None:
    """“莫得”在“做到了没有”里是没做到，在“涉及不涉及”里是不涉及。"""
    assert {5: "met", 6: "unmet"} == rated("6有，7莫得", NAMES)
    assert {5: "met", 6: "na"} == rated("6有，7莫得", NAMES, "na")


def step(**more: object) -> Ratings:
    """十项的一步。"""
    items = tuple(Choice(name, name) for (name,) in NAMES)
    return Ratings(key="page", prompt="？", cites=(Citation("a", "b"),), items=items, prefix="p.", **more)  # type: ignore[arg-type]


def test_answers_are_logged_one_by_one_and_survive_another_paging() -> None:
    """逐项记下；换了分法，答过的还在，只问没答过的。"""
    first = step()
    value = first.parse("1、2")
    assert value is not None
    log = dict(first.logged(value))
    assert "met" == log["p.在线监测"]
    assert value == first.said(log)
    more = Ratings(
        key="other", prompt="？", cites=first.cites, items=(*first.items[:2], Choice("新的", "新的")), prefix="p."
    )
    assert more.said(log) is None
    assert ("新的",) == tuple(item.id for item in more.left(log).items)


def test_asking_again_keeps_what_is_not_mentioned() -> None:
    """重问一页，没说到的照旧。"""
    first = step()
    log = dict(first.logged(first.parse("除了2和4") or ()))
    again = first.left(first.reopened(log))
    assert first.said(first.reopened(log)) is None
    log = {**log, **dict(again.logged(again.parse("2做到了") or ()))}
    assert {"p.在线监测": "met", "p.运输方式": "unmet", "p.火炬": "met"}.items() <= log.items()
    assert first.said(log) is not None


@pytest.mark.parametrize("said", ["1做到了吗", "2什么意思，1、3有"])
def test_a_question_is_no_answer(said: str) -> None:
    """在问的不算答。"""
    assert step().parse(plain(said)) is None


def test_naming_only_what_is_lacking_leaves_the_rest_open() -> None:
    """只说了哪项没做到：别的没说，不能都算没做到。"""
    assert "火炬=unknown" in (step().parse("3没做到") or ())


def test_rest_is_what_the_step_says() -> None:
    """没说到的：短表里算没做到，逐项对的先空着。"""
    assert "火炬=unmet" in (step().parse("1") or ())
    assert "火炬=unsaid" in (step(rest=None).parse("1") or ())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1、3", True),
        ("火炬没有，储罐有", True),
        ("门禁做了 台账做了 其他还没搞", True),
        ("门禁的视频要存好久哦", False),
        ("3要怎么做", False),
        ("火炬是什么", False),
        ("谁来审", False),
        ("我们做商砼的", False),
    ],
)
def test_an_answer_is_told_from_a_question(said: str, expected: bool) -> None:
    """在报各项的先于问题，在问的让给问题。"""
    assert expected == step().explicit(plain(said))
