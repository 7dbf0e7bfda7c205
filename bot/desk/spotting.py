"""抽查：从哪些企业里抽、怎么抽、记下结果。同样的名单、同样的种子，抽出来就一样。"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, func, insert, select

from bot.desk.cases import stamp
from bot.desk.report import Drawn
from bot.desk.tables import place
from bot.store.schema import declarations, enterprises, spot_checks, spot_items
from dialogs.assessment import BETTER
from dialogs.cites import notice
from knowledge.rules import Rules

LEAST = 30
"""区县抽查的比例不少于百分之几：通知 正文 五 三是。"""
CITES = notice("正文 五 三是")
RESULTS = {"": "还没查", "kept": "合格", "failed": "不合格"}
EACH = 50


@dataclass(frozen=True, slots=True)
class Rated:
    """抽查名单里的一家；`grade` 是那一年为止最近公布的，没有公布过的照名册。"""

    id: int
    name: str
    code: str
    grade: str


def pool_of(connection: Connection, district: str, year: int) -> list[Rated]:
    """这个区县到那一年为止评了级的企业；区县空着是全市 B 级及以上的。按信用代码排，没有的按名称排在后面。"""
    held, firm = declarations.c, enterprises.c
    here = [firm.district == district] if district else []
    columns = (firm.id, firm.name, firm.code)
    joined = declarations.join(enterprises, firm.id == held.enterprise_id)
    told = select(*columns, held.grade_announced).select_from(joined).order_by(held.year)
    said = (held.status == "announced", held.grade_announced != "", held.year <= year)
    found = {row.id: Rated(*_plain(row)) for row in connection.execute(told.where(*said, *here))}
    listed = select(*columns, firm.grade).where(firm.grade != "", *here)
    for row in connection.execute(listed):
        found.setdefault(row.id, Rated(*_plain(row)))
    rated = (each for each in found.values() if district or each.grade in BETTER)
    return sorted(rated, key=lambda each: (not each.code, each.code, each.name, each.id))


def draw(pool: Sequence[Rated], seed: str, share: int) -> list[Rated]:
    """抽百分之 `share`，不够一家的进一。"""
    return random.Random(seed).sample(pool, wanted(len(pool), share))


def wanted(pool: int, share: int) -> int:
    """该抽几家：向上取整。"""
    return -(-pool * share // 100)


def save(
    connection: Connection, district: str, year: int, seed: str, share: int, by: str, now: datetime
) -> tuple[int, int, int]:
    """抽一次，记下来；返回编号、名单几家、抽了几家。名单空着是 (0, 0, 0)，什么也不记。"""
    pool = pool_of(connection, district, year)
    if not pool:
        return 0, 0, 0
    row = {"district": district, "year": year, "seed": seed, "share": share, "pool": len(pool), "by": by}
    id = int(connection.execute(insert(spot_checks).values(**row, drawn_at=stamp(now))).inserted_primary_key[0])  # type: ignore[index]
    drawn = draw(pool, seed, share)
    rows = [
        {
            "check_id": id,
            "enterprise_id": each.id,
            "place": n,
            "name": each.name,
            "code": each.code,
            "grade": each.grade,
            "updated_at": stamp(now),
        }
        for n, each in enumerate(drawn, 1)
    ]
    connection.execute(insert(spot_items), rows)
    return id, len(pool), len(drawn)


def check(connection: Connection, id: int, scope: str | None) -> Row[Any] | None:
    """一次抽查；没有、不归他看是 None。"""
    query = select(spot_checks).where(spot_checks.c.id == id)
    return connection.execute(_scoped(query, scope)).first()


def checks(connection: Connection, scope: str | None, before: int = 0) -> Sequence[Row[Any]]:
    """一页抽查，新的在前，各有几家、还没查的、不合格的、过期没改好的由 `summary` 另数；多取一个看有没有下一页。"""
    query = _scoped(select(spot_checks), scope).order_by(spot_checks.c.id.desc()).limit(EACH + 1)
    return connection.execute(query.where(spot_checks.c.id < before) if before else query).all()


def summary(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """各次抽查：结果 → 几家。"""
    held = spot_items.c
    query = select(held.check_id, held.result, func.count()).where(held.check_id.in_(list(ids)))
    found: dict[int, dict[str, int]] = {}
    for id, result, number in connection.execute(query.group_by(held.check_id, held.result)):
        found.setdefault(id, {})[result] = number
    return found


def items(connection: Connection, id: int, after: int = 0, most: int = 0) -> Sequence[Row[Any]]:
    """抽中的各家，照抽的先后；`most` 是最多几家，0 是全部。"""
    query = select(spot_items).where(spot_items.c.check_id == id, spot_items.c.place > after)
    query = query.order_by(spot_items.c.place)
    return connection.execute(query.limit(most) if most else query).all()


def undated(connection: Connection, id: int) -> int:
    """不合格、还没写整改期限、也没改好的有几家。"""
    held = spot_items.c
    failed = (held.check_id == id, held.result == "failed", held.rectify_by.is_(None), held.rectified_on.is_(None))
    return int(connection.execute(select(func.count()).where(*failed)).scalar_one())


def overdue(connection: Connection, scope: str | None, today: date) -> Sequence[Row[Any]]:
    """过了整改期限还没有改好的，早的在前；最多一页，多取一个看有没有没列出的。"""
    held = spot_items.c
    joined = spot_items.join(spot_checks, spot_checks.c.id == held.check_id)
    query = select(spot_items, spot_checks.c.district, spot_checks.c.year).select_from(joined)
    query = query.where(held.result == "failed", held.rectify_by < today, held.rectified_on.is_(None))
    return connection.execute(_scoped(query, scope).order_by(held.rectify_by, held.check_id).limit(EACH + 1)).all()


def record(connection: Connection, id: int, at: int, now: datetime, **values: object) -> bool:
    """记一家的结果；没有这一家是假。"""
    query = sa.update(spot_items).where(spot_items.c.check_id == id, spot_items.c.place == at)
    return connection.execute(query.values(**values, updated_at=stamp(now))).rowcount == 1


def same(connection: Connection, found: Row[Any]) -> tuple[bool, int]:
    """今天再抽一次是不是一样；今天的名单有几家。"""
    pool = pool_of(connection, found.district, found.year)
    held = [row.enterprise_id for row in items(connection, found.id)]
    return [each.id for each in draw(pool, found.seed, found.share)] == held, len(pool)


def drawn_in(connection: Connection, rules: Rules, scope: str | None, year: int) -> tuple[Drawn, ...]:
    """那一年抽中的各家，给 .xlsx。"""
    joined = spot_items.join(spot_checks, spot_checks.c.id == spot_items.c.check_id)
    columns = (*spot_items.c, spot_checks.c.district, spot_checks.c.drawn_at)
    query = _scoped(select(*columns).select_from(joined).where(spot_checks.c.year == year), scope)
    rows = connection.execute(query.order_by(spot_items.c.check_id, spot_items.c.place))
    return tuple(
        Drawn((
            row.check_id, place(rules, row.district) if row.district else "全市", row.place,
            row.name, row.code, row.grade,
            RESULTS[row.result], str(row.rectify_by or ""), str(row.rectified_on or ""), row.note,
        ))
        for row in rows
    )  # fmt: skip


def _plain(row: Any) -> tuple[int, str, str, str]:
    return row[0], row[1], row[2] or "", row[3]


def _scoped(query: Any, scope: str | None) -> Any:
    return query if scope is None else query.where(spot_checks.c.district == scope)
