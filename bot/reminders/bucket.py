"""一个账号每秒发几条：桶在库里，几个进程合着用。"""

from sqlalchemy import Connection, insert, select, update

from bot.store.schema import buckets

BURST_SECONDS = 0.25
"""攒着没有用的，至多攒这么多秒的。"""


def take(connection: Connection, account: str, want: int, rate: float, at: float) -> tuple[int, float]:
    """从桶里取至多 `want` 个；返回取到几个，和一个也没有时几秒以后再来。`at` 是库的钟。"""
    if want <= 0:
        return 0, 0.0
    burst = max(1.0, rate * BURST_SECONDS)
    query = select(buckets.c.level, buckets.c.at).filter_by(account=account).with_for_update()
    row = connection.execute(query).one_or_none()
    level = burst if row is None else min(burst, row.level + max(0.0, at - row.at) * rate)
    granted = min(want, int(level))
    values = {"level": level - granted, "at": at}
    if row is None:
        connection.execute(insert(buckets).values(account=account, **values))
    else:
        connection.execute(update(buckets).filter_by(account=account).values(**values))
    return granted, 0.0 if granted else (1.0 - level) / rate
