"""微信的接口客户端：每个错误码该怎么办就怎么办，断了的不说两遍，令牌死了只换一次；都在真的 HTTP 上。"""

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from bot.store import Store
from bot.wechat.account import create_qr, js_ticket, publish_menu, quota, show_qr
from bot.wechat.api import ERRORS, PAUSES, Answer, Api, Do
from bot.wechat.credentials import SharedCredentials
from tests.bot.test_client import Server, serving
from tests.bot.wechat_platform import APP_ID, PNG, SECRET, SUBSCRIPTION, TEMPLATE, Fake, wechat_platform

NOON = datetime.fromisoformat("2026-11-24T12:00:00+08:00")
DATA = {"thing1": {"value": "申报还有7天截止"}, "date2": {"value": "2026年12月31日"}}
TOKEN = "/cgi-bin/stable_token"
SEND = "/cgi-bin/message/template/send"
SUBSCRIBE = "/cgi-bin/message/subscribe/bizsend"
CUSTOM = "/cgi-bin/message/custom/send"


class Slept(list[float]):
    """不真等，只记下等了几秒。"""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def api_of(fake: Fake | Server, store: Store, **given: Any) -> AsyncIterator[Api]:
    """一个客户端，用完放掉连接。"""
    pause = given.setdefault("pause", Slept())
    given.setdefault("timeout", 1.0)
    secret = given.pop("secret", SECRET)
    api = Api(APP_ID, secret, SharedCredentials(store, pause), lambda: NOON, url=fake.url, **given)
    try:
        yield api
    finally:
        await api.close()


@pytest.fixture
def lone() -> Store:
    """内存里的一个库。"""
    return Store.open("sqlite://")


async def sent(fake: Fake, store: Store, *faults: str | int, way: str = "template") -> Answer:
    """排好毛病，发一条，交回结局。"""
    async with api_of(fake, store) as api:
        if way == "template":
            fake.refuse(SEND, *faults)
            return await api.template("o1", TEMPLATE, DATA, "d1")
        fake.refuse(SUBSCRIBE if way == "subscription" else CUSTOM, *faults)
        if way == "custom":
            return await api.custom("o1", "您好")
        return await api.subscription("o1", SUBSCRIPTION, DATA)


async def test_a_template_message_arrives(lone: Store) -> None:
    """模板消息送到，给出消息的 id；令牌只要了一次，第二条不再要。"""
    async with wechat_platform() as fake, api_of(fake, lone) as api:
        first = await api.template("o1", TEMPLATE, DATA, "d1")
        second = await api.template("o2", TEMPLATE, DATA, "d2")
    assert [Do.DONE, Do.DONE] == [first.do, second.do]
    assert fake.received["o1"][0]["id"] == first.data["msgid"]
    assert {1: 2} == fake.counts()
    assert 1 == fake.calls[TOKEN]


@pytest.mark.parametrize(("code", "do"), [(code, do) for code, do in ERRORS.items() if code])
async def test_every_code_has_its_action(lone: Store, code: int, do: Do) -> None:
    """表里每个错误码都照表办；该再试的试到头，令牌的只换一次，别的一次就完。"""
    async with wechat_platform() as fake:
        answer = await sent(fake, lone, *[code] * 9)
    assert do == answer.do
    tries = {Do.RETRY: 4, Do.TOKEN: 2}.get(do, 1)
    assert tries == fake.calls[SEND]
    assert {} == fake.received


async def test_an_unlisted_code_is_a_dead_letter(lone: Store) -> None:
    """表里没有的码算内容不合格，不再试。"""
    async with wechat_platform() as fake:
        answer = await sent(fake, lone, 99999)
    assert (Do.DEAD, 99999, 1) == (answer.do, answer.code, fake.calls[SEND])


async def test_busy_is_tried_again(lone: Store) -> None:
    """平台忙（-1）等一等再发，等得越来越久。"""
    slept = Slept()
    async with wechat_platform() as fake, api_of(fake, lone, pause=slept) as api:
        fake.refuse(SEND, "busy", "busy", "busy")
        answer = await api.template("o1", TEMPLATE, DATA, "d1")
    assert Do.DONE == answer.do
    assert list(PAUSES) == slept
    assert {1: 1} == fake.counts()


