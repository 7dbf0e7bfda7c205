"""同一场对话，终端、微信、Telegram、网页说的一字不差；不同的只有按钮。

每一份 .talk 同时在四个渠道里走：平台的字节进，真的解析、收件箱、SQLite，写成平台的字节出，再照用户眼里看到的读回来。
"""

import asyncio
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select, update

import knowledge
from bot.app import Counts
from bot.channels.base import Inbound
from bot.channels.telegram import SECRET_HEADER
from bot.channels.terminal import exchange
from bot.channels.web import Web
from bot.channels.wechat import SUCCESS, WeChat
from bot.clock import Clock
from bot.inbox import Inbox
from bot.reminders.waiting import pushed
from bot.store import Store
from bot.store.schema import cases, deliveries, operators, turns
from bot.telegram.door import Door
from bot.web.pushing import KINDS, Pusher
from bot.web.streams import Streams
from dialogs.records import Message
from dialogs.turn import take_turn
from knowledge.rules import Rules
from tests.bot.registry import register
from tests.bot.reminders.stage import switch_on
from tests.bot.telegram_api import SECRET, TOKEN, Api, Json, bot_api, said, tapped
from tests.bot.wechat_client import Platform, event, message, taps, text
from tests.chat import NOW, play

TALKS = sorted((Path(__file__).parents[1] / "talks").glob("*.talk"))
PLATFORM = Platform()
TAG = re.compile(r"<a [^>]*>(.*?)</a>")


@dataclass(frozen=True)
class Act:
    """用户做的一件事：打字、点标签、发东西、关注。`number` 是第几件。"""

    number: int
    kind: str
    text: str = ""
    value: str = ""


class Phone(Protocol):
    """一个渠道里的用户；`can` 是除打字和点选项以外做得了的。"""

    can: frozenset[str]

    async def does(self, act: Act) -> str:
        """做一件事，返回屏幕上看到的全文；按钮写成编号的一行，没有答复是空的。"""

    async def again(self) -> str:
        """平台把刚才那一份原样再投一次。"""

    async def pushed(self) -> str:
        """没有说话，却送到屏幕上来的；没有是空的。"""


PARTS = {"image": "photo", "file": "document"}
MEDIA = frozenset(("image", "voice", "video", "file", "location"))


class Terminal:
    """`chat --jsonl`：一行进，一行出。"""

    can = MEDIA | {"subscribe", "scan"}

    def __init__(self, inbox: "Inbox[Rules]", clock: Clock, store: Store) -> None:
        self._inbox, self._clock, self._store = inbox, clock, store
        self._seen: dict[str, str] = {}
        self._last = ""

    async def does(self, act: Act) -> str:
        given: Json = {"user": "u1", "id": str(act.number)}
        if act.kind == "text":
            given["text"] = act.text
        elif act.kind == "tap":
            given |= {"text": act.text, "value": _newest(self._seen, act.text)}
        elif act.kind in ("subscribe", "scan"):
            given |= {"event": act.kind, "scene": act.text}
        else:
            given["kind"] = act.kind
        self._last = json.dumps(given)
        return await self.again()

    async def again(self) -> str:
        out = io.StringIO()
        await exchange(self._inbox.answer, self._clock, io.StringIO(self._last + "\n"), out)
        replies = json.loads(out.getvalue())["replies"]
        for option in replies[0]["options"] if replies else ():
            _see(self._seen, option["label"], option["value"])
        return replies[0]["text"] if replies else ""

    async def pushed(self) -> str:
        out = io.StringIO()

        async def waited(user: str) -> Sequence[str]:
            return pushed(self._store, user, self._clock(), NOW.tzinfo)  # type: ignore[arg-type]

        line = io.StringIO(json.dumps({"user": "u1", "event": "poll"}) + "\n")
        await exchange(self._inbox.answer, self._clock, line, out, pushed=waited)
        return "".join(each["text"] for each in json.loads(out.getvalue())["replies"])


