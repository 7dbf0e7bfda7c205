"""查找认得的全部词：名录里的名称、人们的叫法、线索词、不在名录的行当。"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from knowledge.records import Alias, Branch, Industry
from knowledge.spelling import PAUSE, normalise, normalised
from knowledge.telling import NOT_SPECIAL, Telling, tellings

STEPS = ("工艺", "设备")
HINTS = ("hint", "turn")


class Word(Struct, frozen=True, order=True, gc=False):
    """一个词。`units` 是它可能指的分支，最可能的在前；`step` 是工序、设备而不是产品。

    `role` 为空的是行业的叫法，另有 hint（线索）、turn（改指同一行业别的分支的线索）、
    boiler（不在名录、可能有锅炉）、outside（不在名录）。
    """

    text: str
    units: tuple[str, ...]
    label: str
    step: bool = False
    telling: Telling = NOT_SPECIAL
    part_of: frozenset[str] = frozenset()
    role: str = ""

    def changed(self, **fields: Any) -> "Word":
        """改了几栏的同一个词。"""
        return replace(self, **fields)

    @property
    def why(self) -> str:
        """凭什么认出它；`label` 以冒号结尾的，后面接这个词。"""
        return f"{self.label}{self.text}"[:20] if self.label.endswith("：") else self.label


Heard = tuple[int, int, Word]
"""听到的一个词：在话里的起、止，和它。"""


NO_HOSTS: frozenset[str] = frozenset()
NEITHER = Word("", (), "", role="outside")


class Vocabulary:
    """全部的词和按头两个字的索引；建好以后不变。"""

    def __init__(
        self, branches: Mapping[str, Branch], industries: Mapping[str, Industry], aliases: Sequence[Alias]
    ) -> None:
        self._branches, self._industries = branches, industries
        self.tellings = tellings()
        self._cache: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._used: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._sets: dict[tuple[str, ...], frozenset[str]] = {}
        self.words: Mapping[str, Word] = self._collect(aliases)
        self.starts = _starts(self.words)

    def units(self, ids: Iterable[str]) -> tuple[str, ...]:
        """分支 id 原样，行业 id 换成它的各个分支；今天没有的略去。"""
        units: dict[str, None] = {}
        for id in ids:
            if id in self._branches:
                units[id] = None
            elif id in self._industries:
                units.update((branch.id, None) for branch in self._industries[id].branches)
        return tuple(units)

    def maker(self, text: str) -> Word | None:
        """“岩棉的”“做轮胎这块的”：只说了是哪一块，厂名还分不清的，照厂名听；不是这样说的是 None。"""
        if "这" in text:
            found = _LOOSELY.fullmatch(text) if len(text) < _LOOSE else None
            called = self.words.get(found[1]) if found else None
        else:
            called = self.words.get(text[:-1]) if text[-1] == "的" else None
            called = called if called and len(called.units) == 1 else None
        if called is None or called.role:
            return None
        factory = self.words.get(f"{called.text}厂", called)
        likely = called if len(called.units) > 1 else factory
        return likely if len(likely.units) > 1 or likely.telling.unsure else None

    def _collect(self, aliases: Sequence[Alias]) -> dict[str, Word]:
        words = {key: self._word(key, ids, "名称") for key, ids in self._names().items()}
        called: dict[str, tuple[list[str], str, str]] = {}
        for alias, key in zip(aliases, normalised([alias.text for alias in aliases]), strict=True):
            if key and key not in words:
                called.setdefault(key, ([], alias.text, alias.kind))[0].append(alias.target)
        for key, (ids, text, kind) in called.items():
            label = "误写：" if kind == "误写" else "别名："
            label = label if key == text else f"{label}{text}"[:20]
            if (word := self._word(key, ids, label, kind in STEPS)).units:
                words[key] = word
        for key, targets in self.tellings.titles.items():
            if key not in words:
                words[key] = self._word(key, targets, "行业名称：")
        for key, targets in self.tellings.hints.items():
            words.setdefault(key, Word(key, self.units(targets), "", role="hint"))
        for key, targets in self.tellings.turns.items():
            words.setdefault(key, Word(key, self.units(targets), "", role="turn"))
        for role, keys in (("boiler", self.tellings.boiler), ("outside", self.tellings.outside)):
            for key in keys:
                words.setdefault(key, Word(key, (), "", role=role))
        return words

    def _names(self) -> dict[str, list[str]]:
        """名称 → 行业、分支的 id；只有一个分支的行业同名时，指的就是分支。"""
        names: dict[str, list[str]] = {}
        for industry in self._industries.values():
            for name in _variants(industry.name):
                names.setdefault(name, []).append(industry.id)
        for branch in self._branches.values():
            for name in _variants(branch.name):
                if names.get(name) == [branch.industry_id]:
                    names[name].clear()
                names.setdefault(name, []).append(branch.id)
        return names

    def _word(self, key: str, ids: Iterable[str], label: str, step: bool = False) -> Word:
        telling = self.tellings.words.get(key, NOT_SPECIAL)
        units = self._known(tuple(ids))
        hosts = self._known(telling.part_of)
        if not step and not telling.part_of and (users := self._users(units)) and _MADE.search(key) is None:
            hosts += users
        return Word(
            key, units, label, step, telling, self._sets.setdefault(hosts, frozenset(hosts)) if hosts else NO_HOSTS
        )

    def _users(self, units: tuple[str, ...]) -> tuple[str, ...]:
        """拿这些分支的产品当原料的分支；几个分支的用处不一样就不算。"""
        if units not in self._used:
            used = {self.tellings.inputs.get(unit, ()) for unit in units}
            self._used[units] = self._known(used.pop()) if len(used) == 1 else ()
        return self._used[units]

    def _known(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        if ids not in self._cache:
            self._cache[ids] = self.units(ids)
        return self._cache[ids]


_LOOSE = 14
_LOOSELY = re.compile(
    "(?:我们?|咱们?)?(?:厂|公司)?(?:是|就是)?[做搞弄]?([\u4e00-\u9fff]{1,6}?)"
    "(?:这一?块|这一?行|这个?行业|这?方面|这类)(?:的|业务|生意)?"
)
_MADE = re.compile("[厂站场采开线业]|公司|生产|制造|加工|矿山|台面")
"""说的是做它，不是用它。"""


def _variants(name: str) -> tuple[str, ...]:
    """一个名称的几种写法：全名、连同顿号的、去掉括号里的、去掉“工业”“行业”的。"""
    listed = normalise(name)
    full = listed.replace(PAUSE, "")
    outer = full if "除" in name or "炉" in name else normalise(re.sub("（.*?）", "", name))
    short = re.sub("(?:工业|行业|(?<=.{6})制造)$", "", full)
    return tuple(dict.fromkeys(variant for variant in (full, outer, short, listed) if len(variant) > 1))


def _starts(keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """头两个字 → 以它们开头的词有哪些长度，长的在前。"""
    lengths: dict[str, set[int]] = {}
    for key in keys:
        if len(key) > 1:
            lengths.setdefault(key[:2], set()).add(len(key))
    same: dict[tuple[int, ...], tuple[int, ...]] = {}  # 长度一样的只存一份
    ordered = ((start, tuple(sorted(found, reverse=True))) for start, found in lengths.items())
    return {start: same.setdefault(found, found) for start, found in ordered}


def whole(text: str, at: int, key: str) -> bool:
    """英文数字的词不能是别的英文数字的一部分；英文的复数算。"""
    if key[0] < "\u3000" and at and text[at - 1] < "\u3000" and text[at - 1].isalnum():
        return False
    if key[-1] > "\u3000":
        return True
    end = at + len(key)
    if key[-1].isalpha() and text[end : end + 1] == "s":
        end += 1
    return not (end < len(text) and text[end] < "\u3000" and text[end].isalnum())
