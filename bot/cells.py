"""把 .xlsx 或 .csv 拆成一页页、一行行：每格是文字，记得在第几行第几列；先掂一掂份量，装不下的不打开。"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

UNPACKED = 40_000_000
"""一份 .xlsx 解开以后最多多少字节。"""
TAGS = 150
"""允许的一行平均有多少个标记：一格少则 1 个，多则 6 个；带格式的空格也占。"""
MERGED = 200
"""合并的单元格最多说几处；再多就整个不收。"""
_CHUNK = 1 << 20
_UNREAD = re.compile(r"xl/(?:media|drawings|charts|embeddings|printerSettings|externalLinks|comments)")
"""读表用不着的部件。"""
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""看不见、又不是空白的字符。"""
_MERGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


class SheetError(Exception):
    """读不了；说明是一行话。"""


@dataclass(frozen=True, slots=True)
class Line:
    """有内容的一行：第几行；第几格（从 0 起）是什么文字；读不成文字的是第几格、为什么（同一处已经说过的为空）。"""

    number: int
    texts: Mapping[int, str]
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """一页：页名、有内容的各行；`hidden` 是页藏着没有，`folded` 是藏着的行号。"""

    title: str
    lines: Sequence[Line]
    hidden: bool = False
    folded: tuple[int, ...] = ()


_WHY: dict[type[OSError], str] = {
    FileNotFoundError: "没有这个文件，看看名字和文件夹写对没有",
    PermissionError: "没有权限读它",
    IsADirectoryError: "这是一个文件夹，不是文件",
}
"""读不了的几种，用人话说。"""


def read_bytes(path: Path, largest: int) -> bytes:
    """整个文件；没有、空的、太大的抛 SheetError。"""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= largest else b""
    except OSError as error:
        raise SheetError(f"{path}：{_WHY.get(type(error), '读不了，看看文件是不是正开着、放在哪里')}") from error
    if size > largest:
        raise SheetError(f"{path.name}：超过 {largest // 1_000_000} MB")
    if not data:
        raise SheetError(f"{path.name}：是空的")
    return data


