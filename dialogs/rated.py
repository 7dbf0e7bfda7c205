"""一次报几项：列出的编号算做到了，“不清楚 2”“不涉及 4”“全部”“除了2和4”“其他都没做到”都读得懂。"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

Status = Literal["met", "unmet", "unknown", "na"]
SAID: dict[Status, str] = {"met": "做到了", "unmet": "没做到", "unknown": "不清楚", "na": "不涉及"}
_WORDS: dict[Status, str] = {
    "met": "没问题 在记 在做 在用 在管 装的 做的 弄的 "
    "做到了 做到 达到了 达到 达标了 达标 做了 有了 有 备齐了 备齐 齐全 齐了 齐 装了 安了 搞了 弄了 "
    "合格 满足 符合 ok 可以 得行",
    "unknown": "不清楚 不是很清楚 不知道 不晓得 搞不清楚 搞不清 搞不醒豁 说不准 说不清 拿不准 不确定 待核实 "
    "没问过 不懂 没把握",
    "na": "不涉及 没涉及 未涉及 不适用 没有这项 没有这个 没得这项 没得这个 没有这样 用不上 用不着 不用 没用 "
    "不需要 不相关",
    "unmet": "没做到 没达到 没有达到 未达到 达不到 没做 没弄 没搞 没装 没安 还没有 还没 没整 未做 做不到 不达标 "
    "未达标 没达标 只存 只保存 没备齐 没齐 不齐 不够 不行 不得行 不合格 不满足 不符合 没完成 没完全做到 没完全 不完全 "
    "没全部做到 做了一半 一半 还在做 还在装 还在弄 正在做 正在装 正在弄 正在搞 在准备 正准备 准备中 在整改 在改 计划装 "
    "计划做 计划 打算 明年装 明年做 明年 快装好了 快装好 快做好了 快好了 超标了 超标 没证明 没材料 没资料 "
    "缺证明 缺材料 缺 差 短板",
}
_LACKING = "没有 没得 莫得 无 没"
_KEYS = {word: status for status, words in _WORDS.items() for word in words.split()}
_ALL = r"(?P<all>全部|全都|全|都|所有|每[一]?[项样]|统统)"
_EVERYTHING = frozenset("全部 全都 所有 全选 每项 每一项 每样".split())
_REST = r"(?P<rest>其他的?|其余的?|其它的?|剩下的?|剩余的?|别的|另外的)"
_ONLY = r"(?P<only>只有|就只有|仅有|光是|就是?只|[就只](?=差|缺|剩))"
_BUT = r"(?P<but>除了?|除开|除去|不含|不包括)"
_FEW = r"(?P<few>(?:只|才|仅)(?:有|存|保存|做)?了?\s*\d+\s*(?:个?月|年|天|%|％|台|套|次|个))"
"""“只有6个月”：有是有，不够。"""
_MARK = r"(?P<mark>(?<=\d)\s*(?:是|对|√|✓|✔|☑|y)(?![a-z\u4e00-\u9fff]))"
_CROSS = r"(?P<cross>(?<=\d)\s*(?:不是|不对|否|错|×|✗|✘|❌|n)(?![a-z\u4e00-\u9fff]))"
_COUNTED = re.compile(r"(?<!第)(?<![\d.])(?:\d{1,2}|[一二两三四五六七八九十]{1,2})\s*(?:个|项)(?!号|月)")
"""“3个做到了”说的是几个，不是第几项。"""
MOST_WORDS = 6
"""报各项的一句话里，认不得的余字最多这么多。"""
_HEDGE = re.compile(r"好像|大概|可能|估计|应该是|基本上?|勉强|差点|部分|不太")
"""拿不准的口气：说“好像做到了”不算做到了。"""
ASKS = re.compile(
    r"[?？]|[吗么嘛][，,。]?$|好久|多久|多少|好多|要不要|需不需|怎么|咋|啷|哪[个些里]|什么|啥|几[个项天月]|能不能"
)
CLAUSE = re.compile(r"[，,；;。]")
_STOP = r"(?P<stop>[，,；;。\n]|另外(?!的))"
_FILLER = re.compile(r"[^\w]|[的了都也就是我们这些那几项样个和跟与有]")
MOST_ASIDE = 1
"""没说到哪一项时，认不得的余字多过这么多，就当没在报。"""
_UNITS = "个?月|年|天|日|小时|万|吨|米|%|％|mg|毫克|分钟|级|人|台|套|次|公里|厘米"
_NUMBER = (
    r"(?<!\d)(?P<span>\d{1,2}\s*(?:到|至|-|—|~)\s*\d{1,2})(?!\d)|"
    rf"(?<!\d)第?(?P<digits>\d{{1,2}})(?!\d|\s*(?:{_UNITS}))"
)


def rated(said: str, names: Sequence[Sequence[str]], lacking: Status = "unmet") -> dict[int, Status] | None:
    """每一项（从 0 起）说成了什么；没说到的不在里面，一项也没说是 None。

    `names` 是每一项的叫法；`lacking` 是“没有”“没得”在这里算什么。编号越界的抛 IndexError。`said` 先经过 plain()。
    """
    said = _FIRST.sub(r"1到\1", _OUTSIDE.sub(r"除了\1", said.replace("差不多", "")))
    if _COUNTED.search(said) or _DENIED.search(said):
        return None
    if said in _EVERYTHING:
        return dict.fromkeys(range(len(names)), "met")
    tokens, left = tokens_of(said, names, lacking)
    while tokens and tokens[-1][0] == "stop":
        tokens.pop()
    bare = [kind for kind, _ in tokens if kind not in ("all", "rest", "stop")] == ["key"]
    if not any(kind in ("item", "all", "rest") for kind, _ in tokens) and not bare:
        return None
    if not any(kind in ("item", "key") for kind, _ in tokens):
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


_DENIED = re.compile(r"(?<!\d)(?<!\d )(?:不是(?!很清楚)|并非)")
_FIRST = re.compile(r"[前头](\d{1,2})\s*[个项]")
_OUTSIDE = re.compile(r"^((?:第?\d{1,2}[项个]?[、和,，跟 ]*)+)(?:之外|以外)")
Kind = Literal["item", "all", "rest", "but", "only", "key", "stop"]
Token = tuple[Kind, int | str]


def tokens_of(said: str, names: Sequence[Sequence[str]], lacking: Status) -> tuple[list[Token], str]:
    """认得的各个词，和认不得的余字。"""
    labels = {name: n for n, each in enumerate(names) for name in each if len(name) > 1}
    keys = _KEYS | dict.fromkeys(_LACKING.split(), lacking)
    words = sorted((*labels, *keys), key=len, reverse=True)
    pattern = re.compile(
        "|".join(
            (
                _FEW,
                _MARK,
                _CROSS,
                _ONLY,
                f"(?P<word>{'|'.join(map(re.escape, words))})",
                _BUT,
                _REST,
                _NUMBER,
                _ALL,
                _STOP,
            )
        )
    )
    tokens: list[Token] = []
    clause = 0
    for match in pattern.finditer(said):
        if (word := match["word"]) in labels:
            tokens.append(("item", labels[word]))
        elif word:
            hedged = keys[word] == "met" and _HEDGE.search(said, clause, match.start())
            tokens.append(("key", "unknown" if hedged else keys[word]))
        elif match["few"] or match["mark"] or match["cross"]:
            tokens.append(("key", "met" if match["mark"] else "unmet"))
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
            groups += _counted(waiting, leading)
        waiting, leading = [], None if clause[-1][0] == "key" else found[-1][1]
        groups += found
    return groups + _counted(waiting, leading)


def _counted(waiting: list[list[int | str]], leading: Status | None) -> list[Group]:
    """没有状态的几句：说到的编号算做到了；“料仓是全封闭的”里的“全”不算全部。"""
    named = ([each for each in one if isinstance(each, int)] for one in waiting)
    return [(list(one), leading or "met") for one in named if one]


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
        if kind == "key" and groups and not items:
            if value != "met":  # “有但没证明”：后说的算
                groups[-1] = (groups[-1][0], value)  # type: ignore[assignment]
        elif kind == "key":
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
            only = items == ["only"]  # “就差3了”：只有这一项没做到
            if items and not only:
                groups.append((items, status))
            items, status = ["only"] if only else [], value  # type: ignore[assignment]
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
    if end < len(tokens) and tokens[end][0] == "key" and any(kind in ("all", "rest") for kind, _ in tokens[end:]):
        return [*tokens[:start], *tokens[start + 1 :]]  # “除了2和4没有，其他都有”：没有的就是这几项
    if end < len(tokens) and tokens[end][0] == "key" and tokens[end][1] != "met":
        groups.append((["rest"], "met"))  # “除了2和4没做到”：也是
        return [*tokens[:start], *tokens[start + 1 :]]
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
