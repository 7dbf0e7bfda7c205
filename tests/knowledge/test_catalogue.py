"""catalogue.csv 与通知附件3逐格相同；这里另写一个读法，不用产品的代码读通知。"""

from collections import Counter
from datetime import date
from pathlib import Path

import knowledge

NOTICE = Path(__file__).parent.parent / "notice-2024.txt"
RULES = knowledge.on(date(2026, 11, 24))


def printed_cells() -> list[tuple[str, int, str, str, str]]:
    """通知附件3的每一格：名录、序号、行业、分支、等级。单元格以制表符开头，没有制表符的行接在上一格后面。"""
    cells: list[str] = []
    inside = False
    for line in NOTICE.read_text("utf-8").split("\n"):
        if line.startswith("\t三、民生保障类"):
            break
        if line.startswith("\t一、国家行业标准"):
            inside = True
        if inside and line.startswith("\t"):
            cells.append(line.strip())
        elif inside and line.strip():
            cells[-1] += line.strip()
    found: list[tuple[str, int, str, str, str]] = []
    name, width, row, no, industry = "", 0, [], 0, ""
    for cell in cells:
        if "行业标准" in cell:
            name, width, row = ("国家", 7, []) if cell.startswith("一") else ("地方", 6, [])
        elif cell not in ("序号", "行业类型", "行业分支", "管控类型"):
            row.append(cell)
        if len(row) == width:
            if row[0]:
                no, industry = int(row[0]), row[1]
            found += [(name, no, industry, row[2], tier) for tier in row[3:] if tier]
            row = []
    return found


def test_every_cell_is_the_notice_s() -> None:
    """325 格逐格相同，先后也相同。"""
    held = [
        (item["list"], item["no"], item["industry"], item["branch"], tier["tier"])
        for item in RULES.catalogue()
        for tier in item["tiers"]
    ]
    assert printed_cells() == held
    assert len(held) == 325


def test_counts_of_industries_and_branches() -> None:
    """国家 39 个行业 95 个分支，地方 10 个行业 11 个分支。"""
    industries = Counter(industry.list for industry in RULES.industries.values())
    branches = Counter(branch.list for branch in RULES.branches.values())
    assert Counter({"国家": 39, "地方": 10}) == industries
    assert Counter({"国家": 95, "地方": 11}) == branches


def test_schemes_of_tiers_belong_to_the_branch() -> None:
    """各等级体系的分支数与通知相同；同一行业里混排的有 15 个。"""
    schemes = Counter("/".join(branch.tiers) for branch in RULES.branches.values())
    assert {
        "A/B/C/D": 46,
        "A/B/C": 18,
        "A/B（B-）/C/D": 1,
        "绩效引领/非绩效引领": 24,
        "其他": 6,
        "地方A/地方B/地方C": 7,
        "地方绩效引领/地方非绩效引领": 4,
    } == dict(schemes)
    mixed = [
        industry.id for industry in RULES.industries.values() if len({branch.tiers for branch in industry.branches}) > 1
    ]
    assert [*(f"国{no}" for no in (1, 3, 4, 15, 16, 17, 18, 19, 20, 22, 28, 32, 34, 36)), "地2"] == mixed


def test_names_broken_over_lines_are_joined() -> None:
    """被换行切断的八个名称接回，中间没有空格。"""
    names = {branch.name for branch in RULES.branches.values()} | {i.name for i in RULES.industries.values()}
    joined = {
        "短流程钢铁", "人造板制造", "岩矿棉制品深加工", "粉末涂料制造工业", "粉末涂料家具制造", "三聚氰胺板式家具",
        "汽车整车制造工业", "沥青混合料搅拌站",
    }  # fmt: skip
    assert set() == joined - names


def test_branch_ids_follow_the_notice_s_order() -> None:
    """分支 id 由名录、序号和行业内的先后构成。"""
    assert ("水泥制品", "国15") == (RULES.branches["n15-4"].name, RULES.branches["n15-4"].industry_id)
    assert ("沥青混合料搅拌站", "地6") == (RULES.branches["p6-1"].name, RULES.branches["p6-1"].industry_id)
    assert "附件3 二 6" == RULES.branches["p6-1"].cite.clause
