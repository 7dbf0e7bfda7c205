"""记下一次申报：值班的人替关联了企业的用户，或者直接按企业；没有关联的只管他自己的提醒。"""

from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from bot.roster.declarations import Declared, Step, held_by, step, write_steps
from bot.roster.enterprises import Enterprise, RosterError, enterprise, enterprises_of
from bot.roster.importing import hold_roster
from bot.roster.words import STATUSES
from bot.store import Store
from bot.store.schema import told


def record(
    store: Store,
    said: Declared,
    by: str,
    now: datetime,
    *,
    user: str = "",
    enterprise: str = "",
    correct: bool = False,
) -> tuple[Enterprise, Step] | None:
    """记到用户关联的那一家，或写明的那一家；用户没有关联、也没有写明是 None，什么也不写。

    关联了几家而没有写明、一年里又申报一次、比库里的还早：RosterError；后两样 `correct` 为真就照改。
    """
    with store.transaction() as connection:
        hold_roster(connection)
        found = _whose(connection, user, enterprise)
        if found is None:
            return None
        taken = step(held_by(connection, [found.id]).get(found.id, {}), found.id, said)
        if taken.doubt and not correct:
            raise RosterError(f"{found.named}：{taken.doubt}；要改正写 --correct")
        write_steps(connection, [taken], by, now.isoformat())
    return found, taken


def record_unlinked(store: Store, user: str, said: Declared, now: datetime) -> int:
    """没有关联企业的用户：记在他自己的提醒上，返回是哪一年。"""
    year = said.year or said.on_day.year
    with store.transaction() as connection:
        tell(connection, user, year, said.status, now, on_day=said.on_day)
    return year


def tell(
    connection: Connection,
    user: str,
    year: int,
    status: str,
    now: datetime,
    *,
    factory: str = "",
    cycle: str = "",
    on_day: date | None = None,
) -> None:
    """用户自己说的本厂这一回申报到哪一步；后说的算。`status` 空着是没有这回事，`cycle` 空着就是那一年。"""
    assert not status or status in STATUSES
    key = {"user": user, "factory": factory, "cycle": cycle or str(year)}
    connection.execute(delete(told).filter_by(**key))
    if status:
        row = {"year": year, "status": status, "on_day": on_day or now.date(), "at": now.isoformat()}
        connection.execute(insert(told).values(**key, **row))


def told_lines(connection: Connection, year: int | None = None, status: str = "") -> list[str]:
    """没有关联企业的用户自己的申报情况，一行一个；不是主管部门的事实。"""
    query = select(told).order_by(told.c.year, told.c.user)
    if year is not None:
        query = query.where(told.c.year == year)
    if status:
        query = query.where(told.c.status == status)
    return [
        f"{row.user}  {row.year}年 {STATUSES[row.status][0]}（只管这个用户自己的提醒）"
        for row in connection.execute(query)
    ]


def _whose(connection: Connection, user: str, said: str) -> Enterprise | None:
    mine = enterprises_of(connection, user) if user else ()
    if said:
        found = enterprise(connection, said)
        if user and found.id not in {each.id for each in mine}:
            raise RosterError(f"{user} 没有关联 {found.named}")
        return found
    if len(mine) > 1:
        raise RosterError(f"{user} 关联了几家，写 --enterprise：{'、'.join(each.named for each in mine)}")
    return mine[0] if mine else None
