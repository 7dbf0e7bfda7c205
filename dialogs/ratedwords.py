"""报各项的一句话里认得的词：编号、名称、全部、其他、除了、只有，和各种说“做到了”“没做到”的话。"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from dialogs.ratedtext import NUMBER as _N
from dialogs.ratedtext import Unsure, arranged
from dialogs.reading import numeral

Kind = Literal["item", "all", "rest", "but", "only", "status", "unclear"]
AROUND: frozenset[Kind] = frozenset(("item", "all", "rest", "but"))
"""说的是谁。"""
EVERYTHING = frozenset("全部 全都 所有 全选 每项 每一项 每样 全部都有 全都有".split())
SHORTEST = frozenset(
    "可以 行 好 好的 嗯 嗯嗯 要得 得行 中 收到 ok okay 没问题 没得问题 没有问题 莫得问题 "
    "都要得 都好 都行 都对 都得行".split()
)
"""应声的话：没说到是哪几项，就只是应了一声。"""
SOFT, HARD = "，", "。"
SPACE, COMMA, STOP, TURN = 1, 2, 3, 4
"""两个词之间停多久：空格、逗号、分号和句号，“但”一转。"""


class OutOfRange(Unsure):
    """编号越界。"""

    def __init__(self, number: int, count: int) -> None:
        super().__init__(f"编号只有1到{count}，没有{number}。")
        self.number = number


@dataclass(frozen=True, slots=True)
class Token:
    """认得的一个词；`item` 是第几项（从 0 起），`labelled` 是用名称说的，`hedged` 是拿不准的口气。

    `narrow` 是数量不够，只说紧挨着的那一项；`gap` 是和前一个词之间停多久，顿号和没有停顿是 0。
    """

    kind: Kind
    word: str = ""
    item: int = -1
    labelled: bool = False
    status: str = ""
    hedged: str = ""
    narrow: bool = False
    gap: int = 0


@dataclass(slots=True)
class Clause:
    """一句：认得的词、认不得的余字，和它后面是逗号还是更重的停顿。"""

    tokens: list[Token]
    left: str
    stop: str = SOFT
    dangling: bool = False
    """有拿不准的口气，后面没有状态。"""
    also: bool = False
    """“还有”起的一句。"""

    def clear(self, others: bool) -> bool:
        """没有认不得的余字，口气有着落。

        没有说到谁的一句，余字里没有否定、说的是做到了，才不碍事；话里有“其他”“全部”（`others`），一个余字也不行：
        认不得的也许正是该除开的。
        """
        if self.dangling:
            return False
        if others or any(token.kind in AROUND for token in self.tokens):
            return not self.left
        told = {token.status for token in self.tokens if token.kind == "status"}
        return not self.left or (not _AGAINST.search(self.left) and told <= {"met"})


_UNIT = (
    r"(?:个?月|年|天|日|小时|万|吨|米|%|％|mg|毫克|分钟|级|人|台|套|次|公里|厘米|"
    r"条|家|座|辆|根|块|班|道|名|位|户|处|口|层)"
)
_AMOUNT = rf"(?:\d+|半|[一二两三四五六七八九十]+)\s*个?半?{_UNIT}"
_NOT = r"(?:没有|没得|没能|没|莫得|莫|未|不|冇|无)"
_LACK = r"(?:没有|没得|莫得|木有|没|无|冇)"
_WHOLE = r"(?:全部|全都|完全都|全|都)"
_DEGREE = r"(?:完全|开始|怎么|咋个?|啷个|好好|太|大|很|曾|经|再|及时|按要求|去|来|得|有)*"
_VERB = r"(?:做|装|安|搞|弄|整|办|建|配|上|修|换|备)"
_NOUN = r"(?:证明|材料|资料|手续|记录)"
_FIRM = (
    r"(?:做到位|做到|做好|做完|做成|做齐|达到要求|达到|达标|备齐|备好|备起|齐全|齐备|齐|准备好|装好|装起|安好|搞好|搞定|弄好|弄完|"
    r"整好|办好|建好|合格|满足|符合|完成|落实|到位|足够|够|得行|过关|通过)"
)
_AFTER = r"(?:要求|标准|了|过|的|到|起|好|完|成|齐|全)*"
_BAD = r"(?:超标|超限|超|坏|缺|差|少|漏|问题|毛病|短板|违规|断)"
_MET = (
    rf"{_NOT}(?:得|有)?(?:啥子?|什么|任何|再)?{_BAD}(?:过|了|标|限|的|什么)*|"
    rf"{_FIRM}{_AFTER}|{_VERB}(?:好|完|成|起|齐|到位)?(?:了|过|的|起)+(?!一半)|在[记用管运]行?|"
    r"没毛病|有(?!问题|毛病|些|的是|部分|一部分|点|没|待|时候?|空)(?:了|过|的)?|可以|ok|okay|得行"
)
_UNMET = (
    rf"还{_LACK}(?:{_DEGREE}(?:{_FIRM}|{_VERB}|{_NOUN}){_AFTER})?|{_NOT}{_DEGREE}(?:{_FIRM}|{_VERB}|行|{_NOUN}){_AFTER}|"
    rf"(?:做|达|办|装|存|留)不到|(?:做|{_VERB})不[了成起]|{_VERB}了?一半|"
    rf"(?:正在?|还在|在(?!线|做|记|用|管|运)|正?准备|打算|计划|明年(?:底|初)?|下个?月|马上|快要?)[再才去把要]*"
    rf"(?:做|装|安|搞|弄|整改?|改造?|办|建|备|申请|准备|采购|招标|调试|验收)(?:好|完|成|中|起|了)*|准备中|正在准备|在准备|打算|计划|明年|"
    r"有问题|有毛病|超标了?|超限了?|超了|坏了?|缺|差|短板|停用了?|停了|拆了|断了|过期了?|丢了|不得行|不行|不合格|不够|不齐"
)
_FEW = (
    rf"(?:只|才|仅){_VERB}了?(?:一半|一点|一部分)|(?:只|才|仅)(?:能|够)?(?:有|存|保存|做|留)?(?:得到|到|得|了)?{_AMOUNT}|"
    rf"(?:存|保存|留|做)?(?:不到|不足|不满|不够|没到|没满|没存够|没得到?|没有){_AMOUNT}"
)
_UNKNOWN = (
    r"不是?(?:很|太|大|怎么)?(?:清楚|晓得|知道|确定|懂|了解|明白)|搞不(?:清楚?|醒豁|懂|明白)|说不(?:准|清楚?|好)|拿不准|没把握|"
    r"没问过|没了解过|没看过?|没查过?|待核实|待确认|不好说|记不(?:清|得)楚?|不敢说|(?:要|得|去)问(?:一?[下哈])?"
)
_NA = (
    r"(?:不|没有?|未)涉及(?:到|的)?|不适用|不相关|不沾边|用不[上着]|不用|不需要|"
    r"(?:没有|没得|莫得)这(?:一?[项个样种]|些|几样|东西)"
)
_HEDGE = (
    r"好像|大概|可能|估计|应该是?|应当|基本上?|差不多|勉强|差点|多半|大部分|大多数?|部分|不太(?!清楚|晓得|知道|确定|懂|了解|明白)|"
    r"或许|也许|似乎|八成|几乎|将就"
)
_BY_NUMBER = "请写编号，例如“1、3做到了，5没做到”。"
_UNCLEAR = (
    (
        rf"没有?{_WHOLE}(?:做|备|达|齐|装|搞|弄|有|落实|完成|完){_AFTER}|不(?:是|算)?{_WHOLE}(?:做|备|达|齐|装|搞|弄|有|是)?{_AFTER}|不是全部",
        "“没全部做到”是哪几项没做到？先不记，请写编号，例如“5没做到，其他做到了”。",
    ),
    (
        r"(?<!没)有(?:没有|没得|莫得)$",
        "这句是在问还是在报？先不记。做到了的写编号，例如“1、3做到了”；都做到了就回“全部做到了”。",
    ),
    (
        rf"{_LACK}(?:有)?(?:[一哪任何]{{1,2}})?[个样项]?(?:是|都)?(?:没|莫|不|未)(?!涉及|适用)",
        "这句说了两个“没”，是都做到了，还是有没做到的？先不记：都做到了就回“全部做到了”，不是的话写编号。",
    ),
    (
        rf"{_LACK}(?:啥子?|什么)?无组织(?:排放)?",
        "“没有无组织排放”是做到了，还是不涉及？先不记，请说“1做到了”或“1不涉及”。",
    ),
    (
        r"(?<!去年)(?<!前年)(?:年底|月底|年末|年前|下半年)|下个?(?:月|周|季度|星期)|过[几两]天|尽快|争取|力争|必须|保证|确保|承诺|"
        r"(?<!按)要求|(?:正在?|还在|准备|马上|快要?|即将|将要?)[再才去把要]*(?=全|都|所有|每|样样)",
        "说的是已经做到了，还是要做？先不记，做到了的写编号，还没做到的说“没做到”。",
    ),
    (r"[单双奇偶]数|一半|半数|过半", f"没听出是哪几项，先不记。{_BY_NUMBER}"),
    (r"(?<!自动)监测(?=都|也|还|没|不|莫|有|做|搞)", "“监测”是在线监测，还是监测监控水平？先不记，请写编号。"),
    (r"在做|在办", "“在做”是已经做到了，还是还没做完？先不记，请说“做到了”或“没做到”。"),
    (
        rf"(?:要|会|将|该|需要?|得)(?:{_VERB}|做到|达到|备齐)",
        "说的是已经做到了，还是要做？先不记，请说“做到了”或“没做到”。",
    ),
    (r"有些|有的是|有一?部分|有点|一些|个别|不全|没用|没开|没管|没记", ""),
    (rf"{_AMOUNT}(?!前)", "说的年限、数量够不够，请直接说“做到了”或“没做到”；先不记。"),
    (r"(?<!\d)(?:不是|并非)", ""),
)
_FILLER = re.compile(
    r"20\d\d年?|去年|今年|前年|前几年|早就|已经|一直|现在|目前|其实|原来|真的|反正|确实|刚才|对了|的话|这边|这块|那块|这一?行|方面|情况|"
    r"我们?厂?|咱们?|好的|好嘛|嗯+|是的|对头|搞错了?|说错了?|证明|材料|资料|[^\w]|[的了都也就是这些那几项样个和跟与及有号年月日家厂哈嘛哦呢啊噻嘞呀吧还又再才自己给上点说算]"
)
_AGAINST = re.compile(r"[不没未无莫别非难坏停拆假错除]")


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    labels = "|".join(re.escape(word) + (r"(?!\d)" if word[-1].isdigit() else "") for word in words) or "(?!)"
    unclear = "|".join(f"(?P<unclear{n}>{pattern})" for n, (pattern, _) in enumerate(_UNCLEAR))
    return re.compile(
        "|".join(
            (
                r"(?P<date>(?:20)?\d\d年(?:\d{1,2}月)?(?:份|底|初)?)",
                rf"(?P<few>{_FEW})",
                rf"(?P<first>[前头]({_N})[个项样])",
                rf"(?P<last>倒数第?(?P<nth>{_N})[个项]?|[最倒]后面?(?P<tail>{_N}|两)[个项])",
                r"(?P<annex>(?<![\d.])(?:附件5)?六?\s*2\.\d{1,2}(?![\d.]))",
                rf"(?P<label>{labels})",
                r"(?P<mark>[√✓✔☑]|(?<=\d)[，,、\s]*(?:是|对|y)(?![a-z\u4e00-\u9fff]))",
                r"(?P<cross>[×✗✘❌]|(?<=\d)[，,、\s]*(?:不是|不对|否|错|n)(?![a-z\u4e00-\u9fff]))",
                rf"(?P<hedge>{_HEDGE})",
                rf"(?P<unknown>{_UNKNOWN})",
                rf"(?P<na>{_NA})",
                unclear,
                rf"(?P<span>第?({_N})[项个号]?\s*(?:到|至|[-—–~～]+)\s*第?({_N})(?!\d)[项个号]?)",
                r"(?P<every>(?<![只就差剩第])(?<!(?<!没)有)[一哪每][个项样]都?(?=没|不|莫|做|达|也没|也不|有|备))",
                r"(?P<counted>(?<![第\d.、和跟到至-])(?:\d{1,2}|[一二两三四五六七八九十]{1,2})\s*[个项](?!号|月))",
                rf"(?P<number>(?:第(?:{_N})[项个条]?|(?<!\d)\d{{1,2}})(?!\d|\s*{_UNIT})[项号]?)",
                r"(?P<chinese>(?:(?<![\u4e00-\u9fff])|(?<=除了)|(?<=除开)|(?<=除))(?:[一二三四五六七八九十]+(?=[、和跟,，\s有都也没不是做莫到至备齐搞]|$)"
                r"(?:[、和跟\s]*[一二三四五六七八九十]+(?=[、和跟,，\s有都也没不是做莫备齐搞]|$))*))",
                r"(?P<only>就?只有|仅有|光是|就?是?只(?=差|缺|剩|做|备|有|达|搞|装|弄)|就(?=差|缺|剩|第?\d))",
                r"(?P<but>除了|除开|除去|除|不含|不包括)",
                r"(?P<rest>(?:其他的?|其余的?|其它的?|剩下的?|剩余的?|别[的个样]|后头的|后面的|另外的|没[说列]到?的)(?!厂|家|公司|企业|人))",
                rf"(?P<also>(?:还有|以及)(?=\s*(?:第?{_N}|{labels}|[前头最倒])))",
                r"(?P<outside>以外|之外)",
                rf"(?P<double>{_NOT}(?:得|有)?(?:啥子?|什么|任何|再)?{_BAD}(?:过|了|标|限|的|什么)*)",
                rf"(?P<unmet>{_UNMET})",
                rf"(?P<met>{_MET})",
                rf"(?P<lack>{_LACK}(?=$|[^\u4e00-\u9fff]|[的了哈哦嘛第但不]|其[他余它]|[一哪每][个项样]|{labels}))",
                r"(?P<all>全部|全都|所有的?|统统|通通|每一?[项样]|样样|都|全(?=没|做|有|齐|备|达|搞|弄|不|了?$))",
                r"(?P<hard>[；;。\n!！]|另外(?!的)|但是?|不过)",
                r"(?P<soft>[，,]|然后)",
            )
        )
    )


def clauses_of(said: str, names: Sequence[Sequence[str]], whole: int) -> list[Clause]:
    """一句一句的：各句认得的词，和认不得的余字；`whole` 是“全部”有几项。编号越界、说的是数目，抛 Unsure。"""
    labels = {name: n for n, each in enumerate(names) for name in each if len(name) > 1}
    said = arranged(said, labels)
    pattern = _pattern(tuple(sorted(labels, key=len, reverse=True)))
    if (dotted := _DOTTED.fullmatch(said)) and int(dotted[2]) <= len(names):
        raise Unsure(f"“{dotted[1]}”是附件5的{dotted[1]}，还是第2项和第{dotted[2]}项？先不记，请写名称，或用顿号隔开。")
    clauses = [Clause([], "")]
    at, hedge, gap = 0, "", 0
    for match in pattern.finditer(said):
        clauses[-1].left += _FILLER.sub("", said[at : match.start()])
        gap = max(gap, SPACE if _SPACE.search(said[at : match.start()]) else 0)
        at = match.end()
        kind = match.lastgroup or ""
        if kind in ("hard", "soft"):
            clauses[-1].stop = HARD if kind == "hard" else SOFT
            if kind == "hard" and len(clauses) > 1 and not (clauses[-1].tokens or clauses[-1].left):
                clauses[-2].stop = HARD  # “1到4，但6没有”
            clauses.append(Clause([], ""))
            hedge = ""
            gap = max(gap, COMMA if kind == "soft" else TURN if match[0][0] in "但不" else STOP)
        elif kind == "hedge":
            hedge = match[0]
            clauses[-1].dangling = True
        elif kind == "also":
            clauses[-1].also = True
        else:
            here = list(_tokens(match, kind, labels, (len(names), whole), hedge))
            if here:
                here[0], gap = replace(here[0], gap=gap), 0
            clauses[-1].tokens += here
            if kind in _STATUSES:
                hedge, clauses[-1].dangling = "", False
    clauses[-1].left += _FILLER.sub("", said[at:])
    return [clause for clause in clauses if clause.tokens or clause.left]


_SPACE = re.compile(r"[\s:：]")
_DOTTED = re.compile(r"(2\.(\d{1,2}))[\u4e00-\u9fff]*")
_STATUSES = {"few": "unmet", "cross": "unmet", "mark": "met", "double": "met", "unmet": "unmet", "met": "met",
             "unknown": "unknown", "na": "na", "lack": "lack"}  # fmt: skip


def _tokens(
    match: re.Match[str], kind: str, labels: dict[str, int], counts: tuple[int, int], hedge: str
) -> Iterator[Token]:
    word, (count, whole) = match[0], counts
    if status := _STATUSES.get(kind):
        yield Token("status", word, status=status, hedged=hedge, narrow=kind == "few")
    elif kind == "label":
        yield Token("item", word, labels[word], labelled=True)
    elif kind == "annex":
        name = word[word.index("2.") :]
        if name not in labels:
            raise Unsure(f"附件5的{name}不在这一问里，整句先不记。请去掉它，或写左边的编号、名称。")
        yield Token("item", word, labels[name], labelled=True)
    elif kind in ("last", "nth", "tail"):
        most = numeral(match["nth"] or match["tail"])
        if not 1 <= most <= count or (match["nth"] and "第" not in word and most > 1):
            raise Unsure("")
        for n in (count - most,) if match["nth"] else range(count - most, count):
            yield Token("item", word, n)
    elif kind in ("number", "chinese", "first", "span"):
        for n in _numbers(kind, word, match):
            if not 1 <= n <= count:
                raise OutOfRange(n, count)
            yield Token("item", word, n - 1)
    elif kind == "counted":
        if numeral(re.sub(r"[个项\s]", "", word)) != whole:
            raise Unsure(f"“{word}”说的是几项，还是第几项？先不记，请写编号，例如“1、3做到了”。")
        yield Token("all", word)
    elif kind.startswith("unclear"):
        yield Token("unclear", _UNCLEAR[int(kind.removeprefix("unclear"))][1])
    elif kind not in ("date", "outside"):
        yield Token({"every": "all"}.get(kind, kind), word)  # type: ignore[arg-type]


def _numbers(kind: str, word: str, match: re.Match[str]) -> list[int]:
    if re.search(r"[二三四五六七八九]十", word):
        raise Unsure("")
    found = [numeral(each) for each in re.findall(_N, word)]
    if kind == "first":
        return list(range(1, found[0] + 1))
    return list(range(found[0], found[1] + 1)) if kind == "span" else found
