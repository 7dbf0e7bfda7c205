"""把 .xlsx 或 .csv 读成一页页：每格是文字，记得在第几行第几列；读不了的说清楚为什么。"""

import csv
import io
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.importing import EXAMPLE, Sheet
from knowledge.tables import COLUMNS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "指标表"
DEEPEST = 20
"""表头最多在第几行。"""
TITLES = {
    "branch": "分支", "dimension": "维度", "requirement": "要求", "tier": "等级", "text": "原文", "value": "数值",
    "unit": "单位", "source": "文件", "clause": "条款", "from": "起", "until": "止",
}  # fmt: skip
"""表头上的中文名；认英文名，也认中文名。"""
OPTIONAL = {"value", "unit", "until"}
Cells = tuple[list[str], dict[int, str]]
"""一行各格的文字，和读不成文字的格子：第几格、为什么（同一处已经说过的为空）。"""


@dataclass(frozen=True, slots=True)
class Form:
    """一种表：`name` 是页名，`titles` 是各列认得的名字（第一个给人看），`required` 缺不得。

    `key` 那一列以“例：”开头的行是样例；`least` 是表头至少要认出几列，`largest` 是最多多少字节。
    `strict`：只读叫这个名字的一页，不认识的列是错；不然有表头的每一页都读，多出来的列不看。
    """

    name: str
    titles: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    key: str
    least: int
    most: int
    largest: int = 5_000_000
    strict: bool = False

    @property
    def known(self) -> dict[str, str]:
        """认得的列名 → 列。"""
        return {_plain(name): column for column, names in self.titles.items() for name in (column, *names)}

    @property
    def shown(self) -> str:
        """给人看的各列的名字。"""
        return COLUMNS if self.strict else "、".join(names[0] for names in self.titles.values())


INDICATORS = Form(
    SHEET,
    {column: (title,) for column, title in TITLES.items()},
    tuple(column for column in TITLES if column not in OPTIONAL),
    "requirement",
    least=len(TITLES) // 2,
    most=5_000,
    strict=True,
)


class SheetError(Exception):
    """读不了；说明是一行话。"""


def read_sheet(path: Path) -> Sheet:
    """读一张指标表；样例行和空行不要。整个读不了的抛 SheetError。"""
    return read_sheets(path, INDICATORS)[0]


def read_sheets(path: Path, form: Form) -> tuple[Sheet, ...]:
    """读一个文件里这种表的每一页，至少一页；样例行和空行不要。整个读不了的抛 SheetError。"""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}：读不了：{error.strerror}") from error
    if not data:
        raise SheetError(f"{path.name}：是空的")
    if len(data) > form.largest:
        raise SheetError(f"{path.name}：超过 {form.largest // 1_000_000} MB")
    if path.suffix.lower() == ".csv":
        return (_sheet("", path.name, [(row, {}) for row in _csv(path, data)], form),)
    if path.suffix.lower() == ".xlsx":
        return _xlsx(path, data, form)
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


def _xlsx(path: Path, data: bytes, form: Form) -> tuple[Sheet, ...]:
    from openpyxl import load_workbook

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(f"{path.name}：加了密码，或是旧的 .xls；请去掉密码，另存为 .xlsx")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data))
    except Exception as error:  # 坏文件抛什么的都有
        raise SheetError(f"{path.name}：不是完好的 .xlsx（{type(error).__name__}）") from error
    if form.strict and form.name not in book.sheetnames:
        raise SheetError(f"{path.name}：没有“{form.name}”这一页，只有 {'、'.join(book.sheetnames)}")
    sheet: Any = book[form.name] if form.name in book.sheetnames else None
    if sheet is not None and not hasattr(sheet, "iter_rows"):
        raise SheetError(f"{path.name}：“{form.name}”是图表，不是表格")
    if sheet is not None:
        return (_sheet(path.name, form.name, list(_cells(sheet, form)), form),)
    pages = [(page.title, list(_cells(page, form))) for page in book.worksheets if page.sheet_state == "visible"]
    headed = [(title, rows) for title, rows in pages if _heads([texts for texts, _ in rows], form)]
    if not headed:
        raise SheetError(f"{path.name}：哪一页都没有找到表头；列名应是 {form.shown}")
    return tuple(_sheet(path.name, title, rows, form) for title, rows in headed)


