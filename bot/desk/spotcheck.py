"""已评级企业的抽查：抽一次，打印，记结果和整改；种子写在纸上，谁都能照着再抽一遍。"""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.desk.spotting import (
    CITES,
    EACH,
    LEAST,
    RESULTS,
    check,
    checks,
    items,
    overdue,
    pool_of,
    record,
    same,
    save,
    summary,
    undated,
    wanted,
)
from bot.desk.visit import Answer, Page, Refused, Shown, Visit, missing, to
from bot.roster.words import parsed_day

_SEED = re.compile(r"[0-9A-Za-z一-鿿._-]{1,64}")
BACK = 5
DONE = {"drawn": "抽好了。", "recorded": "记下了。"}


@dataclass(frozen=True, slots=True)
class _Form:
    """要抽的一次。"""

    district: str
    year: int
    share: int
    seed: str


async def _list(visit: Visit) -> Answer:
    """抽过的各次，过期没改好的，和抽一次的表单。"""
    return await _listed(visit)


async def _draw(visit: Visit) -> Answer:
    """抽一次。"""
    try:
        form = _form(visit)
    except ValueError as error:
        return await _listed(visit, str(error))

    def work(connection: Connection) -> int:
        given = (form.district, form.year, form.seed, form.share)
        id, pool, drawn = save(connection, *given, visit.operator.name, visit.now)
        if not id:
            raise Refused(400, f"没有抽：{form.year}年为止，名册和申报里没有评了级的企业。")
        visit.note(f"spot_check:{id}", f"种子 {form.seed}，{pool}家抽{drawn}家")
        return id

    try:
        id = await visit.writes(work)
    except Refused as error:
        return await _listed(visit, error.says)
    return to(f"/desk/spot/{id}?done=drawn")


async def _one(visit: Visit) -> Answer:
    """一次抽查：怎么抽的，抽中哪些，各家的结果。"""
    return await _shown(visit)


async def _print(visit: Visit) -> Answer:
    """打印的一页：全部抽中的。"""

    def read(connection: Connection) -> dict[str, Any]:
        found = _owned(connection, visit)
        return {"found": found, "rows": items(connection, found.id)}

    given = await visit.reads(read)
    visit.note(f"spot_check:{visit.id}")
    return "spot_print.html", given | _words(visit)


async def _record(visit: Visit) -> Answer:
    """记一家的结果。"""
    at, result, note = visit.field("place", 6), visit.field("result", 10), visit.field("note", 500)
    days = {name: visit.field(name, 10) for name in ("rectify_by", "rectified_on")}
    read = {name: parsed_day(said) if said else None for name, said in days.items()}
    says = _fault(visit, result, days, read)
    if not (at.isascii() and at.isdecimal()):
        raise missing()

    def work(connection: Connection) -> None:
        found = _owned(connection, visit)
        if not record(connection, found.id, int(at), visit.now, result=result, note=note, **read):
            raise missing()
        visit.note(f"spot_check:{found.id}", f"第{at}家：{RESULTS[result]}")

    if says:
        return await _shown(visit, f"第{at}家没有记：{says}")
    await visit.writes(work)
    return to(f"/desk/spot/{visit.id}?done=recorded&after={max(int(at) - 1, 0) // EACH * EACH}#p{at}")


async def _listed(visit: Visit, says: str = "") -> Answer:
    before, district = visit.query("before", 18), visit.scope or visit.query("district", 40)
    number = int(before) if before.isascii() and before.isdecimal() else 0
    today = visit.now.date()

    def read(connection: Connection) -> dict[str, Any]:
        rows = checks(connection, visit.scope, number)
        own = pool_of(connection, district, today.year) if district in visit.rules.districts else []
        return {
            "rows": rows[:EACH],
            "more": rows[EACH - 1].id if len(rows) > EACH else 0,
            "sums": summary(connection, [row.id for row in rows[:EACH]]),
            "late": overdue(connection, visit.scope, today),
            "pool": len(own),
            "draws": wanted(len(own), LEAST),
        }

    given = await visit.reads(read)
    more = {
        "says": says,
        "district": district,
        "years": range(today.year, today.year - BACK, -1),
        "each": EACH,
        "form": {name: visit.field(name) for name in ("district", "year", "share", "seed")} if says else {},
    }
    return Shown("spot_list.html", given | more | _words(visit), 400 if says else 200)


