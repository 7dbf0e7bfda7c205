"""改口：“不对，是商砼”“改成沥青拌合站”“第一条是喷漆”。改的是哪一条线，先说出来，再从那里接着问。"""

import re
from collections.abc import Sequence
from dataclasses import replace

from dialogs.moves import LONGEST_TRADE, Here, answer, say
from dialogs.reading import number, plain
from dialogs.records import Turn, Value
from dialogs.steps import Text

CORRECTION = re.compile(
    r"^(?:哎呀|哦|噢|啊|等[一]?[哈下])?[，, ]*(?:不对|不是|更正|[搞说点选]?错了?)[，,、。 ]*(?:我们)?(?:应该)?是?(.+)$"
)
_CHANGE = re.compile(
    r"^(?:我们?)?(?:要|想|帮我|给我|请)?(?:修改|更正|改(?=[成为做到]))(?:一下|一哈)?[成为做到是：:，, ]*(.+)$"
)
_ASKING = re.compile(r"[吗么不没][?？]?$|[?？]$")
_WHICH = r"(?:那|这)?一?[条个样种]?(?:生产线|线)?(?:的)?(?:不对|错了)?[，, ]*(?:应该|其实)?(?:是|改成|改为|换成)"
_FIRST = re.compile(rf"^(?:头|最?前[头面]|最?(?:先|开始|早))(?:说的?|讲的?)?{_WHICH}(.+)$")
_ORDINAL = re.compile(rf"^(第[一二三四1-4]){_WHICH}(.+)$")
_NAMED = re.compile(rf"^(.{{2,12}}?){_WHICH}(.+)$")
_LINE = re.compile(r"\.(\d+)\.")

Trades = Sequence[tuple[Text, Value]]


def corrected(here: Here) -> Turn | None:
    """改说行当：没点名改哪一条的，改最后说的那一条；刚结束的一场也改得了。不是改行当就是 None。"""
    found = CORRECTION.match(here.said) or _CHANGE.match(here.said)
    listed = bool(here.session.shown) and here.session.shown[0].value.startswith("fix:")
    text = found[1] if found else here.said if listed else ""
    if not text or _ASKING.search(here.message.text.strip()):
        return None
    again = _reopened(here)
    trades = (
        [(step, said) for step, said in again.due.asked if isinstance(step, Text) and step.trade] if again.due else []
    )
    if not trades:
        return None
    (step, old), new = _meant(trades, text)
    if not here.rules.lookup(new).candidates:
        return None
    was, now = (str(each).strip()[:20] for each in (old, new))
    lead = say(f"好，“{was}”改成“{now}”。", step.cites, "") if plain(was) != plain(now) else None
    return answer(again, (step.key, new[:LONGEST_TRADE]), claimed="correct", lead=lead)


def _reopened(here: Here) -> Here:
    session = here.session
    if session.frames or session.last is None:
        return here
    return here.at(replace(session, frames=(session.last,)))


def _meant(trades: Trades, text: str) -> tuple[tuple[Text, Value], str]:
    """改哪一条、改成什么：“第一条是……”“商砼那条是……”点了名，别的都是最后说的那一条。"""
    if first := _FIRST.match(text):
        return trades[0], first[1]
    if ordinal := _ORDINAL.match(text):
        line = str(number(ordinal[1]))
        named = [each for each in trades if (found := _LINE.search(each[0].key)) and found[1] == line]
        return (named or trades)[-1], ordinal[2]
    if named_ := _NAMED.match(text):
        named = [each for each in trades if named_[1] in plain(str(each[1]))]
        if named:
            return named[-1], named_[2]
    return trades[-1], text
