"""把 .xlsx 或 .csv 里的指标表读成一页：每格是文字，记得在第几行第几列；读不了的说清楚为什么。"""

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.importing import EXAMPLE, Sheet
from knowledge.tables import COLUMNS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "指标表"
LARGEST = 5_000_000
"""文件最多这么多字节。"""
MOST = 5_000
"""最多这么多行。"""
DEEPEST = 20
"""表头最多在第几行。"""
TITLES = {
    "branch": "分支", "dimension": "维度", "requirement": "要求", "tier": "等级", "text": "原文", "value": "数值",
    "unit": "单位", "source": "文件", "clause": "条款", "from": "起", "until": "止",
}  # fmt: skip
"""表头上的中文名；认英文名，也认中文名。"""
OPTIONAL = {"value", "unit", "until"}


class SheetError(Exception):
    """读不了；说明是一行话。"""


def read_sheet(path: Path) -> Sheet:
    """读一个文件；样例行和空行不要。整个读不了的抛 SheetError。"""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}：读不了：{error.strerror}") from error
    if not data:
        raise SheetError(f"{path.name}：是空的")
    if len(data) > LARGEST:
        raise SheetError(f"{path.name}：超过 {LARGEST // 1_000_000} MB")
    if path.suffix.lower() == ".csv":
        return _sheet("", path.name, [(row, {}) for row in _csv(path, data)])
    if path.suffix.lower() == ".xlsx":
        return _xlsx(path, data)
    raise SheetError(f"{path.name}：只收 .xlsx 和 .csv；别的（.xls、.et）请另存为 .xlsx")


def _csv(path: Path, data: bytes) -> list[list[str]]:
    """UTF-8；不是的话按 GB 18030（办公软件在中文系统里另存的）。"""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetError(f"{path.name}：认不出编码，请另存为“CSV UTF-8”")
    if "\0" in text:
        raise SheetError(f"{path.name}：不是文字，请另存为“CSV UTF-8”")
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            rows += [[] for _ in range(reader.line_num - 1 - len(rows))]  # 一格里有换行的，占几行
            rows.append(cells)
    except csv.Error as error:
        raise SheetError(f"{path.name} 第 {reader.line_num} 行：不是正确的 CSV：{error}") from error
    return rows


def _xlsx(path: Path, data: bytes) -> Sheet:
    from openpyxl import load_workbook

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(f"{path.name}：加了密码，或是旧的 .xls；请去掉密码，另存为 .xlsx")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data))
    except Exception as error:  # 坏文件抛什么的都有
        raise SheetError(f"{path.name}：不是完好的 .xlsx（{type(error).__name__}）") from error
    if SHEET not in book.sheetnames:
        raise SheetError(f"{path.name}：没有“{SHEET}”这一页，只有 {'、'.join(book.sheetnames)}")
    sheet: Any = book[SHEET]
    if not hasattr(sheet, "iter_rows"):
        raise SheetError(f"{path.name}：“{SHEET}”是图表，不是表格")
    return _sheet(path.name, SHEET, list(_cells(sheet)))


def _cells(sheet: "Worksheet") -> Iterator[tuple[list[str], dict[int, str]]]:
    """一行各格的文字，和读不成文字的格子：第几格、为什么（同一处已经说过的为空）。"""
    merged = {
        cell: f"{block.coord} 合并了单元格，请拆开，每行填满" if cell == (block.min_row, block.min_col) else ""
        for block in sheet.merged_cells.ranges
        for cell in block.cells
    }
    for row in sheet.iter_rows(max_row=min(sheet.max_row, MOST + DEEPEST)):
        texts, faults = [], {}
        for at, cell in enumerate(row):
            text, fault = _text(cell.value, cell.data_type, cell.number_format)
            texts.append(text)
            if (cell.row, cell.column) in merged:
                faults[at] = merged[cell.row, cell.column]
            elif fault:
                faults[at] = fault
        yield texts, faults


def _text(value: Any, kind: str, shown: str) -> tuple[str, str]:
    """一格的文字，和毛病。"""
    if value is None:
        return "", ""
    if kind == "f":
        return "", "是公式，请粘贴成数值"
    if kind == "e":
        return "", f"是错误值 {value}"
    if isinstance(value, bool):
        return "", "是逻辑值，请写成文字"
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00"), ""
    if isinstance(value, int | float):
        return f"{value * 100 if '%' in shown else value:.10g}", ""
    return str(value), ""


def _sheet(file: str, name: str, rows: Sequence[tuple[list[str], dict[int, str]]]) -> Sheet:
    named = f"{file} {name}".strip()
    head, columns = _head(named, [texts for texts, _ in rows])
    if len(rows) - head > MOST:
        raise SheetError(f"{named}：超过 {MOST} 行")
    found: list[tuple[int, dict[str, str]]] = []
    faults: list[tuple[int, str, str]] = []
    for number, (texts, broken) in enumerate(rows[head:], head + 1):
        cells = {column: texts[at] if at < len(texts) else "" for column, at in columns.items()}
        wrong = [(number, column, broken[at]) for column, at in columns.items() if at in broken]
        if cells["requirement"].strip().startswith(EXAMPLE) or not (wrong or any(map(str.strip, texts))):
            continue
        extra = next((at for at, text in enumerate(texts) if at not in columns.values() and text.strip()), None)
        if extra is not None:
            wrong.append((number, "", f"{_letter(extra)} 列没有列名，却有内容“{texts[extra].strip()[:10]}”"))
        found.append((number, cells))
        faults += wrong
    return Sheet(name, {column: _letter(at) for column, at in columns.items()}, tuple(found), tuple(faults))


def _head(named: str, rows: Iterable[list[str]]) -> tuple[int, dict[str, int]]:
    """表头在第几行，各列在第几格；列的先后随意。"""
    known = {name: column for column, title in TITLES.items() for name in (column, title)}
    for number, texts in enumerate(rows, 1):
        if number > DEEPEST:
            break
        titles = [next((known[word] for word in text.split() if word in known), text.strip()) for text in texts]
        found = [title for title in titles if title in TITLES]
        if len(set(found)) < len(TITLES) // 2:
            continue
        where = f"{named} 第 {number} 行"
        if doubled := next((title for title in found if found.count(title) > 1), None):
            raise SheetError(f"{where}：“{doubled}”有两列")
        unknown = next((at for at, title in enumerate(titles) if title and title not in TITLES), None)
        if unknown is not None:
            raise SheetError(f"{where} {_letter(unknown)} 列：不认识列名“{titles[unknown]}”")
        if lost := [column for column in TITLES if column not in found and column not in OPTIONAL]:
            raise SheetError(f"{where}：缺列 {'、'.join(f'{TITLES[column]} {column}' for column in lost)}")
        return number, {title: at for at, title in enumerate(titles) if title in TITLES}
    raise SheetError(f"{named}：没有找到表头；列名应是 {COLUMNS}")


def _letter(at: int) -> str:
    """第 0 格是 A，第 26 格是 AA。"""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)
