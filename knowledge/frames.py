"""明说了两样的几种句式：又…又…、一边…一边…、…也做…也做、主要…捎带…、…兼…、不光…还…、有…有…：每一段各是一样。"""

import re
from collections.abc import Collection, Sequence

from knowledge.guessing import APART, GENERAL, is_chinese
from knowledge.leaning import NONE, leaning, likeliest
from knowledge.spelling import PAUSE, STOP
from knowledge.vocabulary import Word

_DONE = "(?:有|在?(?:[做搞弄烧产开打压切炼磨印拌喷镀轧拉挤造收养翻接干]|生产|加工))"
_ONE, _OTHER, _WAS, _ADDED = "([^，]{2,12}?)，?", "([^，]{2,14})", "([^，]{2,12}?)，", "了?([^，]{2,12})"
_NEWLY = "(?:新|又|再|另|还)"
_STRICT = (
    ("又", "又(?![没不要想是])([^，]{2,10}?)，?又(?![没不要想是])" + _OTHER),
    ("既", "既(?:有|是|要)?([^，]{2,10}?)，?[又也](?![没不])" + _OTHER),
    ("一", "一[边面]([^，一]{2,12}?)，?一[边面]" + _OTHER),
    ("也", f"([^，]{{2,10}}?)也{_DONE}[^，]{{0,3}}，([^，]{{2,10}}?)也{_DONE}"),
    (
        "后下夏热右西晚夜淡双",
        f"(?:前[面头边]|上半年|冬天|左[边面]|东[边面]|白天|旺季|单日)(?!说|讲|的|几){_ONE}"
        f"(?:后[面头边]|下半年|夏天|热天|右[边面]|西[边面]|晚上|夜班|夜里|淡季|双日)(?!再说){_OTHER}",
    ),
    ("主", f"主要(?:是|还是)?{_ONE}(?:捎带|顺带|顺便|附带|偶尔|另外|兼|其次|有时){_OTHER}"),
    ("兼", f"{_ONE}兼(?![顾职容])(?:营|着|带|搞|做)*{_OTHER}"),
    ("带搭", f"{_ONE}[带搭]着?[做搞](?![起出]){_OTHER}"),
    (
        "都两",
        "(?:^|，)([^，和跟与、]{2,10}?)(?:[、和跟与]|还有)([^，、和跟与]{2,10}?)，?(?:我们|咱们?|厂里)?"
        f"(?:(?:两[样个种块]|[二俩])?都(?![喷镀涂刷用]){_DONE}|两[样种](?:活路|产品|东西)?(?:$|，))",
    ),
    ("光但仅只", f"不[光仅但只止]是?{_ONE}(?:还|也|又|而且|同时){_OTHER}"),
    ("除", f"除了(?![没不])([^，]{{2,12}}?)(?:以外|之外)?，?(?:还|也|又|另外)(?![没不要]){_OTHER}"),
    ("带配", "([^，]{1,8}[厂场站矿坊])(?:还|也|另)?[带配](?:着|了|有|一)?个([^，]{2,10})"),
)
_LOOSE = (
    ("有", "(?<![没只])有([^，有没]{2,6}?)，?也?有(?![没关效])([^，有]{2,8})"),
    ("也", f"([^，]{{2,12}})，([^，]{{2,10}}?)也(?:要|会|能)?{_DONE}"),
    ("主", f"([^，]{{2,12}}?)为主，?{_ONE}(?:为辅|次之|少量|搭着做)"),
    ("占", "([^，]{2,12}?)占[^，]{1,4}，([^，]{2,12}?)占"),
    (
        "个",
        "一个(?:厂|车间|公司)?(?:是|做|搞|在)*([^，一]{2,10}?)，?(?:另)?一个(?:厂|车间|公司)?(?:是|做|搞|在)*([^，]{2,10})",
    ),
    (
        "老本先",
        f"(?:老本行|老业务|本来|先)(?:是|做)?的?{_WAS}(?:后来|后头|今年|去年|现在|最近)?{_NEWLY}?(?:新?上|加|添|增|搭){_ADDED}",
    ),
    ("去", f"去年(?:做|是|搞)?的?{_WAS}今年{_NEWLY}(?:新?上|加|添|增|搭){_ADDED}"),
    ("那", f"这[边头](?:是|做|搞)?{_ONE}那[边头](?:是|做|搞)?([^，]{{2,12}})"),
)
"""也常说一样东西的几道工序：说的要是产品。"""
_PLAIN = re.compile(f"(?:我们|[做搞产])*([^，、]{{2,6}})[{PAUSE}{STOP}]([^，、]{{2,6}}?)(?:厂|的|都做)*")
"""只是并着写的（油漆+油墨）：整段就是一个词。"""
_FRAMES = tuple((re.compile(says), frames is _LOOSE) for frames in (_STRICT, _LOOSE) for _, says in frames)
_SIGNED = {
    sign: [number for number, (signs, _) in enumerate((*_STRICT, *_LOOSE)) if sign in signs]
    for sign in "".join(signs for signs, _ in (*_STRICT, *_LOOSE))
}
_SIGNS = frozenset(_SIGNED)
"""各句式里总有的字，和有它的是哪几个句式：一个也没有的不必看。"""
SHORTEST = 5


