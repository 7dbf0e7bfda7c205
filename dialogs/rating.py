"""一步问几项各做到没有：怎么问、怎么记、怎么重问；话怎么读在 rated.py。"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from dialogs.rated import SAID, Reading, Status, read
from dialogs.reading import plain
from dialogs.records import Value
from dialogs.steps import Choice, Choose, Step

__all__ = ["AGAIN", "COUNT", "SAID", "UNSAID", "Closing", "Ratings", "Status"]

UNSAID, AGAIN = "unsaid", "again"
"""一项还没说；一页要重问。"""
SHORT = 12
"""这么短的一句读不准，先问回去；长的先看是不是在问别的。"""
COUNT = "{count}"
"""问话里写着要问几项的地方：只剩没答过的几项时，数也跟着变。"""
_ASKS = re.compile(
    r"[?？]|[吗么嘛][，,。]?$|好久|多久|多少|好多|要不要|需不需|怎么|咋|啷|哪[个些里]|什么|啥|几[个项天月]|能不能"
)
_NUMBERED = re.compile(r"\d|全|所有|其[他余它]|剩|[第前][一二三四五六七八九十]|[一二三四五六七八九十]+[、和]")
_NO_MATTER = re.compile(r"[没莫][有得]?(?:啥子?|什么)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings(Step[tuple[str, ...]]):
    """几项各做到没有：答案是“id=状态”，逐项记进答案记录（`prefix` + id），所以换了分法也不丢。

    没说到的算 `rest`，空的就先不算；`things` 里的几样说“没得”是没有这样东西，不涉及。
    `needs` 是（一项，它靠的另一项）：靠的那一项没做到，它就不能跟着“其他”算做到。
    重问时 `kept` 是已经记着的，没说到的照旧。
    """

    items: tuple[Choice, ...]
    prefix: str
    rest: Status | None = None
    things: frozenset[str] = frozenset()
    needs: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()

    def parse(self, said: str) -> tuple[str, ...] | None:
        """“1、3，不清楚 2，不涉及 4”“全部”“除了2和4”，或标签；读不准的是 None。"""
        return self.of(self._reading(said))

    def explicit(self, said: str) -> bool:
        """一眼看得出是在报各项：说到了编号、名称或“全部”，读得准。"""
        found = self._reading(said)
        return found.named and found.said is not None

    def reports(self, said: str) -> bool:
        """说了哪几项、做到没有，读得准。"""
        found = self._reading(said)
        return found.some and found.told and found.said is not None

    def touches(self, said: str) -> bool:
        """说到了这一页的几项，不管读不读得准。"""
        found = self._reading(said)
        return (found.named and (found.told or found.said is not None)) or bool(found.told and found.reason)

    def by_name(self, said: str) -> tuple[str, ...] | None:
        """用名称说到的几项做到没有，读得准的；说了编号、“全部”的，不知道是不是这一页，是 None。"""
        found = Reading() if _NUMBERED.search(said) else self._reading(said)
        return self.parse(said) if found.named and found.told and found.said is not None else None

    def doubtful(self, said: str) -> str:
        """分明是在报几项，却读不准：怎么问回去；不是的是空的。"""
        found = self._reading(said)
        return found.reason if len(said) <= SHORT or (found.named and found.told) else ""

    def closing(self, said: str, open_: Collection[str]) -> Reading:
        """最后一问里又一项一项说了：“全部”“其他”说的只是还没说到的 `open_`。"""
        return self._reading(said, {n for n, item in enumerate(self.items) if item.id in open_})

    def of(self, found: Reading) -> tuple[str, ...] | None:
        """读出来的写成答案；没读出来是 None。"""
        return None if found.said is None else self._value({self.items[n].id: each for n, each in found.said.items()})

    def _reading(self, said: str, among: Collection[int] | None = None) -> Reading:
        if _ASKS.search(_NO_MATTER.sub("没", said)):
            return Reading()
        names = [(plain(item.label), *item.says) for item in self.items]
        return read(said, names, {n for n, item in enumerate(self.items) if item.id in self.things}, among)

    def offers(self, value: Value) -> bool:
        ids = {item.id for item in self.items}
        return isinstance(value, tuple) and all(
            id in ids and status in (*SAID, UNSAID) for id, _, status in (each.rpartition("=") for each in value)
        )

    def said(self, answers: Mapping[str, Value]) -> Value | None:
        held = {item.id: answers.get(self.prefix + item.id) for item in self.items}
        if answers.get(self.key) == AGAIN or None in held.values():
            return None
        return tuple(f"{id}={status}" for id, status in held.items())

    def logged(self, value: Value) -> tuple[tuple[str, Value], ...]:
        each = (one.rpartition("=") for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()
        return (*((self.prefix + id, status) for id, _, status in each), (self.key, "said"))

    def reopened(self, answers: Mapping[str, Value]) -> dict[str, Value]:
        return {**answers, self.key: AGAIN}

    def worded(self) -> str:
        one = self.prompt.replace(f"下面{COUNT}项，哪几项", "下面这一项") if len(self.items) == 1 else self.prompt
        return one.replace(COUNT, str(len(self.items)))

    def left(self, answers: Mapping[str, Value]) -> "Ratings":
        """重问的带上记着的；有的已经答过（换了分法），只问没答过的。"""
        held = {item: answers.get(self.prefix + item.id) for item in self.items}
        if answers.get(self.key) == AGAIN:
            kept = tuple(f"{item.id}={status}" for item, status in held.items() if status is not None)
            first = self.prompt.partition("\n")[0]
            return replace(self, kept=kept, prompt=f"{first}\n记着的：{self._listed(kept)}。只说要改的，没说的照旧。")
        return replace(self, items=tuple(item for item, status in held.items() if status is None))

    def _listed(self, kept: tuple[str, ...]) -> str:
        numbers: dict[str, list[str]] = {}
        ids = [item.id for item in self.items]
        for id, _, status in (each.rpartition("=") for each in kept):
            numbers.setdefault(status, []).append(str(ids.index(id) + 1))
        return "；".join(f"{SAID.get(status, '没说')} {'、'.join(each)}" for status, each in numbers.items())  # type: ignore[call-overload]

    def tapped(self, id: str) -> Value:
        return self._value({id: "met"})

    def unread(self, said: str) -> str:
        return self._reading(said).reason

    def samples(self) -> tuple[tuple[str, ...], ...]:
        first, *others = (item.id for item in self.items)
        return (
            self._value({item.id: "met" for item in self.items}),
            self._value({item.id: "unmet" for item in self.items}),
            self._value({first: "unknown", **dict.fromkeys(others, "met")}),
            self._value({first: "unmet", **dict.fromkeys(others, "na")}),
            self._value({first: "met"}),
        )

    def shows(self, value: Value) -> str:
        said = [each.rpartition("=")[2] for each in value if isinstance(each, str)] if isinstance(value, tuple) else []
        counted = ((SAID.get(status, "没说"), said.count(status)) for status in (*SAID, UNSAID))  # type: ignore[call-overload]
        return "、".join(f"{words}{count}项" for words, count in counted if count)

    def _value(self, said: Mapping[str, Status]) -> tuple[str, ...]:
        kept = {id: status for id, _, status in (each.rpartition("=") for each in self.kept)}
        held = {item.id: said.get(item.id) or kept.get(item.id) or self.rest or UNSAID for item in self.items}
        for child, parent in self.needs:
            if held.get(child) == "met" and held.get(parent) not in (None, "met") and kept.get(child) != "met":
                held[child] = UNSAID
        return tuple(f"{id}={status}" for id, status in held.items())


class Closing(Choose):
    """没说到的都算哪一样：只认整句的说法；一项一项说的、带着别的字的，由报各项的来读。"""

    def parse(self, said: str) -> str | None:
        """整句正是一个选项的说法。"""
        return self.exact(said)
