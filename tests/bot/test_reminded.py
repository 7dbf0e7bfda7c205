"""订的、说的、绑定的：在回合自己的事务里写下，看得见、导得出、删得净；日历的链接给的总是新的。"""

import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

import knowledge
from bot.documents.calendar import calendar_file
from bot.documents.handing import handing
from bot.documents.links import path
from bot.documents.passes import Passes
from bot.inbox import Inbox
from bot.reminders.campaigns import Watch, approve, switch
from bot.roster.days import Day, set_days
from bot.roster.declarations import Declared
from bot.roster.enterprises import Enterprise, add_enterprises
from bot.roster.linking import link, new_code
from bot.roster.recording import record, tell
from bot.store import Store
from bot.store.schema import link_tries, links, sessions, subscriptions, told
from bot.windows import close_window, move_window, open_window
from dialogs.records import Message, Reply
from dialogs.turn import take_turn
from knowledge.reminding import stage_ids
from knowledge.rules import Rules

NOW = datetime.fromisoformat("2026-10-20T09:30:00+08:00")
FIRM = Enterprise(0, "重庆永渝某某建材有限公司", district="永川", branches=("n15-4",))
USER = "web:u1"
PASSES = Passes(b"key")


class Desk:
    """一个库和它前面的收发；`now` 可以往前拨。"""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.count = 0
        turn = handing(take_turn, PASSES)
        self.inbox: Inbox[Rules] = Inbox(store, turn, knowledge.on, lambda: self.now)

    async def says(self, text: str, user: str = USER, **more: str) -> str:
        """说一句，要一条答复。"""
        reply = await self.reply(text, user, **more)
        return reply.text if reply else ""

    async def reply(self, text: str, user: str = USER, **more: str) -> Reply | None:
        """说一句的答复。"""
        self.count += 1
        return await self.inbox.answer(Message(user, str(self.count), self.now, text=text, **more))  # type: ignore[arg-type]

    def rows(self, table: object) -> list[dict[str, object]]:
        """一张表的全部。"""
        with self.store.reading() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]  # type: ignore[call-overload]


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """开着窗口的一个库。"""
    open_window(store, NOW, name="2026年申报", start=date(2026, 8, 1), end=date(2026, 12, 31))
    made = Desk(store)
    await made.inbox.start()
    yield made
    await made.inbox.stop(2)


async def test_a_subscription_is_a_row_with_its_consent(desk: Desk) -> None:
    """订上就有一行：渠道、区县、分支、几时同意、怎么订的；改订是换掉，不是再加一行。"""
    await desk.says("长寿的商混站，订阅提醒")
    assert "订上了：长寿区、水泥制品" in await desk.says("嗯")
    row = {"user": USER, "factory": "", "channel": "web", "district": "长寿", "branch": "n15-4", "way": "chat"}
    assert [row | {"consented_at": NOW.isoformat()}] == desk.rows(subscriptions)
    desk.now += timedelta(days=1)
    assert "已经订着：长寿区、水泥制品，2026年10月20日订的" in await desk.says("订阅提醒")
    assert "改好了：荣昌区" in await desk.says("我们厂搬到荣昌去了，提醒也跟到改一下嘛")
    assert ["荣昌"] == [row["district"] for row in desk.rows(subscriptions)]


async def test_what_is_told_is_about_the_window_and_can_be_taken_back(desk: Desk) -> None:
    """说交了，记到开着的那个窗口上，连同说的是哪一天；说没交成，就没有了。"""
    desk.now += timedelta(days=1)
    assert "您说2026年10月20日交了" in await desk.says("我们昨天交了")
    row = {"user": USER, "factory": "", "cycle": "w2026-1", "year": 2026, "status": "submitted"}
    assert [row | {"on_day": date(2026, 10, 20), "at": desk.now.isoformat()}] == desk.rows(told)
    assert "您说2026年10月20日已经交了" in await desk.says("现在还报得成不")
    assert "改回来了" in await desk.says("哎呀没交成")
    assert [] == desk.rows(told)


