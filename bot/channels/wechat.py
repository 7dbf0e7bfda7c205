"""微信服务号：核对签名，读 XML，写被动回复；明文模式和安全模式（AES）。

平台五秒不见回答就断开重投，共投三次，所以消息的 id 在重投时不变。安全模式只信密文：`signature` 不覆盖正文，
`msg_signature` 才覆盖，两个都核对。wechatpy 只用来加解密，配了密钥才导入（它会带进 requests 等一大串）。
"""

import base64
import binascii
import hmac
import logging
import re
import secrets
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha1
from typing import Any
from urllib.parse import unquote

from msgspec.structs import replace

from bot.channels.base import Arrival, Challenge, Forbidden, Inbound, Limits, Report, Unreadable, fit
from bot.channels.wechat_reports import REPORTS, report
from bot.channels.xml import read_xml
from dialogs.records import Event, Kind, Message, Option, Reply

_LOG = logging.getLogger(__name__)

SUCCESS = b"success"
NO_LINK = "（这个号还没有设公网地址，链接给不出来，请告诉管这个号的人。）"
MAX_BODY = 64 * 1024

KINDS: Mapping[str, tuple[Kind, str]] = {
    "text": ("text", "Content"),
    "image": ("image", ""),
    "voice": ("voice", "Recognition"),
    "video": ("video", ""),
    "shortvideo": ("video", ""),
    "location": ("location", "Label"),
    "link": ("link", ""),
    "file": ("file", ""),
}
"""MsgType → 我们的种类，以及当作文字读的那个元素。"""

EVENTS: Mapping[str, Event] = {"subscribe": "subscribe", "unsubscribe": "unsubscribe", "SCAN": "scan", "CLICK": "click"}
"""值得回答的 Event；其余（VIEW 跳转、上报位置……）只回“收到了”；回执和订阅的回答见 wechat_reports.py。"""


class WeChat:
    """一个服务号的渠道；`clock` 给出带时区的现在，消息的时刻以它为准，不信 CreateTime。

    `aes_key` 是 43 个字符的 EncodingAESKey，给了就是安全模式，此后不再理会明文；不合格式抛 ValueError。
    """

    name = "wechat"
    limits = Limits(text_bytes=1900)

    def __init__(self, token: str, clock: Callable[[], datetime], *, app_id: str = "", aes_key: str = "") -> None:
        if not token:
            raise ValueError("CHUANGB_WECHAT_TOKEN 是空的")
        self._token = token
        self._clock = clock
        self._app_id = app_id
        self._crypto: Any = _crypto(aes_key, app_id) if aes_key else None

    def parse(self, inbound: Inbound) -> Arrival | Challenge | Report | None:
        """读出一条消息、一次网址核对、平台报的一件事，或 None（读懂了但不必回答）；先核对签名，再看正文。"""
        query = inbound.query
        self._check(query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        if inbound.method == "GET":
            return Challenge(query.get("echostr", ""))
        if len(inbound.body) > MAX_BODY:
            raise Unreadable("正文超过 64 KB")
        body = inbound.body
        fields = read_xml(body)
        if self._crypto is not None:
            body = self._open(fields, query)
            fields = read_xml(body)
        if fields.get("Event") in REPORTS:
            return report(fields, body)
        message = _message(fields, self._clock())
        return None if message is None else Arrival(message, _required(fields, "ToUserName"))

    def present(self, reply: Reply) -> tuple[str, ...]:
        """正文与编号的选项；放得下时每个选项也能点，点了以文字发回来，附带选项的 value。

        可以一次答几项的清单不能点：点一项就交出去了，别的没来得及说。
        """
        if reply.token and reply.token not in reply.text:
            first, _, rest = reply.text.partition("\n")
            reply = replace(reply, text=f"{first}\n{NO_LINK}\n{rest}")
        return fit(_shown(reply), self.limits, None if reply.several else _link)

    def respond(self, arrival: Arrival, reply: Reply | None) -> bytes:
        """被动回复的正文；没有答复时是 `success`，平台不再重投，用户也看不到“暂时无法提供服务”。"""
        pages = self.present(reply) if reply is not None else ()
        if not pages or not pages[0]:
            return SUCCESS
        if len(pages) > self.limits.messages:
            left = sum(len(page.encode()) for page in pages[self.limits.messages :])
            _LOG.error("答复超过微信一条文字的上限，有 %d 字节没有发出", left)
        now = int(self._clock().timestamp())
        openid = arrival.message.user.removeprefix("wechat:")
        xml = (
            f"<xml><ToUserName><![CDATA[{_cdata(openid)}]]></ToUserName>"
            f"<FromUserName><![CDATA[{_cdata(arrival.account)}]]></FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{_cdata(pages[0])}]]></Content></xml>"
        )
        return xml.encode() if self._crypto is None else self._seal(xml, str(now))

    def _check(self, given: str, *parts: str) -> None:
        """sha1(排序后的 token 与各部分) 与给出的相同，否则抛 Forbidden；比较用时不随内容变。"""
        expected = self._sign(*parts)
        if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
            raise Forbidden

    def _sign(self, *parts: str) -> str:
        return sha1("".join(sorted((self._token, *parts))).encode(errors="replace")).hexdigest()

    def _open(self, fields: Mapping[str, str | None], query: Mapping[str, str]) -> bytes:
        """安全模式：核对 msg_signature，解开 Encrypt，交出里面的 XML；外面的明文一概不看。"""
        encrypted = fields.get("Encrypt") or ""
        self._check(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""), encrypted)
        from wechatpy.exceptions import InvalidAppIdException

        try:
            xml: str = self._crypto.decrypt(encrypted, self._app_id)
        except (IndexError, ValueError, struct.error, InvalidAppIdException) as error:
            raise Unreadable(f"密文解不开（{type(error).__name__}）") from None
        return xml.encode()

    def _seal(self, xml: str, timestamp: str) -> bytes:
        encrypted = self._crypto.encrypt(xml, self._app_id).decode()
        nonce = secrets.token_hex(8)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self._sign(timestamp, nonce, encrypted)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()


