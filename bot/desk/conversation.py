"""一场谈话的页面：卡片、记录、接管、回话、交还、关闭、记一笔。做的事都是一条消息，从收件箱走。"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select
from starlette.responses import Response

from bot.desk.accounts import moment
from bot.desk.budget import Budget, budget
from bot.desk.card import card
from bot.desk.duty import REASONS, waiting_count
from bot.desk.found import colleagues, current, found, held, locked, since, touch, waited
from bot.desk.naming import titles
from bot.desk.transcript import transcript
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, to
from bot.inbox import Unstorable
from bot.store.schema import cases, notes, turns
from dialogs.desk import LONGEST, TO, elsewhere
from dialogs.records import Event, Message
from knowledge.records import Citation
from knowledge.rules import Rules

STATES = {"waiting": "等着", "held": "接管着", "open": "交还了，没关", "closed": "关了"}
_ID = re.compile(r"[0-9a-f]{8,32}")
_SAID = {
    "taken": "接管了：现在您说的话直接送给对方，机器人不出声。",
    "desk": "说了。",
    "given": "交还了：机器人接着答。",
    "onward": "交还了：对方说的区县不归您管，转给那里了。",
    "closed": "关了。",
    "not_held": "您没有接管着，没有送出去。先点“接管”。",
    "elsewhere": "对方说的区县不归您管，没有办成。",
    "deleting": "对方问过删除自己的信息，还没有定，没有送出去；要说话，先点“接管”。",
    "experts": "专家登录地址不能给企业，没有送出去。",
    "empty": "没有写字。",
    "too_long": f"太长了，一次最多 {LONGEST} 个字，连同依据那一行。",
    "unstorable": "这句话里有存不下的字符，请改一改。",
}
_DONE = ("taken", "desk", "given", "onward", "closed")


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
    case = await found(visit)
    before = _number(visit.query("before", 19))
    older = await visit.reads(lambda it: transcript(it, case.user, visit.rules, before=before))
    return "case_older.html", {"case": case, "transcript": older}


async def _take(visit: Visit) -> Answer:
    """接管，或者往后延。"""
    return await _done(visit, await act(visit, await found(visit), "take"))


async def _give(visit: Visit) -> Answer:
    """交还给机器人；对方会收到一句，占一条。"""
    return await _done(visit, await _handed(visit, "give"))


async def _close(visit: Visit) -> Answer:
    """关掉案子；接管着的先交还。"""
    return await _done(visit, await _handed(visit, "close"))


async def _handed(visit: Visit, event: Event) -> Acted:
    """交还或关闭，说清楚对方知道了没有、还剩几条。"""
    case = await found(visit)
    before = await visit.reads(lambda connection: budget(connection, case.user, visit.now))
    acted = await act(visit, case, event)
    if not acted.did or case.state != "held":
        return acted
    if before.spent:
        return Acted(True, f"{acted.says}{before.channel}的条数用完了，对方下次说话才知道。")
    if before.left is None:
        return Acted(True, f"{acted.says}已经告诉对方。")
    return Acted(True, f"{acted.says}告诉对方用了一条，还能发 {before.left - 1} 条。")


async def _say(visit: Visit) -> Answer:
    """说一句；在等人的，说就是接管。机器人接着答了的（交还了、到时了、用户要机器人），要先接管。"""
    case, text = await found(visit), visit.field("text", 2000)
    return await _done(visit, await act(visit, case, "say", text), text)


async def _note(visit: Visit) -> Answer:
    """记一笔，用户看不见。"""
    case, text = await found(visit), visit.field("note", 2000)
    if not text:
        return await _done(visit, Acted(False, "没有写字。"))

    def write(connection: Connection) -> None:
        row = {"case_id": case.id, "at": moment(visit.now), "by": visit.operator.name, "text": text}
        connection.execute(insert(notes).values(**row))
        touch(connection, case.id)

    await visit.writes(write)
    return await _done(visit, Acted(True, "记下了。"))


async def _tags(visit: Visit) -> Answer:
    """改标签。"""
    case = await found(visit)
    tags = " ".join(dict.fromkeys(re.split(r"[\s,，、;；#]+", visit.field("tags", 200)))).strip()

    def write(connection: Connection) -> None:
        now = locked(connection, case.id)
        words = str(now.words).removesuffix(f" {now.tags}" if now.tags else "")
        touch(connection, case.id, tags=tags, words=f"{words} {tags}".strip())

    await visit.writes(write)
    return await _done(visit, Acted(True, "标签改好了。"))


async def _assign(visit: Visit) -> Answer:
    """交给谁；自己接管着的，就转给他接管，对方不用等；别人接管着的不能改。"""
    case, name = await found(visit), visit.field("to", 32)
    there = await visit.reads(lambda connection: colleagues(connection, case.district, visit.scope))
    if name and name not in there:
        return await _done(visit, Acted(False, "没有这个人。"))
    if held(case, visit.now) and case.operator == visit.operator.name:
        return await _done(visit, await _passed(visit, case, name, there.get(name, "")))

    def write(connection: Connection) -> Acted:
        now = locked(connection, case.id)
        if held(now, visit.now):
            return Acted(False, f"{now.operator} 正接管着，交还以后再派。")
        touch(connection, case.id, operator=name)
        return Acted(True, f"派给 {name} 了。" if name else "不派了。")

    return await _done(visit, await visit.writes(write))


async def _passed(visit: Visit, case: Row[Any], name: str, district: str) -> Acted:
    """自己接管着的转给同事：他的收件箱里算没看过。"""
    if not name:
        return Acted(False, "您正接管着：派给一个人，或者先交还。")
    if name == visit.operator.name:
        return Acted(True, "就是您自己接管着。")
    acted = await act(visit, case, "take", f"{visit.operator.name}{TO}{name}", name, district)
    if not acted.did:
        return acted
    await visit.world.writes(lambda connection: touch(connection, case.id, unread=1))
    return Acted(True, f"转给 {name} 接管了；没有用掉一条，对方不知道换了人。")


async def act(
    visit: Visit, case: Row[Any], event: Event, text: str = "", by: str = "", district: str | None = None
) -> Acted:
    """发一条值班的消息，看这个回合说成了没有；同一张表单点两遍是同一条。不是说话的，写的是谁做的。"""
    text = text if event == "say" else text or visit.operator.name
    given = visit.field("id", 40)
    key = f"{given if _ID.fullmatch(given) else uuid4().hex}:{event}:{sha256(text.encode()).hexdigest()[:8]}"
    message = Message(
        user=case.user,
        id=f"desk:{key}",
        at=visit.now,
        kind="desk",
        event=event,
        by=by or visit.operator.name,
        text=text,
        value=visit.operator.district if district is None else district,
        cites=_cites(visit.field("cites", 4000), visit.rules),
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
    if claimed == "spent":
        return Acted(False, _spent(await visit.reads(lambda it: budget(it, case.user, visit.now))))
    return Acted(claimed in _DONE, _SAID.get(claimed or "", "没有办成，请再试一次。"))


async def _done(visit: Visit, acted: Acted, text: str = "") -> Answer:
    """做完了：脚本来的给一句话，浏览器来的转回这一页；没有做成的留着写的字。"""
    if visit.trail.subject == "":
        visit.note(f"case:{visit.id}")
    now = await visit.reads(lambda connection: current(connection, visit.id))
    if not visit.browsing:
        headers = {"x-case": str(now)}
        return Response(acted.says, 200 if acted.did else 409, headers, "text/plain")
    return to(f"/desk/case/{now}") if acted.did else await _page(visit, acted.says, 409, text)


async def _basis(visit: Visit) -> Answer:
    """引的条款写成依据的一行，给回话框预览。"""
    cites = _cites(visit.query("cites", 4000), visit.rules)
    return Response(visit.rules.basis(cites), media_type="text/plain")


async def _page(visit: Visit, says: str, status: int = 200, text: str = "") -> Answer:
    if not visit.page.changes:
        visit.note(f"case:{visit.id}")
    given = await _given(visit)
    return Shown("case.html", {**given, "says": says, "text": text, "form_id": uuid4().hex}, status)


async def _given(visit: Visit, after: int = 0) -> Mapping[str, Any]:
    case = await found(visit)
    mine = case.operator in ("", visit.operator.name) or case.state != "held"
    if case.unread and mine:
        await visit.world.writes(lambda connection: touch(connection, case.id, unread=0))
    now, rules = visit.now, visit.rules

    def read(connection: Connection) -> Mapping[str, Any]:
        told = card(connection, case.user, now, rules, visit.scope)
        return {
            "case": case,
            "name": titles(connection, rules, [case.user])[case.user],
            "reasons": REASONS,
            "states": STATES,
            "card": told,
            "transcript": transcript(connection, case.user, rules, after=after),
            "notes": connection.execute(select(notes).filter_by(case_id=case.id).order_by(notes.c.id)).all(),
            "budget": (left := budget(connection, case.user, now)),
            "spent": _spent(left, told.phones) if left.spent else "",
            "colleagues": tuple(colleagues(connection, case.district, visit.scope)),
            "held": held(case, now),
            "mine": held(case, now) and case.operator == visit.operator.name,
            "onward": told.session.known.district if elsewhere(told.session) else "",
            "others": waiting_count(connection, visit.scope) - (case.state == "waiting"),
            "until": datetime.fromisoformat(case.until).astimezone(now.tzinfo) if case.until else None,
            "longest": LONGEST,
            "since": since(case),
            "waited": waited(case, now),
            "now": now,
        }

    return await visit.reads(read)


def _cites(said: str, rules: Rules) -> tuple[Citation, ...]:
    """引的条款（JSON 的“文件:条款”）；今天没有的不算。"""
    try:
        given = json.loads(said or "[]")
    except (ValueError, RecursionError):
        raise Refused(400, "引的条款读不懂。") from None
    listed = given if isinstance(given, list) else []
    cites = tuple(Citation(*each.partition(":")[::2]) for each in listed if isinstance(each, str))
    return tuple(cite for cite in cites if rules.holds(cite))


def _spent(left: Budget, phones: tuple[str, ...] = ()) -> str:
    told = f"可以打电话：{'；'.join(phones)}。" if phones else "没有登记联系电话；等对方再说一句话，就又能发。"
    return f"现在发不出去：{left.channel}只许在对方最后一次说话后48小时里发{left.most}条，用完了或过了时间。{told}"


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else 0


ROUTES = (
    Page("/desk/case/{id}", _case, action="看谈话"),
    Page("/desk/case/{id}/live", _live),
    Page("/desk/basis", _basis),
    Page("/desk/case/{id}/older", _older, action="看谈话"),
    Page("/desk/case/{id}/take", _take, changes=True, action="接管"),
    Page("/desk/case/{id}/say", _say, changes=True, action="回话"),
    Page("/desk/case/{id}/give", _give, changes=True, action="交还"),
    Page("/desk/case/{id}/close", _close, changes=True, action="关闭"),
    Page("/desk/case/{id}/note", _note, changes=True, action="记一笔"),
    Page("/desk/case/{id}/tags", _tags, changes=True, action="改标签"),
    Page("/desk/case/{id}/assign", _assign, changes=True, action="派案子"),
)
