"""一次报几项：说到哪几项、各是什么、别的怎样；“1、3，不清楚 2”“除了2和4”“其他没做到”都读得懂，读不准的不记。"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dialogs.ratedwords import AROUND, EVERYTHING, HARD, SHORTEST, Clause, Kind, OutOfRange, Token, Unsure, clauses_of

__all__ = ["NONE_NAMED", "SAID", "Reading", "Status", "rated", "read"]

Status = Literal["met", "unmet", "unknown", "na"]
SAID: dict[Status, str] = {"met": "做到了", "unmet": "没做到", "unknown": "不清楚", "na": "不涉及"}
MOST_ASIDE = 1
"""没说到哪一项时，认不得的余字多过这么多，就当没在报。"""
_OPPOSITE: dict[str, Status | None] = {"met": "unmet", "unmet": "met", "lack": "met", "unknown": "met", "na": None}
NONE_NAMED = "这句没说到是哪几项，先不记。都做到了就回“全部做到了”；不是的话，做到了的回编号。"
_WHICH = "哪几项做到了、哪几项没做到，请写编号，例如“1、3做到了，5没做到，不清楚 2”。"


@dataclass(frozen=True, slots=True)
class Reading:
    """读出来的：`said` 是每一项（从 0 起）成了什么，没读出来是 None；`reason` 是像在报、却读不准的时候怎么说。

    `named` 为真是说到了编号、名称、“全部”或“其他”（读不准的，要是编号、名称），`told` 为真是说到了做到没有；
    `wrong` 是越界的编号，`scope` 是“全部”“其他”成了什么，`some` 为真是点了几项的名。
    """

    said: dict[int, Status] | None = None
    reason: str = ""
    named: bool = False
    told: bool = False
    wrong: int | None = None
    scope: str = ""
    some: bool = False


@dataclass(slots=True)
class _Subject:
    """一个状态说的是谁：几项（哪些是用名称说的），或全部、其他；`only` 是“只有”。

    `weak` 是“除了”的那几项：后面另说了的，照另说的。
    """

    items: list[int] = field(default_factory=list)
    labelled: set[int] = field(default_factory=set)
    scope: Kind | None = None
    only: bool = False
    weak: bool = False

    def __bool__(self) -> bool:
        return bool(self.items) or self.scope is not None


Group = tuple[_Subject, str | None]
"""状态是空的：只有编号，没说是什么。"""


def rated(said: str, names: Sequence[Sequence[str]], lacking: Status = "unmet") -> dict[int, Status] | None:
    """每一项（从 0 起）说成了什么；没说到的不在里面，读不准、一项也没说是 None。编号越界的抛 IndexError。"""
    found = read(said, names, range(len(names)) if lacking == "na" else ())
    if found.wrong is not None:
        raise IndexError(found.wrong)
    return found.said


def read(
    said: str, names: Sequence[Sequence[str]], things: Collection[int] = (), among: Collection[int] | None = None
) -> Reading:
    """读一句话；`names` 是每一项的叫法，`things` 里的几项用名称说“没得”是没有这样东西，不涉及。

    `among` 是“全部”“其他”说的是哪几项，不给就是每一项。`said` 先经过 plain()。
    """
    every = range(len(names)) if among is None else among
    if said in EVERYTHING:
        return Reading(dict.fromkeys(every, "met"), named=True, scope="met")
    clauses: list[Clause] = []
    try:
        if said in SHORTEST:
            raise Unsure(NONE_NAMED)
        clauses = clauses_of(said, names, len(every))
        groups = _groups(clauses, len(names))
        found = _settled(groups, every, things) if groups else None
    except OutOfRange as wrong:
        return Reading(None, str(wrong), True, True, wrong.number)
    except Unsure as unsure:
        reason = str(unsure) or f"这句没读准，先不记。{_WHICH}"
        return Reading(None, reason, not clauses or _has(clauses, "item"), not clauses or _has(clauses, "status"))
    scope = next((status or "" for subject, status in groups if subject.scope), "")
    named, told = found is not None and _has(clauses, *AROUND), _has(clauses, "status")
    return Reading(found, "", named, told, scope=scope, some=_has(clauses, "item"))


def _has(clauses: list[Clause], *kinds: Kind) -> bool:
    return any(token.kind in kinds for clause in clauses for token in clause.tokens)


def _groups(clauses: list[Clause], count: int) -> list[Group]:
    """各句里谁是什么；读不准的抛 Unsure，不是在报的是空的。"""
    tokens = [token for clause in clauses for token in clause.tokens]
    unclear = next((token.word for token in tokens if token.kind == "unclear"), None)
    left = sum(len(clause.left) for clause in clauses if clause.tokens or count > 1)
    if not any(token.kind in AROUND for token in tokens):
        if unclear is not None and left <= MOST_ASIDE and (unclear or _has(clauses, "status")):
            raise Unsure(unclear)
        return _bare([token for token in tokens if token.kind == "status"], left, count)
    if not any(token.kind in ("item", "status") for token in tokens):
        return []
    if unclear is not None:
        raise Unsure(unclear)
    others = any(token.kind in ("all", "rest", "but", "only") for token in tokens)
    if not all(clause.clear(others) for clause in clauses):
        raise Unsure("")
    groups: list[Group] = []
    clauses = _without_exceptions(clauses, groups)
    waiting: list[Clause] = []
    leading: str | None = None
    for clause in clauses:
        if not clause.tokens:
            continue
        found, opens = _read(clause)
        if [token.word in EVERYTHING for token in clause.tokens] == [True] and not clause.left:
            found = [(found[0][0], "met")]  # “全部，7不涉及”
        if any(status is None and subject.scope for subject, status in found):
            raise Unsure("")
        if all(status is None for _, status in found) and found:
            waiting.append(clause)
            continue
        if not found:
            _add(groups, opens)
            continue
        if _joins(waiting, clause, found, leading):
            found[0][0].items[:0] = [item for one in waiting for item in _subject(one).items]
        else:
            groups += [(_subject(one), leading or "met") for one in waiting]
        waiting, leading = [], found[-1][1] if opens else None
        groups += [(subject, status or "met") for subject, status in found]
    return groups + [(_subject(one), leading or "met") for one in waiting]


def _bare(statuses: list[Token], left: int, count: int) -> list[Group]:
    """只说了状态：“没有”“不晓得”说的是全部；只有一项的，有就是有。“好”“可以”这样的应声，说不清是哪几项。"""
    if len(statuses) != 1 or left > MOST_ASIDE:
        return []
    only = statuses[0]
    if only.word in SHORTEST or only.hedged or (count > 1 and only.status in ("met", "na")):
        raise Unsure(NONE_NAMED)
    return [(_Subject(scope="all"), only.status)]


def _add(groups: list[Group], status: str | None) -> None:
    """单独一句“但没联网”：说的是前面那几项；前面说的是全部，就不知道是哪一项了。"""
    if status in (None, "met") or not groups:
        return
    subject, before = groups[-1]
    if before == status:
        return
    if subject.scope or before != "met":
        raise Unsure("")
    groups[-1] = (subject, status)


def _joins(waiting: list[Clause], clause: Clause, found: list[Group], leading: str | None) -> bool:
    """“2，4不清楚”：都是一项一项用逗号隔开的，后面的状态连着前面的。"""
    first = found[0][0]
    alone = all(len(_subject(one).items) == 1 and one.stop != HARD for one in waiting)
    return (
        leading is None
        and bool(waiting)
        and alone
        and first.scope is None
        and len(first.items) == 1
        and clause.tokens[0].kind == "item"
    )


def _subject(clause: Clause) -> _Subject:
    subject = _Subject()
    for token in clause.tokens:
        _take(subject, token)
    return subject


def _take(subject: _Subject, token: Token) -> None:
    if token.kind == "item":
        if token.item not in subject.items:
            subject.items.append(token.item)
        if token.labelled:
            subject.labelled.add(token.item)
        if subject.scope == "all":
            subject.scope = None
    elif token.kind == "only":
        subject.only = True
    elif token.kind == "rest" or (not subject.items and subject.scope is None):
        subject.scope = token.kind  # “储罐火炬都没有”只说这两项


def _read(clause: Clause) -> tuple[list[Group], str | None]:
    """一句里的各组，和句首的状态（句末没有跟着谁的，是空的）。

    状态在后面的，说的是前面的几项；句首的状态说后面的。“1、3不清楚2”：头几个是做到了。
    """
    groups: list[Group] = []
    subject = _Subject()
    opens: str | None = None
    for token in clause.tokens:
        if token.kind == "status":
            status = _hedged(token, subject)
            if token.narrow and len(subject.items) == len(subject.labelled) > 1:
                subject.items = subject.items[-1:]  # “门禁视频只存3个月”：说的是视频
            if not subject:
                if groups and opens is None:
                    groups[-1] = (groups[-1][0], groups[-1][1] if status == "met" else status)  # “有但没证明”
                else:
                    opens = status if opens in (None, "met") else opens
                continue
            groups.append((subject, status if opens is None else opens))
            subject, opens = _Subject(), None if opens is None else status
        elif token.kind == "rest" and subject.items:
            groups.append((subject, opens))
            subject, opens = _Subject(scope="rest"), None
        else:
            _take(subject, token)
    if not subject:
        return groups, opens
    if opens is None and groups and groups[-1][1] is not None:
        before, status = groups[-1]
        if status not in ("unknown", "na", "met") or len(groups) > 1 or subject.scope:
            raise Unsure("")
        groups[-1] = (before, "met")
        return [*groups, (subject, status)], status
    return [*groups, (subject, opens)], opens


def _hedged(token: Token, subject: _Subject) -> str | None:
    """拿不准的口气：说的是几项，就是不清楚；说的是全部，问清楚是哪几项。"""
    if not token.hedged:
        if token.word in SHORTEST and "没" not in token.word and subject.scope == "all":
            raise Unsure(NONE_NAMED)
        return token.status
    if subject.scope and token.status != "unknown":
        raise Unsure(f"“{token.hedged}”拿不准，先不记。{_WHICH}")
    return "unknown"


def _without_exceptions(clauses: list[Clause], groups: list[Group]) -> list[Clause]:
    """先把“除了2和4都做到了”读出来：别的是后面说的那样（没说就是做到了），这几项反过来。"""
    flat = [(n, token) for n, clause in enumerate(clauses) for token in clause.tokens]
    start = next((at for at, (_, token) in enumerate(flat) if token.kind == "but"), None)
    if start is None:
        return clauses
    end = start + 1
    while end < len(flat) and flat[end][1].kind == "item":
        end += 1
    excepted = _Subject(weak=True)
    for _, token in flat[start + 1 : end]:
        _take(excepted, token)
    if not excepted.items:
        raise Unsure("")
    after = [token for _, token in flat[end:]]
    same = end < len(flat) and flat[end][0] == flat[start][0]
    around = any(token.kind in ("all", "rest") for token in after)
    gone = {start}
    if same and after[0].kind == "status" and (around or after[0].status != "met"):
        if not around:  # “除了2和4没做到”：没做到的就是这几项
            groups.append((_Subject(scope="rest"), "met"))
        return _left(clauses, flat, gone)
    said = next((group for group in _said_of_all([token for _, token in flat[:start]])), None)
    status, last = said or "met", end
    while last < len(flat) and flat[last][1].kind in ("all", "rest"):
        last += 1
    if last < len(flat) and flat[last][1].kind == "status" and (last > end or same):
        status = _hedged(flat[last][1], _Subject(scope="rest")) or "met"
        last += 1
    groups.append((_Subject(scope="rest"), status))
    if opposite := _OPPOSITE[status]:
        groups.append((excepted, opposite))
    return _left(clauses, flat, gone | set(range(start, last)) | (set(range(start)) if said else set()))


def _said_of_all(tokens: list[Token]) -> list[str]:
    """“都做到了，除了2和4”“还没做到，除了2”：前面已经说了全部怎样。"""
    kinds = [token.kind for token in tokens]
    return [tokens[-1].status] if kinds in (["all", "status"], ["status"]) and not tokens[-1].hedged else []


def _left(clauses: list[Clause], flat: list[tuple[int, Token]], gone: set[int]) -> list[Clause]:
    kept = [(n, token) for at, (n, token) in enumerate(flat) if at not in gone]
    return [
        Clause([token for at, token in kept if at == n], clause.left, clause.stop) for n, clause in enumerate(clauses)
    ]


def _settled(groups: list[Group], every: Collection[int], things: Collection[int]) -> dict[int, Status]:
    """各组合成每一项一个状态；同一项说了两样、全部和其他说得不一样，是读不准。"""
    found: dict[int, Status] = {}
    default: Status | None = None
    others: Status | None = None
    for subject, status in sorted(groups, key=lambda group: group[0].weak):
        assert status is not None
        if subject.scope:
            plain = _status(status)
            if default is not None and plain != default:
                raise Unsure("")
            default = plain
        for item in subject.items:
            here = "na" if status == "lack" and item in things and item in subject.labelled else _status(status)
            if found.setdefault(item, here) != here and not subject.weak:
                raise Unsure(f"第{item + 1}项说了两样，先不记。{_WHICH}")
        if subject.only and _status(status) in ("met", "unmet"):
            others = "unmet" if status == "met" else "met"
    default = default or others
    if default is not None:
        found = {**dict.fromkeys(every, default), **found}
    return found


def _status(status: str) -> Status:
    return "unmet" if status == "lack" else status  # type: ignore[return-value]
