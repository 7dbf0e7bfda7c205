"""往值班的人给的网址告诉一声（企业的群机器人一类）：只有案子、网址和头一句话，不跟跳转，不往内网去。"""

import asyncio
import logging
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.desk.direct import case_url
from bot.desk.duty import WEBHOOK, barred
from bot.reminders.notifier import Outcome, Outgoing, Refused, Sent, Way
from bot.store import Store
from bot.store.schema import operators

if TYPE_CHECKING:
    from aiohttp import ClientSession

_LOG = logging.getLogger(__name__)
TRIES = 3
PAUSE = 1.0
TIMEOUT = 5.0
_WAY = Way(WEBHOOK)


class WebhookNotifier:
    """一个网址试三次（或 `tries` 次）；`hosts` 里的主机可以是 http，也可以在内网。"""

    channel = WEBHOOK

    def __init__(
        self,
        url_of: Callable[[str], str],
        base_url: str,
        hosts: tuple[str, ...] = (),
        pause: float = PAUSE,
        tries: int = 0,
    ) -> None:
        self._url_of = url_of
        self._base_url = base_url
        self._hosts = frozenset(hosts)
        self._pause = pause
        self._tries = tries
        self._open: ClientSession | None = None

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
        if wrong := barred(url, self._hosts):
            return Refused(wrong, final=True)
        outside = await asyncio.to_thread(import_module, "bot.desk.outside")  # 有人要告诉才载入，省下八兆内存
        if self._open is None:
            self._open = outside.open_session(self._hosts, TIMEOUT)
        case = str(outgoing.values.get("case", ""))
        given = {"text": outgoing.text, "url": case_url(self._base_url, case), "case": int(case) if case else 0}
        said = ""
        for tries in range(self._tries or TRIES):
            if tries:
                await asyncio.sleep(self._pause * tries)
            try:
                async with self._open.post(url, json=given, allow_redirects=False) as response:
                    if 200 <= response.status < 300:
                        return Sent("", _WAY)
                    said = f"对方不收（回的是 {response.status}）"
            except (outside.ClientError, TimeoutError, OSError, ValueError) as error:
                said = _why(error)
        _LOG.warning("往 %s 的网址告诉不成：%s", name, said)
        return Refused(said, final=True)

    async def close(self) -> None:
        """放掉连接。"""
        if self._open is not None:
            await self._open.close()


def _why(error: Exception) -> str:
    """没有送到是为什么。"""
    if isinstance(error, TimeoutError):
        return f"等了 {TIMEOUT:.0f} 秒没有回音"
    return "这个名字指着内网，不往内网去" if "不往内网去" in str(error) else "连不上"


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
