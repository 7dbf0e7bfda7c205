"""不等的消息：值班的人说的（desk:…）、告诉值班的人有人等的（duty:…）。随时发，不看钟点、不看订没订、不占当天的一条。"""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.store.calls import CALLING as CALLING
from bot.wechat.allowance import allowance
from dialogs.desk import AWAY, GIVEN

if TYPE_CHECKING:
    from bot.reminders.deciding import Line
    from bot.reminders.notifier import Notifier, Outcome, Outgoing

URGENT = "urgent"
"""送达账里马上要发的状态：与排着的分开，几十万条排着也找得快。"""
SAYING = "desk"
_HANDED = (GIVEN, AWAY)


def direct(occasion: str) -> bool:
    """是不是不等的。"""
    return occasion.partition(":")[0] in (SAYING, CALLING)


def outgoing_of(connection: Connection, row: "Line", now: datetime) -> "Outgoing":
    """要送的样子；微信的看客服消息还剩几条。"""
    from bot.reminders.notifier import Outgoing

    kind, _, rest = row.occasion.partition(":")
    left = allowance(connection, row.user, now).left if row.user.startswith("wechat:") else 0
    values = {"case": rest.partition(":")[0], "text": row.text} if kind == CALLING else {}
    return Outgoing(row.id, row.user, kind, _text(row), values, left=left)


def _text(row: "Line") -> str:
    """没送出去、等他下次来说话才告诉的交还，只说那一句：正问着的一问，答复里自己会问。"""
    head: str = row.text.partition("\n")[0]
    late = row.state == "waiting" and not row.user.startswith("terminal:")
    return head if late and head.startswith(_HANDED) else row.text


class Linked:
    """套在一个渠道的送信人外面：告诉值班的人有人等的，添上案子的网址。"""

    def __init__(self, notifier: "Notifier", base_url: str) -> None:
        self.channel = notifier.channel
        self._notifier = notifier
        self._base_url = base_url.rstrip("/")
        self.way = notifier.way
        self.fault = notifier.fault
        self.close = notifier.close

    async def send(self, outgoing: "Outgoing") -> "Outcome":
        """送一次。"""
        if outgoing.occasion == CALLING:
            url = case_url(self._base_url, outgoing.values["case"])
            outgoing = replace(outgoing, text=f"{outgoing.text}\n{url or '在服务台里看。'}")
        return await self._notifier.send(outgoing)


def case_url(base_url: str, case: object) -> str:
    """一个案子的网址；没有设公网地址是空的。"""
    return f"{base_url.rstrip('/')}/desk/case/{case}" if base_url else ""
