"""总览：各个数算得对，只有自己区县的，不带哪一个人；图是没有脚本的 SVG，.xlsx 里是同样的数。"""

import re
import threading
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

import knowledge
from bot.desk.charts import _ticks
from bot.desk.counting import DayCount
from bot.desk.figures import figures
from bot.desk.hours import set_hours
from bot.desk.tables import spent
from bot.store import Store
from bot.store.schema import cases, day_counts, declarations, enterprises, profiles, results, turns
from dialogs.assessment import Assessment, Line
from tests.bot.desk.client import NOW, Person, Watch, account, opened
from tests.bot.desk.office import HOURS

RULES = knowledge.on(NOW.date())


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """铜梁、永川值班的和一个管理员；数多久都等。"""
    monkeypatch.setattr("bot.desk.figures.PATIENCE", 60.0)
    with Store.open(f"sqlite:///{tmp_path / 'overview.db'}") as made:
        account(made, "tong", "铜梁")
        account(made, "yong", "永川")
        account(made, "admin")
        yield made


def put(store: Store, table: Any, **row: Any) -> None:
    """写一行。"""
    with store.transaction() as connection:
        connection.execute(insert(table).values(**row))


def lives(store: Store, user: str, district: str, **more: str) -> None:
    """这个人说过的厂。"""
    row = {"branches": '["n12-3"]', "name": "", "code": "", "grade": "", "wish": "", "updated_at": "", **more}
    put(store, profiles, user=user, position=0, district=district, **row)


def says(store: Store, user: str, at: datetime, id: str, claimed: str = "asked", kind: str = "text") -> None:
    """一个回合。"""
    put(store, turns, user=user, message_id=id, at=at.isoformat(), kind=kind, said="x", reply=None, claimed=claimed)


def seen(store: Store, scope: str | None) -> Any:
    """数一遍。"""
    with store.reading() as connection:
        return figures(connection, RULES, NOW, scope, 2026)


async def test_each_finished_day_is_counted_once(store: Store) -> None:
    """过完的一天照北京时间数一次，两个进程都数也只记一份；值班的人说的、关注一类的事不算。"""
    lives(store, "web:t", "铜梁")
    late = datetime(2026, 11, 28, 23, 59, tzinfo=NOW.tzinfo)
    says(store, "web:t", late, "1")
    says(store, "web:t", late + timedelta(minutes=2), "2", "lost")
    says(store, "web:t", late + timedelta(minutes=3), "3", "near")
    says(store, "web:n", late + timedelta(minutes=4), "4")
    says(store, "web:n", late + timedelta(minutes=5), "5", kind="event")
    says(store, "web:n", late + timedelta(minutes=5), "6", kind="desk")
    says(store, "web:n", NOW, "7")
    clock = Watch()
    assert 3 == await DayCount(store, clock).once()
    assert 0 == await DayCount(store, clock).once()
    with store.reading() as connection:
        query = select(day_counts.c.district, day_counts.c.name, day_counts.c.count).filter_by(day=date(2026, 11, 29))
        found = {(row[0], row[1]): row[2] for row in connection.execute(query)}
    expected = {("铜梁", "messages"): 2, ("铜梁", "people"): 1, ("铜梁", "lost"): 2}
    assert expected | {("", "messages"): 1, ("", "people"): 1, ("", "lost"): 0} == found
    week = seen(store, None).weeks
    assert [(4, 2, 2), (1, 1, 0)] == [(each.messages, each.people, each.lost) for each in week[-2:]]
    assert (1, 1) == (seen(store, "铜梁").days[-3].messages, seen(store, "铜梁").days[-3].people)
    assert 0 == seen(store, "永川").days[-2].messages


