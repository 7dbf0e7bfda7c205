"""正问着是哪一级预警，一句里还说了做什么、现在是哪一级（“红色，商砼，绩效引领”）：一件一件记下，只问没说的。"""

import re

from dialogs.flows.alert import Colour
from dialogs.heard import LEVELS, UNRATED
from dialogs.moves import LONGEST_TRADE, Here, settle
from dialogs.reading import plain
from dialogs.records import Frame, Turn, Value
from dialogs.wishing import grade_in, ungraded
from knowledge.phrases import asking

_CLAUSE = re.compile(r"[，,。;；、\n]|(?<=[\u4e00-\u9fffA-Za-z])\s+(?=[\u4e00-\u9fffA-Za-z])")
_LEVEL = re.compile(r"(?:是|就是|说是|来的是)?([黄橙红])色?(?:的)?(?:预?警)?(?:的|了)?")


def alerted(here: Here) -> Turn | None:
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


def _graded(said: str) -> bool:
    """整句只说等级。"""
    return (ungraded(said) or bool(grade_in(said))) and len(said) <= 8
