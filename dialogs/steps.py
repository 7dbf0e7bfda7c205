"""一场对话里能问的步骤；每一种都会读答案（parse）、认旧答案（accepts），并给出代表性的样例（samples）。"""

import re
from abc import abstractmethod
from collections.abc import Callable, Collection, Generator, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from msgspec import Struct
from rapidfuzz.fuzz import ratio

from dialogs.reading import number, numbers, plain
from dialogs.records import Effect, Known, Value
from dialogs.wishing import stated
from dialogs.yesno import answering
from knowledge.records import Citation

T = TypeVar("T")
_NOT_A_TRADE = frozenset(
    "不晓得 不知道 不清楚 说不清 没有 没得 有 是 不是 对 好 嗯 都有 绩效引领 引领 a b c d a级 b级 c级 d级".split()
)
_DENIAL = re.compile(r"(?:不|非|别|没|莫)(?:是|评|想|要|算|做|争|报|选)*$")
REOPENED = "again"
"""一个不问就有答案的选择，要重问。"""
NEAR = 75
"""一个标签与所说的相似到这个百分数、又没有第二个，就算选了它。"""


class Choice(Struct, frozen=True):
    """一个可选项；`says` 是人们表示这一项的别的说法。"""

    id: str
    label: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[T]):
    """一个问题：`key` 在一场对话里唯一；`prompt` 第一行直接回应上一句；`cites` 是这样问的依据。

    不用 ABC：抽象的方法由类型检查守着，而 ABC 的 isinstance 要走 Python，一个回合里要问几十次。
    """

    key: str
    prompt: str
    cites: tuple[Citation, ...]
    about: str = ""
    """“修改”时怎么称呼这个问题。"""
    again: str = ""
    """答了旁的事、再回来问的时候怎么说；空的就照 `prompt` 再问一遍。"""

    @abstractmethod
    def parse(self, said: str) -> T | None:
        """把打的字读成答案；读不成是 None。`said` 先经过 plain()，Text 例外。"""

    @abstractmethod
    def offers(self, value: Value) -> bool:
        """这个答案是不是现在问得出来的。"""

    def accepts(self, value: Value) -> bool:
        """以前的这个答案是否仍然有效。"""
        return self.offers(value)

    def said(self, answers: Mapping[str, Value]) -> Value | None:
        """答案记录里这一步的答案；还没答（全）是 None。"""
        return answers.get(self.key)

    def logged(self, value: Value) -> tuple[tuple[str, Value], ...]:
        """这个答案怎么记进答案记录。"""
        return ((self.key, value),)

    def reopened(self, answers: Mapping[str, Value]) -> dict[str, Value]:
        """要重问这一步时的答案记录。"""
        return {key: value for key, value in answers.items() if key != self.key}

    def left(self, answers: Mapping[str, Value]) -> "Step[T]":
        """还要问的那部分；多数步骤就是整个。"""
        return self

    def worded(self) -> str:
        """问话。"""
        return self.prompt

    def tapped(self, id: str) -> Value:
        """点了 `id` 这个选项，是什么答案。"""
        return id

    def unread(self, said: str) -> str:
        """读不成的时候，一句话说哪里不对；没有特别要说的是空的。"""
        return ""

    @abstractmethod
    def samples(self) -> tuple[T, ...]:
        """走遍各条路所用的答案。"""

    def shows(self, value: Value) -> str:
        """把答案说给人听。"""
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Step[str]):
    """选一个。

    `still` 里的旧答案一直有效（名录里还有的分支，即使查找不再推荐）；
    `retells`：若答的是另一个行当，就当作重答那个问题；`otherwise`：若答的是一个行当，就先选这一项，再用它答下一问。
    """

    choices: tuple[Choice, ...]
    still: Collection[str] = field(default=(), repr=False)
    retells: str = ""
    otherwise: str = ""
    remarks: tuple[tuple[tuple[str, ...], str], ...] = ()
    """这样答还选不出来：几种说法，和听到以后先说的一句。"""

    def unread(self, said: str) -> str:
        return next((remark for words, remark in self.remarks if said in words), "")

    def exact(self, said: str) -> str | None:
        """说的正是一个标签或它的一种说法。"""
        for choice in self.choices:
            if said == plain(choice.label) or said in choice.says:
                return choice.id
        return None

    def parse(self, said: str) -> str | None:
        """一个标签、它的一部分，或近似的写法；分不清就不认。"""
        if (exact := self.exact(said)) or self.unread(said):
            return exact
        bare = said.removeprefix("是").removesuffix("的")
        if len(bare) >= 2:
            part = [c.id for c in self.choices if bare in plain(c.label) or _says(bare, plain(c.label))]
            if len(part) == 1:
                return part[0]
        if _DENIAL.search(bare[:2]) or bare[-1:] in "+-":
            return None
        near = [c.id for c in self.choices if ratio(bare, plain(c.label)) >= NEAR]
        return near[0] if len(near) == 1 else None

    def offers(self, value: Value) -> bool:
        return value in [choice.id for choice in self.choices]

    def accepts(self, value: Value) -> bool:
        return value in self.still or self.offers(value)

    def samples(self) -> tuple[str, ...]:
        return tuple(choice.id for choice in self.choices)

    def shows(self, value: Value) -> str:
        return next((choice.label for choice in self.choices if choice.id == value), str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Choose):
    """有把握、所以不问的一个选择：没答过就是 `sure`；“修改”“不是”再拿出来问。"""

    sure: str

    def said(self, answers: Mapping[str, Value]) -> Value | None:
        held = answers.get(self.key, self.sure)
        return None if held == REOPENED else held

    def reopened(self, answers: Mapping[str, Value]) -> dict[str, Value]:
        return {**answers, self.key: REOPENED}

    def samples(self) -> tuple[str, ...]:
        return (self.sure,)


