"""把一条该说的话送到一个人那里：送信的人（Notifier）是什么样，送完有哪几种结局。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

Value = str | int | date | datetime
Scope = Literal["delivery", "campaign", "channel"]
"""要等的是这一条、这一批，还是整个渠道。"""
Effect = Literal["", "unfollowed", "opted_out", "gone"]
"""从这次拒收知道的：取消关注了、不愿再收、没有这个人了。"""
Consent = Literal["", "spent", "gone"]
"""订阅通知的次数：用掉一次，或者平台说一次也没有了。"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """要送的一条。`id` 是送达账的行号；`values` 填进平台的模板，`text` 是能发整段话的渠道发的。

    `consents` 是这个人各个订阅模板还剩几次；`follows` 为假是已知取消了关注；`left` 是客服消息还能发几条。
    """

    id: int
    user: str
    occasion: str
    text: str
    values: Mapping[str, Value] = field(default_factory=dict)
    consents: Mapping[str, int] = field(default_factory=dict)
    follows: bool = True
    left: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """现在走哪条路：`name` 空着是没有路，等对方下次来说话时再告诉。

    `dedup_seconds` 里拿同一条再发一遍，平台认得出、只送一次；0 是平台不认。
    """

    name: str
    template: str = ""
    version: str = ""
    dedup_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """平台收下了；`message_id` 对得上以后的回执，平台不给就是空的。`cut` 是对方只看得到开头，全文还欠着。"""

    message_id: str
    way: Way
    consent: Consent = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """没有送，`seconds` 秒以后再来；`scope` 是谁要等，`alert` 为真要叫人来看（一个渠道只叫一次）。"""

    seconds: float
    reason: str
    scope: Scope = "delivery"
    alert: bool = False
    code: str = ""
    consent: Consent = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """这条不收。`final` 为假时还可以等对方下次来说话时当面告诉；为真就是告诉不了了。"""

    reason: str
    final: bool
    effect: Effect = ""
    code: str = ""
    consent: Consent = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """不知道到没到；`way.dedup_seconds` 里可以照样再发，过了就不再发。"""

    reason: str
    way: Way


Outcome = Sent | Later | Refused | Unknown


class Notifier(Protocol):
    """一个渠道的送信人；`send` 从不抛错。"""

    channel: str

    def way(self, outgoing: Outgoing) -> Way:
        """现在送这一条会走哪条路；纯函数，演习和发送前各问一遍。"""

    def fault(self, outgoing: Outgoing) -> str:
        """排队之前看一眼放不放得下；放得下是空的，放不下说差在哪里。"""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """送一次，有结局才回来。"""

    async def close(self) -> None:
        """放掉连接。"""
