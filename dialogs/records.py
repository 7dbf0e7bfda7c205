"""谈话的形状：进来的一条消息、会话快照、答复和效果。都不可变。"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from knowledge.records import Citation

Kind = Literal["text", "event", "image", "voice", "video", "file", "link", "location"]
Event = Literal["", "subscribe", "unsubscribe", "scan", "click"]
Value = str | int | float | tuple[str, ...]
"""一个答案：一个 id、几个 id、一个数，或一段文字。"""


@dataclass(frozen=True, slots=True)
class Message:
    """渠道交来的一条消息。

    `user` 带渠道前缀（“wechat:oABC”）；`id` 在同一用户内唯一，重复投递时相同；`at` 带时区。
    `value`：点了选项时是选项的 value，点菜单时是菜单键（“menu:when”），扫码时是场景（“district:永川区”）。
    """

    user: str
    id: str
    at: datetime
    kind: Kind = "text"
    text: str = ""
    event: Event = ""
    value: str = ""


class Option(NamedTuple):
    """一个可点的选项；`value` 点下去原样回来。"""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """一条答复：`text` 不含选项；没有按钮的渠道把选项从 `first_number` 起编号附在后面。

    `flow`、`due` 是进行中的流程和该问的一步（没有就空）；`ended` 为真表示这一回合有一场对话出了结果。
    `documents` 是随答复交出的文书（page、outline、checklist），`token` 是取文书的凭证，由外壳填上。
    """

    text: str
    options: tuple[Option, ...] = ()
    cites: tuple[Citation, ...] = ()
    first_number: int = 1
    flow: str = ""
    due: str = ""
    ended: bool = False
    documents: tuple[str, ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """一场进行中的对话：哪个流程、第几场、答了什么（状态就是这份答案记录）。"""

    flow: str
    run: int
    answers: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """值守人员接管了对话，到 `until` 为止。"""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """用户说过的自己的一个厂，需要时才问，说过就不再问；没说过的是空的。"""

    district: str = ""
    branches: tuple[str, ...] = ()
    name: str = ""
    code: str = ""
    grade: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """一个用户的会话：`frames` 最里层在最后，`last` 是刚结束的一场。

    `known` 是正在说的厂，`others` 是同一个人的别的厂。
    `shown` 是最近列出的选项，编号指的就是它；`more` 是还没看的后续页；`cites` 是最近引用的条款。
    `asked` 是最近问出去的问题（“场次:键”）：再来时该问的不是它，就是问题改过了。
    """

    user: str
    runs: int = 0
    frames: tuple[Frame, ...] = ()
    last: Frame | None = None
    shown: tuple[Option, ...] = ()
    more: tuple[Reply, ...] = ()
    cites: tuple[Citation, ...] = ()
    known: Known = Known()
    others: tuple[Known, ...] = ()
    hold: Hold | None = None
    muted: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """一个登记的申报窗口，首尾两天都含；`district`、`industry`、`branch` 为空表示全市、全部行业、全部分支。

    `closed` 是提前关闭的那一天，没有提前关闭是 None。
    """

    id: str
    name: str
    start: date
    end: date
    district: str = ""
    industry: str = ""
    source: str = ""
    closed: date | None = None
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """随会话一起取出的不变快照；流程只看它和答案，不读数据库。"""

    now: datetime
    windows: tuple[Window, ...] = ()
    known: Known = Known()
    others: tuple[Known, ...] = ()

    @property
    def today(self) -> date:
        """业务时区里的今天。"""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Ended:
    """一场对话有了结果：`verdict` 与所依据的知识版本一起存下，每 (run, flow) 一次。"""

    flow: str
    run: int
    ending: str
    verdict: tuple[tuple[str, Value], ...]
    revision: str


@dataclass(frozen=True, slots=True)
class OptedOut:
    """用户退订：今后不主动发消息，删除信息后仍然有效。"""


@dataclass(frozen=True, slots=True)
class OptedIn:
    """用户重新允许发消息。"""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """删除这个用户的一切；退订除外。"""


Effect = Ended | OptedOut | OptedIn | Forgotten


@dataclass(frozen=True, slots=True)
class Turn:
    """一个回合的结果。`reply` 为 None 表示不作声；`recall` 非空时先查库、把结果交回再来一次。"""

    session: Session
    reply: Reply | None
    effects: tuple[Effect, ...] = ()
    recall: str = ""
    claimed: str = ""
    """谁认领了这条消息（命令名、question、answer……），供统计与测试。"""
