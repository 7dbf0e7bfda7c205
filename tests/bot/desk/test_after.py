"""改动以后：浏览器提交的转过去看，刷新、后退不重做；出错的页导航还在；登录过期回得到原来那一页；导航一行放得下。"""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select

from bot.desk.guard import local
from bot.desk.kept import MOST
from bot.store.schema import audit, meta
from tests.bot.desk.client import Answer, Person
from tests.bot.desk.office import Office
from tests.bot.desk.test_roster import TONG, hidden, put, upload
from tests.bot.rosters import HEAD, as_csv, everything

HTML = "text/html,application/xhtml+xml"
FROM = "http://desk.example/desk/spot"
WRONG = {"year": "2026", "share": "1"}


async def turned(person: Person, path: str, fields: dict[str, str], **more: str) -> Answer:
    """像浏览器那样提交，转过去看。"""
    answer = await person.post(path, fields, accept=HTML, **{"referer": FROM, **more})
    assert 303 == answer.status
    return await person.get(answer.header("location"))


async def test_a_result_is_read_after_a_turn(here: Office) -> None:
    """没有办成的那一页转过去看，状态照旧，刷新还是它，什么也没有再做；审计里没有“办成了”。"""
    tong = await here.person("tong")
    answer = await tong.post("/desk/spot/draw", WRONG, accept=HTML, referer=FROM)
    place = answer.header("location")
    assert (303, True) == (answer.status, place.startswith("/desk/after/"))
    for _ in range(2):
        page = await tong.get(place)
        assert (400, True) == (page.status, "比例要是30到100" in page.text)
        assert 'aria-current="true">企业' in page.text
    with here.store.reading() as connection:
        assert [] == connection.scalars(select(audit.c.id).filter_by(action="抽查")).all()


async def test_what_is_kept_is_sealed_and_short_lived(here: Office) -> None:
    """留着的一页别人打不开、退出再登录打不开、一小时以后打不开，库里看不出写的什么；打不开的回到原来那一页；只留几页。"""
    put(here.store, TONG)
    tong, liang = await here.person("tong"), await here.person("liang")
    one = "http://desk.example/desk/enterprise/1"
    answer = await tong.post("/desk/enterprise/1/code", {}, accept=HTML, referer=one)
    place = answer.header("location")
    assert "只显示这一次" in (await tong.get(place)).text

    def held() -> list[str]:
        with here.store.reading() as connection:
            return list(connection.scalars(select(meta.c.value).where(meta.c.key.startswith("desk_page:"))))

    assert not [value for value in held() if "enterprise" in value or TONG[0] in value]
    assert "/desk/enterprise/1" == (await liang.get(place)).header("location")
    assert "/desk/" == (await liang.get("/desk/after/x?back=https://evil.example/")).header("location")
    for _ in range(MOST + 3):
        await turned(tong, "/desk/spot/draw", WRONG)
    assert MOST == len(held())
    here.clock.on(hours=2)
    await turned(tong, "/desk/spot/draw", WRONG)
    assert 1 == len(held())
    assert "/desk/enterprise/1" == (await tong.get(place)).header("location")
    again = (await tong.post("/desk/spot/draw", WRONG, accept=HTML, referer=FROM)).header("location")
    await tong.post("/desk/logout")
    await tong.login("tong")
    assert "/desk/spot" == (await tong.get(again)).header("location")


async def test_an_import_says_that_it_was_written(here: Office, tmp_path: Path) -> None:
    """同一份再交一遍（退回来又点、连点两下）：说先前已经写进去了，不说没有写。"""
    tong = await here.person("tong")
    seen = await upload(tong, "/desk/roster/import/look", {"file": as_csv(tmp_path / "名册.csv", [HEAD, TONG])})
    given = hidden(seen.text)
    assert "写好了" in (await upload(tong, "/desk/roster/import/write", given)).text
    before = everything(here.store)
    again = await upload(tong, "/desk/roster/import/write", given)
    assert (200, True) == (again.status, "先前都已经写进去了" in again.text)
    assert before == everything(here.store)


