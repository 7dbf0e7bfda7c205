"""给人看的：进度条、送达账的计数。"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any, TextIO

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select

from bot.desk.direct import CALLING, SAYING
from bot.reminders.campaigns import HOLD, cause_of
from bot.reminders.hours import stamp
from bot.store import Store
from bot.store.schema import campaigns, deliveries, switches

STATES = {
    "planned": "排着",
    "urgent": "马上发",
    "sending": "正在发",
    "sent": "平台收下了",
    "delivered": "送到了",
    "waiting": "等对方来说话时告诉",
    "failed": "送不到",
    "dropped": "不该发了",
    "uncertain": "不知道到没到",
}
"""送达账的各个状态；`uncertain` 不会自己再发。"""
SAID, HANDED, CALLED = "值班回话", "交还", "告诉值班的人"
WIDTH = 30
SHOWN = 100
"""不知道到没到的最多列这么多条。"""


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
        if not self._out.isatty():
            return
        done = self._done()
        rate = done / max(0.001, monotonic() - self._began)
        left = f"，还要 {(self._total - done) / rate:,.0f} 秒" if rate and done < self._total else ""
        print(f"\r{drawn(done, self._total)}  {rate:,.0f} 条/秒{left}\x1b[K", end="", file=self._out, flush=True)
        self._drawn = True


def drawn(done: int, total: int) -> str:
    """［######      ］ 1,200/2,000。"""
    full = WIDTH if not total else min(WIDTH, WIDTH * done // total)
    return f"［{'#' * full}{' ' * (WIDTH - full)}］ {done:,}/{total:,}"


def pending(store: Store) -> int:
    """排着的和正在发的有几条。"""
    with store.reading() as connection:
        query = select(func.count()).select_from(deliveries)
        return int(connection.execute(query.where(deliveries.c.state.in_(("planned", "sending")))).scalar_one())


def kind_of() -> ColumnElement[str]:
    """送达账的一行按什么数：值班的人说的、交还的、告诉值班的人的各合成一类，别的一个时机一类。"""
    occasion = deliveries.c.occasion
    saying = occasion.like(f"{SAYING}:%")
    return case(
        (and_(saying, occasion.like("%:say:%")), SAID), (saying, HANDED), (occasion.like(f"{CALLING}:%"), CALLED),
        else_=occasion,
    )  # fmt: skip


def ledger_state(store: Store, now: datetime) -> dict[str, Any]:
    """送达账的全貌，可直接写成 JSON；停着的时刻照 `now` 的时区。"""
    columns = (deliveries.c.window_id, kind_of(), deliveries.c.state)
    doubtful = select(deliveries).filter_by(state="uncertain").order_by(deliveries.c.id).limit(SHOWN)
    occasions: dict[str, dict[str, int]] = {}
    with store.reading() as connection:
        for window, occasion, state, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
            occasions.setdefault(f"{window} {occasion}".strip(), {})[state] = count
        uncertain = [
            {"id": row.id, "user": row.user, "window": row.window_id, "occasion": row.occasion, "at": row.updated_at}
            for row in connection.execute(doubtful)
        ]
        failed = select(deliveries.c.reason, func.count()).filter_by(state="failed").group_by(deliveries.c.reason)
        reasons: Counter[str] = Counter()
        for reason, count in connection.execute(failed):
            reasons[cause_of(reason)] += count  # 一个原因一行，不随平台查日志的号分开
        rows = connection.execute(select(switches).order_by(switches.c.name)).all()
        sent = connection.execute(select(campaigns).order_by(campaigns.c.planned_at)).all()
    return {
        "states": {state: sum(each.get(state, 0) for each in occasions.values()) for state in STATES},
        "occasions": dict(sorted(occasions.items())),
        "uncertain": uncertain,
        "failed": dict(reasons.most_common()),
        "holds": held_now(rows, now),
        "switches": {row.name: row.state for row in rows if not row.name.startswith(HOLD)},
        "campaigns": [{"id": row.id, "kind": row.kind, "name": row.name, "state": row.state} for row in sent],
    }


def held_now(rows: Iterable[Row[Any]], now: datetime) -> list[dict[str, str]]:
    """开关表的各行里还停着的：停满了的不算。"""
    return [
        {"name": row.name.removeprefix(HOLD), "until": _local(row.at, now), "why": row.by}
        for row in rows
        if row.name.startswith(HOLD) and row.at > stamp(now)
    ]


def hold_lines(found: Iterable[Mapping[str, str]]) -> list[str]:
    """停着的各一行。"""
    return [f"停着：{each['name']} 到 {each['until'][:16].replace('T', ' ')}，{each['why']}" for each in found]


def holds_of(store: Store, now: datetime) -> list[str]:
    """现在停着的，给人看。"""
    with store.reading() as connection:
        return hold_lines(held_now(connection.execute(select(switches).order_by(switches.c.name)), now))


def _local(at: str, now: datetime) -> str:
    return datetime.fromisoformat(at).astimezone(now.tzinfo).isoformat(timespec="seconds")


def ledger_lines(found: Mapping[str, Any], terminal: bool) -> list[str]:
    """给人看的；终端里还有没发完的画一条进度。"""
    states: dict[str, int] = found["states"]
    total = sum(states.values())
    left = states["planned"] + states["sending"]
    lines = [drawn(total - left, total)] if terminal and left else []
    lines += [f"{said}  {states[state]}" for state, said in STATES.items()]
    for occasion, counts in found["occasions"].items():
        told = "，".join(f"{STATES[state]} {counts[state]}" for state in STATES if state in counts)
        lines.append(f"  {occasion}：{told}")
    lines += [f"送不到 {count} 条：{reason or '没有说为什么'}" for reason, count in found["failed"].items()]
    for each in found["uncertain"]:
        lines.append(f"不知道到没到：{each['user']}  {each['window']} {each['occasion']}  {each['at']}（不会自己再发）")
    lines += hold_lines(found["holds"])
    on = "、".join(f"{name} {state}" for name, state in found["switches"].items())
    return [*lines, f"常设提醒：{on or '都关着'}"]


def switches_of(connection: Connection) -> dict[str, str]:
    """常设提醒的各个开关。"""
    rows = connection.execute(select(switches).where(~switches.c.name.startswith(HOLD)))
    return {row.name: row.state for row in rows}
