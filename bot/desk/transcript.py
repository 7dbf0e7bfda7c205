"""谈话记录：一个用户的各个回合，一页一页往回翻；谁说的、引了哪几条。"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from bot.page import decode_reply
from bot.store.history import latest
from bot.store.schema import turns
from dialogs.desk import TO
from dialogs.reply import numbered
from knowledge.rules import Rules

EACH = 50
_KINDS = {
    "image": "［图片］", "voice": "［语音］", "video": "［视频］", "file": "［文件］", "link": "［链接］",
    "location": "［位置］",
    "subscribe": "［关注］", "unsubscribe": "［取消关注］", "scan": "［扫码］", "click": "［点菜单］",
}  # fmt: skip
_DONE = {"take": "接管了", "give": "交还了", "expire": "接管到时了", "close": "关了案子"}
_REFUSED = frozenset(("busy", "not_held", "not_due", "empty", "too_long", "elsewhere", "deleting", "experts", "spent"))
"""值班的人做的、没有做成的：不必列。"""


@dataclass(frozen=True, slots=True)
class Line:
    """一句；`who` 是 user、bot、desk 或 done（做了一件事），`basis` 是引的条款。"""

    id: int
    at: str
    who: str
    text: str
    basis: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Transcript:
    """一页；`before` 是更早的从哪里起，没有了是 0；`last` 是最近的回合。"""

    lines: tuple[Line, ...]
    before: int
    last: int


def transcript(connection: Connection, user: str, rules: Rules, before: int = 0, after: int = 0) -> Transcript:
    """`before` 之前的一页，或 `after` 之后的全部（至多一页的十倍）。"""
    columns = (turns.c.id, turns.c.at, turns.c.kind, turns.c.said, turns.c.reply, turns.c.claimed)
    if after:
        ids = latest(user, 10 * EACH)
        query = select(*columns).where(turns.c.id.in_(ids), turns.c.id > after)
    else:
        query = select(*columns).where(turns.c.id.in_(latest(user, EACH + 1, before)))
    rows = connection.execute(query.order_by(turns.c.id)).all()
    shown = rows if after else rows[-EACH:]
    lines = [line for row in shown for line in _lines(*row, rules)]
    more = shown[0].id if len(rows) > EACH and not after else 0
    return Transcript(tuple(lines), more, shown[-1].id if shown else after)


def _lines(id: int, at: str, kind: str, said: str, reply: str | None, claimed: str, rules: Rules) -> Iterable[Line]:
    if claimed in _REFUSED:
        return
    text, basis = _told(reply, rules)
    if kind == "say":
        yield Line(id, at, "desk", text, basis)
        return
    if kind in _DONE:
        yield Line(id, at, "done", _did(kind, said))
    else:
        shown = said if kind in ("text", "voice") and said else f"{_KINDS.get(kind, '')}{said}"
        yield Line(id, at, "user", shown or "（空的）", silent=not text)
    if text:
        yield Line(id, at, "bot", text, basis)


def _did(kind: str, said: str) -> str:
    """值班的人做的一件事；`said` 是谁做的，转给同事的写着两个人。"""
    holder, _, other = said.partition(TO)
    if other:
        return f"{holder} 转给 {other} 接管了"
    return f"{said} {_DONE[kind]}" if said else _DONE[kind] if kind == "expire" else f"值班的人{_DONE[kind]}"


def _told(reply: str | None, rules: Rules) -> tuple[str, str]:
    if not reply:
        return "", ""
    try:
        found = decode_reply(reply)
    except (msgspec.MsgspecError, ValueError):
        return "（这一条读不出来）", ""
    text = numbered(found)
    held = tuple(cite for cite in found.cites if rules.holds(cite))
    return text, "" if not held or "依据：" in text else rules.basis(held)
