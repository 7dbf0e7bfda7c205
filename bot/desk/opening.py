"""照设置开服务台；头一次有人打开才导入，平时的启动不等它。"""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.app import Counts, Receive, Scope, Send, Turns
from bot.settings import Settings
from bot.store import Store
from knowledge.rules import Rules

if TYPE_CHECKING:
    from bot.desk.site import Desk


class LazyDesk:
    """服务台的门口：第一次来访时在别的线程里开起来，以后直接交给它。"""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        inbox: Turns,
        rules_on: Callable[[date], Rules],
        clock: Callable[[], datetime],
        counts: Counts,
    ) -> None:
        self._given = (store, inbox, rules_on, clock, settings, counts)
        self.nudge: Callable[[], None] = lambda: None
        self._desk: Desk | None = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次 ASGI 调用。"""
        desk = self._desk or await self._opened()
        await desk(scope, receive, send)

    def hang_up(self) -> None:
        """断开还开着的推送，免得关停等它们。"""
        if self._desk is not None:
            self._desk.close()

    async def _opened(self) -> "Desk":
        async with self._opening:
            if self._desk is None:
                self._desk = await asyncio.to_thread(self._made)
            return self._desk

    def _made(self) -> "Desk":
        from bot.desk.passwords import Passwords
        from bot.desk.site import Desk
        from bot.desk.visit import World
        from bot.web.opening import doors

        store, inbox, rules_on, clock, settings, counts = self._given
        given = (store, inbox, rules_on, clock, settings, doors(settings, b""), counts, Passwords())
        return Desk(World(*given, nudge=self.nudge))
