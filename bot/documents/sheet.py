"""把材料清单写成 .xlsx：一行一项，表头冻结，状态可以选，打印时一页宽、每页重复表头。"""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from bot.documents.word import written
from dialogs.papers.answers import DONE, HELD, LACKING, UNDONE, UNSURE
from dialogs.papers.checklist import CHOICES, HEAD, Checklist
from dialogs.papers.shape import Table

_MORE = ("负责人", "完成日期")
_WIDTHS = (11, 42, 38, 19, 36, 12, 14)
_FILLS = {UNDONE: "F8DAD5", LACKING: "F8DAD5", UNSURE: "FFF3B0", DONE: "EAF4EF", HELD: "DDF0E6"}
ASKED = "逐条指标的答案"
_TOP = 3
"""表头在第几行：上面是标题和一行说明。"""


def xlsx(checklist: Checklist, now: datetime) -> bytes:
    """一份 .xlsx；单元格里都是文字，不当公式。"""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "材料清单"
    head = (*HEAD, *_MORE)
    last = _TOP + len(checklist.entries)
    column = chr(ord("A") + len(head) - 1)
    for row, text, font in ((1, checklist.title, Font(bold=True, size=14)), (2, checklist.about, Font(color="595959"))):
        sheet.merge_cells(f"A{row}:{column}{row}")
        _put(sheet, row, 1, text).font = font
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].alignment = Alignment(wrap_text=True, vertical="center")
    for row, text, size in ((1, checklist.title, 14), (2, checklist.about, 11)):
        sheet.row_dimensions[row].height = _height(((text, sum(_WIDTHS)),), size)
    side = Side(style="thin", color="B8C4C0")
    border = Border(left=side, right=side, top=side, bottom=side)
    rows = [head] + [(e.number, e.title, e.basis, e.state, e.note, "", "") for e in checklist.entries]
    for n, texts in enumerate(rows):
        for m, text in enumerate(texts):
            cell = _put(sheet, _TOP + n, m + 1, text)
            cell.border = border
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if m == 3 else None)
            if n == 0 or not texts[3]:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7EFEC")
        sheet.row_dimensions[_TOP + n].height = _height(zip(texts, _WIDTHS, strict=True))
    for m, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + m)].width = width
    states = f"D{_TOP + 1}:D{last}"
    choice = DataValidation("list", formula1=f'"{",".join(CHOICES)}"', allow_blank=False, showErrorMessage=True)
    choice.error, choice.errorTitle = f"请选：{'；'.join(CHOICES)}", "状态"
    for n, entry in enumerate(checklist.entries, _TOP + 1):
        if entry.state:
            choice.add(f"D{n}")
    sheet.add_data_validation(choice)
    for state, color in _FILLS.items():
        fill = PatternFill("solid", bgColor=color)
        rule: Any = CellIsRule("equal", [f'"{state}"'], fill=fill)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(states, rule)
    sheet.freeze_panes = f"A{_TOP + 1}"
    sheet.auto_filter.ref = f"A{_TOP}:{column}{last}"
    if checklist.asked:
        last = _asked(sheet, checklist.asked, last + 2, border)
    if checklist.check:
        last += 2
        sheet.merge_cells(f"A{last}:{column}{last}")
        _put(sheet, last, 1, checklist.check).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[last].height = _height(((checklist.check, sum(_WIDTHS)),))
    _print(sheet, f"A1:{column}{last}")
    about = book.properties
    about.title, about.creator, about.lastModifiedBy = written(checklist.title), "创B争A 向导", "创B争A 向导"
    about.created = about.modified = now.replace(tzinfo=None)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _asked(sheet: Any, table: Table, top: int, border: Border) -> int:
    """逐条指标的答案，各档的都在，接在清单下面；回最后一行的行号。"""
    _put(sheet, top, 1, ASKED).font = Font(bold=True)
    order = ("档次", "要求", "依据", "自评", "指标", "行业分支")
    at = [table.head.index(name) for name in order]
    for n, texts in enumerate((table.head, *table.rows), top + 1):
        for m, text in enumerate(texts[each] for each in at):
            cell = _put(sheet, n, m + 1, text)
            cell.border = border
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if m == 3 else None)
            if n == top + 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7EFEC")
        sheet.row_dimensions[n].height = _height(zip((texts[each] for each in at), _WIDTHS, strict=False))
    return top + 1 + len(table.rows)


def _height(cells: Iterable[tuple[str, int]], size: int = 11) -> float:
    """一行多高：每格（文字，列宽）折成几行，取最多的；一行排不满，两头也留空，所以列宽打九折。"""
    lines = max(ceil(_wide(text) * size / 11 / (width * 0.9)) for text, width in cells)
    return 10 + size * 1.4 * max(1, lines)


def _wide(text: str) -> int:
    """占几个半角的宽；表情一类的算两个。"""
    return sum(1 if char.isascii() else 2 for char in text)


def _put(sheet: Any, row: int, column: int, text: str) -> Any:
    cell = sheet.cell(row, column)
    cell.value = written(text)
    cell.data_type = "s"
    return cell


def _print(sheet: Any, area: str) -> None:
    sheet.print_area = area
    sheet.print_title_rows = f"{_TOP}:{_TOP}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom, margins.footer = 0.6, 0.9, 0.45
    sheet.oddFooter.center.text = "按企业自己的回答整理，不是评级结果　第 &P 页，共 &N 页"
