"""服务的外壳：在真的套接字上按字节收发；坏请求、坏回合、关停都有交代。"""

import asyncio
import base64
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn

import bot.app
from bot.app import App, parse_query
from bot.channels.wechat import MAX_BODY, WeChat
from bot.inbox import APOLOGY, BOUND_SECONDS, Unstorable
from bot.pushes import push_protocol
from dialogs.records import Message, Option, Reply
from tests.bot.wechat_client import Platform, Push, deliver, event, message, taps, text

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
PLAIN = Platform()
SAFE = Platform(aes_key=AES_KEY)


class Turns:
    """假的 inbox：同一条消息只走一个回合，重投等到同一条答复。"""

    def __init__(self, answer: Callable[[Message], Reply | None] | None = None) -> None:
        self.seen: list[Message] = []
        self.effects: dict[tuple[str, str], asyncio.Future[Reply | None]] = {}
        self.gate: asyncio.Event | None = None
        self.is_ready = True
        self.started = self.stopped = False
        self._answer = answer or (lambda m: Reply(f"您说的是“{m.text}”", (Option("对", "1:ok=yes"),)))

    async def start(self) -> None:
        self.started = True

    async def stop(self, bound_seconds: float) -> None:
        self.stopped = True

    async def answer(self, message: Message) -> Reply | None:
        self.seen.append(message)
        key = message.user, message.id
        if key in self.effects:
            return await asyncio.shield(self.effects[key])
        self.effects[key] = asyncio.get_running_loop().create_future()
        if self.gate is not None:
            await self.gate.wait()
        reply = self._answer(message)
        self.effects[key].set_result(reply)
        return reply

    def ready(self) -> bool:
        return self.is_ready


def app_of(turns: Turns, platform: Platform = PLAIN) -> App:
    return App(turns, wechat=WeChat(platform.token, lambda: NOW, app_id=platform.app_id, aes_key=platform.aes_key))


