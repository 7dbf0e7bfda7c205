"""告诉到了没有：告诉不到的，接着告诉同区县的别人，再没有就告诉市里；值班的人看得到自己的哪一处没有告诉到、为什么。"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.desk.direct import CALLING, URGENT
from bot.desk.duty import WEBHOOK, Watchman, case_told, ways_of, write_calls
from bot.desk.watching import EVERY, MOST, Patrol
from bot.store import Store
from bot.store.among import among
from bot.store.calls import calls
from bot.store.now import database_now
from bot.store.schema import cases, deliveries

_LOG = logging.getLogger(__name__)
LATE = timedelta(seconds=30)
SOON = timedelta(seconds=20)
"""马上要发的这么久还没有发出去，或者要再等这么久才再试，就是发不出去。"""
RECENT = 7200.0
"""这么多秒里有过动静的案子才看。"""
LATEST = 30
_COLUMNS = tuple(deliveries.c[name] for name in ("id", "occasion", "user", "state", "reason", "due_at", "updated_at"))
_HUNG = "等了很久没有回音，不知道到没到"
_UNFOLLOWED = "这个号没有关注公众号，重新关注了，再取一个码绑一次"
_OUT = "微信主动告诉的条数用完了，或者离您上次对公众号说话过了 48 小时；对公众号说一句话，就又告诉得到"
_WECHAT = {
    "现在没有路": _OUT,
    "要等对方再说话": _OUT,
    "这条路现在走不通": _OUT,
    "没有关注": _UNFOLLOWED,
    "没有这个人": _UNFOLLOWED,
    "对方不愿收": "这个号不收公众号的消息",
}
"""送达账里的原因（开头几个字）→ 值班的人看的。"""


class Reached(Enum):
    """一次等，告诉到了没有。"""

    YES = "告诉到了"
    NOT_YET = "还在告诉"
    NO = "没有告诉到"


@dataclass(frozen=True, slots=True)
class Way:
    """一处告诉得怎样：最近一次没有告诉到的和为什么，后来又告诉到的；没有过是空的。"""

    lost_at: str = ""
    why: str = ""
    sent_at: str = ""
    broken: bool = False
    """没有告诉到以后，还没有再告诉到过。"""


class DutyWatch(Patrol):
    """守着等着的案子；几个进程都守着也只接着告诉一遍。`nudge` 是写下了、该去送了。"""

    failed = "告诉到了没有，没有看成"

    def __init__(self, store: Store, clock: Callable[[], datetime], every: float = EVERY) -> None:
        super().__init__(every)
        self.nudge: Callable[[], None] = lambda: None
        self._store = store
        self._clock = clock
        self._settled: dict[int, float] = {}
        self._nobody: set[int] = set()

    async def once(self) -> int:
        """看一遍，返回又告诉了几处。"""
        done = await asyncio.to_thread(self._look)
        if done:
            self.nudge()
        return done

    def _look(self) -> int:
        now, lost = self._clock(), []
        held = cases.c
        with self._store.reading() as connection:
            recent = (held.state == "waiting", held.touched > database_now(connection) - RECENT)
            query = select(held.id, held.touched, held.district).where(*recent)
            rows = connection.execute(query.order_by(held.touched.desc()).limit(MOST)).all()
            self._settled = {row.id: row.touched for row in rows if self._settled.get(row.id) == row.touched}
            self._nobody &= {row.id for row in rows}
            for row in rows:
                if row.id in self._settled:
                    continue
                told = _latest(connection, row.id)
                how = _reached(told, now)
                if how is Reached.YES:
                    self._settled[row.id] = row.touched
                elif how is Reached.NO and _others(connection, row.district, told)[0]:
                    lost.append(row.id)
                elif how is Reached.NO and row.id not in self._nobody:
                    self._nobody.add(row.id)
                    _LOG.error("案子 %d 有人等，值班的人一个也没有告诉到", row.id)
        return sum(self._pass_on(id, now) for id in lost)

    def _pass_on(self, id: int, now: datetime) -> int:
        with self._store.transaction() as connection:
            return pass_on(connection, id, now)


def pass_on(connection: Connection, id: int, now: datetime) -> int:
    """这个案子告诉过的都没有到：接着告诉下一处，返回记下几行。锁着案子做，两个进程不会都告诉。"""
    case = connection.execute(select(cases).filter_by(id=id, state="waiting").with_for_update()).first()
    told = _latest(connection, id) if case is not None else ()
    if case is None or _reached(told, now) is not Reached.NO:
        return 0
    users, missed = _others(connection, case.district, told)
    return write_calls(connection, told[0].occasion, users, case_told(case, now, missed), now)


def ways_told(connection: Connection, held: Watchman, now: datetime) -> Mapping[str, Way]:
    """这个账号的两处（bound 绑的号、webhook 网址）各告诉得怎样。"""
    users = {"bound": held.bound, WEBHOOK: f"{WEBHOOK}:{held.name}" if held.webhook else ""}
    return {name: _way(connection, user, now) if user else Way() for name, user in users.items()}


def _way(connection: Connection, user: str, now: datetime) -> Way:
    row = deliveries.c
    query = select(*_COLUMNS).where(row.user == user, row.occasion.like(f"{CALLING}:%"))
    rows: Sequence[Row[Any]] = connection.execute(query.order_by(row.id.desc()).limit(LATEST)).all()
    lost = next((each for each in rows if _one(each, now) is Reached.NO), None)
    sent = next((each for each in rows if _one(each, now) is Reached.YES), None)
    sent_at = "" if sent is None else sent.updated_at
    if lost is None:
        return Way(sent_at=sent_at)
    return Way(lost.updated_at, _plain(lost), sent_at, sent is None or sent.id < lost.id)


def _plain(row: Row[Any]) -> str:
    """没有告诉到是为什么，照值班的人听得懂的说。"""
    if row.state == "uncertain":
        return _HUNG
    if row.state == URGENT:
        return "那一边暂时收不进去，还在试"
    if row.user.startswith(f"{WEBHOOK}:"):
        return str(row.reason)
    if row.user.startswith("telegram:"):
        return "这个号收不到机器人的消息，可能是停用了机器人"
    return next((said for start, said in _WECHAT.items() if row.reason.startswith(start)), "微信没有收下，没有发成")


def _latest(connection: Connection, id: int) -> Sequence[Row[Any]]:
    """最近那一次等告诉的各行。"""
    row = deliveries.c
    every = calls(id)
    query = select(*_COLUMNS).where(row.window_id == "", among(connection, row.occasion, every))
    rows: Sequence[Row[Any]] = connection.execute(query.order_by(row.id)).all()
    last = max((every.index(each.occasion) for each in rows), default=-1)
    return [each for each in rows if each.occasion == every[last]]


def _reached(told: Sequence[Row[Any]], now: datetime) -> Reached:
    """有一处到了就是到了；一处也没有告诉过的，没有什么可以接着告诉。"""
    found = {_one(each, now) for each in told}
    if not found or Reached.YES in found:
        return Reached.YES
    return Reached.NOT_YET if Reached.NOT_YET in found else Reached.NO


def _one(row: Row[Any], now: datetime) -> Reached:
    if row.state == "sent" or (row.state == "waiting" and row.user.startswith("terminal:")):
        return Reached.YES
    if row.state == URGENT:
        stuck = datetime.fromisoformat(row.updated_at) < now - LATE or datetime.fromisoformat(row.due_at) > now + SOON
        return Reached.NO if stuck else Reached.NOT_YET
    return Reached.NOT_YET if row.state in ("sending", "planned") else Reached.NO


def _others(connection: Connection, district: str, told: Sequence[Row[Any]]) -> tuple[list[str], bool]:
    """还有谁没有告诉过：先是那个区县的，再是市里的（这时第二项为真）。"""
    tried = {each.user for each in told}
    here = [each for each in ways_of(connection, district) if each not in tried] if district else []
    return (here, False) if here else ([each for each in ways_of(connection, "") if each not in tried], bool(district))
