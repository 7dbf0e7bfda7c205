"""一句里几项和状态怎么配对：每个状态配紧挨着的一边，一个也不剩的配法只有一种才算；停顿只在有两种配法时分先后。"""

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.ratedtext import Unsure
from dialogs.ratedwords import COMMA, SHORTEST, SPACE, STOP, TURN, Clause, Token

MOST_LOOSE = 6
"""隔着停顿的几项多过这么多段，配法太多，问回去。"""
ADVERB = frozenset("都 全 全都".split())
TOGETHER = "前面说的几项，和后面的一样，还是不一样？先不记，请分开写明，例如“1、3做到了，5没做到”。"
_PLAIN = frozenset(("item", "all", "rest", "status"))
_NOUNS = ("证明", "材料", "资料", "手续", "记录")
Match = tuple[tuple[list[Token], Token | None], ...]
"""一种配法：各组说的是谁、配的状态；没有状态的（空的）是光报了编号。"""
Sides = tuple[int, ...]
"""各个状态配的是前面（-1）还是后面（1）。"""


@dataclass(frozen=True, slots=True)
class _Line:
    """状态把一句隔成的几段：`runs` 比 `statuses` 多一段，头尾和中间的都可以是空的。"""

    runs: tuple[tuple[Token, ...], ...]
    statuses: tuple[Token, ...]

    def before(self, at: int) -> int:
        """第 at 个状态和它前面的词之间停多久；前面没有词的，远得很。"""
        return self.statuses[at].gap if at or self.runs[0] else TURN + 1

    def after(self, at: int) -> int:
        """第 at 个状态和它后面的词之间停多久；后面没有词的，远得很。"""
        if self.runs[at + 1]:
            return self.runs[at + 1][0].gap
        return self.statuses[at + 1].gap if at + 1 < len(self.statuses) else TURN + 1


def paired(clauses: list[Clause]) -> list[tuple[list[Token], str]] | None:
    """各组说的是谁、成了什么；配法不止一种的抛 Unsure，配不齐、有别的词的不管（None）。"""
    tokens = [token for clause in clauses for token in clause.tokens]
    if any(clause.also for clause in clauses) or not all(_plain(token) for token in tokens):
        return None
    line = _line(tokens)
    loose = sum(any(token.gap for token in run[1:]) for run in line.runs) > MOST_LOOSE
    if loose and not line.runs[0]:
        raise Unsure(TOGETHER)
    found = list(_matches(line, 0, 0, False))
    if not found:
        if len(line.statuses) > 1 and not line.runs[0] and any(token.kind == "item" for token in tokens):
            raise Unsure(TOGETHER)
        return None
    if len(found) > 1:
        raise Unsure(TOGETHER)
    sides = found[0][1]
    if not all(_gap(line, at, side) < _gap(line, at, -side) for at, side in enumerate(sides)):
        if loose:
            raise Unsure(TOGETHER)
        found += [one for one in _matches(line, 0, 0, True) if not all(status for _, status in one[0])]
    if any(token.gap >= STOP for match, _ in found for who, _ in match for token in who[1:]):
        return None
    best = next((one for one in found if all(one is each or _closer(line, one[1], each[1]) for each in found)), None)
    if best is None:
        raise Unsure("")
    match, sides = best
    if _glued(match, sides):
        raise Unsure(TOGETHER)
    if not _bared(line, match, sides) or any(_far(line, at, side) for at, side in enumerate(sides)):
        raise Unsure("")
    others_met = any(status and status.status == "met" and who[0].kind == "rest" for who, status in match)
    for who, status in match:
        if status and status.status != "met" and not others_met and not _together(who):
            raise Unsure(TOGETHER)
    return [(who, status.status if status else "met") for who, status in match]


def _bared(line: _Line, match: Match, sides: Sides) -> bool:
    """都有状态；或照着“1、3，不清楚 2，5没做到”写的：句首光报编号，一停，状态紧挨着后面的。"""
    if all(status for _, status in match):
        return True
    near = all(_gap(line, at, side) < COMMA for at, side in enumerate(sides))
    first = [token.gap for token in line.runs[1][1:]]
    return near and line.before(0) >= COMMA and max(first, default=COMMA) >= COMMA and all(s for _, s in match[1:])


