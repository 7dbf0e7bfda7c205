"""发信的：各人的信各排各的队，一个人的 429 不耽误别人；发不赢的时候说一声，让答复走推送的回答。"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from bot.channels.telegram import Call
from bot.telegram.api import Outcome, Pause, attempt

_LOG = logging.getLogger(__name__)

MOST = 40
"""手上最多接这么多条；再多就是来得比发得快。"""
MOST_EACH = 8
"""一个人最多接这么多条。"""
CALM = 3.0
"""满了以后歇这么多秒；连不上歇十倍。"""
MOST_POLLED = 64
"""长轮询取来的没有别的路可走，一个人最多排这么多条。"""


class Sender:
    """把调用按人排队发出去；`blocked` 在对方拉黑时被叫一次。"""

    def __init__(
        self,
        call: Callable[[str, Mapping[str, Any]], Awaitable[Any]],
        blocked: Callable[[str], Awaitable[None]],
        pause: Pause = asyncio.sleep,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._call = call
        self._blocked = blocked
        self._pause = pause
        self._now = now
        self._queues: dict[str, deque[Sequence[Call]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held = 0
        self._full_until = 0.0

    def takes(self, user: str) -> bool:
        """还接不接得下这个人的一条答复；满过一次就歇 CALM 秒。"""
        if self._now() < self._full_until:
            return False
        if self._held >= MOST:
            self._full_until = self._now() + CALM
            return False
        return len(self._queues.get(user, ())) < MOST_EACH

    def put(self, user: str, calls: Sequence[Call]) -> None:
        """排进这个人的队；不等发完。"""
        queue = self._queues.get(user)
        if queue is None:
            self._queues[user] = queue = deque()
            task = asyncio.create_task(self._drain(user, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if len(queue) >= MOST_POLLED:
            _LOG.error("一个用户有 %d 条答复没有发完，这一条不发了", len(queue))
            return
        queue.append(calls)
        self._held += 1

    async def stop(self, bound_seconds: float) -> None:
        """等手上的发完；到了时限还没完的不发了。"""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=bound_seconds)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            _LOG.error("停下时还有 %d 条 Telegram 答复没有发出", self._held)
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _drain(self, user: str, queue: deque[Sequence[Call]]) -> None:
        try:
            while queue:
                reached = await self._send(user, queue[0])
                for _ in range(1 if reached else len(queue)):
                    queue.popleft()
                    self._held -= 1
        finally:
            self._held -= len(queue)
            self._queues.pop(user, None)

    async def _send(self, user: str, calls: Sequence[Call]) -> bool:
        """一条答复的几次调用，依次办；真的发不到这个人那里了就是 False。"""
        for method, fields in calls:
            outcome = await attempt(self._call, method, fields, self._pause)
            if outcome is Outcome.BLOCKED:
                await self._blocked(user)
                return False
            if outcome is Outcome.UNREACHABLE:
                self._full_until = self._now() + CALM * 10
                return True
        return True
