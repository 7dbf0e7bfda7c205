"""一个随时会被杀掉的发送进程；只有测试里才有“在哪里死”这回事。"""

import asyncio
import logging
import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import Connection, text

from bot.reminders import recording, sender
from bot.reminders.ledger import LEASE, Claim, Lane, Ledger
from bot.reminders.notifier import Notifier, Outcome, Outgoing
from bot.reminders.posting import Posting
from bot.reminders.recording import Record, Recorder
from bot.reminders.sender import Pace
from bot.store import Store
from bot.store.now import database_now
from bot.wechat.api import Api
from bot.wechat.credentials import SharedCredentials
from bot.wechat.limits import Template
from bot.wechat.notifier import WeChatNotifier
from bot.wechat.templates import Templates
from tests.bot.reminders.stage import Clock
from tests.bot.reminders.world import ZONE
from tests.bot.wechat_platform import APP_ID, SECRET, SUBSCRIPTION, TEMPLATE, Fake

POINTS = ("before-claim", "in-claim", "after-claim", "before-post", "after-post", "in-record", "after-record")
FIELDS = (("thing1", "{text}"), ("date2", "{end}"))
WAYS = {"template": TEMPLATE, "subscription": SUBSCRIPTION}


@dataclass
class Death:
    """第 `nth` 次走到 `point` 就死；空着的不死。"""

    point: str = ""
    nth: int = 1

    def at(self, point: str) -> None:
        """走到了。"""
        if point == self.point:
            self.nth -= 1
            if self.nth <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(store: Store, death: Death, point: str) -> Iterator[Connection]:
    """一个写事务，提交之前可能死。"""
    with store.transaction() as connection:
        yield connection
        death.at(point)


def work(url: str, platform: str, now: datetime, point: str, nth: int, way: str, connections: int) -> None:
    """排一遍、发一遍；`way` 是用哪种模板。"""
    logging.disable(logging.CRITICAL)
    # 比租约长一点：死了的进程认领的、来不及发的，要等到租约过了再发；更久的测试等不起
    sender.PATIENCE, recording.AGAIN = LEASE + 1.0, 0.2
    death = Death(point, nth)
    clock = Clock(now)

    class Claims(Ledger):
        def claim(self, lane: Lane, want: int, free: int, rate: float) -> Claim:
            death.at("before-claim")
            made = super().claim(lane, want, free, rate)
            if made.jobs:
                death.at("after-claim")
            return made

        def transaction(self) -> Any:
            return dying(store, death, "in-claim")

    class Records(Recorder):
        def record(self, channel: str, records: Sequence[Record], hours: Callable[[], Any]) -> None:
            super().record(channel, records, hours)
            death.at("after-record")

        def transaction(self) -> Any:
            return dying(store, death, "in-record")

    class Posts(WeChatNotifier):
        async def send(self, outgoing: Outgoing) -> Outcome:
            death.at("before-post")
            outcome = await super().send(outgoing)
            death.at("after-post")
            return outcome

    with Store.open(url) as store:

        async def run() -> None:
            api = Api(APP_ID, SECRET, SharedCredentials(store), clock, url=platform, timeout=1.0, pause=_no_pause)
            notifier: Notifier = Posts(api, Templates({"default": {way: Template(WAYS[way], FIELDS)}}))
            paces = {"wechat": lambda: Pace(first=1e6, most=1e6)}
            posting = Posting(
                store,
                clock,
                ZONE,
                {"wechat": notifier},
                concurrency=connections,
                paces=paces,
                ledger=Claims,
                recorder=Records,
            )
            await posting.plan()
            await posting.once()
            await posting.close()

        asyncio.run(run())


async def _no_pause(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.02))


_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.bot.reminders.worker"])


def started(
    url: str, fake: Fake, now: datetime, point: str = "", nth: int = 1, way: str = "template", connections: int = 8
) -> BaseProcess:
    """起一个发送进程。"""
    made = _SERVER.Process(target=work, args=(url, fake.url, now, point, nth, way, connections), daemon=True)
    made.start()
    return made


async def ended(process: BaseProcess, seconds: float = 30.0) -> int:
    """等它完，返回退出码；-9 是被杀的。"""
    await asyncio.to_thread(process.join, seconds)
    assert process.exitcode is not None
    return process.exitcode


async def killed(process: BaseProcess, chance: random.Random, longest: float) -> None:
    """随便什么时候杀掉它。"""
    await asyncio.sleep(chance.random() * longest)
    process.kill()
    await ended(process)


def age(store: Store, *, beyond: bool = False) -> None:
    """当作死了的进程的租约过了；`beyond` 是连平台记得住重复的时限也过了。"""
    with store.transaction() as connection:
        now = database_now(connection)
        query = "UPDATE deliveries SET lease_until = :past WHERE state = 'sending'"
        connection.execute(text(query), {"past": now - 1})
        if beyond:
            query = "UPDATE deliveries SET reason = 'template ' || :first WHERE state = 'sending'"
            connection.execute(text(query), {"first": f"{now - 700:.3f}"})
