"""自评的一段：有哪几条生产线，各想评哪一档。"""

from collections.abc import Generator
from dataclasses import fields
from functools import lru_cache
from typing import Any, NamedTuple

from dialogs.cites import notice
from dialogs.flows.echo import echoed
from dialogs.flows.place import MOST_LINES, ROUNDS, also, find_place, find_places
from dialogs.flows.reviewing import missed_wish, tiers
from dialogs.flows.veto import VETOED
from dialogs.several import EVERY, Heard, heard_in, left, next_one
from dialogs.steps import Choice, Choose, Given, Recall, Step, Taken, ask
from dialogs.wishing import CELL, levels, same
from dialogs.yesno import YES
from knowledge.records import Branch
from knowledge.rules import Rules

MORE, CHANGE, UNDECIDED = "more", "change", "unknown"
TOLD = "told"
"""开头一句里连着说的想评哪一档。"""
WARNED = "\n近一年受过处罚的，据转载的《技术指南》不宜评A级、B级和绩效引领；读到的清单不完整。"
KNOWN = Recall(
    key="known.branches",
    prompt="",
    cites=notice("附件3"),
    query="branches",
    typical=((), ("n15-4", "p4-1"), ("n32-1",), ("n6-2",), ("n15-1",)),
)
_ANY = (
    "不清楚 不晓得 不知道 说不清 没想好 还没想好 没定 还没定 没有定 都可以 都行 随便 哪个都行 不晓得评哪个 "
    "不知道评哪个 不清楚评哪个 不晓得评哪档 不知道评哪档 不晓得想评哪档 先看短板 看情况 你说 你看"
).split()
_BEST = "最高 最高的 最高档 最高那档 最高一档 最好 最好的 最好那档 最高级 顶格 最上面那档".split()
_EASIEST = (
    "哪个好评 哪个容易 哪个容易评 哪个好评点 哪个好评些 哪档好评 哪档容易 哪一档好评 评哪个好 评哪个 该评哪个 "
    "选哪个 哪个合适 哪个好 哪档好 评哪档好 该评哪档"
).split()


class Wished(NamedTuple):
    """一条线：分支、想评的等级；还没定的是空的。"""

    branch: Branch
    wish: str

    @property
    def against(self) -> str:
        """对照哪一档：还没定的对最高一档。"""
        return self.wish or self.branch.tiers[0]


def lines(rules: Rules, warned: bool = False) -> Generator[Step[Any], Any, tuple[tuple[Wished, ...], str]]:
    """每条线的分支和想评的等级，和还没说给人听的“算哪个分支”；查过行业的就按查过的来，一条也对不上是空的。

    `warned`：近一年受过处罚，选档时提醒。
    """
    known = yield from ask(KNOWN)
    told = str((yield from ask(Given(key=TOLD))))
    kept = [id for id in known if id in rules.branches] if isinstance(known, tuple) else []
    queue = list(kept)
    found: dict[Branch, str] = {}
    heard: Heard = ()
    echo = ""
    for line in range(1, ROUNDS + 1):
        was_known = queue[:1] != [] and queue[0] in kept
        places, said = yield from find_places(rules, line, queue.pop(0) if queue else "", taken=True)
        queue = [*(each.id for each in places[1:]), *queue, *(yield from also(line))]
        if not places and queue:
            continue
        branch = places[0] if places else None
        if branch is None:
            break
        heard += heard_in(rules, said)
        last = bool(queue) or line >= MOST_LINES
        lead = echoed(rules, said, branch)
        wish = yield from _wished(line, branch, was_known, last, warned, lead=lead, told=told if line == 1 else "")
        echo = echo or (lead if line == 1 and _tier(branch, told) else "")
        if wish == CHANGE:
            branch, said = yield from find_place(rules, line, taken=True)
            if branch is None:
                break
            lead = echoed(rules, said, branch)
            wish = yield from _wished(line, branch, False, last, warned, ".again", lead)
        found.setdefault(branch, wish)
        heard = left(rules, heard, found)
        if queue:
            continue
        if line >= MOST_LINES or (wish != MORE and not heard):
            break
        if wish != MORE:
            ahead = yield from ask(next_one(rules, line, branch, heard))
            if ahead == "no":
                break
            queue = [id for id, _ in heard] if ahead == EVERY else [ahead]
    for number, branch in enumerate([each for each, wish in found.items() if wish == MORE], 1):
        found[branch] = yield from ask(_wish(f"wish.left.{number}", branch, "", False, True, warned))
    return tuple(Wished(branch, "" if wish == UNDECIDED else wish) for branch, wish in found.items()), echo


