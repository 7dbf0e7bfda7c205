"""扮演 Telegram 的一侧：一台假的 Bot API（真的 HTTP），和造更新的几样东西；照平台的文档写成，不用被测的代码。"""

import asyncio
import itertools
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

TOKEN = "42:TEST-token_1"
SECRET = "s3cret_-"
HANG_UP = 0
"""代替状态码：断开，不回答。"""

_numbers = itertools.count(700_000_001)
Json = dict[str, Any]


@dataclass
class Api:
    """一台假的 Bot API；`calls` 是办成的调用，`tries` 是来过的每一次。`refusals` 排在前头的先用。"""

    tries: list[tuple[str, Json]] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    refusals: list[tuple[str, int, Json]] = field(default_factory=list)
    updates: list[Json] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    slow: asyncio.Event | None = None
    url: str = ""
    _moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    def refuse(self, method: str, status: int, **parameters: int) -> None:
        """下一次这个方法的调用不成。"""
        self.refusals.append((method, status, parameters))

    def sent(self, chat: int | None = None) -> list[Json]:
        """发出去的消息，可以只看一个人的。"""
        return [given for name, given in self.calls if name == "sendMessage" and chat in (None, given["chat_id"])]

    async def until(self, done: Callable[[], bool]) -> None:
        """等到有这回事；等不到就算错。"""
        async with asyncio.timeout(30), self._moved:
            await self._moved.wait_for(done)

    async def got(self, count: int, chat: int | None = None) -> list[Json]:
        """等到发出去这么多条。"""
        await self.until(lambda: len(self.sent(chat)) >= count)
        return self.sent(chat)

    async def __call__(self, scope: Json, receive: Callable[[], Awaitable[Json]], send: Any) -> None:
        """一次调用；地址里的令牌不对是 404，和平台一样。"""
        body = b""
        while True:
            event = await receive()
            body += event.get("body", b"")
            if not event.get("more_body", False):
                break
        _, bot, method = scope["path"].split("/")
        given = _given(dict(scope["headers"]).get(b"content-type", b""), body)
        fields = {name: _read(value) if name in _STRUCTURED else value for name, value in given.items()}
        self.tries.append((method, fields))
        await self._tell()
        status, answer = (404, {}) if bot != f"bot{TOKEN}" else await self._answer(method, fields)
        await self._tell()
        if status == HANG_UP:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            return
        ok = status == 200
        shown = (
            {"ok": ok, "result": answer} if ok else {"ok": ok, "error_code": status, "description": "不行", **answer}
        )
        content = json.dumps(shown).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, method: str, fields: Json) -> tuple[int, Any]:
        if self.slow is not None and method == "sendMessage":
            await self.slow.wait()
        for refusal in self.refusals:
            if refusal[0] == method:
                self.refusals.remove(refusal)
                return refusal[1], {"parameters": refusal[2]} if refusal[2] else {}
        if method == "getUpdates":
            return 200, self._due(int(fields["offset"]))
        if method == "sendMessage":
            assert len(fields["text"].encode("utf-16-le")) // 2 <= 4096
            for row in fields.get("reply_markup", {}).get("inline_keyboard", []):
                assert all(1 <= len(button["callback_data"].encode()) <= 64 for button in row)
        self.calls.append((method, fields))
        return 200, True

    def _due(self, offset: int) -> list[Json]:
        self.offsets.append(offset)
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return self.updates

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()


_STRUCTURED = {"reply_markup", "link_preview_options", "allowed_updates", "chat_id", "offset", "max_connections"}


def _read(value: str) -> Any:
    return json.loads(value)


def _given(kind: bytes, body: bytes) -> dict[str, Any]:
    """各个字段；带文件的（multipart）一个文件是（文件名，内容）。"""
    if not kind.startswith(b"multipart/form-data"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)))
    whole = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + body, policy=HTTP)
    given: dict[str, Any] = {}
    for part in whole.iter_parts():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        given[str(name)] = (part.get_filename(), content) if part.get_filename() else content.decode()
    return given


@asynccontextmanager
async def bot_api() -> AsyncIterator[Api]:
    """起一台，用完就关。"""
    api = Api()
    config = uvicorn.Config(api, http="httptools", lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # 说明是 TCP，才不等确认
    listener.bind(("127.0.0.1", 0))
    api.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    await server.startup(sockets=[listener])
    try:
        yield api
    finally:
        await server.shutdown(sockets=[listener])


def chat(number: int = 7, type: str = "private") -> Json:
    """一个聊天。"""
    return {"id": number, "type": type, "first_name": "老王"}


def update(**parts: Any) -> Json:
    """一份更新，编号一份一个。"""
    return {"update_id": next(_numbers), **parts}


def said(text: str = "", user: int = 7, type: str = "private", **parts: Any) -> Json:
    """用户说的一句话，或者发来的一样东西。"""
    spoken = {"text": text} if text else {}
    person = {"id": user, "is_bot": False, "first_name": "老王"}
    head = {"message_id": 5, "date": 1795500000, "chat": chat(user, type), "from": person}
    return update(message={**head, **spoken, **parts})


def tapped(sent: Json, label: str, user: int = 7) -> Json:
    """点了发出去的一条消息下面的一个按钮。"""
    buttons = [button for row in sent["reply_markup"]["inline_keyboard"] for button in row]
    button = next(button for button in buttons if label in button["text"])
    shown = {"message_id": 6, "date": 1795500000, "chat": chat(user), **sent}
    person = {"id": user, "is_bot": False, "first_name": "老王"}
    return update(callback_query={"id": "cb1", "from": person, "message": shown, "data": button["callback_data"]})


def member(status: str, user: int = 7) -> Json:
    """用户拉黑了机器人（kicked），或者又放出来（member）。"""
    return update(my_chat_member={"chat": chat(user), "date": 1, "new_chat_member": {"status": status}})


async def push(port: int, body: Json | bytes, secret: str = SECRET) -> tuple[int, bytes]:
    """经套接字推一次更新，回来的状态与正文。"""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = (
        "POST /telegram HTTP/1.1\r\nHost: bot.example\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head.encode() + content)
        answer = await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
    headers, _, rest = answer.partition(b"\r\n\r\n")
    return int(headers.split(b" ", 2)[1]), rest
