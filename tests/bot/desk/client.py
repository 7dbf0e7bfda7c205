"""测试用的服务台和来的人：不经套接字，直接按 ASGI 收发；记得 Cookie，会从页面里找出要带的那串字。"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

import knowledge
from bot.app import App, Counts
from bot.desk.accounts import Operator, put_account
from bot.desk.opening import LazyDesk
from bot.desk.passwords import hashed
from bot.settings import Settings
from bot.store import Store
from tests.bot.test_app import Turns

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=timezone(timedelta(hours=8)))
PASSWORD = "三更灯火五更鸡-2026"
HELD = hashed(PASSWORD)
"""算一次，各个测试都用它。"""


@dataclass
class Watch:
    """拨得动的钟。"""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **more: float) -> None:
        """往前走。"""
        self.now += timedelta(**more)


def opened(store: Store, clock: Callable[[], datetime] | None = None, inbox: Any = None, **settings: str) -> App:
    """只有服务台的产品。"""
    given = Settings(**{"web_per_address": "0", **settings})
    turns, counts = inbox or Turns(), Counts()
    desk = LazyDesk(given, store, turns, knowledge.on, clock or Watch(), counts)
    return App(turns, desk=desk, counts=counts)


def account(store: Store, name: str, district: str = "") -> Operator:
    """一个账号，密码是 PASSWORD；写了区县是值班的，没有写是管理员。"""
    made = Operator(name, "operator" if district else "admin", district)
    with store.transaction() as connection:
        put_account(connection, made, HELD, NOW)
    return made


@dataclass
class Answer:
    """一次回答。"""

    status: int
    headers: list[tuple[str, str]]
    text: str
    body: bytes = b""

    def header(self, name: str) -> str:
        """头一个同名的响应头；没有是空的。"""
        return next((value for each, value in self.headers if each == name), "")

    @property
    def csrf(self) -> str:
        """页面里要带的那串。"""
        found = re.search(r'name="csrf" (?:value|content)="([^"]+)"', self.text)
        return found[1] if found else ""


@dataclass
class Person:
    """一个浏览器；`peer` 是从哪里来。"""

    app: App
    peer: str = "192.0.2.7"
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> Answer:
        """打开一页，记下页面里的那串。"""
        answer = await self.request("GET", path, b"", headers)
        self.csrf = answer.csrf or self.csrf
        return answer

    async def post(
        self, path: str, fields: Mapping[str, Any] | None = None, token: str | None = None, **headers: str
    ) -> Answer:
        """提交表单；`token` 默认是最近那一页里的，空的是不带。"""
        token = self.csrf if token is None else token
        given = {**({"csrf": token} if token else {}), **(fields or {})}
        body = urlencode(given, doseq=True, errors="surrogatepass").encode()
        return await self.request("POST", path, body, {"content_type": "application/x-www-form-urlencoded", **headers})

    async def login(self, name: str, password: str = PASSWORD, following: str = "") -> Answer:
        """登录，再打开自己的账号，拿到那串。"""
        self.csrf = (await self.get("/desk/login")).csrf
        answer = await self.post("/desk/login", {"name": name, "password": password, "next": following})
        if answer.status == 303:
            await self.get("/desk/account")
        return answer

    async def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """一次请求；`headers` 里下划线代表连字号，空值是不带这一项。"""
        named = {"host": "desk.example", "sec_fetch_site": "same-origin", **(headers or {})}
        if self.cookies:
            named["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        location, _, query = path.partition("?")
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": location,
            "raw_path": quote(location).encode(), "query_string": _encoded(query), "root_path": "",
            "headers": [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in named.items() if v],
            "client": (self.peer, 1234), "server": ("desk.example", 80),
        }  # fmt: skip
        sent: list[dict[str, Any]] = []
        asked = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            return next(asked, {"type": "http.disconnect"})

        async def send(event: Any) -> None:
            sent.append(event)

        await self.app(scope, receive, send)
        found = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        for name, value in found:
            if name == "set-cookie":
                self._keep(value)
        body = b"".join(each.get("body", b"") for each in sent[1:])
        return Answer(sent[0]["status"], found, body.decode(errors="replace"), body)

    def _keep(self, line: str) -> None:
        for name, each in SimpleCookie(line).items():
            if each["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = each.value


def _encoded(query: str) -> bytes:
    """网址里 ? 后面的，汉字照浏览器那样写；别的原样，好试写得不对的。"""
    return "".join(each if each.isascii() else quote(each) for each in query).encode()
