"""roles.toml 的每一种说法都管用：一种说法一句话。"""

import tomllib
from collections.abc import Iterator
from datetime import date

import pytest

from knowledge.contrasting import contrasted
from knowledge.load import HERE
from knowledge.lookup import Lookup
from knowledge.roles import owned
from knowledge.rules import Rules, on
from knowledge.vocabulary import Heard, Vocabulary

TOLD = tomllib.loads((HERE / "roles.toml").read_text(encoding="utf-8"))
RULES: Rules = on(date(2026, 11, 24))
WORDS = Vocabulary(RULES.branches, RULES.industries, RULES.aliases).words
THINGS = ("瓷砖", "马桶", "注塑")
CLAUSES = {
    "past": "{}瓷砖，现在注塑",
    "future": "{}瓷砖，我们做注塑",
    "now": "以前瓷砖，{}注塑",
    "others": "瓷砖是{}做的，我们做注塑",
}
CONTRASTS = {"dim": "瓷砖{}，注塑", "far": "瓷砖{}，我们注塑", "lit": "瓷砖租，{}注塑"}


def heard(text: str) -> list[Heard]:
    """话里的那几样，照先后。"""
    found = ((text.find(thing), thing) for thing in THINGS)
    return [(at, at + len(thing), WORDS[thing]) for at, thing in sorted(found) if at >= 0]


def left(text: str) -> list[str]:
    """去掉不是自己现在做的，还剩哪几样。"""
    kept = owned(text, heard(text))
    return [thing for thing in THINGS if thing in kept]


def said(side: str) -> Iterator[str]:
    """几个 [[cue]] 里的全部说法；“…”什么也没有的时候。"""
    for cue in TOLD["cue"]:
        yield from (says.replace("…", "") for says in cue.get(side, ()))


@pytest.mark.parametrize("says", [*said("after"), *said("ends")])
def test_what_is_said_after_it_takes_it_out(says: str) -> None:
    """写在后面的每一种说法：前面那样不算。"""
    assert ["注塑"] == left(f"瓷砖{says}，我们做注塑")


@pytest.mark.parametrize("says", [*said("before")])
def test_what_is_said_before_it_takes_it_out(says: str) -> None:
    """写在前面的每一种说法：后面那样不算。"""
    assert ["注塑"] == left(f"{says}瓷砖，我们做注塑")


@pytest.mark.parametrize(
    ("says", "form"), [(says, form) for key, form in CLAUSES.items() for says in TOLD["clause"][key]]
)
def test_a_clause_of_the_past_or_of_others_is_left_out(says: str, form: str) -> None:
    """以前的、还没有做的、别人的那一小句不算；说又说回现在的，才算以前的说完了。"""
    assert ["注塑"] == left(form.format(says))


@pytest.mark.parametrize(
    ("says", "form"), [(says, form) for key, form in CONTRASTS.items() for says in TOLD["clause"][key]]
)
def test_of_two_clauses_the_own_one_is_kept(says: str, form: str) -> None:
    """一小句多半不是、一小句多半是自己的：只留后一句。"""
    text = form.format(says)
    assert "瓷砖" not in contrasted(text, heard(text))


@pytest.mark.parametrize("filler", TOLD["fillers"])
def test_a_filler_between_changes_nothing(filler: str) -> None:
    """夹在东西和说法中间的字，不改意思。"""
    assert ["注塑"] == left(f"瓷砖{filler}停了，我们做注塑")


@pytest.mark.parametrize("turn", TOLD["turns"])
def test_after_a_turn_it_is_said_of_something_else(turn: str) -> None:
    """换了话头，后面的说法就不归前面那样。"""
    assert "瓷砖" in left(f"做瓷砖{turn}那边停了")


@pytest.mark.parametrize("join", TOLD["joins"])
def test_joined_things_go_together(join: str) -> None:
    """并成一起说的两样，一样停了都停了。"""
    assert ["注塑"] == left(f"瓷砖{join}马桶停了，我们做注塑")


def test_the_things_are_known() -> None:
    """例子里的几样，查得到。"""
    lookup = Lookup(RULES.branches, RULES.industries, RULES.aliases)
    assert ["match"] * len(THINGS) == [lookup.find(f"做{thing}").outcome for thing in THINGS]
