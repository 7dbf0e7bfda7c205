"""申报窗口的页面：登记、改期、关闭留下是谁；值班的只动自己区县的；常设提醒的开关只给管理员。"""

from datetime import date

import pytest

from bot.store.person import opt_out
from bot.windows import list_windows, open_window, window_history
from tests.bot.desk.client import NOW
from tests.bot.desk.office import Office
from tests.bot.reminders.stage import subscribe

GIVEN = {"name": "2026年申报", "start": "2026-12-01", "end": "2026-12-31", "branch": "", "source": "区局通知"}


def opened(here: Office, district: str, name: str = "别的") -> str:
    """登记好的一个窗口。"""
    start, end = date(2026, 11, 1), date(2026, 12, 20)
    return open_window(here.store, NOW, name=name, district=district, start=start, end=end)


async def test_opened_moved_closed(here: Office) -> None:
    """登记、改期、关闭，每一步都写明谁几时做的。"""
    tong = await here.person("tong")
    answer = await tong.post("/desk/windows/open", GIVEN | {"district": "永川"})
    where = answer.header("location").partition("?")[0]
    assert "/desk/window/w2026-1" == where
    (held,) = list_windows(here.store)
    assert ("铜梁", date(2026, 12, 31)) == (held.district, held.end)
    assert 303 == (await tong.post(f"{where}/move", {"start": "", "end": "2027-01-15"})).status
    assert 303 == (await tong.post(f"{where}/close")).status
    changes = window_history(here.store, "w2026-1")
    assert [("opened", "desk:tong"), ("moved", "desk:tong"), ("closed", "desk:tong")] == [
        (each.action, each.by) for each in changes
    ]
    page = (await tong.get(where)).text
    assert "延长：2026-12-01 至 2026-12-31 → 2026-12-01 至 2027-01-15" in page
    assert 400 == (await tong.post(f"{where}/close")).status


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"end": "2026-11-01"}, "晚于结束日"),
        ({"end": "十二月"}, "都要写成"),
        ({"name": ""}, "窗口要有名称"),
        ({"branch": "x"}, "附件3没有这个行业或分支"),
    ],
)
async def test_refused_with_what_was_typed(here: Office, more: dict[str, str], why: str) -> None:
    """登记不了的说为什么，填过的还在。"""
    tong = await here.person("tong")
    answer = await tong.post("/desk/windows/open", GIVEN | more)
    assert (400, True) == (answer.status, why in answer.text)
    assert 'value="区局通知"' in answer.text
    assert () == list_windows(here.store)


async def test_only_own_district(here: Office) -> None:
    """值班的看得到自己的和全市的，只改得了自己的；别的区县的是 404。"""
    near, far, whole = (opened(here, each) for each in ("铜梁", "永川", ""))
    tong = await here.person("tong")
    page = (await tong.get("/desk/windows")).text
    assert [True, False, True] == [f"/desk/window/{each}" in page for each in (near, far, whole)]
    assert [200, 404, 200] == [(await tong.get(f"/desk/window/{each}")).status for each in (near, far, whole)]
    moved = [
        (await tong.post(f"/desk/window/{each}/move", {"end": "2026-12-25"})).status for each in (near, far, whole)
    ]
    assert [303, 404, 404] == moved
    assert 404 == (await tong.post(f"/desk/window/{whole}/close")).status


async def test_overlaps_are_told(here: Office) -> None:
    """日子和范围重叠的，登记的人看得到。"""
    opened(here, "铜梁", "前一个")
    tong = await here.person("tong")
    answer = await tong.post("/desk/windows/open", GIVEN)
    page = (await tong.get(answer.header("location"))).text
    assert "与别的窗口重叠" in page
    assert "前一个" in page


async def test_switches_are_for_the_city(here: Office) -> None:
    """常设提醒的开关只给管理员；没有单独开关的跟总开关走；写明谁开的。"""
    tong, admin = await here.person("tong"), await here.person("admin")
    assert 403 == (await tong.post("/desk/windows/switch", {"name": "all", "state": "on"})).status
    assert "常设提醒</h2>" not in (await tong.get("/desk/windows")).text
    for name, state, status in (("all", "on", 303), ("days-7", "off", 303), ("x", "on", 400), ("all", "x", 400)):
        assert status == (await admin.post("/desk/windows/switch", {"name": name, "state": state})).status
    page = (await admin.get("/desk/windows")).text
    page = page[page.index("常设提醒</h2>") :]
    row = page[page.index("截止前 7 个工作日") :]
    assert '<b class="tag">关</b>' in row[:200]
    assert "admin" in row[:200]
    assert "跟总开关" in page


async def test_whether_they_will_be_told(here: Office) -> None:
    """登记了订阅的人收不收得到，照实说：关着的写明几个人不会收到、请谁打开；开着的说会收到；只关了几样的说哪几样。"""
    subscribe(here.store, "wechat:a", "wechat:b", "wechat:out", district="铜梁")
    subscribe(here.store, "wechat:far", district="永川")
    subscribe(here.store, "wechat:all")
    with here.store.transaction() as connection:
        opt_out(connection, here.store.user_hash("wechat:out"), "2026-11-01")
    tong, admin = await here.person("tong"), await here.person("admin")
    off = "常设提醒：关着，订阅的 3 人不会收到；请市局打开。"
    assert off in (await tong.get("/desk/windows")).text
    where = (await tong.post("/desk/windows/open", GIVEN)).header("location")
    page = (await tong.get(where)).text
    assert [True, True] == [each in page for each in ("登记好了。", off)]
    assert "订阅的 4 人不会收到；要发，先在" in (await admin.get("/desk/windows")).text
    await admin.post("/desk/windows/switch", {"name": "all", "state": "on"})
    assert "常设提醒：开着，订阅的 3 人到时候会收到。" in (await tong.get(where)).text
    await admin.post("/desk/windows/switch", {"name": "registered", "state": "off"})
    said = "常设提醒：登记的时候（还没到开始）关着，订阅的 3 人那时不会收到"
    assert said in (await tong.get(where)).text
