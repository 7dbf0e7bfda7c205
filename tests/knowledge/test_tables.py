"""指标表：按分支和日期拼成表；缺维度的是一部分；坏的行逐条指出文件和行号。"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import knowledge
from knowledge.check import check
from knowledge.check_indicators import check_indicators
from knowledge.held import Held
from knowledge.load import HERE, load, with_indicators
from knowledge.records import Citation, Indicator, Period
from knowledge.rules import Rules, rules_of
from knowledge.tables import COLUMNS, DIMENSIONS, differences
from tests.knowledge.data import LARGE, copied

TODAY = date(2026, 11, 24)
RULES = knowledge.on(TODAY)
GUIDE = "mee-2020-340,附表 水泥制品,2024-08-05,"
Written = Callable[..., Rules]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """数据文件夹的一份副本（不含最大的几份），测试可以加表。"""
    return copied(tmp_path, *LARGE)


def write(folder: Path, *rows: str, name: str = "test.csv") -> None:
    """加一张表。"""
    (folder / "indicators" / name).write_text("\n".join((COLUMNS, *rows, "")), "utf-8")


def told(folder: Path) -> list[str]:
    """加了表以后的毛病。"""
    return [f"{fault.line} {fault.message}" for fault in check(folder) if fault.file == "indicators/test.csv"]


def test_casting_is_a_table_in_part() -> None:
    """铸件（天然气炉、电炉）只录了装备水平：缺七个维度，据转载，D 不作要求。"""
    table = RULES.table("n6-2")
    assert table is not None
    assert (False, DIMENSIONS[1:], "B") == (table.whole, table.missing, table.confidence)
    (moulding,) = table.requirements
    assert ("造型制壳", "装备水平", ["A", "B", "C"]) == (moulding.id, moulding.dimension, [t for t, _ in moulding.asks])
    assert None is moulding.at("D")
    asked = moulding.at("B")
    assert asked is not None
    assert ("机械化造型或制壳", Citation("mee-2020-340", "铸件装备")) == (asked.text, asked.cite)


def test_no_rows_no_table() -> None:
    """一行也没有的分支没有表；只有预警措施的也没有；不认识的分支也没有。"""
    assert [None, None, None] == [RULES.table(id) for id in ("n15-4", "n15-1", "没有")]


@pytest.mark.parametrize(("tier", "level", "text", "figure"), [
    ("B", "黄色", "停用国四及以下货车", ""), ("B", "橙色", "减产20%", "20%"), ("B", "红色", "停产", ""),
    ("C", "黄色", "停50%的生产线", "50%"), ("C", "橙色", "停产", ""), ("C", "红色", "停产", ""),
    ("D", "黄色", "停产，并停止公路运输", ""), ("D", "红色", "停产，并停止公路运输", ""),
])  # fmt: skip
def test_measures_of_cement_clinker(tier: str, level: str, text: str, figure: str) -> None:
    """水泥熟料各级预警的措施，带出处。"""
    row = RULES.measures("n15-1", tier, level)
    assert row is not None
    assert (text, figure, Citation("mee-2020-340", "水泥熟料")) == (row.text, row.value + row.unit, row.cite)


def test_measures_that_are_not_loaded() -> None:
    """没有录入的就没有：A 级、别的分支、别的叫法。"""
    assert {None} == {
        RULES.measures(*key) for key in (("n15-1", "A", "黄色"), ("n6-2", "B", "黄色"), ("n15-1", "B", "蓝色"))
    }


def test_the_gate_asks_three_things() -> None:
    """想评 B 级及以上都要问的三件事，数是 12 个月和 24 个月。"""
    assert [("门禁视频系统", ""), ("门禁视频保存", "12个月"), ("车辆电子台账", "24个月")] == [
        (row.requirement, row.value + row.unit) for row in RULES.gate
    ]
    assert {("*", "运输监管", "B")} == {(row.branch, row.dimension, row.tier) for row in RULES.gate}


def test_a_whole_table(folder: Path) -> None:
    """八个维度都有行就是整张；“不作要求”的维度算有，但不是一项要求；次序照维度。"""
    rows = [f"n15-4,{name},{name},绩效引领,不作要求,,,{GUIDE}" for name in reversed(DIMENSIONS[1:])]
    write(folder, *rows, f"n15-4,装备水平,密闭,绩效引领,料仓密闭,,,{GUIDE}")
    assert [] == told(folder)
    table = rules_of(load(folder), TODAY).table("n15-4")
    assert table is not None
    assert (True, (), ["密闭"]) == (table.whole, table.missing, [each.id for each in table.requirements])


def test_a_clause_not_written_down_yet_is_its_rows(folder: Path) -> None:
    """表里引的条款，条款文件里没有的，文字就是表里的行，文件读过原件也只算据转载；通知有原文，原文没有的条款就是没有。"""
    write(folder, f"n15-4,装备水平,密闭,绩效引领,料仓密闭,,,{GUIDE}")
    rules = rules_of(load(folder), TODAY)
    clause = rules.clause(Citation("mee-2020-340", "附表 水泥制品"))
    assert ("密闭 绩效引领：料仓密闭", False) == (clause.text, clause.quoted)
    assert "环办大气函〔2020〕340号 附表 水泥制品" == rules.basis([clause.cite])
    assert ("A", "B") == (rules.sources["mee-2020-340"].confidence, clause.confidence)
    write(folder, "n15-4,装备水平,密闭,绩效引领,料仓密闭,,,cq-2024-210,附件9,2024-08-05,")
    assert ["2 cq-2024-210 里没有条款“附件9”"] == told(folder)


def test_old_and_new_stand_side_by_side(folder: Path) -> None:
    """旧的关掉、新的接上：那天给那天的；变了的说得出先后，没变的不说。"""
    write(
        folder,
        f"n15-4,运输监管,台账,绩效引领,台账保存12个月,12,个月,{GUIDE}2025-12-31",
        "n15-4,运输监管,台账,绩效引领,台账保存24个月,24,个月,mee-2026-2,附表,2026-01-13,",
        f"n15-4,运输监管,货车,绩效引领,用国五货车,,,{GUIDE}2026-06-30",
        "n15-4,装备水平,密闭,绩效引领,料仓密闭,,,mee-2026-2,附表,2026-01-13,",
        f"n15-4,装备水平,除尘,绩效引领,袋式除尘,,,{GUIDE}2025-12-31",
        "n15-4,装备水平,除尘,绩效引领,袋式除尘,,,mee-2026-2,附表,2026-01-13,",
    )
    assert [] == told(folder)
    rules = rules_of(load(folder), TODAY)
    changes = rules.changes("n15-4", date(2025, 11, 24))
    assert [("密闭", None, "料仓密闭"), ("台账", "台账保存12个月", "台账保存24个月"), ("货车", "用国五货车", None)] == [
        (each.requirement, each.before and each.before.text, each.after and each.after.text) for each in changes
    ]
    assert () == rules.changes("n15-4", date(2026, 7, 1))
    assert () == rules.changes("n15-2", date(2025, 11, 24))
    assert 3 == len(rules.changes("n15-2", date(2022, 12, 31)))


def test_a_changed_source_alone_is_no_change() -> None:
    """要的一样、只换了文件，不算变。"""
    (row, *_) = RULES.gate
    assert () == differences([row], [row])


GOOD = f"n15-4,装备水平,密闭,绩效引领,料仓密闭,,,{GUIDE}"
MONTHS = f"n15-4,运输监管,台账,绩效引领,台账保存12个月,12,个月,{GUIDE}"
CAST = "n6-1,装备水平,造型,{},{},,,mee-2020-340,附表,2024-08-05,"


@pytest.mark.parametrize(("rows", "line", "says"), [
    ((GOOD.replace("n15-4", "n15-9"),), 2, "没有分支“n15-9”"),
    ((GOOD.replace("绩效引领", "B"),), 2, "“水泥制品”没有等级“B”，只能是 绩效引领、非绩效引领"),
    ((GOOD.replace("n15-4", "*").replace("绩效引领", "E"),), 2, "哪个分支都没有等级“E”"),
    ((GOOD.replace("装备水平", "装备"),), 2, "dimension 不认识“装备”"),
    ((GOOD.replace("mee-2020-340", "mee-2027-1"),), 2, "sources.csv 里没有文件“mee-2027-1”，先加一行"),
    ((GOOD.replace("附表 水泥制品", ""),), 2, "clause 空着"),
    ((GOOD.replace("2024-08-05", "2019-01-01"),), 2, "早于所引文件“mee-2020-340”施行"),
    ((GOOD.replace("2024-08-05", "去年"),), 2, "from 不是日期"),
    ((f"{GOOD}2024-08-01",), 2, "早于 from"),
    ((GOOD.replace("密闭,绩效", ",绩效"),), 2, "requirement 空着"),
    ((GOOD.replace("料仓密闭", ""),), 2, "text 空着"),
    ((GOOD.replace("料仓密闭", "密" * 201),), 2, "text 有 201 字，最多 200 字"),
    ((GOOD.replace("密闭,绩效", f"{'密' * 21},绩效"),), 2, "requirement 有 21 字"),
    ((MONTHS.replace(",12,", ",一年,"),), 2, "value 应是一个数，不是“一年”"),
    ((MONTHS.replace(",12,", ",24,"),), 2, "text 里没有写 value 的“24”"),
    ((MONTHS.replace(",个月,", ",,"),), 2, "value 和 unit 要么都写"),
    ((MONTHS.replace(",12,", ",,"),), 2, "value 和 unit 要么都写"),
    ((MONTHS.replace("台账保存12个月", "不作要求"),), 2, "不作要求的不能有 value"),
    ((GOOD, GOOD), 3, "“密闭 绩效引领”与第 2 行重复，有效期重叠"),
    ((CAST.replace("装备水平", "预警措施").format("A", "甲"),), 2, "只能是 黄色、橙色、红色，不是“造型”"),
    ((GOOD.replace("绩效引领", "非绩效引领"),), 2, "非绩效引领 有要求，更好的 绩效引领 却没有写"),
    ((CAST.format("A", "不作要求"), CAST.format("B", "乙")), 2, "B 有要求（第 3 行），更好的 A 却不作要求"),
    ((GOOD, GOOD.replace("装备水平", "运输监管").replace(",绩效引领", ",非绩效引领")), 3, "一项要求只能在一个维度"),
    ((CAST.format("A", "甲"), CAST.format("B", "乙"), CAST.format("C", "甲")), 4, "C 与 A 写法相同，中间的却不同"),
    ((MONTHS.replace("附表 水泥制品", "水泥制品"),), 2, "mee-2020-340 水泥制品 里没有“12”"),
    ((GOOD.replace("2024-08-05,", "2023-01-01,2023-12-31"),), 2, "有效期与 catalogue.csv 里“绩效引领”的对不上"),
    ((f"{GOOD},多一格",), 2, "应有 11 格，却有 12 格"),
])  # fmt: skip
def test_each_fault_is_named_once_by_line(folder: Path, rows: tuple[str, ...], line: int, says: str) -> None:
    """一处毛病说一句，说是第几行。"""
    write(folder, *rows)
    (fault,) = told(folder)
    assert fault.startswith(f"{line} ")
    assert says in fault


def test_a_row_of_another_file_is_named(folder: Path) -> None:
    """与别的表重复的，说出是哪张表第几行。"""
    row = (HERE / "indicators" / "casting.csv").read_text("utf-8").splitlines()[1]
    write(folder, row)
    assert ["2 “造型制壳 A”与 indicators/casting.csv 第 2 行重复，有效期重叠；旧的先写上 until"] == told(folder)


def test_a_better_tier_that_begins_later_is_a_fault() -> None:
    """差的一档先有要求、好的一档过些日子才有：中间那段好的一档等于不作要求，要说出来。"""
    law = load()
    cite = Citation("mee-2020-340", "铸件装备")

    def row(tier: str, start: date) -> Held[Indicator]:
        return Held(Indicator("n6-1", "装备水平", "窑型", tier, f"要{tier}", "", "", cite), Period(start), "t.csv", 2)

    rows = (row("A", date(2026, 12, 31)), row("B", date(2020, 6, 1)), row("C", date(2020, 6, 1)))
    found = [fault.message for fault in check_indicators(with_indicators(law, (*law.indicators, *rows)))]
    assert ["“窑型”B 有要求，更好的 A 在 2020-06-01 那天却没有写"] == found
