"""现在的分支和等级：记着的不再问，没有记着的从做什么问起；`修改`还改得了，因为开场时记着什么也在答案里。"""

from collections.abc import Generator
from typing import Any

from dialogs.cites import joined, notice
from dialogs.flows.echo import label
from dialogs.flows.holding import graded, told
from dialogs.flows.place import find_place
from dialogs.steps import Choice, Choose, Given, Recall, Step, ask
from dialogs.wishing import levels
from knowledge.records import Branch
from knowledge.rules import Rules

_KNOWN = ((), ("n15-1",), ("n36-1", "p6-1"))
_BRANCHES = Recall(key="branches", prompt="", cites=notice("附件3"), query="branches", typical=_KNOWN)
_HELD = Recall(key="held", prompt="", cites=notice("附件3"), query="grade", typical=("", "C", "B"))
_STATED = Given(key="stated", typical=("",))


def present(rules: Rules) -> Generator[Step[Any], Any, tuple[Branch | None, str, bool]]:
    """一条线的分支、现在的等级（没评级是 UNRATED），等级是不是记着的；不在名录里，分支是 None。"""
    branches = yield from ask(_BRANCHES)
    held = str((yield from ask(_HELD)))
    stated = str((yield from ask(_STATED)))
    kept = branches if isinstance(branches, tuple) else ()
    ours = [each for id, each in rules.branches.items() if id in kept] if kept else []
    branch, said = yield from _ours(rules, ours)
    if branch is None:
        return None, "", False
    if held in levels(branch.tiers) and ours == [branch]:
        return branch, held, True
    return branch, (yield from ask(graded(branch, stated or told(said)))), False


def _ours(rules: Rules, kept: list[Branch]) -> Generator[Step[Any], Any, tuple[Branch | None, str]]:
    """记着一个就是它，几个就问是哪一个，没有就从做什么问起；连同怎么说的。"""
    if len(kept) == 1:
        return kept[0], ""
    if kept:
        choices = tuple(Choice(each.id, label(each), (each.name,)) for each in kept)
        cites = joined(tuple(each.cite for each in kept))
        own = Choose(key="own", prompt="说的是哪条线？", about="哪条线", cites=cites, choices=choices)
        return rules.branches[(yield from ask(own))], ""
    return (yield from find_place(rules))
