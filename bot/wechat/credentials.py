"""平台的令牌各进程共用：存在库里，过期时只有拿到租约的一个去换，别的等它或先用旧的。

平台在到期前五分钟就给新令牌，那五分钟里新旧都认，所以换的时候谁也不必停。
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Protocol

from sqlalchemy import Connection, insert, select, update

from bot.store import Store
from bot.store.now import database_now
from bot.store.schema import credentials

AHEAD = 300.0
"""到期前这么多秒就去换。"""
LEASE = 15.0
"""一次去换最多这么多秒；到了还没有换好，别人接着换。"""
LOOK = 0.1
"""别人在换、旧的又用不得，隔这么久看一眼。"""
SULK = 5.0
"""换不成以后这么多秒里不再去换，直接说换不成。"""

Fetch = Callable[[], Awaitable[tuple[str, float]]]
"""向平台要一个：令牌和还有多少秒到期；要不到就抛错。"""


class Credentials(Protocol):
    """令牌从哪里来。"""

    async def current(self, key: str, fetch: Fetch, stale: str = "", since: float = 0.0) -> str:
        """现在能用的令牌。平台说过 `stale` 不能用就不给它；那一问是秒表 `since` 时发出的，之后平台又给了它的除外。"""


class SharedCredentials:
    """存在 credentials 表里的令牌，同一时刻只有一个进程在换。"""

    def __init__(self, store: Store, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._store = store
        self._pause = pause
        self._held: dict[str, tuple[str, float]] = {}
        self._confirmed: dict[str, tuple[str, float]] = {}
        self._failed: dict[str, tuple[Exception, float]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def current(self, key: str, fetch: Fetch, stale: str = "", since: float = 0.0) -> str:
        """现在能用的令牌；换不成就抛 `fetch` 抛的错。"""
        if (token := self._fresh(key, stale, since)) is not None:
            return token
        async with self._locks.setdefault(key, asyncio.Lock()):
            if (token := self._fresh(key, stale, since)) is not None:
                return token
            if (failed := self._failed.get(key)) is not None and monotonic() < failed[1]:
                raise failed[0]
            return await self._shared(key, fetch, stale)

    def _fresh(self, key: str, stale: str, since: float) -> str | None:
        token, until = self._held.get(key, ("", 0.0))
        confirmed, at = self._confirmed.get(key, ("", 0.0))
        believed = token != stale or (token == confirmed and since < at)
        return token if token and believed and monotonic() < until else None

    async def _shared(self, key: str, fetch: Fetch, stale: str) -> str:
        while True:
            found = await asyncio.to_thread(self._claim, key, stale)
            if found is None:
                return await self._renew(key, fetch, stale)
            token, seconds = found
            if token:
                self._held[key] = (token, monotonic() + seconds)
                return token
            await self._pause(LOOK)

    async def _renew(self, key: str, fetch: Fetch, stale: str) -> str:
        began = monotonic()
        try:
            async with asyncio.timeout(LEASE - 3):
                token, seconds = await fetch()
        except Exception as error:
            self._failed[key] = (error, monotonic() + SULK)
            await asyncio.to_thread(self._release, key)
            raise
        seconds -= monotonic() - began
        await asyncio.to_thread(self._put, key, token, seconds)
        self._failed.pop(key, None)
        if token == stale:
            self._confirmed[key] = (token, began)
        self._held[key] = (token, monotonic() + max(1.0, seconds - AHEAD))
        return token

    def _claim(self, key: str, stale: str) -> tuple[str, float] | None:
        """令牌和可以放心用的秒数；("", 0) 是别人在换，要等；None 是轮到自己去换。"""
        with self._store.transaction() as connection:
            row = _locked(connection, key)
            now = database_now(connection)
            left = row.expires_at - now
            usable = bool(row.token) and row.token != stale and left > 0
            if usable and left > AHEAD:
                return row.token, left - AHEAD
            if row.refreshing_until is not None and row.refreshing_until > now:
                return (row.token, min(1.0, left)) if usable else ("", 0.0)
            connection.execute(update(credentials).filter_by(channel=key).values(refreshing_until=now + LEASE))
            return None

    def _put(self, key: str, token: str, seconds: float) -> None:
        with self._store.transaction() as connection:
            until = database_now(connection) + seconds
            values = {"token": token, "expires_at": until, "refreshing_until": None}
            connection.execute(update(credentials).filter_by(channel=key).values(**values))

    def _release(self, key: str) -> None:
        with self._store.transaction() as connection:
            connection.execute(update(credentials).filter_by(channel=key).values(refreshing_until=None))


def _locked(connection: Connection, key: str) -> "Row":
    """锁住这一行，没有就先建。"""
    query = select(credentials.c.token, credentials.c.expires_at, credentials.c.refreshing_until)
    query = query.filter_by(channel=key).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        _add(connection, key)
        row = connection.execute(query).one()
    return row


def _add(connection: Connection, key: str) -> None:
    values = {"channel": key, "token": "", "expires_at": 0.0, "refreshing_until": None}
    if connection.dialect.name == "sqlite":
        connection.execute(insert(credentials).values(**values))
        return
    from sqlalchemy.dialects.postgresql import insert as insert_or_leave

    connection.execute(insert_or_leave(credentials).values(**values).on_conflict_do_nothing())


class Row(Protocol):
    """令牌的一行。"""

    token: str
    expires_at: float
    refreshing_until: float | None
