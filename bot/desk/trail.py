"""审计怎么写：每次改动、每次看一个人的资料都记一行。"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.desk.accounts import moment
from bot.store.schema import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """一行：谁、做什么、对什么（“case:12”一类的编号，不写用户）、从哪里来。"""

    operator: str
    action: str
    subject: str = ""
    detail: str = ""
    address: str = ""


def write_audit(connection: Connection, at: datetime, entry: Entry) -> None:
    """记一行。"""
    row = {"operator": entry.operator, "action": entry.action, "subject": entry.subject[:200]}
    connection.execute(insert(audit).values(at=moment(at), detail=entry.detail[:1000], address=entry.address, **row))
