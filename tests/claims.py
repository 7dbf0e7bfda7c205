"""一条答复里说到的数字、日期、电话、网址、等级和审核者，是不是都有着落。

着落只有三处：所引条款的文字（和条款的编号）、登记的窗口、用户自己的话。
"""

import re
from collections.abc import Iterable

from dialogs.records import Window
from knowledge.records import Citation
from knowledge.rules import Rules

_URL = re.compile(r"https?://[\w.:/#?=%&-]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*%?|百分之[一二三四五六七八九十百]+")
_GRADE = re.compile(r"非绩效引领|绩效引领|(?<![A-Za-z])[ABCD]-?(?![A-Za-z+])")
_WHO = re.compile(r"专家|区县生态环境局|市生态环境局|市级|区县|生态环境部|财政")
_HOUSE = re.compile(r"创B争A(?:升C消D)?|“1、3和5”|^(?:依据|时效)：.*$|^\d+\. ", re.MULTILINE)
_PART = re.compile(r"附件\d|第\d+类|第\d+部分")


def unsupported(
    text: str, cites: Iterable[Citation], rules: Rules, said: str = "", windows: tuple[Window, ...] = (), days: str = ""
) -> list[str]:
    """没有着落的说法；`days` 是由窗口和今天算出来的天数。"""
    cites = tuple(cites)
    ground = "\n".join(
        (
            *(rules.clause(cite).text for cite in cites),
            *(cite.clause for cite in cites),
            *(rules.sources[cite.source].short for cite in cites),
            *(f"{w.name} {w.id} {_days(w)}" for w in windows),
            said,
            days,
        )
    )
    claims = _HOUSE.sub("", text)
    urls = _URL.findall(claims)
    claims = _URL.sub("", claims)
    numbers = _NUMBER.findall(_PART.sub("", claims))
    found = [url for url in urls if url not in ground]
    loose = set(_NUMBER.findall(ground))
    found += [number for number in numbers if number not in loose]
    grades = set(_GRADE.findall(ground))
    found += [grade for grade in _GRADE.findall(claims) if grade not in grades]
    found += [who for who in _WHO.findall(claims) if who not in ground]
    return found


def _days(window: Window) -> str:
    return " ".join(f"{d.year}年{d.month}月{d.day}日" for d in (window.start, window.end))
