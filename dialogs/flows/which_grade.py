"""查行业与等级：属于哪个行业和分支，能评哪些等级，谁来审，今天能不能报。"""

from functools import lru_cache

from msgspec.structs import replace

from dialogs.cites import joined, notice
from dialogs.flows.place import KEPT, MOST_LINES, ROUNDS, absent, also, find_places
from dialogs.flows.reviewing import missed_wish, notes, placed, tiers
from dialogs.flows.when import can_declare
from dialogs.products import mentioned
from dialogs.records import Facts
from dialogs.reminding import reminding
from dialogs.several import ALL, Heard, left
from dialogs.steps import Choice, Choose, Conversation, End, ask
from dialogs.yesno import BOTH, NEITHER, NO_MORE, YES
from knowledge.records import Branch
from knowledge.rules import Rules


def which_grade(rules: Rules, facts: Facts) -> Conversation:
    """一条线一条线地找到分支，最后一次说全：等级、审核、材料、时间；前面查过的（`kept`）、后来又说起的，都留着。"""
    branches, missed = list[Branch](), list[str]()
    heard: Heard = ()
    kept = yield from ask(KEPT)
    told = list(kept) if isinstance(kept, tuple) else []
    for line in range(1, ROUNDS + 1):
        found, said = yield from find_places(rules, line, told.pop(0) if told else "")
        heard += mentioned(rules, said)
        told += yield from also(line)
        if not (told or found) and (not branches or said in NO_MORE):
            break
        for branch in found:
            if branch not in branches:
                branches.append(branch)
                missed.extend(missed_wish(branch, said))
        heard = left(rules, heard, dict.fromkeys(branches, "")) if heard else ()
        if told:
            continue
        if line >= MOST_LINES:
            break
        others = yield from ask(_others(line, found, heard))
        if others == "no":
            break
        told = [id for id, _ in heard] if others == "all" else [others] if others != "yes" else []
    if not branches:
        return absent()
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
def _others(line: int, found: tuple[Branch, ...], heard: Heard) -> Choose:
    noted = "".join(f"记下“{each.name}”。{tiers(each)}。" for each in found) or "这条线先不算。"
    return Choose(
        key=f"others.{line}",
        prompt=f"好，{noted}同一个厂还有别的行业的生产线吗？",
        about="别的生产线",
        cites=joined(tuple(each.cite for each in found)) if found else notice("附件3"),
        choices=(
            Choice("no", "没有了", (*NO_MORE, *NEITHER)),
            *(Choice(id, f"还有您说的“{name}”", (name,)) for id, name in heard),
            *((Choice("all", "您说的几样都看", (*BOTH, *ALL)),) if len(heard) > 1 else ()),
            Choice("yes", "还有别的", ("有", "还有", "有的", *(() if len(heard) > 1 else BOTH), *YES)),
        ),
        otherwise="yes",
    )
