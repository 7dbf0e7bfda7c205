"""自由提问：一句话问的是哪几个审过的问答；陈述、答案和命令都不算提问。

两样一起看：说到了哪些词（`words`，每组至少一个），和像不像列着的问法（`asks`）。要教它一种新问法，在 faq.toml 里
给那个问答的 `asks` 添一句就行；`words` 是另一个有力的线索，可以只写最要紧的。
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from math import log

from knowledge.likeness import Likeness
from knowledge.phrases import asking, clauses, done, listed, plain, run_on, sentences, several, telling
from knowledge.records import Faq
from knowledge.spelling import sounds

Words = dict[str, float]
"""词 → 分量。"""
Best = tuple[float, int]
"""（多有把握，第几个问答）。"""
MOST = 3
"""一条消息最多答几个问题。"""
_LONGEST = 300
"""只读一条消息的前这么多字。"""


class Questions:
    """一组问答的索引，建好后不变；`find` 不读文件，也不改状态。"""

    def __init__(self, faq: Sequence[Faq]) -> None:
        self._faq = tuple(faq)
        asks = [[*map(plain, one.asks)] for one in self._faq]
        self._asked = frozenset(chain.from_iterable(asks))
        said = {word: plain(word) for word in frozenset(chain.from_iterable(chain(*(one.words for one in self._faq))))}
        self._groups = tuple(
            tuple(frozenset(map(said.__getitem__, words)) - {""} for words in one.words) for one in self._faq
        )
        weights = _weights(self._groups)
        self._starts = _starts(weights)
        self._singles = frozenset(word for word in weights if len(word) == 1)
        self._keys = _keys(self._groups, weights)
        self._likeness = Likeness(asks, [plain(one.answer) for one in self._faq])

    def find(self, text: str) -> tuple[Faq, ...]:
        """这段话问的问答，最多三个：一处问的最像的在前，几处问的按先后；不是提问的为空。"""
        text = text[:_LONGEST]
        bare = plain(text)
        if bare in _COMMANDS or len(bare) < 2:
            return ()
        if not several(text):
            best = self._best(text, bare)
            return (self._faq[best[1]],) if best else ()
        found = dict.fromkeys(chain.from_iterable(map(self._sentence, sentences(text))))
        return tuple(self._faq[at] for at in found)[:MOST]

    def nearest(self, text: str) -> tuple[Faq, ...]:
        """像个问题却没有对上时，最接近的至多三个问答，供“您是想问……？”；对上了或不像问题的为空。

        只给一个的，是明显最接近的。
        """
        text = text[:_LONGEST]
        bare = plain(text)
        if bare in _COMMANDS or len(bare) < _BARE or self.find(text):
            return ()
        if not asking(text, bare):
            return () if done(text) else self._typed(bare)
        words = self._words(bare)
        if len(bare) == _BARE or not any(word in self._keys for word in words):
            return ()
        ranked = self._likeness.ranked(bare, self._bonus(words), _ALL)
        near = [(score, at) for score, _, at in ranked if score >= _NEAR][:MOST]
        if len(near) > 1 and near[0][0] - near[1][0] >= _CLEAR:
            near = near[:1]
        return tuple(self._faq[at] for _, at in near)

    def _typed(self, bare: str) -> tuple[Faq, ...]:
        """像搜索框里打的几个字：是列着的问法的一截，或者明显最像一个问答；错别字也认。"""
        if len(bare) > _LABEL or telling(bare) or bare.endswith(_PLACES):
            return ()
        at = self._likeness.inside(bare)
        if at is None:
            ranked = self._likeness.ranked(bare, self._bonus(self._words(bare)), _CLEAR)
            clear = len(ranked) == 1 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] >= _CLEAR)
            at = ranked[0][2] if clear and ranked[0][0] >= _TYPED else None
        if at is None and len(bare) >= _FIVE:
            at = self._likeness.nearly(bare, _CLOSE)
        return () if at is None else (self._faq[at],)

    def _sentence(self, sentence: str) -> tuple[int, ...]:
        """一句里问了什么：几个分句各问各的就分开答，否则整句当一个问题。"""
        whole = self._best(sentence, plain(sentence))
        every = run_on(sentence)
        parts = [(part, plain(part)) for part in chain.from_iterable(map(listed, clauses(sentence)))]
        if not every:
            parts = [
                (part, bare) for part, bare in parts if bare in self._asked or asking(part, bare) or self._label(bare)
            ]
            if len(parts) < 2 and (whole or not parts or parts[0][0] == sentence):
                return (whole[1],) if whole else ()
        best = (self._best(part, bare, _SURE) for part, bare in parts)
        apart = dict.fromkeys(each[1] for each in best if each)
        if len(apart) < 2 and every:
            apart = self._named(plain(sentence))
        if len(apart) > 1 and (whole is None or whole[0] < _WHOLE):
            return tuple(apart)
        return (whole[1],) if whole else tuple(apart)

    def _named(self, bare: str) -> dict[int, None]:
        """“网址账号手册三样都说一下”：点到名的各算一问，名字不重叠，按先后。"""
        words = self._words(bare)
        spans: dict[int, tuple[int, int]] = {}
        for at in self._bonus(words):
            word = max((word for word in self._groups[at][0] if word in words), key=words.__getitem__)
            start = bare.find(word)
            if len(self._groups[at]) == 1 and not any(start < e and b < start + len(word) for b, e in spans.values()):
                spans[at] = (start, start + len(word))
        return dict.fromkeys(sorted(spans, key=spans.__getitem__))

    def _best(self, text: str, bare: str, least: float = 0.0) -> Best | None:
        """最像的那一个问答；没有把握的、不像提问的为 None。"""
        if not asking(text, bare):
            return self._label(bare)
        words = self._words(bare)
        bonus = self._bonus(words)
        ranked = self._likeness.ranked(bare, bonus, _MARGIN)
        if not ranked:
            return None
        score, alike, at = ranked[0]
        topical = len(bare) > _BARE and (score >= _PLENTY or any(word in self._keys for word in words))
        needs = _FOUND if at in bonus else _FOUND_ALONE
        apart = at in bonus or score >= _PLENTY or len(ranked) < 2 or score - ranked[1][0] >= _MARGIN
        fine = score >= max(needs, least) and apart and (at in bonus or topical or alike >= _CLOSE)
        return (score, at) if fine else None

    def _label(self, bare: str) -> Best | None:
        """没有疑问的话，只有就是列着的问法（错别字也行），或者几乎全是一个问答的词（像搜索框里打的），才算问。"""
        at = self._likeness.heard.get(sounds(bare))
        if at is not None:
            return _WHOLE, at
        if len(bare) > _LABEL or telling(bare):
            return None
        words = self._words(bare)
        if not self._mostly(words, bare):
            return None
        bonus = {at: extra for at, extra in self._bonus(words).items() if self._covered(at, words, bare)}
        return (_WHOLE, max(bonus, key=bonus.__getitem__)) if bonus else None

    def _bonus(self, words: Words) -> dict[int, float]:
        """词组都对上了的另加分：越少见的词加得越多；是另一个词的一截的（“碳指标”里的“指标”）减半。

        最少见的词定调，其余的只添一点：“升到A级碳配额”问的是碳配额，不是 A 级。
        """
        if len(words) > 1:
            every = "\n".join(words)
            words = {word: weight * _SHADE if every.count(word) > 1 else weight for word, weight in words.items()}
        bonus: dict[int, float] = {}
        keys, weigh = self._keys, words.__getitem__
        for at in {at for word in words if word in keys for at in keys[word]}:
            tops = []
            for group in self._groups[at]:
                hit = group.intersection(words)
                if not hit:
                    break
                tops.append(max(map(weigh, hit)))
            else:
                top = max(tops)
                bonus[at] = _BONUS + _RARER * (top + _REST * (sum(tops) - top))
        return bonus

    def _words(self, bare: str) -> Words:
        """出现了的词和分量。"""
        words: Words = {}
        starts = self._starts
        for at in range(len(bare) - 1):
            for word, weight, latin in starts.get(bare[at : at + 2], ()):
                if bare.startswith(word, at) and not (latin and _inside_latin(bare, at, word)):
                    words[word] = weight
        for char in self._singles.intersection(bare):
            for word, weight, latin in starts[char]:
                if not latin or any(not _inside_latin(bare, at, word) for at in range(len(bare)) if bare[at] == char):
                    words[word] = weight
        return words

    def _covered(self, at: int, words: Words, bare: str) -> bool:
        """几乎全是这个问答的词。"""
        return self._mostly([word for word in words if any(word in group for group in self._groups[at])], bare)

    def _mostly(self, words: Iterable[str], bare: str) -> bool:
        """几乎全是这些词；等级、百分数和“评”“了”这些虚字不算数。"""
        told: set[int] = set()
        for word in words:
            start = bare.find(word)
            told.update(range(start, start + len(word)))
        return len(told) > 2 and len(told) >= _MOSTLY * len(_HOLLOW.sub("", bare))


def _weights(groups: Sequence[Sequence[frozenset[str]]]) -> dict[str, float]:
    """每个词的分量：越少的问答有它、越长，就越重。"""
    seen = Counter(chain.from_iterable(frozenset().union(*one) for one in groups))
    return {word: log((len(groups) + 1) / count) + len(word) / 4 for word, count in seen.items()}


def _starts(weights: Words) -> dict[str, tuple[tuple[str, float, bool], ...]]:
    """词按头两个字（单字词按一个字）放好，并记下两头有没有字母数字。"""
    starts: dict[str, list[tuple[str, float, bool]]] = {}
    for word, weight in weights.items():
        starts.setdefault(word[:2], []).append((word, weight, _latin(word[0]) or _latin(word[-1])))
    return {key: tuple(words) for key, words in starts.items()}


def _keys(groups: Sequence[Sequence[frozenset[str]]], weights: Words) -> dict[str, tuple[int, ...]]:
    """每个问答最少见的那一组词，各指回这个问答。"""
    keys: dict[str, tuple[int, ...]] = {}
    for at, one in enumerate(groups):
        for word in max(one, key=lambda group: sum(map(weights.__getitem__, group)) / len(group), default=()):
            keys[word] = (*keys.get(word, ()), at)
    return keys


def _inside_latin(bare: str, at: int, word: str) -> bool:
    """字母或数字打头、收尾的词，不能是更长的字母数字串的一截（“a”不在“app”里）。"""
    end = at + len(word)
    return (_latin(word[0]) and at > 0 and _latin(bare[at - 1])) or (
        _latin(word[-1]) and end < len(bare) and _latin(bare[end])
    )


def _latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "+-")


# 各道门槛，用 tests/eval 的 seen 一半分两份互相量出来的。
_BONUS, _RARER = 0.3, 0.05  # 词组都对上了加多少；词每少见一分再加多少
_SHADE, _REST = 0.5, 0.4  # 是别的词一截的打折；不是最少见的词打折
_FOUND, _FOUND_ALONE = 0.5, 0.55  # 够这么像就答：词组对上了的，没有对上的
_PLENTY, _TYPED = 0.9, 1.05  # 很像了，不必再看词；没有疑问的几个字要更像
_SURE, _WHOLE = 0.8, 1.75  # 分句各算一问要这么像；整句有这么像就不拆
_NEAR, _CLEAR, _MARGIN, _ALL = 0.35, 0.12, 0.02, 9.0  # 值得一提；明显领先；分得出先后；全都要
_CLOSE, _MOSTLY = 0.8, 0.75  # 就是列着的问法；几乎全是它的词
_BARE, _FIVE, _LABEL = 3, 5, 14  # 太短的不猜；五个字起容一个错的；搜索框里打的不会更长
_HOLLOW = re.compile(r"[评创争升了多]|[abcd](?:级|(?![a-z]))|\d+%")
_PLACES = ("区", "县", "厂", "站", "店", "线", "级", "的", "公司", "a", "b", "c", "d")

_COMMANDS = frozenset(
    plain(command)
    for command in (
        "菜单", "返回", "修改", "重来", "退出", "人工", "更多", "原文", "我的信息", "继续", "退订", "删除我的信息",
        "返回机器人", "查行业", "查行业与等级", "申报时间", "审核流程", "申报材料", "惠企措施", "系统怎么用",
    )
)  # fmt: skip
