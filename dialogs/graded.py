"""一句话里连行业带等级一起问的，直接照附件3答：有哪几档，有没有说到的那一级，谁来审。"""

import re
from collections.abc import Sequence

from dialogs.cites import joined, notice
from dialogs.flows.reviewing import Placed, entrusted, notes, placed, tiers
from dialogs.reply import Draft
from knowledge.phrases import asking, claiming, plain
from knowledge.records import Branch, Candidate, Citation, Faq
from knowledge.rules import Rules

YIELDING = frozenset(
    "which-grade grades leading other-tier d-grade no-a b-minus not-passed skip-grade others-grade boundary "
    "who-reviews who-ab who-c who-delegated who-local-a who-local-c who-three local-ten industries voluntary "
    "not-listed guarantee cement-products experts dimensions casting-gear duty-grade mixed blank-cells process "
    "counts".split()
)
"""只讲通例的问答：说出了行业，就照那个行业答。"""
_NAMED_SO = re.compile(r"创b争a|升c消d|[abcd]类", re.IGNORECASE)
_RUN = re.compile(r"(?<![a-z])[abcd]{2,4}(?![a-z])", re.IGNORECASE)
_GRADE = re.compile(r"(地方)?(?:(?<![a-z])(b-|[abcd](?!\+))(?![a-z])|(非)?(?:绩效)?(引领))", re.IGNORECASE)
_TIERS = frozenset("ABCDabcd领")
"""_GRADE 命中时总有其中一个字。"""
_LEVELS = re.compile(
    r"(?:哪|几|多少|好多|有些|是些|什么|啥)[^，。]{0,3}(?:等级|级|档)|最[高好低差][^，。]{0,4}(?:啥|什么|几|哪)|等级.{0,6}(?:哪些|一样|一套|相同|怎么分|咋个分)|[评是按分有得][abcd]{2,4}"
    r"|(?:一个|同一|同个|一样的)行业[不吗嘛么迈]"
    r"|(?:最差|最低|最高|达标|不上|评|冲|争|搞|申报|想拿|能拿|有没|有|是|整|得到|得了|升).{0,8}?"
    r"(?:(?<![a-z])[abcd](?![a-z])|引领|哪[几个]?级|几级)|[abc]、[bcd]",
    re.IGNORECASE,
)
_LEVELLING = frozenset("级档最行ABCDabcd领")
"""_LEVELS 命中时总有其中一个字。"""
_WHO = re.compile(
    r"[审看定批]|负责|点头|盖章|过一道|会议|过[^，。]{0,4}会|公示|先[^，。]{0,6}后|第一步|流程|程序|环节|几步|步骤|找[区市]|拍板|说了算|过会|开会|专家|现场|委托|哪些人|谁管|[归哪][个里]?[区市谁]|[区市]里?自己评|"
    r"(?:哪个|谁).{0,3}评|评.{0,4}(?:哪个|谁)"
)
_OTHER = re.compile(r"其他[”」』]?(?:这|归|是|那|哪|由|等|一|谁|,|，|$)")
_NOT_TIERS = re.compile(r"隔壁|别家|别的|人家|装备|造型|制壳|自动线|砂")
"""问的是别家评到几级，或者要什么装备，不是有哪几档。"""
_SPARED = {
    "rectify-lowest": re.compile(r"最低(?!级)"),
    "several-industries": re.compile(r"(?:一个|同一个?|同个)行业"),
}
"""这样问到的通例，也照那个行业答。"""
_CALLED = {"引领": "绩效引领", "非引领": "非绩效引领", "B-": "B-"}
NO_EXPERTS = "写的只是“现场审查”，没有写专家；派不派专家，以区县生态环境局答复为准。"
_COMPARED = re.compile(r"(.{4,}?)(?:跟|和|与)(.{4,}?)一样")
"""“有机化工报地方B，程序跟塑料制品报引领的一样不”。"""
_ALIKE = "一样"
_MOST = 3
_LINES = 6
SURE = 0.55
"""查找有这么肯定，才算说出了行业；再低的只是字音相近。"""
_CERTAIN = 0.75
"""别的问题前面要不要先纠正等级，得更肯定。"""
_NAME = 3
"""行当的名称最少有这么多字。"""
_NEAR, _OPEN = 0.85, 0.75
"""别的行业有头名的这么像，也算说到了：认得准的，认不准的。"""


