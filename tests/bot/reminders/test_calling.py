"""要打电话的名单：这一回、这一家没有申报，又告诉不到的。"""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.__main__ import main
from bot.reminders.calling import call_list
from bot.reminders.campaigns import Watch
from bot.reminders.planner import NO_TIME
from bot.roster.enterprises import Enterprise, add_enterprises
from bot.roster.recording import tell
from bot.store import Store
from bot.store.schema import links
from bot.windows import close_window, open_window
from tests.bot.reminders.stage import subscribe, switch_on
from tests.bot.reminders.world import ZONE, at

FIRM = Enterprise(0, "重庆甲公司", district="江北", branches=("n15-4",))
USER = "wechat:a"


def ready(tmp_path: Path, *firms: Enterprise) -> Store:
    """提醒都开着；一个人订了提醒，关联着这几家。"""
    store = Store.open(f"sqlite:///{tmp_path / 'calls.db'}")
    switch_on(store)
    subscribe(store, USER)
    with store.transaction() as connection:
        for id_ in add_enterprises(connection, firms, "2026-06-01"):
            connection.execute(insert(links).values(user=USER, enterprise_id=id_, at="2026-06-01", by="desk"))
    return store


def calls(store: Store, day: str, hour: int = 10) -> list[tuple[str, str]]:
    """那一刻的名单：哪家，为什么。"""
    with store.reading() as connection:
        outlook = Watch(ZONE).look(connection, at(day, hour))
    return [(each.name, each.why) for each in call_list(store, outlook)]


def test_what_was_said_last_year_is_no_reason(tmp_path: Path) -> None:
    """去年说交了，今年照样提醒，不打电话；今年说交了、名册上没有的，才打。"""
    with ready(tmp_path, FIRM) as store:
        open_window(store, at("2026-06-01"), name="2026", start=date(2026, 8, 3), end=date(2026, 12, 31))
        open_window(store, at("2027-06-01"), name="2027", start=date(2027, 8, 2), end=date(2027, 12, 31))
        with store.transaction() as connection:
            tell(connection, USER, 2026, "submitted", at("2026-12-01"), cycle="w2026-1")
        assert [(FIRM.name, "自己说交了")] == calls(store, "2026-12-10")
        assert [] == calls(store, "2027-08-03")


def test_two_windows_ending_today_are_a_call(tmp_path: Path) -> None:
    """两个窗口今天都截止，一天只发一条：来不及说的那个窗口要打电话。"""
    with ready(tmp_path, FIRM) as store:
        for name in ("甲", "乙"):
            open_window(store, at("2026-06-01"), name=name, start=date(2026, 8, 3), end=date(2026, 12, 31))
        assert [] == calls(store, "2026-12-30")
        assert [(FIRM.name, NO_TIME)] == calls(store, "2026-12-31")


def test_another_factory_is_no_reason(tmp_path: Path) -> None:
    """说交了的是另一个厂：这一家照样提醒，不因为它打电话。"""
    other = Enterprise(0, "重庆乙公司", district="大足", branches=("n15-4",))
    with ready(tmp_path, FIRM, other) as store:
        open_window(store, at("2026-06-01"), name="2026", start=date(2026, 8, 3), end=date(2026, 12, 31))
        with store.transaction() as connection:
            tell(connection, USER, 2026, "submitted", at("2026-12-01"), factory=other.name, cycle="w2026-1")
        assert [(other.name, "自己说交了")] == calls(store, "2026-12-10")


def test_the_heir_of_a_merged_district_counts(tmp_path: Path) -> None:
    """名册上写的是撤销了的区县：归到的那个区县的窗口也算它。"""
    with ready(tmp_path, FIRM) as store:
        with store.transaction() as connection:
            connection.execute(links.delete())
        open_window(
            store, at("2026-06-01"), name="2026", start=date(2026, 8, 3), end=date(2026, 12, 31), district="两江新区"
        )
        assert [(FIRM.name, "没有关联的人")] == calls(store, "2026-12-10")


def test_no_time_left_to_tell_is_a_reason(tmp_path: Path) -> None:
    """周五下班后提前关闭、末日是周六的，来不及在截止以前告诉，要打电话。"""
    with ready(tmp_path, FIRM) as store:
        opened = open_window(store, at("2026-06-01"), name="2026", start=date(2026, 8, 3), end=date(2026, 12, 12))
        close_window(store, at("2026-12-11", 18), opened)
        assert [(FIRM.name, "截止以前没有能发的时候了，要打电话")] == calls(store, "2026-12-11", 19)


@pytest.mark.parametrize(("day", "hour"), [("2026-12-10", 10), ("2026-12-31", 10), ("2026-12-31", 19)])
def test_the_plan_counts_the_same_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], day: str, hour: int
) -> None:
    """什么也没有批准、没有打开：演习和名单说的是同样的几家；名单另说订阅了的也收不到，先要批准。"""
    other = Enterprise(0, "重庆乙公司", district="江北", branches=("n15-4",))
    with ready(tmp_path, FIRM) as store:
        switch_on(store, state="off")
        with store.transaction() as connection:
            add_enterprises(connection, [other], "2026-06-01")
        open_window(store, at("2026-06-01"), name="2026", start=date(2026, 8, 3), end=date(2026, 12, 31))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHUANGB_DATABASE_URL", f"sqlite:///{tmp_path / 'calls.db'}")
    now = ("--now", at(day, hour).isoformat())
    assert 0 == main(["remind", "plan", "--json", *now])
    counted = json.loads(capsys.readouterr().out)["calls"]
    assert 0 == main(["remind", "call-list", *now])
    said, warned = capsys.readouterr()
    reasons = [line.rpartition(",")[2] for line in said.splitlines()[1:]]
    late = [NO_TIME] if (day, hour) == ("2026-12-31", 19) else []
    assert ([*late, "没有关联的人"], len(reasons)) == (reasons, counted)
    assert "2026的提醒没有批准、也没有打开，订阅了的也收不到" in warned
