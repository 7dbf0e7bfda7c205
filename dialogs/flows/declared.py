"""交了、没交成、退回了、重新交了、撤了：用户说的自己的厂，只管他自己的提醒。"""

from collections.abc import Hashable
from dataclasses import replace
from datetime import date

from dialogs.factories import choose, factories
from dialogs.flows.when import RULE, can_declare
from dialogs.kept import RECALL, Kept
from dialogs.records import Facts, Known, Told
from dialogs.reminding import cycle_of, spelled, until
from dialogs.steps import Conversation, End, Given, ask
from knowledge.rules import Rules

UNSAID = "unsaid"
"""说错了，还没有交。"""
_DONE = ("submitted", "returned", "resubmitted")


def declared(rules: Rules, facts: Facts) -> Conversation:
    """说了哪几个厂就是哪几个；几个厂都还没交而没说是哪一个，就问。"""
    status = str((yield from ask(Given(key="status")))) or "submitted"
    day = date.fromisoformat(str((yield from ask(Given(key="day")))) or facts.today.isoformat())
    named = str((yield from ask(Given(key="which"))))
    kept = Kept.of((yield from ask(RECALL)))
    held = factories(facts.known, facts.others)
    done = [each for each in held if _said(rules, facts, kept, each) in _DONE]
    fitting = [each for each in held if (each in done) == (status != "submitted")]
    meant = fitting if len(held) > 1 and fitting else held[:1]
    if named:
        numbers = named.split(",")
        meant = [held[int(n)] for n in numbers if held[int(n)] in fitting or len(numbers) == 1]
    elif len(meant) > 1:
        meant = yield from choose(rules, facts, meant)
    left = [each for each in held if each not in meant and each not in done]
    effects = tuple(_told(rules, facts, kept, each, "" if status == UNSAID else status, day) for each in meant)
    about = [(each, can_declare(rules, replace(facts, known=each))) for each in (meant if status == UNSAID else left)]
    opened = [(each, declare) for each, declare in about if declare.state == "open"]
    lines = tuple(
        f"{declare.place}{until(declare)}。"
        if status == UNSAID
        else f"{each.name or '贵厂'}还没有交：{declare.place}{until(declare)}，照旧提醒。"
        for each, declare in opened
    )
    data: dict[str, Hashable] = {
        "status": status,
        "day": spelled(day),
        "names": "、".join(each.name or "贵厂" for each in meant) if len(held) > 1 else "",
        "every": "" if left or len(held) < 2 else "两个厂" if len(held) == 2 else "几个厂",
        "lines": lines,
    }
    grounds = tuple(ground for _, declare in opened for ground in declare.grounds)
    known = replace(facts.known, reminded=True)
    return End("declared.result", RULE, data, grounds=grounds, dated=False, known=known, effects=effects)


def _said(rules: Rules, facts: Facts, kept: Kept, known: Known) -> str:
    said = kept.said(facts, known, cycle_of(rules, facts, known).id)
    return said.status if said else ""


def _told(rules: Rules, facts: Facts, kept: Kept, known: Known, status: str, day: date) -> Told:
    """记到订提醒时的那个厂名上。"""
    cycle, mine = cycle_of(rules, facts, known), kept.subscription(facts, known)
    return Told(mine.factory if mine else known.name, cycle.id, cycle.year, status, day)
