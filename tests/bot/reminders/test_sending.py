"""送达账和发送：每人恰好一条、各种结局、再看一遍、停下、租约过期、两个进程。"""

import asyncio
import logging
from collections import deque
from datetime import date, datetime

import pytest
from sqlalchemy import insert

from bot.reminders.ledger import UNCERTAIN
from bot.reminders.notifier import Later, Outcome, Outgoing, Refused, Sent, Unknown
from bot.store import Store
from bot.store.now import database_now
from bot.store.person import opt_out
from bot.store.schema import told
from bot.windows import close_window, move_window
from tests.bot.reminders.stage import (
    PLAIN,
    TEMPLATE,
    Clock,
    Told,
    change,
    posting,
    rows,
    run,
    subscribe,
    switch_on,
    tried,
    users,
    window,
)
from tests.bot.reminders.world import at

SEVEN = "days-7@2026-12-31"


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


def tell(store: Store, user: str, cycle: str) -> None:
    """这个人说这一回交了。"""
    day = date(2026, 12, 22)
    held = {"year": day.year, "status": "submitted", "on_day": day, "at": at(str(day)).isoformat()}
    with store.transaction() as connection:
        connection.execute(insert(told).values(user=user, cycle=cycle, **held))


def states(store: Store) -> list[str]:
    """各行的状态。"""
    return [row[0] for row in rows(store, "state")]


async def test_each_exactly_once(ready: Store, clock: Clock) -> None:
    """每人一条，连同模板和版本、消息的 id；再跑几遍，一条也不多。"""
    notifier = Told()
    for _ in range(3):
        await run(ready, clock, notifier)
    assert [(user, SEVEN, "sent") for user in users(3)] == rows(ready)
    ids = [row[0] for row in rows(ready, "id")]
    assert [("tmpl", "v1", "sent", f"m{id}") for id in ids] == sorted(
        tried(ready, "template", "version", "outcome", "message_id"), key=lambda row: int(row[3][1:])
    )
    assert list(users(3)) == sorted(each.user for each in notifier.got)
    assert "申报窗口还剩7个工作日" in notifier.got[0].text


async def test_nothing_that_was_not_allowed(store: Store, clock: Clock) -> None:
    """没有批准也没有打开，什么都不发，也不写。"""
    window(store)
    subscribe(store, *users(2))
    notifier = Told()
    await run(store, clock, notifier)
    assert ([], []) == (notifier.got, rows(store))


@pytest.mark.parametrize("when", [at("2026-12-22", 8, 30), at("2026-12-22", 18), at("2026-12-26", 10)])
async def test_never_outside_hours(ready: Store, clock: Clock, when: datetime) -> None:
    """九点以前、十八点以后、放假的日子，一条也不发；到了钟点就发。"""
    clock.move(when)
    notifier = Told()
    await run(ready, clock, notifier)
    assert [] == notifier.got
    clock.move(at("2026-12-28", 9))
    await run(ready, clock, notifier)
    assert 3 == len(notifier.got)


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Refused("没有关注", final=True, effect="unfollowed", code="43004"), "failed", "没有关注"),
        (Refused("要等对方再说话", final=False, code="45047"), "waiting", "要等对方再说话"),
        (Unknown("断了", PLAIN), "uncertain", UNCERTAIN),
        (Later(600.0, "平台忙"), "planned", "平台忙"),
    ],
)
async def test_outcomes(ready: Store, clock: Clock, outcome: Outcome, state: str, reason: str) -> None:
    """拒收的、要等的、不知道的，各归各的状态；别人的照发。"""
    notifier = Told(answers=deque([outcome]))
    await run(ready, clock, notifier)
    assert sorted([state, "sent", "sent"]) == sorted(states(ready))
    assert {reason} == {why for was, why in rows(ready, "state", "reason") if was == state}


async def test_an_unwilling_person_counts_as_opted_out(ready: Store, clock: Clock) -> None:
    """平台说对方不愿收、取消了关注，此后当作退订。"""
    notifier = Told(always=Refused("对方拉黑了", final=True, effect="opted_out"))
    await run(ready, clock, notifier)
    assert all(ready.opted_out(user) for user in users(3))
    clock.move(at("2026-12-28"))
    notifier.always = None
    await run(ready, clock, notifier)
    assert ([], ["failed"] * 3) == (notifier.got, states(ready))


