"""我的信息：这里记着您的什么；删除我的信息。"""

from dialogs.cites import HELP
from dialogs.flows.place import NEITHER, YES
from dialogs.records import Facts, Forgotten
from dialogs.steps import Choice, Choose, Conversation, End, Recall, ask
from knowledge.rules import Rules


def mine(rules: Rules, facts: Facts) -> Conversation:
    """说出存着的区县、分支和来往条数。"""
    held = yield from ask(Recall(key="held", prompt="", cites=HELP, query="held"))
    branches = tuple(rules.branches[branch].name for branch in facts.known.branches if branch in rules.branches)
    district = next(iter(rules.districts_in(facts.known.district)), None) if facts.known.district else None
    return End(
        "mine.result",
        HELP,
        {"held": held, "branches": branches, "district": district.name if district else ""},
        dated=False,
    )


def forget(rules: Rules, facts: Facts) -> Conversation:
    """问一声再删；删了就真没有了，只留退订。"""
    sure = yield from ask(
        Choose(
            key="sure",
            prompt="要删除这里存的您的全部信息吗？会话、问答记录、查询结果都会删掉，不能恢复；以前退订过的，仍然有效。",
            about="确认删除",
            cites=HELP,
            choices=(Choice("yes", "确认删除", ("删除", *YES)), Choice("no", "不删", NEITHER)),
        )
    )
    if sure == "yes":
        return End("mine.forgotten", HELP, dated=False, effects=(Forgotten(),))
    return End("mine.kept", HELP, dated=False)
