"""Telegram：推来的每一种更新都读得出，坏的伤不到；答复经真的 HTTP 发出去，403、429、断线都有交代。"""

import asyncio
import dataclasses
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import knowledge
from bot.app import App
from bot.channels.base import Arrival, Forbidden, Inbound, Unreadable
from bot.channels.telegram import MAX_BODY, Telegram
from bot.clock import Clock
from bot.inbox import APOLOGY, Unstorable
from bot.telegram.api import LONGEST_WAIT, PAUSES
from bot.telegram.door import Door
from bot.telegram.sender import CALM, MOST, MOST_EACH, Sender
from dialogs.commands import MENU
from dialogs.flows import FLOWS
from dialogs.records import Facts, Message, Option, Reply
from dialogs.replay import walk
from dialogs.reply import question
from dialogs.steps import Recall
from tests.bot.telegram_api import HANG_UP, SECRET, TOKEN, Api, Json, bot_api, chat, member, push, said, tapped, update
from tests.bot.test_app import Turns, metrics, serving

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CHANNEL = Telegram(SECRET, lambda: NOW)
OPTIONS = (Option("水泥制品（水泥）", "3:branch=15"), Option("都不是", "3:branch=none"))
REPLY = Reply("“商砼”最像“水泥制品”，对吗？\n下一步：回复编号或名称：", OPTIONS)


def inbound(body: Json | bytes, secret: bytes = SECRET.encode()) -> Inbound:
    """推来的一次请求到达渠道时的样子。"""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Inbound("POST", {}, content, [(b"host", b"x"), (b"x-telegram-bot-api-secret-token", secret)])


def heard(body: Json) -> Message:
    arrival = CHANNEL.parse(inbound(body))
    assert arrival is not None
    return arrival.message


# 读

FILE = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (said("我们是做商砼的"), {"text": "我们是做商砼的"}),
        (said("/menu"), {"text": "menu"}),
        (said("/help@chuangb_bot"), {"text": "help"}),
        (said("/ 什么意思"), {"text": "/ 什么意思"}),
        (said("/start"), {"kind": "event", "event": "subscribe"}),
        (said("/start district_永川区"), {"kind": "event", "event": "subscribe", "value": "district:永川区"}),
        (said("/start district_5rC45bed5Yy6"), {"kind": "event", "event": "subscribe", "value": "district:永川区"}),
        (said("/start district_yongchuan"), {"kind": "event", "event": "subscribe", "value": "district:yongchuan"}),
        (said("/start other_thing"), {"kind": "event", "event": "subscribe"}),
        (said("/started"), {"text": "started"}),
        (said(photo=[FILE], caption="图上写着"), {"kind": "image", "text": "图上写着"}),
        (said(sticker=FILE), {"kind": "image"}),
        (said(voice=FILE), {"kind": "voice"}),
        (said(video=FILE), {"kind": "video"}),
        (said(animation=FILE, document=FILE), {"kind": "video"}),
        (said(document=FILE), {"kind": "file"}),
        (said(location={"latitude": 29.3, "longitude": 105.9}), {"kind": "location"}),
        (
            said(venue={"title": "永川厂", "address": "凤凰湖"}, location={"latitude": 29.3, "longitude": 105.9}),
            {"kind": "location", "text": "永川厂 凤凰湖"},
        ),
        (member("kicked"), {"kind": "event", "event": "unsubscribe"}),
    ],
)
def test_updates(body: Json, expected: dict[str, str]) -> None:
    """每一种更新都读成我们的种类；用户是聊天号，id 是更新的编号，时刻是服务器的钟。"""
    whole = Message(user="telegram:7", id=str(body["update_id"]), at=NOW, **expected)  # type: ignore[arg-type]
    assert whole == heard(body)


def test_a_tap_brings_its_value() -> None:
    """点了按钮：带回 value，文字是按钮上的标签，记下要应答的是哪一次点按。"""
    body = tapped(
        {"reply_markup": {"inline_keyboard": [[{"text": "2. 都不是", "callback_data": "3:branch=none"}]]}}, "都"
    )
    expected = Message("telegram:7", str(body["update_id"]), NOW, text="都不是", value="3:branch=none")
    assert Arrival(expected, "cb1") == CHANNEL.parse(inbound(body))


def test_a_tap_on_a_message_too_old_to_be_shown() -> None:
    """太旧的消息平台不再给出按钮，只有 data：照样带回 value。"""
    body = update(callback_query={"id": "cb1", "message": {"chat": chat(), "date": 0}, "data": "3:branch=none"})
    assert ("", "3:branch=none") == (heard(body).text, heard(body).value)


