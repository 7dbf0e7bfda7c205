"""收件箱：等着、我的、开着、已关四栏，搜索；有人来说话，开着的页面一秒里就变。"""

from collections.abc import AsyncIterator
from functools import partial
from time import monotonic

from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from bot.desk.duty import REASONS
from bot.desk.found import since, waited
from bot.desk.naming import titles
from bot.desk.said import BACK
from bot.desk.search import TABS, Listed, cases_of, counts
from bot.desk.visit import Answer, Page, Refused, Shown, Visit

HELLO = b"retry: 2000\n: hello\n\n"
LOOK_SECONDS = 5.0
"""开着的推送隔这么久看一次：还登录着没有、停用了没有。"""


async def _inbox(visit: Visit) -> Answer:
    """收件箱的一页；打开一次，审计里一行。"""
    return await _listed(visit, "inbox.html", opened=True)


async def _rows(visit: Visit) -> Answer:
    """只有那一列，页面里的脚本来换。"""
    return await _listed(visit, "inbox_rows.html")


async def _listed(visit: Visit, template: str, opened: bool = False) -> Answer:
    tab, words, after = visit.query("tab", 20), visit.query("q", 60), visit.query("after", 80)
    tab = tab if tab in TABS else "waiting"

    place, rules, now = visit.query("district", 40) if visit.scope is None else "", visit.rules, visit.now

    def read(connection: Connection) -> tuple[Listed, dict[str, int], dict[str, str]]:
        found = cases_of(connection, visit.operator, tab, words, after, now, place)
        return found, counts(connection, visit.operator), titles(connection, rules, [row.user for row in found.rows])

    listed, counted, named = await visit.reads(read)
    visit.note("收件箱", _told(tab, words, listed))
    if not visit.world.looks.first(visit.key, tab, words, after, place) and not opened:
        visit.trail.written = True  # 开着的页面自己来换的，打开时已经记了
    given = {"tab": tab, "tabs": TABS, "words": words, "listed": listed, "counts": counted, "reasons": REASONS}
    given |= {"titles": named, "waited": partial(waited, now=now), "since": since, "place": place, "back": BACK.days}
    return Shown(template, given)


async def _events(visit: Visit) -> Response:
    """推送：哪些案子变了、等着几个。"""
    if not visit.world.live.room(visit.operator.name):
        raise Refused(429, "开的页面太多，关掉几个再试。")
    headers = {"x-accel-buffering": "no"}
    return StreamingResponse(_stream(visit), media_type="text/event-stream", headers=headers)


def _told(tab: str, words: str, listed: Listed) -> str:
    """审计里怎么写：搜的话里可能有人，不写，写列出了哪几个案子。"""
    if not words:
        return f"{TABS[tab]}，列出 {len(listed.rows)} 个"
    return f"搜索，列出 {len(listed.rows)} 个：{'、'.join(str(row.id) for row in listed.rows)}".rstrip("：")


async def _stream(visit: Visit) -> AsyncIterator[bytes]:
    yield HELLO
    world, looked = visit.world, monotonic()
    said = visit.query("case", 18)
    case = int(said) if said.isascii() and said.isdecimal() else 0
    async for piece in world.live.listen(world.store, visit.scope, world.closing, case, visit.operator.name):
        if not piece or monotonic() - looked > LOOK_SECONDS:
            looked = monotonic()
            if not await visit.still():
                yield b"event: ended\ndata: {}\n\n"
                return
        yield piece or b"event: beat\ndata: {}\n\n"


ROUTES = (
    Page("/desk/", _inbox, nav="收件箱", action="看收件箱"),
    Page("/desk/rows", _rows, action="看收件箱"),
    Page("/desk/events", _events),
)
