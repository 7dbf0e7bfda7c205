"""自评的头一问：近一年受过处罚没有；“前年罚过，近一年没有”“去年10月罚过”按今天算得清就算，算不清就问清楚。"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dialogs.steps import Choice, Choose
from knowledge.records import Citation

VETOED = (Citation("mee-2020-340", "一票否决"),)
_FINED = re.compile(r"罚|处分|查处|立案|遭过|被查")
_NEARLY = re.compile(r"差点|险些|怕")
_OTHER = re.compile(r"安监|应急局|消防|税务|市监|工商|交警|质监|卫健|社保")
"""别的部门罚的，不是环保的。"""
_NEVER = re.compile(
    r"(?:没|莫|冇|(?<!先)未|从来|从没|不得)(?!批)[^，。]{0,4}(?:罚|处分|受过|遭过|遭得|被查)|"
    r"^(?:我们|我厂|都|也|一直|从来?|近一年|一年内|这一年|今年)*(?:没|莫|无)[有得]?[过哦嘛的哈]*$|清白|老实"
)
_LATELY = re.compile(r"近一年|这一年|一年内|一年之内|这两年|最近一年|一年来")
_LONG_AGO = re.compile(r"前年|大前年|[两二三四五六几好][几]?年[以之]?前|早些年|早几年|以前")
_WHEN = re.compile(r"(今年|去年|20\d\d年?)?[^\d]{0,2}(\d{1,2})月")
_YEAR = re.compile(r"(20\d\d)年?")
_CLAUSES = re.compile(r"[，,。；;！!]|但是?|不过")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetoed(Choose):
    """近一年受过处罚没有；`today` 是今天，满没满一年从它算。"""

    today: date

    def parse(self, said: str) -> str | None:
        """分句来看：近一年没有的就是没有，说了日子的按日子。"""
        clauses = [clause for clause in _CLAUSES.split(said) if clause]
        found = [self._clause(clause) for clause in clauses]
        lately = any(_LATELY.search(clause) and _NEVER.search(clause) for clause in clauses)
        if lately or (found and found[0] == "no" and not {"yes", "unclear"}.intersection(found)):
            return "no"
        if "unclear" in found or {"yes", "no"} <= set(found):
            return None  # 说了“有”又是一年前的事：问清楚
        return next((each for each in ("yes", "no", "unknown") if each in found), None)

    def unread(self, said: str) -> str:
        if not _FINED.search(said):
            return ""
        if _OTHER.search(said):
            return "这里问的是环保上的处罚：有就回“有”，没有就回“没有”。"
        return "哪一年哪个月罚的？到今天不满一年的回“有”，满了一年的回“没有”。"

    def _clause(self, clause: str) -> str:
        if picked := Choose.exact(self, clause):
            return picked
        if _NEVER.search(clause):
            return "no"
        if not _FINED.search(clause) or _NEARLY.search(clause):
            return ""
        if _OTHER.search(clause) and "环保" not in clause:
            return "unclear"
        if dated := _WHEN.search(clause):
            return self._dated(dated[1] or "", int(dated[2]))
        if year := _YEAR.search(clause):
            years = self.today.year - int(year[1])
            return "yes" if years <= 0 else "no" if years > 1 else "unclear"
        if _LONG_AGO.search(clause):
            return "no"
        return "unclear" if "去年" in clause else "yes"

    def _dated(self, year: str, month: int) -> str:
        """那个月的头一天和末一天都满了一年才算满，都不满才算不满。"""
        if not 1 <= month <= 12:
            return "unclear"
        named = {"今年": self.today.year, "去年": self.today.year - 1}.get(year)
        years = int(year[:4]) if year.startswith("20") else named or self.today.year - (month > self.today.month)
        first = date(years, month, 1)
        last = date(years + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        edge = _a_year_before(self.today)
        return "yes" if first > edge else "no" if last <= edge else "unclear"


@lru_cache(maxsize=64)
def veto(today: date) -> Vetoed:
    """这一天的这一问。"""
    return Vetoed(
        key="veto",
        prompt="近一年内，贵厂有没有因环保违法受过处罚？（例如未批先建、超许可浓度或总量排放、没有按规定装用自动监控；"
        "读到的清单不全）\n这是据转载的一票否决；后面再问行业、想评的档和各项短板，随时可以打“修改”。",
        about="近一年受过处罚没有",
        cites=VETOED,
        choices=(
            Choice("yes", "有", tuple("有过 有的 遭过 遭了 受过 是 是的".split())),
            Choice("no", "没有", tuple("没得 莫得 没 无 没有过 没得过 没遭过 没有受过 不是 从来没有 从没有过".split())),
            Choice("unknown", "不清楚", tuple("不晓得 不知道 记不清 记不得 说不清 搞不醒豁 不太清楚".split())),
        ),
        today=today,
    )


def _a_year_before(today: date) -> date:
    try:
        return today.replace(year=today.year - 1)
    except ValueError:  # 2月29日
        return today.replace(year=today.year - 1, day=28)
