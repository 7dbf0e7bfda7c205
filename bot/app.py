"""服务的外壳：裸 ASGI，按路径分派；微信的推送、存活与就绪检查、计数。

每条消息都走这里，所以不用框架；配置里没有的渠道，它的路径就是 404。
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote_plus

from bot.channels.base import Challenge, Forbidden, Inbound, Report, Unreadable
from bot.channels.wechat import MAX_BODY, SUCCESS, WeChat
from bot.inbox import APOLOGY, Unstorable
from bot.metrics import exposition
from dialogs.records import Message, Reply

if TYPE_CHECKING:
    from bot.desk.watching import Patrol
    from bot.lazy import Lazy
    from bot.reminders.attending import Attendant
    from bot.telegram.door import Door
    from bot.wechat.page import SubscribePage
    from bot.wechat.reports import Reports

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Route = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]
Answer = tuple[int, bytes, Header]
"""状态、正文、正文的类型。"""

_LOG = logging.getLogger(__name__)

STOP_BOUND = 5.0
"""关停时等手上的回合收尾最多这么多秒。"""
DRAIN = 16 * 1024 * 1024


class Turns(Protocol):
    """交来一条消息，等它的回合落了库，拿回答复；bot.inbox.Inbox 就是。

    `answer` 在平台断开（微信 5 秒）之前总有结果，所以这里不另设时限，也绝不抢在它前面回 `success`：那样平台不再重投，
    答复就丢了。对方先断开的，重投会等到同一个回合或取到落了库的那条答复。
    """

    async def start(self) -> None: ...

    async def stop(self, bound_seconds: float) -> None: ...

    async def answer(self, message: Message) -> Reply | None: ...

    def ready(self) -> bool: ...


@dataclass(slots=True)
class Counts:
    """从启动起的计数，`/metrics` 按名字列出。"""

    messages: int = 0
    replies: int = 0
    silent: int = 0
    ignored: int = 0
    reports: int = 0
    refused: int = 0
    unreadable: int = 0
    errors: int = 0
    seconds: float = 0.0


class App:
    """ASGI 应用：启动时打开 inbox（打不开就带着说明启动失败），关停有时限；对方看不到任何内部出错信息。"""

    def __init__(
        self,
        inbox: Turns,
        *,
        wechat: WeChat | None = None,
        telegram: "Door | None" = None,
        site: "Lazy | None" = None,
        reports: "Reports | None" = None,
        page: "SubscribePage | None" = None,
        desk: "Lazy | None" = None,
        counts: Counts | None = None,
    ) -> None:
        self._inbox = inbox
        self._wechat = wechat
        self._telegram = telegram
        self._site = site
        self._reports = reports
        self._page = page
        self._desk = desk
        self.attendant: Attendant | None = None
        self.watches: tuple[Patrol, ...] = ()
        self.counts = counts or Counts()
        self._routes: dict[str, tuple[Route, tuple[str, ...]]] = {
            "/": (self._home, ("GET", "HEAD")),
            "/healthz": (self._healthz, ("GET", "HEAD")),
            "/readyz": (self._readyz, ("GET", "HEAD")),
            "/metrics": (self._metrics, ("GET", "HEAD")),
        }
        if wechat is not None:
            self._routes["/wechat"] = (self._push, ("GET", "POST"))
        if page is not None:
            self._routes.update(dict.fromkeys(page.paths, (page, ("GET", "HEAD"))))
        if telegram is not None:
            self._routes["/telegram"] = (self._update, ("POST",))
        if site is not None:
            self._routes["/"] = (site, ("GET", "HEAD"))

    @property
    def takes_pushes(self) -> bool:
        """收微信的推送。"""
        return self._wechat is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次 ASGI 调用；不认识的路径 404，方法不对 405，没料到的错误 500。"""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        route, methods = self._routes.get(scope["path"], (None, ()))
        if route is None and self._site is not None and scope["path"].startswith(("/web/", "/paper/", "/calendar/")):
            route, methods = self._site, (scope["method"],)
        if route is None and self._desk is not None and f"{scope['path']}/".startswith("/desk/"):
            route, methods = self._desk, (scope["method"],)
        if route is None:
            await _respond(send, 404, b"not found\n")
        elif scope["method"] not in methods:
            await _respond(send, 405, b"method not allowed\n", headers=((b"allow", ", ".join(methods).encode()),))
        else:
            try:
                await route(scope, receive, send)
            except Exception:
                self.counts.errors += 1
                _LOG.exception("处理 %s 时出错", scope["path"])
                await _respond(send, 500, b"error\n")

    async def _push(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive, MAX_BODY)
        if body is not None:
            await _respond(send, *await self.pushed(scope["method"], scope["query_string"], body))

    async def pushed(self, method: str, query: bytes, body: bytes) -> Answer:
        """微信推来的一次请求：签名不对 403，读不懂或不必回答 `success`，其余等回合落库后被动回复。"""
        assert self._wechat is not None
        counts = self.counts
        try:
            arrival = self._wechat.parse(Inbound(method, parse_query(query), body))
        except Forbidden:
            counts.refused += 1
            return 403, b"forbidden\n", TEXT
        except Unreadable as error:
            counts.unreadable += 1
            _LOG.warning("微信推来的正文读不懂：%s", error)
            return 200, SUCCESS, TEXT
        if isinstance(arrival, Report):
            return await self._reported(arrival)
        if arrival is None:
            counts.ignored += 1
            return 200, SUCCESS, TEXT
        if isinstance(arrival, Challenge):
            return 200, arrival.echo.encode(errors="replace"), TEXT
        counts.messages += 1
        began = perf_counter()
        try:
            reply = await self._inbox.answer(arrival.message)
        except Unstorable as error:
            counts.unreadable += 1
            _LOG.warning("微信推来的消息存不下：%s", error)
            return 200, SUCCESS, TEXT
        except Exception:
            counts.errors += 1
            _LOG.exception("一个回合出错")
            reply = APOLOGY
        counts.seconds += perf_counter() - began
        answer = self._wechat.respond(arrival, reply)
        if answer is SUCCESS:
            counts.silent += 1
            return 200, SUCCESS, TEXT
        counts.replies += 1
        return 200, answer, XML

    async def _reported(self, report: Report) -> Answer:
        """平台报的一件事：写下了才说收到，写不下就不应声，让它再推。"""
        self.counts.reports += 1
        if self._reports is not None:
            try:
                await self._reports.add(report)
            except Exception:
                self.counts.errors += 1
                _LOG.exception("平台报来的写不下")
                return 503, b"error\n", TEXT
        return 200, SUCCESS, TEXT

    async def _update(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Telegram 推来的一次请求；有正文就是随回答交回的一次调用。"""
        assert self._telegram is not None
        body = await _body(receive, MAX_BODY)
        if body is not None:
            status, answer = await self._telegram.push(Inbound("POST", {}, body, scope["headers"]), self.counts)
            await _respond(send, status, answer, JSON)

    async def _home(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = "开着" if self._wechat is not None else "没有配置"
        page = (
            '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>创B争A 向导</title>'
            f"<h1>创B争A 向导</h1><p>服务在运行。微信（/wechat）：{door}。</p></html>"
        )
        await _respond(send, 200, page.encode(), HTML)

    async def _healthz(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _respond(send, 200, b"ok\n")

    async def _readyz(self, scope: Scope, receive: Receive, send: Send) -> None:
        ready = self._inbox.ready()
        await _respond(send, 200 if ready else 503, b"ready\n" if ready else b"not ready\n")

    async def _metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _respond(send, 200, exposition(self.counts, self._inbox.ready()).encode())

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._inbox.start()
            if self._telegram is not None:
                await self._telegram.start(self.counts)
        except Exception as error:
            _LOG.error("启动不了：%s", error)
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        if self.attendant is not None:
            await self.attendant.start()
        for watch in self.watches:
            watch.start()
        await receive()
        for watch in self.watches:
            await watch.stop()
        if self.attendant is not None:
            await self.attendant.stop()
        if self._telegram is not None:
            await self._telegram.stop()
        if self._page is not None:
            await self._page.close()
        try:
            async with asyncio.timeout(STOP_BOUND + 1):
                await self._inbox.stop(STOP_BOUND)
        except Exception as error:
            _LOG.error("没能正常收尾：%s", error or type(error).__name__)
        await send({"type": "lifespan.shutdown.complete"})


def parse_query(raw: bytes) -> dict[str, str]:
    """查询串 → 名字与值，已解码；同名的取第一个。"""
    query: dict[str, str] = {}
    for part in raw.decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        query.setdefault(name, unquote_plus(value) if "%" in value or "+" in value else value)
    return query


async def _body(receive: Receive, most: int) -> bytes | None:
    """请求正文，最多留 `most` + 1 字节（多出来的那个字节说明超了）；对方中途断开是 None。

    超出的部分读完就丢，最多丢 DRAIN 字节：没读完就回答，套接字会被复位，对方收不到回答又要重投。
    """
    event = await receive()
    body: bytes = event.get("body", b"")
    size = len(body)
    while event.get("more_body", False) and size <= DRAIN:
        event = await receive()
        piece = event.get("body", b"")
        size += len(piece)
        if len(body) <= most:
            body += piece
    return None if event["type"] == "http.disconnect" else body[: most + 1]


TEXT = (b"content-type", b"text/plain; charset=utf-8")
HTML = (b"content-type", b"text/html; charset=utf-8")
JSON = (b"content-type", b"application/json")
XML = (b"content-type", b"application/xml; charset=utf-8")


async def _respond(
    send: Send,
    status: int,
    body: bytes,
    content_type: Header = TEXT,
    headers: tuple[Header, ...] = (),
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [content_type, length, *headers]})
    await send({"type": "http.response.body", "body": body})
