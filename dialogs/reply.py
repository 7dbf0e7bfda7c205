"""把话说成答复：第一行直接回答，然后是依据，最后是下一步；放不下的留在“更多”后面。"""

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from msgspec import Struct
from msgspec.structs import replace

from dialogs.cites import GUIDANCE_2026, joined
from dialogs.compiled import Compiled
from dialogs.rating import Ratings
from dialogs.records import Option, Reply
from dialogs.steps import Checklist, Choice, Choose, End, Step, Text
from knowledge.records import Citation, Faq
from knowledge.rules import Rules

WORDING = "dialogs/wording"
LIMIT = 600
"""一条答复连选项最多这么多字。"""
MOST_OPTIONS = 12
NEXT = "下一步："
_MORE = "……后面还有，回复“更多”接着看。"
_SENTENCE = re.compile(r"[^。；！？]*[。；！？]?")


class WordingError(ValueError):
    """一个模板写坏了：`template` 是它的名字。"""

    def __init__(self, template: str, message: str) -> None:
        super().__init__(message)
        self.template = template


def listed(titles: Iterable[str]) -> str:
    """几个名称用顿号隔开；自己就带顿号的加引号，数得清是几项。"""
    return "、".join(f"“{title}”" if "、" in title else title for title in titles)


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "wording"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        autoescape=False,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=Compiled(Path(__file__).parent / "wording"),
    )
    env.filters["listed"] = listed
    env.filters["day"] = lambda day: f"{day.year}年{day.month}月{day.day}日"
    return env


_ENVIRONMENT = _environment()
for _name, _part in (("shown", "_place.j2"), ("said", "_assess.j2")):
    _ENVIRONMENT.globals[_name] = _ENVIRONMENT.get_template(_part).module
TEMPLATES = {name.removesuffix(".j2"): _ENVIRONMENT.get_template(name) for name in _ENVIRONMENT.list_templates(["j2"])}


class Draft(Struct, frozen=True):
    """还没分页的答复，只在一个回合里用：`body` 第一行直接回答；`grounds` 是条款之外的依据；`ask` 是要接着问的话。

    `dated` 为真时说明时效；`flow`、`due`、`ended`、`several`、`documents` 同 Reply；`offers` 是提议了哪个流程。
    """

    body: tuple[str, ...]
    cites: tuple[Citation, ...]
    then: str
    grounds: tuple[str, ...] = ()
    dated: bool = False
    ask: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    flow: str = ""
    due: str = ""
    ended: bool = False
    several: bool = False
    offers: str = ""
    documents: tuple[str, ...] = ()


def faqs_of(rules: Rules, *ids: str) -> tuple[Faq, ...]:
    """这几个问答，照给的次序；现在没有的略过。"""
    held = {each.id: each for each in rules.faq}
    return tuple(held[id] for id in ids if id in held)


def explained(faq: Faq) -> Draft:
    """一个问答的答复。"""
    return Draft(tuple(faq.answer.splitlines()), faq.cites, faq.then)


def question(step: Step[object], run: int, lead: str = "", back: str = "") -> Draft:
    """一个问题的答复；`back` 不空是答了旁的事、再回来问。"""
    body = tuple(f"{lead}{(back and step.again) or step.worded()}".splitlines())
    options: tuple[Option, ...] = ()
    several = False
    then = "打字回答就可以。"
    if isinstance(step, Text):
        then = step.hint
    elif isinstance(step, Choose):
        then = "回复编号或名称："
        options = _options(step.choices, f"{run}:{step.key}=")
    elif isinstance(step, Checklist):
        then = "回复编号，几项一起写，例如“1、3和5”；一项也没有就回复“没有”："
        options, several = _options(step.items, f"{run}:{step.key}="), True
    elif isinstance(step, Ratings):
        one = "回复“做到了”“没做到”“不清楚”或“不涉及”："
        example = "1、3，不清楚 2，不涉及 4" if step.rest or step.kept else "1、3做到了，不清楚 2，其他没做到"
        then = f"做到了的回复编号，例如“{example}”，“除了2和4”也行；也可以回复“全部做到了”或“都不清楚”："
        then = one if len(step.items) == 1 else then
        options, several = _options(step.items, f"{run}:{step.key}="), True
    return Draft(body, step.cites, then, options=options, due=step.key.partition(".")[0], several=several)


def _options(choices: tuple[Choice, ...], prefix: str) -> tuple[Option, ...]:
    return tuple([Option(choice.label, prefix + choice.id) for choice in choices])


def ending(end: End, flow: str = "") -> Draft:
    """一个结果的答复；模板最后一行是“下一步：…”。"""
    body, then = _rendered(end.name, tuple(end.data.items()))
    return Draft(
        body,
        end.cites,
        then,
        grounds=end.grounds,
        dated=end.dated,
        flow=flow,
        ended=True,
        offers=end.offers,
        documents=end.documents,
    )


@lru_cache(maxsize=1024)
def _rendered(name: str, data: tuple[tuple[str, Hashable], ...]) -> tuple[tuple[str, ...], str]:
    """模板填好，分成正文和下一步；同样的数据说同样的话，所以记着。"""
    try:
        text = TEMPLATES[name].render(data)
    except (KeyError, TemplateError) as error:
        raise WordingError(name, f"{name} 填不成：{type(error).__name__} {error}") from error
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    if not lines or not lines[-1].startswith(NEXT):
        raise WordingError(name, f"{name} 没有以“{NEXT}”结尾")
    return tuple(lines[:-1]), lines[-1].removeprefix(NEXT)