async def test_what_is_told_is_one_row_however_linked(desk: Desk) -> None:
    """用码绑定的人：记在没有名称的、记在企业名下的是同一个厂，一年一行，后说的算；说还没交，提醒就照旧。"""
    with desk.store.transaction() as connection:
        [id_] = add_enterprises(connection, [FIRM], NOW.isoformat())
    await desk.says("永川的商混站，订阅提醒")
    await desk.says("嗯")
    await desk.says(f"绑定 {new_code(desk.store, str(id_), NOW)[0]}")
    await desk.says("是的")
    await desk.says("我们今天交了")
    desk.now += timedelta(days=7)
    await desk.says("被退回了")
    await desk.says("台账不全")
    assert ["returned"] == [row["status"] for row in desk.rows(told)]
    desk.now += timedelta(days=7)
    assert "重新提交了" in await desk.says("我们重新交了")
    assert ["resubmitted"] == [row["status"] for row in desk.rows(told)]
    assert "您说2026年11月3日已经重新提交了" in await desk.says("现在能申报吗")
    assert "改回来了：今年还没有交" in await desk.says("还没交")
    assert [] == desk.rows(told)


async def test_two_factories_keep_their_own_rows(store: Store) -> None:
    """几个厂的，各说各的：一个厂说的不动另一个。"""
    with store.transaction() as connection:
        for factory in ("", "重庆乙公司"):
            held = {"user": USER, "factory": factory, "channel": "web", "district": "", "branch": "", "way": "chat"}
            connection.execute(insert(subscriptions).values(**held, consented_at=NOW.isoformat()))
            tell(connection, USER, 2026, "submitted", NOW, factory=factory)
        tell(connection, USER, 2026, "", NOW, factory="重庆乙公司")
        assert [""] == list(connection.scalars(select(told.c.factory)))


async def test_a_scan_signs_up_but_never_against_a_refusal(desk: Desk) -> None:
    """扫区县的码关注就订上（qr），说清怎么停；打字退订过的，再扫只问，不订。"""
    said = await desk.says("", kind="event", event="subscribe", value="district:永川区")
    assert "提醒订上了" in said
    assert "“退订”" in said
    assert [("永川", "qr")] == [(row["district"], row["way"]) for row in desk.rows(subscriptions)]
    await desk.says("退订", "web:u2")
    said = await desk.says("", "web:u2", kind="event", event="scan", value="district:永川区")
    assert "您退订过，没有给您订提醒" in said
    assert [USER] == [row["user"] for row in desk.rows(subscriptions)]


async def test_only_what_is_switched_on_is_promised(desk: Desk) -> None:
    """常设提醒没有打开，谈话里不许愿；一打开，下一句就照开着的说；只打开登记那天的，到期前的还是不许。"""
    close_window(desk.store, NOW, "w2026-1")

    async def asked(user: str) -> str:
        await desk.says("长寿的商混站，订阅提醒", user)
        return await desk.says("嗯", user)

    def put(name: str, state: str) -> None:
        with desk.store.transaction() as connection:
            switch(connection, name, state, NOW, "test", stage_ids())

    promises = ("一登记就告诉您", "到期前提醒您")
    for number, (name, state, said) in enumerate(
        (("all", "off", (False, False)), ("all", "on", (True, True)), ("registered", "off", (False, True)))
    ):
        put(name, state)
        told_ = await asked(f"web:p{number}")
        assert said == tuple(each in told_ for each in promises)


