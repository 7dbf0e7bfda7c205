"""底线：裸 ASGI，核对签名，防着 DTD 读 XML，回一句固定的话，什么都不记；一条微信消息最少要花这些。

由 bench.turn 用 uvicorn 跑起来；不用产品的任何代码。
"""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha1
from hmac import compare_digest
from typing import Any
from xml.etree.ElementTree import XML

TOKEN = "bench-token"
APP_ID = "wx0000000000000000"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def floor(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """核对签名，安全地读 XML，回固定的一句。"""
    event = await receive()
    query = dict(part.split("=", 1) for part in scope["query_string"].decode().split("&"))
    expected = sha1("".join(sorted((TOKEN, query["timestamp"], query["nonce"]))).encode()).hexdigest()
    body: bytes = event["body"]
    if not compare_digest(expected, query["signature"]) or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    fields = {element.tag: element.text for element in XML(body)}
    answer = (
        f"<xml><ToUserName><![CDATA[{fields['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{fields['ToUserName']}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        "<Content><![CDATA[收到]]></Content></xml>"
    ).encode()
    headers = [(b"content-type", b"application/xml"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