def merge(first: Draft, due: Draft, back: str = "") -> Draft:
    """先答完一件事，再接着问另一件。`back` 是接着问之前的话。"""
    ask = (f"{back}{due.body[0]}", *due.body[1:]) if back else due.body
    return replace(
        due,
        body=first.body,
        cites=joined(first.cites, due.cites),
        grounds=(*first.grounds, *due.grounds),
        dated=first.dated or due.dated,
        ask=(*first.ask, *ask),
        ended=first.ended or due.ended,
        documents=first.documents + due.documents,
        flow=first.flow or due.flow,
    )


def extend(first: Draft, result: Draft) -> Draft:
    """先说一件事，再说一个结果：正文相接，太长就一起分页。"""
    return replace(
        result,
        body=(*first.body, *first.ask, *result.body),
        cites=joined(first.cites, result.cites),
        grounds=(*first.grounds, *result.grounds),
        dated=first.dated or result.dated,
    )


def pages(draft: Draft, rules: Rules, flow: str = "") -> tuple[Reply, ...]:
    """分成一页或几页，每一页都有依据和下一步，连选项不超过 LIMIT 字。"""
    newer = rules.sources.get(GUIDANCE_2026.source) if draft.dated else None
    cites = joined(draft.cites, (GUIDANCE_2026,)) if newer else draft.cites
    basis = [f"依据：{'；'.join((*draft.grounds, _basis(rules, draft.cites)))}"]
    if newer:
        basis.append(f"时效：以上按 2024 年通知；其后有{newer.short}，以属地最新通知为准。")
    then = f"{NEXT}{draft.then}"
    if len(draft.options) > MOST_OPTIONS:
        then = f"{NEXT}直接打名称，或{draft.then.removesuffix('：')}（没列完，回复“更多”接着列）："
    whole = "\n".join((*draft.body, *basis, *draft.ask, then))
    if (
        len(draft.options) <= MOST_OPTIONS
        and len(whole) + sum([len(each.label) + 5 for each in draft.options]) <= LIMIT
    ):
        only = Reply(whole, draft.options, cites, 1, flow, draft.due, draft.ended, draft.documents, "", draft.several)
        return (only,)
    shown = draft.options[:MOST_OPTIONS]
    first_tail, tail = (*basis, *draft.ask, then), (*basis, then)
    room = LIMIT - _length(first_tail) - _length(_labels(shown))
    bodies = _split(draft.body, room, LIMIT - _length(tail))
    rest = [draft.options[n : n + MOST_OPTIONS] for n in range(MOST_OPTIONS, len(draft.options), MOST_OPTIONS)]
    left = len(bodies) + len(rest) - 1
    opening = _text(bodies[0], first_tail, len(bodies) - 1)
    first = Reply(opening, shown, cites, 1, flow, draft.due, draft.ended, draft.documents, "", draft.several)
    follow: list[tuple[tuple[str, ...], tuple[Option, ...], int]] = [(body, (), 1) for body in bodies[1:]]
    follow += [(("接着列：",), part, (n + 1) * MOST_OPTIONS + 1) for n, part in enumerate(rest)]
    return (
        first,
        *(
            Reply(_text(body, tail, left - n), part, cites, start, flow, draft.due, several=draft.several)
            for n, (body, part, start) in enumerate(follow, start=1)
        ),
    )


@lru_cache(maxsize=4096)
def _basis(rules: Rules, cites: tuple[Citation, ...]) -> str:
    return rules.basis(cites)


def numbered(reply: Reply) -> str:
    """没有按钮的渠道显示的全文，选项编号附在后面。"""
    return "\n".join((reply.text, *_labels(reply.options, reply.first_number)))


def _labels(options: Iterable[Option], start: int = 1) -> tuple[str, ...]:
    return tuple([f"{n}. {option.label}" for n, option in enumerate(options, start)])


def _text(body: Iterable[str], tail: Iterable[str], more: int) -> str:
    return "\n".join((*body, _MORE, *tail) if more else (*body, *tail))


def _length(lines: tuple[str, ...]) -> int:
    return len("\n".join(lines)) + 1 if lines else 0


def _split(body: tuple[str, ...], first_room: int, room: int) -> list[tuple[str, ...]]:
    """把正文按行装进几页；太长的一行在句末断开。"""
    if _length(body) <= first_room:
        return [body]
    parts: list[tuple[str, ...]] = []
    page: list[str] = []
    space = first_room - len(_MORE) - 1
    for line in (piece for whole in body for piece in _pieces(whole, min(first_room, room) - len(_MORE) - 2)):
        if page and _length((*page, line)) > space:
            parts.append(tuple(page))
            page, space = [], room - len(_MORE) - 1
        page.append(line)
    return [*parts, tuple(page)]


def _pieces(line: str, most: int) -> list[str]:
    if len(line) <= most:
        return [line]
    pieces = [""]
    for sentence in _SENTENCE.findall(line):
        for start in range(0, len(sentence), most):
            part = sentence[start : start + most]
            if len(pieces[-1]) + len(part) > most:
                pieces.append("")
            pieces[-1] += part
    return [piece for piece in pieces if piece]
