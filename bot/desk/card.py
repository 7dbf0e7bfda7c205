"""一个案子的企业卡片：说过的厂、绑定的企业和申报、订的提醒、答过的、正问着的。"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from bot.page import decode_session
from bot.roster.days import extra_days
from bot.roster.linking import own
from bot.store.schema import sessions, subscriptions
from bot.windows import all_windows
from dialogs.card import Talk, talks
from dialogs.flows.progress import STATUSES
from dialogs.records import Facts, Known, Session
from knowledge.rules import Rules
from knowledge.workdays import Workdays

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Factory:
    """说过的一个厂；`branches` 是（分支的名称，能评的等级）。"""

    name: str
    code: str
    district: str
    branches: tuple[tuple[str, str], ...]
    grade: str
    wish: str
    linked: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """绑定的一家企业；`declared` 是（年份，到了哪一步，哪天）。"""

    name: str
    code: str
    contact: str
    phone: str
    declared: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """卡片；`session` 是此刻的会话。"""

    session: Session
    factories: tuple[Factory, ...] = ()
    firms: tuple[Firm, ...] = ()
    reminders: tuple[str, ...] = ()
    talks: tuple[Talk, ...] = field(default=())

    @property
    def phones(self) -> tuple[str, ...]:
        """打得到的电话。"""
        return tuple(f"{each.name} {each.contact} {each.phone}".strip() for each in self.firms if each.phone)


def card(connection: Connection, user: str, now: datetime, rules: Rules, scope: str | None) -> Card:
    """这个用户的卡片；会话读不懂的，只有登记的；绑定的企业只给归 `scope` 管的。"""
    state = connection.execute(select(sessions.c.state).filter_by(user=user)).scalar_one_or_none()
    session, told = Session(user), tuple[Talk, ...]()
    try:
        session = decode_session(state) if state else session
        facts = Facts(
            now, all_windows(connection), session.known, session.others, Workdays(extra_days(connection)), session.muted
        )
        told = talks(session, facts, rules)
    except Exception:
        _LOG.exception("一个会话读不懂，卡片里没有答过的")
    known = [each for each in (session.known, *session.others) if each != Known()]
    return Card(
        session,
        tuple(_factory(each, rules) for each in known),
        _firms(connection, user, scope),
        _reminders(connection, user, rules),
        told,
    )


def _factory(known: Known, rules: Rules) -> Factory:
    found = rules.districts.get(known.district)
    branches = [rules.branches[id] for id in known.branches if id in rules.branches]
    named = tuple((each.name, "、".join(each.tiers)) for each in branches)
    place = found.name if found else known.district
    return Factory(known.name, known.code, place, named, known.grade, known.wish, known.linked)


def _firms(connection: Connection, user: str, scope: str | None) -> tuple[Firm, ...]:
    return tuple(
        Firm(
            each.name, each.code, each.contact, each.phone,
            tuple((one.year, STATUSES.get(one.status, one.status), one.on_day.isoformat()) for one in declared),
        )
        for each, declared in own(connection, user)
        if scope is None or each.district == scope
    )  # fmt: skip


def _reminders(connection: Connection, user: str, rules: Rules) -> tuple[str, ...]:
    rows = connection.execute(select(subscriptions).filter_by(user=user).order_by(subscriptions.c.factory)).all()
    told = []
    for row in rows:
        district, branch = rules.districts.get(row.district), rules.branches.get(row.branch)
        parts = (row.factory, district.name if district else "", branch.name if branch else "")
        told.append("、".join(filter(None, parts)) or "全部")
    return tuple(told)
