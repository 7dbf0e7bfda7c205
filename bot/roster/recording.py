"""记下一次申报：值班的人替关联了企业的用户，或者直接按企业；没有关联的只管他自己的提醒。"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

import knowledge
from bot.roster.cycles import cycle_year
from bot.roster.declarations import Declared, Step, held_by, step, write_steps
from bot.roster.enterprises import Enterprise, RosterError, enterprise, enterprises_of, hold_roster
from bot.roster.grading import grade_named
from bot.roster.words import STATUSES
from bot.store import Store
from bot.store.schema import links, subscriptions, told


class Doubtful(RosterError):
    """与库里的对不上，要改正得人说一声；消息是给人看的一句话。"""


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

    关联了几家而没有写明：RosterError；一年里又申报一次、比库里的还早：Doubtful，`correct` 为真就照改。
    """
    with store.transaction() as connection:
        hold_roster(connection)
        found = _whose(connection, user, enterprise)
        return None if found is None else (found, record_in(connection, found, said, by, now, correct=correct))


def record_in(
    connection: Connection, found: Enterprise, said: Declared, by: str, now: datetime, *, correct: bool
) -> Step:
    """同 record，记到这一家，在调用者的事务里做（先 hold_roster）。"""
    said = _checked(said, now)
    cycle = cycle_year(connection, said.on_day, now, found)
    taken = step(held_by(connection, [found.id]).get(found.id, {}), found.id, said, cycle)
    if taken.doubt and not correct:
        raise Doubtful(f"{found.named}：{taken.doubt}")
    write_steps(connection, [taken], by, now.isoformat())
    return taken


def record_unlinked(store: Store, user: str, said: Declared, now: datetime) -> int:
    """没有关联企业的用户：记在他自己的提醒上，返回是哪一年。"""
    said = _checked(said, now)
    with store.transaction() as connection:
        year = said.year or cycle_year(connection, said.on_day, now) or said.on_day.year
        tell(connection, user, year, said.status, now, on_day=said.on_day)
    return year


def _checked(said: Declared, now: datetime) -> Declared:
    """日子到了、年度对得上、等级附件3里有的；不然是 RosterError。"""
    if said.on_day > now.date():
        raise RosterError(f"{said.on_day} 还没有到")
    if said.year and abs(said.year - said.on_day.year) > 1:
        raise RosterError(f"{said.on_day} 的申报不会是 {said.year} 年的")
    rules = knowledge.on(now.date())
    applied, wrong = grade_named(rules, said.grade_applied)
    announced, also = grade_named(rules, said.grade_announced)
    if wrong or also:
        raise RosterError(wrong or also)
    return replace(said, grade_applied=applied, grade_announced=announced)


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
    """用户自己说的本厂这一回申报到哪一步；一个厂一年一行，后说的算。

    `status` 空着是没有这回事，`cycle` 空着就是那一年。
    """
    assert not status or status in STATUSES
    key = {"user": user, "factory": factory, "cycle": cycle or str(year)}
    connection.execute(delete(told).filter_by(**key))
    before = delete(told).filter_by(user=user, year=year)
    connection.execute(before.where(told.c.factory.in_(_same(connection, user, factory))))
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


def _same(connection: Connection, user: str, factory: str) -> set[str]:
    """他的这个厂先前记在哪几个名下：只有一个厂的，没说名称时记的、绑定了才知道名称的是同一个。"""
    held = (connection.execute(select(table).filter_by(user=user)).all() for table in (subscriptions, links))
    several = any(len(rows) > 1 for rows in held)
    names = set(connection.scalars(select(told.c.factory).filter_by(user=user))) - {""}
    if several or (not factory and len(names) > 1):
        return {factory}
    return {factory, "", *(() if factory else names)}


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
