"""一次自评说了什么：存成结果，文书、值守台和统计都从这里读回来。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from dialogs.rating import SAID, Status
from dialogs.records import Value

Veto = Literal["no", "yes", "unknown"]
BETTER = frozenset("A B（B-） B B- 绩效引领 地方A 地方B 地方绩效引领".split())
"""B级及以上的各档（附件3的写法）：要问运输门禁。"""


@dataclass(frozen=True, slots=True)
class Line:
    """一条生产线：分支、想评的等级；有整张指标表的，`high`、`low` 是按回答还可能的最高和最低一档。

    只有部分指标的，`low` 是空的；没有指标表的、比想评的还高的档没有问过的，两个都是空的。
    """

    branch: str
    wish: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """指标表里的一项要求在一个等级上的回答。"""

    branch: str
    tier: str
    requirement: str
    status: Status


@dataclass(frozen=True, slots=True)
class Assessment:
    """`boards` 是短板各项（boards.csv 的 id；HJ 1321 的几项是“gate.要求名”）的回答，`items` 是附件5 六 2.1—2.12 的。

    `dimensions` 是对着指标表，想评的那一档没达到的各个维度；`factory` 是当时说的厂：名称、信用代码、区县的 id。
    """

    lines: tuple[Line, ...]
    veto: Veto
    boards: tuple[tuple[str, Status], ...] = ()
    items: tuple[tuple[str, Status], ...] = ()
    requirements: tuple[Answered, ...] = ()
    dimensions: tuple[str, ...] = ()
    factory: tuple[str, str, str] = ("", "", "")

    @property
    def short(self) -> tuple[str, ...]:
        """说了没做到的短板各项的 id，和没达到的各个维度。"""
        return (*(id for id, status in self.boards if status == "unmet"), *self.dimensions)

    def verdict(self) -> tuple[tuple[str, Value], ...]:
        """写成结果；`of` 读得回来。"""
        return (
            ("branches", tuple(line.branch for line in self.lines)),
            ("wishes", tuple(line.wish for line in self.lines)),
            ("low", tuple(line.low for line in self.lines)),
            ("high", tuple(line.high for line in self.lines)),
            ("veto", self.veto),
            ("boards", _joined(self.boards)),
            ("items", _joined(self.items)),
            ("requirements", _joined((f"{a.branch}|{a.tier}|{a.requirement}", a.status) for a in self.requirements)),
            ("dimensions", self.dimensions),
            ("short", self.short),
            ("factory", self.factory),
        )

    @classmethod
    def of(cls, verdict: Mapping[str, Value]) -> "Assessment":
        """从存下的结果读回来；没有的各项是空的，不认识的略过。"""
        columns = (_texts(verdict, name) for name in ("branches", "wishes", "low", "high"))
        lines = tuple(Line(*cells) for cells in zip(*columns, strict=True))
        veto = verdict.get("veto")
        return cls(
            lines,
            cast(Veto, veto) if veto in ("no", "yes") else "unknown",
            statuses(_texts(verdict, "boards")),
            statuses(_texts(verdict, "items")),
            tuple(
                Answered(parts[0], parts[1], parts[2], status)
                for key, status in statuses(_texts(verdict, "requirements"))
                if len(parts := key.split("|", 2)) == 3
            ),
            _texts(verdict, "dimensions"),
            _factory(*_texts(verdict, "factory")[:3]),
        )


def owned(verdict: Mapping[str, Value]) -> tuple[str, str, str]:
    """一次自评是谁的：说的厂名、各条线的分支和想评的档，都以空格隔开。"""
    name, *_ = (*_texts(verdict, "factory"), "")
    return name, " ".join(_texts(verdict, "branches")), " ".join(filter(None, _texts(verdict, "wishes")))


def _factory(name: str = "", code: str = "", district: str = "") -> tuple[str, str, str]:
    return name, code, district


def statuses(said: Iterable[str]) -> tuple[tuple[str, Status], ...]:
    """“六 2.1=met” → (“六 2.1”, “met”)；状态不认识的略过。"""
    split = (each.rpartition("=") for each in said)
    return tuple((id, status) for id, _, status in split if status in SAID)


def _joined(statuses: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{id}={status}" for id, status in statuses)


def _texts(verdict: Mapping[str, Value], name: str) -> tuple[str, ...]:
    value = verdict.get(name, ())
    return tuple(map(str, value)) if isinstance(value, tuple | list) else ()
