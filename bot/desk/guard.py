"""服务台的门：登录、角色、防伪造、正文的上限、审计，都在这一处，照各页登记的来。"""

import hmac
import re
import secrets
from dataclasses import replace
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app import DRAIN, Receive, Scope
from bot.desk.sessions import Sitting, sitting, touch
from bot.desk.visit import Page, Refused, Visit, World
from bot.web.limits import address_of

COOKIE = "chuangb_desk"
BEFORE = "chuangb_desk_login"
"""还没有登录时防伪造用的一串；登录的表单带着由它算出的那串。"""
LOGIN = "/desk/login"
_RANK = {"public": 0, "operator": 1, "admin": 2}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_LOCAL = re.compile(r"/desk/(?!.*(?:\.|%2e){2})[\w/?=&%.,:+\-]{0,1900}", re.IGNORECASE)
_STALE = "这一页放得太久，或不是从本站打开的，没有照办。请刷新页面再试一次。"


class Guard:
    """先看是谁，再看能不能来，再看是不是他本人点的。"""

    def __init__(self, world: World) -> None:
        self._world = world

    async def admit(self, scope: Scope, receive: Receive, page: Page, params: dict[str, str]) -> Visit | Response:
        """放进来的是一次来访；没有登录的转去登录；别的不许都是 Refused。"""
        visit = await self.known(scope, receive, page, params)
        request = visit.request
        if _RANK[page.role] > _RANK[visit.operator.role or "public"]:
            if visit.operator.name:
                raise Refused(403, "这一页只给市局的管理员。")
            return _login(visit)
        if not page.changes:
            return visit
        if not self._own(request):
            raise Refused(403, _STALE)
        form = await _form(request, page.most)
        given = request.headers.get("x-csrf") or form.get("csrf")
        if not visit.csrf or not isinstance(given, str) or not _same(given, visit.csrf):
            raise Refused(403, _STALE)
        return replace(visit, form=form)

    async def known(self, scope: Scope, receive: Receive, page: Page, params: dict[str, str]) -> Visit:
        """是谁来；还不看能不能来。"""
        request = Request(scope, receive)
        visit = Visit(self._world, request, page, address_of(scope, self._world.doors.proxies), params)
        if found := await self._found(token_of(request)):
            return replace(visit, operator=found.operator, key=found.key, csrf=found.csrf)
        before = request.cookies.get(BEFORE, "")
        return replace(visit, csrf=login_token(self._world, before)) if before else visit

    async def _found(self, token: str) -> Sitting | None:
        world = self._world
        if not token:
            return None
        now = world.clock()
        found = await world.reads(lambda connection: sitting(connection, token, now))
        if found is not None and found.stale:
            key = found.key
            await world.writes(lambda connection: touch(connection, key, now))
        return found

    def _own(self, request: Request) -> bool:
        """是从自己的页面里来的；浏览器不说的，就看带没带那串字。"""
        if site := request.headers.get("sec-fetch-site"):
            return site == "same-origin"
        if origin := request.headers.get("origin"):
            ours = {request.headers.get("host", ""), urlsplit(self._world.settings.base_url).netloc}
            return urlsplit(origin).netloc in ours - {""}
        return True


def cookie(visit: Visit, name: str, value: str, lasts: int | None = None) -> str:
    """Set-Cookie 的一行；只随自己的页面走，脚本读不到，https 下只走 https。"""
    doors, request = visit.world.doors, visit.request
    forwarded = doors.proxies > 0 and request.headers.get("x-forwarded-proto") == "https"
    secure = "; Secure" if doors.secure or forwarded or request.url.scheme == "https" else ""
    age = "" if lasts is None else f"; Max-Age={lasts}"
    return f"{name}={value}; Path=/desk/; HttpOnly; SameSite=Strict{age}{secure}"


def local(path: str) -> str:
    """只去服务台自己的网址；别的一律是收件箱。"""
    return path if _LOCAL.fullmatch(path) else "/desk/"


def came_from(request: Request) -> str:
    """从服务台的哪一页来的；不是从自己的页来，是收件箱。"""
    try:
        said = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/desk/"
    if said.netloc != request.headers.get("host", ""):
        return "/desk/"
    if said.path.startswith("/desk/after/"):
        return local(parse_qs(said.query).get("back", [""])[0])
    return local(f"{said.path}?{said.query}" if said.query else said.path)


def new_token() -> str:
    """一串新的随机的字。"""
    return secrets.token_urlsafe(32)


def token_of(request: Request) -> str:
    """Cookie 里登录的那一串。"""
    return request.cookies.get(COOKIE, "")


def login_token(world: World, before: str) -> str:
    """登录表单里的那串，由 Cookie `BEFORE` 里的算出来。"""
    return hmac.digest(world.store.derived("desk"), before.encode(errors="replace"), "sha256").hex()


def _login(visit: Visit) -> Response:
    """去登录，回来接着看；从别的网站点进来的，浏览器头一次不带 Cookie，由本站再打开一次就带了。"""
    request = visit.request
    if not visit.browsing or visit.page.changes:
        raise Refused(401, "登录过期了，请重新登录。")
    path = quote(request.url.path, safe="/") + (f"?{request.url.query}" if request.url.query else "")
    if request.headers.get("sec-fetch-site") == "cross-site":
        again = f'<meta http-equiv="refresh" content="0;url={escape(path)}"><title>正在打开</title>'
        return Response(f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">{again}', media_type="text/html")
    return RedirectResponse(f"{LOGIN}?next={quote(path, safe='')}", 303)


async def _form(request: Request, most: int) -> FormData:
    """表单；正文超过 `most` 是 413，读不懂是 400。"""
    body, size = bytearray(), 0
    async for piece in request.stream():
        size += len(piece)
        if size > DRAIN + most:
            break
        if size <= most:
            body += piece
    if size > most:
        raise Refused(413, "传上来的太大了。")
    if body and not request.headers.get("content-type", "").startswith(_FORMS):
        raise Refused(415, "只收表单。")
    sent = False

    async def receive() -> dict[str, object]:
        nonlocal sent
        event = {"type": "http.request", "body": b"" if sent else bytes(body), "more_body": False}
        sent = True
        return event

    try:
        return await Request(request.scope, receive).form(max_files=1, max_fields=2000, max_part_size=most)
    except (MultiPartException, ValueError) as error:
        raise Refused(400, "传上来的读不懂。") from error


def _same(given: str, held: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), held.encode())
