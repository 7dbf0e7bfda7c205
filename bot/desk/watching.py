"""守着接管：到时了就替值班的人交还，两边都说一声。几个进程都守着也只交还一次。"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.app import Turns
from bot.desk.cases import stamp
from bot.store import Store
from bot.store.schema import cases
from dialogs.records import Message

_LOG = logging.getLogger(__name__)
EVERY = 5.0
MOST = 200


class Patrol(ABC):
    """隔 `every` 秒做一遍 `once`；一遍没有做成，记一行 `failed`，接着守。`start` 立刻回来。"""

    failed = "没有做成"

    def __init__(self, every: float) -> None:
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """开始守着。"""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """不守了。"""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def once(self) -> int:
        """做一遍，返回办了几件。"""

    async def _watch(self) -> None:
        while True:
            try:
                await self.once()
            except Exception as error:
                _LOG.error("%s：%s：%s", self.failed, type(error).__name__, error)
            await asyncio.sleep(self._every)


class HoldWatch(Patrol):
    """`nudge` 是交还的话写下了、该去送了。"""

    failed = "接管到时没有看成"

    def __init__(self, store: Store, inbox: Turns, clock: Callable[[], datetime], every: float = EVERY) -> None:
        super().__init__(every)
        self.nudge: Callable[[], None] = lambda: None
        self._store = store
        self._inbox = inbox
        self._clock = clock

    async def once(self) -> int:
        """看一遍，返回到时了几个。"""
        now = self._clock()
        rows = await asyncio.to_thread(self._over, now)
        for row in rows:
            # 编号由接管到几时定：几个进程都来说，也只走一个回合
            message = Message(
                user=row.user,
                id=f"desk:expire:{row.id}:{row.until}",
                at=now,
                kind="desk",
                event="expire",
                by=row.operator,
                value=row.district,
            )
            await self._inbox.answer(message)
        if rows:
            self.nudge()
        return len(rows)

    def _over(self, now: datetime) -> Sequence[Any]:
        held = cases.c
        query = select(held.id, held.user, held.operator, held.district, held.until)
        with self._store.reading() as connection:
            return connection.execute(query.where(held.state == "held", held.until <= stamp(now)).limit(MOST)).all()
