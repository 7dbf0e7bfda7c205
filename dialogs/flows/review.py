"""审核流程：一个分支的每个等级，由谁做哪个环节。"""

from msgspec.structs import replace

from dialogs.cites import joined, notice
from dialogs.flows.place import absent, find_place
from dialogs.flows.reviewing import notes, placed
from dialogs.records import Facts
from dialogs.steps import Conversation, End
from knowledge.rules import Rules


def review(rules: Rules, facts: Facts) -> Conversation:
    """已知分支就直接说，不知道才问。"""
    branches = tuple(rules.branches[branch] for branch in facts.known.branches if branch in rules.branches)
    if not branches:
        branch, _ = yield from find_place(rules)
        if branch is None:
            return absent()
        branches = (branch,)
    places = tuple(placed(rules, branch) for branch in branches)
    return End(
        "review.result",
        joined(*(place.cites for place in places), notice("附件4 二")),
        {"places": places, "notes": notes(places)},
        verdict=(("branches", tuple(branch.id for branch in branches)),),
        known=replace(facts.known, branches=tuple(branch.id for branch in branches)),
    )