@pytest.mark.parametrize(
    "body",
    [
        said("你好", type="group"),
        said("你好", type="supergroup"),
        said(photo=[FILE], type="group"),
        said(**{"from": {"id": 8, "is_bot": True}}, text="我也是机器人"),  # type: ignore[arg-type]
        said(contact={"phone_number": "1"}),
        said(pinned_message={}),
        update(edited_message=said("改过的")["message"]),
        update(channel_post={"chat": chat(-1, "channel"), "text": "通告"}),
        update(poll={"id": "1"}),
        update(),
        update(callback_query={"id": "cb", "inline_message_id": "1", "data": "x"}),
        update(callback_query={"id": "cb", "message": {"chat": chat()}, "game_short_name": "g"}),
        update(callback_query={"id": "cb", "message": {"chat": chat(-5, "group")}, "data": "x"}),
        member("member"),
        update(my_chat_member={"chat": chat(-5, "group"), "new_chat_member": {"status": "kicked"}}),
    ],
)
def test_nothing_to_answer(body: Json) -> None:
    """群里的、别的机器人的、改过的、用不着回答的：读成 None。"""
    assert CHANNEL.parse(inbound(body)) is None


JUNK = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b'{"update_id":"1"}',
    b'{"update_id":true}',
    b'{"update_id":1,"message":3}',
    b'{"update_id":1,"message":{"chat":{}}}',
    b'{"update_id":1,"message":{"chat":{"id":"7","type":"private"},"text":"x"}}',
    b'{"update_id":1,"message":{"chat":{"id":7,"type":"private"},"text":["x"]}}',
    b'{"update_id":1,"message":{"chat":{"id":7,"type":"private"},"text":"\\ud800"}}',
    b'{"update_id":1,"message":{"chat":{"id":7,"type":"private"},"text":"\xff"}}',
    b'{"update_id":1,"callback_query":{}}',
    b'{"update_id":1,"x":' + b"[" * 60_000,
    b'{"update_id":1,"message":{"chat":{"id":7,"type":"private"},"text":"' + "好".encode() * MAX_BODY + b'"}}',
]


@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
def test_junk_is_unreadable(body: bytes) -> None:
    """不是一份更新的，抛 Unreadable，说明里没有用户的话。"""
    with pytest.raises(Unreadable):
        CHANNEL.parse(inbound(body))


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda s: (
            st.lists(s)
            | st.dictionaries(
                st.sampled_from(["update_id", "message", "chat", "id", "text", "type", "callback_query", "data"]), s
            )
        ),
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    """任何 JSON 都只有三种下场：一条消息、不必回答、读不懂。"""
    try:
        arrival = CHANNEL.parse(inbound(json.dumps(value).encode()))
    except Unreadable:
        return
    assert arrival is None or arrival.message.user.startswith("telegram:")


@pytest.mark.parametrize("secret", [b"", b"s3cret_", b"s3cret_-x", "口令".encode(), b"\xff"])
def test_a_wrong_secret_is_forbidden(secret: bytes) -> None:
    """口令不对，什么都不读；没带也一样。"""
    with pytest.raises(Forbidden):
        CHANNEL.parse(inbound(b"junk", secret))
    with pytest.raises(Forbidden):
        CHANNEL.parse(dataclasses.replace(inbound(said("你好")), headers=[]))


@pytest.mark.parametrize("secret", ["", "有汉字", "a b", "x" * 257])
def test_a_secret_the_platform_would_not_take(secret: str) -> None:
    """平台不收的口令，启动时就说。"""
    with pytest.raises(ValueError, match="CHUANGB_TELEGRAM_SECRET"):
        Telegram(secret, lambda: NOW)


# 写


def calls(reply: Reply | None, account: str = "") -> list[tuple[str, Json]]:
    return list(CHANNEL.calls(Arrival(Message("telegram:7", "1", NOW), account), reply))


def test_a_reply_is_text_and_a_button_for_each_option() -> None:
    """文字原样，不当标记也不带链接预览；选项一行一个按钮，编号和文字里说的一样。"""
    [(method, fields)] = calls(replace(REPLY, first_number=13))
    buttons = [[("13. 水泥制品（水泥）", "3:branch=15")], [("14. 都不是", "3:branch=none")]]
    assert ("sendMessage", 7, REPLY.text) == (method, fields["chat_id"], fields["text"])
    assert buttons == [[tuple(b.values()) for b in row] for row in fields["reply_markup"]["inline_keyboard"]]
    assert "parse_mode" not in fields


