"""宽厚地读人们打的字：全角数字、“第二个”、“1、3和5”、“除了2和4”、语气词。"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

_EDGE = " \t\r\n　，。！？、；：,.!?;:~～…·\"'“”‘’"
_CIRCLED = {ord("①") + n: f" {n + 1} " for n in range(20)} | dict.fromkeys((0xFE0F, 0x20E3), " ")
"""“①③”是两个编号，“1️⃣”也是编号。"""
_PARTICLES = "嘛撒噻哦哈喃呢呀啊吧啦咯哟嘞呐噢咧"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMBER = r"\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
_ONE = re.compile(rf"(?:我?选|就?是|回复)?第?({_NUMBER})(?:个|项|号|条|种|类|那个)?(?:吧|的)?")
_LONGEST_NUMBER = 12
"""_ONE 最长的写法（“回复第二十二那个吧的”）不过这么多字。"""
_EACH = re.compile(_NUMBER)
_ONLY_NUMBERS = re.compile(rf"(?:(?:{_NUMBER})|[\s,，、;；.和跟与及第个项号条]|到|至|-|—|~)+")
_SPAN = re.compile(rf"({_NUMBER})\s*(?:到|至|-|—|~)\s*({_NUMBER})")
_ALL = frozenset(["全部", "全都有", "都有", "所有", "全选", "全部都有", "都涉及", "全部涉及", "all"])
_NONE = frozenset(
    {"没有", "都没有", "没得", "莫得", "无", "不涉及", "都不涉及", "全都没有", "一个都没有", "都没得", "none"}
)
_BUT = re.compile(
    r"^(?:全部|都有|全都有|其他都有)?[,，]?(?:除了?|除开|除去|不含|不包括)(.+?)(?:以外|之外|外|都有|都涉及|全部|没有|$)"
)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """去掉全半角、大小写、首尾标点和语气词的差别，用来认命令和选项。"""
    bare = unicodedata.normalize("NFKC", text.translate(_CIRCLED)).lower().strip(_EDGE)
    return (bare[:1] + bare[1:].rstrip(_PARTICLES)).strip(_EDGE)


def number(said: str) -> int | None:
    """一个编号：“2”“２”“第二个”“选2”“十二”；不是编号就是 None。`said` 先经过 plain()。"""
    if said.isdecimal():
        return int(said) if len(said) <= 2 else None
    found = _ONE.fullmatch(said) if len(said) <= _LONGEST_NUMBER else None
    return numeral(found[1]) if found else None


def numbers(said: str, count: int) -> tuple[int, ...] | None:
    """几个编号：“1、3和5”“1-4”“全部”“除了2和4”“都没有”；读不成或越界就是 None。"""
    everything = tuple(range(1, count + 1))
    if said in _ALL:
        return everything
    if said in _NONE:
        return ()
    if but := _BUT.match(said):
        left_out = numbers(but[1], count)
        return None if not left_out else tuple(n for n in everything if n not in left_out)
    if not said or not _ONLY_NUMBERS.fullmatch(said):
        return None
    spans = [range(numeral(a), numeral(b) + 1) for a, b in _SPAN.findall(said)]
    named = {numeral(n) for n in _EACH.findall(_SPAN.sub(" ", said))}.union(*spans)
    return tuple(sorted(named)) if named and named <= set(everything) else None


def two_or_more(parts: Sequence[str], hear: Callable[[str], T | None]) -> list[T]:
    """一处一处听过去，听得出的几样；凑不齐两样就不再往下听，一样也不给。"""
    heard: list[T] = []
    for at, part in enumerate(parts):
        if len(heard) + len(parts) - at < 2:
            return []
        if (each := hear(part)) is not None:
            heard.append(each)
    return heard if len(heard) > 1 else []


def numeral(said: str) -> int:
    """一个数：“12”“十二”“两”；〇、零是 0。"""
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
