"""说到了哪些问答的词：每个问答有几组词，每组说到一个就是对上了；越少见的词越重，是别的词一截的打折。"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from math import log
from operator import add
from typing import TypeVar

T = TypeVar("T")
Words = dict[str, float]
"""词 → 分量。"""
Entry = tuple[str, float, bool, int]
"""词、分量、两头有没有字母数字、几个字。"""
_BONUS, _RARER = 0.3, 0.05
"""词组都对上了加多少；词每少见一分再加多少。"""
_SHADE, _REST = 0.5, 0.4
"""是别的词一截的打折；不是最少见的词打折。"""
_MOSTLY = 0.75
_RARE = 4.3
"""两个字的词只有四五个问答有的，就有这么重。"""
_HOLLOW = re.compile(r"[评创争升了多]|[abcd](?:级|(?![a-z]))|\d+%")


class Wording:
    """一组问答的词组的索引；建好后不变。`keys` 是每个问答最少见的那一组词。"""

    def __init__(self, groups: Sequence[Sequence[frozenset[str]]]) -> None:
        self.groups = tuple(tuple(tuple(sorted(words)) for words in one) for one in groups)  # 集合占的是它的五六倍
        weights = _weights(groups)
        self.keys = frozenset(chain.from_iterable(_rarest(one, weights) for one in groups))
        self._starts = _starts(weights)
        self._singles = frozenset(word for word in weights if len(word) == 1)
        self._width = max(map(len, groups), default=0) or 1
        self._masks = _masks(groups, self._width)
        self._firsts = sum(1 << at * self._width for at, one in enumerate(groups) if one)
        self._unasked = sum(
            1 << at * self._width + group for at, one in enumerate(groups) for group in range(len(one), self._width)
        )

    def said(self, bare: str) -> Words:
        """出现了的词和分量；是更长的词（“碳指标”里的“指标”）的一截的减半。"""
        words: Words = {}
        starts, far = self._starts, 0
        for at, pair in enumerate(map(add, bare, bare[1:])):
            found = starts.get(pair)
            if found is None:
                continue
            for word, weight, latin, size in found:
                if (size > 2 and not bare.startswith(word, at)) or (latin and _inside_latin(bare, at, word)):
                    continue
                end = at + size
                if end > far:
                    far = end
                    words[word] = weight
                elif word not in words:
                    words[word] = weight * _SHADE
        if not self._singles.isdisjoint(bare):
            self._alone(bare, words)
        return words

    def _alone(self, bare: str, words: Words) -> None:
        every = "".join(words)
        for char in self._singles.intersection(bare):
            for word, weight, latin, _ in self._starts[char]:
                if not latin or any(not _inside_latin(bare, at, word) for at in range(len(bare)) if bare[at] == char):
                    words[word] = weight * _SHADE if char in every else weight

    def bonus(self, words: Words) -> dict[int, float]:
        """词组都对上了的问答，另加多少分：最少见的词定调，其余的只添一点。

        “升到A级碳配额”问的是碳配额，不是 A 级。
        """
        masks, width, told = self._masks, self._width, self._unasked
        for word in words:
            told |= masks[word]
        every = told & self._firsts
        for group in range(1, width):
            every &= told >> group
        bonus: dict[int, float] = {}
        while every:
            at = ((every & -every).bit_length() - 1) // width
            every &= every - 1
            tops = [max([words[word] for word in group if word in words]) for group in self.groups[at]]
            top = max(tops)
            bonus[at] = _BONUS + _RARER * (top + _REST * (sum(tops) - top))
        return bonus

    def touches(self, at: int, words: Words) -> bool:
        """说到了这个问答的哪一组词。"""
        groups = self.groups[at]
        return any(word in group for group in groups for word in words if len(word) > 1)

    def points(self, at: int, words: Words) -> bool:
        """说到了这个问答少见的词。"""
        return any(words[word] >= _RARE and any(word in group for group in self.groups[at]) for word in words)

    def covered(self, at: int, words: Words, bare: str) -> bool:
        """几乎全是这个问答的词。"""
        return mostly([word for word in words if any(word in group for group in self.groups[at])], bare)

    def named(self, words: Words, bare: str) -> dict[int, tuple[int, int]]:
        """只有一组词的问答，各在哪里点到了名：（从、到），名字不重叠。"""
        spans: dict[int, tuple[int, int]] = {}
        for at in self.bonus(words):
            word = max((word for word in self.groups[at][0] if word in words), key=words.__getitem__)
            start = bare.find(word)
            if len(self.groups[at]) == 1 and not any(start < e and b < start + len(word) for b, e in spans.values()):
                spans[at] = (start, start + len(word))
        return spans


def mostly(words: Iterable[str], bare: str) -> bool:
    """几乎全是这些词；等级、百分数和“评”“了”这些虚字不算数。"""
    told = 0
    for word in words:
        told |= ((1 << len(word)) - 1) << bare.find(word)
    count = told.bit_count()
    return count > 2 and count >= _MOSTLY * len(_HOLLOW.sub("", bare))


def _weights(groups: Sequence[Sequence[frozenset[str]]]) -> Words:
    """每个词的分量：越少的问答有它、越长，就越重。"""
    seen = Counter(chain.from_iterable(frozenset().union(*one) for one in groups))
    weights = {word: log((len(groups) + 1) / count) + len(word) / 4 for word, count in seen.items()}
    return _shared(weights)


def _rarest(one: Sequence[frozenset[str]], weights: Words) -> frozenset[str]:
    return max(one, key=lambda group: sum(map(weights.__getitem__, group)) / len(group), default=frozenset())


def _starts(weights: Words) -> dict[str, tuple[Entry, ...]]:
    """词按头两个字（单字词按一个字）放好，长的在前。"""
    starts: dict[str, list[Entry]] = {}
    for word in sorted(weights, key=len, reverse=True):
        starts.setdefault(word[:2], []).append((word, weights[word], _latin(word[0]) or _latin(word[-1]), len(word)))
    return {key: tuple(words) for key, words in starts.items()}


def _masks(groups: Sequence[Sequence[frozenset[str]]], width: int) -> dict[str, int]:
    """每个词是哪些问答的第几组：一个问答占 `width` 位，一组一位。"""
    masks: dict[str, int] = {}
    for at, one in enumerate(groups):
        for group, words in enumerate(one):
            bit = 1 << at * width + group
            for word in words:
                masks[word] = masks.get(word, 0) | bit
    return _shared(masks)


def _shared(table: dict[str, T]) -> dict[str, T]:
    """值一样的，只存一份。"""
    same: dict[T, T] = {}
    return {word: same.setdefault(value, value) for word, value in table.items()}


def _inside_latin(bare: str, at: int, word: str) -> bool:
    """字母或数字打头、收尾的词，不能是更长的字母数字串的一截（“a”不在“app”里）。"""
    end = at + len(word)
    return (_latin(word[0]) and at > 0 and _latin(bare[at - 1])) or (
        _latin(word[-1]) and end < len(bare) and _latin(bare[end])
    )


def _latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "+-")
