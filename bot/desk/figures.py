"""总览的各个数：一个区县的，或全市的。只有数，没有哪一个人、哪一家；一个范围的数记一分钟。"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, case, func, select

from bot.desk.counting import LOST, MESSAGES, PEOPLE, WEEK_PEOPLE, count, midnight, monday
from bot.desk.replying import Replies, replies
from bot.store import Store
from bot.store.schema import day_counts, declarations, enterprises, profiles, results
from dialogs.assessment import BETTER
from dialogs.flows.boards import gaps, lacking
from knowledge.rules import Rules

KEEPS = timedelta(minutes=1)
PATIENCE = 0.1
"""打开一页最多等这么多秒；数不完的先给上一回的。"""
MOST = 64
DAYS, WEEKS = 30, 8
_DAY = timedelta(days=1)
_Key = tuple[str | None, int]


@dataclass(slots=True)
class OfBranch:
    """一个分支：名册上各等级几家，谈话里说过的厂想评哪一级的各几家（没说的是空着的那个）。"""

    grades: Counter[str] = field(default_factory=Counter)
    wishes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Talks:
    """一天或一周：从哪天起，多少条消息、多少人、多少条没答上。"""

    day: date
    messages: int = 0
    people: int = 0
    lost: int = 0

    @property
    def share(self) -> str:
        """没答上的占几成。"""
        return share(self.lost, self.messages)


@dataclass(frozen=True, slots=True)
class Announced:
    """一个区县公布为 B 级（引领性）及以上的：当年几家，到当年为止一共几家。"""

    district: str
    year: int
    so_far: int


@dataclass(frozen=True, slots=True)
class Figures:
    """一个范围的全部数，几时数的。"""

    at: datetime
    scope: str | None
    year: int
    branches: dict[str, OfBranch]
    roster: int
    factories: int
    assessed: int
    shorts: tuple[tuple[str, int], ...]
    days: tuple[Talks, ...]
    weeks: tuple[Talks, ...]
    replies: Replies
    announced: tuple[Announced, ...]


class Kept:
    """一个进程记着的：同一个范围一分钟以内不再数，同时来的只数一遍，数不完的在后面接着数。"""

    def __init__(self) -> None:
        self._held: dict[_Key, Figures] = {}
        self._making: dict[_Key, asyncio.Task[Figures]] = {}

    async def get(self, store: Store, rules: Rules, now: datetime, scope: str | None, year: int) -> Figures:
        """这个范围、这一年的数；没有就等到数好。"""
        return await self._fresh(store, rules, now, (scope, year))

    async def soon(self, store: Store, rules: Rules, now: datetime, scope: str | None, year: int) -> Figures | None:
        """同上，只等片刻：还没数好的，给上一回数的；一回也没有数过是 None。"""
        task = asyncio.ensure_future(self._fresh(store, rules, now, (scope, year)))
        await asyncio.wait({task}, timeout=PATIENCE)
        return task.result() if task.done() else self._held.get((scope, year))

    async def _fresh(self, store: Store, rules: Rules, now: datetime, key: _Key) -> Figures:
        found = self._held.get(key)
        if found is not None and timedelta() <= now - found.at < KEEPS:
            return found
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(store, rules, now, key))
        return await asyncio.shield(task)

    async def _make(self, store: Store, rules: Rules, now: datetime, key: _Key) -> Figures:
        try:
            found = await asyncio.to_thread(_made, store, rules, now, *key)
            self._held.pop(key, None)
            self._held[key] = found
            if len(self._held) > MOST:
                del self._held[next(iter(self._held))]
            return found
        finally:
            del self._making[key]


class _Verdict(msgspec.Struct):
    """一次自评存下的结果里要用的两项。"""

    short: tuple[str, ...] = ()
    factory: tuple[str, ...] = ()


def share(part: int, whole: int) -> str:
    """占百分之几；没有就是空的。"""
    return f"{100 * part / whole:.0f}%" if whole else ""


def figures(connection: Connection, rules: Rules, now: datetime, scope: str | None, year: int) -> Figures:
    """全部数一遍。"""
    branches, roster, factories = _branches(connection, scope)
    assessed, shorts = _shorts(connection, rules, scope)
    days, weeks = _talks(connection, now, scope)
    answered = replies(connection, now, scope)
    announced = _announced(connection, scope, year)
    return Figures(now, scope, year, branches, roster, factories, assessed, shorts, days, weeks, answered, announced)


def _made(store: Store, rules: Rules, now: datetime, scope: str | None, year: int) -> Figures:
    with store.reading() as connection:
        return figures(connection, rules, now, scope, year)


def _branches(connection: Connection, scope: str | None) -> tuple[dict[str, OfBranch], int, int]:
    """各分支，名册上一共几家，说过的厂一共几家；有几个分支的，各分支都算。"""
    found: dict[str, OfBranch] = {}
    roster = factories = 0
    held = enterprises.c
    query = select(held.branches, held.grade, func.count()).group_by(held.branches, held.grade)
    for listed, grade, number in connection.execute(_scoped(query, held.district, scope)):
        roster += number
        for id in json.loads(listed) or ("",):
            found.setdefault(id, OfBranch()).grades[grade] += number
    said = profiles.c
    own = said.user + "#" + sa.cast(said.position, sa.Text)
    key = case((said.code != "", said.code), (said.name != "", said.name), else_=own)
    told = select(said.branches, said.wish, func.count(sa.distinct(key))).group_by(said.branches, said.wish)
    for listed, wish, number in connection.execute(_scoped(told, said.district, scope)):
        factories += number
        for id in json.loads(listed) or ("",):
            found.setdefault(id, OfBranch()).wishes[wish] += number
    return found, roster, factories


def _shorts(connection: Connection, rules: Rules, scope: str | None) -> tuple[int, tuple[tuple[str, int], ...]]:
    """自评过的几家厂，各项短板有几家说没做到，多的在前；一家自评几次的看最近一次。"""
    held, said = results.c, profiles.c
    query = select(held.user, held.at, held.verdict, sa.literal("")).where(held.flow == "assess")
    if scope is not None:
        first = profiles.alias()
        joined = results.outerjoin(first, (first.c.user == held.user) & (first.c.position == 0))
        here = select(said.user).where(said.district == scope)
        query = select(held.user, held.at, held.verdict, func.coalesce(first.c.district, "")).select_from(joined)
        query = query.where(held.flow == "assess", held.user.in_(here))
    decode = msgspec.json.Decoder(_Verdict).decode
    last: dict[str, tuple[str, tuple[str, ...]]] = {}
    for user, at, verdict, place in connection.execute(query):
        seen = decode(verdict)
        name, code, district = (*seen.factory, "", "", "")[:3]
        key = code or name or user
        if (scope is None or (district or place) == scope) and (key not in last or last[key][0] <= at):
            last[key] = at, seen.short
    titles: dict[str, str] = {}
    total: Counter[str] = Counter()
    for _, short in last.values():
        total.update({titles.get(id) or titles.setdefault(id, _title(rules, id)) for id in short})
    return len(last), tuple(sorted(total.items(), key=lambda each: (-each[1], each[0])))


def _title(rules: Rules, id: str) -> str:
    """短板的 id 或维度写成名称。"""
    found = gaps(rules, ((id, "unmet"),)) or lacking(rules, (id,))
    return found[0].title


def _talks(connection: Connection, now: datetime, scope: str | None) -> tuple[tuple[Talks, ...], tuple[Talks, ...]]:
    """最近的各天和各周，早的在前，今天和这一周的现数。"""
    today = now.date()
    days = {day: Talks(day) for day in (today - n * _DAY for n in range(DAYS - 1, -1, -1))}
    this = monday(today)
    weeks = {day: Talks(day) for day in (this - 7 * n * _DAY for n in range(WEEKS - 1, -1, -1))}
    held = day_counts.c
    query = select(held.day, held.name, func.sum(held.count)).where(held.day >= min(*days, *weeks))
    query = _scoped(query, held.district, scope).group_by(held.day, held.name)
    for day, name, number in connection.execute(query):
        if name == WEEK_PEOPLE and day in weeks:
            weeks[day].people = int(number)
        for talks in (days.get(day), weeks.get(monday(day))):
            _add(talks, name, int(number), whole=talks is days.get(day))
    now_on = count(connection, midnight(today, now.tzinfo), now + _DAY, scope)
    for talks in (days[today], weeks[this]):
        talks.messages += now_on.messages.total()
        talks.lost += now_on.lost.total()
    days[today].people = len(set().union(*now_on.people.values()))
    week = count(connection, midnight(this, now.tzinfo), now + _DAY, scope) if today != this else now_on
    weeks[this].people = len(set().union(*week.people.values()))
    return tuple(days.values()), tuple(weeks.values())


def _add(talks: Talks | None, name: str, number: int, whole: bool) -> None:
    if talks is not None and name == MESSAGES:
        talks.messages += number
    elif talks is not None and name == LOST:
        talks.lost += number
    elif talks is not None and name == PEOPLE and whole:
        talks.people += number


def _announced(connection: Connection, scope: str | None, year: int) -> tuple[Announced, ...]:
    """各区县，公布了的才有；多的在前。"""
    held = declarations.c
    number = func.count(sa.distinct(held.enterprise_id))
    now = func.count(sa.distinct(case((held.year == year, held.enterprise_id))))
    joined = declarations.join(enterprises, enterprises.c.id == held.enterprise_id)
    query = select(enterprises.c.district, now, number).select_from(joined)
    query = query.where(held.status == "announced", held.grade_announced.in_(sorted(BETTER)), held.year <= year)
    rows = connection.execute(_scoped(query, enterprises.c.district, scope).group_by(enterprises.c.district))
    return tuple(sorted((Announced(*row) for row in rows), key=lambda each: (-each.year, -each.so_far, each.district)))


def _scoped(query: Any, column: Any, scope: str | None) -> Any:
    """只看这个区县的；None 是全市。"""
    return query if scope is None else query.where(column == scope)
