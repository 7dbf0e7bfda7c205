"""“更正”“刚才那条”“啥子更正”：刚才主动发给他的那一条，把全文再说一遍；模板里只放得下开头。"""

import re
from datetime import date

from msgspec.structs import replace

from dialogs.cites import HELP
from dialogs.moves import Here, aside, say
from dialogs.records import Turn
from dialogs.reminding import spelled
from dialogs.reply import NEXT, Draft
from knowledge.records import Citation
from knowledge.rules import Rules

RECALLED = "pushed"
_BASIS = "依据："
_HINTS = ("更正", "刚才", "刚刚", "那条", "那一条")
_FIRST = frozenset(hint[0] for hint in _HINTS)
_TAIL = (
    r"(?:[啥什撒]么?子?|说|是|的|了|内容|全文|全部|咋个?|怎么|哪样|意思|看|完|没|讲|在哪里?|一?下"
    r"|呢|嘛|哦|吗|哈|噻|呀|啊)*"
)
_KIND = r"(?:消息|通知|更正|信息|短信|广播)"
_CORRECTION = re.compile(
    rf"(?:你们?|刚才|刚刚|上面|那个|这个|那条|这条|发|说|看|要|我|想|给|的)*(?:[啥什撒]么?子?|哪样|哪个)?更正{_TAIL}"
)
_THAT = re.compile(
    rf"(?:你们?|我要|我想|给我|看|把|再说|再发|一?下)*(?:(?:刚才|刚刚)?(?:发|推)?(?:来|给我)?的?"
    rf"(?:那一?条{_KIND}?|[那这]一?[条个]{_KIND})|(?:刚才|刚刚)(?:给我)?(?:发|推)(?:来|给我)?的?{_KIND}?){_TAIL}"
)

_NOTHING = say("最近没有主动发给您的广播或更正。", HELP, "问的是刚才哪一句答复，把它再说一遍，我接着讲。")


def pushed(here: Here) -> Turn | None:
    """问的是刚才发给他的那一条：全文照说；光说“更正”而最近没有收到更正的，是要改回答，不在这里接。"""
    said = here.said
    if here.message.kind not in ("text", "voice") or here.message.value or _FIRST.isdisjoint(said):
        return None
    if not any(hint in said for hint in _HINTS):
        return None
    correction = bool(_CORRECTION.fullmatch(said))
    if not correction and not _THAT.fullmatch(said):
        return None
    if RECALLED not in here.recalled:
        return Turn(here.session, None, recall=RECALLED, claimed=RECALLED)
    found = here.recalled[RECALLED]
    if not isinstance(found, tuple) or not found:
        return None if correction else aside(here, _NOTHING, RECALLED)
    if correction and not found[0].startswith("更正："):
        return None
    return aside(here, told(here.rules, *found), RECALLED)


def told(rules: Rules, text: str, day: str) -> Draft:
    """一条主动发的，说成答复：话一个字不改，依据和下一步照答复的样子。"""
    lines = text.split("\n")
    basis = [line.removeprefix(_BASIS) for line in lines if line.startswith(_BASIS)]
    body = tuple(line for line in lines if line.strip() and not line.startswith((NEXT, _BASIS)))
    cites = _cited(rules, basis[0]) if basis else ()
    draft = Draft(body, cites or HELP, "有不清楚的直接打字问；要改自己答过的，回复“修改”。")
    if cites:
        return draft
    return replace(draft, grounds=(*basis, f"主管部门{spelled(date.fromisoformat(day))}发给您的这一条"))


def _cited(rules: Rules, basis: str) -> tuple[Citation, ...]:
    """“依据”一行里写的是哪几条；有一条认不出就都不算。"""
    held = [cite for cite in rules.clauses if cite.clause in basis and rules.sources[cite.source].short in basis]
    for cites in (held, [each for each in held if not any(each != o and each.clause in o.clause for o in held)]):
        if cites and rules.basis(cites) == basis:
            return tuple(cites)
    return ()
