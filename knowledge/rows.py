"""表格里的一行，连同它在文件里的行号：哪里坏了，就说哪个文件第几行。"""

import csv
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from sys import intern
from typing import Any, TypeVar

from knowledge.records import Citation, Period
from knowledge.tomls import parse

T = TypeVar("T", bound=str)
SEPARATOR = "；"
_HEADER = re.compile(r"\[\[([\w-]+)\]\]\s*(#.*)?$")
_KEY = re.compile(r"([\w-]+)\s*=")
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """一处毛病：`file` 相对数据文件夹，`line` 从 1 起；`key` 是哪一格，说不准的为空。"""

    file: str
    line: int
    message: str
    key: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class LawError(Exception):
    """数据读不进来；`file`、`line`、`message` 指出第一处毛病。"""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line, self.message = file, line, message


@cache
def cited(source: str, clause: str) -> Citation:
    """同一条只有一份：一千多处引的是三百来条。"""
    return Citation(intern(source), intern(clause))


Report = Callable[[Fault], None]
"""毛病报给谁：读的时候遇到就抛，检查的时候收在一起。"""


@dataclass(slots=True)
class Row:
    """一行（TOML 里是一个 [[表]]）。取格子的方法遇到毛病就报，返回占位值；报过的行 `sound` 为假。"""

    file: str
    line: int
    cells: Mapping[str, Any]
    lines: Mapping[str, int]
    report: Report
    sound: bool = True

    def fault(self, key: str, message: str) -> None:
        """报一处毛病，行号准到格子（查得到的话）。"""
        self.sound = False
        self.report(Fault(self.file, self.lines.get(key, self.line), message, key))

    def text(self, key: str, *, empty: bool = False) -> str:
        """一段文字，行首行尾没有空白；`empty` 为真时可以空着。"""
        return self._clean(key, self.cells.get(key, ""), empty)

    def texts(self, key: str) -> tuple[str, ...]:
        """几段文字：CSV 里用“；”隔开，TOML 里是数组；可以一段也没有。"""
        value = self.cells.get(key, "")
        if isinstance(value, str):
            value = value.split(SEPARATOR) if value else []
        if not isinstance(value, list):
            self.fault(key, f"{key} 应是几段文字")
            return ()
        return tuple(self._clean(key, part, False) for part in value)

    def choice(self, key: str, values: Sequence[T]) -> T:
        """几个取值中的一个。"""
        found = self.text(key)
        for value in values:
            if value == found:
                return value
        if found:
            self.fault(key, f"{key} 不认识“{found}”，只能是 {'、'.join(values)}")
        return values[0]

    def number(self, key: str) -> int:
        """一个正整数。"""
        value = self.cells.get(key, "")
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,8}", value):
            return int(value)
        self.fault(key, f"{key} 应是正整数，不是“{value}”")
        return 0

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """真或假；没有默认值的必须写。"""
        value = self.cells.get(key, default)
        if isinstance(value, bool):
            return value
        self.fault(key, f"{key} 应是 true 或 false")
        return False

    def day(self, key: str) -> date | None:
        """一个日期（2024-08-05）；空着是 None。"""
        value = self.cells.get(key, "")
        if value == "":
            return None
        day = _day(value) if isinstance(value, str) else None
        if day is None:
            self.fault(key, f"{key} 不是日期：“{value}”")
        return day

    def period(self) -> Period:
        """from 到 until，两端都含；from 必须写，until 写 9999-12-31 就是没有终止日。"""
        written = self.cells.get("from", ""), self.cells.get("until", "")
        if all(isinstance(day, str) for day in written) and (sound := _period(*written)) is not None:
            return sound
        start, until = self.day("from"), self.day("until")
        if start is None:
            if not self.cells.get("from"):
                self.fault("from", "from 空着")
            return Period(date.min)
        if until is not None and until < start:
            self.fault("until", f"until（{until}）早于 from（{start}）")
        return Period(start, None if until == date.max else until)

    def cite(self) -> Citation:
        """source 与 clause。"""
        return cited(self.text("source"), self.text("clause"))

    def cites(self, key: str) -> tuple[Citation, ...]:
        """TOML 里的几处出处：[["cq-2024-210", "附件1 八"], …]。"""
        value = self.cells.get(key, [])
        if isinstance(value, list) and all(
            isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) and part for part in pair)
            for pair in value
        ):
            return tuple(cited(source, clause) for source, clause in value)
        self.fault(key, f"{key} 应是几对 [文件, 条款]")
        return ()

    def _clean(self, key: str, value: object, empty: bool) -> str:
        if isinstance(value, str) and value and value == value.strip() and "\n" not in value:
            return value
        if not isinstance(value, str):
            self.fault(key, f"{key} 应是文字")
            return ""
        if not value.strip() and not (empty and not value):
            self.fault(key, f"{key} 空着")
        elif any(line != line.strip() for line in value.split("\n")) or value != value.strip():
            self.fault(key, f"{key} 有多余的空白")
        return value


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _period(start: str, until: str) -> Period | None:
    """写得对的一段有效期，同样的只有一个；写得不对是 None。"""
    first, last = _day(start), _day(until) if until else None
    if first is None or (until and (last is None or last < first)):
        return None
    return Period(first, None if last == date.max else last)


