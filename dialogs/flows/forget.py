"""删除我的信息：问一声再删；删了就真没有了，只留退订。"""

from dialogs.cites import HELP
from dialogs.records import Facts, Forgotten
from dialogs.steps import Choice, Choose, Conversation, End, ask
from dialogs.yesno import NEITHER, YES
from knowledge.rules import Rules

_ASKED = (
    "要删除这里存的您的全部信息吗？说过的厂、来往的每一句、查询和自评的结果、提醒、绑定都删，不能恢复。\n"
    "只留两样，都认不出是谁：退订过的，留一个退订的记号，以后照样不打扰您；"
    "刚说的这几句，各留一个记号，七天就清，免得消息重发又把您记下来。"
)


def forget(rules: Rules, facts: Facts) -> Conversation:
    """确认了才删。"""
    sure = yield from ask(
        Choose(
            key="sure",
            prompt=_ASKED,
            about="确认删除",
            cites=HELP,
            choices=(Choice("yes", "确认删除", ("删除", *YES)), Choice("no", "不删", NEITHER)),
        )
    )
    if sure == "yes":
        return End("forget.done", HELP, dated=False, effects=(Forgotten(),))
    return End("forget.kept", HELP, dated=False)
