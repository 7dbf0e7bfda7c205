"""有人等，值班的人一分钟里就知道；值班的人说的话随时送到，先说的先到，不占提醒的一条。"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, update

import bot.desk.webhook as webhook
from bot.desk.direct import Linked
from bot.desk.duty import set_duty, webhook_url
from bot.desk.webhook import WebhookNotifier, url_of
from bot.reminders.notifier import Outgoing, Refused, Sent, Way
from bot.reminders.posting import Posting
from bot.store.schema import attempts, operators
from bot.wechat.api import Api
from bot.wechat.credentials import SharedCredentials
from bot.wechat.notifier import WeChatNotifier
from bot.wechat.templates import Templates
from tests.bot.desk.office import Office, office
from tests.bot.reminders.stage import FAST, Told
from tests.bot.reminders.world import ZONE
from tests.bot.wechat_platform import APP_ID, SECRET, Fake, wechat_platform

BASE = "https://bot.example"


def bind(here: Office, name: str, user: str = "wechat:op") -> None:
    """直接绑上。"""
    with here.store.transaction() as connection:
        connection.execute(update(operators).filter_by(name=name).values(bound=user))


def told(here: Office) -> list[tuple[Any, ...]]:
    """告诉值班的人的各行：谁、时机。"""
    return [(user, occasion) for user, occasion in here.sent("user", "occasion") if occasion.startswith("duty:")]


@asynccontextmanager
async def posting(here: Office, *notifiers: Any) -> AsyncIterator[Posting]:
    """守着的发送。"""
    made = Posting(here.store, here.clock, ZONE, {each.channel: each for each in notifiers}, paces=FAST)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
        await made.close()


async def until(done: Any, seconds: float = 30.0) -> None:
    """等到有这回事。"""
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.02)


async def test_the_one_on_duty_is_told(here: Office) -> None:
    """那个区县值着班、绑了号的都告诉，一次等只一遍；再等是另一遍；不值班的、停用的、别的区县的不告诉。"""
    for name in ("tong", "liang", "yong", "admin"):
        bind(here, name, f"wechat:{name}")
    with here.store.transaction() as connection:
        set_duty(connection, "liang", on_duty=False, webhook="")
    await here.hears("我们铜梁的，环评批复过期了咋办")
    await here.hears("转人工")
    await here.hears("人工")
    assert [("wechat:tong", "duty:1:1")] == told(here)
    assert "铜梁区有人等（要找人）：转人工" == here.sent()[0][2]
    tong = await here.person("tong")
    await here.acts(tong, "take")
    await here.acts(tong, "give")
    await here.hears("转人工")
    assert [("wechat:tong", "duty:1:1"), ("wechat:tong", "duty:1:2")] == told(here)


async def test_admins_when_nobody_else(here: Office) -> None:
    """没说区县、那里没有人绑，告诉市里的；说了区县，再告诉那里的。"""
    bind(here, "admin", "wechat:boss")
    bind(here, "yong", "wechat:yong")
    await here.hears("转人工")
    assert [("wechat:boss", "duty:1:1")] == told(here)
    await here.hears("永川")
    assert ("wechat:yong", "duty:1:2") == told(here)[-1]


async def test_binding(here: Office) -> None:
    """网页上取一个码，用自己的号发来就绑上；用过的、过时的、错的不成；错五次先不看。"""
    tong = await here.person("tong")
    page = (await tong.post("/desk/duty/bind")).text
    code = page.split("绑定值班 ")[1][:8]
    wrong = await here.hears("绑定值班 00000000", "wechat:op")
    assert wrong is not None
    assert wrong.text.startswith("这个码不对")
    reply = await here.hears(f"绑定值班{code}", "wechat:op")
    assert reply is not None
    assert reply.text.startswith("绑定好了：有人等的时候，就在这里告诉您（账号 tong）。")
    assert "绑着一个微信号" in (await tong.get("/desk/duty")).text
    again = await here.hears(f"绑定值班 {code}", "wechat:other")
    assert again is not None
    assert again.text.startswith("这个码不对")
    for _ in range(5):
        last = await here.hears("绑定值班 11111111", "wechat:thief")
    fresh = (await tong.post("/desk/duty/bind")).text.split("绑定值班 ")[1][:8]
    last = await here.hears(f"绑定值班 {fresh}", "wechat:thief")
    assert last is not None
    assert last.text.startswith("试错太多次")
    here.clock.on(minutes=16)
    late = await here.hears(f"绑定值班 {fresh}", "wechat:op2")
    assert late is not None
    assert late.text.startswith("这个码不对")
    await tong.get("/desk/duty")
    await tong.post("/desk/duty/unbind")
    assert "还没有绑定" in (await tong.get("/desk/duty")).text


async def test_binding_is_gone_with_the_person(here: Office) -> None:
    """删除我的信息：绑着的也解开。"""
    bind(here, "tong")
    here.store.delete("wechat:op", here.clock())
    with here.store.reading() as connection:
        assert "" == connection.execute(select(operators.c.bound).filter_by(name="tong")).scalar_one()


@pytest.mark.parametrize("at", ["2026-11-30T23:30:00+08:00", "2026-11-28T10:00:00+08:00"], ids=["夜里", "星期六"])
async def test_at_any_hour(here: Office, at: str) -> None:
    """夜里、周末也马上送；先说的先到；不占当天提醒的一条。"""
    here.clock.now = datetime.fromisoformat(at)
    bind(here, "tong", "telegram:7")
    phone, wechat = Told("telegram", Way("message")), Told("wechat", Way("custom", "custom"))
    async with posting(here, Linked(phone, BASE), wechat) as made:
        await here.hears("我们铜梁的，转人工")
        made.nudge()
        await until(lambda: phone.got)
        assert "铜梁区有人等（要找人）：我们铜梁的，转人工\nhttps://bot.example/desk/case/1" == phone.got[0].text
        tong = await here.person("tong")
        for n in range(4):
            await here.acts(tong, "say", text=f"第{n}句")
            made.nudge()
        await until(lambda: len(wechat.got) == 4, 10)
    assert [f"【铜梁区值班】第{n}句" for n in range(4)] == [each.text for each in wechat.got]


async def test_within_a_second(here: Office) -> None:
    """推一下就在一秒里送出去；不推也不过两秒多。"""
    wechat = Told("wechat", Way("custom", "custom"))
    async with posting(here, wechat) as made:
        await asyncio.sleep(0.5)
        await here.hears("我们铜梁的，转人工")
        tong = await here.person("tong")
        await here.acts(tong, "say", text="在")
        made.nudge()
        await until(lambda: wechat.got, 1)
        await here.acts(tong, "say", text="还在")
        await until(lambda: len(wechat.got) == 2, 4)


async def test_wechat_customer_messages(here: Office) -> None:
    """真的接口：走客服消息，用一条少一条；平台说用完了，等对方再说话就送。"""
    fake = Fake()
    async with wechat_platform(fake):
        api = Api(APP_ID, SECRET, SharedCredentials(here.store), here.clock, url=fake.url)
        notifier = WeChatNotifier(api, Templates({}))
        async with posting(here, notifier) as made:
            await here.hears("我们铜梁的，转人工")
            fake.spoke("o1")
            tong = await here.person("tong")
            await here.acts(tong, "say", text="您好")
            made.nudge()
            await until(lambda: len(fake.received["o1"]) == 1)
            assert {"way": "custom", "content": "【铜梁区值班】您好"} == {
                "way": fake.received["o1"][0]["way"], "content": fake.received["o1"][0]["text"]["content"]
            }  # fmt: skip
            await until(lambda: "sent" in [state for _, state, _ in here.sent()])
            assert "还能发 <b>4</b> 条" in (await tong.get("/desk/case/1")).text
            fake.refuse("/cgi-bin/message/custom/send", 45047)
            await here.acts(tong, "say", text="第二句")
            made.nudge()
            await until(lambda: "waiting" in [state for _, state, _ in here.sent()])
            await here.hears("喂")
            fake.spoke("o1")
            made.nudge()
            await until(lambda: len(fake.received["o1"]) == 2)
    with here.store.reading() as connection:
        assert ["custom", "custom", "custom"] == list(connection.scalars(select(attempts.c.template)))


def outgoing(kind: str, left: int) -> Outgoing:
    """要送的一条。"""
    return Outgoing(1, "wechat:o1", kind, "x", {"case": "1", "text": "x"}, left=left)


def test_which_way() -> None:
    """有余额走客服消息；没有余额的，告诉值班的人可以走专为它配的模板，别的等他来说话。"""
    plain = WeChatNotifier(None, Templates({"default": {}}))  # type: ignore[arg-type]
    assert ["custom", "custom", "", ""] == [
        plain.way(outgoing(kind, left)).name for left in (1, 0) for kind in ("desk", "duty")
    ]


async def test_the_webhook(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """往网址告诉：只有一句话、网址和编号；不成再试，共三次；不跟跳转。"""
    got: list[Any] = []
    answers = [500, 302, 200]

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        got.append(await request.json())
        return web.Response(status=answers.pop(0), headers={"location": "/elsewhere"})

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await (site := web.TCPSite(runner, "127.0.0.1", 0)).start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    with here.store.transaction() as connection:
        set_duty(connection, "tong", on_duty=True, webhook=f"http://127.0.0.1:{port}/hook?key=1")
    await here.hears("我们铜梁的，转人工")
    hook = WebhookNotifier(url_of(here.store), BASE, ("127.0.0.1",), pause=0.01)
    async with posting(here, hook) as made:
        made.nudge()
        await until(lambda: ("webhook:tong", "sent") in [row[:2] for row in here.sent()])
    assert 3 == len(got)
    assert {
        "text": "铜梁区有人等（要找人）：我们铜梁的，转人工", "url": "https://bot.example/desk/case/1", "case": 1
    } == got[-1]  # fmt: skip
    monkeypatch.setattr(webhook, "TRIES", 1)
    assert isinstance(await hook.send(outgoing("duty", 0)), Refused)
    await runner.cleanup()


INSIDE = (
    "http://example.com/x https://127.0.0.1/x https://10.0.0.1/x https://[::1]/x https://localhost/x ftp://x "
    "https://127。0。0。1/x https://１２７.0.0.1/x https://①27.0.0.1/x https://ⓛocalhost/x https://localhost./x "
    "https://127.0.0.1./x https://[64:ff9b::7f00:1]/x https://[::127.0.0.1]/x https://[::ffff:10.0.0.1]/x "
    "https://[2002:a00:1::]/x https://[64:ff9b:1::1]/x https://224.0.0.1/x https://[ff0e::1]/x"
).split()
OUTSIDE = (
    "https://hook.example/x https://8.8.8.8/x https://[2606:4700::1111]/x https://[64:ff9b::808:808]/x "
    "https://区局.example/x"
).split()


@pytest.mark.parametrize("url", [*INSIDE, ""])
async def test_not_inside(url: str) -> None:
    """只往 https 的外面去：http、内网的地址和名字都不去。"""
    hook = WebhookNotifier(lambda name: url, BASE, pause=0.0)
    outcome = await hook.send(Outgoing(1, "webhook:tong", "duty", "x", {"case": "1"}))
    await hook.close()
    assert isinstance(outcome, Refused)
    assert not isinstance(outcome, Sent)


async def test_names_that_lead_inside() -> None:
    """名字解出来的地址在里面的，连的时候不去；写成怎样的数字都一样。"""
    for host in ("0x7f.1", "0x7f000001"):
        hook = WebhookNotifier(lambda name, host=host: f"https://{host}/x", BASE, pause=0.0, tries=1)  # type: ignore[misc]
        outcome = await hook.send(Outgoing(1, "webhook:tong", "duty", "x", {"case": "1"}))
        await hook.close()
        assert Refused("这个名字指着内网，不往内网去", final=True) == outcome, host


def test_outside_is_allowed() -> None:
    """外面的名字和地址照样去得；设置里写了的主机可以在里面。"""
    assert OUTSIDE == [webhook_url(url) for url in OUTSIDE]
    assert "http://127.0.0.1:8/x" == webhook_url("http://127.0.0.1:8/x", ("127.0.0.1",))


async def test_what_may_be_a_webhook(here: Office) -> None:
    """网址写得不对，说一声，没有改。"""
    tong = await here.person("tong")
    for url in ("javascript:alert(1)", *INSIDE, "https://10.0.0.5/hook", "https://[::1"):
        answer = await tong.post("/desk/duty/set", {"webhook": url, "on_duty": "1"})
        assert (400, False) == (answer.status, "存好了" in answer.text), url
    assert "往这个网址告诉不了您" in answer.text or "网址" in answer.text
    assert 303 == (await tong.post("/desk/duty/set", {"webhook": "https://hook.example/x", "on_duty": "1"})).status
    assert "https://hook.example/x" in (await tong.get("/desk/duty")).text


async def test_trying_a_webhook(here: Office) -> None:
    """试一下：往存着的网址发一句，收下了、不收、连不上都照实说；没有存网址的没有这个钮。"""
    tong = await here.person("tong")
    assert "试一下" not in (await tong.get("/desk/duty")).text
    got: list[Any] = []
    answers = [200, 500]

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        got.append(await request.json())
        return web.Response(status=answers.pop(0))

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await (site := web.TCPSite(runner, "127.0.0.1", 0)).start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    async with office(here.store, webhook_hosts="127.0.0.1") as made:
        liang = await made.person("liang")
        given = {"webhook": f"http://127.0.0.1:{port}/hook", "on_duty": "1"}
        assert 303 == (await liang.post("/desk/duty/set", given)).status
        assert "试一下" in (await liang.get("/desk/duty")).text
        for said in ("试好了：对方收下了", "对方不收（回的是 500）"):
            assert said in await tried(liang)
        await runner.cleanup()
        assert "没有送到：连不上。" in await tried(liang)
    assert ["这是服务台试着发的一句：有人等的时候，就发到这里。"] * 2 == [each["text"] for each in got]


async def tried(person: Any) -> str:
    """点一下“试一下”，看到的那一页。"""
    answer = await person.post("/desk/duty/try")
    return str((await person.get(answer.header("location"))).text if answer.status == 303 else answer.text)


async def test_only_the_beginning(here: Office) -> None:
    """找人的话很长，告诉值班的人时只有前 40 个字。"""
    bind(here, "tong")
    await here.hears("我们铜梁的")
    await here.hears("转人工，" + "环评" * 60)
    assert "转人工，" + "环评" * 18 == here.sent()[0][2].partition("：")[2]
