"""停下和放开，删掉的人：一个人的事不连累一批；停了只叫一次人，谁发得出去了谁放开。"""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.reminders.hours import stamp
from bot.reminders.notifier import Later, Outcome, Outgoing, Sent
from bot.reminders.recording import Recorder
from bot.reminders.showing import ledger_lines, ledger_state
from bot.store import Store
from bot.store.schema import consents, deliveries, switches
from tests.bot.reminders.stage import Clock, Told, run, subscribe, switch_on, tried, users, window
from tests.bot.reminders.test_sending import states
from tests.bot.reminders.world import at

RIDS = iter(range(1000))


@pytest.fixture
def clock() -> Clock:
    """截止前七个工作日，上午十点。"""
    return Clock(at("2026-12-22"))


@pytest.fixture
def ready(store: Store) -> Store:
    """窗口开着，提醒打开了，三个人订阅了。"""
    window(store)
    switch_on(store)
    subscribe(store, *users(3))
    return store


def holds(store: Store) -> list[str]:
    """停着的和停过的各行。"""
    with store.reading() as connection:
        return list(connection.scalars(select(switches.c.name).where(switches.c.name.startswith("hold:"))))


def wrong_secret() -> Later:
    """口令不对；平台查日志的号每次不同。"""
    return Later(3600.0, f"这个号用不了（40125，rid 66f1-{next(RIDS)}）", "channel", True, "40125")


class Fails(Told):
    """口令一直不对。"""

    async def send(self, outgoing: Outgoing) -> Outcome:
        return wrong_secret()


class Misses(Told):
    """模板用不了；送信的人不记得先前的。"""

    async def send(self, outgoing: Outgoing) -> Outcome:
        return Later(600.0, "模板用不了（40037）", "campaign", False, "40037")


async def test_deleted_in_flight_loses_only_that_one(
    ready: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """正在发的时候一个人删了信息：只少他那一行，同一批别人的结局照记，次数照扣。"""
    with ready.transaction() as connection:
        connection.execute(insert(consents), [{"user": user, "template": "tmpl", "left_count": 1} for user in users(3)])

    class Deleting(Told):
        async def send(self, outgoing: Outgoing) -> Outcome:
            if outgoing.user == "wechat:o0001":
                ready.delete(outgoing.user, clock())
            return Sent(f"m{outgoing.id}", self.road, "gone")

    await run(ready, clock, Deleting())
    assert (["sent", "sent"], 2) == (states(ready), len(tried(ready, "message_id")))
    with ready.reading() as connection:
        assert [0, 0] == list(connection.scalars(select(consents.c.left_count)))
    assert "没有记下" not in caplog.text


async def test_what_cannot_be_recorded_is_logged_without_names(
    ready: Store, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """结局记不下，日志里是一句话，没有语句和参数；租约过了再问一遍，就记下了。"""
    monkeypatch.setattr("bot.reminders.ledger.LEASE", 0.5)
    left = [True]

    class Broken(Recorder):
        def _write(self, connection: Any, *given: Any) -> None:
            if left:
                left.clear()
                same = {"name": "all", "state": "on", "at": "", "by": "wechat:o0001"}
                connection.execute(insert(switches).values(**same))
            super()._write(connection, *given)

    with caplog.at_level(logging.ERROR):
        await run(ready, clock, Told(), recorder=Broken)
    assert "3 条的结局没有记下" in caplog.text
    assert ["sent"] * 3 == states(ready)
    assert ("INSERT" in caplog.text, "o0001" in caplog.text, "Traceback" in caplog.text) == (False, False, False)


async def test_one_alert_whatever_the_number(ready: Store, clock: Clock) -> None:
    """同一个毛病，平台查日志的号不同，也只叫一次人。"""
    alerts = []
    for hour in (10, 12, 14):
        clock.move(at("2026-12-22", hour))
        alerts += (await run(ready, clock, Fails(), concurrency=1)).alerts
    assert 1 == len(alerts)


async def test_another_process_lifts_the_stop(ready: Store, clock: Clock) -> None:
    """别的进程停的，又发得出去了就撤下；以后再停，再叫人。"""
    await run(ready, clock, Fails(), concurrency=1)
    assert ["hold:wechat"] == holds(ready)
    clock.move(at("2026-12-22", 12))
    await run(ready, clock, Told())
    assert ([], ["sent"] * 3) == (holds(ready), states(ready))
    clock.move(at("2026-12-28"))
    assert 1 == len((await run(ready, clock, Fails(), concurrency=1)).alerts)


async def test_the_second_strike_alerts_in_a_new_process(ready: Store, clock: Clock) -> None:
    """模板用不了：头一次停十分钟不叫人；停满了另一个进程又碰上，叫一次；修好了就撤下。"""
    alerts = []
    for minute in (0, 11, 40):
        clock.move(at("2026-12-22", 10, minute))
        alerts.append((await run(ready, clock, Misses(), concurrency=1)).alerts)
    assert [[], ["wechat：days-7：模板用不了（40037）"], []] == alerts
    clock.move(at("2026-12-22", 13))
    await run(ready, clock, Told())
    assert ([], ["sent"] * 3) == (holds(ready), states(ready))


def test_status_shows_only_what_still_stands(ready: Store) -> None:
    """停满了的不列；停着的照本地的钟点。"""
    now = at("2026-12-22")
    with ready.transaction() as connection:
        for name, until in (("wechat", now + timedelta(hours=1)), ("telegram", now - timedelta(hours=1))):
            held = {"name": f"hold:{name}", "state": "held", "at": stamp(until), "by": "口令不对"}
            connection.execute(insert(switches).values(**held))
    lines = ledger_lines(ledger_state(ready, now), terminal=False)
    assert ["停着：wechat 到 2026-12-22 11:00，口令不对"] == [line for line in lines if line.startswith("停着")]


def test_failures_are_grouped_by_cause(ready: Store) -> None:
    """送不到的按原因数，不随平台查日志的号分开。"""
    held = {"window_id": "", "state": "failed", "text": "", "due_at": "", "updated_at": ""}
    given = [
        {"occasion": f"b{each}", "user": "wechat:x", "reason": f"没有关注（43004，rid r-{each}）"} for each in range(3)
    ]
    with ready.transaction() as connection:
        connection.execute(insert(deliveries), [held | each for each in given])
    assert {"没有关注（43004）": 3} == ledger_state(ready, at("2026-12-22"))["failed"]