def csv_rows(folder: Path, file: str, columns: str, report: Report, *, optional: bool = False) -> Iterator[Row]:
    """一张 CSV 表的各行；列名必须正好是 `columns`（逗号隔开）。"""
    text = _read(folder, file, report, optional)
    if text is None:
        return
    names = columns.split(",")
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for number, cells in enumerate(reader):
            here, line = line, reader.line_num + 1
            if number == 0:
                if cells != names:
                    report(Fault(file, 1, f"列名应是 {columns}"))
                    return
            elif not cells:
                report(Fault(file, here, "空行"))
            elif len(cells) != len(names):
                report(Fault(file, here, f"应有 {len(names)} 格，却有 {len(cells)} 格"))
            else:
                yield Row(file, here, dict(zip(names, cells, strict=True)), {}, report)
    except csv.Error as error:
        report(Fault(file, reader.line_num, f"不是正确的 CSV：{error}"))


def toml_rows(
    folder: Path, file: str, table: str, keys: str, report: Report, *, optional: bool = False, top: str = ""
) -> Iterator[Row]:
    """一份 TOML 里的各个 [[table]]；键只能是 `keys` 里的。`top` 是文件开头还要有的键，并进每一行。"""
    text = _read(folder, file, report, optional)
    if text is None:
        return
    try:
        content = parse(folder / file, text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        report(Fault(file, int(at[1]) if at else text.count("\n") + 1, f"不是正确的 TOML：{error}"))
        return
    start, places = _places(text, table)
    allowed = set(keys.split(","))
    for key in content.keys() - {table, *top.split(",")}:
        report(Fault(file, start.get(key, 1), f"不认识“{key}”"))
    items = content.get(table, [])
    shared = {key: content[key] for key in top.split(",") if key in content}
    if not isinstance(items, list) or len(items) != len(places):
        report(Fault(file, 1, f"{table} 要写成 [[{table}]]"))
        return
    for item, (line, lines) in zip(items, places, strict=True):
        row = Row(file, line, shared | item, start | lines, report)
        for key in item.keys() - allowed:
            row.fault(key, f"不认识“{key}”")
        yield row


def _read(folder: Path, file: str, report: Report, optional: bool) -> str | None:
    """文件的文字；没有或不是 UTF-8 就报，返回 None。"""
    try:
        data = (folder / file).read_bytes()
    except FileNotFoundError:
        if not optional:
            report(Fault(file, 1, "没有这个文件"))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report(Fault(file, data[: error.start].count(b"\n") + 1, "不是 UTF-8，请在办公软件里另存为“CSV UTF-8”"))
        return None


def _places(text: str, table: str) -> tuple[dict[str, int], list[tuple[int, dict[str, int]]]]:
    """文件开头各键的行号，和每个 [[table]] 的行号及其各键的行号；多行文字里的样子不算。"""
    start: dict[str, int] = {}
    found: list[tuple[int, dict[str, int]]] = []
    keys, inside = start, ""
    for number, line in enumerate(text.split("\n"), 1):
        if inside:
            if line.count(inside) % 2:
                inside = ""
            continue
        if (header := _HEADER.match(line)) and header[1] == table:
            keys = {}
            found.append((number, keys))
        elif key := _KEY.match(line):
            keys.setdefault(key[1], number)
            inside = next((quote for quote in ('"""', "'''") if line.count(quote) % 2), "")
    return start, found
