"""听出几样、或者一样里分不清的时候，拿整句的偏向来掂量：哪些只是顺口提到，哪个分支说得最像。"""

import re
from collections.abc import Sequence
from math import log

from knowledge.grouping import Group, all_unsure, are_apart, is_owned
from knowledge.guessing import MORE, SPARE, SURE, Shares, besides, contested, is_chinese, second
from knowledge.leaning import NONE, leaning, likeliest
from knowledge.spelling import PAUSE, STOP
from knowledge.vocabulary import NEITHER, Word

_LINKED = re.compile("和|加(?![工热入水气强])|及|跟|与|还有|还[做搞产开要带]|另|也|兼|带|顺|同时")
_STRONG = re.compile("又[做产翻搞开]|^又$|[拿用][去来]做|还[有要做带]|也[做产有]|另外|另有|兼")
_TOTAL = re.compile(
    "都[做产有是搞生在]|都$|一条龙|各[一有]|[两三四]个?[样种个条套座家](?!孔)|两边|一边|分厂|车间|一条|样|楼[上下]|一块|[一另][一1]?个[厂站]|园区里还"
)
_JOINTS = frozenset("和跟加还另也兼顺都两三四自又再分龙去来然楼块一")
"""说了不止一样的话里总有的字。"""
_ANOTHER = re.compile(
    "外加|隔壁|旁边|也|还[^是算可没]|又(?![要来没])|另|兼|和|一条|一半|后头|自[己家]?[采开挖抄烧磨炼拌压]|采石|再做|出来[再又]?做|[拿用][来去]做|产加|(?<![皮送胶钢铝铜热冷传编])带(?![钢材式])"
)
_SEVERAL = re.compile(
    "(?<=..)(?:(?<!饱)和|跟|加(?![工热入水气强的]))|还[有做搞产开要带造]|另|也|兼|顺带|顺便|都[做产有搞生]|两[条个样种]|[三四]个|"
    "自己熔|还自[己家]|又(?![要来没])|再(?!生)|分公司|一条龙|[拿用][去来]做|然后"
)
_TIED = re.compile(
    "[，、]?[^，不没]{0,3}(?:也|还有|还[做烧产生搞开]|另外|另有|又[做产搞烧]|同时|外加|以及)(?:自己)?(?:有|做|产|烧|生产|搞|开|上)?(?:了|着)?(?:一?[个座条套台]|[一两二三四][个座条套台])?"
)
"""两样东西中间就是“也烧、还有、同时生产”：都是自己做的。"""
_BOTH = re.compile("[^，]也[有做产搞][^，]{1,6}也[有做产搞]")
"""“漆也有粉也有”：哪个分支不拿偏向来挑。"""
FAINT, FAINT_STEP = 0.03, 0.2
"""没有说“和、也、另外”的，份额不到最像的那样的这么多，就只是顺口提到；一串工序里的放得更宽。"""
_EMPTY = dict.fromkeys(map(ord, "我们咱是做搞弄的厂了吗呢啊个家有在这边，、"))
"""去掉以后再数，还剩几个字没有听懂。"""
DROPPED, LITTLE = -1.2, 1e-3
"""留不留的界线：考题上分五份量的，丢掉的 37 样里错丢 1 样。"""

ABROAD, FOREIGN, ALIEN = 0.45, 0.4, 0.8
"""整句不像名录里的：说了别的行当的、只说了一道工序的、什么别的也没有说的，各要像到多少。"""
TOLD, OTHER, AMID, WHOLE = 0.85, 0.4, 0.9, 0.95
_GAP = re.compile(f"[{STOP}{PAUSE}]")
RISE, PASSING = 0.1, 0.07
"""余下的话里，这个分支至少要有这么多份额，才算说明白了。"""
CLEAR, CERTAIN = 0.95, 0.97
"""一句话没有停顿的，整句的份额到了这么多，别的就只是顺口提到。"""
LITTLE_SPARE, LONG, UNHEARD, FAINTLY = 1, 10, 5, 0.25
"""听懂的词以外，至少还有这么多字，整句才说得上话。"""


def without_strays(words: list[Word], own: str) -> list[Word]:
    """说了不在名录的行当：顺带说到的含糊的词不算；整句也不像的，都不算。只会机加工、整句又不像的，也不算。"""
    named = [word for word in words if word.role == ""]
    if not named:
        return words
    if len(named) == len(words):
        alien = all_unsure(named) and leaning().of(own).get(NONE, 0.0) > ALIEN
        return [NEITHER] if alien else words
    outside = any(word.role == "outside" for word in words)
    if outside and any(word.role == "outside" and word.text for word in words) and all(map(_gives_way, named)):
        return [word for word in words if word.role]
    boiler = any(word.role == "boiler" for word in words) and not any("p10-1" in word.units for word in named)
    if boiler and all(word.telling.weak and not word.telling.unsure for word in named):
        return [word for word in words if word.role]
    if outside or boiler:
        least = FOREIGN if boiler and all(word.step for word in named) else ABROAD
        if leaning().of(own).get(NONE, 0.0) > least:
            return [word for word in words if word.role] or [NEITHER]
    elif all_unsure(named) and leaning().of(own).get(NONE, 0.0) > ALIEN:
        return [*(word for word in words if word.role), NEITHER]
    return words


def _gives_way(word: Word) -> bool:
    """说了不在名录的行当，这个词就不算。"""
    return word.telling.weak and (word.telling.unsure or "p10-1" not in word.units)


