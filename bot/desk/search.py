"""收件箱里列哪些案子：四栏、搜索、一页一页地翻；值班的只看得到自己区县的。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row, select

from bot.desk.accounts import Operator
from bot.desk.said import Said, like, said
from bot.store.schema import cases

EACH = 50
WORDS = 5
"""最多看这么多个词。"""
TABS = {"waiting": "等着", "mine": "我的", "open": "开着", "closed": "已关"}
_STATES = {
    "waiting": ("waiting",),
    "mine": ("waiting", "held", "open"),
    "open": ("held", "open"),
    "closed": ("closed",),
}
_COLUMNS = (
    cases.c.id, cases.c.user, cases.c.district, cases.c.reason, cases.c.state, cases.c.question, cases.c.operator,
    cases.c.said_at, cases.c.unread, cases.c.until, cases.c.tags, cases.c.opened_at, cases.c.taken_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """一页案子；`after` 是下一页从哪里起，没有了是空的；`until` 是说过的话没有看完、只看到了哪一刻。"""

    rows: Sequence[Row[Any]]
    after: str
    until: str = ""


def cases_of(
    connection: Connection, operator: Operator, tab: str, words: str, after: str, now: datetime, place: str = ""
) -> Listed:
    """一页；`words` 不空就在全部里搜。等着的先来的在前，别的新的在前；`place` 是管全市的人只看哪个区县。"""
    oldest = tab == "waiting" and not words
    scope = operator.scope if operator.scope is not None else place or None
    where: list[ColumnElement[bool]] = [] if scope is None else [cases.c.district == scope]
    if tab == "mine" and not words:
        where.append(cases.c.operator == operator.name)
    where += _beyond(after, oldest)
    if words:
        heard = said(connection, scope, words.split()[:WORDS], now)
        return _page(_found(connection, where, words, heard), heard.until)
    order = (cases.c.said_at, cases.c.id) if oldest else (cases.c.said_at.desc(), cases.c.id.desc())
    rows: list[Row[Any]] = []
    for state in _STATES[tab]:  # 一个状态一查：各走各的索引，再合起来
        query = select(*_COLUMNS).where(cases.c.state == state, *where).order_by(*order).limit(EACH + 1)
        rows += connection.execute(query)
    rows.sort(key=lambda row: (row.said_at, row.id), reverse=not oldest)
    return _page(rows)


def _found(connection: Connection, where: list[ColumnElement[bool]], words: str, heard: Said) -> list[Row[Any]]:
    """搜：每个词都要有，或者说过的话里有。从头到尾看一遍，不绕索引（绕着索引一行行去取，慢好几倍）。"""
    found = sa.and_(*like(connection, cases.c.words, words.split()[:WORDS]))
    if heard.ids:
        found = sa.or_(found, cases.c.id.in_(sorted(heard.ids)))
    order = (cases.c.said_at.concat("").desc(), cases.c.id.desc())
    ids = connection.scalars(select(cases.c.id).where(*where, found).order_by(*order).limit(EACH + 1)).all()
    rows: dict[int, Any] = {}
    rows.update((row.id, row) for row in connection.execute(select(*_COLUMNS).where(cases.c.id.in_(ids))))
    return [rows[id] for id in ids if id in rows]


def _page(rows: list[Row[Any]], until: str = "") -> Listed:
    shown = rows[:EACH]
    more = f"{shown[-1].said_at} {shown[-1].id}" if len(rows) > EACH else ""
    return Listed(shown, more, until)


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


def _beyond(after: str, oldest: bool) -> list[ColumnElement[bool]]:
    """翻到这一行之后；写得不对的当没有翻。"""
    at, _, number = after.partition(" ")
    if not (at and number.isascii() and number.isdecimal() and len(number) <= 18):
        return []
    id = int(number)
    if oldest:
        return [cases.c.said_at >= at, sa.or_(cases.c.said_at > at, cases.c.id > id)]
    return [cases.c.said_at <= at, sa.or_(cases.c.said_at < at, cases.c.id < id)]
