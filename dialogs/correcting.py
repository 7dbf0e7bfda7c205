"""改口：“不对，是商砼”“改成沥青拌合站”“第一条是喷漆”。改的是哪一条线，先说出来，再从那里接着问。"""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from dialogs.cites import HELP
from dialogs.commands import command_of
from dialogs.flows.echo import label
from dialogs.moves import LONGEST_TRADE, Here, answer, ask_again, say, speak
from dialogs.reading import number, plain
from dialogs.records import Turn, Value
from dialogs.reply import Draft
from dialogs.steps import Choose, End, Text
from knowledge.rules import Rules

CORRECTION = re.compile(
    r"^(?:[\d、和,， 第项号]+(?:都|也)?(?=不对|[搞说点选]?错))?"
    r"(?:哎呀|哦|噢|啊|等[一]?[哈下])?[，, ]*(?:我?(?:不对|不是|更正|[搞说点选]?错了?)[，,、。 ]*)+"
    r"(?:我们)?(?:应该)?是?(.+)$"
)
WRONG = frozenset("不错更")
"""CORRECTION 命中时总有其中一个字。"""
_CHANGE = re.compile(
    r"^(?:我们?)?(?:要|想|帮我|给我|请)?(?:修改|更正|改(?=[成为做到]))(?:一下|一哈)?[成为做到是：:，, ]*(.+)$"
)
_MENDING = frozenset("改更")
_ASKING = re.compile(r"[吗么不没][?？]?$|[?？]$")
_WHICH = r"(?:那|这)?一?[条个样种]?(?:生产线|线)?(?:的)?(?:不对|错了)?[，, ]*(?:应该|其实)?(?:是|改成|改为|换成)"
_FIRST = re.compile(rf"^(?:头|最?前[头面]|最?(?:先|开始|早))(?:说的?|讲的?)?{_WHICH}(.+)$")
_ORDINAL = re.compile(rf"^(第[一二三四1-4]){_WHICH}(.+)$")
_NAMED = re.compile(rf"^(.{{2,12}}?){_WHICH}(.+)$")
_NOT_THAT = re.compile(r"[,，、; ]+(?:而?不是|不做|没做)(?:做|搞|生产)?(.{2,12}?)(?:的|了)?$")
"""“……，不是商砼”：改的是说商砼的那一条。"""
_LINE = re.compile(r"\.(\d+)\.")
_ALSO = re.compile(r"还有|还|也|另外|再加|除了")
_CLAUSE = re.compile(r"[，,。;；、 ]+")

Trades = Sequence[tuple[Text, Value]]


def listed(here: Here) -> Turn | None:
    """“修改”列出来以后，打其中一项的名称或名称的一截：就是改它；几项都叫这个，再选一下。"""
    options = here.session.shown
    if here.message.value or not options or not options[0].value.startswith("fix:") or len(here.said) < 2:
        return None
    if command_of(here.said):
        return None
    said = _bare(here.said)
    abouts = [(option, _bare(option.label.partition("：")[0])) for option in options]
    named_ = [option for option, about in abouts if said == about]
    named_ = named_ or [option for option, about in abouts if len(said) >= 2 and (said in about or about in said)]
    if len(named_) > 1:
        draft = Draft(
            ("有几项都叫这个，要改哪一个？",), here.session.cites or HELP, "回复编号：", options=tuple(named_)
        )
        return speak(here, draft, here.session, claimed="correct")
    if not named_:
        return None
    run, _, key = named_[0].value.removeprefix("fix:").partition(":")
    again = here.revisited
    frames = again.session.frames
    at = next((n for n, frame in enumerate(frames) if str(frame.run) == run), None)
    return (
        ask_again(again.at(replace(again.session, frames=frames[: at + 1])), key, "correct") if at is not None else None
    )


def _bare(words: str) -> str:
    """比名称时不看的：引号、“我要改”“那一项”，“档”就是“等级”。"""
    words = re.sub(r"[“”\"'的]|^(?:我?要?改|就?是|选)|(?:那|这)?一?[项个]$", "", words)
    return re.sub(r"(?<!等)级|档", "等级", words)