def weighed(groups: list[Group], text: str, own: str) -> list[Group]:
    """掂量过的组：顺口提到的去掉；一样里分不清而整句说得像一个分支的，就是它；整句像别的，两个都列。

    `own` 是话里说自己的部分。词几乎就是全部的话、有代码、有写错的字的，照旧。
    """
    words = [word for group in groups for word in group.words]
    spare = len(own.translate(_EMPTY)) - sum(len(word.text) for word in words)
    alone = len(groups) == 1 and _JOINTS.isdisjoint(own)
    if (alone and spare < LITTLE_SPARE) or not is_chinese(own):
        return groups
    if any(word.label.startswith("行业代码") or (word.label.startswith("近似") and len(own) < LONG) for word in words):
        return groups
    if alone and len(groups[0].units) == 1 and spare < SPARE and not _is_doubted(groups[0]) and _is_plain(groups[0]):
        return groups
    if len(groups) > 1 and (_is_list(groups, own) or are_apart(own)):
        return groups
    shares = leaning().of(own)
    if len(groups) > 1 and (told := _told(groups, shares, text, own)):
        return told
    if len(groups) > 1 and (spare > 2 or any(group.step for group in groups)):
        groups = _kept(groups, shares, text, own)
    if not _JOINTS.isdisjoint(own) and _SEVERAL.search(own) and (len(groups) == 1 or _TOTAL.search(own)):
        groups = [*groups, *besides(groups, own)]
        if len(groups) == 1 and len(groups[0].units) == 1:
            groups = [*groups, *second(groups[0], own, shares)]
    both = "也" in own and len(groups[0].units) > 1 and _BOTH.search(own) is not None
    if len(groups) == 1 and not both and not any(_is_open(word) or _is_other(word, own) for word in groups[0].words):
        _settle(groups[0], shares, spare, own)
    if len(groups) == 1 and len(groups[0].units) == 1 and own == text and not groups[0].told:
        groups = [*groups, *contested(groups[0], own, shares)]
    return groups


def _is_list(groups: Sequence[Group], own: str) -> bool:
    """几段，每段就是一样东西、一门手艺，没有别的字（修车喷漆，旧胎翻新）：都是做的。"""
    listed = [word for group in groups for word in group.words if not word.telling.part_of and not word.telling.weak]
    words = {word.text for word in listed if "p10-1" not in word.units}
    if len(listed) == 2 and own in (listed[0].text + listed[1].text, listed[1].text + listed[0].text):
        return not any(word.step or word.telling.carrier or word.telling.unsure for word in listed)
    return own.count(STOP) + own.count(PAUSE) > 0 and all(piece in words for piece in _GAP.split(own))


def _told(groups: Sequence[Group], shares: Shares, text: str, own: str) -> list[Group]:
    """一句话没有停顿、没有说不止一样，整句又很像一个分支的，就是它，别的只是顺口提到；说不准的是空。"""
    (likely,) = likeliest(shares, 1)
    if shares[likely] >= AMID and not _TOTAL.search(own) and not _ANOTHER.search(text):
        groups = [group for group in groups if likely in group.units or not _is_passing(group, shares, text)]
        if len(groups) == 1 and likely in groups[0].units and len(groups[0].units) == 1:
            return groups
        alone = len({unit.partition("-")[0] for group in groups for unit in group.units}) == 1
        if alone or (shares[likely] >= CERTAIN and not any(is_owned(group, text) for group in groups)):
            for group in groups:
                if likely in group.units and not any(_is_open(word) for word in group.words):
                    group.units, group.told = (likely,), True
                    return [group]
    if shares[likely] < CLEAR or STOP in own or PAUSE in own or " " in own:
        return []
    if not _JOINTS.isdisjoint(own) and (MORE.search(own) or _TOTAL.search(own)):
        return []
    if any(is_owned(group, own) for group in groups if likely not in group.units):
        return []
    for group in groups:
        if likely in group.units and not any(_is_open(word) for word in group.words):
            group.units, group.told = (likely,), True
            return [group]
    return []


def _is_passing(group: Group, shares: Shares, text: str) -> bool:
    """整句很像别的，这一组只是一道工序、采来的原料，又没有说另外做：顺口提到。"""
    return (group.step or group.units[0] == "p2-1") and _share(shares, group) <= PASSING and not is_owned(group, text)


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
    elif (
        not several
        and (spare >= SPARE or not _is_plain(group))
        and _differs(
            shares, likely, group.units[0], hazy=not _is_plain(group) and all(word.telling.weak for word in group.words)
        )
    ):
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


def _is_other(word: Word, own: str) -> bool:
    """话里的词换成了别的意思（电镀设备厂是机械厂），整句的偏向不作数。"""
    return word.text not in own and not word.label.startswith("近似")


def _differs(shares: Shares, likely: str, unit: str, *, hazy: bool) -> bool:
    """整句更像另一个；几个含糊的词凑出来的（hazy），像得多一点也算。"""
    return shares[likely] >= OTHER and shares.get(unit, 0.0) < shares[likely] / (1 if hazy else 3)


def _kept(groups: list[Group], shares: Shares, text: str, own: str) -> list[Group]:
    """最像的一组之外，留下也真是在做的。"""
    ranked = sorted(groups, key=lambda group: -_share(shares, group))
    top = ranked[0]
    more, total = MORE.search(text) is not None, _TOTAL.search(text) is not None
    plain = not more and not total
    listed = text.count(PAUSE) > 1
    kept = [
        group
        for group in ranked[1:]
        if _is_tied(group, top, text)
        or is_owned(group, text)
        or (
            not (plain and _share(shares, group) < (FAINT_STEP if listed else FAINT) * _share(shares, top))
            and _weight(group, top, shares, text, own) + 1.7 * total + 1.08 * more >= DROPPED
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
