"""收一张指标表：对着全部数据查过，一处毛病也没有才写进文件夹；有毛病就一处不落地说出来，什么也不动。"""

import csv
import io
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from knowledge.check_indicators import check_indicators
from knowledge.held import Held
from knowledge.load import Law, load, with_indicators
from knowledge.records import Change, Citation, Indicator
from knowledge.rows import Fault, Row
from knowledge.tables import (
    ALERTS,
    COLUMNS,
    DIMENSIONS,
    EVERY,
    INDICATORS,
    NOTHING,
    differences,
    in_order,
    read_indicator,
)

_JOINS = {
    "text": "；",
    "dimension": "",
    "requirement": "",
    "tier": "",
    "unit": "",
    "value": "",
    "from": "",
    "until": "",
}
"""一格里断成几行的，接起来时中间用什么；别的列用空格。"""
EXAMPLE = "例："
"""requirement 以它开头的是样例，不收。"""
_ID = re.compile(r"(\*|[\w-]+)(?:\s|$)", re.ASCII)
_FULL_WIDTH = {number: number - 0xFEE0 for number in range(0xFF01, 0xFF5F)}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """读进来的一页：`columns` 是各列在第几列（A、B……），`rows` 是行号和各格的文字。

    `faults` 是读的时候就看出的毛病：行号、列名、说明（别处说过的为空）；这些行不再往下查。
    """

    name: str
    columns: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    faults: tuple[tuple[int, str, str], ...] = ()
    notes: tuple[str, ...] = ()
    """读得进、却该说一声的，例如藏着的行。"""
    titles: Mapping[str, str] = field(default_factory=dict)
    """各列给人看的名字；没有的照写列名。"""

    def place(self, row: int, column: str) -> str:
        """一格在哪里：“指标表 第 5 行 D 列（tier）”。"""
        where = f" {self.columns[column]} 列（{self.titles.get(column, column)}）" if column in self.columns else ""
        return f"{self.name} 第 {row} 行{where}"


@dataclass(frozen=True, slots=True)
class Taken:
    """收下了没有：有 `faults`（一处一行，同样的毛病合成一行）就什么也没有写；`wrong` 是一共几处。

    `missing` 是各分支还缺的维度，`clauses` 是条款文件里没有、只有表里有的条款。
    """

    path: Path
    faults: tuple[str, ...] = ()
    wrong: int = 0
    rows: int = 0
    changed: bool = False
    changes: tuple[Change, ...] = ()
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    clauses: tuple[Citation, ...] = ()


def take_in(sheet: Sheet, name: str, folder: Path, *, whole: bool = False) -> Taken:
    """收下一页，写成 `indicators/<name>.csv`（同名的换掉）；`whole` 为真时缺的维度写成“不作要求”。

    数据文件夹本身坏了抛 LawError，写不了抛 OSError。
    """
    law = load(folder)
    file = f"{INDICATORS}{name}.csv"
    before = [held for held in law.indicators if held.file == file]
    others = [held for held in law.indicators if held.file != file]
    new, faults, spoiled = _read(sheet, file, law)
    if whole:
        new += _nothing_else(new, others, law)
    everything = with_indicators(law, (*others, *new))
    known = set(check_indicators(with_indicators(law, others)))
    faults += [fault for fault in check_indicators(everything, spoiled) if fault not in known]
    if mixed := list(_mixed(new)):
        lines = {fault.line for fault in mixed}
        faults = [*mixed, *(fault for fault in faults if fault.line not in lines)]
    path = folder / file
    said = [*_other(path, before, new), *_said(sheet, faults, file)]
    if said or not new:
        said = said or [f"{sheet.name} 里一行也没有（样例不算）"]
        return Taken(path, tuple(said), max(len(set(faults)), len(said)))
    text = written(new)
    changed = not path.exists() or path.read_text("utf-8") != text
    if changed:
        _write(path, text)
    return Taken(
        path,
        rows=len(new),
        changed=changed,
        changes=differences(in_order(before), in_order(new)) if before else (),
        missing=tuple(_missing(new, others)),
        clauses=tuple(held.record.cite for held in everything.clauses if held.file == file),
    )


