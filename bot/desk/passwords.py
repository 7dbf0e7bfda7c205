"""口令的散列（argon2id）：在别的线程里算，一时只算几个，排队的也有限；没有这个账号也照样算一遍。"""

import asyncio
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200
DIFFERENT = 5
"""至少有这么多个不同的字。"""
AT_ONCE = 2
WAITING = 20
"""最多这么多人排队等着核对，再多的请他过一会儿来。"""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""随机的密码用哪些字：念得清、抄不错。"""
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Busy(Exception):
    """排队核对的人太多。"""


def fault(password: str, name: str) -> str:
    """这个口令为什么不能用；能用是空的。"""
    bare = _bare(password)
    if not SHORTEST <= len(bare) <= LONGEST:
        return f"密码要 {SHORTEST} 到 {LONGEST} 个字"
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in bare):
        return "密码里有打不出来的字符"
    if len(set(bare)) < DIFFERENT:
        return f"密码太简单，至少要有 {DIFFERENT} 个不同的字"
    if name and name in bare.lower():
        return "密码里不要有账号的名字"
    return ""


def random_password(name: str) -> str:
    """一个随机的密码，三组四个字，例如“kfmt-7pwx-q3hn”。"""
    while True:
        made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        if not fault(made, name):
            return made


def hashed(password: str) -> str:
    """口令的散列，连同盐和算法的参数。"""
    return _HASHER.hash(_bytes(password))


class Passwords:
    """核对口令；`nobody` 是没有这个账号时拿来算的，算的量一样。"""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._inside = 0
        self._nobody = hashed("没有这个账号的人")

    async def right(self, held: str, password: str) -> bool:
        """对不对；`held` 空着（没有这个账号）总是不对，太长的也不对。排队的人太多抛 Busy。"""
        if self._inside >= AT_ONCE + WAITING:
            raise Busy
        self._inside += 1
        try:
            async with self._room:
                return await asyncio.to_thread(_right, held or self._nobody, password[: LONGEST + 1]) and bool(held)
        finally:
            self._inside -= 1

    async def hashed(self, password: str) -> str:
        """口令的散列，在别的线程里算。"""
        async with self._room:
            return await asyncio.to_thread(hashed, password)


def _right(held: str, password: str) -> bool:
    try:
        return _HASHER.verify(held, _bytes(password)) and len(password) <= LONGEST
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return _bare(password).encode(errors="surrogatepass")


def _bare(password: str) -> str:
    """全角打的和半角打的算一样。"""
    return unicodedata.normalize("NFKC", password)
