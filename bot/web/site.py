"""网页的路由：首页、收发、补读、推送、原文和静态文件，还有凭链接取的文书。限速在最外面，太快的不进来。"""

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, Router

from bot.app import Counts, Receive, Scope, Send, Turns
from bot.channels.base import Forbidden, Inbound, Unreadable
from bot.channels.web import MAX_BODY, Web, shown
from bot.inbox import APOLOGY, Unstorable
from bot.page import decode_reply
from bot.store import Store
from bot.web.doors import Doors
from bot.web.limits import Buckets, address_of
from bot.web.pushing import Pusher
from bot.web.streams import Streams
from bot.web.visitors import Visitors
from knowledge.records import Citation
from knowledge.rules import Rules

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent

REMEMBERED = 50
"""重新打开时看得到最近这么多个回合。"""
MOST_CITES = 40
WITHHELD = frozenset({Citation("cq-2024-210", "附件4 一 专家")})
"""专家的登录网址不是给企业的，原文里也不给。"""
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PRIVATE = {"cache-control": "no-store"}


class Site:
    """浏览器看到的一切；`hang_up` 在关停前断开还开着的推送。"""

    def __init__(
        self,
        store: Store,
        inbox: Turns,
        rules_on: Callable[[date], Rules],
        clock: Callable[[], datetime],
        doors: Doors,
        counts: Counts,
        papers: Sequence[Route],
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._rules_on = rules_on
        self._clock = clock
        self._doors = doors
        self._counts = counts
        self._visitors = Visitors(doors.key, embedded=bool(doors.embed_origins))
        self._channel = Web(self._visitors.named, clock)
        self._streams = Streams()
        self._pusher = Pusher(store, self._streams)
        self._users = Buckets(doors.per_user)
        self._addresses = Buckets(doors.per_address)
        self._headers = _security(doors.embed_origins)
        paths = [path for path in (_HERE / "static").iterdir() if path.suffix in _KINDS]
        self._files = {path.name: path.read_bytes() for path in paths}
        env = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
        self._page = env.get_template("page.html")
        self._versions = {name: sha256(body).hexdigest()[:12] for name, body in self._files.items()}
        self._router = Router(
            [
                Route("/", self._home),
                Route("/web/send", self._send, methods=["POST"]),
                Route("/web/turns", self._turns),
                Route("/web/events", self._events),
                Route("/web/clauses", self._clauses),
                Route("/web/{name}", self._file),
                *papers,
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次 ASGI 调用；太快的 429，其余带上安全的响应头。"""

        async def guarded(event: Any) -> None:
            if event["type"] == "http.response.start":
                own = {name for name, _ in event["headers"]}
                event["headers"] = [*event["headers"], *(each for each in self._headers if each[0] not in own)]
            await send(event)

        wait = self._wait(scope)
        if wait:
            await _too_fast(wait, scope["path"])(scope, receive, guarded)
            return
        try:
            await self._router(scope, receive, guarded)
        except HTTPException as error:
            await Response(f"{error.detail}\n", error.status_code, error.headers)(scope, receive, guarded)

    def hang_up(self) -> None:
        """断开还开着的推送，免得关停等它们。"""
        self._streams.hang_up()

    def _wait(self, scope: Scope) -> float:
        """还要等几秒才轮到它；静态文件不限。"""
        path: str = scope["path"]
        if path.endswith(tuple(_KINDS)):
            return 0.0
        now = monotonic()
        wait = self._addresses.take(address_of(scope, self._doors.proxies), now)
        if wait or path != "/web/send":
            return wait
        user = self._visitors.named(scope["headers"])
        return self._users.take(user, now) if user else 0.0

    async def _home(self, request: Request) -> Response:
        """页面，连同最近的谈话；没有来过的人得到一个新的 Cookie。"""
        headers = request.scope["headers"]
        user = self._visitors.named(headers)
        try:
            turns = await self._recent(user) if user else []
        except Exception:
            self._counts.errors += 1
            _LOG.exception("读不出谈话")
            return Response("暂时打不开，请过一会儿刷新。\n", 503, _PRIVATE | {"retry-after": "5"}, "text/plain")
        given = {"turns": turns, "today": self._clock().date().isoformat()}
        page = self._page.render(given=given, versions=self._versions)
        response = Response(page, media_type="text/html", headers=_PRIVATE)
        forwarded = self._doors.proxies > 0 and request.headers.get("x-forwarded-proto") == "https"
        secure = self._doors.secure or forwarded or request.url.scheme == "https"
        response.headers["set-cookie"] = self._visitors.cookie(user or self._visitors.new(), secure=secure)
        return response

    async def _send(self, request: Request) -> Response:
        """收一条消息，等它的回合落了库，交回这个回合；同一个人开着的别的页面也收到。"""
        body = bytearray()
        async for piece in request.stream():
            if len(body) <= MAX_BODY:
                body += piece
        try:
            arrival = self._channel.parse(Inbound("POST", {}, bytes(body), request.scope["headers"]))
        except Forbidden:
            self._counts.refused += 1
            return _line(403, "浏览器没有收下 Cookie，谈话接不上。请允许本站的 Cookie，刷新后再试。")
        except Unreadable as error:
            self._counts.unreadable += 1
            _LOG.warning("网页发来的读不懂：%s", error)
            return _line(413 if "太长" in str(error) else 400, "这句话太长或读不懂，请改短一点再发。")
        self._counts.messages += 1
        began = perf_counter()
        try:
            reply = await self._inbox.answer(arrival.message)
        except Unstorable as error:
            self._counts.unreadable += 1
            _LOG.warning("网页发来的消息存不下：%s", error)
            return _line(400, "这句话里有存不下的字符，请改一改再发。")
        except Exception:
            self._counts.errors += 1
            _LOG.exception("一个回合出错")
            reply = APOLOGY
        self._counts.seconds += perf_counter() - began
        if reply is None:
            self._counts.silent += 1
        else:
            self._counts.replies += 1
        turn = self._channel.respond(arrival, reply)
        self._streams.send(arrival.message.user, turn)
        return Response(turn, media_type="application/json", headers=_PRIVATE)

    async def _turns(self, request: Request) -> Response:
        """最近的谈话，断线回来补读。"""
        return _json({"turns": await self._recent(self._known(request))})

    async def _events(self, request: Request) -> Response:
        """推送。"""
        user = self._known(request)
        if not self._streams.room(user):
            raise HTTPException(429, "开的页面太多", headers={"retry-after": "30"})
        headers = _PRIVATE | {"x-accel-buffering": "no"}
        return StreamingResponse(self._listened(user), media_type="text/event-stream", headers=headers)

    async def _listened(self, user: str) -> AsyncIterator[bytes]:
        async for piece in self._streams.listen(user):
            self._pusher.wake()
            yield piece

    async def _clauses(self, request: Request) -> Response:
        """答复所引条款的文字，标明是原文还是转述；文件今天不再施行，或不对企业公开的，不给。"""
        rules = self._rules_on(self._clock().date())
        found = []
        for given in request.query_params.getlist("cite")[:MOST_CITES]:
            cite = Citation(*given.partition(":")[::2])
            try:
                clause = rules.clause(cite)
            except KeyError:
                continue
            if cite in WITHHELD or clause.cite in WITHHELD:
                continue
            link = rules.sources[clause.cite.source].link
            found.append(
                {
                    "basis": rules.basis((cite,)),
                    "kind": "原文" if clause.quoted else "转述",
                    "text": clause.text,
                    "link": link if link.startswith(("https://", "http://")) else "",
                }
            )
        return _json({"clauses": found})

    async def _file(self, request: Request) -> Response:
        """静态文件；网址里带着内容的散列，可以一直存着。"""
        name = request.path_params["name"]
        body = self._files.get(name)
        if body is None:
            raise HTTPException(404, "not found")
        return Response(
            body,
            media_type=_KINDS[Path(name).suffix],
            headers={"cache-control": "public, max-age=31536000, immutable", "etag": f'"{self._versions[name]}"'},
        )

    def _known(self, request: Request) -> str:
        user = self._visitors.named(request.scope["headers"])
        if not user:
            raise HTTPException(403, "没有 Cookie")
        return user

    async def _recent(self, user: str) -> list[dict[str, Any]]:
        past = await asyncio.to_thread(self._store.recent, user, REMEMBERED)
        return [
            shown(each.message_id, each.at, each.kind, each.said, decode_reply(each.reply) if each.reply else None)
            for each in past
        ]


def _security(embed_origins: tuple[str, ...]) -> list[tuple[bytes, bytes]]:
    """只用自己的脚本和样式，不许写在页面里的；许嵌的网站照设置。"""
    frames = " ".join(("'self'", *embed_origins)) if embed_origins else "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
    )
    named = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }
    return [(name.encode(), value.encode()) for name, value in named.items()]


def _too_fast(wait: float, path: str) -> Response:
    seconds = math.ceil(wait)
    said = f"消息来得太快，请等 {seconds} 秒。"
    response = Response(f"{said}\n", 429, media_type="text/plain") if path == "/" else _line(429, said)
    response.headers["retry-after"] = str(seconds)
    return response


def _line(status: int, error: str) -> Response:
    return _json({"error": error}, status)


def _json(given: dict[str, Any], status: int = 200) -> Response:
    body = json.dumps(given, ensure_ascii=False).encode(errors="replace")
    return Response(body, status, media_type="application/json", headers=_PRIVATE)
