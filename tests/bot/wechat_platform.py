"""扮演微信平台的服务端接口：真的 HTTP，照平台的文档写成，不用被测的代码。

配额、错误码、时延、丢了的回答、发两遍的回执、会死的令牌，都可以按百分比开；每个 openid 真正收到了什么，它记着。
单独起一台：`python -m tests.bot.wechat_platform --port 8090 --latency 0.05`。
"""

import argparse
import asyncio
import random
import re
import struct
import time
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from tests.bot.wechat_client import Platform as Pushing
from tests.bot.wechat_client import Push, event

APP_ID = "wx1234567890abcdef"
SECRET = "app-secret-0123456789abcdef012345"
TEMPLATE = "tmpl-deadline-000000000000000000000000000000"
SUBSCRIPTION = "subs-deadline-000000000000000000000000000000"
BEIJING = timezone(timedelta(hours=8))
RID = "rid: 66f1a2b3-1234abcd-0000ffff"

Json = dict[str, Any]
BY_REQUEST = ("busy", "invalid_token", "expired_token", "quota", "timeout", "reset", "error")
"""随机落在每一次请求上的毛病；还有 `lost`（办了，回答丢了）、`doubled`（回执发两遍）、`dying`（令牌当场作废）。"""
BY_PERSON = ("unfollowed", "no_consent", "reply_limit", "failed_later")
"""落在人身上的毛病：同一个 openid 每次都一样。"""
CODES = {
    "busy": (-1, "system error"),
    "invalid_token": (40001, "invalid credential, access_token is invalid or not latest"),
    "expired_token": (42001, "access_token expired"),
    "quota": (45009, "reach max api minute quota limit"),
    "unfollowed": (43004, "require subscribe"),
    "no_consent": (43101, "user refuse to accept the msg"),
    "reply_limit": (45047, "out of response count limit"),
}


@dataclass
class Token:
    """一个访问令牌，到 `until` 为止有效。"""

    value: str
    until: float


