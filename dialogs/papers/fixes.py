"""先补什么：有整张指标表的分支，照短板原则算出最少补哪几项；没有表的算不出，就不说。"""

from dataclasses import dataclass

from dialogs.assessment import Assessment, Line
from knowledge.assess import assess
from knowledge.records import Citation
from knowledge.rules import Rules


@dataclass(frozen=True, slots=True)
class Fix:
    """要补的一项：目标那一档要什么；`unsure` 为真是还不清楚做到没有。"""

    requirement: str
    asks: str
    cite: Citation
    unsure: bool


@dataclass(frozen=True, slots=True)
class Fixes:
    """补齐 `rows` 即可达到 `target`；`target` 为空是已经最高了。"""

    target: str
    rows: tuple[Fix, ...]


def fixes(assessment: Assessment, line: Line, rules: Rules) -> Fixes | None:
    """这条线最少补哪几项；没有整张指标表，或逐条的都没有答，是 None。"""
    table = rules.table(line.branch)
    own = (each for each in assessment.requirements if each.branch == line.branch)
    given = {(each.tier, each.requirement): each.status for each in own}
    if table is None or not table.whole or not given:
        return None
    verdict = assess(table, rules.branches[line.branch].tiers, given)
    rows = [
        Fix(each.id, row.text, row.cite, unsure)
        for unsure, group in ((False, verdict.fixes), (True, verdict.confirm))
        for each in group
        if (row := each.at(verdict.target)) is not None
    ]
    return Fixes(verdict.target, tuple(rows))
