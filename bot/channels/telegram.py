"""Telegram：读推来的更新，把答复写成 Bot API 的调用；只有纯函数，收发在 bot/telegram/。

只和个人谈，群里不出声。推送头里的口令先核对（用时不随内容变），再看正文；按钮带回的是选项的 value。
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha1
from typing import Any

import msgspec

from bot.channels.base import Arrival, Forbidden, Inbound, Limits, Unreadable, split
from dialogs.records import Event, Kind, Message, Option, Reply
from dialogs.reply import numbered

MAX_BODY = 64 * 1024
SECRET_HEADER = b"x-telegram-bot-api-secret-token"
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
UPDATES = ("message", "callback_query", "my_chat_member")
"""要平台推来的更新；编辑过的、频道和群里的，一概不要。"""
DATA_BYTES = 64
"""按钮能带的字节数；产品里的 value 都在一半以内。"""

KINDS: Mapping[str, Kind] = {
    "photo": "image",
    "sticker": "image",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "file",
    "venue": "location",
    "location": "location",
}
"""消息里有哪一项 → 我们的种类；animation 也带 document，所以先认它。"""

Call = tuple[str, dict[str, Any]]
"""一次 Bot API 调用：方法和参数。"""


class Telegram:
    """一个机器人的渠道；`secret` 是推送头里的口令，`clock` 给出带时区的现在。口令不合格式抛 ValueError。"""

    name = "telegram"
    limits = Limits(text_bytes=4096)  # 平台按字数算 4096，字节只会更多

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        if not SECRET.fullmatch(secret):
            raise ValueError("CHUANGB_TELEGRAM_SECRET 要是 1 到 256 个字母、数字、下划线或短横")
        self._secret = secret.encode()
        self._clock = clock

    def parse(self, inbound: Inbound) -> Arrival | None:
        """读出一条消息；None 是不必回答的更新。`account` 是要应答的那次点按。"""
        given = next((value for name, value in inbound.headers if name == SECRET_HEADER), b"")
        if not hmac.compare_digest(self._secret, given):
            raise Forbidden
        if len(inbound.body) > MAX_BODY:
            raise Unreadable("正文超过 64 KB")
        return self.read(inbound.body)

    def read(self, body: bytes) -> Arrival | None:
        """一份更新的 JSON → 一条消息；不核对口令，长轮询取回的也走这里。"""
        try:
            update = _decode(body)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Unreadable(f"不是一份更新（{type(error).__name__}）") from None
        if update.message is not None:
            return self._said(update.update_id, update.message)
        if update.callback_query is not None:
            return self._tapped(update.update_id, update.callback_query)
        member = update.my_chat_member
        if member is None or member.chat.type != "private" or member.new_chat_member.status != "kicked":
            return None
        return self._arrival(update.update_id, member.chat, kind="event", event="unsubscribe")

    def present(self, reply: Reply) -> tuple[str, ...]:
        """答复的文字，选项不在里面：它们是按钮；可以一次答几项的清单没有按钮，编号写在文字里。"""
        text = numbered(reply) if reply.several else reply.text
        return split(text, self.limits.text_bytes) if text else ()

    def calls(self, arrival: Arrival, reply: Reply | None) -> tuple[Call, ...]:
        """应答点按，再一条条发出去；选项跟着最后一条，一行一个。"""
        texts = self.present(reply) if reply is not None else ()
        chat = int(arrival.message.user.removeprefix("telegram:"))
        sent: list[Call] = []
        if arrival.account:
            sent.append(("answerCallbackQuery", {"callback_query_id": arrival.account}))
        for text in texts:
            fields = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}
            sent.append(("sendMessage", fields))
        if reply is not None and reply.options and texts and not reply.several:
            sent[-1][1]["reply_markup"] = {"inline_keyboard": _keyboard(reply)}
        return tuple(sent)

    def respond(self, arrival: Arrival, reply: Reply | None) -> bytes:
        """在推送的回答里交回最后一条；平台照办，但不说办成没有。没有答复时是空的。"""
        calls = self.calls(arrival, reply)
        if not calls:
            return b""
        method, fields = calls[-1]
        return _encode({"method": method, **fields})

    def _said(self, update_id: int, said: "_Said") -> Arrival | None:
        if said.sender is not None and said.sender.is_bot:
            return None
        if said.text:
            if said.text == "/start" or said.text.startswith("/start "):
                return self._arrival(
                    update_id, said.chat, kind="event", event="subscribe", value=_scene(said.text[7:].strip())
                )
            return self._arrival(update_id, said.chat, text=_COMMAND.sub(r"\1", said.text))
        for part, kind in KINDS.items():
            if getattr(said, part) is not None:
                place = f"{said.venue.title} {said.venue.address}".strip() if said.venue is not None else ""
                return self._arrival(update_id, said.chat, kind=kind, text=said.caption or place)
        return None

    def _tapped(self, update_id: int, tapped: "_Tapped") -> Arrival | None:
        if tapped.message is None or not tapped.data:
            return None
        buttons = [button for row in tapped.message.reply_markup.inline_keyboard for button in row]
        label = next((button.text for button in buttons if button.callback_data == tapped.data), "")
        return self._arrival(
            update_id,
            tapped.message.chat,
            account=tapped.id,
            text=_NUMBER.sub("", label),
            value="" if tapped.data.startswith(_SHORT) else tapped.data,
        )

    def _arrival(
        self,
        update_id: int,
        chat: "_Chat",
        *,
        kind: Kind = "text",
        event: Event = "",
        text: str = "",
        value: str = "",
        account: str = "",
    ) -> Arrival | None:
        if chat.type != "private":
            return None
        user = f"telegram:{chat.id}"
        return Arrival(Message(user, str(update_id), self._clock(), kind, text, event, value), account)


_COMMAND = re.compile(r"^/([A-Za-z]\w*)(?:@\w+)?(?=\s|$)")
_NUMBER = re.compile(r"^\d+\. ")
_HANZI = re.compile("[\u4e00-\u9fff]+")
_SHORT = "~"
"""放不下的 value 换成它开头的摘要；点回来当作打了那个选项的字。"""


def _keyboard(reply: Reply) -> list[list[dict[str, str]]]:
    return [
        [{"text": f"{number}. {option.label}", "callback_data": _data(option)}]
        for number, option in enumerate(reply.options, reply.first_number)
    ]


def _data(option: Option) -> str:
    value = option.value or option.label
    size = len(value.encode())
    if size <= DATA_BYTES and not value.startswith(_SHORT):
        return value
    return f"{_SHORT}{sha1(value.encode()).hexdigest()}"


def _scene(payload: str) -> str:
    """`/start` 后面的 district_… → 场景。链接里只许字母数字，所以区县名也可以写成 base64url。"""
    kind, _, name = payload.partition("_")
    if kind != "district" or not name:
        return ""
    try:
        decoded = base64.b64decode(name + "=" * (-len(name) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return f"district:{name}"
    return f"district:{decoded if _HANZI.fullmatch(decoded) else name}"


class _Chat(msgspec.Struct):
    id: int
    type: str = ""


class _Sender(msgspec.Struct):
    is_bot: bool = False


class _Venue(msgspec.Struct):
    title: str = ""
    address: str = ""


class _Said(msgspec.Struct):
    chat: _Chat
    sender: _Sender | None = msgspec.field(name="from", default=None)
    text: str = ""
    caption: str = ""
    photo: Any = None
    sticker: Any = None
    voice: Any = None
    audio: Any = None
    video: Any = None
    video_note: Any = None
    animation: Any = None
    document: Any = None
    venue: _Venue | None = None
    location: Any = None


class _Button(msgspec.Struct):
    text: str = ""
    callback_data: str = ""


class _Markup(msgspec.Struct):
    inline_keyboard: list[list[_Button]] = []


class _Shown(msgspec.Struct):
    chat: _Chat
    reply_markup: _Markup = msgspec.field(default_factory=_Markup)


class _Tapped(msgspec.Struct):
    id: str
    message: _Shown | None = None
    data: str = ""


class _Status(msgspec.Struct):
    status: str = ""


class _Member(msgspec.Struct):
    chat: _Chat
    new_chat_member: _Status


class _Update(msgspec.Struct):
    update_id: int
    message: _Said | None = None
    callback_query: _Tapped | None = None
    my_chat_member: _Member | None = None


_decode = msgspec.json.Decoder(_Update).decode
_encode = msgspec.json.Encoder().encode
