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
Place = tuple[str, int, str]
"""一个分支：名录、附件3的编号、名称。"""
STATEMENT = "statement"
ASIDE = ("question", "near")
"""take_turn 这样认领的，就是当作提问回答了。"""


@dataclass(frozen=True, slots=True)
class Judged:
    """一个例子的结果：`why` 空就是对；`sure` 是查找有把握（match）。

    `right` 是该答的分支，`found` 是答对了的（有把握的只算第一个候选，先问的算列出来的）；不是查找的都空着。
    """

    text: str
    kind: str
    why: str
    sure: bool = False
    right: frozenset[Place] = frozenset()
    found: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Score:
    """一组例子的成绩。"""

    right: int
    total: int

    @property
    def share(self) -> float:
        """对的比例；一个例子也没有算 1。"""
        return self.right / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """全部分支里，考到的（至少一句的正确答案）、找到的（至少答对一次）、有把握地找到的；都照附件3的次序。"""

    branches: tuple[Place, ...]
    asked: tuple[Place, ...]
    found: tuple[Place, ...]
    sure: tuple[Place, ...]

    @property
    def never(self) -> tuple[Place, ...]:
        """从来没有找到的；没有考到的也在里面。"""
        return tuple(place for place in self.branches if place not in self.found)


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


def coverage(judged: Iterable[Judged], rules: Rules) -> Coverage:
    """名录的每个分支考到没有、找到没有。"""
    judged = tuple(judged)
    asked = {place for each in judged for place in each.right}
    found = {place for each in judged for place in each.found}
    sure = {place for each in judged if each.sure for place in each.found}
    branches = tuple((branch.list, branch.no, branch.name) for branch in rules.branches.values())
    kept = (tuple(place for place in branches if place in held) for held in (asked, found, sure))
    return Coverage(branches, *kept)


def _lookup(line: Line, rules: Rules) -> Judged:
    found = rules.lookup(line["q"])
    why, sure = _wrong(line, found), found.outcome == "match"
    right = frozenset((list_, no, name) for list_, no, name in line["accept"])
    told = {place for each in found.candidates[: 1 if sure else None] for place in _places(each)}
    kind = line.get("kind", line["expect"])
    return Judged(line["q"], kind, why, sure, right, frozenset() if why else right & told)


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


def _places(candidate: Candidate) -> tuple[Place, ...]:
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
