"""值班的人说的、交还时说的，一秒里就到开着的页面，不管是哪个进程写下的；没有页面开着就不看。"""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from bot.channels.web import shown
from bot.page import decode_reply
from bot.store import Store
from bot.store.schema import turns
from bot.web.streams import Streams

_LOG = logging.getLogger(__name__)
EVERY = 0.4
OVERLAP = 5.0
"""编号小、提交得晚的，过了这么多秒才不再看。"""
RECENT = 200
"""头一遍往回看这么多个回合：页面读了记录、还没有听起来的那一会儿。"""
KINDS = ("say", "give", "expire", "close")


class Pusher:
    """`wake` 在有页面开着时叫，已经在看就没有事。"""

    def __init__(self, store: Store, streams: Streams, every: float = EVERY) -> None:
        self._store = store
        self._streams = streams
        self._every = every
        self._task: asyncio.Task[None] | None = None
        self._marks: list[tuple[float, int]] = []
        self._sent: set[int] = set()

    def wake(self) -> None:
        """开始看。"""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        self._marks, self._sent = [], set()
        loop = asyncio.get_running_loop()
        while users := self._streams.users:
            try:
                last, rows = await asyncio.to_thread(self._found, self._floor(loop.time()))
            except Exception as error:
                _LOG.error("看不到值班的人说了什么：%s：%s", type(error).__name__, error)
                await asyncio.sleep(1.0)
                continue
            self._marks.append((loop.time(), last))
            for row in rows:
                if row.user in users and row.id not in self._sent and row.reply:
                    self._sent.add(row.id)
                    turn = shown(row.message_id, row.at, row.kind, row.said, decode_reply(row.reply))
                    self._streams.send(row.user, json.dumps(turn, ensure_ascii=False).encode(errors="replace"))
            await asyncio.sleep(self._every)

    def _floor(self, now: float) -> int | None:
        """从哪个编号看起：OVERLAP 秒以前见过的最大的；还没有看过是 None。"""
        if not self._marks:
            return None
        old = [mark for mark in self._marks if mark[0] < now - OVERLAP]
        self._marks = [*old[-1:], *self._marks[len(old) :]]
        floor = self._marks[0][1]
        self._sent = {id for id in self._sent if id > floor}
        return floor

    def _found(self, floor: int | None) -> tuple[int, Sequence[Any]]:
        with self._store.reading() as connection:
            last = connection.execute(select(func.max(turns.c.id))).scalar() or 0
            floor = max(0, last - RECENT) if floor is None else floor
            if floor >= last:
                return last, ()
            columns = (
                turns.c.id,
                turns.c.user,
                turns.c.message_id,
                turns.c.at,
                turns.c.kind,
                turns.c.said,
                turns.c.reply,
            )
            query = select(*columns).where(turns.c.id > floor, turns.c.kind.in_(KINDS)).order_by(turns.c.id)
            return last, connection.execute(query).all()
