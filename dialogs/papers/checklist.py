"""材料清单：附件5的每一项，有、缺、不涉及还是待核实。"""

from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.assessment import Assessment
from dialogs.papers.answers import HELD, Said, answers, combined, on_item, wished
from dialogs.papers.onepage import day, vetoed
from dialogs.papers.shape import cited
from dialogs.records import Facts
from knowledge.records import OutlineItem
from knowledge.rules import Rules

STATES = ("有", "缺", "不涉及", "待核实")
HEAD = ("编号", "材料", "依据", "状态", "自评时怎么答的")
_VETO = "五 2"


@dataclass(frozen=True, slots=True)
class Entry:
    """清单的一行；`state` 是 STATES 里的一个。"""

    number: str
    title: str
    basis: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """一份清单：标题、标题下的一行、各行。"""

    title: str
    about: str
    entries: tuple[Entry, ...]


def checklist(assessment: Assessment, facts: Facts, rules: Rules) -> Checklist:
    """附件5逐项一行；自评没有单独问的，是待核实。"""
    said = wished(answers(assessment, rules), assessment)
    entries = tuple(
        _entry(item, said, assessment, rules) for item in rules.outline if not _has_parts(item, rules, said)
    )
    counts = {state: sum(entry.state == state for entry in entries) for state in STATES}
    about = f"{day(facts.today)}，按企业自己的回答整理：" + "，".join(f"{state} {n} 项" for state, n in counts.items())
    return Checklist(f"{facts.known.name or '贵厂'}：绩效分级申报材料清单", f"{about}。", entries)


def number(item: OutlineItem) -> str:
    """“六 2.13” → “六、2.13”。"""
    return item.id.replace(" ", "、")


def told(said: Iterable[Said], title: str) -> str:
    """归到“title”这一项的几个答案说成一句：“门禁系统：未做到；运输监管：已做到”；问的就是这一项，不重复名称。"""
    return "；".join(each.words if each.label == title else f"{each.label}：{each.words}" for each in said)


def _has_parts(item: OutlineItem, rules: Rules, said: tuple[Said, ...]) -> bool:
    """下面还分项、自己又没有答案的，不单列一行。"""
    return any(each.parent == item.id for each in rules.outline) and not on_item(item, said)


def _entry(item: OutlineItem, said: tuple[Said, ...], assessment: Assessment, rules: Rules) -> Entry:
    own = on_item(item, said)
    title = f"{item.title}（如涉及）" if item.if_applicable else item.title
    basis = cited(rules, (item.cite,))
    if own:
        return Entry(number(item), title, basis, HELD[combined(each.status for each in own)], told(own, item.title))
    parent = next((each for each in rules.outline if each.id == item.parent), None)
    above = on_item(parent, said) if parent else ()
    if parent and above:
        state = HELD["na"] if combined(each.status for each in above) == "na" else HELD[""]
        return Entry(number(item), title, basis, state, f"只问了上一级“{parent.title}”")
    note = vetoed(assessment) if item.id == _VETO else "自评没有问到"
    return Entry(number(item), title, basis, HELD[""], note)
