"""谈话里说的、订的、绑定的：回合要看时读出来，回合的效果在它自己的事务里写下。"""

from datetime import date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table, insert, select

from bot.roster.linking import look_up, own, redeem_in
from bot.roster.recording import tell
from bot.store import Store
from bot.store.person import unsay
from bot.store.schema import cases, consents, link_tries, links, subscriptions, told
from dialogs.kept import Recorded, Row, Said, Subscription, rows_of
from dialogs.records import Effect, Linked, Subscribed, Told, Unsubscribed

Kept = Subscribed | Unsubscribed | Told | Linked
"""记在这几张表里的效果。"""
_TABLES = (subscriptions, told, links, link_tries, consents, cases)


def kept_rows(connection: Connection, user: str, zone: tzinfo | None) -> tuple[str, ...]:
    """回忆 kept 的答案：订着的、自己说过的、绑定的企业登记了的。"""
    rows: list[Row] = []
    query = select(subscriptions).filter_by(user=user).order_by(subscriptions.c.consented_at, subscriptions.c.factory)
    for row in connection.execute(query):
        day = datetime.fromisoformat(row.consented_at).astimezone(zone).date()
        rows.append(Subscription(row.factory, row.district, row.branch, day, row.way))
    for row in connection.execute(select(told).filter_by(user=user).order_by(told.c.at)):
        day = datetime.fromisoformat(row.at).astimezone(zone).date()
        rows.append(Said(row.factory, row.cycle, row.status, row.on_day, str(row.year), day))
    for enterprise, declared in own(connection, user):
        place = (enterprise.district, " ".join(enterprise.branches))
        rows += [Recorded(enterprise.name, str(each.year), each.status, each.on_day, *place) for each in declared]
        rows += [] if declared else [Recorded(enterprise.name, "0", "", date.min, *place)]
    return rows_of(rows)


def code_answer(connection: Connection, store: Store, user: str, code: str, now: datetime) -> tuple[str, ...]:
    """回忆 code:… 的答案：("ok", 名称, 代码, 区县, 分支……)，或为什么用不成。"""
    seen = look_up(connection, store, user, code, now)
    if seen.reason == "used":
        return ("used", seen.enterprise.name if seen.enterprise else "")
    if seen.reason is not None or seen.enterprise is None:
        return (seen.reason or "wrong",)
    found = seen.enterprise
    return ("ok", found.name, found.code, found.district, *found.branches)


def apply_kept(connection: Connection, store: Store, user: str, effect: Effect, now: datetime) -> None:
    """写下一个效果；不是这几种的不管。"""
    if isinstance(effect, Subscribed | Unsubscribed):
        connection.execute(sa.delete(subscriptions).filter_by(user=user, factory=effect.factory))
    if isinstance(effect, Subscribed):
        row = {"user": user, "factory": effect.factory, "channel": user.partition(":")[0], "way": effect.way}
        place = {"district": effect.district, "branch": effect.branch, "consented_at": now.isoformat()}
        connection.execute(insert(subscriptions).values(**row, **place))
    elif isinstance(effect, Told):
        factory, cycle = effect.factory, effect.cycle
        tell(connection, user, effect.year, effect.status, now, factory=factory, cycle=cycle, on_day=effect.day)
    elif isinstance(effect, Linked):
        redeem_in(connection, store, user, effect.code, now)


def forget_kept(connection: Connection, user: str) -> None:
    """删掉这个用户的这几张表，和告诉值班的人的他的话。"""
    unsay(connection, user)
    for table in _TABLES:
        connection.execute(sa.delete(table).filter_by(user=user))


def rows_kept(connection: Connection, user: str) -> dict[Table, list[dict[str, Any]]]:
    """这个用户在这几张表里的行。"""
    found = {table: connection.execute(select(table).filter_by(user=user)).mappings() for table in _TABLES}
    return {table: [dict(row) for row in rows] for table, rows in found.items()}


def put_back(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    """把这些行放回去。"""
    for table, each in rows.items():
        if each:
            connection.execute(insert(table), each)