def test_shorts_count_factories_once(store: Store) -> None:
    """短板数的是厂：评过两次的看后一次；区县看当时说的厂，没有说的看现在说的。"""
    for user, district in (("web:a", "铜梁"), ("web:b", "铜梁"), ("web:c", "永川")):
        lives(store, user, district)

    def rates(user: str, run: int, *boards: str, factory: tuple[str, str, str] = ("", "", "")) -> None:
        done = Assessment((Line("n12-3", "A"),), "no", tuple((id, "unmet") for id in boards), factory=factory)
        verdict = msgspec.json.encode(dict(done.verdict())).decode()
        at = f"2026-11-0{run}T10:00:00+08:00"
        put(store, results, user=user, run=run, flow="assess", ending="x", verdict=verdict, revision="1", at=at)

    rates("web:a", 1, "online", "gate")
    rates("web:a", 2, "online")
    rates("web:b", 1, "online", "gate.门禁视频系统")
    rates("web:b", 2, "transport", factory=("别处的厂", "", "永川"))
    rates("web:c", 1, "transport")
    found = seen(store, "铜梁")
    assert (2, (("在线监测", 2), ("门禁视频系统", 1))) == (found.assessed, found.shorts)
    assert (1, (("运输方式", 1),)) == (seen(store, "永川").assessed, seen(store, "永川").shorts)
    assert 4 == seen(store, None).assessed


def test_replies_by_the_clock_and_in_office_hours(store: Store) -> None:
    """等了多久：按钟，和只算值班时间（夜里、午休、周末不算）。"""
    with store.transaction() as connection:
        set_hours(connection, HOURS)
    friday = datetime(2026, 11, 27, 17, 20, tzinfo=NOW.tzinfo)
    monday = datetime(2026, 11, 30, 9, 20, tzinfo=NOW.tzinfo)
    row = {"user": "web:a", "district": "铜梁", "reason": "person", "question": "", "touched": 1.0}
    times = {"opened_at": utc(friday), "said_at": utc(friday)}
    put(store, cases, state="closed", answered_at=utc(monday), **times, **row)
    put(store, cases, state="waiting", **times, **row | {"user": "web:b"})
    old = {"opened_at": "2026-01-01T00:00:00.000+00:00", "said_at": utc(friday), "answered_at": utc(friday)}
    put(store, cases, state="open", **old, **row | {"user": "web:c"})
    found = seen(store, "铜梁").replies
    assert (2, 1) == (found.opened, found.waiting)
    assert (64 * 3600, 30 * 60) == (found.speed.median, found.office.median)
    assert "2天16小时" == spent(found.speed.median)
    assert 0 == seen(store, "永川").replies.opened


def utc(at: datetime) -> str:
    """库里的写法。"""
    return at.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+00:00").tzinfo).isoformat(timespec="milliseconds")


def firms(store: Store) -> None:
    """铜梁两家公布了 B 及以上（一家两年都有），一家 C；永川一家。"""
    firm = {"contact": "张三", "phone": "13800000000", "branches": '["n12-3"]', "updated_at": ""}
    named = (("铜梁一厂", "铜梁", "B"), ("铜梁二厂", "铜梁", "A"), ("铜梁三厂", "铜梁", "C"), ("永川一厂", "永川", "B"))
    for n, (name, district, grade) in enumerate(named, 1):
        put(store, enterprises, name=name, code=None, district=district, grade=grade, **firm)
        for year in (2025, 2026) if n == 1 else (2026,):
            told = {"status": "announced", "on_day": date(year, 9, 1), "branch": "", "updated_at": ""}
            put(store, declarations, enterprise_id=n, year=year, grade_applied=grade, grade_announced=grade, **told)


