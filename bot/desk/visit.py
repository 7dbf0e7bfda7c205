"""服务台的一页怎么登记，一次来访里有什么。每个区域的模块有一张 `ROUTES`，门在 guard.py，一处管全部。"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app import Counts, Turns
from bot.desk.accounts import NOBODY, Operator
from bot.desk.clusters import Clusters
from bot.desk.figures import Kept
from bot.desk.live import Live
from bot.desk.looks import Looks
from bot.desk.passwords import Passwords
from bot.desk.rehearsals import Rehearsals
from bot.desk.sessions import alive
from bot.desk.trail import Entry, write_audit
from bot.settings import Settings
from bot.store import Store
from bot.web.doors import Doors
from bot.web.limits import Buckets
from knowledge.rules import Rules
from knowledge.sayable import cleaned

T = TypeVar("T")
Needs = Literal["public", "operator", "admin"]
BODY = 64 * 1024
TRIES_PER_ADDRESS = 2.0
"""一个地址每秒最多试几次口令，一时可以连试十秒的份；只在这个进程里数。"""


@dataclass(frozen=True, slots=True)
class Shown:
    """渲染哪个模板、填什么；不是 200 的写 `status`，要留 Cookie 的写整行。"""

    name: str
    given: Mapping[str, Any]
    status: int = 200
    cookies: tuple[str, ...] = ()


Answer = Response | Shown | tuple[str, Mapping[str, Any]]
"""一页的结果：现成的 Response，或模板的名字和填进去的东西。"""


class Refused(Exception):
    """这次不成：`status` 和一句给人看的话。"""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status
        self.says = says


def missing() -> Refused:
    """没有，或不归他看：都是 404，看不出是哪一种。"""
    return Refused(404, "没有这一页，或者不归您的区县管。")


@dataclass(frozen=True, slots=True)
class Page:
    """一页：`role` 是谁可以来；`changes` 为真是会改动东西（只许 POST，要带那串字，记审计）。

    `action` 是审计里怎么写：改动的必填；看一个人资料的页也要填。`nav` 是导航里的名字；`most` 是正文最多几个字节。
    """

    path: str
    endpoint: "Callable[[Visit], Awaitable[Answer]]"
    role: Needs = "operator"
    changes: bool = False
    action: str = ""
    nav: str = ""
    most: int = BODY

    def __post_init__(self) -> None:
        assert self.path.startswith("/desk/"), self.path
        assert self.action or not self.changes, f"{self.path}：改动要写明审计里叫什么"
        assert not (self.nav and self.changes), self.path

    @property
    def methods(self) -> tuple[str, ...]:
        """许用的方法。"""
        return ("POST",) if self.changes else ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class World:
    """服务台站在什么上面；`closing` 在关停前点亮，开着的推送看见就收；`nudge` 叫发送的人现在就看一眼。"""

    store: Store
    inbox: Turns
    rules_on: Callable[[date], Rules]
    clock: Callable[[], datetime]
    settings: Settings
    doors: Doors
    counts: Counts
    passwords: Passwords
    tries: Buckets = field(default_factory=lambda: Buckets(TRIES_PER_ADDRESS))
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    live: Live = field(default_factory=Live)
    looks: Looks = field(default_factory=Looks)
    clusters: Clusters = field(default_factory=Clusters)
    figures: Kept = field(default_factory=Kept)
    rehearsals: Rehearsals = field(default_factory=Rehearsals)
    nudge: Callable[[], None] = lambda: None
    """没有在这个进程里发送的，叫了也没有事。"""

    async def reads(self, work: Callable[[Connection], T]) -> T:
        """在别的线程里、只读事务里做。"""

        def run() -> T:
            with self.store.reading() as connection:
                return work(connection)

        return await asyncio.to_thread(run)

    async def writes(self, work: Callable[[Connection], T]) -> T:
        """在别的线程里、一个写事务里做。"""

        def run() -> T:
            with self.store.transaction() as connection:
                return work(connection)

        return await asyncio.to_thread(run)


@dataclass(slots=True)
class Trail:
    """这次来访在审计里怎么写；`written` 是已经随改动一起写下了。"""

    subject: str = ""
    detail: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """一次来访：谁、要什么、手边有什么。读写库都在别的线程里。"""

    world: World
    request: Request
    page: Page
    address: str
    params: Mapping[str, str] = field(default_factory=dict)
    operator: Operator = NOBODY
    key: str = ""
    """登录的那一处在库里的散列。"""
    csrf: str = ""
    form: FormData = field(default_factory=FormData)
    trail: Trail = field(default_factory=Trail)

    @property
    def store(self) -> Store:
        return self.world.store

    @property
    def scope(self) -> str | None:
        """看得到哪个区县；None 是全市。每个查询都要照它。"""
        return self.operator.scope

    @property
    def now(self) -> datetime:
        return self.world.clock()

    @property
    def rules(self) -> Rules:
        """今天的规则。"""
        return self.world.rules_on(self.now.date())

    @property
    def id(self) -> int:
        """网址里的编号；不是编号是 404。"""
        said = self.params.get("id", "")
        if not (said.isascii() and said.isdecimal() and len(said) <= 18):
            raise missing()
        return int(said)

    def field(self, name: str, most: int = 200) -> str:
        """表单里的一项，去掉两头空白和看不见的字符；没有是空的，太长是 Refused。"""
        value = self.form.get(name)
        return _clean(value if isinstance(value, str) else "", most)

    def fields(self, name: str, most: int = 200) -> tuple[str, ...]:
        """表单里同名的各项。"""
        return tuple(_clean(each, most) for each in self.form.getlist(name) if isinstance(each, str))

    def file(self, name: str) -> UploadFile | None:
        """表单里传上来的一个文件；没有选是 None。"""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def query(self, name: str, most: int = 200) -> str:
        """网址里 ? 后面的一项。"""
        return _clean(self.request.query_params.get(name, ""), most)

    async def reads(self, work: Callable[[Connection], T]) -> T:
        """在只读事务里做。"""
        return await self.world.reads(work)

    async def writes(self, work: Callable[[Connection], T]) -> T:
        """在一个写事务里做，审计那一行也在里面：做成了才有，有了就做成了。"""

        def recorded(connection: Connection) -> T:
            done = work(connection)
            self.record(connection)
            return done

        return await self.world.writes(recorded)

    def note(self, subject: str, detail: str = "") -> None:
        """审计里对什么、怎么做的；`subject` 写编号（“case:12”），不写用户。"""
        self.trail.subject, self.trail.detail = subject, detail

    def record(self, connection: Connection) -> None:
        """审计写进调用者的事务；这一页不记，或已经记了，就不写。"""
        if self.page.action and not self.trail.written:
            entry = Entry(self.operator.name, self.page.action, self.trail.subject, self.trail.detail, self.address)
            write_audit(connection, self.now, entry)
            self.trail.written = True

    async def still(self) -> bool:
        """还登录着、没有停用、没有关停：长开着的推送隔一会儿问一次。"""
        return not self.world.closing.is_set() and await self.reads(lambda it: alive(it, self.key, self.now))

    @property
    def browsing(self) -> bool:
        """是浏览器打开一页，不是页面里的脚本来取。"""
        headers = self.request.headers
        scripted = "x-csrf" in headers or "text/event-stream" in headers.get("accept", "")
        return not scripted and headers.get("sec-fetch-dest", "document") == "document"

    @property
    def turning(self) -> bool:
        """是浏览器提交的表单：结果要转过去看，刷新和后退才不会再提交一遍。"""
        return self.request.method == "POST" and self.browsing and "text/html" in self.request.headers.get("accept", "")

    def place(self, district: str) -> str:
        """区县的 id 写成名字；空的是市局。"""
        found = self.rules.districts.get(district)
        return found.name if found else district or "市局"


def to(path: str) -> Response:
    """改动做完了，转去看。"""
    return RedirectResponse(path, 303)


def sheet(name: str, body: str) -> Response:
    """下载一张表（.csv），开头的记号让办公软件认得出编码。"""
    named = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(b"\xef\xbb\xbf" + body.encode(errors="replace"), media_type="text/csv", headers=named)


def _clean(said: str, most: int) -> str:
    kept = cleaned(said)
    if len(kept) > most:
        raise Refused(400, f"太长了，最多 {most} 个字。")
    return kept
