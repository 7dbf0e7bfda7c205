"""取文书的凭证：谁的、哪一场自评、什么时候给的，封在链接里；看不出是谁，改一个字就不认，30 天到期。

用 AES-SIV：封住内容，也验得出改动；不用随机数，同一刻给同一个人的是同一个。什么都不存。
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha512
from hmac import digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

LASTS = timedelta(days=30)
_LONGEST = 1024
_CALENDAR = "calendar:"


@dataclass(frozen=True, slots=True)
class Pass:
    """一张凭证。"""

    user: str
    run: int
    issued: datetime

    def expired(self, now: datetime) -> bool:
        """过期了没有。"""
        return now >= self.issued + LASTS


class Passes:
    """发凭证、认凭证；`key` 是签名的密钥。"""

    def __init__(self, key: bytes) -> None:
        self._key = digest(key, b"chuangb:paper", sha512)

    @cached_property
    def _cipher(self) -> "AESSIV":
        # 用到才导入：多数进程从来不发凭证
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        return AESSIV(self._key)

    def issue(self, user: str, run: int, now: datetime) -> str:
        """放进链接里的一串字。"""
        sealed = self._cipher.encrypt(f"{int(now.timestamp())}.{run}.{user}".encode(), None)
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def read(self, token: str) -> Pass | None:
        """认出来的凭证，过了期的也给；不是这里发的是 None。"""
        if len(token) > _LONGEST:
            return None
        from cryptography.exceptions import InvalidTag

        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            if urlsafe_b64encode(sealed).decode().rstrip("=") != token:
                return None
            issued, run, user = self._cipher.decrypt(sealed, None).decode().split(".", 2)
        except (binascii.Error, InvalidTag, ValueError):
            return None
        return Pass(user, int(run), datetime.fromtimestamp(int(issued), UTC))


def calendar_token(passes: Passes, user: str, window_id: str, now: datetime) -> str:
    """日历链接里的一串字：哪个窗口、给谁的。"""
    return passes.issue(f"{_CALENDAR}{window_id}:{user}", 0, now)


def calendar_of(found: Pass | None) -> tuple[str, str] | None:
    """日历的凭证说的（窗口的编号，用户）；别的凭证是 None。"""
    if found is None or not found.user.startswith(_CALENDAR):
        return None
    window_id, _, user = found.user.removeprefix(_CALENDAR).partition(":")
    return window_id, user
