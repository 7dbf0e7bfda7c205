"""一句话里问了几件（“公示牌要挂好大，一厂一策哪里填，账号忘了找哪个”）、报了几件事：一件一件来，不只答一件。"""

import re

from dialogs.cites import joined, notice
from dialogs.flows import FLOWS, SAID, heard_in
from dialogs.handed import OVER
from dialogs.heard import RETURNED, Answers
from dialogs.moves import Here, aside, both, say, settle, start
from dialogs.outline import ALSO, ASKS, GIVEN_UP, mentioned, part_of
from dialogs.reading import plain, two_or_more
from dialogs.records import Frame, Turn
from dialogs.reply import Draft, explained
from knowledge.guiding import unwritten
from knowledge.phrases import asking
from knowledge.records import Guide

_PARTS = re.compile(r"[，,。;；?？!！\n]+|另外|还有")
_ITEMS = re.compile(r"[ ，,。;；、]+|还有|另外")
_TAIL = re.compile(r"(?:都|又|也)?(?:咋个?|怎么|啷个|如何)?(?:整|办|弄|搞)$")
_TO_DO = ("整", "办", "弄", "搞")
"""_TAIL 总以其中一个字结尾。"""
_BRIEF = 10
"""这么短的半句，才当是在报一件事。"""
_MORE = re.compile(r"^(?:还有|还差|另外还?有?|加上|再加|对了)[，, ]*(?:一个|一项|我们的?)?")
_TOO = re.compile(r"也[^，。]{0,3}(?:退|打回|驳|不行|不得行|不合格|不全|没过|没通过|有问题)")
_HOW = re.compile(r"咋|怎|啷|如何|哪|填|弄|办|搞|报|交|提交")
_WHICH = re.compile(r"哪[个样档级](?!文件|地方)")
"""两个半句都在比（“哪个凶些，哪个少停点”），才各答各的；别的半句多半只是说情形，照整句答。"""
_SYSTEM = frozenset("system-what system-url manual materials".split())
"""前半句说了是系统里的哪一件，后半句“交到哪里”问的还是那一件。"""
_TOLD = frozenset("when materials review benefits system".split())
"""这几样问答里都有：每一样都听出来了的，照问的次序一起答，不必一件一件来。"""
_NOT_OVER = (
    "交了不算完，还要审核：“企业申报之后需要由各区县生态环境局、市生态环境局逐级进行审核，"
    "审核不通过可以退回重新提交申报材料。”"
)
_LOWER = re.compile(
    r"(?:没通过|没过|不通过|没评上)[^。]{0,12}(?:能不能|可不可以|会不会|可以|能)[^。，,]{0,4}(?:按|给|算)[^。，,]{0,3}"
    r"(?:[bcd](?![a-z])|引领|低一[级档])"
)
"""“没通过A级，能不能直接按B给”。"""
_ONE_DOWN = (
    "没过这一级，能不能直接按低一级给，通知没有写；改报低一级算不算第二次申报，也没有写。\n"
    "写明的是：“审核不通过可以退回重新提交申报材料。”“企业只能在规定时间内申报，且一年只能申报一次”。"
)
_SHORTEST, _MOST = 4, 4
"""这么短的半句不单独算一件；多过这么多句的，不是几个小问题。"""


def besides(here: Here) -> Turn | None:
    """几个半句各问各的，整句听下来只会答一件的：各答各的，次序照问的次序。"""
    if turn := also_returned(here):
        return turn
    if not here.session.frames and OVER.search(here.said) and not RETURNED.search(here.said):
        draft = say(_NOT_OVER, notice("附件4 二"), "登录系统，打开“审核进展”，看审到哪一步。")
        return aside(here, draft, "question")
    if not here.session.frames and _LOWER.search(here.said) and not mentioned(here.rules, here.said):
        return aside(
            here, say(_ONE_DOWN, notice("附件4 二"), "先在“审核进展”里看没过的原因，再问区县生态环境局。"), "question"
        )
    if here.session.frames or not (_WHICH.search(here.said) or here.rules.guides.named(here.said)):
        return None
    parts = [part for each in _PARTS.split(here.message.text) if len(part := each.strip()) >= _SHORTEST]
    if not 2 <= len(parts) <= _MOST:
        return None
    compared = len(parts) == 2 and all(_WHICH.search(part) for part in parts)
    found: dict[str, Draft] = {}
    unheard = guided = False
    for part in parts:
        guide, faq = _guide(here, part), None
        if guide:
            guided = True
            found.setdefault(guide.id, _told(guide, plain(part)))
        elif not asking(part, plain(part)):
            continue
        elif faq := next((each for each in here.rules.questions(part) if not (guided and each.id in _SYSTEM)), None):
            found.setdefault(faq.id, explained(faq))
        unheard = unheard or not (guide or faq)
    if not (compared or guided):
        return None
    whole = here.rules.questions(here.message.text)
    if unheard and not guided and len(found) == 1:
        found |= {each.id: explained(each) for each in whole[:1] if each.id not in found}
    if len(found) < 2 or not (guided or not found.keys() <= {each.id for each in whole}):
        return None
    return aside(here, both(list(found.values())), "question")


