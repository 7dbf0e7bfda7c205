"""往值班的人给的网址告诉一声（企业的群机器人一类）：只有案子、网址和头一句话，不跟跳转，不往内网去。"""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import select

from bot.desk.direct import case_url
from bot.desk.duty import WEBHOOK
from bot.reminders.notifier import Outcome, Outgoing, Refused, Sent, Way
from bot.store import Store
from bot.store.schema import operators

_LOG = logging.getLogger(__name__)
TRIES = 3
PAUSE = 1.0
TIMEOUT = 5.0
_WAY = Way(WEBHOOK)


class WebhookNotifier:
    """一个网址试三次；`hosts` 里的主机可以是 http，也可以在内网。"""

    channel = WEBHOOK

    def __init__(self, url_of: Callable[[str], str], base_url: str, hosts: tuple[str, ...] = (), pause: float = PAUSE):
        self._url_of = url_of
        self._base_url = base_url
        self._hosts = frozenset(hosts)
        self._pause = pause
        self._open: aiohttp.ClientSession | None = None

    def way(self, outgoing: Outgoing) -> Way:
        """总是发一次请求。"""
        return _WAY

    def fault(self, outgoing: Outgoing) -> str:
        """什么都放得下。"""
        return ""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """送一次，从不抛错；说不清到没到的也再试：多响一声，强过没有响。"""
        name = outgoing.user.removeprefix(f"{WEBHOOK}:")
        url = await asyncio.to_thread(self._url_of, name)
        if wrong := self._refused(url):
            return Refused(wrong, final=True)
        case = str(outgoing.values.get("case", ""))
        given = {"text": outgoing.text, "url": case_url(self._base_url, case), "case": int(case) if case else 0}
        said = ""
        for tries in range(TRIES):
            if tries:
                await asyncio.sleep(self._pause * tries)
            try:
                async with self._session().post(url, json=given, allow_redirects=False) as response:
                    if 200 <= response.status < 300:
                        return Sent("", _WAY)
                    said = f"对方回 {response.status}"
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                said = f"连不上（{type(error).__name__}）"
        _LOG.warning("往 %s 的网址告诉不成：%s", name, said)
        return Refused(said, final=True)

    async def close(self) -> None:
        """放掉连接。"""
        if self._open is not None:
            await self._open.close()

    def _refused(self, url: str) -> str:
        """这个网址去不得的原因；去得是空的。"""
        parts = urlsplit(url)
        if not url:
            return "没有网址了"
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in self._hosts):
            return "只往 https 的网址去"
        if parts.hostname in self._hosts:
            return ""
        try:
            inside = not ipaddress.ip_address(parts.hostname or "").is_global
        except ValueError:
            return ""
        return "不往内网去" if inside else ""

    def _session(self) -> aiohttp.ClientSession:
        if self._open is None:
            self._open = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=4, resolver=_Outside(self._hosts)),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._open


class _Outside(AbstractResolver):
    """名字解成内网地址的不去，`hosts` 里的除外。"""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """解出来的各个地址。"""
        found = await self._inner.resolve(host, port, family)
        kept = [each for each in found if host in self._hosts or ipaddress.ip_address(each["host"]).is_global]
        if not kept:
            raise OSError(None, "不往内网去")
        return kept

    async def close(self) -> None:
        """放掉。"""
        await self._inner.close()


def url_of(store: Store) -> Callable[[str], str]:
    """一个账号现在的网址；没有、停用了是空的。"""

    def found(name: str) -> str:
        query = select(operators.c.webhook).where(operators.c.name == name, operators.c.disabled_at.is_(None))
        with store.reading() as connection:
            return str(connection.execute(query).scalar_one_or_none() or "")

    return found


def hosts_of(said: str) -> tuple[str, ...]:
    """设置里写的主机，空格或逗号隔开。"""
    return tuple(said.replace(",", " ").split())