def test_a_tap_is_acknowledged_before_the_answer() -> None:
    """点按先应答，按钮不再转圈；没有答复也应答。"""
    assert ["answerCallbackQuery", "sendMessage"] == [method for method, _ in calls(REPLY, "cb1")]
    assert [("answerCallbackQuery", {"callback_query_id": "cb1"})] == calls(None, "cb1")
    assert [] == calls(None)


def test_a_long_reply_is_split_and_keeps_its_buttons() -> None:
    """超过平台一条的上限就分成几条，一个字不丢，按钮跟着最后一条。"""
    text = "\n".join(f"第{n}行：{'排放' * 40}" for n in range(60))
    sent = [fields for _, fields in calls(replace(REPLY, text=text))]
    assert len(sent) > 2
    assert text == "\n".join(fields["text"] for fields in sent)
    assert all(len(fields["text"]) <= 4096 for fields in sent)
    assert [False] * (len(sent) - 1) + [True] == ["reply_markup" in fields for fields in sent]


def test_every_value_of_the_product_fits_a_button() -> None:
    """产品里的每一个选项都原样放得进按钮的 64 字节。"""
    rules = knowledge.on(NOW.date())
    values = {option.value for option in MENU} | {f"faq:{faq.id}" for faq in rules.faq}
    for entry in FLOWS.values():
        for path in walk(entry.talk, rules, Facts(NOW)):
            for step, _ in path.answers:
                if not isinstance(step, Recall):
                    values |= {option.value for option in question(step, 10**9).options} | {f"fix:{10**9}:{step.key}"}
    assert len(values) > 100
    assert [] == [value for value in values if len(value.encode()) > 64 or value.startswith("~")]


@pytest.mark.parametrize("value", ["3:branch=" + "汉" * 30, "~x"])
def test_a_value_too_long_for_a_button_comes_back_as_its_label(value: str) -> None:
    """放不下的 value 换成摘要；点回来当作打了那个选项的字。"""
    [(_, fields)] = calls(Reply("选：", (Option("都不是", value), Option("没有了", value + "2"))))
    data = [row[0]["callback_data"] for row in fields["reply_markup"]["inline_keyboard"]]
    assert 2 == len(set(data))
    assert all(len(each.encode()) <= 64 for each in data)
    message = heard(tapped(fields, "没有了"))
    assert ("没有了", "") == (message.text, message.value)


# 收发


class Pauses:
    """记下等了几次、几秒，不真的等；给了 gate 就等到它开。"""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.gate: asyncio.Event | None = None

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()


def door_of(
    api: Api, turns: Turns, pauses: Pauses, base_url: str = "https://bot.example/", secret: str = SECRET
) -> Door:
    clock = Clock(NOW.tzinfo)  # type: ignore[arg-type]
    clock.move(NOW)
    return Door(turns.answer, clock, token=TOKEN, api_url=api.url, secret=secret, base_url=base_url, pause=pauses)


@asynccontextmanager
async def running(turns: Turns, base_url: str = "https://bot.example/") -> AsyncIterator[tuple[int, Api, Pauses]]:
    """产品的外壳和一台假的 Bot API，都在真的套接字上；登记好了才开始。"""
    pauses = Pauses()
    async with bot_api() as api, serving(App(turns, telegram=door_of(api, turns, pauses, base_url))) as port:
        await api.until(lambda: bool(api.calls))
        yield port, api, pauses


async def test_a_message_is_answered() -> None:
    """登记推送的地址和口令；推来一句话，应声 200，答复经 sendMessage 发出；点按带着 value 回来，得到应答。"""
    turns = Turns()
    async with running(turns) as (port, api, _):
        assert (200, b"") == await push(port, said("商砼"))
        [sent] = await api.got(1)
        assert (200, b"") == await push(port, tapped(sent, "对"))
        await api.got(2)
    register = ("setWebhook", "https://bot.example/telegram", SECRET)
    assert register == (api.calls[0][0], api.calls[0][1]["url"], api.calls[0][1]["secret_token"])
    assert ["message", "callback_query", "my_chat_member"] == api.calls[0][1]["allowed_updates"]
    assert "您说的是“商砼”" == sent["text"]
    assert ("对", "1:ok=yes") == (turns.seen[1].text, turns.seen[1].value)
    assert ["setWebhook", "sendMessage", "answerCallbackQuery", "sendMessage"] == [name for name, _ in api.calls]


async def test_a_repeated_update_is_one_turn() -> None:
    """同一份更新推三次：一个回合，答复相同。"""
    turns = Turns()
    body = said("商砼")
    async with running(turns) as (port, api, _):
        for _ in range(3):
            await push(port, body)
        sent = await api.got(3)
    assert 1 == len(turns.effects)
    assert [sent[0]] * 3 == sent


