"""发：一个渠道一条线，边认领边发边记；发的并发、快慢都有上限，叫停时有时限。

数据库的活都在一个线程里排队做；平台的错只影响它自己那一条、那一个时机或那一个渠道。
"""

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Protocol, TypeVar

from bot.reminders.hours import Hours
from bot.reminders.ledger import LEASE, Claim, Job, Lane
from bot.reminders.notifier import Later, Outcome, Refused, Sent, Unknown
from bot.reminders.recording import Record
from bot.store.failures import clashed, lost, one_line

T = TypeVar("T")
_LOG = logging.getLogger(__name__)

CONCURRENCY = 200
GATHER, GATHERS, BATCH, MOST = 0.1, 4, 500, 1000
"""办完的凑 GATHER 秒再一起记；平台都认得出重复的，不满 BATCH 条就接着凑，至多凑 GATHERS 回；
一个事务至多记 MOST 条。"""
LOW, SOON = 2, 0.3
"""手上等着的少于并发的 LOW 倍、不够发 SOON 秒的，就再认领：认领要排在记结局的后面，发的人不空着手等。"""
AT_LEAST, AT_MOST = 2, 1000
"""一次认领并发的 AT_LEAST 倍；一秒发得掉的更多就那么多，至多 AT_MOST 条：一次认领的多，一条就省，又等不到租约过。"""
BOUND = LEASE - 5.0
"""一条最多发这么多秒，到了算不知道到没到。"""
PATIENCE = 60.0
"""只发一次的，等着的在这么多秒以内就等，更久的留给下次。"""
IDLE = 2.0
TRIES = 5


class Claiming(Protocol):
    """送达账里认领的一面。"""

    def claim(self, lane: Lane, want: int, free: int, rate: float) -> Claim:
        """认领一批。"""


class Recording(Protocol):
    """送达账里记结局的一面。"""

    def record(self, channel: str, records: list[Record], hours: Callable[[], Hours]) -> None:
        """记下一批。"""

    def give_back(self, jobs: Sequence[Job]) -> None:
        """没有来得及发的放回去。"""


@dataclass
class Pace:
    """每秒几条：从 `first` 起，一秒没有嫌快的就翻倍，嫌快就减半，至多 `most`。"""

    first: float = 20.0
    most: float = 4000.0
    rate: float = 0.0
    _since: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        self.rate = self.rate or min(self.first, self.most)

    def grow(self) -> None:
        """看看该不该快一些。"""
        if monotonic() - self._since >= 1.0:
            self.rate, self._since = min(self.most, self.rate * 2), monotonic()

    def slow(self) -> None:
        """平台嫌快。"""
        self.rate, self._since = max(1.0, self.rate / 2), monotonic()


TOO_FAST = ("45011", "45066", "429")


@dataclass
class Tally:
    """这一趟的计数。"""

    outcomes: Counter[str] = field(default_factory=Counter)
    settled: int = 0
    why: str = ""

    @property
    def done(self) -> int:
        """有了结局的。"""
        return sum(count for name, count in self.outcomes.items() if name != "later") + self.settled


