"""企业名册：读出来、写进去。"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.store.schema import enterprises, links, meta


class RosterError(ValueError):
    """做不了；消息是给人看的一句话。"""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """名册里的一家；不知道的是空的。`branches` 是分支 id。还没有写进库的 `id` 是 0。"""

    id: int
    name: str
    code: str = ""
    district: str = ""
    branches: tuple[str, ...] = ()
    grade: str = ""
    contact: str = ""
    phone: str = ""

    def filled(self, other: "Enterprise") -> "Enterprise":
        """照 `other` 改：它写了的都用它的，没写的不动。"""
        given = {field: getattr(other, field) for field in FIELDS if getattr(other, field)}
        return replace(self, **given)

    @property
    def named(self) -> str:
        """给人看的一句：“#3 重庆某某有限公司（长寿，9150…）”。"""
        more = "，".join(part for part in (self.district, self.code) if part)
        return f"#{self.id} {self.name}" + (f"（{more}）" if more else "")


FIELDS = ("name", "code", "district", "branches", "grade", "contact", "phone")


def hold_roster(connection: Connection) -> None:
    """同时导入的人在这里排队，免得同一家写两遍；SQLite 本来就一次只有一个人写。"""
    connection.execute(select(meta.c.value).filter_by(key="revision").with_for_update())


def all_enterprises(connection: Connection) -> tuple[Enterprise, ...]:
    """全部企业，按编号。"""
    return tuple(map(_enterprise, connection.execute(select(enterprises).order_by(enterprises.c.id))))


def enterprise(connection: Connection, said: str) -> Enterprise:
    """按编号或统一社会信用代码找一家；没有是 RosterError。"""
    said = said.strip().removeprefix("#").upper()
    # 18 位全是数字的也是信用代码
    by_id = said.isascii() and said.isdecimal() and len(said) < 18
    query = select(enterprises).filter_by(**({"id": int(said)} if by_id else {"code": said}))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RosterError(f"名册里没有这家企业：{said}；写编号或统一社会信用代码")
    return _enterprise(row)


def enterprises_of(connection: Connection, user: str) -> tuple[Enterprise, ...]:
    """这个用户关联的企业，按编号。"""
    query = select(enterprises).join(links, links.c.enterprise_id == enterprises.c.id).where(links.c.user == user)
    return tuple(map(_enterprise, connection.execute(query.order_by(enterprises.c.id))))


def add_enterprises(connection: Connection, new: Sequence[Enterprise], at: str) -> list[int]:
    """写进新的几家，返回编号，先后不变。"""
    if not new:
        return []
    statement = insert(enterprises).returning(enterprises.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, [_columns(each) | {"updated_at": at} for each in new]))


def change_enterprises(connection: Connection, changed: Iterable[Enterprise], at: str) -> None:
    """把这几家改成这样。"""
    rows = [_columns(each) | {"updated_at": at, "which": each.id} for each in changed]
    if rows:
        connection.execute(update(enterprises).where(enterprises.c.id == bindparam("which")), rows)


def _columns(each: Enterprise) -> dict[str, Any]:
    return {
        "name": each.name,
        "code": each.code or None,
        "district": each.district,
        "branches": json.dumps(each.branches, ensure_ascii=False),
        "grade": each.grade,
        "contact": each.contact,
        "phone": each.phone,
    }


def _enterprise(row: Row[Any]) -> Enterprise:
    return Enterprise(
        row.id,
        row.name,
        row.code or "",
        row.district,
        tuple(json.loads(row.branches)),
        row.grade,
        row.contact,
        row.phone,
    )
