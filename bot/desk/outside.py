"""往外面去的连接：名字解成内网地址的不去。"""

import socket

import aiohttp
from aiohttp import ClientError as ClientError
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.desk.inward import inward


def open_session(hosts: frozenset[str], seconds: float) -> aiohttp.ClientSession:
    """一个会话，一次请求至多这么多秒；`hosts` 里的主机也可以在内网。"""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=4, resolver=Outside(hosts)),
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


class Outside(AbstractResolver):
    """名字解成内网地址的不去，`hosts` 里的除外。"""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """解出来的各个地址。"""
        found = await self._inner.resolve(host, port, family)
        kept = [each for each in found if host in self._hosts or not inward(each["host"])]
        if not kept:
            raise OSError(None, "不往内网去")
        return kept

    async def close(self) -> None:
        """放掉。"""
        await self._inner.close()
