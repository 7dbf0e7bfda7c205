"""抽查：不少于30%，同样的种子抽出来一样，结果和整改记得下，过期的列出来。"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.desk.spotting import draw, pool_of, wanted
from bot.store import Store
from bot.store.schema import audit, declarations, enterprises, spot_checks, spot_items
from tests.bot.desk.client import Person, account, opened

AT = "2026-11-30T02:00:00.000+00:00"


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """铜梁七家评了级、一家没有，永川一家。"""
    with Store.open(f"sqlite:///{tmp_path / 'spot.db'}") as made:
        account(made, "tong", "铜梁")
        account(made, "yong", "永川")
        account(made, "admin")
        with made.transaction() as connection:
            for n in range(8):
                firm(connection, f"铜梁第{n}厂", "铜梁", grade="" if n == 7 else "B" if n else "D")
            firm(connection, "永川的厂", "永川", grade="A")
        yield made


def firm(connection: Any, name: str, district: str, grade: str, announced: str = "") -> int:
    """名册上的一家；写了公布的等级就有一条 2026 年的申报。"""
    row = {"code": None, "branches": "[]", "grade": grade, "contact": "", "phone": "", "updated_at": AT}
    id = int(
        connection.execute(insert(enterprises).values(name=name, district=district, **row)).inserted_primary_key[0]
    )
    if announced:
        told = {"enterprise_id": id, "year": 2026, "status": "announced", "on_day": date(2026, 9, 1), "branch": ""}
        grades = {"grade_applied": announced, "grade_announced": announced, "updated_at": AT}
        connection.execute(insert(declarations).values(**told, **grades))
    return id


async def come(store: Store, name: str) -> Person:
    """登录着的一个人。"""
    person = Person(opened(store))
    assert 303 == (await person.login(name)).status
    return person


def rows(store: Store, table: Any) -> list[Any]:
    """一张表的全部。"""
    with store.reading() as connection:
        return list(connection.execute(select(table)))


@pytest.mark.parametrize(("pool", "drawn"), [(1, 1), (3, 1), (4, 2), (7, 3), (10, 3), (11, 4)])
def test_not_less_than_the_share(pool: int, drawn: int) -> None:
    """抽30%，不足一家的进一。"""
    assert drawn == wanted(pool, 30)


def test_the_pool_is_the_rated(store: Store) -> None:
    """名单是评了级的：公布过的照公布的等级，没有的照名册；全市的只有 B 级及以上。"""
    with store.transaction() as connection:
        firm(connection, "新公布的厂", "铜梁", grade="D", announced="B")
    with store.reading() as connection:
        own = {each.name: each.grade for each in pool_of(connection, "铜梁", 2026)}
        before = {each.name: each.grade for each in pool_of(connection, "铜梁", 2025)}
        city = {each.name for each in pool_of(connection, "", 2026)}
    assert 8 == len(own)
    assert "B" == own["新公布的厂"]
    assert "D" == before["新公布的厂"]
    assert {"永川的厂", "新公布的厂"} <= city
    assert "铜梁第0厂" not in city


async def test_the_same_seed_draws_the_same(store: Store) -> None:
    """同样的种子、同样的名单抽出来一样；种子、名单几家、谁抽的都在纸上，审计里也有。"""
    person = await come(store, "tong")
    fields = {"year": "2026", "share": "30", "seed": "摇号-20261130"}
    assert "/desk/spot/1?done=drawn" == (await person.post("/desk/spot/draw", fields)).header("location")
    await person.post("/desk/spot/draw", fields)
    first, second = ([each.enterprise_id for each in rows(store, spot_items) if each.check_id == id] for id in (1, 2))
    assert 3 == len(first)
    assert first == second
    with store.reading() as connection:
        assert first == [each.id for each in draw(pool_of(connection, "铜梁", 2026), "摇号-20261130", 30)]
    paper = (await person.get("/desk/spot/1/print")).text
    for told in ("摇号-20261130", "7家", "2026-11-30 10:00，tong", "便函〔2024〕210号 正文 五 三是", "不少于30%"):
        assert told in paper
    assert "结果一样" in (await person.get("/desk/spot/1?again=1")).text
    assert ("spot_check:1", "种子 摇号-20261130，7家抽3家") in [
        (each.subject, each.detail) for each in rows(store, audit)
    ]


async def test_a_district_cannot_draw_less_than_the_notice(store: Store) -> None:
    """区县抽少于30%不成；市里抽B级及以上的，通知没有写比例。"""
    person = await come(store, "tong")
    answer = await person.post("/desk/spot/draw", {"year": "2026", "share": "29"})
    assert (400, 0) == (answer.status, len(rows(store, spot_checks)))
    assert "比例要是30到100" in answer.text
    admin = await come(store, "admin")
    assert 303 == (await admin.post("/desk/spot/draw", {"district": "", "year": "2026", "share": "10"})).status
    assert ("", 7, 10) == (rows(store, spot_checks)[0].district, rows(store, spot_checks)[0].pool, 10)
    assert 404 == (await person.get("/desk/spot/1")).status


async def test_results_and_overdue(store: Store) -> None:
    """不合格的记整改期限；过了期限没有改好的列在最前，改好了就不在了。"""
    person = await come(store, "tong")
    await person.post("/desk/spot/draw", {"year": "2026", "share": "30"})
    name = rows(store, spot_items)[0].name
    failed = {"place": "1", "result": "failed", "rectify_by": "2026-11-20", "note": "门禁没有接通"}
    assert 303 == (await person.post("/desk/spot/1/record", failed)).status
    late = (await person.get("/desk/spot")).text
    assert "过了整改期限还没改好" in late
    assert name in late
    await person.post("/desk/spot/1/record", failed | {"rectified_on": "2026-11-29"})
    assert "过了整改期限还没改好" not in (await person.get("/desk/spot")).text
    found = rows(store, spot_items)[0]
    assert ("failed", date(2026, 11, 20), date(2026, 11, 29)) == (found.result, found.rectify_by, found.rectified_on)
    for wrong in ({"result": "kept"}, {"result": "bad"}, {"rectify_by": "后天"}, {"rectified_on": "2027-01-01"}):
        assert 400 == (await person.post("/desk/spot/1/record", failed | wrong)).status
    assert found == rows(store, spot_items)[0]
    yong = await come(store, "yong")
    assert 404 == (await yong.post("/desk/spot/1/record", failed)).status


async def test_a_failed_one_without_a_deadline_is_told(store: Store) -> None:
    """不合格没写整改期限的，记下，也说清楚还有几家没写；写了、改好了就不说。"""
    person = await come(store, "tong")
    await person.post("/desk/spot/draw", {"year": "2026", "share": "30"})
    for more, told in (({}, True), ({"rectified_on": "2026-11-29"}, False), ({"rectify_by": "2026-12-20"}, False)):
        done = await person.post("/desk/spot/1/record", {"place": "1", "result": "failed", **more})
        page = (await person.get(done.header("location").partition("#")[0])).text
        assert [True, told, told] == [
            said in page for said in ("记下了。", "有 1 家不合格，还没写整改期限", "没写整改期限</span>")
        ]


async def test_nothing_rated_nothing_drawn(store: Store) -> None:
    """一家评了级的也没有，就不抽，说为什么。"""
    admin = await come(store, "admin")
    answer = await admin.post("/desk/spot/draw", {"district": "万州", "year": "2026", "share": "30"})
    assert (400, 0) == (answer.status, len(rows(store, spot_checks)))
    assert "没有评了级的企业" in answer.text
