"""预警的颜色：一句里还说了做什么、现在是哪一级（“红色，商砼，绩效引领”），一件一件记下；说过又改口、升级的，改过来。"""

import re
from typing import TypeVar

from dialogs.colour import Colour
from dialogs.flows.holding import Graded
from dialogs.heard import LEVELS, UNRATED
from dialogs.moves import LONGEST_TRADE, Here, answer, aside, ask_again, say, settle
from dialogs.reading import plain
from dialogs.records import Frame, Turn, Value
from dialogs.steps import Choose, End
from dialogs.wishing import grade_in, ungraded
from knowledge.phrases import asking

C = TypeVar("C", bound=Choose)
_CLAUSE = re.compile(r"[，,。;；、\n]|(?<=[\u4e00-\u9fffA-Za-z])\s+(?=[\u4e00-\u9fffA-Za-z])")
_LEVEL = re.compile(r"(?:是|就是|说是|来的是)?([黄橙红])色?(?:的)?(?:预?警)?(?:的|了)?")
_MENDS = r"(?:[说搞看弄听记]错了?|不对|不是的?(?![黄橙红])|更正|其实|实际上?|应该|刚才|改[成为]?)"
_RECOLOURED = re.compile(
    rf"(?:哦|噢|哎呀|等[一]?[哈下]|刚刚?|现在|又|还|已经|这[会阵]儿?|区里|系统|通知|{_MENDS}|[，,。 ])*"
    r"(?:不是[黄橙红]色?(?:的)?(?:预?警)?[，,。 ]*)?"
    r"(?:[，,。 ]|是|就是|来的是|那|换[成了]|[升降变转改]+级?[成到为]?|启动了?|发[的了]?|而?是)*"
    r"([黄橙红])(?:色|警)?(?:的)?(?:预?警)?(?:的|了|咯|老|呢|才对)*"
)
_REGRADED = re.compile(
    rf"(?:哦|噢|哎呀|等[一]?[哈下]|{_MENDS}|[，,。 ])*(?:不是[^，,]{{1,6}}[，, ]+)?"
    r"(?:我们|我厂|咱们?|现在|目前|去年|前面|的?等级|的?级别|应该|就|也|还|都|是|评|的|了|上|到|过|拿|为)*?"
    r"((?:地方)?(?:b-|[a-d])[级档]?|非?绩?效?引领性?|(?:没得?有?|未|还没有?)(?:评|定)(?:过|上)?(?:级|等级)?)(?:企业)?(?:的|了|哦|才对)*"
)
_WHAT_NOW = re.compile(r"咋|怎么|啷个|停|减多少|[限少]产")
"""问这一级怎么办：改了颜色就答了。"""
NEXT = "要改别的，回复“修改”。"
_MENDED = re.compile(rf"{_MENDS}|不是[黄橙红]")


def alerted(here: Here) -> Turn | None:
    """正问着、刚说完预警的，颜色、等级改了；正问着颜色，一句里说了几件；还没问到等级，先说了没评过。"""
    return _recoloured(here) or _regraded(here) or _together(here) or _unrated(here)


def _regraded(here: Here) -> Turn | None:
    """“其实是C级”“其实我们评的C”“其实没评过”：答过等级的，只改等级。"""
    found = _REGRADED.fullmatch(here.said)
    if not found or not _MENDED.search(here.said):
        return None
    if not (answered := _answered(here, Graded, ended=True)):
        return None
    again, step, was = answered
    now = step.parse(found[1])
    if now is None:
        unread = step.unread(found[1])
        return ask_again(again, step.key, "correct", say(unread, step.cites, "")) if unread else None
    if now == was:
        return aside(here, say(f"现在的等级，记着的就是“{step.shows(was)}”，没有改动。", step.cites, NEXT), "noted")
    lead = say(f"好，现在的等级从“{step.shows(was)}”改成“{step.shows(now)}”。", step.cites, "")
    return answer(again, (step.key, now), claimed="correct", lead=lead)


