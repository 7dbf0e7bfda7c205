"""企业名册：找一家、看一家（分支、等级、联系人、关联的用户、申报），给一次性的码，替人关联，导入名单。"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row, or_, select

from bot.desk.naming import faces
from bot.desk.uploading import MOST, Kind, ask, look, write
from bot.desk.visit import Answer, Page, Shown, Visit, missing, to
from bot.roster.declarations import Declaration, held_by
from bot.roster.enterprises import Enterprise, RosterError, enterprise
from bot.roster.linking import DAYS, link_in, new_code_in, unlink_in
from bot.roster.reading import ENTERPRISES
from bot.roster.words import STATUSES
from bot.store.schema import cases, declaration_changes, enterprises, links, profiles, sessions

EACH = 50
LISTS = Kind("企业名册", ENTERPRISES, "/desk/roster/import")
DONE = {"linked": "关联好了。", "unlinked": "解除了。", "declared": "记下了。", "same": "原来就是这样，没有改。"}
FORM = ("status", "on", "year", "branch", "applied", "announced")
"""记一次申报要填的。"""
NOT_OURS = "不能关联：没有这个用户，或者他没有说过自己是本区县的。可以给企业一个一次性的码，由他自己关联。"


@dataclass(frozen=True, slots=True)
class Past:
    """申报的一步：几时、谁记的、成了什么样。"""

    at: str
    by: str
    told: str


async def _list(visit: Visit) -> Answer:
    """名册的一页；可以按名称、代码、联系人找，按区县、分支、等级筛。"""
    words = visit.query("q", 60)
    wanted = {name: visit.query(name, 40) for name in ("district", "branch", "grade")}
    after = visit.query("after", 18)

    def read(connection: Connection) -> Sequence[Row[Any]]:
        where = [*_searched(words), *_filtered(visit, wanted)]
        if after.isascii() and after.isdecimal():
            where.append(enterprises.c.id > int(after))
        query = select(enterprises).where(*where).order_by(enterprises.c.id).limit(EACH + 1)
        return connection.execute(query).all()

    rows = await visit.reads(read)
    shown = [(row, named(visit, json.loads(row.branches))) for row in rows[:EACH]]
    more = rows[EACH - 1].id if len(rows) > EACH else 0
    ids = "、".join(str(row.id) for row, _ in shown) if words else ""
    visit.note("名册", f"{'搜索，' if words else ''}列出 {len(shown)} 家{'：' if ids else ''}{ids}")
    given = {"rows": shown, "more": more, "words": words, "wanted": wanted, "tiers": tiers(visit)}
    return "roster_list.html", given


async def _one(visit: Visit) -> Answer:
    """一家。"""
    return await shown_one(visit)


async def _code(visit: Visit) -> Answer:
    """给一个一次性的关联码，只显示这一次。"""

    def make(connection: Connection) -> str:
        found = owned(connection, visit)
        visit.note(f"enterprise:{found.id}")
        return new_code_in(connection, visit.store, found, visit.now)

    return await shown_one(visit, code=await visit.writes(make))


async def _link(visit: Visit) -> Answer:
    """把一个用户关联到这一家；值班的人只能关联说过自己是本区县的人。"""
    user = visit.field("user", 100)

    def work(connection: Connection) -> None:
        found = owned(connection, visit)
        if not _known(connection, visit, user):
            raise RosterError(NOT_OURS)
        link_in(connection, user, found, f"desk:{visit.operator.name}", visit.now)
        visit.note(f"enterprise:{found.id}")

    try:
        await visit.writes(work)
    except RosterError as error:
        return await shown_one(visit, says=str(error))
    return to(f"/desk/enterprise/{visit.id}?done=linked")


async def _unlink(visit: Visit) -> Answer:
    """解除关联。"""
    user = visit.field("user", 100)

    def work(connection: Connection) -> None:
        found = owned(connection, visit)
        unlink_in(connection, user, found)
        visit.note(f"enterprise:{found.id}")

    try:
        await visit.writes(work)
    except RosterError:
        return await shown_one(visit, says="这个用户没有关联这一家，没有什么要解除的。")
    return to(f"/desk/enterprise/{visit.id}?done=unlinked")


async def _ask(visit: Visit) -> Answer:
    """选名册的文件。"""
    return await ask(visit, LISTS)


async def _look(visit: Visit) -> Answer:
    """看名册会改什么。"""
    return await look(visit, LISTS)


async def _write(visit: Visit) -> Answer:
    """把看过的名册写进去。"""
    return await write(visit, LISTS)


async def shown_one(visit: Visit, says: str = "", code: str = "", form: dict[str, str] | None = None) -> Answer:
    """一家的一页；`says` 是没有办成的为什么，`form` 是刚填的申报。"""

    def read(connection: Connection) -> dict[str, Any]:
        found = owned(connection, visit)
        declared = sorted(held_by(connection, [found.id]).get(found.id, {}).values(), key=lambda each: -each.year)
        linked = connection.execute(select(links).filter_by(enterprise_id=found.id).order_by(links.c.at)).all()
        near = _candidates(connection, found, {row.user for row in linked})
        users = [row.user for row in (*linked, *near)]
        return {
            "found": found,
            "declared": declared,
            "linked": linked,
            "near": near,
            "faces": faces(connection, visit.rules, users, visit.scope),
            "past": _past(connection, declared),
        }

    given = await visit.reads(read)
    found = given["found"]
    visit.note(f"enterprise:{found.id}")
    more = {
        "names": named(visit, found.branches),
        "branches": [(id, named(visit, [id])) for id in found.branches],
        "code": code,
        "days": DAYS,
        "says": says,
        "done": "" if says or code else DONE.get(visit.query("done", 20), ""),
        "statuses": STATUSES,
        "tiers": tiers(visit),
        "today": visit.now.date(),
        "form": dict.fromkeys(FORM, "") | (form or {}),
        "whom": whom,
    }
    return Shown("roster_one.html", given | more, 400 if says else 200)


def owned(connection: Connection, visit: Visit) -> Enterprise:
    """网址里的那一家；没有、不归他管都是 404。"""
    try:
        found = enterprise(connection, str(visit.id))
    except RosterError:
        raise missing() from None
    if visit.scope is not None and found.district != visit.scope:
        raise missing()
    return found


def named(visit: Visit, ids: Sequence[str]) -> str:
    """分支写成名称。"""
    held = visit.rules.branches
    return "、".join(held[id].name if id in held else id for id in ids)


def tiers(visit: Visit) -> list[str]:
    """附件3有的各个等级，照出现的先后。"""
    return list(dict.fromkeys(tier for branch in visit.rules.branches.values() for tier in branch.tiers))


def whom(by: str) -> str:
    """谁做的。"""
    kind, _, name = by.partition(":")
    return {"desk": "命令行" if name == "command" else name, "file": f"名单 {name}", "code": "一次性的码"}.get(kind, by)


def scoped(visit: Visit, district: str) -> list[ColumnElement[bool]]:
    """只看自己区县的；管理员可以选一个区县。"""
    wanted = district if visit.scope is None else visit.scope
    return [enterprises.c.district == wanted] if wanted or visit.scope is not None else []


def _filtered(visit: Visit, wanted: dict[str, str]) -> list[ColumnElement[bool]]:
    held = enterprises.c
    where = scoped(visit, wanted["district"])
    if wanted["branch"]:
        rules = visit.rules
        ids = [id for id, each in rules.branches.items() if wanted["branch"] in (id, each.industry_id)]
        where.append(or_(sa.false(), *[held.branches.contains(json.dumps(id), autoescape=True) for id in ids]))
    if wanted["grade"]:
        where.append(held.grade == wanted["grade"])
    return where


def _searched(words: str) -> list[ColumnElement[bool]]:
    """每个词都要在名称、代码、联系人、电话里有。"""
    held = enterprises.c
    return [
        or_(*[column.icontains(word, autoescape=True) for column in (held.name, held.code, held.contact, held.phone)])
        for word in words.split()[:5]
    ]


def _known(connection: Connection, visit: Visit, user: str) -> bool:
    """有这个用户；值班的人还要看他现在说自己是本区县的；没有说过的，要有本区县还没关的案子。"""
    if connection.execute(select(sessions.c.user).filter_by(user=user)).first() is None:
        return False
    if visit.scope is None:
        return True
    told = set(connection.scalars(select(profiles.c.district).filter_by(user=user))) - {""}
    now = select(cases.c.district).where(cases.c.user == user, cases.c.state != "closed")
    return visit.scope in (told or set(connection.scalars(now)))


def _candidates(connection: Connection, found: Enterprise, linked: set[str]) -> list[Any]:
    """同一个区县里说过这个厂名或代码、还没有关联的人。"""
    held = profiles.c
    same = [held.name == found.name, *([held.code == found.code] if found.code else [])]
    query = select(held.user, held.name, held.updated_at).where(held.district == found.district, or_(*same))
    rows = connection.execute(query.order_by(held.updated_at.desc()).limit(10 + len(linked))).all()
    return [row for row in rows if row.user not in linked][:10]


def _past(connection: Connection, declared: Sequence[Declaration]) -> list[Past]:
    ids = [each.id for each in declared]
    held = declaration_changes.c
    rows = connection.execute(
        select(held.at, held.by, held.after).where(held.declaration_id.in_(ids)).order_by(held.id)
    )
    found = []
    for row in rows:
        after = json.loads(row.after)
        found.append(Past(row.at, whom(row.by), f"{after['year']}年 {after['on_day']} {STATUSES[after['status']][0]}"))
    return found[::-1]


ROUTES = (
    Page("/desk/roster", _list, nav="名册", action="看名册"),
    Page("/desk/roster/import", _ask),
    Page("/desk/roster/import/look", _look, changes=True, action="看名册文件", most=MOST),
    Page("/desk/roster/import/write", _write, changes=True, action="导入名册", most=MOST),
    Page("/desk/enterprise/{id}", _one, action="看企业"),
    Page("/desk/enterprise/{id}/code", _code, changes=True, action="取关联码"),
    Page("/desk/enterprise/{id}/link", _link, changes=True, action="关联用户"),
    Page("/desk/enterprise/{id}/unlink", _unlink, changes=True, action="解除关联"),
)
