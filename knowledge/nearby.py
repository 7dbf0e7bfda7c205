"""形近、音近的叫法：错一两个字、写成同音字、直接打拼音，都还找得到。"""

import re
from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from knowledge.spelling import sounds, spelled

FLOOR = 74.0
_LATIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_PLACE = re.compile(r"(?:厂|站|店|场|广|公司|企业)$")
Near = tuple[str, str, bool]
"""认出的叫法、用户写的那几个字、是不是有把握。"""


class Nearby:
    """一批叫法的读音和二字串索引。"""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys = [key for key in keys if len(key) > 1]
        self._spelled: dict[str, str] = {}
        self._sounds: dict[str, str] = {}
        self._lengths: dict[str, set[int]] = {}
        self._pairs: dict[str, list[tuple[int, int]]] = {}
        for number, key in enumerate(keys):
            if key[0] < "\u3000" or key[-1] < "\u3000":
                continue
            self._spelled.setdefault(spelled(key), key)
            sound = sounds(key)
            self._sounds.setdefault(sound, key)
            self._lengths.setdefault(sound[:2], set()).add(len(key))
            if len(key) > 3:
                for at in range(len(key) - 1):
                    self._pairs.setdefault(key[at : at + 2], []).append((number, at))
        self._longest = max(map(len, self._spelled), default=0)

    def find(self, piece: str) -> list[Near]:
        """这几个字像哪些叫法；最像的在前，没有就是空的。"""
        if _LATIN.fullmatch(piece):
            return self._typed(piece.replace(" ", ""))
        return self._sounding(piece) or self._looking(piece)

    def _typed(self, letters: str) -> list[Near]:
        """打的是拼音：从头找最长的叫法。"""
        found: list[Near] = []
        at, end = 0, len(letters)
        if end < 5:
            return found
        while at < end - 4:
            for stop in range(min(end, at + self._longest), at + 4, -1):
                key = self._spelled.get(letters[at:stop])
                if key and (stop - at >= 6 or stop == end):
                    found.append((key, letters[at:stop], stop - at == end))
                    at = stop - 1
                    break
            at += 1
        return found[:3]

    def _sounding(self, piece: str) -> list[Near]:
        """写成了同音字：读音一样，而且至少有一个字没有写错。"""
        heard = sounds(piece)
        for at in range(len(piece) - 1):
            for length in sorted(self._lengths.get(heard[at : at + 2], ()), reverse=True):
                key = self._sounds.get(heard[at : at + length])
                if key is None:
                    continue
                wrote = piece[at : at + length]
                same = sum(one == other for one, other in zip(wrote, key, strict=True))
                rest = _PLACE.sub("", piece[at + length :])
                if same and (length > 2 or (at == 0 and not rest)):
                    return [(key, wrote, length > 2)]
        return []

    def _looking(self, piece: str) -> list[Near]:
        """写错了字：与叫法共有二字串的地方逐个比，四个字以上、错得不多才算。"""
        counts: dict[tuple[int, int], int] = {}
        for at in range(len(piece) - 1):
            for number, offset in self._pairs.get(piece[at : at + 2], ()):
                place = (number, at - offset)
                counts[place] = counts.get(place, 0) + 1
        if not counts or len(counts) > 400:
            return []
        best: dict[str, tuple[float, str]] = {}
        for (number, start), _ in sorted(counts.items(), key=lambda item: -item[1])[:24]:
            key = self._keys[number]
            wrote = piece[max(0, start) : start + len(key)]
            score = (ratio(key, wrote) + ratio(sounds(key), sounds(wrote))) / 2
            if score >= FLOOR and score > best.get(key, (0.0, ""))[0]:
                best[key] = (score, wrote)
        ranked = sorted(best.items(), key=lambda item: -item[1][0])
        return [(key, wrote, score >= 88) for key, (score, wrote) in ranked[:3]]
