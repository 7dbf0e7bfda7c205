"""申报窗口的日历文件：链接封着哪个窗口、给谁的；窗口改了期，同一个链接给的就是新的。"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.documents.links import CALENDAR
from bot.documents.making import HEADERS, File, sorry
from bot.documents.passes import Pass, Passes, calendar_of
from bot.store import Store
from bot.windows import all_windows, sequences

_LOG = logging.getLogger(__name__)


def calendar_file(store: Store, found: Pass | None, now: datetime) -> File | None:
    """凭证说的那个窗口做成日历文件；不是日历的凭证、没有这个窗口是 None。"""
    if (meant := calendar_of(found)) is None:
        return None
    from bot.reminders.ics import Entry, written  # 写日历的库用到才导入

    window_id, user = meant
    with store.reading() as connection:
        window = next((each for each in all_windows(connection) if each.id == window_id), None)
        sequence = sequences(connection).get(window_id, 0)
    if window is None:
        return None
    owner = hmac.digest(store.derived(CALENDAR), user.encode(), "sha256").hex()[:16]
    return File(CALENDAR, written((Entry(window, sequence),), owner, now))


class Calendars:
    """日历文件的网址；读库在别的线程里，不挡收发。"""

    def __init__(self, store: Store, clock: Callable[[], datetime], passes: Passes) -> None:
        self._store = store
        self._clock = clock
        self._passes = passes
        self.routes = [Route("/calendar/{token}.ics", self._file)]

    async def _file(self, request: Request) -> Response:
        found = self._passes.read(request.path_params["token"])
        try:
            file = await asyncio.to_thread(calendar_file, self._store, found, self._clock())
        except Exception:
            _LOG.exception("日历做不出来")
            return Response(sorry("暂时打不开", "请过一会儿再试。"), 503, HEADERS, "text/html")
        if file is None:
            lines = ("链接不完整，或者不是这里发出的。请把整条链接复制过来再试。",)
            return Response(sorry("这个链接打不开", *lines), 404, HEADERS, "text/html")
        named = {"content-disposition": f"inline; filename*=UTF-8''{quote(file.name)}"}
        return Response(file.body, media_type=file.media, headers=HEADERS | named)
