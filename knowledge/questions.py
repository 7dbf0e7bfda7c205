"""自由提问：一句话问的是哪几个审过的问答；陈述、答案和命令都不算提问。

先看词（便宜），词组都对上的才比问法；词和问法都用同一种写法 `plain`，方言、繁体、全角都归一。
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from math import log

from rapidfuzz import fuzz, process

from knowledge.records import Faq

Words = dict[str, float]
"""词 → 分量。"""
MOST = 3
"""一条消息最多答几个问题。"""
_LONGEST = 300
"""只读一条消息的前这么多字。"""


class Questions:
    """一组问答的索引，建好后不变；`find` 不读文件，也不改状态。"""

    def __init__(self, faq: Sequence[Faq]) -> None:
        self._faq = tuple(faq)
        self._asks = tuple([plain(ask) for ask in one.asks] for one in self._faq)
        self._groups = tuple(tuple(frozenset(map(plain, words)) - {""} for words in one.words) for one in self._faq)
        weights = _weights(self._groups)
        self._starts = _starts(weights)
        self._keys = _keys(self._groups, weights)
        self._grams = _grams_said(self._asks, self._groups)
        self._unheard: Said = (log(len(self._faq) + 1) / 2, ())

    def find(self, text: str) -> tuple[Faq, ...]:
        """这段话问的问答，最多三个：一处问的最像的在前，几处问的按先后；不是提问的为空。"""
        text = text[:_LONGEST]
        bare = plain(text)
        words = self._words(bare)
        if not words or bare in _COMMANDS or not (_ASKING.search(bare) or self._whole(words)):
            return ()
        if not _BREAKS.search(text):
            return tuple(self._faq[at] for at in self._best(bare, words))
        found = dict.fromkeys(chain.from_iterable(map(self._sentence, _STOPS.split(text))))
        return tuple(self._faq[at] for at in found)[:MOST]

    def nearest(self, text: str) -> tuple[Faq, ...]:
        """像个问题却没有对上时，最接近的至多三个问答，供“您是想问……？”；对上了或不像问题的为空。"""
        text = text[:_LONGEST]
        bare = plain(text)
        topical = any(word in self._keys for word in self._words(bare))
        if not (topical and _ASKING.search(bare)) or bare in _COMMANDS or self.find(text):
            return ()
        return tuple(self._faq[at] for share, at in self._ranked(bare) if share >= _NEAR)[:MOST]

    def _sentence(self, sentence: str) -> tuple[int, ...]:
        """一句里问了什么：几个分句各问各的就分开答，否则整句当一个问题。"""
        bare = plain(sentence)
        whole = self._best(bare, self._words(bare))
        parts = [bare for bare in map(plain, _COMMAS.split(sentence)) if _ASKING.search(bare)]
        apart = tuple(dict.fromkeys(chain.from_iterable(self._best(part, self._words(part)) for part in parts)))
        return apart if len(apart) > 1 or not whole else whole

    def _best(self, bare: str, words: Words) -> tuple[int, ...]:
        """最像的那一个问答：先比词组都对上的，都没有对上的看两字串。"""
        asking = _ASKING.search(bare) is not None
        whole = self._whole(words)
        if not whole:
            return self._familiar(bare, words) if asking else ()
        if len(whole) > 1:
            words = {word: weight * _SHADE if _within(word, words) else weight for word, weight in words.items()}
        alike = [self._alike(bare, at) for at in whole]
        _, likeness, at = max(
            (self._weight(at, words) + _LIKENESS * likeness, likeness, at)
            for at, likeness in zip(whole, alike, strict=True)
        )
        return (at,) if asking or likeness >= _SAME or self._covered(at, words, bare) else ()

    def _words(self, bare: str) -> Words:
        """出现了的词和分量。"""
        words: Words = {}
        starts = self._starts
        for at, char in enumerate(bare):
            for key in (bare[at : at + 2], char):
                for word, weight, latin in starts.get(key, ()):
                    if bare.startswith(word, at) and not (latin and _inside_latin(bare, at, word)):
                        words[word] = weight
        return words

    def _whole(self, words: Words) -> list[int]:
        """词组都对上了的问答；只看最少见的那组也出现了的，常见词就不费工夫。"""
        near = {at for word in words for at in self._keys.get(word, ())}
        return [at for at in near if not any(group.isdisjoint(words) for group in self._groups[at])]

    def _weight(self, at: int, words: Words) -> float:
        """最少见的词定调，其余的只添一点：“升到A级碳配额”问的是碳配额，不是 A 级。"""
        weights = [max(words[word] for word in group if word in words) for group in self._groups[at]]
        top = max(weights)
        return top + _REST * (sum(weights) - top)

    def _covered(self, at: int, words: Words, bare: str) -> bool:
        """没有疑问的话，只有几乎全是这个问答的词（像搜索框里打的词）才算问。"""
        if bare.startswith(_TELLING):
            return False
        told: set[int] = set()
        for word in words:
            if any(word in group for group in self._groups[at]):
                start = bare.find(word)
                told.update(range(start, start + len(word)))
        return len(told) > 2 and len(told) >= _MOSTLY * len(bare)

    def _alike(self, bare: str, at: int) -> float:
        """和这个问答的哪一种问法最像，0 到 1。"""
        found = process.extractOne(bare, self._asks[at], scorer=fuzz.ratio)
        return found[1] / 100 if found else 0.0

    def _familiar(self, bare: str, words: Words) -> tuple[int, ...]:
        """词组没有对全的提问：它的两字串多半是某个问答常说的，而且明显多过别的问答。"""
        if not any(word in self._keys for word in words):
            return ()
        (best, at), (second, _) = self._ranked(bare)[:2]
        told = at >= 0 and any(not group.isdisjoint(words) for group in self._groups[at])
        return (at,) if told and best >= _FAMILIAR and best - second >= _MARGIN else ()

    def _ranked(self, bare: str) -> list[tuple[float, int]]:
        """各问答占了这句话的两字串多大分量，0 到 1，多的在前；补两个零，总有头两名。"""
        total, shares = 0.0, dict.fromkeys((-1, -2), 0.0)
        for gram in _grams(bare):
            weight, places = self._grams.get(gram, self._unheard)
            total += weight
            for at in places:
                shares[at] = shares.get(at, 0.0) + weight
        return sorted(((share / (total or 1.0), at) for at, share in shares.items()), reverse=True)


def plain(text: str) -> str:
    """归一的写法：全角变半角、繁体变简体、方言变通语，去掉空白、标点和语气词。"""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _JUNK.sub("", text.lower().translate(_SIMPLE))
    return _TAIL.sub("", _DIALECT.sub(_said, text))


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


Said = tuple[float, tuple[int, ...]]


def _grams_said(asks: Sequence[Sequence[str]], groups: Sequence[Sequence[frozenset[str]]]) -> dict[str, Said]:
    """每个两字串的分量和说过它的问答；说过的问答越少越重。"""
    places: dict[str, set[int]] = {}
    for at, one in enumerate(groups):
        for gram in chain.from_iterable(map(_grams, (*asks[at], *chain.from_iterable(one)))):
            places.setdefault(gram, set()).add(at)
    return {gram: (log((len(asks) + 1) / len(where)), tuple(sorted(where))) for gram, where in places.items()}


def _grams(bare: str) -> list[str]:
    return [bare[at : at + 2] for at in range(len(bare) - 1)]


def _within(word: str, words: Words) -> bool:
    """这个词是另一个出现了的词的一截（“碳指标”里的“指标”），分量减半。"""
    return any(len(other) > len(word) and word in other for other in words)


def _inside_latin(bare: str, at: int, word: str) -> bool:
    """字母或数字打头、收尾的词，不能是更长的字母数字串的一截（“a”不在“app”里）。"""
    end = at + len(word)
    return (_latin(word[0]) and at > 0 and _latin(bare[at - 1])) or (
        _latin(word[-1]) and end < len(bare) and _latin(bare[end])
    )


def _latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "+-")


def _said(match: re.Match[str]) -> str:
    return _COMMON.get(match[0]) or match[0][:-1] + "次"


_LIKENESS = 8.0
_SHADE = 0.5
_REST = 0.4
_FAMILIAR = 0.5
_MARGIN = 0.1
_SAME = 0.86
_NEAR = 0.25
_MOSTLY = 0.75

_COMMON = {
    "好多": "多少", "好长": "多长", "好大": "多大", "好久": "多久", "啥子": "什么", "啥": "什么", "哪样": "什么",
    "咋个": "怎么", "啷个": "怎么", "浪个": "怎么", "咋": "怎么", "怎样": "怎么", "如何": "怎么", "莫得": "没有",
    "没得": "没有", "冇得": "没有", "遭": "被", "晓得": "知道", "为哪样": "为什么", "哪阵": "什么时候",
    "啥时候": "什么时候", "哪个时候": "什么时候", "帐号": "账号", "登陆": "登录",
}  # fmt: skip
_DIALECT = re.compile("|".join(sorted(_COMMON, key=len, reverse=True)) + "|[几一两二三多少]回")
_SIMPLE = str.maketrans(
    "環級稅審報檢罰額費錢業請問題應標準獎勵補貼資網帳號碼廠評誰嗎麼麽個幾時間會處過還沒與專現場開議採選電話聯繫區縣紙質樣鋼鐵軋爐測監運輸門車證書產銷稱體條紅橙預減給總辦義難點盤單機構錯歷國際導優傳宣違無損後歸屬類別認動驟憑據齊備參東長復覆",
    "环级税审报检罚额费钱业请问题应标准奖励补贴资网帐号码厂评谁吗么么个几时间会处过还没与专现场开议采选电话联系区县纸质样钢铁轧炉测监运输门车证书产销称体条红橙预减给总办义难点盘单机构错历国际导优传宣违无损后归属类别认动骤凭据齐备参东长复覆",
)
_JUNK = re.compile(r"[^\w+\-%.]|_|(?<!\d)\.|\.(?!\d)")
_TAIL = re.compile(r"(?<=..)[哦喃嘛噻哈撒哟嘞咯哒呀啊嘎诶呢嗯]+$")
_STOPS = re.compile(
    r"[？?。；;！!\n]+|(?:^|(?<=[，,、\s吗么呢嘛哦不]))还有(?![没效几多得机什啥哪好别个一戏])|另外|顺便|再问"
)
_BREAKS = re.compile(_STOPS.pattern + r"|[，,、\s]")
_COMMAS = re.compile(r"[，,、\s]+")
_ASKING = re.compile(
    r"吗|么$|呢|有没有|[了上过到期]没有$|有.{1,9}没有$|什么|多少|(?<![一二三四五六七八九十])几|哪|谁|多久|多大|多长|"
    r"多高|能否|是否|有无|还是|请问|想问|问一下|问下|想知道|告诉|介绍|解释|讲讲|说说|讲一下|说一下|发一下|要求|意思|区别|"
    r"不$|没$|(.)不\1|会不|可不可|行不|要不|算不|得不|怎|帮我|麻烦|给我|给个|给一|发我|不到了|不开|不上|不去|忘|听说|"
    r"(?:后果|号码|电话|办法|流程|条件|标准|天数|渠道|清单|网址|比例|下载|日期|含义|政策|周期|费用|期限|有效期|方式|好处|目标|程序|环节|步骤)$"
)
_TELLING = ("有", "没", "无", "我", "已", "都", "是", "做")
_COMMANDS = frozenset(
    plain(command)
    for command in (
        "菜单", "返回", "修改", "重来", "退出", "人工", "更多", "原文", "我的信息", "继续", "退订", "删除我的信息",
        "返回机器人", "查行业", "查行业与等级", "申报时间", "审核流程", "申报材料", "惠企措施", "系统怎么用",
    )
)  # fmt: skip
