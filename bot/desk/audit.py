"""审计的页面，管理员看：谁几时看了什么、做了什么；可以只看一个人、几天的，下载成表。"""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, Row, select

from bot.desk.accounts import moment
from bot.desk.since import SLACK, first_row
from bot.desk.subjects import subjects, told
from bot.desk.visit import Answer, Page, Visit, sheet
from bot.reminders.calling import plain
from bot.roster.words import parsed_day
from bot.store.schema import audit

EACH = 50
MOST = 10_000
"""一次最多下载这么多行，新的在前。"""
HEAD = ("时间", "谁", "做了什么", "对什么", "怎么做的", "从哪里")


@dataclass(frozen=True, slots=True)
class Wanted:
    """只看谁的、哪天到哪天；空着的都看。"""

    who: str
    since: date | None
    until: date | None

    @property
    def query(self) -> str:
        """写在网址里。"""
        given = {"who": self.who, "since": self.since or "", "until": self.until or ""}
        return urlencode({name: value for name, value in given.items() if value})

    def where(self, connection: Connection, visit: Visit) -> list[ColumnElement[bool]]:
        """要哪些行；日子先折成编号，不从头翻。"""
        held, zone = audit.c, visit.now.tzinfo
        found: list[ColumnElement[bool]] = [held.operator == self.who] if self.who else []
        if self.since:
            start = datetime.combine(self.since, time(), zone)
            found += [held.id >= first_row(connection, audit, start), held.at >= moment(start)]
        if self.until:
            end = datetime.combine(self.until + timedelta(days=1), time(), zone)
            found += [held.id < first_row(connection, audit, end + 2 * SLACK), held.at < moment(end)]
        return found


async def _audit(visit: Visit) -> Answer:
    """最近的在前，一页五十行。"""
    wanted, before, rules = _wanted(visit), visit.query("before", 18), visit.rules

    def read(connection: Connection) -> tuple[Any, ...]:
        query = _rows(connection, visit, wanted).limit(EACH + 1)
        if before.isascii() and before.isdecimal():
            query = query.where(audit.c.id < int(before))
        rows = connection.execute(query).all()
        return rows, subjects(connection, rules, [row.subject for row in rows])

    rows, named = await visit.reads(read)
    given = {"rows": rows[:EACH], "named": named, "more": len(rows) > EACH, "wanted": wanted, "told": told}
    return "audit.html", {**given, "head": HEAD, "most": MOST}


async def _csv(visit: Visit) -> Answer:
    """同样的行，下载成表（.csv）。"""
    wanted, rules, zone = _wanted(visit), visit.rules, visit.now.tzinfo

    def read(connection: Connection) -> tuple[str, int]:
        rows = connection.execute(_rows(connection, visit, wanted).limit(MOST)).all()
        named, out = subjects(connection, rules, [row.subject for row in rows]), io.StringIO()
        csv.writer(out).writerow(HEAD)
        csv.writer(out).writerows(plain(_cells(row, named[row.subject].words, zone)) for row in rows)
        return out.getvalue(), len(rows)

    body, count = await visit.reads(read)
    visit.note("审计", f"{count} 行")
    return sheet(f"audit-{visit.now:%Y%m%d}", body)


def _cells(row: Row[Any], subject: str, zone: Any) -> tuple[str, ...]:
    at = f"{datetime.fromisoformat(row.at).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return at, row.operator, row.action, subject, told(row.subject, row.detail), row.address


def _wanted(visit: Visit) -> Wanted:
    return Wanted(visit.query("who", 32), parsed_day(visit.query("since", 10)), parsed_day(visit.query("until", 10)))


def _rows(connection: Connection, visit: Visit, wanted: Wanted) -> Any:
    return select(audit).where(*wanted.where(connection, visit)).order_by(audit.c.id.desc())


ROUTES = (
    Page("/desk/audit", _audit, role="admin", nav="审计"),
    Page("/desk/audit.csv", _csv, role="admin", action="下载审计"),
)
