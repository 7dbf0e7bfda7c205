"""删除我的信息：问一声再删；删了就真没有了，只留退订。"""

from dialogs.cites import HELP
from dialogs.records import Facts, Forgotten
from dialogs.steps import Choice, Choose, Conversation, End, ask
from dialogs.yesno import NEITHER, YES
from knowledge.rules import Rules


def forget(rules: Rules, facts: Facts) -> Conversation:
    """确认了才删。"""
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
        return End("forget.done", HELP, dated=False, effects=(Forgotten(),))
    return End("forget.kept", HELP, dated=False)
