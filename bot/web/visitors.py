"""谁在浏览器里谈：一个签了名的 Cookie，一年有效；换了浏览器就是另一个人。"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable

COOKIE = "chuangb"
YEAR = 365 * 24 * 3600
_PASS = re.compile(r"([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})")


class Visitors:
    """发和认 Cookie；`key` 是签名的密钥，`embedded` 表示页面会嵌在别家的网站里。"""

    def __init__(self, key: bytes, *, embedded: bool = False) -> None:
        self._key = key
        self._embedded = embedded

    def new(self) -> str:
        """一个没有人用过的用户。"""
        return f"web:{secrets.token_urlsafe(16)}"

    def named(self, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """这个请求是谁发的；没有 Cookie，或签名不对，是空的。"""
        for name, value in headers:
            if name == b"cookie":
                for part in value.decode("latin-1").split(";"):
                    given, _, pass_ = part.strip().partition("=")
                    if given == COOKIE and (user := self._holder(pass_)):
                        return user
        return ""

    def cookie(self, user: str, *, secure: bool) -> str:
        """Set-Cookie 的值。嵌在别家网站里的要 SameSite=None，那样就必须 Secure，并且各家分开。"""
        base = user.removeprefix("web:")
        kept = f"{COOKIE}={base}.{self._signature(base)}; Path=/; Max-Age={YEAR}; HttpOnly"
        if self._embedded:
            return f"{kept}; SameSite=None; Secure; Partitioned"
        return f"{kept}; SameSite=Lax{'; Secure' if secure else ''}"

    def _holder(self, pass_: str) -> str:
        read = _PASS.fullmatch(pass_)
        if read is None or not hmac.compare_digest(self._signature(read[1]), read[2]):
            return ""
        return f"web:{read[1]}"

    def _signature(self, base: str) -> str:
        return urlsafe_b64encode(hmac.digest(self._key, base.encode(), "sha256")).decode().rstrip("=")
