"""一句话里连行业带等级一起问的，直接照附件3答：有哪几档，有没有说到的那一级，谁来审。"""

import re
from collections.abc import Sequence

from dialogs.cites import joined
from dialogs.flows.reviewing import notes, placed, tiers
from dialogs.reply import Draft
from knowledge.phrases import asking, plain
from knowledge.records import Branch, Candidate, Faq
from knowledge.rules import Rules

YIELDING = frozenset(
    "which-grade grades leading other-tier d-grade no-a b-minus not-passed skip-grade others-grade boundary "
    "who-reviews who-ab who-c who-delegated who-local-a who-local-c who-three local-ten industries voluntary "
    "several-industries not-listed guarantee rectify cement-products".split()
)
"""只讲通例的问答：说出了行业，就照那个行业答。"""
_GRADE = re.compile(r"(地方)?(?:(?<![a-z])([abcd])(?![a-z])-?|(?:绩效)?(引领))", re.IGNORECASE)
_LEVELS = re.compile(
    r"(?:哪|几|多少|好多|有些|是些)[^，。]{0,3}(?:等级|级|档)|最[高好低差][^，。]{0,4}(?:啥|什么|几|哪)|等级.{0,6}(?:哪些|一样|相同|怎么分|咋个分)|[评是按][abcd]{2,4}"
    r"|(?:最差|最低|最高|达标|不上|评|冲|争|搞|申报|想拿|能拿|有没|有|是|整|得到|得了|升).{0,8}?"
    r"(?:(?<![a-z])[abcd](?![a-z])|引领|哪[几个]?级|几级)|[abc]、[bcd]",
    re.IGNORECASE,
)
_WHO = re.compile(r"[审看定批]|过会|开会|专家|现场|委托|(?:哪个|谁).{0,3}评|评.{0,4}(?:哪个|谁)")
_MOST = 3
SURE = 0.55
"""查找有这么肯定，才算说出了行业；再低的只是字音相近。"""
_NEAR = 0.85


def graded(text: str, rules: Rules, asked: tuple[Faq, ...]) -> Draft | None:
    """照附件3的答复；没有连行业带等级问的，或者问的是别的事（`asked`），为 None。"""
    who, levels = _WHO.search(text), _LEVELS.search(text)
    if not (levels or (who and _GRADE.search(text))) or not asking(text, plain(text)):
        return None
    if any(each.id not in YIELDING for each in asked):
        return None
    branches = _branches(rules.lookup(text).candidates)
    several = len({branch.industry_id for branch in branches}) > 1
    if not branches or (several and any(each.id == "several-industries" for each in asked)):
        return None
    body = [*_missing(text, branches), *_levels(branches), *_siblings(branches, rules)]
    cites = [tuple(branch.cite for branch in branches)]
    if who and len(branches) <= _MOST:
        places = tuple(placed(rules, branch) for branch in branches)
        body += (row for row in dict.fromkeys(row for place in places for row in place.rows))
        body += notes(places)
        cites += (place.cites for place in places)
    return Draft(tuple(body), joined(*cites), "回复“查行业”，看贵厂每个等级由谁审、今天能不能报。")


def _branches(candidates: Sequence[Candidate]) -> tuple[Branch, ...]:
    """说到的行业分支：最像的几个；只认得出行业的，是它的全部分支。"""
    near = [
        each
        for each in candidates
        if candidates[0].score >= SURE
        and (each.industry.id == candidates[0].industry.id or each.score >= _NEAR * candidates[0].score)
    ]
    if len({each.industry.id for each in near}) > _MOST:
        return ()
    found = (branch for each in near for branch in ((each.branch,) if each.branch else each.industry.branches))
    return tuple(dict.fromkeys(found))


def _missing(text: str, branches: tuple[Branch, ...]) -> tuple[str, ...]:
    """问到了而哪个分支都没有的等级，先说没有。"""
    said = dict.fromkeys(f"{(found[2] or '').upper()}{found[3] or ''}" for found in _GRADE.finditer(text))
    lost = [each for each in said if not any(_has(tier, each) for branch in branches for tier in branch.tiers)]
    if not lost:
        return ()
    names = "、".join(f"“{branch.name}”" for branch in branches[:_MOST]) + ("等" if len(branches) > _MOST else "")
    return (f"{names}没有{'、'.join('绩效引领' if each == '引领' else f'{each}级' for each in lost)}。",)


def _has(tier: str, said: str) -> bool:
    bare = tier.removeprefix("地方")
    return not bare.startswith("非") and (said in bare)


def _levels(branches: tuple[Branch, ...]) -> list[str]:
    """同样几档的分支说成一行。"""
    same: dict[tuple[str, ...], list[Branch]] = {}
    for branch in branches:
        same.setdefault(branch.tiers, []).append(branch)
    return [f"{_named(each)}{tiers(each[0])}。" for each in same.values()]


def _siblings(branches: tuple[Branch, ...], rules: Rules) -> list[str]:
    """同一行业里别的分支，等级不一样的也说一声：分支认错了，看得出来。"""
    industry = rules.industries[branches[0].industry_id]
    tiers_said = {branch.tiers for branch in branches}
    others = tuple(each for each in industry.branches if each not in branches and each.tiers not in tiers_said)
    return [f"同一行业的{line}" for line in _levels(others)]


def _named(branches: list[Branch]) -> str:
    first = branches[0]
    place = f"（{first.list}第{first.no}类 {first.industry}）" if len({b.industry_id for b in branches}) == 1 else ""
    return "、".join(f"“{branch.name}”" for branch in branches) + place
