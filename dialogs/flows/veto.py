"""自评的头一问：近一年受过处罚没有；“前年罚过，近一年没有”“去年10月罚过”按今天算得清就算，算不清就问清楚。"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dialogs.fined import doubt, fined
from dialogs.steps import Choice, Choose
from knowledge.records import Citation

VETOED = (Citation("mee-2020-340", "一票否决"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetoed(Choose):
    """近一年受过处罚没有；`today` 是今天，满没满一年从它算。"""

    today: date

    def parse(self, said: str) -> str | None:
        """说得清的算得清；要问清楚的不猜。"""
        reading = Choose.exact(self, said) or fined(said, self.today)
        return reading if reading in ("yes", "no", "unknown") else None

    def unread(self, said: str) -> str:
        return doubt(said, self.today)


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
