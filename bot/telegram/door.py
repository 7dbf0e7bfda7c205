"""Telegram 的门：推来的更新进收件箱，答复落了库才应声，再由发信的发出去；没有公网地址就长轮询。

答复平时走 sendMessage：看得见 403 和 429，断了能再试。发不赢、连不上的时候，改在推送的回答里交回，不排队也不占出口。
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec
from telegram import InputFile
from telegram.error import TelegramError

from bot.channels.base import Arrival, Forbidden, Inbound, Unreadable
from bot.channels.telegram import UPDATES, Call, Telegram
from bot.documents.opening import FilesOf
from bot.inbox import APOLOGY, Unstorable
from bot.telegram.api import Api, Pause
from bot.telegram.sender import Sender
from dialogs.records import Message, Reply

if TYPE_CHECKING:
    from bot.app import Counts
    from bot.clock import Clock

_LOG = logging.getLogger(__name__)

POLL_SECONDS = 50
BREATH = 0.2
"""空手回来以后歇这么多秒：不等就答“没有”的平台也不会被追着问。"""
STOP_SECONDS = 3.0
SLOWEST_RETRY = 60.0

Answer = Callable[[Message], Awaitable[Reply | None]]


class Door:
    """一个机器人的来往；`base_url` 空着就长轮询，`secret` 空着就由令牌推出一个。不合格式抛 ValueError。"""

    def __init__(
        self,
        answer: Answer,
        clock: "Clock",
        *,
        token: str,
        api_url: str,
        secret: str = "",
        base_url: str = "",
        pause: Pause = asyncio.sleep,
        files: FilesOf | None = None,
    ) -> None:
        self._files = files
        self._secret = secret or hmac.new(token.encode(), b"chuangb webhook", hashlib.sha256).hexdigest()
        self._channel = Telegram(self._secret, clock)
        self._answer = answer
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._pause = pause
        self._api = Api(token, api_url)
        self._sender = Sender(self._api.call, self._blocked, pause)
        self._task: asyncio.Task[None] | None = None

    async def start(self, counts: "Counts") -> None:
        """登记推送的地址，或者开始长轮询；都在后台，平台连不上不耽误启动。"""
        self._task = asyncio.create_task(self._register() if self._base_url else self._poll(counts))

    async def stop(self) -> None:
        """不再取，把手上的答复发完；有时限。"""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._sender.stop(STOP_SECONDS)
        try:
            await self._api.close_connections()
        except Exception:
            _LOG.exception("放不掉 Telegram 的连接")

    async def push(self, inbound: Inbound, counts: "Counts") -> tuple[int, bytes]:
        """推来的一次请求 → 状态和正文；口令不对 403，读不懂也是 200，不然平台会重投几个小时。"""
        try:
            arrival = self._channel.parse(inbound)
        except Forbidden:
            counts.refused += 1
            return 403, b""
        except Unreadable as error:
            counts.unreadable += 1
            _LOG.warning("Telegram 推来的正文读不懂：%s", error)
            return 200, b""
        if arrival is None:
            counts.ignored += 1
            return 200, b""
        reply = await self._turn(arrival, counts)
        if self._sender.takes(arrival.message.user):
            await self._send(arrival, reply)
            return 200, b""
        return 200, self._channel.respond(arrival, reply)

    async def _turn(self, arrival: Arrival, counts: "Counts") -> Reply | None:
        counts.messages += 1
        began = perf_counter()
        try:
            reply = await self._answer(arrival.message)
        except Unstorable as error:
            counts.unreadable += 1
            _LOG.warning("Telegram 的消息存不下：%s", error)
            return None
        except Exception:
            counts.errors += 1
            _LOG.exception("一个回合出错")
            reply = APOLOGY
        counts.seconds += perf_counter() - began
        if reply is None:
            counts.silent += 1
        else:
            counts.replies += 1
        return reply

    async def _send(self, arrival: Arrival, reply: Reply | None) -> None:
        calls = self._channel.calls(arrival, reply)
        if reply is not None and reply.documents:
            calls += await self._documents(arrival, reply)
        if calls:
            self._sender.put(arrival.message.user, calls)

    async def _documents(self, arrival: Arrival, reply: Reply) -> tuple[Call, ...]:
        """随后发出的文件；话里已经有网页的链接，就不再发那个网页。做不出来只发话。"""
        try:
            files = await self._files(reply) if self._files is not None else ()
        except Exception:
            _LOG.exception("文书做不出来")
            return ()
        chat = int(arrival.message.user.removeprefix("telegram:"))
        sent = [file for file in files if file.kind != "page" or not self._base_url]
        return tuple(
            ("sendDocument", {"chat_id": chat, "document": InputFile(file.body, filename=file.name)}) for file in sent
        )

    async def _blocked(self, user: str) -> None:
        """对方拉黑了：照取消关注记下。"""
        now = self._clock()
        try:
            await self._answer(Message(user, f"blocked:{now.isoformat()}", now, kind="event", event="unsubscribe"))
        except Exception:
            _LOG.exception("记不下 Telegram 用户的拉黑")

    async def _register(self) -> None:
        address = f"{self._base_url}/telegram"
        fields = {"url": address, "secret_token": self._secret, "allowed_updates": UPDATES, "max_connections": 40}
        await self._until_done("setWebhook", fields)

    async def _poll(self, counts: "Counts") -> None:
        """一批一批地取；这一批的回合都落了库，下一次才告诉平台取到哪里了。"""
        await self._until_done("deleteWebhook", {})
        offset, wait = 0, 1.0
        while True:
            fields = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": UPDATES}
            try:
                updates = await self._api.call("getUpdates", fields, read_timeout=POLL_SECONDS + 10)
                offset = max((update["update_id"] + 1 for update in updates), default=offset)
            except (TelegramError, TypeError, KeyError) as error:
                _LOG.warning("从 Telegram 取不到消息（%s），%g 秒后再试", type(error).__name__, wait)
                await self._pause(wait)
                wait = min(wait * 2, SLOWEST_RETRY)
                continue
            wait = 1.0
            if not updates:
                await self._pause(BREATH)
            await asyncio.gather(*(self._polled(msgspec.json.encode(update), counts) for update in updates))

    async def _polled(self, body: bytes, counts: "Counts") -> None:
        try:
            arrival = self._channel.read(body)
        except Unreadable as error:
            counts.unreadable += 1
            _LOG.warning("从 Telegram 取来的读不懂：%s", error)
            return
        if arrival is None:
            counts.ignored += 1
        else:
            await self._send(arrival, await self._turn(arrival, counts))

    async def _until_done(self, method: str, fields: dict[str, object]) -> None:
        wait = 1.0
        while True:
            try:
                await self._api.call(method, fields)
                return
            except TelegramError as error:
                _LOG.warning("Telegram 的 %s 没有办成（%s），%g 秒后再试", method, type(error).__name__, wait)
                await self._pause(wait)
                wait = min(wait * 2, SLOWEST_RETRY)
