"""改动以后给人看的那一页：先留着，再转过去看，刷新和后退就不会重做一遍。

留在库里，哪个进程都取得到；用登录的那一串封着，库里看不出写的什么，换了人、退出了、过了一小时就打不开，打不开的回到原来那一页。
"""

import asyncio
import re
import secrets
import zlib
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select
from starlette.responses import Response

from bot.desk.guard import local, token_of
from bot.desk.visit import Answer, Page, Visit, to
from bot.store.schema import meta

LASTS = timedelta(hours=1)
MOST = 8
"""一个人最多留这么多页，再多丢掉最早的。"""
LARGEST = 8_000_000
"""再大的不留，直接给。"""
_PLACE = "desk_page:"
_KEY = re.compile(r"\d{10}-[\w-]{16}")
_NONCE = 12


async def keep(visit: Visit, body: bytes, status: int, back: str) -> str:
    """留一页，返回去哪里看；`back` 是留不住了回到哪里。"""
    until = int((visit.now + LASTS).timestamp())
    key = f"{until:010d}-{secrets.token_urlsafe(12)}"
    sealed = await asyncio.to_thread(lambda: _sealed(visit, key, f"{status} ".encode() + zlib.compress(body)))

    def write(connection: Connection) -> None:
        _tidy(connection, visit)
        row = {"key": _place(visit, key), "value": b64encode(sealed).decode()}
        connection.execute(insert(meta).values(**row))

    await visit.world.writes(write)
    return f"/desk/after/{key}?back={quote(back, safe='')}"


async def _after(visit: Visit) -> Answer:
    """看留着的一页。"""
    key, found = visit.params.get("key", ""), None
    if _KEY.fullmatch(key) and int(key[:10]) > visit.now.timestamp():
        query = select(meta.c.value).where(meta.c.key == _place(visit, key))
        found = await visit.reads(lambda connection: connection.execute(query).scalar())
    status, body = await asyncio.to_thread(_opened, visit, key, found or "")
    return Response(body, status, media_type="text/html") if body else to(local(visit.query("back", 2000)))


def _tidy(connection: Connection, visit: Visit) -> None:
    """过了时候的、自己太多的，丢掉。"""
    held = list(connection.scalars(select(meta.c.key).where(meta.c.key.startswith(_PLACE, autoescape=True))))
    now, own = visit.now.timestamp(), _place(visit, "")
    gone = {key for key in held if int(key.rpartition(":")[2][:10]) <= now}
    mine = sorted(key for key in held if key.startswith(own) and key not in gone)
    gone.update(mine[: max(0, len(mine) - MOST + 1)])
    if gone:
        connection.execute(sa.delete(meta).where(meta.c.key.in_(sorted(gone))))


def _place(visit: Visit, key: str) -> str:
    """库里叫什么：谁的（名字的散列）、几时过期。"""
    return f"{_PLACE}{sha256(visit.operator.name.encode()).hexdigest()[:16]}:{key}"


def _secret(visit: Visit) -> bytes:
    """这一次登录的钥匙；登录的那一串不在库里。"""
    token = token_of(visit.request).encode(errors="replace")
    return digest(visit.store.derived("desk-page"), token, "sha256")


def _sealed(visit: Visit, key: str, plain: bytes) -> bytes:
    # 用到才导入：多数来访不用
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_secret(visit)).encrypt(nonce, plain, key.encode())


def _opened(visit: Visit, key: str, held: str) -> tuple[int, bytes]:
    """状态和那一页；没有、打不开是空的。"""
    if not held:
        return 0, b""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = b64decode(held)
    try:
        plain = AESGCM(_secret(visit)).decrypt(sealed[:_NONCE], sealed[_NONCE:], key.encode())
    except InvalidTag:
        return 0, b""
    status, _, body = plain.partition(b" ")
    return int(status), zlib.decompress(body)


ROUTES = (Page("/desk/after/{key}", _after),)
