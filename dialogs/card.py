"""一场谈话现在到了哪里：答过的各项、正问着的一问；给值班的人看。"""

from dataclasses import dataclass

from dialogs.flows import FLOWS
from dialogs.records import Facts, Session
from dialogs.replay import replay
from dialogs.steps import End, Recall
from knowledge.rules import Rules

SHORT = 120


@dataclass(frozen=True, slots=True)
class Talk:
    """一个流程里答过的（哪一项，答了什么）；`asking` 是正问着的一问，已经有结果的是空的。"""

    title: str
    answered: tuple[tuple[str, str], ...]
    asking: str = ""


def talks(session: Session, facts: Facts, rules: Rules) -> tuple[Talk, ...]:
    """进行中的各场，最里层在最后；没有进行中的，是刚结束的一场。"""
    frames = session.frames or ((session.last,) if session.last else ())
    found = []
    for frame in frames:
        if frame.flow not in FLOWS:
            continue
        due = replay(FLOWS[frame.flow].talk, dict(frame.answers), rules, facts)
        told = tuple(
            (step.about or step.key, step.shows(value)[:SHORT])
            for step, value in due.asked
            if not isinstance(step, Recall)
        )
        asking = "" if isinstance(due.step, End | Recall) else due.step.worded()
        found.append(Talk(FLOWS[frame.flow].title, told, asking))
    return tuple(found)
