"""告诉不到的接着告诉：同区县的别人，再是市里，只告诉一遍；值班页写着哪一处没有告诉到、为什么。"""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from bot.desk.duty import set_duty
from bot.desk.reaching import DutyWatch
from bot.reminders.deciding import NO_WAY
from bot.reminders.notifier import Outcome, Outgoing, Refused, Way
from bot.store.schema import deliveries
from tests.bot.desk.office import Office
from tests.bot.desk.test_duty import bind, posting, until
from tests.bot.desk.test_holding import pair as pair
from tests.bot.desk.test_holding import waiting
from tests.bot.reminders.stage import Told

HOOK = "https://hook.example/x"
LOST = "铜梁区有人等（要找人，区县值班的没有告诉到）：转人工"


class Broken(Told):
    """铜梁的网址坏了，别的好的。"""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """照收的人答。"""
        if outgoing.user == "webhook:tong":
            return Refused("对方不收（回的是 500）", final=True)
        return await super().send(outgoing)


def hook(here: Office, *names: str) -> None:
    """这几个人都填了网址。"""
    with here.store.transaction() as connection:
        for name in names:
            set_duty(connection, name, on_duty=True, webhook=HOOK)


def turn(here: Office, user: str, state: str, reason: str = "") -> None:
    """告诉他的那一行有了结局。"""
    with here.store.transaction() as connection:
        change = update(deliveries).where(deliveries.c.user == user, deliveries.c.occasion.like("duty:%"))
        connection.execute(change.values(state=state, reason=reason))


def calls(here: Office) -> list[tuple[Any, ...]]:
    """告诉值班的人的各行：谁、时机、说什么。"""
    return [each for each in here.sent("user", "occasion", "text") if each[1].startswith("duty:")]


def watch(here: Office) -> DutyWatch:
    """守着的。"""
    return DutyWatch(here.store, here.clock)


async def test_the_city_is_told_once(pair: tuple[Office, Office]) -> None:
    """铜梁的网址坏了、绑的微信用完了条数：市里马上知道，说明区县的没有告诉到；两个进程守着也只一遍。"""
    one, two = pair
    hook(one, "tong", "admin")
    bind(one, "liang", "wechat:liang")
    good, mute = Broken("webhook", Way("webhook")), Told("wechat", Way(""))
    watches = [watch(one), watch(two)]
    async with posting(one, good, mute) as made:
        await waiting(one)
        assert [0, 0] == [await each.once() for each in watches]
        made.nudge()
        await until(lambda: ["failed", "waiting"] == sorted(row[0] for row in one.sent("state", "id")))
        watches[0].nudge = watches[1].nudge = made.nudge
        assert [0, 1] == sorted(await asyncio.gather(*(each.once() for each in watches)))
        await until(lambda: good.got)
    assert [("webhook:admin", LOST)] == [(each.user, each.text) for each in good.got]
    assert ("webhook:admin", "duty:1:1", LOST) == calls(one)[-1]
    assert [0, 0] == [await each.once() for each in watches]
    assert 3 == len(calls(one))


async def test_a_colleague_before_the_city(here: Office) -> None:
    """同区县又有人值班了，先告诉他，还不告诉市里；他那里也不成，再告诉市里；都不成就没有别人了。"""
    hook(here, "tong", "admin")
    await waiting(here)
    turn(here, "webhook:tong", "failed", "连不上")
    hook(here, "liang")
    looked = watch(here)
    assert 1 == await looked.once()
    assert ("webhook:liang", "铜梁区有人等（要找人）：转人工") == calls(here)[-1][::2]
    assert 0 == await looked.once()
    for user in ("webhook:liang", "webhook:admin"):
        turn(here, user, "uncertain")
        await looked.once()
    assert ["webhook:tong", "webhook:liang", "webhook:admin"] == [user for user, *_ in calls(here)]


@pytest.mark.parametrize("state", ["sent", "sending", "urgent"])
async def test_one_is_enough(here: Office, state: str) -> None:
    """有一处到了、还在路上的，不转；排着半分钟还没有发出去的，算没有告诉到。"""
    hook(here, "tong", "admin")
    bind(here, "liang", "wechat:liang")
    await waiting(here)
    turn(here, "webhook:tong", "failed", "连不上")
    turn(here, "wechat:liang", state)
    looked = watch(here)
    assert 0 == await looked.once()
    here.clock.on(seconds=31)
    assert (1 if state == "urgent" else 0) == await looked.once()


async def test_a_taken_case_is_not_passed_on(here: Office) -> None:
    """有人接管了，就不用再告诉；再等是另一遍，从头告诉。"""
    hook(here, "tong", "admin")
    await waiting(here)
    turn(here, "webhook:tong", "failed", "连不上")
    tong = await here.person("tong")
    await here.acts(tong, "take")
    looked = watch(here)
    assert 0 == await looked.once()
    await here.acts(tong, "give")
    await here.hears("转人工")
    assert 0 == await looked.once()
    assert [("webhook:tong", "duty:1:1"), ("webhook:tong", "duty:1:2")] == [row[:2] for row in calls(here)]


@pytest.mark.parametrize(
    ("state", "reason", "why"),
    [
        ("waiting", NO_WAY, "对公众号说一句话，就又告诉得到"),
        ("waiting", "要等对方再说话（45047）", "对公众号说一句话，就又告诉得到"),
        ("failed", "没有关注（43004）", "这个号没有关注公众号"),
        ("failed", "内容不合格（47001）", "微信没有收下，没有发成"),
        ("uncertain", "可能已经发出，没有等到结局", "等了很久没有回音"),
    ],
)
async def test_the_page_tells_why(here: Office, state: str, reason: str, why: str) -> None:
    """值班页：绑的号、网址各写最近一次没有告诉到是为什么，没有代码；后来告诉到了的也写。"""
    hook(here, "tong")
    bind(here, "tong", "wechat:tong")
    tong = await here.person("tong")
    assert "告诉到了" not in (await tong.get("/desk/duty")).text
    await waiting(here)
    turn(here, "wechat:tong", state, reason)
    turn(here, "webhook:tong", "failed", "对方不收（回的是 500）")
    page = (await tong.get("/desk/duty")).text
    for piece in (why, "最近一次没有告诉到（11-30 10:00）：对方不收（回的是 500）。"):
        assert piece in page, piece
    assert [] == [each for each in ("45047", "43004", "47001") if each in page]
    await here.acts(tong, "take")
    await here.acts(tong, "give")
    await here.hears("转人工")
    with here.store.transaction() as connection:
        later = deliveries.c.occasion == "duty:1:2"
        connection.execute(update(deliveries).where(later).values(state="sent", updated_at="2026-11-30T02:05:00+00:00"))
    page = (await tong.get("/desk/duty")).text
    assert "最近一次告诉到了（11-30 10:05）；先前有一次没有告诉到（11-30 10:00）：对方不收（回的是 500）。" in page
    assert "修好以前" not in page
