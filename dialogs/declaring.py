"""话里说自己的申报交了、没交、重新交了、撤了：是哪一样、哪一天、哪个厂；说不准的先问。"""

import re
from collections.abc import Sequence

from dialogs import finishing, handed
from dialogs.factories import mentioned
from dialogs.flows.declared import UNSAID
from dialogs.flows.when import RULE
from dialogs.handedday import DATED, VAGUE, day_corrected, day_named, day_said, spelt
from dialogs.heard import RETURNED, Answers
from dialogs.moves import Here, aside, both, say, start
from dialogs.records import Turn
from dialogs.reply import Draft, explained, faqs_of
from dialogs.sentback import clauses_of

_ALTERING = re.compile(r"[想要能][^,，。?]{0,3}(?:改|换|撤)")
_TIME = rf"{DATED}|{VAGUE}|今天|今早|今日|昨天|昨晚|前天|刚才|刚刚|刚|上午|下午|早上|晚上|\d+月\d+[号日]"
_WHO = rf"我们?|我厂|公司|咱们?|{_TIME}|这回|这次|已经|早|终于|都|也|真的|材料|资料|申报|系统头"
_ANCHOR = re.compile(_WHO)
_FRESH = re.compile(rf"{_TIME}|我们|我厂|终于|这回")
_NAMED = re.compile(r"申报(?!了|完|好|上)|创b|争a|评级|绩效|[abcd]级")
_DATE_ONLY = re.compile(
    rf"(?:那?就?是|哦|嗯|,)*(?:{DATED}|(?:\d{{1,2}}月)?\d{{1,2}}[号日]|昨天|大?前天|今天)(?:上午|下午|晚上)?(?:交|报|提交)?的?(?:嘛|哈|噻)?"
)
_SPELT = frozenset("啦喽啰咯月号")
"""要写正的话里总有其中一个字。"""
_SAYING = frozenset("交报递撤退")
_SAY_WHEN = "交了就说哪天交的，例如“我们11月20日交了”“我们今天交了”；没交不用管。"


def declaring(here: Here) -> Turn | None:
    """说的是自己的申报，就由 declared 流程记；像是弄完了，先问一句是不是交了。"""
    said = here.said if _SPELT.isdisjoint(here.message.text) else spelt(here.message.text)
    if answered := finishing.confirmed(here):
        day = here.session.topic.partition(":")[2]
        return (
            finishing.refused(here) if answered == "no" else start(here, "declared", _answers(here, "submitted", day))
        )
    if (right := day_corrected(said)) is not None and (here.session.known.reminded or _after(here)):
        return start(here, "declared", _answers(here, "submitted", right))
    if not (_after(here) or "说早了" in said or not _SAYING.isdisjoint(said) or finishing.likely(said)):
        return None
    clauses = clauses_of(here, said)
    status, clause = _status(here, said, clauses)
    if not status:
        heard = finishing.heard(here, said, clauses, clause)
        if heard is None:
            return Turn(here.session, None, recall=finishing.REMINDER, claimed="declared")
        if heard == "ask":
            return finishing.asked_whether(here, said)
        status = heard
    if not status:
        return None
    answers = _answers(here, status, said, clause)
    return start(here, "declared", answers, _besides(here, clauses) if status == "submitted" else None)


def _answers(here: Here, status: str, said: str, clause: str = "") -> Answers:
    """记到哪一天：先看说交了的那半句，那半句没有说的看整句；哪几个厂。"""
    which = ",".join(mentioned(here.message.text, here.session.known, here.session.others))
    day, odd, vague = day_said(clause if clause and day_named(clause) else said, here.facts)
    more = tuple((key, value) for key, value in (("odd", odd), ("vague", vague), ("which", which)) if value)
    return (("status", status), ("day", day.isoformat()), *more)


def _after(here: Here) -> bool:
    return here.session.topic.startswith("declared")


def _status(here: Here, said: str, clauses: list[str]) -> tuple[str, str]:
    """到了哪一步，和说交了的那半句；没有说、说不准的是空的。"""
    if _after(here) and _DATE_ONLY.fullmatch(said):
        return "submitted", ""
    if _SAYING.isdisjoint(said) and "说早了" not in said:
        return "", ""
    if handed.NOT_YET.search(said):
        return "" if handed.of_other_things(clauses) else UNSAID, ""
    if handed.corrected(said) == "undone":
        return UNSAID, ""
    if handed.of_other_things([each for each in clauses if handed.AGAIN.search(each) or "撤" in each]):
        return "", ""
    if any(handed.AGAIN.search(each) and not re.search(r"[能可吗咋怎啷]|还没|以后|过后", each) for each in clauses):
        return "resubmitted", ""
    if handed.WITHDRAWN.search(said) and not re.search(r"能|可以|吗|咋|怎|啷", said):
        return "withdrawn", ""
    if here.session.known.reminded and RETURNED.search(said) and re.search(r"第二[次回]|算[^,]{0,3}次", said):
        return "returned" if handed.came_back(clauses, here.rules, here.session.known) == "ours" else "", ""
    clause, alone = handed.told(clauses), not here.session.frames
    if here.session.topic.startswith("guide") and not _NAMED.search(clause):
        return "", clause  # 刚说着清单、一厂一策：交了的也许是它
    anchor = _ANCHOR if alone else _FRESH
    if clause and (anchor.search(clause) or anchor.search(said) or (alone and here.session.known.reminded)):
        return "submitted", clause
    return "", clause


def _besides(here: Here, clauses: Sequence[str]) -> Draft | None:
    """说了交了，同一句里又问了别的：先答问的。"""
    asked = handed.asked_besides(clauses)
    found = here.rules.questions(asked)
    if not found and _ALTERING.search(asked):
        found = faqs_of(here.rules, "withdraw")
    return both([*map(explained, found)]) if found else None


def uncertain(here: Here) -> Turn | None:
    """像是说交了，说不准交的是不是申报、是哪天：不记，问回去。"""
    if here.session.frames or not here.session.known.reminded or _SAYING.isdisjoint(here.said):
        return None
    clauses = clauses_of(here)
    if not handed.doubtful(clauses) or (here.asked() and not handed.unsent(clauses)):
        return None
    return aside(here, say("没听准是不是贵厂的创B争A申报已经交了，先没记。", RULE, _SAY_WHEN), "unread")
