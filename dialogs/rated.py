"""一次报几项：说到哪几项、各是什么、别的怎样；“1、3，不清楚 2”“除了2和4”“其他没做到”都读得懂，读不准的不记。"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from dialogs.ratedgroups import NONE_NAMED, WHICH, Group, groups_of
from dialogs.ratedtext import Unsure
from dialogs.ratedwords import AROUND, EVERYTHING, SHORTEST, Clause, Kind, OutOfRange, clauses_of

__all__ = ["NONE_NAMED", "SAID", "Reading", "Status", "rated", "read"]

Status = Literal["met", "unmet", "unknown", "na"]
SAID: dict[Status, str] = {"met": "做到了", "unmet": "没做到", "unknown": "不清楚", "na": "不涉及"}


_BUT_WHICH = f"“其他”是除了哪几项？先不记。{WHICH}"
"""一项也没有说，就说“其他”。"""
_ALL_OR_THESE = "是都一样，还是只有点到的几项？先不记。都做到了就回“全部做到了”；不是的话，写“1、3做到了，其他没做到”。"


@dataclass(frozen=True, slots=True)
class Reading:
    """读出来的：`said` 是每一项（从 0 起）成了什么，没读出来是 None；`reason` 是像在报、却读不准的时候怎么说。

    `named` 为真是说到了编号、名称、“全部”或“其他”（读不准的，要是编号、名称），`told` 为真是说到了做到没有；
    `wrong` 是越界的编号，`scope` 是“全部”“其他”成了什么，`some` 为真是点了几项的名，`each` 是点了名的那几项。
    """

    said: dict[int, Status] | None = None
    reason: str = ""
    named: bool = False
    told: bool = False
    wrong: int | None = None
    scope: str = ""
    some: bool = False
    each: frozenset[int] = frozenset()


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
        groups = groups_of(clauses, len(names))
        if among is None and groups and all(one.scope == "rest" and not one.items for one, _ in groups):
            raise Unsure(_BUT_WHICH)
        found = _settled(groups, every, things) if groups else None
    except OutOfRange as wrong:
        return Reading(None, str(wrong), True, True, wrong.number)
    except Unsure as unsure:
        reason = str(unsure) or f"这句没读准，先不记。{WHICH}"
        return Reading(None, reason, not clauses or _has(clauses, "item"), not clauses or _has(clauses, "status"))
    scope = next((status or "" for subject, status in groups if subject.scope), "")
    named, told = found is not None and _has(clauses, *AROUND), _has(clauses, "status")
    each = frozenset(item for subject, _ in groups for item in subject.items)
    return Reading(found, "", named, told, scope=scope, some=_has(clauses, "item"), each=each)


def _has(clauses: list[Clause], *kinds: Kind) -> bool:
    return any(token.kind in kinds for clause in clauses for token in clause.tokens)


def _settled(groups: list[Group], every: Collection[int], things: Collection[int]) -> dict[int, Status]:
    """各组合成每一项一个状态；同一项说了两样、全部和其他说得不一样，是读不准。"""
    found: dict[int, Status] = {}
    default: Status | None = None
    others: Status | None = None
    for subject, status in sorted(groups, key=lambda group: group[0].weak):
        assert status is not None
        if subject.scope == "all" and _doubled(groups, _status(status)):
            raise Unsure(_ALL_OR_THESE)
        if subject.scope:
            plain = _status(status)
            if default is not None and plain != default:
                raise Unsure("")
            default = plain
        for item in subject.items:
            here = "na" if status == "lack" and item in things and item in subject.labelled else _status(status)
            if found.setdefault(item, here) != here and not subject.weak:
                raise Unsure(f"第{item + 1}项说了两样，先不记。{WHICH}")
        if subject.only and _status(status) in ("met", "unmet"):
            others = "unmet" if status == "met" else "met"
    default = default or others
    if default is not None:
        found = {**dict.fromkeys(every, default), **found}
    return found


def _doubled(groups: list[Group], status: Status) -> bool:
    """说了全部怎样，又点了几项也是这样。"""
    return any(each.items and its is not None and _status(its) == status for each, its in groups)


def _status(status: str) -> Status:
    return "unmet" if status == "lack" else status  # type: ignore[return-value]
