"""一个人的几个厂：哪几个、说的是哪一个。"""

from collections.abc import Generator, Sequence
from typing import Any

from dialogs.flows.when import RULE
from dialogs.records import Facts, Known
from dialogs.reminding import scope
from dialogs.steps import Choice, Choose, Step, ask
from knowledge.rules import Rules

EVERY = "all"


def factories(known: Known, others: Sequence[Known]) -> list[Known]:
    """正说着的在前。"""
    return [known, *(each for each in others if each != known)]


def mentioned(text: str, known: Known, others: Sequence[Known]) -> tuple[str, ...]:
    """话里点了哪几个（第几个，从 0 数）：说到名称，或者它的区县；只有一个厂的不必点。"""
    held = factories(known, others)
    named = (str(n) for n, each in enumerate(held) if _in(each.name, text) or _in(each.district, text))
    return tuple(named) if len(held) > 1 else ()


def choose(rules: Rules, facts: Facts, held: list[Known]) -> Generator[Step[Any], Any, list[Known]]:
    """问是哪一个。"""
    choices = []
    for n, each in enumerate(held):
        place = scope(rules, each.district, each.branches[0] if each.branches else "")
        short = each.district or place
        says = tuple(f"{short}{word}" for word in ("", "的", "那个", "这个", "那个厂", "的厂", "那家"))
        choices.append(Choice(str(n), each.name or place, says))
    every = Choice(EVERY, "都交了", ("都交了", "都", "全部", "两个都交了", "两个都"))
    picked = yield from ask(
        Choose(key="factory", prompt="哪一个厂交了？", about="哪个厂", cites=RULE, choices=(*choices, every))
    )
    return held if picked == EVERY else [held[int(picked)]]


def _in(word: str, text: str) -> bool:
    return bool(word) and word in text
