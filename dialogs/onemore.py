"""“那B级呢”，还不知道是哪个厂：顺着上一句问的那件事（看刚引的条款），换成这一级再答；上一句没问什么，就说谁审、有什么好处。"""

import re

from dialogs.moves import Here
from dialogs.wishing import named
from knowledge.records import Faq

_THAT = re.compile(
    r"(那么?|要是|如果|换成|我们|评)*(地方)?(非?(?:绩效)?引领|a|b-|b|c|d)(?:性|级|档)?(?:的话|的|企业)?(?:又?咋样|怎么样|又啷个|又是哪个)?"
)
_ENDS = ("呢", "喃", "呐", "呢？", "喃？", "呢?", "喃?")
_LONGEST = 12
_ASKED = {
    "附件1 六": "首违不罚吗",
    "附件1 七": "检查少不少",
    "附件1 八": "重污染天停不停",
    "附件1 九": "碳配额多少",
    "正文 四（二）": "谁审",
    "附件3 一": "谁审",
}
_OTHERWISE = ("谁审", "有什么好处")


def one_more(here: Here) -> tuple[Faq, ...]:
    """换成这一级再问，问的是哪几个问答；不是这样问的是空的。"""
    if len(here.said) > _LONGEST or here.session.frames or here.session.known.branches:
        return ()
    that = _THAT.fullmatch(here.said)
    if that is None or not (that[1] or here.message.text.rstrip().endswith(_ENDS)):
        return ()
    level = f"{that[2] or ''}{named(that[3])}"
    level = level if level.endswith("引领") else f"{level}级"
    last = here.session.cites[0].clause if here.session.cites else ""
    told = ("有什么好处",) if last.startswith("附件1") and last not in _ASKED else _OTHERWISE
    found = (here.rules.questions(f"{level}{what}") for what in ((_ASKED[last],) if last in _ASKED else told))
    return tuple(dict.fromkeys(each[0] for each in found if each))
