"""收件箱：等着、我的、开着、已关四栏，搜索；有人来说话，开着的页面一秒里就变。"""

from collections.abc import AsyncIterator
from time import monotonic

from sqlalchemy import Connection
from starlette.responses import Response, StreamingResponse

from bot.desk.duty import REASONS
from bot.desk.search import TABS, cases_of, counts
from bot.desk.visit import Answer, Page, Refused, Shown, Visit

HELLO = b"retry: 2000\n: hello\n\n"
LOOK_SECONDS = 5.0
"""开着的推送隔这么久看一次：还登录着没有、停用了没有。"""


async def _inbox(visit: Visit) -> Answer:
    """收件箱的一页。"""
    return await _listed(visit, "inbox.html")


async def _rows(visit: Visit) -> Answer:
    """只有那一列，页面里的脚本来换。"""
    return await _listed(visit, "inbox_rows.html")


async def _listed(visit: Visit, template: str) -> Answer:
    tab, words, after = visit.query("tab", 20), visit.query("q", 60), visit.query("after", 80)
    tab = tab if tab in TABS else "waiting"

    def read(connection: Connection) -> tuple[object, ...]:
        return cases_of(connection, visit.operator, tab, words, after), counts(connection, visit.operator)

    listed, counted = await visit.reads(read)
    given = {"tab": tab, "tabs": TABS, "words": words, "listed": listed, "counts": counted, "reasons": REASONS}
    return Shown(template, given)


async def _events(visit: Visit) -> Response:
    """推送：哪些案子变了、等着几个。"""
    if not visit.world.live.room:
        raise Refused(429, "开的页面太多，关掉几个再试。")
    headers = {"x-accel-buffering": "no"}
    return StreamingResponse(_told(visit), media_type="text/event-stream", headers=headers)


async def _told(visit: Visit) -> AsyncIterator[bytes]:
    yield HELLO
    world, looked = visit.world, monotonic()
    async for piece in world.live.listen(world.store, visit.scope, world.closing):
        if not piece or monotonic() - looked > LOOK_SECONDS:
            looked = monotonic()
            if not await visit.still():
                yield b"event: ended\ndata: {}\n\n"
                return
        yield piece or b"event: beat\ndata: {}\n\n"


ROUTES = (
    Page("/desk/", _inbox, nav="收件箱"),
    Page("/desk/rows", _rows),
    Page("/desk/events", _events),
)
