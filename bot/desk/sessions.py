"""登录以后：Cookie 里是一串随机的字，库里只有它的散列；闲久了、太久了、停用了都算退出。"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.desk.accounts import Operator, moment
from bot.store.schema import desk_sessions, operators

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=1)
"""看见一次记一次太费，隔这么久记一回。"""


@dataclass(frozen=True, slots=True)
class Sitting:
    """一次登录：`key` 是库里的散列，`csrf` 是每个表单都要带的那串；`stale` 是该记一记还在。"""

    operator: Operator
    key: str
    csrf: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """登录着的一处，给本人看。"""

    key: str
    created_at: str
    seen_at: str


def open_sitting(connection: Connection, operator: Operator, now: datetime) -> str:
    """登录，返回给 Cookie 的那一串；顺手清掉过期的。"""
    token, at = secrets.token_urlsafe(32), moment(now)
    gone = (desk_sessions.c.expires_at <= at) | (desk_sessions.c.seen_at <= moment(now - IDLE))
    connection.execute(sa.delete(desk_sessions).where(gone))
    row = {"hash": _key(token), "operator": operator.name, "csrf": secrets.token_urlsafe(32)}
    times = {"created_at": at, "seen_at": at, "expires_at": moment(now + ABSOLUTE)}
    connection.execute(insert(desk_sessions).values(**row, **times))
    return token


def sitting(connection: Connection, token: str, now: datetime) -> Sitting | None:
    """这一串是谁；认不得、过期、账号停用了都是 None。"""
    if not 0 < len(token) <= 100:
        return None
    held, his = desk_sessions.c, operators.c
    query = (
        select(held.hash, held.csrf, held.seen_at, his.name, his.role, his.district)
        .join(operators, his.name == held.operator)
        .where(held.hash == _key(token), his.disabled_at.is_(None), *_lasting(now))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    operator = Operator(row.name, row.role, row.district)
    return Sitting(operator, row.hash, row.csrf, row.seen_at <= moment(now - SEEN_EVERY))


def alive(connection: Connection, key: str, now: datetime) -> bool:
    """这一处还算不算数；长开着的推送隔一会儿问一次。"""
    query = select(operators.c.name).join(desk_sessions, operators.c.name == desk_sessions.c.operator)
    query = query.where(desk_sessions.c.hash == key, operators.c.disabled_at.is_(None), *_lasting(now))
    return connection.execute(query).first() is not None


def touch(connection: Connection, key: str, now: datetime) -> None:
    """还在。"""
    connection.execute(update(desk_sessions).filter_by(hash=key).values(seen_at=moment(now)))


def seats(connection: Connection, operator: str, now: datetime) -> tuple[Seat, ...]:
    """他现在登录着的几处，新的在前。"""
    held = desk_sessions.c
    query = select(held.hash, held.created_at, held.seen_at).where(held.operator == operator, *_lasting(now))
    return tuple(Seat(*row) for row in connection.execute(query.order_by(held.created_at.desc(), held.hash)))


def end(connection: Connection, key: str) -> None:
    """退出这一处。"""
    connection.execute(sa.delete(desk_sessions).filter_by(hash=key))


def end_token(connection: Connection, token: str) -> None:
    """退出拿着这一串的那一处；认不得就算了。"""
    end(connection, _key(token))


def end_all(connection: Connection, operator: str) -> None:
    """他登录着的各处都退出。"""
    connection.execute(sa.delete(desk_sessions).filter_by(operator=operator))


def _lasting(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return desk_sessions.c.expires_at > moment(now), desk_sessions.c.seen_at > moment(now - IDLE)


def _key(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
