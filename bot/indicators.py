"""`chuangb knowledge template`、`import`、`diff`：要一张空的指标表，导入填好的，两份文件对着看。"""

import re
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import knowledge
from bot.clock import Clock
from bot.commands import Fault
from bot.settings import read_settings

if TYPE_CHECKING:
    from knowledge.importing import Taken
    from knowledge.load import Law
    from knowledge.records import Branch, Change, Indicator
    from knowledge.rules import Rules


def template(given: Namespace) -> None:
    """一张空的指标表。"""
    from bot.template import write_template

    rules = _rules()
    try:
        write_template(Path(given.out), rules, _branch(given.branch, rules) if given.branch else None)
    except OSError as error:
        raise Fault(f"{given.out}：写不了，看看文件夹在不在、有没有权限、是不是正开着") from error
    print(f"写好了：{given.out}；填好以后 chuangb knowledge import {given.out}")


def take(given: Namespace) -> int:
    """导入一张指标表；有毛病逐处指出，什么也不写。"""
    from bot.sheets import SheetError, read_sheet
    from knowledge.importing import take_in
    from knowledge.load import HERE

    path = Path(given.file)
    name = re.sub(r"[^\w-]+", "-", path.stem).strip("-_")
    if not name:
        raise Fault(f"{path.name}：文件名里没有可用的字")
    try:
        sheet = read_sheet(path)
        taken = take_in(sheet, name, Path(given.into) if given.into else HERE, whole=given.whole)
    except SheetError as error:
        raise Fault(str(error)) from error
    except OSError as error:
        raise Fault(f"写不进去，看看有没有权限、磁盘满没满：{error.filename}") from error
    for fault in taken.faults:
        print(fault, file=sys.stderr)
    told = [f"{taken.wrong} 处有错，什么也没有写"] if taken.faults else _told(taken)
    print("\n".join((*told, *sheet.notes)))
    return 1 if taken.faults else 0


def _told(taken: "Taken") -> Iterable[str]:
    """导入了什么，还缺什么。"""
    branches = _rules().branches
    yield f"{'写好了' if taken.changed else '已经有了，一个字没有变'}：{taken.path}（{taken.rows} 行）"
    if taken.changes:
        yield f"换掉了原来的同名表：{_counted(taken.changes)}"
    for branch, dimensions in taken.missing:
        named = branches[branch].name if branch in branches else branch
        yield f"{named}：还缺 {'、'.join(dimensions)}，只能给等级封顶" if dimensions else f"{named}：八个维度齐了"
    if taken.clauses:
        listed = "、".join(f"{cite.source} {cite.clause}" for cite in taken.clauses)
        yield f"条款文件里没有、文字就是表里各行的条款：{listed}"


def diff(given: Namespace) -> None:
    """两份文件（或两张表）的指标和名录对着看。"""
    from knowledge.load import load

    law = load()
    old, new = (_indicators(each, law) for each in (given.old, given.new))
    lines = [*_compared(old, new), *_catalogues(given.old, given.new, law)]
    print("\n".join(lines) or f"{given.old} 和 {given.new} 没有不同")


def _indicators(said: str, law: "Law") -> "list[Indicator]":
    """一个文件 id 的各行，或一张 .csv、.xlsx 里的各行；几个时期的取最后的。"""
    from knowledge.tables import in_order

    if any(held.record.id == said for held in law.sources):
        return in_order(each for each in law.indicators if each.record.cite.source == said)
    if not Path(said).exists():
        raise Fault(f"没有这个文件：{said}；写 sources.csv 里的 id，或一张 .csv、.xlsx")
    from bot.sheets import SheetError, read_sheet
    from knowledge.importing import rows_of

    try:
        rows, faults = rows_of(read_sheet(Path(said)), law)
    except SheetError as error:
        raise Fault(str(error)) from error
    if faults:
        raise Fault(f"{said}：{faults[0]}" + (f"；另有 {len(faults) - 1} 处" if len(faults) > 1 else ""))
    return in_order(rows)


def _compared(old: "list[Indicator]", new: "list[Indicator]") -> Iterable[str]:
    """按分支，一项要求的一档一行。"""
    from knowledge.tables import differences

    changes = differences(old, new)
    branches = _rules().branches
    for branch in dict.fromkeys(row.branch for row in (*old, *new)):
        own = [each for each in changes if branch == (each.after or each.before).branch]  # type: ignore[union-attr]
        if own:
            yield f"{branches[branch].name if branch in branches else '各个分支'}（{branch}）：{_counted(own)}"
            yield from (f"  {_line(each)}" for each in own)


def _counted(changes: "Iterable[Change]") -> str:
    marks = [_mark(each) for each in changes]
    return "、".join(f"{mark} {marks.count(mark)}" for mark in ("加", "改", "去"))


def _mark(change: "Change") -> str:
    return "加" if change.before is None else "去" if change.after is None else "改"


def _line(change: "Change") -> str:
    texts = [row.text for row in (change.before, change.after) if row]
    row = change.after or change.before
    assert row is not None
    return f"{_mark(change)} {row.dimension} {change.requirement} {change.tier}：{' → '.join(texts)}"


def _catalogues(old: str, new: str, law: "Law") -> Iterable[str]:
    """两份文件的名录：哪一份没有名录，就不比。"""
    tables: list[dict[str, tuple[str, list[str]]]] = [{}, {}]
    for table, source in zip(tables, (old, new), strict=True):
        for held in law.catalogue:
            if held.record.cite.source == source:
                named = f"{held.record.industry} {held.record.branch}（{held.record.branch_id}）"
                table.setdefault(held.record.branch_id, (named, []))[1].append(held.record.tier)
    before, after = tables
    if not before or not after:
        return
    for id in dict.fromkeys((*before, *after)):
        was, now = before.get(id), after.get(id)
        if was != now:
            named, _ = was or now or ("", [])
            tiers = " → ".join("、".join(each[1]) for each in (was, now) if each)
            yield f"名录 {'加' if was is None else '去' if now is None else '改'} {named}：{tiers}"


def _rules() -> "Rules":
    return knowledge.on(Clock(read_settings().zone)().date())


def _branch(said: str, rules: "Rules") -> "Branch":
    """id（n15-4）或附件3的分支名称；几个行业同名的要写 id。"""
    found = [each for each in rules.branches.values() if said.strip() in (each.id, each.name)]
    if len(found) != 1:
        near = found or [each for each in rules.branches.values() if said.strip() in f"{each.industry}{each.name}"]
        listed = "、".join(f"{each.id} {each.name}" for each in near[:8])
        raise Fault(
            f"--branch：{'有几个' if found else '没有这个分支'}：{said}" + (f"；是不是 {listed}" if near else "")
        )
    return found[0]