class WeChatUser:
    """微信：签了名的 XML 进，被动回复的 XML 出，可点的字照样看得见。"""

    can = MEDIA | {"subscribe", "scan"}

    def __init__(self, inbox: "Inbox[Rules]", clock: Clock, store: Store) -> None:
        self._inbox, self._store = inbox, store
        self._channel = WeChat(PLATFORM.token, clock)
        self._seen: dict[str, tuple[str, str]] = {}
        self._last = ""

    async def does(self, act: Act) -> str:
        number = str(act.number)
        if act.kind == "text":
            self._last = text(act.text, msg_id=number)
        elif act.kind == "tap":
            sent, value = _newest(self._seen, act.text)
            self._last = text(sent, msg_id=number, bizmsgmenuid=value)
        elif act.kind == "subscribe":
            self._last = event("subscribe", f"qrscene_{act.text}", CreateTime=str(1795500000 + act.number))
        elif act.kind == "scan":
            self._last = event("SCAN", act.text, CreateTime=str(1795500000 + act.number))
        else:
            self._last = message(act.kind, msg_id=number, MediaId="m")
        return await self.again()

    async def again(self) -> str:
        push = PLATFORM.push(self._last)
        arrival = self._channel.parse(Inbound(push.method, dict(parse_qsl(push.query)), push.body))
        body = self._channel.respond(arrival, await self._inbox.answer(arrival.message))
        if body == SUCCESS:
            return ""
        content = PLATFORM.open(body)["Content"]
        for shown, sent, value in taps(content):
            _see(self._seen, shown.partition(". ")[2], (sent, value))
        return TAG.sub(r"\1", content)

    async def pushed(self) -> str:
        return delivered(self._store)


class TelegramUser:
    """Telegram：更新推到门口，答复到假的 Bot API（真的 HTTP）那里。"""

    can = MEDIA | {"subscribe"}

    def __init__(self, inbox: "Inbox[Rules]", clock: Clock, store: Store, api: Api) -> None:
        self._door = Door(inbox.answer, clock, token=TOKEN, api_url=api.url, secret=SECRET)
        self._api, self._store = api, store
        self._counts = Counts()
        self._seen: dict[str, Json] = {}
        self._last: Json = {}

    async def does(self, act: Act) -> str:
        if act.kind == "text":
            self._last = said(act.text)
        elif act.kind == "tap":
            self._last = tapped(_newest(self._seen, act.text), act.text)
        elif act.kind == "subscribe":
            self._last = said(f"/start {act.text.replace(':', '_')}")
        else:
            self._last = said(**{PARTS.get(act.kind, act.kind): {"file_id": "f"}})
        return await self.again()

    async def close(self) -> None:
        await self._door.stop()

    async def again(self) -> str:
        before = len(self._api.sent())
        replies = self._counts.replies
        headers = [(SECRET_HEADER, SECRET.encode())]
        given = Inbound("POST", {}, json.dumps(self._last).encode(), headers)
        assert (200, b"") == await self._door.push(given, self._counts)
        if self._counts.replies == replies:
            return ""
        sent = (await self._api.got(before + 1))[before]
        rows = sent.get("reply_markup", {}).get("inline_keyboard", [])
        for row in rows:
            _see(self._seen, row[0]["text"].partition(". ")[2], sent)
        return "\n".join((sent["text"], *(row[0]["text"] for row in rows)))

    async def pushed(self) -> str:
        return delivered(self._store)


class WebUser:
    """网页：页面发来的 JSON 进，画页面的 JSON 出。"""

    can = frozenset(("subscribe",))
    _HEADERS = ((b"content-type", b"application/json"), (b"sec-fetch-site", b"same-origin"))

    def __init__(self, inbox: "Inbox[Rules]", clock: Clock, store: Store) -> None:
        self._inbox, self._store = inbox, store
        self._channel = Web(lambda headers: "web:u1", clock)
        self._seen: dict[str, str] = {}
        self._last: Json = {}

    async def does(self, act: Act) -> str:
        self._last = {"id": str(act.number)}
        if act.kind == "subscribe":
            self._last |= {"event": "subscribe", "value": act.text}
        else:
            self._last["text"] = act.text
            if act.kind == "tap":
                self._last["value"] = _newest(self._seen, act.text)
        return await self.again()

    async def again(self) -> str:
        arrival = self._channel.parse(Inbound("POST", {}, json.dumps(self._last).encode(), self._HEADERS))
        return self._drawn(json.loads(self._channel.respond(arrival, await self._inbox.answer(arrival.message))))

    async def pushed(self) -> str:
        got: list[bytes] = []
        streams, last = Streams(), self._store.recent("web:u1", 1)

        async def listen() -> None:
            async for piece in streams.listen("web:u1"):
                got.append(piece)
                pusher.wake()

        pusher = Pusher(self._store, streams, every=0.001)
        task = asyncio.create_task(listen())
        for _ in range(200):
            await asyncio.sleep(0.001)
            found = [json.loads(piece[6:]) for piece in got if piece.startswith(b"data: ")]
            if any(each["id"] == last[0].message_id for each in found):
                break
            if last[0].kind not in KINDS or not last[0].reply:
                found = []
                break
        streams.hang_up()
        await task
        return self._drawn(found[-1]) if found else ""

    def _drawn(self, turn: Json) -> str:
        reply = turn["reply"]
        if reply is None:
            return ""
        for option in reply["options"]:
            _see(self._seen, option["label"], option["value"])
        labels = (f"{n}. {option['label']}" for n, option in enumerate(reply["options"], reply["first"]))
        return "\n".join((*(line for _, line in reply["lines"]), *labels))


