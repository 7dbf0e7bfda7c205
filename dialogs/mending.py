"""自评里报各项、改一项：先认正在问的那一页，再认前面的几页；读不准的问回去，什么也不记。"""

import re

from dialogs.assessment import BETTER
from dialogs.cites import HELP, joined
from dialogs.correcting import CORRECTION, WRONG
from dialogs.flows.boards import NAME_THEM
from dialogs.flows.lines import WARNED
from dialogs.flows.veto import VETOED
from dialogs.moves import Here, answer, aside, ask_again, reopened, say
from dialogs.rated import NONE_NAMED
from dialogs.rating import SAID, SHORT, UNSAID, Ratings, counted
from dialogs.reading import number, plain
from dialogs.records import Turn
from dialogs.replay import Due
from dialogs.reply import Draft
from dialogs.steps import End, Step

_ONLY_WRONG = re.compile(r"[\d、和,， 第项号]+(?:都|也)?(?:不对|[搞说点选]?错了?)")
_MARKED = re.compile(r"其实|原来是|实际上|[说记搞答]错|更正|改[成为一]")
"""说出来是在改前面的。"""
_MARKS = WRONG | frozenset("其原实改")
"""CORRECTION、_MARKED 命中时总有其中一个字。"""
_MATERIAL = re.compile(r"备齐|备好|材料|证明")
"""说的是证明材料：最后那一页。"""
_TIERED = re.compile(r"（([^（）]+)）$")
_UNNAMED = re.compile(r"\d|^.$")
"""带数字的、一个字的，不拿来举例。"""
_SAMPLE = "在线监测做到了"
CLOSING = "boards.rest"
_QUERY = re.compile(r"[?？]\W*$")
_NEGATED = frozenset("没不莫未")
_TOLD = frozenset(
    "做备齐搞弄整装安办建配上修换达没莫不未无冇木晓有合满足完落够位过通缺差坏停超短拆断丢"
    "还正在记准打计划明马快可行好待核问要只才仅ok√✓✔☑×✗✘❌是对否错"
)
"""做到了、没做到的各种说法里总有其中一个：有了结果、又说过别的，一个也没有就不必重放。"""
_GUESSED = "“{}”是在猜、在问，还是做到了？先不记。做到了的写编号，例如“1、3做到了”；都做到了就回“全部做到了”。"
_QUERIED = "这句带着问号，是在问还是在报？先不记。做到了的写编号，例如“1、3做到了”；都做到了就回“全部做到了”。"


def queried(here: Here) -> Turn | None:
    """“全部做到了？”是问，“10项”说不清是几项还是第几项：不算答，先于点选和编号问回去。"""
    text, inside = here.message.text, bool(here.session.frames)
    tone = _guessing(text) if inside else ""
    if here.message.value or not (tone or counted(here.said) or _queries(text)):
        return None
    due = here.due if inside else reopened(here).due if _assessed(here) else None
    if due is None:
        return None
    step = None if isinstance(due.step, End) else due.step
    asked = isinstance(step, Ratings) or (step is not None and step.key == CLOSING)
    if asked and (reason := counted(here.said)):
        return aside(here, say(reason, HELP, ""), "unread", back="")
    if not tone and not _queries(text):
        return None
    pages = [*([step] if isinstance(step, Ratings) else ()), *(_before(due)[:1] if asked else ())]
    if tone:
        guessed = (tone == "吧" or _NEGATED.isdisjoint(here.said)) and any(page.claims(here.said) for page in pages[:1])
        return aside(here, say(_GUESSED.format(tone), HELP, ""), "unread", back="") if guessed else None
    told = any(page.explicit(here.said) for page in pages) or any(page.by_name(here.said) for page in _before(due))
    if not told and not (asked and step and (number(here.said) or step.parse(here.said) is not None)):
        return None
    return aside(here, say(_QUERIED, HELP, ""), "unread", back="")


def _queries(text: str) -> bool:
    """末尾是问号。"""
    return ("?" in text or "？" in text) and _QUERY.search(text) is not None


def _guessing(text: str) -> str:
    """末尾的“吧”“嘛”：“都做到了吧”是在猜，“全部做到了嘛”也许在问。"""
    last = text.rstrip("。.！!~～… \n")[-1:]
    return last if last in ("吧", "嘛") else ""


def remaking(here: Here) -> bool:
    """刚说了自评的结果又接着问外层，话里标明是在改：先当改自评，再当外层那一问的答案。"""
    if not here.session.frames or _MARKS.isdisjoint(here.said):
        return False
    marked = CORRECTION.match(here.said) or _MARKED.search(here.said)
    return bool(marked) and here.revisited is not here


