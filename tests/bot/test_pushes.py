"""微信推送的近路：字节怎样来，答的都和绕 ASGI 那一条一字不差；断线、关停、出错也有交代。"""

import asyncio
import contextlib
import gc
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot import pushes
from bot.app import App
from bot.channels.wechat import MAX_BODY
from bot.pushes import push_protocol
from tests.bot import test_app
from tests.bot.test_app import PLAIN, Turns, app_of, serving
from tests.bot.wechat_client import text

PUSH = PLAIN.push(text("商砼"))
WAYS: tuple[Callable[[App], Any], ...] = (lambda app: "httptools", push_protocol)


def request(
    *headers: str,
    body: bytes = PUSH.body,
    method: str = "POST",
    target: str = "",
    version: str = "1.1",
    length: str = "",
) -> bytes:
    """一个请求的字节；`length` 空着就照正文写。"""
    lines = [
        f"{method} {target or f'/wechat?{PUSH.query}'} HTTP/{version}",
        "Host: bot.example",
        *([] if length == "no" else [f"Content-Length: {length or len(body)}"]),
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


CHUNKED = request(
    "Transfer-Encoding: chunked", length="no", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(PUSH.body), PUSH.body)
)
LAST = request("Connection: close")
CASES = {
    "平常的": [LAST],
    "两个接着来": [request(), LAST],
    "一口气三个": [request() + request() + LAST],
    "一个字节一个字节": [bytes([each]) for each in LAST],
    "头和正文分两次": [LAST[:-40], LAST[-40:]],
    "没有正文": [request("Connection: close", body=b"")],
    "正文顶到上限": [request("Connection: close", body=b" " * MAX_BODY)],
    "正文过了上限": [request("Connection: close", body=b" " * (MAX_BODY + 1))],
    "分块": [CHUNKED, LAST],
    "先问一声": [request("Expect: 100-continue"), LAST],
    "老协议": [request(version="1.0")],
    "老协议长连接": [request("Connection: keep-alive", version="1.0"), request(version="1.0")],
    "要升级": [request("Connection: upgrade", "Upgrade: websocket"), LAST],
    "没有长度": [request("Connection: close", length="no", body=b"")],
    "长度前有许多零": [request("Connection: close", length="0" * 5000 + str(len(PUSH.body)))],
    "网址很长": [request("Connection: close", target=f"/wechat?{PUSH.query}&x={'y' * 5000}")],
    "长度不是数": [request(length="x1")],
    "两个长度": [request("Content-Length: 3")],
    "签名不对": [request("Connection: close", target="/wechat?signature=x&timestamp=1&nonce=2")],
    "没有参数": [request("Connection: close", target="/wechat")],
    "带井号": [request("Connection: close", target=f"/wechat?{PUSH.query}#x")],
    "别的路径": [request(target=f"/wechat/?{PUSH.query}"), request("Connection: close", target="/wechats?x=1")],
    "核对网址": [request("Connection: close", method="GET", body=b"", target=f"/wechat?{PUSH.query}&echostr=好")],
    "换个方法": [request(method="PUT"), request("Connection: close", method="DELETE")],
    "推送和别的轮着来": [request(), request(method="GET", target="/healthz", body=b""), LAST],
    "一口气轮着来": [request() + request(method="GET", target="/healthz", body=b"") + LAST],
    "不是 HTTP": [b"\x16\x03\x01\x00 hello\r\n\r\n"],
    "后头跟着乱码": [request() + b"\x00\x01 nonsense\r\n\r\n"],
}


@pytest.fixture(autouse=True)
def quiet() -> None:
    """坏请求 uvicorn 要嘀咕，不看。"""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


async def heard(pieces: list[bytes], way: Callable[[App], Any], monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, int]:
    """一条连接上一段段送去，到对方断开为止收到的，和走了几个回合；日期抹掉。"""
    monkeypatch.setattr(test_app, "protocol", way)
    turns = Turns()
    async with serving(app_of(turns)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError, TimeoutError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01 if len(pieces) < 9 else 0)
            got = await asyncio.wait_for(reader.read(), 2)
        writer.close()
    return re.sub(rb"(date: |CreateTime>)[^<\r]+", rb"\1", got), len(turns.seen)


