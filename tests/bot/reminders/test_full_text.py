"""广播和更正说的是整段话：48 小时里说过话的当场收到全文；只收到模板里 20 个字的，下一次答复里说全，只说一次。"""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from time import time
from typing import Any

import pytest

import knowledge
from bot.inbox import Inbox
from bot.reminders.broadcast import Audience, owing, store_broadcast, whole_text
from bot.reminders.campaigns import Watch, approve
from bot.reminders.notifier import Outgoing, Refused, Sent, Way
from bot.store import Store
from bot.store.person import opt_out
from bot.wechat.allowance import allowance
from bot.wechat.api import Api
from bot.wechat.credentials import SharedCredentials
from bot.wechat.limits import Template
from bot.wechat.notifier import WeChatNotifier
from bot.wechat.templates import Templates
from dialogs.records import Message
from dialogs.turn import take_turn
from knowledge.rules import Rules
from tests.bot.reminders.stage import Clock, Told, change, rows, run, subscribe, tried
from tests.bot.reminders.world import ZONE, at
from tests.bot.wechat_platform import APP_ID, SECRET, TEMPLATE, Fake, wechat_platform

SAID = "前面说的首违不罚没有说全，要同时满足首次、轻微、没有造成危害后果三样，才给改正的机会。"
TEXT = whole_text(SAID)
CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATES = Templates({"broadcast": {"template": Template(TEMPLATE, (("thing1", "{text}"),))}})


class Town:
    """一个库、一个收件箱、一台假的平台。"""

    def __init__(self, store: Store, fake: Fake, templates: Templates = TEMPLATES) -> None:
        self.store, self.fake, self.clock = store, fake, Clock(at("2026-09-02"))
        self.inbox: Inbox[Rules] = Inbox(store, take_turn, knowledge.on, self.clock)
        self._count, self._templates = 0, templates

    async def says(self, openid: str, text: str = "谢谢") -> str:
        """对公众号说一句，要答复。"""
        self._count += 1
        self.fake.spoke(openid)
        reply = await self.inbox.answer(Message(f"wechat:{openid}", str(self._count), self.clock(), text=text))
        return "" if reply is None else reply.text

    def approved(self, text: str = TEXT) -> str:
        """存下一次广播，批准，返回它叫什么。"""
        with self.store.transaction() as connection:
            held = store_broadcast(connection, Audience(), text, "通知", self.clock(), date(2026, 9, 2))
            approve(connection, Watch(ZONE).look(connection, self.clock()), held.hash, "test")
        return held.id

    async def sent(self, **more: Any) -> None:
        """排一遍，发一遍。"""
        api = Api(APP_ID, SECRET, SharedCredentials(self.store), self.clock, url=self.fake.url)
        await run(self.store, self.clock, WeChatNotifier(api, self._templates), **more)

    def got(self, openid: str) -> list[str]:
        """这个人的手机上收到的。"""
        return [
            each["text"]["content"] if each["way"] == "custom" else each["data"]["thing1"]["value"]
            for each in self.fake.received[openid]
        ]


@pytest.fixture
async def town(store: Store) -> AsyncIterator[Town]:
    """o1、o2 订阅了，o1 刚说过话。"""
    subscribe(store, "wechat:o1", "wechat:o2")
    async with wechat_platform(Fake(templates={TEMPLATE: ("thing1",)})) as fake:
        made = Town(store, fake)
        await made.inbox.start()
        await made.says("o1")
        yield made
        await made.inbox.stop(2)


async def test_whole_within_48_hours_else_with_the_next_reply(town: Town) -> None:
    """刚说过话的收到全文，占一条；没说过的收到模板那 20 个字，下一次答复里说全，再下一次不说。"""
    id = town.approved()
    await town.sent()
    assert [[TEXT], ["前面说的首违不罚没有说全，要同时满足首…"]] == [town.got("o1"), town.got("o2")]
    with town.store.reading() as connection:
        assert 4 == allowance(connection, "wechat:o1", town.clock()).left
        assert {"waiting": 1} == owing(connection, id)
    assert SAID not in await town.says("o1")
    first = await town.says("o2")
    assert (1, True) == (first.count(SAID), first.split("\n")[-1].startswith("下一步："))
    assert SAID not in await town.says("o2")
    await town.sent()
    assert [1, 1] == [len(town.got("o1")), len(town.got("o2"))]
    with town.store.reading() as connection:
        assert {"delivered": 1} == owing(connection, id)


