"""绑定：凭区县生态环境局给的一次性的码，认定是哪一家的人；打错的次数有限。"""

from msgspec.structs import replace

from dialogs.cites import HELP
from dialogs.records import Facts, Linked
from dialogs.steps import Conversation, End, Given, Recall, Text, ask
from knowledge.rules import Rules

OKAY = "ok"
_TYPICAL = (
    ("wrong",),
    ("expired",),
    ("used", ""),
    ("used", "重庆某某建材有限公司"),
    ("throttled",),
    (OKAY, "重庆某某建材有限公司", "91500107MA60ABC120", "永川", "n15-4"),
)
_CODE = Text(
    key="typed",
    prompt="绑定要一个一次性的码，码是多少？\n码是区县生态环境局给的8位字母和数字。",
    cites=HELP,
    hint="直接打码；没有码，找区县生态环境局要。",
    typical=("K7M2Q9XT",),
    longest=40,
)


def _answer(code: str) -> Recall:
    """键里带着码：改打另一个码，就要另查。"""
    return Recall(key=f"found.{code}", prompt="", cites=HELP, query=f"code:{code}", typical=_TYPICAL)


def link(rules: Rules, facts: Facts) -> Conversation:
    """码对了就记下是哪一家，别的照实说。"""
    code = str((yield from ask(Given(key="code")))) or (yield from ask(_CODE))
    found = yield from ask(_answer(code))
    said, *more = found if isinstance(found, tuple) else (str(found),)
    effects = () if said == "throttled" else (Linked(code),)
    if said != OKAY:
        return End("link.refused", HELP, {"why": said, "name": more[0] if more else ""}, dated=False, effects=effects)
    name, number, district, *branches = more
    kinds = tuple(each for each in branches if each in rules.branches)
    known = replace(facts.known, name=name, code=number or facts.known.code, linked=True, reminded=True)
    known = replace(known, district=district or known.district, branches=kinds or known.branches)
    return End(
        "link.done",
        HELP,
        {"name": name},
        grounds=("区县生态环境局给的码",),
        dated=False,
        known=known,
        effects=effects,
    )
