"""查行业与等级：属于哪个行业和分支，能评哪些等级，谁来审，今天能不能报。"""

from functools import lru_cache

from msgspec.structs import replace

from dialogs.cites import joined, notice
from dialogs.flows.place import absent, find_place, one_of
from dialogs.flows.reviewing import missed_wish, notes, placed, tiers
from dialogs.flows.when import can_declare
from dialogs.products import mentioned
from dialogs.records import Facts
from dialogs.reminding import reminding
from dialogs.steps import Choice, Choose, Conversation, End, ask
from dialogs.yesno import BOTH, NEITHER, NO_MORE, YES
from knowledge.records import Branch
from knowledge.rules import Rules

MOST_LINES = 4


def which_grade(rules: Rules, facts: Facts) -> Conversation:
    """一条线一条线地找到分支，最后一次说全：等级、审核、材料、时间。"""
    branches: list[Branch] = []
    missed: list[str] = []
    heard: tuple[tuple[str, str], ...] = ()
    others = "yes"
    for line in range(1, MOST_LINES + 1):
        if others == "yes":
            branch, said = yield from find_place(rules, line)
            heard += mentioned(rules, said)
        else:
            branch, said = (yield from one_of(rules, others, line)), ""
        if branch is None and not branches:
            return absent()
        if said in NO_MORE:
            break
        if branch is not None and branch not in branches:
            branches.append(branch)
            missed.extend(missed_wish(branch, said))
        if heard:
            done = {each.industry_id for each in branches}
            heard = tuple(dict.fromkeys(each for each in heard if each[0] not in done))
        if line == MOST_LINES:
            break
        others = yield from ask(_others(line, branch, heard))
        if others == "no":
            break
    places = tuple(placed(rules, branch) for branch in branches)
    known = replace(facts.known, branches=tuple(branch.id for branch in branches))
    declare = can_declare(rules, facts.of(known, facts.others))
    offered = declare.state == "open" and not known.reminded and reminding(facts, declare.windows[0])
    return End(
        "which_grade.result",
        joined(*(place.cites for place in places), notice("附件5"), declare.cites),
        {"places": places, "declare": declare, "missed": tuple(missed), "notes": notes(places), "offered": offered},
        grounds=declare.grounds,
        verdict=(("branches", tuple(branch.id for branch in branches)), ("declare", declare.state)),
        known=known,
        offers="subscribe" if offered else "",
    )


@lru_cache(maxsize=512)
def _others(line: int, branch: Branch | None, heard: tuple[tuple[str, str], ...]) -> Choose:
    noted = f"好，记下“{branch.name}”。{tiers(branch)}。" if branch else "好，这条线先不算。"
    return Choose(
        key=f"others.{line}",
        prompt=f"{noted}同一个厂还有别的行业的生产线吗？",
        about="别的生产线",
        cites=(branch.cite,) if branch else notice("附件3"),
        choices=(
            Choice("no", "没有了", (*NO_MORE, *NEITHER)),
            *(Choice(id, f"还有您说的“{name}”", (name,)) for id, name in heard),
            Choice("yes", "还有别的", ("有", "还有", "有的", *BOTH, *YES)),
        ),
        otherwise="yes",
    )
