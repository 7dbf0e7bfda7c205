"""客服消息现在还能发几条：对方说一句话，48 小时里 5 条；点菜单、扫码、关注，1 分钟里 3 条。

平台自己也数，数错了它说 45047；这里先数，是为了值守的人看得见还剩几条，不去碰壁。点答复里的选项在平台那边只算点菜单，
我们分不出，所以可能多算。
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from bot.store.among import among
from bot.store.history import latest
from bot.store.schema import attempts, deliveries, turns

WAY = "custom"
"""走客服消息的一次发送，attempts 的 template 一列写它。"""
SPOKEN = (5, timedelta(hours=48))
CLICKED = (3, timedelta(minutes=1))
RECENT = 500
"""往回看这么多个回合。"""
_CLICKS = ("click", "scan", "subscribe")
_NOT_SPOKEN = (*_CLICKS, "unsubscribe", "take", "say", "give", "expire", "close")
"""这些不是用户说的话：事件，和值班的人做的事。"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """还能发 `left` 条，到 `until` 为止；一条也不能发时 `until` 是 None。"""

    left: int
    until: datetime | None


def allowance(connection: Connection, user: str, now: datetime) -> Allowance:
    """这个人现在的余额：说话得来的和点按得来的，取多的。"""
    found = [
        _from(connection, user, now, turns.c.kind.not_in(_NOT_SPOKEN), *SPOKEN),
        _from(connection, user, now, turns.c.kind.in_(_CLICKS), *CLICKED),
    ]
    best = max(found, key=lambda each: each.left)
    return best if best.left else Allowance(0, None)


def lefts(connection: Connection, users: Iterable[str], now: datetime) -> dict[str, int]:
    """这些人各还能发几条，一条也不能的不在里面；别的渠道的不看。最近没有来过的，几万个也只是两条查询。"""
    asked = sorted({user for user in users if user.startswith("wechat:")})
    if not asked:
        return {}
    last = select(func.max(turns.c.id)).where(among(connection, turns.c.user, asked)).group_by(turns.c.user)
    ids = connection.scalars(last).all()
    came = select(turns.c.user, turns.c.at).where(among(connection, turns.c.id, ids))
    lately = [user for user, at in connection.execute(came)
              if datetime.fromisoformat(at) > now - SPOKEN[1]] if ids else []  # fmt: skip
    found = {user: allowance(connection, user, now).left for user in lately}
    return {user: left for user, left in found.items() if left}


def _from(
    connection: Connection, user: str, now: datetime, kind: ColumnElement[bool], most: int, lasts: timedelta
) -> Allowance:
    query = select(turns.c.at).where(turns.c.id.in_(latest(user, RECENT)), kind).order_by(turns.c.id.desc()).limit(1)
    said = connection.execute(query).scalar()
    if said is None:
        return Allowance(0, None)
    since = datetime.fromisoformat(said)
    if now >= since + lasts:
        return Allowance(0, None)
    tried = select(attempts.c.at).join(deliveries).where(deliveries.c.user == user, attempts.c.template == WAY)
    second = since.replace(microsecond=0)  # 发送记到秒：同一秒里发的，宁可多算一条
    used = sum(datetime.fromisoformat(at) >= second for at in connection.scalars(tried))
    return Allowance(max(0, most - used), since + lasts)
