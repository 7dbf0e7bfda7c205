"""一句话和哪个问答最像：比读音的单字和两字串，越少的问答说过的越重；错别字、语序、长短都不太要紧。"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log

from rapidfuzz import fuzz, process

from knowledge.grams import pairs
from knowledge.hashed import Hashed
from knowledge.spelling import sounds

Places = tuple[int, ...]
"""问法里有某个两字串的问答。"""
_SHORT = 5
"""先挑出这么多个问答，再逐个比它们的问法。"""
_COMMON = 0.1
"""过了这个比例的问答都说的串，不算数。"""
_RUNNER_UP = 0.35
"""不到头名这么多的，不去比问法。"""
_UNLIKE, _SAME = 25, 100
_BREAK = ord("\n")
"""几句问法连在一起，中间的不算一个串。"""
_ALIKE, _CLOSER, _FROM = 0.5, 2.0, 0.75
"""像列着的问法的，按像多少加分；很像了，再多加。"""
_TRUST = 0.5
_TRUSTED = 0.8
"""词组对上了的加分，越不像列着的问法打的折越多。"""


class Likeness:
    """一组问答的问法的索引；建好后不变。问法只存读音，一个问答的连成一段。"""

    def __init__(self, asks: Sequence[Sequence[str]]) -> None:
        self._joined = tuple("\n".join(dict.fromkeys(map(sounds, each))) for each in asks)
        last = range(len(asks) - 1, -1, -1)  # 几个问答都有的，算后一个的
        written = ((at, ask) for at in last for ask in self._joined[at].split("\n") if ask)
        self._heard = Hashed(range(len(asks)), written)
        self._said = _said(self._joined)
        self._weights = [log((len(asks) + 1) / max(many, 1)) for many in range(len(asks) + 1)]
        self._unheard = log(len(asks) + 1) / 2

    def ranked(
        self, bare: str, bonus: Mapping[int, float], within: float, most: int = _SHORT
    ) -> list[tuple[float, float, int]]:
        """最像的几个，像的在前：（总分，和最像的一种问法像多少，第几个问答）；`bonus` 另外加分。

        只要头名，和比头名差不到 `within` 的；再差的不去算。
        """
        heard = sounds(bare)
        said, weights, unheard = self._said, self._weights, self._unheard
        total = 0.0
        shares: defaultdict[int, float] = defaultdict(float)
        for gram in pairs(heard):
            asked = said.get(gram)
            if asked is None:
                total += unheard
                continue
            weight = weights[len(asked)]  # 越少的问答说过的越重
            total += weight
            for at in asked:
                shares[at] += weight
        total = total or 1.0
        for at, extra in bonus.items():
            shares[at] += extra * total
        least = max(shares.values(), default=0.0) * _RUNNER_UP
        likely = sorted([(share, at) for at, share in shares.items() if share > least], reverse=True)[:most]
        ranked: list[tuple[float, float, int]] = []
        top = 0.0
        for share, at in likely:
            needed = max(_UNLIKE, _needed(top - within - share / total) * _SAME)
            if needed > _SAME:
                break
            best = process.extractOne(heard, self._joined[at].split("\n"), scorer=fuzz.ratio, score_cutoff=needed)
            alike = best[1] / 100 if best else 0.0
            trust = min(1.0, _TRUST + _TRUSTED * alike) - 1.0
            score = share / total + bonus.get(at, 0.0) * trust + _ALIKE * alike
            if alike > _FROM:
                score += _CLOSER * (alike - _FROM)
            ranked.append((score, alike, at))
            if score > top:
                top = score
        ranked.sort(reverse=True)
        return ranked

    def exactly(self, bare: str) -> int | None:
        """就是哪个问答列着的问法（读音一样就算）；没有的为 None。"""
        return self._heard.first(sounds(bare))

    def nearly(self, bare: str, least: float) -> int | None:
        """差不多就是哪个问答列着的问法；不到 `least` 这么像的为 None。"""
        every = chain.from_iterable(each.split("\n") for each in self._joined)
        best = process.extractOne(sounds(bare), every, scorer=fuzz.ratio, score_cutoff=least * _SAME)
        return self._heard.first(best[0]) if best else None

    def inside(self, bare: str) -> int | None:
        """是哪个问答的问法的一截（读音一样就算）：好几个问答都有的，取说得最多的；没有的为 None。"""
        heard = sounds(bare)
        counts = [(text.count(heard), at) for at, text in enumerate(self._joined) if heard in text]
        return max(counts)[1] if counts else None


def _needed(short: float) -> float:
    """要像多少，才补得上差的这些分；大于一是补不上。"""
    return short / _ALIKE if short <= _ALIKE * _FROM else (short + _CLOSER * _FROM) / (_ALIKE + _CLOSER)


def _said(asks: Sequence[str]) -> dict[int, Places]:
    places: dict[int, list[int]] = {}
    for at, text in enumerate(asks):
        for gram in pairs(text):
            if gram in places:
                places[gram].append(at)
            else:
                places[gram] = [at]
    rare = len(asks) * _COMMON
    same: dict[Places, Places] = {}  # 许多串的问答正好一样，一样的只存一份
    said: dict[int, Places] = {}
    for gram, where in places.items():
        if len(where) <= rare and _BREAK not in (gram & 0xFFFF, gram >> 16):
            found = tuple(where)
            said[gram] = same.setdefault(found, found)
    return said
