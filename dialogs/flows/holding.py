"""问现在是哪一级：没有的那一级说没有，话里说过的不再问，“还没评级”和“不清楚”是两样。"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogs.flows.reviewing import tiers
from dialogs.heard import UNRATED
from dialogs.reading import plain
from dialogs.records import Value
from dialogs.steps import Choice, Choose
from dialogs.wishing import grade_in, levels, same, ungraded
from knowledge.records import Branch

UNSURE = "unsure"
_CALLED = {"绩效引领": ("引领", "引领性"), "非绩效引领": ("非引领", "没引领", "不是引领")}
_NONE = ("没评", "没有", "没得", "没评过", "还没得", "没有等级", "没得等级", "还没评", "没定级", "没评级")
_UNSURE = ("不知道", "不晓得", "搞不清楚", "说不清", "记不得", "忘了", "不清楚是哪级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded(Choose):
    """是哪一级；`branch` 没有的那一级，说没有，列出有哪几档。`assumed` 是话里已经说了的，不再问，改得了。"""

    branch: Branch = field(repr=False)
    assumed: str = ""

    def said(self, answers: Mapping[str, Value]) -> Value | None:
        return answers.get(self.key, self.assumed) or None

    def reopened(self, answers: Mapping[str, Value]) -> dict[str, Value]:
        return {**answers, self.key: ""} if self.assumed else Choose.reopened(self, answers)

    def parse(self, said: str) -> str | None:
        if picked := Choose.parse(self, said):
            return picked
        if ungraded(said) and self.offers(UNRATED):
            return UNRATED
        return _level(self.branch, grade_in(said)) or None

    def unread(self, said: str) -> str:
        stated = grade_in(said)
        if not stated or _level(self.branch, stated):
            return Choose.unread(self, said)
        return lacking(self.branch, stated)


def lacking(branch: Branch, level: str) -> str:
    """“水泥制品”没有A级，有哪几档。"""
    return f"“{branch.name}”没有{level}{'级' * (len(level) == 1)}，{tiers(branch)}。"


def told(said: str) -> str:
    """说做什么的那句话里，还说了现在是哪一级、还是没评级。"""
    bare = plain(said)
    return UNRATED if ungraded(bare) else grade_in(bare)


def _level(branch: Branch, stated: str) -> str:
    """说的是这个分支的哪一级，地方的档不说“地方”也算；没有说、没有这一级是空的。"""
    return next((level for level in levels(branch.tiers) if stated and same(level, stated)), "")


def graded(branch: Branch, stated: str) -> Graded:
    own = levels(branch.tiers)
    assumed = stated if stated == UNRATED else _level(branch, stated)
    missed = lacking(branch, stated) if stated and not assumed else f"好，“{branch.name}”"
    choices = (Choice(level, level, (f"{level}级".lower(), level.lower(), *_CALLED.get(level, ()))) for level in own)
    return Graded(
        key="grade",
        prompt=f"{missed}现在是哪一级？",
        about="现在的等级",
        cites=(branch.cite,),
        choices=(*choices, Choice(UNRATED, "还没评级", _NONE), Choice(UNSURE, "不清楚", _UNSURE)),
        branch=branch,
        assumed=assumed,
    )