async def test_the_update_is_acknowledged_after_the_turn() -> None:
    """回合没有落库，不应声；落了库就应声，不等发出去。"""
    turns = Turns()
    turns.gate = asyncio.Event()
    async with running(turns) as (port, api, _):
        api.slow = asyncio.Event()
        pushed = asyncio.create_task(push(port, said("商砼")))
        while not turns.seen:
            await asyncio.sleep(0)
        assert not pushed.done()
        turns.gate.set()
        assert (200, b"") == await pushed
        assert [] == api.sent()
        api.slow.set()
        await api.got(1)


async def test_junk_is_200_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """读不懂的：200，一行日志，什么都不记；口令不对 403；不必回答的 200。"""
    turns = Turns()
    async with running(turns) as (port, api, _):
        with caplog.at_level(logging.WARNING, "bot"):
            for body in (b"", b"junk", b"a" * 5_000_000):
                assert (200, b"") == await push(port, body)
        assert 3 == len([record for record in caplog.records if record.name.startswith("bot.")])
        assert 403 == (await push(port, said("你好"), "wrong"))[0]
        assert (200, b"") == await push(port, said("你好", type="group"))
        counts = await metrics(port)
        assert (3, 1, 1) == (counts["unreadable_total"], counts["refused_total"], counts["ignored_total"])
        assert [] == turns.seen
        assert [] == api.sent()