@pytest.mark.parametrize("name", CASES)
async def test_both_ways_answer_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """字节怎样来，近路和绕 ASGI 的答得一字不差，走的回合也一样多。"""
    assert await heard(CASES[name], WAYS[0], monkeypatch) == await heard(CASES[name], WAYS[1], monkeypatch)


async def test_the_short_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """平常的推送真的不绕 ASGI；别的都绕。"""
    took: list[str] = []

    class Watched(App):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            took.append(scope.get("path", ""))
            await super().__call__(scope, receive, send)

    monkeypatch.setattr(test_app, "protocol", push_protocol)
    app = app_of(Turns())
    app.__class__ = Watched
    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for each in (request(), request(method="GET", target="/healthz", body=b"")):
            writer.write(each)
            await reader.readuntil(b"\r\n\r\n")
        writer.write(LAST)
        await reader.read()
        writer.close()
    assert ["/healthz"] == [path for path in took if path]


async def test_a_fault_in_the_short_way_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """没料到的错误：500，记一行，连接还能用，看不到出了什么错。"""
    monkeypatch.setattr(test_app, "protocol", push_protocol)
    app = app_of(Turns())
    monkeypatch.setattr(App, "pushed", None)
    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request() + request("Connection: close", method="GET", target="/healthz", body=b""))
        got = await reader.read()
        writer.close()
    assert [b"HTTP/1.1 500", b"HTTP/1.1 200"] == re.findall(rb"HTTP/1.1 \d+", got)
    assert b"error\n" in got
    assert 1 == app.counts.errors
    assert ["处理 /wechat 时出错"] == [each.message for each in caplog.records if each.name == "bot.pushes"]


async def test_shutdown_waits_for_a_push_in_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """关停时答到一半的推送答完再断。"""
    monkeypatch.setattr(test_app, "protocol", push_protocol)
    turns = Turns()
    turns.gate = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(app_of(turns)))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request())
        while not turns.seen:
            await asyncio.sleep(0)
        closing = asyncio.create_task(stack.aclose())
        await asyncio.sleep(0.1)
        turns.gate.set()
        got = await asyncio.wait_for(reader.read(), 3)
        await closing
        writer.close()
    assert got.startswith(b"HTTP/1.1 200 OK")
    assert got.endswith(b"</xml>")


async def test_nothing_of_a_push_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """答完了就不占内存：不成环，不等垃圾回收；闲着的连接也不留着正文。"""
    monkeypatch.setattr(test_app, "protocol", push_protocol)
    async with serving(app_of(Turns())) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        gc.collect()
        gc.disable()
        try:
            for _ in range(50):
                writer.write(request(target="/wechat?signature=x&timestamp=1&nonce=2", body=b"x" * 60_000))
                await reader.readuntil(b"forbidden\n")
            held = [each for each in gc.get_objects() if isinstance(each, pushes._Push)]
        finally:
            gc.enable()
        writer.close()
    assert [b""] == [each.body for each in held]


async def test_a_flood_of_pipelined_requests_is_read_no_faster_than_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """一条连接上一口气塞进来许多：排着的没有答完就不接着读，占的内存有底。"""
    monkeypatch.setattr(test_app, "protocol", push_protocol)
    async with serving(app_of(Turns())) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        many = request(method="GET", target="/healthz", body=b"") * 500
        sent, queued = 0, [0]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(15):
                while sent <= 5000:
                    writer.write(many)
                    sent += 500
                    await writer.drain()
                    await asyncio.sleep(0)
                    queued += [len(each.pipeline) for each in server_side()]
        writer.transport.abort()
    assert max(queued) < 3000 < sent


def server_side() -> list[HttpToolsProtocol]:
    """服务器这一头的各条连接。"""
    return [each for each in gc.get_objects() if isinstance(each, HttpToolsProtocol)]
