"""广播的页面：写、演习、批准、结果；值班的只发给自己区县的；要两个人的，写的人不能自己批。"""

import pytest
from sqlalchemy import insert, select

from bot.store import Store
from bot.store.person import opt_out
from bot.store.schema import campaigns, deliveries
from tests.bot.desk.client import NOW, Person
from tests.bot.desk.office import Office
from tests.bot.desk.test_roster import TONG, YONG, put
from tests.bot.reminders.stage import Told, run, subscribe, window

TEXT = "周五下午培训，带上自评表。"


def people(store: Store) -> None:
    """铜梁两个（一个退订了），永川一个，没说区县的一个。"""
    subscribe(store, "wechat:near", "wechat:out", district="铜梁")
    subscribe(store, "wechat:far", district="永川")
    subscribe(store, "wechat:nowhere")
    with store.transaction() as connection:
        opt_out(connection, store.user_hash("wechat:out"), "2026-09-01")


async def composed(person: Person, **more: str) -> str:
    """写一次，返回它的网址。"""
    answer = await person.post("/desk/broadcasts/store", {"text": TEXT, "name": "培训通知", **more})
    assert 303 == answer.status, answer.text
    return answer.header("location")


async def approved(person: Person, path: str) -> int:
    """看过演习，照着批准。"""
    page = (await person.get(path)).text
    given = page.partition('name="hash" value="')[2].partition('"')[0]
    return (await person.post(f"{path}/approve", {"hash": given or path.rpartition("/b-")[2]})).status


async def test_the_dry_run_tells_each(here: Office) -> None:
    """演习：给谁、凭什么、走哪条路；不给谁、为什么；全文是对方会看到的样子。"""
    people(here.store)
    admin = await here.person("admin")
    path = await composed(admin, district="铜梁")
    page = (await admin.get(path)).text
    for piece in ("给 <b>1</b> 人", "wechat:near", "等对方来说话时告诉", f"{TEXT}\n不想收回复“退订”。"):
        assert piece in page
    others = (await admin.get(f"{path}?tab=others")).text
    for piece in ("wechat:out", "退订了"):
        assert piece in others
    assert "wechat:near</td>" not in others


async def test_a_district_reaches_only_its_own(here: Office) -> None:
    """值班的写的只给自己区县的，改表单也没有用；别的区县的人不在演习里，别的区县的广播是 404。"""
    people(here.store)
    tong, yong, admin = [await here.person(name) for name in ("tong", "yong", "admin")]
    path = await composed(tong, district="永川")
    for query in ("", "?tab=others"):
        page = (await tong.get(f"{path}{query}")).text
        assert [False, False] == [each in page for each in ("wechat:far", "wechat:nowhere")]
    whole = await composed(admin)
    assert [404, 404, 200] == [(await each.get(path if each is yong else whole)).status for each in (yong, tong, admin)]
    assert 404 == (await yong.post(f"{path}/approve", {"hash": path.rpartition("/b-")[2]})).status
    listed = (await yong.get("/desk/broadcasts")).text
    assert [False, False] == [each in listed for each in (path, whole)]
    assert path in (await tong.get("/desk/broadcasts")).text


async def test_approved_sent_and_told(here: Office) -> None:
    """批准了才发；发到哪里、结果、不知道到没到的都看得到；不能批两次。"""
    people(here.store)
    tong = await here.person("tong")
    path = await composed(tong)
    notifier = Told()
    await run(here.store, here.clock, notifier)
    assert [] == notifier.got
    assert [303, 409] == [await approved(tong, path) for _ in range(2)]
    assert "正在排" in (await tong.get(f"{path}/progress")).text
    await run(here.store, here.clock, notifier)
    assert ["wechat:near"] == [each.user for each in notifier.got]
    page = (await tong.get(path)).text
    for piece in ("都有结局了，一共 1 条", "平台收下了 <b>1</b>", "wechat:near", "批准的人</dt><dd>tong"):
        assert piece in page
    with here.store.transaction() as connection:
        connection.execute(deliveries.update().values(state="uncertain", reason="没有等到结局"))
    page = (await tong.get(f"{path}?tab=uncertain")).text
    for piece in ("有 1 条不知道到没到，不会自己再发", "没有等到结局"):
        assert piece in page


async def test_a_second_person(here: Office) -> None:
    """市局打开了两个人：写的人批不了，同区县的另一个人批得了；开关只给管理员。"""
    people(here.store)
    tong, liang, admin = [await here.person(name) for name in ("tong", "liang", "admin")]
    assert 403 == (await tong.post("/desk/broadcasts/two", {"on": "1"})).status
    assert 303 == (await admin.post("/desk/broadcasts/two", {"on": "1"})).status
    path = await composed(tong)
    assert "要另一个人来批准" in (await tong.get(path)).text
    assert [409, 303] == [await approved(person, path) for person in (tong, liang)]
    await admin.post("/desk/broadcasts/two", {"on": "0"})
    assert 303 == await approved(tong, await composed(tong, name="又一次"))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"text": ""}, "正文要 1 到"),
        ({"text": "长" * 600}, "正文要 1 到"),
        ({"branch": "x"}, "附件3没有"),
        ({"status": "x"}, "没有这个状态"),
        ({"grade": "Z"}, "不认得"),
        ({"name": "长" * 41}, "最多 40 个字"),
    ],
)
async def test_nonsense_is_refused(here: Office, more: dict[str, str], why: str) -> None:
    """写得不对的不存，说为什么，填过的还在。"""
    admin = await here.person("admin")
    answer = await admin.post("/desk/broadcasts/store", {"text": TEXT, "name": "培训通知", **more})
    assert (400, True) == (answer.status, why in answer.text)
    with here.store.reading() as connection:
        assert None is connection.execute(select(campaigns)).first()


async def test_the_call_list(here: Office) -> None:
    """打电话的名单：值班的只有自己区县的；会当公式算的格子加一撇；下载了记审计。"""
    put(here.store, ("=危险()", *TONG[1:]), YONG)
    window(here.store)
    tong, admin = await here.person("tong"), await here.person("admin")
    mine = (await tong.get("/desk/broadcasts/calls.csv")).text
    assert [True, False] == ["'=危险()" in mine, YONG[0] in mine]
    assert YONG[0] in (await admin.get("/desk/broadcasts/calls.csv")).text
    assert "下载打电话的名单" in (await admin.get("/desk/audit")).text


async def test_the_ledger_is_for_the_city(here: Office) -> None:
    """送达账的全貌只给管理员。"""
    row = {"window_id": "", "user": "wechat:o1", "due_at": "", "text": "", "updated_at": NOW.isoformat()}
    with here.store.transaction() as connection:
        connection.execute(insert(deliveries).values(occasion="broadcast@b-x", state="uncertain", **row))
    tong, admin = await here.person("tong"), await here.person("admin")
    assert 403 == (await tong.get("/desk/broadcasts/ledger")).status
    assert "wechat:o1" in (await admin.get("/desk/broadcasts/ledger")).text
