"""测试用的浏览器：真的套接字，记得 Cookie，会读推送；服务是真的 uvicorn、真的收件箱和谈话。"""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import uvicorn

import knowledge
from bot.app import App, Counts
from bot.desk.opening import LazyDesk
from bot.documents.handing import handing
from bot.documents.opening import passes_of
from bot.inbox import Inbox
from bot.settings import Settings
from bot.store import Store
from bot.web.opening import open_site
from dialogs.turn import take_turn
from tests.chat import NOW


@dataclass
class Answer:
    """一次回答：状态、响应头（小写）、正文。"""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Browser:
    """一个浏览器；`home()` 以后有 Cookie。`address` 写进 X-Forwarded-For。"""

    port: int
    cookie: str = ""
    address: str = ""
    count: int = 0
    page: dict[str, Any] = field(default_factory=dict)

    async def home(self) -> Answer:
        """打开首页，记下 Cookie 和页面里带的谈话。"""
        answer = await self.request("GET", "/")
        if given := answer.headers.get("set-cookie"):
            self.cookie = given.partition(";")[0]
        if found := re.search(rb'id="given">(.*?)</script>', answer.body):
            self.page = json.loads(found[1])
        return answer

    async def say(self, text: str = "", id: str = "", **more: str) -> Answer:
        """发一条消息。"""
        self.count += 1
        message = {"id": id or f"m{self.count}", "text": text, **more}
        return await self.post(json.dumps(message).encode())

    async def post(self, body: bytes, **headers: str) -> Answer:
        """向 /web/send 发任意正文；`headers` 里下划线代表连字号，空值是不带这一项。"""
        named = {"content-type": "application/json", "sec-fetch-site": "same-origin"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.request("POST", "/web/send", body, {name: value for name, value in named.items() if value})

    async def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """一次请求，用完就断。"""
        reader, writer = await self.open(method, path, body, headers)
        try:
            return await _answer(reader, method)
        finally:
            writer.close()

    async def open(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        named = {"host": "bot.example", "content-length": str(len(body)), **(headers or {})}
        if self.cookie:
            named["cookie"] = f"other=1; {self.cookie}"
        if self.address:
            named["x-forwarded-for"] = self.address
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        writer.write(f"{method} {quote(path, safe='/?=&%:')} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body)
        return reader, writer

    @asynccontextmanager
    async def events(self) -> AsyncIterator["Events"]:
        """开着的推送。"""
        reader, writer = await self.open("GET", "/web/events")
        status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
        try:
            events = Events(status, reader)
            if status == 200:
                await events.line(b": hello")
            yield events
        finally:
            writer.close()


@dataclass
class Events:
    """一条推送流。"""

    status: int
    reader: asyncio.StreamReader

    async def next(self) -> Any:
        """下一个推来的回合。"""
        return json.loads((await self.line(b"data: "))[6:])

    async def line(self, start: bytes) -> bytes:
        async with asyncio.timeout(30):
            while not (line := await self.reader.readline()).startswith(start):
                if not line:
                    raise EOFError
        return line

    async def ended(self) -> bool:
        """服务器那边结束了。"""
        async with asyncio.timeout(30):
            while await self.reader.readline():
                pass
        return True


async def _answer(reader: asyncio.StreamReader, method: str) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = b"" if method == "HEAD" else await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(head[0].split()[1]), headers, body)


@asynccontextmanager
async def serving(store: Store, now: datetime = NOW, **settings: str) -> AsyncIterator[int]:
    """整个产品，钟停在 `now`，端口由系统给。"""
    clock = lambda: now  # noqa: E731
    given = Settings(**settings)
    turn = handing(take_turn, passes_of(given, store), given.base_url)
    inbox = Inbox(store, turn, knowledge.on, clock)
    counts = Counts()
    site = open_site(given, store, inbox, knowledge.on, clock, counts)
    desk = LazyDesk(given, store, inbox, knowledge.on, clock, counts)
    config = uvicorn.Config(
        App(inbox, site=site, desk=desk, counts=counts),
        log_config=None,
        timeout_graceful_shutdown=5,
        proxy_headers=False,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listener = socket.create_server(("127.0.0.1", 0))
    await server.startup(sockets=[listener])
    assert not server.should_exit
    try:
        yield listener.getsockname()[1]
    finally:
        site.hang_up()
        desk.hang_up()
        await server.shutdown(sockets=[listener])
