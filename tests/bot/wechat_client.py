"""扮演微信平台和用户的一个客户端，照平台的文档写成，不用被测的代码。

它造出平台会推来的字节（明文或安全模式），投到一个真的套接字上，再像平台那样验签、解密、读回答复。
"""

import asyncio
import base64
import hashlib
import os
import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote_plus, urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ACCOUNT = "gh_0123456789ab"
LINK = re.compile(r'<a href="weixin://bizmsgmenu\?([^"]*)">([^<]*)</a>')


@dataclass(frozen=True)
class Push:
    """一次推送：查询串与正文；GET 是核对网址。"""

    query: str
    body: bytes
    method: str = "POST"


@dataclass(frozen=True)
class Platform:
    """微信平台的一侧；给了 aes_key 就是安全模式。"""

    token: str = "token123"
    app_id: str = "wx1234567890abcdef"
    aes_key: str = ""
    timestamp: str = "1795500000"
    nonce: str = "887766"

    def sign(self, *parts: str) -> str:
        """sha1(排序后的 token 与各部分)。"""
        return hashlib.sha1("".join(sorted([self.token, *parts])).encode()).hexdigest()

    def push(self, xml: str, openid: str = "o1") -> Push:
        """把一份消息 XML 包成一次推送。"""
        query = {
            "signature": self.sign(self.timestamp, self.nonce),
            "timestamp": self.timestamp,
            "nonce": self.nonce,
            "openid": openid,
        }
        if not self.aes_key:
            return Push(urlencode(query), xml.encode())
        return self.push_encrypted(self.encrypt(xml), query)

    def push_encrypted(self, encrypted: str, query: dict[str, str]) -> Push:
        """安全模式：正文只有 Encrypt，msg_signature 覆盖它。"""
        query = query | {
            "encrypt_type": "aes",
            "msg_signature": self.sign(self.timestamp, self.nonce, encrypted),
        }
        body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return Push(urlencode(query), body.encode())

    def verification(self, echo: str) -> Push:
        """核对网址的 GET。"""
        query = {
            "signature": self.sign(self.timestamp, self.nonce),
            "timestamp": self.timestamp,
            "nonce": self.nonce,
            "echostr": echo,
        }
        return Push(urlencode(query), b"", "GET")

    def encrypt(self, xml: str, app_id: str = "", block: int = 32) -> str:
        """随机 16 字节 + 长度 + 正文 + appid，PKCS#7 补到 32，AES-256-CBC，iv 是密钥前 16 字节。"""
        content = xml.encode()
        plain = os.urandom(16) + struct.pack(">I", len(content)) + content + (app_id or self.app_id).encode()
        pad = block - len(plain) % block
        return base64.b64encode(self._encrypt_bytes(plain + bytes([pad]) * pad)).decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def _encrypt_bytes(self, padded: bytes) -> bytes:
        encryptor = self._cipher().encryptor()
        return encryptor.update(padded) + encryptor.finalize()

    def open(self, body: bytes) -> dict[str, str]:
        """像平台那样读被动回复；安全模式先验 MsgSignature 再解密。"""
        outer = elements(body)
        if not self.aes_key:
            return outer
        encrypted = outer["Encrypt"]
        assert outer["MsgSignature"] == self.sign(outer["TimeStamp"], outer["Nonce"], encrypted)
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        plain = plain[16 : -plain[-1]]
        length = struct.unpack(">I", plain[:4])[0]
        assert plain[4 + length :].decode() == self.app_id
        return elements(plain[4 : 4 + length])


def elements(body: bytes) -> dict[str, str]:
    """`<xml>` 下各元素的文字；重名或有嵌套就算错。"""
    root = ET.fromstring(body)
    assert root.tag == "xml"
    assert all(len(child) == 0 for child in root)
    assert len({child.tag for child in root}) == len(root)
    return {child.tag: child.text or "" for child in root}


def message(kind: str, openid: str = "o1", msg_id: str = "23456789012345678", **fields: str) -> str:
    """一份消息 XML；`fields` 是其余元素，值一律放进 CDATA。"""
    head = {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": "1795500000", "MsgType": kind}
    body = head | fields | ({"MsgId": msg_id} if msg_id else {})
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in body.items()) + "</xml>"


def text(content: str, openid: str = "o1", msg_id: str = "23456789012345678", **fields: str) -> str:
    """用户打的一句话。"""
    return message("text", openid, msg_id, Content=content, **fields)


def event(name: str, key: str | None = None, openid: str = "o1", **fields: str) -> str:
    """一个事件；没有 MsgId。"""
    keyed = {} if key is None else {"EventKey": key}
    return message("event", openid, "", Event=name, **keyed, **fields)


def taps(content: str) -> list[tuple[str, str, str]]:
    """答复里可点的选项：显示的字、点了以后发回的字、附带的 id。客户端把发回的字解码两次。"""
    found = []
    for query, shown in LINK.findall(content):
        values = parse_qs(query, keep_blank_values=True, strict_parsing=True)
        found.append((shown, unquote_plus(values["msgmenucontent"][0]), values["msgmenuid"][0]))
    return found


async def deliver(port: int, push: Push, path: str = "/wechat") -> tuple[int, bytes]:
    """经套接字投一次，回来的状态与正文。"""
    request = (
        f"{push.method} {path}?{push.query} HTTP/1.1\r\nHost: bot.example\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(push.body)}\r\nConnection: close\r\n\r\n"
    ).encode() + push.body
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        answer = await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body
