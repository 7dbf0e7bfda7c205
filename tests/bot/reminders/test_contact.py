"""等着的跟着下一次的答复说：哪个渠道都一样，只说一次，与那一回合同一个事务。"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

import knowledge
from bot.inbox import Inbox
from bot.page import APOLOGY
from bot.store import Store
from dialogs.records import Facts, Message, Reply, Session, Turn
from dialogs.turn import take_turn
from knowledge.rules import Rules
from tests.bot.reminders.stage import Clock, rows, run, subscribe, switch_on, window
from tests.bot.reminders.world import at

USERS = ("telegram:42", "web:x", "wechat:o1")
ALL = (*USERS, "terminal:me")
FIRST = "申报窗口还剩5个工作日："


class Talk:
    """一个收件箱；`broken` 为真时每个回合都出错，`long` 是答复有多长。"""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.broken = False
        self.long = 0
        self._clock = Clock(at("2026-12-24"))
        self.inbox: Inbox[Rules] = Inbox(store, self._turn, knowledge.on, self._clock)

    def _turn(self, message: Message, session: Session, facts: Facts, rules: Rules, recalled: Any = None) -> Turn:
        turn = take_turn(message, session, facts, rules, recalled or {})
        if self.broken:  # 写不成 JSON 的答复：落库时才看得出
            return Turn(turn.session, Reply("好", token=object()))  # type: ignore[arg-type]
        return Turn(turn.session, Reply("答" * self.long)) if self.long else turn

    async def says(self, user: str, text: str = "谢谢", id: str = "") -> str:
        """说一句，要答复。"""
        message = Message(user, id or f"{text}{self._clock()}", self._clock(), text=text)
        reply = await self.inbox.answer(message)
        return "" if reply is None else reply.text


@pytest.fixture
async def talk(store: Store) -> AsyncIterator[Talk]:
    """四个渠道各有一个人等着一条。"""
    window(store)
    switch_on(store)
    subscribe(store, *ALL)
    await run(store, Clock(at("2026-12-22")))
    assert ["waiting"] * 4 == [row[0] for row in rows(store, "state")]
    made = Talk(store)
    await made.inbox.start()
    yield made
    await made.inbox.stop(2)


def states(store: Store) -> dict[str, str]:
    """各人的那一行。"""
    return dict(rows(store, "user", "state"))


@pytest.mark.parametrize("user", USERS)
async def test_told_with_the_next_reply_once(talk: Talk, user: str) -> None:
    """先答所问，跟着说提醒（那天的日子），末一行还是答复的；记作送到了，再说话不再提。"""
    plain = await talk.says("terminal:me")
    told = await talk.says(user)
    assert (plain.split("\n")[0], plain.split("\n")[-1]) == (told.split("\n")[0], told.split("\n")[-1])
    assert 1 == told.count(FIRST)
    assert len(told) <= 600
    assert states(talk.store) == {each: "delivered" if each == user else "waiting" for each in ALL}
    assert plain == await talk.says(user)


async def test_a_repeated_delivery_is_told_the_same(talk: Talk) -> None:
    """同一句话又投一遍，答复连同提醒一字不差。"""
    assert await talk.says(USERS[0], id="1") == await talk.says(USERS[0], id="1")


async def test_a_turn_that_failed_has_not_told(talk: Talk) -> None:
    """那一回合没有记下：只道了歉，提醒还等着，下一句再说。"""
    talk.broken = True
    assert APOLOGY.text == await talk.says(USERS[0])
    assert "waiting" == states(talk.store)[USERS[0]]
    talk.broken = False
    assert FIRST in await talk.says(USERS[0])


@pytest.mark.parametrize(("long", "told", "state"), [(400, True, "delivered"), (560, False, "waiting")])
async def test_never_longer_than_600(talk: Talk, long: int, told: bool, state: str) -> None:
    """放不下整段的只说头一句和依据；还放不下的等下一次。"""
    talk.long = long
    reply = await talk.says(USERS[0])
    assert (told, state) == (FIRST in reply, states(talk.store)[USERS[0]])
    assert len(reply) <= 600


@pytest.mark.parametrize(("said", "state"), [("退订", "dropped"), ("我们今天交了", "dropped")])
async def test_nothing_after_saying_no(talk: Talk, said: str, state: str) -> None:
    """刚退订的、刚说交了的，不跟着说提醒；再说话时撤下。"""
    assert FIRST not in await talk.says(USERS[0], said)
    assert FIRST not in await talk.says(USERS[0], "菜单")
    assert state == states(talk.store)[USERS[0]]


async def test_finished_right_after_the_reminder_is_handed_in(talk: Talk) -> None:
    """先前说着别的；提醒跟着答复到了，接着说“搞完了”就是交了；没有收到的，先问一句。"""
    asked = "是说已经在系统里提交申报了吗？"
    await talk.says(USERS[0], "惠企措施")
    assert (await talk.says(USERS[0], "搞完了")).startswith("记下了：您说2026年12月24日交了")
    await talk.says("terminal:me", "你好")
    assert (await talk.says("terminal:me", "弄完了")).startswith(asked)
