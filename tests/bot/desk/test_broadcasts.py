"""广播的页面：写、演习、批准、结果；值班的只发给自己区县的；要两个人的，写的人不能自己批。"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from bot.reminders import campaigns as campaigns_module
from bot.reminders.schedule import Schedule, schedules
from bot.store import Store
from bot.store.person import opt_out
from bot.store.schema import audit, campaigns, corrections, deliveries
from dialogs.records import Window
from tests.bot.desk.client import NOW, Person, account
from tests.bot.desk.office import Office, office
from tests.bot.desk.test_holding import pair as pair
from tests.bot.desk.test_roster import TONG, YONG, put
from tests.bot.reminders.stage import Told, run, subscribe, switch_on, window

TEXT = "周五下午培训，带上自评表。"


@pytest_asyncio.fixture
async def here_with_template(desk_store: Store, tmp_path: Path) -> AsyncIterator[Office]:
    """配好了微信和广播模板的服务台。"""
    path = tmp_path / "templates.toml"
    path.write_text('[broadcast.template]\nid = "template-0001"\nfields = {thing1 = "{text}"}\n', encoding="utf-8")
    given: dict[str, Any] = {"wechat_app_id": "wx", "wechat_app_secret": "s", "wechat_templates": str(path)}
    async with office(desk_store, **given) as made:
        yield made


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


async def shown(person: Person, path: str) -> str:
    """那一页；演习还在算的，等它算完。"""
    for _ in range(200):
        page = (await person.get(path)).text
        if "正在算" not in page:
            return page
        await asyncio.sleep(0.02)
    raise AssertionError(page)


async def approved(person: Person, path: str) -> int:
    """看过演习，照着批准。"""
    page = await shown(person, path)
    given = page.partition('name="hash" value="')[2].partition('"')[0]
    return (await person.post(f"{path}/approve", {"hash": given or path.rpartition("/b-")[2]})).status


async def test_the_dry_run_tells_each(here: Office) -> None:
    """演习：给谁、凭什么、走哪条路；不给谁、为什么；全文是对方会看到的样子。"""
    people(here.store)
    admin = await here.person("admin")
    path = await composed(admin, district="铜梁")
    page = await shown(admin, path)
    for piece in ("给 <b>1</b> 人", "没说厂名 · 微信 …near", "等对方来说话时告诉", f"{TEXT}\n不想收回复“退订”。"):
        assert piece in page
    others = await shown(admin, f"{path}?tab=others")
    for piece in ("没说厂名 · 微信 …out", "退订了"):
        assert piece in others
    assert "…near" not in others
    assert "wechat:" not in page + others


async def test_a_district_reaches_only_its_own(here: Office) -> None:
    """值班的写的只给自己区县的，改表单也没有用；别的区县的人不在演习里，别的区县的广播是 404。"""
    people(here.store)
    tong, yong, admin = [await here.person(name) for name in ("tong", "yong", "admin")]
    path = await composed(tong, district="永川")
    for query in ("", "?tab=others"):
        page = await shown(tong, f"{path}{query}")
        assert [False, False] == [each in page for each in ("…far", "…here")]
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
    assert "正在排" in await shown(tong, f"{path}/progress")
    await run(here.store, here.clock, notifier)
    assert ["wechat:near"] == [each.user for each in notifier.got]
    page = await shown(tong, path)
    for piece in ("都有结局了，一共 1 条", "平台收下了 <b>1</b>", "微信 …near", "批准的人</dt><dd>tong"):
        assert piece in page
    with here.store.transaction() as connection:
        connection.execute(deliveries.update().values(state="uncertain", reason="没有等到结局"))
    page = await shown(tong, f"{path}?tab=uncertain")
    for piece in ("有 1 条不知道到没到，不会自己再发", "没有等到结局"):
        assert piece in page


async def test_a_second_person(here: Office) -> None:
    """市局打开了两个人：写的人批不了，同区县的另一个人批得了；开关只给管理员。"""
    people(here.store)
    tong, liang, admin = [await here.person(name) for name in ("tong", "liang", "admin")]
    assert 403 == (await tong.post("/desk/broadcasts/two", {"on": "1"})).status
    assert 303 == (await admin.post("/desk/broadcasts/two", {"on": "1"})).status
    path = await composed(tong)
    assert "要另一个人来批准" in await shown(tong, path)
    assert [409, 303] == [await approved(person, path) for person in (tong, liang)]


async def test_turning_it_off_takes_two(here: Office) -> None:
    """要两个人的，一个管理员关不上：提出了，另一个管理员同意才关；可以说不改；只有一个人时自己点几次都没有用。"""
    people(here.store)
    account(here.store, "chief")
    tong, admin, chief = [await here.person(name) for name in ("tong", "admin", "chief")]
    await admin.post("/desk/broadcasts/two", {"on": "1"})
    for _ in range(2):
        await admin.post("/desk/broadcasts/two", {"on": "0"})
    assert "等另一个管理员在这里同意" in (await admin.get("/desk/broadcasts")).text
    path = await composed(tong, name="又一次")
    assert 409 == await approved(tong, path)
    assert "admin 提出改成自己可以批准" in (await chief.get("/desk/broadcasts")).text
    await chief.post("/desk/broadcasts/two", {"on": "1"})
    await chief.post("/desk/broadcasts/two", {"on": "0"})
    assert 409 == await approved(tong, path)
    await admin.post("/desk/broadcasts/two", {"on": "0"})
    assert 303 == await approved(tong, path)
    with here.store.reading() as connection:
        audited = list(connection.scalars(select(audit.c.detail).filter_by(action="改两个人批准").order_by(audit.c.id)))
    asked = "提出不要，等另一个管理员同意"
    assert ["要", asked, asked, "要", asked, "不要"] == audited


async def test_two_approve_at_once(pair: tuple[Office, Office]) -> None:
    """两个进程里两个人同时批准：一个成，另一个是 409；记下的是成的那个，审计里也只有他。"""
    one, two = pair
    people(one.store)
    persons = [await one.person("tong"), await two.person("admin")]
    path = await composed(persons[0])
    pages = [await shown(person, path) for person in persons]
    given = pages[0].partition('name="hash" value="')[2].partition('"')[0]
    done = await asyncio.gather(*(person.post(f"{path}/approve", {"hash": given}) for person in persons))
    assert [303, 409] == sorted(each.status for each in done)
    won = ("tong", "admin")[[each.status for each in done].index(303)]
    with one.store.reading() as connection:
        assert [f"desk:{won}"] == list(connection.scalars(select(campaigns.c.approved_by)))
        assert [won] == list(connection.scalars(select(audit.c.operator).filter_by(action="批准广播")))


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


async def test_reminders_nobody_turned_on_are_told(here: Office) -> None:
    """窗口开着、提醒没有批准也没有打开：订阅了的也收不到，名单里又没有他们，页上说出来；打开了就不说。"""
    window(here.store)
    window(here.store, name="永川加开", district="永川")
    said = "2026年申报的提醒没有批准、也没有打开，订阅了的也收不到，打电话的名单里也没有他们"
    pages = [(await (await here.person(name)).get("/desk/broadcasts")).text for name in ("tong", "admin")]
    assert [True, True] == [
        said.replace("2026年申报", names) in page
        for names, page in zip(("2026年申报", "2026年申报、永川加开"), pages, strict=True)
    ]
    assert "永川加开" not in pages[0]
    assert ["请管理员打开", 'href="/desk/windows">窗口</a>打开'] == [
        words
        for words, page in zip(("请管理员打开", 'href="/desk/windows">窗口</a>打开'), pages, strict=True)
        if words in page
    ]
    switch_on(here.store)
    assert said not in (await (await here.person("admin")).get("/desk/broadcasts")).text


async def test_the_ledger_is_for_the_city(here: Office) -> None:
    """送达账的全貌只给管理员：值班回话、交还各合成一行，更正写哪一条，到期提醒写哪个窗口；没有号，也没有码。"""
    window(here.store, name="2026年申报")
    row = {"window_id": "", "user": "wechat:oY8sT88b", "due_at": "", "text": "", "updated_at": NOW.isoformat()}
    told = {"source": "cq-2024-210", "clause": "附件1 六", "since": NOW.date(), "until": NOW.date(), "text": ""}
    with here.store.transaction() as connection:
        connection.execute(insert(corrections).values(**told, state="sent", by="admin", at=NOW.isoformat()))
        for occasion, state in (
            ("desk:desk:31af:say:800c", "sent"), ("desk:desk:32af:say:801c", "sent"),
            ("desk:desk:33af:give:802c", "sent"), ("desk:expire:1:x", "waiting"), ("duty:1:1", "sent"),
            ("broadcast@b-correction-1", "uncertain"), ("rest@b-correction-1", "waiting"),
        ):  # fmt: skip
            connection.execute(insert(deliveries).values(occasion=occasion, state=state, **row))
        standing = row | {"window_id": "w2026-1", "occasion": "days-7", "state": "sent"}
        connection.execute(insert(deliveries).values(**standing))
    tong, admin = await here.person("tong"), await here.person("admin")
    assert 403 == (await tong.get("/desk/broadcasts/ledger")).status
    page = (await admin.get("/desk/broadcasts/ledger")).text
    for name, count in (
        ("值班回话", 2), ("交还，连同说一声", 2), ("告诉值班的人有人等", 1),
        ('<a href="/desk/correct/1">更正 附件1 六', 1), ("更正 附件1 六：模板里放不下的全文", 1),
        ("2026年申报：截止前 7 个工作日", 1),
    ):  # fmt: skip
        assert re.search(f'{name}(?:</a>)?</td><td data-label="一共">{count}</td>', page), name
    assert "没说厂名 · 微信 …T88b" in page
    assert [] == [each for each in ("oY8sT88b", "31af", "b-correction", "days-7") if each in page]


async def test_dropped_and_changed_before_approval(here: Office) -> None:
    """没有批准的可以改、可以作罢：改了是新的一次，原来的作罢；作罢的批不了、不发；批准了的改不了也作罢不了。"""
    people(here.store)
    tong, yong = await here.person("tong"), await here.person("yong")
    first = await composed(tong)
    assert TEXT in (await tong.get(f"/desk/broadcasts/new?from={first.rpartition('/')[2]}")).text
    assert 404 == (await yong.get(f"/desk/broadcasts/new?from={first.rpartition('/')[2]}")).status
    second = await composed(tong, **{"from": first.rpartition("/")[2], "text": "改成周六"})
    second = second.partition("?")[0]
    assert "这一次作罢了" in await shown(tong, first)
    assert 409 == await approved(tong, first)
    assert 404 == (await yong.post(f"{second}/drop")).status
    assert 303 == (await tong.post(f"{second}/drop")).status
    assert [409, 409] == [await approved(tong, second), (await tong.post(f"{second}/drop")).status]
    again = await composed(tong)
    assert (first, 303) == (again, await approved(tong, again))
    assert 409 == (await tong.post(f"{again}/drop")).status
    late = {"text": "晚了", "name": "x", "from": again.rpartition("/")[2]}
    assert 409 == (await tong.post("/desk/broadcasts/store", late)).status
    notifier = Told()
    await run(here.store, here.clock, notifier)
    assert [f"{TEXT}\n不想收回复“退订”。"] == [each.text for each in notifier.got]


async def test_what_no_clause_says_is_warned_of(here: Office) -> None:
    """哪一条条款、哪个登记的窗口都没有的日子、等级许诺：写明是哪几处，只提醒，照样批得了；登记了的日子不算。"""
    people(here.store)
    window(here.store, end=date(2027, 3, 15))
    tong = await here.person("tong")
    path = await composed(tong, text="A级企业全部免检，2027年3月16日前交材料，窗口到2027年3月15日。")
    page = await shown(tong, path)
    warned = page.partition("发之前请核对：")[2].partition("</p>")[0]
    assert "“A级企业全部免检”、“2027年3月16日”。" == warned
    assert 303 == await approved(tong, path)
    plain = await shown(tong, await composed(tong, name="又一次"))
    assert "发之前请核对" not in plain


async def test_both_forms_before_approval(here_with_template: Office) -> None:
    """批准以前看得到两种样子：48 小时里说过话的收到的全文，别的人先收到的模板里那 20 个字；路数照此数。"""
    here = here_with_template
    subscribe(here.store, "wechat:o1", "wechat:o2", district="铜梁")
    await here.hears("我们铜梁的，做商砼的", "wechat:o1")
    tong = await here.person("tong")
    text = "周五下午两点在区局三楼开培训会，每家来一个人，带上自评表和去年的台账。"
    page = await shown(tong, await composed(tong, text=text))
    letters = (f"{text}\n不想收回复“退订”。", "周五下午两点在区局三楼开培训会，每家来…")
    said = ("他回复“刚才那条”也看得到全文", "微信客服消息，全文 1", "微信模板消息 1")
    for piece in (*(f'<p class="letter">{each}</p>' for each in letters), *said):
        assert piece in page, piece


async def test_the_page_does_not_work_out_the_plan_again(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """没有改窗口，再打开不重排日程；又登记了窗口、打开了提醒，马上照新的说。"""
    made: list[int] = []

    def counted(windows: Sequence[Window], *more: Any) -> tuple[Schedule, ...]:
        made.append(len(windows))
        return schedules(windows, *more)

    monkeypatch.setattr(campaigns_module, "schedules", counted)
    window(here.store)
    admin = await here.person("admin")
    for _ in range(3):
        assert "2026年申报的提醒没有批准" in (await admin.get("/desk/broadcasts")).text
    assert [1] == made
    window(here.store, name="第二个窗口")
    assert "第二个窗口的提醒没有批准" in (await admin.get("/desk/broadcasts")).text
    assert [1, 2] == made
    switch_on(here.store)
    assert "的提醒没有批准" not in (await admin.get("/desk/broadcasts")).text
