"""预警了：哪一级预警、哪个分支、现在哪个等级，条文和指南各写了什么；没有写的让“一厂一策”和区县说了算。"""

from msgspec.structs import replace

from dialogs.cites import joined, notice
from dialogs.colour import Colour
from dialogs.flows.holding import UNSURE
from dialogs.flows.present import present
from dialogs.heard import LEVELS, UNRATED
from dialogs.records import Facts
from dialogs.steps import Choice, Conversation, End, ask
from dialogs.wishing import cell, levels
from knowledge.records import Citation
from knowledge.rules import Rules

_LEVEL = Colour(
    key="level",
    prompt="是哪一级预警？\n怎么减看等级、行业和“一厂一策”：A级“鼓励结合实际，自主采取减排措施”，B级、绩效引领性企业“少限产”。",
    about="哪一级预警",
    cites=notice("附件1 八", "引言", "附件4 一"),
    choices=(
        *(Choice(level, level, (word, f"{word}警", f"{level}预警")) for word, level in LEVELS.items()),
        Choice("unsure", "不清楚", ("不清楚是哪一级", "不晓得", "不知道", "没说", "搞不清楚", "都看", "都说一下")),
    ),
)
_GUIDE = Citation("mee-2020-340", "预警减排")
_RULE = notice("附件1 八", "附件4 一", "正文 三（二）")


def alert(rules: Rules, facts: Facts) -> Conversation:
    """问到级别、分支和等级为止；等级不清楚的，各档怎么减都说。"""
    level = yield from ask(_LEVEL)
    branch, tier, kept = yield from present(rules)
    if branch is None:
        return End("alert.absent", joined(_RULE, notice("附件3")))
    colours = LEVELS.values() if level == "unsure" else [level]
    own = levels(branch.tiers)
    tiers = own if tier == UNSURE else (tier,)
    loaded = tuple(
        (one, each, row)
        for one in tiers
        for each in colours
        if (row := rules.measures(branch.id, cell(branch.tiers, one), each))
    )
    sources = [(rules.sources[row.cite.source], rules.clause(row.cite)) for _, _, row in loaded]
    written = "、".join(dict.fromkeys(source.short for source, _ in sources))
    unread = any("B" in (source.confidence, clause.confidence) for source, clause in sources)
    local = any(one.startswith("地方") for one in tiers)
    bare = loaded or tier in (UNRATED, UNSURE, "其他", "B-")
    guide = notice("正文 四（一）2") if local else () if bare else (_GUIDE,)
    known = facts.known if branch.id in facts.known.branches else replace(facts.known, branches=(branch.id,), grade="")
    if len(known.branches) == 1:
        known = replace(known, grade="" if tier in (UNRATED, UNSURE) else tier)
    said = {"level": level, "branch": branch.name, "tier": tier, "kept": kept, "tiers": own}
    return End(
        "alert.result",
        joined(tuple(row.cite for _, _, row in loaded), (branch.cite,), _RULE, guide),
        {**said, "measures": loaded, "unread": unread, "written": written},
        verdict=(("level", level), ("branch", branch.id), ("tier", tier)),
        known=known,
    )
