"""整个服务台连同真的收件箱：用户说话，值班的人在页面上做事，看库里和送达账怎样。"""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sqlalchemy import select

import knowledge
from bot.app import App
from bot.desk.hours import set_hours
from bot.inbox import Inbox
from bot.store import Store
from bot.store.schema import cases, deliveries
from dialogs.records import Message, Reply
from dialogs.turn import take_turn
from tests.bot.desk.client import Answer, Person, Watch, account, opened

HOURS = ((time(9), time(12)), (time(14), time(17, 30)))


@dataclass
class Office:
    """一个进程：自己的收件箱和服务台，库可以和别的进程共用。"""

    store: Store
    clock: Watch
    inbox: Any
    app: App
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def hears(self, text: str, user: str = "wechat:o1", **more: Any) -> Reply | None:
        """用户说一句。"""
        given = {"id": f"u{next(self.numbers)}", "at": self.clock(), "text": text, **more}
        return await self.inbox.answer(Message(user=user, **given))  # type: ignore[no-any-return]

    async def person(self, name: str) -> Person:
        """登录着的一个人。"""
        made = Person(self.app, peer=f"192.0.2.{next(self.numbers)}")
        assert 303 == (await made.login(name)).status
        return made

    async def acts(self, person: Person, act: str, case: int = 1, **fields: str) -> Answer:
        """在这个案子的页面上做一件事，像页面里的脚本那样。"""
        return await person.post(f"/desk/case/{case}/{act}", fields, x_csrf=person.csrf)

    def case(self, id: int = 1) -> Any:
        """案子的一行。"""
        with self.store.reading() as connection:
            return connection.execute(select(cases).filter_by(id=id)).one()

    def sent(self, *columns: str) -> list[tuple[Any, ...]]:
        """送达账的各行。"""
        names = columns or ("user", "state", "text")
        with self.store.reading() as connection:
            query = select(*(deliveries.c[name] for name in names)).order_by(deliveries.c.id)
            return [tuple(row) for row in connection.execute(query)]


@asynccontextmanager
async def office(store: Store, clock: Watch | None = None, **settings: str) -> AsyncIterator[Office]:
    """开起来；`staffed` 里的账号另外开。"""
    held = clock or Watch()
    inbox: Inbox[Any] = Inbox(store, take_turn, knowledge.on, held)
    await inbox.start()
    try:
        yield Office(store, held, inbox, opened(store, held, inbox, **settings))
    finally:
        await inbox.stop()


def staff(store: Store) -> None:
    """铜梁两个、永川一个、市里一个；定了值班时间。"""
    for name, district in (("tong", "铜梁"), ("liang", "铜梁"), ("yong", "永川"), ("admin", "")):
        account(store, name, district)
    with store.transaction() as connection:
        set_hours(connection, HOURS)
