"""账号与时间，市局的管理员用：开账号、停用、开锁、换密码，值班时间，哪天放假、哪天上班。"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.desk.accounts import (
    ROLE_NAMES,
    ROLES,
    Operator,
    accounts,
    clean_name,
    new_password,
    open_account,
    stop_account,
    unlock_account,
)
from bot.desk.conversation import act
from bot.desk.hours import hours, read_hours, set_hours, written_hours
from bot.desk.passwords import random_password
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, to
from bot.roster.days import Day, days_since, drop_day, extra_days, put_days
from bot.roster.words import parsed_day
from bot.store.schema import cases
from knowledge.workdays import Workdays

HOME = "/desk/staff"
SPANS = 3
"""一天最多写几段值班时间。"""
LONGEST = 31
"""一次最多放进这么多天。"""
DONE = {
    "stopped": "停用了，登录着的都退出了。",
    "unlocked": "开锁了，可以再登录。",
    "hours": "值班时间改好了。",
    "days": "日历改好了。",
}


async def _staff(visit: Visit) -> Answer:
    """各账号、值班时间和日历。"""
    return await _page(visit, done=DONE.get(visit.query("done", 20), ""))


async def _open(visit: Visit) -> Answer:
    """开一个账号，密码只在这一次的页上。"""
    name, role, district = clean_name(visit.field("name")), visit.field("role"), visit.field("district")
    form = {"name": visit.field("name"), "role": role, "district": district}
    district = "" if role == "admin" else district
    if says := _fault(visit, name, role, district):
        return await _page(visit, says=f"没有开：{says}。", form=form)
    operator, password = Operator(name, role, district), random_password(name)
    held, now = await visit.world.passwords.hashed(password), visit.now

    def work(connection: Connection) -> None:
        if not open_account(connection, operator, held, now):
            raise Refused(409, "")
        visit.note(f"operator:{name}", f"{ROLE_NAMES[role]}，{visit.place(district) if district else '全市'}")

    try:
        await visit.writes(work)
    except Refused:
        says = "没有开：这个名字有人用了。停用了的要再用，在下面给他一个新密码。"
        return await _page(visit, says=says, form=form, status=409)
    return await _page(visit, given=(name, password))


async def _password(visit: Visit) -> Answer:
    """给一个账号换一个随机的密码；停用的重新可以用。"""
    name, now = clean_name(visit.field("name")), visit.now
    if name == visit.operator.name:
        return await _page(visit, says="自己的密码在“账号”页换。")
    password = random_password(name)
    held = await visit.world.passwords.hashed(password)

    def work(connection: Connection) -> None:
        if not new_password(connection, name, held, now):
            raise Refused(404, "没有这个账号。")
        visit.note(f"operator:{name}")

    await visit.writes(work)
    return await _page(visit, given=(name, password))


async def _stop(visit: Visit) -> Answer:
    """停用，登录着的立刻退出，接管着的都交还；不能停自己，也不能停最后一个管理员。"""
    name, by, now = clean_name(visit.field("name")), visit.operator.name, visit.now

    def work(connection: Connection) -> None:
        if says := stop_account(connection, name, by, now):
            raise Refused(409, f"没有停用：{says}。")
        visit.note(f"operator:{name}")

    answer = await _tried(visit, work, "stopped")
    if isinstance(answer, Shown):
        return answer
    mine = select(cases).filter_by(operator=name, state="held")
    for case in await visit.reads(lambda connection: connection.execute(mine).all()):
        await act(visit, case, "give", by=name, district=case.district)
    return answer


async def _unlock(visit: Visit) -> Answer:
    """试错太多锁着的，现在就开。"""
    name = clean_name(visit.field("name"))

    def work(connection: Connection) -> None:
        if not unlock_account(connection, name):
            raise Refused(409, "没有锁着。")
        visit.note(f"operator:{name}")

    return await _tried(visit, work, "unlocked")


async def _hours(visit: Visit) -> Answer:
    """值班时间：几段，都空着就是不设。"""
    if "start1" not in visit.form:
        raise Refused(400, "没有收到值班时间，请刷新页面再试一次。")
    given = [(visit.field(f"start{n}", 5), visit.field(f"end{n}", 5)) for n in range(1, SPANS + 1)]
    try:
        spans = read_hours(" ".join(f"{start}-{end}" for start, end in given if start or end))
    except ValueError as error:
        return await _page(visit, says=f"值班时间没有改：{error}。", spans=given)

    def work(connection: Connection) -> None:
        set_hours(connection, spans)
        visit.note("hours", written_hours(spans) or "不设")

    return await _tried(visit, work, "hours")


async def _days(visit: Visit) -> Answer:
    """放进几天：放假，或调休上班；比自带的日历算数。"""
    name, source = visit.field("title", 100), visit.field("source", 100)
    start = parsed_day(visit.field("start", 10))
    end = parsed_day(visit.field("end", 10) or visit.field("start", 10))
    working = {"off": False, "on": True}.get(visit.field("working", 5))
    if start is None or end is None or working is None or not start <= end < start + timedelta(days=LONGEST):
        return await _page(visit, says=f"日历没有改：写明哪天到哪天（最多 {LONGEST} 天），放假还是上班。")
    days = [Day(start + timedelta(days=n), working, name, source) for n in range((end - start).days + 1)]

    def work(connection: Connection) -> None:
        put_days(connection, days)
        kind = "上班" if working else "放假"
        visit.note("calendar", f"{start} 至 {end} {kind} {name}".strip() if end > start else f"{start} {kind} {name}")

    return await _tried(visit, work, "days")


async def _drop(visit: Visit) -> Answer:
    """拿掉放进来的一天。"""
    day = parsed_day(visit.field("day", 10))

    def work(connection: Connection) -> None:
        if day is None or not drop_day(connection, day):
            raise Refused(409, "没有这一天，或者已经拿掉了。")
        visit.note("calendar", f"拿掉 {day}")

    return await _tried(visit, work, "days")


async def _tried(visit: Visit, work: Callable[[Connection], None], done: str) -> Answer:
    """做成了转回来说一句，没有做成的在页上说为什么。"""
    try:
        await visit.writes(work)
    except Refused as refused:
        return await _page(visit, says=refused.says, status=refused.status)
    return to(f"{HOME}?done={done}")


async def _page(
    visit: Visit,
    *,
    says: str = "",
    done: str = "",
    form: Mapping[str, str] | None = None,
    spans: list[tuple[str, str]] | None = None,
    given: tuple[str, str] | None = None,
    status: int = 0,
) -> Answer:
    """`given` 是刚开的账号和密码。"""
    today = visit.now.date()

    def read(connection: Connection) -> dict[str, Any]:
        workdays = Workdays(extra_days(connection))
        return {
            "rows": accounts(connection),
            "spans": [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in hours(connection)],
            "days": days_since(connection, today.replace(month=1, day=1)),
            "unknown": [year for year in (today.year, today.year + 1) if not workdays.certain(date(year, 1, 1))],
        }

    held = await visit.reads(read)
    held["spans"] = ((spans or held["spans"]) + [("", "")] * SPANS)[:SPANS]
    held |= {"roles": ROLE_NAMES, "form": form or {"name": "", "role": "operator", "district": ""}}
    held |= {"says": says, "done": done, "given": given}
    return Shown("staff.html", held, status or (400 if says else 200))


def _fault(visit: Visit, name: str, role: str, district: str) -> str:
    """为什么开不了；能开是空的。"""
    if not name:
        return "名字要是 1 到 32 个汉字、字母、数字、点或横线"
    if role not in ROLES:
        return "要选值班还是管理员"
    return "值班的要选哪个区县" if role == "operator" and district not in visit.rules.districts else ""


ROUTES = (
    Page(HOME, _staff, role="admin", nav="账号与时间"),
    Page(f"{HOME}/open", _open, role="admin", changes=True, action="开账号"),
    Page(f"{HOME}/password", _password, role="admin", changes=True, action="给新密码"),
    Page(f"{HOME}/stop", _stop, role="admin", changes=True, action="停用账号"),
    Page(f"{HOME}/unlock", _unlock, role="admin", changes=True, action="账号开锁"),
    Page(f"{HOME}/hours", _hours, role="admin", changes=True, action="改值班时间"),
    Page(f"{HOME}/days", _days, role="admin", changes=True, action="改日历"),
    Page(f"{HOME}/days/drop", _drop, role="admin", changes=True, action="拿掉日历的一天"),
)
