"""服务台的入口：照各区域登记的页分派，渲染模板，记审计，加上安全的响应头。"""

import asyncio
import logging
import math
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import compile_path

from bot.app import Receive, Scope, Send
from bot.desk.guard import Guard, came_from
from bot.desk.kept import LARGEST, keep
from bot.desk.navigation import navigation
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, World, to
from bot.web.limits import Buckets, address_of

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent
AREAS = (
    "inbox",
    "conversation",
    "lookup",
    "helping",
    "canned",
    "learning",
    "lesson_page",
    "correcting",
    "windows_page",
    "roster",
    "declared",
    "broadcasts",
    "overview",
    "spotcheck",
    "duty_page",
    "account",
    "staffing",
    "audit",
    "kept",
    "login",
)
"""各区域的模块，每个有一张 `ROUTES`；导航怎么归组在 navigation.py。"""
HOME = "/desk/"
STATIC = "/desk/static/"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
PER_ADDRESS = 20.0
"""一个地址每秒最多几次；值班的人常在同一个出口后面，所以比网页的宽。"""


def pages() -> tuple[Page, ...]:
    """全部登记的页；写死的网址在带编号的前面。"""
    found = [page for area in AREAS if _there(area) for page in import_module(f"bot.desk.{area}").ROUTES]
    return tuple(sorted(found, key=lambda page: "{" in page.path))


class Desk:
    """ASGI 应用，管 `/desk/` 下的一切。"""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pages = pages()
        self._guard = Guard(world)
        self._paths = [(compile_path(page.path)[0], page) for page in self.pages]
        self._addresses = Buckets(max(PER_ADDRESS, world.doors.per_address) if world.doors.per_address else 0.0)
        files = [path for path in (_HERE / "static").iterdir() if path.suffix in _KINDS]
        self._files = {path.name: path.read_bytes() for path in files}
        self._versions = {name: sha256(body).hexdigest()[:12] for name, body in self._files.items()}
        env = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        env.filters["when"] = self._when
        env.globals["versions"] = self._versions
        self._env = env

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次 ASGI 调用。"""

        async def guarded(event: Any) -> None:
            if event["type"] == "http.response.start":
                own = {name for name, _ in event["headers"]}
                more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                event["headers"] = [*event["headers"], *(each for each in more if each[0] not in own)]
            await send(event)

        response = self._file(scope["path"]) or await self._answered(scope, receive)
        await response(scope, receive, guarded)

    def hang_up(self) -> None:
        """关停以前：开着的推送都收。"""
        self.world.closing.set()

    async def _answered(self, scope: Scope, receive: Receive) -> Response:
        visit: Visit | None = None
        try:
            wait = self._addresses.take(address_of(scope, self.world.doors.proxies), monotonic())
            if wait:
                raise Refused(429, f"来得太快，请等 {math.ceil(wait)} 秒。")
            if scope["path"] == HOME.rstrip("/"):
                return RedirectResponse(HOME, 303)
            page, params = self._page(scope)
            admitted = await self._guard.admit(scope, receive, page, params)
            if isinstance(admitted, Response):
                return admitted
            visit = admitted
            answer = await page.endpoint(visit)
            response = answer if isinstance(answer, Response) else await self._rendered(visit, answer)
            if response.status_code < 400:
                await self._recorded(visit)
            return response if isinstance(answer, Response) else await self._turned(visit, response)
        except Refused as refused:
            return await self._refused(scope, receive, visit, refused)
        except Exception:
            self.world.counts.errors += 1
            _LOG.exception("服务台的 %s 出错", scope["path"])
            return await self._refused(scope, receive, None, Refused(500, "出了点问题，没有办成。请过一会儿再试。"))

    def _page(self, scope: Scope) -> tuple[Page, dict[str, str]]:
        """网址是哪一页；没有是 404，方法不对是 405；网址里有看不见的字符的，没有这一页。"""
        if not scope["path"].isprintable():
            raise Refused(404, "没有这一页。")
        fits = [(page, found) for path, page in self._paths if (found := path.match(scope["path"]))]
        for page, found in fits:
            if scope["method"] in page.methods:
                return page, found.groupdict()
        raise Refused(405, "不能这样打开这一页。") if fits else Refused(404, "没有这一页。")

    async def _recorded(self, visit: Visit) -> None:
        """审计还没有随改动写下的，这时写；写不下就不给看。"""
        if visit.page.action and not visit.trail.written:
            await self.world.writes(visit.record)

    async def _rendered(self, visit: Visit, answer: Shown | tuple[str, Mapping[str, Any]]) -> Response:
        shown = answer if isinstance(answer, Shown) else Shown(*answer)
        nav = navigation(self.pages, visit)
        body = await asyncio.to_thread(self._env.get_template(shown.name).render, visit=visit, nav=nav, **shown.given)
        response = Response(body.encode(errors="replace"), shown.status, media_type="text/html")
        for line in shown.cookies:
            response.headers.append("set-cookie", line)
        return response

    async def _turned(self, visit: Visit, response: Response) -> Response:
        """浏览器提交的改动，结果留着，转过去看：刷新和后退不会再提交一遍。"""
        body = bytes(response.body)
        if not visit.turning or not visit.operator.name or len(body) > LARGEST:
            return response
        turned = to(await keep(visit, body, response.status_code, came_from(visit.request)))
        for line in response.headers.getlist("set-cookie"):
            turned.headers.append("set-cookie", line)
        return turned

    async def _refused(self, scope: Scope, receive: Receive, visit: Visit | None, refused: Refused) -> Response:
        """说清楚为什么不成；页面里的脚本来取的，只给那一句话。登录着的，导航还在。"""
        request = Request(scope)
        if scope["path"] == HOME and refused.status == 404:
            return RedirectResponse("/desk/account", 303)
        shown = visit or Visit(self.world, request, _SORRY, "")
        response = Response(f"{refused.says}\n", refused.status, media_type="text/plain")
        if shown.browsing:
            known = refused.status not in (401, 429, 500)
            if visit is None and known:
                shown = await self._known(scope, receive, shown)
            given = {"says": refused.says, "status": refused.status, "back": came_from(request)}
            response = await self._rendered(shown, Shown("error.html", given, refused.status))
            response = await self._turned(shown, response) if known else response
        if refused.status in (429, 503):
            response.headers["retry-after"] = "5"
        return response

    async def _known(self, scope: Scope, receive: Receive, unknown: Visit) -> Visit:
        """没有进得来的是谁；这时库也出了错，就当不知道。"""
        try:
            return await self._guard.known(scope, receive, _SORRY, {})
        except Exception:
            _LOG.exception("服务台认不出是谁")
            return unknown

    def _file(self, path: str) -> Response | None:
        name = path.removeprefix(STATIC)
        if not path.startswith(STATIC) or name not in self._files:
            return None
        named = {"cache-control": "public, max-age=31536000, immutable", "etag": f'"{self._versions[name]}"'}
        return Response(self._files[name], media_type=_KINDS[Path(name).suffix], headers=named)

    def _when(self, at: str | datetime | None) -> str:
        """库里的时刻写成业务时区的“11-30 09:05”；不是今年的带年份。"""
        if not at:
            return ""
        now = self.world.clock()
        told = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(now.tzinfo)
        return f"{told:%m-%d %H:%M}" if told.year == now.year else f"{told:%Y-%m-%d %H:%M}"


async def _nothing(visit: Visit) -> Answer:
    raise Refused(404, "没有这一页。")


_SORRY = Page("/desk/sorry", _nothing, role="public")


def _there(area: str) -> bool:
    return (_HERE / f"{area}.py").exists()
