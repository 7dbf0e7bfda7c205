"""接电话时照着念的话：一句一句念得出口，没有箭头、编号和括号里的出处；出处写在旁边，对方问起再念。"""

import re
from collections.abc import Sequence

from dialogs.flows.reviewing import Placed
from dialogs.flows.when import Declare
from dialogs.reminding import spelled
from knowledge.records import Branch

_STEPS = ("先", "再", "然后", "最后")
_BLANK = re.compile(r"(.+?)（(?:由谁)?没有写明）")
_DISTRICT = "区县审核（申报材料审查、现场审查）"
_MINUS = "和B减"
_NUMBERS = "零一二三四五六七八九十"


def spoken(at: Placed, declare: Declare, materials: Sequence[str]) -> tuple[str, ...]:
    """一个分支念出来的几句：是哪一类、有几档、谁来审、今天能不能报、交什么。"""
    branch = at.branch
    return (
        f"照您说的，是{_plain(branch.name)}，在{branch.list}那张名录的第{branch.no}类{_industry(branch)}。",
        f"{_tiers(branch)}。",
        *map(_review, at.rows),
        to_day(declare),
        f"材料一共{_NUMBERS[len(materials)]}部分：{'、'.join(materials)}。",
        "这些照2024年的通知说；后来有新的部署，以当地最新的通知为准。",
    )


def to_day(declare: Declare) -> str:
    """今天能不能报。"""
    where, window = declare.place, declare.windows[0] if declare.windows else None
    if declare.state == "depends" or window is None:
        if declare.state == "depends":
            return "现在能不能报，要看厂在哪个区县，请问您的厂在哪个区县？"
        return f"{where}现在能不能报，还说不准：我们这里没有登记在用的申报窗口。"
    if declare.state == "open":
        only = f"，{declare.scopes[0]}" if window.industry or window.branch else ""
        return f"{where}现在可以申报{only}，{spelled(window.end)}截止，连今天不算还有{declare.days_left}天。"
    if declare.state == "future":
        return f"{where}现在还不能申报，{spelled(window.start)}开始，{spelled(window.end)}截止。"
    if window.closed is None:
        return f"{where}现在不能申报，登记的窗口{spelled(window.end)}已经结束了。"
    how = "取消了" if window.closed < window.start else "提前关了"
    return f"{where}现在不能申报，登记的窗口{spelled(window.closed)}{how}。"


def _industry(branch: Branch) -> str:
    return "" if branch.industry == branch.name else f"，{_plain(branch.industry)}"


def _plain(name: str) -> str:
    """名字里的括号念不出来，改成逗号。"""
    return name.replace("（", "，").replace("）", "，").strip("，")


def _tiers(branch: Branch) -> str:
    """“它有两档：绩效引领、非绩效引领”。"""
    named = "、".join(branch.tiers).replace("（B-）", _MINUS)
    return f"它只有一档：{named}" if len(branch.tiers) == 1 else f"它有{_count(len(branch.tiers))}档：{named}"


def _count(number: int) -> str:
    return "两" if number == 2 else _NUMBERS[number]


def _review(row: str) -> str:
    """“A、B：区县预审 → 专家现场审查 → …”念成一句；没有写明的，说是哪几个环节。"""
    grades, _, chain = row.partition("：")
    stages = chain.split(" → ")
    blank = [found[1] for stage in stages if (found := _BLANK.fullmatch(stage))]
    known = [stage for stage in stages if not stage.endswith("（没有写明）")]
    said = ["区县来审，材料和现场都审" if each == _DISTRICT else each.partition("（")[0] for each in known]
    steps = [said[0]] if len(said) == 1 else [f"{_step(n, len(said))}{each}" for n, each in enumerate(said)]
    silent = f"；{'和'.join(blank)}由谁来做，通知没有写明" if blank else ""
    return f"评{grades.replace('（B-）', _MINUS)}的，{'，'.join(steps)}{silent}。"


def _step(at: int, count: int) -> str:
    return _STEPS[-1] if at == count - 1 else _STEPS[min(at, 2)]
