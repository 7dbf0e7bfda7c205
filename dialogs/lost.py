"""谁也没认领的一句：客气话、顺带说到的，或者没看懂——说没看懂，给最近的问题或菜单。"""

import re

from msgspec.structs import replace

from dialogs.cites import HELP
from dialogs.desk import moved, unsure, wrong
from dialogs.moves import Here, aside, say, speak
from dialogs.records import Option, Turn
from dialogs.reply import question
from dialogs.steps import End
from dialogs.yesno import NO_MORE
from knowledge.phrases import asking, plain

_OKAY = frozenset(
    "没有了 没得了 莫得了 没有 没得 好 好的 好嘛 嗯 行 要得 知道了 晓得了 懂了 ok 可以 收到 明白 明白了 没了".split()
)
_NEAR = "没把握看懂，您是想问下面哪一个？\n都不是的话，多半通知没有写，请问贵厂所在区县生态环境局。"
_UNWRITTEN = "没看懂这句，抱歉。\n问的要是通知没有写的事，请问贵厂所在区县生态环境局。"
_WRONG = re.compile(
    r"(?:这个|还是|根本|完全)?(?:没得?啥?子?用|没解决|不管用|不对|不准|不是这样|搞错了?)(?:[嘛哦噻的了啊呀吧]|得)*"
    r"|你们?(?:说|答|讲|回|搞)(?:的|得)?(?:不对|不准|错了?|没对).*"
)
LONG = 8
"""这么多个选项，没看懂时就不再列一遍。"""


def lost(here: Here) -> Turn:
    """没看懂：说没看懂，给最近的问题或菜单。"""
    if (here.said in _OKAY or here.said in NO_MORE) and not here.session.frames:
        return aside(here, say("好的，随时问。", HELP, "回复“菜单”看能问什么。"), "okay")
    if here.noted:
        return moved(here) or aside(here, say(f"记下了：{here.noted}。", HELP, "回复“我的信息”看记着什么。"), "noted")
    if _WRONG.fullmatch(here.said):
        return wrong(here)
    if turn := unsure(here):
        return turn
    near = () if here.session.frames else here.rules.nearest(here.message.text)
    if near:
        options = tuple(Option(each.asks[0], f"faq:{each.id}") for each in near)
        cites = tuple(dict.fromkeys(each.cites[0] for each in near))
        then = "回复编号；都不是就换个说法，或回复“人工”："
        return aside(here, say(_NEAR, (*cites, *HELP), then, options), "near")
    if long := _long(here):
        return long
    if asking(here.message.text, plain(here.message.text)):
        return aside(here, say(_UNWRITTEN, HELP, "换个说法再问一次，或回复“人工”。"), "lost")
    body = "没看懂这句，抱歉。\n我只讲“创B争A”：行业等级、谁审、交什么、什么时候报。"
    return aside(here, say(body, HELP, "直接打字说贵厂生产什么，或回复“菜单”“人工”。"), "lost")


def _long(here: Here) -> Turn | None:
    """没看懂，而正问着一长串：不再列一遍，说一句怎么答；编号仍然指那一串。"""
    due = here.due
    if due is None or isinstance(due.step, End):
        return None
    asking = question(due.step, here.session.frames[-1].run)
    if len(asking.options) < LONG:
        return None
    how = asking.then.removesuffix("：")
    turn = speak(
        here,
        say(f"没看懂这句，抱歉。\n刚才那一问，{how}。", HELP, "接着答，或回复“列表”再看各项。"),
        here.session,
        claimed="lost",
    )
    return replace(turn, session=replace(turn.session, shown=asking.options))
