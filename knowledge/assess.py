"""按指标表判断：照短板原则，答到哪里，等级的范围就收到哪里；没有答的不猜。"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.records import Requirement, Table

Status = Literal["met", "unmet", "unknown", "na"]
Answers = Mapping[tuple[str, str], Status]
"""（等级，要求）→ 达到、没达到、不清楚、不涉及；没有的就是不清楚。"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """一次判断：等级在 `low` 和 `high` 之间（含；都是分支的等级，相同就是定了）。

    `holding` 是短板：至多只够 `high` 的各项（`high` 已是最好的一档时没有）。`target` 是 `low` 的上一档，没有的为空；
    `fixes` 是没达到它的，`confirm` 是还不清楚的：合起来就是最少的一组，都达到 `target`，等级就不低于它。
    `telling` 是答了最能收窄范围的一问（等级，要求）；已经定了的为 None。
    """

    low: str
    high: str
    holding: tuple[Requirement, ...]
    target: str
    fixes: tuple[Requirement, ...]
    confirm: tuple[Requirement, ...]
    telling: tuple[str, Requirement] | None


@dataclass(frozen=True, slots=True)
class _Span:
    """一项要求还可能的等级：从第 `best` 档到第 `worst` 档，最好的一档是第 0 档。"""

    requirement: Requirement
    best: int
    worst: int


def assess(table: Table, tiers: Sequence[str], answers: Answers) -> Verdict:
    """照回答判断；`tiers` 是这个分支的各档，最好的在前。

    达到一档，更低的各档也就达到了；没达到一档，更好的各档、写法相同的更低的各档也都没达到，与别的答复矛盾时以没达到为准。
    最末一档谁都够得上。不涉及的要求放在一边；全都放在一边，就没有什么拦着。表里没有的等级和要求略过。
    """
    spans = [_span(each, tiers, answers) for each in table.requirements if not _aside(each, tiers, answers)]
    low, high = _grade(spans)
    target = low - 1
    return Verdict(
        low=tiers[low],
        high=tiers[high],
        holding=tuple(span.requirement for span in spans if span.best == high > 0),
        target=tiers[target] if low else "",
        fixes=tuple(span.requirement for span in spans if low and span.best > target),
        confirm=tuple(span.requirement for span in spans if low and span.best <= target < span.worst),
        telling=_telling(spans, tiers),
    )


def _aside(requirement: Requirement, tiers: Sequence[str], answers: Answers) -> bool:
    return any(answers.get((tier, requirement.id)) == "na" for tier in tiers)


def _span(requirement: Requirement, tiers: Sequence[str], answers: Answers) -> _Span:
    """“不作要求”的一档等于达到了。"""
    asks = _asks(requirement, tiers)
    best, worst = 0, len(tiers) - 1
    for at, tier in enumerate(tiers):
        said = answers.get((tier, requirement.id))
        first, last = _alike(asks, at)
        if asks[at] is None or said == "met":
            worst = min(worst, first)
        elif said == "unmet":
            best = max(best, last + 1)
    best = min(best, len(tiers) - 1)
    return _Span(requirement, best, max(best, worst))


def _asks(requirement: Requirement, tiers: Sequence[str]) -> list[str | None]:
    return [row.text if (row := requirement.at(tier)) else None for tier in tiers]


def _alike(asks: Sequence[str | None], at: int) -> tuple[int, int]:
    """挨着这一档、写法相同的各档，连同它自己；不作要求的只有它自己。"""
    first = last = at
    while asks[at] is not None and first > 0 and asks[first - 1] == asks[at]:
        first -= 1
    while asks[at] is not None and last + 1 < len(asks) and asks[last + 1] == asks[at]:
        last += 1
    return first, last


def _grade(spans: Sequence[_Span]) -> tuple[int, int]:
    """短板原则：最低的一项决定等级。"""
    return max((span.worst for span in spans), default=0), max((span.best for span in spans), default=0)


def _telling(spans: Sequence[_Span], tiers: Sequence[str]) -> tuple[str, Requirement] | None:
    """两种答法之后范围的宽窄加起来最小的一问；并列的取头一个（先按要求，再从好的一档起）。"""
    low, high = _grade(spans)
    if low == high:
        return None
    found: tuple[int, str, Requirement] | None = None
    for span, others in _each(spans):
        for tier, met, unmet in _questions(span, tiers):
            width = _width(met, others) + _width(unmet, others)
            if found is None or width < found[0]:
                found = width, tier, span.requirement
    assert found is not None  # 范围没定，必有一项还不清楚
    return found[1:]


def _each(spans: Sequence[_Span]) -> Iterator[tuple[_Span, tuple[int, int]]]:
    """每一项，和撇开它的范围。"""
    worst = sorted((span.worst for span in spans), reverse=True)[:2]
    best = sorted((span.best for span in spans), reverse=True)[:2]
    for span in spans:
        yield span, (_beside(worst, span.worst), _beside(best, span.best))


def _beside(two: Sequence[int], own: int) -> int:
    """撇开 `own` 以后最大的；`two` 是最大的两个。"""
    rest = two[1:] if two[0] == own else two
    return rest[0] if rest else 0


def _questions(span: _Span, tiers: Sequence[str]) -> Iterator[tuple[str, _Span, _Span]]:
    """还问得着的各档，和达到、没达到以后还可能的等级。"""
    asks = _asks(span.requirement, tiers)
    for at in range(span.best, span.worst):
        first, last = _alike(asks, at)
        met = _Span(span.requirement, span.best, max(span.best, first))
        yield tiers[at], met, _Span(span.requirement, min(last + 1, span.worst), span.worst)


def _width(span: _Span, others: tuple[int, int]) -> int:
    return max(span.worst, others[0]) - max(span.best, others[1])
