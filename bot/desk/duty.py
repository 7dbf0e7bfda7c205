"""有人等的时候告诉值班的人：谁该知道、怎么绑自己的号；告诉的话记进送达账，由它送到。"""

import hmac
import re
import secrets
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy import Connection, Row, insert, select, update

import knowledge
from bot.desk.direct import URGENT
from bot.desk.inward import host_of, inward
from bot.store import Store
from bot.store.calls import calls
from bot.store.schema import bind_codes, cases, deliveries, link_tries, operators

REASONS = {
    "person": "要找人",
    "unsure": "两次没看懂",
    "wrong": "说没用或不对",
    "desk": "值班的人自己接的",
}
"""案子为什么开的，给人看的叫法。"""
SHORT = 40
"""告诉值班的人时，引出它的那句话只给这么多字。"""
LASTS = timedelta(minutes=15)
TRIES = 5
HOUR = timedelta(hours=1)
WEBHOOK = "webhook"
_URL = re.compile(r"https?://[^\s/?#@]+(?:/[^\s#]*)?")


@dataclass(frozen=True, slots=True)
class Watchman:
    """一个值班的人怎样被告诉。"""

    name: str
    bound: str
    webhook: str
    on_duty: bool


def tell(connection: Connection, case: Row[Any], at: datetime) -> int:
    """这个案子在等：该知道的人各记一行，返回几行。同一次等只告诉一遍，由调用的人管。"""
    row, every = deliveries.c, calls(case.id)
    told = select(sa.func.count(sa.distinct(row.occasion))).where(row.window_id == "", row.occasion.in_(every))
    before = int(connection.execute(told).scalar_one())
    if before == len(every):
        return 0
    return write_calls(connection, every[before], _users(connection, case.district), case_told(case, at), at)


def write_calls(connection: Connection, occasion: str, users: Sequence[str], text: str, at: datetime) -> int:
    """这几处各记一行，返回几行。"""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds")
    rows = [
        {
            "occasion": occasion,
            "window_id": "",
            "enterprise_id": 0,
            "user": user,
            "due_at": moment,
            "state": "waiting" if user.startswith("terminal:") else URGENT,
            "reason": "告诉值班的人",
            "text": text,
            "updated_at": moment,
        }
        for user in dict.fromkeys(users)
    ]
    if rows:
        connection.execute(insert(deliveries), rows)
    return len(rows)


def watchman(connection: Connection, name: str) -> Watchman:
    """这个账号怎样被告诉。"""
    held = operators.c
    query = select(held.name, held.bound, held.webhook, held.on_duty).filter_by(name=name)
    row = connection.execute(query).one()
    return Watchman(row.name, row.bound, row.webhook, bool(row.on_duty))


def set_duty(connection: Connection, name: str, on_duty: bool, webhook: str) -> None:
    """值不值班、往哪个网址告诉。"""
    connection.execute(update(operators).filter_by(name=name).values(on_duty=int(on_duty), webhook=webhook))


def unbind(connection: Connection, name: str) -> None:
    """解开绑着的号。"""
    connection.execute(update(operators).filter_by(name=name).values(bound=""))


def webhook_url(said: str, hosts: Container[str] = ()) -> str:
    """网址写得对、去得就原样；不对的、发的时候不会去的，抛 ValueError。"""
    if said and not _URL.fullmatch(said):
        raise ValueError("网址要写成 https://…")
    if said and (wrong := barred(said, hosts)):
        raise ValueError(f"没有改：{wrong}，往这个网址告诉不了您")
    return said


def barred(url: str, hosts: Container[str]) -> str:
    """这个网址去不得的原因；去得是空的。`hosts` 里的主机可以是 http，也可以在内网。"""
    if not url:
        return "没有网址了"
    try:
        host, _ = host_of(url), urlsplit(url).port
    except ValueError:
        return "网址写得不对"
    scheme = urlsplit(url).scheme
    if scheme != "https" and not (scheme == "http" and host in hosts):
        return "只往 https 的网址去"
    return "不往内网去" if host not in hosts and inward(host) else ""


