"""和去年比有什么变化：一年来新出的文件，和本行业指标表里变了的行；没有装指标表就说没有。"""

from collections.abc import Hashable
from datetime import date, timedelta

from dialogs.cites import GUIDANCE_2026, joined, notice
from dialogs.flows.lines import KNOWN
from dialogs.records import Facts
from dialogs.steps import Conversation, End, ask
from knowledge.records import Citation
from knowledge.rules import Rules

_UNREAD = Citation("mee-2026-2", "没有读到的部分")
_JOINT = Citation("public-2026-11", "川渝2025—2026")
_JOINT_DAY = date(2025, 11, 5)
"""川渝2025—2026年攻坚的发文日（public-2026-11 川渝2025—2026）。"""
_NONE_FOUND = Citation("public-2026-11", "没有查到的")


def changes(rules: Rules, facts: Facts) -> Conversation:
    """不必问：分支知道（正查着的、说定了的也算）就说到分支，不知道就说怎么看到。"""
    known = yield from ask(KNOWN)
    since = facts.today - timedelta(days=365)
    guidance = rules.sources.get(GUIDANCE_2026.source)
    newer = guidance if guidance and guidance.period.start > since else None
    joint = since <= _JOINT_DAY <= facts.today
    said = known if isinstance(known, tuple) and known else facts.known.branches
    branches = tuple(rules.branches[id] for id in said if id in rules.branches)
    tables = tuple(each for branch in branches if (each := rules.table(branch.id)))
    rows = tuple((branch.name, row) for branch in branches for row in rules.changes(branch.id, since))
    indicators = (each for _, row in rows for each in (row.before, row.after) if each)
    cites = joined(
        (GUIDANCE_2026, _UNREAD) if newer else (),
        (_JOINT,) if joint else (),
        notice("正文 一", "附件3", "附件4 二", "正文 三（二）"),
        (_NONE_FOUND,),
        tuple(each.cite for each in indicators),
    )
    names = tuple(branch.name for branch in branches)
    data: dict[str, Hashable] = {"newer": newer, "joint": joint, "names": names, "loaded": bool(tables), "rows": rows}
    return End("changes.result", cites, data, dated=False)
