"""PostgreSQL 热路径的语句；用到这种库才载入，它的方言占几十毫秒和几兆内存。"""

from typing import Any

from sqlalchemy import ARRAY, Dialect, Integer, Text, any_, bindparam, cast, column, func, literal_column, select, true
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from bot.store.schema import deliveries, meta, profiles, results, sessions, turns
from bot.store.statements import PROFILE, RESULT, SESSION, TURN, compiled, corrected

NUMBERS = ("run", "position")
"""哪几列是整数。"""


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
        self.admit = compiled(
            postgresql.insert(sessions)
            .from_select(SESSION, wanted.add_columns(literal_column("''"), literal_column("''")).order_by(name))
            .on_conflict_do_nothing(),
            dialect,
        )
        self.sessions = compiled(
            select(sessions.c.user, sessions.c.state)
            .where(sessions.c.user == any_(func.array(wanted.scalar_subquery(), type_=ARRAY(Text))))
            .order_by(sessions.c.user)
            .with_for_update(),
            dialect,
        )
        # 按人找，一个人没有几行；等着的可能有几十万，接一截空的让它不从状态找
        waiting = (
            select(deliveries.c.user)
            .where(
                deliveries.c.user == any_(func.array(wanted.scalar_subquery(), type_=ARRAY(Text))),
                deliveries.c.state.op("||")(literal_column("''")) == literal_column("'waiting'"),
            )
            .scalar_subquery()
        )
        self.stored = compiled(
            select(meta.c.value, func.array(waiting, type_=ARRAY(Text)), hit.c.user, hit.c.message_id, hit.c.reply)
            .select_from(meta.outerjoin(key.join(hit, true()), true()))
            .where(meta.c.key == literal_column("'revision'")),
            dialect,
        )
        self.drop_profiles = compiled(
            profiles.delete().where(profiles.c.user == any_(func.array(wanted.scalar_subquery(), type_=ARRAY(Text)))),
            dialect,
        )
        self.add_profiles = compiled(
            postgresql.insert(profiles).from_select(PROFILE, _rows("profiles", PROFILE)), dialect
        )
        result = postgresql.insert(results).from_select(RESULT, _rows("results", RESULT))
        self.write = compiled(
            result.on_conflict_do_update(index_elements=RESULT[:3], set_=corrected(result.excluded)).add_cte(
                postgresql.insert(turns).from_select(TURN, _rows("turns", TURN)).cte("added"),
                put.on_conflict_do_update(
                    index_elements=["user"], set_={"state": put.excluded.state, "updated_at": put.excluded.updated_at}
                ).cte("put"),
            ),
            dialect,
        )


def _unpacked(name: str, columns: tuple[str, ...]) -> tuple[Any, list[Any]]:
    rows = func.jsonb_array_elements(bindparam(name, type_=JSONB)).table_valued(
        column("value", JSONB), name=f"{name}_in"
    )
    parts = [literal_column(f"{name}_in.value ->> {at}", Text).label(each) for at, each in enumerate(columns)]
    return rows, parts


def _rows(name: str, columns: tuple[str, ...]) -> Any:
    rows, parts = _unpacked(name, columns)
    return select(
        *[cast(part.element, Integer).label(part.name) if part.name in NUMBERS else part for part in parts]
    ).select_from(rows)