class Sender:
    """一个渠道的发送；`run` 发到没有可发的为止（`forever` 就一直等着），`stop` 叫停。"""

    def __init__(
        self,
        lane: Lane,
        ledger: Claiming,
        recorder: Recording,
        hours: Callable[[], Hours],
        thread: ThreadPoolExecutor,
        concurrency: int = CONCURRENCY,
        pace: Pace | None = None,
    ) -> None:
        self.tally = Tally()
        self._lane = lane
        self._ledger = ledger
        self._recorder = recorder
        self._hours = hours
        self._thread = thread
        self._most = concurrency
        self._low = LOW * concurrency
        self._held = (0, monotonic())
        self._pace = pace or Pace()
        self._queue: deque[tuple[Job, float]] = deque()
        self._flying: dict[asyncio.Task[None], tuple[float, int]] = {}
        self._late: set[int] = set()
        self._done: list[Record] = []
        self._unsent: list[Job] = []
        self._recording: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._stopping = False
        self._bound = 3.0

    async def run(self, *, forever: bool = False) -> Tally:
        """发到没有可发的；等着的太久就不等（`forever` 除外）。叫停以后手上的办完就回来。"""
        try:
            while not self._stopping:
                claim = await self._claim()
                if claim.jobs or claim.settled:
                    continue
                self.tally.why = claim.why
                if not self._busy() and not forever and (claim.wait is None or claim.wait > PATIENCE):
                    break
                await self._sleep(IDLE if claim.wait is None else min(claim.wait, IDLE))
        finally:
            self._unsent += [job for job, _ in self._queue]
            self._queue.clear()
            if self._flying:
                await asyncio.wait(self._flying, timeout=None if not self._stopping else self._bound)
            for task in self._flying:
                task.cancel()
            await asyncio.gather(*self._flying, return_exceptions=True)
            if self._recording is not None:
                await self._recording
            await self._flush()
        return self.tally

    def stop(self, bound_seconds: float = 3.0) -> None:
        """不再认领；在路上的最多再等这么多秒，没有等到的留给租约。"""
        self._stopping, self._bound = True, bound_seconds
        self._wake.set()

    def nudge(self) -> None:
        """别等了，现在就看一眼。"""
        self._wake.set()

    def _busy(self) -> bool:
        return bool(self._queue or self._flying or self._done or self._unsent or self._recording)

    async def _claim(self) -> Claim:
        """手上的不多了就再认领一批。"""
        while not self._stopping and len(self._queue) > self._low:
            await self._sleep(1.0)
        if self._stopping:
            return Claim()
        self._pace.grow()
        held, since = self._held
        speed = (held - len(self._queue)) / max(0.001, monotonic() - since)
        self._low = max(LOW * self._most, int(min(AT_MOST, SOON * speed)))
        ahead = self._low + max(AT_LEAST * self._most, min(AT_MOST, int(speed))) - len(self._queue)
        free = max(0, self._most - len(self._queue) - len(self._flying))
        claim = await self._in_thread(lambda: self._ledger.claim(self._lane, ahead, free, self._pace.rate))
        self.tally.settled += claim.settled
        if self._stopping:
            self._unsent += claim.jobs
        else:
            # 平台认不出重复的先发：它们不能等在手里
            at = monotonic()
            self._queue.extend((job, at) for job in claim.jobs if job.way.dedup_seconds)
            self._queue.extendleft((job, at) for job in claim.jobs if not job.way.dedup_seconds)
            self._held = (len(self._queue), at)
            self._launch()
        return claim

    def _launch(self) -> None:
        """手上有要发的，就添到够数的人手；一个人手一条接一条地发，没有了就歇。"""
        for _ in range(min(len(self._queue), self._most - len(self._flying))):
            task = asyncio.create_task(self._work())
            self._flying[task] = (monotonic(), 0)
            task.add_done_callback(self._landed)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        del self._flying[task]
        self._wake.set()

    async def _work(self) -> None:
        me = asyncio.current_task()
        assert me is not None
        while self._queue and not self._stopping:
            job, at = self._queue.popleft()
            now = monotonic()
            if now - at > LEASE - BOUND:
                self._unsent.append(job)  # 租约剩得不够发一次：放回去，再认领
            else:
                self._flying[me] = (now, job.outgoing.id)
                outcome = await self._send(job)
                self._done.append((job, outcome))
            if self._recording is None:
                self._recording = asyncio.create_task(self._record())
            if len(self._queue) == self._low:
                self._wake.set()

    async def _send(self, job: Job) -> Outcome:
        notifier = self._lane.notifier
        assert notifier is not None
        try:
            outcome: Outcome = await notifier.send(job.outgoing)
        except asyncio.CancelledError:
            if job.outgoing.id not in self._late:
                raise
            self._late.discard(job.outgoing.id)
            if (me := asyncio.current_task()) is not None:
                me.uncancel()
            outcome = Unknown("等得太久", job.way)
        except Exception as error:  # 送信的人说从不抛错；抛了也只坏这一条
            _LOG.exception("发送出错")
            outcome = Unknown(type(error).__name__, job.way)
        if isinstance(outcome, Later) and outcome.code in TOO_FAST:
            self._pace.slow()
        self.tally.outcomes[_named(outcome)] += 1
        return outcome

    async def _record(self) -> None:
        for _ in range(GATHERS):
            await asyncio.sleep(GATHER)
            if self._pressing():
                break
        await self._flush()
        self._recording = None
        if self._done or self._unsent:
            self._recording = asyncio.create_task(self._record())
        self._wake.set()

    def _pressing(self) -> bool:
        """该记了：够一批了，快没有可发的了，或者有平台认不出重复的——没有记下就死了，它就成了不知道。"""
        if self._unsent or len(self._done) >= BATCH or not self._queue:
            return True
        return not all(job.way.dedup_seconds for job, _ in self._done)

    async def _flush(self) -> None:
        done, self._done = self._done, []  # 记着的时候又办完的，下一回一起记
        for start in range(0, len(done), MOST):
            batch = done[start : start + MOST]
            await self._written(batch, partial(self._recorder.record, self._lane.channel, batch, self._hours))
        if self._unsent:
            unsent, self._unsent = self._unsent, []
            await self._written(unsent, partial(self._recorder.give_back, unsent))

    async def _written(self, batch: Sequence[object], work: Callable[[], None]) -> None:
        try:
            await self._in_thread(work)
        except Exception as error:  # 没有记下的留给租约：认得出重复的再问一遍，别的是不知道
            _LOG.error("%d 条的结局没有记下：%s：%s", len(batch), type(error).__name__, one_line(error))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """在数据库的线程里做；撞上了再来，库一时不在就等一等。"""
        for tries in range(TRIES + 1):
            try:
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
            except Exception as error:
                if tries == TRIES or not (lost(error) or clashed(error)):
                    raise
                if not clashed(error):
                    _LOG.error("送达账读写不成：%s：%s", type(error).__name__, one_line(error))
                    await asyncio.sleep(0.2 * 2**tries)
        raise AssertionError

    async def _sleep(self, seconds: float) -> None:
        """等到有动静，至多这么多秒；顺便掐断发得太久的。"""
        before = monotonic() - BOUND
        for task, id in [(task, id) for task, (began, id) in self._flying.items() if id and began < before]:
            if id not in self._late:
                self._late.add(id)
                task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)
        self._wake.clear()


def _named(outcome: Outcome) -> str:
    if isinstance(outcome, Sent):
        return "sent"
    if isinstance(outcome, Later):
        return "later"
    if isinstance(outcome, Refused):
        return "failed" if outcome.final else "waiting"
    return "doubt" if outcome.way.dedup_seconds else "uncertain"
