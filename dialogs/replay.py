"""从答案记录重放一场对话；走遍一个流程的每一条控制路径。"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogs.records import Facts, Value
from dialogs.steps import Conversation, End, Step
from knowledge.rules import Rules

Flow = Callable[[Rules, Facts], Conversation]
LONGEST = 160
"""一场对话最多这么多步；再多就是流程写错了。"""


@dataclass(slots=True)
class Due:
    """重放到哪里，只在一个回合里用：`step` 是该问的一步，或结果；`asked` 是答过的步骤；`dropped` 是不再有效的答案。

    `talk` 停在 `whole` 这一步上，可以用 go_on 接着走一次；已有结果的是 None。`step` 是其中还没答的部分。
    """

    step: Step[Any] | End
    asked: tuple[tuple[Step[Any], Value], ...]
    dropped: tuple[str, ...]
    talk: Conversation | None = field(default=None, repr=False, compare=False)
    whole: Step[Any] | None = field(default=None, repr=False, compare=False)


def replay(flow: Flow, answers: Mapping[str, Value], rules: Rules, facts: Facts, changed: str = "") -> Due:
    """用答案记录把对话走到第一个没有答案的问题，或走到结果。

    `changed` 是刚改过的答案：它之后的旧答案要现在问得出来才算数，之前的只要仍然有效。
    """
    talk = flow(rules, facts)
    try:
        return _follow(talk, next(talk), (), answers, changed)
    except StopIteration as stop:
        return Due(stop.value, (), ())


def go_on(due: Due, answers: Mapping[str, Value], changed: str = "") -> Due:
    """从停住的地方接着走，与从头重放结果相同；一个 Due 只能用一次。"""
    assert due.talk is not None
    assert due.whole is not None
    return _follow(due.talk, due.whole, due.asked, answers, changed)


def _follow(
    talk: Conversation,
    step: Step[Any],
    asked: tuple[tuple[Step[Any], Value], ...],
    answers: Mapping[str, Value],
    changed: str,
) -> Due:
    strict = False
    given = list(asked)
    while len(given) < LONGEST:
        value = step.said(answers)
        if value is None or not (step.offers(value) if strict else step.accepts(value)):
            return Due(step.left(answers), tuple(given), () if value is None else (step.key,), talk, step)
        strict = strict or step.key == changed
        given.append((step, value))
        try:
            step = talk.send(value)
        except StopIteration as stop:
            return Due(stop.value, tuple(given), ())
    raise RuntimeError(f"对话没有尽头：{step.key}")


@dataclass(frozen=True, slots=True)
class Path:
    """走过的一条路：每一步和所给的答案，最后是结果。"""

    answers: tuple[tuple[Step[Any], Value], ...]
    end: End


def walk(flow: Flow, rules: Rules, facts: Facts) -> Iterator[Path]:
    """走遍一个流程：每个控制状态的每个样例至少一次，另外每个样例序号从头走到底一次。

    控制状态是（问题、能选的答案）；同一状态再次到达时轮换着只走一个样例，所以路径数随流程线性增长。
    """
    turns: dict[tuple[Any, ...], int] = {}

    def follow(answers: dict[str, Value]) -> Iterator[Path]:
        due = replay(flow, answers, rules, facts)
        if isinstance(due.step, End):
            yield Path(due.asked, due.step)
            return
        samples = due.step.samples()
        state = (due.step.key, samples)
        visit = turns[state] = turns.get(state, -1) + 1
        for sample in samples if visit == 0 else (samples[visit % len(samples)],):
            yield from follow({**answers, **dict(due.step.logged(sample))})

    yield from follow({})
    for index in range(max(state_size for _, state_size in _sizes(turns))):
        yield _straight(flow, rules, facts, index)


def _sizes(states: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, int]]:
    yield ("", 1)
    for key, samples in states:
        yield key, len(samples)


def _straight(flow: Flow, rules: Rules, facts: Facts, index: int) -> Path:
    answers: dict[str, Value] = {}
    while True:
        due = replay(flow, answers, rules, facts)
        if isinstance(due.step, End):
            return Path(due.asked, due.step)
        samples = due.step.samples()
        answers.update(due.step.logged(samples[index % len(samples)]))