async def test_announced_against_the_notice(store: Store) -> None:
    """公布的对着目标：B级及以上，一家算一次；目标引原文，没有名单的不说是哪一种。"""
    firms(store)
    assert [("铜梁", 2, 2)] == [(a.district, a.year, a.so_far) for a in seen(store, "铜梁").announced]
    person = Person(opened(store))
    await person.login("tong")
    page = (await person.get("/desk/overview?district=永川")).text
    assert "主城都市区各区2—3家，其他各区县1—2家" in page
    assert "便函〔2024〕210号 正文 二" in page
    assert "没有列名单" in page
    assert "永川" not in page
    admin = Person(opened(store))
    await admin.login("admin")
    city = (await admin.get("/desk/overview")).text
    assert "100家左右" in city
    wan = city.split("万州区</th>")[1].split("</tr>")[0]
    assert ["0", "0", "2—3家"] == re.findall(r">([^<>]+)</td>", wan)
    folded = city.split("<summary>另有 37 行都是 0")[1].split("</details>")[0]
    assert [True, False] == ["万州区" in folded, "铜梁区" in folded]
    assert not [word for word in ("张三", "铜梁一厂", "13800000000") if word in page + city]


async def test_charts_have_no_script(store: Store) -> None:
    """图是自己的一个响应，是 SVG，没有脚本、没有别的网站；没有的图是 404。"""
    firms(store)
    lives(store, "web:a", "铜梁", wish="A")
    says(store, "web:a", NOW, "1")
    admin = Person(opened(store))
    await admin.login("admin")
    page = (await admin.get("/desk/overview")).text
    for name in ("talks", "grades", "announced"):
        assert f'src="/desk/chart/{name}.svg?' in page
        chart = await admin.get(f"/desk/chart/{name}.svg")
        assert (200, "image/svg+xml") == (chart.status, chart.header("content-type"))
        assert "<script" not in chart.text
        assert 'href="http' not in chart.text
        small = (await admin.get(f"/desk/chart/{name}.svg?narrow=1")).text
        for drawn, width in ((chart.text, 800), (small, 320)):
            assert f'width="{width}"' in drawn
            assert "prefers-color-scheme:dark" in drawn
            assert "#ffffff" not in drawn.replace("--on:#ffffff", "")
    assert 404 == (await admin.get("/desk/chart/nothing.svg")).status
    assert 404 == (await admin.get("/desk/overview?district=没有")).status


@pytest.mark.parametrize(
    ("most", "ticks"), [(0, [0, 1]), (3, [0, 1, 2, 3]), (11, [0, 5, 10, 15]), (268, [0, 100, 200, 300])]
)
def test_the_grid_is_whole(most: int, ticks: list[int]) -> None:
    """数的是家数、人数：刻度都是整数，至多五格，装得下最大的。"""
    assert ticks == _ticks(most)


async def test_the_file_has_the_same_numbers(store: Store) -> None:
    """.xlsx：每张表一页，写着来源和日期；值班的只有自己区县的；文字不当公式。"""
    firms(store)
    person = Person(opened(store))
    await person.login("tong")
    await person.post("/desk/spot/draw", {"year": "2026", "share": "100"})
    answer = await person.get("/desk/overview.xlsx?district=永川")
    book = load_workbook(BytesIO(answer.body))
    cells = [[cell.value for cell in row] for sheet in book for row in sheet]
    assert ["铜梁区", 2, 2, "主城都市区各区2—3家，其他各区县1—2家"] in cells
    assert "数于 2026-11-30 10:00" in str(cells)
    assert "永川" not in str(cells)
    assert 3 == sum(row[1] == "铜梁区" for row in cells if len(row) > 5)


async def test_a_page_does_not_wait_for_the_counting(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """还没数好的，页面先出来，说正在数；数好了再开就是数；一分钟以内不再数。"""
    ready, made = threading.Event(), []

    def slow(*given: Any) -> Any:
        ready.wait(30)
        made.append(given)
        return figures(*given)

    monkeypatch.setattr("bot.desk.figures.figures", slow)
    monkeypatch.setattr("bot.desk.figures.PATIENCE", 0.05)
    person = Person(opened(store))
    await person.login("tong")
    assert "正在数" in (await person.get("/desk/overview")).text
    ready.set()
    monkeypatch.setattr("bot.desk.figures.PATIENCE", 60.0)
    assert "此刻在等" in (await person.get("/desk/overview")).text
    await person.get("/desk/overview")
    assert 1 == len(made)
