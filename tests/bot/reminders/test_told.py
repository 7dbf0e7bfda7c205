"""他自己说的这一回：先前记重了的两句，只看后说的那一句；该发的恰好一条，不该发的不发。"""

from datetime import date

import pytest
from sqlalchemy import insert

import knowledge
from bot.inbox import Inbox
from bot.reminders.calling import call_list
from bot.reminders.campaigns import Watch
from bot.roster.enterprises import Enterprise, add_enterprises
from bot.store import Store
from bot.store.schema import links, told
from dialogs.records import Message
from dialogs.turn import take_turn
from knowledge.rules import Rules
from tests.bot.reminders.stage import Clock, Told, rows, run, subscribe, switch_on, window
from tests.bot.reminders.world import ZONE, at

FIRM = Enterprise(0, "重庆甲公司", district="长寿", branches=("n15-4",))
USER = "wechat:o1"


def twice(store: Store, older: tuple[str, str], newer: tuple[str, str]) -> None:
    """从前记重了的：没有名称的一行、企业名下的一行，（记在谁名下，到了哪一步）。"""
    window(store)
    switch_on(store)
    subscribe(store, USER, district="长寿", branch="n15-4")
    said = [
        {"user": USER, "factory": factory, "cycle": cycle, "year": 2026, "status": status, "on_day": date(2026, 9, day),
         "at": at(f"2026-09-{day:02}").isoformat()}
        for (factory, status), cycle, day in ((older, "2026", 1), (newer, "w2026-1", 9))
    ]  # fmt: skip
    with store.transaction() as connection:
        (id_,) = add_enterprises(connection, [FIRM], "2026-06-01")
        connection.execute(insert(links).values(user=USER, enterprise_id=id_, at="2026-06-01", by="desk"))
        connection.execute(insert(told), said[::-1])


@pytest.mark.parametrize("named", [("", FIRM.name), (FIRM.name, "")])
@pytest.mark.parametrize(
    ("steps", "sent", "calls"),
    [
        (("submitted", "withdrawn"), 1, []),
        (("withdrawn", "submitted"), 0, ["自己说交了"]),
        (("returned", "resubmitted"), 0, ["自己说交了"]),
    ],
)
async def test_the_later_of_two_rows_counts(
    store: Store, named: tuple[str, str], steps: tuple[str, str], sent: int, calls: list[str]
) -> None:
    """撤回了的恰好提醒一次，跑几遍也是；又交了的不提醒，要打电话核实。"""
    twice(store, (named[0], steps[0]), (named[1], steps[1]))
    notifier, clock = Told(), Clock(at("2026-12-22"))
    for _ in range(3):
        await run(store, clock, notifier)
    assert (sent, sent) == (len(notifier.got), len(rows(store)))
    with store.reading() as connection:
        outlook = Watch(ZONE).look(connection, clock())
    assert calls == [each.why for each in call_list(store, outlook)]


@pytest.mark.parametrize("named", [("", FIRM.name), (FIRM.name, "")])
async def test_the_talk_says_the_later(store: Store, named: tuple[str, str]) -> None:
    """谈话照的也是后说的那一句；说还没交，两行都没有了。"""
    twice(store, (named[0], "submitted"), (named[1], "resubmitted"))
    clock = Clock(at("2026-12-22"))
    inbox: Inbox[Rules] = Inbox(store, take_turn, knowledge.on, clock)
    await inbox.start()
    replies = [
        await inbox.answer(Message(USER, str(n), clock(), text=text))
        for n, text in enumerate(("长寿的商混站", "嗯", "没有了", "现在能申报吗", "还没交"))
    ]
    await inbox.stop(2)
    assert "您说2026年9月9日已经重新提交了" in (replies[3].text if replies[3] else "")
    assert "改回来了" in (replies[4].text if replies[4] else "")
    with store.reading() as connection:
        assert [] == connection.execute(told.select()).all()
