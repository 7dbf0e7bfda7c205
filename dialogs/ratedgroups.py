"""报各项的一句话里谁是什么：哪几项、全部、其他，各说成了什么；连着的几句读不准是不是一起说的，问回去。"""

from dataclasses import dataclass, field

from dialogs.ratedpairs import TOGETHER, paired
from dialogs.ratedtext import Unsure
from dialogs.ratedwords import AROUND, EVERYTHING, HARD, SHORTEST, Clause, Kind, Token

MOST_ASIDE = 1
"""没说到哪一项时，认不得的余字多过这么多，就当没在报。"""
_OPPOSITE: dict[str, str | None] = {"met": "unmet", "unmet": "met", "lack": "met", "unknown": "met", "na": None}
NONE_NAMED = "这句没说到是哪几项，先不记。都做到了就回“全部做到了”；不是的话，做到了的回编号。"
WHICH = "哪几项做到了、哪几项没做到，请写编号，例如“1、3做到了，5没做到，不清楚 2”。"
_QUERIED = "这句是在问还是在报？先不记。做到了的写编号，例如“1、3做到了”；都做到了就回“全部做到了”。"


@dataclass(slots=True)
class Subject:
    """一个状态说的是谁：几项（哪些是用名称说的），或全部、其他；`only` 是“只有”。

    `weak` 是“除了”的那几项：后面另说了的，照另说的。
    """

    items: list[int] = field(default_factory=list)
    labelled: set[int] = field(default_factory=set)
    scope: Kind | None = None
    only: bool = False
    weak: bool = False

    def __bool__(self) -> bool:
        return bool(self.items) or self.scope is not None


Group = tuple[Subject, str | None]
"""状态是空的：只有编号，没说是什么。"""


def groups_of(clauses: list[Clause], count: int) -> list[Group]:
    """各句里谁是什么；读不准的抛 Unsure，不是在报的是空的。"""
    tokens = [token for clause in clauses for token in clause.tokens]
    unclear = next((token.word for token in tokens if token.kind == "unclear"), None)
    left = sum(len(clause.left) for clause in clauses if clause.tokens or count > 1)
    if not any(token.kind in AROUND for token in tokens):
        if unclear is not None and left <= MOST_ASIDE and (unclear or any(token.kind == "status" for token in tokens)):
            raise Unsure(unclear)
        return _bare([token for token in tokens if token.kind == "status"], left, count)
    if not any(token.kind in ("item", "status") for token in tokens):
        return []
    if unclear is not None:
        raise Unsure(unclear)
    others = any(token.kind in ("all", "rest", "but", "only") for token in tokens)
    if not all(clause.clear(others) for clause in clauses):
        raise Unsure("")
    _after_the_first(tokens)
    if (pairs := paired(clauses)) is not None:
        return [(_subject(Clause(who, "")), status) for who, status in pairs]
    groups: list[Group] = []
    clauses = _without_exceptions(clauses, groups)
    waiting: list[Clause] = []
    leading: str | None = None
    parted = False
    for clause in clauses:
        if not clause.tokens:
            continue
        before, parted = parted, clause.stop == HARD
        found, opens = _read(clause)
        if [token.word in EVERYTHING for token in clause.tokens] == [True] and not clause.left:
            found = [(found[0][0], "met")]  # “全部，7不涉及”
        if any(status is None and subject.scope for subject, status in found):
            raise Unsure("")
        if all(status is None for _, status in found) and found:
            if not waiting and groups and groups[-1][1] != "met" and (before or not _goes_on(clause, groups, leading)):
                raise Unsure(TOGETHER)
            waiting.append(clause)
            continue
        if not found:
            if waiting and opens != "met":
                raise Unsure(TOGETHER)
            _add(groups, opens)
            continue
        near = _near(waiting, clause, found, leading)
        together = all(len(_subject(one).items) == 1 and not one.also for one in near) and not (near and clause.also)
        if not together and not _others_met(clauses):
            raise Unsure(TOGETHER)
        found[0][0].items[:0] = [item for one in near for item in _subject(one).items]
        groups += [(_subject(one), leading or "met") for one in waiting[: len(waiting) - len(near)]]
        waiting, leading = [], found[-1][1] if opens else None
        groups += [(subject, status or "met") for subject, status in found]
    return groups + [(_subject(one), leading or "met") for one in waiting]


