"""给人看的：进度条、送达账的计数。"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TextIO

from sqlalchemy import Connection, func, select

from bot.reminders.campaigns import HOLD
from bot.store.schema import deliveries, switches

STATES = {
    "planned": "排着",
    "sending": "正在发",
    "sent": "平台收下了",
    "delivered": "送到了",
    "waiting": "等对方来说话时告诉",
    "failed": "送不到",
    "dropped": "不该发了",
    "uncertain": "不知道到没到",
}
"""送达账的各个状态；`uncertain` 不会自己再发。"""
WIDTH = 30


class Bar:
    """终端里的一条进度；不是终端就不画。"""

    def __init__(self, total: int, done: Callable[[], int], out: TextIO = sys.stderr) -> None:
        self._total = total
        self._done = done
        self._out = out
        self._drawn = False
        self._began = monotonic()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            self.draw()
            print(file=self._out)

    async def watch(self, seconds: float = 0.5) -> None:
        """隔一会儿画一次，直到被取消。"""
        while self._out.isatty():
            self.draw()
            await asyncio.sleep(seconds)

    def draw(self) -> None:
        """画一次。"""
        done = self._done()
        rate = done / max(0.001, monotonic() - self._began)
        left = f"，还要 {(self._total - done) / rate:,.0f} 秒" if rate and done < self._total else ""
        print(f"\r{drawn(done, self._total)}  {rate:,.0f} 条/秒{left}\x1b[K", end="", file=self._out, flush=True)
        self._drawn = True


def drawn(done: int, total: int) -> str:
    """［######      ］ 1,200/2,000。"""
    full = WIDTH if not total else min(WIDTH, WIDTH * done // total)
    return f"［{'#' * full}{' ' * (WIDTH - full)}］ {done:,}/{total:,}"


def counted(connection: Connection) -> dict[str, dict[str, int]]:
    """每个窗口（广播各算一个）各状态有几条。"""
    columns = (deliveries.c.window_id, deliveries.c.occasion, deliveries.c.state)
    found: dict[str, dict[str, int]] = {}
    for window, occasion, state, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
        held = found.setdefault(f"{window} {occasion}".strip(), {})
        held[state] = held.get(state, 0) + count
    return dict(sorted(found.items()))


def totals(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """合起来各状态有几条，各状态都在。"""
    return {state: sum(each.get(state, 0) for each in counts.values()) for state in STATES}


def holds(connection: Connection) -> list[tuple[str, str, str]]:
    """停着的：谁、停到几时、为什么。"""
    rows = connection.execute(select(switches).where(switches.c.name.startswith(HOLD)).order_by(switches.c.name))
    return [(row.name.removeprefix(HOLD), row.at, row.by) for row in rows]


def switched(connection: Connection) -> dict[str, str]:
    """常设提醒的各个开关。"""
    rows = connection.execute(select(switches).where(~switches.c.name.startswith(HOLD)).order_by(switches.c.name))
    return {row.name: row.state for row in rows}
