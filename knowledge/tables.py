"""指标表：一行是一个分支的一项要求在一个等级上要什么；按分支和日期拼成表，查的时候不再算。"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from knowledge.records import Branch, Change, Citation, Clause, Indicator, Period, Requirement, Source, Table
from knowledge.rows import Report, Row, csv_rows

if TYPE_CHECKING:
    from knowledge.held import Held

COLUMNS = "branch,dimension,requirement,tier,text,value,unit,source,clause,from,until"
INDICATORS = "indicators/"
"""各张表在数据文件夹里的哪里。"""
DIMENSIONS = (
    "装备水平", "污染治理技术", "排放限值", "无组织排放", "监测监控水平", "环境管理水平", "运输方式", "运输监管",
)  # fmt: skip
ALERTS = "预警措施"
"""不参加评级的一类行：预警时怎么减。"""
LEVELS = ("黄色", "橙色", "红色")
NOTHING = "不作要求"
EVERY = "*"
"""写在 branch 一格里：各个分支都要。"""


def indicator_rows(folder: Path, report: Report) -> Iterator[Row]:
    """各张指标表（`indicators/*.csv`）的各行。"""
    for path in sorted((folder / INDICATORS).glob("*.csv")):
        yield from csv_rows(folder, f"{INDICATORS}{path.name}", COLUMNS, report)


def read_indicator(row: Row) -> tuple[Indicator, Period]:
    """一行和它的有效期；毛病报在行里，坏了的 `sound` 为假。"""
    dimension = row.choice("dimension", (*DIMENSIONS, ALERTS))
    value, unit = row.text("value", empty=True), row.text("unit", empty=True)
    text, cite = row.text("text"), row.cite()
    indicator = Indicator(
        row.text("branch"), dimension, row.text("requirement"), row.text("tier"), text, value, unit, cite
    )
    if value and not _number(value):
        row.fault("value", f"value 应是一个数，不是“{value}”")
    elif bool(value) != bool(unit):
        row.fault("unit" if value else "value", "value 和 unit 要么都写，要么都空着")
    return indicator, row.period()


def _number(text: str) -> bool:
    whole, point, rest = text.partition(".")
    return text.isascii() and whole.isdigit() and (rest.isdigit() if point else True)


def implied_clauses(
    indicators: "Iterable[Held[Indicator]]", clauses: "Iterable[Held[Clause]]", sources: "Iterable[Held[Source]]"
) -> "Iterator[tuple[Held[Indicator], Clause]]":
    """表里引的、条款文件里还没有的条款：它的文字就是表里引它的各行；连同头一行。

    有原文的文件不在其列：原文里没有的条款就是没有。没有登记的文件也不在。文件读过原件，这样的条款也只算据转载：
    只有填表的人见过；对过原件以后写进条款文件，才算读过。
    """
    known, quoted = set(), set()
    for clause in clauses:
        known.add(clause.record.cite)
        if clause.record.quoted:
            quoted.add(clause.record.cite.source)
    registered = {source.record.id for source in sources}
    said: dict[Citation, list[Held[Indicator]]] = {}
    for row in indicators:
        cite = row.record.cite
        if cite not in known and cite.source in registered and cite.source not in quoted:
            said.setdefault(cite, []).append(row)
    for cite, rows in said.items():
        lines = (f"{row.record.requirement} {row.record.tier}：{row.record.text}" for row in rows)
        text = "\n".join(dict.fromkeys(lines))
        yield rows[0], Clause(cite, cite.clause, text, quoted=False, confidence="B")


@dataclass(frozen=True, slots=True)
class Tables:
    """一天的各张表，建好了的；`every` 是各天的行，只有比较先后时才用。"""

    day: date
    tables: Mapping[str, Table]
    gate: tuple[Indicator, ...]
    measures: Mapping[tuple[str, str, str], Indicator]
    every: "Sequence[Held[Indicator]]"

    @classmethod
    def of(
        cls,
        day: date,
        every: "Sequence[Held[Indicator]]",
        branches: Mapping[str, Branch],
        sources: Mapping[str, Source],
        clauses: Mapping[Citation, Clause],
    ) -> "Tables":
        """拼好这一天的表；据转载的文件或条款，表就是据转载的。"""

        def sure(cite: Citation) -> bool:
            """读过原件没有。"""
            source, clause = sources.get(cite.source), clauses.get(cite)
            return source is not None and clause is not None and (source.confidence, clause.confidence) == ("A", "A")

        now = [held.record for held in every if held.period.holds(day)]
        grouped: dict[str, list[Indicator]] = {}
        for row in now:
            if row.dimension != ALERTS and row.branch in branches:
                grouped.setdefault(row.branch, []).append(row)
        return cls(
            day,
            {id: _table(branches[id], rows, sure) for id, rows in grouped.items()},
            tuple(row for row in now if row.branch == EVERY and row.dimension != ALERTS),
            {(row.branch, row.tier, row.requirement): row for row in now if row.dimension == ALERTS},
            every,
        )

    def changes(self, branch_id: str, since: date) -> tuple[Change, ...]:
        """这个分支（连同各分支都要的）从 `since` 那天到这一天变了的各行，按维度和要求的次序。"""
        before, after = (self._rows(branch_id, day) for day in (since, self.day))
        return differences(before, after)

    def _rows(self, branch_id: str, day: date) -> list[Indicator]:
        return [
            held.record for held in self.every if held.record.branch in (branch_id, EVERY) and held.period.holds(day)
        ]


def differences(before: Iterable[Indicator], after: Iterable[Indicator]) -> tuple[Change, ...]:
    """两批行比下来，要的不同的、先前没有的、后来没有的，按维度的次序；只换了出处的不算。"""
    old, new = _keyed(before), _keyed(after)
    order = (*DIMENSIONS, ALERTS)
    changes = []
    for key in sorted(dict.fromkeys((*old, *new)), key=lambda key: order.index(key[1])):
        was, now = old.get(key), new.get(key)
        if _asked(was) != _asked(now):
            changes.append(Change(key[2], key[3], was, now))
    return tuple(changes)


def in_order(rows: "Iterable[Held[Indicator]]") -> list[Indicator]:
    """按起始日的先后，不管写在表里的上面还是下面；几个时期的，后来的管用。"""
    return [held.record for held in sorted(rows, key=lambda held: held.period.start)]


def _keyed(rows: Iterable[Indicator]) -> dict[tuple[str, str, str, str], Indicator]:
    return {(row.branch, row.dimension, row.requirement, row.tier): row for row in rows}


def _asked(row: Indicator | None) -> tuple[str, str, str] | None:
    return (row.text, row.value, row.unit) if row else None


def _table(branch: Branch, rows: Sequence[Indicator], sure: Callable[[Citation], bool]) -> Table:
    held: dict[str, dict[str, list[Indicator]]] = {name: {} for name in DIMENSIONS}
    for row in rows:
        held[row.dimension].setdefault(row.requirement, []).append(row)
    requirements = []
    for dimension, named in held.items():
        for id, given in named.items():
            if asks := tuple((tier, row) for tier in branch.tiers for row in given if asking(row, tier)):
                requirements.append(Requirement(id, dimension, asks))
    confidence: Literal["A", "B"] = "A" if all(sure(row.cite) for row in rows) else "B"
    missing = tuple(name for name, named in held.items() if not named)
    return Table(branch.id, tuple(requirements), not missing, missing, confidence)


def asking(row: Indicator, tier: str) -> bool:
    """这一行是不是这个等级的要求。"""
    return row.tier == tier and row.text != NOTHING
