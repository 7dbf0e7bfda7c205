"""申报：按年、状态、区县列出来，给一家企业记一次，导入市里系统的名单。"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from bot.desk.roster import FORM, named, owned, scoped, shown_one, tiers
from bot.desk.uploading import MOST, Kind, ask, look, write
from bot.desk.visit import Answer, Page, Refused, Visit, to
from bot.roster.declarations import Declared
from bot.roster.enterprises import RosterError, hold_roster
from bot.roster.reading import DECLARATIONS
from bot.roster.recording import Doubtful, record_in
from bot.roster.words import STATUSES, parsed_day
from bot.store.schema import declarations, enterprises

EACH = 50
LISTS = Kind("申报情况", DECLARATIONS, "/desk/declared/import")


async def _list(visit: Visit) -> Answer:
    """一页申报，新记的在前；默认看今年的，写 all 看全部年份。"""
    year, status = visit.query("year", 4) or str(visit.now.year), visit.query("status", 20)
    district, before = visit.query("district", 40), visit.query("before", 18)
    held = declarations.c
    where: list[ColumnElement[bool]] = scoped(visit, district)
    if year.isascii() and year.isdecimal():
        where.append(held.year == int(year))

    def read(connection: Connection) -> tuple[Sequence[Row[Any]], dict[str, int]]:
        joined = declarations.join(enterprises, enterprises.c.id == held.enterprise_id)
        counts = select(held.status, func.count()).select_from(joined).where(*where).group_by(held.status)
        columns = (*declarations.c, enterprises.c.name, enterprises.c.district)
        query = select(*columns).select_from(joined).where(*where)
        if status in STATUSES:
            query = query.where(held.status == status)
        if before.isascii() and before.isdecimal():
            query = query.where(held.id < int(before))
        rows = connection.execute(query.order_by(held.id.desc()).limit(EACH + 1)).all()
        return rows, {row[0]: int(row[1]) for row in connection.execute(counts)}

    rows, counts = await visit.reads(read)
    given = {
        "rows": [(row, named(visit, [part for part in row.branch.split("、") if part])) for row in rows[:EACH]],
        "more": rows[EACH - 1].id if len(rows) > EACH else 0,
        "counts": counts,
        "statuses": STATUSES,
        "years": range(visit.now.year + 1, visit.now.year - 5, -1),
        "wanted": {"year": year, "status": status, "district": district},
    }
    return "declared_list.html", given


async def _record(visit: Visit) -> Answer:
    """记一次；和库里对不上的，勾了“改正”才照改。"""
    form = {name: visit.field(name, 40) for name in FORM}
    day, year = parsed_day(form["on"]), form["year"]
    if form["status"] not in STATUSES or day is None:
        return await shown_one(visit, "没有记：要选走到哪一步，日期要写成 2026-09-01。", form=form)
    if year and not (year.isascii() and year.isdecimal() and 2000 <= int(year) <= 2100):
        return await shown_one(visit, "没有记：年度要写成 2026。", form=form)
    if {form["applied"], form["announced"]} - {"", *tiers(visit)}:
        raise Refused(400, "附件3没有这个等级。")
    grades = {"grade_applied": form["applied"], "grade_announced": form["announced"]}

    def work(connection: Connection) -> bool:
        hold_roster(connection)
        found = owned(connection, visit)
        if form["branch"] and form["branch"] not in found.branches:
            raise Refused(400, "名册上这家企业没有这个分支。")
        said = Declared(form["status"], day, int(year or 0), form["branch"], **grades)
        correct = visit.field("correct", 1) == "1"
        taken = record_in(connection, found, said, f"desk:{visit.operator.name}", visit.now, correct=correct)
        visit.note(f"enterprise:{found.id}", taken.after.told)
        return taken.same

    try:
        same = await visit.writes(work)
    except Doubtful as error:
        return await shown_one(visit, f"没有记：{error}。原来记错了的，勾上“改正原来记的”再记。", form=form)
    except RosterError as error:
        return await shown_one(visit, f"没有记：{error}。", form=form)
    return to(f"/desk/enterprise/{visit.id}?done={'same' if same else 'declared'}")


async def _ask(visit: Visit) -> Answer:
    """选名单的文件。"""
    return await ask(visit, LISTS)


async def _look(visit: Visit) -> Answer:
    """看名单会改什么。"""
    return await look(visit, LISTS)


async def _write(visit: Visit) -> Answer:
    """把看过的名单写进去。"""
    return await write(visit, LISTS)


ROUTES = (
    Page("/desk/declared", _list, nav="申报"),
    Page("/desk/declared/import", _ask),
    Page("/desk/declared/import/look", _look, changes=True, action="看申报名单", most=MOST),
    Page("/desk/declared/import/write", _write, changes=True, action="导入申报名单", most=MOST),
    Page("/desk/enterprise/{id}/declare", _record, changes=True, action="记申报"),
)
