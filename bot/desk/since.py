"""照编号排的记录（谈话、审计）里的一段：编号大致照时刻先后，用对半找的办法，很快就知道从哪个编号看起。"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection, Table, select

from bot.store.schema import turns

SLACK = timedelta(days=1)
"""编号的先后和时刻的先后可以差这么多：早说的晚到，各人的时区不同。"""


def first_turn(connection: Connection, at: datetime) -> int:
    """`at` 这一刻起的第一个回合的编号，宁早勿晚；没有这么晚的，是最后一个的下一个。"""
    return first_row(connection, turns, at)


def first_row(connection: Connection, table: Table, at: datetime) -> int:
    """同上，哪张表都行：有 `id` 和 `at`。"""
    # 各查各的才走索引的两头；写在一起，SQLite 会翻遍全表
    ends = (select(end(table.c.id)).scalar_subquery() for end in (sa.func.min, sa.func.max))
    low, high = connection.execute(select(*ends)).one()
    if low is None:
        return 1
    low, high = int(low), int(high) + 1
    try:
        goal = at - SLACK
    except OverflowError:  # 公元元年
        return low
    while low < high:
        middle = (low + high) // 2
        query = select(table.c.id, table.c.at).where(table.c.id >= middle).order_by(table.c.id).limit(1)
        row = connection.execute(query).one()
        if datetime.fromisoformat(row.at) < goal:
            low = int(row.id) + 1
        else:
            high = middle
    return low


def last_turn(connection: Connection) -> int:
    """最后一个回合的编号；一个也没有是 0。"""
    return int(connection.execute(select(sa.func.coalesce(sa.func.max(turns.c.id), 0))).scalar_one())
