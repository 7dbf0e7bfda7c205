"""平台的各种毛病，真的 HTTP：每个人都有了对的结局，没有人收到两条；渠道停了只叫一次人。"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from bot.app import App
from bot.channels.wechat import WeChat
from bot.store import Store
from bot.store.schema import consents, receipts
from bot.wechat.api import Api
from bot.wechat.credentials import SharedCredentials
from bot.wechat.limits import Template
from bot.wechat.notifier import WeChatNotifier
from bot.wechat.reports import Reports, match
from bot.wechat.templates import Templates
from tests.bot.reminders.stage import Clock, rows, run, subscribe, switch_on, tried, users, window
from tests.bot.reminders.world import at
from tests.bot.test_app import Turns, serving
from tests.bot.wechat_client import Platform
from tests.bot.wechat_platform import APP_ID, SECRET, SUBSCRIPTION, TEMPLATE, Fake, wechat_platform

FIELDS = (("thing1", "{text}"), ("date2", "{end}"))
TEMPLATES = Templates(
    {"default": {"template": Template(TEMPLATE, FIELDS), "subscription": Template(SUBSCRIPTION, FIELDS)}}
)
STEP = timedelta(minutes=3)
ROUNDS = 40


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """该再问的马上再问，该等的留给下一轮。"""
    monkeypatch.setattr("bot.reminders.recording.AGAIN", 0.02)
    monkeypatch.setattr("bot.reminders.sender.PATIENCE", 0.5)


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    """一台假平台。"""
    async with wechat_platform() as made:
        yield made


class Course:
    """一群订阅了的人，一轮一轮地发；每一轮是新起的一个进程，时候往后走一点。"""

    def __init__(self, store: Store, fake: Fake, people: int) -> None:
        self.store = store
        self.fake = fake
        self.people = users(people)
        self.clock = Clock(at("2026-12-22"))
        self.secret = SECRET
        self.alerts: list[str] = []
        window(store)
        switch_on(store)
        subscribe(store, *self.people)

    async def once(self) -> None:
        """一轮。"""
        credentials = SharedCredentials(self.store, _blink)
        api = Api(APP_ID, self.secret, credentials, self.clock, url=self.fake.url, timeout=1.5, pause=_blink)
        made = await run(self.store, self.clock, WeChatNotifier(api, TEMPLATES), concurrency=20)
        self.alerts += made.alerts

    async def settle(self) -> None:
        """一轮一轮地，直到都有了结局。"""
        for _ in range(ROUNDS):
            await self.once()
            if not {"planned", "sending"} & set(self.states.values()):
                return
            self.clock.move(self.clock() + STEP)
        raise AssertionError(f"{ROUNDS} 轮还没有完：{Counter(self.states.values())}")

    def afflicted(self, fault: str) -> set[str]:
        """落在哪些人身上。"""
        return {user for user in self.people if self.fake._afflicts(fault, user.removeprefix("wechat:"))}

    @property
    def states(self) -> dict[str, str]:
        """各人的结局。"""
        return dict(rows(self.store, "user", "state"))

    @property
    def got(self) -> dict[str, int]:
        """各人收到几条。"""
        return {f"wechat:{openid}": len(received) for openid, received in self.fake.received.items()}

    def ends(self, state: str, others: "dict[str, Iterable[str]] | None" = None) -> None:
        """除了 `others`，人人都是 `state`，都恰好收到一条。"""
        expected = dict.fromkeys(self.people, state)
        unheard = {user for users in (others or {}).values() for user in users}
        for name, held in (others or {}).items():
            expected.update(dict.fromkeys(held, name))
        assert expected == self.states
        assert dict.fromkeys(set(self.people) - unheard, 1) == self.got


@asynccontextmanager
async def product(course: Course) -> AsyncIterator[int]:
    """我们的服务，只收微信推来的。"""
    channel, reports = WeChat(Platform().token, course.clock), Reports(course.store, course.clock)
    async with serving(App(Turns(), wechat=channel, reports=reports)) as port:
        yield port


async def _blink(seconds: float) -> None:
    await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    "fault", ["busy", "invalid_token", "expired_token", "dying", "error", "reset", "lost", "timeout", "quota"]
)
async def test_by_request(store: Store, fake: Fake, fault: str) -> None:
    """落在请求上的（-1、40001、42001、令牌当场作废、502、断线、回答丢了、超时、一分钟的限额）：最后人人一条，不用叫人。"""
    course = Course(store, fake, 60)
    fake.faults = {fault: 5.0}
    await course.settle()
    course.ends("sent")
    assert [] == course.alerts
    assert {1} == set(Counter(row[0] for row in tried(store, "delivery_id", "outcome") if row[1] == "sent").values())


async def test_unfollowed(store: Store, fake: Fake) -> None:
    """43004：送不到，从此当作退订，不再试；别人照发。"""
    course = Course(store, fake, 60)
    fake.faults = {"unfollowed": 5.0}
    await course.settle()
    course.ends("sent", {"failed": course.afflicted("unfollowed")})
    assert {user for user in course.people if store.opted_out(user)} == course.afflicted("unfollowed") != set()


async def test_no_consent_left(store: Store, fake: Fake) -> None:
    """43101：当场改走模板消息；次数记成没有了，别人的用掉一次。"""
    course = Course(store, fake, 60)
    fake.faults = {"no_consent": 5.0}
    consent(course)
    await course.settle()
    course.ends("sent")
    ways = {f"wechat:{openid}": received[0]["way"] for openid, received in fake.received.items()}
    refused = course.afflicted("no_consent")
    assert refused
    assert ways == {user: "template" if user in refused else "subscription" for user in course.people}
    with store.reading() as connection:
        assert {0} == set(connection.scalars(select(consents.c.left_count)))


async def test_reply_limit(store: Store, fake: Fake) -> None:
    """45047：等对方下次来说话，不再试；别人照发。"""
    course = Course(store, fake, 60)
    fake.faults = {"reply_limit": 5.0}
    await course.settle()
    held = course.afflicted("reply_limit")
    assert held
    course.ends("sent", {"waiting": held})


async def test_receipts_twice_and_bad_news(store: Store, fake: Fake) -> None:
    """回执来两遍是一回事：送到的记送到，平台后来说不愿收的记送不到、当作退订。"""
    course = Course(store, fake, 60)
    async with product(course) as port:
        fake.product, fake.faults = f"http://127.0.0.1:{port}/wechat", {"doubled": 50.0, "failed_later": 5.0}
        await course.settle()
        await fake.quiet()
    match(store, course.clock())
    course.ends("delivered", {"failed": course.afflicted("failed_later")})
    assert fake.receipts > 60
    with store.reading() as connection:
        assert {1} == set(connection.scalars(select(receipts.c.matched)))


async def test_daily_quota(store: Store, fake: Fake) -> None:
    """45009：当天的限额用完就停，叫一次人，当天再起来也不硬闯；第二天上班接着发，一条不少不多。"""
    course = Course(store, fake, 60)
    fake.daily = 40
    await course.once()
    assert Counter(sent=40, planned=20) == Counter(course.states.values())
    asked = fake.calls["/cgi-bin/message/template/send"]
    await course.once()
    assert fake.calls["/cgi-bin/message/template/send"] - asked <= 20
    assert ["wechat：限额用完了（45009）"] == course.alerts
    course.clock.move(at("2026-12-23", 9))
    fake.skipped += 86400.0
    await course.settle()
    course.ends("sent")


async def test_a_wrong_secret_is_one_alert(store: Store, fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    """口令不对：一条也不发，只叫一次人，再起来几回也不再叫，日志里只一句；改对了接着发。"""
    course = Course(store, fake, 60)
    course.secret = "wrong"
    for _ in range(3):
        await course.once()
        course.clock.move(course.clock() + STEP)
    assert ({"planned"}, {}, 1) == (set(course.states.values()), course.got, len(course.alerts))
    assert 1 == sum(record.getMessage().startswith("微信停下") for record in caplog.records)
    course.secret = SECRET
    await course.settle()
    course.ends("sent")


async def test_a_locked_database_before_sending(store: Store, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """拿令牌时库一时写不了：还没有碰平台，所以不是不知道；过一会儿再发，平台认不出重复的路也一样。"""
    course = Course(store, fake, 5)
    consent(course)

    def locked(*_: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(SharedCredentials, "_claim", locked)
        await course.once()
    assert ({"planned"}, {}) == (set(course.states.values()), course.got)
    await course.settle()
    course.ends("sent")


async def test_everything_at_once(store: Store, fake: Fake) -> None:
    """各种毛病一起来，各百分之五，两百个人：人人都有了对的结局，恰好一条。"""
    course = Course(store, fake, 200)
    every = ("busy", "invalid_token", "expired_token", "quota", "timeout", "reset", "error", "lost", "doubled")
    async with product(course) as port:
        fake.product = f"http://127.0.0.1:{port}/wechat"
        fake.faults = dict.fromkeys((*every, "unfollowed", "no_consent", "reply_limit", "failed_later"), 5.0)
        await course.settle()
        await fake.quiet()
    match(store, course.clock())
    gone, later = course.afflicted("unfollowed"), course.afflicted("failed_later")
    held = course.afflicted("reply_limit") - gone
    course.ends("delivered", {"failed": gone | (later - held), "waiting": held})


def consent(course: Course) -> None:
    """人人都同意过一次订阅通知。"""
    with course.store.transaction() as connection:
        held = [{"user": user, "template": SUBSCRIPTION, "left_count": 1} for user in course.people]
        connection.execute(insert(consents), held)
    for user in course.people:
        course.fake.consents[user.removeprefix("wechat:"), SUBSCRIPTION] = 1
