"""一张空的指标表（.xlsx）：要填的一页带下拉和样例，另有一页说明每列怎么填。"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sheets import SHEET, TITLES
from knowledge.importing import EXAMPLE
from knowledge.tables import ALERTS, DIMENSIONS, EVERY, LEVELS, NOTHING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from knowledge.records import Branch
    from knowledge.rules import Rules

GUIDE, LISTS = "说明", "清单"
ROOM = 1_000
"""下拉管到第几行。"""
WIDTHS = {
    "branch": 30, "dimension": 14, "requirement": 18, "tier": 12, "text": 52, "value": 9, "unit": 9, "source": 34,
    "clause": 20, "from": 13, "until": 13,
}  # fmt: skip
COLUMNS = (
    ("branch", "哪个行业分支；* 是各个分支都要", "从下拉里选；写附件3的分支名称也行"),
    ("dimension", "哪个维度", f"从下拉里选。“{ALERTS}”不参加评级"),
    (
        "requirement",
        "这项要求的短名，同一项的各档写同一个名字",
        f"20 字以内；同一分支里不重名。{ALERTS}的写 {'、'.join(LEVELS)}",
    ),
    ("tier", "哪一档", "从下拉里选，照附件3印的写。一项要求一档一行"),
    ("text", "这一档要什么", f"照抄文件原文，200 字以内；没有要求的写“{NOTHING}”。差的一档有要求，好的一档也要写"),
    ("value", "原文里的数（可空）", "只写数，例 12；原文里要有这个数。没有数就空着"),
    ("unit", "数的单位（可空）", "例 个月、%、mg/m³；有数就要有单位"),
    ("source", "出自哪个文件", "从下拉里选；没有的，先在 knowledge/sources.csv 里加一行（id、名称、文号、印发日期）"),
    ("clause", "文件里的哪一处", "例 表3、第四条（二）；条款文件里有的写它的 id"),
    ("from", "从哪天起有效", "例 2024-08-05；不早于文件施行"),
    ("until", "有效的最后一天（可空）", "没有查到终止日就空着；换了新文件，旧的行在这里写上末日"),
)
RULES = (
    f"整张表：{'、'.join(DIMENSIONS)}，八个维度每个至少一行，才能定出等级的范围；缺了的只能封顶。",
    f"一个维度没有要求的，写一行：最好的一档，原文“{NOTHING}”。导入时加 --whole，缺的维度就都这样补上。",
    f"要求一栏以“{EXAMPLE}”开头的是样例，不会导入，可以留着，也可以删掉。空行不要紧，列的先后不要紧。",
    "不要合并单元格，不要用公式。文中没有的数、日期、条款，一个也不补。",
    "填好以后：chuangb knowledge import 文件名。有毛病会逐格指出，改好再导；一处不对，就什么也不会写进去。",
)


def write_template(path: Path, rules: "Rules", branch: "Branch | None") -> None:
    """写一张空表；`branch` 是要填的分支，没有就以附件3的头一个作样例。写不了抛 OSError。"""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    chosen = branch or next(iter(rules.branches.values()))
    _lists(book, rules, branch)
    _head(sheet)
    _examples(sheet, chosen)
    _choices(sheet, len(rules.branches) + 1, len(_tiers(rules, branch)), len(rules.sources))
    _guide(book.create_sheet(GUIDE, 1))
    book.save(path)


def _tiers(rules: "Rules", branch: "Branch | None") -> list[str]:
    every = (tier for each in rules.branches.values() for tier in each.tiers)
    return list(branch.tiers if branch else dict.fromkeys(every))


def _lists(book: "Workbook", rules: "Rules", branch: "Branch | None") -> None:
    """下拉的内容放在一张藏起来的页上：太长，写不进格子里。"""
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    columns: tuple[Sequence[str], ...] = (
        [*(_labelled(each) for each in rules.branches.values()), f"{EVERY} 各个分支"],
        (*DIMENSIONS, ALERTS),
        _tiers(rules, branch),
        [f"{each.id} {each.short}" for each in rules.sources.values()],
    )
    for at, values in enumerate(columns, 1):
        for row, value in enumerate(values, 1):
            sheet.cell(row, at, value)


def _labelled(branch: "Branch") -> str:
    return f"{branch.id} {branch.name}"


def _head(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, (column, title) in enumerate(TITLES.items(), 1):
        cell = sheet.cell(1, at, f"{title} {column}")
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color="1F5C4A")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(at)].width = WIDTHS[column]
        for row in range(2, ROOM + 1 if column in ("from", "until", "value") else 2):
            sheet.cell(row, at).number_format = "@"
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _printed(sheet)


def _printed(sheet: "Worksheet") -> None:
    """横着印，宽度正好一页。"""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _examples(sheet: "Worksheet", branch: "Branch") -> None:
    """这个分支的每一档一行，写明是样例，里面没有一个门槛。"""
    from openpyxl.styles import Alignment, Font

    for row, tier in enumerate(branch.tiers, 2):
        last = row == len(branch.tiers) + 1
        text = NOTHING if last and row > 2 else f"（照抄文件里 {tier} 这一档的原文）"
        cells = (
            _labelled(branch), DIMENSIONS[0], f"{EXAMPLE}写要求的短名", tier, text, "", "",
            "（从下拉里选）", "（哪一条、哪张表）", "（生效的第一天）", "",
        )  # fmt: skip
        for at, value in enumerate(cells, 1):
            cell = sheet.cell(row, at, value or None)
            cell.font = Font(italic=True, color="808080")
            cell.alignment = Alignment(vertical="top", wrap_text=True)


def _choices(sheet: "Worksheet", branches: int, tiers: int, sources: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    sizes = {"branch": branches, "dimension": len(DIMENSIONS) + 1, "tier": tiers, "source": sources}
    for list_at, (column, size) in zip("ABCD", sizes.items(), strict=True):
        choice = DataValidation(
            "list", formula1=f"'{LISTS}'!${list_at}$1:${list_at}${size}", allow_blank=True, showErrorMessage=True
        )
        choice.errorTitle, choice.error = "不在下拉里", f"“{TITLES[column]}”请从下拉里选；“{GUIDE}”一页说怎么填"
        choice.errorStyle = "stop" if column in ("dimension", "tier") else "warning"
        letter = "ABCDEFGHIJK"[list(TITLES).index(column)]
        choice.add(f"{letter}2:{letter}{ROOM}")
        sheet.add_data_validation(choice)


def _guide(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font

    rows: list[tuple[str, ...]] = [("指标表怎么填",), (), ("列", "是什么", "怎么写")]
    rows += [(f"{TITLES[column]} {column}", what, how) for column, what, how in COLUMNS]
    rows += [(), *((rule,) for rule in RULES)]
    for number, cells in enumerate(rows, 1):
        for at, value in enumerate(cells, 1):
            cell = sheet.cell(number, at, value)
            cell.alignment = Alignment(vertical="top", wrap_text=len(cells) > 1)
            cell.font = Font(bold=number in (1, 3), size=14 if number == 1 else 11)
    _printed(sheet)
    for letter, width in zip("ABC", (20, 40, 80), strict=True):
        sheet.column_dimensions[letter].width = width
