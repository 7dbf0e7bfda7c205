"""手写的几次自评：水泥制品的短的一种、两条线的，和一张想象的整张指标表的长的一种。"""

from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

import knowledge
from dialogs.assessment import Answered, Assessment, Line
from dialogs.records import Facts, Known, Window
from knowledge.records import Citation, Indicator, Requirement, Table
from knowledge.rules import Rules

NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
NAME = "重庆<某某>建材&砂浆有限公司 {{ 7*7 }} '\"=1+1"
"""名称里什么都可能有：一个字也不能丢，也不能当成别的。"""
KNOWN = Known("永川区", ("n15-4",), NAME, "91500116MA5U123453", "", "绩效引领")
WINDOW = Window("w2026-1", "2026年申报", date(2026, 8, 1), date(2026, 12, 31), source="区局通知")
BOARDS = (
    ("fugitive", "unmet"),
    ("online", "met"),
    ("gate.门禁视频系统", "met"),
    ("gate.门禁视频保存", "unmet"),
    ("gate.车辆电子台账", "unknown"),
    ("transport", "met"),
    ("transport_control", "met"),
    ("monitoring", "unmet"),
    ("ldar", "na"),
    ("treatment", "met"),
    ("limits", "unknown"),
    ("management", "met"),
)
ITEMS = (("六 2.1", "met"), ("六 2.3", "na"), ("六 2.4", "unmet"), ("六 2.12", "unknown"))
SHORT = Assessment((Line("n15-4", "绩效引领"),), "no", BOARDS, ITEMS)
"""水泥制品，没有指标表。"""
TWO_LINES = Assessment((Line("n15-4", "绩效引领"), Line("p6-1", "地方B")), "yes", BOARDS[:4], ITEMS[:2])
"""商混站带沥青拌和。"""
_CITE = Citation("mee-2020-340", "指标维度")
_DIMENSIONS = "装备水平 污染治理技术 排放限值 无组织排放 监测监控水平 环境管理水平 运输方式 运输监管".split()


def facts(known: Known = KNOWN, *windows: Window, now: datetime = NOW) -> Facts:
    """这一天，这个厂，这些窗口。"""
    return Facts(now, windows, known)


def full(branch: str = "n15-1") -> Rules:
    """水泥熟料有了整张表：八个维度各一项，A、B、C 各要一样，D 不作要求。"""
    rules = knowledge.on(NOW.date())
    requirements = tuple(
        Requirement(
            f"{name}要求",
            name,
            tuple((t, Indicator(branch, name, f"{name}要求", t, f"{name}做到{t}档<样>", "", "", _CITE)) for t in "ABC"),
        )
        for name in _DIMENSIONS
    )
    table = Table(branch, requirements, True, (), "B")
    tables = replace(rules._tables, tables=MappingProxyType({**rules._tables.tables, branch: table}))
    return replace(rules, _tables=tables)


LONG = Assessment(
    (Line("n15-1", "B", "D", "C"),),
    "unknown",
    requirements=(
        *(Answered("n15-1", "B", f"{name}要求", "met") for name in _DIMENSIONS[:5]),
        Answered("n15-1", "B", "环境管理水平要求", "unmet"),
        Answered("n15-1", "C", "环境管理水平要求", "met"),
        Answered("n15-1", "B", "运输方式要求", "unmet"),
        Answered("n15-1", "C", "运输方式要求", "unmet"),
        Answered("n15-1", "B", "运输监管要求", "unknown"),
    ),
)
"""水泥熟料想评 B：两项没达到，一项不清楚，其余达到。"""
