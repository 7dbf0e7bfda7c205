"""广播和等着的：条件、同一条路、批准了才发；下次来说话时告诉。"""

from dataclasses import replace
from datetime import date

import pytest

from bot.reminders.broadcast import Audience, store_broadcast
from bot.reminders.campaigns import CampaignError, Watch, approve
from bot.reminders.people import Person, Said
from bot.reminders.waiting import pushed
from bot.store import Store
from bot.store.person import opt_out
from tests.bot.reminders.stage import Clock, Told, rows, run, subscribe, switch_on, users, window
from tests.bot.reminders.world import RULES, ZONE, at, firm, person

GRADED = person(firms=(firm(grade="B"),))


@pytest.mark.parametrize(
    ("audience", "who", "why"),
    [
        (Audience(), person(), ""),
        (Audience(), person(places=()), "没有订阅"),
        (Audience(), person(opted_out=True), "退订了"),
        (Audience(district="长寿"), person(district="长寿"), ""),
        (Audience(district="长寿"), person(district="永川"), "不是长寿的"),
        (Audience(district="长寿"), person(), "不知道是哪个区县的"),
        (Audience(branch="n15-4"), GRADED, ""),
        (Audience(branch="n15-3"), GRADED, "不是这个分支的"),
        (Audience(industry="国15"), GRADED, ""),
        (Audience(industry="国16"), GRADED, "不是这个行业的"),
        (Audience(grade="B"), GRADED, ""),
        (Audience(grade="A"), GRADED, "等级不是 A"),
        (Audience(grade="A"), person(), "不知道是哪个等级的"),
        (Audience(status="none"), GRADED, ""),
        (Audience(status="none"), person(firms=(firm(status="returned"),)), "今年申报过了"),
        (Audience(status="returned"), person(firms=(firm(status="returned"),)), ""),
        (Audience(status="returned"), GRADED, "今年的申报不是已退回"),
        (Audience(status="none"), person(said=(Said(2026, "submitted", date(2026, 9, 1)),)), "今年申报过了"),
    ],
)
def test_audience(audience: Audience, who: Person, why: str) -> None:
    """简单的条件，一项不合就不给，说为什么；不知道的不当作合。"""
    assert why == audience.no(who, RULES.branches, 2026)


@pytest.fixture
def clock() -> Clock:
    """一个工作日。"""
    return Clock(at("2026-09-02"))


async def test_only_when_approved_and_once(store: Store, clock: Clock) -> None:
    """存下了不发；批准了发一次，退订的、条件以外的不发；再批准也不再发。"""
    subscribe(store, *users(3), district="长寿")
    subscribe(store, "wechat:far", district="永川")
    notifier = Told()
    with store.transaction() as connection:
        opt_out(connection, store.user_hash("wechat:o0000"), "2026-09-01")
        held = store_broadcast(connection, Audience(district="长寿"), "周五培训", "通知", clock(), date(2026, 9, 2))
        again = store_broadcast(connection, Audience(district="长寿"), "周五培训", "通知", clock(), date(2026, 9, 2))
        other = store_broadcast(connection, Audience(), "周五培训", "通知", clock(), date(2026, 9, 2))
    assert (held, True) == (again, held.hash != other.hash)
    await run(store, clock, notifier)
    assert [] == notifier.got
    for _ in range(2):
        with store.transaction() as connection:
            approve(connection, Watch(ZONE).look(connection, clock()), held.hash, "test")
        await run(store, clock, notifier)
    assert [("wechat:o0001", "周五培训"), ("wechat:o0002", "周五培训")] == [(e.user, e.text) for e in notifier.got]


async def test_one_a_day_with_the_standing_ones(store: Store) -> None:
    """广播和到期提醒碰在一天：一人一条，另一条推到下一个工作日。"""
    clock = Clock(at("2026-12-22"))
    window(store)
    switch_on(store)
    subscribe(store, *users(3))
    with store.transaction() as connection:
        held = store_broadcast(connection, Audience(), "周五培训", "通知", clock(), date(2026, 12, 22))
        approve(connection, Watch(ZONE).look(connection, clock()), held.hash, "test")
    notifier = Told()
    await run(store, clock, notifier)
    assert 3 == len({each.user for each in notifier.got}) == len(notifier.got)
    clock.move(at("2026-12-23"))
    await run(store, clock, notifier)
    assert 6 == len(notifier.got)


def test_a_changed_plan_is_refused(store: Store, clock: Clock) -> None:
    """批准的要正是现在的计划：窗口一改就不认；现在的、空着的都认。"""
    window(store)
    with store.transaction() as connection:
        first = Watch(ZONE).look(connection, clock()).hash
    window(store, name="又一个", district="永川")
    with store.transaction() as connection:
        outlook = Watch(ZONE).look(connection, clock())
        with pytest.raises(CampaignError, match=f"^计划变了：现在的是 {outlook.hash}，不是 {first}"):
            approve(connection, outlook, first, "test")
        assert (
            outlook.hash == approve(connection, outlook, "", "test") == approve(connection, outlook, outlook.hash, "")
        )


async def test_approval_stands_for_what_did_not_change(store: Store) -> None:
    """批准过的窗口，后来又开了别的窗口，照样算数；新开的不算。"""
    clock = Clock(at("2026-12-22"))
    window(store, district="长寿")
    with store.transaction() as connection:
        approve(connection, Watch(ZONE).look(connection, clock()), "", "test")
    window(store, district="永川")
    subscribe(store, "wechat:near", district="长寿")
    subscribe(store, "wechat:far", district="永川")
    notifier = Told()
    await run(store, clock, notifier)
    assert ["wechat:near"] == [each.user for each in notifier.got]


async def test_told_at_the_next_contact(store: Store) -> None:
    """没有路的等对方来：来了告诉一次，说的是那天的日子；过了、退订了的不说。"""
    clock = Clock(at("2026-12-22"))
    window(store)
    switch_on(store)
    subscribe(store, "terminal:me", "terminal:late", "terminal:out")
    await run(store, clock)
    with store.transaction() as connection:
        opt_out(connection, store.user_hash("terminal:out"), "2026-12-22")
    (text,) = pushed(store, "terminal:me", at("2026-12-24"), ZONE)
    assert text.startswith("申报窗口还剩5个工作日")
    assert ((), ()) == (
        pushed(store, "terminal:me", at("2026-12-24"), ZONE),
        pushed(store, "terminal:no", clock(), ZONE),
    )
    assert () == tuple(pushed(store, "terminal:late", at("2027-01-05"), ZONE))
    assert () == tuple(pushed(store, "terminal:out", clock(), ZONE))
    assert ["dropped", "delivered", "dropped"] == [
        row[0] for row in sorted(rows(store, "state", "user"), key=lambda r: r[1])
    ]


def test_audience_is_frozen() -> None:
    """条件改一项就是另一次广播。"""
    assert replace(Audience(), district="长寿") != Audience()
