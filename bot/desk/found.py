"""一个案子此刻的样子：谁看得到，谁接管着，派得给谁；没有了的，说清楚是不是对方删掉了自己的信息。"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.desk.accounts import Operator
from bot.desk.said import own
from bot.desk.visit import Refused, Visit, missing
from bot.store.now import database_now
from bot.store.schema import audit, cases, operators

GONE = "对方删掉了自己的信息，这个案子没有了。"


async def found(visit: Visit) -> Row[Any]:
    """这个案子；不归他管的，和关了以后这个人已经去了别的区县的，都没有这一页。

    页面交来的 `of` 是它开着的那个案子几时开的：编号一样、不是那一个的，不算。
    """
    id, operator, of = visit.id, visit.operator, visit.query("of", 40) or visit.field("of", 40)

    def read(connection: Connection) -> tuple[Row[Any] | None, bool]:
        row = connection.execute(select(cases).filter_by(id=id)).first()
        if row is not None and of and row.opened_at != of:
            row = None
        if row is None:
            return None, _looked(connection, operator, id)
        return (row if seen(connection, row, operator.scope) else None), False

    row, gone = await visit.reads(read)
    if row is None:
        raise Refused(404, GONE) if gone else missing()
    return row


def seen(connection: Connection, row: Row[Any], scope: str | None) -> bool:
    """归不归这个区县看。"""
    if scope is None:
        return True
    return connection.execute(select(cases.c.id).where(cases.c.id == row.id, *own(scope))).first() is not None


def since(row: Row[Any]) -> str:
    """从几时算起：等着、还没有人接过的，从开案子起；别的从对方最近说话起。"""
    return str(row.opened_at if row.state == "waiting" and not row.taken_at else row.said_at)


def waited(row: Row[Any], now: datetime) -> str:
    """多久了，给人看：等着的“等了12分钟”，别的“12分钟前”；一天以上的是空的，写日子。页面里的脚本照样往后数。"""
    minutes = int((now - datetime.fromisoformat(since(row))).total_seconds()) // 60
    if minutes >= 24 * 60 or row.state == "closed":
        return ""
    long = f"{minutes // 60} 小时 {minutes % 60} 分钟" if minutes >= 60 else f"{max(minutes, 0)} 分钟"
    if minutes < 1:
        return "刚来" if row.state == "waiting" else "刚刚"
    return f"等了 {long}" if row.state == "waiting" else f"{long}前"


def held(case: Row[Any], now: datetime) -> bool:
    """正有人接管着。"""
    return case.state == "held" and case.until is not None and datetime.fromisoformat(case.until) > now


def current(connection: Connection, id: int) -> int:
    """这个用户现在开着的案子；关了的又接管，是新的一个。"""
    user = select(cases.c.user).filter_by(id=id).scalar_subquery()
    query = select(cases.c.id).where(cases.c.user == user, cases.c.state != "closed").order_by(cases.c.id.desc())
    return int(connection.execute(query.limit(1)).scalar_one_or_none() or id)


def locked(connection: Connection, id: int) -> Row[Any]:
    """这个案子此刻的样子，这个事务里没有别人改得动。"""
    row = connection.execute(select(cases).filter_by(id=id).with_for_update()).first()
    if row is None:
        raise missing()
    return row


def touch(connection: Connection, id: int, **values: object) -> None:
    """改几项，开着的页面就知道它变了。"""
    connection.execute(update(cases).filter_by(id=id).values(**values, touched=database_now(connection)))


def colleagues(connection: Connection, district: str, scope: str | None) -> dict[str, str]:
    """派得给的人：那个区县的，和市里的；账号 → 区县。"""
    each = operators.c
    query = select(each.name, each.district).where(each.disabled_at.is_(None), each.district.in_((district, "")))
    query = query if scope is None else query.where(each.district == district)
    return {row.name: row.district for row in connection.execute(query.order_by(each.name))}


def _looked(connection: Connection, operator: Operator, id: int) -> bool:
    """他看过这个案子：审计里有。"""
    query = select(audit.c.id).filter_by(operator=operator.name, subject=f"case:{id}")
    return connection.execute(query.limit(1)).first() is not None