async def test_checked_again_before_sending(ready: Store, clock: Clock) -> None:
    """排上以后才退订的、说交了的，发之前撤下，说为什么；还有一个照发。"""
    made = posting(ready, clock, notifier := Told())
    await made.plan()
    first, second, third = users(3)
    with ready.transaction() as connection:
        opt_out(connection, ready.user_hash(first), "2026-12-22")
    tell(ready, second, "w2026-1")
    await made.once()
    await made.close()
    assert [third] == [each.user for each in notifier.got]
    assert ["退订了", "自己说 2026 年已提交（2026年12月22日）", ""] == [row[0] for row in rows(ready, "reason")]


async def test_moved_before_sending(ready: Store, clock: Clock) -> None:
    """排上以后窗口改了期：旧的撤下，新日子说一次；关了的撤下。"""
    made = posting(ready, clock, Told())
    await made.plan()
    await made.close()
    move_window(ready, at("2026-12-22", 10), "w2026-1", end=at("2027-01-29").date())
    notifier = Told()
    await run(ready, clock, notifier)
    assert {("dropped", "窗口改期了"), ("sent", "")} == set(rows(ready, "state", "reason"))
    assert {"moved"} == {each.occasion for each in notifier.got}
    assert not any("12月31日" in each.text for each in notifier.got)


async def test_moved_back_is_planned_again(ready: Store, clock: Clock) -> None:
    """改期撤下的，又改回来就重新排上，不因为有过这一行而漏掉。"""
    made = posting(ready, clock, Told())
    await made.plan()
    await made.close()
    close = at("2026-12-22", 10)
    move_window(ready, close, "w2026-1", end=at("2027-01-29").date())
    switch_on(ready, "moved", "off")
    await run(ready, clock, Told(always=Later(1000.0, "忙")))
    move_window(ready, close, "w2026-1", end=at("2026-12-31").date())
    notifier = Told()
    await run(ready, clock, notifier)
    assert ["days-7"] * 3 == [each.occasion for each in notifier.got]


async def test_closed_before_sending(ready: Store, clock: Clock) -> None:
    """排上以后窗口关了：撤下，改说关了。"""
    made = posting(ready, clock, Told())
    await made.plan()
    await made.close()
    close_window(ready, at("2026-12-22", 10), "w2026-1")
    notifier = Told()
    await run(ready, clock, notifier)
    assert {"closed"} == {each.occasion for each in notifier.got}
    assert {("dropped", "窗口关闭了"), ("sent", "")} == set(rows(ready, "state", "reason"))


async def test_one_push_a_day(ready: Store, clock: Clock) -> None:
    """两个窗口同一天到期：今天一条，另一条下一个工作日；那天说的是那天的日子。"""
    window(ready, name="另一个", end=at("2026-12-31").date(), district="")
    notifier = Told()
    for _ in range(2):
        await run(ready, clock, notifier)
    assert list(users(3)) == sorted(each.user for each in notifier.got)
    clock.move(at("2026-12-23"))
    await run(ready, clock, notifier)
    assert 6 == len(notifier.got)
    assert {"申报窗口还剩7个工作日", "申报窗口还剩6个工作日"} == {each.text.split("：")[0] for each in notifier.got}


async def test_no_way_waits_for_the_next_contact(store: Store, clock: Clock) -> None:
    """没有配渠道的、只能等对方来的，记作等着，不碰平台。"""
    window(store)
    switch_on(store)
    subscribe(store, "terminal:me", "web:x", "wechat:o1")
    await run(store, clock)
    assert ["waiting"] * 3 == states(store)


async def test_quota_stops_until_tomorrow(ready: Store, clock: Clock) -> None:
    """今天的限额用完：整个渠道停到零点，只试过手上的；第二天上班接着发，说的是第二天的日子。"""
    subscribe(ready, *users(300)[3:])
    notifier = Told(always=Later(14 * 3600.0, "限额用完了（45009）", "channel", True, "45009"))
    made = await run(ready, clock, notifier, concurrency=5)
    assert ["wechat：限额用完了（45009）"] == made.alerts
    assert {"planned"} == set(states(ready))
    notifier.always = None
    await run(ready, clock, notifier)
    clock.move(at("2026-12-23", 9))
    await run(ready, clock, notifier)
    assert (300, {"sent"}) == (len(notifier.got), set(states(ready)))


