"""计划和发送要看的人：订阅、说过的、关联的企业和申报、订阅次数、送过的；一批人几条查询。"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from bot.desk.direct import CALLING, SAYING, direct
from bot.reminders.hours import stamp
from bot.roster.declarations import Declaration, held_by
from bot.store import Store
from bot.store.among import among
from bot.store.fetching import fetched
from bot.store.schema import attempts, consents, deliveries, enterprises, links, opt_outs, results, subscriptions, told
from dialogs import kept

_OUT = opt_outs.c.user_hash
PAGE = 1000
DONE = kept.DONE
"""这些就是申报过了，不再催；谈话里说“不再催”的也照它。"""
BACK = kept.BACK
"""退回来了：重新提交以前照旧提醒。"""
PREPARING = ("assess", "materials")
"""走过这些流程的，就是已经动手准备了。"""
PLANNED, SENDING = "planned", "sending"
HANDED = ("sent", "unknown")
"""这两种结局算已经推过：到没到都不再推第二条。"""
_PUSH = and_(*[~deliveries.c.occasion.startswith(f"{name}:", autoescape=True) for name in (SAYING, CALLING)])
"""值班的人说的、告诉值班的人的，不占一天一条。"""


@dataclass(frozen=True, slots=True)
class Firm:
    """关联着的一家企业和它各年的申报。"""

    id: int
    name: str
    district: str
    branches: tuple[str, ...]
    grade: str
    declared: Mapping[int, Declaration]


@dataclass(frozen=True, slots=True)
class Said:
    """用户自己说的一个厂：哪一回（窗口的编号，或那一年）、到了哪一步、说的是哪天。"""

    year: int
    status: str
    day: date
    factory: str = ""
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """给一个厂订的提醒；空着的区县、分支是不分，`since` 是同意的那天，`agreed` 是那一刻。"""

    factory: str
    district: str
    branch: str
    since: date = date.min
    agreed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """一个厂：订的提醒、关联的企业和他自己说的，合在一起看。"""

    name: str
    district: str
    branches: tuple[str, ...]
    since: date
    grade: str = ""
    declared: Mapping[int, Declaration] = field(default_factory=lambda: MappingProxyType({}))
    said: tuple[Said, ...] = ()
    agreed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """一个订阅的人。`said` 先说的在前，`began` 是最近一次动手准备，`pushed` 是最近一次推给他的那天。

    `rows` 是送达账里这个人的：（窗口，时机）→ 状态。
    """

    user: str
    places: tuple[Place, ...] = ()
    opted_out: bool = False
    said: tuple[Said, ...] = ()
    firms: tuple[Firm, ...] = ()
    began: date | None = None
    pushed: date | None = None
    consents: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    rows: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def channel(self) -> str:
        """哪个渠道的人。"""
        return self.user.partition(":")[0]

    def units(self) -> tuple[Unit, ...]:
        """他的各个厂；同一个厂订了提醒又关联了企业的，只算一个。"""
        if not self.places:
            return ()
        left = list(self.places)
        made = []
        for firm in self.firms:
            place = _of(firm, left, len(self.firms))
            if place is not None:
                left.remove(place)
            first = min(self.places, key=lambda each: each.since)
            held = place or Place("", "", "", first.since, first.agreed)
            branches = firm.branches or ((held.branch,) if held.branch else ())
            district = firm.district or held.district
            said = self._said(firm.name, held.factory)
            made.append(Unit(firm.name, district, branches, held.since, firm.grade, firm.declared, said, held.agreed))
        for place in left:
            if place.factory or not self.firms:
                branches = (place.branch,) if place.branch else ()
                said = self._said(place.factory)
                made.append(Unit(place.factory, place.district, branches, place.since, said=said, agreed=place.agreed))
        return tuple(made)

    def _said(self, *names: str) -> tuple[Said, ...]:
        """一个厂一年一句，后说的算；先前记重了的只看最后一句。"""
        alone = len(self.places) == 1 and len(self.firms) <= 1
        return tuple({each.year: each for each in self.said if alone or each.factory in names}.values())


def _of(firm: Firm, places: Sequence[Place], firms: int) -> Place | None:
    """这家企业是他订的哪个厂：名称一样的；区县和分支都一样、只有一个的；总共就一个的。"""
    named = [place for place in places if place.factory == firm.name]
    near = [
        place
        for place in places
        if place.district and place.district == firm.district and place.branch in firm.branches
    ]
    if named or len(near) == 1:
        return (named or near)[0]
    return places[0] if len(places) == 1 and firms == 1 else None


def pages(store: Store, zone: tzinfo) -> Iterator[list[Person]]:
    """全部订阅的人，按用户排，一页一页的；页与页之间不占着库。"""
    last = ""
    while True:
        query = select(subscriptions.c.user).where(subscriptions.c.user > last).group_by(subscriptions.c.user)
        with store.reading() as connection:
            users = list(connection.scalars(query.order_by(subscriptions.c.user).limit(PAGE)))
            people = load(store, connection, users, zone)
        if people:
            yield people
        if len(users) < PAGE:
            return
        last = users[-1]


def load(
    store: Store, connection: Connection, users: Sequence[str], zone: tzinfo, today: date | None = None
) -> list[Person]:
    """这些人；没有订阅的也给（`places` 是空的），次序照给的。

    给了 `today` 是发之前再看一遍：几时订的、动手没有不必看，送达账里只看正在发的和今天推过的。
    """
    users = list(users)
    if not users:
        return []
    places = _places(connection, users, zone) if today is None else _still(connection, users)
    hashes = {user: store.user_hash(user) for user in users}
    out = frozenset(connection.scalars(select(_OUT).where(among(connection, _OUT, list(hashes.values())))))
    said, left = _said(connection, users), _consents(connection, users)
    firms = _firms(connection, users)
    began = _began(connection, users, zone) if today is None else {}
    rows, pushed = _rows(connection, users, zone) if today is None else _today(connection, users, zone, today)
    nothing: dict[Any, Any] = {}
    return [
        Person(
            user,
            places.get(user, ()),
            hashes[user] in out,
            said.get(user, ()),
            firms.get(user, ()),
            began.get(user),
            pushed.get(user),
            left.get(user, nothing),
            rows.get(user, nothing),
        )
        for user in users
    ]


def _places(connection: Connection, users: list[str], zone: tzinfo) -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = {}
    query = select(subscriptions).where(among(connection, subscriptions.c.user, users))
    for row in connection.execute(query.order_by(subscriptions.c.factory)):
        agreed = datetime.fromisoformat(row.consented_at)
        agreed = agreed if agreed.tzinfo else agreed.replace(tzinfo=zone)
        place = Place(row.factory, row.district, row.branch, agreed.astimezone(zone).date(), agreed)
        found[row.user] = (*found.get(row.user, ()), place)
    return found


def _still(connection: Connection, users: list[str]) -> dict[str, tuple[Place, ...]]:
    """还订着的，不看几时订的：许多人订的是一样的。"""
    found: dict[str, tuple[Place, ...]] = {}
    row = subscriptions.c
    query = select(row.user, row.factory, row.district, row.branch).where(among(connection, row.user, users))
    for user, factory, district, branch in fetched(connection, query.order_by(row.factory), tuple[str, str, str, str]):
        alone, held = _alone(factory, district, branch), found.get(user)
        found[user] = alone if held is None else held + alone
    return found


@lru_cache(maxsize=4096)
def _alone(factory: str, district: str, branch: str) -> tuple[Place, ...]:
    return (Place(factory, district, branch),)


def _said(connection: Connection, users: list[str]) -> dict[str, tuple[Said, ...]]:
    found: dict[str, tuple[Said, ...]] = {}
    for row in connection.execute(select(told).where(among(connection, told.c.user, users)).order_by(told.c.at)):
        found[row.user] = (*found.get(row.user, ()), Said(row.year, row.status, row.on_day, row.factory, row.cycle))
    return found


def _consents(connection: Connection, users: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    query = select(consents).where(among(connection, consents.c.user, users), consents.c.left_count > 0)
    for row in connection.execute(query):
        found.setdefault(row.user, {})[row.template] = row.left_count
    return found


def _firms(connection: Connection, users: list[str]) -> dict[str, tuple[Firm, ...]]:
    query = select(links.c.user, enterprises).join(enterprises, enterprises.c.id == links.c.enterprise_id)
    rows = connection.execute(query.where(among(connection, links.c.user, users)).order_by(enterprises.c.id)).all()
    declared = held_by(connection, {row.id for row in rows}) if rows else {}
    found: dict[str, tuple[Firm, ...]] = {}
    for row in rows:
        found[row.user] = (*found.get(row.user, ()), firm(row, declared.get(row.id, {})))
    return found


def firm(row: Row[Any], declared: Mapping[int, Declaration]) -> Firm:
    """名册里的一行。"""
    return Firm(row.id, row.name, row.district, tuple(json.loads(row.branches)), row.grade, declared)


def _began(connection: Connection, users: list[str], zone: tzinfo) -> dict[str, date]:
    query = select(results.c.user, results.c.at).where(
        among(connection, results.c.user, users), results.c.flow.in_(PREPARING)
    )
    found: dict[str, date] = {}
    for row in connection.execute(query):
        found[row.user] = max(found.get(row.user, date.min), _day(row.at, zone))
    return found


def _rows(
    connection: Connection, users: list[str], zone: tzinfo
) -> tuple[dict[str, dict[tuple[str, str], str]], dict[str, date]]:
    """送达账里各人的行，和各人最近一次推送的那天。"""
    columns = (deliveries.c.user, deliveries.c.window_id, deliveries.c.occasion, deliveries.c.state)
    found: dict[str, dict[tuple[str, str], str]] = {}
    for user, window, occasion, state in connection.execute(
        select(*columns).where(among(connection, deliveries.c.user, users))
    ):
        found.setdefault(user, {})[window, occasion] = state
    query = select(deliveries.c.user, attempts.c.at).join(attempts, attempts.c.delivery_id == deliveries.c.id)
    handed = (
        query.where(among(connection, deliveries.c.user, list(found)), attempts.c.outcome.in_(HANDED), _PUSH)
        if found
        else None
    )
    pushed: dict[str, date] = {}
    for user, at in connection.execute(handed) if handed is not None else ():
        pushed[user] = max(pushed.get(user, date.min), _day(at, zone))
    return found, pushed


def _today(
    connection: Connection, users: list[str], zone: tzinfo, today: date
) -> tuple[dict[str, dict[tuple[str, str], str]], dict[str, date]]:
    """各人正在发的行，和今天推过的人。"""
    row, start = deliveries.c, stamp(datetime.combine(today, time(), zone))
    # 推过的，那一行当时就改了；还排着的没有推过，一个人一年有许多行，不都取出来
    lately = or_(row.state == SENDING, and_(row.state != PLANNED, row.updated_at >= start))
    query = select(row.id, row.user, row.window_id, row.occasion, row.state)
    held = {each.id: each for each in connection.execute(query.where(among(connection, row.user, users), lately))}
    found = {each.user: {(each.window_id, each.occasion): SENDING} for each in held.values() if each.state == SENDING}
    # 分两步，不连表：没有统计过的库会把全部的发送翻一遍
    pushes = [each.id for each in held.values() if not direct(each.occasion)]
    tried = attempts.c
    handed = select(tried.delivery_id).where(
        among(connection, tried.delivery_id, pushes), tried.outcome.in_(HANDED), tried.at >= start
    )
    ids = connection.scalars(handed) if pushes else ()
    return found, {held[id].user: today for id in ids}


def _day(text: str, zone: tzinfo) -> date:
    at = datetime.fromisoformat(text)
    return at.astimezone(zone).date() if at.tzinfo is not None else at.date()
