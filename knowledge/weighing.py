"""听出几样、或者一样里分不清的时候，拿整句的偏向来掂量：哪些只是顺口提到，哪个分支说得最像。"""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import log

from knowledge.grouping import Group
from knowledge.leaning import NONE, leaning, likeliest
from knowledge.spelling import PAUSE, STOP
from knowledge.vocabulary import Word

Shares = Mapping[str, float]

_LINKED = re.compile("和|加(?![工热入水气强])|及|跟|与|还有|还[做搞产开要带]|另|也|兼|带|顺|同时")
_FLEET = re.compile("车队|罐车|货车|泵车|铲车|叉车")
"""厂里自己的车，不是造车。"""
_ALSO = re.compile("和|跟|都|还[有做]|另|也|兼|两")
_STRONG = re.compile("又[做产翻搞开]|^又$|[拿用][去来]做|还[有要做带]|也[做产有]|另外|另有|兼")
_MORE = re.compile(
    "[拿用][去来]做|一条龙|先.+(?:然后|再)|[^不]也[^在]|还[^是可没不在原]|又|都[产做有生搞]|另|(?<!饱)[和跟加].{2,}|再[^生]|(?<![们我厂，])自己[磨烧采挖开]|兼|[两三四]条|分公司"
)
_TOTAL = re.compile(
    "都[做产有是搞生在]|都$|一条龙|各[一有]|[两三四]个?[样种个条套座家](?!孔)|两边|一边|分厂|车间|一条|样|楼[上下]|一块|[一另][一1]?个[厂站]|园区里还"
)
_JOINTS = frozenset("和跟加还另也兼顺都两三四自又再分龙去来然楼块一")
"""说了不止一样的话里总有的字。"""
_SOLD = re.compile("卖|销|租|跑|拉货|车队|维修|修理|装修|安装|贸易|代理|批发|维保|施工|师傅|工地|培训|学校")
_LIST = re.compile(
    "[和、跟及，]|加(?![工热入水气强])|还有|另外|还[做搞产开要带]|也[做产有搞是]?|兼|顺带|顺便|[一两]条(?:是|线)?"
)
_SEVERAL = re.compile(
    "(?<=..)(?:(?<!饱)和|跟|加(?![工热入水气强的]))|还[有做搞产开要带造]|另|也|兼|顺带|顺便|都[做产有搞生]|两[条个样种]|[三四]个|"
    "自己熔|又|再(?!生)|分公司|一条龙|[拿用][去来]做|然后"
)
_TIED = re.compile(
    "[，、]?[^，不没]{0,3}(?:也|还有|还[做烧产生搞开]|另外|另有|又[做产搞烧]|同时|外加|以及)(?:自己)?(?:有|做|产|烧|生产|搞|开|上)?(?:了|着)?(?:一?[个座条套台]|[一两二三四][个座条套台])?"
)
"""两样东西中间就是“也烧、还有、同时生产”：都是自己做的。"""
FAINT, FAINT_STEP = 0.03, 0.2
"""没有说“和、也、另外”的，份额不到最像的那样的这么多，就只是顺口提到；一串工序里的放得更宽。"""
_EMPTY = dict.fromkeys(map(ord, "我们咱是做搞弄的厂了吗呢啊个家有在这边，、"))
"""去掉以后再数，还剩几个字没有听懂。"""
DROPPED, LITTLE = -1.2, 1e-3
"""留不留的界线：考题上分五份量的，丢掉的 37 样里错丢 1 样。"""

TOLD, OTHER, PROPOSED, SURE, AMID, APART, LIKELY, SECOND, WHOLE = 0.85, 0.4, 0.6, 0.93, 0.9, 0.65, 0.75, 0.07, 0.95
RISE, GLIMPSE = 0.1, 0.02
"""余下的话里，这个分支至少要有这么多份额，才算说明白了。"""
CLEAR = 0.95
"""一句话没有停顿的，整句的份额到了这么多，别的就只是顺口提到。"""
SPARE, LITTLE_SPARE, LONG, ALSO, UNHEARD, FAINTLY = 3, 1, 10, 0.08, 5, 0.25
"""听懂的词以外，至少还有这么多字，整句才说得上话。"""


