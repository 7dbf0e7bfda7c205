"""凭链接取文书：一页网页、两个文件；过期的、删掉的、认不得的，好好说一声。"""

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.documents.held import Held, held
from bot.documents.making import HEADERS, NAMES, made, sorry
from bot.documents.passes import Passes
from bot.store import Store
from knowledge.rules import Rules

_LOG = logging.getLogger(__name__)
_AGAIN = "请做自评的人在向导里再回复一次“给老板看”，就有新的链接。"
_SLACK = timedelta(seconds=2)


class Papers:
    """文书的网址；渲染和读库都在别的线程里，不挡收发。"""

    def __init__(
        self, store: Store, rules_on: Callable[[date], Rules], clock: Callable[[], datetime], passes: Passes
    ) -> None:
        self._store = store
        self._rules_on = rules_on
        self._clock = clock
        self._passes = passes
        self.routes = [Route("/paper/{token}", self._page), Route("/paper/{token}/{kind}", self._file)]

    async def _page(self, request: Request) -> Response:
        return await self._given(request.path_params["token"], "page")

    async def _file(self, request: Request) -> Response:
        return await self._given(request.path_params["token"], request.path_params["kind"])

    async def _given(self, token: str, kind: str) -> Response:
        now = self._clock()
        found = self._passes.read(token)
        if found is None or kind not in NAMES:
            return _sorry(404, "这个链接打不开", "链接不完整，或者不是这里发出的。请把整条链接复制过来再试。")
        if found.expired(now):
            return _sorry(410, "这个链接过期了", "链接三十天有效，已经过了。", _AGAIN)
        try:
            return await asyncio.to_thread(self._made, token, kind, found.user, found.run, found.issued, now)
        except Exception:
            _LOG.exception("文书做不出来")
            return _sorry(503, "暂时打不开", "请过一会儿再试。")

    def _made(self, token: str, kind: str, user: str, run: int, issued: datetime, now: datetime) -> Response:
        assessed = held(self._store, user, now, run)
        if assessed is None or _later(assessed, issued):
            return _sorry(410, "这里已经没有了", "做自评的人删掉了信息，这个链接什么也不显示了。")
        file = made(kind, assessed, self._rules_on(now.date()), token)
        named = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"} if kind != "page" else {}
        return Response(file.body, media_type=file.media, headers=HEADERS | named)


def _later(assessed: Held, issued: datetime) -> bool:
    """给链接的时候还没有这场自评：那一场删掉了，这是后来同一个人重新做的。"""
    return assessed.at > issued + _SLACK


def _sorry(status: int, title: str, *lines: str) -> Response:
    return Response(sorry(title, *lines), status, HEADERS, "text/html")
