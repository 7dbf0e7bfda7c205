"""一年走一遍：六月订阅，窗口登记、开了、改期，一次次提醒，交了、退回、再交、公布，第二年又从头来。"""

from datetime import date, timedelta

from sqlalchemy import insert

from bot.reminders.notifier import Outgoing
from bot.roster.declarations import Declared
from bot.roster.enterprises import Enterprise, add_enterprises
from bot.roster.recording import record
from bot.store import Store
from bot.store.schema import links, results
from bot.windows import move_window, open_window
from tests.bot.reminders.stage import Clock, Told, posting, subscribe, switch_on
from tests.bot.reminders.world import at, hours

MINE, OTHER = "wechat:mine", "wechat:other"


def on(day: str, store: Store) -> None:
    """那天一早发生的事。"""
    now = at(day, 8)
    if day == "2026-06-15":
        subscribe(store, MINE, OTHER, since=now.isoformat(), district="长寿", branch="n15-4")
        with store.transaction() as connection:
            firm = Enterprise(0, "重庆某某建材有限公司", district="长寿", branches=("n15-4",))
            (id_,) = add_enterprises(connection, [firm], now.isoformat())
            connection.execute(insert(links).values(user=MINE, enterprise_id=id_, at=now.isoformat(), by="desk:test"))
    elif day == "2026-07-20":
        open_window(store, now, name="2026年申报", start=date(2026, 8, 3), end=date(2026, 10, 30))
    elif day == "2026-10-12":
        move_window(store, now, "w2026-1", end=date(2026, 11, 29))
    elif day == "2026-11-01":
        values = {"run": 1, "flow": "assess", "ending": "done", "verdict": "{}", "revision": "x", "at": now.isoformat()}
        with store.transaction() as connection:
            connection.execute(insert(results).values(user=OTHER, **values))
    elif day == "2027-07-20":
        open_window(store, now, name="2027年申报", start=date(2027, 8, 2), end=date(2027, 12, 31))
    steps = {
        "2026-11-12": "submitted", "2026-11-16": "under_review", "2026-11-18": "returned",
        "2026-11-25": "submitted", "2026-12-21": "announced",
    }  # fmt: skip
    if day in steps:
        found = record(store, Declared(steps[day], date.fromisoformat(day), year=2026), "desk:test", now, user=MINE)
        assert found is not None
        assert ("resubmitted" if day == "2026-11-25" else steps[day]) == found[1].after.status


async def test_a_year() -> None:
    """申报以后什么也不催，退回来到重新提交以前照旧；一天至多一条；不在钟点以外；改期以后只有新日子；一年一次，第二年又开始。"""
    clock = Clock(at("2026-06-15"))
    told: list[tuple[str, int, Outgoing]] = []
    open_ = hours()
    with Store.open("sqlite://") as store:
        switch_on(store)
        made = posting(store, clock, notifier := Told())
        day = date(2026, 6, 14)
        while (day := day + timedelta(days=1)) < date(2027, 8, 4):
            if date(2027, 1, 1) < day < date(2027, 7, 20):
                continue
            on(str(day), store)
            for hour in (8, 10, 19) if day.day < 4 or not open_.calendar.working(day) else (10,):
                clock.move(at(str(day), hour))
                await made.plan()
                await made.once()
                told += [(str(day), hour, each) for each in notifier.got]
                notifier.got.clear()
        await made.close()
    assert [
        "2026-07-20 registered",
        "2026-08-03 opening",
        "2026-09-14 days-30",
        "2026-10-12 moved",
        "2026-10-19 days-30",
        "2026-11-10 days-14",
        "2026-11-19 days-7",
        "2027-07-20 registered",
        "2027-08-02 opening",
    ] == [f"{day} {each.occasion}" for day, _, each in told if each.user == MINE]
    assert [
        "2026-11-19 days-7",
        "2026-11-25 days-3",
        "2026-11-27 last-day",
        "2027-07-20 registered",
        "2027-08-02 opening",
    ] == [f"{day} {each.occasion}" for day, _, each in told if each.user == OTHER][6:]
    assert {10} == {hour for _, hour, _ in told}
    assert len(told) == len({(day, each.user) for day, _, each in told})
    assert not [text for day, _, each in told if day >= "2026-10-12" and "10月30日" in (text := each.text)]
    assert all(open_.calendar.working(date.fromisoformat(day)) for day, _, _ in told)
