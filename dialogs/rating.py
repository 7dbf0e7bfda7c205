"""一步问几项各做到没有：怎么问、怎么记、怎么重问；话怎么读在 rated.py。"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from dialogs.rated import SAID, Reading, Status, read
from dialogs.ratedwords import Clause, clauses_of
from dialogs.reading import plain
from dialogs.records import Value
from dialogs.steps import Choice, Choose, Step

__all__ = ["AGAIN", "COUNT", "SAID", "UNSAID", "Closing", "Ratings", "Status", "counted"]

UNSAID, AGAIN = "unsaid", "again"
"""一项还没说；一页要重问。"""
SHORT = 12
"""这么短的一句读不准，先问回去；长的先看是不是在问别的。"""
COUNT = "{count}"
"""问话里写着要问几项的地方：只剩没答过的几项时，数也跟着变。"""
_ASKS = re.compile(
    r"[?？]|[吗么嘛][，,。]?$|好久|多久|多少|好多|要不要|需不需|怎么|咋|啷|哪[个些里]|什么|啥|几[个项天月]|能不能"
)
_RETURNED = re.compile(r"[被遭]退|退[回了转]|打回|驳回")
"""说的是被退回了，不是在报做到没有。"""
_NUMBERED = re.compile(r"\d|全|所有|其[他余它]|剩|[第前][一二三四五六七八九十]|[一二三四五六七八九十]+[、和]")
_DOUBT = re.compile(r"(?<!不)可能|大概|应该")
_COUNTED = re.compile(r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[个项]")
_PAPERS = re.compile(r"材料|资料|证明|手续")
_RANGE = re.compile(r"[到至—–~～前头后-]")
_NO_MATTER = re.compile(r"[没莫][有得]?(?:啥子?|什么)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings(Step[tuple[str, ...]]):
    """几项各做到没有：答案是“id=状态”，逐项记进答案记录（`prefix` + id），所以换了分法也不丢。

    没说到的算 `rest`，空的就先不算；`things` 里的几样说“没得”是没有这样东西，不涉及。
    `needs` 是（一项，它靠的另一项）：靠的那一项没做到，没点它的名，它就不能跟着“其他”算做到。
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
        found = self._reading(said)
        if self.kept and not found.named and found.said and set(found.said.values()) == {"unknown"}:
            # 重问时光说一句“不晓得”：说过的照旧，说的是还没有说到的
            told = {id for id, _, status in (each.rpartition("=") for each in self.kept) if status != UNSAID}
            left = {n: each for n, each in found.said.items() if self.items[n].id not in told}
            found = replace(found, said=left or found.said)
        return self.of(found)

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
        names = sorted((name for item in self.items for name in item.says if len(name) > 1), key=len, reverse=True)
        besides = re.sub("|".join(map(re.escape, names)), "", said) if names else said  # “运输方式要求4”是名称
        found = Reading() if _NUMBERED.search(besides) else self._reading(said)
        return self.parse(said) if found.some and found.told and found.said is not None else None

    def claims(self, said: str) -> bool:
        """说了哪几项或全部是什么，读得准；光是编号的不是。"""
        found = self._reading(said)
        return found.named and bool(found.told or found.scope) and found.said is not None

    def doubtful(self, said: str) -> str:
        """分明是在报几项，却读不准：怎么问回去；不是的是空的。"""
        found = self._reading(said)
        return found.reason if len(said) <= SHORT or (found.named and found.told) else ""

    def closing(self, said: str, open_: Collection[str]) -> Reading:
        """最后一问里又一项一项说了：“全部”“其他”说的只是还没说到的 `open_`。"""
        return self._reading(said, {n for n, item in enumerate(self.items) if item.id in open_})

    def of(self, found: Reading) -> tuple[str, ...] | None:
        """读出来的写成答案；没读出来是 None。"""
        if found.said is None:
            return None
        named = {self.items[n].id for n in found.each}
        return self._value({self.items[n].id: each for n, each in found.said.items()}, named)

    def _reading(self, said: str, among: Collection[int] | None = None) -> Reading:
        if _ASKS.search(_NO_MATTER.sub("没", said)) or _RETURNED.search(said):
            return Reading()
        names = [(plain(item.label), *item.says) for item in self.items]
        things, which = self._lacking(said, names)
        found = read(said, names, things, among)
        if found.said is not None and (doubt := _DOUBT.search(said)):
            which = f"“{doubt[0]}”拿不准，先不记。做到了的写编号，例如“1、3做到了”；拿不准的写“不清楚 2”。"
        elif found.said is not None and _mixed(said, clauses_of(said, names, len(names if among is None else among))):
            which = "除开的是整页里的，还是您说的那几项里的？先不记，请写编号，例如“1、2做到了，3没做到”。"
        return replace(found, said=None, reason=which) if which and found.said is not None else found

    def _lacking(self, said: str, names: list[tuple[str, ...]]) -> tuple[set[int], str]:
        """说“没得”就是不涉及的几样：说到它的材料的不算；“储罐没有”是没有储罐还是没有材料，后面是怎么问回去。"""
        things = {n for n, item in enumerate(self.items) if item.id in self.things}
        longest = sorted((name for each in names for name in each), key=len, reverse=True)
        which = ""
        for clause in re.split(r"[，,。;；\n]", said):
            here = {n: name for n in things for name in names[n] if name in clause}
            if _PAPERS.search(re.sub("|".join(map(re.escape, longest)), "", clause)):
                things -= set(here)
            elif lone := next((name for name in here.values() if clause.strip() == f"{name}没有"), ""):
                which = f"“{lone}没有”是没有{lone}，还是材料没备齐？先不记，请说“{lone}不涉及”或“{lone}没备齐”。"
        return things, which

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
        return self._value({id: "met"}, {id})

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

    def _value(self, said: Mapping[str, Status], named: Collection[str] = ()) -> tuple[str, ...]:
        """没点名的一项靠着没做到的另一项，不能跟着“其他”算做到；点了名的照说的记，它靠的那一项另问。"""
        kept = {id: status for id, _, status in (each.rpartition("=") for each in self.kept)}
        held = {item.id: said.get(item.id) or kept.get(item.id) or self.rest or UNSAID for item in self.items}
        for child, parent in self.needs:
            if held.get(child) != "met" or held.get(parent) in (None, "met") or kept.get(child) == "met":
                continue
            if child not in named:
                held[child] = UNSAID
            elif parent in said and parent not in named:
                held[parent] = UNSAID
        return tuple(f"{id}={status}" for id, status in held.items())


