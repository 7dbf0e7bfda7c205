"""压：一个 epoll 循环，保持若干条长连接，每条收到回答就发下一条，逐条核对回答。

请求事先拼好，发之前只填一个等长的消息 id，所以它自己花得很少；`busy` 说它占了自己那个核的几成，接近 1 就是它在拖后腿。
"""

import base64
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha1
from itertools import count, cycle

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bench.floor import AES_KEY, APP_ID, TOKEN

SCRIPTS = (
    ("~我们是做商砼的", "1", "1", "现在还报得成不嘛"),
    ("~家具厂", "1", "专家要来几次", "修改", "1"),
    ("你好", "菜单", "1", "~我们厂做汽车配件喷漆", "1"),
    ("能评几级", "~水泥熟料", "1", "1", "申报材料"),
    ("~我们长寿的，商混站，想评 B", "1", "谁来审", "更多"),
    ("被退回了怎么办", "原文", "1", "返回"),
    ("~印刷包装", "2", "1", "评上有什么好处", "菜单"),
    ("~砖瓦厂，隧道窑", "1", "1", "重来", "~玻璃"),
    ("预警了要停哪些", "1", "~陶瓷", "1"),
    ("什么时候申报", "~搅拌站两条线", "1", "都不是", "~铸造"),
    ("~制药", "1", "没有了", "要交哪些材料", "退出"),
    ("~火锅底料算不算", "1", "~工业涂装", "1", "1"),
)
"""每个用户照着一份剧本一句句说，说完从头再来；`~` 开头的一句各人有各人的说法，免得量到的只是缓存。"""
MANNERS = ("{}", "{}，{}个工人", "请问{}", "你好，{}，年产{}吨", "老师，{}", "{}哈", "我们这边{}，{}万产值", "{}，谢谢")
USERS_EACH = 50
_ids = count(int(time.time()) * 10**8)


@dataclass(frozen=True)
class Load:
    """一段压力的结果；`latencies` 是排好序的秒数，`bad` 是不合格的回答数。"""

    done: int
    seconds: float
    latencies: list[float]
    bad: int
    busy: float

    @property
    def rate(self) -> float:
        """每秒答了几条。"""
        return self.done / self.seconds

    def percentile(self, share: float) -> float:
        """这个比例的请求在多少秒内。"""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


def press(
    port: int, talks: list[Iterator[bytes]], seconds: float, verdict: Callable[[bytes], bool | None] | None = None
) -> Load:
    """每个 talk 一条连接，一问一答地压 `seconds` 秒；有一个 talk 说完了就提前结束。"""
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    asks: dict[int, Iterator[bytes]] = {}
    sent: dict[int, float] = {}
    held: dict[int, bytes] = {}
    for talk in talks:
        peer = socket.create_connection(("127.0.0.1", port))
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[peer.fileno()], asks[peer.fileno()], held[peer.fileno()] = peer, talk, b""
        poll.register(peer.fileno(), select.EPOLLIN)
    judge = verdict or passive_reply
    latencies: list[float] = []
    bad = 0
    clock = time.perf_counter
    cpu, began = time.process_time(), clock()
    until = began + seconds
    for key, peer in sockets.items():
        sent[key] = clock()
        peer.send(next(asks[key]))
    now, going = began, True
    while going and now < until:
        for key, _ in poll.poll(1.0):
            answer = held[key] + sockets[key].recv(65536)
            if not answer:
                raise ConnectionError("对方断开了")
            state = judge(answer)
            if state is None:
                held[key] = answer
                continue
            held[key] = b""
            now = clock()
            latencies.append(now - sent[key])
            bad += not state
            request = next(asks[key], b"")
            if not request:
                going = False
                break
            sent[key] = clock()
            sockets[key].send(request)
        else:
            now = clock()
    took, used = clock() - began, time.process_time() - cpu
    for peer in sockets.values():
        peer.close()
    poll.close()
    return Load(len(latencies), took, sorted(latencies), bad, used / took)


def passive_reply(answer: bytes) -> bool | None:
    """回答合格（200，正文是一份不空的 XML）、不合格，或者还没收全（None）。"""
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return None
    at = answer.find(b"content-length: ", 0, head)
    length = int(answer[at + 16 : answer.find(b"\r", at)])
    if len(answer) < head + 4 + length:
        return None
    return answer.startswith(b"HTTP/1.1 200") and answer.startswith(b"<xml>", head + 4) and answer.endswith(b"</xml>")


def talks(connections: int, *, safe_each: int = 0) -> list[Iterator[bytes]]:
    """每条连接轮流替自己的那些用户说话；给了 safe_each 就是安全模式，每条连接预先加密这么多句。"""
    if safe_each:
        return [
            iter([_sealed(u, t) for (u, t), _ in zip(spoken(c), range(safe_each), strict=False)])
            for c in range(connections)
        ]
    return [_patched(c) for c in range(connections)]


def spoken(connection: int) -> Iterator[tuple[str, str]]:
    users = [f"oBench{connection:03d}_{n:03d}_{'x' * 14}" for n in range(USERS_EACH)]
    scripts = [cycle(SCRIPTS[(connection + n) % len(SCRIPTS)]) for n in range(USERS_EACH)]
    while True:
        for number, (user, script) in enumerate(zip(users, scripts, strict=True)):
            text = next(script)
            if text.startswith("~"):
                manner = MANNERS[(connection + number // len(SCRIPTS)) % len(MANNERS)]
                text = manner.format(text[1:], connection * USERS_EACH + number + 3)
            yield user, text


def _patched(connection: int) -> Iterator[bytes]:
    """id 是定长的，整个请求除它以外可以反复用。"""
    built: dict[tuple[str, str], tuple[bytes, bytes]] = {}
    for line in spoken(connection):
        if line not in built:
            before, _, after = _request(_xml(*line, "@" * 18).encode(), line[0]).partition(b"@" * 18)
            built[line] = before, after
        before, after = built[line]
        yield b"%b%018d%b" % (before, next(_ids), after)


def _xml(user: str, text: str, msg_id: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
        f"<CreateTime>1795500000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{msg_id}</MsgId></xml>"
    )


def _sealed(user: str, text: str) -> bytes:
    content = _xml(user, text, f"{next(_ids):018d}").encode()
    plain = os.urandom(16) + struct.pack(">I", len(content)) + content + APP_ID.encode()
    pad = 32 - len(plain) % 32
    key = base64.b64decode(AES_KEY + "=")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    encrypted = base64.b64encode(cipher.update(plain + bytes([pad]) * pad) + cipher.finalize()).decode()
    body = f"<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return _request(body.encode(), user, f"&encrypt_type=aes&msg_signature={_sign(encrypted)}")


def _request(body: bytes, user: str, more: str = "") -> bytes:
    query = f"signature={_sign()}&timestamp=1795500000&nonce=887766&openid={user}{more}"
    return (
        f"POST /wechat?{query} HTTP/1.1\r\nHost: bot.example\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n"
        f"Content-Type: text/xml\r\nPragma: no-cache\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _sign(*parts: str) -> str:
    return sha1("".join(sorted((TOKEN, "1795500000", "887766", *parts))).encode()).hexdigest()
