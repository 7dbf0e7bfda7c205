"""有人接管着，机器人不出声；只有两样例外：答删不删自己的信息，说了别的区县以后又要找人。"""

from msgspec.structs import replace

from dialogs.cites import HELP
from dialogs.commands import command_of
from dialogs.desk import elsewhere, forgetting, freed, person, wanted
from dialogs.moves import Here, say, speak
from dialogs.reading import number
from dialogs.records import Turn

_DELETE = "确认删除"
_SURE = {_DELETE: "sure=yes", "不删": "sure=no"}
"""接管着也算数的答法，要一字不差：一声“对”“是的”可能是答值班的人的。"""


def held(here: Here) -> Turn | None:
    """有人接管着，机器人不出声。"""
    hold = here.session.hold
    if not hold or here.message.at >= hold.until:
        return None
    if forgetting(here.session) and here.message.kind == "text":
        if _answers(here):
            return None
        if _picked(here).endswith(_SURE[_DELETE]):
            draft = say("正有人和您说话，怕删错了，还没有删。", HELP, f"真要删除，回复“{_DELETE}”四个字。")
            return speak(here, draft, here.session, (), "held")
    if elsewhere(here.session) and _wants(here):
        free, ended = freed(here)
        turn = person(free)
        return replace(turn, effects=(*ended, *turn.effects))
    return Turn(here.session, None, claimed="held")


def _wants(here: Here) -> bool:
    turn = wanted(here)
    return command_of(here.said) is person or (turn is not None and turn.claimed == "person")


def _answers(here: Here) -> bool:
    """点的，或一字不差打的，是删不删那一问的答案。"""
    run = here.session.frames[-1].run
    value = here.message.value
    return value in (f"{run}:{each}" for each in _SURE.values()) if value else here.said in _SURE


def _picked(here: Here) -> str:
    """打的编号指的是哪一个选项。"""
    n, shown = number(here.said), here.session.shown
    return shown[n - 1].value if n is not None and 1 <= n <= len(shown) else ""
