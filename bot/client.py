"""往外的 HTTP：一台主机几条长连接，一条上一次只有一个请求；不跟跳转，不收压缩过的，正文有上限。

读报文用 httptools，收发用 asyncio 的传输。量发送时一条要几十微秒；aiohttp 要两百多，占了一个核，上不到时延的九成。
"""

import asyncio
import socket
import ssl
from typing import Any, NamedTuple, cast
from urllib.parse import quote, urlsplit

import aiohappyeyeballs
import httptools

CONNECT = 5.0
"""连上最多等几秒。"""
IDLE = 15.0
"""一条连接闲了这么多秒就不再用：对方多半要断了。"""
STAGGER = 0.25
"""一个地址这么多秒还没有通，就同时试下一个。"""
RESOLVED = 10.0
"""主机的地址记几秒。"""
Address = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""getaddrinfo 给的一个地址。"""
LARGEST = 4 * 1024 * 1024
"""正文最多这么多字节。"""
_SAFE = "/?&=%:@!$'()*+,;~-._"


class Unsent(Exception):
    """肯定没有发出去：名字解不开、连不上、证书不对。"""


class Unanswered(Exception):
    """发了，断了、超时了、答的读不懂：不知道办没办。"""


class Answered(NamedTuple):
    """答的：状态和整个正文。"""

    status: int
    body: bytes


class Client:
    """一台主机（`url` 的协议、名字和端口）的几条长连接；多出来的请求排队等。

    `seconds` 是一个请求发出去以后最多等几秒。网址没有 http(s):// 或主机的是 ValueError。
    """

    def __init__(self, url: str, *, connections: int, seconds: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"网址要有 http:// 或 https:// 和主机：{url!r}")
        self._host, self._secure = parts.hostname, parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        named = quote(parts.netloc.rpartition("@")[2], safe="[]:._-~")
        self._common = f"Host: {named}\r\nUser-Agent: chuangb\r\nAccept: */*\r\n"
        self._base = quote(parts.path.rstrip("/"), safe=_SAFE)
        self._seconds = seconds
        self._connect_seconds = min(CONNECT, seconds)
        self._room = asyncio.Semaphore(connections)
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._addresses: tuple[list[Address], float] = ([], 0.0)
        self._resolving = asyncio.Lock()
        self._context: ssl.SSLContext | None = None

    def post(self, target: str, kind: str = "application/json") -> "Post":
        """往 `target`（路径和问号后面的）发正文的一个去处；同一个去处发许多次，报文的头只拼一次。"""
        return Post(self, self._head("POST", target) + f"Content-Type: {kind}\r\nContent-Length: ".encode())

    async def get(self, target: str) -> Answered:
        """要 `target`；抛 Unsent、Unanswered。"""
        return await self.exchange(self._head("GET", target) + b"\r\n")

    async def exchange(self, request: bytes) -> Answered:
        """发一个拼好的请求，等整个回答；抛 Unsent、Unanswered。"""
        async with self._room:
            connection = self._waiting() or await self._connected()
            try:
                answered = await connection.exchange(request, self._seconds)
            except BaseException:
                connection.drop()
                raise
            if connection.reusable:
                connection.since = connection.loop.time()
                self._idle.append(connection)
            else:
                connection.drop()
            return answered

    async def close(self) -> None:
        """放掉全部连接；还在等的请求得到 Unanswered。"""
        for each in tuple(self._open):
            each.drop()
        self._idle.clear()
        await asyncio.sleep(0)

    def _head(self, method: str, target: str) -> bytes:
        return f"{method} {self._base}{quote(target, safe=_SAFE)} HTTP/1.1\r\n{self._common}".encode("ascii")

    def _waiting(self) -> "_Connection | None":
        """一条还能用的闲着的连接：最近用过的先用。"""
        while self._idle:
            connection = self._idle.pop()
            if connection.reusable and connection.loop.time() - connection.since < IDLE:
                return connection
            connection.drop()
        return None

    async def _connected(self) -> "_Connection":
        """新的一条连接；几个地址错开四分之一秒一起试，先通的算。"""
        loop = asyncio.get_running_loop()
        if self._secure and self._context is None:
            self._context = await asyncio.to_thread(ssl.create_default_context)
        named = self._host if self._secure else None
        try:
            async with asyncio.timeout(self._connect_seconds):
                addresses = await self._resolved(loop)
                opened = await aiohappyeyeballs.start_connection(addresses, happy_eyeballs_delay=STAGGER, loop=loop)
                _, made = await loop.create_connection(
                    lambda: _Connection(loop, self._open), sock=opened, ssl=self._context, server_hostname=named
                )
        except (OSError, TimeoutError, UnicodeError) as error:  # UnicodeError：名字不成名字
            raise Unsent(str(error) or type(error).__name__) from error
        return made

    async def _resolved(self, loop: asyncio.AbstractEventLoop) -> list[Address]:
        """主机的各个地址；几个一起来问的，只去解一次。"""
        async with self._resolving:
            addresses, until = self._addresses
            if loop.time() >= until:
                addresses = list(await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM))
                self._addresses = (addresses, loop.time() + RESOLVED)
        return addresses


class Post(NamedTuple):
    """一个去处：主机和拼好的头。"""

    client: Client
    head: bytes

    async def __call__(self, content: bytes) -> Answered:
        """发一份正文；抛 Unsent、Unanswered。"""
        return await self.client.exchange(b"%s%d\r\n\r\n%s" % (self.head, len(content), content))


class _Connection(asyncio.Protocol):
    """一条长连接；httptools 读到什么就叫这里的 on_…。"""

    def __init__(self, loop: asyncio.AbstractEventLoop, opened: "set[_Connection]") -> None:
        self.loop = loop
        self.since = 0.0
        self._opened = opened
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[Answered] | None = None
        self._late: asyncio.TimerHandle | None = None
        self.on_message_begin()

    @property
    def reusable(self) -> bool:
        """还开着，没有请求在路上，对方也不断。"""
        return self._transport is not None and not self._transport.is_closing() and self._answer is None

    def exchange(self, request: bytes, seconds: float) -> "asyncio.Future[Answered]":
        """发出去，等回答。"""
        assert self._transport is not None
        answer = self._answer = self.loop.create_future()
        self._late = self.loop.call_later(seconds, self._fail, "等不到回答")
        self._transport.write(request)
        return answer

    def drop(self) -> None:
        """断开。"""
        self._fail("断开了")
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop 的不登记成子类
        self._opened.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._opened.discard(self)
        if error is None and self._headed and not self._sized:  # 正文到断开为止
            self._complete()
        self._transport = None
        self._fail("断开了")

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail("答的不是 HTTP")
            self.drop()

    def on_message_begin(self) -> None:
        self._body: list[bytes] = []
        self._length = 0
        self._headed = self._sized = False
        if self._answer is None and self._transport is not None:  # 没有问就答，这条连接不对头
            self.drop()

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._sized = True

    def on_headers_complete(self) -> None:
        self._headed = True

    def on_body(self, body: bytes) -> None:
        self._length += len(body)
        if self._length > LARGEST:
            self._fail("答的太长")
            self.drop()
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        self._headed = False
        if self._parser.get_status_code() < 200:  # 只是“接着等”
            return
        self._complete()
        if not self._parser.should_keep_alive() and self._transport is not None:
            self._transport.close()

    def _complete(self) -> None:
        if (answer := self._settled()) is not None:
            answer.set_result(Answered(self._parser.get_status_code(), b"".join(self._body)))

    def _fail(self, why: str) -> None:
        if (answer := self._settled()) is not None:
            answer.set_exception(Unanswered(why))

    def _settled(self) -> "asyncio.Future[Answered] | None":
        """在路上的请求到这里为止；没有、已经没有人等了是 None。"""
        answer, self._answer = self._answer, None
        if self._late is not None:
            self._late.cancel()
            self._late = None
        return answer if answer is not None and not answer.done() else None
