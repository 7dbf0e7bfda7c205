"""收件箱里列哪些案子：四栏、搜索、一页一页地翻；值班的只看得到自己区县的。"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row, select

from bot.desk.accounts import Operator
from bot.store.schema import cases, profiles

EACH = 50
TABS = {"waiting": "等着", "mine": "我的", "open": "开着", "closed": "已关"}
_STATES = {
    "waiting": ("waiting",),
    "mine": ("waiting", "held", "open"),
    "open": ("held", "open"),
    "closed": ("closed",),
}
_COLUMNS = (
    cases.c.id, cases.c.user, cases.c.district, cases.c.reason, cases.c.state, cases.c.question, cases.c.operator,
    cases.c.said_at, cases.c.unread, cases.c.until, cases.c.tags,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """一页案子；`after` 是下一页从哪里起，没有了是空的；`names` 是各用户说过的厂名。"""

    rows: Sequence[Row[Any]]
    after: str
    names: dict[str, str]


def cases_of(connection: Connection, operator: Operator, tab: str, words: str, after: str) -> Listed:
    """一页；`words` 不空就在全部里搜。等着的先来的在前，别的新的在前。"""
    oldest = tab == "waiting" and not words
    where: list[ColumnElement[bool]] = [] if operator.scope is None else [cases.c.district == operator.scope]
    if tab == "mine" and not words:
        where.append(cases.c.operator == operator.name)
    where += _beyond(after, oldest)
    if words:
        return _page(connection, _found(connection, where, words))
    order = (cases.c.said_at, cases.c.id) if oldest else (cases.c.said_at.desc(), cases.c.id.desc())
    rows: list[Row[Any]] = []
    for state in _STATES[tab]:  # 一个状态一查：各走各的索引，再合起来
        query = select(*_COLUMNS).where(cases.c.state == state, *where).order_by(*order).limit(EACH + 1)
        rows += connection.execute(query)
    rows.sort(key=lambda row: (row.said_at, row.id), reverse=not oldest)
    return _page(connection, rows)


def _found(connection: Connection, where: list[ColumnElement[bool]], words: str) -> list[Row[Any]]:
    """搜：每个词都要有。从头到尾看一遍，不绕索引（绕着索引一行行去取，慢好几倍）；SQLite 的 LIKE 本来就不分大小写。"""
    like = cases.c.words.like if connection.dialect.name == "sqlite" else cases.c.words.ilike
    found = [like(f"%{_escaped(word)}%", escape="\\") for word in words.split()[:5]]
    order = (cases.c.said_at.concat("").desc(), cases.c.id.desc())
    ids = connection.scalars(select(cases.c.id).where(*where, *found).order_by(*order).limit(EACH + 1)).all()
    rows: dict[int, Any] = {}
    rows.update((row.id, row) for row in connection.execute(select(*_COLUMNS).where(cases.c.id.in_(ids))))
    return [rows[id] for id in ids if id in rows]


def _page(connection: Connection, rows: list[Row[Any]]) -> Listed:
    shown = rows[:EACH]
    more = f"{shown[-1].said_at} {shown[-1].id}" if len(rows) > EACH else ""
    return Listed(shown, more, names_of(connection, [row.user for row in shown]))


def counts(connection: Connection, operator: Operator) -> dict[str, int]:
    """等着的几个、我的没看过几句。"""
    scope = [] if operator.scope is None else [cases.c.district == operator.scope]
    waiting = select(sa.func.count()).select_from(cases).where(cases.c.state == "waiting", *scope)
    unread = select(sa.func.coalesce(sa.func.sum(cases.c.unread), 0)).where(
        cases.c.operator == operator.name, cases.c.state.in_(_STATES["mine"]), *scope
    )
    return {
        "waiting": int(connection.execute(waiting).scalar_one()),
        "mine": int(connection.execute(unread).scalar_one()),
    }


def names_of(connection: Connection, users: Sequence[str]) -> dict[str, str]:
    """这些用户说过的厂名。"""
    held = profiles.c
    query = select(held.user, held.name).where(held.user.in_(list(users)), held.position == 0, held.name != "")
    return dict(connection.execute(query).all()) if users else {}


def _beyond(after: str, oldest: bool) -> list[ColumnElement[bool]]:
    """翻到这一行之后；写得不对的当没有翻。"""
    at, _, number = after.partition(" ")
    if not (at and number.isascii() and number.isdecimal() and len(number) <= 18):
        return []
    id = int(number)
    if oldest:
        return [cases.c.said_at >= at, sa.or_(cases.c.said_at > at, cases.c.id > id)]
    return [cases.c.said_at <= at, sa.or_(cases.c.said_at < at, cases.c.id < id)]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
