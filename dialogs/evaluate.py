"""拿标好的例子考一考：查找对不对、答得全不全；一行一个例子，写法见 tests/eval/README.md。"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.records import Facts, Message, Session
from dialogs.reply import numbered
from dialogs.turn import take_turn
from knowledge.records import Candidate, Found
from knowledge.rules import Rules

Line = Mapping[str, Any]
STATEMENT = "statement"
ASIDE = ("question", "near")
"""take_turn 这样认领的，就是当作提问回答了。"""


@dataclass(frozen=True, slots=True)
class Judged:
    """一个例子的结果：`why` 空就是对；`sure` 是查找有把握（match）。"""

    text: str
    kind: str
    why: str
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """一组例子的成绩。"""

    right: int
    total: int

    @property
    def share(self) -> float:
        """对的比例；一个例子也没有算 1。"""
        return self.right / self.total if self.total else 1.0


def judge(line: Line, rules: Rules, facts: Facts) -> Judged:
    """一个例子对不对：有 expect 的考查找，有 must 的考问答；缺字段抛 KeyError。"""
    return _lookup(line, rules) if "expect" in line else _question(line, rules, facts)


def scores(judged: Iterable[Judged]) -> dict[str, Score]:
    """总成绩、有把握的对了多少，和各类的成绩。"""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for each in judged:
        for name in ("全部", *(("有把握的",) if each.sure else ()), each.kind):
            total[name] += 1
            right[name] += not each.why
    return {name: Score(right[name], count) for name, count in total.items()}


def _lookup(line: Line, rules: Rules) -> Judged:
    found = rules.lookup(line["q"])
    why = _wrong(line, found)
    return Judged(line["q"], line.get("kind", line["expect"]), why, found.outcome == "match")


def _wrong(line: Line, found: Found) -> str:
    accept = [tuple(each) for each in line["accept"]]
    places = [place for each in found.candidates for place in _places(each)]
    got = f"{found.outcome} {'、'.join(f'{no}{name}' for _, no, name in places[:3])}"
    first = _places(found.candidates[0]) if found.candidates else ()
    expect, outcome = line["expect"], found.outcome
    held = len({place for place in places if place in accept})
    one = len({place[:2] for place in accept}) == 1
    if outcome == "match" and expect in ("match", "all", "ask") and not any(place in accept for place in first):
        return f"有把握地认错：{got}"
    fine = {
        "match": (outcome == "match") or (bool(line.get("ask_ok")) and outcome == "ask"),
        "ask": outcome == "ask" and (held >= min(2, len(accept)) or (one and held > 0)),
        "all": held == len(set(accept)),
        "none": outcome == "none" or bool({tuple(each) for each in line.get("may", ())} & set(places)),
    }
    return "" if fine[expect] else f"应为 {expect}，却是 {got}"


def _places(candidate: Candidate) -> tuple[tuple[str, int, str], ...]:
    branches = (candidate.branch,) if candidate.branch else candidate.industry.branches
    return tuple((branch.list, branch.no, branch.name) for branch in branches)


def _question(line: Line, rules: Rules, facts: Facts) -> Judged:
    user = "terminal:eval"
    message = Message(user, "1", facts.now, text=line["q"])
    turn = take_turn(message, Session(user), facts, rules, {"held": "", "kept": ()})
    text = numbered(turn.reply) if turn.reply else ""
    for page in turn.session.more:
        text += f"\n{numbered(page)}"
    kind = line.get("kind", "")
    if kind == STATEMENT:
        return Judged(line["q"], kind, f"当成了提问：{text.splitlines()[0]}" if turn.claimed in ASIDE else "")
    missing = ["/".join(group[:3]) for group in line["must"] if not any(word in text for word in group)]
    said = [word for word in line.get("never", ()) if word in text]
    why = "；".join((*(f"没说 {each}" for each in missing), *(f"不该说 {each}" for each in said)))
    return Judged(line["q"], kind, f"{why} ← {text.splitlines()[0] if text else '（没有答复）'}" if why else "")