def _mixed(said: str, clauses: list[Clause]) -> bool:
    """“除了”的几项也许只在话里另说的几项里头：“1到5有，3除外”“除了3，1到8都有”。整页里除开的是假。"""
    flat = [(n, token) for n, clause in enumerate(clauses) for token in clause.tokens]
    start = next((at for at, (_, token) in enumerate(flat) if token.kind == "but"), None)
    if start is None:
        return bool(re.search(r"以外|之外|除外", said))
    own, end = flat[start][0], start + 1
    while end < len(flat) and flat[end][1].kind == "item":
        end += 1
    excepted = flat[start + 1 : end]
    items = [token.item for _, token in excepted]
    before = {token.item for _, token in flat[:start] if token.kind == "item"}
    others = before | {token.item for _, token in flat[end:] if token.kind == "item"}
    later = [n for n, _ in excepted if n != own]
    whole = any(n == own and token.kind in ("all", "rest") for n, token in flat[end:])
    return (
        sum(token.kind == "but" for _, token in flat) > 1
        or len(set(items)) < len(items)
        or 0 < len(later) < len(items) - 1
        or any(later.count(n) > 1 or any(at == n and token.kind == "status" for at, token in flat) for n in later)
        or any(token.word != excepted[0][1].word and _RANGE.search(token.word) for _, token in excepted)
        or bool(others & set(items) and (before or others - set(items)))
        or any(n == own and token.kind == "item" for n, token in flat[:start])
        or (bool(before or len(others) > 1) and not whole)
    )


def counted(said: str) -> str:
    """“10项”“三个”，没说“第”：是几项还是第几项，怎么问回去；不是的是空的。"""
    return (
        f"“{said}”说的是几项，还是第几项？先不记，请写编号，例如“1、3做到了”。"
        if said[-1:] in ("个", "项") and _COUNTED.fullmatch(said)
        else ""
    )


class Closing(Choose):
    """没说到的都算哪一样：只认整句的说法；一项一项说的、带着别的字的，由报各项的来读。"""

    def parse(self, said: str) -> str | None:
        """整句正是一个选项的说法。"""
        return self.exact(said)
