"""没答上来的话，像的归成一堆：一个进程记着一份，新来的添上，一天重整一回；从不为一次来访翻遍谈话记录。"""

import asyncio
import hmac
import logging
import threading
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import Connection, and_, case, select, text

from bot.desk.finding import grams
from bot.desk.since import first_turn
from bot.store import Store
from bot.store.schema import UNANSWERED, dismissed, profiles, turns
from knowledge.phrases import plain

_LOG = logging.getLogger(__name__)
DAYS = 90
BATCH = 2000
OVERLAP = 500
"""编号小的可能晚提交：每回从这么多个以前再看。"""
PATIENCE = 0.15
ALIKE = 72
"""像到这么多（百分之）就是一堆。"""
COMMON = 300
"""一个二字串最多记着最近的这么多堆。"""
LONGEST, EXAMPLES, VARIANTS = 60, 5, 200

_EARLIER = turns.alias()
_BEFORE = case(
    (
        turns.c.claimed == "wrong",
        select(_EARLIER.c.id)
        .where(_EARLIER.c.user == turns.c.user, _EARLIER.c.id < turns.c.id, _EARLIER.c.kind.in_(("text", "voice")))
        .where(_EARLIER.c.claimed != "wrong")
        .order_by(_EARLIER.c.id.desc())
        .limit(1)
        .scalar_subquery(),
    )
)
"""说没用、不对的，要看的是它前面的那一句。"""


@dataclass(slots=True)
class Cluster:
    """一堆：`words` 是头一句（归一了的），各区县各有几句、最近的是哪几个回合。"""

    key: str
    words: str
    marks: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    recent: dict[str, deque[int]] = field(default_factory=dict)

    def count(self, scope: str | None) -> int:
        """这个范围里有几句。"""
        return self.counts.total() if scope is None else self.counts[scope]

    def turns(self, scope: str | None) -> list[int]:
        """这个范围里最近的几个回合，近的在前。"""
        held = self.recent.values() if scope is None else [self.recent.get(scope, deque())]
        return sorted((id for ids in held for id in ids), reverse=True)[:EXAMPLES]


@dataclass(frozen=True, slots=True)
class Shown:
    """给人看的一堆：`examples` 是（原话，时刻），都是此刻库里还有、归他看的。"""

    key: str
    count: int
    examples: tuple[tuple[str, str], ...]