def _recoloured(here: Here) -> Turn | None:
    """“其实是红色预警”“升成红色了”“不对，是红色”：别的都留着，只改颜色；说完了的那一场，改口才算。"""
    found = _RECOLOURED.match(here.said)
    rest = here.said[found.end() :].strip("，,。;； ") if found else ""
    if not found or (rest and here.said[found.end()] not in "，,。;； "):
        return None
    if not (answered := _answered(here, Colour, ended=_MENDED.search(here.said) is not None)):
        return None
    again, step, was = answered
    now = LEVELS[found[1]]
    later = f"后面说的“{rest[:20]}”还没有记，请再说一遍。" if rest and not _WHAT_NOW.search(rest) else ""
    if now == was:
        return aside(here, say(f"记着的就是{now}预警，没有改动。{later}", step.cites, NEXT), "noted")
    lead = say(f"好，“{step.shows(was)}”改成“{now}”。{later}", step.cites, "")
    return answer(again, (step.key, now), claimed="correct", lead=lead)


def _answered(here: Here, kind: type[C], ended: bool) -> tuple[Here, C, Value] | None:
    """这一场预警里答过的那一问，和答的是什么；`ended` 为真是说完了的那一场也算（重新打开）。"""
    frames, last = here.session.frames, here.session.last
    inside = bool(frames) and frames[-1].flow == "alert"
    if not inside and (frames or not last or last.flow != "alert" or not ended):
        return None
    again = here if inside else here.revisited
    asked = again.due.asked if again.due else ()
    return next(((again, step, was) for step, was in asked if isinstance(step, kind)), None)


def _together(here: Here) -> Turn | None:
    """说了颜色，又说了行当或等级，才是一句几件；光说颜色的照常答。"""
    step = here.due.step if here.due else None
    if not isinstance(step, Colour) or here.session.frames[-1].flow != "alert":
        return None
    clauses = [each.strip() for each in _CLAUSE.split(here.message.text) if each.strip()]
    bare = [plain(each) for each in clauses]
    levels = [found[1] for each in bare if (found := _LEVEL.fullmatch(each))]
    rest = [(each, said) for each, said in zip(clauses, bare, strict=True) if not _LEVEL.fullmatch(said)]
    if len(levels) != 1 or not rest:
        return None
    grades = [UNRATED if ungraded(said) else grade_in(said) for _, said in rest]
    trade = "，".join(each for each, said in rest if here.rules.lookup(each).candidates and not _graded(said))
    trade = trade[:LONGEST_TRADE]
    others = [said for each, said in rest if each not in trade and not _graded(said)]
    stated = next(filter(None, grades), "")
    if not (trade or stated) or any(asking(said, said) for said in others):
        return None
    given: dict[str, Value] = {step.key: LEVELS[levels[0]]}
    given |= {"branches": (), "business.1.1": trade} if trade else {}
    given |= {"held": "", "stated": stated} if stated else {}
    *outer, frame = here.session.frames
    answers = tuple({**dict(frame.answers), **given}.items())
    frames = (*outer, Frame(frame.flow, frame.run, answers))
    return settle(here, here.session, "together", frames, step.key, prefix=f"收到，{given[step.key]}预警。")


def _unrated(here: Here) -> Turn | None:
    """正定着行业，先说了没评过级：记下，等级就不再问。"""
    frames, due = here.session.frames, here.due
    if not frames or frames[-1].flow != "alert" or due is None or not ungraded(here.said) or not _graded(here.said):
        return None
    if isinstance(due.step, End) or not due.step.key.startswith(("business.", "branch.", "absent.")):
        return None
    *outer, frame = frames
    answers = tuple({**dict(frame.answers), "held": "", "stated": UNRATED}.items())
    lead = say("记下了：还没有评过级。", due.step.cites, "")
    return settle(here, here.session, "together", (*outer, Frame(frame.flow, frame.run, answers)), lead=lead)


def _graded(said: str) -> bool:
    """整句只说等级。"""
    return (ungraded(said) or bool(grade_in(said))) and len(said) <= 8
