"""量发送用的假平台：只认令牌、认重复的、等够时延、数各人收到几条；省着用处理器，免得量到的是它自己。

字段合不合格、各种毛病在 tests/bot/wechat_platform.py 里试；`python -m bench.broadcast_platform 0.05` 单独起一台。
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import uvloop

from tests.bot.wechat_platform import APP_ID, SECRET

TOKEN = "token-0123456789"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
_WRONG: dict[str, Any] = {"errcode": 40001, "errmsg": "invalid credential"}


class Sending(msgspec.Struct):
    """一条模板消息里要看的。"""

    touser: str
    template_id: str
    data: dict[str, dict[str, str]]
    client_msg_id: str = ""


class Platform:
    """各条连接共用的：谁收到过什么。"""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self._received: Counter[str] = Counter()
        self._seen: dict[tuple[str, str], int] = {}
        self._sending = msgspec.json.Decoder(Sending).decode

    def answer(self, path: bytes, body: bytes) -> tuple[bytes, float]:
        """一次调用的回答，和几秒以后给。"""
        made, wait = self._answer(path, body)
        content = msgspec.json.encode(made)
        return b"%s%d\r\n\r\n%s" % (_HEAD, len(content), content), wait

    def _answer(self, path: bytes, body: bytes) -> tuple[dict[str, Any], float]:
        if path == b"/seen":
            ours = [count for name, count in self._received.items() if not name.startswith("bare")]
            return {"people": len(ours), "doubled": sum(count > 1 for count in ours)}, 0.0
        if path == b"/cgi-bin/stable_token":
            given = msgspec.json.decode(body)
            right = (given["appid"], given["secret"]) == (APP_ID, SECRET)
            return {"access_token": TOKEN, "expires_in": 7200} if right else _WRONG, 0.0
        if path != f"/cgi-bin/message/template/send?access_token={TOKEN}".encode():
            return _WRONG, self.latency
        given = self._sending(body)
        key = given.touser, given.client_msg_id
        number = self._seen.get(key) if given.client_msg_id else None
        if number is None:
            number = self._seen[key] = 3_300_000_000 + len(self._seen)
            self._received[given.touser] += 1
        return {"errcode": 0, "errmsg": "ok", "msgid": number}, self.latency


class Connection(asyncio.Protocol):
    """一条长连接；一次只有一个请求在路上。"""

    def __init__(self, platform: Platform, later: Callable[..., Any]) -> None:
        self._platform = platform
        self._later = later
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        got = self._got = self._got + data
        end = got.find(b"\r\n\r\n")
        if end < 0:
            return
        at = got.lower().find(b"content-length:", 0, end)
        length = int(got[at + 15 : got.find(b"\r\n", at)]) if at >= 0 else 0
        if len(got) < end + 4 + length:
            return
        self._got = b""
        path = got[: got.find(b"\r\n")].split(b" ")[1]
        reply, wait = self._platform.answer(path, got[end + 4 :])
        if wait:
            self._later(wait, self._transport.write, reply)
        else:
            self._transport.write(reply)


async def _serve(latency: float) -> None:
    loop = asyncio.get_running_loop()
    platform = Platform(latency)
    server = await loop.create_server(lambda: Connection(platform, loop.call_later), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(float(sys.argv[1])))
