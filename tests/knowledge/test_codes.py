"""行业代码对照（gb4754.csv）：写法，和拿代码、名称查得到什么。"""

import csv
from collections import Counter
from pathlib import Path

import pytest

import knowledge
from knowledge.rules import Rules
from tests.dialogs.test_walk import RULES

with (Path(knowledge.__file__).parent / "gb4754.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))


def test_each_row_once() -> None:
    """代码四位，照代码排；同一代码、名称、分支只写一行；怎么对过的是写明的三种之一。"""
    assert [] == [row["code"] for row in ROWS if not (row["code"].isdecimal() and len(row["code"]) == 4)]
    assert sorted(row["code"] for row in ROWS) == [row["code"] for row in ROWS]
    assert [1] == list(set(Counter((row["code"], row["name"], row["target"]) for row in ROWS).values()))
    assert {row["confidence"] for row in ROWS} <= {"未对原文", "已对转载", "已对原文"}


def test_names_of_one_code_agree() -> None:
    """改过名的代码，两个名字指的一样；一个名字只属于一个代码。"""
    targets: dict[str, dict[str, set[str]]] = {}
    for row in ROWS:
        targets.setdefault(row["code"], {}).setdefault(row["name"], set()).add(row["target"])
    assert [] == [code for code, names in targets.items() if len({frozenset(each) for each in names.values()}) > 1]
    assert max(Counter(name for names in targets.values() for name in names).values()) == 1


def _found(rules: Rules, text: str) -> tuple[str, tuple[str, ...]]:
    found = rules.lookup(text)
    names = tuple(each.branch.name if each.branch else each.industry.name for each in found.candidates)
    return found.outcome, names


@pytest.mark.parametrize(
    ("text", "outcome", "first"),
    [
        ("C3990", "match", "电子工业"),
        ("3952 音响设备制造", "match", "电子工业"),
        ("行业代码0913", "match", "矿石采选"),
        ("3259 其他有色金属压延加工", "ask", "铜压延加工"),
        ("C3052", "ask", "平板玻璃"),
        ("药用辅料及包装材料", "ask", "制药工业"),
        ("药用辅料及包装材料制造", "ask", "制药工业"),
    ],
)
def test_codes_and_names_are_found(text: str, outcome: str, first: str) -> None:
    """代码、名称都查得到；指到一个行业的几个分支就先问，不猜。"""
    got, names = _found(RULES, text)
    assert (outcome, first) == (got, names[0])


@pytest.mark.parametrize("text", ["C3099", "C1030", "C2770"])
def test_codes_left_out_are_not_guessed(text: str) -> None:
    """什么都有的“其他”、附件3没有写到的，单凭代码不指到哪一个。"""
    assert "none" == RULES.lookup(text).outcome
