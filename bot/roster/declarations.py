"""申报：一个企业一年一行，每一次改动都留下前后的样子。

按哪一年算：写明了年度照写明的；没有写明的，提交看那天在哪一年的窗口里，不在窗口里按那天的年份，
其余的接着上一年没有了结的那一次。
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.roster.words import FINISHED, STATUSES
from bot.store.schema import declaration_changes, declarations, enterprises


@dataclass(frozen=True, slots=True)
class Declared:
    """名单或值班的人说的一次：`year` 0 是没有写明；空着的各项不改原来的。"""

    status: str
    on_day: date
    year: int = 0
    branch: str = ""
    grade_applied: str = ""
    grade_announced: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """库里的一行；还没有写进库的 `id` 是 0。"""

    id: int
    enterprise_id: int
    year: int
    status: str
    on_day: date
    branch: str = ""
    grade_applied: str = ""
    grade_announced: str = ""

    @property
    def told(self) -> str:
        """给人看的一句：“2026年 2026-09-01 已提交”。"""
        grades = (("申报", self.grade_applied), ("公布", self.grade_announced))
        more = "，".join(f"{word} {grade}" for word, grade in grades if grade)
        return f"{self.year}年 {self.on_day} {STATUSES[self.status][0]}" + (f"（{more}）" if more else "")


@dataclass(frozen=True, slots=True)
class Step:
    """一次改动：原来的（没有是 None）、之后的；一样就是没有改。`doubt` 非空是要人看一眼，说为什么。

    `outside` 为真：提交的那天不在登记的窗口里，是哪一年只看日期。
    """

    before: Declaration | None
    after: Declaration
    doubt: str = ""
    outside: bool = False

    @property
    def same(self) -> bool:
        """什么也没有变。"""
        return self.before == self.after


def step(held: Mapping[int, Declaration], enterprise_id: int, said: Declared, cycle: int | None = None) -> Step:
    """照这一次说的，这个企业的申报该成什么样；`held` 是它各年的申报。

    `cycle` 是那天所在窗口的年份，不在窗口里是 0，一个窗口也没有登记是 None。
    """
    year = said.year or _year(held, said, cycle or 0)
    outside = not said.year and cycle == 0 and said.status == "submitted"
    before = held.get(year)
    if before is None:
        grades = (said.grade_applied, said.grade_announced)
        new = Declaration(0, enterprise_id, year, said.status, said.on_day, said.branch, *grades)
        return Step(None, new, outside=outside)
    status = said.status
    if status == "submitted" and before.status in ("returned", "resubmitted") and said.on_day >= before.on_day:
        status = "resubmitted"  # 退回以后再交的，不是又申报一次
    after = replace(
        before,
        status=status,
        on_day=said.on_day,
        branch=said.branch or before.branch,
        grade_applied=said.grade_applied or before.grade_applied,
        grade_announced=said.grade_announced or before.grade_announced,
    )
    doubt = ""
    if said.on_day < before.on_day:
        doubt = f"库里是 {before.told}，比它晚"
    elif status == "submitted" and before.status != "withdrawn" and after != before:
        doubt = f"库里是 {before.told}，一年只能申报一次"
    return Step(before, after, doubt)


def _year(held: Mapping[int, Declaration], said: Declared, cycle: int) -> int:
    year = said.on_day.year
    if said.status == "submitted" and cycle:
        return cycle
    last = held.get(year - 1)
    if said.status == "submitted" or year in held or last is None:
        return year
    going_on = last.status not in FINISHED or (last.status, last.on_day) == (said.status, said.on_day)
    return year - 1 if going_on else year


def held_by(connection: Connection, enterprise_ids: Iterable[int] | None = None) -> dict[int, dict[int, Declaration]]:
    """各企业各年的申报：企业 → 年 → 申报；不写就是全部。"""
    query = select(declarations)
    if enterprise_ids is not None:
        query = query.where(declarations.c.enterprise_id.in_(list(enterprise_ids)))
    found: dict[int, dict[int, Declaration]] = {}
    for row in connection.execute(query.order_by(declarations.c.id)):
        found.setdefault(row.enterprise_id, {})[row.year] = _declaration(row)
    return found


def write_steps(connection: Connection, steps: Iterable[Step], by: str, at: str) -> None:
    """写下这些改动和历史；没有变的不写。"""
    steps = [each for each in steps if not each.same]
    new = [each.after for each in steps if each.before is None]
    ids = {each.id: each.id for each in (s.after for s in steps) if each.id}
    added: dict[tuple[int, int], int] = {}
    if new:
        statement = insert(declarations).returning(declarations.c.id, sort_by_parameter_order=True)
        rows = [_columns(each) | {"updated_at": at} for each in new]
        numbers = connection.scalars(statement, rows)
        added = {(each.enterprise_id, each.year): number for each, number in zip(new, numbers, strict=True)}
    changed = [_columns(each.after) | {"updated_at": at, "which": ids[each.after.id]} for each in steps if each.before]
    if changed:
        connection.execute(update(declarations).where(declarations.c.id == bindparam("which")), changed)
    history = [
        {
            "declaration_id": each.after.id or added[each.after.enterprise_id, each.after.year],
            "at": at,
            "by": by,
            "before": None if each.before is None else _json(each.before),
            "after": _json(each.after),
        }
        for each in steps
    ]
    if history:
        connection.execute(insert(declaration_changes), history)


def declaration_lines(
    connection: Connection, year: int | None = None, status: str = "", history: bool = False
) -> list[str]:
    """给人看的清单：一行一个申报；`history` 为真时下面缩进的是它的每一步。"""
    query = select(declarations, enterprises.c.name).join(enterprises, enterprises.c.id == declarations.c.enterprise_id)
    if year is not None:
        query = query.where(declarations.c.year == year)
    if status:
        query = query.where(declarations.c.status == status)
    lines: list[str] = []
    changes: dict[int, list[str]] = {}
    if history:
        for row in connection.execute(select(declaration_changes).order_by(declaration_changes.c.id)):
            after = json.loads(row.after)
            told = f"  {row.at}  {row.by}：{after['on_day']} {STATUSES[after['status']][0]}"
            changes.setdefault(row.declaration_id, []).append(told)
    for row in connection.execute(query.order_by(declarations.c.year, declarations.c.enterprise_id)):
        lines.append(f"#{row.enterprise_id} {row.name}  {_declaration(row).told}")
        lines += changes.get(row.id, [])
    return lines


def _columns(each: Declaration) -> dict[str, Any]:
    return {name: value for name, value in asdict(each).items() if name != "id"}


def _json(each: Declaration) -> str:
    return json.dumps(_columns(each), default=date.isoformat, ensure_ascii=False)


def _declaration(row: Row[Any]) -> Declaration:
    return Declaration(
        row.id, row.enterprise_id, row.year, row.status, row.on_day, row.branch, row.grade_applied, row.grade_announced
    )
