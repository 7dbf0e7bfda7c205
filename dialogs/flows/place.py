"""几个流程共用的一段：从一句话找到行业分支，拿不准就问，绝不猜；一句话里几样都要的，几样一起定。"""

from collections.abc import Generator
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from dialogs.candidates import not_found, which_branch
from dialogs.cites import notice
from dialogs.flows.echo import certain, label
from dialogs.picking import APART, Several, Told
from dialogs.reading import plain
from dialogs.steps import Choice, Choose, End, Given, Step, Taken, Text, ask
from dialogs.yesno import NO_MORE
from knowledge.records import Branch
from knowledge.rules import Rules

Place = Generator[Step[Any], Any, tuple[Branch | None, str]]
Places = Generator[Step[Any], Any, tuple[tuple[Branch, ...], str]]
ATTEMPTS = 3
MOST_LINES, ROUNDS = 4, 8
"""问到第几条线就不再问还有没有；自己说起的、一句里几样都要的，还可以多几条。"""
KEPT = Given(key="kept")
"""前面查过的分支，又说起别的线时带进来的。"""
_ALSO = tuple(Given(key=f"also.{line}") for line in range(1, ROUNDS + 1))
TYPICAL = ("做铸造又喷漆还有注塑", "商砼", "搅拌站", "轮胎", "重庆某某新材料科技有限公司", "开火锅店的")


def find_place(rules: Rules, line: int = 1, first: str = "", lead: str = "", taken: bool = False) -> Place:
    """问出一条生产线的行业分支和说法；对不上，分支是 None。

    `first` 是先问过的说法，`lead` 接在下一问前面；`taken` 为真时，查得很准的就不问“对吗”（echoed 说给人听）。
    """
    places, said = yield from _find(rules, line, first, lead, taken, several=False)
    return (places[0] if places else None), said


def find_places(rules: Rules, line: int, told: str = "", taken: bool = False) -> Places:
    """接着的一条线，几样都要的是几条：说过的一样（分支、行业的 id，或另外说的话）不再问做什么，没有说过就问。"""
    if told in rules.branches:
        return (rules.branches[told],), ""
    if told in rules.industries:
        return (yield from _one_of(rules, told, line)), ""
    return (yield from _find(rules, line, told=told, taken=taken))


def also(line: int) -> Generator[Step[Any], Any, list[str]]:
    """定着这条线、或定完以后，又说起的别的线（dialogs.adding）。"""
    told = yield from ask(_ALSO[line - 1])
    return list(told) if isinstance(told, tuple) else []


def _find(
    rules: Rules,
    line: int,
    first: str = "",
    lead: str = "",
    taken: bool = False,
    told: str = "",
    several: bool = True,
) -> Places:
    prompt = "请问贵厂主要生产什么？" if line == 1 else "另外那条生产线生产什么？"
    for attempt in range(1, ATTEMPTS + 1):
        turn, begun = f"{line}.{attempt}", attempt == 1
        said = first if first and begun else (yield from ask(_business(turn, prompt, told if begun else "")))
        if line > 1 and plain(said) in NO_MORE:
            return (), NO_MORE[0]
        which = _which(rules, said, turn, taken, several)
        if isinstance(which, str):
            prompt = f"{lead}{which}"
            continue
        picked = yield from ask(replace(which, prompt=f"{lead}{which.prompt}") if lead and begun else which)
        places = tuple([rules.branches[id] for id in picked.split(APART) if id in rules.branches])
        if picked == "absent" or places:
            return places, said
        prompt = "好，请换个说法：贵厂用什么原料、什么工艺，做出什么产品？"
    return (), ""


def _one_of(rules: Rules, industry: str, line: int) -> Generator[Step[Any], Any, tuple[Branch, ...]]:
    """说过的一个行业里的哪个分支；只有一个分支就不问。"""
    branches = rules.industries[industry].branches
    if len(branches) == 1:
        return branches[:1]
    picked = yield from ask(
        Several(
            key=f"branch.{line}.0",
            prompt=f"“{branches[0].industry}”是下面哪一个？",
            about="行业分支",
            cites=(branches[0].cite,),
            choices=tuple(Choice(b.id, label(b)) for b in branches),
            still=rules.branches,
        )
    )
    return tuple(rules.branches[id] for id in picked.split(APART))


def absent() -> End:
    """不在名录：如实说，请问区县。"""
    return End("which_grade.absent", notice("附件3", "附件3 一", "附件3 二", "正文 三（二）"))


@lru_cache(maxsize=512)
def _business(turn: str, prompt: str, told: str = "") -> Text:
    asked = Text(
        key=f"business.{turn}",
        prompt=prompt,
        about="主要生产什么" if turn.startswith("1.") else "另外生产什么",
        hint="直接打字说产品或工艺，例如“商砼”“家具喷漆”“铸件，中频电炉”。",
        cites=notice("附件3"),
        typical=TYPICAL if turn.startswith("1.") else (*TYPICAL, NO_MORE[0]),
        trade=True,
        enough=() if turn.startswith("1.") else NO_MORE,
    )
    return Told(**{each.name: getattr(asked, each.name) for each in fields(asked)}, sure=told) if told else asked


@lru_cache(maxsize=1024)
def _which(rules: Rules, said: str, turn: str, taken: bool, several: bool) -> Choose | str:
    """这样说了之后该选什么；看不出候选就是接下来的问法。重放时一再用到，所以记着。"""
    found = rules.lookup(said)
    if found.candidates:
        which = which_branch(rules, found, said, turn, several)
        if taken and certain(rules, said):
            return Taken(**{each.name: getattr(which, each.name) for each in fields(Choose)}, sure=which.choices[0].id)
        return which
    if found.outcome == "ask":
        return found.question or "光看名字看不出行业：请问具体生产什么产品？"
    return not_found(found, said, turn)