def _wished(
    line: int,
    branch: Branch,
    was_known: bool,
    last: bool,
    warned: bool,
    again: str = "",
    lead: str = "",
    told: str = "",
) -> Generator[Step[Any], Any, str]:
    said = yield from ask(
        Recall(key=f"said.{line}{again}", prompt="", cites=notice("附件3"), query="wish", typical=("", "B"))
    )
    tier = _tier(branch, told)
    missed = "".join(missed_wish(branch, f"想评{told}")) if told and not tier else ""
    step = _wish(f"wish.{line}{again}", branch, str(said), was_known, last, warned, lead, missed)
    if tier:
        step = Taken(**{each.name: getattr(step, each.name) for each in fields(step)}, sure=tier)
    return (yield from ask(step))


def _tier(branch: Branch, told: str) -> str:
    """连着说的是这个分支的哪一档；没有说、没有这一档、一格两级分不清，是空的。"""
    open_ = told == "B" and CELL in branch.tiers
    return next((level for level in levels(branch.tiers) if told and not open_ and same(level, told)), "")


@lru_cache(maxsize=1024)
def _wish(
    key: str, branch: Branch, said: str, was_known: bool, last: bool, warned: bool, lead: str = "", missed: str = ""
) -> Choose:
    """想评哪一档；说过的那一档，答“是”就行。`lead` 是没有问就认定的分支，`missed` 是说了而没有的那一档。"""
    own = levels(branch.tiers)
    wished = next((level for level in own if said and _bare(level) == _bare(said)), "")
    ask_wish = f"您说想评“{wished}”，对吗？" if wished else "想评哪一档？"
    more = "" if last else "同厂还有别的行业的生产线，直接打它做什么。"
    named = lead or f"“{branch.name}”"
    return Choose(
        key=key,
        prompt=f"{missed}好，{named}{tiers(branch)}。{ask_wish}{more}{WARNED if warned else ''}",
        about=f"“{branch.name}”想评的等级",
        cites=(branch.cite, *(VETOED if warned else ())),
        choices=(
            *(
                Choice(tier, tier, _says(tier, (*(YES if tier == wished else ()), *(_BEST if not n else ()))))
                for n, tier in enumerate(own)
            ),
            Choice(UNDECIDED, "不清楚，先看短板", tuple(_ANY)),
            *(() if last else (Choice(MORE, "还有别的生产线", ("还有", "还有别的")),)),
            *((Choice(CHANGE, "换一个行业", ("换行业", "行业不对")),) if was_known else ()),
        ),
        otherwise="" if last else MORE,
        remarks=(
            *(() if wished else ((YES, f"好，“{branch.name}”记下了，再选想评哪一档。"),)),
            (("b(b-)", "b(b-)级"), "B（B-）一格是B和B-两级，想评哪一级？"),
            (tuple(_EASIEST), "哪一档好评，通知没有写。拿不准就选“不清楚，先看短板”，或回复“人工”问人。"),
        ),
    )


def _bare(tier: str) -> str:
    return tier.removeprefix("地方").removeprefix("绩效").removesuffix("（B-）").removesuffix("级").upper()


def _says(tier: str, more: tuple[str, ...]) -> tuple[str, ...]:
    bare = _bare(tier).lower()
    return (bare, f"{bare}级", f"评{bare}", f"评{bare}级", f"还是{bare}", f"想评{bare}", *more)
