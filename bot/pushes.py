"""微信推送的近路：平常的推送读完就交给应用，不绕 ASGI 一圈；别的请求、不平常的推送都照 uvicorn 的走。

微信的推送是最多的请求，绕一圈（scope、任务里的事件、逐个核对的头）要多花底线的一半。答的一字不差。
"""

import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from bot.app import TEXT, Answer, App
from bot.channels.wechat import MAX_BODY
from bot.patience import LIMITS, Limits, PatientProtocol

_LOG = logging.getLogger(__name__)
PATH = b"/wechat?"
LONGEST, DIGITS = 4096, 6
"""网址、长度写得更长的，不是平常的推送。"""
_ERROR: Answer = 500, b"error\n", TEXT


class _Nobody:
    """uvicorn 以此叫醒等正文的人；推送没有人等。"""

    def set(self) -> None:
        """没有人要叫。"""


_NOBODY = _Nobody()


class _Push:
    """一次推送，代替 uvicorn 的一个来回（它的 `cycle`）：断线、关停时 uvicorn 看、改的就是这几样。"""

    __slots__ = ("body", "disconnected", "keep_alive", "message_event", "query", "response_complete")

    def __init__(self, query: bytes, keep_alive: bool) -> None:
        self.query = query
        self.body = b""
        self.keep_alive = keep_alive
        self.disconnected = False
        self.response_complete = False
        self.message_event = _NOBODY


def push_protocol(app: App, limits: Limits = LIMITS) -> type[PatientProtocol]:
    """给 uvicorn 用的协议：推送直接交给这个应用；一条连接上排着的没有答完，就不接着读；太慢、太大的不等。"""
    given = limits

    class PushProtocol(PatientProtocol):
        """一条连接。"""

        __slots__ = ("_push",)
        limits = given

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._push: _Push | None = None

        def on_message_begin(self) -> None:
            self.url = b""
            self.headers = []
            self.expect_100_continue = False
            self._push = None
            self._begun = True

        def on_headers_complete(self) -> None:
            if self._plain():
                if self._bulky:
                    self.headed()
                self._headed, self._since = True, 0.0
                self._push = _Push(self.url[len(PATH) :], self.parser.should_keep_alive())
                self.cycle = self._push  # type: ignore[assignment]
                return
            url, headers, expected = self.url, self.headers, self.expect_100_continue
            HttpToolsProtocol.on_message_begin(self)
            self.url, self.expect_100_continue = url, expected
            self.headers += headers
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            if self._push is None:
                super().on_body(body)
            else:
                self._push.body += body
                self._size = 0

        def on_message_complete(self) -> None:
            push, self._push = self._push, None
            if push is None:
                super().on_message_complete()
                return
            self._begun = self._headed = False
            self._size, self._since = 0, 0.0
            task = self.loop.create_task(self._answer(push))
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)

        def on_response_complete(self) -> None:
            if not self.pipeline:
                HttpToolsProtocol.on_response_complete(self)
                return
            super().on_response_complete()
            if self.pipeline:
                self.flow.pause_reading()

        def _plain(self) -> bool:
            """平常的推送：正文有长度、不大，前面没有没答完的请求，答的也没有积着。"""
            if not app.takes_pushes or self.parser.get_method() != b"POST":
                return False
            if not self.url.startswith(PATH) or b"#" in self.url or len(self.url) > LONGEST:
                return False
            if self.expect_100_continue or self.parser.should_upgrade() or self.parser.get_http_version() != "1.1":
                return False
            if self.limit_concurrency is not None or self.flow.write_paused:
                return False
            if not (self.cycle is None or self.cycle.response_complete):
                return False
            length = next((value for name, value in self.headers if name == b"content-length"), b"")
            return length.isdigit() and len(length) <= DIGITS and int(length) <= MAX_BODY

        async def _answer(self, push: _Push) -> None:
            try:
                given, push.body = push.body, b""
                status, body, (name, kind) = await app.pushed("POST", push.query, given)
            except Exception:
                app.counts.errors += 1
                _LOG.exception("处理 /wechat 时出错")
                status, body, (name, kind) = _ERROR
            push.response_complete = True
            if push.disconnected or self.transport.is_closing():
                return
            headers = [b"%s: %s\r\n" % header for header in self.server_state.default_headers]
            last = b"" if push.keep_alive else b"connection: close\r\n"
            self.transport.write(
                b"%s%s%s: %s\r\ncontent-length: %d\r\n%s\r\n%s"
                % (STATUS_LINE[status], b"".join(headers), name, kind, len(body), last, body)
            )
            if not push.keep_alive:
                self.transport.close()
            self.on_response_complete()

    return PushProtocol