def _crypto(aes_key: str, app_id: str) -> Any:
    """wechatpy 的加解密；密钥不是 43 个 base64 字符或没有 app_id 时抛 ValueError。"""
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ValueError("CHUANGB_WECHAT_AES_KEY 应是 43 个字符（大小写字母和数字）")
    if not app_id:
        raise ValueError("安全模式还要 CHUANGB_WECHAT_APP_ID")
    from wechatpy.crypto import PrpCrypto

    crypto = PrpCrypto(key)
    crypto.get_random_string = lambda: secrets.token_hex(8)  # 它自己的用 random，可预测
    return crypto


def _message(fields: Mapping[str, str | None], at: datetime) -> Message | None:
    """读出的元素 → 消息；不认识的 MsgType、Event 是 None，缺了必要元素抛 Unreadable。"""
    openid = _required(fields, "FromUserName")
    kind = _required(fields, "MsgType")
    if kind == "event":
        return _event(fields, openid, at)
    if kind not in KINDS:
        return None
    ours, element = KINDS[kind]
    return Message(
        user=f"wechat:{openid}",
        id=_required(fields, "MsgId"),
        at=at,
        kind=ours,
        text=_required(fields, "Content") if kind == "text" else fields.get(element) or "",
        value=unquote(fields.get("bizmsgmenuid") or ""),
    )


def _event(fields: Mapping[str, str | None], openid: str, at: datetime) -> Message | None:
    """事件没有 MsgId：同一秒里可以有两个事件，所以 id 里还有 Event 和 EventKey。"""
    name = _required(fields, "Event")
    if name not in EVENTS:
        return None
    key = fields.get("EventKey") or ""
    scene = key.removeprefix("qrscene_")
    return Message(
        user=f"wechat:{openid}",
        id=f"{openid}:{_required(fields, 'CreateTime')}:{name}:{key}",
        at=at,
        kind="event",
        event=EVENTS[name],
        value=scene if name != "subscribe" or scene != key else "",
    )


def _required(fields: Mapping[str, str | None], name: str) -> str:
    value = fields.get(name)
    if not value:
        raise Unreadable(f"没有 {name}")
    return value


_SUSPECT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff<&]")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff<]|&(?=[lL][tT];|#)")


def _shown(reply: Reply) -> Reply:
    """正文和标签里没有 XML 容不下的字符，也没有能变成链接的 `<`：微信把正文里的 <a> 画成链接，而正文会引用户的话。"""
    search = _SUSPECT.search
    if search(reply.text) is None and not (reply.options and search("".join([each.label for each in reply.options]))):
        return reply
    options = tuple(replace(option, label=_showable(option.label)) for option in reply.options)
    return replace(reply, text=_showable(reply.text), options=options)


def _showable(text: str) -> str:
    return _UNSHOWABLE.sub(lambda found: {"<": "＜", "&": "＆"}.get(found[0], ""), text)


_ESCAPED = {code: f"%{code:02X}" for code in range(128) if not (chr(code).isalnum() or chr(code) in "-._~:")}


def _link(number: int, option: Option) -> str:
    """`1. 标签`，点了以“标签”发回，附带 bizmsgmenuid=value。汉字不转义：三倍的字节会挤掉可点的写法。

    客户端把 msgmenucontent 解码两次，所以 % 和 + 换成全角；msgmenuid 解码一次。这个链接没有正式文档，编号才是保底。
    """
    label, value = option.label, option.value
    if _SIMPLE.fullmatch(value):
        value = value.replace("=", "%3D")
    else:
        value = _ILLEGAL.sub("", value or label).translate(_ESCAPED)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={_content(label)}&msgmenuid={value}">{number}. {label}</a>'


_ILLEGAL = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SIMPLE = re.compile(r"[\w.:=-]+", re.ASCII)


@lru_cache(maxsize=4096)
def _content(label: str) -> str:
    return label.replace("%", "％").replace("+", "＋").translate(_ESCAPED)


def _cdata(text: str) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")
