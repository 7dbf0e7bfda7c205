"""一次取回一大批行。"""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Select, func, select

T = TypeVar("T")


def fetched(connection: Connection, query: Select[*tuple[Any, ...]], kind: type[T]) -> list[T]:
    """查到的各行，照原来的次序；`kind` 是一行的样子，各列只能是文字和整数。

    驱动取 SQLite 的一行要放一次解释器的锁，别的线程忙着时，一千行就要等一千次轮到；所以整批作一个 JSON 取回来。
    """
    if connection.dialect.name == "sqlite":
        rows = query.subquery()
        whole = connection.execute(select(func.json_group_array(func.json_array(*rows.c)))).scalar_one()
        return msgspec.json.decode(whole, type=list[kind])  # type: ignore[valid-type]
    return msgspec.convert(list(map(tuple, connection.execute(query))), list[kind])  # type: ignore[valid-type]
