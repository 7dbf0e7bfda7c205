"""这个渠道现在还能主动说几句：微信是对方最近一次说话以后 48 小时里 5 条，别的渠道不限。"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection, select

from bot.desk.direct import SAYING, URGENT
from bot.store.schema import deliveries
from bot.wechat.allowance import SPOKEN, WAY, allowance

CHANNELS = {"wechat": "微信", "telegram": "Telegram", "web": "网页", "terminal": "终端"}


@dataclass(frozen=True, slots=True)
class Budget:
    """`left` 为 None 是不限；`until` 是到几时。"""

    channel: str
    left: int | None = None
    until: datetime | None = None

    @property
    def spent(self) -> bool:
        """一句也说不成了。"""
        return self.left == 0

    @property
    def most(self) -> int:
        """一共几条。"""
        return SPOKEN[0]


def budget(connection: Connection, user: str, now: datetime) -> Budget:
    """这个用户的；写下了还没有送出去的也算用掉。"""
    channel = user.partition(":")[0]
    name = CHANNELS.get(channel, channel)
    if channel != "wechat":
        return Budget(name)
    held = deliveries.c
    saying = sa.and_(held.state == URGENT, held.occasion.like(f"{SAYING}:%"))
    going = sa.and_(held.state == "sending", held.reason.like(f"{WAY} %"))
    query = select(sa.func.count()).select_from(deliveries).where(held.user == user, sa.or_(saying, going))
    # 先数路上的，再数送出去了的：这中间送到的，宁可数两遍
    on_the_way = int(connection.execute(query).scalar_one())
    found = allowance(connection, user, now)
    return Budget(name, max(0, found.left - on_the_way), found.until)
