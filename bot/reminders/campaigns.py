"""批准过什么、打开了什么、停着什么：计划里许不许发就看这里。"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from threading import Lock
from types import MappingProxyType
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, delete, insert, select, update

import knowledge
from bot.reminders.hours import Hours, stamp
from bot.reminders.planner import Planner
from bot.reminders.schedule import RULE, Marks, Schedule, Words, plan_hash, schedules
from bot.reminders.standing import ALL as ALL
from bot.reminders.standing import is_on
from bot.roster.days import extra_days
from bot.store.schema import campaigns, meta, switches, window_changes
from bot.windows import all_windows, raise_revision
from knowledge.reminding import Reminders, reminders_on
from knowledge.workdays import Workdays

HOLD = "hold:"
"""开关表里这样开头的是停着的渠道或时机：`at` 是停到几时，`by` 是为什么。"""

TWO = "two_persons"
"""meta 里的一项：on 是广播要另一个人来批准。"""
HELD, ALERTED = "held", "alerted"
"""停着；停着，而且叫过人了。"""


class CampaignError(ValueError):
    """批准不了、找不到；消息是给人看的一句话。"""


@dataclass(frozen=True, slots=True)
class Allowed:
    """许发的：打开了的开关、批准过的日程。"""

    switches: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parts: frozenset[str] = frozenset()

    def __call__(self, schedule: Schedule, stage: str) -> bool:
        """这份日程的这个时机许不许发。"""
        return is_on(self.switches, stage) or schedule.part in self.parts


@dataclass(frozen=True, slots=True)
class Outlook:
    """此刻的全貌：计划的人、散列、许发的、停着的。"""

    planner: Planner
    reminders: Reminders
    allowed: Allowed
    holds: Mapping[str, tuple[str, str]]

    @property
    def hash(self) -> str:
        """整个计划的散列。"""
        return plan_hash([each.part for each in self.planner.schedules])

    def schedule(self, window_id: str) -> Schedule | None:
        """这个窗口的日程；过去了的没有。"""
        return next((each for each in self.planner.schedules if each.window.id == window_id), None)

    def held(self, name: str) -> tuple[str, str] | None:
        """这个渠道或时机停到几时、为什么；没有停着是 None。"""
        found = self.holds.get(HOLD + name)
        return found if found is not None and found[0] > stamp(self.planner.now) else None


class Watch:
    """看着库里的窗口、日历、开关和批准；日程没有变就不重算。"""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._key: object = None
        self._made: tuple[Schedule, ...] = ()
        self._hours: Hours | None = None
        self._said: dict[object, Words] = {}

    def look(self, connection: Connection, now: datetime, *, everything: bool = False) -> Outlook:
        """此刻的全貌；`everything` 是当作全部批准了（演习用）。"""
        today = now.astimezone(self._zone).date()
        extra = extra_days(connection)
        revision = connection.execute(select(meta.c.value).filter_by(key="revision")).scalar_one()
        reminders = reminders_on(today)
        key = (today, revision, tuple(extra.items()))
        if key != self._key or self._hours is None:
            self._hours = Hours(reminders.opens, reminders.closes, Workdays(extra), self._zone)
            windows, marks = all_windows(connection), _marks(connection, self._zone)
            self._made = schedules(windows, marks, reminders, self._hours, today)
            self._key, self._said = key, {}
        rows = connection.execute(select(switches)).all()
        on = {row.name: row.state for row in rows if not row.name.startswith(HOLD)}
        holds = {row.name: (row.at, row.by) for row in rows if row.name.startswith(HOLD)}
        allowed = Allowed(on, _parts(connection))
        rules = knowledge.on(today)
        places = (rules.branches, rules.districts)
        sendable = (lambda schedule, stage: True) if everything else allowed
        planner = Planner(self._made, *places, self._hours, now, sendable, rules.heirs, _said=self._said)
        return Outlook(planner, reminders, allowed, holds)


_kept: WeakKeyDictionary[Engine, dict[tzinfo, Watch]] = WeakKeyDictionary()
_looking = Lock()


def glance(connection: Connection, zone: tzinfo, now: datetime) -> Outlook:
    """此刻的全貌，同一个库的日程没有变就不重算；正改着窗口、日历的事务里不用它：没有写成的会留下来。"""
    with _looking:
        watch = _kept.setdefault(connection.engine, {}).setdefault(zone, Watch(zone))
        return watch.look(connection, now)


def two_persons(connection: Connection) -> bool:
    """广播要不要另一个人来批准。"""
    return connection.execute(select(meta.c.value).filter_by(key=TWO)).scalar() == "on"


def set_two_persons(connection: Connection, on: bool) -> None:
    """广播要不要另一个人来批准。"""
    connection.execute(delete(meta).filter_by(key=TWO))
    connection.execute(insert(meta).values(key=TWO, value="on" if on else "off"))


def approve(connection: Connection, outlook: Outlook, given: str, by: str) -> str:
    """批准一个计划，返回它的 id；空着就是现在的计划。

    不是现在的、也没有存着的广播，要另一个人批准而自己批自己写的：CampaignError。
    """
    now = stamp(outlook.planner.now)
    current = outlook.hash
    stored = connection.execute(select(campaigns).filter_by(hash=given, kind="broadcast")).one_or_none()
    if given and stored is not None:
        if stored.state == "dropped":
            raise CampaignError("这次广播作罢了，不能批准")
        if stored.state == "planned":
            if two_persons(connection) and json.loads(stored.schedule).get("by", "") == by:
                raise CampaignError("自己写的广播，要另一个人来批准")
            change = update(campaigns).filter_by(id=stored.id, state="planned")
            connection.execute(change.values(state="approved", approved_at=now, approved_by=by))
        return str(stored.id)
    if given and given != current:
        raise CampaignError(f"计划变了：现在的是 {current}，不是 {given}；先看 chuangb remind plan")
    if connection.execute(select(campaigns.c.id).filter_by(id=current)).first() is None:
        raise_revision(connection)
        stages = {each.id: [each.short, each.text] for each in outlook.reminders.stages}
        schedule = {each.window.id: each.part for each in outlook.planner.schedules}
        connection.execute(
            insert(campaigns).values(
                id=current, kind="standing", name="到期提醒", audience=_json({"rule": RULE}), texts=_json(stages),
                schedule=_json(schedule), hash=current, planned_at=now, approved_at=now, approved_by=by,
                state="approved",
            )
        )  # fmt: skip
    return current


def switch(connection: Connection, name: str, state: str, at: datetime, by: str, known: Sequence[str]) -> None:
    """打开或关上一个常设提醒，谈话里马上照它说；不认得的名字：CampaignError。"""
    if name not in (ALL, *known):
        raise CampaignError(f"没有这个常设提醒：{name}；有 {'、'.join((ALL, *known))}")
    _put(connection, name, state, stamp(at), by)
    raise_revision(connection)


def hold(connection: Connection, name: str, until: datetime, why: str, alert: bool) -> bool:
    """停下一个渠道或时机；真是要叫人：同一个原因只叫一次，又发得出去以后才重新算。"""
    row = connection.execute(select(switches).filter_by(name=HOLD + name)).one_or_none()
    alike = row is not None and cause_of(row.by) == cause_of(why)
    told = row is not None and alike and row.state == ALERTED
    same = row is not None and alike and row.at >= stamp(until)
    if not same or (alert and not told):
        last = max(stamp(until), row.at) if same and row is not None else stamp(until)
        _put(connection, HOLD + name, ALERTED if alert or told else HELD, last, why)
    return alert and not told


def struck(connection: Connection, name: str, why: str, now: datetime) -> bool:
    """这个时机先前为同样的原因停过一回，停满了又是它：不是一阵一阵的误报了。"""
    row = connection.execute(select(switches).filter_by(name=HOLD + name)).one_or_none()
    return row is not None and cause_of(row.by) == cause_of(why) and row.at <= stamp(now)


def release(connection: Connection, names: Sequence[str], now: datetime) -> None:
    """又发得出去了：停满了的撤下，不管是哪个进程停的；还停着的，是在路上的先后回来。"""
    keys = [HOLD + name for name in names]
    connection.execute(delete(switches).where(switches.c.name.in_(keys), switches.c.at <= stamp(now)))


def cause_of(why: str) -> str:
    """原因里不变的：一连几条、平台查日志的号每次不同。"""
    return re.sub(r"，rid [\w-]+|一连 \d+ 条", "", why)


def retry(connection: Connection, names: Sequence[str], now: datetime) -> None:
    """刚起来，停着的再试一次；还是不行又会停，同样的原因不再叫人。"""
    keys = [HOLD + name for name in names]
    connection.execute(update(switches).where(switches.c.name.in_(keys)).values(at=stamp(now)))


def _put(connection: Connection, name: str, state: str, at: str, by: str) -> None:
    values = {"state": state, "at": at, "by": by}
    if connection.execute(update(switches).filter_by(name=name).values(**values)).rowcount == 0:
        connection.execute(insert(switches).values(name=name, **values))


def _parts(connection: Connection) -> frozenset[str]:
    query = select(campaigns.c.schedule).filter_by(kind="standing", state="approved")
    return frozenset(part for text in connection.scalars(query) for part in json.loads(text).values())


def _marks(connection: Connection, zone: tzinfo) -> dict[str, Marks]:
    marks: dict[str, Marks] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    for row in connection.execute(select(window_changes).order_by(window_changes.c.id)):
        at = datetime.fromisoformat(row.at)
        day, held = at.astimezone(zone).date(), marks.get(row.window_id)
        if row.action == "opened" or held is None:
            marks[row.window_id] = Marks(day, opened_at=at)
        elif row.action == "moved":
            after = json.loads(row.after)
            key = (row.window_id, after["start"], after["end"])
            seen[key] += 1
            marks[row.window_id] = replace(held, moved=day, moved_at=at, times=seen[key])
        else:
            marks[row.window_id] = replace(held, closed_at=at)
    return marks


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