def also_returned(here: Here) -> Turn | None:
    """正选着、刚说完退的是哪一项，又说“还有承诺书”“2.14也退了”：添上，说过的、选过的都留着。"""
    *outer, frame = here.session.frames or (here.session.last,)
    more = _MORE.match(here.said)
    if frame is None or frame.flow != "returned" or ASKS.search(here.said) or not (more or _TOO.search(here.said)):
        return None
    inside, before = bool(here.session.frames), dict(frame.answers)
    if inside and "part" not in before:
        return None
    said = here.said[more.end() :] if more else here.said
    old = str(before.get("part", ""))
    kept = old not in ("", "unsaid", GIVEN_UP)
    places = old.split(ALSO) if kept else []
    new = [each for each in part_of(here.rules, said, mentioned(here.rules, said)).split(ALSO) if each]
    added = [each for each in new if each not in places]
    if not added:
        return None
    answers = tuple(((before if kept else {}) | {"part": ALSO.join((*places, *added))}).items())
    if not inside:
        return start(here, "returned", answers)
    return settle(here, here.session, "returned", (*outer, Frame(frame.flow, frame.run, answers)), "part")


def _guide(here: Here, part: str) -> Guide | None:
    """这半句问的是系统里评级以外的哪一件；说到几件、没有在问的，是 None。"""
    said = plain(part)
    named = [each for each in here.rules.guides.named(said) if each.id != "progress"]
    named = [each for each in named if each.id != "plan" or len(named) == 1]
    return named[0] if len(named) == 1 and (unwritten(named[0], said) or _HOW.search(said)) else None


def _told(guide: Guide, said: str) -> Draft:
    cites = joined(guide.cites, notice("附件4 二"))
    if missing := unwritten(guide, said):
        first = f"“{guide.asks[0]}”{'、'.join(missing)}，通知没有写。"
        return Draft((first, *guide.says.splitlines()), cites, guide.then)
    return Draft((*guide.says.splitlines(), *guide.who.strip().splitlines(), guide.unstated), cites, guide.then)


def several(here: Here) -> Turn | None:
    """一句话报了几件事（“预警了 被退回了 还有自评咋整”）：先说头一件，别的说清楚怎么接着来。"""
    parts = [part for each in _ITEMS.split(here.said) if each and len(part := plain(each)) <= _BRIEF]
    said = dict(reversed(two_or_more(parts, lambda part: _flow_of(here, part))))
    if len(said) < 2 or (_TOLD.issuperset(said) and len(here.rules.questions(here.message.text)) >= len(parts)):
        return None
    first, *rest = reversed(said)
    titles = "、".join(f"“{FLOWS[flow].title}”" for flow in rest)
    cites = notice("附件1 八", "附件4 二")
    return start(
        here, first, said[first], say(f"几件事一件一件来，先说“{FLOWS[first].title}”；说完再回复{titles}。", cites, "")
    )


def _flow_of(here: Here, part: str) -> tuple[str, Answers] | None:
    """这半句就是要开始哪个流程，已经答了哪几步；不是是 None。"""
    bare = _TAIL.sub("", part) if part.endswith(_TO_DO) else part
    found = heard_in(bare, here.rules, here.session.known, frozenset)
    named = SAID.get(bare)
    return (named, ()) if named and (found is None or named != found[0]) else found