@pytest.mark.parametrize("fault", ["lost", "reset", "error", "timeout"])
async def test_a_repeatable_way_is_repeated(lone: Store, fault: str) -> None:
    """模板消息断了、超时、5xx：同一个 client_msg_id 再发，只送到一次。"""
    async with wechat_platform() as fake, api_of(fake, lone, timeout=0.2) as api:
        fake.refuse(SEND, fault)
        answer = await api.template("o1", TEMPLATE, DATA, "d1")
    assert (Do.DONE, 2) == (answer.do, fake.calls[SEND])
    assert {1: 1} == fake.counts()


@pytest.mark.parametrize("fault", ["lost", "reset", "error", "timeout"])
async def test_a_way_without_dedup_is_not(lone: Store, fault: str) -> None:
    """订阅通知、客服消息断了就是不知道，绝不再发。"""
    async with wechat_platform() as fake, api_of(fake, lone, timeout=0.2) as api:
        fake.consents["o1", SUBSCRIPTION] = 2
        fake.spoke("o1")
        fake.refuse(SUBSCRIBE, fault)
        fake.refuse(CUSTOM, fault)
        answers = [await api.subscription("o1", SUBSCRIPTION, DATA), await api.custom("o1", "您好")]
    assert [Do.UNKNOWN, Do.UNKNOWN] == [answer.do for answer in answers]
    assert (1, 1) == (fake.calls[SUBSCRIBE], fake.calls[CUSTOM])


@pytest.mark.parametrize("then", ["busy", "quota", 40001, 45011])
async def test_doubt_stays(lone: Store, then: str | int) -> None:
    """头一次不知道到没到，后来的回答没有说到这一条本身：仍然是不知道，不是“没送，等会儿再来”。"""
    async with wechat_platform() as fake:
        answer = await sent(fake, lone, "lost", *[then] * 20)
    assert Do.UNKNOWN == answer.do
    assert 1 == len(fake.received["o1"])


async def test_doubt_ends_with_a_plain_refusal(lone: Store) -> None:
    """头一次断了，再发时平台说没有关注：那就是没有关注。"""
    async with wechat_platform() as fake:
        answer = await sent(fake, lone, "reset", 43004)
    assert Do.UNFOLLOWED == answer.do


async def test_nobody_there_is_tried_again_and_never_doubtful(lone: Store) -> None:
    """连不上就是没有发：再试几次，还是不行就是平台忙。"""
    async with wechat_platform() as fake:
        pass
    slept = Slept()
    async with api_of(fake, lone, pause=slept) as api:
        answer = await api.custom("o1", "您好")
    assert Do.RETRY == answer.do


async def test_quota_says_when(lone: Store) -> None:
    """每日的限额等到北京时间零点；每分钟的等一分钟。"""
    async with wechat_platform(Fake(daily=1)) as fake, api_of(fake, lone) as api:
        fake.refuse(SEND, "quota")
        minute = await api.template("o1", TEMPLATE, DATA, "d1")
        await api.template("o1", TEMPLATE, DATA, "d2")
        daily = await api.template("o1", TEMPLATE, DATA, "d3")
    assert (Do.QUOTA, 60.0) == (minute.do, minute.seconds)
    assert (Do.QUOTA, 12 * 3600.0) == (daily.do, daily.seconds)


async def test_a_dead_token_is_renewed_once(lone: Store) -> None:
    """令牌死了：换一个再发，用户收到一条。"""
    async with wechat_platform() as fake, api_of(fake, lone) as api:
        await api.template("o1", TEMPLATE, DATA, "d1")
        fake.kill_tokens()
        answers = await asyncio.gather(*(api.template(f"u{n}", TEMPLATE, DATA, f"e{n}") for n in range(100)))
    assert {Do.DONE} == {answer.do for answer in answers}
    assert 2 == fake.calls[TOKEN]
    assert {1: 101} == fake.counts()


async def test_a_platform_that_refuses_its_own_token(lone: Store) -> None:
    """平台说令牌不认，却还是给同一个：一百个人同时碰上，也只去要一次，再不行就认了。"""
    async with wechat_platform() as fake, api_of(fake, lone) as api:
        fake.refuse(SEND, *[40001] * 200)
        answers = await asyncio.gather(*(api.template(f"u{n}", TEMPLATE, DATA, f"e{n}") for n in range(100)))
    assert {Do.TOKEN} == {answer.do for answer in answers}
    assert 2 == fake.calls[TOKEN]


