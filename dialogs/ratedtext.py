"""报各项的一句话先理顺：括号里的、后置的“除外”、先说几项再说哪几项的，换成直说的样子。"""

import re

from dialogs.reading import numeral

NUMBER = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_ASIDE = re.compile(r"\(([^()]+)\)")
_LAST_ITEM = re.compile(r"第?\d{1,2}[项个]?$")
_OUTSIDE = re.compile(r"(?:^|(?<=[,，。;；]))((?:第?\d{1,2}(?!\d)[项个]?[、和,，跟到至 -]*)+)(?:(?=之外|以外)|除外)")
_BESIDE = re.compile(r"\d[项个]?[、和跟,，\s]+第?$")
_ONE = r"第?(?<!\d)\d{1,2}(?!\d)[项个号]?"
_EXCEPTED_TOO = re.compile(
    rf"(除[了开去]?{_ONE}(?:[、和跟,，\s]*{_ONE})*)[、,，\s]*(?:还有|以及)\s*"
    rf"(?={_ONE}(?:[、和跟,，\s]*{_ONE})*(?:没|不|其|别|剩|[,，]\s*(?:都|全|其|别|剩)|$))"
)
"""“除了3、5，还有8，其他都有”：8也除开；“除了3，还有5都有”说不清，不并。"""
_SPACED = re.compile(rf"({_ONE}(?:[、和跟]|\s*(?:到|至|[-—–~～]+)\s*){_ONE})\s+(?={_ONE})")
"""“1-4 6没有”：空格隔开的，和逗号一样。"""
_LISTED = re.compile(
    rf"^(?:总共|一共|共)?有({NUMBER})[个项样](没做到|没有|没得|没搞|没弄|没做|不清楚|不涉及)的?[,，:：]?"
    rf"(?:分别)?(?:就?是)?((?:{_ONE}[、和跟,，\s]*)+)(?=$|[;；。]|[,，]?其)"
)
"""先说有几项，再说是哪几项。"""


class Unsure(ValueError):
    """像是在报，却读不准：里面是该怎么说，空的就照一般的说法。"""


def arranged(said: str, labels: dict[str, int]) -> str:
    """换成直说的样子；换不准的抛 Unsure。"""
    said = _SPACED.sub(r"\1，", _asides(said, labels))
    if any(re.search(r"[,，]", each[1].strip(",， ")) for each in _OUTSIDE.finditer(said)):
        raise Unsure("")  # “1，3除外”：1也除外，还是1做到了
    return _EXCEPTED_TOO.sub(r"\1、", _LISTED.sub(_listed, _OUTSIDE.sub(r"除了\1", said)))


def _listed(match: re.Match[str]) -> str:
    """“有3个没做到，分别是2、5、9”：数目对得上，就是“没做到的是2、5、9”。"""
    same = len(re.findall(r"\d+", match[3])) == numeral(match[1])
    return f"{match[2]}的是{match[3]}" if same else match[0]


def _asides(said: str, labels: dict[str, int]) -> str:
    """“3（只做了一半）”：括号里说的是紧挨着的那一项，拿到后面单说；挨着的不是一项，当作另一句。"""
    kept, after, at = "", "", 0
    for match in _ASIDE.finditer(said):
        before = said[at : match.start()]
        item = next((name for name in sorted(labels, key=len, reverse=True) if before.endswith(name)), "")
        item = item or (found[0] if (found := _LAST_ITEM.search(before)) else "")
        name = labels.get(match[1])
        if not item or "除" in match[1]:
            kept += f"{before}，{match[1]}，"
        elif name is not None and (item in labels or item == str(name + 1)):
            kept += before  # “3（门禁）”：说的是同一项
        elif _BESIDE.search(said[: match.start() - len(item)]) and not said[match.end() :].strip("。；;，, "):
            if not match[1].startswith(item):
                raise Unsure("")  # “5、8（没做到）”：只是8，还是5和8
            kept += before[: -len(item)]
            after += f"；{match[1]}"
        else:
            kept += before[: -len(item)]
            after += f"；{match[1]}" if match[1].startswith(item) else f"；{item}{match[1]}"
        at = match.end()
    return kept + said[at:] + after
