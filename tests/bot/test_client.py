"""往外的 HTTP 客户端：答的怎么写都读得对，读不对就说不知道，没有发出去就说没有发；asyncio 和 uvloop 上一样。"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import client as module
from bot.client import Answered, Client, Unanswered, Unsent

Run = Callable[[Coroutine[Any, Any, Any]], Any]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
pytestmark = pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])


class Server:
    """照台词答的一台：第几个请求答什么，答完断不断；记下来了几条连接、各个请求。"""

    def __init__(self, *lines: bytes, cut: bool = False, gate: asyncio.Event | None = None) -> None:
        self.lines, self.cut, self.gate = list(lines), cut, gate
        self.opened = self.most = self.now = 0
        self.requests: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                self.requests.append(head + await reader.readexactly(length))
                self.now += 1
                self.most = max(self.most, self.now)
                if self.gate is not None:
                    await self.gate.wait()
                self.now -= 1
                writer.write(self.lines.pop(0) if len(self.lines) > 1 else self.lines[0])
                await writer.drain()
                if self.cut:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(server: Server, context: ssl.SSLContext | None = None, **given: Any) -> AsyncIterator[Client]:
    """起一台，给一个连着它的客户端。"""
    held = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.url = f"http{'s' if context else ''}://127.0.0.1:{held.sockets[0].getsockname()[1]}"
    client = Client(server.url, **{"connections": 4, "seconds": 2.0, **given})
    try:
        yield client
    finally:
        await client.close()
        held.close()


async def asked(server: Server, times: int = 1, **given: Any) -> list[Answered | str]:
    """一个接一个地要几次：答的，或是哪一种不成。"""
    got: list[Answered | str] = []
    async with serving(server, **given) as client:
        for _ in range(times):
            try:
                got.append(await client.get("/x"))
            except (Unsent, Unanswered) as error:
                got.append(type(error).__name__)
    return got


@pytest.mark.parametrize(
    ("line", "cut", "expected"),
    [
        (OK + b"ok", False, Answered(200, b"ok")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
            False,
            Answered(200, b"ok"),
        ),
        (b"HTTP/1.1 200 OK\r\n\r\nok", True, Answered(200, b"ok")),
        (b"HTTP/1.0 200 OK\r\n\r\nok", True, Answered(200, b"ok")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"ok", False, Answered(200, b"ok")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", False, Answered(204, b"")),
        (b"HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n", False, Answered(302, b"")),
        (b"HTTP/1.1 502 Bad Gateway\r\ncontent-length:3\r\n\r\nbad", False, Answered(502, b"bad")),
        (OK + b"o", True, "Unanswered"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n", True, "Unanswered"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", True, "Unanswered"),
        (b"", True, "Unanswered"),
        (b"", False, "Unanswered"),
        (OK + b"o", False, "Unanswered"),
        (b"\x16\x03\x01 not http\r\n\r\n", False, "Unanswered"),
        (b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", False, "Unanswered"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", False, "Unanswered"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", False, "Unanswered"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", True, "Unanswered"),
    ],
)
def test_an_answer_is_read_whole_or_not_known(run: Run, line: bytes, cut: bool, expected: Answered | str) -> None:
    """整个的回答照原样给；缺一截、不像话、等不到的是不知道。"""
    assert [expected] == run(asked(Server(line, cut=cut), seconds=0.2))


def test_one_connection_serves_one_after_another(run: Run) -> None:
    """一个接一个的请求用同一条长连接。"""
    server = Server(OK + b"ok")
    assert [Answered(200, b"ok")] * 5 == run(asked(server, 5))
    assert 1 == server.opened


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", OK + b"ok"])
def test_a_closed_connection_is_not_used_again(run: Run, said: bytes) -> None:
    """对方说要断的、悄悄断了的不再用：下一个请求走新的连接，没有哪一个说不清。"""

    async def work() -> list[Answered]:
        async with serving(server) as client:
            got = []
            for _ in range(3):
                got.append(await client.get("/x"))
                await asyncio.sleep(0.05)
            return got

    server = Server(said, cut=True)
    assert [Answered(200, b"ok")] * 3 == run(work())
    assert 3 == server.opened


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\n\r\n", OK + b"1."]
)
def test_an_earlier_answer_is_never_given_twice(run: Run, first: bytes) -> None:
    """长连接上答过一个，下一个没有答就断了：是不知道，不是把上一个再给一遍。"""

    async def work() -> list[object]:
        async with serving(server) as client:
            got: list[object] = [(await client.get("/1")).body]
            server.cut = True
            return [*got, type((await asyncio.gather(client.get("/2"), return_exceptions=True))[0])]

    server = Server(first, b"")
    assert [first.partition(b"\r\n\r\n")[2], Unanswered] == run(work())


def test_a_dead_address_hides_no_other(run: Run) -> None:
    """几个地址里头一个不通：错开一点就试下一个，不等到时限。"""

    async def work() -> tuple[Answered, float]:
        dead = socket.create_server(("127.0.0.1", 0), backlog=0)
        fillers = [socket.socket() for _ in range(3)]  # 占满队列，再来的连不上也不被拒
        for each in fillers:
            each.setblocking(False)
            each.connect_ex(dead.getsockname())
        async with serving(Server(OK + b"ok"), seconds=5.0) as client:
            loop = asyncio.get_running_loop()
            port = int(client._port)
            places = [dead.getsockname(), ("127.0.0.1", port)]
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
            client._addresses = (found, loop.time() + 60)
            began = loop.time()
            answered = await client.get("/x")
            took = loop.time() - began
        for each in (*fillers, dead):
            each.close()
        return answered, took

    answered, took = run(work())
    assert Answered(200, b"ok") == answered
    assert took < 3.0


@pytest.mark.parametrize("extra", [OK + b"no", b"HTTP/1.1 200", b"\x00\x01"])
def test_an_answer_nobody_asked_for_is_never_taken_for_the_next(run: Run, extra: bytes) -> None:
    """多答了半截或一整个，也不算成下一个请求的。"""
    server = Server(OK + b"1." + extra, OK + b"2.")
    assert [Answered(200, b"1."), Answered(200, b"2.")] == run(asked(server, 2))
    assert 2 == server.opened


def test_an_idle_connection_grows_old(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """闲得太久的不再用。"""
    monkeypatch.setattr(module, "IDLE", -1.0)
    server = Server(OK + b"ok")
    run(asked(server, 3))
    assert 3 == server.opened


def test_a_huge_answer_is_cut_off(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """正文比上限长的不收，也不占内存。"""
    monkeypatch.setattr(module, "LARGEST", 1000)
    assert ["Unanswered"] == run(asked(Server(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000)))


def test_never_more_connections_than_said(run: Run) -> None:
    """请求再多，连接也只有说好的几条，多的排队。"""

    async def work() -> tuple[int, int]:
        gate = asyncio.Event()
        server = Server(OK + b"ok", gate=gate)
        async with serving(server, connections=3) as client:
            tasks = [asyncio.create_task(client.get("/x")) for _ in range(10)]
            await asyncio.sleep(0.1)
            gate.set()
            await asyncio.gather(*tasks)
        return server.opened, server.most

    assert (3, 3) == run(work())


def test_a_cancelled_request_leaves_its_place(run: Run) -> None:
    """不等了的请求让出位子，它那条连接也断开，晚到的回答不会算到别人头上。"""

    async def work() -> tuple[Answered, int]:
        gate = asyncio.Event()
        server = Server(OK + b"1.", OK + b"2.", gate=gate)
        async with serving(server, connections=1) as client:
            first = asyncio.create_task(client.get("/1"))
            await asyncio.sleep(0.05)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            gate.set()
            await asyncio.sleep(0.05)
            return await client.get("/2"), server.opened

    assert (Answered(200, b"2."), 2) == run(work())


def test_closing_ends_what_is_on_the_way(run: Run) -> None:
    """放掉连接时还在等的，是不知道办没办。"""

    async def work() -> object:
        async with serving(Server(OK, gate=asyncio.Event())) as client:
            task = asyncio.create_task(client.get("/x"))
            await asyncio.sleep(0.05)
            await client.close()
            return (await asyncio.gather(task, return_exceptions=True))[0]

    assert isinstance(run(work()), Unanswered)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nobody.invalid", "http://a..b", "https://127.0.0.1:9"])
def test_what_never_went_out_is_unsent(run: Run, url: str) -> None:
    """连不上、名字解不开的，肯定没有发。"""

    async def work() -> None:
        client = Client(url, connections=1, seconds=1.0)
        with pytest.raises(Unsent):
            await client.get("/x")
        await client.close()

    run(work())


@pytest.mark.parametrize("url", ["", "ftp://a", "a.example/x", "http://", "javascript:1", "http://a:99999"])
def test_a_wrong_address_is_refused_at_once(run: Run, url: str) -> None:
    """不是 http(s) 网址的当场说不对。"""
    with pytest.raises(ValueError, match=r"网址|Port"):
        Client(url, connections=1, seconds=1.0)


def test_nothing_in_the_target_breaks_the_request(run: Run) -> None:
    """路径里的换行、空格、汉字都转写，伪造不出第二个请求；底下的路径接在前面。"""

    async def work() -> bytes:
        server = Server(OK + b"ok")
        async with serving(server) as client:
            under = Client(f"{server.url}/底/", connections=1, seconds=1.0)
            await under.post("/a b?t=x%2B\r\nX: 1")(b"{}")
            await under.close()
            assert client is not under
        return server.requests[0]

    lines = run(work()).split(b"\r\n")
    assert b"POST /%E5%BA%95/a%20b?t=x%2B%0D%0AX:%201 HTTP/1.1" == lines[0]
    assert [b"Content-Type: application/json", b"Content-Length: 2", b"", b"{}"] == lines[-4:]


@pytest.mark.parametrize(("trusted", "expected"), [(True, Answered(200, b"ok")), (False, "Unsent")])
def test_the_certificate_must_be_right(
    run: Run, trusted: bool, expected: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """证书认得的照发；不认得的，一个字也没有发。"""
    context, authority = certified(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    async def work() -> tuple[list[Answered | str], int]:
        server = Server(OK + b"ok")
        return await asked(server, context=context), len(server.requests)

    assert ([expected], int(trusted)) == run(work())


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """给 127.0.0.1 的一张自己签的证书。"""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both, alone = folder / "both.pem", folder / "cert.pem"
    alone.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    both.write_bytes(secret + alone.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, alone
