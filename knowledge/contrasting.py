"""几小句里有的说自己、有的说别的：只留下说自己的；全像否认的，末一样另起一个动词的才是做的。"""

import re
from collections.abc import Callable, Sequence

from knowledge.admitted import admitted
from knowledge.roles import AS_WELL, CLAUSE, LISTED, MIXED, Span, cues_of, owned, without
from knowledge.spelling import STOP
from knowledge.vocabulary import Heard

_NOT_ONLY = re.compile("不[光仅但只止]|不锈|不饱|不定|不干胶")
_HEAD = re.compile("[不没](?:得|是)?(..+)$|[^我们厂咱都也并可在就来已后前还又]不.()$")
FEW = 4
"""剩下不到这么多字，就看末一样。"""
_VERBS = frozenset("造压拉修切印磨拌烧炼搞做轧搅")


def mine(text: str, heard: Sequence[Heard], exact: Callable[[str], Sequence[Heard]]) -> str:
    """说自己现在做什么的部分；`exact` 从话里找一字不差的词。"""
    own = admitted(owned(text, heard))
    if len(own) < FEW and own != text and (last := last_said(text, heard)):
        own = last
    return contrasted(own, heard if own == text else exact(own)) if is_mixed(own) else own


def is_mixed(text: str) -> bool:
    """几小句里，有的像说自己、有的像不是自己。"""
    if STOP not in text or MIXED.isdisjoint(text):
        return False
    if cues_of().dim.search(text) is None and cues_of().far.search(text) is None:
        return False
    return AS_WELL.search(text) is None and _NOT_ONLY.search(text) is None


def contrasted(text: str, heard: Sequence[Heard]) -> str:
    """一句说的是自己（我们、只、现在），另一句多半不是（不、没、停、别人）：只留下前一句；都像或者都不像的照原样。"""
    cues = cues_of()
    dim: list[Span] = []
    far: list[Span] = []
    lit = plain = False
    for clause in CLAUSE.finditer(text):
        start, end = clause.span()
        words = [each for each in heard if start <= each[0] < end and each[2].role in ("", "outside", "hint")]
        if not words:
            continue
        rest = _besides(text, start, end, words)
        if cues.lit.search(rest):
            lit = True
        elif cues.dim.search(rest):
            dim.append((start, end))
        elif cues.far.search(rest):
            far.append((start, end))
        else:
            plain = plain or any(word.role == "" for _, _, word in words)
    gone = [*dim, *far] if lit else dim if plain else []
    return without(text, gone) if gone else text


def _besides(text: str, start: int, end: int, words: Sequence[Heard]) -> str:
    """这一小句里，听懂的词以外的字。"""
    rest = ""
    for at, stop, _ in sorted(words):
        rest += text[start:at] + " "
        start = max(start, stop)
    return rest + text[start:end]


def last_said(text: str, heard: Sequence[Heard]) -> str:
    """“不烧砖压水泥砖、船不造造集装箱”：一口气说完、全都像是否认的，末一样前面另起一个动词，就是做的；不是这样的是空。"""
    named = [at for at, _, word in heard if word.role == ""]
    if STOP in text or not named:
        return ""
    at = max(named)
    start = at if text[at] in _VERBS else at - 1
    head = text[:start]
    said = _HEAD.search(head)
    return text[start:] if start > 0 and text[start] in _VERBS and said and LISTED.isdisjoint(said[1] or "") else ""