@dataclass
class Fake:
    """一台假的平台；`faults` 是各种毛病的百分比，`script` 是按路径排好的下一个毛病，先用完它。"""

    app_id: str = APP_ID
    secret: str = SECRET
    latency: float = 0.0
    faults: dict[str, float] = field(default_factory=dict)
    script: dict[str, deque[str | int]] = field(default_factory=lambda: defaultdict(deque))
    templates: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {TEMPLATE: ("thing1", "date2"), SUBSCRIPTION: ("thing1", "date2")}
    )
    daily: int = 100_000
    seed: int = 1
    url: str = ""
    product: str = ""
    pushing: Pushing = field(default_factory=Pushing)
    received: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    calls: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    menu: Json = field(default_factory=dict)
    unfollowed: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    consents: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: float = 0.0
    tokens: list[Token] = field(default_factory=list)
    receipts: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._numbers = count(3_300_000_000)
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}
        self._allowed: dict[str, tuple[int, float]] = {}
        self._sent_today: Counter[tuple[str, str]] = Counter()
        self._forced: list[float] = []
        self._scenes: dict[str, Json] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._routes: dict[str, Callable[[Json], Json]] = {
            "/cgi-bin/message/template/send": self._template,
            "/cgi-bin/message/subscribe/bizsend": self._subscription,
            "/cgi-bin/message/custom/send": self._custom,
            "/cgi-bin/menu/create": self._menu,
            "/cgi-bin/qrcode/create": self._qrcode,
            "/cgi-bin/ticket/getticket": self._ticket,
            "/cgi-bin/openapi/quota/get": self._quota,
        }

    # 测试用来摆布它的

    def refuse(self, path: str, *faults: str | int) -> None:
        """这个路径接下来的几次调用依次出这些毛病：名字，或者一个错误码。"""
        self.script[path].extend(faults)

    def spoke(self, openid: str) -> None:
        """用户发来一句话：48 小时里可以回 5 条。"""
        self._allowed[openid] = (5, self.now() + 48 * 3600)

    def clicked(self, openid: str) -> None:
        """用户点了菜单、扫了码或关注了：1 分钟里可以回 3 条。"""
        left, until = self._allowed.get(openid, (0, 0.0))
        if not (left and until > self.now() + 60):
            self._allowed[openid] = (3, self.now() + 60)

    def kill_tokens(self) -> None:
        """现有的令牌全部当场作废。"""
        self.tokens.clear()

    def now(self) -> float:
        """平台的钟。"""
        return time.time() + self.skipped

    def counts(self) -> Counter[int]:
        """收到了几条的各有几人。"""
        return Counter(len(got) for got in self.received.values())

    async def quiet(self) -> None:
        """等还没有推完的回执都推完。"""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    # 一次请求

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """一次调用：先有没有毛病，再看令牌，再办，再回答。"""
        path = request.path
        self.calls[path] += 1
        given = msgspec.json.decode(await request.read() or b"{}")
        if path == "/cgi-bin/showqrcode":
            return self._show(request)
        if path == "/cgi-bin/stable_token":
            answer = self._scripted(path) or self._stable_token(given)
            return await self._answer(request, answer)
        fault = self._fault(path)
        if fault == "timeout":
            await asyncio.sleep(3600)
        if fault == "reset":
            return _cut(request)
        if fault == "error":
            return web.Response(status=502, text="bad gateway")
        route = self._routes.get(path)
        if route is None:
            return web.Response(status=404)
        answer = (
            self._refused(fault)
            or self._unauthorised(request.query.get("access_token", ""))
            or route(given | dict(request.query))
        )
        if fault == "lost" or self._strikes("lost"):
            return _cut(request)
        return await self._answer(request, answer)

    async def _answer(self, request: web.BaseRequest, answer: Json) -> web.StreamResponse:
        self.answered[answer.get("errcode", 0)] += 1
        if self.latency:
            await asyncio.sleep(self.latency)
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    def _fault(self, path: str) -> str | int:
        if self.script[path]:
            return self.script[path].popleft()
        return next((name for name in BY_REQUEST if self._strikes(name)), "")

    def _scripted(self, path: str) -> Json | None:
        return self._refused(self.script[path].popleft()) if self.script[path] else None

    def _refused(self, fault: str | int) -> Json | None:
        if isinstance(fault, int):
            return {"errcode": fault, "errmsg": f"scripted {RID}"} if fault else None
        if fault in CODES:
            code, message = CODES[fault]
            return {"errcode": code, "errmsg": f"{message} {RID}"}
        return None

    def _strikes(self, name: str) -> bool:
        percent = self.faults.get(name, 0.0)
        return percent > 0 and self._random.random() * 100 < percent

    def _afflicts(self, name: str, openid: str) -> bool:
        percent = self.faults.get(name, 0.0)
        return percent > 0 and zlib.crc32(f"{self.seed}{name}{openid}".encode()) % 10_000 < percent * 100

    # 令牌

    def _stable_token(self, given: Json) -> Json:
        if given.get("grant_type") != "client_credential" or given.get("appid") != self.app_id:
            return _error(40013, "invalid appid")
        if given.get("secret") != self.secret:
            return _error(40125, "invalid appsecret")
        now = self.now()
        self.tokens = [token for token in self.tokens if token.until > now]
        if given.get("force_refresh"):
            self._forced = [at for at in self._forced if at > now - 86400]
            if len(self._forced) >= 20 or (self._forced and now - self._forced[-1] < 30):
                return _error(45009, "reach max api daily quota limit")
            self._forced.append(now)
            self.tokens.clear()
        if not self.tokens or self.tokens[-1].until - now < 300:
            value = f"{next(self._numbers)}_{self._random.getrandbits(256):064x}"
            self.tokens.append(Token(value, now + 7200))
        newest = self.tokens[-1]
        return {"access_token": newest.value, "expires_in": int(newest.until - now)}

    def _unauthorised(self, given: str) -> Json | None:
        if not given:
            return _error(41001, "access_token missing")
        if self._strikes("dying"):
            self.kill_tokens()
        now = self.now()
        for token in self.tokens:
            if token.value == given:
                return None if token.until > now else _error(42001, "access_token expired")
        return _error(40001, "invalid credential, access_token is invalid or not latest")

    # 发

    def _template(self, given: Json) -> Json:
        openid, template = given.get("touser", ""), given.get("template_id", "")
        known = given.get("client_msg_id", "")
        if not openid:
            return _error(40003, "invalid openid")
        if openid in self.unfollowed or self._afflicts("unfollowed", openid):
            return _error(43004, "require subscribe")
        if self._afflicts("reply_limit", openid):  # 真的平台只对客服消息这样说
            return _error(45047, "out of response count limit")
        if wrong := self._malformed(template, given.get("data")):
            return wrong
        seen = self._seen.get((openid, known)) if known else None
        if seen is not None and self.now() - seen[0] < 600:
            return {"errcode": 0, "errmsg": "ok", "msgid": seen[1]}
        if over := self._over("template"):
            return over
        number = next(self._numbers)
        if known:
            self._seen[openid, known] = (self.now(), number)
        failed = openid in self.blocked or self._afflicts("failed_later", openid)
        if not failed:
            self.received[openid].append({"way": "template", "id": number, **given})
        self._receipt(openid, number, "failed:user block" if failed else "success")
        return {"errcode": 0, "errmsg": "ok", "msgid": number}

    def _subscription(self, given: Json) -> Json:
        openid, template = given.get("touser", ""), given.get("template_id", "")
        if wrong := self._malformed(template, given.get("data")):
            return wrong
        if self.consents[openid, template] <= 0 or self._afflicts("no_consent", openid):
            return _error(43101, "user refuse to accept the msg")
        self.consents[openid, template] -= 1
        number = next(self._numbers)
        self.received[openid].append({"way": "subscription", "id": number, **given})
        return {"errcode": 0, "errmsg": "ok"}

    def _custom(self, given: Json) -> Json:
        openid = given.get("touser", "")
        left, until = self._allowed.get(openid, (0, 0.0))
        if until <= self.now():
            return _error(45015, "response out of time limit or subscription is canceled")
        if left <= 0 or self._afflicts("reply_limit", openid):
            return _error(45047, "out of response count limit")
        if len(given.get("text", {}).get("content", "").encode()) > 2048:
            return _error(45002, "content size out of limit")
        if over := self._over("custom"):
            return over
        self._allowed[openid] = (left - 1, until)
        self.received[openid].append({"way": "custom", **given})
        return {"errcode": 0, "errmsg": "ok"}

    def _over(self, kind: str) -> Json | None:
        """过了今天的限额；北京时间零点重新算。"""
        key = kind, datetime.fromtimestamp(self.now(), BEIJING).date().isoformat()
        if self._sent_today[key] >= self.daily:
            return _error(45009, "reach max api daily quota limit")
        self._sent_today[key] += 1
        return None

    def _malformed(self, template: str, data: Any) -> Json | None:
        if template not in self.templates:
            return _error(40037, "invalid template_id")
        names = self.templates[template]
        if not isinstance(data, dict) or set(data) != set(names):
            return _error(47003, "argument invalid! data fields mismatch")
        for name in names:
            value = data[name].get("value") if isinstance(data[name], dict) else None
            if not isinstance(value, str) or not _fits(name, value):
                return _error(47003, f"argument invalid! data.{name}.value invalid")
        return None

    # 其余的接口

    def _menu(self, given: Json) -> Json:
        buttons = given.get("button", [])
        if not 1 <= len(buttons) <= 3:
            return _error(40016, "invalid button size")
        for button in buttons:
            subs = button.get("sub_button", [])
            if len(subs) > 5:
                return _error(40023, "invalid sub button size")
            if len(button["name"].encode()) > 16 or any(len(sub["name"].encode()) > 60 for sub in subs):
                return _error(40018, "invalid button name size")
            for each in subs or [button]:
                if each["type"] == "click" and len(each["key"].encode()) > 128:
                    return _error(40019, "invalid button key size")
        self.menu = {"button": buttons}
        return {"errcode": 0, "errmsg": "ok"}

    def _qrcode(self, given: Json) -> Json:
        scene = given.get("action_info", {}).get("scene", {}).get("scene_str", "")
        lasting = given.get("action_name") == "QR_LIMIT_STR_SCENE"
        if not lasting and given.get("action_name") != "QR_STR_SCENE":
            return _error(40035, "invalid parameter")
        if not 1 <= len(scene) <= 64:
            return _error(40053, "invalid action info")
        seconds = given.get("expire_seconds", 60)
        if not lasting and not 0 < seconds <= 2_592_000:
            return _error(40035, "invalid expire_seconds")
        ticket = f"gQH{next(self._numbers)}+/=="
        self._scenes[ticket] = {"scene": scene, "lasting": lasting, "seconds": seconds}
        answer: Json = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{len(self._scenes)}"}
        return answer if lasting else answer | {"expire_seconds": seconds}

    def scene(self, ticket: str = "") -> Json:
        """一张二维码说的是什么；不说哪一张就是最近的。"""
        return self._scenes[ticket or next(reversed(self._scenes))]

    def _show(self, request: web.BaseRequest) -> web.Response:
        if request.query.get("ticket") not in self._scenes:
            return web.Response(status=404)
        return web.Response(body=PNG, content_type="image/png")

    def _ticket(self, given: Json) -> Json:
        return {"errcode": 0, "errmsg": "ok", "ticket": f"ticket-{len(self.tokens)}", "expires_in": 7200}

    def _quota(self, given: Json) -> Json:
        today = datetime.fromtimestamp(self.now(), BEIJING).date().isoformat()
        kind = "custom" if "custom" in given.get("cgi_path", "") else "template"
        used = self._sent_today[kind, today]
        return {
            "errcode": 0,
            "errmsg": "ok",
            "quota": {"daily_limit": self.daily, "used": used, "remain": self.daily - used},
        }

    # 推回来的

    def _receipt(self, openid: str, number: int, status: str) -> None:
        if self.product:
            xml = event("TEMPLATESENDJOBFINISH", None, openid, MsgID=str(number), Status=status)
            for _ in range(2 if self._strikes("doubled") else 1):
                self._later(self._pushed(self.pushing.push(xml, openid)))

    def consent(self, openid: str, template: str = SUBSCRIPTION, answer: str = "accept") -> None:
        """用户在弹窗里点了同意（accept）或取消（reject），并推给产品。"""
        if answer == "accept":
            self.consents[openid, template] += 1
        if self.product:
            self._later(self._pushed(self.pushing.push(popup(openid, [(template, answer)]), openid)))

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pushed(self, push: Push) -> None:
        """推一次，没有好好回答就再来，共三次。"""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50))
        for _ in range(3):
            try:
                async with self._session.post(f"{self.product}?{push.query}", data=push.body) as response:
                    if response.status == 200 and await response.read() == b"success":
                        self.receipts += 1
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0)

    async def close(self) -> None:
        """收摊。"""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def popup(openid: str, answers: list[tuple[str, str]], name: str = "subscribe_msg_popup_event") -> str:
    """用户对订阅弹窗的回答，照平台推来的样子。"""
    wrapper = "".join(part.capitalize() for part in name.split("_"))
    rows = "".join(
        f"<List><TemplateId><![CDATA[{template}]]></TemplateId>"
        f"<SubscribeStatusString><![CDATA[{answer}]]></SubscribeStatusString><PopupScene>1</PopupScene></List>"
        for template, answer in answers
    )
    return event(name, None, openid).replace("</xml>", f"<{wrapper}>{rows}</{wrapper}></xml>")


