"""服务台的账号和登录：谁进得来，试错几次锁，闲多久退出，停用立刻算数。"""

import asyncio
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

import bot.desk.passwords as passwords
from bot.__main__ import main
from bot.app import App
from bot.desk.accounts import LOCKED, TRIES, begin_stranger, begin_try, clean_name, disable_account, passed
from bot.desk.guard import COOKIE
from bot.desk.hours import hours, read_hours, set_hours, written_hours
from bot.desk.passwords import Busy, Passwords, fault
from bot.desk.sessions import IDLE, alive, open_sitting, seats, sitting
from bot.store import Store
from bot.store.schema import audit, desk_sessions, operators, strangers
from tests.bot.desk.client import HELD, NOW, PASSWORD, Person, Watch, account, opened

HOSTILE = [
    "",
    " ",
    "x" * 10_000,
    "a\0b",
    "\ud800",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "张三\n",
    "٣٤",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """一个新的 SQLite 文件；两种引擎的差别，在 test_both_engines 里看。"""
    with Store.open(f"sqlite:///{tmp_path / 'desk.db'}") as opened:
        yield opened


@pytest.fixture
def watch() -> Watch:
    """拨得动的钟。"""
    return Watch()


@pytest.fixture
def app(store: Store, watch: Watch) -> App:
    """铜梁的值班、全市的管理员，各一个。"""
    account(store, "zhang", "铜梁")
    account(store, "admin")
    return opened(store, watch)


def rows(store: Store) -> list[tuple[str, str, str]]:
    """审计：谁、做什么、对什么。"""
    with store.reading() as connection:
        found = connection.execute(select(audit.c.operator, audit.c.action, audit.c.subject).order_by(audit.c.id))
        return [(row.operator, row.action, row.subject) for row in found]


async def test_login_opens_what_was_asked(app: App) -> None:
    """没有登录转去登录，登录后回到要看的那一页；退出以后又进不来。"""
    person = Person(app)
    asked = await person.get("/desk/account?done=others")
    assert (303, "/desk/login?next=%2Fdesk%2Faccount%3Fdone%3Dothers") == (asked.status, asked.header("location"))
    entered = await person.login("ZHANG ", following="/desk/account?done=others")
    assert (303, "/desk/account?done=others") == (entered.status, entered.header("location"))
    page = await person.get("/desk/account")
    assert 200 == page.status
    assert "铜梁区" in page.text
    assert 303 == (await person.get("/desk/login")).status
    assert 303 == (await person.post("/desk/logout")).status
    assert {} == {name: value for name, value in person.cookies.items() if name == COOKIE}
    assert 303 == (await person.get("/desk/account")).status


@pytest.mark.parametrize(
    "following", ["//evil.example/", "https://evil.example", "/desk/../web", "/desk/%2E./web", "/desk/\\evil", ""]
)
async def test_login_leads_nowhere_else(app: App, following: str) -> None:
    """登录以后只转去服务台里的页，别处一概不去。"""
    entered = await Person(app).login("zhang", following=following)
    assert "/desk/" == entered.header("location")


async def test_a_session_is_a_hash(app: App, store: Store) -> None:
    """Cookie 脚本读不到、只随本站走；库里只有散列；每次登录是新的一串，原来的作废。"""
    person = Person(app)
    line = next(value for name, value in (await person.login("zhang")).headers if value.startswith(COOKIE + "="))
    assert {"HttpOnly", "SameSite=Strict", "Path=/desk/"} <= set(line.split("; "))
    assert "Secure" not in line
    first = person.cookies[COOKIE]
    with store.reading() as connection:
        assert first not in str(connection.execute(select(desk_sessions)).all())
    again = Person(app, cookies={COOKIE: "made-up-by-somebody-else"})
    await again.login("zhang")
    assert "made-up-by-somebody-else" != again.cookies[COOKIE]


async def test_https_cookies_are_secure(store: Store) -> None:
    """公网地址是 https 的，Cookie 只走 https。"""
    account(store, "zhang", "铜梁")
    entered = await Person(opened(store, base_url="https://bot.example.gov.cn")).login("zhang")
    assert all("Secure" in value for name, value in entered.headers if name == "set-cookie")


async def test_a_wrong_name_and_a_wrong_password_look_alike(app: App, watch: Watch) -> None:
    """账号没有、密码不对，说的话一样；连着错十次都锁一刻钟，过了再试得。"""
    known, unknown = Person(app, peer="192.0.2.1"), Person(app, peer="192.0.2.2")
    for _ in range(TRIES):
        answers = [await known.login("zhang", "不对的密码不对的"), await unknown.login("nobody", "不对的密码不对的")]
        assert [403, 403] == [answer.status for answer in answers]
        said = [answer.text.partition('role="alert">')[2].partition("<")[0] for answer in answers]
        assert ["账号或密码不对。连着错 10 次，要等 15 分钟。"] * 2 == said
    for person, name in ((known, "zhang"), (unknown, "nobody")):
        person.peer += "9"
        locked = await person.login(name)
        assert 429 == locked.status
        assert "10:15 以后再试" in locked.text
    watch.on(minutes=15)
    assert 303 == (await known.login("zhang")).status
    assert 403 == (await unknown.login("nobody")).status


async def test_a_right_password_forgets_the_wrong_ones(app: App) -> None:
    """锁以前对了，错的次数从头数。"""
    person = Person(app)
    for _ in range(2):
        for _ in range(TRIES - 1):
            assert 403 == (await person.login("zhang", "不对的密码不对的")).status
        person.peer += "1"
        assert 303 == (await person.login("zhang")).status
        await person.post("/desk/logout")


def test_a_stranger_is_locked_like_an_account(url: str) -> None:
    """没有的账号在哪个进程试都记在一起，试满了一样地锁，过了时间一样地放开；库里没有名字。"""
    with Store.open(url) as store, Store.open(url) as other:
        seen = []
        for n in range(TRIES + 2):
            with (store, other)[n % 2].transaction() as connection:
                seen.append(begin_stranger(connection, "h", NOW).locked)
        assert [None] * TRIES == seen[:TRIES]
        assert [NOW + LOCKED] * 2 == seen[TRIES:]
        with store.transaction() as connection:
            assert begin_stranger(connection, "h", NOW + LOCKED).locked is None
            assert begin_stranger(connection, "k", NOW + timedelta(days=2)).locked is None
            assert 1 == connection.execute(select(func.count()).select_from(strangers)).scalar_one()


def test_both_engines(url: str) -> None:
    """先记错再核对：一齐来试，也只试得了十次；锁记在库里，重启以后还锁着。两种库都一样。"""
    with Store.open(url) as store:
        zhang = account(store, "zhang", "铜梁")
        with store.transaction() as connection:
            tried = [begin_try(connection, "zhang", NOW) for _ in range(TRIES + 5)]
        assert TRIES == len([each for each in tried if each.held])
    with Store.open(url) as store, store.transaction() as connection:
        assert begin_try(connection, "zhang", NOW).locked is not None
        assert passed(connection, "zhang", "别的散列") is None
        assert zhang == passed(connection, "zhang", HELD)
        token = open_sitting(connection, zhang, NOW)
        found = sitting(connection, token, NOW)
        assert found is not None
        assert zhang == found.operator
        assert alive(connection, found.key, NOW + IDLE - timedelta(seconds=1))
        assert not alive(connection, found.key, NOW + IDLE)
        assert sitting(connection, token + "x", NOW) is None
        assert 1 == len(seats(connection, "zhang", NOW))
        set_hours(connection, read_hours("9:00-12:00"))
        set_hours(connection, read_hours("9:00-12:00 14:00-17:30"))
        assert 2 == len(hours(connection))


async def test_one_address_is_slowed_down(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """一个地址连着试各种账号，试几十次就要等；别的地址照样登录。"""
    monkeypatch.setattr("bot.desk.login.monotonic", lambda: 1000.0)
    person, statuses = Person(app), []
    for i in range(30):
        person.csrf = (await person.get("/desk/login")).csrf
        statuses.append((await person.post("/desk/login", {"name": f"user{i}", "password": "x"})).status)
    assert [403] * 20 + [429] * 10 == statuses
    assert 303 == (await Person(app, peer="198.51.100.9").login("zhang")).status


@pytest.mark.parametrize("said", HOSTILE)
async def test_hostile_names_and_passwords(app: App, store: Store, said: str) -> None:
    """多长多怪的账号和密码都只是不对，不出错，也不当成页面里的字以外的东西。"""
    person = Person(app)
    for name, password in ((said, PASSWORD), ("zhang", said)):
        answer = await person.login(name, password)
        assert 403 == answer.status
        assert "<script>alert" not in answer.text
    assert ("", "登录没有成", "") in rows(store)


def test_names() -> None:
    """名字不分大小写和全半角；不像名字的是空的。"""
    assert "zhang.san" == clean_name(" Ｚhang.San ")
    assert ["张三", "王"] == [clean_name("张三"), clean_name("王")]
    assert ["", "", "", "", ""] == [clean_name(said) for said in ("", "a b", "a" * 33, "a\0b", "<b>")]


def test_passwords() -> None:
    """密码要够长、不太简单、不带账号的名字；全角半角算一样。"""
    assert "" == fault(PASSWORD, "zhang")
    for weak in ("short", "aaaaaaaaaaaaaa", "x" * 201, "zhang-123456789", "abcdefghij\0"):
        assert "" != fault(weak, "zhang"), weak
    held = passwords.hashed("ABC-defg-123")
    assert passwords._right(held, "ＡＢＣ-defg-123")
    assert not passwords._right(held, "ABC-defg-124")
    assert held.startswith("$argon2id$")


async def test_few_are_verified_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """一时只核对两个，排队的有限，再多的请他等；没有账号的也照样算一遍。"""
    inside, most, done = 0, 0, []

    def slow(held: str, password: str) -> bool:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        import time

        time.sleep(0.005)
        inside -= 1
        done.append(held)
        return True

    checking = Passwords()
    monkeypatch.setattr(passwords, "_right", slow)
    answers = await asyncio.gather(*(checking.right("", "x") for _ in range(40)), return_exceptions=True)
    assert 2 == most
    assert passwords.AT_ONCE + passwords.WAITING == answers.count(False)
    assert 18 == len([each for each in answers if isinstance(each, Busy)])
    assert passwords.AT_ONCE + passwords.WAITING == len(done)


async def test_sessions_end(app: App, watch: Watch, store: Store) -> None:
    """闲八小时退出；一直用着，满二十四小时也退出。"""
    idle, busy = Person(app), Person(app, peer="192.0.2.8")
    await idle.login("zhang")
    await busy.login("admin")
    for _ in range(5):
        watch.on(hours=4)
        assert 200 == (await busy.get("/desk/account")).status
    assert 303 == (await idle.get("/desk/account")).status
    watch.on(hours=4)
    assert 303 == (await busy.get("/desk/account")).status
    await busy.login("admin")
    with store.reading() as connection:
        assert ["admin"] == list(connection.scalars(select(desk_sessions.c.operator)))


async def test_a_disabled_account_is_out_at_once(app: App, store: Store) -> None:
    """停用了，登录着的下一次就进不来；再登录和密码不对一样。"""
    person = Person(app)
    await person.login("zhang")
    with store.transaction() as connection:
        assert disable_account(connection, "zhang", NOW)
        assert not disable_account(connection, "nobody", NOW)
    assert 303 == (await person.get("/desk/account")).status
    assert 403 == (await person.login("zhang")).status
    other = Person(app)
    await other.login("admin")
    with store.transaction() as connection:
        connection.execute(update(operators).filter_by(name="admin").values(disabled_at="2026-11-30"))
    assert 303 == (await other.get("/desk/account")).status


async def test_a_new_password_ends_the_others(app: App) -> None:
    """换密码要现在的；换了，别处都退出，这一处接着用，旧密码不能再登录。"""
    here, there = Person(app), Person(app, peer="192.0.2.8")
    await here.login("zhang")
    await there.login("zhang")
    new = "换过的密码-ABC-789"
    change = "/desk/account/password"
    assert 400 == (await here.post(change, {"old": "不对", "new": new, "again": new})).status
    assert 400 == (await here.post(change, {"old": PASSWORD, "new": new, "again": "别的"})).status
    assert 400 == (await here.post(change, {"old": PASSWORD, "new": "短", "again": "短"})).status
    assert 200 == (await there.get("/desk/account")).status
    assert 303 == (await here.post(change, {"old": PASSWORD, "new": new, "again": new})).status
    assert "密码换好了" in (await here.get("/desk/account?done=password")).text
    assert 303 == (await there.get("/desk/account")).status
    assert 403 == (await there.login("zhang")).status
    assert 303 == (await there.login("zhang", new)).status
    assert 303 == (await here.post("/desk/account/others")).status
    assert 303 == (await there.get("/desk/account")).status
    assert 200 == (await here.get("/desk/account")).status


async def test_the_audit_says_who_did_what(app: App, store: Store) -> None:
    """登录、没有成的登录、换密码、退出都记下，只有管理员看得到；打在账号栏里的密码不会记下。"""
    person = Person(app)
    await person.login(PASSWORD, "zhang")
    await person.login("zhang", "不对的密码不对的")
    await person.login("zhang")
    await person.post("/desk/account/others")
    await person.get("/desk/account")
    await person.post("/desk/logout")
    assert [
        ("", "登录没有成", ""),
        ("zhang", "登录没有成", ""),
        ("zhang", "登录", ""),
        ("zhang", "别处退出", ""),
        ("zhang", "退出", ""),
    ] == rows(store)
    admin = Person(app)
    await admin.login("admin")
    page = await admin.get("/desk/audit?who=zhang")
    assert "别处退出" in page.text
    assert "192.0.2.7" in page.text
    assert PASSWORD not in page.text
    assert 403 == (await Person(app, cookies=dict((await _signed(app)).cookies)).get("/desk/audit")).status


async def test_the_audit_is_paged(app: App, store: Store) -> None:
    """一页五十行，凭编号往前翻。"""
    with store.transaction() as connection:
        row = {"at": NOW.isoformat(), "operator": "x", "subject": "", "detail": "", "address": ""}
        connection.execute(audit.insert(), [{**row, "action": f"第{i}件"} for i in range(120)])
    admin = Person(app)
    await admin.login("admin")
    page, seen = "/desk/audit?who=x", []
    while page:
        answer = await admin.get(page)
        seen.append(answer.text.count("<tr><td "))
        found = re.search(r'href="(/desk/audit\?[^"]+)" rel="next"', answer.text)
        page = found[1].replace("&amp;", "&") if found else ""
    assert [50, 50, 20] == seen


@pytest.mark.parametrize("said", ["9:00", "12:00-9:00", "9:00-12:00 11:00-13:00", "25:00-26:00", "上午"])
def test_hours_that_cannot_be(said: str) -> None:
    """写得不对、颠倒、重叠的，说是哪一段。"""
    with pytest.raises(ValueError, match=said.split()[-1]):
        read_hours(said)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """开账号、重设、停用、列出、设值班时间；密码从标准输入读，写错的一句话说清楚。"""
    url = f"sqlite:///{tmp_path / 'desk.db'}"

    def run(*given: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["desk", *given, "--database", url])
        return code, *capsys.readouterr()

    zhang = ("add-user", "张三", "--role", "operator", "--district", "铜梁")
    assert (0, "还没有账号；开一个：chuangb desk add-user NAME --role admin\n", "") == run("list")
    assert (0, "张三：开好了（值班，铜梁区）\n", "") == run(*zhang, typed=f"{PASSWORD}\n")
    assert (0, "boss：开好了（管理员）\n", "") == run("add-user", "Boss", "--role", "admin", typed=PASSWORD)
    again = "张三：换好了，原来登录着的都退出了（值班，铜梁区）\n"
    assert (0, again, "") == run(*zhang, typed=f"{PASSWORD}\n")
    for given, says in (
        (("add-user", "李四", "--role", "operator"), "值班的要写 --district"),
        (("add-user", "李四", "--role", "operator", "--district", "成都"), "没有这个区县"),
        (("add-user", "李四", "--role", "admin", "--district", "铜梁"), "不写 --district"),
        (("add-user", "<b>", "--role", "admin"), "账号的名字要是"),
        (("add-user", "李四", "--role", "admin"), "密码要"),
        (("disable", "李四"), "没有这个账号"),
        (("hours", "9-12"), "要写成 09:00-12:00"),
    ):
        code, _, error = run(*given)
        assert 1 == code
        assert says in error
    assert (0, "张三 停用了，登录着的都退出了\n", "") == run("disable", "张三")
    assert "boss\t管理员\t全市\t在用\n张三\t值班\t铜梁区\t停用\n" == run("list")[1]
    assert (0, "工作日 09:00-12:00 14:00-17:30\n", "") == run("hours", "9:00-12:00", "14:00-17:30")
    with Store.open(url) as store, store.reading() as connection:
        assert "09:00-12:00 14:00-17:30" == written_hours(hours(connection))
        assert HELD != connection.execute(select(operators.c.password)).scalars().first()
    assert "没有设值班时间" in run("hours", "--clear")[1]


async def _signed(app: App) -> Person:
    person = Person(app, peer="198.51.100.4")
    await person.login("zhang")
    return person
