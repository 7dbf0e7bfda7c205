"""把全部数据编成一个 SQLite 文件，带全文检索；谁都可以用 Datasette 之类打开看。"""

import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import Table

from knowledge.held import Held
from knowledge.lines import Lines
from knowledge.load import HERE, Law, load
from knowledge.records import Citation, Period, Review

TABLES = tuple(field.name for field in fields(Law) if field.name != "revision")
_RUN = re.compile(r"[^\W_]+")


def build(path: Path, folder: Path = HERE) -> None:
    """编出 `path`；先写在旁边再换上，半途失败时原来的文件不动。数据坏了抛 LawError，写不了抛 OSError。"""
    law = load(folder)
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    try:
        _fill(draft, law)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def search(path: Path, words: str, limit: int = 10) -> list[dict[str, Any]]:
    """在编好的文件里找各个词（空格隔开，都要有），最相关的在前：kind、ref、source、clause、title、body。

    没有这个文件抛 sqlite3.OperationalError，不会顺手建一个空的。
    """
    phrases = " AND ".join(_phrase(run) for run in _RUN.findall(words.casefold()))
    if not phrases:
        return []
    found = Database(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))
    try:
        return list(found.query(
            "SELECT t.kind, t.ref, t.source, t.clause, t.title, t.body FROM texts_fts"
            " JOIN texts AS t ON t.id = texts_fts.rowid WHERE texts_fts MATCH ? ORDER BY texts_fts.rank, t.id LIMIT ?",
            [phrases, limit],
        ))  # fmt: skip
    finally:
        found.close()


def grams(text: str) -> str:
    """全文检索用的二字串，每段最后补上末字：“家具厂”是“家具 具厂 厂”。

    FTS5 自带的 trigram 找不到两个字的词，所以切成二字串，用 unicode61 分。
    """
    return " ".join(gram for run in _RUN.findall(text.casefold()) for gram in (*_pairs(run), run[-1]))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _phrase(run: str) -> str:
    """一个词的查法：二字串连着出现；只有一个字的按开头找。"""
    return f'"{run}" *' if len(run) == 1 else f'"{" ".join(_pairs(run))}"'


def _fill(path: Path, law: Law) -> None:
    database = Database(path)
    try:
        with database.conn:
            _table(database, "meta").insert_all([{"key": "revision", "value": law.revision}], pk="key")
            for name in TABLES:
                rows = [_flat(held) for held in getattr(law, name)]
                if rows:
                    _table(database, name).insert_all(rows)
            texts = [{**text, "grams": grams(f"{text['title']} {text['body']}")} for text in _texts(law)]
            _table(database, "texts").insert_all(({"id": id, **text} for id, text in enumerate(texts, 1)), pk="id")
            _table(database, "texts").enable_fts(["grams"], tokenize="unicode61")
        _table(database, "texts_fts").optimize()
    finally:
        database.close()


def _table(database: Database, name: str) -> Table:
    table = database[name]
    assert isinstance(table, Table)
    return table


def _flat(held: Held[Any]) -> dict[str, Any]:
    """一行记录摊平成列：出处、审核环节拆开，序列写成 JSON，日期写成 2024-08-05。"""
    row: dict[str, Any] = {}
    for field in fields(held.record):
        row |= _columns(field.name, getattr(held.record, field.name))
    return row | {"from": _text(held.period.start), "until": _text(held.period.until)}


def _columns(name: str, value: object) -> Mapping[str, Any]:
    match value:
        case Period():
            return {}
        case Citation(source, clause):
            return {"source": source, "clause": clause}
        case Review():
            return {key: part for field in fields(value) for key, part in
                    _columns(field.name, getattr(value, field.name)).items()}  # fmt: skip
        case date():
            return {name: _text(value)}
        case tuple() | Lines():
            parts = [[part.source, part.clause] if isinstance(part, Citation) else part for part in value]
            return {name: json.dumps(parts, ensure_ascii=False)}
        case _:
            return {name: value}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _texts(law: Law) -> Iterator[dict[str, str]]:
    """全文检索的各段文字。"""
    for clause in law.clauses:
        record = clause.record
        yield _said("clause", record.cite.clause, record.cite, record.title, record.text)
    for benefit in law.benefits:
        said = f"{benefit.record.says}\n{benefit.record.caveat}"
        yield _said("benefit", str(benefit.record.no), benefit.record.cite, benefit.record.title, said)
    for guide in law.guides:
        told = guide.record
        yield _said("guide", told.id, told.cites[0], told.title, "\n".join((*told.asks, told.said)))
    for faq in law.faq:
        cite = faq.record.cites[0] if faq.record.cites else Citation("", "")
        yield _said("faq", faq.record.id, cite, faq.record.asks[0] if faq.record.asks else "",
                    "\n".join([*faq.record.asks, faq.record.answer, faq.record.then]))  # fmt: skip
    branches = {held.record.branch_id: held.record for held in law.catalogue}
    for id, tier in branches.items():
        called = " ".join(alias.record.text for alias in law.aliases if alias.record.target == id)
        yield _said("branch", id, tier.cite, f"{tier.industry} {tier.branch}", called)
    for held in law.indicators:
        row = held.record
        yield _said("indicator", f"{row.branch} {row.tier}", row.cite, f"{row.dimension} {row.requirement}", row.text)


def _said(kind: str, ref: str, cite: Citation, title: str, body: str) -> dict[str, str]:
    return {"kind": kind, "ref": ref, "source": cite.source, "clause": cite.clause, "title": title, "body": body}