class Clusters:
    """一个进程的一份。"""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._day: date | None = None
        self._last = 0
        self._seen: deque[int] = deque(maxlen=2 * OVERLAP)
        self._all: list[Cluster] = []
        self._by_key: dict[str, Cluster] = {}
        self._exact: dict[str, Cluster] = {}
        self._where: dict[str, deque[int]] = {}
        self._task: asyncio.Task[None] | None = None

    async def fresh(self, store: Store, now: datetime) -> bool:
        """添上新来的；片刻添不完的在后面接着添，这时是假。"""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(asyncio.to_thread(self._gather, store, now))
        done, _ = await asyncio.wait({self._task}, timeout=PATIENCE)
        return bool(done)

    def ranked(self, scope: str | None, gone: frozenset[str], after: int, most: int) -> tuple[list[Cluster], int]:
        """多的在前的一页，和一共几堆；`gone` 是看过、不用管的记号。"""
        held = [each for each in self._all if each.count(scope) and each.marks.isdisjoint(gone)]
        held.sort(key=lambda each: (-each.count(scope), -(each.turns(scope) or [0])[0]))
        return held[after : after + most], len(held)

    def get(self, key: str) -> Cluster | None:
        """叫这个名字的一堆。"""
        return self._by_key.get(key)

    def often(self, most: int) -> list[tuple[str, int]]:
        """最常见的几堆：（头一句，最近的一个回合）。"""
        held = sorted(self._all, key=lambda each: -each.counts.total())[:most]
        return [(each.words, ids[0]) for each in held if (ids := each.turns(None))]

    def _gather(self, store: Store, now: datetime) -> None:
        try:
            with self._lock:
                self._start(store, now)
                while self._some(store):
                    pass
        except Exception:
            _LOG.exception("没答上来的话没有归成")

    def _start(self, store: Store, now: datetime) -> None:
        if self._day == now.date():
            return
        with store.reading() as connection:
            self._last = first_turn(connection, now - timedelta(days=DAYS)) - 1
        self._all, self._by_key, self._exact, self._where = [], {}, {}, {}
        self._seen.clear()
        self._day = now.date()

    def _some(self, store: Store) -> bool:
        held = turns.c
        since = max(0, self._last - OVERLAP) if self._seen else self._last
        query = (
            select(held.id, held.said, held.claimed, profiles.c.district, _BEFORE.label("before"))
            .join_from(turns, profiles, and_(profiles.c.user == held.user, profiles.c.position == 0), isouter=True)
            .where(text(f"turns.{UNANSWERED}"), held.id > since)
            .order_by(held.id)
            .limit(BATCH)
        )
        with store.reading() as connection:
            rows = connection.execute(query).all()
            known = set(self._seen)
            fresh = [row for row in rows if row.id not in known]
            befores = [row.before for row in fresh if row.before is not None]
            said = dict(connection.execute(select(held.id, held.said).where(held.id.in_(befores))).all())
        secret = store.derived("dismissed")
        for row in fresh:
            self._seen.append(row.id)
            self._last = max(self._last, row.id)
            id, meant = (row.before, said.get(row.before, "")) if row.claimed == "wrong" else (row.id, row.said)
            self._add(id, plain(meant)[:LONGEST], row.district or "", secret)
        return len(rows) == BATCH and bool(fresh)

    def _add(self, id: int, words: str, district: str, secret: bytes) -> None:
        if len(words) < 2:
            return
        found = self._exact.get(words) or self._near(words)
        mark = hmac.digest(secret, words.encode(errors="replace"), "sha256").hex()[:32]
        if found is None:
            found = Cluster(mark, words)
            at = len(self._all)
            self._all.append(found)
            self._by_key[mark] = found
            for gram in grams(words):
                self._where.setdefault(gram, deque(maxlen=COMMON)).append(at)
        if len(found.marks) < VARIANTS:
            found.marks.add(mark)
            self._exact[words] = found
        found.counts[district] += 1
        found.recent.setdefault(district, deque(maxlen=EXAMPLES)).append(id)

    def _near(self, words: str) -> Cluster | None:
        wanted = grams(words)
        shared: Counter[int] = Counter(at for gram in wanted for at in self._where.get(gram, ()))
        best, score = None, 0.0
        for at, count in shared.most_common(12):
            if count * 3 < len(wanted):
                break
            alike = fuzz.ratio(words, self._all[at].words, score_cutoff=ALIKE)
            if alike > score:
                best, score = self._all[at], alike
        return best


def shown(connection: Connection, found: Sequence[Cluster], scope: str | None) -> list[Shown]:
    """此刻库里还有、归他看的原话；一句也没有了的不列。"""
    ids = {id for each in found for id in each.turns(scope)}
    held = turns.c
    query = (
        select(held.id, held.said, held.at, profiles.c.district)
        .join_from(turns, profiles, and_(profiles.c.user == held.user, profiles.c.position == 0), isouter=True)
        .where(held.id.in_(ids))
    )
    found_ = connection.execute(query) if ids else ()
    rows = {row.id: row for row in found_ if scope is None or row.district == scope}
    made = []
    for each in found:
        examples = {rows[id].said: rows[id].at for id in each.turns(scope) if id in rows}
        if examples:
            made.append(Shown(each.key, each.count(scope), tuple(examples.items())))
    return made


def said_at(connection: Connection, ids: Iterable[int]) -> list[str]:
    """这些回合的原话；已经删掉的没有。"""
    return list(connection.scalars(select(turns.c.said).where(turns.c.id.in_(list(ids))).order_by(turns.c.id.desc())))


def gone_marks(connection: Connection, scope: str | None) -> frozenset[str]:
    """看过、不用管的：管理员定的各处都算，值班的只算自己区县的。"""
    owners = {"", scope or ""}
    held = (each.rpartition(":") for each in connection.scalars(select(dismissed.c.words)))
    return frozenset(mark for owner, _, mark in held if owner in owners)
