"""自评的一段：有哪几条生产线，各想评哪一档。"""

from collections.abc import Generator
from functools import lru_cache
from typing import Any

from dialogs.cites import notice
from dialogs.flows.place import find_place
from dialogs.flows.reviewing import tiers
from dialogs.flows.veto import VETOED
from dialogs.steps import Choice, Choose, Recall, Step, ask
from dialogs.yesno import YES
from knowledge.records import Branch
from knowledge.rules import Rules

MOST_LINES = 4
MORE, CHANGE = "more", "change"
WARNED = "\n近一年受过处罚的，据转载的《技术指南》不宜评A级、B级和绩效引领；读到的清单不完整。"
KNOWN = Recall(
    key="known.branches",
    prompt="",
    cites=notice("附件3"),
    query="branches",
    typical=((), ("n15-4", "p4-1"), ("n32-1",), ("n6-2",), ("n15-1",)),
)


def lines(rules: Rules, warned: bool = False) -> Generator[Step[Any], Any, tuple[tuple[Branch, str], ...]]:
    """每条线的分支和想评的等级；查过行业的就按查过的来，一条也对不上是空的。`warned`：近一年受过处罚，选档时提醒。"""
    known = yield from ask(KNOWN)
    queue = [rules.branches[id] for id in known if id in rules.branches] if isinstance(known, tuple) else []
    found: dict[Branch, str] = {}
    for line in range(1, MOST_LINES + 1):
        branch = queue.pop(0) if queue else None
        was_known = branch is not None
        if branch is None:
            branch, _ = yield from find_place(rules, line)
        if branch is None:
            break
        last = bool(queue) or line == MOST_LINES
        wish = yield from _wished(line, branch, was_known, last, warned)
        if wish == CHANGE:
            branch, _ = yield from find_place(rules, line)
            if branch is None:
                break
            wish = yield from _wished(line, branch, False, last, warned, ".again")
        found.setdefault(branch, wish if wish != MORE else "")
        if not queue and wish != MORE:
            break
    for number, branch in enumerate([each for each, wish in found.items() if not wish], 1):
        found[branch] = yield from ask(_wish(f"wish.left.{number}", branch, "", False, True, warned))
    return tuple(found.items())


def _wished(
    line: int, branch: Branch, was_known: bool, last: bool, warned: bool, again: str = ""
) -> Generator[Step[Any], Any, str]:
    said = yield from ask(
        Recall(key=f"said.{line}{again}", prompt="", cites=notice("附件3"), query="wish", typical=("", "B"))
    )
    return (yield from ask(_wish(f"wish.{line}{again}", branch, str(said), was_known, last, warned)))


@lru_cache(maxsize=1024)
def _wish(key: str, branch: Branch, said: str, was_known: bool, last: bool, warned: bool) -> Choose:
    """想评哪一档；说过的那一档，答“是”就行。"""
    wished = next((tier for tier in branch.tiers if said and _bare(tier) == _bare(said)), "")
    ask_wish = f"您说想评“{wished}”，对吗？" if wished else "想评哪一档？"
    more = "" if last else "同厂还有别的行业的生产线，直接打它做什么。"
    return Choose(
        key=key,
        prompt=f"好，“{branch.name}”{tiers(branch)}。{ask_wish}{more}{WARNED if warned else ''}",
        about=f"“{branch.name}”想评的等级",
        cites=(branch.cite, *(VETOED if warned else ())),
        choices=(
            *(Choice(tier, tier, _says(tier, YES if tier == wished else ())) for tier in branch.tiers),
            *(() if last else (Choice(MORE, "还有别的生产线", ("还有", "还有别的")),)),
            *((Choice(CHANGE, "换一个行业", ("换行业", "行业不对")),) if was_known else ()),
        ),
        otherwise="" if last else MORE,
    )


def _bare(tier: str) -> str:
    return tier.removeprefix("地方").removeprefix("绩效").removesuffix("（B-）").removesuffix("级").upper()


def _says(tier: str, more: tuple[str, ...]) -> tuple[str, ...]:
    bare = _bare(tier).lower()
    return (bare, f"{bare}级", f"评{bare}", f"评{bare}级", f"还是{bare}", f"想评{bare}", *more)
