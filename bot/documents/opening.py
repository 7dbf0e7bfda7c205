"""照设置开出发凭证的，和随答复交文件的。"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from bot.documents.links import CALENDAR, path
from bot.documents.passes import Passes
from bot.settings import Settings
from bot.store import Store
from dialogs.records import Reply
from knowledge.rules import Rules

if TYPE_CHECKING:
    from bot.documents.making import File

FilesOf = Callable[[Reply], Awaitable["tuple[File, ...]"]]
"""随一条答复交出的文件；没有就是空的。"""


def passes_of(settings: Settings, store: Store) -> Passes:
    """密钥由 SECRET_KEY 派生；没有设，就由库里的密钥派生：同一个库的各个进程都认得。"""
    secret = settings.secret_key.encode()
    return Passes(hmac.digest(secret, b"chuangb:paper", "sha256") if secret else store.derived("paper"))


def files_of(
    settings: Settings, store: Store, rules_on: Callable[[date], Rules], clock: Callable[[], datetime]
) -> FilesOf:
    """照答复里的凭证做文件；在别的线程里做，不挡收发。"""
    passes = passes_of(settings, store)

    def made(reply: Reply) -> "tuple[File, ...]":
        from bot.documents.held import held
        from bot.documents.making import all_made

        found = passes.read(reply.token)
        if CALENDAR in reply.documents:
            from bot.documents.calendar import calendar_file

            file = calendar_file(store, found, clock())
            return (file,) if file else ()
        assessed = held(store, found.user, clock(), found.run) if found else None
        return all_made(reply.documents, assessed, rules_on(assessed.facts.today)) if assessed else ()

    async def files(reply: Reply) -> "tuple[File, ...]":
        return await asyncio.to_thread(made, reply) if reply.token else ()

    return files


def handed_out(files: FilesOf, base_url: str) -> Callable[[Reply], Awaitable[list[dict[str, str]]]]:
    """终端里怎么交：有公网地址就是链接，没有就写进一个临时文件夹（只有自己读得到），给出路径。"""
    base = base_url.rstrip("/")

    async def handed(reply: Reply) -> list[dict[str, str]]:
        from bot.documents.making import File

        if not reply.token:
            return []
        if base:
            return [
                {"name": File(kind, b"").name, "url": f"{base}/{path(reply.token, kind)}"} for kind in reply.documents
            ]
        folder = Path(mkdtemp(prefix="chuangb-"))
        made = await files(reply)
        for file in made:
            (folder / file.name).write_bytes(file.body)
        return [{"name": file.name, "path": str(folder / file.name)} for file in made]

    return handed
