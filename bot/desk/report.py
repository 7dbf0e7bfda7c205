"""总览写成 .xlsx：一张表一页，头一页写着是谁的、几时数的、出处在哪里；单元格里的文字不当公式。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from bot.desk.tables import Cell, Table
from bot.documents.word import written

WIDEST, LEAST = 48, 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """抽查抽中的一家，写进 .xlsx 的各格。"""

    cells: tuple[Cell, ...]


DRAWN_HEAD = ("抽查", "区县", "序号", "企业", "信用代码", "等级", "结果", "整改期限", "改好的日期", "备注")


def xlsx(where: str, now: datetime, tables: Sequence[Table], drawn: Sequence[Drawn]) -> bytes:
    """整个文件。"""
    book = Workbook()
    first: Any = book.active
    first.title = "说明"
    about = [
        (f"创B争A总览：{where}",),
        (f"数于 {now:%Y-%m-%d %H:%M}，来自创B争A向导的服务台：名册、申报、谈话里自评和咨询的合计、案子。",),
        *((f"{table.title}：{line}",) for table in tables for line in _lines(table)),
    ]
    for row, (text,) in enumerate(about, 1):
        _put(first, row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
    first["A1"].font = Font(bold=True, size=14)
    first.column_dimensions["A"].width = 100
    for table in tables:
        _sheet(book.create_sheet(_named(table.title)), table.head, table.rows)
    _sheet(book.create_sheet("抽查"), DRAWN_HEAD, (each.cells for each in drawn))
    book.properties.title = written(f"创B争A总览：{where}")
    book.properties.creator = book.properties.lastModifiedBy = "创B争A 向导"
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(sheet: Any, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    widths = [_wide(name) for name in head]
    for column, name in enumerate(head, 1):
        cell = _put(sheet, 1, column, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7EFEC")
    for row, cells in enumerate(rows, 2):
        for column, value in enumerate(cells, 1):
            _put(sheet, row, column, value)
            widths[column - 1] = max(widths[column - 1], _wide(str(value)))
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width + 2, LEAST), WIDEST)
    sheet.freeze_panes = "A2"


def _lines(table: Table) -> list[str]:
    return [*table.notes, *([f"依据：{table.basis}"] if table.basis else [])]


def _named(title: str) -> str:
    """页名里不许有的字换掉。"""
    return title.replace("：", " ").replace(":", " ").replace("/", " ")[:31]


def _put(sheet: Any, row: int, column: int, value: Cell) -> Any:
    cell = sheet.cell(row, column)
    if isinstance(value, int):
        cell.value = value
    else:
        cell.value = written(value)
        cell.data_type = "s"
    return cell


def _wide(text: str) -> int:
    return sum(1 if char.isascii() else 2 for char in text)
