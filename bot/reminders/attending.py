"""服务里守着的提醒：起来以后才打开，不拖慢启动；打不开只是不发，别的照常。"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.store import Store
from bot.store.failures import one_line

if TYPE_CHECKING:
    from bot.reminders.posting import Posting

_LOG = logging.getLogger(__name__)

BOUND = 3.0
"""关停时等在路上的最多这么多秒。"""


class Attendant:
    """`start` 立刻回来；`stop` 有时限。"""

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._posting: Posting | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """开始守着。"""
        self._task = asyncio.create_task(self._open())

    async def stop(self) -> None:
        """叫停，放掉连接。"""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=BOUND)
            self._task.cancel()
        if self._posting is not None:
            await self._posting.stop(BOUND)
            await self._posting.close()

    def nudge(self) -> None:
        """刚写下马上要发的，现在就去发。"""
        if self._posting is not None:
            self._posting.nudge()

    async def _open(self) -> None:
        try:
            self._posting = await asyncio.to_thread(self._opened)
            await self._posting.start()
        except Exception as error:
            _LOG.error("提醒没有开起来，不会发：%s", one_line(error))

    def _opened(self) -> "Posting":
        from bot.reminders.posting import open_posting

        return open_posting(self._settings, self._store, self._clock)
