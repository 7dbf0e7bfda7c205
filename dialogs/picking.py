"""几样里选一样的一问，也许几样都要：“全部”“两个都有”“1和2”“石材加工和矿石采选”。"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.reading import numbers, plain
from dialogs.records import Value
from dialogs.steps import REOPENED, Choose, Text

APART = "+"
"""几样都要的答案，几个 id 用它隔开。"""
MOST = 3
"""一起定的最多几样；再多的先选一样。"""
_ALL = re.compile(
    r"(?:是的?|对的?|对头|嗯|要得)?[,，、 ]*(?:我们|这|那)*(?:[几两二三3]|全部?|所有的?)?"
    r"(?:样|个|种|条|类|家)?(?:生产线|线|的)?"
    r"(?:都|全)(?:自己|要|有|做|是|算|搞|弄|看|选|在|得|评)+(?:的|了)?|"
    r"全部|全都?要?|所有的?|一起(?:看|来|做|评|定)?|[两二]样一起"
)
_TAIL = re.compile(r"(?:[两二三]?(?:样|个|条))?(?:都|全)(?:自己|要|有|做|是|算|搞|弄|看|选|在|得|评)+(?:的|了)?$")
_JOINING = re.compile(r"以及|还有|[、,，;；/ 和跟与又也做搞有要是]")
ONE_BY_ONE = "一样一样来：先选一样，别的后面再加。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Choose):
    """选一样；`several` 为真的，几样都要也行。`whole` 为假时“全部”数不清是哪几样，先选一样。"""

    several: bool = True
    whole: bool = True

    def exact(self, said: str) -> str | None:
        """一个标签，或几样都要。"""
        one = Choose.exact(self, said)
        return one if one or not self.several else self._all(said)

    def unread(self, said: str) -> str:
        """“全部”说的是几样，又不能一起定：先选一样。"""
        if _ALL.fullmatch(said) and not (self.several and self._all(said)):
            return ONE_BY_ONE
        return Choose.unread(self, said)

    def offers(self, value: Value) -> bool:
        return Choose.offers(self, value) or all(Choose.offers(self, each) for each in self._each(value))

    def accepts(self, value: Value) -> bool:
        return Choose.accepts(self, value) or all(Choose.accepts(self, each) for each in self._each(value))

    def samples(self) -> tuple[str, ...]:
        ids = self._ids()
        return (*Choose.samples(self), *((APART.join(ids),) if self.several and self._countable() else ()))

    def shows(self, value: Value) -> str:
        return "、".join(Choose.shows(self, each) for each in str(value).split(APART))

    def _each(self, value: Value) -> tuple[str, ...]:
        """几样都要的那几样；不是几样都要的，是一个没有的选项。"""
        parts = value.split(APART) if isinstance(value, str) and self.several else []
        return tuple(parts) if 2 <= len(parts) <= MOST else ("",)

    def _ids(self) -> tuple[str, ...]:
        return tuple(choice.id for choice in self.choices if choice.id != "none")

    def _countable(self) -> bool:
        return self.whole and 2 <= len(self._ids()) <= MOST

    def _all(self, said: str) -> str | None:
        ids = self._ids()
        if _ALL.fullmatch(said):
            return APART.join(ids) if self._countable() else None
        bare = _TAIL.sub("", said)
        picked = numbers(bare, len(ids)) or ()
        if not picked:
            picked = self._named(bare)
        return APART.join(ids[n - 1] for n in picked) if 2 <= len(picked) <= MOST else None

    def _named(self, said: str) -> tuple[int, ...]:
        """整句只是几个标签：是第几个。"""
        names = [plain(choice.label).partition("(")[0] for choice in self.choices if choice.id != "none"]
        left = said
        for name in sorted(names, key=len, reverse=True):
            left = left.replace(name, "")
        if left == said or _JOINING.sub("", left):
            return ()
        return tuple(n for n, name in enumerate(names, 1) if name in said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Text):
    """已经说过、所以不问的一段字：没答过就是 `sure`；“修改”“返回”再拿出来问。"""

    sure: str

    def said(self, answers: Mapping[str, Value]) -> Value | None:
        held = answers.get(self.key, self.sure)
        return None if held == REOPENED else held

    def reopened(self, answers: Mapping[str, Value]) -> dict[str, Value]:
        return {**answers, self.key: REOPENED}
