"""几个流程共用的一段：从一句话找到行业分支，拿不准就问，绝不猜。"""

from collections.abc import Generator
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from dialogs.cites import joined, notice
from dialogs.flows.echo import certain, echo_of, label, ordinal
from dialogs.reading import plain
from dialogs.steps import Choice, Choose, End, Step, Taken, Text, ask
from dialogs.yesno import BOTH, FIRST, LATER, LEFT, NEITHER, NO_MORE, NONE_LEFT, ONLY, WHICH, YES, neither, remarks
from knowledge.records import Branch, Candidate, Found
from knowledge.rules import Rules

Place = Generator[Step[Any], Any, tuple[Branch | None, str]]
ATTEMPTS = 3
TYPICAL = ("做铸造又喷漆还有注塑", "商砼", "搅拌站", "轮胎", "重庆某某新材料科技有限公司", "开火锅店的")


def find_place(rules: Rules, line: int = 1, first: str = "", lead: str = "", taken: bool = False) -> Place:
    """问出一条生产线的行业分支和说法；对不上，分支是 None。

    `first` 是先问过的说法，`lead` 接在下一问前面；`taken` 为真时，查得很准的就不问“对吗”（echoed 说给人听）。
    """
    prompt = "请问贵厂主要生产什么？" if line == 1 else "另外那条生产线生产什么？"
    for attempt in range(1, ATTEMPTS + 1):
        turn = f"{line}.{attempt}"
        said = first if first and attempt == 1 else (yield from ask(_business(turn, prompt)))
        if line > 1 and plain(said) in NO_MORE:
            return None, NO_MORE[0]
        which = _which(rules, said, turn, taken)
        if isinstance(which, str):
            prompt = f"{lead}{which}"
            continue
        picked = yield from ask(replace(which, prompt=f"{lead}{which.prompt}") if lead and attempt == 1 else which)
        if picked == "absent" or picked in rules.branches:
            return rules.branches.get(picked), said
        prompt = "好，请换个说法：贵厂用什么原料、什么工艺，做出什么产品？"
    return None, ""


def one_of(rules: Rules, industry: str, line: int) -> Generator[Step[Any], Any, Branch]:
    """说过的一个行业里的哪个分支；只有一个分支就不问。"""
    branches = rules.industries[industry].branches
    if len(branches) == 1:
        return branches[0]
    picked = yield from ask(
        Choose(
            key=f"branch.{line}.0",
            prompt=f"“{branches[0].industry}”是下面哪一个？",
            about="行业分支",
            cites=(branches[0].cite,),
            choices=tuple(Choice(b.id, label(b)) for b in branches),
            still=rules.branches,
        )
    )
    return rules.branches[picked]


def absent() -> End:
    """不在名录：如实说，请问区县。"""
    return End("which_grade.absent", notice("附件3", "附件3 一", "附件3 二", "正文 三（二）"))


@lru_cache(maxsize=512)
def _business(turn: str, prompt: str) -> Text:
    return Text(
        key=f"business.{turn}",
        prompt=prompt,
        about="主要生产什么" if turn.startswith("1.") else "另外生产什么",
        hint="直接打字说产品或工艺，例如“商砼”“家具喷漆”“铸件，中频电炉”。",
        cites=notice("附件3"),
        typical=TYPICAL if turn.startswith("1.") else (*TYPICAL, NO_MORE[0]),
        trade=True,
        enough=() if turn.startswith("1.") else NO_MORE,
    )


@lru_cache(maxsize=1024)
def _which(rules: Rules, said: str, turn: str, taken: bool) -> Choose | str:
    """这样说了之后该选什么；看不出候选就是接下来的问法。重放时一再用到，所以记着。"""
    found = rules.lookup(said)
    if found.candidates:
        which = _branch(rules, found, said, turn)
        if taken and certain(rules, said):
            return Taken(**{each.name: getattr(which, each.name) for each in fields(which)}, sure=which.choices[0].id)
        return which
    if found.outcome == "ask":
        return found.question or "光看名字看不出行业：请问具体生产什么产品？"
    return _absent(found, said, turn)


def _branch(rules: Rules, found: Found, said: str, turn: str) -> Choose:
    heard: dict[str, dict[str, Branch]] = {}
    for branch in (branch for each in found.candidates for branch in _branches(each)):
        heard.setdefault(branch.industry_id, {})[branch.id] = branch
    branches = tuple(branch for industry in heard.values() for branch in industry.values())
    echo = echo_of(rules, found, said)
    sure = len(branches) == 1 or found.outcome == "match"
    if len(branches) == 1 and echo == branches[0].name:
        prompt = f"就是“{branches[0].name}”（{ordinal(branches[0])}），对吗？"
    elif sure:
        prompt = f"“{echo}”{'都' if '”“' in echo else ''}最像“{branches[0].name}”（{ordinal(branches[0])}），对吗？"
    else:
        prompt = f"“{echo}”{_unclear(branches)}：{found.question or '是下面哪一个？'}"
    later = not turn.startswith("1.")
    yes = (*YES, *BOTH, *(() if later else ONLY))
    apart = NO_MORE if later else LEFT if sure else ()
    no = tuple(word for word in (NEITHER if sure else neither(found.question)) if word not in apart)
    return Choose(
        key=f"branch.{turn}",
        prompt=prompt,
        about="行业分支",
        cites=joined(tuple(branch.cite for branch in branches)),
        choices=(
            *(Choice(b.id, label(b), yes if sure and b is branches[0] else ()) for b in branches),
            Choice("none", "都不是", no),
        ),
        still=rules.branches,
        retells=f"business.{turn}",
        remarks=(LATER if later else FIRST if sure else WHICH, *(() if sure else remarks(found.question))),
    )


def _unclear(branches: tuple[Branch, ...]) -> str:
    """同一行业只差分支，还是连行业也分不清。"""
    one = all(branch.industry_id == branches[0].industry_id for branch in branches)
    return (
        f"是{branches[0].list}第{branches[0].no}类“{branches[0].industry}”，要分清分支" if one else "要分清是哪个行业"
    )


def _branches(candidate: Candidate) -> tuple[Branch, ...]:
    return (candidate.branch,) if candidate.branch else candidate.industry.branches


def _absent(found: Found, said: str, turn: str) -> Choose:
    return Choose(
        key=f"absent.{turn}",
        prompt=f"“{said.strip()[:20]}”在附件3的行业里没有找到。\n"
        f"{found.question or '没列名的厂，若有工业锅炉或炉窑，要看“通用行业（含工业锅炉/炉窑）”。'}",
        about="名录里没有找到",
        cites=notice("附件3 二 10", "正文 四（二）"),
        choices=(
            Choice("p10-1", "有工业锅炉或炉窑", ("有锅炉", "有炉窑", "有工业锅炉", "有")),
            Choice("again", "换个说法再查", ("换个说法", "重新查")),
            Choice(
                "absent",
                "都没有",
                (*NONE_LEFT, "没有", "没得", "莫得", "无", "没有锅炉", "没锅炉", "没得锅炉", "没有炉窑"),
            ),
        ),
        retells=f"business.{turn}",
    )
