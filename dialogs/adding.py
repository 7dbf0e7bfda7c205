"""又说起的一条线：“不对不对，我们还有条机制砂的线”“忘说了，我们还做……”“另外一条线是……”。加上去，不顶掉前面的。"""

import re

from msgspec.structs import replace

from dialogs.cites import notice
from dialogs.correcting import CORRECTION
from dialogs.flows.place import ROUNDS
from dialogs.moves import LONGEST_TRADE, Here, answer, aside, reopened, say, settle, start
from dialogs.records import Frame, Turn, Value
from dialogs.replay import Due
from dialogs.reply import explained, faqs_of
from dialogs.steps import Choose, End, Text
from dialogs.yesno import YES
from knowledge.phrases import asking

_HINTS = frozenset("还另再漏忘也补")
"""_ADDING 命中时总有其中一个字。"""
_ADDING = re.compile(
    r"(?:(?:哎呀|哦|噢|啊|等一?[哈下]|对了|不对|不是|更正|[搞说]错了?|另外(?=[,、。 ])|顺便)[,、。 ]*)*"
    r"(?:(?P<forgot>我?(?:差点)?忘(?:了|记)*(?:[说讲]|告诉你)?了?|我?(?:刚才)?(?:漏|少)(?:了|[说讲])+|"
    r"补充一?[下点哈个]?)[,、。 ]*)?"
    r"(?:我们?|我厂|咱们?|厂里|这边|这里|同一?个?厂(?:里|区)?|里[头面]|旁边|后[头面]|其实|实际上|[, ])*"
    r"(?P<cue>还得?有|还(?:要|在|兼)*(?=[做搞开生加弄产])|另外?还?有|另外还?(?=[做搞开生加弄产那这一]|条)|"
    r"也(?:有|在)?(?=[做搞开生加弄产])|再加上?|外加)?"
    r"(?P<rest>.{2,})"
)
_CLASSED = re.compile(
    r"(?:做|搞|开|弄|生产|加工|有|了|着|在|得)*(?:[那这一两二几]?(?:条|个|样|种|间|座))?(?:生产线|线)?(?:才?是|叫|做|搞|生产)*(?=.{2})"
)
_TAIL = re.compile(r"(?:的?(?:生产线|车间)|的线)?(?:的|呢|没有?[说讲算]|忘了?[说讲])*$")
_NOT = re.compile(
    r"不是|不[做搞]|没[做搞]|没有|以前|原来是|停了|拆了|准备|打算|想上|隔壁|别[人家个]|人家|邻居|朋友|亲戚|设备|设施|"
    r"除尘|治理|rto|rco|活性炭|布袋|喷淋|光氧|催化燃烧|监测|[一两二三四五六七八九十几\d](?:台|套|辆)|^[台套辆]|"
    r"^(?:[一两二几]?[个家])(?:分|新|老)?厂"
)
_QUERY = re.compile(r"[?？]\s*$")
_YES = re.compile(r"^(是的?|对的?|对头|嗯+|没错|要得|就是)[,、。 ]+(?=.)")
_LINE = re.compile(r"^(?:business|branch|absent|others|next|said|wish|also)\.(\d+)")
_FLOWS = ("which_grade", "assess")
_EQUIPMENT = "p10-1"
"""工业锅炉、炉窑：是设备，不另算一条线。"""
_BOILER = re.compile(r"(?:.{0,4}[台个座套])?.{0,4}(?:锅炉|导热油炉|炉窑|窑炉|烘干炉|退火炉)(?:在[用烧])?[的呢哈嘛哦]*")
"""名录里的厂另有的锅炉、炉窑：不另算一条线，要不要另评通知没有写。"""
FULL = "一次记不下更多的线，前面的都留着；“{}”请另外查：回复“查行业”。"


