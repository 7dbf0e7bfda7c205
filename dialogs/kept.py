"""库里记着的这个用户的提醒：订了什么、自己说过什么、绑定的企业登记了什么；回忆的名字是 kept。"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import TypeVar

from dialogs.cites import HELP
from dialogs.records import Facts, Known, Value, Window
from dialogs.steps import Recall

KEPT = "kept"
DONE = frozenset({"submitted", "under_review", "resubmitted", "announced"})
"""这些就是申报过了，不再催。"""
BACK = "returned"
"""退回来了：不算没有申报过，重新提交以前到期照旧提醒。"""
_ORDER = ("withdrawn", "submitted", "under_review", BACK, "resubmitted", "announced")
_MARK = "\t"


@dataclass(frozen=True, slots=True)
class Subscription:
    """给一个厂订的提醒；空着的区县、分支是不分，`way` 同 Subscribed。"""

    factory: str
    district: str
    branch: str
    day: date
    way: str = "chat"


@dataclass(frozen=True, slots=True)
class Said:
    """用户自己说的一个厂这一回（窗口的编号，或那一年）申报到了哪一步。

    `day` 是他说的那天，`year` 是那一回的年份，`at` 是哪天说的；先说的在前。
    """

    factory: str
    cycle: str
    status: str
    day: date
    year: str = "0"
    at: date = date.min


@dataclass(frozen=True, slots=True)
class Recorded:
    """绑定的企业登记的申报；没有登记过的 `status` 是空的、`year` 是 "0"。`branches` 以空格隔开。"""

    name: str
    year: str
    status: str
    day: date
    district: str = ""
    branches: str = ""


Row = Subscription | Said | Recorded
_KINDS: dict[str, type[Row]] = {"sub": Subscription, "said": Said, "recorded": Recorded}
Owned = TypeVar("Owned", Subscription, Said)
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """一个用户的全部；读成、写成回忆的答案。"""

    rows: tuple[Row, ...] = ()

    @classmethod
    def of(cls, value: Value) -> "Kept":
        """从回忆的答案读。"""
        return cls(tuple(map(_read, value)) if isinstance(value, tuple) else ())

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """订了的，先订的在前。"""
        return tuple(row for row in self.rows if isinstance(row, Subscription))

    @property
    def recorded(self) -> tuple[Recorded, ...]:
        """绑定的企业登记了的，新的一年在前。"""
        return tuple(row for row in self.rows if isinstance(row, Recorded))

    def subscription(self, facts: Facts, known: Known) -> Subscription | None:
        """这个厂订的；后来才说名称的，只有一个厂就还是它。"""
        return next(iter(_own(self.subscriptions, known, facts)), None)

    def said(self, facts: Facts, known: Known, cycle: str) -> Said | None:
        """用户说过这个厂这一回怎样了，后说的算；说的是同一年别的窗口的，也是这一回。"""
        window = next((each for each in facts.windows if each.id == cycle), None)
        rows = [row for row in self.rows if isinstance(row, Said) and _of(row, cycle, window)]
        one = only(facts) and len(self.subscriptions) <= 1 and len({each.name for each in self.recorded}) <= 1
        year = str(window.start.year) if window else ""
        return min(
            reversed(rows if one else _own(rows, known, facts)),
            key=lambda row: cycle != row.cycle and year != row.year,
            default=None,
        )

    def record(self, facts: Facts, known: Known, window: Window) -> Recorded | None:
        """关联的这个厂，在这个窗口的年度登记的申报：发提醒的人看的也是它。"""
        rows = _linked(self.recorded, known, facts)
        years = [row for row in rows if row.status and window.start.year <= int(row.year) <= window.end.year]
        first = [row for row in years if int(row.year) == window.start.year]
        return next(iter(first or [row for row in years if row.day >= window.start]), None)

    def standing(self, facts: Facts, known: Known, window: Window) -> dict[str, Said | Recorded | bool | None]:
        """这一回自己说的、名单上的；`back` 是退回来了还没有重新提交，两样看后来的那一个。"""
        said, recorded = self.said(facts, known, window.id), self.record(facts, known, window)
        steps = [(each.day, each.status) for each in (recorded, said) if each]
        return {"said": said, "recorded": recorded, "back": came_back(steps)}


def rows_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """写成回忆的答案。"""
    return tuple(_MARK.join((_NAMES[type(row)], *map(_cell, astuple(row)))) for row in rows)


def meant(window: Window, cycle: str, year: int, day: date) -> bool:
    """自己说的这一句是不是这个窗口这一回：说的就是它；同一年别的窗口的；只知道年份的，要那天在它开始以后。"""
    if cycle == window.id:
        return True
    if cycle == str(year) and day < window.start:
        return False
    return year == window.start.year or (window.start.year < year <= window.end.year and day >= window.start)


def came_back(steps: Iterable[tuple[date, str]]) -> bool:
    """（哪天，到了哪一步）几样里后来的那一个是退回：退回来了还没有重新提交；同一天的，走得远的算。"""
    return max(steps, key=lambda each: (each[0], _ORDER.index(each[1])), default=(date.min, ""))[1] == BACK


def only(facts: Facts) -> bool:
    """这个人只说过一个厂。"""
    return not any(known != facts.known for known in facts.others)


def _own(rows: Iterable[Owned], known: Known, facts: Facts) -> tuple[Owned, ...]:
    """这个厂的几行。"""
    rows = tuple(rows)
    named = tuple(row for row in rows if row.factory == known.name)
    return named or (rows if only(facts) and len({row.factory for row in rows}) == 1 else ())


def _of(row: Said, cycle: str, window: Window | None) -> bool:
    return row.cycle == cycle or (window is not None and meant(window, row.cycle, int(row.year), row.day))


def _linked(rows: Iterable[Recorded], known: Known, facts: Facts) -> tuple[Recorded, ...]:
    """关联的企业里这个厂的：名称一样的；区县和分支都一样、只有一家的；总共就一家的。"""
    rows = tuple(rows)
    near = [row for row in rows if known.district == row.district and set(known.branches) & set(row.branches.split())]
    for found in ([row for row in rows if row.name == known.name], near, rows if only(facts) else ()):
        if len({row.name for row in found}) == 1:
            return tuple(found)
    return ()


def _cell(value: str | date) -> str:
    return value.replace(_MARK, " ") if isinstance(value, str) else value.isoformat()


def _read(row: str) -> Row:
    name, *cells = row.split(_MARK)
    kind = _KINDS[name]
    return kind(*(date.fromisoformat(cell) if field.name in ("day", "at") else cell
                  for field, cell in zip(fields(kind), cells, strict=False)))  # type: ignore[arg-type]  # fmt: skip


TYPICAL = (
    (),
    rows_of((Subscription("", "长寿", "n15-4", date(2026, 8, 3)), Said("", "w2026-1", "submitted", date(2026, 8, 20)))),
    rows_of((Recorded("重庆某某建材有限公司", "2026", "returned", date(2026, 8, 20)),)),
)
RECALL = Recall(key=KEPT, prompt="", cites=HELP, query=KEPT, typical=TYPICAL)
"""要看库里记着的提醒。"""
