"""对话测试套件：`chat.says("我们是做商砼的").picks("水泥制品").has("绩效引领")`。

不经渠道也不经数据库，直接一回合一回合地走 take_turn；渠道之间是否一致由各渠道的测试来管。
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from msgspec.structs import replace

import knowledge
from dialogs.assessment import owned
from dialogs.flows.progress import STATUSES
from dialogs.records import (
    Effect,
    Ended,
    Facts,
    Forgotten,
    Handed,
    Message,
    Option,
    Pushed,
    Reply,
    Session,
    Turn,
    Value,
    Window,
)
from dialogs.reply import numbered
from dialogs.turn import take_turn
from knowledge.rules import Rules
from knowledge.workdays import Workdays
from tests.desk import Desk, Firm

KINDS = {"图片": "image", "语音": "voice", "视频": "video", "文件": "file", "链接": "link", "位置": "location"}
NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
STATUS = {said: status for status, said in STATUSES.items()}
"""登记的申报到了哪一步：怎么写 → 怎么存。"""
HELD = {"held": "第一次来是 2026-11-20，共 3 条消息", "left": ""}
DONE = {"接管": "take", "交还": "give", "到时": "expire", "关闭": "close"}
"""值班人员做的事：怎么写 → 怎么发。"""
LINE = re.compile(r"我[：［]|[@（#]|值班［|值班不成 |值班 \S+：|案 ")
"""这样起头的一行不是答复。"""


@dataclass
class Chat:
    """一个用户的一场谈话；`reply` 是最近的答复，`seen` 记得见过的每一个选项。

    `pushed` 是最近主动发给他的一条（全文，那一天），`silent` 是没有打开的提醒时机。
    """

    now: datetime = NOW
    user: str = "terminal:u1"
    windows: tuple[Window, ...] = ()
    session: Session = field(default_factory=lambda: Session("terminal:u1"))
    reply: Reply | None = None
    turn: Turn | None = None
    effects: list[Effect] = field(default_factory=list)
    seen: dict[str, Option] = field(default_factory=dict)
    last: Message | None = None
    count: int = 0
    desk: Desk = field(default_factory=Desk)
    workdays: Workdays = field(default_factory=Workdays)
    rules: Callable[[date], Rules] = knowledge.on
    pushed: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()

    def says(self, text: str) -> "Chat":
        """用户打了一句话。"""
        return self.send(text=text)

    def picks(self, label: str) -> "Chat":
        """用户点了一个见过的选项（标签以 label 开头）。"""
        option = next(o for key, o in reversed(self.seen.items()) if key.startswith(label))
        return self.send(text=option.label, value=option.value)

    def sends(self, kind: str) -> "Chat":
        """用户发来图片、语音一类的东西。"""
        return self.send(kind=kind)

    def event(self, event: str, value: str = "") -> "Chat":
        """关注、取消关注、扫码、点菜单。"""
        return self.send(kind="event", event=event, value=value)

    def at(self, instant: str) -> "Chat":
        """钟走到这一刻。"""
        self.now = datetime.fromisoformat(instant)
        return self

    def register(self, word: str, words: list[str]) -> None:
        """主管部门登记的一件：窗口、改期、关闭、企业、申报、领码、工作日、值班。"""
        rules, desk, day = self.rules(self.now.date()), self.desk, date.fromisoformat
        if word == "窗口":
            self.windows += (window_of(words, rules),)
        elif word in ("改期", "关闭"):
            new = {"closed": day(words[1])} if word == "关闭" else {"start": day(words[1]), "end": day(words[2])}
            changed = (replace(each, **new) if each.id == words[0] else each for each in self.windows)  # type: ignore[arg-type]
            self.windows = tuple(changed)
        elif word == "企业":
            number, name, code, district, branch = words
            place = rules.districts_in(district)[0].id
            desk.firms[number] = Firm(name, code.strip("-"), place, branch_of(branch, rules))
        elif word == "申报":
            desk.firms[words[0]].declared[words[1]] = (STATUS[words[2]], day(words[3]))
        elif word == "领码":
            desk.codes[words[1]] = (words[0], datetime.fromisoformat(words[2]))
        elif word == "值班":
            place, names, *hours = words
            district = "" if place == "市" else rules.districts_in(place)[0].id
            desk.operators.update(dict.fromkeys(names.split("、"), district))
            desk.hours = tuple(map(hours_of, hours))
        else:
            self.workdays = Workdays({**self.workdays.extra, day(words[0]): words[1] == "班"})

    def send(self, **fields: str) -> "Chat":
        """走一个回合。"""
        self.count += 1
        message = Message(user=self.user, id=str(self.count), at=self.now, **fields)  # type: ignore[arg-type]
        rules = self.rules(self.now.date())
        known, others, muted = self.session.known, self.session.others, self.session.muted
        facts = Facts(self.now, self.windows, known, others, self.workdays, muted, self.desk.staffed(), self.silent)
        recalled: dict[str, Value] = {}
        turn = take_turn(message, self.session, facts, rules)
        while turn.recall:
            recalled[turn.recall] = self.recall(turn.recall)
            turn = take_turn(message, self.session, facts, rules, recalled)
        self._attended(message, turn)
        self.desk.apply(turn.effects, self.now)
        forgotten = any(isinstance(effect, Forgotten) for effect in turn.effects)
        self.session = Session(self.user) if forgotten else turn.session
        self.turn, self.reply, self.last = turn, turn.reply, message
        self.effects.extend(turn.effects)
        for option in turn.reply.options if turn.reply else ():
            self.seen.pop(option.label, None)
            self.seen[option.label] = option
        return self

    def attends(self, did: str, by: str = "", text: str = "") -> "Chat":
        """值班人员接管、说话、交还、关闭，或接管到时。"""
        if did == "expire" and self.session.hold:
            by = self.session.hold.by
        district = self.desk.operators.get(by, "")
        return self.send(kind="desk", event=did, by=by, text=text, value=district)

    def stands(self) -> str:
        """这个用户在值班台的事现在怎样。"""
        return self.desk.stands()

    def claimed(self) -> str:
        """刚才那一回合谁认领的。"""
        return self.turn.claimed if self.turn else ""

    def _attended(self, message: Message, turn: Turn) -> None:
        """值班的话和交还要主动送到，别的不送；一次接管完了，效果里说明是谁的。"""
        pushed = message.kind == "desk" and turn.reply is not None
        assert pushed == (Pushed() in turn.effects), f"送没送：{turn.effects}"
        held = self.session.hold.by if self.session.hold and turn.session.hold is None else None
        handed = [each.by for each in turn.effects if isinstance(each, Handed) and each.how != "closed"]
        ended = [held] if held and turn.claimed != "closed" else []
        assert handed == ended, f"接管完了没有：{turn.effects}"

    def recall(self, name: str) -> Value:
        """存储会怎样回答：最近一次自评从见过的结果里找，提醒和绑定问 desk。"""
        if name == "pushed":
            return self.pushed
        if name == "reminder":
            return self.pushed
        if name == "kept":
            return self.desk.kept()
        if name.startswith("code:"):
            return self.desk.redeemed(name.removeprefix("code:"), self.now)
        if name != "assessed":
            return HELD[name]
        since = [effect for effect in self.effects if isinstance(effect, Ended | Forgotten)]
        gone = max((n for n, effect in enumerate(since) if isinstance(effect, Forgotten)), default=-1)
        ended = [each for each in since[gone + 1 :] if isinstance(each, Ended) and each.flow == "assess"]
        return (str(ended[-1].run), self.now.date().isoformat(), *owned(dict(ended[-1].verdict))) if ended else ()

    @property
    def text(self) -> str:
        """没有按钮的渠道会显示的全文。"""
        return numbered(self.reply) if self.reply else ""

    @property
    def first(self) -> str:
        """答复的第一行。"""
        return self.text.split("\n", 1)[0]

    def has(self, *pieces: str) -> "Chat":
        """答复里有这些文字。"""
        for piece in pieces:
            assert piece in self.text, f"缺“{piece}”：\n{self.text}"
        return self

    def lacks(self, *pieces: str) -> "Chat":
        """答复里没有这些文字。"""
        for piece in pieces:
            assert piece not in self.text, f"不该有“{piece}”：\n{self.text}"
        return self


def play(path: Path, chat: Chat) -> None:
    """照着一份 .talk 说一遍，逐句核对（写法见 talks/README.md）。"""
    expected: list[str] | None = None
    asked = ""

    def settle() -> None:
        if expected is not None:
            assert matches(expected, chat.text), (
                f"{path.name}「{asked}」\n—— 应为\n" + "\n".join(expected) + f"\n—— 实为\n{chat.text}"
            )

    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("机："):
            expected = [line.removeprefix("机：")]
        elif line == "机不出声":
            expected = [""]
        elif line.startswith("机不说："):
            settle()
            expected = None
            chat.lacks(line.removeprefix("机不说："))
        elif line.startswith(("值班不成 ", "案 ")):
            settle()
            expected = None
            _check(chat, line, f"{path.name}「{asked}」")
        elif expected is not None and not LINE.match(line):
            expected.append(line)
        elif line:
            settle()
            expected, asked = None, line
            _act(chat, line)
    settle()


def _check(chat: Chat, line: str, where: str) -> None:
    """值班的事没办成是为什么；用户的事现在怎样。"""
    word, _, should = line.partition(" ")
    if word == "案":
        assert should == chat.stands(), where
    else:
        assert (should, "") == (chat.claimed(), chat.text), where


def _act(chat: Chat, line: str) -> None:
    if said := re.fullmatch(r"值班 (\S+?)：(.+)", line):
        chat.attends("say", said[1], said[2])
    elif line.startswith("值班［"):
        word, _, by = line.removeprefix("值班［").removesuffix("］").partition(" ")
        chat.attends(DONE[word], by)
    elif line.startswith("@"):
        chat.at(line[1:])
    elif line.startswith("我："):
        chat.says(line.removeprefix("我："))
    elif line.startswith("（"):
        word, *words = line.strip("（）").split()
        chat.register(word, words)
    elif line.startswith("我［"):
        word, _, value = line.removeprefix("我［").removesuffix("］").partition(" ")
        if word == "再发一遍":
            assert chat.last is not None
            chat.send(kind=chat.last.kind, text=chat.last.text, value=chat.last.value)
        elif word == "点":
            chat.picks(value)
        elif word in KINDS:
            chat.sends(KINDS[word])
        else:
            chat.event({"关注": "subscribe", "扫码": "scan", "菜单": "click"}[word], value)


def window_of(words: list[str], rules: Rules) -> Window:
    """登记的一个窗口。"""
    id_, start, end, name, *more = words
    scope = dict(each.split(":", 1) for each in more)
    district = rules.districts_in(scope["区县"])[0].id if "区县" in scope else ""
    industry = next((id for id, each in rules.industries.items() if each.name == scope.get("行业")), "")
    branch = "".join(branch_of(scope.get("分支", ""), rules))
    day = date.fromisoformat
    return Window(id_, name, day(start), day(end), district, industry, scope.get("据", ""), branch=branch)


def hours_of(span: str) -> tuple[time, time]:
    """“09:00-12:00”从几点到几点。"""
    start, end = map(time.fromisoformat, span.split("-"))
    return start, end


def branch_of(name: str, rules: Rules) -> tuple[str, ...]:
    """叫这个名称的分支。"""
    return tuple(id for id, each in rules.branches.items() if each.name == name)[:1]


def matches(expected: list[str], text: str) -> bool:
    """`…` 代表任意文字；单独一行的 `…` 代表任意几行；其余逐行照写。"""
    pattern = ""
    for line in expected:
        if not line and line is not expected[0]:
            continue
        if line == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split("…")) + r"\n(?:\n)*"
    return re.fullmatch(pattern, text + "\n") is not None