def _after_the_first(tokens: list[Token]) -> None:
    """“后面的”是前面从第1项起连着说的几项以后的；说的不是这样的几项，就不知道是哪几项。"""
    at = next((n for n, token in enumerate(tokens) if token.kind == "rest" and token.word.startswith("后")), None)
    if at is None:
        return
    items = {token.item for token in tokens[:at] if token.kind == "item"}
    if not items or items != set(range(len(items))):
        raise Unsure("")


def _bare(statuses: list[Token], left: int, count: int) -> list[Group]:
    """只说了状态：“没有”“不晓得”说的是全部；只有一项的，有就是有。“好”“可以”这样的应声，说不清是哪几项。"""
    if len(statuses) != 1 or left > MOST_ASIDE:
        return []
    only = statuses[0]
    if only.word in SHORTEST or only.hedged or (count > 1 and only.status in ("met", "na")):
        raise Unsure(NONE_NAMED)
    return [(Subject(scope="all"), only.status)]


def _add(groups: list[Group], status: str | None) -> None:
    """单独一句“但没联网”：说的是前面那几项；前面说的是全部，就不知道是哪一项了。"""
    if status in (None, "met") or not groups:
        return
    subject, before = groups[-1]
    if before == status:
        return
    if subject.scope or before != "met":
        raise Unsure("")
    groups[-1] = (subject, status)


def _near(waiting: list[Clause], clause: Clause, found: list[Group], leading: str | None) -> list[Clause]:
    """“2，4不清楚”“1-4，6没有”：前面只用逗号隔开的几句，和后面的状态连着；分号、“但”隔开的不连。"""
    first, status = found[0]
    if not waiting or first.scope or clause.tokens[0].kind != "item" or any(t.narrow for t in clause.tokens):
        return []
    start = max((n for n, one in enumerate(waiting, 1) if one.stop == HARD), default=0)
    near = waiting[start:]
    if leading is not None:
        if near and status != leading:
            raise Unsure(TOGETHER)
        return []
    if status == "met" or not all(one.tokens[0].kind == "item" and not _subject(one).scope for one in near):
        return []
    if len(first.items) > 1 and near and not all(len(_subject(one).items) > 1 for one in near):
        raise Unsure(TOGETHER)
    return near


def _others_met(clauses: list[Clause]) -> bool:
    """另说了“其他都做到了”：前面的几项就不会也是做到了的。"""
    told = [[token.status or token.kind for token in clause.tokens if token.kind != "all"] for clause in clauses]
    return ["rest", "met"] in told


def _goes_on(clause: Clause, groups: list[Group], leading: str | None) -> bool:
    """光是编号的一句，跟在“没做到”“不清楚”的后面：“不清楚2，4”是一起的，“不清楚 2，1 3 4 5”说不清。"""
    one = len({token.word for token in clause.tokens}) == 1 and len(groups[-1][0].items) == 1
    return one and leading is not None and not clause.also


def _subject(clause: Clause) -> Subject:
    subject = Subject()
    for token in clause.tokens:
        _take(subject, token)
    return subject


def _take(subject: Subject, token: Token) -> None:
    if token.kind == "item":
        if subject.scope == "rest":
            raise Unsure(TOGETHER)  # “其他1到8都做了”：8以后的呢
        if token.item not in subject.items:
            subject.items.append(token.item)
        if token.labelled:
            subject.labelled.add(token.item)
        if subject.scope == "all":
            subject.scope = None
    elif token.kind == "only":
        subject.only = True
    elif token.kind == "rest" or (not subject.items and subject.scope is None):
        subject.scope = token.kind  # “储罐火炬都没有”只说这两项