async def test_wrong_secret_is_one_alert(ready: Store, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """口令不对：停下，叫一次人；一小时以后、重新起来再试，还是不对，不再叫。"""
    subscribe(ready, *users(100)[3:])
    notifier = Told(always=Later(3600.0, "这个号用不了（40125）", "channel", True, "40125"))
    with caplog.at_level(logging.ERROR):
        for hour in (10, 11, 12, 13):
            clock.move(at("2026-12-22", hour, 30))
            await run(ready, clock, notifier, concurrency=5)
    assert 1 == sum("40125" in record.message for record in caplog.records)
    assert {"planned"} == set(states(ready))
    notifier.always = None
    clock.move(at("2026-12-22", 15))
    await run(ready, clock, notifier)
    assert {"sent"} == set(states(ready))


async def test_a_bad_template_holds_only_its_occasion(store: Store, clock: Clock) -> None:
    """模板用不了：这个时机停着，别的时机照发。"""
    window(store, district="长寿")
    window(store, name="永川的", start=date(2026, 12, 22), end=date(2027, 3, 31), district="永川")
    switch_on(store)
    subscribe(store, *users(3), district="长寿")
    subscribe(store, "wechat:other", district="永川")

    class Picky(Told):
        async def send(self, outgoing: Outgoing) -> Outcome:
            if outgoing.occasion == "days-7":
                return Later(600.0, "模板用不了（40037）", "campaign", False, "40037")
            return await super().send(outgoing)

    notifier = Picky()
    for _ in range(2):
        await run(store, clock, notifier, concurrency=1)
    assert ["opening"] == [each.occasion for each in notifier.got]
    assert ["planned"] * 3 == [state for occasion, state in rows(store, "occasion", "state") if occasion == SEVEN]


def expire(store: Store, seconds: float) -> None:
    """当作租约过了这么多秒。"""
    with store.reading() as connection:
        now = database_now(connection)
    change(store, lease_until=now - 1, reason=f"template {now - seconds:.3f}")


async def test_an_expired_lease_is_resent_while_the_platform_knows(ready: Store, clock: Clock) -> None:
    """进程死在半路：十分钟里拿同一个 id 再发，平台认得出；结局记在同一行。"""
    await taken(ready, clock, "template")
    expire(ready, 60)
    notifier = Told()
    await run(ready, clock, notifier)
    assert ({row[0] for row in rows(ready, "id")}, {"sent"}) == ({each.id for each in notifier.got}, set(states(ready)))


async def test_an_expired_lease_beyond_that_is_uncertain(ready: Store, clock: Clock) -> None:
    """过了平台认得出的时候：不知道，不再发；今天也不再推别的。"""
    await taken(ready, clock, "template")
    expire(ready, 595)
    notifier = Told()
    for _ in range(2):
        await run(ready, clock, notifier)
    assert ([], {"uncertain"}) == (notifier.got, set(states(ready)))
    assert {"unknown"} == {row[0] for row in tried(ready, "outcome")}


async def test_ways_without_dedup_are_never_resent(ready: Store, clock: Clock) -> None:
    """平台认不出重复的路，租约一过就是不知道。"""
    await taken(ready, clock, "message")
    with ready.reading() as connection:
        now = database_now(connection)
    change(ready, lease_until=now - 1, reason=f"message {now - 5:.3f}")
    notifier = Told(road=PLAIN)
    await run(ready, clock, notifier)
    assert ([], {"uncertain"}) == (notifier.got, set(states(ready)))


async def test_opted_out_meanwhile_is_not_resent(ready: Store, clock: Clock) -> None:
    """半路断了以后退订的，不再发第二遍，是不知道。"""
    await taken(ready, clock, "template")
    expire(ready, 60)
    with ready.transaction() as connection:
        opt_out(connection, ready.user_hash("wechat:o0000"), "2026-12-22")
    notifier = Told()
    await run(ready, clock, notifier)
    assert ["uncertain", "sent", "sent"] == states(ready)


async def taken(store: Store, clock: Clock, way: str) -> None:
    """排好，再弄成别的进程认领了正在发。"""
    made = posting(store, clock)
    await made.plan()
    await made.close()
    with store.reading() as connection:
        now = database_now(connection)
    change(store, state="sending", lease_by="别人", lease_until=now + 20, reason=f"{way} {now:.3f}")


async def test_doubt_is_asked_again(ready: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """回答丢了、平台认得出重复的：照原样再问一遍，问到了就是发了。"""
    monkeypatch.setattr("bot.reminders.recording.AGAIN", 0.05)
    notifier = Told(answers=deque([Unknown("断了", TEMPLATE)]))
    await run(ready, clock, notifier)
    assert ({"sent"}, 3) == (set(states(ready)), len(notifier.got))


async def test_two_processes_share_the_work(ready: Store, clock: Clock, url: str) -> None:
    """两个进程、一个库：合起来每人恰好一条。"""
    subscribe(ready, *users(400)[3:])
    one, two = Told(), Told()
    with Store.open(url) as other:
        await asyncio.gather(run(ready, clock, one, concurrency=10), run(other, clock, two, concurrency=10))
    assert sorted(users(400)) == sorted(each.user for each in (*one.got, *two.got))
    assert {"sent"} == set(states(ready))


async def test_stopping_is_bounded(ready: Store, clock: Clock) -> None:
    """叫停：手上的等一会儿就不等了，没有等到的留给租约；别的还排着。"""
    subscribe(ready, *users(50)[3:])

    class Slow(Told):
        async def send(self, outgoing: Outgoing) -> Outcome:
            self.got.append(outgoing)
            await asyncio.sleep(60)
            raise AssertionError

    made = posting(ready, clock, slow := Slow(road=PLAIN), concurrency=10)
    await made.plan()
    task = asyncio.create_task(made.once())
    while len(slow.got) < 10:
        await asyncio.sleep(0.01)
    began = asyncio.get_running_loop().time()
    await made.stop(0.1)
    await task
    await made.close()
    assert asyncio.get_running_loop().time() - began < 2.0
    assert {"sending": 10, "planned": 40} == {state: states(ready).count(state) for state in set(states(ready))}


async def test_stopping_gives_back_what_was_not_sent(ready: Store, clock: Clock) -> None:
    """叫停：认领了、还没有碰平台的马上放回去排着，不必等租约。"""
    subscribe(ready, *users(50)[3:])
    release = asyncio.Event()

    class Slow(Told):
        async def send(self, outgoing: Outgoing) -> Outcome:
            await release.wait()
            return await super().send(outgoing)

    made = posting(ready, clock, Slow(), concurrency=10)
    await made.plan()
    task = asyncio.create_task(made.once())
    while "sending" not in states(ready):
        await asyncio.sleep(0.01)
    stop = asyncio.create_task(made.stop(5.0))
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(stop, task)
    await made.close()
    assert "sending" not in states(ready)
    await run(ready, clock, notifier := Told())
    assert ({"sent"}, True) == (set(states(ready)), len(notifier.got) >= 40)


async def test_messages_fail_alone(ready: Store, clock: Clock) -> None:
    """送信的人抛了错，只坏那一条。"""

    class Broken(Told):
        async def send(self, outgoing: Outgoing) -> Outcome:
            if outgoing.user == "wechat:o0001":
                raise ValueError("坏了")
            return Sent(f"m{outgoing.id}", PLAIN)

    await run(ready, clock, Broken(road=PLAIN))
    assert ["sent", "uncertain", "sent"] == states(ready)


async def test_serving_sends_what_comes_due(ready: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """守着：打开的常设提醒到点就发；停得下来。"""
    monkeypatch.setattr("bot.reminders.posting.GLANCE", 0.02)
    monkeypatch.setattr("bot.reminders.sender.IDLE", 0.05)
    notifier = Told()
    made = posting(ready, clock, notifier)
    await made.start()
    async with asyncio.timeout(30):
        while len(notifier.got) < 3 or states(ready) != ["sent"] * 3:
            await asyncio.sleep(0.02)
    clock.move(at("2026-12-28", 9))
    async with asyncio.timeout(30):
        while len(notifier.got) < 6:
            await asyncio.sleep(0.02)
    await made.stop(1.0)
    await made.close()
    assert {"days-7", "days-3"} == {each.occasion for each in notifier.got}
