"""每一种步骤都会读答案、认旧答案、给样例。"""

import pytest

from dialogs.cites import notice
from dialogs.reading import plain
from dialogs.records import Facts
from dialogs.replay import replay
from dialogs.steps import Checklist, Choice, Choose, Conversation, End, Text, ask
from knowledge.rules import Rules
from tests.dialogs.test_walk import NOW, RULES

CITES = notice("附件3")
FURNITURE = Choose(
    key="branch",
    prompt="哪一个？",
    cites=CITES,
    choices=(
        Choice("a", "家具制造工业"),
        Choice("b", "粉末涂料家具制造"),
        Choice("c", "红木家具"),
        Choice("none", "都不是", ("不是",)),
    ),
    still=("z",),
)
TANKS = Checklist(key="tanks", prompt="有哪些？", cites=CITES, items=(Choice("s", "储罐"), Choice("f", "火炬")))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("红木家具", "c"),
        ("红木的", "c"),
        ("红木家俱", "c"),
        ("是粉末涂料", "b"),
        ("不是", "none"),
        ("家具", None),
        ("", None),
        ("火锅", None),
    ],
)
def test_choose(said: str, expected: str | None) -> None:
    """标签、标签的一部分、近似的写法都认；分不清就不认。"""
    assert expected == FURNITURE.parse(plain(said))


def test_a_former_answer_stays_valid_while_the_law_has_it() -> None:
    """不再推荐的旧答案仍然有效，但不算现在问得出来的。"""
    assert FURNITURE.accepts("z")
    assert not FURNITURE.offers("z")
    assert not FURNITURE.accepts("y")


@pytest.mark.parametrize(
    ("said", "expected"),
    [("1", ("s",)), ("1和2", ("s", "f")), ("储罐", ("s",)), ("没有", ()), ("储罐、火炬", ("s", "f")), ("3", None)],
)
def test_checklist(said: str, expected: tuple[str, ...] | None) -> None:
    """按编号或标签选几个；越界不认。"""
    assert expected == TANKS.parse(plain(said))


def test_text_is_bounded() -> None:
    """空话不算答案，太长的截到上限。"""
    step = Text(key="t", prompt="？", cites=CITES, hint="打字", typical=("甲",))
    assert step.parse("  ") is None
    assert len(step.parse("长" * 1000) or "") == step.longest


def test_an_end_without_citation_cannot_be_built() -> None:
    """没有出处的结果造不出来。"""
    with pytest.raises(ValueError, match="没有出处"):
        End("x", ())


def flow(rules: Rules, facts: Facts) -> Conversation:
    """甲决定乙有哪些选项。"""
    first = yield from ask(Choose(key="a", prompt="甲？", cites=CITES, choices=(Choice("1", "一"), Choice("2", "二"))))
    second = yield from ask(
        Choose(
            key="b",
            prompt="乙？",
            cites=CITES,
            choices=tuple(Choice(f"{first}{x}", x) for x in "xy"),
            still=("1x", "1y", "2x", "2y"),
        )
    )
    return End("mine.kept", CITES, {"second": second})


def test_replay_asks_what_is_not_answered() -> None:
    """没答的就问，答完就有结果；次序由流程定，不由记录定。"""
    assert "a" == replay(flow, {}, RULES, Facts(NOW)).step.key  # type: ignore[union-attr]
    assert "b" == replay(flow, {"a": "1"}, RULES, Facts(NOW)).step.key  # type: ignore[union-attr]
    due = replay(flow, {"b": "1x", "a": "1"}, RULES, Facts(NOW))
    assert isinstance(due.step, End)
    assert ["a", "b"] == [step.key for step, _ in due.asked]


def test_replay_keeps_a_later_answer_only_where_it_still_fits() -> None:
    """改了前面的答案：后面的现在还问得出来才留，问不出来就重问。"""
    kept = replay(flow, {"a": "2", "b": "2x"}, RULES, Facts(NOW), changed="a")
    assert isinstance(kept.step, End)
    asked = replay(flow, {"a": "2", "b": "1x"}, RULES, Facts(NOW), changed="a")
    assert ("b",) == asked.dropped
    resumed = replay(flow, {"a": "2", "b": "1x"}, RULES, Facts(NOW))
    assert isinstance(resumed.step, End)


def test_replay_drops_what_the_law_no_longer_has() -> None:
    """名录里没有了的答案不再有效，其余照旧。"""
    due = replay(flow, {"a": "1", "b": "9x"}, RULES, Facts(NOW))
    assert ("b",) == due.dropped
    assert "b" == due.step.key  # type: ignore[union-attr]
