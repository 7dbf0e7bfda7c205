"""把一次自评做成文件：给老板看的一页、申报材料大纲、材料清单。"""

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.documents.held import Held
from bot.documents.links import LABELS
from dialogs.papers.onepage import onepage
from dialogs.papers.shape import Paper, Row
from knowledge.rules import Rules

NAMES = {
    "page": ("给老板看.html", "text/html; charset=utf-8"),
    "outline": (
        "申报材料大纲.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "checklist": ("材料清单.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""各种文书的文件名和种类。"""
_CALENDAR = ("申报窗口.ics", "text/calendar; charset=utf-8")
_HERE = Path(__file__).parent
_STYLE = (_HERE / "static" / "page.css").read_text(encoding="utf-8")
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.tests["row"] = lambda part: isinstance(part, Row)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
"""这一页只许用它自己带着的样式，别的什么都不取、不跑。"""
HEADERS = {
    "content-security-policy": f"{POLICY}; frame-ancestors 'none'",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-store",
}
"""随文书的响应头：不许嵌、不进搜索、不留缓存。"""


@dataclass(frozen=True, slots=True)
class File:
    """一个文件；`kind` 是 NAMES 里的一种，或 calendar。"""

    kind: str
    body: bytes

    @property
    def name(self) -> str:
        """文件名。"""
        return NAMES.get(self.kind, _CALENDAR)[0]

    @property
    def media(self) -> str:
        """HTTP 的内容种类。"""
        return NAMES.get(self.kind, _CALENDAR)[1]


def made(kind: str, held: Held, rules: Rules, token: str = "") -> File:
    """做一种文书；页面里有 `token` 就带上两份文件的链接。"""
    return File(kind, _MAKERS[kind](held, rules, token))


def all_made(kinds: Iterable[str], held: Held, rules: Rules) -> tuple[File, ...]:
    """做几种文书。"""
    return tuple(made(kind, held, rules) for kind in kinds)


def sorry(title: str, *lines: str) -> bytes:
    """打不开时的一页：说清楚为什么，下一步怎么办。"""
    return _html("sorry.html", title=title, lines=lines)


def _page(held: Held, rules: Rules, token: str) -> bytes:
    paper: Paper = onepage(held.assessment, held.facts, rules, held.answered)
    files = [(f"{token}/{kind}", LABELS[kind]) for kind in ("outline", "checklist")] if token else []
    return _html("page.html", paper=paper, files=files)


def _outline(held: Held, rules: Rules, token: str) -> bytes:
    # 写 Word、Excel 的库占内存，用到才导入
    from bot.documents.word import docx
    from dialogs.papers.outline import outline

    return docx(outline(held.assessment, held.facts, rules, held.answered), held.facts.now)


def _checklist(held: Held, rules: Rules, token: str) -> bytes:
    from bot.documents.sheet import xlsx
    from dialogs.papers.checklist import checklist

    return xlsx(checklist(held.assessment, held.facts, rules, held.answered), held.facts.now)


def _html(template: str, **data: object) -> bytes:
    page = _ENVIRONMENT.get_template(template).render(style=_STYLE, policy=POLICY, **data)
    return page.encode(errors="replace")


_MAKERS: dict[str, Callable[[Held, Rules, str], bytes]] = {
    "page": _page,
    "outline": _outline,
    "checklist": _checklist,
}
