"""一次取回一大批行，两种库一样。"""

import msgspec
import pytest
from sqlalchemy import insert, select

from bot.store import Store
from bot.store.fetching import fetched
from bot.store.schema import deliveries

SAID = '“改到 12 月 31 日”\n\t\\ "引号"、🙂'


class Line(msgspec.Struct, frozen=True, array_like=True):
    """取的三列。"""

    id: int
    campaign_id: str | None
    text: str


@pytest.fixture
def filled(store: Store) -> Store:
    """送达账里三行，到的时候一行比一行早。"""
    row = {"occasion": "d7@1", "window_id": "w", "campaign_id": None, "state": "planned", "updated_at": ""}
    rows = [{**row, "id": at, "user": f"wechat:{at}", "due_at": f"2026-12-0{9 - at}", "text": SAID} for at in (1, 2, 3)]
    with store.transaction() as connection:
        connection.execute(insert(deliveries), rows)
    return store


def test_the_rows_come_back_whole_and_in_order(filled: Store) -> None:
    """次序照查的，取几行照查的，空的还是空的，什么字都原样。"""
    query = select(deliveries.c.id, deliveries.c.campaign_id, deliveries.c.text).order_by(deliveries.c.due_at).limit(2)
    with filled.reading() as connection:
        assert [Line(3, None, SAID), Line(2, None, SAID)] == fetched(connection, query, Line)


def test_nothing_found_is_nothing(filled: Store) -> None:
    """一行也没有就是空的。"""
    with filled.reading() as connection:
        assert [] == fetched(connection, select(deliveries.c.id).filter_by(user="wechat:9"), tuple[int])
