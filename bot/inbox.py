"""收件箱：把等着的消息凑成一批，交给唯一的写者线程，落了库才答复。

空闲时来一条就走一条，不等；忙时一批几十条，共担一次提交。写者死了、库不在了，都给道歉，不让人干等。
"""

import asyncio
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Generic, TypeVar

from bot.page import APOLOGY, PARKED, PENDING
from bot.scribe import Reread, Scribe, TakeTurn, nothing
from bot.store import Store
from dialogs.records import Message, Reply

__all__ = ["APOLOGY", "PARKED", "PENDING", "Inbox", "Unstorable", "check_storable"]

R = TypeVar("R")
log = logging.getLogger("chuangb.inbox")

BATCH = 128
"""一批最多这么多条，免得事务太长。"""
WORTH_HALVING = 8
"""一批有这么多条的两倍，就分作两批：一批落盘时走另一批。"""
BOUND_SECONDS = 3.0
"""交给写者以后最多等这么久，到了就道歉，这一批也就不落库了。"""
COMMIT_SECONDS = 1.2
"""到了 BOUND_SECONDS 却已经在提交的，再等这么久；还没有回音才说“还在处理”。"""
PROBE_SECONDS = 1.0
"""空闲时多久看一次库还在不在；`ready()` 至多旧这么久。"""
RECOVER_SECONDS = 0.2
"""库不在时多久试一次。"""
USER_LONGEST = 128
ID_LONGEST = 512


class Unstorable(ValueError):
    """这条消息存不下，不进收件箱；消息说明哪里不对，不含用户的话。"""


def check_storable(message: Message) -> None:
    """存得下就不作声，否则 Unstorable：空的或过长的用户、id，NUL，落单的代理字符，没有时区的时刻。"""
    user, id_ = message.user, message.id
    if not user or len(user) > USER_LONGEST:
        raise Unstorable(f"用户为空或超过 {USER_LONGEST} 个字符")
    if not id_ or len(id_) > ID_LONGEST:
        raise Unstorable(f"消息 id 为空或超过 {ID_LONGEST} 个字符")
    if message.at.tzinfo is None:
        raise Unstorable("消息的时刻没有时区")
    words = f"{user}{id_}{message.text}{message.value}{message.kind}{message.event}"
    if "\0" in words:
        raise Unstorable("消息里有 NUL 字符")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise Unstorable("消息里有落单的代理字符") from None


class _Entry:
    """一条在途的消息和等它答复的人；重复投递加入等的人，不再走一遍。"""

    __slots__ = ("message", "waiters")

    def __init__(self, message: Message, waiter: asyncio.Future[Reply | None]) -> None:
        self.message = message
        self.waiters = [waiter]


class Fate:
    """一批消息的归宿：落库还是道歉，谁先占到算谁的，绝不既道歉又落库。"""

    __slots__ = ("_first",)

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def claim(self, by: str) -> bool:
        """占到了，或早就是它占的。setdefault 是原子的，两个线程可以同时来。"""
        return self._first.setdefault("by", by) == by

    def commit(self) -> bool:
        """可以提交：还没有道过歉。"""
        return self.claim("commit")


_Done = tuple["_Batch", Sequence[Reply | None], Callable[[], None] | None]
"""提交了的一批、答复，和怎样让它落盘。"""


class _Batch:
    """一批：在途的消息、归宿，和等得太久时的闹钟。"""

    __slots__ = ("entries", "fate", "watchdog")

    def __init__(self, entries: list[_Entry]) -> None:
        self.entries = entries
        self.fate = Fate()
        self.watchdog: asyncio.TimerHandle | None = None