def _says(said: str, label: str) -> bool:
    """话里说了这个标签；“不评A”“不是绩效引领”“A+”不算说了A、绩效引领，“QC”“LDAR”里的字母也不算。"""
    if label not in said:
        return False
    found = re.search(rf"(?<![a-z]){re.escape(label)}(?![a-z])" if label.isascii() else re.escape(label), said)
    return bool(found and said[found.end() :][:1] not in ("+", "-") and not _DENIAL.search(said[: found.start()]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist(Step[tuple[str, ...]]):
    """选几个，可以一个也不选；按编号答，也可以打标签。"""

    items: tuple[Choice, ...]

    def parse(self, said: str) -> tuple[str, ...] | None:
        """“1、3和5”“全部”“除了2和4”“都没有”，或标签用顿号隔开。"""
        picked = numbers(said, len(self.items))
        if picked is not None:
            return tuple(self.items[n - 1].id for n in picked)
        named = [item.id for item in self.items if len(said) >= 2 and (plain(item.label) in said or said in item.label)]
        return tuple(named) or None

    def offers(self, value: Value) -> bool:
        return isinstance(value, tuple) and set(value) <= {item.id for item in self.items}

    def tapped(self, id: str) -> Value:
        return (id,)

    def samples(self) -> tuple[tuple[str, ...], ...]:
        everything = tuple(item.id for item in self.items)
        return (everything, (), everything[1:])

    def shows(self, value: Value) -> str:
        picked = value if isinstance(value, tuple) else ()
        return "、".join(item.label for item in self.items if item.id in picked) or "都没有"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Step[str]):
    """打一段字。`trade` 为真时问的是行当，别处说出的行当可以来答它。"""

    hint: str
    typical: tuple[str, ...]
    trade: bool = False
    longest: int = 300
    reads: Callable[[str], str] | None = None
    """把打的字读成规范的写法，读不成是空的；不给就照原样。"""
    why_not: Callable[[str], str] | None = None
    """读不成的时候，一句话说哪里不对。"""
    enough: tuple[str, ...] = ()
    """这样答就是没有了。"""

    def parse(self, said: str) -> str | None:
        """去掉首尾空白、截到上限的一段字；问行当时，编号和“不晓得”不算答案。"""
        if self.reads is not None:
            return self.reads(said.strip()) or None
        bare = plain(said)
        if (
            self.trade
            and bare not in self.enough
            and (bare in _NOT_A_TRADE or number(bare) is not None or answering(bare) or stated(bare))
        ):
            return None
        return said.strip()[: self.longest] or None

    def offers(self, value: Value) -> bool:
        return isinstance(value, str) and 0 < len(value) <= self.longest

    def unread(self, said: str) -> str:
        if self.trade and answering(plain(said)):
            return "这一问要的是产品或工艺的名称。"
        return self.why_not(said) if self.why_not else ""

    def samples(self) -> tuple[str, ...]:
        return self.typical


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Step[Value]):
    """要查库、或要记住开场时已知什么的一件事：答了就记入答案记录，重放时不再看。

    `query` 是 Known 的一个字段时由事实来答，否则由存储来答：held、assessed、kept（kept.py）、code:一次性的码。
    """

    query: str
    typical: tuple[Value, ...] = ("今天第一次来",)

    def parse(self, said: str) -> None:
        return None

    def offers(self, value: Value) -> bool:
        return isinstance(value, str | tuple)

    def samples(self) -> tuple[Value, ...]:
        return self.typical


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Recall):
    """开场那句话里说没说到的一件事：说到了就在答案里，没有说到是空的；从不问。"""

    prompt: str = ""
    cites: tuple[Citation, ...] = ()
    query: str = ""
    typical: tuple[Value, ...] = ("",)

    def said(self, answers: Mapping[str, Value]) -> Value:
        return answers.get(self.key, "")

    def logged(self, value: Value) -> tuple[tuple[str, Value], ...]:
        return ((self.key, value),) if value else ()


class End(Struct, frozen=True):
    """一场对话的结果：`name` 对应一个模板；`cites` 不能空——没有出处的政策话造不出来。

    `grounds` 是条款之外的依据（登记的窗口）；`dated` 为真就说明时效；`verdict` 连同知识版本存下来；
    `known` 是由此知道的自己的厂，`others` 是换厂之后别的厂；`offers` 是末了提议的流程，光答“要得”就开始；
    `documents` 是随答复交出的文书。
    """

    name: str
    cites: tuple[Citation, ...]
    data: dict[str, Hashable] = {}
    grounds: tuple[str, ...] = ()
    dated: bool = True
    verdict: tuple[tuple[str, Value], ...] = ()
    known: Known | None = None
    others: tuple[Known, ...] | None = None
    effects: tuple[Effect, ...] = ()
    offers: str = ""
    documents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.cites:
            raise ValueError(f"{self.name} 没有出处")


Conversation = Generator[Step[Any], Any, End]


def ask(step: Step[T]) -> Generator[Step[Any], Any, T]:
    """问一步，得到它的答案。"""
    answer: T = yield step
    return answer
