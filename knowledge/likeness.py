"""一句话和哪个问答最像：比读音的单字和两字串，越少的问答说过的越重；错别字、语序、长短都不太要紧。"""

from collections.abc import Mapping, Sequence
from math import log

from rapidfuzz import fuzz, process

from knowledge.spelling import sounds

Said = tuple[float, tuple[int, ...], tuple[int, ...]]
"""一个串的分量、在问法里说过它的问答、只在答复里说过它的问答。"""
_SHORT = 5
"""先挑出这么多个问答，再逐个比它们的问法。"""
_COMMON = 0.1
_TOLD = 0.05
"""过了这个比例的问答都说的串，不算数。"""
_RUNNER_UP = 0.35
"""不到头名这么多的，不去比问法。"""
_ANSWERED = 0.4
_UNLIKE = 25
_SINGLE = 0.6
_ALIKE = 0.5
_TRUST = 0.5
_TRUSTED = 0.8
"""词组对上了的加分，越不像列着的问法打的折越多。"""


class Likeness:
    """一组问答的问法和答复的索引；建好后不变。`heard` 是每种问法的读音和它的问答。"""

    def __init__(self, asks: Sequence[Sequence[str]], answers: Sequence[str]) -> None:
        self._asks = tuple(list(map(sounds, each)) for each in asks)
        self.heard = {ask: at for at, each in enumerate(self._asks) for ask in each}
        self._joined = ["\n".join(each) for each in self._asks]
        self._said = _said(self._asks, list(map(sounds, answers)))
        self._unheard = log(len(asks) + 1) / 2

    def ranked(self, bare: str, bonus: Mapping[int, float], most: int = _SHORT) -> list[tuple[float, float, int]]:
        """最像的几个，像的在前：（总分，和最像的一种问法像多少，第几个问答）；`bonus` 另外加分。"""
        heard = sounds(bare)
        total = 0.0
        shares = [0.0] * len(self._asks)
        for gram in grams(heard):
            found = self._said.get(gram)
            if found is None:
                total += self._unheard if len(gram) > 1 else 0.0
                continue
            weight, asked, answered = found
            total += weight
            for at in asked:
                shares[at] += weight
            weight *= _ANSWERED
            for at in answered:
                shares[at] += weight
        total = total or 1.0
        for at, extra in bonus.items():
            shares[at] += extra * total
        least = max(shares, default=0.0) * _RUNNER_UP
        likely = sorted([(share, at) for at, share in enumerate(shares) if share > least], reverse=True)
        ranked = []
        for share, at in likely[:most]:
            best = process.extractOne(heard, self._asks[at], scorer=fuzz.ratio, score_cutoff=_UNLIKE)
            alike = best[1] / 100 if best else 0.0
            trust = min(1.0, _TRUST + _TRUSTED * alike) - 1.0
            ranked.append((share / total + bonus.get(at, 0.0) * trust + _ALIKE * alike, alike, at))
        ranked.sort(reverse=True)
        return ranked

    def inside(self, bare: str) -> int | None:
        """是哪个问答的问法的一截（读音一样就算）：好几个问答都有的，取说得最多的；没有的为 None。"""
        heard = sounds(bare)
        counts = [(text.count(heard), at) for at, text in enumerate(self._joined) if heard in text]
        return max(counts)[1] if counts else None


def grams(heard: str) -> set[str]:
    """单字和两字串，各算一次。"""
    return {*heard, *(heard[at : at + 2] for at in range(len(heard) - 1))}


def _said(asks: Sequence[Sequence[str]], answers: Sequence[str]) -> dict[str, Said]:
    asked, told = _places(["\n".join(each) for each in asks]), _places(answers)
    rare, rarer = len(asks) * _COMMON, len(asks) * _TOLD
    said: dict[str, Said] = {}
    for gram in asked.keys() | told.keys():
        where = asked.get(gram, [])
        only = [at for at in told.get(gram, ()) if at not in where] if len(gram) > 1 else []
        if len(where) <= (rare if len(gram) > 1 else rarer) and (where or only):
            weight = log((len(asks) + 1) / (len(where) + len(only) / 4)) * (1.0 if len(gram) > 1 else _SINGLE)
            said[gram] = (weight, tuple(where), tuple(only) if len(only) <= rarer else ())
    return said


def _places(texts: Sequence[str]) -> dict[str, list[int]]:
    """每个串在第几个里说过。"""
    places: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        for gram in grams(text):
            if "\n" not in gram:
                places.setdefault(gram, []).append(at)
    return places
