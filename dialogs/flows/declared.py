"""交了、没交成、退回了、重新交了、撤了：用户说的自己的厂，只管他自己的提醒。"""

from collections.abc import Hashable
from datetime import date

from msgspec.structs import replace

from dialogs.cycle import Cycle
from dialogs.factories import choose, factories
from dialogs.flows.progress import STATUSES
from dialogs.flows.when import RULE, can_declare
from dialogs.kept import RECALL, Kept
from dialogs.records import Facts, Known, Told
from dialogs.reminding import off, running, spelled, unsent
from dialogs.standing import against, cycle_said, declared_already, sent_back, unheld, unknown_day
from dialogs.steps import Conversation, End, Given, ask
from knowledge.rules import Rules

UNSAID = "unsaid"
"""说错了，还没有交。"""


def declared(rules: Rules, facts: Facts) -> Conversation:
    """说了哪几个厂就是哪几个；几个厂都还没交而没说是哪一个，就问。那天没有窗口的不记，问是哪天。"""
    status = str((yield from ask(Given(key="status")))) or "submitted"
    day = date.fromisoformat(str((yield from ask(Given(key="day")))) or facts.today.isoformat())
    odd, vague = str((yield from ask(Given(key="odd")))), str((yield from ask(Given(key="vague"))))
    named = str((yield from ask(Given(key="which"))))
    kept = Kept.of((yield from ask(RECALL)))
    held = factories(facts.known, facts.others)
    if (wrong := unknown_day(facts, day, odd, vague)) and status == "submitted":
        return _astray(rules, facts, kept, facts.known, wrong, bool(vague))
    done = [each for each in held if declared_already(rules, facts, kept, each)]
    again = [each for each in held if status != "submitted" and sent_back(rules, facts, kept, each)]
    fitting = [each for each in held if (each in done) == (status != "submitted") or each in again]
    meant = fitting if len(held) > 1 and fitting else held[:1]
    if named:
        numbers = named.split(",")
        meant = [held[int(n)] for n in numbers if held[int(n)] in fitting or len(numbers) == 1]
    elif len(meant) > 1:
        meant = yield from choose(rules, facts, meant)
    cycles = [cycle_said(rules, facts, each, status, day) for each in meant]
    if None in cycles:
        why = f"{'今天' if day == facts.today else spelled(day)}没有登记在用的申报窗口"
        return _astray(rules, facts, kept, meant[cycles.index(None)], why)
    left = [each for each in held if each not in meant and each not in done]
    of = [(each, cycle) for each, cycle in zip(meant, cycles, strict=True) if cycle]
    effects = tuple(_told(facts, kept, each, cycle, "" if status == UNSAID else status, day) for each, cycle in of)
    about = ((each, can_declare(rules, replace(facts, known=each))) for each in (meant if status == UNSAID else left))
    opened = [(each, declare) for each, declare in about if declare.state == "open"]
    roster = against(rules, facts, kept, meant) if status in (UNSAID, "withdrawn") else None
    years = {cycle.year for _, cycle in of}
    data: dict[str, Hashable] = {
        "status": status,
        "day": spelled(day),
        "names": "、".join(each.name or "贵厂" for each in meant) if len(held) > 1 else "",
        "every": "" if left or len(held) < 2 else "两个厂" if len(held) == 2 else "几个厂",
        "year": "今年" if years <= {facts.today.year} else f"{min(years)}年这一回",
        "unheld": unheld(facts, kept, meant),
        "off": off(facts, running(can_declare(rules, replace(facts, known=meant[0]))), brief=True),
        "roster": roster,
        "standing": STATUSES[roster.status] if roster else "",
        "lines": tuple(unsent(facts, each, declare, named=status != UNSAID) for each, declare in opened),
    }
    grounds, known = tuple(ground for _, each in opened for ground in each.grounds), replace(facts.known, reminded=True)
    return End("declared.result", RULE, data, grounds=grounds, dated=False, known=known, effects=effects)


def _astray(rules: Rules, facts: Facts, kept: Kept, known: Known, why: str, again: bool = False) -> End:
    """没有记下：为什么，登记的窗口是哪几天，再问哪天交的。"""
    declare = can_declare(rules, facts.of(known, facts.others))
    done = again and declared_already(rules, facts, kept, known)
    data = {"why": why, "declare": declare, "done": done, "reminded": not (done or unheld(facts, kept, [known]))}
    return End("declared.astray", RULE, data, grounds=declare.grounds, dated=False)


def _told(facts: Facts, kept: Kept, known: Known, cycle: Cycle, status: str, day: date) -> Told:
    """记到订提醒时的那个厂名上。"""
    mine = kept.subscription(facts, known)
    return Told(mine.factory if mine else known.name, cycle.id, cycle.year, status, day)
