"""自由提问：一句话问的是哪几个审过的问答；陈述、答案和命令都不算提问。

两样一起看：说到了哪些词（`words`，每组至少一个），和像不像列着的问法（`asks`）。要教它一种新问法，在 faq.toml 里
给那个问答的 `asks` 添一句就行；`words` 是另一个有力的线索，可以只写最要紧的。
"""

from collections.abc import Sequence
from itertools import chain

from knowledge.likeness import Likeness
from knowledge.phrases import (
    asking,
    claiming,
    clauses,
    done,
    general,
    listed,
    plain,
    run_on,
    sentences,
    several,
    telling,
)
from knowledge.records import Faq
from knowledge.spelling import sounds
from knowledge.wording import Wording, mostly

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
        said = {word: plain(word) for word in frozenset(chain.from_iterable(chain(*(one.words for one in self._faq))))}
        self._wording = Wording(
            tuple(tuple(frozenset(map(said.__getitem__, words)) - {""} for words in one.words) for one in self._faq)
        )
        self._likeness = Likeness(asks)

    def find(self, text: str) -> tuple[Faq, ...]:
        """这段话问的问答，最多三个：一处问的最像的在前，几处问的按先后；不是提问的为空。"""
        text = text[:_LONGEST]
        bare = plain(text)
        if bare in _COMMANDS or len(bare) < 2:
            return ()
        if not several(text) or (not asking(text, bare) and (telling(bare) or done(bare))):
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
        words = self._wording.said(bare)
        if len(bare) == _BARE or not any(word in self._wording.keys and len(word) > 1 for word in words):
            return ()
        ranked = self._likeness.ranked(bare, self._wording.bonus(words), _ALL)
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
            ranked = self._likeness.ranked(bare, self._wording.bonus(self._wording.said(bare)), _CLEAR)
            clear = len(ranked) == 1 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] >= _CLEAR)
            at = ranked[0][2] if clear and ranked[0][0] >= _TYPED else None
        if at is None and len(bare) >= _FIVE:
            at = self._likeness.nearly(bare, _CLOSE)
        return () if at is None else (self._faq[at],)

    def _sentence(self, sentence: str) -> tuple[int, ...]:
        """一句里问了什么：几个分句各问各的就分开答，否则整句当一个问题。"""
        whole = self._best(sentence, plain(sentence))
        if whole and whole[0] >= _WHOLE:
            return (whole[1],)
        every = run_on(sentence)
        parts = [(part, plain(part)) for part in chain.from_iterable(map(listed, clauses(sentence)))]
        if not every:
            parts = [(part, bare) for part, bare in parts if self._likely(part, bare)]
            if len(parts) < 2 and (whole or not parts or parts[0][0] == sentence):
                return (whole[1],) if whole else ()
        best = (self._best(part, bare, _SURE) for part, bare in parts)
        apart = dict.fromkeys(each[1] for each in best if each)
        if len(apart) < 2 and every:
            apart = self._named(plain(sentence))
        if len(apart) > 1:
            return tuple(apart)
        return (whole[1],) if whole else tuple(apart)

    def _likely(self, part: str, bare: str) -> bool:
        """这个分句像是单独一问。"""
        return sounds(bare) in self._likeness.heard or asking(part, bare) or self._label(bare) is not None

    def _named(self, bare: str) -> dict[int, None]:
        """“网址账号手册三样都说一下”：点到名的各算一问，按先后。"""
        spans = self._wording.named(self._wording.said(bare), bare)
        return dict.fromkeys(sorted(spans, key=spans.__getitem__))

    def _best(self, text: str, bare: str, least: float = 0.0) -> Best | None:
        """最像的那一个问答：就是列着的问法（错别字也行）的先认；没有把握的、不像提问的为 None。"""
        at = self._likeness.heard.get(sounds(bare))
        if at is not None:
            return _WHOLE, at
        told = not asking(text, bare)
        if told or len(set(bare)) < _BARE:
            label = self._label(bare)
            if label or not (claiming(text, bare) or general(text, bare)):
                return label
        words = self._wording.said(bare)
        bonus = self._wording.bonus(words)
        ranked = self._likeness.ranked(bare, bonus, _LEAD)
        if not ranked:
            return None
        score, alike, at = ranked[0]
        topical = len(bare) > _BARE and (score >= _PLENTY or self._wording.touches(at, words))
        needs = _FOUND if at in bonus else _FOUND_ALONE
        lead = score - ranked[1][0] if len(ranked) > 1 else score
        apart = at in bonus or score >= _PLENTY or lead >= _MARGIN
        clear = len(bare) > _FIVE and lead >= _LEAD
        if clear and not told:
            needs = _CLEARLY
        fine = score >= max(needs, least) and apart and (at in bonus or topical or clear or alike >= _CLOSE)
        if told:
            sure = _CLAIMED if claiming(text, bare) else _STATED
            fine = fine and score >= sure and (at in bonus or alike >= _CLOSE)
        return (score, at) if fine else None

    def _label(self, bare: str) -> Best | None:
        """没有疑问的话，几乎全是一个问答的词（像搜索框里打的）才算问。"""
        if len(bare) > _LABEL or telling(bare):
            return None
        words = self._wording.said(bare)
        if self._wording.keys.isdisjoint(words) or done(bare) or not mostly(words, bare):
            return None
        bonus = {
            at: extra for at, extra in self._wording.bonus(words).items() if self._wording.covered(at, words, bare)
        }
        return (_WHOLE, max(bonus, key=bonus.__getitem__)) if bonus else None


# 各道门槛，用 tests/eval 的 seen 一半分两份互相量出来的。
_FOUND, _FOUND_ALONE = 0.5, 0.55  # 够这么像就答：词组对上了的，没有对上的
_CLEARLY, _LEAD = 0.57, 0.05  # 领先第二个这么多的，这么像就答
_PLENTY, _TYPED = 0.9, 1.05  # 很像了，不必再看词；没有疑问的几个字要更像
_SURE, _WHOLE = 0.8, 2.1  # 分句各算一问要这么像；整句有这么像就不拆
_CLAIMED, _STATED = 0.8, 1.0  # 说规则的话、说评级的话，要这么像才当成在问
_NEAR, _CLEAR, _MARGIN, _ALL = 0.35, 0.12, 0.02, 9.0  # 值得一提；明显领先；分得出先后；全都要
_CLOSE = 0.8  # 就是列着的问法
_BARE, _FIVE, _LABEL = 3, 5, 14  # 太短的不猜；五个字起容一个错的；搜索框里打的不会更长
_PLACES = ("区", "县", "厂", "站", "店", "线", "级", "的", "公司", "a", "b", "c", "d")

_COMMANDS = frozenset(
    plain(command)
    for command in (
        "菜单", "返回", "修改", "重来", "退出", "人工", "更多", "原文", "我的信息", "继续", "退订", "删除我的信息",
        "返回机器人", "查行业", "查行业与等级", "申报时间", "审核流程", "申报材料", "惠企措施", "系统怎么用",
    )
)  # fmt: skip
