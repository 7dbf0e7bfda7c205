"""自己的账号：换密码，看自己在哪几处登录着，让别处退出。"""

from sqlalchemy import Connection, select

from bot.desk.accounts import begin_try, change_password
from bot.desk.guard import COOKIE, cookie
from bot.desk.passwords import Busy, fault
from bot.desk.sessions import end_all, open_sitting, seats
from bot.desk.trail import Entry, write_audit
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, to
from bot.store.schema import operators


async def show(visit: Visit) -> Answer:
    """自己的账号。"""
    return await _page(visit, "")


async def password(visit: Visit) -> Answer:
    """换密码：先核对现在的；换了，登录着的各处都退出，这一处换一串新的。"""
    old, new, again = (_secret(visit, name) for name in ("old", "new", "again"))
    name, now = visit.operator.name, visit.now
    tried = await visit.world.writes(lambda connection: begin_try(connection, name, now))
    if tried.locked is not None:
        raise Refused(429, f"试错太多次，{tried.locked.astimezone(now.tzinfo):%H:%M} 以后再试。")
    try:
        right = await visit.world.passwords.right(tried.held, old)
    except Busy:
        raise Refused(503, "正在核对密码的人太多，请过一会儿再试。") from None
    if not right:
        entry = Entry(name, "换密码没有成", address=visit.address)
        await visit.world.writes(lambda connection: write_audit(connection, now, entry))
        return await _page(visit, "现在的密码不对，没有换。", 400)
    if says := "两次打的新密码不一样" if new != again else fault(new, name):
        await visit.world.writes(lambda connection: change_password(connection, name, tried.held))
        return await _page(visit, f"{says}，没有换。", 400)
    held = await visit.world.passwords.hashed(new)

    def change(connection: Connection) -> str:
        change_password(connection, name, held)
        return _only_here(connection, visit)

    response = to("/desk/account?done=password")
    response.headers.append("set-cookie", cookie(visit, COOKIE, await visit.writes(change)))
    return response


async def others(visit: Visit) -> Answer:
    """别处都退出；这一处换一串新的。"""
    response = to("/desk/account?done=others")
    token = await visit.writes(lambda connection: _only_here(connection, visit))
    response.headers.append("set-cookie", cookie(visit, COOKIE, token))
    return response


async def _page(visit: Visit, says: str, status: int = 200) -> Answer:
    name, now = visit.operator.name, visit.now

    def read(connection: Connection) -> tuple[object, ...]:
        opened = connection.execute(select(operators.c.created_at).filter_by(name=name)).scalar_one()
        return seats(connection, name, now), opened

    found, opened = await visit.reads(read)
    done = {"password": "密码换好了，别处都退出了。", "others": "别处都退出了。"}.get(visit.query("done"), "")
    given = {"seats": found, "opened": opened, "says": says, "done": "" if says else done}
    return Shown("account.html", given, status)


def _only_here(connection: Connection, visit: Visit) -> str:
    end_all(connection, visit.operator.name)
    return open_sitting(connection, visit.operator, visit.now)


def _secret(visit: Visit, name: str) -> str:
    value = visit.form.get(name)
    return value if isinstance(value, str) else ""


ROUTES = (
    Page("/desk/account", show, nav="账号"),
    Page("/desk/account/password", password, changes=True, action="换密码"),
    Page("/desk/account/others", others, changes=True, action="别处退出"),
)
