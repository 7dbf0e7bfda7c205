"""对方来说话了：等着告诉他的，跟着这一句的答复一起说，记在同一个事务里，只说一次。"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from dialogs.records import Ended, Message, Reply, Turn

if TYPE_CHECKING:
    from bot.store import Store

LONGEST = 600
"""连同提醒一共不超过这么多字；放不下的提醒只说头一句和依据，还放不下的等下一次。"""
OWN = ("terminal",)
"""这些渠道的人自己来取（`chat --jsonl` 的 poll），不跟着答复说。"""
# 每一批话都要问一遍，所以直接交给驱动。按人找，一个人没有几行；等着的可能有几十万，不从状态找
_SQLITE = "SELECT user FROM deliveries WHERE user IN (SELECT value FROM json_each(?)) AND +state = 'waiting'"
_POSTGRESQL = """SELECT "user" FROM deliveries WHERE "user" = ANY(%s) AND state || '' = 'waiting'"""
NEXT, BASIS = "下一步：", "依据："


def awaited(connection: Connection, users: Sequence[str]) -> set[str]:
    """这些人里有谁等着要告诉的。"""
    asked = [user for user in users if user.partition(":")[0] not in OWN]
    if not asked:
        return set()
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(_SQLITE, (json.dumps(asked),))
    else:
        found = connection.exec_driver_sql(_POSTGRESQL, (asked,))
    return {row[0] for row in found}


def speaks(message: Message, turn: Turn) -> bool:
    """这一回合是不是对方来说话、说完没有改什么：刚退订、刚说交了的，不跟着说提醒。"""
    quiet = all(isinstance(effect, Ended) for effect in turn.effects)
    return turn.reply is not None and message.kind != "desk" and quiet


def together(store: "Store", connection: Connection, user: str, reply: Reply, now: datetime, zone: tzinfo) -> Reply:
    """答复连同等着告诉他的；先答所问，末一行还是答复自己的。"""
    from bot.reminders.waiting import take_waiting

    said: list[str] = []
    left = LONGEST - len(reply.text)

    def room(text: str) -> str:
        nonlocal left
        lines = [line for line in text.split("\n") if not line.startswith(NEXT)]
        short = [line for at, line in enumerate(lines) if not at or line.startswith(BASIS)]
        for each in ("\n".join(lines), "\n".join(short)):
            if len(each) + 4 <= left:
                left -= len(each) + 4
                said.append(each)
                return each
        return ""

    take_waiting(store, connection, user, now, zone, room)
    if not said:
        return reply
    head, line, last = reply.text.rpartition("\n")
    parts = [head, *said, last] if line else [last, *said]
    return replace(reply, text="\n\n".join(parts))
