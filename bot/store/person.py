"""存着的关于一个人的一切：给他看、替他删。新加的表只要有 `user` 列，就要进 HELD。"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table, insert, select

from bot.store.calls import calls
from bot.store.farewells import Key, said_before
from bot.store.schema import (
    attempts,
    cases,
    consents,
    corrected,
    deliveries,
    link_tries,
    links,
    notes,
    operators,
    opt_outs,
    profiles,
    quarantine,
    receipts,
    results,
    sessions,
    subscriptions,
    told,
    turns,
)

HELD: tuple[Table, ...] = (
    sessions,
    turns,
    results,
    quarantine,
    links,
    link_tries,
    told,
    subscriptions,
    consents,
    deliveries,
    profiles,
    cases,
    corrected,
)
"""存有个人信息的表，都以 `user` 列认人；导出和删除都照这份名单。

送达账的 attempts 和 receipts 跟着 deliveries 走，notes 跟着 cases 走。
"""
_UNSENT = ("urgent", "waiting", "planned")
GONE = "有人等过，已经删除了自己的信息。"
"""告诉过值班的人的话，那个人删除以后换成这一句。"""
JSON = {"state", "reply", "verdict", "payload"}


def export_rows(connection: Connection, user: str, user_hash: str) -> dict[str, Any]:
    """这个用户在库里的一切，可直接写成 JSON：每张表一个列表，另有 `user` 和退订时间 `opted_out`（没有退订为 None）。"""
    held: dict[str, Any] = {"user": user}
    for table in HELD:
        rows = connection.execute(select(table).filter_by(user=user).order_by(*table.primary_key)).mappings()
        held[table.name] = [{key: _readable(key, value) for key, value in row.items()} for row in rows]
    sent = select(attempts).join(deliveries).where(deliveries.c.user == user).order_by(attempts.c.id)
    held["attempts"] = [dict(row) for row in connection.execute(sent).mappings()]
    noted = select(notes).join(cases).where(cases.c.user == user).order_by(notes.c.id)
    held["notes"] = [dict(row) for row in connection.execute(noted).mappings()]
    held["opted_out"] = connection.execute(select(opt_outs.c.at).filter_by(user_hash=user_hash)).scalar_one_or_none()
    return held


def delete_rows(connection: Connection, user: str, since: Iterable[int] = ()) -> tuple[int, list[Key]]:
    """删掉这个用户的一切，只留下退订的散列；返回删掉的行数，和该立墓碑的消息。

    先锁会话行，免得和正在进行的回合交错。`since` 是删了以后又开的案子，告诉值班的人的还要送。
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(sessions.c.user).filter_by(user=user).with_for_update())
    said = said_before(connection, user)
    sent = select(attempts.c.channel, attempts.c.message_id).join(deliveries).where(deliveries.c.user == user)
    for channel, message_id in connection.execute(sent.where(attempts.c.message_id.is_not(None))).all():
        connection.execute(sa.delete(receipts).filter_by(channel=channel, message_id=message_id))
    connection.execute(sa.update(operators).filter_by(bound=user).values(bound=""))
    unsay(connection, user, since)
    gone = sum(connection.execute(sa.delete(table).where(_user(table) == user)).rowcount for table in reversed(HELD))
    # attempts 由外键跟着 deliveries 删，notes 跟着 cases
    return gone, said


def unsay(connection: Connection, user: str, since: Iterable[int] = ()) -> None:
    """告诉值班的人“有人等”的话里有他的原话：还没有送的不送了，送过的不留那句话；要在删掉案子以前做。"""
    row = deliveries.c
    for case in set(connection.scalars(select(cases.c.id).filter_by(user=user))).difference(since):
        about = sa.and_(row.window_id == "", row.occasion.in_(calls(case)))
        connection.execute(sa.delete(deliveries).where(about, row.state.in_(_UNSENT)))
        connection.execute(sa.update(deliveries).where(about).values(text=GONE))


def opt_out(connection: Connection, user_hash: str, at: str) -> None:
    """记下退订；已经退订的保留原来的时间。"""
    if not opted_out(connection, user_hash):
        connection.execute(insert(opt_outs).values(user_hash=user_hash, at=at))


def opt_in(connection: Connection, user_hash: str) -> None:
    """取消退订。"""
    connection.execute(sa.delete(opt_outs).filter_by(user_hash=user_hash))


def opted_out(connection: Connection, user_hash: str) -> bool:
    """这个散列代表的人是否退订了。"""
    return bool(
        connection.execute(select(sa.func.count()).select_from(opt_outs).filter_by(user_hash=user_hash)).scalar()
    )


def opted_out_among(connection: Connection, hashes: Iterable[str]) -> frozenset[str]:
    """这些散列里退订了的。"""
    return frozenset(connection.scalars(select(opt_outs.c.user_hash).where(opt_outs.c.user_hash.in_(list(hashes)))))


def _user(table: Table) -> Column[str]:
    return table.c.user


def _readable(key: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if key not in JSON or not value:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
