"""SQLite 热路径的语句，由表结构写成，编译成驱动认得的文字；PostgreSQL 的在 postgres_statements.py。"""

from typing import Any

from sqlalchemy import Dialect, Text, and_, bindparam, column, exists, func, literal_column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

from bot.store.schema import deliveries, meta, profiles, results, sessions, turns

TURN = ("user", "message_id", "at", "kind", "said", "reply", "claimed")
SESSION = ("user", "state", "updated_at")
RESULT = ("user", "run", "flow", "ending", "verdict", "revision", "at")
"""前三列是键。"""
PROFILE = ("user", "position", "district", "branches", "name", "code", "grade", "wish", "updated_at")


class SqliteStatements:
    """参数都是按列顺序的元组；成批的键以一个 JSON 数组交进来，批多大语句都不变。"""

    def __init__(self, dialect: Dialect) -> None:
        key = func.json_each(bindparam("keys", type_=Text)).table_valued(column("value", Text))
        parts = [func.json_extract(key.c.value, literal_column(f"'$[{at}]'")) for at in (0, 1)]
        user = func.json_each(bindparam("users", type_=Text)).table_valued(column("value", Text))
        put = sqlite.insert(sessions)
        self.stored = compiled(
            select(turns.c.user, turns.c.message_id, turns.c.reply).select_from(
                key.join(turns, and_(turns.c.user == parts[0], turns.c.message_id == parts[1]))
            ),
            dialect,
        )
        revision = select(meta.c.value).where(meta.c.key == literal_column("'revision'")).scalar_subquery()
        # 按人找，一个人没有几行；等着的可能有几十万，加号让它不从状态找
        waiting = exists().where(
            deliveries.c.user == user.c.value, literal_column("+deliveries.state") == literal_column("'waiting'")
        )
        self.sessions = compiled(
            select(user.c.value, sessions.c.state, waiting, revision).select_from(
                user.outerjoin(sessions, sessions.c.user == user.c.value)
            ),
            dialect,
        )
        self.add_turns = compiled(sqlite.insert(turns).values(_binds(TURN)), dialect)
        self.put_sessions = compiled(
            put.values(_binds(SESSION)).on_conflict_do_update(
                index_elements=["user"], set_={"state": put.excluded.state, "updated_at": put.excluded.updated_at}
            ),
            dialect,
        )
        held = profiles.c.user == bindparam("user", type_=Text)
        self.drop_profiles = compiled(profiles.delete().where(held), dialect)
        self.add_profiles = compiled(sqlite.insert(profiles).values(_binds(PROFILE)), dialect)
        result = sqlite.insert(results).values(_binds(RESULT))
        self.add_results = compiled(
            result.on_conflict_do_update(index_elements=RESULT[:3], set_=corrected(result.excluded)), dialect
        )


def compiled(statement: ClauseElement, dialect: Dialect) -> str:
    """语句在这种库里的文字。"""
    return str(statement.compile(dialect=dialect))


def corrected(excluded: Any) -> dict[str, Any]:
    """结束以后又改了答案的一场：结果换成后来的，`at` 还是头一次的。"""
    return {name: excluded[name] for name in ("ending", "verdict", "revision")}


def _binds(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: bindparam(name, type_=Text) for name in names}