def rated(here: Here) -> Turn | None:
    """该问的是几项各做到没有，而话里说了哪几项：先于问题。说“搞错了”“其实”的，改的是前面的；有了结果也改得了。"""
    hinted = not _MARKS.isdisjoint(here.said)
    wrong = CORRECTION.match(here.said) if hinted else None
    marked = bool(wrong or (hinted and _MARKED.search(here.said)))
    later = not (here.session.frames or _TOLD.isdisjoint(here.said))  # 说完结果，又问了别的
    told = wrong or (_assessed(here) and (marked or later or here.session.topic.startswith("assess")))
    if not told and not here.session.frames:
        return None
    back = here.revisited
    inside = bool(here.session.frames) and back is here
    if not inside and not told:
        return None
    due = back.due
    if due is None or (inside and not isinstance(due.step, Ratings) and not _before(due)):
        return None
    if _ONLY_WRONG.fullmatch(here.said):
        return _only_wrong(here, due) if inside else _which(here, back, due, here.said)
    if inside and not marked and isinstance(due.step, Ratings) and due.step.explicit(here.said):
        return _given(here, due.step, here.said)
    if turn := _mended(back, due, wrong[1] if wrong else here.said, bool(wrong)):
        return turn
    if marked and _unsure(due, wrong[1] if wrong else here.said):
        return _which(here, back, due, wrong[1] if wrong else here.said)
    if (not inside or _left_open(due)) and any(page.reports(here.said) for page in _before(due)):
        return _which(here, back, due, wrong[1] if wrong else here.said)
    if not inside or not isinstance(due.step, Ratings):
        return None
    if due.step.explicit(here.said):
        return _given(here, due.step, here.said)
    unread = due.step.doubtful(here.said)
    return aside(here, say(unread, HELP, ""), "unread", back="") if unread else None


def _left_open(due: Due) -> bool:
    """逐项对的最后一问：没说到的都算哪一样；编号不知道是哪一页的。"""
    return not isinstance(due.step, End) and due.step.key.endswith(".rest") and due.step.key != CLOSING


def _assessed(here: Here) -> bool:
    return here.session.last is not None and here.session.last.flow == "assess"


def _given(here: Here, step: Ratings, said: str) -> Turn | None:
    value = step.parse(said)
    return answer(here, (step.key, value)) if value is not None else None


def _only_wrong(here: Here, due: Due) -> Turn | None:
    """“3错了”：把上一页拿出来重问。"""
    for before in _before(due)[:1]:
        return ask_again(here, before.key, "correct")
    if isinstance(due.step, Ratings):
        return aside(here, say("这一问还没有答过：哪几项做到了，回复编号。", HELP, ""), "unread", back="")
    return None


def _before(due: Due) -> list[Ratings]:
    """前面答过的几页，最近的在前。"""
    return [step for step, _ in reversed(due.asked) if isinstance(step, Ratings)]


def _mended(back: Here, due: Due, said: str, wrong: bool) -> Turn | None:
    """前面哪一页的哪几项：说名称的，只有一页有它才改；说编号的，只答过一页、或正问着下一页就说错了，才改那一页。"""
    pages = _before(due)
    ended = isinstance(due.step, End)
    closing = None if isinstance(due.step, End) or due.step.key != CLOSING else due.step
    if closing and pages and (turn := _closed(back, closing, pages[0], said)):
        return turn
    asked = _reopened(back, due)
    named = _named(asked, said)
    if len(named) == 1 and not (isinstance(due.step, Ratings) and due.step.by_name(said)):
        return _told(back, *named[0])
    if (
        named
        or not asked
        or not wrong
        or (ended and len(asked) > 1 and not _MATERIAL.search(said))
        or not asked[0].explicit(said)
    ):
        return None
    value = asked[0].parse(said)
    return _told(back, asked[0], value) if value is not None else None


def _unsure(due: Due, said: str) -> bool:
    """像是在改前面的一项，不知道是哪一页的。"""
    pages = _before(due)
    return any(page.explicit(said) or page.unread(said) for page in pages) and not (
        isinstance(due.step, Ratings) and due.step.by_name(said)
    )


def _which(here: Here, back: Here, due: Due, said: str) -> Turn:
    tiers = [tier for page, _ in _named(_reopened(back, due), said) if (tier := _tier(page))]
    if len(set(tiers)) > 1:
        body = f"这一项{'、'.join(reversed(dict.fromkeys(tiers)))}几档都问过，说的是哪一档？先不改。"
        example = f"{tiers[-1]}档{said}"
        return aside(
            here, say(body, HELP, f"连着哪一档一起打，例如“{example}”；或回复“修改”挑着改。"), "unread", back=""
        )
    example = _example(back, due)
    by_name = f"打名称和做到没有，例如“{example}”；或回复" if example else "回复"
    return aside(here, say("没读准要改哪一项，先不改。", HELP, f"{by_name}“修改”挑着改。"), "unread", back="")


