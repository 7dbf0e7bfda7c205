"""案子：一个回合对它做了什么，在回合自己的事务里写下；用户说过的厂也在这里抄一份。"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

import knowledge
from bot.desk.direct import SAYING, URGENT
from bot.desk.duty import tell
from bot.store.now import database_now
from bot.store.schema import cases, deliveries, operators
from bot.store.writing import ProfileRow
from dialogs.records import Asked, Handed, Known, Message, Pushed, Reply, Session, Taken, Turn
from dialogs.reply import numbered

OWN_STREAM = ("web",)
"""自己会来取的渠道：谈话已经存下，不用再送。"""
_OF_CASES = (Asked, Taken, Handed)
"""管案子的几种效果。"""
AT_CONTACT = ("terminal",)
"""送不过去，等它来取的渠道。"""
_NOTHING_SAID = Known()


def stamp(at: datetime) -> str:
    """时刻写成 UTC，比较先后就是比较字。"""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def note_turn(connection: Connection, message: Message, before: Session, turn: Turn) -> None:
    """这一回合之后案子怎样了；没有案子的事就什么也不做。"""
    session, user = turn.session, message.user
    effects = [each for each in turn.effects if isinstance(each, _OF_CASES)]
    if not (effects or session.case or before.case):
        return
    for effect in effects:
        _apply(connection, effect, message, session)
    if message.kind != "desk":
        said = {"said_at": stamp(message.at), "unread": cases.c.unread + 1, "touched": database_now(connection)}
        connection.execute(update(cases).where(_current(user)).values(**said))
    held = session.case == "held"
    if retold(before, session) or (before.case == "held" and not held):
        # 接管着的还归接管的人那里，说完了才转走
        place = {"district": session.known.district} if session.known.district and not held else {}
        place["words"] = _words(connection, session, message)
        connection.execute(update(cases).where(_current(user)).values(**place))
    moved = session.known.district != before.known.district
    if session.case == "waiting" and (before.case != "waiting" or moved):
        case = connection.execute(select(cases).where(_current(user))).first()
        if case is not None:
            tell(connection, case, message.at)
    if message.kind != "desk" and turn.reply is None and session.case == "held":
        # 他又说话了：先前没有路送的，又送得到了
        late = (deliveries.c.user == user, deliveries.c.state == "waiting", deliveries.c.occasion.like(f"{SAYING}:%"))
        if user.partition(":")[0] not in AT_CONTACT:
            connection.execute(update(deliveries).where(*late).values(state=URGENT, due_at=stamp(message.at)))


def push(connection: Connection, message: Message, turn: Turn, reply: Reply) -> None:
    """值班的人说的、交还时说的：记进送达账，由它送到用户那里，一次。"""
    channel = message.user.partition(":")[0]
    if Pushed() not in turn.effects or channel in OWN_STREAM:
        return
    row = {
        "occasion": f"{SAYING}:{message.id}",
        "window_id": "",
        "enterprise_id": 0,
        "user": message.user,
        "due_at": stamp(message.at),
        "state": "waiting" if channel in AT_CONTACT else URGENT,
        "reason": "值班的人说的",
        "text": numbered(reply),
        "updated_at": stamp(message.at),
    }
    connection.execute(insert(deliveries).values(**row))


def retold(before: Session, after: Session) -> bool:
    """说过的厂变了没有。"""
    return (after.known is not before.known and after.known != before.known) or after.others != before.others


def profile_rows(told: Mapping[str, tuple[Sequence[Known], str]]) -> list[ProfileRow]:
    """这些人说过的厂（和几时说的），一个厂一行；什么都没说过的没有。"""
    return [
        (
            user,
            position,
            each.district,
            json.dumps(each.branches, ensure_ascii=False),
            each.name,
            each.code,
            each.grade,
            each.wish,
            at,
        )
        for user, (known, at) in told.items()
        for position, each in enumerate(known)
        if each != _NOTHING_SAID
    ]


def _apply(connection: Connection, effect: Asked | Taken | Handed, message: Message, session: Session) -> None:
    user, at = message.user, stamp(message.at)
    values: dict[str, object] = {"touched": database_now(connection)}
    if isinstance(effect, Asked):
        values |= {"state": "waiting", "reason": effect.reason, "question": effect.words}
    elif isinstance(effect, Taken):
        values |= {"state": "held", "operator": effect.by, "until": stamp(effect.until), "unread": 0}
        values |= {"taken_at": sa.func.coalesce(cases.c.taken_at, at)}
        if message.event == "say":
            values |= {"answered_at": sa.func.coalesce(cases.c.answered_at, at)}
    elif effect.how == "closed":
        values |= {"state": "closed", "closed_at": at, "until": None, "unread": 0}
    else:
        values |= {"state": session.case if session.case == "waiting" else "open", "until": None}
    if connection.execute(update(cases).where(_current(user)).values(**values)).rowcount:
        return
    if isinstance(effect, Handed):
        return
    row = {"reason": "desk", "question": "", **values, "user": user, "district": session.known.district}
    row |= {"opened_at": at, "said_at": at, "unread": 0, "words": _words(connection, session, message, row["question"])}
    row |= {"taken_at": at} if isinstance(effect, Taken) else {}
    row.pop("answered_at", None)
    connection.execute(insert(cases).values(**row))


def _current(user: str) -> sa.ColumnElement[bool]:
    return sa.and_(cases.c.user == user, cases.c.state != "closed")


def _words(connection: Connection, session: Session, message: Message, question: object = None) -> str:
    """搜得到的字：厂名、代码、区县、分支、用户编号、引出它的那句话和标签。"""
    tags, rules = "", knowledge.on(message.at.date())
    if question is None:
        found = connection.execute(select(cases.c.question, cases.c.tags).where(_current(message.user))).first()
        question, tags = (found.question, found.tags) if found else ("", "")
    held = (session.known, *session.others)
    known = [part for each in held for part in (each.name, each.code, each.district)]
    branches = [rules.branches[id] for each in held for id in each.branches if id in rules.branches]
    named = [f"{each.industry} {each.name}" for each in branches]
    return " ".join(filter(None, (*known, *named, message.user, str(question), tags)))


def office_of(connection: Connection) -> frozenset[str]:
    """有人值班的区县 id，空串是市里；一个账号也没有是空的。"""
    query = select(operators.c.district).distinct().where(operators.c.disabled_at.is_(None))
    return frozenset(connection.scalars(query))
