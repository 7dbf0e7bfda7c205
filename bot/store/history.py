"""一个人最近的谈话：给网页重新打开时看。"""

from typing import NamedTuple

from sqlalchemy import Connection, Select, select

from bot.store.schema import turns


class Past(NamedTuple):
    """过去的一个回合；`reply` 是当时答复的 JSON，None 是没有作声。"""

    message_id: str
    at: str
    kind: str
    said: str
    reply: str | None


def recent_turns(connection: Connection, user: str, most: int) -> list[Past]:
    """这个用户最近的至多 `most` 个回合，早的在前。"""
    columns = (turns.c.message_id, turns.c.at, turns.c.kind, turns.c.said, turns.c.reply)
    query = select(*columns).where(turns.c.id.in_(latest(user, most))).order_by(turns.c.id)
    return [Past(*row) for row in connection.execute(query)]


def latest(user: str, most: int, before: int = 0) -> Select[tuple[int]]:
    """这个用户最近的至多 `most` 个回合的编号（`before` 之前的）。

    编号加 0 再排：只走（用户，消息）的索引，不会顺着全部回合一路找过来；说过一万句的人也快。
    """
    query = select(turns.c.id).filter_by(user=user)
    query = query.where(turns.c.id < before) if before else query
    return query.order_by((turns.c.id + 0).desc()).limit(most)
