"""话里说到的每一样，是自己现在做的，还是停了的、没有的、别个的、外头做的：看它前后怎么说（roles.toml）。"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from pathlib import Path

from knowledge.spelling import STOP
from knowledge.tomls import parse
from knowledge.vocabulary import Heard, Word

HERE = Path(__file__).parent
GAP, FURTHEST, REACH = 8, 12, 12
"""东西和后面的说法之间最多隔这么多个字；前面的说法连东西之间最多这么长。"""
_SIGNS = frozenset(
    "不没莫停关封拆卖转倒垮闭报搬取淘分处推归客下隔别甲同总外委送发包以当看误给非无扯沾挨还明人上供前原早年丢免扒缓冇码对拿样算备划想以将过是归由打筹曾当从改剥撤甩租砸退闲熄黄散清注坏那搬旁楼灭歇下冷摆荒破出移交迁砍去废烂许批干业买找用哪谁错"
)
"""说法里总有的字：一个也没有的话不必看。"""
_REFUSALS, _NEAR = frozenset("不没非"), frozenset("隔对楼旁")
_BEFORE = frozenset("为成作误给莫别非说名执环登招牌围老前制辈叫硬批挂喊哪")
_OTHER = frozenset("是归由靠早")
_TIMES = frozenset("可前原先早过那老爷我上始初最开经年打准计筹想以将后半步规未等申资")
MIXED = frozenset("不没莫停关拆倒垮免丢租闲废退黄打谈别找送外人家上下村镇国货房老买卖装兄试以原搞做走")
SIGNED = {
    "after": _SIGNS,
    "ends": _SIGNS,
    "before": _BEFORE,
    "clause.past": _TIMES,
    "clause.future": _TIMES,
    "clause.dim": MIXED,
    "clause.far": MIXED,
}
"""roles.toml 的哪些说法，先看有没有这些字才去找。"""
_NEXT = "现只光就专我都但做造搞改切压拉修轧印磨拌"
"""说完一样，接着说自己的。"""
_REFUSED = re.compile(
    r"(?:没得|没有|不[是做搞弄造修挖采烧炼翻拉印喷镀产养压切收熔铸]|没[做搞炼造]?|[不非])(?:得|是|过)?(?:什么|啥子|那种)?$"
)
_FOR_YEARS = "(?:[都也]?有?(?:好几|几|好多|[一二两三四五六七八九十0-9]+[来多几]?)(?:年|个月)多?了?)?"
UNFIRED = "n16-2"
LISTED = frozenset("没和跟与、或也不没及")
CLAUSE = re.compile(f"[^{STOP}]+")
_NEXT_DOOR = re.compile("(?:隔壁|对门|对面|楼上|楼下|旁边)(?:才|就)?(?:是|有(?:个|家)|那家|在)?$")
_OWN_SHOP = re.compile("[^，]{0,3}车间")
"""旁边有个翻新车间：车间是自己的。"""
_BOUGHT = re.compile(f"{STOP}?(?:是|都是|全是|全|都)*(?:买(?![^，]{{2,12}}的?(?:设备|机器|生产线))|外购|采购|收|进的)")
_CUSTOMER = re.compile(
    "(?:的|那些|那边|都|才)*是(?:我们)?的?(?:买家|下家|用户|客户|甲方|下游|货主|房东|业主)的?(?=，|$)"
)
AS_WELL = re.compile("又[上做建搞添加]|还[有在做]|两边|两样|都[做有要]|也[做有在]")
_EXCEPT = re.compile("除了([^，]+?)，?(?:别的|其他的?|其它的?|啥子|什么|啥)(?:东西|产品)?[^，]*[不没][^，]*")
_ASKING = ("不", "吗", "没", "么")
_ONLY = re.compile("[只光就专]")
_NOTHING_NOW = re.compile(
    "(?:现在|目前|如今|眼下|后来)[^，]{0,5}(?:[不没]|没得|没有|莫得)(?:在)?(?:生产|做|搞|弄|开|干|动)[^，]{0,2}$"
)
"""说完就是什么都没做了。"""
_TAKEN = re.compile("收(?:来|的)?$")
LONG = 10
"""不做的一样后面还说了这么多，就是在说自己做的了。"""
_STOPS = re.compile(f"{STOP}+")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Cues:
    """roles.toml 编成的几个式子。"""

    starts: frozenset[str]
    after: re.Pattern[str]
    before: re.Pattern[str]
    joins: re.Pattern[str]
    other: re.Pattern[str]
    past: re.Pattern[str]
    future: re.Pattern[str]
    now: re.Pattern[str]
    dim: re.Pattern[str]
    far: re.Pattern[str]
    lit: re.Pattern[str]


@lru_cache(maxsize=1)
def cues_of() -> _Cues:
    path = HERE / "roles.toml"
    told = parse(path, path.read_text(encoding="utf-8"))
    after, ends, before = (
        "|".join(sorted(map(pattern, (says for cue in told["cue"] for says in cue.get(side, ()))), key=len)[::-1])
        for side in ("after", "ends", "before")
    )
    clause = told["clause"]
    others = "|".join(clause["others"])
    fillers = "|".join(sorted(told["fillers"], key=len, reverse=True))
    turns = "|".join(told["turns"])
    every = "(?:[都也又]|从来?|一直)[不没](?![是用要会能知晓懂大小多少])[\u4e00-\u9fff]"
    end = f"(?:{ends}|{every}|没[\u4e00-\u9fff](?=了(?:$|，)))(?:过|的)?(?:了|呢|嘛|噻|哈|哦|啊)?(?=$|，|[{_NEXT}])"
    told_after = (says for cue in told["cue"] for says in (*cue.get("after", ()), *cue.get("ends", ())))
    return _Cues(
        frozenset(says.lstrip("…")[0] for says in told_after) | frozenset("不没一"),
        re.compile(
            rf"(?:，(?=早就|早|都|从来|哪里|没得|没有|不[做搞]))?(?:{fillers}|(?!{turns})[^，]){{0,{GAP}}}?((?:{after}|一[个台条块张滴样件座]都没[得有])[光完掉球的了]*{_FOR_YEARS}|{end})"
        ),
        re.compile(f"(?:{before})(?:[做搞](?:的是)?|生产|是)?$"),
        re.compile("(?:" + "|".join(told["joins"]) + ")?"),
        re.compile(
            rf"(?:干活的|的|那个|那边|那块|工序|这个|才|都|全|也|主要|本来|就)*(?:是|归|由|靠)(?!我们(?:自己|厂|公司)|[给发运为帮替拿送自拉进收从]|[买卖](?!家)|供(?!货))"
            rf"[^，]{{0,6}}?(?:{others})[^，]*?(?=，|$|我们[只光就是做]|现在)|早(?:就)?[^，]{{1,6}}了(?=，|$)"
        ),
        re.compile("|".join(clause["past"])),
        re.compile("|".join(clause["future"])),
        re.compile("|".join(clause["now"])),
        re.compile("|".join(clause["dim"])),
        re.compile("|".join(clause["far"])),
        re.compile("|".join(clause["lit"])),
    )


def prepare_cues() -> None:
    """先读好、编好：查找建索引时叫一声，头一条消息就不用等。"""
    cues_of()


def pattern(says: str) -> str:
    """一种说法写成的式子。"""
    return re.escape(says).replace("…", "[^，]{0,6}?")


def owned(text: str, heard: Sequence[Heard]) -> str:
    """去掉不是自己现在做的那几样，连同说它的话；没有这种说法的照原样。`text` 已经 normalise。"""
    if not heard or _SIGNS.isdisjoint(text):
        return text
    if "除了" in text and (found := _EXCEPT.search(text)):
        return found[1]
    heard = sorted((each for each in heard if not _is_refusal(text, each)), key=itemgetter(0))
    gone = _told_after(text, heard)
    if not _REFUSALS.isdisjoint(text):
        gone += _refused_first(text, heard)
    gone += _customers(text, heard, closed=bool(gone))
    left = [each for each in heard if not _within(each, gone)] if gone else heard
    for ask, signs in ((_told_before, _BEFORE), (_others, _OTHER), (_untimely, _TIMES)):
        if signs.isdisjoint(text) or not (besides := list(ask(text, left))):
            continue
        kept = [each for each in left if not _within(each, besides)]
        if any(word.role == "" for _, _, word in kept) or (ask is _untimely and _NOTHING_NOW.search(text)):
            gone, left = [*gone, *besides], kept
    return without(text, gone) if gone else text


def _is_refusal(text: str, heard: Heard) -> bool:
    """线索词“不烧、没得窑”本身就是否认（“烧不烧”不是）。"""
    at, _, word = heard
    return bool(word.role) and text[at] in "不没" and text[at - 1 : at] != text[at + 1 : at + 2]


def without(text: str, gone: Sequence[Span]) -> str:
    """去掉这几段，每段留一个停顿。"""
    rest, begin = "", 0
    for start, end in sorted(gone):
        if start > begin:
            rest += text[begin:start]
        rest, begin = rest + STOP, max(begin, end)
    return _STOPS.sub(STOP, rest + text[begin:]).strip(STOP)


def _within(heard: Heard, gone: Sequence[Span]) -> bool:
    return any(one <= heard[0] < other for one, other in gone)


def _told_after(text: str, named: Sequence[Heard]) -> list[Span]:
    """后面说了停了、没有、别个的：连着并说的几样一起。"""
    cues, limit = cues_of(), len(text) + 1
    gone: list[Span] = []
    for number in range(len(named) - 1, -1, -1):
        at, end, word = named[number]
        if at >= limit:
            continue
        found = None if cues.starts.isdisjoint(text[end : end + FURTHEST]) else cues.after.match(text, end)
        if found and found.start(1) < limit and not _kept(text, at, word, found):
            if _BOUGHT.match(text, found.end()):
                gone.append((end, found.end()))
                continue
            while number and _is_joined(text, named[number - 1], named[number], cues.joins):
                number -= 1
                at = named[number][0]
            gone.append((at, found.end()))
        limit = at
    return gone


def _is_joined(text: str, one: Heard, other: Heard, joins: re.Pattern[str]) -> bool:
    """并着说的两样；“炼油的常减压”指的又是同样的分支，也是一样。"""
    if text[one[1] : other[0]] == "的":
        return other[2].step and not set(one[2].units).isdisjoint(other[2].units)
    return joins.fullmatch(text, one[1], other[0]) is not None


def _kept(text: str, at: int, word: Word, found: re.Match[str]) -> bool:
    """不烧的砖还是砖；“只挖矿不炼”做的是前一样；收来的旧电瓶“拆了”是工序；“要停产不、是不是”是在问。"""
    start, end = found.span(1)
    if (
        text[start - 1] in "要会能该需用没"
        or text[start - 1] == text[start + 1 : start + 2]
        or (text[end - 1] != "了" and text[end : end + 1] in _ASKING)
    ):
        return True
    if text.startswith("不烧", start) and text[end - 1] != "了" and UNFIRED in word.units:
        return True
    if text[start] in "不没" and (
        _ONLY.search(text, at + len(word.text), start)
        or _ONLY.search(text, max(0, at - 4), at)
        or _REFUSED.search(text, max(0, at - 5), at)
    ):
        return True
    return text[start] == "拆" and (text[at] in "废旧" or _TAKEN.search(text, max(0, at - 4), at) is not None)


def _told_before(text: str, named: Sequence[Heard]) -> Iterator[Span]:
    """前面说了“以为是、名字叫”：只管紧跟着的一样。"""
    cues = cues_of()
    for at, end, _ in named:
        if found := cues.before.search(text, max(0, at - REACH), at):
            yield found.start(), end


def _customers(text: str, named: Sequence[Heard], *, closed: bool) -> Iterator[Span]:
    """“造纸的是买家”“门卫，隔壁烧砖”：不管另外说了什么，都不是自己的；说了停了一样（closed），“旁边磨粉”是自己的。"""
    near = not _NEAR.isdisjoint(text) and not ("楼上" in text and "楼下" in text)
    for at, end, _ in named:
        if found := _CUSTOMER.match(text, end):
            yield at, found.end()
        elif near and (found := _NEXT_DOOR.search(text, max(0, at - GAP), at)) and not _OWN_SHOP.match(text, end):
            if closed and found[0] == "旁边":
                continue
            yield found.start(), end


def _others(text: str, named: Sequence[Heard]) -> Iterator[Span]:
    """“修车铺是我弟的”：别人的。"""
    cues = cues_of()
    for at, end, _ in named:
        if found := cues.other.match(text, end):
            yield at, found.end()


def _untimely(text: str, named: Sequence[Heard]) -> Iterator[Span]:
    """以前做过的、打算做的那几小句，说到现在为止；以前的，后面要说到现在。"""
    cues = cues_of()
    told_of = False
    for clause in CLAUSE.finditer(text):
        here = any(clause.start() <= at < clause.end() and not word.role for at, _, word in named)
        found = cues.past.search(text, *clause.span())
        done = told_of and found and text[found.start() - 1] not in _REFUSALS
        if found and not done and (cues.now.search(text, found.end()) is None or AS_WELL.search(text)):
            found = None
        found = found or cues.future.search(text, *clause.span())
        if found and found[0] == "下半年" and "上半年" in text:
            found = None
        told_of = told_of or (here and not found)
        if not found:
            continue
        now = cues.now.search(text, found.end(), clause.end())
        before = any(clause.start() <= at < found.start() for at, _, _ in named)
        told = before or cues.now.search(text, clause.start(), found.start())
        yield found.start() if told else clause.start(), now.start() if now else clause.end()


def _refused_first(text: str, named: Sequence[Heard]) -> Iterator[Span]:
    """一口气说的“不挖矿切石板”：不做的只是紧跟着的头一样，后一样是做的；“没玻璃钢”只没有这一样。"""
    for number, (at, end, _) in enumerate(named):
        found = _REFUSED.search(text, max(0, at - 5), at)
        if not found:
            continue
        after = named[number + 1][0] if number + 1 < len(named) else -1
        joined = text[end:after] if after >= 0 else STOP
        close = len(joined) < 3 and LISTED.isdisjoint(joined) and STOP not in joined
        if found[0] == "非":
            if text[end : end + 1] == STOP and text[found.start() - 1 : found.start()] in ("", STOP):
                yield found.start(), end
        elif close and found.start() == 0 and STOP not in text:
            yield 0, end
        elif (close and len(text[end:].partition(STOP)[0]) >= LONG) or (
            found[0] == "没" and text[found.start() - 1 : found.start()] not in "有从" and end == len(text)
        ):
            yield found.start(), end
