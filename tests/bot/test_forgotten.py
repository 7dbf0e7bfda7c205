"""删除我的信息、去掉一个厂：聊天里说了，库里哪儿都找不到；留下的只有认不出是谁的记号。"""

import json

import knowledge
from bot.inbox import Inbox
from bot.store import Store
from dialogs.records import Message
from dialogs.turn import take_turn
from tests.bot.test_person import mentions
from tests.chat import NOW

USER, CODE, NAME = "wechat:o9", "91500116MA5U123453", "重庆宏盛建材有限公司"
TOLD = (
    f"我们是长寿的{NAME}，信用代码{CODE}，做商砼", "1", "没有了", "订阅提醒", "还有一个厂叫家具二厂，在江津",
    "做家具喷漆的", "1", "没有了", "订阅提醒", "自评", "人工",
)  # fmt: skip


async def said(store: Store, *texts: str) -> list[str]:
    """说这几句，各得到什么答复。"""
    inbox = Inbox(store, take_turn, knowledge.on, lambda: NOW)
    await inbox.start()
    replies = [
        await inbox.answer(Message(user=USER, id=f"{text}{number}", at=NOW, text=text))
        for number, text in enumerate(texts)
    ]
    await inbox.stop()
    return [reply.text if reply else "" for reply in replies]


def left(store: Store, *words: str) -> list[str]:
    """库里还有哪些表的哪一列提到这几个词。"""
    with store.reading() as connection:
        return [each for word in words for each in mentions(connection, word)]


async def test_everything_said_is_gone(store: Store) -> None:
    """说过的厂、代码、查询、提醒、自评、找人，删了都找不到；退订还算数，人已经认不出。"""
    await said(store, *TOLD)
    assert {"turns.said", "sessions.state", "profiles.name", "subscriptions.factory"} <= set(left(store, NAME))
    asked, done = await said(store, "删除我的信息", "确认删除")
    assert "不能恢复" in asked
    assert "认不出是谁" in asked
    assert "已删除" in done
    assert [] == left(store, USER, CODE, NAME, "家具二厂", "商砼")
    assert [] == store.export(USER)["turns"]


async def test_an_opt_out_outlives_the_person(store: Store) -> None:
    """退订了再删：人没有了，退订还认得；说过会留下。"""
    asked = (await said(store, *TOLD, "退订", "删除我的信息", "确认删除"))[-2]
    assert "退订过的，留一个退订的记号" in asked
    assert [] == left(store, USER, CODE, NAME)
    assert store.opted_out(USER)


async def test_not_confirmed_is_not_deleted(store: Store) -> None:
    """问的那一声没有确认，什么也不删。"""
    await said(store, *TOLD, "删除我的信息", "不删")
    assert "turns.said" in left(store, NAME)


async def test_the_export_has_every_factory(store: Store) -> None:
    """导出的有说过的每一个厂、每一句、每一个结果、每一份提醒。"""
    await said(store, *TOLD)
    held = store.export(USER)
    told = json.dumps(held, ensure_ascii=False)
    assert all(word in told for word in (CODE, NAME, "家具二厂", *TOLD))
    assert ({"which_grade"}, 2, 2) == (
        {row["flow"] for row in held["results"]} & {"which_grade"},
        len(held["profiles"]),
        len(held["subscriptions"]),
    )


async def test_a_dropped_factory_leaves_no_reminder(store: Store) -> None:
    """去掉一个厂：它的一行和它订的提醒都没有了，别的厂的还在。"""
    await said(store, *TOLD[:-2], "删掉第二个厂", "确认去掉")
    held = store.export(USER)
    assert [NAME] == [row["factory"] for row in held["subscriptions"]]
    assert [NAME] == [row["name"] for row in held["profiles"]]
