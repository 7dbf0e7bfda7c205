"""要订提醒、改订提醒的话：“订阅提醒”“到时候喊我一声”“莫忘了喊我哈”“提醒改到大足区”。"""

import re

from dialogs.heard import Answers
from dialogs.moves import LONGEST_TRADE, Here
from dialogs.remarked import district_and_trade

_ORDER = re.compile(
    r"(?:订阅|订起?|开通?|设置?|要|加|搞|弄|整)(?:一[个哈下]|个|下|哈)?(?:到期|申报|截止)?的?提醒|订阅|"
    r"(?:到期|到了|到时候|截止前|有窗口|开始了)[^,。?]{0,6}(?:提醒|喊|叫|通知)(?:我们?|一声|一?[哈下])|"
    r"(?:给|帮)我们?[^,。?]{0,3}订(?:起|上|一个|个|到)|(?:设|定|调|弄)一?个?闹钟"
)
_CALL = (
    r"(?:(?:提醒|喊|叫|通知|告诉|招呼|知会|(?:给|跟|和)我们?说)(?:我们?|厂里)?(?:一?声|一?[哈下]|[哈嘛噻哦]|$)|"
    r"说一?[声哈下])"
)
_CUE = (
    r"(?:莫|别|不要|不能)(?:搞)?忘(?:了|记|咯)?|记[得到倒]|到期|到时候?|到了|截止|有窗口|窗口[^,。?]{0,2}开|开了?窗口|"
    r"(?:^|[,。])开(?:了|始)|申报(?:前|开始)|开始(?:申报|报)|(?:要|能|可以|快)报了|有消息|有动静|盯[到倒着]"
)
_CALLED = re.compile(rf"(?:{_CUE})[^。?]{{0,8}}{_CALL}")
"""到时候喊他一声：说了什么时候（或“莫忘了”“记得”），又说喊他。"""
_CALLS = frozenset("醒喊叫知诉呼说")
"""_CALLED 命中时总有其中一个字。"""
_NOT_CALLED = re.compile(
    r"预警|限产|停产|检查|审核|结果|公示|公布|退|整改|人工|专家|值班|要不要|会不会|为啥|哪|啥|什么|咋|怎|啷|多少|好多|"
    r"(?<!忘)[吗没么]$|(?:不|别|莫)(?:要|用|消|准)?(?:再)?(?:提醒|喊|叫|通知|告诉)"
)
_NOT_ORDER = re.compile(
    r"(?:不|别|莫|没|取消|退)[^,。?]{0,3}(?:要|订|提醒)|用不用|重新订|会不会|是不是|咋|怎|啷|[吗不没]$"
)
_MOVE = re.compile(r"(?:提醒|订阅)[^,。?]{0,5}(?:改|换|跟到|跟着)|(?:改|换)[^,。?]{0,8}(?:提醒|订阅)")
_HOW = re.compile(r"咋|怎|啷|如何|能不能|可以不|[吗么]$")
_MOVED = re.compile(r"(?:那就?|都|给我|帮我)*(?:改|换)(?:订|成|到|为)[^,。?]{2,6}(?:的|去)?(?:嘛|哈|吧|了)?")
_YES = re.compile(
    r"(?:那就?|嗯+|哦|行|好)?,?(?:还是)?(?:要得|要的?|好的?|可以|行|订上?|订一?个|订起|是的?|对头?|ok|来一个)"
    r"(?:要得|[嘛嘞的了哈噻呀]|,?(?:谢谢|麻烦了?|到了喊我|到时候喊我|订.{0,4}))*"
)
_PARTS = re.compile(r"[，,。；;！!\s]+")
_AT_ONCE = re.compile(
    r"(?:我要|我想|帮我|给我)*(?:订阅?|订一?[个下哈])(?:到期|申报|提醒|一?[下哈]|[，, ])*"
    r"([^，。,?？]{2,30}?)(?:的提醒|提醒)?[。!！嘛哈噻]*"
)
_WORDS = re.compile("提醒|闹钟|[订到改换]")


def called(said: str) -> bool:
    """说的是到时候喊他一声。"""
    return not _CALLS.isdisjoint(said) and bool(_CALLED.search(said)) and not _NOT_CALLED.search(said)


def ordering(here: Here) -> Answers | None:
    """要订、要改订，话里又答了哪个区县、什么产品；不是这样是 None。"""
    said = here.said
    if (placed := district_and_trade(here)) is not None:
        return placed
    if here.session.topic.endswith(":subscribe") and not here.session.frames and _YES.fullmatch(said):
        return ()
    asked = called(said)
    if not asked and not _WORDS.search(said):
        return None
    after = here.session.topic.startswith(("subscribe", "scan", "about"))
    moving = _MOVE.search(said) or (after and _MOVED.fullmatch(said))
    named = here.rules.districts_in(here.message.text)
    if moving and named and (here.session.known.reminded or not _HOW.search(said)):
        return (("held", named[-1].id),)
    ordered = asked or (_ORDER.search(said) and not _NOT_ORDER.search(said))
    if not (moving and here.session.known.reminded) and not ordered:
        return None
    parts = (part for part in _PARTS.split(here.message.text.strip()) if part)
    if one := _in_one(here):
        return one
    trade = "，".join(part for part in parts if not _ORDER.search(part) and not _CALLED.search(part))
    if trade and not here.session.known.branches and here.rules.lookup(trade).candidates:
        return (("business.1.1", trade[:LONGEST_TRADE]),)
    return ()


def _in_one(here: Here) -> Answers:
    """“订阅长寿的水泥制品”：连着说的区县和产品；区县没有说全的是空的。"""
    found = _AT_ONCE.fullmatch(here.message.text.strip())
    named = here.rules.districts_in(found[1]) if found else ()
    if not found or len(named) != 1 or named[0].id not in here.rules.districts:
        return ()
    held: Answers = (("held", named[0].id),)
    spelled = "|".join(map(re.escape, sorted({named[0].name, named[0].id, *named[0].aliases}, key=len, reverse=True)))
    trade = re.sub(rf"^(?:{spelled})(?:区|县)?的?", "", found[1])
    if trade and here.rules.lookup(trade).candidates:
        return (*held, ("business.1.1", trade[:LONGEST_TRADE]))
    return held