@pytest.mark.parametrize("code", [40125, 40013, 40164, 40001])
async def test_a_wrong_secret_stops(lone: Store, code: int, caplog: pytest.LogCaptureFixture) -> None:
    """口令、AppID、IP 不对：一百条都说停，令牌只去要一次，日志里只有一句，没有口令。"""
    async with wechat_platform() as fake, api_of(fake, lone, secret="wrong-secret-xyz") as api:
        if code != 40125:
            fake.refuse(TOKEN, code)
        answers = await asyncio.gather(*(api.template(f"u{n}", TEMPLATE, DATA, f"e{n}") for n in range(100)))
    assert {(Do.STOP, code)} == {(answer.do, answer.code) for answer in answers}
    assert (1, 0) == (fake.calls[TOKEN], fake.calls[SEND])
    assert 1 == len([record for record in caplog.records if record.levelno >= logging.WARNING])
    assert "xyz" not in caplog.text


async def test_secrets_stay_out_of_the_log(lone: Store, caplog: pytest.LogCaptureFixture) -> None:
    """什么都记一遍，也没有口令、令牌和 openid；rid 记下了。"""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    async with wechat_platform() as fake, api_of(fake, lone, timeout=0.2) as api:
        for fault in ("lost", "timeout", "busy", 43004, 99999):
            fake.refuse(SEND, fault)
            await api.template("o-secret-person", TEMPLATE, DATA, f"d{fault}")
        tokens = [token.value for token in fake.tokens]
    assert tokens
    assert [] == [word for word in (*tokens, SECRET, "o-secret-person") if word in caplog.text]
    assert "rid 66f1a2b3-1234abcd-0000ffff" in caplog.text


async def test_customer_service_quota(lone: Store) -> None:
    """用户一句话，48 小时里回得了 5 条，第六条要等他再说；点一下菜单是 1 分钟 3 条；过了时候要走别的路。"""
    async with wechat_platform() as fake, api_of(fake, lone) as api:

        async def say(count: int) -> list[Do]:
            return [(await api.custom("o1", "您好")).do for _ in range(count)]

        assert [Do.NEXT_WAY] == await say(1)
        fake.spoke("o1")
        assert [*[Do.DONE] * 5, Do.HOLD] == await say(6)
        fake.skipped += 48 * 3600
        assert [Do.NEXT_WAY] == await say(1)
        fake.clicked("o1")
        assert [*[Do.DONE] * 3, Do.HOLD] == await say(4)
        fake.skipped += 60
        assert [Do.NEXT_WAY] == await say(1)


async def test_subscriptions_use_up_consent(lone: Store) -> None:
    """一次同意发一条，第二条就没有次数了。"""
    async with wechat_platform() as fake, api_of(fake, lone) as api:
        fake.consent("o1")
        answers = [await api.subscription("o1", SUBSCRIPTION, DATA) for _ in range(2)]
    assert [Do.DONE, Do.NO_CONSENT] == [answer.do for answer in answers]


async def test_the_account_itself(lone: Store) -> None:
    """菜单、二维码、网页签名的票、限额，都要得到；票只要一次。"""
    async with wechat_platform() as fake, api_of(fake, lone) as api:
        menu = {"button": [{"type": "click", "name": "申报时间", "key": "menu:when"}]}
        assert Do.DONE == (await publish_menu(api, menu)).do
        assert menu == fake.menu
        answer = await create_qr(api, "district:永川区")
        assert {"scene": "district:永川区", "lasting": False, "seconds": 2_592_000} == fake.scene()
        assert PNG == await show_qr(api, answer.data["ticket"])
        assert b"" == await show_qr(api, "没有这张")
        await create_qr(api, "district:永川区", None)
        assert fake.scene()["lasting"]
        assert "ticket-1" == await js_ticket(api) == await js_ticket(api)
        assert 1 == fake.calls["/cgi-bin/ticket/getticket"]
        assert 100_000 == (await quota(api, SEND)).data["quota"]["remain"]


# 令牌


