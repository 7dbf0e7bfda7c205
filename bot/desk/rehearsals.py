"""广播的演习：在后面算给谁、不给谁，一个进程记着最近的几次；从不为一次来访等着算完。"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.reminders.broadcast import Broadcast
from bot.reminders.broadcasting import previewing
from bot.settings import Settings
from bot.store import Store

_LOG = logging.getLogger(__name__)
FRESH = timedelta(minutes=10)
"""算过这么久就重新算。"""
PATIENCE = 0.05
KEPT = 4


@dataclass(frozen=True, slots=True)
class Recipient:
    """给的一个人：凭哪个厂，走哪条路（空着是等他下次来说话），平台的模板填不成的差在哪里。"""

    user: str
    why: str
    way: str
    fault: str


@dataclass(frozen=True, slots=True)
class Other:
    """不给的一个人，为什么。"""

    user: str
    why: str


@dataclass(slots=True)
class Rehearsal:
    """一次演习：`at` 是几时开始算的，`done` 是算完了，`failed` 是没有算成。"""

    at: datetime
    recipients: list[Recipient] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)
    whys: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    done: bool = False
    failed: bool = False
    task: "asyncio.Task[None] | None" = None

    @property
    def seen(self) -> int:
        """看过几个人。"""
        return len(self.recipients) + len(self.others)

    async def finished(self, timeout: float | None = None) -> bool:
        """等它算完；等不到是假。"""
        if self.task is not None and not self.task.done():
            await asyncio.wait({self.task}, timeout=timeout)
        return self.done


class Rehearsals:
    """一个进程的几次。"""

    def __init__(self) -> None:
        self._held: dict[str, Rehearsal] = {}

    async def of(
        self, store: Store, settings: Settings, clock: Callable[[], datetime], held: Broadcast, again: bool = False
    ) -> Rehearsal:
        """这次广播的演习；没有、太旧、没算成，或者要 `again`，就在后面重新算。"""
        found, now = self._held.get(held.id), clock()
        stale = found is None or found.failed or (found.done and (again or now - found.at > FRESH))
        if found is None or stale:
            found = Rehearsal(now)
            self._held.pop(held.id, None)
            while len(self._held) >= KEPT:
                self._held.pop(next(iter(self._held)))
            self._held[held.id] = found
            found.task = asyncio.create_task(asyncio.to_thread(_run, found, store, settings, clock, held))
        await found.finished(PATIENCE)
        return found


def _run(found: Rehearsal, store: Store, settings: Settings, clock: Callable[[], datetime], held: Broadcast) -> None:
    try:
        for some, rest in previewing(store, settings, clock, held):
            for each in some:
                made = Recipient(each["user"], each["why"], each["way"], each["fault"])
                found.recipients.append(made)
                found.ways[made.way] += 1
                found.faults.update([made.fault] if made.way and made.fault else ())
            near = [Other(each["user"], each["why"]) for each in rest if each["near"]]
            found.others += near
            found.whys.update(each.why for each in near)
        found.done = True
    except Exception:
        found.failed = True
        _LOG.exception("广播 %s 的演习没有算成", held.id)
