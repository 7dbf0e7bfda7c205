"""系统怎么用：附件4里给企业的部分；专家的入口绝不给企业。"""

from dialogs.cites import joined
from dialogs.records import Facts
from dialogs.steps import Conversation, End
from knowledge.rules import Rules


def system(rules: Rules, facts: Facts) -> Conversation:
    """登录网址、账号、能办什么、退回了在哪里重交。"""
    yield from ()
    shown = tuple(fact for fact in rules.system if fact.audience == "enterprise")
    return End(
        "system.result",
        joined(tuple(fact.cite for fact in shown)),
        {fact.id: fact.text for fact in shown},
    )