async def test_one_renewal_for_everyone(store: Store) -> None:
    """两个客户端、五十人各发两遍同时开始：两种库上都只向平台要一次令牌，每人收到一条。"""
    async with (
        wechat_platform(Fake(latency=0.02)) as fake,
        api_of(fake, store, pause=asyncio.sleep) as one,
        api_of(fake, store, pause=asyncio.sleep) as two,
    ):
        calls = (api.template(f"u{n}", TEMPLATE, DATA, f"d{n}") for n in range(50) for api in (one, two))
        answers = await asyncio.gather(*calls)
    assert {Do.DONE} == {answer.do for answer in answers}
    assert 1 == fake.calls[TOKEN]
    assert {1: 50} == fake.counts()


async def test_processes_share_one_renewal(url: str) -> None:
    """几个线程各开各的库，像几个进程：令牌到期时，一共只换一次。"""
    async with wechat_platform(Fake(latency=0.02)) as fake:
        Store.open(url).close()
        done: list[Do] = []

        def process(number: int) -> None:
            async def run() -> None:
                with Store.open(url) as own:
                    async with api_of(fake, own, pause=asyncio.sleep) as api:
                        barrier.wait(30)
                        done.append((await api.template(f"u{number}", TEMPLATE, DATA, f"d{number}")).do)

            asyncio.run(run())

        barrier = threading.Barrier(4)
        await asyncio.gather(*(asyncio.to_thread(process, number) for number in range(4)))
    assert [Do.DONE] * 4 == done
    assert 1 == fake.calls[TOKEN]


async def test_the_old_token_serves_while_the_new_one_is_fetched(store: Store) -> None:
    """到期前五分钟有人在换：别人不等，先用旧的；换好以后都用新的。"""
    gate, began = asyncio.Event(), asyncio.Event()

    async def fetch_short() -> tuple[str, float]:
        return "old", 200.0

    async def fetch() -> tuple[str, float]:
        began.set()
        await gate.wait()
        return "new", 7200.0

    assert "old" == await SharedCredentials(store).current("k", fetch_short)
    one, two, three = (SharedCredentials(store) for _ in range(3))
    renewing = asyncio.create_task(one.current("k", fetch))
    await began.wait()
    assert "old" == await two.current("k", fetch)
    gate.set()
    assert "new" == await renewing
    assert "new" == await three.current("k", fetch)


async def test_a_lease_of_the_dead_lapses(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """换到一半死了的，租约到了别人接着换；库里没有令牌时等着，不乱要。"""
    from bot.wechat import credentials

    monkeypatch.setattr(credentials, "LEASE", 3.2)

    async def never() -> tuple[str, float]:
        raise AssertionError

    async def fetch() -> tuple[str, float]:
        return "t", 7200.0

    dead = SharedCredentials(store)
    assert dead._claim("k", "") is None
    slept: list[float] = []

    async def pause(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            with store.transaction() as connection:
                connection.exec_driver_sql("UPDATE credentials SET refreshing_until = 1")

    assert "t" == await SharedCredentials(store, pause).current("k", fetch)
    assert 3 == len(slept)


def test_sending_alone_imports_the_client() -> None:
    """不发的进程不导入 aiohttp：起服务、答话都用不到它。"""
    code = "import sys, bot.__main__, bot.app, bot.inbox, bot.channels.wechat; assert 'aiohttp' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def said_as_json(*bodies: str) -> Server:
    """一个接一个照这样答的一台。"""
    return Server(*[f"HTTP/1.1 200 OK\r\nContent-Length: {len(each)}\r\n\r\n{each}".encode() for each in bodies])


@pytest.mark.parametrize(
    "said", ["{}", '{"code":403,"message":"blocked"}', '{"error":"login required"}', '{"errcode":null}']
)
async def test_a_gateway_is_not_the_platform(lone: Store, said: str) -> None:
    """200 的 JSON 里没有错误码，是半路上的网关答的：不知道到没到，不算送到了。"""
    server = said_as_json('{"access_token":"t","expires_in":7200}', said)
    async with serving(server), api_of(server, lone) as api:
        assert Do.UNKNOWN == (await api.custom("o1", "您好")).do


@pytest.mark.parametrize("said", ["{}", '{"access_token":""}'])
async def test_no_token_is_no_token(lone: Store, said: str) -> None:
    """要令牌的回答里没有令牌：没有发，过一会儿再来，不抛错。"""
    server = said_as_json(said)
    async with serving(server), api_of(server, lone) as api:
        assert Do.RETRY == (await api.custom("o1", "您好")).do
    assert all(b"stable_token" in each for each in server.requests)
