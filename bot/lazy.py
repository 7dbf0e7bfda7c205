"""头一次有人打开才导入的一摊（网页、服务台）：平时不占内存，启动也不等它。"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from bot.app import Receive, Scope, Send


class Opened(Protocol):
    """开起来的一摊：一个 ASGI 应用，关停前断得开还开着的推送。"""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    def hang_up(self) -> None: ...


class Lazy:
    """门口：第一次来访时在别的线程里开起来，以后直接交给它。"""

    def __init__(self, make: Callable[[], Opened]) -> None:
        self._make = make
        self._opened: Opened | None = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次 ASGI 调用。"""
        if self._opened is None:
            async with self._opening:
                if self._opened is None:
                    self._opened = await asyncio.to_thread(self._make)
        await self._opened(scope, receive, send)

    def hang_up(self) -> None:
        """断开还开着的推送，免得关停等它们。"""
        if self._opened is not None:
            self._opened.hang_up()
