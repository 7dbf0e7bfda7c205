"""自评：一票否决、哪几条线想评哪档、短板、附件5的证明材料；有指标表的分支逐项对。"""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import cast

from msgspec import structs

from dialogs.assessment import BETTER, Assessment, Veto, statuses
from dialogs.cites import joined
from dialogs.flows.assessed import line_of, result
from dialogs.flows.boards import boards_of, gaps, items_of, settled, wanted
from dialogs.flows.checked import Checked
from dialogs.flows.lines import lines
from dialogs.flows.place import absent
from dialogs.flows.requirements import requirements
from dialogs.flows.veto import Vetoed
from dialogs.flows.veto import veto as asked_veto
from dialogs.records import Facts
from dialogs.steps import Conversation, ask
from dialogs.wishing import cell
from knowledge.records import Indicator
from knowledge.rules import Rules

TOGETHER = "做什么产品、想评哪一档，可以一起说，例如“没有，做商砼的，想评绩效引领”。"


def assess(rules: Rules, facts: Facts) -> Conversation:
    """没有整张指标表的，是对照维度的自查；有的，按短板原则说等级的范围。"""
    veto = yield from ask(_first(facts.today, bool(facts.known.branches)))
    wished, lead = yield from lines(rules, warned=veto == "yes")
    if not wished:
        return absent()
    checked: list[Checked] = []
    for branch, wish in wished:
        if table := rules.table(branch.id):
            against = cell(branch.tiers, wish or branch.tiers[0])
            opening = f"{'' if any(each.answers for each in checked) else lead}好，{wanted(((branch.name, wish),))}。"
            one = yield from requirements(table, branch, against, opening)
            checked.append(replace(one, decided=bool(wish)))
    said: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    if sum(each.table.whole for each in checked) < len(wished):
        capped = tuple(each for each in checked if not each.table.whole and each.told)
        wishes = tuple((branch.name, wish) for branch, wish in wished)
        better = any(each.against in BETTER for each in wished)
        boards = yield from ask(boards_of(rules, wishes, better, capped, lead))
        boards = yield from settled(rules, boards)
        items = yield from ask(items_of(rules, gaps(rules, statuses(boards))))
        said = boards, items
    done = Assessment(
        tuple(line_of(branch, wish, checked) for branch, wish in wished),
        cast(Veto, veto),
        statuses(said[0]),
        statuses(said[1]),
        tuple(answered for each in checked for answered in each.answers),
        tuple(dict.fromkeys(requirement.dimension for each in checked for requirement in each.short)),
        (facts.known.name, facts.known.code, facts.known.district),
    )
    end = result(rules, facts, done, tuple(checked), tuple(branch for branch, _ in wished))
    gate = unasked(rules, done)
    cites = joined(end.cites, tuple(row.cite for row in gate))
    return structs.replace(end, data={**end.data, "gate": gate}, cites=cites)


def unasked(rules: Rules, done: Assessment) -> tuple[Indicator, ...]:
    """只照指标表问过、想评B级及以上的：HJ 1321 的门禁和台账里，表上没有、所以没有问到的几项。"""
    whole = [line for line in done.lines if line.low]
    asked = {each.requirement for each in done.requirements}
    against = {line.wish or rules.branches[line.branch].tiers[0] for line in whole if line.branch in rules.branches}
    if done.boards or not against & BETTER:
        return ()
    return tuple(row for row in rules.gate if row.requirement not in asked)


@lru_cache(maxsize=64)
def _first(today: date, known: bool) -> Vetoed:
    """头一问；还不知道做什么的，请人一起说。"""
    asked = asked_veto(today)
    return asked if known else replace(asked, prompt=f"{asked.prompt}\n{TOGETHER}")