@pytest.fixture(params=[lambda app: "httptools", push_protocol], ids=["asgi", "push"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """推送的两条路，每个测试都走一遍：绕 ASGI 的，和不绕的近路。"""
    monkeypatch.setattr(sys.modules[__name__], "protocol", request.param)


protocol: Callable[[App], Any] = push_protocol


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[int]:
    """真的 uvicorn，端口由系统给；用完就关。"""
    config = uvicorn.Config(app, http=protocol(app), lifespan="on", log_config=None, timeout_graceful_shutdown=2)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listener = socket.create_server(("127.0.0.1", 0))
    await server.startup(sockets=[listener])
    assert not server.should_exit
    try:
        yield listener.getsockname()[1]
    finally:
        await server.shutdown(sockets=[listener])


async def metrics(port: int) -> dict[str, float]:
    """/metrics 上的数。"""
    _, body = await deliver(port, Push("", b"", "GET"), "/metrics")
    lines = [line.split() for line in body.decode().splitlines() if not line.startswith("#")]
    return {name.removeprefix("chuangb_"): float(value) for name, value in lines}


@pytest.mark.parametrize("platform", [PLAIN, SAFE], ids=["plain", "safe"])
async def test_a_message_is_answered(platform: Platform) -> None:
    """一句话推来，同一次请求里拿到答复，选项点得动；三次投递是一个回合、同一条答复。"""
    turns = Turns()
    async with serving(app_of(turns, platform)) as port:
        answers = [await deliver(port, platform.push(text("商砼"))) for _ in range(3)]
    assert [200] * 3 == [status for status, _ in answers]
    opened = [platform.open(body) for _, body in answers]
    assert [opened[0]["Content"]] * 3 == [answer["Content"] for answer in opened]
    assert opened[0]["Content"].startswith("您说的是“商砼”")
    assert [("1. 对", "对", "1:ok=yes")] == taps(opened[0]["Content"])
    assert 1 == len(turns.effects)
    assert turns.started
    assert turns.stopped


async def test_retries_join_the_turn_in_work() -> None:
    """头一次还没答完，平台断开重投：重投等到同一个回合的答复，没有谁抢先回 success。"""
    turns = Turns()
    turns.gate = asyncio.Event()
    async with serving(app_of(turns)) as port:
        tries = [asyncio.create_task(deliver(port, PLAIN.push(text("商砼")))) for _ in range(3)]
        while len(turns.seen) < 3:
            await asyncio.sleep(0)
        assert not any(task.done() for task in tries)
        turns.gate.set()
        answers = await asyncio.gather(*tries)
    assert 1 == len(turns.effects)
    assert [answers[0]] * 3 == answers
    assert "商砼" in PLAIN.open(answers[0][1])["Content"]


async def test_a_tap_comes_back_with_its_value() -> None:
    """点了选项，渠道交出的消息带着它的 value。"""
    turns = Turns()
    async with serving(app_of(turns)) as port:
        _, body = await deliver(port, PLAIN.push(text("商砼")))
        [(_, sent, value)] = taps(PLAIN.open(body)["Content"])
        await deliver(port, PLAIN.push(text(sent, msg_id="2", bizmsgmenuid=value)))
    assert ("对", "1:ok=yes") == (turns.seen[-1].text, turns.seen[-1].value)


async def test_url_verification() -> None:
    """核对网址：原样回 echostr；签名不对 403。"""
    async with serving(app_of(Turns())) as port:
        assert (200, b"5837397301872") == await deliver(port, PLAIN.verification("5837397301872"))
        wrong = PLAIN.verification("1")
        assert 403 == (await deliver(port, Push(wrong.query.replace("nonce=8", "nonce=9"), b"", "GET")))[0]


LONG = text("好").encode() + b" " * MAX_BODY


@pytest.mark.parametrize(
    "body",
    [b"", b"<foo/>", b"<xml/>", b"<xml>" + b"<a>" * 200_000, b"a" * 5_000_000, LONG],
    ids=["empty", "foo", "bare", "200k tags", "5 MB", "padded"],
)
async def test_unreadable_is_success(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """读不懂的：success，一行日志，什么都不记；服务照常。"""
    turns = Turns()
    with caplog.at_level(logging.WARNING):
        async with serving(app_of(turns)) as port:
            assert (200, b"success") == await deliver(port, Push(PLAIN.push("").query, body))
            assert [] == turns.seen
            assert 1 == len([r for r in caplog.records if r.name.startswith("bot.")])
            assert 1 == (await metrics(port))["unreadable_total"]
            assert 200 == (await deliver(port, PLAIN.push(text("还在吗"))))[0]


async def test_bad_signature_is_forbidden() -> None:
    """签名不对：403，不进回合；正文再长再坏也一样。"""
    turns = Turns()
    async with serving(app_of(turns)) as port:
        for body in (text("你好").encode(), b"a" * (MAX_BODY * 3)):
            assert 403 == (await deliver(port, Push("signature=0&timestamp=1&nonce=2", body)))[0]
        assert 2 == (await metrics(port))["refused_total"]
    assert [] == turns.seen


async def test_nothing_to_answer_is_success() -> None:
    """不认识的消息和事件不进回合；回合不作声也是 success。"""
    turns = Turns(lambda m: None)
    async with serving(app_of(turns)) as port:
        for xml in (message("no_such_type"), event("VIEW", "http://x"), event("unsubscribe", "")):
            assert (200, b"success") == await deliver(port, PLAIN.push(xml))
        counts = await metrics(port)
    assert ["unsubscribe"] == [m.event for m in turns.seen]
    assert (2, 1) == (counts["ignored_total"], counts["silent_total"])


async def test_a_failing_turn_gets_an_apology() -> None:
    """inbox 出错：用户看到一句抱歉，看不到内部的错；计数加一，下一条照常。"""
    turns = Turns(lambda m: Reply("好") if m.text != "坏" else 1 / 0)  # type: ignore[arg-type,return-value]
    async with serving(app_of(turns)) as port:
        status, body = await deliver(port, PLAIN.push(text("坏")))
        assert (200, APOLOGY.text) == (status, PLAIN.open(body)["Content"])
        assert b"Zero" not in body
        assert "好" == PLAIN.open((await deliver(port, PLAIN.push(text("好", msg_id="2"))))[1])["Content"]
        assert 1 == (await metrics(port))["errors_total"]


def test_the_inbox_answers_before_the_platform_leaves() -> None:
    """平台 5 秒断开；收件箱的时限比它短，所以这里不另设时限。"""
    assert BOUND_SECONDS < 4.5


async def test_what_cannot_be_stored_is_success() -> None:
    """存不下的消息（inbox 在门口拒收）：success，不抱歉也不重投。"""

    def refuse(message: Message) -> Reply:
        raise Unstorable("用户为空或超过 128 个字符")

    async with serving(app_of(Turns(refuse))) as port:
        assert (200, b"success") == await deliver(port, PLAIN.push(text("你好")))


async def test_a_peer_that_hangs_up_is_no_error() -> None:
    """正文没发完就断开：不进回合，不算错。"""
    turns = Turns()
    async with serving(app_of(turns)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        push = PLAIN.push(text("你好"))
        head = f"POST /wechat?{push.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(push.body) + 1}\r\n\r\n"
        writer.write(head.encode() + push.body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert 0 == (await metrics(port))["errors_total"]
    assert [] == turns.seen


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/", 200),
        ("HEAD", "/healthz", 200),
        ("POST", "/healthz", 405),
        ("DELETE", "/wechat", 405),
        ("GET", "/nothing", 404),
        ("GET", "/wechat/", 404),
        ("GET", "/%00", 404),
        ("POST", "/telegram", 404),
    ],
)
async def test_doors(method: str, path: str, status: int) -> None:
    """每扇门的状态：不认识的 404，方法不对 405。"""
    async with serving(app_of(Turns())) as port:
        assert status == (await deliver(port, Push("", b"", method), path))[0]


async def test_a_channel_without_settings_is_not_there() -> None:
    """没有配置微信：/wechat 是 404，首页说没有配置。"""
    async with serving(App(Turns())) as port:
        assert 404 == (await deliver(port, PLAIN.push(text("你好"))))[0]
        assert "没有配置" in (await deliver(port, Push("", b"", "GET"), "/"))[1].decode()


async def test_readiness_follows_the_inbox() -> None:
    """存储不在：/readyz 503，/healthz 仍 200；回来了又 200。"""
    turns = Turns()
    async with serving(app_of(turns)) as port:
        for ready, status in ((False, 503), (True, 200)):
            turns.is_ready = ready
            assert status == (await deliver(port, Push("", b"", "GET"), "/readyz"))[0]
            assert 200 == (await deliver(port, Push("", b"", "GET"), "/healthz"))[0]
            assert float(ready) == (await metrics(port))["ready"]


async def lifespan(app: App, *events: str) -> list[dict[str, object]]:
    """不经服务器走一遍启动与关停。"""
    sent: list[dict[str, object]] = []
    waiting = [{"type": f"lifespan.{name}"} for name in events]

    async def receive() -> dict[str, object]:
        return dict(waiting.pop(0))

    async def send(event: object) -> None:
        sent.append(dict(event))  # type: ignore[call-overload]

    await app({"type": "lifespan"}, receive, send)
    return sent


async def test_a_store_that_does_not_open_fails_the_start() -> None:
    """存储打不开：启动失败，说明写清楚。"""

    class Broken(Turns):
        async def start(self) -> None:
            raise RuntimeError("数据库打不开：拒绝连接")

    sent = await lifespan(app_of(Broken()), "startup")
    assert [{"type": "lifespan.startup.failed", "message": "数据库打不开：拒绝连接"}] == sent


async def test_shutdown_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """inbox 关不掉，关停也到点就走。"""
    monkeypatch.setattr(bot.app, "STOP_BOUND", -0.99)

    class Stuck(Turns):
        async def stop(self, bound_seconds: float) -> None:
            await asyncio.Event().wait()

    sent = await lifespan(app_of(Stuck()), "startup", "shutdown")
    assert ["lifespan.startup.complete", "lifespan.shutdown.complete"] == [event["type"] for event in sent]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", {"": ""}),
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2", {"a": "1"}),
        (b"a=%E6%B1%89+b", {"a": "汉 b"}),
        (b"a=%ff", {"a": "\ufffd"}),
        (b"a==&b", {"a": "=", "b": ""}),
        (b"\xff=1", {"ÿ": "1"}),
    ],
)
def test_parse_query(raw: bytes, expected: dict[str, str]) -> None:
    """查询串怎么坏都不出错。"""
    assert expected == parse_query(raw)
