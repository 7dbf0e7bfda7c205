"""用户说过的厂抄在 profiles 里：整批一起写，最后说的算数；删了信息就没有了，删完又说的还在。"""

from sqlalchemy import select

import knowledge
from bot.inbox import Inbox
from bot.store import Store
from bot.store.schema import profiles
from dialogs.records import Message
from dialogs.turn import take_turn
from tests.chat import NOW


async def said(store: Store, *texts: str) -> list[tuple[str, str, str]]:
    """说完这几句以后，库里的（用户，区县，名称）。"""
    inbox = Inbox(store, take_turn, knowledge.on, lambda: NOW)
    await inbox.start()
    for number, text in enumerate(texts):
        await inbox.answer(Message(user="wechat:o1", id=f"{text}{number}", at=NOW, text=text))
    await inbox.stop()
    with store.reading() as connection:
        query = select(profiles.c.user, profiles.c.district, profiles.c.name).order_by(profiles.c.position)
        return [tuple(row) for row in connection.execute(query)]


async def test_the_last_said_counts(store: Store) -> None:
    """说了区县就有一行；改了区县，还是一行，是后来的。"""
    assert [("wechat:o1", "铜梁", "")] == await said(store, "我们铜梁的，做商砼的")
    assert [("wechat:o1", "大足", "")] == await said(store, "打错了，是大足的")


async def test_forgotten_and_said_again(store: Store) -> None:
    """删了信息一行不剩；删完又说的，有新的一行。"""
    await said(store, "我们铜梁的，做商砼的")
    assert [] == await said(store, "删除我的信息", "确认删除")
    assert [("wechat:o1", "万州", "")] == await said(store, "我们万州的")
