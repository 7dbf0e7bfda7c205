"""`chuangb enterprises …`、`declarations …`：名册、申报、关联。"""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import knowledge
from bot.commands import Fault, on_store

if TYPE_CHECKING:
    from bot.roster.declarations import Step
    from bot.roster.importing import Plan
    from bot.sheets import Form
    from bot.store import Store

SHOWN = 20
"""预览里每样最多列这么多家。"""


def enterprises_import(given: Namespace) -> int:
    """导入企业名册。"""
    from bot.roster.reading import ENTERPRISES

    return _import(given, ENTERPRISES)


def declarations_import(given: Namespace) -> int:
    """导入市里系统的申报名单。"""
    from bot.roster.reading import DECLARATIONS

    return _import(given, DECLARATIONS)


def enterprises_list(given: Namespace) -> None:
    """全部企业，一行一家。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.roster.enterprises import all_enterprises

        rules = knowledge.on(now.date())
        with store.reading() as connection:
            held = all_enterprises(connection)
        lines = []
        for each in held:
            if given.district and each.district not in {d.id for d in rules.districts_in(given.district)}:
                continue
            names = "、".join(rules.branches[id].name if id in rules.branches else id for id in each.branches)
            lines.append("  ".join(filter(None, (each.named, names, each.grade, each.contact, each.phone))))
        print("\n".join(lines) or "名册是空的")

    on_store(given, run)


def enterprises_link(given: Namespace) -> None:
    """把一个用户和一家企业关联起来。"""
    from bot.channels.terminal import addressed

    def run(store: "Store", now: datetime) -> None:
        from bot.roster.linking import link, unlink

        do = unlink if given.remove else link
        found = do(store, addressed(given.user), given.enterprise, "desk:command", now)
        print(f"{addressed(given.user)} {'不再是' if given.remove else '是'} {found.named} 的人")

    _roster(given, run)


def enterprises_code(given: Namespace) -> None:
    """印出一个一次性的关联码。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.roster.linking import DAYS, new_code

        code, found = new_code(store, given.enterprise, now)
        print(code)
        print(f"{found.named}：{DAYS} 天内有效，只能用一次", file=sys.stderr)

    _roster(given, run)


def calendar_import(given: Namespace) -> int:
    """导入放假和调休的日子。"""
    from bot.roster.days import set_days
    from bot.roster.daysheet import CALENDAR, read_days
    from bot.sheets import SheetError, read_sheets

    try:
        days, faults = read_days(read_sheets(Path(given.file), CALENDAR))
    except SheetError as error:
        raise Fault(str(error)) from error
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} 处有错，什么也没有写")
        return 1

    def run(store: "Store", now: datetime) -> None:
        print(f"共 {len(days)} 天，有改动 {set_days(store, days)} 天")

    on_store(given, run)
    return 0


