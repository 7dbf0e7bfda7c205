"""请求太慢、头太大的断开，正在写的答复写完；对方走了，写到一半的不算错。"""

import asyncio
import contextlib
import logging
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any, cast

import pytest
import uvloop

from bot.app import App, Receive, Scope, Send
from bot.lazy import Lazy
from bot.patience import LIMITS, Limits
from bot.pushes import push_protocol
from tests.bot import test_app
from tests.bot.test_app import PLAIN, Turns, app_of, serving
from tests.bot.wechat_client import text

SOON = Limits(head_bytes=4096, head_seconds=0.3, body_seconds=0.3, body_bytes=100)
PUSH = PLAIN.push(text("商砼"))
HEAD = f"POST /wechat?{PUSH.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(PUSH.body)}\r\n".encode()
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """等得短、放得小的协议。"""
    monkeypatch.setattr(sys.modules[test_app.__name__], "protocol", lambda app: push_protocol(app, SOON))


def showing(page: Callable[[Scope, Receive, Send], Any]) -> App:
    """首页是 `page` 的应用。"""
    return App(Turns(), wechat=app_of(Turns())._wechat, site=cast(Lazy, page))


async def dripped(port: int, pieces: list[bytes], pause: float = 0.1) -> bytes:
    """一段一段地发，发到对方断开为止；返回收到的全部。"""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got: list[bytes] = []

    async def listening() -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65536):
                got.append(piece)

    ears = asyncio.create_task(listening())
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(pause)
        if ears.done():
            break
    await asyncio.wait_for(ears, 5)
    writer.close()
    return b"".join(got)


@pytest.mark.parametrize("path", [b"/wechat?x=1", b"/"])
async def test_a_dripped_head_is_cut(path: bytes) -> None:
    """头一个字节一个字节地滴：到时候答 408，断开。"""
    head = b"GET " + path + b" HTTP/1.1\r\nX: "
    async with serving(app_of(Turns())) as port:
        got = await dripped(port, [head, *([b"a"] * 50)])
    assert got.startswith(b"HTTP/1.1 408 ")


async def test_blank_lines_are_no_way_to_stay() -> None:
    """只发空行、从不发请求的，也断开。"""
    async with serving(app_of(Turns())) as port:
        assert (await dripped(port, [b"\r\n"] * 50)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("head", [HEAD, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"])
async def test_a_dripped_body_is_cut(head: bytes) -> None:
    """正文滴着来的也断开；推送的、别的都一样。"""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass

    app = showing(page)
    app._routes["/"] = (app._routes["/"][0], ("GET", "POST"))
    async with serving(app) as port:
        got = await dripped(port, [head + b"\r\n", *([b"a"] * 50)])
    assert got.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("line", [b"a" * 1000, b"a: b\r\n" * 150])
async def test_an_endless_head_is_cut(line: bytes) -> None:
    """没完没了的一个头、没完没了的许多头：答 431，断开，不攒着。"""
    async with serving(app_of(Turns())) as port:
        got = await dripped(port, [b"GET / HTTP/1.1\r\nX: a", *([line] * 100)], pause=0.01)
    assert got.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("head", [HEAD, b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_a_large_head_in_one_piece_is_refused(head: bytes) -> None:
    """一次发来的大头，超了也是 431。"""
    async with serving(app_of(Turns())) as port:
        got = await dripped(port, [head + b"X: " + b"a" * 5000 + b"\r\n\r\n" + PUSH.body])
    assert got.startswith(b"HTTP/1.1 431 ")


async def test_a_slow_but_steady_body_is_taken() -> None:
    """慢而不断的正文收得完：看的是这段时间里来了多少，不是一共等了多久。"""
    pieces = [HEAD + b"\r\n", *(PUSH.body[n : n + 60] for n in range(0, len(PUSH.body), 60))]
    async with serving(app_of(Turns())) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.1)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        assert len(pieces) * 0.1 > SOON.body_seconds
        writer.close()


async def test_a_long_answer_is_never_cut() -> None:
    """写得久的答复写完：取得慢、后面又滴着下一个请求，都不打断它。"""
    size = 40

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        for n in range(size):
            await asyncio.sleep(0.03)
            await send({"type": "http.response.body", "body": b"x", "more_body": n < size - 1})

    async with serving(showing(page)) as port:
        got = await dripped(port, [GET + b"GET ", *([b"a"] * 12)])
    assert got.endswith(b"\r\n\r\n" + b"x" * size)


async def test_a_turn_that_takes_long_is_awaited() -> None:
    """推送答得久，等；头和正文分两次来过的，上着的钟也不打断它。"""
    turns = Turns()
    gate = asyncio.Event()
    real = turns.answer

    async def late(message: Any) -> Any:
        await asyncio.wait_for(gate.wait(), 5)
        return await real(message)

    turns.answer = late  # type: ignore[method-assign]
    async with serving(app_of(turns)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        await asyncio.sleep(0.1)
        writer.write(b"\r\n" + PUSH.body)
        await asyncio.sleep(0.7)
        gate.set()
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        writer.close()


async def test_a_whole_request_sets_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """一次来齐的推送不上钟；一条连接上许多条没来齐的，也只有一只钟。"""
    set_: list[float] = []
    loop = asyncio.get_running_loop()
    later = loop.call_later

    def counted(delay: float, callback: Callable[..., Any], *args: Any, **more: Any) -> asyncio.TimerHandle:
        if getattr(callback, "__name__", "") == "_look":
            set_.append(delay)
        return later(delay, callback, *args, **more)

    async with serving(app_of(Turns())) as port:
        monkeypatch.setattr(loop, "call_later", counted)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for whole in (True,) * 5 + (False,) * 5:
            pieces = [HEAD + b"\r\n" + PUSH.body] if whole else [HEAD, b"\r\n" + PUSH.body]
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.01)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            assert (0 if whole else 1) == len(set_)
        writer.close()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
def test_a_client_that_leaves_while_it_is_written_to_is_no_error(
    reset: bool, run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """排着几个请求，写到一半对方走了：不算错，日志里一行也没有，手上的几场都收了尾。"""
    ended = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for more in (True, True, False):
                await send({"type": "http.response.body", "body": b"x" * 3_000_000, "more_body": more})
            assert "http.disconnect" == (await receive())["type"]
        finally:
            ended.append(scope["path"])

    app = showing(page)

    async def leaving() -> None:
        async with serving(app) as port:
            for _ in range(10):
                client = socket.create_connection(("127.0.0.1", port))
                client.setblocking(False)
                await asyncio.get_running_loop().sock_sendall(client, GET * 4)
                await asyncio.sleep(0.02)
                if reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
            await asyncio.sleep(0.2)

    caplog.set_level(logging.INFO)
    run(leaving())
    assert (0, 10) == (app.counts.errors, len(ended))
    assert [] == [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_limits_are_generous() -> None:
    """许的比平常的请求宽得多：头不小于 32 KiB，等头不短于 10 秒。"""
    assert LIMITS.head_bytes >= 32 * 1024
    assert LIMITS.head_seconds >= 10
