"""有把握之前再看一眼：话里明明说了另外也做的一样，选中的分支却解释不了它，就两样都列、先问。"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

from knowledge.frames import framed
from knowledge.grouping import Group, is_made
from knowledge.guessing import GENERAL, also, is_chinese
from knowledge.heads import is_painting
from knowledge.leaning import NONE, leaning, likeliest
from knowledge.spelling import PAUSE, STOP
from knowledge.vocabulary import Word

_SIGNS = frozenset("偶副套配多剩也另兼顺附捎同还自接再后半楼边区层一")
"""说另外一样的话里总有的字。"""
_ALSO = re.compile(
    r"(?:[^，、也]{0,4}[，、]?|[^，、也]{5,10}，)[^，、也不没]{0,4}(?:(?:也|还)[做搞产开要带烧造印接压炼有给收翻生供拉挤磨切铸熔化轧打吹焊喷镀]?|另外?[有做]?|兼|偶尔|配(?:套了?|了)|顺[带便]|附带|捎带|同时|(?:副产(?:品|物)?|[多剩]的)(?:拿[来去])?做成?|又(?:[投上开建搞做加办]了?)?|(?:旁边|隔壁|边上)(?:还|又|也)?(?:有|是)?我?们?)(?:自己|对外|外头|给别[人个]|接|有|做|了|个|条|一个|一条|专门|少量|一?点|的|开|收|是){0,3}"
)
_TURNED = re.compile(
    r"(?:[^，、买外]{0,2}，|[厂的站]?、?)(?:后[头面]|厂里|[^，、买外送客不没]{0,3}是?我们)?(?:(?:自[己家])(?:再|又|还|有|收|做|产|搞)?|接着(?:做|搞)?|再(?:做|自己)?)[^，、不没]{0,2}"
)
_INTO = re.compile("，?(?:拿[来去]|用来)?做成?[^的，]{1,3}的?")
_FOR = re.compile("(?:买|外购|采购)[^，]{2,10}?来做")
_OURS = re.compile("(?:也|还)(?:是|在|归|由|都)?(?:我们|自[己家])")
_PLACES = re.compile(
    "(?P<a>[一大小]半)|(?P<b>[一二三四两五]楼)|(?P<c>楼[上下])|(?P<d>[左右]边)|(?P<e>[新老旧]厂区?|[新老]车间)|(?P<f>[南北东西]区|[一二三]分?厂(?!房))|(?P<g>一个车间|一条线)"
)
_BOUGHT = re.compile("[买购收进用拿拉把给为替帮]|外头|来料")
_FIRMS = ("厂", "场", "站", "矿", "矿山")
_WHOLLY = re.compile("(?<=[、，])[^，、]{1,4}全套")
_SPRAYED = re.compile("喷(?!砂)|漆")
_MINED = re.compile("[开挖采]")
_HIRED = re.compile("接|对外|给别")
RAW = ("p2-1",)
PLATING = "p1-1"
"""表面处理以外，另有一道喷漆喷粉的，是两样。"""
ROOM, FEW, ALIKE = 3, 4, 0.5
"""听懂的词以外至少还有这么多字，才看整句；否认的话指得清楚的，最多指这么多个分支；另一个分支至少要有的份额。"""
_PAIRED = re.compile("顺[带便]|兼")
CONTRARY, UNLIKELY = 0.6, 0.1
"""整句像另一个，像到这么多；像选中的，不到这么多。"""
_JOINED = frozenset(f"{STOP}{PAUSE} 和跟与")
_PIECES = re.compile(f"[{STOP}{PAUSE} 和跟与]")
SAID = 8
"""至少说了这么多字，整句才反得了选中的。"""
_WHOLE = {"n1-1": ("n1", "n4"), "n15-1": ("n15",), "n23-1": ("n23", "p7")}
"""从头做到尾的分支：自己轧、自己磨、接着裂解都在里头。"""


def also_said(group: Group, heard: Sequence[Word], own: str, words: Mapping[str, Word]) -> list[Group]:
    """选中的一组之外，话里说了也做、而它解释不了的几样；另有听不准的，`words` 是空的，只看明说了的。"""
    if more := _told(group, heard, own):
        return more
    if not words:
        return []
    if both := said_too(group.units, heard, own):
        return both
    roomy = len(own) - sum(len(word.text) for word in heard) >= ROOM
    found = _unexplained(group.units[0], heard, own, words if roomy else {})
    return [Group(word.units[:FEW], [word], word.step) for word in found]


def said_too(units: Sequence[str], heard: Sequence[Word], own: str) -> list[Group]:
    """明说了两样的句式里，这几个分支都解释不了的另一样。"""
    words = framed(own, heard, units)
    if len(units) > 1:
        words = [word for word in words if set(units).isdisjoint(word.units)]
    words = [word for word in words if not any(_is_explained(word, unit, hired=True) for unit in units)]
    left = ((tuple(each for each in word.units if each not in units)[:FEW], word) for word in words)
    return [Group(units, [word], word.step) for units, word in left if units]


def _told(group: Group, words: Sequence[Word], own: str) -> list[Group]:
    """中间就说了“也做、另外”的，自己接着做的，各占一处的。"""
    unit = group.units[0]
    if not words:
        return []
    if len(words) < 2:
        return _made_into(group, words[0], own) if "做" in own and not group.step else []
    if "来做" in own and (made := _made_of(unit, words, own)):
        return made
    if unit != PLATING and _SIGNS.isdisjoint(own):
        return []
    named = _placed(words, own, unit)
    if len(named) < 2:
        return []
    found: dict[tuple[str, ...], Word] = {}
    for word in (*_linked(named, own, unit), *_apart(named, own, unit)):
        found.setdefault(tuple(each for each in word.units if each != unit), word)
    return [Group(units, [word], word.step) for units, word in found.items() if units]


def _made_into(group: Group, word: Word, own: str) -> list[Group]:
    """“高炉渣做棉”：只听懂了料，做成什么没有听懂，而整句像别的。"""
    at = own.find(word.text)
    if at < 0 or _INTO.fullmatch(own, at + len(word.text)) is None:
        return []
    return [Group((unit,), [Word(own, (unit,), "整句也像")], False) for unit in also(own) if unit != group.units[0]][:2]


def _made_of(unit: str, words: Sequence[Word], own: str) -> list[Group]:
    """“买PU革来做鞋”：整句像的其实是买来的料，听懂的另有一样。"""
    if _FOR.search(own) is None or any(word.role == "" and word.units[0] == unit for word in words):
        return []
    return [Group(word.units[:1], [word], word.step) for word in words if word.role == ""][:1]


def sibling(unit: str, denied: Sequence[Word], words: Sequence[Word], own: str) -> str:
    """否认的是一个行业的分支，余下的词、余下的话又像同一行业的另一个，选中的却是别的行业：那另一个；没有的是空。

    选中的就是否认了的，整句却像别的：那别的一个。
    """
    gone = {each for word in denied if len(word.units) < FEW and not word.step for each in word.units}
    industries = {each.partition("-")[0] for each in gone}
    if not gone or not is_chinese(own):
        return ""
    shares = leaning().of(own)
    (likely,) = likeliest(shares, 1)
    if unit in gone and likely not in (NONE, *gone) and shares[likely] >= ALIKE:
        return likely
    if unit.partition("-")[0] in industries:
        return ""
    may = (each for word in words if word.role == "" and unit in word.units and not word.step for each in word.units)
    if told := next((each for each in may if each.partition("-")[0] in industries and each not in gone), ""):
        return told
    fits = likely.partition("-")[0] in industries and likely not in gone and likely != unit
    return likely if fits and shares[likely] >= ALIKE else ""


def _unexplained(unit: str, heard: Sequence[Word], own: str, words: Mapping[str, Word]) -> list[Word]:
    """选中的分支解释不了的：顺带做的，整句更像的另一个，或挨着列的、各是各的分支的几样。

    话都听懂了的，`words` 是空的，整句和列着的就不看了。
    """
    if found := _unheated(heard, own) if unit == GENERAL else _paired(unit, heard, own):
        return found
    other = _contradicting(unit, own) if words else ""
    found = [Word(own, (other,), "整句更像")] if other else _listed(own, words)
    return [word for word in found if unit not in word.units]


def _unheated(heard: Sequence[Word], own: str) -> list[Word]:
    """“纸箱厂用蒸汽锅炉”：选中的是通用行业，前面又说了名录里的行当——通用行业只管名录以外的，那一样也列。"""
    before = own.partition("炉")[0]
    return [word for word in heard if word.text in before and GENERAL not in word.units and _is_product(word)]


def _paired(unit: str, heard: Sequence[Word], own: str) -> list[Word]:
    """“主要做农药，顺带注塑”：明明说了两样，选中的只是一样，另一样也列。"""
    if _PAIRED.search(own) is None:
        return []
    return [word for word in heard if word.role == "" and not word.telling.weak and unit not in word.units]


def _contradicting(unit: str, own: str) -> str:
    """整句一点也不像选中的分支，却很像另一个：那另一个；没有的是空。"""
    if len(own) < SAID or not is_chinese(own):
        return ""
    shares = leaning().of(own)
    (likely,) = likeliest(shares, 1)
    against = likely not in (NONE, unit) and shares[likely] >= CONTRARY and shares.get(unit, 0.0) < UNLIKELY
    return likely if against else ""


def _listed(own: str, words: Mapping[str, Word]) -> list[Word]:
    """“油漆、油墨”“多层板，刨花板，都压”：挨着列的，一段就是一个词，各是各的分支的几样；不到两样的是空。"""
    found: dict[tuple[str, ...], Word] = {}
    pieces = _PIECES.split(own) if not _JOINED.isdisjoint(own) and is_chinese(own) else []
    for one, other in pairwise(words.get(piece.replace("的", "")) for piece in pieces):
        if one and other and _is_product(one) and _is_product(other) and set(one.units).isdisjoint(other.units):
            found |= {one.units: one, other.units: other}
    return [*found.values()]


def _is_product(word: Word) -> bool:
    shaky = word.step or word.telling.weak or word.telling.carrier
    return word.role == "" and not shaky and not is_painting(word)


def _placed(words: Sequence[Word], own: str, unit: str) -> list[tuple[int, Word]]:
    """各个词在话里的哪里；同一行业里的线索词也算。"""
    told = (word for word in words if word.role == "" or _is_clue(word, unit))
    return sorted(((at, word) for word in told if (at := own.find(word.text)) >= 0), key=itemgetter(0))


def _is_clue(word: Word, unit: str) -> bool:
    alone = word.role == "hint" and word.label == "" and len(word.units) == 1
    return alone and word.units[0].partition("-")[0] == unit.partition("-")[0]


def _linked(named: Sequence[tuple[int, Word]], own: str, unit: str) -> Iterator[Word]:
    """中间就说了“也做、顺带、另外”的两样，“自己、接着做”的后一样。"""
    for at, word in named:
        if _OURS.match(own, at + len(word.text)) and not _is_explained(word, unit) and not _is_hazy(word):
            yield word
    if unit == PLATING:
        yield from (
            word for _, word in named if is_painting(word) and _SPRAYED.search(word.text) and not _is_hazy(word)
        )
    if _WHOLLY.search(own):
        yield from (word for _, word in named if not _is_explained(word, unit) and not _is_hazy(word))
    for (at, one), (start, other) in pairwise(named):
        if set(one.units) == set(other.units) or any(map(_is_hazy, (one, other))):
            continue
        gap = own[at + len(one.text) : start]
        if _ALSO.fullmatch(gap):
            hired = _HIRED.search(gap) is not None
            if not _is_explained(other, unit, hired=hired):
                yield other
            if not _is_explained(one, unit, hired=one.text.endswith(_FIRMS) or "配套" in gap):
                yield one
            if unit in one.units and len(one.units) == 2 and other.units == (unit,) and not one.telling.weak:
                yield one
        elif not one.role and not other.role and _TURNED.fullmatch(gap) and not _BOUGHT.search(own[:at]):
            if not _is_explained(other, unit) and (other.step or unit not in other.units):
                if not (other.telling.weak and other.step) or one.units[:1] == RAW:
                    yield other
            elif is_painting(other) and STOP not in gap:
                continue  # “泵壳自己喷漆”：喷的就是它
            elif (
                unit in other.units
                and unit not in one.units
                and (_is_mined(one, own, at) or not (one.step or one.units[:1] == RAW))
            ):
                yield one


def _is_mined(word: Word, own: str, at: int) -> bool:
    """“开花岗石荒料矿”：矿是自己开的，不是料。"""
    return word.units[:1] == RAW and word.text.endswith("矿") and _MINED.search(own, max(0, at - 5), at) is not None


def _apart(named: Sequence[tuple[int, Word]], own: str, unit: str) -> Iterator[Word]:
    """一半、楼上楼下、左边右边、老厂新厂，各说了一样。"""
    marks = list(_PLACES.finditer(own))
    kinds = [mark.lastgroup for mark in marks]
    marks = [mark for mark in marks if kinds.count(mark.lastgroup) > 1]
    ends = [*(mark.start() for mark in marks[1:]), len(own)]
    for mark, end in zip(marks, ends, strict=False):
        here = [word for at, word in named if mark.end() <= at < end]
        if not here:
            yield from _unheard(own[mark.end() : end], unit)
        elif all(word.units[0] != unit for word in here) and not all(_is_explained(word, unit) for word in here):
            yield next((word for word in here if not word.telling.unsure), here[0])


def _unheard(piece: str, unit: str) -> Iterator[Word]:
    """没有听懂的那一半，像哪个分支。"""
    (likely,) = likeliest(leaning().of(piece), 1) if len(piece) > 1 else (NONE,)
    if likely not in (NONE, unit):
        yield Word(piece, (likely,), "这一段最像")


def _is_explained(word: Word, unit: str, *, hired: bool = False) -> bool:
    """就是这个分支的词，或者是它的一道工序、一样原料（对外接活的不算）；一体化的厂收下同一行业的各步。"""
    whole = word.units[0].partition("-")[0] in _WHOLE.get(unit, ())
    return whole or word.units[0] == unit or (not hired and unit in word.part_of)


def _is_hazy(word: Word) -> bool:
    """说不准归哪里的、只修饰别的、写错了才认得的，不拿来疑心。"""
    return word.telling.unsure or word.telling.carrier or word.label.startswith("近似")


def is_unsure(group: Group) -> bool:
    """有通知没有写的词；或者有听不准的词，又没有一个有把握的词只指这个分支。"""
    unsure = [word.telling.loose for word in group.words if word.telling.unsure]
    sure = any(word.units == group.units and not word.telling.unsure for word in group.words)
    return bool(unsure) and not (sure and all(unsure))


def is_material(group: Group, text: str) -> bool:
    """一串工序里只听懂了采来的原料，不知道拿它做什么。"""
    if not all(word.units[0].startswith("p2-") and not word.step and word.part_of for word in group.words):
        return False
    last = any(text.endswith(word.text) for word in group.words)
    said = sum(len(word.text) for word in group.words)
    made = any(is_made(word.text, text) for word in group.words)
    return PAUSE in text and said * 2 < len(text) and not last and not made
