"""`chuangb documents`：把一个用户最近一次自评写成文件。"""

from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import knowledge
from bot.commands import Fault, on_store

if TYPE_CHECKING:
    from bot.store import Store


def documents(given: Namespace) -> None:
    """一个用户最近一次自评的文书，写进一个文件夹。"""
    from bot.channels.terminal import addressed

    def run(store: "Store", now: datetime) -> None:
        from bot.documents.held import held
        from bot.documents.making import NAMES, all_made

        user = addressed(given.user)
        assessed = held(store, user, now)
        if assessed is None:
            raise Fault(f"{user} 还没有做过自评，没有文书可写")
        folder = Path(given.out)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for file in all_made(NAMES, assessed, knowledge.on(now.date())):
                (folder / file.name).write_bytes(file.body)
                print(folder / file.name)
        except OSError as error:
            raise Fault(f"写不进 {folder}：{error.strerror}") from error

    on_store(given, run)