async def test_asking_for_it_is_the_telling(town: Town) -> None:
    """只收到 20 个字的头一句就问“刚才那条”：答的是全文，只说一遍；过后再问还说得出。"""
    town.approved()
    await town.sent()
    for _ in range(2):
        assert 1 == (await town.says("o2", "刚才那条")).count(SAID)
    assert SAID not in await town.says("o2")


async def test_what_fits_in_the_template_is_not_said_again(town: Town) -> None:
    """模板里放得下全文的，不欠。"""
    id = town.approved(whole_text("周五下午培训，带上自评表。"))
    await town.sent()
    with town.store.reading() as connection:
        assert {} == owing(connection, id)


async def test_too_long_for_the_reply_points_to_it(town: Town) -> None:
    """连答复放不下的，只说开头和怎么看全文；照着问，就说全，一页放不下的接着看；头一句就问的，不再叫他去问。"""
    subscribe(town.store, "wechat:o3")
    said = "".join(f"第{n:03}句。" for n in range(90))
    town.approved(whole_text(said))
    await town.sent()
    reply = await town.says("o2")
    assert "第000句。第001句。第002句。第0…（没说完，回复“刚才那条”看全文）" in reply
    assert len(reply) <= 600
    for openid in ("o2", "o3"):
        pages = [await town.says(openid, each) for each in ("刚才那条", "更多")]
        assert [1, 1] == ["".join(pages).count(f"第{n:03}句。") for n in (0, 89)]
        assert "没说完" not in "".join(pages)


@pytest.mark.parametrize("code", [45047, 45015, 45002, 47001, 48006])
async def test_no_messages_left(town: Town, code: int) -> None:
    """五条用完了的走模板；平台说用完了、过了 48 小时、不收这一段的，当场改走模板，一人还是一条。"""
    town.fake.refuse(CUSTOM, code)
    town.approved()
    await town.sent()
    assert [["前面说的首违不罚没有说全，要同时满足首…"]] * 2 == [town.got("o1"), town.got("o2")]
    assert 1 == (await town.says("o1")).count(SAID)


async def test_refused_without_a_template_waits(store: Store) -> None:
    """客服消息不收、又没有配模板的：等他来说话时说全，只说一遍。"""
    async with wechat_platform(Fake(templates={TEMPLATE: ("thing1",)})) as fake:
        town = Town(store, fake, Templates({}))
        subscribe(store, "wechat:o1")
        await town.inbox.start()
        await town.says("o1")
        fake.refuse(CUSTOM, 45002)
        town.approved()
        await town.sent()
        assert (["waiting"], []) == ([state for (state,) in rows(store, "state")], town.got("o1"))
        assert [1, 0] == [(await town.says("o1")).count(SAID) for _ in range(2)]
        await town.inbox.stop(2)


@pytest.mark.parametrize("code", [43019, 48002])
async def test_who_refuses_messages_gets_no_template(town: Town, code: int) -> None:
    """平台说他不收消息的：不改走模板，记作退订，全文也不再说。"""
    town.fake.refuse(CUSTOM, code)
    town.approved()
    await town.sent()
    assert ([], True) == (town.got("o1"), town.store.opted_out("wechat:o1"))
    assert SAID not in await town.says("o1")