def added(here: Here) -> Turn | None:
    """说的是另有一条线：进行中的、刚结束的查行业和自评里加一条；别的时候接着记着的分支查。"""
    if _HINTS.isdisjoint(here.said):
        return None
    yes = _YES.match(here.said)
    found = _ADDING.fullmatch(here.said[yes.end() :] if yes else here.said)
    if not found:
        return None
    if turn := _boiler(here, found, yes[1] if yes else ""):
        return turn
    trade = _trade(here, found)
    if not trade:
        return None
    if here.session.frames and here.session.frames[-1].flow in _FLOWS:
        return _inside(here, trade, yes[1] if yes else "")
    if here.due and not isinstance(here.due.step, End) and _LINE.match(here.due.step.key):
        return None
    again = reopened(here)
    due = again.due
    kept = here.session.known.branches
    ended = again is not here and due is not None and isinstance(due.step, End)
    if ended and again.session.frames[-1].flow in _FLOWS and due and _same(due, kept):
        return _more(again, due, trade)
    if not kept or len(kept) >= ROUNDS:
        return None
    answers: tuple[tuple[str, Value], ...] = (("kept", kept), (f"also.{len(kept)}", (trade,)))
    return start(here, "which_grade", answers, opening="好，加一条线，前面说的都留着。")


def _boiler(here: Here, found: re.Match[str], yes: str) -> Turn | None:
    """“还有台锅炉”：主业定了的、正在定的，说锅炉怎么算，前面说的不动。"""
    if not found["cue"] or not _BOILER.fullmatch(found["rest"]):
        return None
    inside = here.session.frames[-1].flow if here.session.frames else ""
    told = faqs_of(here.rules, "boiler-too")
    if not told or not (inside in _FLOWS if inside else here.session.known.branches):
        return None
    step = here.due.step if inside and here.due else None
    if yes and isinstance(step, Choose) and (picked := step.exact(YES[0])):
        return answer(here, (step.key, picked), lead=explained(*told))
    return aside(here, explained(*told), "question")


def _trade(here: Here, found: re.Match[str]) -> str:
    """另有的那条线做什么；说的不是另有一条线，是空的。"""
    if not (found["cue"] or found["forgot"]):
        return ""
    rest = found["rest"]
    if (
        (not found["cue"] and rest.startswith("是"))
        or _NOT.search(rest)
        or asking(rest, rest)
        or _QUERY.search(here.message.text)
    ):
        return ""
    bare = _TAIL.sub("", _CLASSED.sub("", rest, count=1))
    for each in dict.fromkeys((bare, rest)):
        seen = here.rules.lookup(each).candidates if len(each) > 1 else ()
        if seen and {candidate.branch.id for candidate in seen if candidate.branch} != {_EQUIPMENT}:
            return each[:LONGEST_TRADE]
    return ""


def _same(due: Due, kept: tuple[str, ...]) -> bool:
    """那一场的结果就是现在记着的几个分支。"""
    return isinstance(due.step, End) and due.step.known is not None and due.step.known.branches == kept != ()


def _line(due: Due) -> int:
    """说到第几条线了；一条也没有是 0。"""
    keys = [*(step.key for step, _ in due.asked), *([] if isinstance(due.step, End) else [due.step.key])]
    return max((int(found[1]) for key in keys if (found := _LINE.match(key))), default=0)


def _inside(here: Here, trade: str, yes: str) -> Turn | None:
    """正问着：先把这一问答完，再定加的这条；问的正是做什么、还有没有别的，就是它的答案。"""
    due = here.due
    if due is None or isinstance(due.step, End | Text) or not _line(due):
        return None
    step = due.step
    more = step.otherwise if isinstance(step, Choose) else ""
    if more and not CORRECTION.match(here.said):
        return None
    picked = step.exact(YES[0]) if yes and isinstance(step, Choose) else None
    return _more(here, due, trade, *(((step.key, picked),) if picked else ()))


def _more(here: Here, due: Due, trade: str, *answers: tuple[str, Value]) -> Turn:
    """加在最后说的那条线后面。"""
    line, cites = _line(due), notice("附件3")
    *outer, frame = here.session.frames
    if line >= ROUNDS:
        return settle(here, here.session, "added", lead=say(FULL.format(trade[:20]), cites, ""))
    given = dict((*frame.answers, *answers))
    held = given.get(key := f"also.{line}")
    given[key] = (*(held if isinstance(held, tuple) else ()), trade)
    now = isinstance(due.step, End) or bool(answers)
    lead = say(f"好，{'加' if now else '记下还有'}一条线：“{trade[:20]}”，前面说的都留着。", cites, "")
    given.pop(f"others.{line}", None)
    frames = (*outer, Frame(frame.flow, frame.run, tuple(given.items())))
    return settle(here, replace(here.session, frames=frames), "added", frames, lead=lead, reopened=True)