def _cells(sheet: "Worksheet", form: Form) -> Iterator[Cells]:
    merged = {
        cell: f"{block.coord} 合并了单元格，请拆开，每行填满" if cell == (block.min_row, block.min_col) else ""
        for block in sheet.merged_cells.ranges
        for cell in block.cells
    }
    for row in sheet.iter_rows(max_row=min(sheet.max_row, form.most + DEEPEST + 1)):
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
    if isinstance(value, int | float) and "%" not in shown and abs(value) >= 1e9 and value == int(value):
        if abs(value) < 1e15:
            return str(int(value)), ""
        return "", "是数值，末几位已经变了；请把格子设成文本，重新填"
    if isinstance(value, int | float):
        return f"{value * 100 if '%' in shown else value:.10g}", ""
    return str(value), ""


def _sheet(file: str, name: str, rows: Sequence[Cells], form: Form) -> Sheet:
    named = f"{file} {name}".strip()
    head, columns = _head(named, [texts for texts, _ in rows], form)
    if len(rows) - head > form.most:
        raise SheetError(f"{named}：超过 {form.most} 行")
    found: list[tuple[int, dict[str, str]]] = []
    faults: list[tuple[int, str, str]] = []
    for number, (texts, broken) in enumerate(rows[head:], head + 1):
        cells = {column: texts[at] if at < len(texts) else "" for column, at in columns.items()}
        wrong = [(number, column, broken[at]) for column, at in columns.items() if at in broken]
        if cells.get(form.key, "").strip().startswith(EXAMPLE) or not (wrong or any(map(str.strip, texts))):
            continue
        extra = next((at for at, text in enumerate(texts) if at not in columns.values() and text.strip()), None)
        if extra is not None and form.strict:
            wrong.append((number, "", f"{_letter(extra)} 列没有列名，却有内容“{texts[extra].strip()[:10]}”"))
        found.append((number, cells))
        faults += wrong
    return Sheet(name, {column: _letter(at) for column, at in columns.items()}, tuple(found), tuple(faults))


def _heads(rows: Sequence[list[str]], form: Form) -> tuple[int, list[str]] | None:
    """表头在第几行，各格是哪一列；不认识的照写。没有表头是 None。"""
    known = form.known
    for number, texts in enumerate(rows[:DEEPEST], 1):
        titles = [_title(text, known) for text in texts]
        found = {title for title in titles if title in form.titles}
        if len(found) >= form.least and (form.strict or set(form.required[:1]) <= found):
            return number, titles
    return None


def _head(named: str, rows: Sequence[list[str]], form: Form) -> tuple[int, dict[str, int]]:
    """表头在第几行，各列在第几格；列的先后随意。"""
    heads = _heads(rows, form)
    if heads is None:
        raise SheetError(f"{named}：没有找到表头；列名应是 {form.shown}")
    number, titles = heads
    found = [title for title in titles if title in form.titles]
    where = f"{named} 第 {number} 行"
    if doubled := next((title for title in found if found.count(title) > 1), None):
        raise SheetError(f"{where}：“{doubled}”有两列")
    unknown = next((at for at, title in enumerate(titles) if title and title not in form.titles), None)
    if unknown is not None and form.strict:
        raise SheetError(f"{where} {_letter(unknown)} 列：不认识列名“{titles[unknown]}”")
    if lost := [column for column in form.required if column not in found]:
        raise SheetError(f"{where}：缺列 {'、'.join(f'{form.titles[column][0]} {column}' for column in lost)}")
    return number, {title: at for at, title in enumerate(titles) if title in form.titles}


def _title(text: str, known: Mapping[str, str]) -> str:
    """一格表头是哪一列：整格认得，或者其中一个词认得；都不认得照写。"""
    words = (text, *text.split())
    return next((known[_plain(word)] for word in words if _plain(word) in known), text.strip())


def _plain(title: str) -> str:
    bare = unicodedata.normalize("NFKC", title).partition("(")[0]
    return "".join(bare.split()).strip("*:").lower()


def _letter(at: int) -> str:
    """第 0 格是 A，第 26 格是 AA。"""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)