def graded(text: str, rules: Rules, asked: tuple[Faq, ...]) -> Draft | None:
    """照附件3的答复；没有连行业带等级问的，或者问的是别的事（`asked`），为 None。"""
    levels = None if _LEVELLING.isdisjoint(text) else _LEVELS.search(text)
    if not (
        levels or (not _TIERS.isdisjoint(text) and _GRADE.search(text)) or ("其他" in text and _OTHER.search(text))
    ):
        return None
    who = _WHO.search(text)
    if not (levels or who):
        return None
    bare = plain(text)
    if not (asking(text, bare) or claiming(text, bare)) or (asked and _NOT_TIERS.search(text)):
        return None
    if any(each.id not in YIELDING and not _spares(each, text) for each in asked):
        return None
    if who and _ALIKE in text and (draft := _compared(text, rules)):
        return draft
    found = rules.lookup(text)
    branches = _branches(found.candidates, _NEAR if found.outcome == "match" else _OPEN)
    several = len({branch.industry_id for branch in branches}) > 1
    if not branches or (several and any(each.id == "several-industries" for each in asked)):
        return None
    said = said_in(text)
    lost = missing(said, branches)
    body = [*levels_of(branches), *_siblings(branches, rules)]
    cites = [tuple(branch.cite for branch in branches), _minus(said, branches)]
    if who:
        places = tuple(placed(rules, branch) for branch in branches)
        rows = tuple(dict.fromkeys(row for place in places for row in place.rows))
        if len(branches) > _MOST:
            rows = tuple(row for row in rows if not said or any(among(row, each) for each in said))
        if len(rows) <= _LINES:
            told = (*(_first(rows, said, places) if said and not lost else rows), *(notes(places) if rows else ()))
            told = (*told[:1], *entrusting(said, branches, rules), *told[1:])
            if "专家" in text and not any("专家" in row for row in rows):
                told += (NO_EXPERTS,)
            body = [*told, *body] if said and not lost else [*body, *told]
            cites += (place.cites for place in places)
    return Draft((*lost, *body), joined(*cites), "回复“查行业”，看贵厂每个等级由谁审、今天能不能报。")


def _first(rows: Sequence[str], said: Sequence[str], places: Sequence[Placed]) -> list[str]:
    """问到的那一档在前，前面说是哪个行业的。"""
    asked = [row for row in rows if any(among(row, each) for each in said)]
    named = [f"{_names([place.branch for place in places if row in place.rows])}{row}" for row in asked]
    return [*named, *(row for row in rows if row not in asked)]


def _names(branches: Sequence[Branch]) -> str:
    """“甲”、“乙”等：太多的只写头几个。"""
    return "、".join(f"“{branch.name}”" for branch in branches[:_MOST]) + ("等" if len(branches) > _MOST else "")


def entrusting(said: Sequence[str], branches: Sequence[Branch], rules: Rules) -> tuple[str, ...]:
    """问到的哪几档是市里委托区县评的。"""
    tiers = dict.fromkeys(
        tier
        for branch in branches
        for tier in branch.tiers
        if entrusted(rules, branch, tier) and (not said or any(_has(tier, each) for each in said))
    )
    return (f"{'、'.join(tiers)}是市生态环境局委托区县组织评的。",) if tiers else ()


def _compared(text: str, rules: Rules) -> Draft | None:
    """两个行业的两档，审法一样不一样；有一个听不出来的为 None。"""
    halves = _COMPARED.search(text)
    body: list[str] = []
    chains: list[frozenset[str]] = []
    cites: list[tuple[Citation, ...]] = []
    for half in halves.groups() if halves else ():
        branches, said = _branches(rules.lookup(half).candidates, _NEAR), said_in(half)
        places = tuple(placed(rules, branch) for branch in branches)
        rows = dict.fromkeys(
            row for place in places for row in place.rows if any(among(row, each) for each in said) or not said
        )
        if not rows:
            return None
        body += (f"{_names(branches)}{row}" for row in rows)
        body += entrusting(said, branches, rules)
        chains.append(frozenset(row.partition("：")[2] for row in rows))
        cites += (place.cites for place in places)
    if len(chains) < len((0, 0)) or len(body) > _LINES:
        return None
    first = "审法一样。" if chains[0] == chains[1] else "审法不一样。"
    return Draft((first, *body), joined(*cites), "回复“查行业”，看贵厂每个等级由谁审、今天能不能报。")


def _spares(faq: Faq, text: str) -> bool:
    """本来不让的问答，这样问的时候也让。"""
    pattern = _SPARED.get(faq.id)
    return pattern is not None and pattern.search(text) is not None


