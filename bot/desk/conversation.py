"""一场谈话的页面：卡片、记录、接管、回话、交还、关闭、记一笔。做的事都是一条消息，从收件箱走。"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

from sqlalchemy import Connection, Row, insert, select, update
from starlette.responses import Response

from bot.desk.accounts import moment
from bot.desk.budget import Budget, budget
from bot.desk.card import card
from bot.desk.duty import REASONS
from bot.desk.search import names_of
from bot.desk.transcript import transcript
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.inbox import Unstorable
from bot.store.now import database_now
from bot.store.schema import cases, notes, operators, profiles, turns
from dialogs.desk import LONGEST
from dialogs.records import Event, Message
from knowledge.records import Citation

STATES = {"waiting": "等着", "held": "接管着", "open": "交还了，没关", "closed": "关了"}
_ID = re.compile(r"[0-9a-f]{8,32}")
_SAID = {
    "taken": "接管了：现在您说的话直接送给对方，机器人不出声。",
    "desk": "说了。",
    "given": "交还了：机器人接着答。",
    "closed": "关了。",
    "not_held": "您没有接管着，没有送出去。先点“接管”。",
    "elsewhere": "对方说的区县不归您管，没有办成。",
    "empty": "没有写字。",
    "too_long": f"太长了，一次最多 {LONGEST} 个字。",
    "unstorable": "这句话里有存不下的字符，请改一改。",
}
_SAYING: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
_DONE = ("taken", "desk", "given", "closed")


@dataclass(frozen=True, slots=True)
class Acted:
    """做了一件事：`did` 是成了没有，`says` 是给值班的人的一句。"""

    did: bool
    says: str


async def _case(visit: Visit) -> Answer:
    """这一页。"""
    return await _page(visit, "")


async def _live(visit: Visit) -> Answer:
    """新来的几句，和现在的状态；页面里的脚本来换。"""
    after = _number(visit.query("after", 19))
    return Shown("case_live.html", {**await _given(visit, after=after), "form_id": uuid4().hex})


async def _older(visit: Visit) -> Answer:
    """更早的一页。"""
    case = await _found(visit)
    before = _number(visit.query("before", 19))
    found = await visit.reads(lambda it: transcript(it, case.user, visit.rules, before=before))
    return "case_older.html", {"case": case, "transcript": found}


async def _take(visit: Visit) -> Answer:
    """接管，或者往后延。"""
    return await _done(visit, await _act(visit, await _found(visit), "take"))


async def _give(visit: Visit) -> Answer:
    """交还给机器人。"""
    return await _done(visit, await _act(visit, await _found(visit), "give"))


async def _close(visit: Visit) -> Answer:
    """关掉案子。"""
    return await _done(visit, await _act(visit, await _found(visit), "close"))


async def _say(visit: Visit) -> Answer:
    """说一句；没有人接管着的，先接管。"""
    case = await _found(visit)
    async with _SAYING.setdefault(case.user, asyncio.Lock()):  # 一句一句来：同时几句，余额会数错
        return await _said(visit, case, visit.field("text", 2000))


async def _said(visit: Visit, case: Row[Any], text: str) -> Answer:
    left = await visit.reads(lambda connection: budget(connection, case.user, visit.now))
    if left.spent:
        return await _done(visit, Acted(False, _spent(left)), text)
    if not _held(case, visit.now) and case.state != "closed":
        took = await _act(visit, case, "take")
        if not took.did:
            return await _done(visit, took, text)
    return await _done(visit, await _act(visit, case, "say", text), text)


async def _note(visit: Visit) -> Answer:
    """记一笔，用户看不见。"""
    case, text = await _found(visit), visit.field("note", 2000)
    if not text:
        return await _done(visit, Acted(False, "没有写字。"))

    def write(connection: Connection) -> None:
        row = {"case_id": case.id, "at": moment(visit.now), "by": visit.operator.name, "text": text}
        connection.execute(insert(notes).values(**row))
        _touch(connection, case.id)

    await visit.writes(write)
    return await _done(visit, Acted(True, "记下了。"))


async def _tags(visit: Visit) -> Answer:
    """改标签。"""
    case = await _found(visit)
    tags = " ".join(dict.fromkeys(re.split(r"[\s,，、;；#]+", visit.field("tags", 200)))).strip()

    def write(connection: Connection) -> None:
        now = _locked(connection, case.id)
        words = str(now.words).removesuffix(f" {now.tags}" if now.tags else "")
        _touch(connection, case.id, tags=tags, words=f"{words} {tags}".strip())

    await visit.writes(write)
    return await _done(visit, Acted(True, "标签改好了。"))


async def _assign(visit: Visit) -> Answer:
    """交给谁；正有人接管着的不能改。"""
    case, name = await _found(visit), visit.field("to", 32)

    def write(connection: Connection) -> Acted:
        now = _locked(connection, case.id)
        if _held(now, visit.now):
            return Acted(False, f"{now.operator} 正接管着，交还以后再派。")
        if name and name not in _colleagues(connection, now.district, visit.scope):
            return Acted(False, "没有这个人。")
        _touch(connection, case.id, operator=name)
        return Acted(True, f"派给 {name} 了。" if name else "不派了。")

    return await _done(visit, await visit.writes(write))


async def _act(visit: Visit, case: Row[Any], event: Event, text: str = "") -> Acted:
    """发一条值班的消息，看这个回合说成了没有；同一张表单点两遍是同一条。"""
    given = visit.field("id", 40)
    key = f"{given if _ID.fullmatch(given) else uuid4().hex}:{event}:{sha256(text.encode()).hexdigest()[:8]}"
    message = Message(
        user=case.user,
        id=f"desk:{key}",
        at=visit.now,
        kind="desk",
        event=event,
        by=visit.operator.name,
        text=text,
        value=visit.operator.district,
        cites=_cites(visit),
    )
    try:
        await visit.world.inbox.answer(message)
    except Unstorable:
        return Acted(False, _SAID["unstorable"])
    where = {"user": case.user, "message_id": message.id}
    claimed = await visit.reads(lambda it: it.execute(select(turns.c.claimed).filter_by(**where)).scalar_one_or_none())
    visit.note(f"case:{case.id}", f"{event} {claimed or '没有办成'}")
    visit.world.nudge()
    if claimed == "busy":
        now = await visit.reads(lambda it: it.execute(select(cases).filter_by(id=case.id)).one())
        return Acted(False, f"{now.operator} 正接管着，没有办成。")
    return Acted(claimed in _DONE, _SAID.get(claimed or "", "没有办成，请再试一次。"))


async def _done(visit: Visit, acted: Acted, text: str = "") -> Answer:
    """做完了：脚本来的给一句话，浏览器来的转回这一页；没有做成的留着写的字。"""
    if visit.trail.subject == "":
        visit.note(f"case:{visit.id}")
    now = await visit.reads(lambda connection: _current(connection, visit.id))
    if not visit.browsing:
        headers = {"x-case": str(now)}
        return Response(acted.says, 200 if acted.did else 409, headers, "text/plain")
    return to(f"/desk/case/{now}") if acted.did else await _page(visit, acted.says, 409, text)


async def _page(visit: Visit, says: str, status: int = 200, text: str = "") -> Answer:
    if not visit.page.changes:
        visit.note(f"case:{visit.id}")
    given = await _given(visit)
    return Shown("case.html", {**given, "says": says, "text": text, "form_id": uuid4().hex}, status)


async def _given(visit: Visit, after: int = 0) -> Mapping[str, Any]:
    case = await _found(visit)
    mine = case.operator in ("", visit.operator.name) or case.state != "held"
    if case.unread and mine:
        await visit.world.writes(lambda connection: _touch(connection, case.id, unread=0))
    now, rules = visit.now, visit.rules

    def read(connection: Connection) -> Mapping[str, Any]:
        told = card(connection, case.user, now, rules, visit.scope)
        return {
            "case": case,
            "name": names_of(connection, [case.user]).get(case.user, ""),
            "reasons": REASONS,
            "states": STATES,
            "card": told,
            "transcript": transcript(connection, case.user, rules, after=after),
            "notes": connection.execute(select(notes).filter_by(case_id=case.id).order_by(notes.c.id)).all(),
            "budget": (left := budget(connection, case.user, now)),
            "spent": _spent(left, told.phones) if left.spent else "",
            "colleagues": _colleagues(connection, case.district, visit.scope),
            "held": _held(case, now),
            "mine": _held(case, now) and case.operator == visit.operator.name,
            "until": datetime.fromisoformat(case.until).astimezone(now.tzinfo) if case.until else None,
            "longest": LONGEST,
            "now": now,
        }

    return await visit.reads(read)


async def _found(visit: Visit) -> Row[Any]:
    """这个案子；不归他管的，和关了以后这个人已经去了别的区县的，都没有这一页。"""
    id, scope = visit.id, visit.scope

    def read(connection: Connection) -> Row[Any] | None:
        row = connection.execute(select(cases).filter_by(id=id)).first()
        if row is None or scope is None:
            return row
        return row if row.district == scope and not (row.state == "closed" and _left(connection, row, scope)) else None

    found = await visit.reads(read)
    if found is None:
        raise missing()
    return found


def _left(connection: Connection, row: Row[Any], scope: str) -> bool:
    """这个人现在的案子，或他说的区县，在别处：从旧案子里也不能看、不能接。"""
    now = select(cases.c.district).where(cases.c.user == row.user, cases.c.state != "closed")
    told = select(profiles.c.district).filter_by(user=row.user, position=0)
    return any(place and place != scope for query in (now, told) for place in connection.scalars(query))


def _held(case: Row[Any], now: datetime) -> bool:
    return case.state == "held" and case.until is not None and datetime.fromisoformat(case.until) > now


def _current(connection: Connection, id: int) -> int:
    """这个用户现在开着的案子；关了的又接管，是新的一个。"""
    user = select(cases.c.user).filter_by(id=id).scalar_subquery()
    query = select(cases.c.id).where(cases.c.user == user, cases.c.state != "closed").order_by(cases.c.id.desc())
    return int(connection.execute(query.limit(1)).scalar_one_or_none() or id)


def _locked(connection: Connection, id: int) -> Row[Any]:
    """这个案子此刻的样子，这个事务里没有别人改得动。"""
    row = connection.execute(select(cases).filter_by(id=id).with_for_update()).first()
    if row is None:
        raise missing()
    return row


def _touch(connection: Connection, id: int, **values: object) -> None:
    connection.execute(update(cases).filter_by(id=id).values(**values, touched=database_now(connection)))


def _colleagues(connection: Connection, district: str, scope: str | None) -> list[str]:
    """派得给的人：那个区县的，和市里的。"""
    held = operators.c
    query = select(held.name).where(held.disabled_at.is_(None), held.district.in_((district, "")))
    query = query if scope is None else query.where(held.district == district)
    return list(connection.scalars(query.order_by(held.name)))


def _cites(visit: Visit) -> tuple[Citation, ...]:
    """引的条款（JSON 的“文件:条款”）；今天没有的不算。"""
    try:
        given = json.loads(visit.field("cites", 4000) or "[]")
    except (ValueError, RecursionError):
        raise Refused(400, "引的条款读不懂。") from None
    listed = given if isinstance(given, list) else []
    found = tuple(Citation(*each.partition(":")[::2]) for each in listed if isinstance(each, str))
    return tuple(cite for cite in found if visit.rules.holds(cite))


def _spent(left: Budget, phones: tuple[str, ...] = ()) -> str:
    told = f"可以打电话：{'；'.join(phones)}。" if phones else "没有登记联系电话；等对方再说一句话，就又能发。"
    return f"现在发不出去：{left.channel}只许在对方最后一次说话后48小时里发{left.most}条，用完了或过了时间。{told}"


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else 0


ROUTES = (
    Page("/desk/case/{id}", _case, action="看谈话"),
    Page("/desk/case/{id}/live", _live),
    Page("/desk/case/{id}/older", _older, action="看谈话"),
    Page("/desk/case/{id}/take", _take, changes=True, action="接管"),
    Page("/desk/case/{id}/say", _say, changes=True, action="回话"),
    Page("/desk/case/{id}/give", _give, changes=True, action="交还"),
    Page("/desk/case/{id}/close", _close, changes=True, action="关闭"),
    Page("/desk/case/{id}/note", _note, changes=True, action="记一笔"),
    Page("/desk/case/{id}/tags", _tags, changes=True, action="改标签"),
    Page("/desk/case/{id}/assign", _assign, changes=True, action="派案子"),
)
