"""一回申报：哪个窗口、哪一年；一天落在一个厂的哪一回。"""

from dataclasses import dataclass
from datetime import date

from dialogs.records import Facts, Known
from knowledge.rules import Rules


@dataclass(frozen=True, slots=True)
class Cycle:
    """一个厂的一回：窗口的编号，没有窗口就是那一年；和那一回的年份。"""

    id: str
    year: int


def window_on(rules: Rules, facts: Facts, known: Known, day: date) -> Cycle | None:
    """这一天落在这个厂的哪一回：那天开着的窗口；没有窗口是 None，分不清是哪个区县的只说年份。"""
    industries = {rules.branches[each].industry_id for each in known.branches if each in rules.branches}
    found = [
        each
        for each in facts.windows
        if each.start <= day <= (each.closed or each.end)
        and rules.heirs.meet(each.district, known.district)
        and (not each.industry or not industries or each.industry in industries)
        and (not each.branch or not known.branches or each.branch in known.branches)
    ]
    if not found:
        return None
    last = max(found, key=lambda each: each.end)
    apart = not known.district and len({each.district for each in found}) > 1
    return Cycle(str(last.start.year) if apart else last.id, last.start.year)