def corrected(here: Here) -> Turn | None:
    """改说行当：没点名改哪一条的，改最后说的那一条；刚结束的一场也改得了。别的选择，照标签改说也行。"""
    found = (not WRONG.isdisjoint(here.said) and CORRECTION.match(here.said)) or (
        not _MENDING.isdisjoint(here.said) and _CHANGE.match(here.said)
    )
    at_list = bool(here.session.shown) and here.session.shown[0].value.startswith("fix:")
    text = found[1] if found else here.said if at_list else ""
    if not text and not ((here.session.frames or here.session.last) and _branch_said(here)):
        return None
    if _ASKING.search(here.message.text.strip()):
        return None
    again = here.revisited
    if not text:
        return _rebranched(again, here)
    if found and (turn := _repicked(again, text)):
        return turn
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


def _repicked(again: Here, text: str) -> Turn | None:
    """“不对，是有”：最近选过的一问里正有这个选项，又不是原来选的。"""
    chosen = [(step, value) for step, value in again.due.asked if isinstance(step, Choose)] if again.due else []
    for step, value in reversed(chosen[-2:]):
        picked = step.exact(text)
        if picked and picked != value and picked not in ("none", "again"):
            return _changed(again, step, value, picked)
    return None


def _branch_said(here: Here) -> bool:
    """有一句正是哪个分支名称里的，又不是在说“还有”“也”：才值得重放去看。"""
    labels = _labels(here.rules)
    return any(clause in labels for clause in _clauses(here)) and not _ALSO.search(here.said)


def _clauses(here: Here) -> list[str]:
    return [clause for clause in _CLAUSE.split(here.said) if len(clause) >= 2]


@lru_cache(maxsize=64)
def _labels(rules: Rules) -> str:
    return "\n".join(plain(label(branch)) for branch in rules.branches.values())


def _rebranched(again: Here, here: Here) -> Turn | None:
    """刚定了分支，又说到同时列出来的另一个分支（“电炉，黏土砂”）：是改口，说“还有”“也”的不是。"""
    due = again.due
    if due is None or not (isinstance(due.step, End) or due.step.key.startswith(("others.", "grade", "wish."))):
        return None
    chosen = [(step, v) for step, v in due.asked if isinstance(step, Choose) and step.key.startswith("branch.")]
    if not chosen or (isinstance(due.step, Choose) and due.step.parse(here.said)):
        return None
    step, value = chosen[-1]
    labels = {choice.id: plain(choice.label) for choice in step.choices if choice.id in here.rules.branches}
    told = [[id for id, label in labels.items() if clause in label] for clause in _clauses(here)]
    picked = {ids[0] for ids in told if len(ids) == 1}
    if value not in labels or len(picked) != 1 or value in picked:
        return None
    return _changed(again, step, value, picked.pop())


def _changed(again: Here, step: Choose, value: Value, picked: str) -> Turn:
    lead = say(f"好，“{step.shows(value)}”改成“{step.shows(picked)}”。", step.cites, "")
    return answer(again, (step.key, picked), claimed="correct", lead=lead)


def _meant(trades: Trades, text: str) -> tuple[tuple[Text, Value], str]:
    """改哪一条、改成什么：“第一条是……”“商砼那条是……”点了名，别的都是最后说的那一条。"""
    if first := _FIRST.match(text):
        return trades[0], first[1]
    if ordinal := _ORDINAL.match(text):
        line = str(number(ordinal[1]))
        named = [each for each in trades if (found := _LINE.search(each[0].key)) and found[1] == line]
        return (named or trades)[-1], ordinal[2]
    if (denied := _NOT_THAT.search(text)) and len(text) - len(denied[0]) >= 2:
        named = [each for each in trades if denied[1] in plain(str(each[1]))]
        return (named or trades)[-1], text[: denied.start()]
    if named_ := _NAMED.match(text):
        named = [each for each in trades if named_[1] in plain(str(each[1]))]
        if named:
            return named[-1], named_[2]
    return trades[-1], text