def _stood(store: Store) -> str:
    """用户的事现在怎样，照 .talk 里“案”后面的写法。"""
    with store.reading() as connection:
        row = connection.execute(select(cases).order_by(cases.c.id.desc()).limit(1)).first()
    if row is None:
        return "没有"
    return {"waiting": f"{row.reason} waiting", "held": f"held {row.operator}"}.get(row.state, row.state)


def _claimed(store: Store) -> str:
    """最近的回合谁认领的。"""
    with store.reading() as connection:
        return str(connection.execute(select(turns.c.claimed).order_by(turns.c.id.desc()).limit(1)).scalar_one())


def delivered(store: Store) -> str:
    """送达账里马上要发的各句，当作发了。"""
    with store.transaction() as connection:
        mine = deliveries.c.occasion.like("desk:%"), deliveries.c.state == "urgent"
        texts = list(connection.scalars(select(deliveries.c.text).where(*mine).order_by(deliveries.c.id)))
        connection.execute(update(deliveries).where(*mine).values(state="sent"))
    return "\n".join(texts)


def _see(seen: dict[str, Any], label: str, tap: object) -> None:
    seen.pop(label, None)
    seen[label] = tap


def _newest(seen: dict[str, Any], label: str) -> Any:
    return next(tap for shown, tap in reversed(seen.items()) if shown.startswith(label))


