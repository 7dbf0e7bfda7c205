"""服务台的门：每一页要它的角色，每个改动要那串字，谁也看不到别的区县的；响应头、正文的上限、出错时说什么。"""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.desk import site
from bot.desk.site import HEADERS, pages
from bot.desk.visit import Answer, Page, Refused, Visit
from bot.store import Store
from bot.store.schema import audit, metadata
from tests.bot.desk.client import Person, Watch, opened
from tests.bot.desk.seeded import MARKS, seed
from tests.bot.test_app import Turns

ROOT = Path(site.__file__).parent
PAGES = pages()
NUMBERS = range(1, 4)
"""两个区县的东西都在这些编号里。"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """一个新的 SQLite 文件，两个区县各有东西。"""
    with Store.open(f"sqlite:///{tmp_path / 'desk.db'}") as opened:
        seed(opened)
        yield opened


@pytest.fixture
def app(store: Store) -> App:
    """服务台。"""
    return opened(store)


def addresses(page: Page) -> list[str]:
    """一页的网址：编号的换成存在的几个，别的换成各样的字。"""
    if "{" not in page.path:
        return [page.path]
    words = [*map(str, NUMBERS), "999", "x", "w-t", "w-y"]
    return [re.sub(r"\{[^}]+\}", word, page.path) for word in words]


async def people(app: App) -> dict[str, Person]:
    """没有登录的、两个区县值班的、管理员。"""
    found = {name: Person(app, peer=f"192.0.2.{at}") for at, name in enumerate(("nobody", "tong", "yong", "admin"))}
    for name, person in found.items():
        if name != "nobody":
            assert 303 == (await person.login(name)).status
    return found


def test_the_table_is_in_order() -> None:
    """每一页登记一次；改动只许 POST，并写明审计里叫什么；公开的只有登录。"""
    seen = [(page.path, page.methods) for page in PAGES]
    assert len(seen) == len(set(seen))
    assert {"/desk/login"} == {page.path for page in PAGES if page.role == "public"}
    for page in PAGES:
        assert page.role in ("public", "operator", "admin")
        assert not page.changes or page.action


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.methods[0]} {page.path}")
async def test_each_page_needs_its_role(app: App, page: Page) -> None:
    """没有登录的转去登录，值班的进不了管理员的页；能进的绝不是 5xx。"""
    known = await people(app)
    html = {"accept": "text/html"}
    for path in addresses(page):
        for name, person in known.items():
            if page.path == "/desk/logout" and name != "nobody":
                continue
            answer = await (person.post(path) if page.changes else person.request("GET", path, b"", html))
            assert answer.status < 500, (path, name)
            if name == "nobody" and page.role != "public":
                assert answer.status in (303, 401), path
                assert page.changes or answer.header("location").startswith("/desk/login?"), path
            elif name in ("tong", "yong") and page.role == "admin":
                assert 403 == answer.status, (path, name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.methods[0]} {page.path}")
async def test_no_page_tells_another_district(app: App, page: Page) -> None:
    """值班的看不到别的区县的任何记号：页面、搜索、导出、猜网址都一样；管理员两边都可以看。"""
    known = await people(app)
    for name, other in (("tong", "永川"), ("yong", "铜梁")):
        person = known[name]
        for path in addresses(page):
            if page.path == "/desk/logout":
                continue
            for query in ("", "?q=只归&who=&district=永川", "?q=只归&district=铜梁"):
                fields = {"q": "只归", "text": "x", "district": other}
                answer = await (person.post(path, fields) if page.changes else person.get(f"{path}{query}"))
                assert MARKS[other] not in answer.text, (path, name)


async def test_no_change_reaches_another_district(store: Store) -> None:
    """值班的把每个改动对着每个编号都试一遍：别的区县的行一个字也没有变，也没有话送到别的区县的人那里。"""
    turns = Turns()
    person = (await people(opened(store, inbox=turns)))["tong"]

    def held() -> list[str]:
        with store.reading() as connection:
            rows = [repr(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
        return [row for row in rows if MARKS["永川"] in row or "'永川'" in row or "'web:y'" in row]

    before = held()
    assert len(before) >= 10
    for page in PAGES:
        for path in addresses(page) if page.changes and page.path != "/desk/logout" else ():
            said = {"text": "改了", "district": "永川", "user": "web:y", "id": "2", "case": "2"}
            assert (await person.post(path, said)).status < 500, path
    assert before == held()
    assert [] == [message for message in turns.seen if message.user == "web:y"]


@pytest.mark.parametrize("page", [page for page in PAGES if page.changes], ids=lambda page: page.path)
async def test_each_change_needs_its_token(app: App, store: Store, page: Page) -> None:
    """不带那串、带错的、别人的、从别的网站来的，一律 403，什么也没有改。"""
    known = await people(app)
    await known["nobody"].get("/desk/login")
    person = known["nobody" if page.role == "public" else "admin"]
    other = known["tong"].csrf

    def count() -> int:
        with store.reading() as connection:
            return connection.execute(select(func.count()).select_from(audit)).scalar_one()

    before = count()
    for path in addresses(page):
        tries = [
            await person.post(path, token=""),
            await person.post(path, token="x" * 43),
            await person.post(path, token="\ud800"),
            await person.post(path, token=other),
            await person.post(path, token="", x_csrf="x"),
            await person.post(path, sec_fetch_site="cross-site"),
            await person.post(path, sec_fetch_site="same-site"),
            await person.post(path, sec_fetch_site="none"),
            await person.post(path, sec_fetch_site="", origin="https://evil.example"),
            await person.post(path, sec_fetch_site="", origin="null"),
        ]
        assert [403] * len(tries) == [answer.status for answer in tries], path
        assert 405 == (await person.request("PUT", path)).status
    assert before == count()


async def test_a_token_may_come_in_a_header(app: App) -> None:
    """页面里的脚本把那串放在头里；浏览器不说从哪里来的，看 Origin。"""
    person = (await people(app))["tong"]
    own = {"sec_fetch_site": "", "origin": "http://desk.example"}
    assert 303 == (await person.post("/desk/account/others", token="", x_csrf=person.csrf, **own)).status


async def test_every_answer_has_its_headers(app: App) -> None:
    """每个回答都只许自己的脚本和样式，不许嵌、不许存；静态的文件可以一直存着。"""
    person = (await people(app))["admin"]
    for path in ("/desk/login", "/desk/account", "/desk/audit", "/desk/nothing", "/desk/", "/desk"):
        answer = await person.get(path)
        for name, value in HEADERS.items():
            assert value == answer.header(name), (path, name)
        assert "unsafe" not in answer.header("content-security-policy")
    page = await person.get("/desk/account")
    for link in re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', page.text):
        file = await person.get(link)
        assert 200 == file.status
        assert "immutable" in file.header("cache-control")
        assert HEADERS["content-security-policy"] == file.header("content-security-policy")
    assert 404 == (await person.get("/desk/static/../site.py")).status


def test_nothing_inline_nothing_from_elsewhere() -> None:
    """模板里没有写在页面里的脚本、样式，没有别处的东西，没有关掉转义的地方。"""
    for path in ROOT.rglob("templates/*"):
        text = path.read_text(encoding="utf-8")
        for word in (" style=", "<style", " onclick=", " onsubmit=", "javascript:", "| safe", "|safe", "autoescape"):
            assert word not in text, f"{path.name}：{word}"
        assert [] == re.findall(r"<script(?![^>]* src=)[^>]*>", text), path.name
        assert [] == re.findall(r'(?:src|href|action)="(?:https?:)?//', text), path.name


def test_every_form_carries_the_token() -> None:
    """模板里每个提交改动的表单都带着那串。"""
    for path in ROOT.rglob("templates/*"):
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            assert 'name="csrf"' in form, path.name


async def test_bodies_are_bounded(app: App) -> None:
    """太大的 413，不是表单的 415，读不懂的 400，什么字节都不出错。"""
    person = (await people(app))["tong"]
    path, form = "/desk/account/password", "application/x-www-form-urlencoded"
    for body, kind, status in (
        (b"csrf=x&a=" + b"a" * 70_000, form, 413),
        (b"{}", "application/json", 415),
        (b"\x00\xff\xfe" * 1000, form, 403),
        (b"a=1&" * 10_000, form, 400),
        (b"--x\r\nnonsense", "multipart/form-data", 400),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"csrf=%ED%A0%80", form, 403),
        (b"", "", 403),
    ):
        assert status == (await person.request("POST", path, body, {"content_type": kind})).status, (body[:9], kind)


async def test_hostile_addresses(app: App) -> None:
    """怪网址、怪 Cookie、怪头都不出错。"""
    person = (await people(app))["admin"]
    for path in ("/desk/audit?who=%00&before=x", "/desk/audit?who=" + "长" * 500, "/desk/audit?before=" + "9" * 400):
        assert (await person.get(path)).status in (200, 400), path
    for path in ("/desk/%00", "/desk/{id}", "/desk/\ufffd", "/desk/" + "x" * 5000, "/desk//account", "/desk/account/"):
        assert 404 == (await person.get(path)).status, path
    for cookie in ("chuangb_desk=" + "x" * 5000, "chuangb_desk=\xff", ";;;=;", "chuangb_desk", 'chuangb_desk="'):
        assert 303 == (await Person(app).get("/desk/account", cookie=cookie)).status, cookie


async def test_a_link_from_elsewhere_finds_its_way(app: App) -> None:
    """从别处（例如微信里的链接）点进来，头一次浏览器不带 Cookie：本站再打开一次就带了，不用重新登录。"""
    person = (await people(app))["tong"]
    kept, person.cookies = person.cookies, {}
    first = await person.get('/desk/account?a=1&b="><script>', sec_fetch_site="cross-site")
    assert 200 == first.status
    assert 'content="0;url=/desk/account?a=1&amp;b=&quot;&gt;&lt;script&gt;"' in first.text
    assert 303 == (await person.get("/desk/account")).status
    person.cookies = kept
    assert 200 == (await person.get("/desk/account")).status


async def test_scripts_get_one_line(app: App) -> None:
    """页面里的脚本来取，登录过期了是 401 和一句话，不是一页登录。"""
    answer = await Person(app).get("/desk/account", accept="text/event-stream")
    assert (401, "登录过期了，请重新登录。\n") == (answer.status, answer.text)
    assert 401 == (await Person(app).get("/desk/account", sec_fetch_dest="empty")).status


async def test_a_fault_tells_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """出了错，页面上只有一句抱歉；审计写不下，资料就不给看。"""

    async def bad(visit: Visit) -> Answer:
        raise ValueError("秘密")

    async def shown(visit: Visit) -> Answer:
        visit.note("case:1")
        return "error.html", {"says": "看到的资料", "status": 200}

    async def missed(visit: Visit) -> Answer:
        raise Refused(404, f"没有 {visit.id}")

    area = (
        Page("/desk/bad", bad),
        Page("/desk/view/{id}", shown, action="看资料"),
        Page("/desk/miss/{id}", missed, action="看资料"),
    )
    monkeypatch.setattr(site, "pages", lambda: (*PAGES, *area))
    app = opened(store)
    person = (await people(app))["tong"]
    fault = await person.get("/desk/bad")
    assert 500 == fault.status
    assert "秘密" not in fault.text
    assert "看到的资料" in (await person.get("/desk/view/1")).text
    assert 404 == (await person.get("/desk/miss/1")).status
    assert 404 == (await person.get("/desk/miss/x")).status
    with store.reading() as connection:
        query = select(audit.c.operator, audit.c.subject).filter_by(action="看资料")
        assert [("tong", "case:1")] == [tuple(row) for row in connection.execute(query)]
    monkeypatch.setattr(Visit, "record", lambda *_: 1 / 0)
    broken = await person.get("/desk/view/1")
    assert 500 == broken.status
    assert "看到的资料" not in broken.text


async def test_the_audit_is_part_of_the_change(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """改动和它的审计在一个事务里：审计写不下，改动也没有做。"""
    app = opened(store)
    here, there = (await people(app))["tong"], Person(app)
    await there.login("tong")
    monkeypatch.setattr("bot.desk.visit.write_audit", lambda *_: 1 / 0)
    assert 500 == (await here.post("/desk/account/others")).status
    assert 200 == (await there.get("/desk/account")).status


async def test_too_many_requests_wait(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """一个地址来得太快的等着，静态的文件不算。"""
    monkeypatch.setattr("bot.desk.site.monotonic", lambda: 1000.0)
    app = opened(store, Watch(), web_per_address="1")
    person = Person(app)
    statuses = [(await person.get("/desk/login")).status for _ in range(205)]
    assert [200] * 200 + [429] * 5 == statuses
    assert 200 == (await person.get("/desk/static/desk.css")).status


async def test_serving_does_not_wait_for_the_desk(tmp_path: Path) -> None:
    """起服务不导入服务台，头一次有人来才导入；还没有账号，登录的一页也在。"""
    asked = (
        "import sys, bot.serving; print(*(name for name in sys.modules if name.startswith(('bot.desk.', 'argon2'))))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert {"bot.desk.site", "bot.desk.passwords", "argon2"}.isdisjoint(told)
    with Store.open(f"sqlite:///{tmp_path / 'empty.db'}") as empty:
        app = opened(empty)
        answers = await asyncio.gather(*(Person(app).get("/desk/login") for _ in range(5)))
    assert [200] * 5 == [answer.status for answer in answers]


async def test_written_addresses_come_first() -> None:
    """写死的网址排在带编号的前面，不会被编号的抢走。"""
    marks = ["{" in page.path for page in PAGES]
    assert marks == sorted(marks)
