"""文书的形状：标题、几节，节里是段落、几行“项：内容”和表；每句话带着写好的出处。"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from knowledge.records import Citation
from knowledge.rules import Rules

BLANK = "（待填）"
"""空着的地方；写成文件时标出来。"""
OWN = "企业自评的回答"
"""出处：不是条款，是企业自己说的。"""
Mark = Literal["", "short", "fix", "bad", "open"]
"""short：短板，数得出有几项；fix：要补的材料、要补的一步；bad：受过处罚；open：还不清楚、没有答的。"""


@dataclass(frozen=True, slots=True)
class Text:
    """一段话；`cite` 是写好的出处，空的是不用出处的话（签字的地方、空着的地方）。"""

    text: str
    cite: str = ""
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Row:
    """一行“项：内容”。"""

    label: str
    text: str
    cite: str = ""
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Table:
    """一张表；`widths` 是各列宽的比例。"""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """一节；`level` 是标题的级别，从 1 起。"""

    title: str
    parts: tuple[Text | Row | Table, ...]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paper:
    """一份文书；`lead` 是标题下的几行，`footer` 是每页脚上的一行。"""

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str


def cited(rules: Rules, cites: Iterable[Citation]) -> str:
    """出处写成一句，据转载的注明；那天不在有效期里的不写。"""
    held = [cite for cite in dict.fromkeys(cites) if rules.holds(cite)]
    read = rules.basis(cite for cite in held if rules.clause(cite).confidence == "A")
    told = rules.basis(cite for cite in held if rules.clause(cite).confidence == "B")
    return "；".join(filter(None, (read, told and f"{told}（据转载）")))