def framed(own: str, heard: Sequence[Word], units: Collection[str]) -> list[Word]:
    """各段里选中的分支解释不了的那一样；不是这几种句式的，一样也没有。"""
    found = _PLAIN.fullmatch(own) if PAUSE in own or STOP in own else None
    if found and (left := _whole(own, found.groups(), heard, units)):
        return left
    if len(own) < SHORTEST or not (seen := _SIGNS.intersection(own)):
        return []
    for number in sorted({number for sign in seen for number in _SIGNED[sign]}):
        frame, loose = _FRAMES[number]
        if not (found := frame.search(own)):
            continue
        if loose:
            return _made(found.groups(), heard, units)
        told = [_told(piece, heard, units) for piece in found.groups()]
        if all(told) and (left := [word for word in told if word and word.units[0] not in units]):
            return left
    return []


def _made(pieces: Sequence[str], heard: Sequence[Word], units: Collection[str]) -> list[Word]:
    """各段里说的产品。"""
    made = [word for word in heard if not word.step and any(word.text in piece for piece in pieces)]
    made = [word for word in made if not word.role and (word.text in pieces or not _is_hazy(word))]
    return [word for word in made if set(units).isdisjoint(word.units)]


def _whole(own: str, pieces: Sequence[str], heard: Sequence[Word], units: Collection[str]) -> list[Word]:
    """整段就是一个词的两样，各在一个行业；没有说是并着的，要都是产品。"""
    named = [word for word in heard if word.role == "" and not word.label.startswith(("近似", "行业代码"))]
    one, other = (next((word for word in named if word.text == piece), None) for piece in pieces)
    if one is None or other is None or (PAUSE not in own and (one.step or other.step or other.text[0] in "喷刷涂镀")):
        return []
    told = set(map(_industry, units))
    left = [word for word in (one, other) if _industry(word.units[0]) not in told]
    return [word for word in left if PAUSE in own or told.isdisjoint(map(_industry, word.units))]


def _told(piece: str, heard: Sequence[Word], units: Collection[str]) -> Word | None:
    """这一段说的是哪一样：选中的分支解释得了的就是它，听懂的词里指得明白的，没有听懂的看它像哪个分支。"""
    words = [word for word in heard if word.role == "" and word.text in piece and not _is_hazy(word)]
    for word in words:
        if word.units[0] in units or (word.step and not word.part_of.isdisjoint(units)):
            return Word(piece, tuple(units)[:1], "")
    if words:
        return min(words, key=lambda word: (word.step, word.telling.weak, -piece.rfind(word.text)))
    shares = leaning().of(piece)
    (likely,) = likeliest(shares, 1)
    sure = is_chinese(piece) and shares[likely] >= APART and likely not in (NONE, GENERAL)
    if sure:
        return Word(piece, (likely,), "这一段最像")
    told = (word for word in heard if word.role == "" and word.text in piece and not word.step)
    return next((word for word in told if len(word.units) == 2 and not word.telling.unsure), None)


def _is_hazy(word: Word) -> bool:
    """说不准归哪个行业的、写错了才认得的。"""
    unsure = word.telling.unsure or word.telling.carrier or word.label.startswith(("近似", "误写"))
    return unsure or len(set(map(_industry, word.units))) > 1


def _industry(unit: str) -> str:
    return unit.partition("-")[0]
