"""没有都听懂的时候，拿整句的偏向去猜：整句最像哪几个，还像哪几个，没听懂的一段像哪个。"""

import re
from collections.abc import Iterator, Mapping, Sequence

from knowledge.grouping import Group
from knowledge.leaning import NONE, leaning, likeliest
from knowledge.spelling import STOP
from knowledge.vocabulary import Word

Shares = Mapping[str, float]

_SOLD = re.compile("卖|销|租|跑|拉货|车队|维修|修理|装修|安装|贸易|代理|批发|维保|施工|师傅|工地|培训|学校")
_WORKED = re.compile("[炼煅熔轧铸]")
_LIST = re.compile(
    "[和、跟及，]|加(?![工热入水气强])|还有|另外|还[做搞产开要带]|也[做产有搞是]?|兼|顺带|顺便|[一两]条(?:是|线)?"
)
_FLEET = re.compile("车队|罐车|货车|泵车|铲车|叉车")
"""厂里自己的车，不是造车。"""
_ALSO = re.compile("和|跟|都|还[有做]|另|也|兼|两")
MORE = re.compile(
    "[拿用][去来]做|一条龙|先.+(?:然后|再)|[^不]也[^在]|还[^是可没不在原]|又(?![要来没])|都[产做有生搞]|另|(?<!饱)[和跟加].{2,}|再[^生]|(?<![们我厂，])自己[磨烧采挖开]|兼|[两三四]条|分公司"
)
_BOTH = re.compile("都|也|两|另|兼|还[有做]")
STEPS, DISTINCT = ("n39-5", "p1-1"), 0.1
"""多半只是别的行业的一道工序的：要像得多一点，才另算一样。"""
PROPOSED, LIKELY, SURE, APART, SECOND, GLIMPSE, ALSO = 0.6, 0.75, 0.93, 0.65, 0.12, 0.05, 0.08
"""份额到多少才拿来问、才有把握、才另算一样。"""
SETTLED, CONTENDS = 0.85, 0.25
"""没有这么多份额的，算有争的；另一个分支有这么多份额，算争得上。"""
_OTHERS = frozenset("供停早原前只剩别隔送外卖不没莫无非拆")
"""说到别人做的、以前做的、不做的。"""
GENERAL = "p10-1"
"""通用行业只凭锅炉炉窑，不凭猜。"""
SPARE = 3
"""至少还有这么多字，整句才说得上话。"""


def proposed(text: str, own: str, heard: Sequence[Word]) -> tuple[Word | None, bool]:
    """一个词也没听懂时，整句最像的几个分支；第二项说是不是很有把握。"""
    barred = any(word.role in ("outside", "boiler") for word in heard)
    if (barred and all(word.role != "turn" for word in heard)) or _deals(own) or not is_chinese(own):
        return None, False
    shares = leaning().of(own)
    (first, *rest) = likeliest(shares, 3)
    if first == NONE or shares[first] < (PROPOSED if own == text else LIKELY):
        return None, False
    sure = shares[first] >= SURE and len(own) > SPARE
    units = (first,) if sure else (first, *(unit for unit in rest if unit != NONE))
    return Word(own, units, "整句最像"), sure


def _deals(own: str) -> bool:
    """买卖、运、修，又没有说做什么。"""
    return _SOLD.search(own) is not None and _WORKED.search(own) is None


def also(own: str) -> list[str]:
    """整句还像的几个分支，先问的时候一并列出。"""
    if not is_chinese(own):
        return []
    shares = leaning().of(own)
    return [unit for unit in likeliest(shares, 3) if shares[unit] >= ALSO and unit != NONE]


def besides(groups: Sequence[Group], own: str) -> Iterator[Group]:
    """说了不止一样，而没有都听懂：没听懂的那几段里，单看就很像另一个分支的。"""
    heard = [word.text for group in groups for word in group.words]
    units = {unit for group in groups for unit in group.units}
    whole = leaning().of(own)
    for piece in _LIST.split(own):
        if len(piece) < 2 or _FLEET.search(piece) or any(word in piece or piece in word for word in heard):
            continue
        shares = leaning().of(piece)
        (likely,) = likeliest(shares, 1)
        known = likely in units or likely in (NONE, GENERAL)
        least = DISTINCT if likely in STEPS else GLIMPSE
        if shares[likely] >= APART and not known and whole.get(likely, 0.0) >= least:
            yield Group((likely,), [Word(piece, (likely,), "这一段最像")], False)


def second(group: Group, own: str, shares: Shares) -> Iterator[Group]:
    """说了不止一样，听懂的只有一样：整句还像另一个分支，也列出来。"""
    other = next((unit for unit in likeliest(shares, 2) if unit not in group.units), NONE)
    if any(other in word.units for word in group.words) and _ALSO.search(own) is None:
        return
    industries = {unit.partition("-")[0] for unit in group.units}
    if (
        other.partition("-")[0] in industries
        and _BOTH.search(own) is None
        and not any(word.units == group.units for word in group.words)
    ):
        return
    if other != NONE and shares[other] >= SECOND and MORE.search(own):
        yield Group((other,), [Word(own, (other,), "整句也像")], False)


def contested(group: Group, own: str, shares: Shares) -> Iterator[Group]:
    """说了不止一段，没有说“也、另外”，整句却有两个行业在争：争得上的那一个也列出来。"""
    if STOP not in own or shares.get(group.units[0], 0.0) >= SETTLED or not _OTHERS.isdisjoint(own):
        return
    other = next((unit for unit in likeliest(shares, 2) if unit not in group.units), NONE)
    apart = other.partition("-")[0] != group.units[0].partition("-")[0]
    if apart and other not in (NONE, GENERAL, *STEPS) and shares[other] >= CONTENDS:
        yield Group((other,), [Word(own, (other,), "整句也像")], False)


def is_chinese(text: str) -> bool:
    return len(text) > 2 and sum(map("\u3400".__lt__, text)) * 2 > len(text)