def weighed(groups: list[Group], text: str, own: str) -> list[Group]:
    """掂量过的组：顺口提到的去掉；一样里分不清而整句说得像一个分支的，就是它；整句像别的，两个都列。

    `own` 是话里说自己的部分。词几乎就是全部的话、有代码、有写错的字的，照旧。
    """
    words = [word for group in groups for word in group.words]
    spare = len(own.translate(_EMPTY)) - sum(len(word.text) for word in words)
    alone = len(groups) == 1 and _JOINTS.isdisjoint(own)
    if (alone and spare < LITTLE_SPARE) or not _is_chinese(own):
        return groups
    if any(word.label.startswith("行业代码") or (word.label.startswith("近似") and len(own) < LONG) for word in words):
        return groups
    if alone and len(groups[0].units) == 1 and spare < SPARE and not _is_doubted(groups[0]) and _is_plain(groups[0]):
        return groups
    shares = leaning().of(own)
    if len(groups) > 1 and (told := _told(groups, shares, own)):
        return told
    if len(groups) > 1 and (spare > 2 or any(group.step for group in groups)):
        groups = _kept(groups, shares, text, own)
    if not _JOINTS.isdisjoint(own) and _SEVERAL.search(own) and (len(groups) == 1 or _TOTAL.search(own)):
        groups = [*groups, *_besides(groups, own)]
        if len(groups) == 1 and len(groups[0].units) == 1:
            groups = [*groups, *_second(groups[0], own, shares)]
    if len(groups) == 1 and not any(_is_open(word) or _is_other(word, own) for word in groups[0].words):
        _settle(groups[0], shares, spare, own)
    return groups


def _told(groups: Sequence[Group], shares: Shares, own: str) -> list[Group]:
    """一句话没有停顿、没有说不止一样，整句又很像一个分支的，就是它，别的只是顺口提到；说不准的是空。"""
    (likely,) = likeliest(shares, 1)
    if shares[likely] < CLEAR or STOP in own or PAUSE in own or " " in own:
        return []
    if not _JOINTS.isdisjoint(own) and (_MORE.search(own) or _TOTAL.search(own)):
        return []
    for group in groups:
        if likely in group.units and not any(_is_open(word) for word in group.words):
            group.units, group.told = (likely,), True
            return [group]
    return []


def _settle(group: Group, shares: Shares, spare: int, own: str) -> None:
    """一样里的几个分支，整句说得像哪个就是哪个；只是工序的让给整句；别的说得像另一个，两个都列。"""
    (likely,) = likeliest(shares, 1)
    share, several = shares[likely], len(group.units) > 1
    if (likely == NONE and share >= OTHER) or (several and spare < SPARE and share < SURE):
        return
    doubted, listed = _is_doubted(group), own.count(PAUSE) > 1
    if likely in group.units:
        if share >= (TOLD if several and not doubted else AMID if several else SURE) and not (
            several and _says_nothing(group, likely, own)
        ):
            group.units, group.told = (likely,), True
        return
    given = TOLD if group.step and listed else AMID if several or doubted or group.step else WHOLE
    if share >= given:
        group.units, group.told = (likely,), True
    elif not several and (spare >= SPARE or not _is_plain(group)) and _differs(shares, likely, group.units[0]):
        group.units = (group.units[0], likely)
    elif not several and spare >= UNHEARD and shares.get(group.units[0], 0.0) < FAINTLY:
        group.units = (group.units[0], *(unit for unit in likeliest(shares, 3) if unit not in (NONE, *group.units)))


def _says_nothing(group: Group, likely: str, own: str) -> bool:
    """去掉听懂的词，余下的话（在哪里、几条线）没有说是这个分支，不是别的。"""
    return leaning().of(_without(own, group)).get(likely, 0.0) < RISE


def _is_plain(group: Group) -> bool:
    """有一个词只指这个分支，不是几个含糊的词凑出来的。"""
    return any(word.units == group.units for word in group.words)


def _is_doubted(group: Group) -> bool:
    return any(word.telling.unsure for word in group.words)


def _is_open(word: Word) -> bool:
    """通知没有写它归哪里，认得再准也要问。"""
    return word.telling.unsure and not word.telling.loose and not word.telling.weak


def also(own: str) -> list[str]:
    """整句还像的几个分支，先问的时候一并列出。"""
    if not _is_chinese(own):
        return []
    shares = leaning().of(own)
    return [unit for unit in likeliest(shares, 3) if shares[unit] >= ALSO and unit != NONE]


def _is_other(word: Word, own: str) -> bool:
    """话里的词换成了别的意思（电镀设备厂是机械厂），整句的偏向不作数。"""
    return word.text not in own and not word.label.startswith("近似")


def proposed(text: str, own: str, heard: Sequence[Word]) -> tuple[Word | None, bool]:
    """一个词也没听懂时，整句最像的几个分支；第二项说是不是很有把握。"""
    barred = any(word.role in ("outside", "boiler") for word in heard)
    if (barred and all(word.role != "turn" for word in heard)) or _SOLD.search(own) or not _is_chinese(own):
        return None, False
    shares = leaning().of(own)
    (first, *rest) = likeliest(shares, 3)
    if first == NONE or shares[first] < (PROPOSED if own == text else LIKELY):
        return None, False
    sure = shares[first] >= SURE and len(own) > SPARE
    units = (first,) if sure else (first, *(unit for unit in rest if unit != NONE))
    return Word(own, units, "整句最像"), sure