async def test_an_approved_plan_is_promised_for_its_windows_only(desk: Desk) -> None:
    """没有打开、只批准过计划的：批准了的窗口说会发；改了期就是没有批准的，不说；以后的窗口也不说。"""

    async def asked(user: str) -> str:
        await desk.says("长寿的商混站，订阅提醒", user)
        return await desk.says("嗯", user)

    assert "到期前提醒您" not in await asked("web:p0")
    with desk.store.transaction() as connection:
        approve(connection, Watch(desk.now.tzinfo).look(connection, desk.now), "", "test")  # type: ignore[arg-type]
    said = await asked("web:p1")
    assert "到期前提醒您" in said
    assert "这个窗口还会发：结束前30、14、7、3、1个工作日，最后一天（动手准备了的）；" in said
    assert "以后的窗口：还没有打开提醒" in said
    move_window(desk.store, desk.now, "w2026-1", end=date(2026, 12, 30))
    assert "到期前提醒您" not in await asked("web:p2")


async def test_a_code_links_once_and_shows_only_the_own(desk: Desk) -> None:
    """码对了就绑定，问到哪步只说自己那一家；用过的码不给第二个人，也不说是哪一家；绑定后的名称不照打的字改。"""
    with desk.store.transaction() as connection:
        number = add_enterprises(connection, [FIRM], NOW.isoformat())[0]
    record(desk.store, Declared("under_review", date(2026, 9, 10)), "desk:1", NOW, enterprise=str(number))
    code, _ = new_code(desk.store, str(number), NOW)
    assert "绑定好了：重庆永渝某某建材有限公司" in await desk.says(f"绑定 {code.lower()}")
    assert [(USER, number)] == [(row["user"], row["enterprise_id"]) for row in desk.rows(links)]
    assert "2026年的申报：审核中（2026年9月10日登记）" in await desk.says("我们报到哪步了")
    assert "名单里重庆永渝某某建材有限公司2026年已经有申报" in await desk.says("现在还报得成不")
    other = await desk.says(f"绑定 {code}", "web:u2")
    assert other.startswith("这个码用过了。\n")
    assert "永渝" not in other
    await desk.says("我们是重庆别家某某建材有限公司的")
    assert "记着的是：重庆永渝某某建材有限公司。" in await desk.says("我的信息")


async def test_five_wrong_codes_close_the_door_for_an_hour(desk: Desk) -> None:
    """一小时错满五次，第六次对的也先不认；过了一小时又可以。"""
    with desk.store.transaction() as connection:
        number = add_enterprises(connection, [FIRM], NOW.isoformat())[0]
    code, _ = new_code(desk.store, str(number), NOW)
    for wrong in ("AAAA2222", "AAAA2223", "AAAA2224", "AAAA2225", "AAAA2226"):
        assert "这个码不对" in await desk.says(f"绑定 {wrong}")
    assert "错得太多了" in await desk.says(f"绑定 {code}")
    desk.now += timedelta(minutes=61)
    assert "绑定好了" in await desk.says(f"绑定 {code}")


async def test_forgetting_does_not_forgive_wrong_codes(desk: Desk) -> None:
    """打错五次以后删掉自己的信息，还是不认；记的是散列，看不出是谁。"""
    with desk.store.transaction() as connection:
        number = add_enterprises(connection, [FIRM], NOW.isoformat())[0]
    code, _ = new_code(desk.store, str(number), NOW)
    for wrong in ("AAAA2222", "AAAA2223", "AAAA2224", "AAAA2225", "AAAA2226"):
        await desk.says(f"绑定 {wrong}")
    await desk.says("删除我的信息")
    await desk.says("1")
    assert [] == desk.rows(sessions)
    assert {desk.store.user_hash(USER)} == {row["user"] for row in desk.rows(link_tries)}
    assert "错得太多了" in await desk.says(f"绑定 {code}")


async def test_what_was_told_is_exported(desk: Desk) -> None:
    """说过交了的人也导得出，日子写成文字。"""
    await desk.says("我们今天交了")
    held = json.loads(json.dumps(desk.store.export(USER)))
    assert ["2026-10-20"] == [row["on_day"] for row in held["told"]]


