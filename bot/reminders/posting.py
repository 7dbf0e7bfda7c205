"""把计划、送达账和各渠道的送信人接起来：发一次（`remind run`），或一直守着（`serve`）。"""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, tzinfo
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from bot.reminders.broadcast import approved_broadcasts
from bot.reminders.campaigns import Watch, retry
from bot.reminders.hours import Hours
from bot.reminders.intents import write_due
from bot.reminders.ledger import Lane, Ledger
from bot.reminders.notifier import Notifier
from bot.reminders.recording import Recorder
from bot.reminders.sender import CONCURRENCY, Pace, Sender
from bot.settings import Settings
from bot.store import Store
from bot.store.failures import one_line
from bot.store.schema import receipts
from bot.wechat.reports import match, prune, spend

if TYPE_CHECKING:
    from bot.reminders.sender import Tally

T = TypeVar("T")
_LOG = logging.getLogger(__name__)

EVERY = 300.0
"""守着的时候，多久看一遍有没有该排上的。"""
GLANCE = 5.0
"""多久看一眼窗口、开关变了没有，对一对回执。"""
PRUNE = 3600.0
"""多久清一次旧回执。"""
PACES = {"wechat": Pace, "telegram": lambda: Pace(first=20.0, most=25.0)}
OTHERS = ""
"""没有办法主动找人的渠道：排着的都等对方下次来说话。"""


class Posting:
    """一个进程里的发送；`notifiers` 是配好了的渠道。"""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        zone: tzinfo,
        notifiers: Mapping[str, Notifier],
        *,
        concurrency: int = CONCURRENCY,
        paces: Mapping[str, Callable[[], Pace]] | None = None,
        ledger: Callable[..., Ledger] = Ledger,
        recorder: Callable[..., Recorder] = Recorder,
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._watch = Watch(zone)
        self._thread = ThreadPoolExecutor(1, "chuangb-reminders")
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._notifiers = notifiers
        self._prune_at = 0.0
        self.alerts: list[str] = []
        me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        held = ledger(store, clock, zone, me)
        kept = recorder(store, clock, me, spend, self._alert)
        lanes = [Lane(name, notifier) for name, notifier in notifiers.items()]
        lanes.append(Lane(OTHERS, None, tuple(notifiers)))
        pace = {**PACES, **(paces or {})}
        self.senders = [
            Sender(
                lane,
                held,
                kept,
                self._hours,
                self._thread,
                concurrency=concurrency,
                pace=pace.get(lane.channel, Pace)(),
            )
            for lane in lanes
        ]

    async def plan(self) -> int:
        """该发的都排上，返回新排了几条。"""
        return await self._in_thread(lambda: write_due(self._store, self._watch, self._clock(), self._zone))

    async def once(self) -> "list[Tally]":
        """排着的都发掉，发完就回来。"""
        await self._in_thread(self._refresh)
        matching = asyncio.create_task(self._matching())
        try:
            return list(await asyncio.gather(*(each.run() for each in self.senders)))
        finally:
            matching.cancel()
            await asyncio.gather(matching, return_exceptions=True)
            await self._in_thread(self._match)

    @property
    def done(self) -> int:
        """有了结局的几条。"""
        return sum(each.tally.done for each in self.senders)

    async def start(self) -> None:
        """开始守着。"""
        self._task = asyncio.create_task(self._watching())

    async def stop(self, bound_seconds: float = 3.0) -> None:
        """叫停；在路上的最多再等这么多秒。"""
        self._stop.set()
        for each in self.senders:
            each.stop(bound_seconds)
        if self._task is not None:
            await asyncio.wait([self._task], timeout=bound_seconds + 1.0)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def nudge(self) -> None:
        """有马上要发的：在等着的都起来看一眼。"""
        for each in self.senders:
            each.nudge()

    async def close(self) -> None:
        """放掉连接和线程。"""
        for notifier in self._notifiers.values():
            await notifier.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _watching(self) -> None:
        await self._guarded(self._refresh)
        await asyncio.gather(self._planning(), self._matching(), *(self._sending(each) for each in self.senders))

    async def _sending(self, sender: Sender) -> None:
        while not self._stop.is_set():
            try:
                await sender.run(forever=True)
            except Exception as error:
                _LOG.error("发送的一条线断了，接着来：%s：%s", type(error).__name__, one_line(error))
                await self._pause(GLANCE)

    async def _planning(self) -> None:
        """到点了、窗口或开关变了、批准了广播、隔了一阵子，就排一遍。"""
        last: object = None
        next_at = 0.0
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            key = await self._guarded(self._seen)
            if key is not None and (key != last or loop.time() >= next_at):
                await self._guarded(lambda: write_due(self._store, self._watch, self._clock(), self._zone))
                last, next_at = key, loop.time() + EVERY
            await self._pause(GLANCE)

    async def _matching(self) -> None:
        while not self._stop.is_set():
            await self._guarded(self._match)
            await self._pause(GLANCE)

    def _match(self) -> None:
        with self._store.reading() as connection:
            waiting = connection.execute(select(receipts.c.id).filter_by(matched=0).limit(1)).first()
        while waiting is not None and match(self._store, self._clock()):
            pass
        if monotonic() >= self._prune_at:
            self._prune_at = monotonic() + PRUNE
            prune(self._store, self._clock())

    def _refresh(self) -> None:
        with self._store.transaction() as connection:
            retry(connection, list(self._notifiers), self._clock())

    def _seen(self) -> object:
        with self._store.reading() as connection:
            outlook = self._watch.look(connection, self._clock())
            waiting = tuple(each.id for each in approved_broadcasts(connection))
        if not outlook.planner.hours.now_open(outlook.planner.now):
            return None
        return (
            outlook.planner.today,
            outlook.hash,
            tuple(sorted(outlook.allowed.switches.items())),
            outlook.allowed.parts,
            waiting,
        )

    def _hours(self) -> Hours:
        with self._store.reading() as connection:
            return self._watch.look(connection, self._clock()).planner.hours

    def _alert(self, channel: str, why: str) -> None:
        self.alerts.append(f"{channel}：{why}")
        _LOG.error("提醒的 %s 停了，要人来看：%s", channel or "渠道", why)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _guarded(self, work: Callable[[], object]) -> object:
        try:
            return await self._in_thread(work)
        except Exception as error:
            _LOG.error("提醒：%s：%s", type(error).__name__, one_line(error))
            return None

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)


def open_posting(settings: Settings, store: Store, clock: Callable[[], datetime]) -> Posting:
    """照设置开出来。"""
    from bot.desk.direct import Linked
    from bot.desk.webhook import WebhookNotifier, hosts_of, url_of

    given: dict[str, Notifier] = {
        name: Linked(each, settings.base_url) for name, each in notifiers_of(settings, store, clock).items()
    }
    hook = WebhookNotifier(url_of(store), settings.base_url, hosts_of(settings.webhook_hosts))
    return Posting(store, clock, settings.zone, {**given, hook.channel: hook})


def notifiers_of(settings: Settings, store: Store, clock: Callable[[], datetime]) -> dict[str, Notifier]:
    """配好了的渠道的送信人；没有配的没有。"""
    from bot.wechat.opening import open_notifier

    notifiers: dict[str, Notifier] = {}
    if (wechat := open_notifier(settings, store, clock)) is not None:
        notifiers["wechat"] = wechat
    if settings.telegram_token:
        from bot.telegram.api import Api
        from bot.telegram.notifier import TelegramNotifier

        notifiers["telegram"] = TelegramNotifier(Api(settings.telegram_token, settings.telegram_api_url))
    return notifiers
