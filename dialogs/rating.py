"""一次报几项：列出的编号算做到了，“不清楚 2”“不涉及 4”“全部”“除了2和4”“其他都没做到”都读得懂。"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dialogs.reading import plain
from dialogs.records import Value
from dialogs.steps import Choice, Step

Status = Literal["met", "unmet", "unknown", "na"]
SAID: dict[Status, str] = {"met": "做到了", "unmet": "没做到", "unknown": "不清楚", "na": "不涉及"}
UNSAID, AGAIN = "unsaid", "again"
"""一项还没说；一页要重问。"""
COUNT = "{count}"
"""问话里写着要问几项的地方：只剩没答过的几项时，数也跟着变。"""
_WORDS: dict[Status, str] = {
    "met": "没问题 在记 在做 在用 在管 装的 做的 弄的 "
    "做到了 做到 达到了 达到 达标了 达标 做了 有了 都有 有 备齐了 备齐 齐全 齐了 齐 装了 安了 搞了 弄了 "
    "合格 满足 符合 ok 可以 得行",
    "unknown": "不清楚 不知道 不晓得 搞不清楚 搞不清 搞不醒豁 说不准 说不清 拿不准 不确定 待核实 没问过 不懂 没把握",
    "na": "不涉及 没涉及 未涉及 不适用 没有这项 没有这个 没得这项 没得这个 没有这样 用不上 不相关",
    "unmet": "没做到 没达到 没有达到 未达到 达不到 没做 没弄 没搞 没装 没安 还没有 还没 没整 未做 做不到 不达标 "
    "未达标 没达标 只存 只保存 没备齐 没齐 不齐 不够 不行 不得行 不合格 不满足 不符合 没完成 缺 差 短板",
}
_LACKING = "没有 没得 莫得 无"
_KEYS = {word: status for status, words in _WORDS.items() for word in words.split()}
_ALL = r"(?P<all>全部|全都|全|都|所有|每[一]?[项样]|统统)"
_REST = r"(?P<rest>其他的?|其余的?|其它的?|剩下的?|剩余的?|别的|另外的?)"
_ONLY = r"(?P<only>只有|就只有|仅有|光是|就是?只)"
_BUT = r"(?P<but>除了?|除开|除去|不含|不包括)"
MOST_WORDS = 6
"""报各项的一句话里，认不得的余字最多这么多。"""
_HEDGE = re.compile(r"好像|大概|可能|估计|应该是|基本上?")
"""拿不准的口气：说“好像做到了”不算做到了。"""
_ASKS = re.compile(
    r"[?？]|[吗么嘛][，,。]?$|好久|多久|多少|好多|要不要|需不需|怎么|咋|啷|哪[个些里]|什么|啥|几[个项天月]|能不能"
)
_CLAUSE = re.compile(r"[，,；;。]")
_STOP = r"(?P<stop>[，,；;。\n])"
_FILLER = re.compile(r"[^\w]|[的了都也就是我们这些那几项样个和跟与有]")
MOST_ASIDE = 1
"""没说到哪一项时，认不得的余字多过这么多，就当没在报。"""
_UNITS = "个?月|年|天|日|小时|万|吨|米|%|％|mg|毫克|分钟|级|人|台|套|次|公里|厘米"
_NUMBER = (
    r"(?<!\d)(?P<span>\d{1,2}\s*(?:到|至|-|—|~)\s*\d{1,2})(?!\d)|"
    rf"(?<!\d)第?(?P<digits>\d{{1,2}})(?!\d|\s*(?:{_UNITS}))"
)


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
        names = [(plain(item.label), *item.says) for item in self.items]
        try:
            found = rated(said, names, self.lacking) or rated(_CLAUSE.split(said)[0], names, self.lacking)
        except IndexError:
            return None
        return None if found is None else self._value({self.items[n].id: status for n, status in found.items()})

    def explicit(self, said: str) -> bool:
        """一眼看得出是在报各项：有编号或“全部”，多余的字不多。"""
        names = [(plain(item.label), *item.says) for item in self.items]
        try:
            tokens, left = _tokens(said, names, self.lacking)
        except IndexError:
            return True
        kinds = [kind for kind, _ in tokens]
        if _ASKS.search(said) or not any(kind in ("item", "all", "rest") for kind in kinds):
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
            return replace(self, kept=kept)
        return replace(self, items=tuple(item for item, status in held.items() if status is None))

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
        return tuple(f"{item.id}={said.get(item.id) or kept.get(item.id) or rest}" for item in self.items)


def rated(said: str, names: Sequence[Sequence[str]], lacking: Status = "unmet") -> dict[int, Status] | None:
    """每一项（从 0 起）说成了什么；没说到的不在里面，一项也没说是 None。

    `names` 是每一项的叫法；`lacking` 是“没有”“没得”在这里算什么。编号越界的抛 IndexError。`said` 先经过 plain()。
    """
    tokens, left = _tokens(said.replace("差不多", ""), names, lacking)
    while tokens and tokens[-1][0] == "stop":
        tokens.pop()
    bare = [kind for kind, _ in tokens if kind not in ("all", "rest", "stop")] == ["key"]
    if not any(kind in ("item", "all", "rest") for kind, _ in tokens) and not bare:
        return None
    if not any(kind == "item" for kind, _ in tokens) and len(left) > MOST_ASIDE:
        return None
    found: dict[int, Status] = {}
    default: Status | None = None
    for group, status in _grouped(tokens):
        if any(isinstance(each, int) for each in group):
            group = [each for each in group if each != "all"]  # “储罐火炬都没有”只说这两项
        if bare or "all" in group or "rest" in group:
            default = status
        if "only" in group:
            default = "unmet" if status == "met" else "met"
        for each in group:
            if isinstance(each, int):
                found[each] = status
    if default is not None:
        found = {n: found.get(n, default) for n in range(len(names))}
    return found or None


def out_of_range(said: str, count: int) -> int | None:
    """说到的第一个越界的编号；没有是 None。"""
    found = (int(each) for match in re.finditer(_NUMBER, said) for each in re.findall(r"\d+", match[0]))
    return next((n for n in found if not 1 <= n <= count), None)


Kind = Literal["item", "all", "rest", "but", "only", "key", "stop"]
Token = tuple[Kind, int | str]


def _tokens(said: str, names: Sequence[Sequence[str]], lacking: Status) -> tuple[list[Token], str]:
    """认得的各个词，和认不得的余字。"""
    labels = {name: n for n, each in enumerate(names) for name in each if len(name) > 1}
    keys = _KEYS | dict.fromkeys(_LACKING.split(), lacking)
    words = sorted((*labels, *keys), key=len, reverse=True)
    pattern = re.compile(
        "|".join((_ONLY, f"(?P<word>{'|'.join(map(re.escape, words))})", _BUT, _REST, _NUMBER, _ALL, _STOP))
    )
    tokens: list[Token] = []
    clause = 0
    for match in pattern.finditer(said):
        if (word := match["word"]) in labels:
            tokens.append(("item", labels[word]))
        elif word:
            hedged = keys[word] == "met" and _HEDGE.search(said, clause, match.start())
            tokens.append(("key", "unknown" if hedged else keys[word]))
        elif match["span"]:
            first, last = map(int, re.findall(r"\d+", match["span"]))
            tokens += [("item", _within(n, names)) for n in range(first, last + 1)]
        elif match["digits"]:
            tokens.append(("item", _within(int(match["digits"]), names)))
        else:
            kinds: tuple[Kind, ...] = ("only", "but", "rest", "all", "stop")
            tokens.append((next(kind for kind in kinds if match[kind]), ""))
            clause = match.end() if match["stop"] else clause
    return tokens, _FILLER.sub("", pattern.sub("", said))


def _within(number: int, names: Sequence[Sequence[str]]) -> int:
    if not 1 <= number <= len(names):
        raise IndexError(number)
    return number - 1


Group = tuple[list[int | str], Status]


def _grouped(tokens: list[Token]) -> list[Group]:
    """几项一组，各是什么。一句话里状态在最后的，说的是前面的编号，否则说的是后面的；“除了”后面的几项反过来。

    只有编号的一句：前面是“不清楚 2”这样的就跟着它；都是单独一项、后面又有状态的，连着算（“2，4不清楚”）；否则算做到了。
    """
    groups: list[Group] = []
    tokens = _without_exceptions(tokens, groups)
    waiting: list[list[int | str]] = []
    leading: Status | None = None
    for clause in _clauses(tokens):
        keyed = [kind for kind, _ in clause if kind == "key"]
        if not keyed:
            waiting.append([value if kind == "item" else kind for kind, value in clause])
            continue
        found = _trailing(clause) if clause[-1][0] == "key" else _leading(clause)
        joins = clause[-1][0] == "key" and found and "rest" not in found[0][0] and all(len(w) == 1 for w in waiting)
        if leading is None and joins and found[0][0]:
            found[0] = ([*(each for one in waiting for each in one), *found[0][0]], found[0][1])
        else:
            groups += [(one, leading or "met") for one in waiting]
        waiting, leading = [], None if clause[-1][0] == "key" else found[-1][1]
        groups += found
    return groups + [(one, leading or "met") for one in waiting]


def _clauses(tokens: list[Token]) -> Iterator[list[Token]]:
    clause: list[Token] = []
    for token in tokens:
        if token[0] != "stop":
            clause.append(token)
        elif clause:
            yield clause
            clause = []
    if clause:
        yield clause


def _trailing(clause: list[Token]) -> list[Group]:
    """“1、3做到了2没有”。"""
    groups: list[Group] = []
    items: list[int | str] = []
    for kind, value in clause:
        if kind == "key":
            groups.append((items, value))  # type: ignore[arg-type]
            items = []
        else:
            items.append(value if kind == "item" else kind)
    return groups


def _leading(clause: list[Token]) -> list[Group]:
    """“1、3不清楚2”：头几个是做到了。"""
    groups: list[Group] = []
    items: list[int | str] = []
    status: Status = "met"
    for kind, value in clause:
        if kind == "key":
            if items:
                groups.append((items, status))
            items, status = [], value  # type: ignore[assignment]
        else:
            items.append(value if kind == "item" else kind)
    return [*groups, (items, status)]


def _without_exceptions(tokens: list[Token], groups: list[Group]) -> list[Token]:
    """先把“除了2和4都做到了”读出来：别的是后面说的那样（没说就是做到了），这几项没做到。"""
    start = next((n for n, (kind, _) in enumerate(tokens) if kind == "but"), None)
    if start is None:
        return tokens
    end = start + 1
    while end < len(tokens) and tokens[end][0] == "item":
        end += 1
    excepted = [value for _, value in tokens[start + 1 : end]]
    apart = end < len(tokens) and tokens[end][0] == "stop"
    while end < len(tokens) and tokens[end][0] in ("all", "rest", "stop"):
        apart = apart and tokens[end][0] == "stop"
        end += 1
    status: Status = "met"
    if end < len(tokens) and tokens[end][0] == "key" and not apart:
        status, end = tokens[end][1], end + 1  # type: ignore[assignment]
    groups.append((["rest"], status))
    groups.append((list(excepted), "unmet" if status == "met" else "met"))
    return [*tokens[:start], *tokens[end:]]
