"""Bot API：python-telegram-bot 只当传输用；一次调用有一个说得清的结局。

结局照这张表：429 等它说的那么久再来；403 是对方拉黑了；断线、连不上、5xx 再试几次；写出去以后才超时的不知道到没到，
不再发，免得说两遍；其余（400、401、404……）是不收，再试也没用。
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

os.environ.setdefault("PTB_TIMEDELTA", "true")  # 不然每个 429 都要警告一次

import httpx
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

_LOG = logging.getLogger(__name__)

TRIES = 4
PAUSES = (0.5, 2.0, 5.0)
"""断线以后第几次再试前等几秒。"""
LONGEST_WAIT = 60.0
"""429 要等的总共不超过这么久；再长就不等了。"""
_NEVER_SENT = (httpx.ConnectTimeout, httpx.PoolTimeout)

Pause = Callable[[float], Awaitable[None]]


class Outcome(Enum):
    """一次调用的结局。"""

    SENT = "发出了"
    BLOCKED = "对方拉黑了"
    REFUSED = "平台不收"
    UNREACHABLE = "试了几次都连不上"
    LATER = "平台要等太久"
    UNKNOWN = "不知道到没到"


class Api(Bot):
    """一个机器人的 Bot API；`url` 是平台的地址。"""

    def __init__(self, token: str, url: str) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # 它的日志里有带令牌的地址
        ordinary, polling = self._transports = _transport(64), _transport(2)
        base = f"{url.rstrip('/')}/bot"
        super().__init__(token, base_url=base, request=ordinary, get_updates_request=polling)

    async def call(self, method: str, fields: Mapping[str, Any], read_timeout: float = 10) -> Any:
        """调一次，交回 result；不成就抛 TelegramError。不经 Bot 的各个方法：那些会把整条消息再读成对象。"""
        return await self._post(method, dict(fields), read_timeout=read_timeout)

    async def close_connections(self) -> None:
        """放掉连接。"""
        for transport in self._transports:
            await transport.shutdown()


def _transport(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=5,
        read_timeout=10,
        write_timeout=10,
        pool_timeout=5,
    )


async def attempt(
    call: Callable[[str, Mapping[str, Any]], Awaitable[Any]],
    method: str,
    fields: Mapping[str, Any],
    pause: Pause = asyncio.sleep,
) -> Outcome:
    """把一次调用办到有结局；等多久、试几次都有上限，不抛错。"""
    waited, tries = 0.0, 0
    while True:
        try:
            await call(method, fields)
            return Outcome.SENT
        except RetryAfter as error:
            seconds = _seconds(error.retry_after)
            waited += seconds
            if waited > LONGEST_WAIT:
                return _given_up(Outcome.LATER, method, error)
        except Forbidden:
            return Outcome.BLOCKED
        except BadRequest as error:
            return _given_up(Outcome.REFUSED, method, error)
        except NetworkError as error:
            if isinstance(error, TimedOut) and not isinstance(error.__cause__, _NEVER_SENT):
                return _given_up(Outcome.UNKNOWN, method, error)
            tries += 1
            if tries == TRIES:
                return _given_up(Outcome.UNREACHABLE, method, error)
            seconds = PAUSES[tries - 1]
        except TelegramError as error:
            return _given_up(Outcome.REFUSED, method, error)
        await pause(seconds)


def _given_up(outcome: Outcome, method: str, error: TelegramError) -> Outcome:
    _LOG.warning("Telegram 的 %s 没有办成，%s（%s）", method, outcome.value, type(error).__name__)
    return outcome


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
