"""里面一场结束了，外面还要接着问的是哪几场。"""

from collections.abc import Sequence

from dialogs.picking import APART
from dialogs.records import Frame, Known
from knowledge.rules import Rules

_SETTLING = ("assess", "alert")
"""到了结果，分支就问清了的流程。"""


def still_open(outer: Sequence[Frame], ended: Frame, known: Known | None, rules: Rules) -> tuple[Frame, ...]:
    """外层还要接着问的几场：自评、预警已经把分支问清了，为同一个行当开的“查行业”不再问。"""
    told = set(known.branches) if known and ended.flow in _SETTLING else set()
    return tuple(each for each in outer if not told or each.flow != "which_grade" or not _cleared(each, told, rules))


def _cleared(frame: Frame, told: set[str], rules: Rules) -> bool:
    """这一场说过的每个行当、认定的每个分支，都在问清了的里面。"""
    for key, value in frame.answers:
        if key.startswith("branch.") and {*str(value).split(APART)} & rules.branches.keys() - told:
            return False
        if key.startswith("business."):
            found = rules.lookup(str(value)).candidates
            ids = {b.id for each in found for b in ((each.branch,) if each.branch else each.industry.branches)}
            if not ids & told:
                return False
    return True
