"""登录和退出。错了不说是账号还是密码；连着错十次锁一刻钟，没有的账号也一样地锁。"""

import hmac
from datetime import datetime
from time import monotonic
from urllib.parse import quote, unquote

from sqlalchemy import Connection

from bot.desk.accounts import LOCKED, TRIES, begin_stranger, begin_try, clean_name, passed
from bot.desk.guard import BEFORE, COOKIE, cookie, local, login_token, new_token, token_of
from bot.desk.passwords import Busy
from bot.desk.sessions import end, end_token, open_sitting
from bot.desk.trail import Entry, write_audit
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, to

_SAID = "chuangb_desk_said"
"""为什么没有登录成，给下一页说一遍。"""
_WRONG = f"账号或密码不对。连着错 {TRIES} 次，要等 {LOCKED.seconds // 60} 分钟。"


async def show(visit: Visit) -> Answer:
    """登录的表单；登录着的直接进去。"""
    following = visit.query("next", 2000)
    return to(local(following)) if visit.operator.name else _form(visit, _told(visit), following)


async def enter(visit: Visit) -> Answer:
    """核对口令，登录：总是一串新的，原来的作废。"""
    said, password, following = (_text(visit, name) for name in ("name", "password", "next"))
    if visit.world.tries.take(visit.address, monotonic()):
        raise Refused(429, "试得太快，请等几秒再试。")
    name, now = clean_name(said), visit.now
    tried = await visit.world.writes(lambda connection: begin_try(connection, name, now))
    if not tried.held and tried.locked is None:
        stranger = visit.store.user_hash(f"desk:{name or said[:100]}")
        tried = await visit.world.writes(lambda connection: begin_stranger(connection, stranger, now))
    if tried.locked is not None:
        return _again(
            visit, f"试错太多次，{tried.locked.astimezone(now.tzinfo):%H:%M} 以后再试。", following, 429, name
        )
    try:
        right = await visit.world.passwords.right(tried.held, password)
    except Busy:
        raise Refused(503, "正在登录的人太多，请过一会儿再试。") from None
    token = await _entered(visit, name, tried.held, now) if right else ""
    if not token:
        # 没有的账号不记名字：有人会把密码打进账号那一栏
        entry = Entry(name if tried.held else "", "登录没有成", address=visit.address)
        await visit.world.writes(lambda connection: write_audit(connection, now, entry))
        return _again(visit, _WRONG, following, 403, name)
    response = to(local(following))
    response.headers.append("set-cookie", cookie(visit, COOKIE, token))
    response.headers.append("set-cookie", cookie(visit, BEFORE, "", 0))
    return response


async def leave(visit: Visit) -> Answer:
    """退出这一处。"""
    await visit.writes(lambda connection: end(connection, visit.key))
    response = to("/desk/login")
    response.headers.append("set-cookie", cookie(visit, COOKIE, "", 0))
    return response


async def _entered(visit: Visit, name: str, held: str, now: datetime) -> str:
    """登录了，返回给 Cookie 的那一串；核对的时候账号停用了是空的。"""
    old = token_of(visit.request)

    def work(connection: Connection) -> str:
        operator = passed(connection, name, held)
        if operator is None:
            return ""
        end_token(connection, old)
        write_audit(connection, now, Entry(operator.name, "登录", address=visit.address))
        return open_sitting(connection, operator, now)

    token = await visit.world.writes(work)
    visit.trail.written = True
    return token


def _again(visit: Visit, says: str, following: str, status: int, name: str) -> Answer:
    """没有登录成；浏览器转回登录的一页再说，刷新、后退不会再试一遍。"""
    if not visit.turning:
        return _form(visit, says, following, status, name)
    visit.trail.written = True  # 没有成的已经另记了，不是“登录”
    response = to(f"/desk/login?next={quote(local(following), safe='')}")
    response.headers.append("set-cookie", cookie(visit, _SAID, f"{quote(says)}.{_signed(visit, says)}", 60))
    return response


def _told(visit: Visit) -> str:
    """上一回为什么没有登录成；没有、不是这里写的是空的。"""
    said, _, mark = visit.request.cookies.get(_SAID, "").rpartition(".")
    says = unquote(said)
    return says if says and hmac.compare_digest(mark.encode(errors="replace"), _signed(visit, says).encode()) else ""


def _signed(visit: Visit, says: str) -> str:
    return hmac.digest(visit.store.derived("desk-said"), says.encode(errors="replace"), "sha256").hex()


def _form(visit: Visit, says: str, following: str, status: int = 200, name: str = "") -> Answer:
    before = visit.request.cookies.get(BEFORE, "")
    made = "" if before else new_token()
    token = login_token(visit.world, before or made)
    cookies: tuple[str, ...] = (cookie(visit, BEFORE, made),) if made else ()
    if _SAID in visit.request.cookies:
        cookies += (cookie(visit, _SAID, "", 0),)
    return Shown("login.html", {"says": says, "following": following, "token": token, "name": name}, status, cookies)


def _text(visit: Visit, name: str) -> str:
    value = visit.form.get(name)
    return value if isinstance(value, str) else ""


ROUTES = (
    Page("/desk/login", show, role="public"),
    Page("/desk/login", enter, role="public", changes=True, action="登录"),
    Page("/desk/logout", leave, changes=True, action="退出"),
)