def rows_of(sheet: Sheet, law: Law) -> tuple[list[Held[Indicator]], list[str]]:
    """一页读成行，和毛病；只看各行写得对不对，不和别的对照。"""
    rows, faults, _ = _read(sheet, sheet.name, law)
    return rows, _said(sheet, faults, sheet.name)


def written(rows: Iterable[Held[Indicator]]) -> str:
    """写成 CSV 的样子。"""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(COLUMNS.split(","))
    for held in rows:
        row, period = held.record, held.period
        out.writerow((
            row.branch, row.dimension, row.requirement, row.tier, row.text, row.value, row.unit, *row.cite,
            period.start, period.until or "",
        ))  # fmt: skip
    return text.getvalue()


def _read(sheet: Sheet, file: str, law: Law) -> tuple[list[Held[Indicator]], list[Fault], set[tuple[str, str]]]:
    """各行、毛病，和有行没读进来的（分支，要求）。"""
    broken = {row for row, _, _ in sheet.faults}
    faults = [Fault(file, row, message, column) for row, column, message in sheet.faults if message]
    cleaned, ids = _cleaning(law), {held.record.branch_id for held in law.catalogue}
    sources = {held.record.id for held in law.sources}
    rows, spoiled = [], set()
    for number, given in sheet.rows:
        cells = {column: cleaned(column, given) for column in COLUMNS.split(",")}
        branch = cells["branch"] if cells["branch"] in ids else ""
        if cells["requirement"].startswith(EXAMPLE):
            if cells["source"] in sources and _DAY.fullmatch(cells["from"]):
                said = f"以“{EXAMPLE}”开头的是样例，不会导入；要导入就去掉这两个字，不要就删掉这一行"
                faults.append(Fault(file, number, said, "requirement"))
                spoiled.add((branch, ""))
            continue
        row = Row(file, number, cells, {}, lambda fault: faults.append(_hinted(fault, cells)))  # noqa: B023
        if number not in broken:
            indicator, period = read_indicator(row)
        if number in broken or not row.sound:
            spoiled.add((branch, cells["requirement"]))
        else:
            rows.append(Held(indicator, period, file, number))
    return rows, faults, spoiled


def _hinted(fault: Fault, cells: Mapping[str, str]) -> Fault:
    """日期写得不对的，说该怎么写。"""
    text = cells.get(fault.key, "")
    if fault.key not in ("from", "until") or not text or "不是日期" not in fault.message:
        return fault
    hint = "写成 2024-08-05 的样子，只写年月日"
    if re.fullmatch(r"[3-6]\d{4}", text, re.ASCII):
        day = date(1899, 12, 30) + timedelta(days=int(text))
        hint = f"这是表格软件里 {day} 的序号，请把这一列设成日期格式，或写成 {day}"
    return replace(fault, message=f"{fault.message}；{hint}")


def _mixed(rows: Iterable[Held[Indicator]]) -> Iterator[Fault]:
    """各个分支都要的，和某个分支的，不写在一张表里。"""
    held = list(rows)
    if len({each.record.branch == EVERY for each in held}) > 1:
        said = f"“{EVERY}”是各个分支都要，不能和某个分支的行写在一张表里；写错了就改，没写错就另存一张表"
        yield from (Fault(each.file, each.line, said, "branch") for each in held if each.record.branch == EVERY)


def _other(path: Path, before: Iterable[Held[Indicator]], new: Iterable[Held[Indicator]]) -> Iterator[str]:
    """同名的表是另一个分支的：不换。"""
    old, now = (list(dict.fromkeys(held.record.branch for held in rows)) for rows in (before, new))
    if old and now and not set(old) & set(now):
        yield (
            f"同名的 {path.name} 里是另一个分支（{'、'.join(old)}），这张表是 {'、'.join(now)}，不能换掉它；"
            f"请给文件换个名字再导，真要换就先删掉 {path}"
        )


