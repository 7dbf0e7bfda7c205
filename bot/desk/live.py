"""案子变了，开着的页面马上知道：一个进程只看一遍库，有页面开着才看。"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Connection, select

from bot.desk.duty import waiting_count
from bot.store import Store
from bot.store.now import database_now
from bot.store.schema import cases

_LOG = logging.getLogger(__name__)
EVERY = 0.4
OVERLAP = 5.0
"""写下得早、提交得晚的，再看这么多秒以前的。"""
BEAT = 20.0
MOST = 500
"""一个进程最多同时开着这么多页。"""
_Queue = asyncio.Queue[bytes | None]


class Live:
    """开着的页面，各看各的区县；None 是全市。"""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._open: dict[_Queue, str | None] = {}
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[int, float] = {}
        self._since = 0.0

    @property
    def room(self) -> bool:
        """还开得下一页。"""
        return len(self._open) < MOST

    async def listen(self, store: Store, scope: str | None, closing: asyncio.Event) -> AsyncIterator[bytes]:
        """一页的推送；空的是没有话也响一声。"""
        queue: _Queue = asyncio.Queue()
        self._open[queue] = scope
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._poll(store, closing))
        try:
            while True:
                piece: bytes | None = b""
                with contextlib.suppress(TimeoutError):
                    piece = await asyncio.wait_for(queue.get(), BEAT)
                if piece is None:
                    return
                yield piece
        finally:
            del self._open[queue]

    async def _poll(self, store: Store, closing: asyncio.Event) -> None:
        self._since, self._seen = 0.0, {}
        while self._open and not closing.is_set():
            try:
                found = await asyncio.to_thread(self._changed, store, frozenset(self._open.values()))
            except Exception as error:
                _LOG.error("看不到案子的变化：%s：%s", type(error).__name__, error)
                await asyncio.sleep(1.0)
                continue
            for queue, scope in list(self._open.items()):
                if (told := found.get(scope)) is not None and queue.qsize() < 64:
                    queue.put_nowait(told)
            await asyncio.sleep(self._every)
        for queue in self._open:
            queue.put_nowait(None)

    def _changed(self, store: Store, scopes: frozenset[str | None]) -> dict[str | None, bytes]:
        """各个范围里变了的案子，写成一条推送；没有变的不在里面。"""
        with store.reading() as connection:
            now = database_now(connection)
            if not self._since:
                self._since = now
                return {}
            rows = connection.execute(
                select(cases.c.id, cases.c.district, cases.c.touched).where(cases.c.touched > self._since - OVERLAP)
            ).all()
            fresh = [row for row in rows if self._seen.get(row.id) != row.touched]
            first = not self._seen and not fresh
            self._seen = {row.id: row.touched for row in rows}
            self._since = now
            if first:
                return {}
            return {scope: told for scope in scopes if (told := _told(connection, fresh, scope))}


def _told(connection: Connection, rows: list[Any], scope: str | None) -> bytes:
    mine = [row.id for row in rows if scope is None or row.district == scope]
    if not mine:
        return b""
    given = {"cases": mine[-50:], "waiting": waiting_count(connection, scope)}
    return b"data: " + json.dumps(given).encode() + b"\n\n"
