"""自评的每个答案，归到附件5的哪一项，怎么说给人看。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dialogs.assessment import Answered, Assessment
from knowledge.records import Citation, OutlineItem
from knowledge.rules import Rules

EQUIPMENT = "六 2.12"
"""“装备水平”在附件5里叫“装备工艺水平”；别的维度由 boards.csv 说对着哪一项。"""
ANSWERED: Mapping[str, str] = MappingProxyType(
    {"met": "已做到", "unmet": "未做到", "unknown": "不清楚", "na": "不涉及", "": "未答"}
)
READY: Mapping[str, str] = MappingProxyType({**ANSWERED, "met": "已备齐", "unmet": "未备齐"})
"""问的是证明材料备齐没有的那几项。"""
HELD: Mapping[str, str] = MappingProxyType(
    {"met": "有", "unmet": "缺", "na": "不涉及", "unknown": "待核实", "": "待核实"}
)


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
    """说明现在做到没有的：点名的短板、各项材料，和想评那一档的逐条指标。"""
    wishes = {(line.branch, line.wish) for line in assessment.lines}
    return tuple(each for each in all_ if not each.branch or (each.branch, each.tier) in wishes)


def on_item(item: OutlineItem, all_: Iterable[Said]) -> tuple[Said, ...]:
    """归到附件5这一项的答案。"""
    return tuple(each for each in all_ if each.evidence == item.id)


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
            return Said(row.requirement, status, (row.cite,), _evidence(rules).get("运输监管", ""), asks=row.text)
    return Said(id, status, ())


def _requirement(rules: Rules, given: Answered) -> Said:
    table = rules.table(given.branch)
    for each in table.requirements if table else ():
        row = each.at(given.tier)
        if each.id == given.requirement and row is not None:
            evidence = _evidence(rules).get(each.dimension, "")
            return Said(
                each.id, given.status, (row.cite,), evidence, given.branch, given.tier, each.dimension, row.text
            )
    return Said(given.requirement, given.status, (), "", given.branch, given.tier)


def _evidence(rules: Rules) -> dict[str, str]:
    return {board.title: board.evidence for board in rules.boards} | {"装备水平": EQUIPMENT}
