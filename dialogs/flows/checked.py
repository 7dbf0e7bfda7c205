"""一个分支对着指标表对完了：答了什么、还差什么、等级在哪个范围。"""

from dataclasses import dataclass

from dialogs.assessment import Answered
from dialogs.cites import joined
from knowledge.assess import Verdict
from knowledge.records import Branch, Citation, Requirement, Table


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """一个分支对完了：`short` 是想评的那一档没达到的各项。"""

    branch: Branch
    table: Table
    wish: str
    answers: tuple[Answered, ...]
    short: tuple[Requirement, ...]
    verdict: Verdict
    decided: bool = True
    """`wish` 是不是本人想评的；没定的，是对照的最高一档。"""

    @property
    def seen(self) -> str:
        """表里有的几个维度。"""
        return "、".join(dict.fromkeys(each.dimension for each in self.table.requirements))

    @property
    def beyond(self) -> bool:
        """想评的那一档没有对不上的，比它高的没有问过：说不出最高到哪一档。"""
        tiers = self.branch.tiers
        high, wish = (tiers.index(each) if each in tiers else 0 for each in (self.verdict.high, self.wish))
        return not self.table.whole and high < wish

    @property
    def most(self) -> str:
        """只有部分指标的，说到哪一档。"""
        return f"{self.wish}档没有对不上的，再高的没有问" if self.beyond else f"最高到 {self.verdict.high}"

    @property
    def told(self) -> bool:
        """有一项说了做到、没做到：没有问到的、都不清楚的，说不出最高到哪一档。"""
        return any(each.status in ("met", "unmet") for each in self.answers)

    @property
    def apart(self) -> int:
        """说不涉及的有几项。"""
        return len({each.requirement for each in self.answers if each.status == "na"})

    @property
    def grounds(self) -> tuple[Citation, ...]:
        """结果里说到的各项的出处。"""
        verdict = self.verdict
        rows = [(one, self.wish) for one in self.short]
        rows += [(one, verdict.target) for one in (*verdict.fixes, *verdict.confirm)]
        return joined(tuple(row.cite for one, tier in rows if (row := one.at(tier))))

    @property
    def cites(self) -> tuple[Citation, ...]:
        """分支和表里各行的出处。"""
        return joined((self.branch.cite,), tuple(row.cite for each in self.table.requirements for _, row in each.asks))