async def test_an_error_keeps_the_navigation(here: Office) -> None:
    """登录着的，没有这一页、不给看、方法不对，导航都还在；没有登录的没有导航。"""
    tong = await here.person("tong")
    for method, path, status in (
        ("GET", "/desk/nothing", 404),
        ("GET", "/desk/audit", 403),
        ("GET", "/desk/logout", 405),
    ):
        answer = await tong.request(method, path, headers={"accept": HTML})
        assert (status, True) == (answer.status, 'aria-label="服务台"' in answer.text), path
    assert 'aria-label="服务台"' not in (await Person(here.app).get("/desk/nothing")).text


async def test_back_to_where_one_was_after_login(here: Office) -> None:
    """过了登录的时候提交：去登录的链接记得从哪一页来，登录以后就在那一页；别处的网址不去。"""
    tong = await here.person("tong")
    here.clock.on(hours=9)
    page = "http://desk.example/desk/broadcasts/new?q=%E5%95%86%E7%A0%BC"
    answer = await tong.post("/desk/broadcasts/store", {"text": "周五培训"}, accept=HTML, referer=page)
    assert (401, True) == (answer.status, "写的字留在" in answer.text)
    link = re.search(r'href="/desk/login\?(next=[^"]+)"', answer.text)
    assert link is not None
    following = parse_qs(link[1])["next"][0]
    assert page == f"http://desk.example{following}"
    assert following == (await tong.login("tong", following=following)).header("location")


@pytest.mark.parametrize(
    ("said", "goes"),
    [
        ("/desk/case/3?q=%E5%95%86&a=1,2", "/desk/case/3?q=%E5%95%86&a=1,2"),
        ("//evil.example/desk/", "/desk/"),
        ("https://evil.example/", "/desk/"),
        ("/desk/../web/", "/desk/"),
        ("/desk/%2e%2E/web", "/desk/"),
        ("/desk/\\evil", "/desk/"),
        ("/desk/a\r\nset-cookie: x", "/desk/"),
        ("/web/", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_only_local_paths(said: str, goes: str) -> None:
    """登录以后只去服务台自己的网址。"""
    assert goes == local(said)


async def test_a_hostile_referer_goes_nowhere(here: Office) -> None:
    """从哪里来写得再怪，也只回服务台。"""
    tong = await here.person("tong")
    for said in ("https://evil.example/desk/spot", "http://[", "http://desk.example/desk/../x", "\xff", "x" * 5000):
        answer = await tong.post("/desk/spot/draw", WRONG, accept=HTML, referer=said)
        assert answer.header("location").endswith("?back=%2Fdesk%2F"), said


async def test_the_navigation_is_grouped(here: Office) -> None:
    """顶上至多六组，其余在名字下面；正在哪一组、哪一页看得出；管理员的页值班的看不到。"""
    tong, admin = await here.person("tong"), await here.person("admin")
    page = (await tong.get("/desk/roster")).text
    top = re.findall(r'accesskey="\d"[^>]*>([^ <]+)', page)
    assert ["收件箱", "查", "企业", "发送", "总览", "教机器人"] == top
    sub = page.split('class="sub"')[1].split("</nav>")[0]
    assert ["名册", "申报", "抽查"] == re.findall(r">([^<>\s]+)</a>", sub)
    assert 'href="/desk/roster" aria-current="page"' in sub
    assert ["审计" in page, "更正" in page] == [False, False]
    page = (await admin.get("/desk/windows")).text
    assert ["审计" in page, "更正" in page] == [True, True]
    assert 'class="sub"' not in (await tong.get("/desk/account")).text


async def test_a_wrong_password_turns_back(here: Office) -> None:
    """密码不对的，浏览器转回登录的一页说一遍，再刷新就不说了；审计里是没有成，不是登录；改过的话不说。"""
    person = Person(here.app)
    await person.get("/desk/login")
    given = {"name": "tong", "password": "错的", "next": "/desk/roster"}
    answer = await person.post("/desk/login", given, accept=HTML)
    place = answer.header("location")
    assert (303, "/desk/login?next=%2Fdesk%2Froster") == (answer.status, place)
    forged = {**person.cookies, "chuangb_desk_said": "x." + "0" * 64}
    assert "账号或密码不对" in (await person.get(place)).text
    assert "账号或密码不对" not in (await person.get(place)).text
    person.cookies = forged
    assert 'role="alert"' not in (await person.get(place)).text
    with here.store.reading() as connection:
        told = connection.scalars(select(audit.c.action).where(audit.c.action.startswith("登录"))).all()
    assert ["登录没有成"] == told
