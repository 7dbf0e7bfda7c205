"""说了想评哪一档、现在是哪一级：记下；这一场里问过的那一步，跟着改。"""

from msgspec.structs import replace

from dialogs.cites import HELP, joined
from dialogs.factory import told
from dialogs.flows.holding import Graded
from dialogs.flows.reviewing import missed_wish
from dialogs.moves import Here, answer, aside, ask_again, revisited, say
from dialogs.records import Turn, Value
from dialogs.steps import Choose, End, Recall, Step
from dialogs.wishing import Subject, levels, named, same, stated

_KEYS = {"wish": ("wish.", "wish"), "grade": ("grade",)}
"""问这件事的那几步，键是怎么开头的。"""


def fact(here: Here) -> Turn | None:
    """整句说的只是等级：记下，说记下了什么；问过的改那一步，正等着回答的就接着问。"""
    said = stated(here.said)
    if not said:
        return None
    again = _again_open(here)
    if missing := _missing(again, here, said):
        return missing
    kept = here.session.known
    for subject, name in said:
        about = _about(again, here, subject)
        if about and (about != "wish" or not same(kept.wish, name)):
            tier = _tier(here, name)
            kept = replace(kept, wish=tier) if about == "wish" else replace(kept, grade=tier)
    parts = tuple(filter(None, (here.noted, told(here.session.known, kept, here.rules))))
    here = here.at(replace(here.session, known=kept))
    for subject, name in said:
        if turn := _again(_again_open(here), subject, name):
            return turn
    if not any(_about(again, here, subject) for subject, _ in said):
        return None
    lost = [line for id in kept.branches if id in here.rules.branches and any(s == "wish" for s, _ in said)
            for line in missed_wish(here.rules.branches[id], f"想评{kept.wish}")]  # fmt: skip
    cites = tuple(here.rules.branches[id].cite for id in kept.branches if lost and id in here.rules.branches)
    known = "；".join(parts) or "，".join(_worded(_about(again, here, subject), name) for subject, name in said)
    body = "\n".join((f"记下了：{known}。", *lost))
    then = (
        "回复“自评”，从它有的几档里选。"
        if lost
        else "回复“自评”，看离想评的这一档还差什么。"
        if kept.branches and kept.wish
        else "直接打字说贵厂主要生产什么。"
    )
    return aside(here, say(body, joined(cites, HELP), then), "noted")


def _again_open(here: Here) -> Here:
    """正问着等级的就是这一场；不然刚说了结果的自评、预警重新打开。"""
    asking = here.due.step.key if here.due and not isinstance(here.due.step, End) else ""
    return here if asking.startswith(("wish", "grade")) else revisited(here, "assess", "alert")


def _missing(again: Here, here: Here, said: tuple[tuple[Subject, str], ...]) -> Turn | None:
    """问着、或刚问过是哪一级，说的是这个分支没有的一级：说没有，不记；问过的那一步再问。"""
    if not any(_about(again, here, about) == "grade" for about, _ in said):
        return None
    step = next((step for step, _ in reversed(_steps(again)) if isinstance(step, Graded)), None)
    unread = step.unread(here.said) if step else ""
    if step is None or not unread:
        return None
    if again.due and again.due.step is step:
        return aside(here, say(unread, step.cites, ""), "unread", back="")
    return ask_again(again, step.key, "unread", say(f"{unread}\n先不改，再选一下。", step.cites, ""))


def _worded(subject: str, name: str) -> str:
    return f"{'想评' if subject == 'wish' else '现在是'}{named(name)}，和记着的一样"


def _about(again: Here, here: Here, subject: Subject) -> str:
    """没说是想评的还是现在的：看这一场最后问的是哪一样，再看记着哪一样；看不出来是空的。"""
    if subject != "either":
        return subject
    for step, _ in reversed(_steps(again)):
        for name, keys in _KEYS.items():
            if step.key.startswith(keys) or (isinstance(step, Recall) and step.query == name == "grade"):
                return name
    known = here.session.known
    return "wish" if known.wish else "grade" if known.grade else ""


def _steps(here: Here) -> list[tuple[Step[object], Value | None]]:
    """答过的各步，和正等着回答的一步。"""
    due = here.due
    if due is None:
        return []
    return [*due.asked, *([] if isinstance(due.step, End) else [(due.step, None)])]


def _again(here: Here, subject: Subject, name: str) -> Turn | None:
    """这一场里最后问到这件事的那一步，答案换成说的这一级；没有问过、没有这一级、本来就是，是 None。"""
    about = _about(here, here, subject)
    if not about:
        return None
    for step, value in reversed(_steps(here)):
        if isinstance(step, Recall) and step.query == "grade" == about and value:
            tier = _tier(here, name)
            lead = say(f"好，现在的等级从“{value}”改成“{tier}”。", step.cites, "")
            return answer(here, (step.key, tier), claimed="correct", lead=lead) if tier != value else None
        if not isinstance(step, Choose) or not step.key.startswith(_KEYS[about]):
            continue
        picked = next((choice.id for choice in step.choices if same(choice.id, name)), None)
        if picked is None or picked == value:
            return None
        if value is None:
            return answer(here, (step.key, picked))
        was = f"{step.about or told_as(about)}从“{step.shows(value)}”改成“{step.shows(picked)}”"
        return answer(here, (step.key, picked), claimed="correct", lead=say(f"好，{was}。", step.cites, ""))
    return None


def told_as(about: str) -> str:
    """这件事怎么称呼。"""
    return "想评的等级" if about == "wish" else "现在的等级"


def _tier(here: Here, name: str) -> str:
    """这一级在贵厂的分支里怎么写；不知道分支，或没有这一级，就照说的。"""
    branches = (here.rules.branches[id] for id in here.session.known.branches if id in here.rules.branches)
    return next((tier for branch in branches for tier in levels(branch.tiers) if same(tier, name)), name)
