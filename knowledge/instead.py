"""“不是甲，是乙”：乙只说了半截的，接上甲的后半；乙说不准的，就是和甲一个行业的那个。"""

import re
from collections.abc import Mapping, Sequence

from knowledge.records import Candidate
from knowledge.vocabulary import Word

_INSTEAD = re.compile(
    "(?:我们|我)?(?:不是|没[得有]?|不做)(?:做|搞)?([^，]{2,8}?)的?，(?:(?:而?是|我们|[只做炼生产搞])+|(?=[^，]{1,4}的$))([^，]{1,14}?)的?"
)


_ONLY = "(?:而?是|只|就|光|单|专门|专|纯)+(?:管|负责|是|做|搞)?([^，]{1,3}?)(?:的|哈|了)?"
_OTHERWISE = tuple(
    map(
        re.compile,
        (
            f"(?:我们?|咱们?)?([^，]{{1,6}}?)(?:从来|都|也)?(?:不|没|没有|没得)(?:生产|制造|[^，]{{1,2}}?)(?:的|了)?，(?:我们?)?{_ONLY}",
            f"(?:我们?|咱们?)?(?:从来|都|也)?(?:不|没)(?:生产|制造|[^，])([^，]{{1,6}}?)，(?:我们?)?{_ONLY}",
        ),
    )
)
"""“轮胎不生产，专门翻新”“不修船，只造”。"""


def completed(text: str, words: Mapping[str, Word]) -> Word | None:
    """“不是水泥搅拌站，是沥青的”：沥青接上搅拌站；“轮胎不生产，专门翻新”：翻新接上轮胎。"""
    for otherwise in _OTHERWISE:
        if said := otherwise.fullmatch(text):
            whole = (words.get(each) for each in (said[2] + said[1], said[1] + said[2]))
            if word := next((word for word in whole if word is not None and word.role == ""), None):
                return word
    found = _INSTEAD.fullmatch(text)
    if found is None or len(found[2]) > 5:
        return None
    tails = (found[1][start:] for start in range(1, len(found[1])))
    whole = (words.get(found[2] + tail) for tail in tails)
    return next((word for word in whole if word is not None and word.role == ""), None)


def akin(text: str, candidates: Sequence[Candidate], denied: Sequence[Word]) -> Candidate | None:
    """“没冲天炉，是中频炉”：候选里和否认的那样一个行业的，只有一个的就是它。"""
    found = _INSTEAD.fullmatch(text)
    if found is None:
        return None
    gone = {unit for word in denied if word.text in found[1] for unit in word.units}
    industries = {unit.partition("-")[0] for unit in gone}
    left = [each for each in candidates if each.branch and each.branch.id not in gone]
    kept = [each for each in left if each.branch and each.branch.id.partition("-")[0] in industries]
    return kept[0] if len(industries) == len(kept) == 1 else None
