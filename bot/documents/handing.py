"""答复说到文书，就附上取文书的凭证；有公网地址，链接也写进存下的话里，重投时一字不差。"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from bot.documents.links import CALENDAR, path
from bot.documents.passes import Passes, calendar_token
from bot.scribe import TakeTurn
from dialogs.records import Ended, Facts, Message, Session, Turn, Value
from knowledge.rules import Rules

_NOTHING: Mapping[str, Value] = MappingProxyType({})
ASSESSED = "assessed"
"""回忆的名字：最近一次自评的（场次，日期，说的哪个厂、哪些分支、想评哪几档），没有做过是空的。"""
LINK = "链接："


def handing(take_turn: TakeTurn[Rules], passes: Passes, base_url: str = "") -> TakeTurn[Rules]:
    """给 take_turn 加上凭证；没有文书的答复原样。"""
    base = base_url.rstrip("/")

    def turn(
        message: Message,
        session: Session,
        facts: Facts,
        rules: Rules,
        recalled: Mapping[str, Value] = _NOTHING,
        /,
    ) -> Turn:
        taken = take_turn(message, session, facts, rules, recalled)
        reply = taken.reply
        if reply is None or not reply.documents:
            return taken
        if CALENDAR in reply.documents:
            token = calendar_token(passes, message.user, _window(taken), facts.now)
        else:
            token = passes.issue(message.user, int(recalled[ASSESSED][0]), facts.now)  # type: ignore[index]
        text = reply.text
        if base:
            first, _, rest = text.partition("\n")
            text = f"{first}\n{LINK}{base}/{path(token, reply.documents[0])}\n{rest}"
        return replace(taken, reply=replace(reply, text=text, token=token))

    return turn


def _window(taken: Turn) -> str:
    """这一回合说的是哪个窗口。"""
    ended = next(each for each in taken.effects if isinstance(each, Ended) and each.flow == CALENDAR)
    return str(dict(ended.verdict)["window"])
