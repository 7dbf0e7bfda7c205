"""网页：读页面发来的 JSON，把答复写成页面画得出来的样子。"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from bot.channels.base import Arrival, Forbidden, Inbound, Limits, Unreadable
from bot.documents.links import LABELS, path
from dialogs.records import Message, Reply
from dialogs.reply import NEXT

MAX_BODY = 16 * 1024
LONGEST = 2000
"""一句话最多这么多字。"""
_SUGGESTED = re.compile(r"回复((?:“[^”]{1,12}”[、或]?)+)")
_QUOTED = re.compile(r"“([^”]+)”")
_MORE = "……"
_TRADE = "生产什么"
"""下一步里有这几个字，就是在问生产什么。"""


class _Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """页面发来的：打的字，或点的选项（标签和 value）。

    第一次打开是 subscribe，删过信息再打开是 scan（退订过的还是退订）。
    """

    id: str
    text: str = ""
    value: str = ""
    event: Literal["", "subscribe", "scan"] = ""


_decode = msgspec.json.Decoder(_Sent).decode


class Web:
    """网页这个渠道；`who` 从请求头认出用户，认不出是空的。"""

    name = "web"
    limits = Limits(text_bytes=64 * 1024)

    def __init__(self, who: Callable[[Iterable[tuple[bytes, bytes]]], str], clock: Callable[[], datetime]) -> None:
        self._who = who
        self._clock = clock

    def parse(self, inbound: Inbound) -> Arrival:
        """读出一条消息；不是自己的页面发来的、没有 Cookie 的抛 Forbidden。"""
        headers = dict(inbound.headers)
        if not _from_our_page(headers):
            raise Forbidden
        user = self._who(inbound.headers)
        if not user:
            raise Forbidden
        if len(inbound.body) > MAX_BODY:
            raise Unreadable("正文太长")
        try:
            sent = _decode(inbound.body)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Unreadable(f"正文读不懂（{type(error).__name__}）") from None
        if not sent.event and not sent.text.strip() and not sent.value:
            raise Unreadable("没有话")
        if len(sent.text) > LONGEST or len(sent.value) > LONGEST or not 0 < len(sent.id) <= 64:
            raise Unreadable("太长")
        return Arrival(
            Message(
                user=user,
                id=sent.id,
                at=self._clock(),
                kind="event" if sent.event else "text",
                text="" if sent.event else sent.text.strip(),
                event=sent.event,
                value=sent.value,
            )
        )

    def present(self, reply: Reply) -> tuple[str, ...]:
        """答复的文字；选项画成按钮，不在文字里。"""
        return (reply.text,)

    def respond(self, arrival: Arrival, reply: Reply | None) -> bytes:
        """交回页面的一个回合。"""
        message = arrival.message
        said = message.text or message.value
        turn = shown(message.id, message.at.isoformat(), message.event or message.kind, said, reply)
        return json.dumps(turn, ensure_ascii=False).encode(errors="replace")


def shown(id: str, at: str, kind: str, said: str, reply: Reply | None) -> dict[str, Any]:
    """一个回合在页面里的样子；事件（第一次打开）没有“我说的”。"""
    return {"id": id, "at": at, "said": "" if kind in _EVENTS else said, "reply": _reply(reply) if reply else None}


_EVENTS = ("subscribe", "unsubscribe", "scan", "take", "say", "give", "expire", "close")
"""没有“我说的”：事件，和值班的人做的事。"""


def _reply(reply: Reply) -> dict[str, Any]:
    """答复画在页面上的各部分；文书是气泡里的链接，正文里的那行网址就不用了。"""
    lines = [(kind, line) for kind, line in _lines(reply.text) if not (reply.token and reply.token in line)]
    labels = {option.label for option in reply.options}
    taps = [
        word
        for kind, line in lines
        if kind in ("then", "more")
        for words in _SUGGESTED.findall(line)
        for word in _QUOTED.findall(words)
        if word not in labels
    ]
    return {
        "lines": lines,
        "options": [{"label": option.label, "value": option.value} for option in reply.options],
        "several": reply.several,
        "hint": _hint(reply, lines),
        "first": reply.first_number,
        "taps": list(dict.fromkeys(taps)),
        "sources": [{"document": cite.source, "clause": cite.clause} for cite in reply.cites],
        "files": [{"label": LABELS[kind], "href": path(reply.token, kind)} for kind in reply.documents if reply.token],
    }


def _hint(reply: Reply, lines: list[tuple[str, str]]) -> str:
    """输入框里的提示，跟着问的走。"""
    if reply.several:
        return "例如 1、3"
    if any(_TRADE in line for kind, line in lines if kind == "then") or reply.due == "business":
        return "打字说贵厂生产什么"
    return "打编号，或直接打字" if reply.options else "打字问一句"


def _lines(text: str) -> list[tuple[str, str]]:
    """每一行是什么：正文 say、更多 more、依据 basis、时效 dated、接着问的 ask、下一步 then；一个字不动。"""
    lines = text.split("\n")
    kinds = ["more" if line.startswith(_MORE) else "say" for line in lines]
    if lines[-1].startswith(NEXT):
        kinds[-1] = "then"
    basis = max((n for n, line in enumerate(lines) if line.startswith("依据：")), default=-1)
    if basis >= 0:
        kinds[basis] = "basis"
        for n in range(basis + 1, len(lines)):
            if lines[n].startswith("时效：") and n == basis + 1:
                kinds[n] = "dated"
            elif kinds[n] == "say":
                kinds[n] = "ask"
    return list(zip(kinds, lines, strict=True))


def _from_our_page(headers: Mapping[bytes, bytes]) -> bool:
    """只认自己的页面：正文是 JSON（别家的表单发不出），来处是同一个网站。"""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site == b"same-origin"
    origin = urlsplit(headers.get(b"origin", b"").decode("latin-1")).netloc
    return origin != "" and origin == headers.get(b"host", b"").decode("latin-1")