def _read(clause: Clause) -> tuple[list[Group], str | None]:
    """一句里的各组，和句首的状态（句末没有跟着谁的，是空的）。

    状态在后面的，说的是前面的几项；句首的状态说后面的。“1、3不清楚2”：头几个是做到了。
    """
    groups: list[Group] = []
    subject = Subject()
    opens: str | None = None
    for at, token in enumerate(clause.tokens):
        if token.kind == "status":
            if token.status == "lack" and at == len(clause.tokens) - 1 and at and clause.tokens[at - 1].status == "met":
                raise Unsure(_QUERIED)  # “都做到了没得”
            status = _hedged(token, subject)
            if token.narrow and len(subject.items) == len(subject.labelled) > 1:
                subject.items = subject.items[-1:]  # “门禁视频只存3个月”：说的是视频
            if not subject:
                if groups and opens is None:
                    if at < len(clause.tokens) - 1:
                        raise Unsure("")
                    groups[-1] = (groups[-1][0], groups[-1][1] if status == "met" else status)  # “有但没证明”
                else:
                    opens = status if opens in (None, "met") else opens
                continue
            groups.append((subject, status if opens is None else opens))
            subject, opens = Subject(), None if opens is None else status
        elif token.kind == "rest" and subject.items:
            groups.append((subject, opens))
            subject, opens = Subject(scope="rest"), None
        else:
            _take(subject, token)
    if not subject:
        return groups, opens
    if opens is None and groups and groups[-1][1] is not None:
        before, status = groups[-1]
        if status not in ("unknown", "na", "met") or len(groups) > 1 or subject.scope or before.scope:
            raise Unsure("")
        groups[-1] = (before, "met")
        return [*groups, (subject, status)], status
    return [*groups, (subject, opens)], opens


def _hedged(token: Token, subject: Subject) -> str | None:
    """拿不准的口气：说的是几项，就是不清楚；说的是全部，问清楚是哪几项。"""
    if not token.hedged:
        if token.word in SHORTEST and "没" not in token.word and subject.scope == "all":
            raise Unsure(NONE_NAMED)
        return token.status
    if subject.scope and token.status != "unknown":
        raise Unsure(f"“{token.hedged}”拿不准，先不记。{WHICH}")
    return "unknown"


def _without_exceptions(clauses: list[Clause], groups: list[Group]) -> list[Clause]:
    """先把“除了2和4都做到了”读出来：别的是后面说的那样（没说就是做到了），这几项反过来。"""
    flat = [(n, token) for n, clause in enumerate(clauses) for token in clause.tokens]
    start = next((at for at, (_, token) in enumerate(flat) if token.kind == "but"), None)
    if start is None:
        return clauses
    end = start + 1
    while end < len(flat) and flat[end][1].kind == "item":
        end += 1
    excepted = Subject(weak=True)
    for _, token in flat[start + 1 : end]:
        _take(excepted, token)
    if not excepted.items:
        raise Unsure("")
    after = [token for _, token in flat[end:]]
    same = end < len(flat) and flat[end][0] == flat[start][0]
    around = any(token.kind in ("all", "rest") for token in after)
    gone = {start}
    if same and after[0].kind == "status" and (around or after[0].status != "met"):
        if not around:  # “除了2和4没做到”：没做到的就是这几项
            groups.append((Subject(scope="rest"), "met"))
        return _left(clauses, flat, gone)
    opens = bool(after) and flat[end - 1][0] != flat[end][0] and after[0].kind == "status" and after[0].status != "met"
    if opens and _alone(after):
        raise Unsure("")  # “除了5、8，没做到”：没做到的是这几项，还是别的
    said = next((group for group in _said_of_all([token for _, token in flat[:start]])), None)
    status, last = said or "met", end
    while last < len(flat) and flat[last][1].kind in ("all", "rest"):
        last += 1
    if last < len(flat) and flat[last][1].kind == "status" and (last > end or same):
        status = _hedged(flat[last][1], Subject(scope="rest")) or "met"
        last += 1
    groups.append((Subject(scope="rest"), status))
    if opposite := _OPPOSITE[status]:
        groups.append((excepted, opposite))
    return _left(clauses, flat, gone | set(range(start, last)) | (set(range(start)) if said else set()))


def _alone(after: list[Token]) -> bool:
    """打头的状态后面没有跟着几项：不是“除了2和4，不清楚 6”。"""
    return len(after) == 1 or after[1].kind != "item"


def _said_of_all(tokens: list[Token]) -> list[str]:
    """“都做到了，除了2和4”“还没做到，除了2”：前面已经说了全部怎样。"""
    kinds = [token.kind for token in tokens]
    return [tokens[-1].status] if kinds in (["all", "status"], ["status"]) and not tokens[-1].hedged else []


def _left(clauses: list[Clause], flat: list[tuple[int, Token]], gone: set[int]) -> list[Clause]:
    kept = [(n, token) for at, (n, token) in enumerate(flat) if at not in gone]
    return [
        Clause([token for at, token in kept if at == n], clause.left, clause.stop, also=clause.also)
        for n, clause in enumerate(clauses)
    ]
