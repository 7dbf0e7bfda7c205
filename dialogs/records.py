"""谈话的形状：进来的一条消息、会话快照、答复和效果。都不可变。

一个回合要造十来个，所以用 Struct，改一项用 msgspec.structs.replace。
"""

from datetime import date, datetime, time
from typing import Literal

from msgspec import Struct

from knowledge.records import Citation
from knowledge.workdays import Workdays

Kind = Literal["text", "event", "image", "voice", "video", "file", "link", "location", "desk"]
Event = Literal["", "subscribe", "unsubscribe", "scan", "click", "take", "say", "give", "expire", "close"]
NO_EXTRA = Workdays()
"""没有另外录入的日子。"""
Value = str | int | float | tuple[str, ...]
"""一个答案：一个 id、几个 id、一个数，或一段文字。"""


class Message(Struct, frozen=True):
    """渠道交来的一条消息。

    `user` 带渠道前缀（“wechat:oABC”）；`id` 在同一用户内唯一，重复投递时相同；`at` 带时区。
    `value`：点了选项时是选项的 value，点菜单时是菜单键（“menu:when”），扫码时是场景（“district:永川区”）。
    `kind` 是 desk 的是值班的人对这场谈话做的事（`event`：接管、说话、交还、到时、关闭），`by` 是谁，
    `value` 是他的区县 id（市里的空着），`cites` 是他引的条款。
    """

    user: str
    id: str
    at: datetime
    kind: Kind = "text"
    text: str = ""
    event: Event = ""
    value: str = ""
    by: str = ""
    cites: tuple[Citation, ...] = ()


class Option(Struct, frozen=True, array_like=True):
    """一个可点的选项；`value` 点下去原样回来。"""

    label: str
    value: str


class Reply(Struct, frozen=True, omit_defaults=True):
    """一条答复：`text` 不含选项；没有按钮的渠道把选项从 `first_number` 起编号附在后面。

    `flow`、`due` 是进行中的流程和该问的一步（没有就空）；`ended` 为真表示这一回合有一场对话出了结果。
    `documents` 是随答复交出的文书（page、outline、checklist、calendar），`token` 是取文书的凭证，由外壳填上。
    `several` 为真时选项是可以一次答几项的清单：点一项就交出去的渠道不把它们写成可点的。
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
    several: bool = False


class Frame(Struct, frozen=True):
    """一场进行中的对话：哪个流程、第几场、答了什么（状态就是这份答案记录）。"""

    flow: str
    run: int
    answers: tuple[tuple[str, Value], ...] = ()


class Hold(Struct, frozen=True):
    """值守人员接管了对话，到 `until` 为止；`district` 是接管的时候用户说的区县。"""

    by: str
    until: datetime
    district: str = ""


class Known(Struct, frozen=True, omit_defaults=True):
    """用户说过的自己的一个厂，需要时才问，说过就不再问；没说过的是空的。

    `reminded`：给这个厂订过提醒、或说过交没交，细的在库里；`linked`：凭码绑定过，名称和代码不再照打的字改。
    `parked`：说到一半换去说别的厂，没问完的几场停在这里，换回来接着问。
    `nth` 大的是后来说起的，“第二个厂”照它排。
    """

    district: str = ""
    branches: tuple[str, ...] = ()
    name: str = ""
    code: str = ""
    grade: str = ""
    wish: str = ""
    reminded: bool = False
    linked: bool = False
    parked: tuple[Frame, ...] = ()
    nth: int = 0


class Session(Struct, frozen=True, omit_defaults=True):
    """一个用户的会话：`frames` 最里层在最后，`last` 是刚结束的一场。

    `known` 是正在说的厂，`others` 是同一个人的别的厂。
    `shown` 是最近列出的选项，编号指的就是它；`more` 是还没看的后续页；`cites` 是最近引用的条款。
    `asked` 是最近问出去的问题（“场次:键”）：再来时该问的不是它，就是问题改过了。
    `topic` 是刚说出的结果属于哪个流程，“流程:流程”的后一个是光答“要得”就开始的。
    `case` 是服务台那边的案子：waiting 等人，held 有人接管，open 交还了没关，没有是空的；`lost` 是接连几句没看懂。
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
    topic: str = ""
    case: str = ""
    lost: int = 0


