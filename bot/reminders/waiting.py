"""等着对方下次来说话时告诉的：取出来，记作送到了。"""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from sqlalchemy import Connection, select, update

from bot.reminders.campaigns import glance
from bot.reminders.deciding import LINE, Decider, Line
from bot.reminders.hours import stamp
from bot.reminders.notifier import Outgoing
from bot.reminders.people import load
from bot.store import Store
from bot.store.among import among
from bot.store.fetching import fetched
from bot.store.schema import deliveries


def whole(outgoing: Outgoing) -> str:
    """整段都说。"""
    return outgoing.text


def take_waiting(
    store: Store,
    connection: Connection,
    user: str,
    now: datetime,
    zone: tzinfo,
    room: Callable[[Outgoing], str] = whole,
) -> Sequence[str]:
    """这个人等着的各条，先到的在前，说的是今天的日子；不该再说的撤下。

    `room` 说一条说成什么样，空的是这回放不下，还等着。
    """
    query = select(*LINE).filter_by(user=user, state="waiting").order_by(deliveries.c.due_at, deliveries.c.id)
    rows = fetched(connection, query.with_for_update(skip_locked=True), Line)
    if not rows:
        return ()
    outlook = glance(connection, zone, now)
    person = load(store, connection, [user], zone)[0]
    decider = Decider(connection, outlook, None, now, 0)
    texts: list[str] = []
    told: list[int] = []
    for row in rows:
        no, outgoing = decider.looked(row, person)
        if no:
            values = {"state": "dropped", "reason": no, "updated_at": stamp(now)}
            connection.execute(update(deliveries).filter_by(id=row.id).values(**values))
        elif said := room(outgoing):
            texts.append(said)
            told.append(row.id)
    if told:
        done = update(deliveries).where(among(connection, deliveries.c.id, told))
        connection.execute(done.values(state="delivered", reason="来说话时告诉的", updated_at=stamp(now)))
    return texts


def pushed(store: Store, user: str, now: datetime, zone: tzinfo) -> Sequence[str]:
    """自己的一个事务里取；没有等着的不占写的锁。"""
    with store.reading() as connection:
        query = select(deliveries.c.id).filter_by(user=user, state="waiting").limit(1)
        if connection.execute(query).first() is None:
            return ()
    with store.transaction() as connection:
        return take_waiting(store, connection, user, now, zone)