def read_pages(path: Path, data: bytes, name: str, most: int, headed: Callable[[Sequence[Line]], bool]) -> list[Page]:
    """各页；有叫 `name` 的只读那一页，不然是看得见的各页。`most` 是最多几行，`headed` 看得出有没有表头。

    看内容，不看文件名的后缀：改了后缀的照样认。
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise SheetError(f"{path.name}：只收 .xlsx 和 .csv；别的（.xls、.et）请另存为 .xlsx")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(f"{path.name}：加了密码，或是旧的 .xls；请去掉密码，另存为 .xlsx")
    if data.startswith(b"PK\x03\x04") or path.suffix.lower() == ".xlsx":
        return _xlsx(path.name, data, name, most)
    return [_csv(path.name, data, headed)]


def _csv(name: str, data: bytes, headed: Callable[[Sequence[Line]], bool]) -> Page:
    """逗号隔开；找不到表头的，试试制表符和分号。"""
    text = _decoded(data)
    if text is None:
        raise SheetError(f"{name}：认不出编码，请另存为“CSV UTF-8”")
    if "\0" in text:
        raise SheetError(f"{name}：不是文字，请另存为“CSV UTF-8”")
    found: list[Line] = []
    fault: SheetError | None = None
    for delimiter in ",\t;":
        try:
            lines = list(_csv_lines(name, text, delimiter))
        except SheetError as error:
            fault = fault or error
            continue
        if headed(lines):
            return Page(name, lines)
        found = found or lines
    if fault is not None:
        raise fault
    return Page(name, found)


def _decoded(data: bytes) -> str | None:
    """UTF-8，带标记的 UTF-16；都不是的话按 GB 18030（办公软件在中文系统里另存的）。"""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _csv_lines(name: str, text: str, delimiter: str) -> Iterator[Line]:
    """一格里有换行的，占几行，行号是最后一行。"""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        for cells in reader:
            texts = {at: plain for at, cell in enumerate(cells) if (plain := visible(cell)).strip()}
            if texts:
                yield Line(reader.line_num, texts)
    except csv.Error as error:
        raise SheetError(f"{name} 第 {reader.line_num} 行：不是正确的 CSV：{error}") from error


def visible(text: str) -> str:
    """去掉看不见的字符。"""
    return _INVISIBLE.sub("", text)


def _xlsx(file: str, data: bytes, name: str, most: int) -> list[Page]:
    from openpyxl import load_workbook

    charts = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _weigh(file, packed, most)
            charts = any(each.startswith("xl/chartsheets/") for each in packed.namelist())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book: Any = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            named = [sheet for sheet in book.worksheets if sheet.title.strip() == name]
            if named:
                return [_page(named[0], most)]
            if any(sheet.title.strip() == name for sheet in book.chartsheets):
                raise SheetError(f"{file}：“{name}”是图表，不是表格")
            return [_page(sheet, most) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except SheetError:
        raise
    except Exception as error:  # 坏文件抛什么的都有
        if charts:
            raise SheetError(f"{file}：里面有一页是图表，读不了；请删掉图表那一页，另存一份") from error
        if not data.startswith(b"PK") and (text := _decoded(data)) and "\0" not in text:
            raise SheetError(f"{file}：不是 .xlsx，里面是文字；如果是 CSV，把文件名改成 .csv") from error
        raise SheetError(f"{file}：不是完好的 .xlsx，打不开；请用表格软件打开，另存为 .xlsx 再导") from error


def _weigh(file: str, packed: zipfile.ZipFile, most: int) -> None:
    """解开以后有多大、有多少格，打开之前先数：几 KB 的文件也能撑出几个 GB。"""
    parts = [each for each in packed.infolist() if not _UNREAD.match(each.filename)]
    if (size := sum(each.file_size for each in parts)) > UNPACKED:
        raise SheetError(f"{file}：解开有 {size // 1_000_000} MB，装不下；请只留要导入的那一页，另存一份")
    tags = 0
    for part in parts:
        with packed.open(part) as source:
            while chunk := source.read(_CHUNK):
                tags += chunk.count(b"<")
        if tags > TAGS * most:
            raise SheetError(f"{file}：格子太多：最多 {most} 行；下面带格式的空行、别的页也占，请删掉")


def _page(sheet: Any, most: int) -> Page:
    """一页里有内容的各行；多过 `most` 行很多的，读到那里为止。"""
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    lines: list[Line] = []
    with sheet._get_source() as source:  # 照只读方式的读法，只是空着的格子不补出来
        parser: Any = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            line = Line(number, texts := {}, {})
            for cell in cells:
                if cell["value"] is None and cell["data_type"] != "f":
                    continue
                shown = "" if isinstance(cell["value"], str) else ReadOnlyCell(sheet, **cell).number_format
                text, fault = _text(cell["value"], cell["data_type"], shown)
                if fault:
                    line.faults[cell["column"] - 1] = fault
                elif text.strip():
                    texts[cell["column"] - 1] = text
            if texts or line.faults:
                lines.append(line)
            if len(lines) > most + MERGED:
                break
        else:
            lines = _merged(sheet.title, lines, parser.merged_cells)
    dimensions = parser.row_dimensions
    folded = (line.number for line in lines if dimensions.get(str(line.number), {}).get("hidden") in ("1", "true"))
    return Page(sheet.title.strip(), lines, sheet.sheet_state != "visible", tuple(folded))


def _merged(title: str, lines: list[Line], merged: Any) -> list[Line]:
    """合并的单元格：头一格说一声，别的格只记下读不得。"""
    blocks = [found for each in (merged.mergeCell if merged else ()) if (found := _MERGE.fullmatch(str(each.ref)))]
    if len(blocks) > MERGED:
        raise SheetError(f"{title}：合并了的单元格有 {len(blocks)} 处，请全部拆开，每行填满")
    held = {line.number: line for line in lines}
    for block in blocks:
        left, top, right, bottom = _at(block[1]), int(block[2]), _at(block[3]), int(block[4])
        for line in lines:
            if top <= line.number <= bottom:
                line.faults.update(dict.fromkeys(range(left, right + 1), ""))
        first = held.setdefault(top, Line(top, {}, {}))
        first.faults[left] = f"{block[0]} 合并了单元格，请拆开，每行填满"
    return [held[number] for number in sorted(held)]


def _at(letters: str) -> int:
    """A 是第 0 格，AA 是第 26 格；最宽到 XFD。"""
    at = 0
    for letter in letters[:3]:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def letters(at: int) -> str:
    """第 0 格是 A，第 26 格是 AA。"""
    return (letters(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _text(value: Any, kind: str, shown: str) -> tuple[str, str]:
    """一格的文字，和毛病。"""
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
    return visible(str(value)), ""