class Window(Struct, frozen=True):
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


class DeskHours(Struct, frozen=True):
    """服务台：`staffed` 是有人值班的区县 id（空串是市里），`hours` 是工作日的值班时间，没有定过是空的。"""

    staffed: frozenset[str] = frozenset()
    hours: tuple[tuple[time, time], ...] = ()


class Facts(Struct, frozen=True):
    """随会话一起取出的不变快照；流程只看它和答案，不读数据库。`muted` 是退订着；`desk` 为 None 是没有服务台。

    `silent` 是不会发的提醒时机：`days-7` 是以后登记的窗口的，`days-7@w2026-1` 是这个窗口的；空的是都会发。
    """

    now: datetime
    windows: tuple[Window, ...] = ()
    known: Known = Known()
    others: tuple[Known, ...] = ()
    workdays: Workdays = NO_EXTRA
    muted: bool = False
    desk: DeskHours | None = None
    silent: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """业务时区里的今天。"""
        return self.now.date()

    def of(self, known: Known, others: tuple[Known, ...]) -> "Facts":
        """同样的处境，说的是这个厂。"""
        return Facts(self.now, self.windows, known, others, self.workdays, self.muted, self.desk, self.silent)


class Ended(Struct, frozen=True):
    """一场对话有了结果：`verdict` 与所依据的知识版本一起存下，每 (run, flow) 一次。"""

    flow: str
    run: int
    ending: str
    verdict: tuple[tuple[str, Value], ...]
    revision: str


class OptedOut(Struct, frozen=True):
    """用户退订：今后不主动发消息，删除信息后仍然有效。"""


class OptedIn(Struct, frozen=True):
    """用户重新允许发消息。"""


class Forgotten(Struct, frozen=True):
    """删除这个用户的一切；退订除外。"""


class Subscribed(Struct, frozen=True):
    """给一个厂订了到期提醒，原来订的换掉；`way` 是 chat（说的）或 qr（扫区县的码），空着的区县、分支是不分。"""

    factory: str
    district: str
    branch: str
    way: str


class Unsubscribed(Struct, frozen=True):
    """一个厂的提醒不要了。"""

    factory: str


class Told(Struct, frozen=True):
    """用户说自己的一个厂这一回申报到了哪一步（空着是没有这回事）：只管他自己的提醒。

    `cycle` 是窗口的编号，没有窗口就是那一年；`year` 是那一回的年份，`day` 是他说的那天。
    """

    factory: str
    cycle: str
    year: int
    status: str
    day: date


class Linked(Struct, frozen=True):
    """用户打来一个一次性的码：对的就绑定，不对的记一次打错。"""

    code: str


class Asked(Struct, frozen=True):
    """这场谈话要人看：person 要找人，unsure 两次没看懂，wrong 说没用或不对；`words` 是引出它的那句话。"""

    reason: str
    words: str


class Taken(Struct, frozen=True):
    """值班的人接管着，到 `until` 为止；说一句话就往后延。"""

    by: str
    until: datetime


class Handed(Struct, frozen=True):
    """接管完了：given 交还，expired 到时，robot 用户要机器人，closed 关闭。"""

    by: str
    how: str


class Pushed(Struct, frozen=True):
    """这一回合的答复不是回给来信的，要主动送到用户那里。"""


class Bound(Struct, frozen=True):
    """值班的人打来网页上的一次性的码：对的就把这个号绑到他的账号上，不对的记一次打错。"""

    code: str


Effect = (
    Ended
    | OptedOut
    | OptedIn
    | Forgotten
    | Subscribed
    | Unsubscribed
    | Told
    | Linked
    | Asked
    | Taken
    | Handed
    | Pushed
    | Bound
)


class Turn(Struct, frozen=True):
    """一个回合的结果。`reply` 为 None 表示不作声；`recall` 非空时先查库、把结果交回再来一次。"""

    session: Session
    reply: Reply | None
    effects: tuple[Effect, ...] = ()
    recall: str = ""
    claimed: str = ""
    """谁认领了这条消息（命令名、question、answer……），供统计与测试。"""
