"""认一张表：表头在哪里、哪一格是哪一列，读成一行行；认不出的说清楚为什么。"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cells import Line, Page, SheetError, letters, read_bytes, read_pages
from knowledge.importing import EXAMPLE, Sheet
from knowledge.tables import COLUMNS

SHEET = "指标表"
DEEPEST = 20
"""表头最多在第几行。"""
TITLES = {
    "branch": "分支", "dimension": "维度", "requirement": "要求", "tier": "等级", "text": "原文", "value": "数值",
    "unit": "单位", "source": "文件", "clause": "条款", "from": "起", "until": "止",
}  # fmt: skip
"""表头上的中文名；认英文名，也认中文名。"""
OPTIONAL = {"value", "unit", "until"}
__all__ = ["INDICATORS", "SHEET", "TITLES", "Form", "SheetError", "read_sheet", "read_sheets"]


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


def read_sheet(path: Path) -> Sheet:
    """读一张指标表；空行不要。整个读不了的抛 SheetError。"""
    return read_sheets(path, INDICATORS)[0]


def read_sheets(path: Path, form: Form) -> tuple[Sheet, ...]:
    """读一个文件里这种表的每一页，至少一页；空行不要，样例行（指标表的除外）也不要。整个读不了的抛 SheetError。"""
    data = read_bytes(path, form.largest)
    pages = read_pages(path, data, form.name, form.most, lambda lines: _heads(lines, form) is not None)
    if pages and pages[0].title in (form.name, path.name):
        return (_sheet("" if pages[0].title == path.name else path.name, pages[0], form),)
    if form.strict:
        titles = "、".join(page.title for page in pages)
        raise SheetError(f"{path.name}：没有“{form.name}”这一页，只有 {titles or '图表'}")
    headed = [page for page in pages if _heads(page.lines, form)]
    if not headed:
        raise SheetError(f"{path.name}：哪一页都没有找到表头；列名应是 {form.shown}")
    return tuple(_sheet(path.name, page, form) for page in headed)


def _sheet(file: str, page: Page, form: Form) -> Sheet:
    named = f"{file} {page.title}".strip()
    head, columns = _head(named, page.lines, form)
    lines = [line for line in page.lines if line.number > head]
    titled = {at for at, title in (_heads(page.lines, form) or (0, {}))[1].items() if title and not form.strict}
    if len(lines) > form.most:
        raise SheetError(f"{named}：超过 {form.most} 行")
    found: list[tuple[int, dict[str, str]]] = []
    faults: list[tuple[int, str, str]] = []
    for line in lines:
        cells = {column: line.texts.get(at, "") for column, at in columns.items()}
        wrong = [(line.number, column, line.faults[at]) for column, at in columns.items() if at in line.faults]
        example = cells.get(form.key, "").strip().startswith(EXAMPLE)
        if (example and not form.strict) or not (wrong or line.texts):
            continue
        extra = next((at for at in sorted(line.texts) if at not in columns.values() and at not in titled), None)
        if extra is not None and line.texts[extra].strip():
            text = line.texts[extra].strip()[:10]
            wrong.append((line.number, "", f"{letters(extra)} 列没有列名，却有内容“{text}”"))
        found.append((line.number, cells))
        faults += [] if example else wrong
    places = {column: letters(at) for column, at in columns.items()}
    notes = tuple(_notes(page, head))
    if form.strict:
        return Sheet(page.title, places, tuple(found), tuple(faults), notes)
    titles = {column: names[0] for column, names in form.titles.items()}
    return Sheet(named, places, tuple(found), tuple(faults), notes, titles)


def _notes(page: Page, head: int) -> Iterator[str]:
    """藏着的也读了，要说一声。"""
    if page.hidden:
        yield f"“{page.title}”是藏起来的一页，照样读了"
    if folded := [number for number in page.folded if number > head]:
        yield f"有 {len(folded)} 行是藏起来的，照样读了，头一行是第 {folded[0]} 行"


def _heads(lines: Sequence[Line], form: Form) -> tuple[int, dict[int, str]] | None:
    """表头在第几行，各格是哪一列；不认识的照写。没有表头是 None。"""
    known = form.known
    for line in lines:
        if line.number > DEEPEST:
            break
        titles = {at: _title(text, known) for at, text in sorted(line.texts.items())}
        found = {title for title in titles.values() if title in form.titles}
        if len(found) >= form.least and (form.strict or set(form.required[:1]) <= found):
            return line.number, titles
    return None


def _head(named: str, lines: Sequence[Line], form: Form) -> tuple[int, dict[str, int]]:
    """表头在第几行，各列在第几格；列的先后随意。"""
    heads = _heads(lines, form)
    if heads is None:
        raise SheetError(f"{named}：没有找到表头；列名应是 {form.shown}")
    number, titles = heads
    found = [title for title in titles.values() if title in form.titles]
    where = f"{named} 第 {number} 行"
    if doubled := next((title for title in found if found.count(title) > 1), None):
        raise SheetError(f"{where}：“{form.titles[doubled][0]}”有两列")
    unknown = next((at for at, title in titles.items() if title and title not in form.titles), None)
    if unknown is not None and form.strict:
        raise SheetError(f"{where} {letters(unknown)} 列：不认识列名“{titles[unknown][:20]}”")
    if lost := [column for column in form.required if column not in found]:
        missing = (form.titles[column][0] + (f" {column}" if form.strict else "") for column in lost)
        raise SheetError(f"{where}：缺列 {'、'.join(missing)}")
    return number, {title: at for at, title in titles.items() if title in form.titles}


def _title(text: str, known: Mapping[str, str]) -> str:
    """一格表头是哪一列：整格认得，或者其中一个词认得；都不认得照写。"""
    words = (text, *text.split())
    return next((known[_plain(word)] for word in words if _plain(word) in known), text.strip())


def _plain(title: str) -> str:
    bare = unicodedata.normalize("NFKC", title).partition("(")[0]
    return "".join(bare.split()).strip("*:").lower()
