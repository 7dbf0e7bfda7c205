"""一个人最近的谈话：给网页重新打开时看。"""

from typing import NamedTuple

from sqlalchemy import Connection, select

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
    rows = connection.execute(select(*columns).filter_by(user=user).order_by(turns.c.id.desc()).limit(most)).all()
    return [Past(*row) for row in reversed(rows)]
