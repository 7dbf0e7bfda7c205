"""墓碑：删掉一个人以后，路上还有他的消息要重复投递；认得出来，就不会又把他记下，也不留下是谁。"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select

from bot.store.schema import farewells, turns

Key = tuple[str, str]
"""（用户，消息 id）。"""
DAYS = 7
"""墓碑留几天；各平台的重投都在一天以内。"""
RECENT = 64
"""给这个人最近的多少条消息立墓碑。"""


def said_before(connection: Connection, user: str) -> list[Key]:
    """这个人库里最近的消息。"""
    query = select(turns.c.message_id).filter_by(user=user).order_by(turns.c.id.desc()).limit(RECENT)
    return [(user, message_id) for message_id in connection.scalars(query)]


def bury(connection: Connection, replies: Mapping[str, str | None], now: datetime) -> None:
    """按散列立下墓碑，连同重复投递时的答复；顺手清掉过期的。"""
    prune(connection, now)
    if replies:
        at = _moment(now)
        connection.execute(sa.delete(farewells).where(farewells.c.key.in_(list(replies))))
        connection.execute(insert(farewells), [{"key": key, "reply": replies[key], "at": at} for key in replies])


def buried(connection: Connection, keys: Iterable[Key], digest: Callable[[Key], str]) -> dict[Key, str | None]:
    """这些消息里删除之前就来过的，和当时的答复。"""
    hashes = {digest(key): key for key in keys}
    query = select(farewells.c.key, farewells.c.reply).where(farewells.c.key.in_(list(hashes)))
    return {hashes[key]: reply for key, reply in connection.execute(query)}


def prune(connection: Connection, now: datetime) -> None:
    """清掉过期的墓碑。"""
    connection.execute(sa.delete(farewells).where(farewells.c.at < _moment(now - timedelta(days=DAYS))))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
