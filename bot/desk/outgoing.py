"""送达账里一次广播的各行、停着的渠道、给谁写成一句：广播的各页都用。"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.desk.budget import CHANNELS
from bot.desk.visit import Visit
from bot.reminders.broadcast import NONE, STAGE, Audience, Broadcast
from bot.reminders.campaigns import HOLD
from bot.reminders.showing import STATES, held_now
from bot.roster.words import STATUSES
from bot.store.schema import deliveries, switches

EACH = 50
HELD = {**CHANNELS, "webhook": "值班的网址", STAGE: "广播"}


def sent_page(connection: Connection, held: Broadcast, tab: str, after: str) -> tuple[list[Any], str]:
    """送达账里的一页，按用户排；`tab` 是只看哪个状态。"""
    row = deliveries.c
    query = select(row.user, row.state, row.reason, row.updated_at).where(
        row.window_id == "", row.occasion == held.occasion, row.user > after
    )
    if tab in STATES:
        query = query.where(row.state == tab)
    rows = connection.execute(query.order_by(row.user).limit(EACH + 1)).all()
    return list(rows[:EACH]), rows[EACH - 1].user if len(rows) > EACH else ""


def holds(connection: Connection, now: datetime) -> list[tuple[str, str, str]]:
    """还停着的渠道：叫什么、停到几时、为什么。"""
    rows = connection.execute(select(switches).where(switches.c.name.startswith(HOLD)).order_by(switches.c.name))
    return [(held_name(each["name"]), each["until"], each["why"]) for each in held_now(rows, now)]


def held_name(name: str) -> str:
    """停着的渠道或时机写给人看。"""
    return HELD.get(name, "到期提醒")


def audience_told(visit: Visit, held: Broadcast) -> str:
    """给谁，写成一句。"""
    said: Audience = held.audience
    if said.told:
        return "更正里列好的人"
    rules = visit.rules
    branch, industry = rules.branches.get(said.branch), rules.industries.get(said.industry)
    status = "今年还没有申报" if said.status == NONE else said.status and f"今年{STATUSES[said.status][0]}"
    about = branch.name if branch else said.branch or (industry.name if industry else said.industry)
    place = visit.place(said.district) if said.district else "全市"
    return "，".join(filter(None, (place, about, said.grade and f"等级 {said.grade}", status, "订阅了的")))
