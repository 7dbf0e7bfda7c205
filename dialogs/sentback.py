"""被退回了：是自己的这一回申报，才记；别家的、上回的、退别的东西的，不记；像是要退订的，问回去。"""

import re

from msgspec.structs import replace

from dialogs import handed
from dialogs.besides import also_returned
from dialogs.cites import HELP, joined, notice
from dialogs.factories import factories
from dialogs.flows.when import RULE, can_declare
from dialogs.heard import BACK, RETURNED, returned
from dialogs.kept import KEPT, Kept
from dialogs.moves import Here, aside, say, start
from dialogs.records import Told, Turn
from dialogs.reminding import cycle_of, off, running
from dialogs.standing import unheld

_IFS = re.compile(r"万一|要是|如果|会不会|假如|怕")
_SPLIT = re.compile(r"[,，。;!?、\s]+|(?=但|可是|不过|只是|就是没)")
_THEN = "申报被退回了，回复“我们的申报被退回了”；要退订提醒，回复“退订”。"


def clauses_of(here: Here, said: str = "") -> list[str]:
    """一句一句的；点了名的厂和区县、今年的年份不算字。`said` 是写正过的这句话。"""
    said = said or here.said
    said = re.sub(rf"{here.facts.today.year}年(?:度?的|(?=\d))", "", said) if "年" in said else said
    for each in factories(here.session.known, here.session.others):
        for name in filter(None, (each.name.lower(), each.district)):
            said = re.sub(rf"{re.escape(name)}(?:区|县)?", "", said)
    return [each for each in _SPLIT.split(said) if each]


def sent_back(here: Here) -> Turn | None:
    """订着提醒、说过交了的厂说被退回了：记下，照样问退的是哪一项，重新提交以前照旧提醒。"""
    known = here.session.known
    if turn := also_returned(here):
        return turn
    if BACK.isdisjoint(here.said) or not RETURNED.search(here.said) or _IFS.search(here.said):
        return None
    answers, clauses = returned(here.said, here.rules, known, here.asked), clauses_of(here)
    if (
        answers is None
        and not here.session.frames
        and handed.over_and_over(clauses)
        and not here.asked() - {"returned"}
    ):
        answers = ()
    if answers is None:
        return None
    whose = handed.came_back(clauses, here.rules, known)
    if answers == () and not here.session.frames and (turn := _asked_back(here, whose)):
        return turn
    if not known.reminded or here.session.others or whose != "ours":
        return start(here, "returned", answers) if answers == () and not here.session.frames else None
    if KEPT not in here.recalled:
        return Turn(here.session, None, recall=KEPT, claimed="returned")
    cycle = cycle_of(here.rules, here.facts, known)
    told = Told(known.name, cycle.id, cycle.year, "returned", here.facts.today)
    window = running(can_declare(here.rules, here.facts))
    why = unheld(here.facts, Kept.of(here.recalled[KEPT]), [known]) or off(here.facts, window, brief=True)
    opening = f"退回的事记下了：只改您自己的提醒，{why or '重新提交以前到期照旧提醒您'}。\n"
    turn = start(here, "returned", answers, opening=opening)
    return replace(turn, effects=(*turn.effects, told))


def _asked_back(here: Here, whose: str) -> Turn | None:
    """说不准退的是不是自己的申报：先不记，问回去；没有退、可能要退的，说哪里看。"""
    cites = joined(RULE, HELP)
    if whose in ("ours", "theirs"):
        return None
    if whose == "untrue":
        body = "退没退回，以系统的“审核进展”为准，这里没有记。\n真退回来了，可以改好，在“审核进展”里重新提交。"
        draft = say(body, notice("附件4 二"), "登录系统，打开“审核进展”，看审到哪一步。")
        return aside(here, draft, "unread")
    if whose == "wish":
        return aside(here, say("没听准要退的是提醒还是申报，先什么也没有退、没有记。", cites, _THEN), "unread")
    if whose == "goods" or here.session.known.reminded:
        return aside(here, say("没听准退回来的是不是贵厂的创B争A申报，先没记。", cites, _THEN), "unread")
    return None
