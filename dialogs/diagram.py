"""把一个流程走过的路画成 Mermaid。"""

from dialogs.flows import FLOWS
from dialogs.records import Facts
from dialogs.replay import Path, walk
from dialogs.steps import Checklist, Choose, Recall, Step
from knowledge.rules import Rules


def diagram(flow: str, rules: Rules, facts: Facts) -> str:
    """一个流程的 Mermaid 流程图；没有这个流程抛 KeyError。"""
    entry = FLOWS[flow]
    edges = dict.fromkeys(edge for path in walk(entry.talk, rules, facts) for edge in _edges(path))
    lines = [
        f"  {start} -->|{label}| {target}" if label else f"  {start} --> {target}" for start, label, target in edges
    ]
    return "\n".join(("flowchart TD", f"  start([{entry.title}])", *lines))


def _edges(path: Path) -> list[tuple[str, str, str]]:
    names = [_node(step) for step, _ in path.answers]
    ends = [*names[1:], f"{path.end.name.replace('.', '_')}[/{path.end.name}/]"]
    labels = [_label(step, value) for step, value in path.answers]
    return [("start", "", (names or ends)[0]), *zip(names, labels, ends[len(ends) - len(names) :], strict=True)]


def _node(step: Step[object]) -> str:
    key = step.key.replace(".", "_")
    if isinstance(step, Recall):
        return f"{key}[({step.query})]"
    return f'{key}{{"{step.about or step.key}"}}'


def _label(step: Step[object], value: object) -> str:
    shown = step.shows(value) if isinstance(step, Choose | Checklist) else str(value)  # type: ignore[arg-type]
    return shown.replace("（", " ").replace("）", "").replace("|", "/")[:20]