async def test_bad_turns() -> None:
    """回合出错得一句抱歉；存不下的不作声；不作声的不发。"""

    def answer(message: Message) -> Reply | None:
        if message.text == "存不下":
            raise Unstorable("消息里有 NUL 字符")
        return None if message.text == "不作声" else Reply(str(1 // (message.text != "坏")))

    async with running(Turns(answer)) as (port, api, _):
        for text in ("坏", "存不下", "不作声", "好"):
            assert (200, b"") == await push(port, said(text))
        assert [APOLOGY.text, "1"] == [sent["text"] for sent in await api.got(2)]
        counts = await metrics(port)
    assert (4, 1, 1, 1) == tuple(counts[f"{name}_total"] for name in ("messages", "errors", "unreadable", "silent"))


async def test_403_is_an_unsubscription() -> None:
    """对方拉黑了：记成取消关注，他后面排着的不再发，别人不受影响。"""
    turns = Turns(lambda m: Reply("好") if m.kind == "text" else None)
    async with running(turns) as (port, api, _):
        api.refuse("sendMessage", 403)
        await push(port, said("商砼"))
        while len(turns.seen) < 2:
            await asyncio.sleep(0)
        await push(port, said("商砼", user=8))
        await api.got(1, 8)
    blocked = turns.seen[1]
    assert ("telegram:7", "event", "unsubscribe") == (blocked.user, blocked.kind, blocked.event)
    assert [] == api.sent(7)


async def test_retry_after_is_obeyed() -> None:
    """429 等它说的那么久再发；一个人在等，别人照发；同一个人的先来先发。"""
    async with running(Turns()) as (port, api, pauses):
        pauses.gate = asyncio.Event()
        api.refuse("sendMessage", 429, retry_after=7)
        await push(port, said("一"))
        await push(port, said("二"))
        await push(port, said("别人", user=8))
        await api.got(1, 8)
        assert [] == api.sent(7)
        pauses.gate.set()
        sent = await api.got(2, 7)
    assert [7.0] == pauses.taken
    assert ["您说的是“一”", "您说的是“二”"] == [each["text"] for each in sent]


async def test_retry_after_has_a_bound() -> None:
    """要等太久的不等了，后面的照发。"""
    async with running(Turns()) as (port, api, pauses):
        api.refuse("sendMessage", 429, retry_after=int(LONGEST_WAIT) + 1)
        await push(port, said("一"))
        await push(port, said("二"))
        assert ["您说的是“二”"] == [each["text"] for each in await api.got(1)]
    assert [] == pauses.taken


@pytest.mark.parametrize("status", [HANG_UP, 500, 502])
async def test_network_errors_are_tried_again(status: int) -> None:
    """断了、5xx：隔一会儿再发，有限的几次。"""
    async with running(Turns()) as (port, api, pauses):
        api.refuse("sendMessage", status)
        api.refuse("sendMessage", status)
        await push(port, said("一"))
        await api.got(1)
    assert list(PAUSES[:2]) == pauses.taken


async def test_an_unreachable_platform_gets_the_answer_in_the_response(caplog: pytest.LogCaptureFixture) -> None:
    """试了几次都不成：以后一阵子的答复随推送的回答交回，按钮也在；点按也不耽误。"""
    async with running(Turns()) as (port, api, pauses):
        for _ in range(4):
            api.refuse("sendMessage", 502)
        await push(port, said("一"))
        while "连不上" not in caplog.text:
            await asyncio.sleep(0)
        status, body = await push(port, said("二"))
    assert list(PAUSES) == pauses.taken
    given = json.loads(body)
    assert (200, "sendMessage", 7, "您说的是“二”") == (status, given["method"], given["chat_id"], given["text"])
    assert "1:ok=yes" == given["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert [] == api.sent()


async def test_a_flood_is_answered_in_the_response() -> None:
    """一个人一口气说几百句：发不赢的随回答交回，一句不少，别人的照发。"""
    async with running(Turns()) as (port, api, _):
        api.slow = asyncio.Event()
        answers = [await push(port, said(f"第{n}句")) for n in range(50)]
        inline = [json.loads(body)["text"] for _, body in answers if body]
        assert (200, b"") == await push(port, said("别人", user=8))
        api.slow.set()
        sent = [each["text"] for each in await api.got(50 - len(inline), 7)]
        await api.got(1, 8)
    assert MOST_EACH == len(sent)
    assert sorted(f"您说的是“第{n}句”" for n in range(50)) == sorted(inline + sent)


async def test_a_full_sender_rests() -> None:
    """手上满了就歇一阵再接。"""
    now = 0.0
    gate = asyncio.Event()

    async def call(method: str, fields: object) -> None:
        await gate.wait()

    async def blocked(user: str) -> None: ...

    sender = Sender(call, blocked, now=lambda: now)
    for number in range(MOST):
        assert sender.takes(str(number))
        sender.put(str(number), [("sendMessage", {})])
    assert not sender.takes("x")
    gate.set()
    await sender.stop(5)
    assert not sender.takes("x")
    now = CALM
    assert sender.takes("x")


async def test_stopping_sends_what_is_in_hand() -> None:
    """关停时手上的答复发完才走。"""
    async with bot_api() as api:
        api.slow = asyncio.Event()
        async with serving(App(turns := Turns(), telegram=door_of(api, turns, Pauses()))) as port:
            await push(port, said("一"))
            await api.until(lambda: "sendMessage" in [name for name, _ in api.tries])
            asyncio.get_running_loop().call_later(0.05, api.slow.set)
        assert 1 == len(api.sent())


async def test_polling() -> None:
    """没有公网地址：先撤掉推送，再一批批地取；读不懂的一份不连累别的；取过的下一次才告诉平台。"""
    turns = Turns()
    one, bad, two = said("一"), {**said("坏"), "message": 3}, said("二", user=8)
    pauses = Pauses()
    async with bot_api() as api:
        api.refuse("deleteWebhook", 502)
        api.refuse("getUpdates", 409)
        api.updates = [one, bad, two]
        async with serving(App(turns, telegram=door_of(api, turns, pauses, base_url=""))) as port:
            await api.got(2)
            await api.until(lambda: len(api.offsets) > 1)
            assert 1 == (await metrics(port))["unreadable_total"]
    assert "deleteWebhook" == api.calls[0][0]
    assert [0, two["update_id"] + 1] == api.offsets[:2]
    assert {"您说的是“一”", "您说的是“二”"} == {sent["text"] for sent in api.sent()}
    assert [1.0, 1.0] == pauses.taken[:2]


async def test_the_platform_may_be_away_at_the_start() -> None:
    """登记不了推送不耽误启动，隔一会儿再登记；没给口令就由令牌推出一个，平台和我们说的一样。"""
    turns, pauses = Turns(), Pauses()
    async with bot_api() as api:
        api.refuse("setWebhook", 502)
        api.refuse("setWebhook", 429, retry_after=3)
        async with serving(App(turns, telegram=door_of(api, turns, pauses, secret=""))) as port:
            await api.until(lambda: bool(api.calls))
            secret = api.calls[0][1]["secret_token"]
            assert 403 == (await push(port, said("你好")))[0]
            assert (200, b"") == await push(port, said("你好"), secret)
            await api.got(1)
    assert 64 == len(secret)


def test_telegram_is_not_imported_until_it_is_wanted() -> None:
    """没有配置令牌，这个库一点也不导入。"""
    check = "import sys, bot.serving, bot.commands; sys.exit('telegram' in sys.modules or 'httpx' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", check], check=False).returncode
