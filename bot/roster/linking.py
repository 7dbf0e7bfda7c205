"""谁是哪个企业的人：值班的人关联，或者给一个一次性的码让他自己关联；打错的次数有限。

聊天里打的企业名称、信用代码不算数，也问不出别家的事。
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from bot.roster.declarations import Declaration, held_by
from bot.roster.enterprises import Enterprise, RosterError, enterprise, enterprises_of
from bot.store import Store
from bot.store.schema import link_codes, link_tries, links
from dialogs.factory import LINK_LETTERS, LINK_SIZE

DAYS = 7
"""一次性的码几天内有效。"""
TRIES = 5
"""一个用户一小时内最多打错几次。"""
HOUR = timedelta(hours=1)
Reason = Literal["wrong", "expired", "used", "throttled"]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """用一次码的结果：`enterprise` 是关联上的，或 `reason` 说为什么没有关联上。"""

    enterprise: Enterprise | None = None
    reason: Reason | None = None


def link(store: Store, user: str, said: str, by: str, now: datetime) -> Enterprise:
    """值班的人把用户关联到一家（编号或统一社会信用代码）；已经关联的不变。没有这家是 RosterError。"""
    with store.transaction() as connection:
        found = enterprise(connection, said)
        link_in(connection, user, found, by, now)
    return found


def unlink(store: Store, user: str, said: str, by: str, now: datetime) -> Enterprise:
    """解除关联；本来就没有关联是 RosterError。"""
    with store.transaction() as connection:
        found = enterprise(connection, said)
        unlink_in(connection, user, found)
    return found


def unlink_in(connection: Connection, user: str, found: Enterprise) -> None:
    """解除关联，在调用者的事务里；本来就没有关联是 RosterError。"""
    where = (links.c.user == user) & (links.c.enterprise_id == found.id)
    if not connection.execute(sa.delete(links).where(where)).rowcount:
        raise RosterError(f"{user} 没有关联 {found.named}")


def new_code(store: Store, said: str, now: datetime) -> tuple[str, Enterprise]:
    """给这家企业一个新的一次性的码；库里只留散列，印出来就只有这一次。"""
    with store.transaction() as connection:
        found = enterprise(connection, said)
        return new_code_in(connection, store, found, now), found


def new_code_in(connection: Connection, store: Store, found: Enterprise, now: datetime) -> str:
    """同 new_code，在调用者的事务里做。"""
    connection.execute(sa.delete(link_codes).where(link_codes.c.expires_at < _moment(now - timedelta(days=DAYS))))
    code = "".join(secrets.choice(LINK_LETTERS) for _ in range(LINK_SIZE))
    row = {"hash": _hash(store, code), "enterprise_id": found.id, "expires_at": _moment(now + timedelta(days=DAYS))}
    connection.execute(insert(link_codes).values(row))
    return code


def redeem(store: Store, user: str, said: str, now: datetime) -> Redeemed:
    """用户打来一个码：关联上，或说为什么没有。打错算一次，一小时满五次就先不看了。"""
    with store.transaction() as connection:
        return redeem_in(connection, store, user, said, now)


def redeem_in(connection: Connection, store: Store, user: str, said: str, now: datetime) -> Redeemed:
    """同 redeem，在调用者的事务里做。"""
    seen = look_up(connection, store, user, said, now)
    if seen.reason == "throttled":
        return seen
    if seen.reason is not None or seen.enterprise is None:
        since = _moment(now - HOUR)
        connection.execute(sa.delete(link_tries).where(link_tries.c.at <= since))
        connection.execute(insert(link_tries).values(user=store.user_hash(user), at=_moment(now)))
        return seen
    connection.execute(update(link_codes).filter_by(hash=_hash(store, said)).values(used_at=_moment(now)))
    link_in(connection, user, seen.enterprise, "code", now)
    return seen


def look_up(connection: Connection, store: Store, user: str, said: str, now: datetime) -> Redeemed:
    """这个码现在用得成不成，只看不用；码行锁着，到这个事务完。用过的也说是哪一家（只给关联着它的人看）。"""
    # 打错的按散列记，删了信息也还算数；一小时以后就删
    tried = (link_tries.c.user == store.user_hash(user)) & (link_tries.c.at > _moment(now - HOUR))
    if connection.execute(select(sa.func.count()).select_from(link_tries).where(tried)).scalar_one() >= TRIES:
        return Redeemed(reason="throttled")
    row = connection.execute(select(link_codes).filter_by(hash=_hash(store, said)).with_for_update()).one_or_none()
    if row is None:
        return Redeemed(reason="wrong")
    if row.used_at is not None:
        mine = [each for each in enterprises_of(connection, user) if each.id == row.enterprise_id]
        return Redeemed(mine[0] if mine else None, "used")
    if row.expires_at <= _moment(now):
        return Redeemed(reason="expired")
    return Redeemed(enterprise(connection, str(row.enterprise_id)))


def looks_like_a_code(said: str) -> bool:
    """像不像一个关联码：八位，都是码里用的字母和数字。"""
    bare = _bare(said)
    return len(bare) == LINK_SIZE and set(bare) <= set(LINK_LETTERS)


def own(connection: Connection, user: str) -> tuple[tuple[Enterprise, tuple[Declaration, ...]], ...]:
    """这个用户看得到的：自己关联的企业，和它们各年的申报，新的年在前。别家的一概没有。"""
    mine = enterprises_of(connection, user)
    held = held_by(connection, [each.id for each in mine]) if mine else {}
    return tuple(
        (each, tuple(sorted(held.get(each.id, {}).values(), key=lambda one: one.year, reverse=True))) for each in mine
    )


def link_in(connection: Connection, user: str, found: Enterprise, by: str, now: datetime) -> None:
    """把用户关联到这一家，在调用者的事务里；已经关联的不变。"""
    where = {"user": user, "enterprise_id": found.id}
    if connection.execute(select(links.c.user).filter_by(**where)).one_or_none() is None:
        connection.execute(insert(links).values(**where, at=now.isoformat(), by=by))


def _hash(store: Store, code: str) -> str:
    return hmac.digest(store.derived("link"), _bare(code).encode(errors="replace"), "sha256").hex()


def _bare(code: str) -> str:
    return "".join(unicodedata.normalize("NFKC", code).split()).replace("-", "").upper()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
