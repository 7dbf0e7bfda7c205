"""推给浏览器的（server-sent events）：同一个人开着的每个页面都收到。"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator

EACH = 8
"""一个人最多同时开着这么多条。"""
BEHIND = 64
"""一条流积下这么多没有取走的，就断开，让页面自己来补。"""
BEAT_SECONDS = 20.0
"""没有话说时也隔这么久响一声，免得中间的代理以为断了。"""

_Queue = asyncio.Queue[bytes | None]


class Streams:
    """开着的流，只在本进程里；值班的人在别的进程里说的，由 pushing.py 看着库推来。"""

    def __init__(self, most: int = 4000) -> None:
        self._most = most
        self._open: defaultdict[str, list[_Queue]] = defaultdict(list)
        self._count = 0

    @property
    def users(self) -> frozenset[str]:
        """开着页面的人。"""
        return frozenset(self._open)

    def room(self, user: str) -> bool:
        """还开得下一条。"""
        return self._count < self._most and len(self._open.get(user, ())) < EACH

    def send(self, user: str, data: bytes) -> None:
        """把一行 JSON 推给这个人开着的每个页面。"""
        for queue in self._open.get(user, ()):
            if queue.qsize() < BEHIND:
                queue.put_nowait(b"data: " + data + b"\n\n")
            else:
                queue.put_nowait(None)

    async def listen(self, user: str) -> AsyncIterator[bytes]:
        """一条流要写出去的字节，直到对方走了，或者 `hang_up`。"""
        queue: _Queue = asyncio.Queue()
        self._open[user].append(queue)
        self._count += 1
        try:
            yield b"retry: 2000\n: hello\n\n"
            while True:
                try:
                    piece = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
                except TimeoutError:
                    piece = b": beat\n\n"
                if piece is None:
                    return
                yield piece
        finally:
            self._count -= 1
            self._open[user].remove(queue)
            if not self._open[user]:
                del self._open[user]

    def hang_up(self) -> None:
        """全部断开：服务要停了。"""
        for queues in self._open.values():
            for queue in queues:
                queue.put_nowait(None)
