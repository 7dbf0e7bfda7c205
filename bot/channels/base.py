"""渠道的形状：进来的请求、读出的消息、发得出去的文字。解析和呈现都是纯函数。"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from dialogs.records import Message, Option, Reply
from dialogs.reply import numbered

Status = Literal["success", "blocked", "failed"]
Mark = Callable[[int, Option], str]
"""把一个选项（编号、选项）写成这个渠道里可点的一行。"""


class Forbidden(Exception):
    """签名不对：不是平台发来的，什么都不读，也不记。"""


class Unreadable(ValueError):
    """签名对，正文读不懂；说明里不含用户的话，可以直接写进日志。"""


@dataclass(frozen=True, slots=True)
class Limits:
    """一个渠道容得下什么：`text_bytes` 是一条文字的 UTF-8 字节数，`messages` 是一次答复最多几条。"""

    text_bytes: int
    messages: int = 1


@dataclass(frozen=True, slots=True)
class Inbound:
    """一次 HTTP 请求里渠道要看的部分；`headers` 照 ASGI 的样子，名字是小写字节。"""

    method: str
    query: Mapping[str, str]
    body: bytes = b""
    headers: Iterable[tuple[bytes, bytes]] = ()


@dataclass(frozen=True, slots=True)
class Challenge:
    """平台在核对网址归谁：原样回 `echo`。"""

    echo: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """到达的一条消息；`account` 是回复时要写回去的：它发给的那个公众号，或者要应答的那次点按。"""

    message: Message
    account: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """平台的一张送达回执：`message_id` 是发的时候平台给的，`status` 是 success、blocked 或 failed。"""

    message_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class Consent:
    """用户对订阅弹窗的回答：`given` 为真是同意再收一次这个模板，为假是一次也不要了。"""

    template: str
    given: bool


@dataclass(frozen=True, slots=True)
class Report:
    """平台告诉我们的、不必回答的事；同一件事重投时 `id` 不变。"""

    user: str
    id: str
    receipts: tuple[Receipt, ...] = ()
    consents: tuple[Consent, ...] = ()


class Channel(Protocol):
    """一个渠道：三个纯函数。主动推送随提醒一起加，不在这里。"""

    name: str
    limits: Limits

    def parse(self, inbound: Inbound) -> Arrival | Challenge | Report | None:
        """读出一条消息；None 表示读懂了但不必回答。签名不对抛 Forbidden，读不懂抛 Unreadable。"""

    def present(self, reply: Reply) -> tuple[str, ...]:
        """答复在这个渠道里显示的文字，每条都不超过 limits.text_bytes。"""

    def respond(self, arrival: Arrival, reply: Reply | None) -> bytes:
        """在同一次请求里交回平台的正文；没有答复时是平台认的“收到了”。"""


def fit(reply: Reply, limits: Limits, mark: Mark | None = None) -> tuple[str, ...]:
    """答复连同编号的选项写成一条或几条文字，每条不超过 `limits.text_bytes` 字节，一个字也不丢。

    给了 `mark` 就把选项写成可点的；那样放不下时退回只有编号的写法，编号照样能用。
    """
    if mark is not None and reply.options:
        text = "\n".join((reply.text, *[mark(n, option) for n, option in enumerate(reply.options, reply.first_number)]))
        if len(text.encode()) <= limits.text_bytes:
            return (text,)
    return split(numbered(reply), limits.text_bytes)


def split(text: str, limit: int) -> tuple[str, ...]:
    """按 UTF-8 字节数切开，优先在行末，绝不在一个字中间；除切口处的换行外什么都不丢。`limit` 至少 4。"""
    rest = text.encode()
    pages: list[str] = []
    while len(rest) > limit:
        cut = rest.rfind(b"\n", 1, limit + 1)
        if cut < 0:
            cut = limit
            while rest[cut] & 0xC0 == 0x80:
                cut -= 1
        pages.append(rest[:cut].decode())
        rest = rest[cut:].removeprefix(b"\n")
    return (*pages, rest.decode())
