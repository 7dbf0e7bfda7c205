"""一个厂这一回申报到了哪一步：自己说的和名单上的合起来看，提醒照它发不发。"""

from datetime import date

from dialogs.cycle import Cycle, window_on
from dialogs.kept import BACK, DONE, Kept, Recorded
from dialogs.records import Facts, Known
from dialogs.reminding import cycle_of, spelled
from knowledge.rules import Rules


def cycle_said(rules: Rules, facts: Facts, known: Known, status: str, day: date) -> Cycle | None:
    """交了的记到那一天开着的窗口上；退回、重交、撤回和说错了，是最近的那一回。"""
    return window_on(rules, facts, known, day) if status == "submitted" else cycle_of(rules, facts, known)


def declared_already(rules: Rules, facts: Facts, kept: Kept, known: Known) -> bool:
    """这个厂这一回申报过了，不是退回来了还没有重新提交：自己说的，或名单上的；发提醒的照的也是这两样。"""
    if sent_back(rules, facts, kept, known):
        return False
    said = kept.said(facts, known, cycle_of(rules, facts, known).id)
    return bool(said and said.status in DONE) or recorded(rules, facts, kept, known) is not None


def sent_back(rules: Rules, facts: Facts, kept: Kept, known: Known) -> bool:
    """这一回退回来了，还没有重新提交。"""
    window = next((each for each in facts.windows if each.id == cycle_of(rules, facts, known).id), None)
    if window is not None:
        return bool(kept.standing(facts, known, window)["back"])
    said = kept.said(facts, known, cycle_of(rules, facts, known).id)
    return said is not None and said.status == BACK


def recorded(rules: Rules, facts: Facts, kept: Kept, known: Known) -> Recorded | None:
    """名单上这一回申报过了的那一行。"""
    window = next((each for each in facts.windows if each.id == cycle_of(rules, facts, known).id), None)
    found = kept.record(facts, known, window) if window else None
    return found if found and found.status in DONE else None


def against(rules: Rules, facts: Facts, kept: Kept, meant: list[Known]) -> Recorded | None:
    """说没有交、撤回了，名单上却是申报过了的：提醒照名单的，不发。"""
    return next(filter(None, (recorded(rules, facts, kept, each) for each in meant)), None)


def unheld(facts: Facts, kept: Kept, meant: list[Known]) -> str:
    """这些厂本来就不提醒，为什么；提醒着的是空的。"""
    if facts.muted:
        return "您退订着，本来就不发提醒"
    return "" if any(kept.subscription(facts, each) for each in meant) else "您没有订提醒，本来就不催"


def unknown_day(facts: Facts, day: date, odd: str, vague: str) -> str:
    """说的那天为什么记不得：没有这一天（`odd`），分不清是哪一天（`vague`），还没有到；记得的是空的。"""
    if odd or vague:
        return f"没有{odd}这一天" if odd else f"“{vague}”是哪一天，没听准"
    return f"{spelled(day)}还没有到" if day > facts.today else ""
