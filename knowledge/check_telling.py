"""检查怎么问的几份数据：ambiguous.toml、gb4754.csv、traditional.csv、readings.csv。"""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from knowledge.load import Law
from knowledge.rows import Fault, csv_rows
from knowledge.spelling import normalise

AMBIGUOUS, CODES = "ambiguous.toml", "gb4754.csv"
POINTING = ("targets", "part_of", "of", "hosts")
TABLES = {
    CODES: "code,name,target,source,from,until,confidence",
    "traditional.csv": "traditional,simplified",
    "readings.csv": "reading,characters",
    "lookalikes.csv": "characters",
}


def check_telling(folder: Path, law: Law) -> Iterator[Fault]:
    """问的词都是名称或别名，指的行业分支都在名录里，每个词组都有问法，表格没有空格。"""
    tiers = [held.record for held in law.catalogue]
    ids = {row.branch_id for row in tiers} | {f"{row.list[0]}{row.no}" for row in tiers}
    names = {normalise(name) for row in tiers for name in (row.branch, row.industry)}
    names |= {name.removesuffix("行业") for name in names} | {normalise(held.record.text) for held in law.aliases}
    yield from _ambiguous(folder / AMBIGUOUS, ids, names)
    sources = {held.record.id for held in law.sources}
    for file, columns in TABLES.items():
        yield from _table(folder, file, columns, ids, sources)


def _ambiguous(path: Path, ids: set[str], names: set[str]) -> Iterator[Fault]:
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        content = tomllib.loads(text)
        groups, hints = _tables(content, "group"), _tables(content, "hint")
        inputs = [row for row in content.get("input", ()) if row.get("of") and row.get("hosts")]
    except (tomllib.TOMLDecodeError, TypeError) as error:
        yield Fault(AMBIGUOUS, 1, f"读不成：{error}")
        return
    lines = text.splitlines()
    for group in groups:
        words = group["words"]
        if not {"ask", "weak", "carrier", "part_of"} & group.keys():
            yield Fault(AMBIGUOUS, _line(lines, words), f"“{'、'.join(words[:2])}”没有 ask")
        for word in words:
            if normalise(word) not in names:
                yield Fault(AMBIGUOUS, _line(lines, [word]), f"“{word}”既不是名称也不是别名")
    for row in (*groups, *hints, *inputs):
        for target in (each for name in POINTING for each in row.get(name, ())):
            if target not in ids:
                yield Fault(AMBIGUOUS, _line(lines, [target]), f"名录里没有“{target}”")


def _tables(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """几个 [[name]]；样子不对抛 TypeError。"""
    found = content.get(name, [])
    for row in found if isinstance(found, list) else [found]:
        if not isinstance(row, dict) or not all(isinstance(word, str) for word in row.get("words") or [None]):
            raise TypeError(f"[[{name}]] 要有 words，是几段文字")
    return list(found)


def _table(folder: Path, file: str, columns: str, ids: set[str], sources: set[str]) -> Iterator[Fault]:
    faults: list[Fault] = []
    for row in csv_rows(folder, file, columns, faults.append):
        for column in columns.split(","):
            if column not in ("from", "until"):
                row.text(column)
        if "from" in row.cells:
            row.period()
        if row.sound and "target" in row.cells and row.cells["target"] not in ids:
            row.fault("target", f"名录里没有“{row.cells['target']}”")
        if row.sound and "source" in row.cells and row.cells["source"] not in sources:
            row.fault("source", f"sources.csv 里没有文件“{row.cells['source']}”")
    yield from faults


def _line(lines: Iterable[str], words: list[str]) -> int:
    return next((n for n, line in enumerate(lines, 1) if f'"{words[0]}"' in line and not line.startswith("#")), 1)
