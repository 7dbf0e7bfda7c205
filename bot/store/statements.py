"""热路径的语句，由表结构写成，编译成驱动认得的文字。"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Dialect,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import ClauseElement

from bot.store.schema import meta, results, sessions, turns

TURN = ("user", "message_id", "at", "kind", "said", "reply", "claimed")
SESSION = ("user", "state", "updated_at")
RESULT = ("user", "run", "flow", "ending", "verdict", "revision", "at")
"""前三列是键。"""


class SqliteStatements:
    """参数都是按列顺序的元组；成批的键以一个 JSON 数组交进来，批多大语句都不变。"""

    def __init__(self, dialect: Dialect) -> None:
        key = func.json_each(bindparam("keys", type_=Text)).table_valued(column("value", Text))
        parts = [func.json_extract(key.c.value, literal_column(f"'$[{at}]'")) for at in (0, 1)]
        user = func.json_each(bindparam("users", type_=Text)).table_valued(column("value", Text))
        put = sqlite.insert(sessions)
        self.revision = _text(select(meta.c.value).where(meta.c.key == literal_column("'revision'")), dialect)
        self.stored = _text(
            select(turns.c.user, turns.c.message_id, turns.c.reply).select_from(
                key.join(turns, and_(turns.c.user == parts[0], turns.c.message_id == parts[1]))
            ),
            dialect,
        )
        self.sessions = _text(
            select(sessions.c.user, sessions.c.state).where(sessions.c.user.in_(select(user.c.value))), dialect
        )
        self.add_turns = _text(sqlite.insert(turns).values(_binds(TURN)), dialect)
        self.put_sessions = _text(
            put.values(_binds(SESSION)).on_conflict_do_update(
                index_elements=["user"], set_={"state": put.excluded.state, "updated_at": put.excluded.updated_at}
            ),
            dialect,
        )
        result = sqlite.insert(results).values(_binds(RESULT))
        self.add_results = _text(
            result.on_conflict_do_update(index_elements=RESULT[:3], set_=_corrected(result.excluded)), dialect
        )


class PostgresStatements:
    """每张表的行是一个 JSON 数组，由服务器展开；三张表一条语句写完。

    驱动把 Python 列表写成 PostgreSQL 数组要逐个字符串转义，比 msgspec 编一个 JSON 慢几倍。
    """

    def __init__(self, dialect: Dialect) -> None:
        keys, (user, message_id) = _unpacked("keys", ("user", "message_id"))
        key = select(user, message_id).select_from(keys).subquery("key")
        # LIMIT 让计划总是逐个键走索引，不随表的大小改成扫全表
        hit = (
            select(turns.c.user, turns.c.message_id, turns.c.reply)
            .where(turns.c.user == key.c.user, turns.c.message_id == key.c.message_id)
            .limit(literal_column("1"))
            .lateral("hit")
        )
        users, (name,) = _unpacked("users", ("user",))
        wanted = select(name).select_from(users)
        put = postgresql.insert(sessions).from_select(SESSION, _rows("sessions", SESSION))
        self.admit = _text(
            postgresql.insert(sessions)
            .from_select(SESSION, wanted.add_columns(literal_column("''"), literal_column("''")).order_by(name))
            .on_conflict_do_nothing(),
            dialect,
        )
        self.sessions = _text(
            select(sessions.c.user, sessions.c.state)
            .where(sessions.c.user == any_(func.array(wanted.scalar_subquery(), type_=ARRAY(Text))))
            .order_by(sessions.c.user)
            .with_for_update(),
            dialect,
        )
        self.stored = _text(
            select(meta.c.value, hit.c.user, hit.c.message_id, hit.c.reply)
            .select_from(meta.outerjoin(key.join(hit, true()), true()))
            .where(meta.c.key == literal_column("'revision'")),
            dialect,
        )
        result = postgresql.insert(results).from_select(RESULT, _rows("results", RESULT))
        self.write = _text(
            result.on_conflict_do_update(index_elements=RESULT[:3], set_=_corrected(result.excluded)).add_cte(
                postgresql.insert(turns).from_select(TURN, _rows("turns", TURN)).cte("added"),
                put.on_conflict_do_update(
                    index_elements=["user"], set_={"state": put.excluded.state, "updated_at": put.excluded.updated_at}
                ).cte("put"),
            ),
            dialect,
        )


def _text(statement: ClauseElement, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))


def _corrected(excluded: Any) -> dict[str, Any]:
    """结束以后又改了答案的一场：结果换成后来的，`at` 还是头一次的。"""
    return {name: excluded[name] for name in ("ending", "verdict", "revision")}


def _binds(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: bindparam(name, type_=Text) for name in names}


def _unpacked(name: str, columns: tuple[str, ...]) -> tuple[Any, list[Any]]:
    rows = func.jsonb_array_elements(bindparam(name, type_=JSONB)).table_valued(
        column("value", JSONB), name=f"{name}_in"
    )
    parts = [literal_column(f"{name}_in.value ->> {at}", Text).label(each) for at, each in enumerate(columns)]
    return rows, parts


def _rows(name: str, columns: tuple[str, ...]) -> Any:
    rows, parts = _unpacked(name, columns)
    return select(
        *[cast(part.element, Integer).label("run") if part.name == "run" else part for part in parts]
    ).select_from(rows)
