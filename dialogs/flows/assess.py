"""自评：一票否决、哪几条线想评哪档、短板、附件5的证明材料；有指标表的分支逐项对。"""

from typing import cast

from dialogs.assessment import BETTER, Assessment, Veto, statuses
from dialogs.flows.assessed import line_of, result
from dialogs.flows.boards import boards_of, gaps, items_of
from dialogs.flows.checked import Checked
from dialogs.flows.lines import lines
from dialogs.flows.place import absent
from dialogs.flows.requirements import requirements
from dialogs.flows.veto import veto as asked_veto
from dialogs.records import Facts
from dialogs.steps import Conversation, ask
from knowledge.rules import Rules


def assess(rules: Rules, facts: Facts) -> Conversation:
    """没有整张指标表的，是对照维度的自查；有的，按短板原则说等级的范围。"""
    veto = yield from ask(asked_veto(facts.today))
    wished = yield from lines(rules, warned=veto == "yes")
    if not wished:
        return absent()
    checked: list[Checked] = []
    for branch, wish in wished:
        if table := rules.table(branch.id):
            checked.append((yield from requirements(table, branch, wish)))
    said: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    if sum(each.table.whole for each in checked) < len(wished):
        capped = tuple(each for each in checked if not each.table.whole)
        wishes = tuple((branch.name, wish) for branch, wish in wished)
        better = any(wish in BETTER for _, wish in wished)
        boards = yield from ask(boards_of(rules, wishes, better, capped))
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
    return result(rules, facts, done, tuple(checked), tuple(branch for branch, _ in wished))
