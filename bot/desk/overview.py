"""总览：一个区县的，或全市的；表、图、.xlsx 是同一份数。"""

import asyncio
from urllib.parse import quote, urlencode

from starlette.responses import Response

from bot.desk.figures import Figures
from bot.desk.tables import Cell, Table, place, tables
from bot.desk.visit import Answer, Page, Visit, missing

BACK = 5
FEW = 4
"""全是零的行，不到这么多就不收。"""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def _overview(visit: Visit) -> Answer:
    """整页；头一回还没数好的，说正在数，页面自己再来。"""
    scope, year = _district(visit), _year(visit)
    found = await visit.world.figures.soon(visit.store, visit.rules, visit.now, scope, year)
    wanted = {"district": scope or "", "year": year}
    given = {
        "found": found,
        "tables": [(each, *_folded(each)) for each in tables(found, visit.rules)] if found else (),
        "where": _where(visit, scope),
        "wanted": wanted,
        "asked": urlencode(wanted),
        "years": range(visit.now.year, visit.now.year - BACK, -1),
        "number": lambda cell: isinstance(cell, int),
    }
    return "overview_page.html", given


async def _chart(visit: Visit) -> Answer:
    """一张图；没有这张是 404。"""
    from bot.desk.charts import CHARTS, NARROW, WIDE

    draw = CHARTS.get(visit.params.get("name", ""))
    if draw is None:
        raise missing()
    found = await _figures(visit)
    width = NARROW if visit.query("narrow", 1) else WIDE
    return Response(await asyncio.to_thread(draw, found, visit.rules, width), media_type="image/svg+xml")


async def _xlsx(visit: Visit) -> Answer:
    """全部的表，连同这一年的抽查。"""
    from bot.desk.report import Drawn, xlsx
    from bot.desk.spotting import drawn_in

    found, rules = await _figures(visit), visit.rules
    drawn: tuple[Drawn, ...] = await visit.reads(lambda it: drawn_in(it, rules, found.scope, found.year))
    where = _where(visit, found.scope)
    body = await asyncio.to_thread(xlsx, where, visit.now, tables(found, rules), drawn)
    visit.note(f"overview:{found.scope or 'city'}", f"{found.year}年")
    name = quote(f"创B争A总览-{where}-{found.year}-{visit.now:%Y%m%d}.xlsx")
    return Response(body, media_type=XLSX, headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"})


async def _figures(visit: Visit) -> Figures:
    return await visit.world.figures.get(visit.store, visit.rules, visit.now, _district(visit), _year(visit))


def _folded(table: Table) -> tuple[list[tuple[Cell, ...]], list[tuple[Cell, ...]]]:
    """有数的各行，和全是零、收起来的各行；零不多的不收。"""
    zero = [row for row in table.rows if not any(isinstance(cell, int) and cell for cell in row)]
    zero = [row for row in zero if any(cell == 0 for cell in row)]
    if len(zero) < FEW:
        return list(table.rows), []
    return [row for row in table.rows if row not in zero], zero


def _district(visit: Visit) -> str | None:
    """看哪个区县：值班的只有自己的；管理员选了的，或全市。"""
    if visit.scope is not None:
        return visit.scope
    said = visit.query("district", 40)
    if said and said not in visit.rules.districts:
        raise missing()
    return said or None


def _year(visit: Visit) -> int:
    """哪一年；不写、写得不对、太远，是今年。"""
    said = visit.query("year", 8)
    this = visit.now.year
    return int(said) if said.isascii() and said.isdecimal() and this - BACK < int(said) <= this else this


def _where(visit: Visit, scope: str | None) -> str:
    return "全市" if scope is None else place(visit.rules, scope)


ROUTES = (
    Page("/desk/overview", _overview, nav="总览"),
    Page("/desk/overview.xlsx", _xlsx, action="下载总览"),
    Page("/desk/chart/{name}.svg", _chart),
)
