"""自评：一票否决、哪几条线想评哪档、短板、附件5的证明材料；有指标表的分支逐项对。"""

from typing import cast

from dialogs.assessment import BETTER, Assessment, Veto, statuses
from dialogs.flows.assessed import VETOED, line_of, result
from dialogs.flows.boards import boards_of, gaps, items_of
from dialogs.flows.lines import lines
from dialogs.flows.place import absent
from dialogs.flows.requirements import Checked, requirements
from dialogs.records import Facts
from dialogs.steps import Choice, Choose, Conversation, ask
from knowledge.rules import Rules

VETO = Choose(
    key="veto",
    prompt="近一年内，贵厂有没有因环保违法受过处罚？（例如未批先建、超许可浓度或总量排放、没有按规定装用自动监控；"
    "读到的清单不全）\n这是据转载的一票否决；后面再问行业、想评的档和各项短板，随时可以打“修改”。",
    about="近一年受过处罚没有",
    cites=VETOED,
    choices=(
        Choice(
            "yes", "有", ("有过", "有的", "遭过", "遭了", "遭罚过", "遭罚了", "被罚过", "罚过", "受过", "是", "是的")
        ),
        Choice(
            "no", "没有", ("没得", "莫得", "没", "无", "没有过", "没得过", "没遭过", "没被罚过", "没有受过", "不是")
        ),
        Choice("unknown", "不清楚", ("不晓得", "不知道", "记不清", "记不得", "说不清", "搞不醒豁")),
    ),
)


def assess(rules: Rules, facts: Facts) -> Conversation:
    """没有整张指标表的，是对照维度的自查；有的，按短板原则说等级的范围。"""
    veto = yield from ask(VETO)
    wished = yield from lines(rules)
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
    )
    return result(rules, facts, done, tuple(checked), tuple(branch for branch, _ in wished))
