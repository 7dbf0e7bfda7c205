"""自评的每个答案，归到附件5的哪一项，怎么说给人看。"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from dialogs.assessment import Answered, Assessment
from dialogs.cites import joined
from dialogs.outline import evidence_of
from dialogs.reply import listed
from dialogs.wishing import CELL
from knowledge.records import Citation, OutlineItem
from knowledge.rules import Rules

ANSWERED: Mapping[str, str] = MappingProxyType(
    {"met": "已做到", "unmet": "未做到", "unknown": "不清楚", "na": "不涉及", "": "未答"}
)
READY: Mapping[str, str] = MappingProxyType({**ANSWERED, "met": "已备齐", "unmet": "未备齐"})
"""问的是证明材料备齐没有的那几项。"""
DONE, UNDONE, HELD, LACKING = "做到了，材料待备", "没做到", "有", "缺"
NOT_INVOLVED, UNSURE, UNASKED = "不涉及", "待核实", "没问到"
STATES = (UNDONE, LACKING, UNSURE, DONE, HELD, NOT_INVOLVED, UNASKED)
"""文书里一项的状态。“有”“缺”只说证明材料，问过备齐没有的才写；问的是做到没有的，写“做到了，材料待备”或“没做到”。"""
_STATES: Mapping[str, str] = MappingProxyType(
    {"met": DONE, "unmet": UNDONE, "na": NOT_INVOLVED, "unknown": UNSURE, "": UNASKED}
)
_MATERIAL: Mapping[str, str] = MappingProxyType({**_STATES, "met": HELD, "unmet": LACKING})


@dataclass(frozen=True, slots=True)
class Said:
    """一项答案：问的什么、怎么答的、出处、证明材料是附件5的哪一项；逐条指标的还有分支、档次和维度。"""

    label: str
    status: str
    cites: tuple[Citation, ...]
    evidence: str = ""
    branch: str = ""
    tier: str = ""
    dimension: str = ""
    asks: str = ""
    material: bool = False
    """问的是证明材料备齐没有；别的问的是做到没有。"""

    @property
    def words(self) -> str:
        """怎么答的。"""
        return (READY if self.material else ANSWERED)[self.status]


@dataclass(frozen=True, slots=True)
class Point:
    """文书里算一项的：点名的一项短板、附件5的一项材料，整张指标表的一项要求（只有一部分指标的，一个维度）。

    各份文书都照它数，聊天里的也一样，所以数得一样。
    """

    label: str
    said: tuple[Said, ...]

    @property
    def status(self) -> str:
        """几个答案合成一个。"""
        return combined(each.status for each in self.said)

    @property
    def state(self) -> str:
        """STATES 里的一个。"""
        return (_MATERIAL if self.material else _STATES)[self.status]

    @property
    def unit(self) -> str:
        """数的是什么：逐项对过指标表的，数的是要求。"""
        return "项要求" if self.said[0].dimension not in ("", self.label) else "项"

    @property
    def material(self) -> bool:
        """问的是证明材料备齐没有。"""
        return self.said[0].material

    @property
    def evidence(self) -> str:
        """证明材料是附件5的哪一项；附件5没有单列的是空的。"""
        return self.said[0].evidence

    @property
    def cites(self) -> tuple[Citation, ...]:
        """各个答案的出处。"""
        return joined(*(each.cites for each in self.said))

    @property
    def words(self) -> str:
        """怎么答的；逐条指标的，一条一条说。"""
        alone = len(self.said) == 1 and self.said[0].label == self.label
        return self.said[0].words if alone else "；".join(f"{each.label}：{each.words}" for each in self.said)


def answers(assessment: Assessment, rules: Rules) -> tuple[Said, ...]:
    """自评的全部答案，次序就是问的次序。"""
    outline = {item.id: item for item in rules.outline}
    boards = tuple(_board(rules, id, status) for id, status in assessment.boards)
    items = tuple(
        Said(outline[id].title, status, (outline[id].cite,), id, material=True)
        for id, status in assessment.items
        if id in outline
    )
    asked = tuple(_requirement(rules, each) for each in assessment.requirements)
    return (*boards, *items, *asked)


def wished(all_: Iterable[Said], assessment: Assessment) -> tuple[Said, ...]:
    """说明现在做到没有的：点名的短板、各项材料，和想评那一档的逐条指标；没定想评哪档的，是头一个对照的那一档。"""
    first = {each.branch: each.tier for each in reversed(assessment.requirements)}
    wishes = {(line.branch, line.wish or first.get(line.branch, "")) for line in assessment.lines}
    wishes |= {(id, CELL) for id, wish in wishes if wish in ("B", "B-")}
    return tuple(each for each in all_ if not each.branch or (each.branch, each.tier) in wishes)


def points(all_: Iterable[Said], assessment: Assessment) -> tuple[Point, ...]:
    """答案照“算一项”的归拢，次序就是问的次序；有整张指标表的一项要求一项，不然同一维度的几条是一项。"""
    whole = {line.branch for line in assessment.lines if line.low}
    found: dict[tuple[str, str, bool], list[Said]] = {}
    for each in all_:
        own = (each.branch, each.label) if each.branch in whole else ("", each.dimension or each.label)
        found.setdefault((*own, each.material), []).append(each)
    return tuple(Point(label, tuple(said)) for (_, label, _), said in found.items())


def many(some: Sequence[Point]) -> str:
    """有几项：“3 项”“3 项要求”。"""
    units = {each.unit for each in some}
    return f"{len(some)} {units.pop() if len(units) == 1 else '项'}"


def in_state(all_: Iterable[Point], *states: str) -> tuple[Point, ...]:
    """这几种状态的各项。"""
    return tuple(each for each in all_ if each.state in states)


def named(some: Iterable[Point]) -> str:
    """各项的名称，用顿号隔开；自己就带顿号的加引号，数得清是几项。"""
    return listed(each.label for each in some)


def on_item(item: OutlineItem, all_: Iterable[Point]) -> tuple[Point, ...]:
    """归到附件5这一项的各项。"""
    return tuple(each for each in all_ if each.evidence == item.id)


def unlisted(all_: Iterable[Point], rules: Rules) -> tuple[Point, ...]:
    """附件5没有单列的各项。"""
    listed = {item.id for item in rules.outline}
    return tuple(each for each in all_ if each.evidence not in listed)


def combined(statuses: Iterable[str]) -> str:
    """几个答案合成一个：有一个没做到就是没做到，有一个不清楚就是不清楚；都不涉及才是不涉及。"""
    given = tuple(statuses)
    for status in ("unmet", "unknown", ""):
        if status in given:
            return status
    return "met" if "met" in given else "na" if given else ""


def _board(rules: Rules, id: str, status: str) -> Said:
    for board in rules.boards:
        if board.id == id:
            return Said(board.title, status, board.cites, board.evidence)
    for row in rules.gate:
        if id == f"gate.{row.requirement}":
            return Said(row.requirement, status, (row.cite,), evidence_of(rules).get("运输监管", ""), asks=row.text)
    return Said(id, status, ())


def _requirement(rules: Rules, given: Answered) -> Said:
    table = rules.table(given.branch)
    for each in table.requirements if table else ():
        row = each.at(given.tier)
        if each.id == given.requirement and row is not None:
            evidence = evidence_of(rules).get(each.dimension, "")
            return Said(
                each.id, given.status, (row.cite,), evidence, given.branch, given.tier, each.dimension, row.text
            )
    return Said(given.requirement, given.status, (), "", given.branch, given.tier)
