"""发之前再看一遍：还该不该发、今天推过没有、现在走哪条路、该怎么说。"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from bot.desk.direct import direct, outgoing_of
from bot.reminders.broadcast import REST, STAGE, Broadcast, broadcast
from bot.reminders.campaigns import Outlook
from bot.reminders.hours import stamp
from bot.reminders.notifier import Notifier, Outgoing, Value, Way
from bot.reminders.people import SENDING, Person, Place
from bot.reminders.schedule import Due, Schedule, Words
from bot.store.schema import deliveries
from bot.wechat.allowance import lefts

NO_WAY = "现在没有路，等对方下次来说话"
_NONE: Mapping[str, Value] = {}
REMEMBERED = 8192
"""订得一样的人怎么说，至多记这么多种。"""
GIVE_WAY = 16
"""决定这么多行就让一次：不让，收发的要等足一截（haste.TURN）才轮得到，连接空着。"""
Alike = dict[tuple[str, str, tuple[Place, ...]], tuple[str, Words | None]]
"""（窗口，时机，订的）→ 为什么不说、怎么说：没有关联企业、没有说过什么的人，只看他订的是什么。"""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """送达账的一行里决定要看的。"""

    id: int
    occasion: str
    window_id: str
    user: str
    campaign_id: str | None
    state: str
    reason: str
    text: str


LINE = tuple(deliveries.c[name] for name in Line.__struct_fields__)
"""查它的各列。"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """对一行的决定：要发的有 `send`；不发的 `values` 是该改成什么，空的是先放着。`text` 是换过的话。"""

    id: int
    send: tuple[Outgoing, Way] | None = None
    values: Mapping[str, Any] | None = None
    text: str | None = None


class Decider:
    """一批的决定；`free` 是平台认不出重复的还能当场发几条，`alike` 是日程没有变时看过的。"""

    def __init__(
        self,
        connection: Connection,
        outlook: Outlook,
        notifier: Notifier | None,
        now: datetime,
        free: int,
        alike: Alike | None = None,
    ) -> None:
        self._connection = connection
        self._outlook = outlook
        self._notifier = notifier
        self._now = now
        self._free = free
        self._today = outlook.planner.today
        self._alike: Alike = {} if alike is None else alike
        self._dues: dict[tuple[str, str], tuple[Schedule | None, Due | None, bool]] = {}
        self._busy: set[str] = set()
        self._faults: dict[object, tuple[str, object]] = {}
        self._broadcasts: dict[str, tuple[Broadcast, Mapping[str, Value]] | None] = {}
        self._left: dict[str, int] = {}

    def decide(self, rows: Iterable[Line], people: Mapping[str, Person]) -> list[Verdict]:
        """逐行决定；广播的看客服消息还发得了几条。"""
        rows = list(rows)
        told = [row.user for row in rows if row.occasion.startswith(f"{STAGE}@")]
        self._left = lefts(self._connection, told, self._now) if told else {}
        verdicts = []
        for at, row in enumerate(rows):
            verdicts.append(self._decide(row, people[row.user]))
            if at % GIVE_WAY == 0:
                time.sleep(0)  # 解释器让给收发的
        return verdicts

    def again(self, row: Line, person: Person, way: str) -> tuple[Outgoing, Way | None]:
        """先前不知道到没到的一条，照原样再发一遍；不该再发的、平台认不出重复的没有路。"""
        no, outgoing = self.looked(row, person)
        outgoing = replace(outgoing, consents={}, left=0)
        if no or self._notifier is None:
            return outgoing, None
        found = self._notifier.way(outgoing)
        return outgoing, found if found.name == way and found.dedup_seconds else None

    def _decide(self, row: Line, person: Person) -> Verdict:
        if direct(row.occasion):
            return self._direct(row, person)
        no, outgoing = self._standing(row, person)
        if no:
            return Verdict(row.id, values={"state": "dropped", "reason": no})
        if person.pushed == self._today or person.user in self._busy or SENDING in person.rows.values():
            return self._tomorrow(row)
        way = self._notifier.way(outgoing) if self._notifier else Way("")
        changed = outgoing.text if outgoing.text != row.text else None
        if not way.name:
            return Verdict(row.id, values={"state": "waiting", "reason": NO_WAY}, text=changed)
        assert self._notifier is not None
        if wrong := self._fault(outgoing):
            return Verdict(row.id, values={"state": "failed", "reason": wrong})
        if not way.dedup_seconds:
            if self._free <= 0:
                return Verdict(row.id)
            self._free -= 1
        self._busy.add(person.user)
        return Verdict(row.id, (outgoing, way), text=changed)

    def _direct(self, row: Line, person: Person) -> Verdict:
        """不等的：同一个人的一条一条来，先说的先到；没有路的等他下次来说话。"""
        if person.user in self._busy or SENDING in person.rows.values():
            return Verdict(row.id)
        outgoing = outgoing_of(self._connection, row, self._now)
        way = self._notifier.way(outgoing) if self._notifier else Way("")
        if not way.name:
            return Verdict(row.id, values={"state": "waiting", "reason": NO_WAY})
        assert self._notifier is not None
        if wrong := self._notifier.fault(outgoing):
            return Verdict(row.id, values={"state": "failed", "reason": wrong})
        self._busy.add(person.user)
        return Verdict(row.id, (outgoing, way))

    def _fault(self, outgoing: Outgoing) -> str:
        """放不放得下；同样的话只看一遍。"""
        assert self._notifier is not None
        key = (outgoing.occasion, outgoing.text, id(outgoing.values))
        if key not in self._faults:
            self._faults[key] = (self._notifier.fault(outgoing), outgoing.values)
        return self._faults[key][0]

    def _tomorrow(self, row: Line) -> Verdict:
        hours = self._outlook.planner.hours
        later = hours.next_open(hours.start(self._today + timedelta(days=1)))
        return Verdict(row.id, values={"due_at": stamp(later), "reason": "今天已经推过一条"})

    def looked(self, row: Line, person: Person) -> tuple[str, Outgoing]:
        """这一行现在该怎么说；不该再说的，为什么。"""
        if direct(row.occasion):
            return "", outgoing_of(self._connection, row, self._now)
        return self._standing(row, person)

    def _standing(self, row: Line, person: Person) -> tuple[str, Outgoing]:
        """不是马上要发的：照今天的日程和广播再看一遍。"""
        stage = row.occasion.partition("@")[0]
        if not row.window_id:
            return self._broadcast(row, person, stage)
        no, text, values = self._said(row, person, stage)
        return no, Outgoing(row.id, row.user, stage, text, values, person.consents)

    def _said(self, row: Line, person: Person, stage: str) -> tuple[str, str, Mapping[str, Value]]:
        schedule, due, sendable = self._due(row.window_id, row.occasion, stage)
        if schedule is None:
            return "窗口已经过了", row.text, _NONE
        if due is None:
            return "窗口关闭了" if schedule.window.closed else "窗口改期了", row.text, _NONE
        no, words = self._words(schedule, due, person)
        if not (no or sendable):
            no = "没有批准，常设提醒也没有打开"
        return (no, row.text, _NONE) if no or words is None else ("", words.text, words.values)

    def _due(self, window_id: str, occasion: str, stage: str) -> tuple[Schedule | None, Due | None, bool]:
        """这一行的日程、时机，许不许发。"""
        key = (window_id, occasion)
        if key not in self._dues:
            schedule = self._outlook.schedule(window_id)
            due = None if schedule is None else schedule.due(occasion)
            sendable = schedule is not None and self._outlook.planner.sendable(schedule, stage)
            self._dues[key] = (schedule, due, sendable)
        return self._dues[key]

    def _words(self, schedule: Schedule, due: Due, person: Person) -> tuple[str, Words | None]:
        """合不合这个窗口，该怎么说；订得一样的人只看一遍。"""
        apart = person.opted_out or person.said or person.firms
        key = (schedule.window.id, due.occasion, person.places)
        if not apart and (found := self._alike.get(key)) is not None:
            return found
        fit = self._outlook.planner.fit(schedule.window, person)
        words = None if fit.no else self._outlook.planner.words(schedule, due, fit.units, self._today)
        if not apart:
            if len(self._alike) >= REMEMBERED:
                self._alike.clear()
            self._alike[key] = fit.no, words
        return fit.no, words

    def _broadcast(self, row: Line, person: Person, stage: str) -> tuple[str, Outgoing]:
        id, values, left = row.campaign_id or "", _NONE, 0
        if id not in self._broadcasts:
            made = broadcast(self._connection, id)
            self._broadcasts[id] = None if made is None else (made, made.values)
        found = self._broadcasts[id]
        if found is None or found[0].state == "planned":
            no = "没有批准"
        elif stage == REST:
            no = "退订了" if person.opted_out else ""
        else:
            held, values = found
            no = held.audience.no(person, self._outlook.planner.branches, held.day.year)
            left = self._left.get(row.user, 0)
        return no, Outgoing(row.id, row.user, stage, row.text, values, person.consents, left=left)