def calendar_list(given: Namespace) -> None:
    """主管部门放进来的日子，一行一天。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.roster.days import list_days

        lines = [f"{each.day}  {'上班' if each.working else '放假'}  {each.name}".rstrip() for each in list_days(store)]
        print("\n".join(lines) or "没有放进来的日子；按自带的日历算")

    on_store(given, run)


def declarations_record(given: Namespace) -> None:
    """记下一次申报。"""
    from bot.channels.terminal import addressed

    def run(store: "Store", now: datetime) -> None:
        from bot.roster.declarations import Declared
        from bot.roster.recording import record, record_unlinked

        said = Declared(
            given.status, given.on, given.year, grade_applied=given.applied, grade_announced=given.announced
        )
        user = addressed(given.user) if given.user else ""
        if not user and not given.enterprise:
            raise Fault("写 --user 或 --enterprise")
        found = record(store, said, "desk:command", now, user=user, enterprise=given.enterprise, correct=given.correct)
        if found is not None:
            print(f"{found[0].named}：{found[1].after.told}{'，原来就是这样' if found[1].same else ''}")
            print("".join(_outside([(found[0].name, found[1])] if found[1].outside else ())), end="", file=sys.stderr)
            return
        year = record_unlinked(store, user, said, now)
        print(f"{user} 没有关联企业：{year}年的申报只记在这个用户自己的提醒上；关联：chuangb enterprises link")

    _roster(given, run)


def declarations_list(given: Namespace) -> None:
    """申报，一行一个。"""

    def run(store: "Store", now: datetime) -> None:
        from bot.roster.declarations import declaration_lines
        from bot.roster.recording import told_lines

        with store.reading() as connection:
            lines = declaration_lines(connection, given.year or None, given.status, given.history)
            lines += told_lines(connection, given.year or None, given.status)
        print("\n".join(lines) or "没有申报")

    on_store(given, run)


def _import(given: Namespace, form: "Form") -> int:
    from bot.sheets import SheetError, read_sheets

    try:
        sheets = read_sheets(Path(given.file), form)
    except SheetError as error:
        raise Fault(str(error)) from error
    faulty: list[bool] = []

    def run(store: "Store", now: datetime) -> None:
        from bot.roster.enterprises import hold_roster
        from bot.roster.importing import Decided, plan, take

        decided = Decided(_labels(given.confirm), _labels(given.separate))
        if both := decided.same & decided.apart:
            raise Fault(f"{'、'.join(sorted(both))} 既写在 --confirm 又写在 --separate")
        rules = knowledge.on(now.date())
        with store.reading() if given.dry_run else store.transaction() as connection:
            if not given.dry_run:
                hold_roster(connection)
            planned = plan(connection, sheets, rules, decided)
            if planned.ready and not given.dry_run:
                take(connection, planned, f"file:{Path(given.file).name}", now.isoformat())
        print("\n".join(_told(planned, given.dry_run)))
        print("".join(_outside(planned.outside)), end="", file=sys.stderr)
        for fault in planned.faults:
            print(fault, file=sys.stderr)
        for label in planned.unknown:
            print(f"没有编号是 {label} 的行", file=sys.stderr)
        faulty.append(not planned.ready and not (given.dry_run and not planned.faults and not planned.unknown))

    on_store(given, run)
    return int(any(faulty))


def _outside(steps: "Iterable[tuple[str, Step]]") -> Iterator[str]:
    """提交的日子不在登记的窗口里：按日期记的，要人看一眼。"""
    for name, step in steps:
        yield f"注意：{name} {step.after.on_day} 不在登记的申报窗口里，按日期记作 {step.after.year} 年的\n"


def _labels(said: str) -> frozenset[str]:
    return frozenset(filter(None, said.replace("，", ",").replace(" ", ",").split(",")))


def _told(planned: "Plan", dry_run: bool) -> Iterator[str]:
    """会做什么，或做了什么。"""
    changed = len(planned.changed)
    same = planned.rows - len(planned.faults)
    yield f"共 {planned.rows} 行：新企业 {len(planned.added)} 家，企业信息有改动 {changed} 家"
    yield from _some([f"  新：{'，'.join(filter(None, (e.name, e.district, e.code)))}" for e in planned.added])
    yield from _some([f"  改：{change.told}" for change in planned.changed])
    if planned.steps:
        taken = planned.taken
        new = [(name, step) for name, step in taken if step.before is None]
        yield f"申报：新 {len(new)} 个，有改动 {len(taken) - len(new)} 个，没有变 {len(planned.steps) - len(taken)} 个"
        yield from _some([f"  新：{name}，{step.after.told}" for name, step in new])
        yield from _some([f"  改：{n}，{s.before.told} → {s.after.told}" for n, s in taken if s.before])
    if planned.doubts:
        yield f"拿不准 {len(planned.doubts)} 处，要人定：是同一家（照表里的改）--confirm 编号，不是 --separate 编号"
        yield from (f"  {label}  {why}" for label, why in planned.doubts)
    if not planned.ready:
        wrong = f"{len(planned.faults)} 处有错" if planned.faults else "还有没定的"
        yield f"{wrong}，什么也没有写"
    elif dry_run:
        yield "只是看看，什么也没有写"
    elif not (planned.added or changed or planned.taken):
        yield f"{same} 行都已经是这样，什么也没有变"
    else:
        yield "写好了"


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"  …还有 {len(lines) - SHOWN} 家"


def _roster(given: Namespace, run: "Callable[[Store, datetime], None]") -> None:
    from bot.roster.enterprises import RosterError
    from bot.roster.recording import Doubtful

    try:
        on_store(given, run)
    except Doubtful as error:
        raise Fault(f"{error}；要改正写 --correct") from error
    except RosterError as error:
        raise Fault(str(error)) from error