def corrected(text: str, rules: Rules) -> Draft | None:
    """问别的事，却说到了那个行业没有的等级：先说没有，再说有哪几档；没有说错的为 None。"""
    if _TIERS.isdisjoint(text) or not _GRADE.search(text):
        return None
    candidates = rules.lookup(text).candidates or _before(text, rules)
    one = len({each.industry.id for each in candidates}) == 1
    if not candidates or candidates[0].score < (SURE if one else _CERTAIN):
        return None
    branches, said = _branches(candidates, _NEAR), said_in(text)
    if not branches or not (lost := missing(said, branches)):
        return None
    cites = joined(tuple(branch.cite for branch in branches), _minus(said, branches))
    return Draft((*lost, *levels_of(branches)[:_MOST]), cites, "")


def _before(text: str, rules: Rules) -> Sequence[Candidate]:
    """整句听不出来，就听头一个等级前面的半句（“三聚氰胺板式家具C级要停产”）。"""
    found = _GRADE.search(text)
    return rules.lookup(text[: found.start()]).candidates if found and found.start() >= _NAME else ()


def _branches(candidates: Sequence[Candidate], near: float) -> tuple[Branch, ...]:
    """说到的行业分支：最像的几个；只认得出行业的，是它的全部分支。"""
    likely = [
        each
        for each in candidates
        if candidates[0].score >= SURE
        and (each.industry.id == candidates[0].industry.id or each.score >= near * candidates[0].score)
    ]
    if len({each.industry.id for each in likely}) > _MOST:
        return ()
    found = (branch for each in likely for branch in ((each.branch,) if each.branch else each.industry.branches))
    return tuple(dict.fromkeys(found))


def said_in(text: str) -> tuple[str, ...]:
    """说到的等级：A、B-、引领……；“ABC”是三个。"""
    text = _RUN.sub(lambda run: "、".join(run[0]), _NAMED_SO.sub("", text))
    return tuple(
        dict.fromkeys(f"{(found[2] or '').upper()}{found[3] or ''}{found[4] or ''}" for found in _GRADE.finditer(text))
    )


def missing(said: tuple[str, ...], branches: tuple[Branch, ...]) -> tuple[str, ...]:
    """问到了而哪个分支都没有的等级，先说没有。"""
    lost = [each for each in said if not any(_has(tier, each) for branch in branches for tier in branch.tiers)]
    if not lost:
        return ()
    called = "、".join(_CALLED.get(each, f"{each}级") for each in lost)
    only = ("B-只有长流程钢铁这一个分支有。",) if _minus(said, branches) else ()
    return (f"{_names(branches)}没有{called}。", *only)


def _minus(said: tuple[str, ...], branches: tuple[Branch, ...]) -> tuple[Citation, ...]:
    """说了 B-、又不是长流程钢铁的，要引长流程钢铁那一条。"""
    if "B-" not in said or any(_has(tier, "B-") for branch in branches for tier in branch.tiers):
        return ()
    return notice("附件3 一 1")


def _has(tier: str, said: str) -> bool:
    bare = tier.removeprefix("地方")
    return bare.startswith("非") == said.startswith("非") and said.removeprefix("非") in bare


def among(row: str, said: str) -> bool:
    """这一行（“A、B：……”）说的等级里有没有这一级。"""
    return any(_has(tier, said) for tier in row.partition("：")[0].split("、"))


def levels_of(branches: tuple[Branch, ...]) -> list[str]:
    """同样几档的分支说成一行。"""
    same: dict[tuple[str, ...], list[Branch]] = {}
    for branch in branches:
        same.setdefault((branch.industry_id, *branch.tiers), []).append(branch)
    return [f"{_named(each)}{tiers(each[0])}。" for each in same.values()]


def _siblings(branches: tuple[Branch, ...], rules: Rules) -> list[str]:
    """同一行业里别的分支，等级不一样的也说一声：分支认错了，看得出来。"""
    industry = rules.industries[branches[0].industry_id]
    tiers_said = {branch.tiers for branch in branches}
    others = tuple(each for each in industry.branches if each not in branches and each.tiers not in tiers_said)
    return [f"同一行业的{line}" for line in levels_of(others)]


def _named(branches: list[Branch]) -> str:
    first = branches[0]
    place = f"（{first.list}第{first.no}类 {first.industry}）" if len({b.industry_id for b in branches}) == 1 else ""
    return "、".join(f"“{branch.name}”" for branch in branches) + place