def _besides(groups: Sequence[Group], own: str) -> Iterator[Group]:
    """说了不止一样，而没有都听懂：没听懂的那几段里，单看就很像另一个分支的。"""
    heard = [word.text for group in groups for word in group.words]
    units = {unit for group in groups for unit in group.units}
    whole = leaning().of(own)
    for piece in _LIST.split(own):
        if len(piece) < 2 or _FLEET.search(piece) or any(word in piece or piece in word for word in heard):
            continue
        shares = leaning().of(piece)
        (likely,) = likeliest(shares, 1)
        if shares[likely] >= APART and likely != NONE and likely not in units and whole.get(likely, 0.0) >= GLIMPSE:
            yield Group((likely,), [Word(piece, (likely,), "这一段最像")], False)


def _second(group: Group, own: str, shares: Shares) -> Iterator[Group]:
    """说了不止一样，听懂的只有一样：整句还像另一个分支，也列出来。"""
    other = next((unit for unit in likeliest(shares, 2) if unit not in group.units), NONE)
    if any(other in word.units for word in group.words) and _ALSO.search(own) is None:
        return
    if other != NONE and shares[other] >= SECOND and _MORE.search(own):
        yield Group((other,), [Word(own, (other,), "整句也像")], False)


def _is_chinese(text: str) -> bool:
    return len(text) > 2 and sum(map("\u3400".__lt__, text)) * 2 > len(text)


def _differs(shares: Shares, likely: str, unit: str) -> bool:
    return shares[likely] >= OTHER and shares.get(unit, 0.0) < shares[likely] / 3


def _kept(groups: list[Group], shares: Shares, text: str, own: str) -> list[Group]:
    """最像的一组之外，留下也真是在做的。"""
    ranked = sorted(groups, key=lambda group: -_share(shares, group))
    top = ranked[0]
    plain = _MORE.search(text) is None and _TOTAL.search(text) is None
    listed = text.count(PAUSE) > 1
    kept = [
        group
        for group in ranked[1:]
        if _is_tied(group, top, text)
        or (
            not (plain and _share(shares, group) < (FAINT_STEP if listed else FAINT) * _share(shares, top))
            and _weight(group, top, shares, text, own) >= DROPPED
        )
    ]
    return [group for group in groups if group is top or group in kept]


def _weight(group: Group, top: Group, shares: Shares, text: str, own: str) -> float:
    """这一组像不像另外在做的一样：整句的份额、词本身指得明不明、没有最像的那样时还像不像、有没有“和、也、另外”。"""
    place, other = _place(group, text), _place(top, text)
    start, end = (place, other) if place[0] < other[0] else (other, place)
    gap = text[start[1] : end[0]]
    ratio = (_share(shares, group) + LITTLE) / (_share(shares, top) + LITTLE)
    left = leaning().of(_without(own, top))
    return (
        4.07
        + 0.78 * log(ratio)
        + 3.03 * log(max(LITTLE, *(_alone(word, group) for word in group.words)))
        + 0.76 * log(_share(left, group) + LITTLE)
        + 1.04 * (_LINKED.search(gap) is not None)
        + 2.48 * (_STRONG.search(gap) is not None)
        + 1.7 * (_TOTAL.search(text) is not None)
        + 1.08 * (_MORE.search(text) is not None)
        - 1.56 * any(not word.part_of.isdisjoint(top.units) for word in group.words)
        - 3.53 * any(word.telling.unsure for word in group.words)
        - 0.9 * (place[0] > other[0])
        - 1.52 * (gap == "")
    )


def _is_tied(group: Group, top: Group, text: str) -> bool:
    """两样产品中间就说了“也做、还有”，说的都是产品，不是工序。"""
    if _is_doubted(group) or any(each.step and len(_industries(each)) > 1 for each in (group, top)):
        return False
    if all(word.telling.weak for word in group.words):
        return False
    one, other = sorted((_place(group, text), _place(top, text)))
    return one[1] > 0 and _TIED.fullmatch(text, one[1], other[0]) is not None


def _industries(group: Group) -> set[str]:
    return {unit.partition("-")[0] for unit in group.units}


def _without(own: str, group: Group) -> str:
    """去掉这一组的词，剩下的话。"""
    for word in group.words:
        own = own.replace(word.text, STOP)
    return own


def _alone(word: Word, group: Group) -> float:
    """单说这个词，有多像这一组。"""
    return _share(leaning().of(word.text), group)


def _share(shares: Shares, group: Group) -> float:
    return max(shares.get(unit, 0.0) for unit in group.units)


def _place(group: Group, text: str) -> tuple[int, int]:
    """这一组最先说到的词，在话里的起止。"""
    places = [(at, at + len(word.text)) for word in group.words if (at := text.find(word.text)) >= 0]
    return min(places, default=(0, 0))
