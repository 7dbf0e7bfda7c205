"""更正交给送达账：各人一行，同一次更正一个人只有一行；退订的不发，列给人打电话。"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from bot.desk.told import Gently, Progress, Ticker, listed, users_of
from bot.reminders.broadcast import LONGEST, STAGE, STOP, Audience, Broadcast, tallied
from bot.reminders.hours import stamp
from bot.reminders.notifier import Value
from bot.store import Store
from bot.store.among import among, inserting
from bot.store.person import opted_out_among
from bot.store.schema import campaigns, corrected, corrections, deliveries, enterprises, links
from knowledge.records import Citation
from knowledge.rules import Rules

NAME = "更正"
PAGE, LISTED = 500, 5000
NOT_REACHED = ("waiting", "failed", "uncertain")
"""这些没有主动告诉到。"""

CORRECTION = "b-correction-"
"""更正在广播里叫什么，后面是它的编号。"""


def campaign_of(id: int) -> str:
    """一次更正在送达账里叫什么。"""
    return f"{CORRECTION}{id}"


def occasion_of(id: int) -> str:
    """它的时机。"""
    return f"{STAGE}@{campaign_of(id)}"


def worded(rules: Rules, text: str, cites: Sequence[Citation]) -> str:
    """用户看到的全文：头一句就说更正什么，然后是依据和下一步。"""
    basis = f"依据：{rules.basis(cites)}\n" if cites else ""
    return f"更正：{text}\n{basis}下一步：有不清楚的直接打字问。{STOP}"


def values_of(text: str, now: datetime) -> Mapping[str, Value]:
    """填进微信模板的，和批准以后发的一样。"""
    return Broadcast("", "", NAME, Audience(told=True), text, "planned", now.date()).values


def too_long(text: str) -> str:
    """放不放得下。"""
    return f"连依据和下一步超过 {LONGEST} 字了" if len(text) > LONGEST else ""


def approve(connection: Connection, id: int, text: str, by: str, now: datetime) -> bool:
    """批准：记下是谁，开一次已经批准的发送；不是找齐了的是 False。"""
    change = update(corrections).filter_by(id=id, state="ready")
    if not connection.execute(change.values(state="sending", approved_by=by, approved_at=stamp(now))).rowcount:
        return False
    connection.execute(
        insert(campaigns).values(
            id=campaign_of(id), kind="broadcast", name=NAME, texts=json.dumps([text], ensure_ascii=False),
            audience=json.dumps(asdict(Audience(told=True)), ensure_ascii=False), hash=campaign_of(id),
            schedule=json.dumps({"day": now.date().isoformat()}), planned_at=stamp(now), approved_at=stamp(now),
            approved_by=by, state="queued",
        )
    )  # fmt: skip
    return True


def queue(store: Store, id: int, found: Progress, now: datetime) -> None:
    """排进送达账；做到一半断了，再来一遍接着排，一个人也不会有两行。"""
    tick = Ticker(store, id, found, now)
    try:
        with store.reading() as connection:
            total = connection.execute(select(sa.func.count()).select_from(corrected).filter_by(correction_id=id))
            tick(now=True, done=0, total=max(1, int(total.scalar_one())))
            held = connection.execute(select(campaigns.c.texts).filter_by(id=campaign_of(id))).scalar_one()
        text, after, done = json.loads(held)[0], "", 0
        gently = Gently(store)
        while True:
            with gently.write() as connection:
                users = users_of(listed(connection, id, after, PAGE))
                _put(connection, id, _reachable(store, connection, users), text, now)
            done += len(users)
            tick(done=done)
            if len(users) < PAGE:
                break
            after = users[-1]
        with store.transaction() as connection:
            connection.execute(update(corrections).filter_by(id=id, state="sending").values(state="sent"))
    except Exception:
        tick(now=True, failed=True)
        raise


def out_of(store: Store, connection: Connection, users: Sequence[str]) -> frozenset[str]:
    """这些人里退订了的。"""
    hashes = {store.user_hash(user): user for user in users}
    return frozenset(hashes[each] for each in opted_out_among(connection, hashes))


def states_of(connection: Connection, id: int, users: Sequence[str]) -> dict[str, str]:
    """这些人的那一条走到哪一步。"""
    held = deliveries.c
    query = select(held.user, held.state).where(
        held.window_id == "", held.occasion == occasion_of(id), among(connection, held.user, users)
    )
    return {row.user: row.state for row in connection.execute(query)}


def counted(connection: Connection, id: int) -> dict[str, int]:
    """送达账里各个状态几条；几万条要数一会儿。"""
    return tallied(connection, occasion_of(id))


def calls(store: Store, id: int) -> Iterator[tuple[str, ...]]:
    """要打电话的：退订了的、主动告诉不到的；有名册上的联系人就写上。"""
    after = ""
    while True:
        with store.reading() as connection:
            rows = listed(connection, id, after, LISTED)
            users = users_of(rows)
            out, states = out_of(store, connection, users), states_of(connection, id, users)
            firms = _firms(connection, users)
        for row in rows:
            state = states.get(row.user, "")
            if row.user in out or state in NOT_REACHED:
                why = (
                    "退订了"
                    if row.user in out
                    else {"waiting": "等对方来说话", "failed": "送不到"}.get(state, "不知道到没到")
                )
                for name, contact, phone in firms.get(row.user, [(row.name or "", "", "")]):
                    yield name, row.district or "", contact, phone, row.told_at, why
        if len(rows) < LISTED:
            return
        after = users[-1]


def _reachable(store: Store, connection: Connection, users: Sequence[str]) -> list[str]:
    out = out_of(store, connection, users)
    return [user for user in users if user not in out]


def _put(connection: Connection, id: int, users: Sequence[str], text: str, now: datetime) -> None:
    if not users:
        return
    row: dict[str, Any] = {
        "occasion": occasion_of(id), "window_id": "", "enterprise_id": 0, "campaign_id": campaign_of(id),
        "due_at": stamp(now), "state": "planned", "reason": "更正", "text": text, "updated_at": stamp(now),
    }  # fmt: skip
    connection.execute(
        inserting(connection, deliveries).on_conflict_do_nothing(), [{**row, "user": user} for user in users]
    )


def _firms(connection: Connection, users: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
    query = select(links.c.user, enterprises.c.name, enterprises.c.contact, enterprises.c.phone).join(
        enterprises, enterprises.c.id == links.c.enterprise_id
    )
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in connection.execute(query.where(among(connection, links.c.user, users)).order_by(enterprises.c.id)):
        found.setdefault(row.user, []).append((row.name, row.contact, row.phone))
    return found
