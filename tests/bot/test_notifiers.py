"""送信的人：走哪条路、每种结局是什么；微信和 Telegram 都对着真的 HTTP。"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest

from bot.reminders.notifier import Later, Outcome, Outgoing, Refused, Sent, Unknown
from bot.store import Store
from bot.telegram.api import Api as TelegramApi
from bot.telegram.notifier import TelegramNotifier
from bot.wechat.limits import Template
from bot.wechat.notifier import AGAIN, DOUBTS, STREAK, WeChatNotifier
from bot.wechat.templates import Templates
from tests.bot.telegram_api import HANG_UP, TOKEN, Api, bot_api
from tests.bot.test_wechat_api import SEND, SUBSCRIBE, api_of
from tests.bot.test_wechat_api import TOKEN as STABLE_TOKEN
from tests.bot.wechat_platform import SUBSCRIPTION, TEMPLATE, Fake, wechat_platform

FIELDS = (("thing1", "{window}"), ("date2", "{end}"))
TEMPLATES = Templates(
    {"default": {"template": Template(TEMPLATE, FIELDS), "subscription": Template(SUBSCRIPTION, FIELDS)}}
)
VALUES = {"window": "2026年度重庆市重点行业企业绩效评级申报", "end": date(2026, 12, 31)}
ONE = Outgoing(7, "wechat:o1", "days-7", "还有 7 个工作日", VALUES)
CONSENTED = replace(ONE, consents={SUBSCRIPTION: 1})


class Watch:
    """一块拨得动的秒表。"""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def wechat(
    fake: Fake, watch: Watch | None = None, templates: Templates = TEMPLATES
) -> AsyncIterator[WeChatNotifier]:
    """一个送信的人。"""
    async with api_of(fake, Store.open("sqlite://"), timeout=5.0) as api:
        yield WeChatNotifier(api, templates, watch or Watch())


async def outcome(outgoing: Outgoing, *faults: str | int, path: str = SEND, consents: int = 0) -> Outcome:
    """排好毛病，送一条。"""
    async with wechat_platform() as fake, wechat(fake) as notifier:
        fake.consents["o1", SUBSCRIPTION] = consents
        fake.refuse(path, *faults)
        return await notifier.send(outgoing)


async def test_subscription_first_then_template() -> None:
    """有次数的走订阅通知，用掉一次；没有次数、关注着的走模板消息；都不行就等下次。"""
    async with wechat_platform() as fake, wechat(fake) as notifier:
        fake.consent("o1")
        subscribed = await notifier.send(CONSENTED)
        templated = await notifier.send(replace(ONE, id=8))
        nowhere = await notifier.send(replace(ONE, id=9, follows=False))
    assert isinstance(subscribed, Sent)
    assert ("", "subscription", "spent") == (subscribed.message_id, subscribed.way.name, subscribed.consent)
    assert isinstance(templated, Sent)
    assert ("template", "") == (templated.way.name, templated.consent)
    assert Refused("现在没有路可走", final=False) == nowhere
    got = fake.received["o1"]
    assert ["subscription", "template"] == [each["way"] for each in got]
    assert {"value": "2026年度重庆市重点行业企业绩效评级…"} == got[0]["data"]["thing1"]
    assert templated.message_id == str(got[1]["id"])


async def test_the_way_is_known_beforehand() -> None:
    """演习时就说得出走哪条路，平台认不认重复的。"""
    async with wechat_platform() as fake, wechat(fake) as notifier:
        ways = [notifier.way(each) for each in (CONSENTED, ONE, replace(ONE, follows=False))]
    assert ["subscription", "template", ""] == [way.name for way in ways]
    assert [0.0, 600.0, 0.0] == [way.dedup_seconds for way in ways]
    assert {} == fake.calls


async def test_consent_gone_goes_on_to_the_template() -> None:
    """我们以为还有次数，平台说没有了：当场改走模板消息，并记下没有了；没有关注的等下次。"""
    sent = await outcome(CONSENTED)
    assert isinstance(sent, Sent)
    assert ("template", "gone") == (sent.way.name, sent.consent)
    refused = await outcome(replace(CONSENTED, follows=False))
    assert isinstance(refused, Refused)
    assert (False, "gone", "43101") == (refused.final, refused.consent, refused.code)


@pytest.mark.parametrize(
    ("code", "final", "effect"),
    [
        (43004, True, "unfollowed"),
        (50005, True, "unfollowed"),
        (40003, True, "gone"),
        (43019, True, "opted_out"),
        (48002, True, "opted_out"),
        (50002, True, "opted_out"),
        (47003, True, ""),
        (47001, True, ""),
        (45015, False, ""),
        (45047, False, ""),
    ],
)
async def test_refusals_about_one_person(code: int, final: bool, effect: str) -> None:
    """只关这一个人的码：告诉不告诉得了、知道了这个人什么。"""
    refused = await outcome(ONE, code)
    assert isinstance(refused, Refused)
    assert (final, effect, str(code)) == (refused.final, refused.effect, refused.code)


@pytest.mark.parametrize(
    ("faults", "seconds", "scope", "alert"),
    [
        (["busy"] * 4, 30.0, "delivery", False),
        ([40001] * 2, 30.0, "delivery", False),
        (["quota"], 60.0, "channel", False),
        ([45011], 10.0, "channel", False),
        ([45066], 60.0, "channel", False),
        ([48001], 3600.0, "channel", True),
        ([48004], 3600.0, "channel", True),
        ([40164], 3600.0, "channel", True),
        ([40037], 600.0, "campaign", False),
    ],
    ids=str,
)
async def test_waits(faults: list[str | int], seconds: float, scope: str, alert: bool) -> None:
    """没有送、要等的：等多久、谁等、叫不叫人。"""
    later = await outcome(ONE, *faults)
    assert isinstance(later, Later)
    assert (seconds, scope, alert) == (later.seconds, later.scope, later.alert)


async def test_lost_answers() -> None:
    """模板消息断了再发，只送到一次；订阅通知断了就是不知道，不改走别的路。"""
    async with wechat_platform() as fake, wechat(fake) as notifier:
        fake.consents["o1", SUBSCRIPTION] = 1
        fake.refuse(SUBSCRIBE, "lost")
        unknown = await notifier.send(CONSENTED)
        fake.refuse(SEND, "lost")
        sent = await notifier.send(replace(ONE, user="wechat:o2"))
    assert isinstance(unknown, Unknown)
    assert ("subscription", 0.0) == (unknown.way.name, unknown.way.dedup_seconds)
    assert isinstance(sent, Sent)
    assert {1: 2} == fake.counts()


async def test_a_delivery_sent_again_within_ten_minutes_arrives_once() -> None:
    """进程被杀以后十分钟内拿同一行再送：平台认得，人只收到一次，id 也是同一个。"""
    async with wechat_platform() as fake, wechat(fake) as notifier:
        first, second = await notifier.send(ONE), await notifier.send(ONE)
    assert first == second
    assert {1: 1} == fake.counts()


async def test_a_wrong_secret_alerts_once(caplog: pytest.LogCaptureFixture) -> None:
    """口令不对：整个渠道停，一百条里只有一条叫人，平台只碰一次；过了时候再去试。"""
    watch = Watch()
    async with wechat_platform(Fake(secret="另一个口令")) as fake, wechat(fake, watch) as notifier:
        outcomes = await asyncio.gather(*(notifier.send(replace(ONE, id=n)) for n in range(100)))
        assert {("channel", "40125")} == {(each.scope, each.code) for each in outcomes if isinstance(each, Later)}
        assert 1 == sum(isinstance(each, Later) and each.alert for each in outcomes)
        assert (1, 0) == (fake.calls[STABLE_TOKEN], fake.calls[SEND])
        assert 1 == sum(record.levelno == logging.ERROR for record in caplog.records)
        watch.seconds += 1800
        again = await notifier.send(ONE)
        assert isinstance(again, Later)
        assert 1800 == again.seconds
        assert 1 == fake.calls[STABLE_TOKEN]


async def test_a_token_refused_again_and_again() -> None:
    """令牌怎么换也不认：一连五条以后一秒一秒地歇，过了五秒才停下，叫一次人；中间办成过就从头数。"""
    watch = Watch()
    async with wechat_platform() as fake, wechat(fake, watch) as notifier:
        fake.refuse(SEND, *[40001] * 8, 0, *[40001] * 100)
        outcomes = []
        for n in range(40):
            outcomes.append(await notifier.send(replace(ONE, id=n)))
            watch.seconds += 0.5
    waits = [(each.scope, each.alert) for each in outcomes if isinstance(each, Later)]
    assert [("delivery", False)] * 8 == waits[:8]
    stopped = waits.index(("channel", True))
    assert {("channel", False)} == set(waits[8:stopped]) == set(waits[stopped + 1 :])
    assert 2 * stopped > 20
    assert 30 > fake.calls[SEND]


async def test_doubt_in_a_row_stops_too() -> None:
    """平台一连十条都没有下文：后来的不再发，免得都成了不知道；歇一分钟，叫一次人。"""
    watch = Watch()
    async with wechat_platform() as fake, wechat(fake, watch) as notifier:
        fake.consents.update({(f"u{n}", SUBSCRIPTION): 1 for n in range(14)})
        fake.refuse(SUBSCRIBE, *["lost"] * 14)
        outcomes = [await notifier.send(replace(CONSENTED, id=n, user=f"wechat:u{n}")) for n in range(14)]
        assert [Unknown] * DOUBTS + [Later] * 4 == [type(each) for each in outcomes]
        assert [True, False, False, False] == [each.alert for each in outcomes if isinstance(each, Later)]
        watch.seconds += 60
        assert isinstance(await notifier.send(replace(CONSENTED, user="wechat:u13")), Unknown)


async def test_the_daily_quota_stops_until_midnight() -> None:
    """今天的限额用完：整个渠道停到北京时间零点，叫一次人，不再碰平台；到了再送得出去。"""
    watch = Watch()
    async with wechat_platform(Fake(daily=3)) as fake, wechat(fake, watch) as notifier:
        outcomes = [await notifier.send(replace(ONE, id=n, user=f"wechat:u{n}")) for n in range(6)]
        assert [Sent] * 3 + [Later] * 3 == [type(each) for each in outcomes]
        assert [(43200.0, True), (43200.0, False), (43200.0, False)] == [
            (each.seconds, each.alert) for each in outcomes if isinstance(each, Later)
        ]
        assert 4 == fake.calls[SEND]
        watch.seconds += 43200
        fake.skipped += 86400
        assert isinstance(await notifier.send(replace(ONE, id=9, user="wechat:u9")), Sent)


async def test_a_template_that_stays_missing() -> None:
    """模板不存在：头一次十分钟以后再试，还是不行才叫人；中间办成过就不算。"""
    watch = Watch()
    async with wechat_platform() as fake, wechat(fake, watch) as notifier:
        fake.refuse(SEND, 40037, 40037, 0, 40037)
        first = await notifier.send(replace(ONE, id=1))
        watch.seconds += AGAIN
        second = await notifier.send(replace(ONE, id=2))
        assert isinstance(await notifier.send(replace(ONE, id=3)), Sent)
        third = await notifier.send(replace(ONE, id=4))
    assert [("campaign", False), ("campaign", True), ("campaign", False)] == [
        (each.scope, each.alert) for each in (first, second, third) if isinstance(each, Later)
    ]


@pytest.mark.parametrize("code", [47003, 50002, 99999])
async def test_the_same_refusal_in_a_row_stops(code: int) -> None:
    """一连二十条是同一个码：不是人的毛病，停下叫人，而不是十万条死信。"""
    async with wechat_platform() as fake, wechat(fake) as notifier:
        fake.refuse(SEND, *[code] * 100)
        outcomes = [await notifier.send(replace(ONE, id=n)) for n in range(100)]
    assert {Refused: STREAK - 1, Later: 101 - STREAK} == Counter(map(type, outcomes))
    assert 1 == sum(isinstance(each, Later) and each.alert for each in outcomes)
    assert STREAK == fake.calls[SEND]


async def test_what_cannot_be_filled_never_leaves() -> None:
    """模板填不成：排队之前看得出；硬要送也不碰平台。"""
    bad = replace(ONE, values={"window": "", "end": date(2026, 12, 31)})
    async with wechat_platform() as fake, wechat(fake) as notifier:
        assert "" == notifier.fault(ONE)
        assert notifier.fault(bad).startswith("模板 default.subscription 的 thing1：")
        refused = await notifier.send(bad)
    assert isinstance(refused, Refused)
    assert refused.final
    assert {} == fake.calls


async def test_storm_of_faults() -> None:
    """各种毛病各 5%：没有人收到两遍；要等的再送，送到的都收到了，拒收的都没有收到。"""
    faults = dict.fromkeys(("busy", "invalid_token", "expired_token", "reset", "error", "lost", "doubled"), 5.0)
    fake = Fake(faults={**faults, "unfollowed": 5.0, "no_consent": 5.0, "dying": 0.2})
    people = 1500
    watch = Watch()
    async with wechat_platform(fake), wechat(fake, watch) as notifier:
        for n in range(0, people, 3):
            fake.consents[f"u{n}", SUBSCRIPTION] = 1
        gate = asyncio.Semaphore(50)

        async def one(n: int) -> tuple[str, Outcome]:
            consents = {SUBSCRIPTION: 1} if n % 3 == 0 else {}
            async with gate:
                while True:
                    each = await notifier.send(replace(ONE, id=n, user=f"wechat:u{n}", consents=consents))
                    if not isinstance(each, Later):
                        return f"u{n}", each
                    laters.append(each)
                    watch.seconds += 0.01
                    await asyncio.sleep(0)

        laters: list[Later] = []
        outcomes = dict(await asyncio.gather(*(one(n) for n in range(people))))
    assert {1} == set(fake.counts())
    for user, each in outcomes.items():
        if isinstance(each, Sent):
            assert user in fake.received
        elif not isinstance(each, Unknown):
            assert user not in fake.received, each
    kinds = Counter(map(type, outcomes.values()))
    assert kinds[Sent] > people * 0.85
    assert kinds[Unknown] < people * 0.1, kinds
    assert {"unfollowed"} == {each.effect for each in outcomes.values() if isinstance(each, Refused) and each.final}
    assert not [each for each in laters if each.alert]


# Telegram

TEXT = Outgoing(1, "telegram:7", "days-7", "还有 7 个工作日截止")


@asynccontextmanager
async def telegram(api: Api, token: str = TOKEN) -> AsyncIterator[TelegramNotifier]:
    """一个送信的人。"""
    notifier = TelegramNotifier(TelegramApi(token, api.url))
    try:
        yield notifier
    finally:
        await notifier.close()


async def told(*refusals: tuple[int, dict[str, int]], outgoing: Outgoing = TEXT) -> tuple[Outcome, Api]:
    """排好毛病，送一条。"""
    async with bot_api() as api, telegram(api) as notifier:
        for status, parameters in refusals:
            api.refuse("sendMessage", status, **parameters)
        return await notifier.send(outgoing), api


async def test_telegram_outcomes() -> None:
    """403 是不愿再收；429 整个渠道等它说的那么久；5xx 和断了是不知道，不再发；别的不收。"""
    assert Refused("对方拉黑了", final=True, effect="opted_out", code="403") == (await told((403, {})))[0]
    assert Later(35.0, "平台要等", "channel", code="429") == (await told((429, {"retry_after": 35})))[0]
    assert Refused("平台不收", final=True, code="400") == (await told((400, {})))[0]
    for status in (502, HANG_UP):
        result, api = await told((status, {}))
        assert isinstance(result, Unknown)
        assert 1 == len(api.tries)


async def test_telegram_nobody_there() -> None:
    """连不上就是没有发，等会儿再来。"""
    async with bot_api() as api:
        pass
    async with telegram(api) as notifier:
        assert Later(30.0, "连不上") == await notifier.send(TEXT)


async def test_telegram_wrong_token() -> None:
    """令牌不认：整个渠道停，只叫一次人。"""
    async with bot_api() as api, telegram(api, "42:WRONG") as notifier:
        outcomes = [await notifier.send(TEXT) for _ in range(3)]
    assert [("channel", True), ("channel", False), ("channel", False)] == [
        (each.scope, each.alert) for each in outcomes if isinstance(each, Later)
    ]


async def test_telegram_too_long() -> None:
    """放不下的、拉黑了的，不碰平台。"""
    for outgoing in (replace(TEXT, text="字" * 4097), replace(TEXT, text=""), replace(TEXT, follows=False)):
        result, api = await told(outgoing=outgoing)
        assert isinstance(result, Refused)
        assert [] == api.tries
