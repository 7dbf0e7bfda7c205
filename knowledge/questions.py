"""自由提问：一句话问的是哪几个审过的问答；陈述、答案和命令都不算提问。

两样一起看：说到了哪些词（`words`，每组至少一个），和像不像列着的问法（`asks`）。要教它一种新问法，在 faq.toml 里
给那个问答的 `asks` 添一句就行；`words` 是另一个有力的线索，可以只写最要紧的。
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from knowledge.likeness import Likeness
from knowledge.moods import meant, ranting, venting
from knowledge.phrases import (
    asking,
    claiming,
    clauses,
    done,
    general,
    listed,
    pieces,
    plain,
    run_on,
    sentences,
    several,
    telling,
)
from knowledge.records import Faq
from knowledge.running import apart, spoken
from knowledge.wording import Wording, Words, mostly

Best = tuple[float, int, int]
"""（多有把握，第几个问答，差不多一样像的另一个；没有是 -1）。"""
MOST = 3
"""一条消息最多答几个问题。"""
_KEPT = 16
"""刚说到的词记这么多句：一句话里几处要用。"""
_LONGEST = 300
"""只读一条消息的前这么多字。"""


@dataclass(frozen=True, slots=True)
class Heard:
    """听出来的：`found` 是问的问答，`also` 是只问一样时差不多一样像的另一个。"""

    found: tuple[Faq, ...] = ()
    also: tuple[Faq, ...] = ()


_NOTHING = Heard()


class Questions:
    """一组问答的索引，建好后不变；`find` 不读文件，也不改状态。"""

    def __init__(self, faq: Sequence[Faq]) -> None:
        self._faq = tuple(faq)
        asks = [[*map(plain, one.asks)] for one in self._faq]
        words = frozenset(chain.from_iterable(chain(*(one.words for one in self._faq))))
        said = {word: word if (kept := plain(word)) == word else kept for word in words}  # 没有变的不多存一份
        self._wording = Wording(
            tuple(tuple(frozenset(map(said.__getitem__, words)) - {""} for words in one.words) for one in self._faq)
        )
        self._said = lru_cache(maxsize=_KEPT)(self._wording.said)
        self._likeness = Likeness(asks)

    def find(self, text: str) -> tuple[Faq, ...]:
        """这段话问的问答，最多三个：一处问的最像的在前，几处问的按先后；不是提问的为空。"""
        return self.hear(text).found

    def hear(self, text: str) -> Heard:
        """这段话问的问答；只问一样、又分不清是两个里的哪一个的，另一个也给出来。"""
        text = spoken(text[:_LONGEST])
        bare = plain(text)
        if bare in _COMMANDS or len(bare) < 2:
            return _NOTHING
        exact = self._likeness.exactly(bare)
        if exact is not None and len(bare) >= _FIVE and not ranting(text):
            return Heard((self._faq[exact],))
        if (said := meant(text)) is not text:
            text, bare = said, plain(said)
        told = not asks(text, bare)
        if (told and (telling(bare) or done(bare))) or not (several(text) or (len(bare) >= _LONG and not told)):
            best = self._best(text, bare, told=told)
            found: dict[int, int] = {best[1]: best[2]} if best else {}
            if told and len(bare) <= _LABEL and len(named := self._listed(bare)) > 1:
                found = dict.fromkeys(named, -1)
            elif (
                not told
                and (not best or best[0] < _WHOLE)
                and (each := apart(bare, lambda part: self._best(part, part, _SURE, told=False)))
            ):
                found = dict.fromkeys(each, -1)
        else:
            found = {at: also for each in sentences(text) for at, also in self._sentence(each)}
        if not found or venting(text, bare, told):
            return _NOTHING
        also = next(iter(found.values())) if len(found) == 1 else -1
        return Heard(tuple(self._faq[at] for at in found)[:MOST], (self._faq[also],) if also >= 0 else ())

    def nearest(self, text: str) -> tuple[Faq, ...]:
        """像个问题却没有对上时，最接近的至多三个问答，供“您是想问……？”；对上了或不像问题的为空。

        只给一个的，是明显最接近的。
        """
        text = meant(spoken(text[:_LONGEST]))
        bare = plain(text)
        if bare in _COMMANDS or len(bare) < _BARE or self.find(text) or venting(text, bare, not asks(text, bare)):
            return ()
        if not asks(text, bare):
            return () if done(text) else self._typed(bare)
        words = self._said(bare)
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
            ranked = self._likeness.ranked(bare, self._wording.bonus(self._said(bare)), _CLEAR)
            clear = len(ranked) == 1 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] >= _CLEAR)
            at = ranked[0][2] if clear and ranked[0][0] >= _TYPED else None
        if at is None and len(bare) >= _FIVE:
            at = self._likeness.nearly(bare, _CLOSE)
        return () if at is None else (self._faq[at],)

    def _sentence(self, sentence: str) -> tuple[tuple[int, int], ...]:
        """一句里问了什么：几个分句各问各的就分开答，否则整句当一个问题。"""
        whole = self._best(sentence, plain(sentence))
        only = ((whole[1], whole[2]),) if whole else ()
        if whole and whole[0] >= _WHOLE:
            return only
        every = run_on(sentence)
        parts = [(part, plain(part)) for part in chain.from_iterable(map(listed, pieces(sentence, _LONG)))]
        if not every:
            parts = [(part, bare) for part, bare in parts if self._likely(part, bare)]
            if len(parts) < 2 and (whole or not parts or parts[0][0] == sentence):
                return only
        best = [(bare, each) for part, bare in parts if (each := self._best(part, bare, _SURE))]
        apart = dict.fromkeys(self._apart(sentence, whole, best))
        if len(apart) < 2 and every:
            apart = self._named(plain(sentence))
        if len(apart) > 1:
            return tuple((at, -1) for at in apart)
        return only or tuple((at, -1) for at in apart)

    def _apart(self, sentence: str, whole: Best | None, best: list[tuple[str, Best]]) -> Iterator[int]:
        """各个半句问的：一个词也没有说到的（“到底按啥子算”）听整句的；开头就说了是哪一样的，照那一样。"""
        led = self._led(sentence, whole[1]) if whole else ""
        for bare, (score, at, _) in best:
            if whole and at != whole[1]:
                words = self._said(bare)
                loose = score < _WHOLE and not self._wording.touches(at, words)
                if (loose and self._near(bare, words, whole[1])) or (
                    led and self._follows(led + bare, whole[1], score)
                ):
                    at = whole[1]
            yield at

    def _near(self, bare: str, words: Words, at: int) -> bool:
        """这个问答也差得不远。"""
        return any(at == other for _, _, other in self._likeness.ranked(bare, self._wording.bonus(words), _ASIDE))

    def _led(self, sentence: str, at: int) -> str:
        """一句开头没有问的半句，说到了这个问答少见的词（“我们水泥熟料线B级”“想弄豁免”）；没有是空的。"""
        led = ""
        for part in clauses(sentence):
            bare = plain(part)
            if asks(part, bare):
                break
            led += bare
        return led if led and self._wording.points(at, self._said(led)) else ""

    def _follows(self, bare: str, at: int, least: float) -> bool:
        """连着前面的半句看，更像这一个，词也都说到了。"""
        bonus = self._wording.bonus(self._said(bare))
        score, _, first = self._likeness.ranked(bare, bonus, 0.0)[0]
        return at in bonus and first == at and score >= least

    def _likely(self, part: str, bare: str) -> bool:
        """这个分句像是单独一问。"""
        return self._likeness.exactly(bare) is not None or asks(part, bare) or self._label(bare) is not None

    def _named(self, bare: str) -> dict[int, None]:
        """“网址账号手册三样都说一下”：点到名的各算一问，按先后。"""
        spans = self._wording.named(self._said(bare), bare)
        return dict.fromkeys(sorted(spans, key=spans.__getitem__))

    def _listed(self, bare: str) -> dict[int, None]:
        """“网址密码手册”：几样的名字挨着说，没有别的话。"""
        if telling(bare) or done(bare) or bare.endswith(_PLACES):
            return {}
        spans = self._wording.named(self._said(bare), bare)
        named = sum(end - start for start, end in spans.values())
        return dict.fromkeys(sorted(spans, key=spans.__getitem__)) if named >= _NAMED * len(bare) else {}

    def _best(self, text: str, bare: str, least: float = 0.0, told: bool | None = None) -> Best | None:
        """最像的那一个问答：就是列着的问法（错别字也行）的先认；没有把握的、不像提问的为 None。"""
        at = self._likeness.exactly(bare)
        if at is not None:
            return _WHOLE, at, -1
        if told is None:
            told = not asks(text, bare)
        if told or len(set(bare)) < _BARE:
            label = self._label(bare)
            if label or not (claiming(text, bare) or general(text, bare) or _held(text, bare)):
                return label
        words = self._said(bare)
        bonus = self._wording.bonus(words)
        ranked = self._likeness.ranked(bare, bonus, _BESIDE)
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
            sure = _CLAIMED if claiming(text, bare) or _HEARSAY.search(text) else _STATED
            fine = fine and score >= sure and (at in bonus or alike >= _CLOSE)
        if not fine:
            return None
        beside = -1
        if not told and alike < _CLOSE and len(ranked) > 1:
            second, like, other = ranked[1]
            near = lead < _BESIDE and second >= _NEXT and (other in bonus or like >= _HALF)
            beside = other if near else -1
        return score, at, beside

    def _label(self, bare: str) -> Best | None:
        """没有疑问的话，几乎全是一个问答的词（像搜索框里打的）才算问。"""
        if len(bare) > _LABEL or telling(bare):
            return None
        words = self._said(bare)
        if self._wording.keys.isdisjoint(words) or done(bare) or not mostly(words, bare):
            return None
        bonus = {
            at: extra for at, extra in self._wording.bonus(words).items() if self._wording.covered(at, words, bare)
        }
        return (_WHOLE, max(bonus, key=bonus.__getitem__), -1) if bonus else None


def asks(text: str, bare: str) -> bool:
    """像不像提问：语气落在前半句上（“B级不限产噻 别个说的”）的、问是不是打错了的，也算。"""
    if asking(text, bare):
        return True
    if len(bare) > _LABEL:
        softly = "是不是" in text or not _TONES.isdisjoint(text)
        return softly and _AFTER.search(text) is not None and "不对" not in text
    return bare.endswith(_ENDS) or (bare[-1:] in _MUCH and _RAISED.search(bare) is not None and not done(bare))


def _held(text: str, bare: str) -> bool:
    """像是听来的说法，或者在说专家、区县、材料这些该怎么样（“专家账号是企业自己申请的”），不是说自己做了什么。"""
    if not _SAYS.isdisjoint(text) and _HEARSAY.search(text) is not None:
        return True
    if bare[-1:] in _FIRM and (_SETTLED.search(bare) is not None and _SELF.search(text) is None):
        return True
    return len(bare) >= _CLAIM and _ABOUT.match(bare) is not None and not done(bare) and _OURS.search(text) is None


_HEARSAY = re.compile(
    r"(?:别个|别人|人家|有人|他们|隔壁|网上|外头|同行|朋友|中介|群里|大家)[^，。]{0,3}[说讲传摆]|听[到别]?.{0,2}[说讲]|据说|说是"
)
_ABOUT = re.compile(
    r"(?:专家|区县|区里|市局|市里|税务|第三方|[a-d]级|引领|评级|申报|抽查|整改|公示|公告|惠企|首违|豁免|退回|审核|评审|附件|通知)"
)
_OURS = re.compile(r"[我俺咱你]|[了过着](?!的)|刚|昨天|已经?|今天|上周|上个?月|正在|准备|打算|没[有得]?$|有$")
_SAYS, _FIRM = frozenset("说讲传摆"), frozenset("的了完行够算可以")
_SETTLED = re.compile(
    r"(?:市局|区县|区里|县里|市里|专家|部里|国家|税务|企业|第三方|中介|财政).*(?:就[完行够算可]\w{0,2}|是.{2,9}的)$|是.{0,2}"
    r"(?:市局|区县|区里|县里|市里|专家|部里|国家|税务|企业|第三方|中介|财政).{1,6}的$"
)
_SELF = re.compile(r"[我俺咱你]|刚|昨天|已经?|今天|正在|准备|打算")
_CLAIM = 7
_TONES = frozenset("吧噻哈哇迈")
_AFTER = re.compile(r"(?:[级评报审税罚查]|材料|系统|专家|[a-dA-D])[^，,]{0,10}[吧噻哈哇迈][，,\s]+\w|是不是.{2,}")
_ENDS = tuple(
    "文号 全名 全称 名称 税率 编号 地址 链接 座机 名单 占比 任务数 指标数 含义 原文 数量 家数 时限 样本 范本 后果 "
    "次数 权限 范围".split()
)
_MUCH = frozenset("0123456789%万折点")
_RAISED = re.compile(r"[加减抽奖打发免征](?:到|给)?\d+(?:\.\d+)?(?:%|万|折|个点)?$")
# 各道门槛，用 tests/eval 的 seen 一半分两份互相量出来的。
_FOUND, _FOUND_ALONE = 0.5, 0.55  # 够这么像就答：词组对上了的，没有对上的
_CLEARLY, _LEAD = 0.57, 0.05  # 领先第二个这么多的，这么像就答
_PLENTY, _TYPED = 0.9, 1.05  # 很像了，不必再看词；没有疑问的几个字要更像
_SURE, _WHOLE = 0.8, 2.1  # 分句各算一问要这么像；整句有这么像就不拆
_CLAIMED, _STATED = 0.8, 1.0  # 说规则的话、说评级的话，要这么像才当成在问
_NEAR, _CLEAR, _MARGIN, _ALL = 0.35, 0.12, 0.02, 9.0  # 值得一提；明显领先；分得出先后；全都要
_CLOSE = 0.8  # 就是列着的问法
_BESIDE, _NEXT, _HALF = 0.2, 0.5, 0.5  # 落后头名不到这么多、自己也有这么像的，和头名分不清
_ASIDE = 0.4  # 半句里一个词也没有说到的，落后这么多也可以是整句问的那一个
_LONG = 24  # 这么长的一句，一口气里也许不止一问
_NAMED = 0.8  # 点到名的占这么多，才是几样挨着说
_BARE, _FIVE, _LABEL = 3, 5, 14  # 太短的不猜；五个字起容一个错的；搜索框里打的不会更长
_PLACES = ("区", "县", "厂", "站", "店", "线", "级", "的", "公司", "a", "b", "c", "d")

_COMMANDS = frozenset(
    plain(command)
    for command in (
        "菜单", "返回", "修改", "重来", "退出", "人工", "更多", "原文", "我的信息", "继续", "退订", "删除我的信息",
        "返回机器人", "查行业", "查行业与等级", "申报时间", "审核流程", "申报材料", "惠企措施", "系统怎么用",
    )
)  # fmt: skip
