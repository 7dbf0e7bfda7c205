"""收件箱：哪个案子在哪一栏，一页一页地翻，搜得到、搜不到别人的。"""

import re

import pytest
from sqlalchemy import insert, select, update

from bot.desk.said import Said, said
from bot.store import Store
from bot.store.schema import cases, profiles, turns
from tests.bot.desk.client import NOW
from tests.bot.desk.office import Office

AT = "2026-11-30T02:00:{:02}.{:03}+00:00"


def put(store: Store, count: int, state: str = "waiting", district: str = "铜梁", **more: object) -> None:
    """几个案子，每两个的时刻一样。"""
    rows = [
        {
            "user": f"wechat:{state}{district}{n}", "district": district, "reason": "person", "state": state,
            "question": f"问{n}", "opened_at": AT.format(0, 0), "said_at": AT.format(n // 20 % 60, n // 2 % 10),
            "words": f"问{n}", "touched": 1.0, **more,
        }
        for n in range(count)
    ]  # fmt: skip
    with store.transaction() as connection:
        connection.execute(insert(cases), rows)


def listed(page: str) -> list[int]:
    """这一页列了哪几个。"""
    return [int(each) for each in re.findall(r'data-case="(\d+)"', page)]


@pytest.mark.parametrize("tab", ["waiting", "mine", "open", "closed"])
async def test_pages_by_key(here: Office, tab: str) -> None:
    """每一栏一页五十个，翻完不漏不重；等着的先来的在前，别的新的在前。"""
    state = {"mine": "open"}.get(tab, tab)
    put(here.store, 130, state, operator="tong")
    tong = await here.person("tong")
    path, seen = f"/desk/?tab={tab}", list[int]()
    while path:
        page = (await tong.get(path)).text
        seen += listed(page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert 130 == len(seen) == len(set(seen))
    expected = sorted(seen, key=lambda id: (AT.format((id - 1) // 20 % 60, (id - 1) // 2 % 10), id))
    assert (expected if tab == "waiting" else expected[::-1]) == seen


async def test_the_tabs(here: Office) -> None:
    """等着的在“等着”，接管了在“我的”和“开着”，关了在“已关”；没看过的数得出。"""
    await here.hears("我们铜梁的，转人工")
    tong, liang = await here.person("tong"), await here.person("liang")
    assert [1] == listed((await tong.get("/desk/")).text)
    assert [] == listed((await tong.get("/desk/?tab=mine")).text)
    await here.acts(tong, "take")
    await here.hears("在吗")
    page = (await tong.get("/desk/?tab=mine")).text
    assert [1] == listed(page)
    assert 'data-mine="1"' in page
    assert [] == listed((await liang.get("/desk/?tab=mine")).text)
    assert [1] == listed((await liang.get("/desk/?tab=open")).text)
    await here.acts(tong, "close")
    assert [1] == listed((await liang.get("/desk/?tab=closed")).text)


@pytest.mark.parametrize(
    ("words", "found"), [("宏达", [1]), ("宏达 环评", [1]), ("%", []), ("_", []), ("\\", []), ("铜梁", [1])]
)
async def test_search(here: Office, words: str, found: list[int]) -> None:
    """搜厂名、区县、引出它的话，几个词都要有；通配符只当文字。"""
    held = {
        "reason": "wrong",
        "state": "open",
        "opened_at": AT.format(0, 0),
        "said_at": AT.format(0, 0),
        "touched": 1.0,
    }
    rows = [
        {"user": "wechat:o9", "district": "铜梁", "question": "", "words": "重庆宏达有限公司 铜梁 环评过期", **held},
        {"user": "wechat:o8", "district": "永川", "question": "", "words": "永川宏达 铜梁 环评", **held},
    ]
    with here.store.transaction() as connection:
        connection.execute(insert(cases), rows)
    tong = await here.person("tong")
    assert found == listed((await tong.get(f"/desk/?q={words}")).text)


async def test_names_and_branches_are_found(here: Office) -> None:
    """分支照名称搜得到。"""
    for text in ("我们铜梁的", "烧红砖的，隧道窑", "1", "没有了", "转人工"):
        await here.hears(text)
    tong = await here.person("tong")
    assert [1] == listed((await tong.get("/desk/?q=烧结砖")).text)


async def test_nobody_said_where(here: Office) -> None:
    """没说区县的，市里的看得到；说了就归那个区县。"""
    await here.hears("转人工")
    admin, tong = await here.person("admin"), await here.person("tong")
    assert ([1], []) == (listed((await admin.get("/desk/")).text), listed((await tong.get("/desk/")).text))
    await here.hears("铜梁")
    assert [1] == listed((await tong.get("/desk/")).text)


async def test_what_was_said_or_noted_is_found(here: Office) -> None:
    """说过的话和记过的搜得到，不只引出案子的那一句；九十天以前的、别的区县的搜不到，页上写明找了多久的。"""
    await here.hears("我们是铜梁的，做商砼的")
    await here.hears("首违不罚是啥子")
    await here.hears("转人工")
    tong, yong, admin = [await here.person(name) for name in ("tong", "yong", "admin")]
    await here.acts(tong, "note", note="他家环评批复过期了")
    for words in ("首违不罚 啥子", "商砼", "环评批复"):
        page = (await tong.get(f"/desk/?q={words}")).text
        assert [1] == listed(page), words
        assert "找的是最近 90 天" in page
        assert [] == listed((await yong.get(f"/desk/?q={words}")).text)
        assert [1] == listed((await admin.get(f"/desk/?q={words}&district=铜梁")).text)
        assert [] == listed((await admin.get(f"/desk/?q={words}&district=永川")).text)
    assert [] == listed((await tong.get("/desk/?q=首违不罚 环评")).text)
    with here.store.transaction() as connection:
        connection.execute(update(turns).values(at=AT.format(0, 0).replace("2026-11", "2026-06")))
    assert [] == listed((await tong.get("/desk/?q=首违不罚")).text)


def numbers(store: Store) -> tuple[int, ...]:
    """各案子的编号，先后照写进去的。"""
    with store.reading() as connection:
        return tuple(connection.scalars(select(cases.c.id).order_by(cases.c.id)))


@pytest.mark.parametrize("scope", [None, "铜梁"])
def test_a_long_search_stops(store: Store, monkeypatch: pytest.MonkeyPatch, scope: str | None) -> None:
    """说过的话太多，到时候就停，说看到了哪一刻；看完了的不说。两种库都一样。"""
    put(store, 3)
    row = {"kind": "text", "reply": None, "claimed": "lost"}
    rows = [
        {"user": f"wechat:waiting铜梁{n % 3}", "message_id": str(n), "at": AT.format(0, n), "said": f"环评{n}%", **row}
        for n in range(9)
    ]
    with store.transaction() as connection:
        connection.execute(insert(turns), rows)
    monkeypatch.setattr("bot.desk.said.CHUNK", 2)
    monkeypatch.setattr("bot.desk.said.SECONDS", 0.5)
    monkeypatch.setattr("bot.desk.said.monotonic", lambda: 0.0)
    ids = numbers(store)
    with store.reading() as connection:
        assert Said(frozenset(ids)) == said(connection, scope, ["环评", "%"], NOW)
        assert Said() == said(connection, scope, ["环_"], NOW)
        times = iter((0.0, 0.0, 1.0))
        monkeypatch.setattr("bot.desk.said.monotonic", lambda: next(times))
        assert Said(frozenset(ids[1:]), AT.format(0, 7)) == said(connection, scope, ["环评"], NOW)


def test_a_moved_person_is_not_found_by_words(store: Store) -> None:
    """关了以后去了别处的，说过的话也搜不到；还在的照样。"""
    put(store, 2, "closed")
    held = {"branches": "[]", "name": "", "code": "", "grade": "", "wish": "", "updated_at": AT.format(0, 0)}
    row = {"kind": "text", "reply": None, "claimed": "lost", "at": AT.format(0, 0), "said": "环评"}
    with store.transaction() as connection:
        connection.execute(
            insert(turns), [{"user": f"wechat:closed铜梁{n}", "message_id": "1", **row} for n in range(2)]
        )
        connection.execute(insert(profiles).values(user="wechat:closed铜梁0", position=0, district="永川", **held))
    ids = numbers(store)
    with store.reading() as connection:
        assert frozenset(ids[1:]) == said(connection, "铜梁", ["环评"], NOW).ids
        assert frozenset(ids) == said(connection, None, ["环评"], NOW).ids
