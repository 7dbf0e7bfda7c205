"""审计的页面，管理员看：谁几时看了什么、做了什么。"""

from sqlalchemy import Connection, select

from bot.desk.visit import Answer, Page, Visit
from bot.store.schema import audit

EACH = 50


async def _audit(visit: Visit) -> Answer:
    """最近的在前，一页五十行；可以只看一个人的。"""
    who, before = visit.query("who", 32), visit.query("before", 19)

    def read(connection: Connection) -> list[dict[str, object]]:
        query = select(audit).order_by(audit.c.id.desc()).limit(EACH + 1)
        if who:
            query = query.where(audit.c.operator == who)
        if before.isdecimal():
            query = query.where(audit.c.id < int(before))
        return [dict(row) for row in connection.execute(query).mappings()]

    rows = await visit.reads(read)
    return "audit.html", {"rows": rows[:EACH], "more": len(rows) > EACH, "who": who}


ROUTES = (Page("/desk/audit", _audit, role="admin", nav="审计"),)
