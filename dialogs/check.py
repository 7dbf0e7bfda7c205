"""检查每个流程：走遍各条路，看每个问题和结果有没有依据、放不放得下、有没有下一步。"""

from collections.abc import Iterator
from inspect import getsourcefile, getsourcelines
from pathlib import Path

from dialogs.flows import FLOWS
from dialogs.records import Facts
from dialogs.replay import Flow, walk
from dialogs.reply import LIMIT, Draft, ending, numbered, pages, question
from knowledge.rules import Rules


def check_flows(rules: Rules, facts: Facts) -> list[tuple[str, int, str]]:
    """每处毛病一条：流程的文件、行号、说明；没有毛病就是空的。"""
    faults: dict[tuple[str, int, str], None] = {}
    for entry in FLOWS.values():
        file, line = _where(entry.talk)
        try:
            for name, draft in _drafts(entry.talk, rules, facts):
                for fault in _faults(draft, rules):
                    faults[file, line, f"{entry.name} 的 {name}：{fault}"] = None
        except Exception as error:
            faults[file, line, f"{entry.name} 走不下去：{type(error).__name__}: {error}"] = None
    return list(faults)


def _drafts(flow: Flow, rules: Rules, facts: Facts) -> Iterator[tuple[str, Draft]]:
    for path in walk(flow, rules, facts):
        for step, _ in path.answers:
            yield step.key, question(step, 1)
        yield path.end.name, ending(path.end)


def _faults(draft: Draft, rules: Rules) -> Iterator[str]:
    if not draft.cites:
        yield "没有出处"
    if not draft.then:
        yield "没有下一步"
    if any(len(numbered(page)) > LIMIT for page in pages(draft, rules)):
        yield f"超过 {LIMIT} 字"


def _where(flow: Flow) -> tuple[str, int]:
    path = Path(getsourcefile(flow) or "?")
    return f"{path.parent.parent.name}/{path.parent.name}/{path.name}", getsourcelines(flow)[1]
