"""对方来说话了：等着告诉他的，跟着这一句的答复一起说，记在同一个事务里，只说一次。"""

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import Connection, and_, or_, select

from bot.store.schema import deliveries, turns
from dialogs.records import Ended, Message, Reply, Turn

if TYPE_CHECKING:
    from bot.reminders.notifier import Outgoing
    from bot.store import Store

LONGEST = 600
"""连同提醒一共不超过这么多字；放不下的提醒只说头一句和依据，还放不下的等下一次。"""
OWN = ("terminal",)
"""这些渠道的人自己来取（`chat --jsonl` 的 poll），不跟着答复说。"""
NEXT, BASIS = "下一步：", "依据："
BEGINNING = 20
POINTER = "还有一条发给您的：{}…（没说完，回复“刚才那条”看全文）"
"""广播、更正放不下的，只说开头和怎么看全文。"""
RECENT = timedelta(days=7)
"""问“刚才那条”的，往回看这么久。"""


def speaks(message: Message, turn: Turn) -> bool:
    """这一回合是不是对方来说话、说完没有改什么：刚退订、刚说交了的，自己来取的，不跟着说提醒。"""
    quiet = all(isinstance(effect, Ended) for effect in turn.effects)
    along = message.user.partition(":")[0] not in OWN
    return turn.reply is not None and message.kind != "desk" and quiet and along


def last_told(connection: Connection, user: str, now: datetime) -> tuple[str, ...]:
    """回忆 pushed 的答案：最近发给他的一条广播或更正的全文和那一天；没有是空的。"""
    from bot.reminders.broadcast import REST, STAGE
    from bot.reminders.hours import stamp

    row = deliveries.c
    sent = and_(row.occasion.startswith(f"{STAGE}@"), row.state.in_(("sent", "delivered", "waiting", "uncertain")))
    pointed = and_(row.occasion.startswith(f"{REST}@"), row.state == "delivered")
    recent = row.updated_at > stamp(now - RECENT)
    query = select(row.text, row.updated_at).where(row.user == user, or_(sent, pointed), recent)
    found = max(connection.execute(query).all(), key=lambda each: each.updated_at, default=None)
    if found is None:
        return ()
    day = datetime.fromisoformat(found.updated_at).astimezone(now.tzinfo).date()
    return found.text, day.isoformat()


def reminder_since(connection: Connection, user: str, now: datetime) -> tuple[str, ...]:
    """回忆 reminder 的答案：他上一次来说话以后发给他的到期提醒是哪天的；没有是空的。跟着那一句的答复说的也算。"""
    from bot.reminders.hours import stamp

    row = deliveries.c
    sent = select(row.updated_at).where(row.user == user, row.window_id != "", row.updated_at > stamp(now - RECENT))
    found = connection.scalars(sent.where(row.state.in_(("sent", "delivered", "uncertain")))).all()
    if not found:
        return ()
    said = connection.scalars(select(turns.c.at).filter_by(user=user).order_by(turns.c.id.desc()).limit(1)).first()
    if said is not None and max(found) < stamp(datetime.fromisoformat(said)):
        return ()
    return (datetime.fromisoformat(max(found)).astimezone(now.tzinfo).date().isoformat(),)


def together(store: "Store", connection: Connection, user: str, reply: Reply, now: datetime, zone: tzinfo) -> Reply:
    """答复连同等着告诉他的；先答所问，末一行还是答复自己的。"""
    from bot.reminders.broadcast import REST, STAGE
    from bot.reminders.waiting import take_waiting

    said: list[str] = []
    left, pointed = LONGEST - len(reply.text), False

    def room(outgoing: "Outgoing") -> str:
        nonlocal left, pointed
        lines = [line for line in outgoing.text.split("\n") if not line.startswith(NEXT)]
        body = [line for line in lines if not line.startswith(BASIS)]
        began = body[0][:BEGINNING]
        if all(line in reply.text for line in body) or (len(began) == BEGINNING and began in reply.text):
            return outgoing.text  # 答的就是它
        short = [line for at, line in enumerate(lines) if not at or line.startswith(BASIS)]
        if pointing := outgoing.occasion in (STAGE, REST):
            short = [POINTER.format(lines[0][:BEGINNING])]
        for each, cut in (("\n".join(lines), False), ("\n".join(short), pointing)):
            # “刚才那条”只问得到一条：一句答复里至多指一条，别的等下一次
            if len(each) + 4 <= left and not (cut and pointed):
                pointed = pointed or cut
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