@asynccontextmanager
async def wechat_platform(fake: Fake | None = None, port: int = 0) -> AsyncIterator[Fake]:
    """起一台，用完就关。"""
    fake = fake or Fake()
    server = web.Server(fake.handle, access_log=None, handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    assert site._server is not None
    fake.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    try:
        yield fake
    finally:
        await fake.close()
        await runner.cleanup()


def _cut(request: web.BaseRequest) -> web.Response:
    """断开，一个字也不回答。"""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _error(code: int, message: str) -> Json:
    return {"errcode": code, "errmsg": f"{message} {RID}"}


_FITS = {
    "thing": re.compile(r"[^\n\r]{1,20}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "number": re.compile(r"-?\d{1,32}(\.\d+)?"),
    "phrase": re.compile(r"[一-鿿]{1,5}"),
    "name": re.compile(r"[一-鿿]{1,10}|[A-Za-z ]{1,20}"),
    "time": re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d\d"),
    "date": re.compile(r"\d{4}年\d{1,2}月\d{1,2}日( \d{1,2}:\d\d)?|\d{4}-\d\d-\d\d( \d\d:\d\d)?"),
    "const": re.compile(r"[^\n\r]{1,20}"),
}


def _fits(name: str, value: str) -> bool:
    return _FITS[name.rstrip("0123456789")].fullmatch(value) is not None


def _png(size: int = 29) -> bytes:
    """一张黑白格子的 PNG。"""
    rows = b"".join(b"\0" + bytes(255 * ((x ^ y) & 1) for x in range(size)) for y in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    chunks = (struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PNG = _png()


def main() -> None:
    """单独起一台，一直到叫停。"""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--product", default="", help="回执推到哪里，例如 http://127.0.0.1:8000/wechat")
    parser.add_argument("--token", default="token123", help="推送的签名用的 Token")
    parser.add_argument("--daily", type=int, default=10_000_000)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=PERCENT")
    given = parser.parse_args()
    faults = {name: float(percent) for name, _, percent in (each.partition("=") for each in given.fault)}
    fake = Fake(latency=given.latency, product=given.product, faults=faults, daily=given.daily)
    fake.pushing = Pushing(token=given.token)

    async def run() -> None:
        async with wechat_platform(fake, given.port):
            print(f"{fake.url} 开着，{datetime.now(UTC):%H:%M:%S}", flush=True)
            await asyncio.Event().wait()

    asyncio.run(run())


if __name__ == "__main__":
    main()
