"""热路径的语句，由表结构写成，编译成驱动认得的文字。"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Dialect,
    Integer,
    Text,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from bot.store.schema import meta, results, sessions, turns

TURN = ("user", "message_id", "at", "kind", "said", "reply", "claimed")
SESSION = ("user", "state", "updated_at")
RESULT = ("user", "run", "flow", "ending", "verdict", "revision", "at")


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
        self.add_results = _text(sqlite.insert(results).values(_binds(RESULT)).on_conflict_do_nothing(), dialect)


class PostgresStatements:
    """成批的值以数组交进来，用 unnest 展开；三张表一条语句写完。"""

    def __init__(self, dialect: Dialect) -> None:
        user = func.unnest(_array("users")).table_valued(column("user", Text)).render_derived()
        key = (
            func.unnest(_array("users"), _array("ids"))
            .table_valued(column("user", Text), column("message_id", Text))
            .render_derived("k")
        )
        hit = (
            select(turns.c.user, turns.c.message_id, turns.c.reply)
            .select_from(key.join(turns, and_(turns.c.user == key.c.user, turns.c.message_id == key.c.message_id)))
            .subquery("hit")
        )
        self.admit = _text(
            postgresql.insert(sessions)
            .from_select(
                SESSION,
                select(user.c.user, literal_column("''"), literal_column("''")).order_by(user.c.user),
            )
            .on_conflict_do_nothing(),
            dialect,
        )
        self.sessions = _text(
            select(sessions.c.user, sessions.c.state)
            .where(sessions.c.user == func.any(_array("users")))
            .order_by(sessions.c.user)
            .with_for_update(),
            dialect,
        )
        self.stored = _text(
            select(meta.c.value, hit.c.user, hit.c.message_id, hit.c.reply)
            .select_from(meta.outerjoin(hit, true()))
            .where(meta.c.key == literal_column("'revision'")),
            dialect,
        )
        self.write_names = tuple(
            f"{table}_{name}"
            for table, names in (("turns", TURN), ("sessions", SESSION), ("results", RESULT))
            for name in names
        )
        put = postgresql.insert(sessions).from_select(SESSION, _unnested("sessions", SESSION))
        self.write = _text(
            postgresql.insert(results)
            .from_select(RESULT, _unnested("results", RESULT))
            .on_conflict_do_nothing()
            .add_cte(
                postgresql.insert(turns).from_select(TURN, _unnested("turns", TURN)).cte("added"),
                put.on_conflict_do_update(
                    index_elements=["user"], set_={"state": put.excluded.state, "updated_at": put.excluded.updated_at}
                ).cte("put"),
            ),
            dialect,
        )


def _text(statement: ClauseElement, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))


def _binds(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: bindparam(name, type_=Text) for name in names}


def _array(name: str, item: type[Text] | type[Integer] = Text) -> Any:
    return bindparam(name, type_=ARRAY(item))


def _unnested(table: str, names: tuple[str, ...]) -> Any:
    types = {"run": Integer}
    arrays = [_array(f"{table}_{name}", types.get(name, Text)) for name in names]
    columns = [column(name, types.get(name, Text)) for name in names]
    return select(func.unnest(*arrays).table_valued(*columns).render_derived(f"new_{table}"))
