"""问题：几个一起答，会的流程就由流程来答；顺带说了自己的厂，答完接着查。"""

import re
from dataclasses import replace
from functools import lru_cache

from dialogs.cites import joined, notice
from dialogs.factory import ANOTHER
from dialogs.flows import ANSWERS, ASKED, FLOWS, HEARING
from dialogs.graded import SURE, corrected, graded
from dialogs.moves import Here, aside, both, business, say, start
from dialogs.records import Frame, Turn
from dialogs.reply import Draft
from knowledge.phrases import asking, claiming, plain
from knowledge.records import Faq
from knowledge.rules import Rules

_TIERED = re.compile(r"[报评申升争创]\s*(?:[a-d](?![a-z])|绩?效?引领)", re.IGNORECASE)
_YEAR = re.compile(r"(20\d\d)年?|去年|明年|后年|前年")
_YEARS = {"前年": -2, "去年": -1, "明年": 1, "后年": 2}
_NOW = re.compile(r"(?:今天|现在|今年|这阵).{0,3}报(?:得|不|名|吗|嘛|么|没)")
_ASKING = re.compile(
    r"[?？吗么嘛迈噻撒哇喃哈几谁哪啥问怎咋多好能可要该退驳过]|没得|还是|什么|有没有|是不是|不(?:$|[？?，,])"
)
_PLACING = re.compile(
    r"(?:哪[个一些几]{0,2}|什么|啥子?)[^，。？?]{0,2}(?:行业|分支|类)|(?:选|报|归|属于|算|划到)[到在]?(?:哪|啥|什么)(?![个一级里]{0,2}[审管评批看])|对应[^，。？?]{0,5}(?:哪|啥|什么)|归不归"
)
_SORTING = frozenset(
    "boundary parts-makers several-industries name-hint thermal-power casting-two cement-products not-listed "
    "industry-code who-delegated local-ten subsidy joint-2025 sichuan-guide exempt b-minus no-a d-grade honours "
    "rectify-lowest".split()
)
"""讲归类的问答：问的就是归哪一类时，只有它们不必让给查行业。"""
_OURS = re.compile(r"我们|我厂|我家|咱|俺|本厂|本公司|我公司|我朋友")


def question(here: Here) -> Turn | None:
    """问题：几个一起答；顺带说了自己的厂，就接着查。"""
    text = here.message.text
    if ANOTHER.search(text):
        return start(here, "mine", (("change", "other"),))
    if _NOW.search(text):
        return _live(here, "when")
    if started := _heard(here):
        return started
    if not _asks(text) and here.rules.lookup(text).outcome == "match":
        return None
    for title, part in _parts(here.rules):
        if title in text:
            return start(here, "materials", (("part", part),))
    asked = here.rules.questions(text)
    if _PLACING.search(text) and _named(here) and not _SORTING.intersection(each.id for each in asked):
        return None if here.session.frames else start(here, "which_grade", business(here))
    if draft := graded(text, here.rules, asked):
        return _told(here, draft)
    live = ANSWERS.get(asked[0].id) if len(asked) == 1 else None
    live = live or (None if asked else next((entry for entry in ASKED if entry.asks.search(here.said)), None))
    if live and live.name == "when" and _TIERED.search(text):
        live = FLOWS["review" if here.session.known.branches else "which_grade"]
    if live and (here.session.known.branches or not live.needs_branch):
        return _live(here, live.name)
    if not asked and not here.session.frames and not _named(here):
        near = here.rules.nearest(text)
        asked = near if len(near) == 1 else ()
    return answered(here, asked) if asked else None


def _heard(here: Here) -> Turn | None:
    """这句话就是要开始某个流程（“被退回了”“橙色预警来了”）：开始，话里答过的几步不再问。"""

    def asked() -> frozenset[str]:
        return frozenset(each.id for each in here.rules.questions(here.message.text))

    for flow, hears in HEARING:
        answers = hears(here.said, here.rules, here.session.known, asked)
        if answers is not None:
            return start(here, flow, answers)
    return None


def _asks(text: str) -> bool:
    """在问，或者在说规则。"""
    if _ASKING.search(text):
        return True
    bare = plain(text)
    return asking(text, bare) or claiming(text, bare)


@lru_cache(maxsize=64)
def _parts(rules: Rules) -> tuple[tuple[str, str], ...]:
    """附件5各部分的名称和 id。"""
    return tuple((item.title, item.id) for item in rules.outline if not item.parent)


def _live(here: Here, flow: str) -> Turn:
    """由流程来回答；同一句还说了自己的厂，答完接着查它的等级。"""
    if flow == "which_grade" or here.session.frames or not _OURS.search(here.said) or not _trade(here):
        return start(here, flow, lead=_ahead(here) if flow == "when" else None)
    runs = here.session.runs + 1
    outer = Frame("which_grade", runs, business(here))
    return start(here.at(replace(here.session, runs=runs, frames=(outer,))), flow)


def _named(here: Here) -> bool:
    """说出了行业；只是字音相近的不算。"""
    return any(each.score >= SURE for each in here.rules.lookup(here.message.text).candidates)


def _trade(here: Here) -> bool:
    return bool(here.rules.lookup(here.message.text).candidates)


def _ahead(here: Here) -> Draft | None:
    """问的是别的年份：先说那一年有没有登记窗口，再说今天。"""
    today = here.facts.today
    named = _YEAR.search(here.message.text)
    year = int(named[1]) if named and named[1] else today.year + _YEARS.get(named[0], 0) if named else today.year
    if year == today.year or any(year in (window.start.year, window.end.year) for window in here.facts.windows):
        return None
    return say(f"{year}年的申报窗口，这里没有登记；下面是今天的情况。", notice("附件4 二", "正文 一"), "")


def answered(here: Here, asked: tuple[Faq, ...]) -> Turn:
    drafts = [Draft(tuple(each.answer.splitlines()), each.cites, each.then) for each in asked]
    if first := corrected(here.message.text, here.rules):
        drafts[0] = Draft((*first.body, *drafts[0].body), joined(first.cites, drafts[0].cites), drafts[0].then)
    return _told(here, both(drafts))


def _told(here: Here, draft: Draft) -> Turn:
    if not here.session.frames and _OURS.search(here.said) and _trade(here):
        return start(here, "which_grade", business(here), lead=draft)
    return aside(here, draft, "question")