class Inbox(Generic[R]):
    """写者一批一批地走，走完一批交给落盘的线程，接着走下一批；落了盘才答复。

    `answer` 可以被许多任务同时调用；同一用户的消息按调用的先后走。`start` 和 `answer` 在同一个事件循环里用。"""

    def __init__(
        self,
        store: Store,
        take_turn: TakeTurn[R],
        rules_on: Callable[[date], R],
        clock: Callable[[], datetime],
        reread: Reread = nothing,
    ) -> None:
        self.rules_on = rules_on
        self._scribe = Scribe(store, take_turn, rules_on, clock, reread)
        self._queue: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._committed: queue.SimpleQueue[_Done | None] = queue.SimpleQueue()
        self._waiting: deque[_Entry] = deque()
        self._flight: dict[tuple[str, str], _Entry] = {}
        self._working: _Batch | None = None
        self._syncing = 0
        self._gathering = False
        self._overdue = False
        self._open = False
        self._thread: threading.Thread | None = None
        self._quiet = asyncio.Event()
        self._ended = asyncio.Event()

    async def start(self) -> None:
        """连上库，开始收；连不上是 StoreError。"""
        self._loop = asyncio.get_running_loop()
        self._scribe.open()
        self._open = True
        self._quiet.set()
        self._employ()

    async def stop(self, bound_seconds: float = 5.0) -> None:
        """不再收新消息，把已收的做完；到了上限还没完的给道歉，写者不等了。"""
        self._open = False
        deadline = self._loop.time() + bound_seconds if self._thread else 0.0
        if self._thread is None:
            return
        if not await self._within(self._quiet, deadline):
            log.error("停止时还有 %d 条消息没有做完", len(self._flight))
        self._apologise()
        self._queue.put(None)
        if not await self._within(self._ended, deadline):
            log.error("写者没有按时停下，不等了")
        self._thread = None

    def ready(self) -> bool:
        """写者活着、没有卡住，库也在。"""
        return self._open and self._thread is not None and not self._overdue and not self._scribe.away

    async def answer(self, message: Message) -> Reply | None:
        """这条消息的答复，落库以后才给；None 是不作声。没能处理的是 APOLOGY；存不下的是 Unstorable。"""
        check_storable(message)
        if not self._open or self._overdue or self._scribe.away:
            return APOLOGY
        waiter: asyncio.Future[Reply | None] = self._loop.create_future()
        key = (message.user, message.id)
        entry = self._flight.get(key)
        if entry is not None:
            entry.waiters.append(waiter)
            return await waiter
        self._flight[key] = entry = _Entry(message, waiter)
        self._waiting.append(entry)
        self._quiet.clear()
        if not self._gathering:
            # 让事件循环先把这一轮里可读的连接都读完，再一起交出去
            self._gathering = True
            self._loop.call_soon(self._dispatch)
        return await waiter

    def _dispatch(self) -> None:
        self._gathering = False
        if self._working or not self._waiting:
            return
        if self._thread is None:
            self._employ()
        waiting, count = self._waiting, len(self._waiting)
        if not self._syncing and count >= 2 * WORTH_HALVING:
            count = (count + 1) // 2  # 没有别的批在落盘：先走一半，它落盘时走另一半
        batch = self._working = _Batch([waiting.popleft() for _ in range(min(count, BATCH))])
        batch.watchdog = self._loop.call_later(BOUND_SECONDS, self._give_up, batch)
        self._queue.put(batch)

    def _free(self, batch: _Batch) -> None:
        """写者走完了这一批，正在落盘。"""
        if self._working is batch:
            self._working = None
            self._syncing += 1
        self._dispatch()

    def _settle(self, done: "Sequence[_Done]") -> None:
        for batch, replies, _ in done:
            if self._working is batch:
                self._working = None
            else:
                self._syncing -= 1
            self._overdue = False
            if batch.watchdog is not None:
                batch.watchdog.cancel()
            for entry, reply in zip(batch.entries, replies, strict=True):
                self._resolve(entry, reply)
        if self._scribe.away:
            self._apologise()
        self._go_on()

    def _give_up(self, batch: _Batch) -> None:
        log.error("写者 %g 秒没有答复，给 %d 条消息道歉", BOUND_SECONDS, len(self._flight))
        self._overdue = True
        if batch.fate.claim("apology"):
            self._apologise()
            return
        for entry in self._waiting:
            self._resolve(entry, APOLOGY)
        self._waiting.clear()
        batch.watchdog = self._loop.call_later(COMMIT_SECONDS, self._apologise, PENDING)

    def _apologise(self, sorry: Reply = APOLOGY) -> None:
        for entry in list(self._flight.values()):
            self._resolve(entry, sorry)
        self._waiting.clear()

    def _resolve(self, entry: _Entry, reply: Reply | None) -> None:
        message = entry.message
        self._flight.pop((message.user, message.id), None)
        for waiter in entry.waiters:
            if not waiter.done():
                waiter.set_result(reply)
        entry.waiters = []

    def _go_on(self) -> None:
        if self._waiting:
            self._dispatch()
        elif self._working is None and not self._syncing:
            self._quiet.set()

    def _employ(self) -> None:
        self._ended.clear()
        self._thread = threading.Thread(target=self._work, name="chuangb-writer", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        scribe = self._scribe
        stopped = False
        flusher = threading.Thread(target=self._sync, name="chuangb-flush", daemon=True)
        flusher.start()
        try:
            while True:
                try:
                    batch = self._queue.get(timeout=RECOVER_SECONDS if scribe.away else PROBE_SECONDS)
                except queue.Empty:
                    scribe.probe()
                    continue
                if batch is None:
                    stopped = True
                    return
                replies = scribe.answer([entry.message for entry in batch.entries], batch.fate.commit)
                flush = None if scribe.away else scribe.flush
                if flush is None:
                    self._tell(self._settle, ((batch, replies, flush),))
                else:
                    self._committed.put((batch, replies, flush))
                    self._tell(self._free, batch)
        except BaseException as error:
            log.critical("写者死了：%s", type(error).__name__, exc_info=error)
        finally:
            self._committed.put(None)
            flusher.join(BOUND_SECONDS)
            scribe.close()
            self._tell(self._ended.set if stopped else self._died)

    def _sync(self) -> None:
        """落盘的线程：等着的几批一次落盘，落了才答复；落不了的道歉。"""
        while (first := self._committed.get()) is not None:
            done, last = [first], False
            while not self._committed.empty():
                more = self._committed.get()
                last = last or more is None
                done += [] if more is None else [more]
            try:
                for flush in dict.fromkeys(flush for _, _, flush in done if flush is not None):
                    flush()
            except BaseException as error:
                log.critical("落不了盘：%s", type(error).__name__, exc_info=error)
                done = [(batch, [APOLOGY] * len(replies), flush) for batch, replies, flush in done]
            self._tell(self._settle, done)
            if last:
                return

    def _tell(self, callback: Callable[..., None], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *args)
        except RuntimeError:
            log.error("事件循环已经关了，写者的话没有送到")

    def _died(self) -> None:
        batch, self._working, self._overdue = self._working, None, False
        if batch is not None:
            if batch.watchdog is not None:
                batch.watchdog.cancel()
            for entry in batch.entries:
                self._resolve(entry, APOLOGY)
        self._thread = None
        self._ended.set()
        self._go_on()

    async def _within(self, event: asyncio.Event, deadline: float) -> bool:
        try:
            await asyncio.wait_for(event.wait(), max(0.0, deadline - self._loop.time()))
        except TimeoutError:
            return False
        return True
