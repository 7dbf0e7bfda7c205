"""材料清单：附件5的每一项，备齐没有、做到没有、不涉及还是待核实；附件5没有单列的另起一段。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dialogs.assessment import Assessment
from dialogs.cites import notice
from dialogs.papers.answers import (
    NOT_INVOLVED,
    STATES,
    UNASKED,
    Point,
    Said,
    answers,
    in_state,
    named,
    on_item,
    points,
    unlisted,
    wished,
)
from dialogs.papers.onepage import company, dated, earlier, vetoed
from dialogs.papers.shape import Table, cited
from dialogs.records import Facts
from knowledge.records import OutlineItem
from knowledge.rules import Rules

ABOVE = "见上一级"
"""自评只问了上一级的，状态写这个：不另算一项。"""
TO_WRITE = "说明待写"
"""问过事情、没有问材料写好没有的：环保守法说明。"""
CHOICES = (*STATES, ABOVE, TO_WRITE)
HEAD = ("编号", "材料", "依据", "状态", "自评时怎么答的")
UNLISTED = "通知点名、附件5没有单列的"
_VETO = "五 2"


@dataclass(frozen=True, slots=True)
class Entry:
    """清单的一行；`state` 是 CHOICES 里的一个，空的是一段的标题。"""

    number: str
    title: str
    basis: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """一份清单：标题、标题下的一行、各行、最后要核对的一行（没有就空）。"""

    title: str
    about: str
    entries: tuple[Entry, ...]
    check: str = ""
    asked: Table | None = None
    """逐条对过指标表的：各档每一条的答案。"""


def checklist(assessment: Assessment, facts: Facts, rules: Rules, answered: date | None = None) -> Checklist:
    """附件5逐项一行，答了几项就是几行；后面是附件5没有单列的。没有问到的，写没问到。`answered` 是自评那一天。"""
    then, every = earlier(answered, facts.today), answers(assessment, rules)
    said = points(wished(every, assessment), assessment)
    entries = [
        entry
        for item in rules.outline
        if not _has_parts(item, rules, said)
        for entry in _entries(item, said, vetoed(assessment, then), rules)
    ]
    if apart := unlisted(said, rules):
        entries.append(Entry("", UNLISTED, cited(rules, notice("正文 三（二）")), "", ""))
        entries += [Entry("—", each.label, cited(rules, each.cites), each.state, each.words) for each in apart]
    counts = {state: sum(entry.state == state for entry in entries) for state in STATES}
    counted = "；".join(f"{state} {n} 项" for state, n in counts.items() if n)
    return Checklist(
        f"{company(assessment, facts, rules)}：绩效分级申报材料清单",
        f"{dated(then, facts.today)}：{counted}。",
        tuple(entries),
        to_check(said),
        by_requirement(every, rules),
    )


def by_requirement(every: Iterable[Said], rules: Rules) -> Table | None:
    """逐条指标的答案，各档的都在；没有逐条问过的是 None。"""
    rows = tuple(
        (
            rules.branches[each.branch].name if each.branch in rules.branches else each.branch,
            f"{each.dimension}·{each.label}" if each.dimension else each.label,
            each.tier,
            each.asks or "指标表里已经没有这一条",
            cited(rules, each.cites),
            each.words,
        )
        for each in every
        if each.branch
    )
    return Table(("行业分支", "要求", "档次", "指标", "依据", "自评"), rows, (6, 8, 5, 11, 8, 5)) if rows else None


def to_check(said: Iterable[Point]) -> str:
    """答了不涉及的各项，请再核对；没有是空的。"""
    some = in_state(said, NOT_INVOLVED)
    return f"您说不涉及的：{named(some)}，请核对。" if some else ""


def number(item: OutlineItem) -> str:
    """“六 2.13” → “六、2.13”。"""
    return item.id.replace(" ", "、")


def titled(item: OutlineItem, point: Point) -> str:
    """一行的名称：问的就是附件5这一项，只写一个；不然“运输监管：门禁视频保存”。"""
    title = f"{item.title}（如涉及）" if item.if_applicable else item.title
    return title if point.label == item.title else f"{title}：{point.label}"


def _has_parts(item: OutlineItem, rules: Rules, said: tuple[Point, ...]) -> bool:
    """下面还分项、自己又没有答案的，不单列一行。"""
    return any(each.parent == item.id for each in rules.outline) and not on_item(item, said)


def _entries(item: OutlineItem, said: tuple[Point, ...], fined: str, rules: Rules) -> Iterable[Entry]:
    basis = cited(rules, (item.cite,))
    own = on_item(item, said)
    for each in own:
        yield Entry(number(item), titled(item, each), basis, each.state, each.words)
    if own:
        return
    title = f"{item.title}（如涉及）" if item.if_applicable else item.title
    parent = next((each for each in rules.outline if each.id == item.parent), None)
    above = on_item(parent, said) if parent else ()
    if parent and above:
        states = "、".join(dict.fromkeys(each.state for each in above))
        yield Entry(number(item), title, basis, ABOVE, f"上一级“{parent.title}”：{states}")
        return
    if item.id == _VETO:
        yield Entry(number(item), title, basis, TO_WRITE, fined)
        return
    yield Entry(number(item), title, basis, UNASKED, "自评没有问到")
