"""放进手机日历：开着的、或下一个申报窗口做成日历文件，改了期再点一次链接就改过来。"""

from msgspec.structs import replace

from dialogs.flows.when import RULE, can_declare, find_district
from dialogs.kept import RECALL, Kept
from dialogs.records import Facts
from dialogs.steps import Conversation, End, ask
from knowledge.rules import Rules

CALENDAR = "calendar"


def calendar(rules: Rules, facts: Facts) -> Conversation:
    """没说过区县、行业的，照订着的；都没有就问区县。"""
    mine = Kept.of((yield from ask(RECALL))).subscription(facts, facts.known)
    known = facts.known
    if mine and not known.district:
        kinds = (mine.branch,) if mine.branch else ()
        known = replace(known, district=mine.district, branches=known.branches or kinds)
    declare = can_declare(rules, facts.of(known, facts.others))
    if declare.state == "depends":
        district = yield from find_district(rules, facts.of(known, facts.others), needed=True)
        known = replace(known, district=district.id if district else "")
        declare = can_declare(rules, facts.of(known, facts.others))
    live = declare.state in ("open", "future")
    return End(
        "calendar.result",
        RULE,
        {"declare": declare, "live": live, "reminded": mine is not None},
        grounds=declare.grounds if live else (),
        dated=False,
        verdict=(("window", declare.windows[0].id),) if live else (),
        known=known,
        offers="" if mine else "subscribe",
        documents=(CALENDAR,) if live else (),
    )