async def test_who_the_desk_linked_hears_what_the_roster_says(desk: Desk) -> None:
    """服务台关联的人，没有说过厂名：名单上申报过了，答“能不能报”就照名单说，和发提醒的一样。"""
    with desk.store.transaction() as connection:
        number = add_enterprises(connection, [FIRM], NOW.isoformat())[0]
    link(desk.store, USER, str(number), "desk:1", NOW)
    record(desk.store, Declared("submitted", date(2026, 9, 10)), "desk:1", NOW, enterprise=str(number))
    assert "2026年已经有申报：一年只能申报一次" in await desk.says("现在还报得成不")
    record(desk.store, Declared("returned", date(2026, 9, 20)), "desk:1", NOW, enterprise=str(number))
    assert (await desk.says("现在还报得成不")).startswith("退回来的改好重新提交，不算第二次申报；")
    assert "重新提交以前，到期提醒照旧" in await desk.says("现在还报得成不")
    record(desk.store, Declared("submitted", date(2026, 9, 25)), "desk:1", NOW, enterprise=str(number))
    assert "名单里重庆永渝某某建材有限公司2026年的申报还是已重新提交：到期提醒不发" in await desk.says("申报撤回了")
    record(desk.store, Declared("withdrawn", date(2026, 9, 30)), "desk:1", NOW, enterprise=str(number))
    assert "撤回了：到期提醒照旧" in await desk.says("现在还报得成不")


async def test_forgetting_leaves_nothing_and_what_comes_after_stays(desk: Desk) -> None:
    """删除信息，订的、说的、绑定的都没有了；删了以后又订的留着。"""
    await desk.says("长寿的商混站，订阅提醒")
    await desk.says("嗯")
    await desk.says("我们今天交了")
    held = desk.store.export(USER)
    assert (1, 1) == (len(held["subscriptions"]), len(held["told"]))
    await desk.says("删除我的信息")
    await desk.says("1")
    assert ([], []) == (desk.rows(subscriptions), desk.rows(told))
    await desk.says("璧山的汽修厂，给我订个提醒嘛")
    await desk.says("1")
    assert ["璧山"] == [row["district"] for row in desk.rows(subscriptions)]


async def test_the_calendar_of_the_bureau_counts_at_once(desk: Desk) -> None:
    """录入的放假，下一句就算进去。"""
    assert "（52个工作日）" in await desk.says("现在还报得成不")
    set_days(desk.store, [Day(date(2026, 10, 21), False, "演示")])
    assert "（51个工作日）" in await desk.says("现在还报得成不")


async def test_the_link_gives_the_moved_window(desk: Desk) -> None:
    """同一个链接：改期以后给新的日子、编号不变、序号加一；关了写成取消；链接里看不出是谁。"""
    reply = await desk.reply("放到日历里")
    assert reply is not None
    assert ("calendar",) == reply.documents
    assert "u1" not in path(reply.token, "calendar")
    first = calendar_file(desk.store, PASSES.read(reply.token), desk.now)
    move_window(desk.store, NOW, "w2026-1", end=date(2026, 11, 30))
    moved = calendar_file(desk.store, PASSES.read(reply.token), desk.now)
    close_window(desk.store, NOW, "w2026-1")
    closed = calendar_file(desk.store, PASSES.read(reply.token), desk.now)
    assert first is not None
    assert moved is not None
    assert closed is not None
    assert b"DTEND;VALUE=DATE:20270101" in first.body
    assert b"DTEND;VALUE=DATE:20261201" in moved.body
    uids = {line for file in (first, moved) for line in file.body.splitlines() if line.startswith(b"UID:")}
    assert 1 == len(uids)
    assert b"SEQUENCE:1" in moved.body
    assert b"STATUS:CANCELLED" in closed.body


async def test_a_pass_for_papers_is_no_calendar(desk: Desk) -> None:
    """文书的凭证、乱写的凭证、没有的窗口，都给不出日历。"""
    assert calendar_file(desk.store, PASSES.read(PASSES.issue(USER, 1, NOW)), NOW) is None
    assert calendar_file(desk.store, PASSES.read("x"), NOW) is None
    assert calendar_file(desk.store, PASSES.read(PASSES.issue("calendar:w2020-1:web:u1", 0, NOW)), NOW) is None