def _example(back: Here, due: Due) -> str:
    """照着打就改得了的一句：名称只有一页有的；两档都问过的，带上哪一档。"""
    asked = _reopened(back, due)
    now = due.step if isinstance(due.step, Ratings) else None
    if len(_named(asked, _SAMPLE)) == 1 and not (now and now.by_name(_SAMPLE)):
        return _SAMPLE
    for prefixed in (False, True):
        for page in asked:
            tier = f"{_tier(page)}档" if prefixed and _tier(page) else ""
            for item in page.items:
                names = [name for name in (*item.says, plain(item.label)) if not _UNNAMED.search(name)]
                said = f"{tier}{min(names, key=len)}做到了" if names else ""
                if said and len(_named(asked, plain(said))) == 1 and not (now and now.by_name(plain(said))):
                    return said
    return ""


def _reopened(back: Here, due: Due) -> list[Ratings]:
    """前面答过的几页，带着记着的。"""
    answers = dict(back.session.frames[-1].answers)
    return [again for page in _before(due) if isinstance(again := page.left(page.reopened(answers)), Ratings)]


def _tier(page: Ratings) -> str:
    """逐项对的一页问的是哪一档；别的是空的。"""
    return tier[1] if (tier := _TIERED.search(page.about)) else ""


def _named(pages: list[Ratings], said: str) -> list[tuple[Ratings, tuple[str, ...]]]:
    """名称说到的是哪几页的；说了“B档”的，只算那一档的。"""
    for page in pages:
        tier = plain(_tier(page))
        if tier and (match := re.match(rf"{re.escape(tier)}[档级]的?", said)):
            said, pages = said[match.end() :], [each for each in pages if plain(_tier(each)) == tier]
            break
    return [(page, value) for page in pages if (value := page.by_name(said)) is not None]


def _closed(back: Here, step: Step[object], page: Ratings, said: str) -> Turn | None:
    """最后一问里又一项一项说了：编号是上面那一页的编号，“其他”“都”只说还没说到的几项；“全部做到了”要说是哪几项。"""
    answers = dict(back.session.frames[-1].answers)
    whole = page.left(page.reopened(answers))
    if not isinstance(whole, Ratings):
        return None
    found = whole.closing(said, [item.id for item in page.items if answers.get(page.prefix + item.id) == UNSAID])
    reason = step.unread(said) or found.reason
    if not found.some and (found.scope in ("met", "na") or found.reason == NONE_NAMED):
        reason = NAME_THEM
    value = None if reason else whole.of(found)
    if value is not None:
        return answer(back, (page.key, value), claimed="correct")
    plainly = len(said) <= SHORT or (found.named and found.told)
    return aside(back, say(reason, HELP, ""), "unread", back="") if reason and plainly else None


def _told(back: Here, step: Ratings, value: tuple[str, ...]) -> Turn:
    return answer(back, (step.key, value), claimed="correct", lead=_lead(step, value))


def _lead(step: Ratings, value: tuple[str, ...]) -> Draft:
    new = (each.rpartition("=") for each in value if each not in step.kept)
    labels = {item.id: item.label for item in step.items}
    said = "、".join(f"{labels[id]} {SAID.get(status, '没说')}" for id, _, status in new)  # type: ignore[call-overload]
    return say(f"改好了：{said}，别的照旧。" if said else "和记着的一样，没有改动。", step.cites, "")


def tapped(here: Here, due: Due, step: Step[object], picked: str) -> Turn:
    """点了一个选项；点的是答过的一问，先说改了什么，几项的只改点的这一项。"""
    if step is due.step:
        return answer(here, (step.key, step.tapped(picked)), claimed="tap")
    was = next(value for asked, value in due.asked if asked is step)
    again = step.left(step.reopened(dict(here.session.frames[-1].answers)))
    now = again.tapped(picked)
    lead = _lead(again, now) if isinstance(again, Ratings) and isinstance(now, tuple) else None
    if not isinstance(again, Ratings) and was != now:
        wishes = {value for asked, value in due.asked if asked.key.startswith("wish.")}
        warned = step.key == "veto" and now == "yes" and bool(wishes & BETTER)
        body = f"好，“{step.shows(was)}”改成“{step.shows(now)}”。{WARNED if warned else ''}"
        lead = say(body, joined(step.cites, VETOED if warned else ()), "")
    return answer(here, (step.key, now), claimed="tap", lead=lead)
