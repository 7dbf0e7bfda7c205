"""帮着回话：打几个字，找出条款、问答和常用回复，一个键放进回话里，出处跟着走。"""

from collections.abc import Sequence

from starlette.responses import JSONResponse

from bot.desk.finding import KINDS, Found, canned_of, index, own
from bot.desk.visit import Answer, Page, Visit


async def _help(visit: Visit) -> Answer:
    """一页，不用脚本也能找。"""
    said = visit.query("q")
    return "help_page.html", {"said": said, "found": await _found(visit, said), "kinds": KINDS}


async def _suggest(visit: Visit) -> Answer:
    """给回话框的：JSON。"""
    found = await _found(visit, visit.query("q"))
    given = [
        {
            "kind": KINDS[each.kind],
            "title": each.title,
            "text": each.text,
            "basis": each.basis,
            "cites": [f"{cite.source}:{cite.clause}" for cite in each.cites],
        }
        for each in found
    ]
    return JSONResponse({"found": given})


async def _found(visit: Visit, said: str) -> Sequence[Found]:
    if not said:
        return ()
    rules = visit.rules
    return await visit.reads(lambda it: index(rules).find(said, own(canned_of(it, visit.scope), rules)))


ROUTES = (Page("/desk/help", _help, nav="找答案"), Page("/desk/help/found", _suggest))
