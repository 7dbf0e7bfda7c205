"""常用的回复：自己区县的、全市的；要有出处，或写明通知没有写。"""

import json

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select

from bot.desk.accounts import moment
from bot.desk.finding import canned_of, choices, chosen, cites_of
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.store.schema import canned
from dialogs.desk import LONGEST
from knowledge.taught import text_faults

MOST = 200
"""一个区县最多存这么多条。"""


async def _list(visit: Visit) -> Answer:
    """看得到的全部，和新写一条的表单。"""
    return await _shown(visit)


async def _add(visit: Visit) -> Answer:
    """新写一条；值班的只归自己的区县，管理员的归全市。"""
    title, text = visit.field("title", 40), visit.field("text", LONGEST)
    cites = chosen(visit.rules, visit.fields("cites"))
    faults = [] if title and text else ["标题和正文都要写"]
    if faults := faults or text_faults(visit.rules, text, cites):
        return await _shown(visit, "；".join(faults), 400)
    row = {"district": visit.scope or "", "title": title, "text": text, "by": visit.operator.name}

    def write(connection: Connection) -> None:
        held = select(sa.func.count()).select_from(canned).filter_by(district=row["district"])
        if int(connection.execute(held).scalar_one()) >= MOST:
            raise Refused(400, f"最多存 {MOST} 条，先删几条。")
        done = connection.execute(insert(canned).values(**row, cites=json.dumps(cites), at=moment(visit.now)))
        visit.note(f"canned:{done.inserted_primary_key[0]}", title)  # type: ignore[index]

    await visit.writes(write)
    return to("/desk/canned")


async def _drop(visit: Visit) -> Answer:
    """删掉一条；值班的只能删自己区县的。"""
    id = visit.id

    def write(connection: Connection) -> None:
        gone = sa.delete(canned).where(canned.c.id == id)
        if visit.scope is not None:
            gone = gone.where(canned.c.district == visit.scope)
        if not connection.execute(gone).rowcount:
            raise missing()
        visit.note(f"canned:{id}")

    await visit.writes(write)
    return to("/desk/canned")


async def _shown(visit: Visit, says: str = "", status: int = 200) -> Shown:
    rules = visit.rules
    rows = await visit.reads(lambda connection: canned_of(connection, visit.scope))
    listed = []
    for row in rows:
        cites = cites_of(row.cites)
        held = all(rules.holds(cite) for cite in cites)
        basis = (rules.basis(cites) if cites else "通知没有写") if held else "引的条款今天没有了，不再给出"
        listed.append((row, basis, visit.scope is None or row.district == visit.scope))
    form = {"title": visit.field("title", 40), "text": visit.field("text", LONGEST), "cites": visit.fields("cites")}
    given = {"rows": listed, "says": says, "form": form, "choices": choices(rules), "longest": LONGEST}
    return Shown("help_canned.html", given, status)


ROUTES = (
    Page("/desk/canned", _list, nav="常用回复"),
    Page("/desk/canned/add", _add, changes=True, action="添常用回复"),
    Page("/desk/canned/{id}/drop", _drop, changes=True, action="删常用回复"),
)
