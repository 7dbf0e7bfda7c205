"""搜说过的话和记过的：近九十天的，从新到旧一段一段地看；到时候还没有看完就停，说看到哪一天，页面上照样写着。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from bot.desk.since import first_turn, last_turn
from bot.store.among import among
from bot.store.schema import cases, notes, profiles, turns

BACK = timedelta(days=90)
CHUNK = 10_000
SECONDS = 0.05
"""一次搜索最多看这么久。"""
MOST = 200
"""最多找这么多个人。"""
_KINDS = ("text", "voice", "say")
"""用户打的、说的，和值班的人说的。"""


@dataclass(frozen=True, slots=True)
class Said:
    """说过这些字的人现在的案子；`until` 是没有看完时看到了哪一刻，看完了是空的。"""

    ids: frozenset[int] = frozenset()
    until: str = ""


def said(connection: Connection, scope: str | None, words: Sequence[str], now: datetime) -> Said:
    """近九十天里说过、记过这些字的案子，只找归 `scope` 看的；同一句里各个词都要有。"""
    low, high = first_turn(connection, now - BACK), last_turn(connection) + 1
    end = monotonic() + SECONDS  # 找从哪里看起不算在里面：再忙，也至少看一段
    fits = (turns.c.kind.in_(_KINDS), *like(connection, turns.c.said, words), *_theirs(scope))
    users: dict[str, None] = {}
    while high > low and len(users) < MOST and monotonic() < end:
        first = max(low, high - CHUNK)
        query = select(turns.c.user).where(turns.c.id >= first, turns.c.id < high, *fits)
        users.update(dict.fromkeys(connection.scalars(query.order_by(turns.c.id.desc()).limit(MOST))))
        high = first
    until = select(turns.c.at).where(turns.c.id >= high).order_by(turns.c.id).limit(1)
    newest = select(func.max(cases.c.id)).where(among(connection, cases.c.user, list(users)[:MOST]), *own(scope))
    noted = select(notes.c.case_id).join(cases, cases.c.id == notes.c.case_id)
    noted = noted.where(*like(connection, notes.c.text, words), *own(scope)).order_by(notes.c.id.desc()).limit(MOST)
    found = connection.scalars(newest.group_by(cases.c.user)).all() if users else ()
    ids = frozenset((*found, *connection.scalars(noted)))
    return Said(ids, str(connection.scalar(until) or "") if high > low else "")


def like(connection: Connection, column: Column[str], words: Sequence[str]) -> list[ColumnElement[bool]]:
    """每个词都要有；SQLite 的 LIKE 本来就不分大小写。"""
    found = column.like if connection.dialect.name == "sqlite" else column.ilike
    return [found(f"%{_escaped(word)}%", escape="\\") for word in words]


def _theirs(scope: str | None) -> tuple[ColumnElement[bool], ...]:
    """说的人有案子，而且归这里看。"""
    held = select(cases.c.id).where(cases.c.user == turns.c.user, *own(scope))
    return (held.correlate(turns).exists(),)


def own(scope: str | None) -> tuple[ColumnElement[bool], ...]:
    """归这个区县看；关了以后人去了别处的不算，和打开案子时一样。"""
    if scope is None:
        return ()
    other = cases.alias()
    places = ("", scope)
    moved = select(other.c.id).where(
        other.c.user == cases.c.user, other.c.state != "closed", other.c.district.not_in(places)
    )
    told = select(profiles.c.user).where(
        profiles.c.user == cases.c.user, profiles.c.position == 0, profiles.c.district.not_in(places)
    )
    left = or_(moved.correlate(cases).exists(), told.correlate(cases).exists())
    return (cases.c.district == scope, or_(cases.c.state != "closed", ~left))


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
