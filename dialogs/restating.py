"""自评里改口说处罚、想评的档：改那一步，结果和文书跟着重出；说不清的重问，没问清以前不出文书。"""

import re

from msgspec.structs import replace

from dialogs.assessment import BETTER
from dialogs.cites import HELP, joined
from dialogs.fined import wholly
from dialogs.flows.lines import CHANGE, MORE, UNDECIDED, WARNED
from dialogs.flows.veto import Vetoed
from dialogs.moves import Here, answer, aside, ask_again, say
from dialogs.rating import Ratings
from dialogs.records import Turn, Value
from dialogs.replay import Due
from dialogs.steps import Choose, End
from dialogs.wishing import restated as restated_wish
from dialogs.wishing import same
from knowledge.phrases import asking

_PENAL = re.compile(r"罚|处分|查处|立案")
_NAMING = re.compile(
    r"(?:我?(?:要|想)?(?:修改|更正|改)(?:一?[下哈个])?)?(?:处罚|罚款|受罚)(?:的事|那|这|一|个|项|条|问|里|回|点)*(?:我|刚才)*"
    r"(?:[说搞记答选弄填点]错了?|要改|不对|改成?)|"
    r"我?(?:要|想)?(?:修改|更正|改)(?:一?[下哈个])?(?:处罚|罚款|受罚)(?:的事|那|这|一|个|项|条|问|里|回|点)*|"
    r"(?:处罚|罚款|受罚)(?:的事|[那这]一?[个项条问回点])"
)
"""点了处罚这一问：“处罚那个说错了”“我要改处罚那个”。"""
_LEADING = re.compile(
    r"^(?:(?:哦|对了|其实|实际上|刚才|前面|"
    r"我?(?:才|突然)?想起来?了?|忘了?说|[说搞记答]错了?|不对|不是|更正|应该|改成?|是)[，,。、 ]*)+"
)
_SUPPOSED = re.compile(r"要是|如果|万一|假如|会不会|能不能|影响|怎|咋|啷|多少|[?？吗么]$")
_CLAUSE = re.compile(r"[，,。;； ]+")
NEXT = "要改别的，回复“修改”。"
SEVERAL = "回复“修改”，挑那一条线改。"
_ANYWAY = re.compile(r"算不算|算处罚|算吗|算么")


def restated(here: Here) -> Turn | None:
    """自评答着、或刚出了结果，又说到处罚、想评的档；问话不是改口。"""
    session = here.session
    if "assess" not in [frame.flow for frame in (*session.frames[-1:], session.last) if frame]:
        return None
    again = here.revisited
    due = again.due
    if due is None or again.session.frames[-1].flow != "assess":
        return None
    if turn := _counted(here):
        return turn
    if _SUPPOSED.search(here.said) or asking(here.message.text, here.said):
        return None
    return _penalised(here, again, due) or _rewished(here, again, due)


def _counted(here: Here) -> Turn | None:
    """正问着处罚，整句说的就是处罚：读得准的就记，先于别的问答；反问“整改通知算不算”、读不准的，说清楚再问。"""
    step = here.due.step if here.due else None
    if not isinstance(step, Vetoed):
        return None
    anyway = _ANYWAY.search(here.said)
    whole = wholly(here.said, step.today) and not _SUPPOSED.search(here.message.text)
    if not anyway and whole and (value := step.parse(here.said)):
        return answer(here, (step.key, value))
    if not (anyway or whole) or not (unread := step.unread(here.said)):
        return None
    return aside(here, say(unread, joined(step.cites, HELP), ""), "unread", back="")


def _penalised(here: Here, again: Here, due: Due) -> Turn | None:
    """说到处罚：说得清的改，点了名又没说清的、日子算不清的，把那一问拿出来重问。"""
    step, was = next(((step, was) for step, was in due.asked if isinstance(step, Vetoed)), (None, ""))
    if step is None or not _PENAL.search(here.said):
        return None
    naming = _NAMING.search(here.said)
    bare = _LEADING.sub("", _NAMING.sub("", here.said).strip("，,。、 "))
    now = step.parse(bare) if bare else None
    if now is None:
        unread = step.unread(bare) if bare else ""
        if not (naming or unread):
            return None
        lead = say(unread or "好，处罚这一问重新答。", joined(step.cites, HELP), "")
        return ask_again(again, step.key, "correct", lead)
    if now == was:
        return aside(here, say(f"{step.about}，记着的就是“{step.shows(was)}”，没有改动。", step.cites, NEXT), "noted")
    wishes = {value for asked, value in due.asked if asked.key.startswith("wish.")}
    warned = WARNED if now == "yes" and wishes & BETTER and not isinstance(due.step, End) else ""
    rest = "，".join(each for each in _CLAUSE.split(here.said) if each and not _PENAL.search(each))
    if isinstance(due.step, Ratings) and rest and due.step.touches(rest):
        warned += "\n一起说的各项还没有记，请再说一遍。"
    return _changed(again, step, was, now, warned)


def _rewished(here: Here, again: Here, due: Due) -> Turn | None:
    """说到想评的档：有这一档就改；没有的说没有，想评的照旧；几条线的问是哪一条。"""
    wished = [(step, was) for step, was in due.asked
              if isinstance(step, Choose) and step.key.startswith("wish.") and was not in (MORE, CHANGE)]  # fmt: skip
    if not wished or not (name := restated_wish(here.said)):
        return None
    if len(wished) > 1:
        lines = "、".join(f"{step.about}“{step.shows(was)}”" for step, was in wished)
        return aside(here, say(f"几条线各评各的，要改哪一条？现在是{lines}。", wished[0][0].cites, SEVERAL), "unread")
    step, was = wished[0]
    own = [choice.id for choice in step.choices if choice.id not in (UNDECIDED, MORE, CHANGE)]
    picked = next((tier for tier in own if same(tier, name)), "")
    kept = _held(here, was)
    if not picked:
        line = f"{step.about.removesuffix('想评的等级')}没有{name}{'级' * (len(name) == 1)}，有{'、'.join(own)}。"
        return aside(kept, say(f"{line}\n想评的还是“{step.shows(was)}”，没有改动。", step.cites, NEXT), "unread")
    if picked == was:
        return aside(kept, say(f"想评的就是“{step.shows(was)}”，没有改动。", step.cites, NEXT), "noted")
    return _changed(_held(again, picked), step, was, picked)


def _held(here: Here, wish: Value) -> Here:
    """记着的想评的等级，跟这一场说的一样。"""
    if wish == UNDECIDED:
        return here
    return here.at(replace(here.session, known=replace(here.session.known, wish=str(wish))))


def _changed(again: Here, step: Choose, was: Value, now: str, more: str = "") -> Turn:
    lead = say(f"好，{step.about}从“{step.shows(was)}”改成“{step.shows(now)}”。{more}", step.cites, "")
    return answer(again, (step.key, now), claimed="correct", lead=lead)
