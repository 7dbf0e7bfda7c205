"""平台报来的事：回执读得出、写得快、对得上，早到的、重复的都不乱；订阅的同意一次记一次。"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.app import App
from bot.channels.base import Consent, Receipt, Report, Unreadable
from bot.channels.wechat import WeChat
from bot.reminders.hours import stamp
from bot.store import Store
from bot.store.schema import attempts, consents, deliveries, receipts
from bot.wechat.reports import Reports, match, prune, spend
from tests.bot.test_app import Turns, metrics, serving
from tests.bot.test_wechat import SAFE, SAFE_CHANNEL, inbound
from tests.bot.test_wechat_api import DATA, api_of
from tests.bot.wechat_client import Platform, deliver, event
from tests.bot.wechat_platform import SUBSCRIPTION, TEMPLATE, Fake, popup, wechat_platform

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PLAIN = Platform()
CHANNEL = WeChat(PLAIN.token, lambda: NOW)


def parsed(xml: str) -> Any:
    """推来的一份 XML 读成什么；明文和安全模式一个样。"""
    found = CHANNEL.parse(inbound(PLAIN.push(xml)))
    assert found == SAFE_CHANNEL.parse(inbound(SAFE.push(xml)))
    return found


def finished(message_id: str = "3300000001", status: str = "success", openid: str = "o1") -> str:
    """模板消息的一张回执。"""
    return event("TEMPLATESENDJOBFINISH", None, openid, MsgID=message_id, Status=status)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("success", "success"),
        ("failed:user block", "blocked"),
        ("failed: user block", "blocked"),
        ("failed: system failed", "failed"),
        ("failed:freq limit", "failed"),
        ("", "failed"),
    ],
)
def test_receipts_are_read(said: str, status: str) -> None:
    """回执：哪一条、送到没有；没有说送到就是没有送到。"""
    report = parsed(finished(status=said))
    assert Report("wechat:o1", report.id, receipts=(Receipt("3300000001", status),)) == report  # type: ignore[arg-type]


def test_answers_to_the_popup_are_read() -> None:
    """弹窗：同意的各算一次，点取消的不算；在设置里拒收的，一次也不要了。"""
    both = parsed(popup("o1", [(TEMPLATE, "accept"), (SUBSCRIPTION, "reject")]))
    assert (Consent(TEMPLATE, True),) == both.consents
    assert parsed(popup("o1", [(TEMPLATE, "reject")])) is None
    changed = parsed(popup("o1", [(TEMPLATE, "reject")], "subscribe_msg_change_event"))
    assert (Consent(TEMPLATE, False),) == changed.consents
    assert changed.id != both.id
    assert both.id == parsed(popup("o1", [(TEMPLATE, "accept"), (SUBSCRIPTION, "reject")])).id


def test_a_subscription_that_failed_is_a_refusal() -> None:
    """订阅通知送出去，平台说用户不要（43101）：一次也不要了；送到的不必记。"""

    def sent(code: str) -> str:
        row = f"<List><TemplateId>{TEMPLATE}</TemplateId><MsgID>1</MsgID><ErrorCode>{code}</ErrorCode></List>"
        wrapped = f"<SubscribeMsgSentEvent>{row}</SubscribeMsgSentEvent></xml>"
        return event("subscribe_msg_sent_event", None).replace("</xml>", wrapped)

    assert parsed(sent("0")) is None
    assert (Consent(TEMPLATE, False),) == parsed(sent("43101")).consents


@pytest.mark.parametrize(
    "xml",
    [
        event("TEMPLATESENDJOBFINISH", None, Status="success"),
        event("TEMPLATESENDJOBFINISH", None, MsgID=""),
        finished().replace("CreateTime", "Other"),
    ],
)
def test_a_broken_report(xml: str) -> None:
    """缺了必要元素就是读不懂，不是出错。"""
    with pytest.raises(Unreadable):
        parsed(xml)


@pytest.mark.parametrize(
    "name", ["subscribe_msg_popup_event", "subscribe_msg_sent_event", "subscribe_msg_change_event"]
)
def test_an_empty_list(name: str) -> None:
    """列表是空的、没有模板的：没有什么要记。"""
    assert parsed(event(name, None)) is None
    assert parsed(event(name, None).replace("</xml>", "<X><List><A>1</A></List><List/></X></xml>")) is None


# 进库


@asynccontextmanager
async def product(store: Store) -> AsyncIterator[int]:
    """我们的服务，只有微信。"""
    channel = WeChat(PLAIN.token, lambda: NOW)
    async with serving(App(Turns(), wechat=channel, reports=Reports(store, lambda: NOW))) as port:
        yield port


def sent(store: Store, number: int, message_id: str, state: str = "sent", user: str = "") -> None:
    """我们自己的记录：第 number 条，发给这个人，平台给的 id。"""
    row = {"occasion": f"o{number}", "window_id": "w", "due_at": "", "state": state, "text": "", "updated_at": ""}
    tried = {"delivery_id": number, "at": "", "channel": "wechat", "outcome": "sent", "message_id": message_id}
    with store.transaction() as connection:
        connection.execute(insert(deliveries).values(id=number, user=user or f"wechat:u{number}", **row))
        connection.execute(insert(attempts).values(**tried))


def states(store: Store) -> dict[int, str]:
    """各条的状态。"""
    with store.reading() as connection:
        return {row.id: row.state for row in connection.execute(select(deliveries.c.id, deliveries.c.state))}


def states_after(store: Store) -> dict[int, str]:
    """对过以后的状态；再对一遍也一样。"""
    while match(store, NOW):
        pass
    return states(store)


def left(store: Store, user: str = "wechat:o1") -> dict[str, int]:
    """这个人各个模板还有几次。"""
    with store.reading() as connection:
        rows = connection.execute(select(consents).filter_by(user=user)).all()
    return {row.template: row.left_count for row in rows}


async def test_a_receipt_is_on_disk_before_success(store: Store) -> None:
    """推来一张，答 success 时已经在库里；不走回合。"""
    async with product(store) as port:
        assert (200, b"success") == await deliver(port, PLAIN.push(finished()))
        with store.reading() as connection:
            row = connection.execute(select(receipts)).one()
        assert ("wechat", "3300000001", "success", 0) == (row.channel, row.message_id, row.status, row.matched)
        assert 1 == (await metrics(port))["reports_total"]


async def test_what_cannot_be_written_is_not_acknowledged(store: Store) -> None:
    """写不下就不说收到，平台会再推。"""
    async with product(store) as port:
        with store.transaction() as connection:
            connection.exec_driver_sql("ALTER TABLE receipts RENAME TO away")
        try:
            status, answer = await deliver(port, PLAIN.push(finished()))
        finally:
            with store.transaction() as connection:
                connection.exec_driver_sql("ALTER TABLE away RENAME TO receipts")
        assert (503, False) == (status, answer == b"success")
        assert (200, b"success") == await deliver(port, PLAIN.push(finished()))


async def test_receipts_find_their_delivery(store: Store) -> None:
    """对上的：送到的、拒收的（记作退订）、系统没有送到的；不认得的留着。"""
    for number in (1, 2, 3):
        sent(store, number, f"m{number}")
    reports = Reports(store, lambda: NOW)
    for number, status in enumerate(("success", "blocked", "failed", "success"), 1):
        await reports.add(Report(f"wechat:u{number}", str(number), (Receipt(f"m{number}", status),)))  # type: ignore[arg-type]
    assert 3 == match(store, NOW)
    assert {1: "delivered", 2: "failed", 3: "failed"} == states(store)
    assert [False, True, False] == [store.opted_out(f"wechat:u{number}") for number in (1, 2, 3)]
    assert 0 == match(store, NOW)


async def test_a_receipt_before_our_own_record(store: Store) -> None:
    """回执比我们自己的记录先到：先留着，记录有了再对上。"""
    reports = Reports(store, lambda: NOW)
    await reports.add(Report("wechat:u1", "1", (Receipt("m1", "success"),)))
    assert 0 == match(store, NOW)
    sent(store, 1, "m1")
    assert 1 == match(store, NOW)
    assert {1: "delivered"} == states(store)


async def test_a_receipt_twice(store: Store) -> None:
    """来两遍是一回事；后来的说法不改先前的；已经撤下的不再动。"""
    sent(store, 1, "m1")
    sent(store, 2, "m2", "dropped")
    reports = Reports(store, lambda: NOW)
    for status in ("success", "success", "failed"):
        await reports.add(Report("wechat:u1", "1", (Receipt("m1", status), Receipt("m2", status))))  # type: ignore[arg-type]
        match(store, NOW)
    assert {1: "delivered", 2: "dropped"} == states(store)
    with store.reading() as connection:
        assert 0 == connection.execute(select(func.count()).select_from(receipts).filter_by(matched=0)).scalar()


def unnumbered(store: Store, number: int, user: str, template: str = "tmpl", state: str = "sent") -> None:
    """再问一遍才知道发过了的一条：平台不给消息的 id。"""
    sent(store, number, f"gone{number}", state, user)
    with store.transaction() as connection:
        mine = update(attempts).filter_by(delivery_id=number)
        connection.execute(mine.values(message_id=None, template=template, at=stamp(NOW - timedelta(minutes=1))))


async def test_a_receipt_without_our_id_finds_the_only_one(store: Store) -> None:
    """没有消息 id 的，凭是谁、刚发的只有那一条来认：对方不愿收也算数；有两条、是订阅通知、还在发的不认。"""
    unnumbered(store, 1, "wechat:one")
    unnumbered(store, 2, "wechat:two")
    unnumbered(store, 3, "wechat:two")
    unnumbered(store, 4, "wechat:sub", SUBSCRIPTION)
    unnumbered(store, 5, "wechat:busy")
    sent(store, 6, "m6", "sending", "wechat:busy")
    with store.transaction() as connection:
        connection.execute(insert(consents).values(user="wechat:sub", template=SUBSCRIPTION, left_count=0))
    reports = Reports(store, lambda: NOW)
    for name in ("one", "two", "sub", "busy"):
        await reports.add(Report(f"wechat:{name}", name, (Receipt(f"m-{name}", "blocked"),)))
    assert 1 == match(store, NOW)
    assert {1: "failed", 2: "sent", 3: "sent", 4: "sent", 5: "sent", 6: "sending"} == states(store)
    assert [True, False] == [store.opted_out(f"wechat:{name}") for name in ("one", "two")]


def flying(store: Store, number: int, user: str) -> None:
    """正发着模板消息的一条，自己还没有记下什么。"""
    row = {"occasion": f"o{number}", "window_id": "w", "due_at": "", "state": "sending", "text": "", "updated_at": ""}
    with store.transaction() as connection:
        connection.execute(insert(deliveries).values(id=number, user=user, reason="template 1.0", **row))


def landed(store: Store, number: int, state: str, outcome: str, message_id: str | None) -> None:
    """这一条有了结局，写下了。"""
    tried = {"at": stamp(NOW), "channel": "wechat", "template": "tmpl", "outcome": outcome, "message_id": message_id}
    with store.transaction() as connection:
        connection.execute(update(deliveries).filter_by(id=number).values(state=state))
        connection.execute(insert(attempts).values(delivery_id=number, **tried))


@pytest.mark.parametrize(
    ("state", "outcome", "message_id", "to"),
    [
        ("sent", "sent", "m1", "failed"),
        ("sent", "sent", None, "failed"),
        ("uncertain", "unknown", None, "failed"),
        ("failed", "refused", None, "failed"),
        ("planned", "later", None, "planned"),
    ],
)
async def test_a_receipt_while_it_is_being_sent(
    store: Store, state: str, outcome: str, message_id: str | None, to: str
) -> None:
    """我们还没有记下就来了的回执：记下以后对上，没有消息 id 的、结局是不知道的也对上；没有发出去的，不是它的。"""
    flying(store, 1, "wechat:one")
    reports = Reports(store, lambda: NOW)
    for _ in range(2):
        await reports.add(Report("wechat:one", "1", (Receipt("m1", "blocked"),)))
    assert 0 == match(store, NOW)
    landed(store, 1, state, outcome, message_id)
    assert {1: to} == states_after(store)
    assert (outcome in ("sent", "unknown")) == store.opted_out("wechat:one")


async def test_an_earlier_one_waits_while_another_is_sent(store: Store) -> None:
    """早先没有 id 的一条，回执来的时候正发着别的：发完了再认，各归各的。"""
    unnumbered(store, 1, "wechat:one")
    flying(store, 2, "wechat:one")
    reports = Reports(store, lambda: NOW)
    await reports.add(Report("wechat:one", "1", (Receipt("m1", "success"),)))
    landed(store, 2, "sent", "sent", "m2")
    assert {1: "delivered", 2: "sent"} == states_after(store)
    await reports.add(Report("wechat:one", "2", (Receipt("m2", "success"),)))
    assert {1: "delivered", 2: "delivered"} == states_after(store)


async def test_uncertain_ends_with_a_receipt(store: Store) -> None:
    """不知道到没到的，平台后来说送到了，就是送到了。"""
    sent(store, 1, "m1", "uncertain")
    await Reports(store, lambda: NOW).add(Report("wechat:u1", "1", (Receipt("m1", "success"),)))
    match(store, NOW)
    assert {1: "delivered"} == states(store)


async def test_old_receipts_are_cleared(store: Store) -> None:
    """七天以后清掉，没有对上的也清。"""
    await Reports(store, lambda: NOW).add(Report("wechat:u1", "1", (Receipt("m1", "success"),)))
    assert 0 == prune(store, NOW + timedelta(days=7))
    assert 1 == prune(store, NOW + timedelta(days=7, seconds=1))


async def test_consent_is_counted_once(store: Store) -> None:
    """同意一次加一次，重投的不加；用掉一次减一次，不会到零以下；拒收就是零。库里看不出散列是谁的。"""
    async with product(store) as port:
        for _ in range(3):
            assert (200, b"success") == await deliver(port, PLAIN.push(popup("o1", [(SUBSCRIPTION, "accept")])))
        assert {SUBSCRIPTION: 1} == left(store)
        again = popup("o1", [(SUBSCRIPTION, "accept")]).replace("1795500000", "1795500009")
        await deliver(port, PLAIN.push(again))
        assert {SUBSCRIPTION: 2} == left(store)
        with store.transaction() as connection:
            for _ in range(3):
                spend(connection, "wechat:o1", SUBSCRIPTION)
        assert {SUBSCRIPTION: 0} == left(store)
        await deliver(port, PLAIN.push(again.replace("1795500009", "1795500010")))
        await deliver(port, PLAIN.push(popup("o1", [(SUBSCRIPTION, "reject")], "subscribe_msg_change_event")))
        assert {SUBSCRIPTION: 0} == left(store)
    with store.reading() as connection:
        assert not [row for row in connection.execute(select(receipts)) if "o1" in row.message_id]


async def test_a_storm_is_taken(store: Store) -> None:
    """一次大发送以后的回执：两千张一齐来，都答 success，批批地写，一张不少。"""
    reports = Reports(store, lambda: NOW)
    await asyncio.gather(
        *(reports.add(Report(f"wechat:u{n}", str(n), (Receipt(f"m{n}", "success"),))) for n in range(2000))
    )
    with store.reading() as connection:
        assert 2000 == connection.execute(select(func.count()).select_from(receipts)).scalar()


async def test_the_whole_round(store: Store) -> None:
    """发一百条，平台的回执发两遍、比回答先到：一张不少地进库，对上以后都是送到。"""
    async with product(store) as port:
        fake = Fake(latency=0.02, faults={"doubled": 50.0}, product=f"http://127.0.0.1:{port}/wechat")
        async with wechat_platform(fake), api_of(fake, store) as api:
            answers = await asyncio.gather(*(api.template(f"u{n}", TEMPLATE, DATA, f"d{n}") for n in range(100)))
            for number, answer in enumerate(answers, 1):
                sent(store, number, str(answer.data["msgid"]))
            await fake.quiet()
        assert 100 < fake.receipts
    assert fake.receipts == match(store, NOW)
    assert {"delivered"} == set(states(store).values())
