"""该打电话的：窗口快截止、还没有申报，又没有别的办法告诉到的企业。"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.reminders.campaigns import Outlook
from bot.reminders.people import PAGE, Firm, Person, Said, firm, load
from bot.reminders.planner import NO_TIME, Planner, declared_in, sent_back, told_done
from bot.roster.declarations import held_by
from bot.store import Store
from bot.store.schema import enterprises, links
from dialogs.records import Window

COLUMNS = ("企业", "统一社会信用代码", "区县", "联系人", "电话", "窗口", "截止", "为什么打电话")
REACHED = ("planned", "sending", "sent", "delivered")
NOT_REACHED = {"waiting": "要等对方来说话", "failed": "送不到", "uncertain": "不知道到没到"}


@dataclass(frozen=True, slots=True)
class Call:
    """一家企业、一个窗口、为什么。"""

    name: str
    code: str
    district: str
    contact: str
    phone: str
    window: str
    end: str
    why: str

    def cells(self) -> tuple[str, ...]:
        """表格里的一行，次序照 COLUMNS。"""
        return self.name, self.code, self.district, self.contact, self.phone, self.window, self.end, self.why


@dataclass(frozen=True, slots=True)
class _Reach:
    """关联了企业的一个人：为什么谁家的都告诉不到（空着是订阅了），各窗口最近的状态，各家自己说过的。

    `late` 是截止以前来不及告诉他的窗口。
    """

    why: str
    states: Mapping[str, str]
    said: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    late: frozenset[str] = frozenset()


def plain(cells: Sequence[str]) -> list[str]:
    """表格软件会当公式算的，前面加一撇。"""
    return [f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in cells]


def call_list(store: Store, outlook: Outlook, district: str | None = None) -> Iterator[Call]:
    """开着的、截止以前提前关闭了的窗口里，名册上还没有申报、没有人能主动告诉到的企业；可以只要一个区县的。

    和演习一样，批准了、打开了就告诉得到的不在里面；还没有批准的 `unapproved` 说。
    """
    planner = replace(outlook.planner, sendable=lambda schedule, stage: True)
    live = [each.window for each in planner.schedules]
    live = [window for window in live if window.start <= planner.today <= window.end]
    with store.reading() as connection:
        query = select(enterprises).order_by(enterprises.c.id)
        if district is not None:
            query = query.where(enterprises.c.district == district)
        rows = connection.execute(query).all() if live else ()
        linked, declared = (_linked(connection), held_by(connection)) if rows else ({}, {})
    left: list[tuple[Row[Any], Window, Firm]] = []
    for row in rows:
        held = firm(row, declared.get(row.id, {}))
        open_ = (each for each in live if not planner.outside(each, held) and declared_in(each, held) is None)
        left += [(row, window, held) for window in open_]
    reached = _reached(store, planner, sorted({user for row, _, _ in left for user in linked.get(row.id, ())}))
    for row, window, held in left:
        why = _why([reached.get(user) for user in linked.get(row.id, ())], window, held)
        if why:
            name = planner.districts[row.district].name if row.district in planner.districts else row.district
            about = (row.name, row.code or "", name, row.contact, row.phone)
            end = f"{window.closed}提前关闭" if window.closed else str(window.end)
            yield Call(*about, window.name, end, why)


def unapproved(outlook: Outlook, district: str | None = None) -> str:
    """开着的窗口里，还要发的时机一个也没有批准、没有打开的，一句话说是哪几个；没有是空的。可以只看一个区县的。"""
    today, names = outlook.planner.today, []
    for each in outlook.planner.schedules:
        if district is not None and each.window.district not in ("", district):
            continue
        left = [outlook.allowed(each, due.stage.id) for due in each.dues if due.day >= today]
        if each.window.start <= today <= each.window.end and left and not any(left):
            names.append(each.window.name)
    return f"{'、'.join(names)}的提醒没有批准、也没有打开，订阅了的也收不到" if names else ""


def _reached(store: Store, planner: Planner, users: Sequence[str]) -> dict[str, _Reach]:
    """这些人里订阅过的。"""
    found: dict[str, _Reach] = {}
    for at in range(0, len(users), PAGE):
        with store.reading() as connection:
            people = load(store, connection, users[at : at + PAGE], planner.hours.zone)
        found |= {each.user: _reach(each, planner) for each in people if each.places}
    return found


def _reach(person: Person, planner: Planner) -> _Reach:
    states: dict[str, str] = {}
    for (window, _), state in person.rows.items():
        if state in REACHED or window not in states:
            states[window] = state
    settled = planner.settle(person)
    late = {each.window_id for each in settled.others if each.why == NO_TIME}
    for each in (settled.now, *settled.coming):
        if each is not None and each.at.date() > each.schedule.window.end:
            late.add(each.schedule.window.id)
    said = {unit.name: unit.said for unit in person.units() if unit.said}
    return _Reach("退订了" if person.opted_out else "", states, said, frozenset(late))


def _why(people: list[_Reach | None], window: Window, held: Firm) -> str:
    """一个也告诉不到的，为什么；有一个告诉得到就是空的。提前关闭的，只打给来不及告诉的。"""
    reasons = []
    for each in people:
        if each is None:
            reasons.append("没有订阅")
            continue
        own = each.said.get(held.name, ())
        said = told_done(window, own) is not None and not sent_back(window, own, held)
        why = each.why or ("自己说交了" if said else NO_TIME if window.id in each.late else "")
        state = each.states.get(window.id, "")
        if not why and state not in NOT_REACHED:
            return ""
        reasons.append(why or NOT_REACHED[state])
    if window.closed is not None and NO_TIME not in reasons:
        return ""
    return "、".join(dict.fromkeys(reasons)) or "没有关联的人"


def _linked(connection: Connection) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in connection.execute(select(links.c.enterprise_id, links.c.user).order_by(links.c.user)):
        found.setdefault(row.enterprise_id, []).append(row.user)
    return found
