"""怪样的网址、日期：两种引擎上都说得清楚，不是 5xx，也不会卡住。"""

from datetime import date

import pytest
from sqlalchemy import insert, select

from bot.desk.told import Progress, look
from bot.store import Store
from bot.store.schema import corrections
from tests.bot.desk.client import NOW, Person, account, opened
from tests.bot.desk.test_correct import CITE, FORM, found, tell


async def admin(store: Store) -> Person:
    """登录着的管理员。"""
    account(store, "admin")
    person = Person(opened(store))
    assert 303 == (await person.login("admin")).status
    return person


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/desk/audit?before=999999999999999999", 200),
        ("/desk/audit?before=9999999999999999999", 400),
        ("/desk/audit?before=²", 200),
        ("/desk/broadcast/\0", 404),
        ("/desk/broadcast/b-\x1f", 404),
        ("/desk/case/1\u200b", 404),
    ],
)
async def test_odd_addresses(store: Store, path: str, status: int) -> None:
    """编号太大的说太长，网址里有看不见的字符的没有这一页。"""
    assert status == (await (await admin(store)).get(path)).status


@pytest.mark.parametrize("until", ["2026-12-01", "9999-12-31"])
async def test_a_correction_ends_today_at_the_latest(store: Store, until: str) -> None:
    """最后那天还没有到的，不开始找。"""
    person = await admin(store)
    await person.get("/desk/correct")
    answer = await person.post("/desk/correct/new", FORM | {"until": until})
    assert (400, True) == (answer.status, "最后那天还没有到" in answer.text)
    with store.reading() as connection:
        assert [] == connection.execute(select(corrections)).all()


def test_the_widest_search_ends(store: Store) -> None:
    """从公元元年找到 9999 年的也找得完：先前登记的接着做就好了。"""
    tell(store, "web:a", 12)
    row = {"source": CITE.source, "clause": CITE.clause, "since": date.min, "until": date.max}
    with store.transaction() as connection:
        begun = insert(corrections).values(**row, text="", state="looking", by="a", at="x").returning(corrections.c.id)
        id = connection.execute(begun).scalar_one()
    look(store, id, Progress(NOW.isoformat()), NOW)
    assert {"web:a"} == set(found(store, id))
