"""一步问几项各做到没有：怎么问、怎么记、怎么重问；话怎么读在 rated.py。"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dialogs.rated import ASKS, CLAUSE, MOST_WORDS, SAID, Status, out_of_range, rated, tokens_of
from dialogs.reading import plain
from dialogs.records import Value
from dialogs.steps import Choice, Step

__all__ = ["AGAIN", "COUNT", "SAID", "UNSAID", "Ratings", "Status"]

UNSAID, AGAIN = "unsaid", "again"
"""一项还没说；一页要重问。"""
COUNT = "{count}"
"""问话里写着要问几项的地方：只剩没答过的几项时，数也跟着变。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings(Step[tuple[str, ...]]):
    """几项各做到没有：答案是“id=状态”，逐项记进答案记录（`prefix` + id），所以换了分法也不丢。

    没说到的算 `rest`，空的就先不算；`lacking` 是“没有”“没得”在这里算什么。
    重问时 `kept` 是已经记着的，没说到的照旧。
    """

    items: tuple[Choice, ...]
    prefix: str
    rest: Status | None = "unmet"
    lacking: Status = "unmet"
    kept: tuple[str, ...] = ()

    def parse(self, said: str) -> tuple[str, ...] | None:
        """“1、3，不清楚 2，不涉及 4”“全部”“除了2和4”，或标签。"""
        if ASKS.search(said):
            return None
        names = [(plain(item.label), *item.says) for item in self.items]
        try:
            found = rated(said, names, self.lacking) or rated(CLAUSE.split(said)[0], names, self.lacking)
        except IndexError:
            return None
        return None if found is None else self._value({self.items[n].id: status for n, status in found.items()})

    def explicit(self, said: str) -> bool:
        """一眼看得出是在报各项：有编号或“全部”，多余的字不多。"""
        names = [(plain(item.label), *item.says) for item in self.items]
        try:
            tokens, left = tokens_of(said, names, self.lacking)
        except IndexError:
            return True
        kinds = [kind for kind, _ in tokens]
        if ASKS.search(said) or not any(kind in ("item", "all", "rest") for kind in kinds):
            return False
        if len(left) <= MOST_WORDS:
            return "key" in kinds or "all" in kinds or "rest" in kinds or any(each.isdigit() for each in said)
        return kinds.count("item") > 1 and "key" in kinds

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
        wrong = out_of_range(said, len(self.items))
        return f"编号只有1到{len(self.items)}，没有{wrong}。" if wrong is not None else ""

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
        rest = self.rest or UNSAID
        if rest == "unmet" and "met" not in said.values():
            rest = "unknown"  # 只说了哪几项没做到、不涉及的，别的不能都算没做到
        return tuple(f"{item.id}={said.get(item.id) or kept.get(item.id) or rest}" for item in self.items)
