"""一份表里像是同一家的两行：和像名册里的一样列出来等人定，从不悄悄并成一家；同一份再来什么也不变。"""

from pathlib import Path

import pytest

from bot.roster.importing import Plan
from bot.roster.reading import DECLARATIONS, ENTERPRISES
from bot.store import Store
from tests.bot.rosters import HEAD, LISTED, as_csv, code, everything, imported
from tests.bot.test_roster_import import held

REST = ("永川", "", "", "", "")
NAME = "重庆宏达建材有限公司"
WRITTEN = "名称只差全角半角、括号或“有限公司”的写法"
PAIRS = [
    ((NAME, code(1)), (NAME, code(2)), "名称一样，统一社会信用代码不同"),
    ((NAME, ""), ("重庆市宏达建材有限责任公司", ""), WRITTEN),
    (("重庆宏达（永川）建材有限公司", ""), ("重庆宏达(永川)建材有限公司", ""), WRITTEN),
    ((NAME, ""), ("重庆宏达建材", ""), "名称只差地名、括号或“有限公司”"),
    ((NAME, code(1)), ("重庆市宏达建材有限公司", ""), f"{WRITTEN}，有一行没有统一社会信用代码"),
    ((NAME, code(1)), ("重庆独山钢铁有限公司", code(1)), "统一社会信用代码一样，名称不同"),
]  # fmt: skip


def roster(path: Path, *pair: tuple[str, str]) -> Path:
    """两行的名册。"""
    return as_csv(path / "册.csv", [HEAD, *((*each, *REST) for each in pair)])


def only(planned: Plan) -> tuple[str, str]:
    """只有一处拿不准，没有毛病。"""
    assert () == planned.faults
    (doubt,) = planned.doubts
    return doubt


@pytest.mark.parametrize(("first", "second", "why"), PAIRS)
def test_a_pair_in_one_file_waits_for_a_person(
    store: Store, tmp_path: Path, first: tuple[str, str], second: tuple[str, str], why: str
) -> None:
    """一行也不写，说清是哪两行、为什么；定了是同一家就只有一家，照样再来一遍什么也不变。"""
    path, before = roster(tmp_path, first, second), everything(store)
    label, told = only(imported(store, path, ENTERPRISES))
    assert "3" == label
    assert f"“{second[0]}”（册.csv 第 3 行）像是同一份表里的“{first[0]}”（册.csv 第 2 行）：{why}" == told
    assert before == everything(store)
    assert imported(store, path, ENTERPRISES, same="3").ready
    assert [second[0]] == [each.name for each in held(store)]
    after = everything(store)
    imported(store, path, ENTERPRISES, same="3")
    assert after == everything(store)
    imported(store, path, ENTERPRISES)
    assert after == everything(store)


@pytest.mark.parametrize(("first", "second", "why"), PAIRS[:-1])
def test_a_pair_that_is_two_stays_two(
    store: Store, tmp_path: Path, first: tuple[str, str], second: tuple[str, str], why: str
) -> None:
    """定了是两家就是两家，再来一遍不再问，什么也不变。"""
    path = roster(tmp_path, first, second)
    assert imported(store, path, ENTERPRISES, apart="3").ready
    assert [first, second] == [(each.name, each.code) for each in held(store)]
    after = everything(store)
    assert imported(store, path, ENTERPRISES).ready
    assert after == everything(store)


def test_one_code_is_never_two(store: Store, tmp_path: Path) -> None:
    """代码一样的两行不能定成两家：是错。"""
    planned = imported(store, roster(tmp_path, *PAIRS[-1][:2]), ENTERPRISES, apart="3")
    assert ("册.csv 第 3 行：和 册.csv 第 2 行 的统一社会信用代码一样，只能是一家",) == planned.faults
    assert () == held(store)


def test_two_codes_and_two_names_are_two(store: Store, tmp_path: Path) -> None:
    """名称像、两个不同的代码：就是两家，不用人定。"""
    pair = ((NAME, code(1)), ("重庆宏达建材厂", code(2)))
    assert imported(store, roster(tmp_path, *pair), ENTERPRISES).ready
    assert 2 == len(held(store))


def test_the_list_of_declarations_is_asked_too(store: Store, tmp_path: Path) -> None:
    """申报名单里名称的写法不同的两行也等人定；一字不差的几年是一家，不用问。"""

    def row(name: str, day: str) -> tuple[str, ...]:
        return (name, "", "永川", "", "", "", day, "已提交")

    same = as_csv(tmp_path / "一.csv", [LISTED, row(NAME, "2025-09-01"), row(NAME, "2026-09-01")])
    assert imported(store, same, DECLARATIONS).ready
    assert 1 == len(held(store))
    rows = [row("重庆明光建材有限公司", "2025-09-01"), row("重庆市明光建材有限责任公司", "2026-09-01")]
    planned = imported(store, as_csv(tmp_path / "二.csv", [LISTED, *rows]), DECLARATIONS)
    assert only(planned)[1].endswith("：名称只差全角半角、括号或“有限公司”的写法")
    assert 1 == len(held(store))
