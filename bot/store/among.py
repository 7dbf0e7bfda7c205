"""两种库写法不同的：一列在不在一批值里（整批是一个参数，多少个语句都不变），撞上了怎么办的 INSERT。"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Connection, Table, Text, any_, bindparam, column, func, select


def among(connection: Connection, name: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """`name` 这一列是 `values` 里的一个；文字或整数。"""
    if connection.dialect.name == "sqlite":
        given = bindparam(None, json.dumps(list(values)), type_=Text, unique=True)
        return name.in_(select(func.json_each(given).table_valued(column("value", name.type)).c.value))
    listed: Any = bindparam(None, list(values), type_=ARRAY(name.type), unique=True)
    return name == any_(listed)


def inserting(connection: Connection, table: Table) -> Any:
    """这种库的 INSERT，带 `on_conflict_do_nothing` 和 `on_conflict_do_update`。"""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as into
    else:
        from sqlalchemy.dialects.postgresql import insert as into  # type: ignore[assignment]
    return into(table)