async def _shown(visit: Visit, says: str = "") -> Answer:
    after = visit.query("after", 6)
    number = int(after) if after.isascii() and after.isdecimal() else 0

    def read(connection: Connection) -> dict[str, Any]:
        found = _owned(connection, visit)
        rows = items(connection, found.id, number, EACH + 1)
        again, pool = same(connection, found) if visit.query("again", 1) else (None, 0)
        return {
            "found": found,
            "rows": rows[:EACH],
            "more": rows[EACH - 1].place if len(rows) > EACH else 0,
            "sums": summary(connection, [found.id]).get(found.id, {}),
            "again": again,
            "pool": pool,
            "undated": undated(connection, found.id),
        }

    given = await visit.reads(read)
    done = "" if says else DONE.get(visit.query("done", 10), "")
    return Shown("spot_one.html", given | {"says": says, "done": done} | _words(visit), 400 if says else 200)


def _words(visit: Visit) -> dict[str, Any]:
    """几页都要的：出处、叫法、今天。"""
    rules = visit.rules
    return {
        "basis": rules.basis(CITES),
        "results": RESULTS,
        "least": LEAST,
        "today": visit.now.date(),
        "full": lambda at: f"{datetime.fromisoformat(at).astimezone(visit.now.tzinfo):%Y-%m-%d %H:%M}",
        "where": lambda district: visit.place(district) if district else "全市",
    }


def _form(visit: Visit) -> _Form:
    """表单；不成的抛 ValueError，说是哪一项。值班的只抽自己的区县。"""
    district = visit.field("district", 40) if visit.scope is None else visit.scope
    year, share, seed = visit.field("year", 8), visit.field("share", 8), visit.field("seed", 100)
    this = visit.now.year
    if district and district not in visit.rules.districts:
        raise ValueError("没有抽：没有这个区县。")
    if not (year.isascii() and year.isdecimal() and this - BACK < int(year) <= this):
        raise ValueError("没有抽：选哪一年。")
    least = LEAST if district else 1
    if not (share.isascii() and share.isdecimal() and least <= int(share) <= 100):
        raise ValueError(f"没有抽：比例要是{least}到100的整数。")
    if seed and not _SEED.fullmatch(seed):
        raise ValueError("没有抽：种子只用字母、数字、汉字、点、横线，最多64个字；空着由系统随机给一个。")
    return _Form(district, int(year), int(share), seed or secrets.token_hex(8))


def _fault(visit: Visit, result: str, days: dict[str, str], read: dict[str, date | None]) -> str:
    """填的哪里不成；都成是空的。"""
    if result not in RESULTS:
        return "没有这种结果。"
    if any(said and read[name] is None for name, said in days.items()):
        return "日期要写成 2026-12-01。"
    if result != "failed" and any(read.values()):
        return "只有不合格的才写整改期限和改好的日期。"
    done = read["rectified_on"]
    return "改好的日期不能在今天以后。" if done and done > visit.now.date() else ""


def _owned(connection: Connection, visit: Visit) -> Row[Any]:
    found = check(connection, visit.id, visit.scope)
    if found is None:
        raise missing()
    return found


ROUTES = (
    Page("/desk/spot", _list, nav="抽查"),
    Page("/desk/spot/draw", _draw, changes=True, action="抽查"),
    Page("/desk/spot/{id}", _one),
    Page("/desk/spot/{id}/print", _print, action="打印抽查"),
    Page("/desk/spot/{id}/record", _record, changes=True, action="记抽查结果"),
)