@pytest.mark.parametrize(
    ("occasion", "code", "way", "final"),
    [
        ("desk", 45047, "", False),
        ("desk", 45002, "", False),
        ("desk", 48002, "", False),
        ("desk", 40003, "", True),
        ("duty", 45015, "template", False),
        ("duty", 45047, "template", False),
        ("duty", 48006, "template", False),
    ],
)
async def test_what_does_not_wait(store: Store, occasion: str, code: int, way: str, final: bool) -> None:
    """值班的话客服消息不收的，等他来说话时当面告诉；告诉值班的人的，当场改走配好的模板，只一次。"""
    templates = Templates({"duty": {"template": Template(TEMPLATE, (("thing1", "{text}"),))}})
    async with wechat_platform(Fake(templates={TEMPLATE: ("thing1",)})) as fake:
        api = Api(APP_ID, SECRET, SharedCredentials(store), Clock(at("2026-09-02")), url=fake.url)
        notifier = WeChatNotifier(api, templates)
        fake.refuse(CUSTOM, code)
        ended = await notifier.send(Outgoing(1, "wechat:o1", occasion, "有人等", {"text": "有人等"}, left=1))
        await notifier.close()
    assert [way] * bool(way) == [each["way"] for each in fake.received["o1"]]
    assert (Sent if way else Refused) is type(ended)
    assert final == (isinstance(ended, Refused) and ended.final)


async def test_opted_out_between(town: Town) -> None:
    """收到 20 个字以后退订了的，全文也不再跟着说。"""
    town.approved()
    await town.sent()
    with town.store.transaction() as connection:
        opt_out(connection, town.store.user_hash("wechat:o2"), "2026-09-02")
    assert SAID not in await town.says("o2")


async def test_an_unknown_end_is_never_sent_again(town: Town) -> None:
    """客服消息断了，平台认不出重复的：记作不知道，不再发，也不改走模板；他来说话时说全文，只说一遍。"""
    town.fake.refuse(CUSTOM, "lost")
    id = town.approved()
    for _ in range(2):
        await town.sent()
    states = [state for user, state in rows(town.store, "user", "state") if user == "wechat:o1"]
    assert (["uncertain", "waiting"], 1) == (sorted(states), len(town.got("o1")))
    with town.store.reading() as connection:
        assert {"waiting": 2} == owing(connection, id)
    assert [1, 0] == [(await town.says("o1")).count(SAID) for _ in range(2)]
    assert 1 == (await town.says("o1", "刚才那条")).count(SAID)


async def test_two_owed_are_pointed_to_one_by_one(town: Town) -> None:
    """欠着两条长的：一句答复只指一条，照着问得到的就是它；过了一周才来的也问得到。"""
    for mark, day in (("甲", "2026-09-02"), ("乙", "2026-09-03")):
        town.clock.move(at(day))
        town.approved(whole_text("".join(f"{mark}{n:03}句。" for n in range(90))))
        await town.sent()
    town.clock.move(at("2026-09-14"))
    asked = "谢谢", "刚才那条"
    for said, pointed, told in zip(asked * 2, ("甲", "", "乙", ""), ("", "甲", "", "乙"), strict=True):
        town.clock.move(town.clock() + timedelta(minutes=1))
        reply = await town.says("o2", said)
        assert [pointed] == (re.findall(r"发给您的：(.)", reply) or [""])
        assert told == reply[: len(told)]


async def test_a_template_begun_goes_on_as_a_template(store: Store) -> None:
    """发模板发到一半进程没了，那人这时来说了话：照原样再发模板，不另发一条客服消息。"""
    async with wechat_platform(Fake(templates={TEMPLATE: ("thing1",)})) as fake:
        town = Town(store, fake)
        subscribe(store, "wechat:o1")
        town.approved()
        await run(store, town.clock, Told(road=Way("template", TEMPLATE, "v", 600.0)))
        change(store, state="sending", lease_until=1.0, lease_by="dead")
        change(store, reason=f"template {time() - 30:.3f}")
        await town.inbox.start()
        await town.says("o1")
        await town.sent()
        await town.inbox.stop(2)
        assert ["前面说的首违不罚没有说全，要同时满足首…"] == town.got("o1")
        assert {"template"} == {each["way"] for each in fake.received["o1"]}
    assert 2 == len(tried(store, "id"))
