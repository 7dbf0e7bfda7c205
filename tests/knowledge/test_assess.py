"""按指标表判断：多达到一项不降级，不清楚的答了仍在范围里，要补的最少，该问的最管用。"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.assess import Status, Verdict, assess
from knowledge.records import Citation, Indicator, Requirement, Table

TIERS = ("A", "B", "C", "D")
WORDS = ("甲", "乙", "丙", "丁")
Answers = Mapping[tuple[str, str], Status]


def requirement(id: str, *texts: str | None, tiers: tuple[str, ...] = TIERS) -> Requirement:
    """一项要求：各档要什么，None 是不作要求。"""
    asks = ((tier, text) for tier, text in zip(tiers, texts, strict=True) if text)
    rows = ((t, Indicator("x", "装备水平", id, t, text, "", "", Citation("s", "c"))) for t, text in asks)
    return Requirement(id, "装备水平", tuple(rows))


def table(*requirements: Requirement) -> Table:
    """这些要求的一张表。"""
    return Table("x", requirements, True, (), "A")


def judged(answers: Mapping[str, Status], *requirements: Requirement) -> Verdict:
    """“B 一”: met 这样的答复，判断一次。"""
    split = {cast(tuple[str, str], tuple(key.split())): status for key, status in answers.items()}
    return assess(table(*requirements), TIERS, split)


def ids(requirements: tuple[Requirement, ...]) -> list[str]:
    """各项的名字。"""
    return [each.id for each in requirements]


ONE, TWO = requirement("一", "甲", "乙", "丙", None), requirement("二", "甲", "乙", "丙", None)


@pytest.mark.parametrize(("answers", "low", "high"), [
    ({}, "D", "A"),
    ({"B 一": "met"}, "D", "A"),
    ({"B 一": "met", "B 二": "met"}, "B", "A"),
    ({"A 一": "met", "A 二": "met"}, "A", "A"),
    ({"B 一": "unmet"}, "D", "C"),
    ({"B 一": "unmet", "C 一": "met"}, "D", "C"),
    ({"B 一": "unmet", "C 一": "met", "B 二": "met"}, "C", "C"),
    ({"C 一": "unmet", "A 二": "met"}, "D", "D"),
    ({"A 一": "na", "A 二": "met"}, "A", "A"),
    ({"B 一": "na", "B 二": "unmet", "C 二": "unknown"}, "D", "C"),
    ({"A 一": "na", "A 二": "na"}, "A", "A"),
    ({"D 一": "unmet", "D 二": "met"}, "D", "A"),
    ({"E 一": "met", "A 三": "unmet"}, "D", "A"),
    ({"B 一": "met", "C 一": "unmet", "A 二": "met"}, "D", "D"),
])  # fmt: skip
def test_the_lowest_decides(answers: dict[str, Status], low: str, high: str) -> None:
    """最低的一项决定等级；没说清的两头都算；矛盾的以没达到为准；不认识的略过。"""
    verdict = judged(answers, ONE, TWO)
    assert (low, high) == (verdict.low, verdict.high)


def test_same_words_stand_and_fall_together() -> None:
    """B、C 写法相同：没达到 B 就没达到 C，达到 C 就达到 B；不作要求的一档人人够得上。"""
    same = requirement("一", "甲", "乙", "乙", None)
    assert ("D", "D") == (judged({"B 一": "unmet"}, same).low, judged({"B 一": "unmet"}, same).high)
    assert ("B", "A") == (judged({"C 一": "met"}, same).low, judged({"C 一": "met"}, same).high)
    only = requirement("一", "甲", None, None, None)
    assert ("B", "B") == (judged({"A 一": "unmet"}, only).low, judged({"A 一": "unmet"}, only).high)
    assert ("B", "A") == (judged({}, only).low, judged({}, only).high)


def test_what_to_fix_and_what_to_find_out() -> None:
    """短板是封了顶的；要补的是够不到上一档的，其中不清楚的另列；定了的没有再要问的。"""
    verdict = judged({"B 一": "unmet", "C 一": "met", "C 二": "met"}, ONE, TWO)
    assert ("C", "C", ["一"], "B", ["一"], ["二"], None) == (
        verdict.low, verdict.high, ids(verdict.holding), verdict.target, ids(verdict.fixes), ids(verdict.confirm),
        verdict.telling,
    )  # fmt: skip
    best = judged({"A 一": "met", "A 二": "met"}, ONE, TWO)
    assert ("", [], [], [], None) == (
        best.target, ids(best.holding), ids(best.fixes), ids(best.confirm), best.telling,
    )  # fmt: skip


def test_the_most_telling_question_comes_first() -> None:
    """只有它还不清楚，就问它；问了也定不了的排在后面。"""
    verdict = judged({"B 一": "met", "A 一": "unmet"}, ONE, TWO)
    assert verdict.telling is not None
    assert ("B", "二") == (verdict.telling[0], verdict.telling[1].id)


def test_an_empty_table_holds_nothing_back() -> None:
    """一项要求也没有，就没有什么拦着；只有一档的也说得出。"""
    assert "A" == judged({}).low
    assert ("其他", "") == (assess(table(), ("其他",), {}).low, assess(table(), ("其他",), {}).target)


statuses = st.sampled_from(("met", "unmet", "unknown", "na"))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """一张合规矩的表：好的一档不比差的一档要得少，写法相同的挨在一起。"""
    rows = []
    for n in range(draw(st.integers(1, 6))):
        depth = draw(st.integers(0, 4))
        kinds = sorted(draw(st.lists(st.integers(0, 3), min_size=depth, max_size=depth)))
        rows.append(requirement(f"r{n}", *[WORDS[kind] for kind in kinds], *[None] * (4 - depth)))
    return table(*(row for row in rows if row.asks))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Table, dict[tuple[str, str], Status]]:
    """一张表和随便什么答复，矛盾的也有。"""
    made = draw(tables())
    keys = [(tier, each.id) for each in made.requirements for tier in TIERS]
    answers = {key: cast(Status, draw(statuses)) for key in keys if draw(st.booleans())}
    return made, answers


def span(table: Table, answers: Answers) -> range:
    """等级的范围，第 0 档最好。"""
    verdict = assess(table, TIERS, answers)
    return range(TIERS.index(verdict.high), TIERS.index(verdict.low) + 1)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_meeting_one_more_never_lowers_the_grade(case: tuple[Table, dict[tuple[str, str], Status]]) -> None:
    """一处改成达到，范围的两头都不往下走。"""
    made, answers = case
    before = span(made, answers)
    for each in made.requirements:
        if any(answers.get((tier, each.id)) == "na" for tier in TIERS):
            continue
        for tier in TIERS:
            after = span(made, {**answers, (tier, each.id): "met"})
            assert after[0] <= before[0]
            assert after[-1] <= before[-1]


def levels(requirement: Requirement, answers: Answers) -> list[int]:
    """这一项还可能的档，一一试；与答复矛盾的为空。写法相同的几档只有最好的一档够得到，最末一档总够得到。"""
    texts = [row.text if (row := requirement.at(tier)) else None for tier in TIERS]
    first = [texts.index(text) for text in texts]
    last = [3 - texts[::-1].index(text) for text in texts]
    able = sorted({*first} | ({3} if texts[3] else set()))
    said = {n: answers.get((tier, requirement.id)) for n, tier in enumerate(TIERS) if texts[n]}
    return [
        level
        for level in able
        if all(status != "met" or level <= first[at] for at, status in said.items())
        and all(status != "unmet" or level > last[at] or level == 3 for at, status in said.items())
    ]


@settings(max_examples=500, deadline=None)
@given(cases())
def test_the_range_is_every_grade_still_possible(case: tuple[Table, dict[tuple[str, str], Status]]) -> None:
    """每一项还可能的档全部搭配起来，最好和最差的结果正是范围的两头。"""
    made, answers = case
    aside = {id for (_, id), status in answers.items() if status == "na"}
    possible = [levels(each, answers) for each in made.requirements if each.id not in aside]
    if not all(possible):
        return
    expected = (max((each[0] for each in possible), default=0), max((each[-1] for each in possible), default=0))
    assert expected == (span(made, answers)[0], span(made, answers)[-1])


@settings(max_examples=300, deadline=None)
@given(cases())
def test_an_unknown_answered_stays_within_the_range(case: tuple[Table, dict[tuple[str, str], Status]]) -> None:
    """不清楚的一处，答达到还是没达到（不与说过的矛盾），等级都还在原来的范围里。"""
    made, answers = case
    before = span(made, answers)
    for each in made.requirements:
        for tier in TIERS:
            if answers.get((tier, each.id), "unknown") == "unknown":
                for status in ("met", "unmet"):
                    said = {**answers, (tier, each.id): cast(Status, status)}
                    assert not levels(each, said) or set(span(made, said)) <= set(before)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_the_telling_question_narrows_at_least_as_much_as_any_other(
    case: tuple[Table, dict[tuple[str, str], Status]],
) -> None:
    """两种答法的宽窄加起来，没有哪一问比它小；范围没定就一定有一问，问了必定更窄。"""
    made, answers = case
    before, telling = span(made, answers), assess(made, TIERS, answers).telling
    assert (len(before) == 1) == (telling is None)
    if telling is None:
        return

    def width(tier: str, id: str) -> int:
        return sum(len(span(made, {**answers, (tier, id): cast(Status, said)})) for said in ("met", "unmet"))

    chosen = width(telling[0], telling[1].id)
    assert chosen < 2 * len(before)
    others = [
        width(tier, each.id)
        for each in made.requirements
        if not any(answers.get((tier, each.id)) == "na" for tier in TIERS)
        for tier in TIERS
        if answers.get((tier, each.id), "unknown") == "unknown"
    ]
    assert chosen <= min(others)


def reached(made: Table, answers: Answers, chosen: tuple[str, ...], target: str) -> bool:
    """选中的各项都改成达到这一档，等级是不是就不低于它。"""
    kept = {key: status for key, status in answers.items() if key[1] not in chosen}
    after = assess(made, TIERS, {**kept, **{(target, id): cast(Status, "met") for id in chosen}})
    return TIERS.index(after.low) <= TIERS.index(target)


def subsets(all: list[str]) -> Iterator[tuple[str, ...]]:
    """各个子集，小的在前。"""
    for size in range(len(all) + 1):
        yield from combinations(all, size)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_the_least_set_is_the_least(case: tuple[Table, dict[tuple[str, str], Status]]) -> None:
    """补的和核实的合起来够到上一档，比它小的哪一组都不够；逐一试过。"""
    made, answers = case
    verdict = assess(made, TIERS, answers)
    if not verdict.target:
        assert () == (*verdict.fixes, *verdict.confirm)
        return
    least = (*ids(verdict.fixes), *ids(verdict.confirm))
    assert 1 <= len(least)
    enough = next(s for s in subsets(ids(made.requirements)) if reached(made, answers, s, verdict.target))
    assert (len(enough), True) == (len(least), reached(made, answers, least, verdict.target))


@pytest.mark.parametrize("seed", range(8))
def test_the_least_set_of_twelve(seed: int) -> None:
    """十二项要求，四千多个子集全试：够得到的里面最小的正是它。"""
    rows = [requirement(f"r{n}", "甲", "乙" if n % 3 else "甲", "丙", None) for n in range(12)]
    said: list[Status] = ["met", "unmet", "unknown", "met", "unmet"]
    answers: dict[tuple[str, str], Status] = {}
    for n, row in enumerate(rows):
        answers["B", row.id] = said[(n * (seed + 2) + seed) % 5]
        answers["C", row.id] = "met" if seed % 2 else said[(n + seed) % 5]
    verdict = assess(table(*rows), TIERS, answers)
    least = {*ids(verdict.fixes), *ids(verdict.confirm)}
    enough = [set(s) for s in subsets(ids(tuple(rows))) if reached(table(*rows), answers, s, verdict.target)]
    assert least == min(enough, key=len)
    assert all(least <= each for each in enough)


@settings(max_examples=300, deadline=None)
@given(tables(), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_a_lower_wish_never_lowers_the_result(made: Table, truth: list[int]) -> None:
    """实情一样，想评得低一档：够不够得上不会变差，最高还可能的一档也不往下走；实情总在范围里。"""

    def told(wish: int) -> Answers:
        answers: dict[tuple[str, str], Status] = {}
        for each, level in zip(made.requirements, truth, strict=False):
            for at in range(wish, 4):
                asked = each.at(TIERS[at])
                alike = [n for n in range(4) if asked and (row := each.at(TIERS[n])) and row.text == asked.text]
                answers[TIERS[at], each.id] = "met" if not asked or level <= max(alike) else "unmet"
                if answers[TIERS[at], each.id] == "met":
                    break
        return answers

    for wish in range(3):
        high, low = span(made, told(wish)), span(made, told(wish + 1))
        assert low[0] <= high[0]
        assert low[-1] <= max(high[-1], wish + 1)