def _cleaning(law: Law) -> Callable[[str, Mapping[str, str]], str]:
    """把人填的写法归成表里的写法：下拉里“id 名称”取 id，名称换成 id，等级照印的，日期和全角数字归一。"""
    named: dict[str, set[str]] = {}
    tiers: dict[str, dict[str, str]] = {}
    for held in law.catalogue:
        named.setdefault(_folded(held.record.branch), set()).add(held.record.branch_id)
        tiers.setdefault(held.record.branch_id, {})[_folded(held.record.tier)] = held.record.tier

    def branch(text: str) -> str:
        ids = named.get(_folded(text), set())
        return next(iter(ids)) if len(ids) == 1 else _id(text)

    def cleaned(column: str, given: Mapping[str, str]) -> str:
        text = _one_line(given.get(column, ""), _JOINS.get(column, " "))
        match column:
            case "branch":
                return branch(text)
            case "source":
                return _id(text)
            case "tier":
                own = tiers.get(branch(_one_line(given.get("branch", ""), " ")), {})
                folded = _folded(text)
                return own.get(folded) or own.get(folded.removesuffix("级")) or text
            case "from" | "until":
                day = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
                return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}" if day else text
            case "value":
                return text.translate(_FULL_WIDTH)
        return text

    return cleaned


def _id(text: str) -> str:
    """“n6-2 铸件……”取前面的 id；不像的照旧。"""
    token = _ID.match(unicodedata.normalize("NFKC", text))
    return token[1].lower() if token else text


def _folded(text: str) -> str:
    """比较用的写法：全角半角、大小写、空格不分。等级里的“（”也一样。"""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _one_line(text: str, join: str) -> str:
    """一格里的几行接成一行；原文的几行用分号隔开，短名是断成了两行的一个词。"""
    lines = [part for line in text.splitlines() if (part := re.sub(r"[\s\u3000]+", " ", line).strip())]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        joined += line if joined[-1] in "；，。、：;,:" else f"{join}{line}"
    return joined


def _nothing_else(new: Iterable[Held[Indicator]], others: Iterable[Held[Indicator]], law: Law) -> list[Held[Indicator]]:
    """缺的维度各补一行“不作要求”：写在最好的一档，出处和有效期照该分支的头一行。"""
    rows = list(new)
    best: dict[str, str] = {}
    for held in law.catalogue:
        best.setdefault(held.record.branch_id, held.record.tier)
    first = {held.record.branch: held for held in reversed(rows) if held.record.dimension != ALERTS}
    added = []
    for branch, dimensions in _missing(rows, others):
        if branch not in best or branch not in first:
            continue
        example = first[branch]
        for dimension in dimensions:
            row = Indicator(branch, dimension, dimension, best[branch], NOTHING, "", "", example.record.cite)
            added.append(Held(row, example.period, example.file, 0))
    return added


def _missing(
    new: Iterable[Held[Indicator]], others: Iterable[Held[Indicator]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """新表写到的各分支还缺哪些维度（别的表里有的不算缺）；只有预警措施的不算。"""
    rows = list(new)
    have: dict[str, set[str]] = {}
    for held in (*rows, *others):
        have.setdefault(held.record.branch, set()).add(held.record.dimension)
    for branch in dict.fromkeys(held.record.branch for held in rows if held.record.dimension != ALERTS):
        if branch != EVERY:
            yield branch, tuple(name for name in DIMENSIONS if name not in have[branch])


def _said(sheet: Sheet, faults: Iterable[Fault], file: str) -> list[str]:
    """一处一行，按行号，各行同样的合成一行；写在别的文件里的，说那个文件。"""
    lines: dict[tuple[str, str], list[str]] = {}
    for fault in sorted(set(faults), key=lambda fault: (fault.line, fault.message)):
        own = fault.file == file
        if not own:
            line = str(fault)
        elif fault.line == 0:
            line = f"--whole 补的行：{fault.message}"
        else:
            line = f"{sheet.place(fault.line, fault.key)}：{fault.message}"
        lines.setdefault((fault.key if own else line, fault.message), []).append(line)
    return [f"{same[0]}（等 {len(same)} 处）" if len(same) > 1 else same[0] for same in lines.values()]


def _write(path: Path, text: str) -> None:
    """先写在旁边再换上：要么全换，要么原样。"""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
