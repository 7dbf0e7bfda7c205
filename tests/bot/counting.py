"""测试用的回合：每条消息让会话的 runs 加一，答复说出这是第几条；几个暗号会出各种事。

直接运行是一个会被随时杀掉的进程：`python -m tests.bot.counting 网址 前缀`，落了库才印出消息 id。
"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from itertools import count

from msgspec.structs import replace

from bot.inbox import Inbox
from bot.store import Store
from dialogs.records import (
    Effect,
    Ended,
    Facts,
    Forgotten,
    Frame,
    Message,
    OptedIn,
    OptedOut,
    Reply,
    Session,
    Turn,
    Value,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=8)))
EFFECTS: dict[str, Effect] = {"退订": OptedOut(), "恢复": OptedIn(), "删除": Forgotten()}
USERS = 10


class Bomb(Exception):
    """测试里故意出的错。"""


def take(
    message: Message, session: Session, facts: Facts, rules: date, recalled: Mapping[str, Value] | None = None, /
) -> Turn:
    """数到第几条；“不变”不动会话。"""
    if message.text == "炸":
        raise Bomb("故意的")
    if message.text == "不变":
        return Turn(session, Reply("没有变"), claimed="same")
    if message.text == "沉默":
        return Turn(replace(session, runs=session.runs + 1), None, claimed="silent")
    if message.text == "坏字":
        return Turn(session, Reply("\ud800"), claimed="bad")
    if message.text == "坏认领":
        return Turn(replace(session, runs=session.runs + 1), Reply("…"), claimed="\ud800")
    if message.text == "别人":
        return Turn(Session("terminal:other"), Reply("…"))
    if message.text in ("查", "查不到"):
        name = "held" if message.text == "查" else "nonsense"
        if name not in (recalled or {}):
            return Turn(session, None, recall=name)
        return Turn(session, Reply(str((recalled or {})[name])), claimed="recall")
    runs = session.runs + 1
    session = replace(session, runs=runs, frames=(Frame("flow", runs, (("said", message.text),)),))
    effects = [EFFECTS[message.text]] if message.text in EFFECTS else []
    if message.text == "结果":
        effects = [Ended("flow", runs, "done", (("place", "国15-4"), ("tiers", ("A", "B"))), "2024-08-05")]
    if message.text == "窗口":
        return Turn(session, Reply("、".join(window.id for window in facts.windows if window.closed is None)))
    return Turn(session, Reply(f"第 {runs} 条：{message.text}"), tuple(effects), claimed="counted")


def message(user: str, number: int | str, text: str = "你好", at: datetime = NOW) -> Message:
    """某个用户的第几条消息。"""
    return Message(f"terminal:{user}", str(number), at, text=text)


def inbox(store: Store, take_turn: Callable[..., Turn] = take) -> Inbox[date]:
    """一个用上面回合的收件箱，还没有开始。"""
    return Inbox(store, take_turn, lambda day: day, lambda: NOW)


async def _hammer(url: str, prefix: str) -> None:
    with Store.open(url) as store:
        box = inbox(store)
        await box.start()

        async def user(name: str) -> None:
            for number in count():
                reply = await box.answer(message(name, f"{prefix}-{number}"))
                assert reply is not None
                print(f"{name} {prefix}-{number} {reply.text}", flush=True)

        await asyncio.gather(*(user(f"u{index}") for index in range(USERS)))


if __name__ == "__main__":
    asyncio.run(_hammer(sys.argv[1], sys.argv[2]))