class Everywhere:
    """照着 .talk 说话的人，同时拿着几部手机；`text` 是大家都看到的那一份（tests.chat.play 就认这些）。"""

    def __init__(self, left_out: frozenset[str]) -> None:
        self._runner = asyncio.Runner()
        self._left_out = left_out
        self._stack = AsyncExitStack()
        self._clock = Clock(NOW.tzinfo)  # type: ignore[arg-type]
        self._stores: list[Store] = []
        self._users: dict[str, str] = {}
        self._count = 0
        self.last: Any = None
        self.text = ""

    def __enter__(self) -> "Everywhere":
        self._runner.__enter__()
        self._runner.run(self._start())
        return self

    def __exit__(self, *error: object) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.__exit__(None, None, None)

    async def _start(self) -> None:
        api = await self._stack.enter_async_context(bot_api())
        rooms = {name: await self._opened() for name in CAN}
        telegram = TelegramUser(*rooms["Telegram"], api)
        self._stack.push_async_callback(telegram.close)
        phones: dict[str, Phone] = {
            "终端": Terminal(*rooms["终端"]),
            "微信": WeChatUser(*rooms["微信"]),
            "Telegram": telegram,
            "网页": WebUser(*rooms["网页"]),
        }
        self._rooms = {name: room for name, room in rooms.items() if name not in self._left_out}
        self.phones = {name: phone for name, phone in phones.items() if name not in self._left_out}

    async def _opened(self) -> "tuple[Inbox[Rules], Clock, Store]":
        """各有各的库：一次性的码，一部手机用了，别的就用不成了。"""
        store = self._stack.enter_context(Store.open("sqlite://"))
        switch_on(store)
        self._stores.append(store)
        inbox: Inbox[Rules] = Inbox(store, take_turn, knowledge.on, self._clock)
        await inbox.start()
        self._stack.push_async_callback(inbox.stop)
        return inbox, self._clock, store

    def attends(self, did: str, by: str = "", text: str = "") -> None:
        """值班人员接管、说话、交还、关闭，或接管到时；`text` 是送到大家屏幕上的。"""
        self._count += 1
        self._agree({name: self._runner.run(self._attended(name, did, by, text)) for name in self.phones})

    def stands(self) -> str:
        """这个用户在值班台的事现在怎样。"""
        return self._same(_stood)

    def claimed(self) -> str:
        """刚才那一回合谁认领的。"""
        return self._same(_claimed)

    async def _attended(self, name: str, did: str, by: str, text: str) -> str:
        inbox, clock, store = self._rooms[name]
        with store.reading() as connection:
            user = connection.execute(select(turns.c.user).limit(1)).scalar_one_or_none() or self._users[name]
            held = connection.execute(select(cases).where(cases.c.state == "held")).first()
            by = by or (held.operator if held else "")
            place = connection.execute(select(operators.c.district).filter_by(name=by)).scalar_one_or_none() or ""
        self._users[name] = user
        given = {"id": f"desk:{self._count}", "at": clock(), "kind": "desk", "event": did, "by": by}
        reply = await inbox.answer(Message(user=user, text=text, value=place, **given))  # type: ignore[arg-type]
        seen = await self.phones[name].pushed()
        assert (reply is None) == (not seen)
        return seen

    def _same(self, of: Callable[[Store], str]) -> str:
        """各部手机那边都一样。"""
        found = {name: of(room[2]) for name, room in self._rooms.items()}
        first = next(iter(found.values()))
        assert dict.fromkeys(found, first) == found
        return first

    def register(self, word: str, words: list[str]) -> None:
        """主管部门登记的一件。"""
        for store in self._stores:
            register(store, self._clock(), word, words)

    def lacks(self, *pieces: str) -> None:
        """答复里没有这些文字。"""
        for piece in pieces:
            assert piece not in self.text, f"不该有“{piece}”：\n{self.text}"

    def at(self, instant: str) -> None:
        """钟走到这一刻。"""
        self._clock.move(datetime.fromisoformat(instant))

    def says(self, text: str) -> None:
        """打一句话。"""
        self._do("text", text)

    def picks(self, label: str) -> None:
        """点一个见过的选项。"""
        self._do("tap", label)

    def sends(self, kind: str) -> None:
        """发来图片、语音一类的东西。"""
        self._do(kind)

    def event(self, event: str, value: str = "") -> None:
        """关注、扫码、点菜单。"""
        self._do(event, value)

    def send(self, **again: str) -> None:
        """同一份再投一遍。"""
        self._agree({name: self._runner.run(phone.again()) for name, phone in self.phones.items()})

    def _do(self, kind: str, text: str = "") -> None:
        self._count += 1
        self.last = Act(self._count, kind, text)
        self._agree({name: self._runner.run(phone.does(self.last)) for name, phone in self.phones.items()})

    def _agree(self, seen: dict[str, str]) -> None:
        self.text = next(iter(seen.values()))
        assert dict.fromkeys(seen, self.text) == seen


def needs(path: Path) -> Iterator[str]:
    """一份 .talk 里除打字和点选项以外用到的。"""
    words = {
        "图片": "image",
        "语音": "voice",
        "视频": "video",
        "文件": "file",
        "位置": "location",
        "关注": "subscribe",
        "扫码": "scan",
    }
    for line in path.read_text(encoding="utf-8").splitlines():
        word = line.removeprefix("我［").removesuffix("］").partition(" ")[0]
        if line.startswith("我［") and word not in ("点", "再发一遍"):
            yield words.get(word, word)


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_every_channel_says_the_same(path: Path) -> None:
    """每一场对话，各个渠道一字不差；做不了其中一件事的渠道（网页发不了图片，Telegram 扫不了码）不在这一场里。"""
    needed = set(needs(path))
    unable = frozenset(name for name, phone in CAN.items() if not needed <= phone)
    scanning = {"Telegram"} if "scan" in needed else set()
    assert unable - scanning <= {"网页"}
    with Everywhere(unable) as everywhere:
        play(path, everywhere)  # type: ignore[arg-type]


CAN = {"终端": Terminal.can, "微信": WeChatUser.can, "Telegram": TelegramUser.can, "网页": WebUser.can}


def test_tapping_says_the_same() -> None:
    """一路点下去，各个渠道也一字不差；每个选项在每个渠道里都点得动。"""
    with Everywhere(frozenset()) as everywhere:
        everywhere.event("subscribe", "district:永川区")
        everywhere.picks("查行业与等级")
        everywhere.says("做玻璃的")
        assert "日用玻璃" in everywhere.text
        everywhere.picks("日用玻璃")
        everywhere.picks("没有了")
        assert "日用玻璃" in everywhere.text
        everywhere.says("修改")
        everywhere.picks("行业分支")
        everywhere.says("更多")
        everywhere.says("<b>不是</b> & [链接](http://x) *星*")
