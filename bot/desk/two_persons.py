"""“两个人批准”的开关：打开一个管理员就行，关上要两个管理员都同意，免得一个人关了、自己批、再打开。"""

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select

from bot.reminders.campaigns import TWO, set_two_persons, two_persons
from bot.store.schema import meta, operators

_ASKED = f"{TWO}:off"
"""meta 里的一项：哪个管理员提出关上，还没有人同意。"""


def asked_by(connection: Connection) -> str:
    """谁提出关上；没有人提出、提出的人已经不是管理员了，是空的。"""
    name = connection.execute(select(meta.c.value).filter_by(key=_ASKED)).scalar_one_or_none() or ""
    held = select(operators.c.name).filter_by(name=name, role="admin").where(operators.c.disabled_at.is_(None))
    return str(connection.execute(held).scalar_one_or_none() or "")


def turn_on(connection: Connection) -> None:
    """要两个人；先前提出关上的作罢。"""
    connection.execute(sa.delete(meta).filter_by(key=_ASKED))
    set_two_persons(connection, True)


def turn_off(connection: Connection, by: str) -> bool:
    """另一个管理员提出过的，关上，返回真；没有的，记下是他提出的。"""
    if not two_persons(connection):
        return True
    other = asked_by(connection)
    connection.execute(sa.delete(meta).filter_by(key=_ASKED))
    if other in ("", by):
        connection.execute(insert(meta).values(key=_ASKED, value=by))
        return False
    set_two_persons(connection, False)
    return True
