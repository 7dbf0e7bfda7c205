"""到期提醒的各个时机（reminders.toml）：读进来、检查、填好。"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from knowledge.records import Citation, Period
from knowledge.rows import Fault, LawError, Report, Row, toml_rows

if TYPE_CHECKING:
    from knowledge.load import Law

FILE = "reminders.toml"
HERE = Path(__file__).parent
When = Literal["registered", "opening", "before", "last-day", "moved", "closed"]
Who = Literal["all", "began"]
WHEN: tuple[When, ...] = get_args(When)
WHO: tuple[Who, ...] = get_args(Who)
SHORTEST = 20
"""平台模板里一格最多这么多字。"""
LONGEST = 600
SAMPLE = {
    "window": "重庆市2026年度重点行业企业大气污染防治绩效评级申报窗口（石柱土家族自治县）",
    "where": "重庆某某商品混凝土有限责任公司石柱分公司，石柱土家族自治县",
    "start": "2026年10月10日",
    "end": "2026年12月31日",
    "closed": "2026年12月31日",
    "left": "还剩100个工作日",
    "unsure": "2027年的放假调休还没有录入，工作日按周一到周五算，以国务院办公厅的通知为准。",
    "basis": "登记的窗口 w2026-100；便函〔2024〕210号 附件4 二",
}
"""能填的都有哪些，连同一个最长的例子。"""
_PLACE = re.compile(r"\{(\w*)\}")
_QUOTE = re.compile(r"“([^“”{}]{6,})”")
OWN = ("我们今天交了",)
"""引号里的这些是教人怎么回复，不是引文。"""


@dataclass(frozen=True, slots=True)
class Stage:
    """一个时机：`days` 是截止前几个工作日（只有 before 有），`who` 是给谁。"""

    id: str
    when: When
    days: int
    who: Who
    short: str
    text: str
    cite: Citation


@dataclass(frozen=True, slots=True)
class Reminders:
    """一天有效的各个时机，照文件里的次序；工作日 `opens` 点到 `closes` 点发。"""

    opens: int
    closes: int
    stages: tuple[Stage, ...]

    def stage(self, id: str) -> Stage | None:
        """叫这个名字的时机。"""
        return next((each for each in self.stages if each.id == id), None)


def reminders_on(day: date) -> Reminders:
    """这一天有效的提醒；文件坏了抛 LawError。"""
    opens, closes, held = _held()
    return Reminders(opens, closes, tuple(stage for stage, period in held if period.holds(day)))


def stage_ids() -> tuple[str, ...]:
    """各个时机叫什么，不论哪天有效，照文件里的次序。"""
    return tuple(dict.fromkeys(stage.id for stage, _ in _held()[2]))


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """填好的一段；空着的占位不留痕迹。"""
    return _PLACE.sub(lambda found: values[found[1]], pattern).strip()


def check_reminders(folder: Path, law: "Law") -> Iterator[Fault]:
    """各时机不重名；占位都认得；模板里那句填满也放得下；有依据、下一步和怎么停；引文在所引的条款里。"""
    faults: list[Fault] = []
    clauses = {held.record.cite: re.sub(r"\s", "", held.record.text) for held in law.clauses}
    seen: dict[tuple[str, date], int] = {}
    for row in _rows(folder, faults.append):
        stage, period = _stage(row)
        if row.number("opens") >= row.number("closes") or row.number("closes") > 24:
            row.fault("opens", "opens 要早于 closes，都在 24 点以内")
        if (first := seen.setdefault((stage.id, period.start), row.line)) != row.line:
            row.fault("id", f"“{stage.id}”与第 {first} 行重复")
        if row.sound:
            _check_words(row, stage)
        if stage.cite not in clauses:
            row.fault("clause", f"{stage.cite.source} 里没有条款“{stage.cite.clause}”")
        for quote in _QUOTE.findall(stage.text):
            if quote not in OWN and quote not in clauses.get(stage.cite, quote):
                row.fault("text", f"“{quote}”不在所引的条款里")
    yield from faults


def _check_words(row: Row, stage: Stage) -> None:
    for key, pattern in (("short", stage.short), ("text", stage.text)):
        for name in _PLACE.findall(pattern):
            if name not in SAMPLE:
                row.fault(key, f"不认得 {{{name}}}，能填的有 {'、'.join(SAMPLE)}")
    if not row.sound:
        return
    short, text = filled(stage.short, SAMPLE), filled(stage.text, SAMPLE)
    if len(short) > SHORTEST:
        row.fault("short", f"填好有 {len(short)} 个字，最多 {SHORTEST} 个：{short}")
    if len(text) > LONGEST:
        row.fault("text", f"填好有 {len(text)} 个字，最多 {LONGEST} 个")
    for needed in ("{basis}", "{closed}" if stage.when == "closed" else "{end}", "“退订”"):
        if needed not in stage.text:
            row.fault("text", f"没有写 {needed}")
    if not text.splitlines()[-1].startswith("下一步："):
        row.fault("text", "最后一行要是“下一步：…”")


@lru_cache(maxsize=1)
def _held() -> tuple[int, int, tuple[tuple[Stage, Period], ...]]:
    def refuse(fault: Fault) -> None:
        raise LawError(fault.file, fault.line, fault.message)

    held, opens, closes = [], 9, 18
    for row in _rows(HERE, refuse):
        opens, closes = row.number("opens"), row.number("closes")
        held.append(_stage(row))
    return opens, closes, tuple(held)


def _rows(folder: Path, report: Report) -> Iterator[Row]:
    keys = "id,when,days,who,short,text,source,clause,from,until,opens,closes"
    return toml_rows(folder, FILE, "stage", keys, report, top="opens,closes")


def _stage(row: Row) -> tuple[Stage, Period]:
    when = row.choice("when", WHEN)
    days = row.number("days") if when == "before" else 0
    if when != "before" and "days" in row.cells:
        row.fault("days", "只有 before 才写 days")
    id_, short, text = row.text("id"), row.text("short"), str(row.cells.get("text", "")).strip()
    if "@" in id_:
        row.fault("id", "id 里不能有 @")
    return Stage(id_, when, days, row.choice("who", WHO), short, text, row.cite()), row.period()
