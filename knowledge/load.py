"""把数据文件夹读成不可变的记录：各个时期的行都在，每行带着有效期和行号。"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from sys import intern
from typing import Any, Literal, NoReturn, get_args

from knowledge.called import Called
from knowledge.held import Held, Packed
from knowledge.lines import Lines
from knowledge.records import (
    Alias,
    Benefit,
    Board,
    Clause,
    District,
    Faq,
    Guide,
    Indicator,
    ListName,
    OutlineItem,
    Period,
    Review,
    ReviewRow,
    Source,
    Stage,
    SystemFact,
    Tier,
)
from knowledge.rows import Fault, LawError, Report, Row, cited, csv_rows, toml_rows
from knowledge.tables import INDICATORS, implied_clauses, indicator_rows, read_indicator

HERE = Path(__file__).parent
Audience = Literal["enterprise", "district", "experts"]
Confidence = Literal["A", "B"]
LISTS: tuple[ListName, ...] = get_args(ListName)
STAGES: tuple[Stage, ...] = get_args(Stage)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
GRADES = ("A", "B", "绩效引领")
ALIASES = "aliases.csv"


@dataclass(frozen=True, slots=True)
class Law:
    """全部数据，不分时期；`revision` 是全部数据文件内容的短指纹。"""

    revision: str
    sources: tuple[Held[Source], ...]
    clauses: tuple[Held[Clause], ...]
    catalogue: tuple[Held[Tier], ...]
    reviews: tuple[Held[ReviewRow], ...]
    benefits: tuple[Held[Benefit], ...]
    outline: tuple[Held[OutlineItem], ...]
    boards: tuple[Held[Board], ...]
    system: tuple[Held[SystemFact], ...]
    guides: tuple[Held[Guide], ...]
    faq: tuple[Held[Faq], ...]
    districts: tuple[Held[District], ...]
    aliases: Packed[Alias]
    indicators: tuple[Held[Indicator], ...]

    def periods(self) -> Iterator[Period]:
        """各行的有效期，可以重复。"""
        tables: tuple[tuple[Held[Any], ...], ...] = (
            self.sources, self.clauses, self.catalogue, self.reviews, self.benefits, self.outline, self.boards,
            self.system, self.guides, self.faq, self.districts, self.indicators,
        )  # fmt: skip
        yield from self.aliases.periods
        yield from (held.period for table in tables for held in table)


def load(folder: Path = HERE) -> Law:
    """读整个文件夹；遇到第一行坏的就抛 LawError。行与行之间对不对得上，由 check 检查。"""
    return read(folder, _refuse)


def _refuse(fault: Fault) -> NoReturn:
    raise LawError(fault.file, fault.line, fault.message)


def read(folder: Path, report: Report) -> Law:
    """读整个文件夹；毛病报给 `report`，坏的行略过。"""
    sources = tuple(_sources(folder, report))
    law = Law(
        revision=revision(folder),
        sources=sources,
        clauses=tuple(_clauses(folder, report, sources)),
        catalogue=tuple(_catalogue(folder, report)),
        reviews=tuple(_reviews(folder, report)),
        benefits=tuple(_benefits(folder, report)),
        outline=tuple(_outline(folder, report)),
        boards=tuple(_boards(folder, report)),
        system=tuple(_system(folder, report)),
        guides=tuple(_guides(folder, report)),
        faq=tuple(_faq(folder, report)),
        districts=tuple(_districts(folder, report)),
        aliases=Packed.of(ALIASES, _aliases(folder, report), Called),
        indicators=(),
    )
    return with_indicators(law, _indicators(folder, report))


def with_indicators(law: Law, indicators: Iterable[Held[Indicator]]) -> Law:
    """换上这些指标；它们引的、条款文件里没有的条款，文字就是它们自己。"""
    rows = tuple(indicators)
    clauses = tuple(held for held in law.clauses if not held.file.startswith(INDICATORS))
    periods = {held.record.id: held.period for held in law.sources}
    implied = (
        Held(clause, periods[clause.cite.source], row.file, row.line)
        for row, clause in implied_clauses(rows, clauses, law.sources)
    )
    return replace(law, clauses=(*clauses, *implied), indicators=rows)


def revision(folder: Path = HERE) -> str:
    """全部 CSV 和 TOML 文件（名字和内容）的短指纹，12 位十六进制。"""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".csv", ".toml"}):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:12]


def _sources(folder: Path, report: Report) -> Iterator[Held[Source]]:
    columns = "id,title,short,number,issuer,issued,from,until,repealed_by,link,checked_on,confidence"
    for row in csv_rows(folder, "sources.csv", columns, report):
        period = _in_force(row)
        source = Source(
            row.text("id"), row.text("title"), row.text("short"), row.text("number", empty=True),
            row.text("issuer", empty=True), row.text("issued", empty=True), period, row.text("link", empty=True),
            row.day("checked_on") or date.min, row.choice("confidence", CONFIDENCES),
            row.text("repealed_by", empty=True),
        )  # fmt: skip
        if not row.cells["checked_on"]:
            row.fault("checked_on", "checked_on 空着")
        if row.sound:
            yield Held(source, period, row.file, row.line)


def _in_force(row: Row) -> Period:
    """文件的有效期；from 没有查到的，从发文日（只知道年或月的，从其第一天）算起。"""
    issued = row.text("issued", empty=True)
    if issued and not row.cells["from"]:
        first = {4: f"{issued}-01-01", 7: f"{issued}-01"}.get(len(issued), issued)
        row = Row(row.file, row.line, {**row.cells, "from": first}, row.lines, row.report)
    return row.period()


def _clauses(folder: Path, report: Report, sources: tuple[Held[Source], ...]) -> Iterator[Held[Clause]]:
    periods = {held.record.id: held.period for held in sources}
    for path in sorted((folder / "clauses").glob("*.toml")):
        file, source = f"clauses/{path.name}", path.stem
        if source not in periods:
            report(Fault(file, 1, f"sources.csv 里没有 {source}"))
            continue
        for row in toml_rows(folder, file, "clause", "id,title,text,confidence", report, top="quoted"):
            confidence = row.choice("confidence", CONFIDENCES) if "confidence" in row.cells else "A"
            cite = cited(source, row.text("id"))
            clause = Clause(cite, row.text("title"), row.text("text"), row.flag("quoted"), confidence)
            if row.sound:
                yield Held(clause, periods[source], row.file, row.line)


def _catalogue(folder: Path, report: Report) -> Iterator[Held[Tier]]:
    columns = "id,list,no,industry,branch,tier,source,clause,from,until"
    for row in csv_rows(folder, "catalogue.csv", columns, report):
        tier = Tier(
            row.text("id"), row.choice("list", LISTS), row.number("no"), row.text("industry"), row.text("branch"),
            row.text("tier"), row.cite(),
        )  # fmt: skip
        period = row.period()
        if row.sound:
            yield Held(tier, period, row.file, row.line)


def _reviews(folder: Path, report: Report) -> Iterator[Held[ReviewRow]]:
    columns = "list,industry,tier,pre_review,on_site,collective,publicity,note,source,clauses,from,until"
    for row in csv_rows(folder, "review.csv", columns, report):
        clauses = row.texts("clauses")
        if not clauses:
            row.fault("clauses", "clauses 空着")
        source, note = row.text("source"), row.text("note", empty=True)
        cites = tuple(cited(source, clause) for clause in clauses)
        review = Review(
            row.choice("pre_review", STAGES), row.choice("on_site", STAGES), row.choice("collective", STAGES),
            row.choice("publicity", STAGES), note or None, cites,
        )  # fmt: skip
        unstated = "unstated" in (review.pre_review, review.on_site, review.collective, review.publicity)
        if unstated and not note:
            row.fault("note", "有 unstated 却没有 note")
        if note and not unstated:
            row.fault("note", "没有 unstated 却写了 note")
        no = None if row.text("industry") == "*" else row.number("industry")
        tier = None if row.text("tier") == "*" else row.text("tier")
        name, period = row.choice("list", LISTS), row.period()
        if row.sound:
            yield Held(ReviewRow(name, no, tier, review), period, row.file, row.line)


def _benefits(folder: Path, report: Report) -> Iterator[Held[Benefit]]:
    keys = "no,title,says,caveat,grades,audience,source,clause,from,until"
    for row in toml_rows(folder, "benefits.toml", "benefit", keys, report):
        grades = row.texts("grades")
        if unknown := [grade for grade in grades if grade not in GRADES]:
            row.fault("grades", f"grades 不认识“{unknown[0]}”，只能是 {'、'.join(GRADES)}")
        benefit = Benefit(
            row.number("no"), row.text("title"), row.text("says"), row.text("caveat", empty=True), grades,
            row.choice("audience", ("enterprise", "district")), row.cite(),
        )  # fmt: skip
        period = row.period()
        if row.sound:
            yield Held(benefit, period, row.file, row.line)


def _outline(folder: Path, report: Report) -> Iterator[Held[OutlineItem]]:
    keys = "id,title,parent,if_applicable,source,clause,from,until"
    for row in toml_rows(folder, "outline.toml", "item", keys, report):
        item = OutlineItem(
            row.text("id"), row.text("title"), row.text("parent", empty=True), row.flag("if_applicable"), row.cite()
        )
        period = row.period()
        if row.sound:
            yield Held(item, period, row.file, row.line)


def _boards(folder: Path, report: Report) -> Iterator[Held[Board]]:
    for row in csv_rows(folder, "boards.csv", "id,title,says,evidence,source,clauses,from,until", report):
        source = row.text("source")
        cites = tuple(cited(source, clause) for clause in row.texts("clauses"))
        board = Board(row.text("id"), row.text("title"), row.texts("says"), row.text("evidence", empty=True), cites)
        period = row.period()
        if not cites:
            row.fault("clauses", "clauses 空着")
        if row.sound:
            yield Held(board, period, row.file, row.line)


def _system(folder: Path, report: Report) -> Iterator[Held[SystemFact]]:
    for row in toml_rows(folder, "system.toml", "fact", "id,audience,text,source,clause,from,until", report):
        fact = SystemFact(row.text("id"), row.choice("audience", AUDIENCES), row.text("text"), row.cite())
        period = row.period()
        if row.sound:
            yield Held(fact, period, row.file, row.line)


def _guides(folder: Path, report: Report) -> Iterator[Held[Guide]]:
    keys = "id,title,asks,says,who,prepare,next,unstated,silent,then,cites,from,until"
    for row in toml_rows(folder, "guides.toml", "guide", keys, report):
        guide = Guide(
            row.text("id"), row.text("title"), row.texts("asks"), row.text("says"), row.text("who"),
            row.text("prepare"), row.text("next"), row.text("unstated"), row.texts("silent"), row.text("then"),
            row.cites("cites"),
        )  # fmt: skip
        period = row.period()
        if row.sound:
            yield Held(guide, period, row.file, row.line)


def _faq(folder: Path, report: Report) -> Iterator[Held[Faq]]:
    keys = "id,asks,words,answer,then,silent,cites,from,until"
    for row in toml_rows(folder, "faq.toml", "faq", keys, report, optional=True):
        faq = Faq(
            row.text("id"), Lines(row.texts("asks")), _groups(row), row.text("answer"), row.text("then", empty=True),
            row.flag("silent", default=False), row.cites("cites"),
        )  # fmt: skip
        period = row.period()
        if row.sound:
            yield Held(faq, period, row.file, row.line)


def _groups(row: Row) -> tuple[tuple[str, ...], ...]:
    groups = row.cells.get("words", [])
    if isinstance(groups, list) and all(
        isinstance(group, list) and group and all(isinstance(word, str) and word.strip() for word in group)
        for group in groups
    ):
        return tuple(tuple(map(intern, group)) for group in groups)
    row.fault("words", "words 应是几组词，每组至少一个")
    return ()


def _districts(folder: Path, report: Report) -> Iterator[Held[District]]:
    columns = "id,name,aliases,from,until,successors,note,source,clause"
    for row in csv_rows(folder, "districts.csv", columns, report):
        period = row.period()
        district = District(
            row.text("id"), row.text("name"), row.texts("aliases"), period, row.texts("successors"),
            row.text("note", empty=True), row.cite(),
        )  # fmt: skip
        if row.sound:
            yield Held(district, period, row.file, row.line)


def _aliases(folder: Path, report: Report) -> Iterator[tuple[Alias, Period, int]]:
    for row in csv_rows(folder, ALIASES, "text,target,kind,source,from,until", report, optional=True):
        alias = Alias(
            row.text("text"), intern(row.text("target")), intern(row.text("kind")), intern(row.text("source"))
        )
        period = row.period()
        if row.sound:
            yield alias, period, row.line


def _indicators(folder: Path, report: Report) -> Iterator[Held[Indicator]]:
    for row in indicator_rows(folder, report):
        indicator, period = read_indicator(row)
        if row.sound:
            yield Held(indicator, period, row.file, row.line)
