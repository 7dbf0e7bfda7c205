"""审计的页面：对什么写名称、点得开，怎么做的写成话；按人、按日子看，下载成表。"""

import re

from sqlalchemy import insert

from bot.desk.subjects import Subject, subjects, told
from bot.store import Store
from bot.store.schema import audit
from tests.bot.desk.client import NOW, Person, opened
from tests.bot.desk.office import Office
from tests.bot.desk.seeded import MARKS, seed
from tests.bot.desk.test_lookup import RULES


def put(store: Store, *rows: dict[str, str]) -> None:
    """几行审计。"""
    row = {"at": NOW.isoformat(), "operator": "tong", "action": "做", "subject": "", "detail": "", "address": ""}
    with store.transaction() as connection:
        connection.execute(insert(audit), [{**row, **each} for each in rows])


def test_what_it_was_done_to(store: Store) -> None:
    """编号写成名称和网址；没有了的说没有了；没有哪一样还写着编号的字码。两种库都一样。"""
    made = seed(store)
    case, firm = made["铜梁"]["cases"], made["铜梁"]["enterprises"]
    asked = {
        f"case:{case}": Subject(f"案子 {MARKS['铜梁']} · 网页 …eb:t"[:-4] + "t", f"/desk/case/{case}"),
        f"enterprise:{firm}": Subject(f"企业 {MARKS['铜梁']}", f"/desk/enterprise/{firm}"),
        "window:w-t": Subject(f"窗口 {MARKS['铜梁']}", "/desk/window/w-t"),
        "case:999999": Subject("案子（没有了）"),
        "enterprise:x": Subject("企业（没有了）"),
        "broadcast:nothing": Subject("广播（没有了）"),
        "operator:张三": Subject("账号 张三", "/desk/staff"),
        "overview:铜梁": Subject("总览 铜梁区", "/desk/overview"),
        "overview:city": Subject("总览 全市", "/desk/overview"),
        "two_persons": Subject("两个人批准", "/desk/broadcasts"),
        "switch:all": Subject("常设提醒 总开关", "/desk/windows"),
        "list:名册": Subject("名单 名册"),
        "": Subject(""),
    }
    with store.reading() as connection:
        assert asked == dict(subjects(connection, RULES, asked))


def test_how_it_was_done() -> None:
    """案子里做的念成话；认不得的字码不写；别的照写。"""
    assert ["成了", "没有接管着", "没有办成", "", "转给 李四"] == [
        told("case:1", said) for said in ("say desk", "say not_held", "say 没有办成", "say xyz", "转给 李四")
    ]
    assert ["打开", "给 3 人"] == [told("switch:all", "on"), told("broadcast:b", "给 3 人")]


async def test_the_page_has_names_and_links(here: Office) -> None:
    """看过的案子在审计里写着是谁的、点得开；做的事写成话，没有字码。"""
    await here.hears("我们是铜梁的，做商砼的，转人工")
    tong, admin = await here.person("tong"), await here.person("admin")
    await tong.get("/desk/case/1")
    await here.acts(tong, "take")
    page = (await admin.get("/desk/audit")).text
    assert re.search(r'<a href="/desk/case/1">案子 [^<]*微信 …o1</a>', page)
    assert "成了" in page
    assert not re.search(r"case:1|take taken", page)


async def test_by_person_and_by_day(here: Office) -> None:
    """只看一个人的、哪天到哪天的；写得不对的日子当没有写；下载的是同样这些行，看过几行记一笔。"""
    days = ("2026-11-20T15:59:59+00:00", "2026-11-20T16:00:00+00:00", "2026-11-22T15:59:59+00:00")
    put(
        here.store,
        *({"at": at, "detail": f"第{n}件"} for n, at in enumerate(days)),
        {"operator": "=x", "detail": "第9件"},
    )
    admin = await here.person("admin")

    async def seen(query: str) -> list[str]:
        page, table = (await admin.get(f"/desk/audit?{query}")).text, await admin.get(f"/desk/audit.csv?{query}")
        found, same = (re.findall(r"第\d件", each) for each in (page, table.text))
        assert found == same
        return found

    assert ["第2件", "第1件", "第0件"] == await seen("who=tong")
    assert ["第2件", "第1件"] == await seen("who=tong&since=2026-11-21")
    assert ["第1件", "第0件"] == await seen("who=tong&until=2026-11-21")
    assert ["第1件"] == await seen("since=2026-11-21&until=2026-11-21")
    assert [] == await seen("who=tong&since=2026-12-01")
    for days in ("since=9999-99-99&until=9999-12-31", "since=0001-01-01&until=9999-12-30"):
        assert ["第2件", "第1件", "第0件"] == await seen(f"who=tong&{days}")
    assert ",'=x," in (await admin.get("/desk/audit.csv")).text
    assert "下载审计" in (await admin.get("/desk/audit")).text


async def test_a_number_too_large(store: Store) -> None:
    """翻到多大的编号都不出错。"""
    seed(store)
    admin = Person(opened(store))
    await admin.login("admin")
    for before in ("999999999999999999", "9999999999999999999", "x"):
        assert (await admin.get(f"/desk/audit?before={before}")).status in (200, 400)
