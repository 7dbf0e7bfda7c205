"""检查每个流程：走遍各条路，看每个问题和结果有没有依据、有没有着落、放不放得下、有没有下一步。"""

import re
from collections.abc import Iterator
from inspect import getsourcefile, getsourcelines
from pathlib import Path

from dialogs.flows import FLOWS
from dialogs.records import Facts, Reply
from dialogs.replay import Flow, walk
from dialogs.reply import LIMIT, Draft, WordingError, ending, numbered, pages, question
from dialogs.steps import Recall
from dialogs.template_lines import Place, broken_at, line_of
from knowledge.grounds import unsupported
from knowledge.rules import Rules

HOUSE = re.compile(
    r"“1、3和5”|“1、3，不清楚 2，不涉及 4”|“1、3做到了，不清楚 2，其他没做到”|“除了2和4”|“不涉及 3”|"
    r"（\d+个工作日）|结束前[\d、]+个工作日|\d+:00—\d+:00|8位字母和数字|\d{4}年(?:的申报：|的放假调休|已经有申报)|"
    r"您说[^\n，。]*?\d{4}年\d+月\d+日|\d{4}年\d+月\d+日(?:订的|登记)|"
    r"(?:下面|还有|短板有|补齐这|核实这|还要这|再核实|其中) ?\d+ ?项|^(?:依据|时效)：.*$|^\d+\. ",
    re.MULTILINE,
)
"""自家的话：编号的例子、数出来的项数、工作日，几时发，用户和主管部门说过的日子。"""


def check_flows(rules: Rules, facts: Facts) -> list[tuple[str, int, str]]:
    """每处毛病一条：文件、行号、说明；没有毛病就是空的。结果的毛病指到它的模板。"""
    faults: dict[tuple[str, int, str], None] = {}
    for entry in FLOWS.values():
        here = _where(entry.talk)
        try:
            for template, name, draft, said in _drafts(entry.talk, rules, facts):
                for fault, loose, line in _faults(draft, rules, said):
                    place = line_of(template, loose, line) if template else here
                    faults[*place, f"{entry.name} 的 {name}：{fault}"] = None
        except WordingError as error:
            faults[*broken_at(error), str(error)] = None
        except Exception as error:
            faults[*here, f"{entry.name} 走不下去：{type(error).__name__}: {error}"] = None
    return list(faults)


def _drafts(flow: Flow, rules: Rules, facts: Facts) -> Iterator[tuple[str, str, Draft, str]]:
    for path in walk(flow, rules, facts):
        said = ""
        for step, value in path.answers:
            if not isinstance(step, Recall):
                yield "", step.key, question(step, 1), said
            said += f" {step.shows(value)}"
        yield path.end.name, path.end.name, ending(path.end), said


def _faults(draft: Draft, rules: Rules, said: str) -> Iterator[tuple[str, str, str]]:
    """毛病、没有着落的那个说法和它所在的一行；不在某一行上的，后两样是空的。"""
    if not draft.cites:
        yield "没有出处", "", ""
        return
    if not draft.then:
        yield "没有下一步", "", ""
    for page in pages(draft, rules):
        if len(numbered(page)) > LIMIT:
            yield f"超过 {LIMIT} 字", "", ""
        ground = grounds(page, rules, said)
        for line in HOUSE.sub("", page.text).splitlines():
            for loose in unsupported(line, ground):
                yield f"所引条款里没有“{loose}”", loose, line


def grounds(page: Reply, rules: Rules, said: str = "") -> str:
    """一页的着落：所引条款的文字和编号、文件的简称、用户自己的话。"""
    parts = [
        part for cite in page.cites for part in (rules.clause(cite).text, cite.clause, rules.sources[cite.source].short)
    ]
    return "\n".join((*parts, said))


def _where(flow: Flow) -> Place:
    path = Path(getsourcefile(flow) or "?")
    return f"{path.parent.parent.name}/{path.parent.name}/{path.name}", getsourcelines(flow)[1]
