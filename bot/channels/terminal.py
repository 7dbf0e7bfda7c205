"""终端：给人用的 `chuangb chat`，和给脚本用的 `chat --jsonl`（一行进，一行出）。"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TextIO
from uuid import uuid4

from bot.clock import Clock, instant
from dialogs.records import Message, Reply
from dialogs.reply import numbered

Answer = Callable[[Message], Awaitable[Reply | None]]
Pushed = Callable[[str], Awaitable[Sequence[str]]]
"""上次以来推给这个用户、要在这里告诉的。"""
Files = Callable[[Reply], Awaitable[list[dict[str, str]]]]
"""随答复交出的文件：每个有 name，和 path 或 url。"""
CHANNELS = ("terminal:", "wechat:", "telegram:", "web:")
KINDS = ("text", "image", "voice", "video", "file", "link", "location")
EVENTS = ("subscribe", "unsubscribe", "scan", "click")
_LONE = re.compile("[\ud800-\udfff]")
HELLO = "创B争A 向导。直接打字说贵厂生产什么，例如“我们是做商砼的”；“菜单”看能问什么，Ctrl-D 退出。"


async def no_files(reply: Reply) -> list[dict[str, str]]:
    """什么文件也没有。"""
    return []


async def talk(answer: Answer, clock: Clock, user: str, lines: TextIO, out: TextIO, files: Files = no_files) -> None:
    """在终端里和一个人谈，直到输入结束。"""
    print(HELLO, file=out)
    address = addressed(user)
    async for line in _lines(lines, prompt="\n我：" if lines.isatty() else ""):
        if not line.strip():
            continue
        reply = await answer(Message(user=address, id=uuid4().hex, at=clock(), text=line.strip()))
        if reply is not None:
            print(f"\n{numbered(reply)}", file=out, flush=True)
            for file in await files(reply):
                print(f"{file['name']}：{file.get('url') or file['path']}", file=out, flush=True)


async def nothing_pushed(user: str) -> Sequence[str]:
    """什么也没有推过。"""
    return ()


async def exchange(
    answer: Answer,
    clock: Clock,
    lines: TextIO,
    out: TextIO,
    user: str = "",
    files: Files = no_files,
    pushed: Pushed = nothing_pushed,
) -> None:
    """一行一个 JSON 对象进，一行一个出，每行都冲出去；读不懂的行给 {"error": …}，接着读。

    没写 user 的行算 `user` 说的；`user` 也空着就是缺 user。
    """
    async for line in _lines(lines):
        if not line.strip():
            continue
        try:
            answered = await _exchange(answer, clock, line, user, files, pushed)
        except ValueError as error:
            answered = {"error": str(error)}
        print(one_line(answered), file=out, flush=True)


def one_line(answered: dict[str, Any]) -> str:
    """一行 JSON；有落单的代理字符就转义，总写得出去。"""
    line = json.dumps(answered, ensure_ascii=False)
    return line if line.isprintable() or not _LONE.search(line) else json.dumps(answered)


def addressed(user: str) -> str:
    """用户的全名：不带渠道的是 terminal。"""
    return user if user.startswith(CHANNELS) else f"terminal:{user}"


async def _exchange(
    answer: Answer, clock: Clock, line: str, default: str, files: Files, pushed: Pushed
) -> dict[str, Any]:
    given = _object(line)
    user = given.get("user", default)
    if not isinstance(user, str) or not user:
        raise ValueError("缺 user")
    if "now" in given:
        clock.move(_instant(given["now"]))
        if not {"text", "event", "kind"} & given.keys():
            return _out(user, None)
    if given.get("event") == "poll":
        texts = await pushed(addressed(user))
        return _out(user, None) | {"replies": [_shown(Reply(text)) for text in texts]}
    reply = await answer(_message(given, user, clock()))
    out = _out(user, reply)
    for shown in out["replies"]:
        shown["files"] = await files(reply) if reply is not None else []
    return out


def _object(line: str) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"不是 JSON：{error}") from error
    if not isinstance(given, dict):
        raise ValueError("一行要是一个 JSON 对象")
    return given


def _instant(given: object) -> datetime:
    try:
        return instant(str(given))
    except ValueError as error:
        raise ValueError(f"now 不是 ISO 时刻：{given}") from error


def _message(given: dict[str, Any], user: str, at: datetime) -> Message:
    fields = {name: given.get(name) or "" for name in ("id", "text", "event", "kind", "value", "scene")}
    if isinstance(given.get("id"), int):
        fields["id"] = str(given["id"])
    if wrong := next((name for name, value in fields.items() if not isinstance(value, str)), None):
        raise ValueError(f"{wrong} 要是字符串")
    if fields["event"] and fields["event"] not in EVENTS:
        raise ValueError(f"不认识的 event：{fields['event']}")
    kind = "event" if fields["event"] else fields["kind"] or "text"
    if kind != "event" and kind not in KINDS:
        raise ValueError(f"不认识的 kind：{kind}")
    return Message(
        user=addressed(user),
        id=fields["id"] or uuid4().hex,
        at=at,
        kind=kind,  # type: ignore[arg-type]
        text=fields["text"],
        event=fields["event"],  # type: ignore[arg-type]
        value=fields["value"] or fields["scene"],
    )


def _out(user: str, reply: Reply | None) -> dict[str, Any]:
    return {
        "user": user,
        "replies": [_shown(reply)] if reply else [],
        "flow": (reply.flow if reply else "") or None,
        "due": (reply.due if reply else "") or None,
        "ended": reply.ended if reply else False,
    }


def _shown(reply: Reply) -> dict[str, Any]:
    return {
        "text": numbered(reply),
        "options": [{"label": option.label, "value": option.value} for option in reply.options],
        "sources": [{"document": cite.source, "clause": cite.clause} for cite in reply.cites],
        "files": [],
    }


async def _lines(lines: TextIO, prompt: str = "") -> AsyncIterator[str]:
    """逐行读，不挡住别的任务。"""
    if prompt:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401
    while True:
        try:
            line = await asyncio.to_thread(input, prompt) if prompt else await asyncio.to_thread(lines.readline)
        except (EOFError, KeyboardInterrupt):
            return
        if not line and not prompt:
            return
        yield line
