"""客服消息的余额：说一句话 48 小时 5 条，点一下 1 分钟 3 条；发一条少一条，再说话又满。"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.store import Store
from bot.store.schema import attempts, deliveries, turns
from bot.wechat.allowance import WAY, allowance, lefts

NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
NOTHING = (0, None)


def heard(store: Store, at: datetime, kind: str = "text", user: str = "wechat:o1") -> None:
    """用户来了一句话，或一个事件。"""
    row = {"user": user, "message_id": f"{at}{kind}", "at": at.isoformat(), "kind": kind, "said": "", "claimed": ""}
    with store.transaction() as connection:
        connection.execute(insert(turns).values(**row))


def told(store: Store, at: datetime, count: int, way: str = WAY, user: str = "wechat:o1") -> None:
    """我们发出去几条；记的是 UTC。"""
    row = {"window_id": "w", "due_at": "", "state": "sent", "text": "", "updated_at": "", "user": user}
    with store.transaction() as connection:
        for number in range(count):
            given = insert(deliveries).values(occasion=f"{at}{way}{number}", **row).returning(deliveries.c.id)
            id_ = connection.execute(given).scalar_one()
            tried = {"delivery_id": id_, "at": at.astimezone(UTC).isoformat(), "channel": "wechat", "outcome": "sent"}
            connection.execute(insert(attempts).values(**tried, template=way))


def left(store: Store, after: timedelta = timedelta()) -> tuple[int, datetime | None]:
    """过了这么久，还能发几条、到几时。"""
    with store.reading() as connection:
        found = allowance(connection, "wechat:o1", NOW + after)
    return found.left, found.until


def test_nobody_spoke(store: Store) -> None:
    """没有来说过话的，一条也不能发；别人说的、取消关注都不算。"""
    heard(store, NOW, user="wechat:o2")
    heard(store, NOW, "unsubscribe")
    assert NOTHING == left(store)


def test_a_sentence_gives_five(store: Store) -> None:
    """说一句话，48 小时里 5 条；发一条少一条，别的路发的不算，别人的不算；再说一句又满。"""
    heard(store, NOW)
    until = NOW + timedelta(hours=48)
    assert (5, until) == left(store)
    told(store, NOW + timedelta(minutes=1), 3)
    told(store, NOW + timedelta(minutes=1), 2, "tmpl-1")
    told(store, NOW + timedelta(minutes=1), 2, user="wechat:o2")
    assert (2, until) == left(store, timedelta(minutes=2))
    told(store, NOW + timedelta(minutes=3), 3)
    assert NOTHING == left(store, timedelta(minutes=4))
    heard(store, NOW + timedelta(minutes=5))
    assert 5 == left(store, timedelta(minutes=6))[0]


@pytest.mark.parametrize(("hours", "count"), [(47, 5), (48, 0)])
def test_it_lapses(store: Store, hours: int, count: int) -> None:
    """到了 48 小时就没有了。"""
    heard(store, NOW)
    assert count == left(store, timedelta(hours=hours))[0]


@pytest.mark.parametrize("kind", ["click", "scan", "subscribe"])
def test_a_click_gives_three_for_a_minute(store: Store, kind: str) -> None:
    """点菜单、扫码、关注：1 分钟里 3 条；说话得来的更多就算说话的。"""
    heard(store, NOW, kind)
    assert (3, NOW + timedelta(minutes=1)) == left(store, timedelta(seconds=59))
    assert NOTHING == left(store, timedelta(seconds=60))
    heard(store, NOW)
    assert 5 == left(store)[0]


def test_many_at_once(store: Store) -> None:
    """一批人一起问，和一个一个问一样；没有来过、来得早、用完了的、别的渠道的都不在里面。"""
    for user, ago in (("wechat:o1", 1), ("wechat:late", 49), ("wechat:spent", 2), ("web:x", 1)):
        heard(store, NOW - timedelta(hours=ago), user=user)
    told(store, NOW - timedelta(hours=1), 5, user="wechat:spent")
    told(store, NOW, 2)
    with store.reading() as connection:
        users = ("wechat:o1", "wechat:late", "wechat:spent", "web:x", "wechat:never")
        assert {"wechat:o1": 3} == lefts(connection, users, NOW)
        assert {} == lefts(connection, ("web:x",), NOW)
