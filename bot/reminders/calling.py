"""该打电话的：窗口快截止、还没有申报，又没有别的办法告诉到的企业。"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.reminders.campaigns import Outlook
from bot.reminders.people import DONE, Firm, firm, pages
from bot.reminders.planner import declared_in
from bot.roster.declarations import held_by
from bot.store import Store
from bot.store.schema import enterprises, links
from dialogs.records import Window
from knowledge.records import Branch

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


def call_list(store: Store, outlook: Outlook) -> Iterator[Call]:
    """开着的窗口里，名册上还没有申报、没有人能主动告诉到的企业。"""
    planner = outlook.planner
    live = [each.window for each in planner.schedules if each.window.closed is None]
    live = [window for window in live if window.start <= planner.today <= window.end]
    told = _told(store, outlook)
    with store.reading() as connection:
        linked = _linked(connection)
        declared = held_by(connection)
        rows = connection.execute(select(enterprises).order_by(enterprises.c.id)).all()
    for row in rows:
        held = firm(row, declared.get(row.id, {}))
        for window in live:
            if _outside(window, held, planner.branches) or declared_in(window, held) is not None:
                continue
            why = _why([told.get(user) for user in linked.get(row.id, ())], window)
            if why:
                district = planner.districts[row.district].name if row.district in planner.districts else row.district
                about = (row.name, row.code or "", district, row.contact, row.phone)
                yield Call(*about, window.name, str(window.end), why)


def _told(store: Store, outlook: Outlook) -> dict[str, tuple[str, dict[str, str]]]:
    """关联了企业的人：为什么告诉不到（空着是订阅了），和各窗口最近的状态。"""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for people in pages(store, outlook.planner.hours.zone):
        for person in people:
            if not person.firms:
                continue
            states: dict[str, str] = {}
            for (window, _), state in person.rows.items():
                if state in REACHED or window not in states:
                    states[window] = state
            said = any(each.status in DONE for each in person.said)
            why = "退订了" if person.opted_out else "自己说交了" if said else ""
            found[person.user] = (why, states)
    return found


def _why(people: list[tuple[str, dict[str, str]] | None], window: Window) -> str:
    """一个也告诉不到的，为什么；有一个告诉得到就是空的。"""
    reasons = []
    for each in people:
        if each is None:
            reasons.append("没有订阅")
            continue
        why, states = each
        state = states.get(window.id, "")
        if not why and state not in NOT_REACHED:
            return ""
        reasons.append(why or NOT_REACHED[state])
    return "、".join(dict.fromkeys(reasons)) or "没有关联的人"


def _outside(window: Window, held: Firm, branches: Mapping[str, Branch]) -> bool:
    industries = {branches[each].industry_id if each in branches else each for each in held.branches}
    return bool(
        (window.district and held.district and window.district != held.district)
        or (window.branch and held.branches and window.branch not in held.branches)
        or (window.industry and industries and window.industry not in industries)
    )


def _linked(connection: Connection) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in connection.execute(select(links.c.enterprise_id, links.c.user).order_by(links.c.user)):
        found.setdefault(row.enterprise_id, []).append(row.user)
    return found