def _glued(match: Match, sides: Sides) -> bool:
    """“不清楚 3、9没做到”：顿号连着的，一半跟前、一半跟后，说不准。"""
    told = match[len(match) - len(sides) :]
    parts = zip(told[1:], sides, sides[1:], strict=False)
    return any(who[0].kind == "item" and who[0].gap < SPACE and (a, b) == (1, -1) for (who, _), a, b in parts)


def _plain(token: Token) -> bool:
    return token.kind in _PLAIN and not (token.hedged or token.narrow or token.word in SHORTEST)


def _line(tokens: list[Token]) -> _Line:
    runs: list[list[Token]] = [[]]
    statuses = []
    for token in tokens:
        if token.kind == "status":
            statuses.append(token)
            runs.append([])
        elif token.kind != "all" or not runs[-1] or (token.gap >= COMMA and token.word not in ADVERB):
            runs[-1].append(token)  # “5、8都没得”的“都”说的是前面的几项
    return _Line(tuple(map(tuple, runs)), tuple(statuses))


def _matches(line: _Line, at: int, taken: int, bare: bool) -> Iterator[tuple[Match, Sides]]:
    """从第 at 段起的各种配法；这一段的头 `taken` 个已经配给了前一个状态，`bare` 是许不许有光报编号的。"""
    left = list(line.runs[at][taken:])
    if at == len(line.statuses):
        if not left:
            yield (), ()
        elif bare and not taken and _one(left):
            yield ((left, None),), ()
        return
    status = line.statuses[at]
    if left and _one(left):
        for match, sides in _matches(line, at + 1, 0, bare):
            yield ((left, status), *match), (-1, *sides)
    if left and (not bare or taken or left[0].kind != "item"):
        return
    after = line.runs[at + 1]
    alone: Match = ((left, None),) if left else ()
    for end in _ends(after, bare):
        if _one(list(after[:end])):
            for match, sides in _matches(line, at + 1, end, bare):
                yield (*alone, (list(after[:end]), status), *match), (1, *sides)


def _ends(run: tuple[Token, ...], bare: bool) -> list[int]:
    """一段的头几个可以自成一组：整段，分号以前的，随便哪一处以前的；“其他”“全部”自成一组。

    有光报编号的（`bare`），只有空格、逗号隔开的两个才拆得开。
    """
    if not run:
        return []
    if len(run) > 1 and (scopes := [n for n, token in enumerate(run) if token.kind != "item"]):
        return [scopes[0] or 1]
    cuts = [n for n in range(1, len(run)) if run[n].gap or run[n].word != run[n - 1].word]
    if wide := [n for n in cuts if run[n].gap >= STOP]:
        return wide
    return [len(run), *(cuts if not bare or (len(cuts) == 1 and run[cuts[0]].gap >= SPACE) else ())]


def _one(who: list[Token]) -> bool:
    """说的是几项，或单单是“其他”“全部”。"""
    return len(who) == 1 or all(token.kind == "item" for token in who)


def _closer(line: _Line, one: Sides, other: Sides) -> bool:
    """两种配法不一样的几个状态，都是 `one` 配得近。"""
    apart = [at for at, (mine, its) in enumerate(zip(one, other, strict=True)) if mine != its]
    return bool(apart) and all(_gap(line, at, one[at]) < _gap(line, at, other[at]) for at in apart)


def _gap(line: _Line, at: int, side: int) -> int:
    return line.before(at) if side < 0 else line.after(at)


def _far(line: _Line, at: int, side: int) -> bool:
    """配后面的几项，却离前面的更近：“1、3做到了，没做到，2”说不准；“5有但没证明，8”说的是5。"""
    if side < 0 or line.before(at) > TURN:
        return False
    before, after = line.before(at), line.after(at)
    after_status = at > 0 and not line.runs[at]
    return (
        after > before
        or (after_status and before < SPACE)
        or (after_status and after >= COMMA and (before <= after or before == TURN))
        or (after_status and any(noun in line.statuses[at].word for noun in _NOUNS))
    )


def _together(who: list[Token]) -> bool:
    """“2，4，9没有”是一起的；“1、3，5没做到”的1、3是一样还是不一样，说不准。"""
    parts = sum(token.gap >= COMMA for token in who[1:])
    return parts in (0, len(who) - 1)
