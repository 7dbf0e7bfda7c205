"""申报窗口：开着的、将开的、过了的，登记、改期、关闭，每一次改动谁几时做的；管理员管常设提醒的开关。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from bot.desk.subscribers import Standing, label, standing, subscribers
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.reminders.campaigns import ALL, HOLD, Watch, switch
from bot.reminders.standing import on
from bot.roster.words import parsed_day
from bot.store.schema import switches
from bot.windows import (
    LONGEST,
    WindowError,
    all_windows,
    changes_of,
    close_in,
    current_windows,
    move_in,
    open_in,
    overlaps,
)
from dialogs.records import Window
from knowledge.reminding import Stage, reminders_on

EACH = 50
DONE = {"opened": "登记好了。", "moved": "改期了。", "closed": "关闭了。", "switched": "改好了。"}


@dataclass(frozen=True, slots=True)
class Toggle:
    """一个常设提醒的开关：`own` 是自己的（没有是空的，跟总开关走），`on` 是算下来开没开。"""

    name: str
    label: str
    own: str
    on: bool
    by: str
    at: str


async def _list(visit: Visit) -> Answer:
    """全部看得到的窗口，和登记的表单。"""
    return await _listed(visit, {})


async def _one(visit: Visit) -> Answer:
    """一个窗口和它的每一次改动。"""
    return await _shown(visit, "")


async def _open(visit: Visit) -> Answer:
    """登记一个；值班的人只给自己的区县登记。"""
    given = {name: visit.field(name, LONGEST) for name in ("name", "start", "end", "branch", "source")}
    given["district"] = visit.field("district", LONGEST) if visit.scope is None else visit.scope
    start, end = parsed_day(given["start"]), parsed_day(given["end"])
    rules = visit.rules
    industry, branch = trade_of(visit, given["branch"])
    says = ""
    if start is None or end is None:
        says = "开始日、结束日都要写成 2026-08-01"
    elif given["branch"] and not industry:
        says = "附件3没有这个行业或分支"
    elif given["district"] and given["district"] not in rules.districts:
        says = "没有这个区县"
    if says or start is None or end is None:
        return await _listed(visit, given, says)
    draft = Window("", given["name"], start, end, given["district"], industry, given["source"], branch=branch)

    def write(connection: Connection) -> str:
        opened = open_in(connection, visit.now, draft, f"desk:{visit.operator.name}")
        visit.note(f"window:{opened}", f"{draft.name} {draft.start} 至 {draft.end} {draft.district or '全市'}")
        return opened

    try:
        opened = await visit.writes(write)
    except WindowError as error:
        return await _listed(visit, given, str(error))
    return to(f"/desk/window/{opened}?done=opened")


async def _move(visit: Visit) -> Answer:
    """改期；空着的一头不动。"""
    said = [visit.field(name, 20) for name in ("start", "end")]
    days = [parsed_day(each) for each in said]
    if any(each and day is None for each, day in zip(said, days, strict=True)):
        return await _shown(visit, "日期要写成 2026-08-01")

    def write(connection: Connection) -> str:
        held = _owned(connection, visit)
        moved = move_in(connection, visit.now, held.id, days[0], days[1], f"desk:{visit.operator.name}")
        visit.note(f"window:{held.id}", f"{held.start} 至 {held.end} → {moved.start} 至 {moved.end}")
        return held.id

    try:
        return to(f"/desk/window/{await visit.writes(write)}?done=moved")
    except WindowError as error:
        return await _shown(visit, str(error))


async def _close(visit: Visit) -> Answer:
    """提前关闭。"""

    def write(connection: Connection) -> str:
        held = _owned(connection, visit)
        close_in(connection, visit.now, held.id, f"desk:{visit.operator.name}")
        visit.note(f"window:{held.id}")
        return held.id

    try:
        return to(f"/desk/window/{await visit.writes(write)}?done=closed")
    except WindowError as error:
        return await _shown(visit, str(error))


async def _switch(visit: Visit) -> Answer:
    """打开或关上一个常设提醒。"""
    name, state = visit.field("name", 40), visit.field("state", 3)
    known = [each.id for each in _stages(visit)]
    if name not in (ALL, *known) or state not in ("on", "off"):
        raise Refused(400, "没有这个常设提醒。")

    def write(connection: Connection) -> None:
        switch(connection, name, state, visit.now, f"desk:{visit.operator.name}", known)
        visit.note(f"switch:{name}", state)

    await visit.writes(write)
    return to("/desk/windows?done=switched#switches")


def trade_of(visit: Visit, said: str) -> tuple[str, str]:
    """选的是哪个行业、哪个分支；选整个行业的没有分支，不认得的都是空的。"""
    if said in visit.rules.industries:
        return said, ""
    branch = visit.rules.branches.get(said)
    return (branch.industry_id, branch.id) if branch else ("", "")


def _owned(connection: Connection, visit: Visit) -> Window:
    """归他改的一个窗口；没有、不归他都是 404。"""
    held = next((each for each in all_windows(connection) if each.id == visit.params["window"]), None)
    if held is None or not _mine(visit, held):
        raise missing()
    return held


def _mine(visit: Visit, held: Window) -> bool:
    return visit.scope is None or held.district == visit.scope


async def _shown(visit: Visit, says: str) -> Answer:
    def read(connection: Connection) -> dict[str, Any]:
        held = next((each for each in all_windows(connection) if each.id == visit.params["window"]), None)
        if held is None or not (_mine(visit, held) or not held.district):
            raise missing()
        near = [each for each in overlaps(current_windows(connection), held.id) if _mine(visit, each)]
        given = {"held": held, "near": near, "changes": changes_of(connection, held.id)[::-1]}
        outlook = Watch(visit.world.settings.zone).look(connection, visit.now)
        schedule = outlook.schedule(held.id)
        if schedule is None or held.closed is not None:
            return given | {"standing": None}
        stages = _stages(visit)
        states = {each.id: outlook.allowed(schedule, each.id) for each in stages}
        people = subscribers(visit.store, connection, visit.rules, held)
        return given | {"standing": standing(stages, states, people, visit.scope is None)}

    given = await visit.reads(read)
    held = given["held"]
    more = {
        "scope": _scope(visit, held),
        "state": _state(held, visit.now.date()),
        "mine": _mine(visit, held),
        "done": "" if says else DONE.get(visit.query("done", 20), ""),
        "says": says,
    }
    return Shown("window_one.html", given | more, 400 if says else 200)


async def _listed(visit: Visit, form: Mapping[str, str], says: str = "") -> Answer:
    today = visit.now.date()

    def read(connection: Connection) -> tuple[tuple[Window, ...], dict[str, Any], Standing]:
        rows = {row.name: row for row in connection.execute(select(switches).where(~switches.c.name.startswith(HOLD)))}
        mine = Window("", "", today, today, visit.scope or "")
        people = subscribers(visit.store, connection, visit.rules, mine)
        told = standing(_stages(visit), on(connection, today), people, visit.scope is None)
        return all_windows(connection), rows, told

    held, rows, told = await visit.reads(read)
    seen = [each for each in held if _mine(visit, each) or not each.district]
    live = [each for each in seen if each.closed is None and each.start <= today <= each.end]
    coming = [each for each in seen if each.closed is None and each.start > today]
    past = sorted(
        (each for each in seen if each.closed is not None or each.end < today),
        key=lambda each: (each.closed or each.end, each.id),
        reverse=True,
    )
    after = visit.query("after", 40)
    since = next((at + 1 for at, each in enumerate(past) if each.id == after), 0)
    shown = past[since : since + EACH]
    given = {
        "groups": [("开着", live, "没有开着的。"), ("将开", coming, "没有将开的。"), ("过了、关了", shown, "没有。")],
        "more": shown[-1].id if len(past) > since + EACH else "",
        "scope": lambda each: _scope(visit, each),
        "state": lambda each: _state(each, today),
        "toggles": _toggles(visit, rows) if visit.scope is None else (),
        "standing": told,
        "form": {name: form.get(name, "") for name in ("name", "start", "end", "district", "branch", "source")},
        "says": says,
        "done": "" if says else DONE.get(visit.query("done", 20), ""),
    }
    return Shown("window_list.html", given, 400 if says else 200)


def _toggles(visit: Visit, rows: Mapping[str, Any]) -> list[Toggle]:
    """总开关在前，各时机在后。"""
    whole = rows[ALL].state if ALL in rows else "off"
    found = []
    for name, said in [(ALL, "总开关"), *((each.id, label(each)) for each in _stages(visit))]:
        row = rows.get(name)
        own = row.state if row else ""
        by, at = (row.by, row.at) if row else ("", "")
        found.append(Toggle(name, said, own, (own or whole) == "on", by, at))
    return found


def _stages(visit: Visit) -> tuple[Stage, ...]:
    return reminders_on(visit.now.date()).stages


def _scope(visit: Visit, held: Window) -> str:
    """哪个区县、哪些行业。"""
    rules = visit.rules
    place = visit.place(held.district) if held.district else "全市"
    branch, industry = rules.branches.get(held.branch), rules.industries.get(held.industry)
    about = branch.name if branch else held.branch or (industry.name if industry else held.industry) or "全部行业"
    return f"{place} · {about}"


def _state(held: Window, today: date) -> str:
    if held.closed is not None:
        return f"{held.closed} 关闭"
    if held.start > today:
        return f"还有 {(held.start - today).days} 天开始"
    return "过期了" if held.end < today else f"开着，还有 {(held.end - today).days} 天"


ROUTES = (
    Page("/desk/windows", _list, nav="窗口"),
    Page("/desk/window/{window}", _one),
    Page("/desk/windows/open", _open, changes=True, action="登记窗口"),
    Page("/desk/window/{window}/move", _move, changes=True, action="窗口改期"),
    Page("/desk/window/{window}/close", _close, changes=True, action="关闭窗口"),
    Page("/desk/windows/switch", _switch, role="admin", changes=True, action="常设提醒开关"),
)
