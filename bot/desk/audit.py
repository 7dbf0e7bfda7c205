"""审计的页面，管理员看：谁几时看了什么、做了什么；可以只看一个人、几天的，下载成表。"""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Connection, Row, func, select
from starlette.responses import Response

from bot.desk.accounts import moment
from bot.desk.subjects import subjects, told
from bot.desk.visit import Answer, Page, Visit
from bot.reminders.calling import plain
from bot.store.schema import audit

EACH = 50
MOST = 10_000
"""一次最多下载这么多行，新的在前。"""
HEAD = ("时间", "谁", "做了什么", "对什么", "怎么做的", "从哪里")


_EARLIEST, _LATEST = date(2000, 1, 1), date(9000, 1, 1)
"""比这早、比这晚的日子等于没有写：折成时刻会溢出。"""


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
        if self.since and self.since > _EARLIEST:
            start = datetime.combine(self.since, time(), zone)
            found += [held.id >= _first(connection, start), held.at >= moment(start)]
        if self.until and self.until < _LATEST:
            end = datetime.combine(self.until + timedelta(days=1), time(), zone)
            found += [held.id < _first(connection, end + timedelta(days=1)), held.at < moment(end)]
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
    disposition = {"content-disposition": f'attachment; filename="audit-{visit.now:%Y%m%d}.csv"'}
    return Response(b"\xef\xbb\xbf" + body.encode(errors="replace"), media_type="text/csv", headers=disposition)


def _cells(row: Row[Any], subject: str, zone: Any) -> tuple[str, ...]:
    at = f"{datetime.fromisoformat(row.at).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return at, row.operator, row.action, subject, told(row.subject, row.detail), row.address


def _wanted(visit: Visit) -> Wanted:
    return Wanted(visit.query("who", 32), _day(visit.query("since", 10)), _day(visit.query("until", 10)))


def _rows(connection: Connection, visit: Visit, wanted: Wanted) -> Any:
    return select(audit).where(*wanted.where(connection, visit)).order_by(audit.c.id.desc())


def _first(connection: Connection, at: datetime) -> int:
    """`at` 起的第一行的编号，对半找；没有这么晚的，是最后一行的下一个。"""
    low = int(connection.scalar(select(func.min(audit.c.id))) or 1)
    high, goal = int(connection.scalar(select(func.max(audit.c.id))) or 0) + 1, moment(at)
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            select(audit.c.id, audit.c.at).where(audit.c.id >= middle).order_by(audit.c.id).limit(1)
        ).one()
        if row.at < goal:
            low = row.id + 1
        else:
            high = middle
    return low


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


ROUTES = (
    Page("/desk/audit", _audit, role="admin", nav="审计"),
    Page("/desk/audit.csv", _csv, role="admin", action="下载审计"),
)
