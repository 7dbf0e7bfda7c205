"""申报的页面：记一次、列出来、导入名单；值班的只管自己区县的企业。"""

from pathlib import Path

import pytest

from tests.bot.desk.office import Office
from tests.bot.desk.test_roster import TONG, YONG, hidden, imported, put, upload
from tests.bot.rosters import LISTED, as_csv, everything

SAID = {"status": "submitted", "on": "2026-11-20", "year": "", "branch": "", "applied": "B", "announced": ""}
LINE = (TONG[0], TONG[1], "铜梁", "水泥制品", "B", "", "2026-11-20", "已提交")


async def test_recorded_once_a_year(here: Office) -> None:
    """记下的写明谁记的；一年里又交一次的不记，说为什么，勾了改正才照改。"""
    put(here.store, TONG)
    tong = await here.person("tong")
    path = "/desk/enterprise/1/declare"
    assert "done=declared" in (await tong.post(path, SAID)).header("location")
    page = (await tong.get("/desk/enterprise/1")).text
    assert "2026年 2026-11-20 已提交（申报 B）" in page
    assert "，tong</span>" in page
    assert "done=same" in (await tong.post(path, SAID)).header("location")
    before = everything(here.store)
    answer = await tong.post(path, SAID | {"on": "2026-11-25"})
    assert (400, True) == (answer.status, "一年只能申报一次" in answer.text)
    assert 'value="2026-11-25"' in answer.text
    assert before == everything(here.store)
    assert 303 == (await tong.post(path, SAID | {"on": "2026-11-25", "correct": "1"})).status


@pytest.mark.parametrize(
    "more",
    [
        {"status": "x"},
        {"on": "九月"},
        {"on": "2026-12-01"},
        {"year": "20"},
        {"year": "2020"},
        {"applied": "Z"},
        {"branch": "n1-1"},
    ],
    ids=str,
)
async def test_nonsense_is_not_recorded(here: Office, more: dict[str, str]) -> None:
    """状态、日期、年度、等级、分支不对的，日子还没有到的不记。"""
    put(here.store, TONG)
    tong = await here.person("tong")
    assert 400 == (await tong.post("/desk/enterprise/1/declare", SAID | more)).status
    assert 1 == len(everything(here.store))


async def test_listed_by_year_and_status(here: Office) -> None:
    """按年、状态、区县筛，各状态有几个；值班的看不到、也记不了别的区县的。"""
    put(here.store, TONG, YONG)
    tong, admin = await here.person("tong"), await here.person("admin")
    for id in (1, 2):
        await admin.post(f"/desk/enterprise/{id}/declare", SAID)
    assert 404 == (await tong.post("/desk/enterprise/2/declare", SAID)).status
    for query, seen in (
        ("", [True, True]),
        ("?status=returned", [False, False]),
        ("?year=2025", [False, False]),
        ("?year=all&district=永川", [False, True]),
    ):
        page = (await admin.get(f"/desk/declared{query}")).text
        assert seen == [each[0] in page for each in (TONG, YONG)], query
    page = (await tong.get("/desk/declared?district=永川")).text
    assert [True, False] == [each[0] in page for each in (TONG, YONG)]
    assert "已提交 <b>1</b>" in page


async def test_imported_after_a_look(here: Office, tmp_path: Path) -> None:
    """名单先看再写，同一份再来一遍什么也不变；别的区县的行是毛病。"""
    put(here.store, TONG)
    tong = await here.person("tong")
    file = as_csv(tmp_path / "申报.csv", [LISTED, LINE])
    for told in ("新申报 1 个", "什么也没有变"):
        assert told in (await imported(tong, file, "/desk/declared/import")).text
    before = everything(here.store)
    far = as_csv(tmp_path / "永川.csv", [LISTED, LINE, (YONG[0], YONG[1], "永川", *LINE[3:])])
    page = (await upload(tong, "/desk/declared/import/look", {"file": far})).text
    assert "不归本区县管" in page
    assert "seen" not in hidden(page)
    assert before == everything(here.store)
