"""报到哪一步了：凭码绑定的只看得到自己那一家登记的申报；没有绑定的，说去哪里看。"""

from dialogs.cites import HELP, joined
from dialogs.flows.when import RULE
from dialogs.kept import RECALL, Kept, Recorded
from dialogs.records import Facts
from dialogs.reminding import cycle_of
from dialogs.steps import Conversation, End, ask
from knowledge.rules import Rules

STATUSES = {
    "submitted": "已提交",
    "under_review": "审核中",
    "returned": "已退回",
    "resubmitted": "已重新提交",
    "announced": "已公布",
    "withdrawn": "已撤回",
}
"""申报走到哪一步，给人看的叫法。"""


def progress(rules: Rules, facts: Facts) -> Conversation:
    """各家最近一年的；没有登记的说没有登记。"""
    latest: dict[str, Recorded] = {}
    kept = Kept.of((yield from ask(RECALL)))
    for row in kept.recorded:
        latest.setdefault(row.name, row)
    said = kept.said(facts, facts.known, cycle_of(rules, facts, facts.known).id)
    recorded = any(each.status and (said is None or each.day >= said.day) for each in latest.values())
    rows = tuple((each, STATUSES.get(each.status, "")) for each in latest.values())
    return End(
        "progress.result",
        joined(RULE, () if rows else HELP),
        {"rows": rows, "said": None if said is None or recorded else (said, STATUSES[said.status])},
        grounds=("登记的申报情况",) if any(said for _, said in rows) else (),
        dated=False,
    )
