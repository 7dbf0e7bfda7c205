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
EACH = 20
"""一个账号最多这么多页：一个人开得再多，也不挤掉别人。"""
_Queue = asyncio.Queue[bytes | None]
_Page = tuple[str | None, int]
"""一页看得到哪个区县（None 是全市），开着哪个案子（0 是没有）。"""


class Live:
    """开着的页面，各看各的区县；开着的案子没有了、归了别处，那一页也知道。"""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._open: dict[_Queue, _Page] = {}
        self._whose: dict[_Queue, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._seen: dict[int, float] = {}
        self._since = 0.0
        self._there: set[_Page] = set()

    def room(self, by: str) -> bool:
        """这个账号还开得下一页。"""
        mine = sum(each == by for each in self._whose.values()) if by else 0
        return len(self._open) < MOST and mine < EACH

    async def listen(
        self, store: Store, scope: str | None, closing: asyncio.Event, case: int = 0, by: str = ""
    ) -> AsyncIterator[bytes]:
        """一页的推送；空的是没有话也响一声。一下子来得太多、开不下的，马上就完。"""
        if not self.room(by):
            return
        queue: _Queue = asyncio.Queue()
        self._open[queue] = scope, case
        self._whose[queue] = by
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
            del self._open[queue], self._whose[queue]

    async def _poll(self, store: Store, closing: asyncio.Event) -> None:
        self._since, self._seen, self._there = 0.0, {}, set()
        while self._open and not closing.is_set():
            try:
                found = await asyncio.to_thread(self._changed, store, frozenset(self._open.values()))
            except Exception as error:
                _LOG.error("看不到案子的变化：%s：%s", type(error).__name__, error)
                await asyncio.sleep(1.0)
                continue
            for queue, page in list(self._open.items()):
                if (told := found.get(page)) is not None and queue.qsize() < 64:
                    queue.put_nowait(told)
            await asyncio.sleep(self._every)
        for queue in self._open:
            queue.put_nowait(None)

    def _changed(self, store: Store, pages: frozenset[_Page]) -> dict[_Page, bytes]:
        """各页看得到的案子里变了的、它开着的不见了，写成一条推送；没有变的不在里面。"""
        with store.reading() as connection:
            now = database_now(connection)
            there = _there(connection, pages)
            gone, self._there = (self._there & pages) - there, there
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
            fresh = [] if first else fresh
            return {page: told for page in pages if (told := _told(connection, fresh, page, page in gone))}


def _there(connection: Connection, pages: frozenset[_Page]) -> set[_Page]:
    """开着的案子还在、还归那一页看的。"""
    ids = {id for _, id in pages if id}
    if not ids:
        return set()
    found = dict(connection.execute(select(cases.c.id, cases.c.district).where(cases.c.id.in_(ids))).all())
    return {(scope, id) for scope, id in pages if id in found and scope in (None, found[id])}


def _told(connection: Connection, rows: list[Any], page: _Page, gone: bool) -> bytes:
    scope, case = page
    mine = [row.id for row in rows if scope is None or row.district == scope]
    mine += [case] if gone else []
    if not mine:
        return b""
    given = {"cases": mine[-50:], "waiting": waiting_count(connection, scope)}
    return b"data: " + json.dumps(given).encode() + b"\n\n"
