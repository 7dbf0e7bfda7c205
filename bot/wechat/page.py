"""订阅页 /wechat/subscribe：在微信里点一下，弹窗里同意一次，以后就能发一次订阅通知。

只有这一页许加载平台的脚本，别的页面一概不许。谁同意了由平台推给 /wechat，这一页不认人，也不记人。
"""

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.wechat.account import js_ticket
from bot.wechat.api import Api

_HERE = Path(__file__).parent
PATH = "/wechat/subscribe"
MOST = 3
"""一次弹窗最多列这么多个模板。"""
_KINDS = {".css": b"text/css; charset=utf-8", ".js": b"text/javascript; charset=utf-8"}
_POLICY = (
    "default-src 'none'; script-src 'self' https://res.wx.qq.com; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https://res.wx.qq.com; connect-src 'self' https://res.wx.qq.com https://*.weixin.qq.com; "
    "frame-src https://*.weixin.qq.com; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class SubscribePage:
    """那一页和它的两个文件；`base_url` 要和用户浏览器里的地址一致，签名覆盖它。"""

    def __init__(
        self, api: Api, app_id: str, base_url: str, templates: tuple[str, ...], clock: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._app_id = app_id
        self._base_url = base_url.rstrip("/")
        self._templates = ",".join(templates[:MOST])
        self._clock = clock
        env = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self._page = env.get_template("subscribe.html")
        files = [path for path in (_HERE / "static").iterdir() if path.suffix in _KINDS]
        self._files = {f"/wechat/{path.name}": (_KINDS[path.suffix], path.read_bytes()) for path in files}
        self.paths = (PATH, *self._files)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        """一次 ASGI 调用。"""
        if scope["path"] in self._files:
            kind, body = self._files[scope["path"]]
            await _respond(send, body, kind, "public, max-age=3600")
            return
        query = scope["query_string"].decode("latin-1")
        page = await self._rendered(f"{self._base_url}{PATH}{'?' if query else ''}{query}")
        await _respond(send, page.encode(), b"text/html; charset=utf-8", "no-store")

    async def close(self) -> None:
        """放掉连接。"""
        await self._api.close()

    async def _rendered(self, url: str) -> str:
        ticket = await js_ticket(self._api)
        nonce, timestamp = secrets.token_hex(8), int(self._clock().timestamp())
        return self._page.render(
            app_id=self._app_id,
            templates=self._templates,
            nonce=nonce,
            timestamp=timestamp,
            signature=sign(ticket, nonce, timestamp, url) if ticket else "",
        )


def sign(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """JS-SDK 的签名；`url` 是浏览器里的地址，一字不改，到 # 为止。"""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return sha1(text.encode()).hexdigest()


async def _respond(send: Send, body: bytes, kind: bytes, cache: str) -> None:
    named = {
        b"content-type": kind,
        b"content-length": str(len(body)).encode(),
        b"cache-control": cache.encode(),
        b"content-security-policy": _POLICY.encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",
    }
    await send({"type": "http.response.start", "status": 200, "headers": list(named.items())})
    await send({"type": "http.response.body", "body": body})