def new_code(connection: Connection, store: Store, operator: str, now: datetime) -> str:
    """一个新的一次性的码；他先前的都作废，库里只留散列。"""
    gone = (bind_codes.c.operator == operator) | (bind_codes.c.expires_at <= _moment(now))
    connection.execute(sa.delete(bind_codes).where(gone))
    code = f"{secrets.randbelow(10**8):08}"
    row = {"hash": _hash(store, code), "operator": operator, "expires_at": _moment(now + LASTS)}
    connection.execute(insert(bind_codes).values(**row))
    return code


def bind_answer(connection: Connection, store: Store, user: str, code: str, now: datetime) -> tuple[str, ...]:
    """回忆 bind:… 的答案：("ok", 账号)，或为什么不成。"""
    tried = (link_tries.c.user == store.user_hash(user)) & (link_tries.c.at > _moment(now - HOUR))
    if connection.execute(select(sa.func.count()).select_from(link_tries).where(tried)).scalar_one() >= TRIES:
        return ("throttled",)
    held = bind_codes.c
    query = select(held.operator).join(operators, operators.c.name == held.operator)
    fresh = (held.hash == _hash(store, code), held.expires_at > _moment(now), operators.c.disabled_at.is_(None))
    name = connection.execute(query.where(*fresh)).scalar_one_or_none()
    return ("wrong",) if name is None else ("ok", name)


def bind(connection: Connection, store: Store, user: str, code: str, now: datetime) -> None:
    """对的码：把这个号绑到那个账号上，码就用掉了；不对的记一次打错。"""
    how, *name = bind_answer(connection, store, user, code, now)
    if how == "ok":
        connection.execute(sa.delete(bind_codes).filter_by(hash=_hash(store, code)))
        connection.execute(update(operators).filter_by(name=name[0]).values(bound=user))
    elif how == "wrong":
        connection.execute(insert(link_tries).values(user=store.user_hash(user), at=_moment(now)))


def waiting_count(connection: Connection, scope: str | None) -> int:
    """等着的几个。"""
    query = select(sa.func.count()).select_from(cases).where(cases.c.state == "waiting")
    return int(connection.execute(query if scope is None else query.where(cases.c.district == scope)).scalar_one())


def ways_of(connection: Connection, district: str) -> Sequence[str]:
    """那个区县（空着是市里）值着班、有办法告诉的：各人的号和网址。"""
    held = operators.c
    query = select(held.name, held.bound, held.webhook).where(
        held.disabled_at.is_(None), held.on_duty == 1, sa.or_(held.bound != "", held.webhook != "")
    )
    here = (held.role == "operator", held.district == district) if district else (held.role == "admin",)
    rows = connection.execute(query.where(*here)).all()
    bound = [row.bound for row in rows if row.bound]
    return [*bound, *(f"{WEBHOOK}:{row.name}" for row in rows if row.webhook)]


def case_told(case: Row[Any], at: datetime, missed: bool = False) -> str:
    """告诉值班的人的那一句；`missed` 是那个区县的没有告诉到，转来告诉市里。"""
    found = knowledge.on(at.date()).districts.get(case.district)
    question = " ".join(str(case.question).split())[:SHORT]
    place = found.name if found else "没说区县的企业"
    more = "，区县值班的没有告诉到" if missed else ""
    return f"{place}有人等（{REASONS.get(case.reason, case.reason)}{more}）" + (f"：{question}" if question else "")


def _users(connection: Connection, district: str) -> Sequence[str]:
    """该告诉谁：那个区县的；一个也没有就是市里的。"""
    return (ways_of(connection, district) if district else ()) or ways_of(connection, "")


def _hash(store: Store, code: str) -> str:
    return hmac.digest(store.derived("bind"), code.encode(), "sha256").hex()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
