"""系统里评级以外的事：应急减排清单、“一厂一策”、公示牌、民生保障、审核进展；一件一件讲怎么办。"""

from dialogs.cites import joined, notice
from dialogs.records import Facts
from dialogs.steps import Choice, Choose, Conversation, End, ask
from knowledge.rules import Rules


def guide(rules: Rules, facts: Facts) -> Conversation:
    """选一件，说谁用哪个网址和账号、先备什么、交了以后怎样、哪些没有写。"""
    which = yield from ask(
        Choose(
            key="which",
            prompt="评级以外，系统里还要办这几件，想弄哪一件？",
            about="弄哪一件",
            cites=notice("附件4", "附件4 一", "附件4 二"),
            choices=tuple(Choice(each.id, each.title, each.asks) for each in rules.guides),
        )
    )
    chosen = next(each for each in rules.guides if each.id == which)
    return End("guide.result", joined(chosen.cites), {"guide": chosen}, verdict=(("guide", which),))
