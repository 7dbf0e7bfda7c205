"""一条连接等请求等多久、请求的头最多多大：慢慢滴、没完没了的请求占不住连接；正在写的答复从不打断。"""

from asyncio import TimerHandle, Transport
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle


@dataclass(frozen=True, slots=True)
class Limits:
    """一个请求最多多大的头、最多来得多慢；连上了一直不出声的，由 uvicorn 的 timeout_keep_alive 管。"""

    head_bytes: int = 64 * 1024
    """网址和头加起来的字节；超了答 431。平常的推送不到 1 KiB，浏览器带满 Cookie 不到 16 KiB。"""
    head_seconds: float = 20.0
    """头一个字节到最后一个头之间的秒数；超了答 408。"""
    body_seconds: float = 30.0
    """正文每过这么多秒看一次；"""
    body_bytes: int = 8 * 1024
    """这段时间里来的正文不到这么多字节，答 408。慢的上行也有每秒几 KiB，传大表的不会断。"""


LIMITS = Limits()


class PatientProtocol(HttpToolsProtocol):
    """一条连接只有一只钟：请求一次来齐的（推送几乎都是）不上钟，没来齐的才上，上着的不重上。"""

    __slots__ = (
        "_begun",
        "_bulky",
        "_came",
        "_deaf",
        "_headed",
        "_huge",
        "_running",
        "_since",
        "_size",
        "_timer",
    )
    limits = LIMITS

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._begun = False  # 一个请求来了头一个字节，还没有来齐
        self._headed = False  # 它的头来齐了，正等正文
        self._size = 0  # 从上一次来齐一部分（头、一段正文）起，来了多少字节
        self._bulky = False  # 正读着的头不是一次来的，或者这一次来得多：才值得去量它
        self._huge = False  # 头太大
        self._since = 0.0  # 从几时起在等；0 是没有在等
        self._came = 0  # 从那时起来了多少字节
        self._timer: TimerHandle | None = None
        self._deaf = False  # 不再读了：答完手上的就断开
        self._running: RequestResponseCycle | None = None  # 正在答的一个来回；`cycle` 是最后来的

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        running = self._running
        if running is not None and not running.response_complete:  # 不说一声，它会写到已经断了的连接上
            running.disconnected = True
            running.message_event.set()

    def data_received(self, data: bytes) -> None:
        size = len(data)
        if self._begun or self._deaf or size > self.limits.head_bytes:
            self._more(data, size)
            return
        HttpToolsProtocol.data_received(self, data)
        cycle = self.cycle
        if self._begun or cycle is None or cycle.response_complete:  # 平常的来齐了，正在答，不到这里
            self._wait(size)

    def _more(self, data: bytes, size: int) -> None:
        """来的是没来齐的一个请求的下一段，或者一次来得很多：量着读。"""
        if self._deaf:
            return
        self._size += size
        self._bulky = True
        super().data_received(data)
        self._bulky = False
        cycle = self.cycle
        if self._begun and self._size > self.limits.head_bytes and not self.transport.is_closing():
            self._refuse(431)
        elif self._begun or cycle is None or cycle.response_complete:
            self._wait(size)

    def _wait(self, size: int) -> None:
        """没有来齐：从几时起等的记下，没有钟的上一只。"""
        self._came += size
        if self._since or self._deaf or self.transport.is_closing():
            return
        self._since, self._came = self.loop.time(), 0
        if self._timer is None:
            self._timer = self.loop.call_later(self._patience(), self._look)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun = True

    def on_headers_complete(self) -> None:
        self.headed()
        before = self._running
        super().on_headers_complete()
        if before is None or before.response_complete:
            self._running = self.cycle

    def headed(self) -> None:
        """头来齐了：量一量，等的从这里起算。"""
        if self._bulky:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > self.limits.head_bytes:
                self._huge = True
                raise ValueError("头太大")
        self._headed, self._size, self._since = True, 0, 0.0

    def on_body(self, body: bytes) -> None:
        self._size = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.ended()
        super().on_message_complete()

    def ended(self) -> None:
        """请求来齐了。"""
        self._begun = self._headed = False
        self._size, self._since = 0, 0.0

    def on_response_complete(self) -> None:
        if self.pipeline:
            self._running = self.pipeline[-1][0]
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """读不下去的请求：头太大的是 431，别的照 uvicorn 的。"""
        if self._huge:
            self._refuse(431)
        else:
            super().send_400_response(msg)

    def _patience(self) -> float:
        return self.limits.body_seconds if self._headed else self.limits.head_seconds

    def _look(self) -> None:
        """钟响了：等够了的断开；早就来齐的不再上钟。"""
        self._timer = None
        if self.transport.is_closing() or not self._since:
            return
        now = self.loop.time()
        left = self._since + self._patience() - now
        if left <= 0:
            if not (self._ours() or (self._headed and self._came >= self.limits.body_bytes)):
                self._refuse(408)
                return
            self._since, self._came, left = now, 0, self._patience()
        self._timer = self.loop.call_later(left + 0.001, self._look)

    def _ours(self) -> bool:
        """不是对方慢：我们没有在读、还没有要它的正文，或者已经答起来了。"""
        if self.flow.read_paused or not self._headed:
            return self.flow.read_paused
        cycle = self.cycle
        return isinstance(cycle, RequestResponseCycle) and (cycle.response_started or cycle.waiting_for_100_continue)

    def _refuse(self, status: int) -> None:
        """不再等：手上还有在答的，答完就断开；没有就说一声再断开。"""
        self._deaf, self._since = True, 0.0
        current = self.cycle if self._headed and self._begun else None
        answering = self._running if current is not None else self.cycle
        if answering is not None and answering is not current and not answering.response_complete:
            if current is not None:
                self.pipeline.clear()
            answering.keep_alive = False
            return
        if current is not None:
            current.disconnected = True
            current.message_event.set()
        text = b"too slow\n" if status == 408 else b"header too large\n"
        head = b"".join(b"%s: %s\r\n" % each for each in self.server_state.default_headers)
        self.transport.write(
            b"%s%scontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"
            % (STATUS_LINE[status], head, len(text), text)
        )
        self.transport.close()
