"""一条 Telegram 消息的一个回合有多快：`python -m bench.telegram`，与底线并排，轮流量，印各轮比值的中位数。

底线是裸 ASGI：核对口令，读 JSON，在推送的回答里交回固定的一句。产品的答复一部分走 sendMessage，发到一台只会说“好”的
假平台（钉在压力那个核上），发不赢的随回答交回；两样都算一条。写法和读法同 bench.turn。
"""

import contextlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from hmac import compare_digest
from itertools import count
from pathlib import Path
from typing import Any

from bench.load import passive_reply, press, spoken
from bench.turn import LOAD_CORE, TICKS, Contender, _served, _ticks

SECRET = "bench-secret"
ROUNDS, CONNECTIONS, SECONDS = 5, 32, 3.0
_ids = count(100_000_000)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def floor(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """核对口令，读 JSON，交回固定的一句。"""
    event = await receive()
    secret = next(value for name, value in scope["headers"] if name == b"x-telegram-bot-api-secret-token")
    chat = json.loads(event["body"])["message"]["chat"]["id"]
    answer = json.dumps({"method": "sendMessage", "chat_id": chat, "text": "收到"}).encode()
    await _say(send, 200 if compare_digest(secret, SECRET.encode()) else 403, answer)


async def platform(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """什么调用都说好。"""
    while (await receive()).get("more_body"):
        pass
    await _say(send, 200, b'{"ok":true,"result":true}')


async def _say(send: Send, status: int, answer: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


class Judged:
    """合格的回答：200，空的（走了 sendMessage）或一次 sendMessage；数着各有多少。"""

    def __init__(self) -> None:
        self.inline = self.sent = 0

    def __call__(self, answer: bytes) -> bool | None:
        if passive_reply(answer) is None:
            return None
        _, _, body = answer.partition(b"\r\n\r\n")
        self.sent += not body
        self.inline += bool(body)
        return answer.startswith(b"HTTP/1.1 200") and (
            not body or b'"method":"sendMessage"' in body.replace(b": ", b":")
        )


def talk(connection: int) -> Iterator[bytes]:
    """一条连接轮流替自己的那些用户说话；编号是定长的，整个请求除它以外可以反复用。"""
    users: dict[str, int] = {}
    built: dict[tuple[str, str], tuple[bytes, bytes]] = {}
    for line in spoken(connection):
        if line not in built:
            chat = users.setdefault(line[0], connection * 1000 + len(users) + 1)
            before, _, after = _request(chat, line[1]).partition(b"123456789")
            built[line] = before, after
        before, after = built[line]
        yield b"%b%09d%b" % (before, next(_ids), after)


def _request(chat: int, text: str) -> bytes:
    person = {"id": chat, "is_bot": False, "first_name": "王", "language_code": "zh-hans"}
    said = {"message_id": 5, "from": person, "chat": {"id": chat, "first_name": "王", "type": "private"}}
    update = {"update_id": 123456789, "message": {**said, "date": 1795500000, "text": text}}
    body = json.dumps(update).encode()
    return (
        "POST /telegram HTTP/1.1\r\nHost: bot.example\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def main() -> None:
    """量完印一张表；有不合格的回答就以 1 退出。"""
    os.sched_setaffinity(0, {LOAD_CORE % (os.cpu_count() or 1)})
    uvicorn = [sys.executable, "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    quiet = ["--log-level", "warning", "--lifespan", "off"]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fake = Contender("平台", [*uvicorn, *quiet, "bench.telegram:platform"])
        stack.enter_context(_served(fake, folder))
        os.sched_setaffinity(fake.pid, {LOAD_CORE % (os.cpu_count() or 1)})
        settings = {
            "CHUANGB_TELEGRAM_TOKEN": "42:bench",
            "CHUANGB_TELEGRAM_SECRET": SECRET,
            "CHUANGB_TELEGRAM_API_URL": f"http://127.0.0.1:{fake.port}",
            "CHUANGB_BASE_URL": "https://bot.example",
        }
        serve = [sys.executable, "-m", "bot", "serve", "--no-sender", "--database", f"sqlite:///{folder / 'bench.db'}"]
        contenders = [Contender("底线", [*uvicorn, *quiet, "bench.telegram:floor"]), Contender("产品", serve, settings)]
        for contender in contenders:
            stack.enter_context(_served(contender, folder))
        judges = [Judged() for _ in contenders]
        for number in range(ROUNDS + 1):
            for contender, judged in zip(contenders, judges, strict=True):
                before = _ticks(contender.pid)
                load = press(contender.port, [talk(n) for n in range(CONNECTIONS)], SECONDS if number else 0.5, judged)
                if number:
                    contender.loads.append(load)
                    contender.micros.append((_ticks(contender.pid) - before) / TICKS / load.done * 1e6)
    print(f"{CONNECTIONS} 条连接，{ROUNDS} 轮，每轮 {SECONDS:g} 秒；各轮的中位数")
    low = contenders[0].loads
    for contender, judged in zip(contenders, judges, strict=True):
        ratio = statistics.median(a.rate / b.rate for a, b in zip(contender.loads, low, strict=True))
        rate = statistics.median(load.rate for load in contender.loads)
        late = statistics.median(load.percentile(0.99) for load in contender.loads) * 1e3
        busy = statistics.median(load.busy for load in contender.loads)
        bad = sum(load.bad for load in contender.loads)
        print(
            f"× 底线 {ratio:.2f}  {rate:,.0f} 条/秒  CPU {statistics.median(contender.micros):.1f} µs"
            f"  p99 {late:.1f} ms  压力忙 {busy:.0%}  走 sendMessage {judged.sent / (judged.sent + judged.inline):.1%}"
            f"  不合格 {bad}  {contender.name}"
        )
    sys.exit(any(load.bad for contender in contenders for load in contender.loads))


if __name__ == "__main__":
    main()
