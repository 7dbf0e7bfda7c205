"""话里只说了等级的：想评哪一档（“想评B”）、现在是哪一级（“我们现在是C级”）、改成哪一级（“改回绩效引领”）。"""

import re
from typing import Literal

CELL = "B（B-）"
"""附件3长流程钢铁的一格，是 B 和 B- 两级；附件4把 B- 单列。"""
Subject = Literal["wish", "grade", "either"]
"""说的是想评的、现在的，还是没说是哪一样（“改成A”）。"""

_TIER = r"(地方[abcd]|b-|[abcd](?![a-z])|非?绩?效?引领)性?[级档]?(?:的|企业|厂|那一?[档级])?(?:了|算了|就行|就好)*"
_LEAD = r"(?:那|就|算了|其实|主要|[搞说]?错了|不对|不是)*"
_WHO = r"(?:我们?|我厂|咱们?|俺们?|我家|本厂)(?:厂|公司|这边)?"
_TIME = r"(?:今年|明年|现在|目前|眼下|其实|实际上?|还是|就|都|也|还|只)*"
_WISH = re.compile(
    rf"{_LEAD}(?:{_WHO})?{_TIME}(?:"
    rf"(?:想|要|打算|准备|争取|决定|希望)+(?:去|来|还是)?(?:申报|申请|改|换|报|评|创|争|冲|上|升|拿|要)(?:个|到|成|上|回|的是|为)?"
    rf"|(?:申报|申请|报|评|创|争|冲|升|目标是?)(?:个|到|成|的是)?){_TIER}"
)
_HELD = re.compile(
    rf"{_LEAD}(?:{_WHO}{_TIME}|(?:{_WHO})?(?:去年|现在|目前|眼下)(?:就|还|已经)*)"
    rf"(?:评的|评级|等级)?(?:已经)?(?:是|为|算|评上了?|评了|评到了?|拿的)(?:个)?{_TIER}"
)
_CHANGE = re.compile(
    rf"{_LEAD}(?:{_WHO}{_TIME})?(?:要|帮我|给我|请|再|把|现在|目前|已经|的?等级)*(?:(?:修改|更正|改|换)(?:回去?|成|为|到|做|报|评|申报)|还是|应该是|是)?{_TIER}"
)
_GRADE = re.compile(
    r"(地方)?(?:(?<![a-z])(b-|[abcd])[级档]|(?<![a-z0-9])(?:(?<=[是评，,、 们厂为方])|^)(b-|[abcd])(?=$|[，,。、 的]))|"
    r"(地方)?(非)?(?:绩效)?引领"
)
_TIERS = frozenset("abcd领")
"""说了等级的，总有其中一个字。"""
_UNGRADED = re.compile(
    r"(?:没得?有?|没|还没|莫得?|未|无)(?:过|有)*(?:评过?|定)?(?:绩效)?(?:等级|评级|定级|级别)|没(?:有|得)?评(?:上|过)|没评"
)
_CORRECTING = re.compile(r"(?:不对|不是|错了|更正|改|换)")
_FILLER = re.compile(rf"{_LEAD}(?:好|嗯|对|是|哦|等一?[下哈])?")
_EXCUSE = re.compile(
    r"(?:改主意|改)了?|(?:我们?|我厂|老板|领导)?(?:还是|就|说)?(?:想|要|求)?(?:评|报|选|定)?得?(?:太)?(?:低|高|稳|保险|稳当|现实)(?:一?[点些]|当)?(?:了|吧)?|"
    rf"(?:我们?|我厂|老板|领导)?(?:不想|不要|不打算|莫|够不着|达不到|评不上|评不了|搞不赢)(?:去|要)?(?:评|报|创|争|冲)?(?:{_TIER})?"
)
"""改口的由头：“想低一点”“不评引领了”。"""
_CLAUSE = re.compile(r"[，,。;；、！! ]+")


def stated(said: str) -> tuple[tuple[Subject, str], ...]:
    """这句话说的全是等级：每一处是哪一样、哪一级（“b”“绩效引领”）；还说了别的，就是空的。`said` 先经过 plain()。"""
    if len(said) > 40 or _TIERS.isdisjoint(said) or "?" in said:
        return ()
    found: list[tuple[Subject, str]] = []
    correcting = bool(_CORRECTING.search(said))
    for clause in filter(None, _CLAUSE.split(said)):
        if wish := _WISH.fullmatch(clause):
            found.append(("wish", named(wish[1])))
        elif held := _HELD.fullmatch(clause):
            found.append(("either" if correcting and "现在" not in clause else "grade", named(held[1])))
        elif correcting and (change := _CHANGE.fullmatch(clause)):
            found.append(("grade" if re.search("现在|目前", clause) else "either", named(change[1])))
        elif not _FILLER.fullmatch(clause):
            return ()
    return tuple(found)


def restated(said: str) -> str:
    """改口说想评的是哪一级（“想低一点，评非引领算了”“改了，想评B”“我们改评A了”）；说了别的、说了两级是空的。"""
    found: set[str] = set()
    if len(said) > 40:
        return ""
    for clause in filter(None, _CLAUSE.split(said)):
        if _HELD.fullmatch(clause):
            return ""
        if wish := _WISH.fullmatch(clause):
            found.add(named(wish[1]))
        elif (change := _CHANGE.fullmatch(clause)) and (_CORRECTING.search(said) or "算了" in said):
            found.add(named(change[1]))
        elif not (_FILLER.fullmatch(clause) or _EXCUSE.fullmatch(clause)):
            return ""
    return found.pop() if len(found) == 1 else ""


def named(word: str) -> str:
    """说的等级写成附件3的样子：“b”→“B”，“引领”→“绩效引领”，“非引领”→“非绩效引领”。"""
    if "引领" in word:
        return "非绩效引领" if word.startswith("非") else "绩效引领"
    return word.upper()


def grade_in(said: str) -> str:
    """话里说到的头一个等级，写成附件3的样子；没说到是空的。`said` 先经过 plain()。"""
    found = None if _TIERS.isdisjoint(said) else _GRADE.search(said)
    if not found:
        return ""
    local, letter = found[1] or found[4] or "", found[2] or found[3]
    return f"{local}{letter.upper()}" if letter else f"{local}{named((found[5] or '') + '引领')}"


def ungraded(said: str) -> bool:
    """话里说了还没评级。"""
    return bool(_UNGRADED.search(said))


def levels(tiers: tuple[str, ...]) -> tuple[str, ...]:
    """附件3这几格里各有哪几级：“B（B-）”一格是 B 和 B- 两级。"""
    return tuple(level for tier in tiers for level in (("B", "B-") if tier == CELL else (tier,)))


def cell(tiers: tuple[str, ...], level: str) -> str:
    """这一级在附件3的哪一格；不在里面就照原样。"""
    return CELL if level in ("B", "B-") and CELL in tiers else level


def same(tier: str, name: str) -> bool:
    """附件3里的这一档，是不是说的那一级；地方的档不说“地方”也算。"""
    bare = tier if name.startswith("地方") else tier.removeprefix("地方")
    return bare == name or (bare == CELL and name in ("B", "B-"))
