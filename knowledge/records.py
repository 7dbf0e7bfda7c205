"""知识的形状：每一条政策陈述都带出处（文件与条款）和有效期。

表格里的一行读进来就是这里的一个记录；记录不可变，字段里的序列都是元组。
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

ListName = Literal["国家", "地方"]
Stage = Literal["district", "experts", "city", "none", "unstated"]
Outcome = Literal["match", "ask", "none"]


class Citation(NamedTuple):
    """一处出处：`source` 是 sources.csv 的 id，`clause` 是该文件条款的 id（例“附件3 一 15”）。"""

    source: str
    clause: str


@dataclass(frozen=True, slots=True)
class Period:
    """有效期，两端都含；`until` 为 None 表示没有查到终止日。"""

    start: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """这一天是否在有效期内。"""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Source:
    """一份被引用的文件。`short` 是答复里“依据”一行用的简称；`confidence` A=读过原件，B=据转载。

    `repealed_by` 是废止它的文件 id，没有废止的为空。
    """

    id: str
    title: str
    short: str
    number: str
    issuer: str
    issued: str
    period: Period
    link: str
    checked_on: date
    confidence: Literal["A", "B"]
    repealed_by: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """一个条款。`quoted` 为真时 `text` 是原文，否则是我们自己的转述；`confidence` 同 `Source`。"""

    cite: Citation
    title: str
    text: str
    quoted: bool
    confidence: Literal["A", "B"] = "A"


@dataclass(frozen=True, slots=True)
class Tier:
    """catalogue.csv 的一行：附件3的一格等级。`branch_id` 例“n15-4”（国家）、“p6-1”（地方）。"""

    branch_id: str
    list: ListName
    no: int
    industry: str
    branch: str
    tier: str
    cite: Citation


@dataclass(frozen=True, slots=True)
class Branch:
    """附件3的一个行业分支。等级（`tiers`）跟着分支走，写法与附件3完全一致。"""

    id: str
    list: ListName
    no: int
    industry: str
    name: str
    tiers: tuple[str, ...]
    cite: Citation

    @property
    def industry_id(self) -> str:
        """所属行业的 id，例“国15”。"""
        return f"{self.list[0]}{self.no}"


@dataclass(frozen=True, slots=True)
class Industry:
    """附件3的一个行业及其分支。"""

    id: str
    list: ListName
    no: int
    name: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """一个分支的一个等级由谁做哪个环节；文中没有写明的是 `unstated`，`note` 用一句话说为什么。"""

    pre_review: Stage
    on_site: Stage
    collective: Stage
    publicity: Stage
    note: str | None
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """review.csv 的一行：这个名录里哪个行业（None＝全部）、哪个等级（None＝全部）按 `review` 审。"""

    list: ListName
    no: int | None
    tier: str | None
    review: Review


@dataclass(frozen=True, slots=True)
class Benefit:
    """附件1的一条措施。`grades` 只列该条字面写到的等级（"A"、"B"、"绩效引领"），空=该条没有写等级。

    `says` 是该条对企业实际写了什么，`caveat` 是它没有写、容易误会的地方（可空）。
    """

    no: int
    title: str
    says: str
    caveat: str
    grades: tuple[str, ...]
    audience: Literal["enterprise", "district"]
    cite: Citation


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """附件5的一项；`parent` 是上级项的 id（顶层为空），`if_applicable` 即原文“（如涉及）”。"""

    id: str
    title: str
    parent: str
    if_applicable: bool
    cite: Citation


@dataclass(frozen=True, slots=True)
class Board:
    """自评要问的一项短板指标；`says` 是人们的别的叫法。

    `evidence` 是附件5里与它同名或相近的一项的 id，没有单列的为空。
    """

    id: str
    title: str
    says: tuple[str, ...]
    evidence: str
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """指标表的一行：一个分支（“*”＝各分支）的一项要求在一个等级上要什么；“不作要求”就是什么也不要。

    `dimension` 是八个维度之一，或“预警措施”（这时 `requirement` 是黄色、橙色、红色）。`value`、`unit` 是其中的数，
    没有的为空。
    """

    branch: str
    dimension: str
    requirement: str
    tier: str
    text: str
    value: str
    unit: str
    cite: Citation


@dataclass(frozen=True, slots=True)
class Requirement:
    """一项要求：`asks` 是有要求的各等级和那一行，最好的等级在前。"""

    id: str
    dimension: str
    asks: tuple[tuple[str, Indicator], ...]

    def at(self, tier: str) -> Indicator | None:
        """这个等级要什么；不作要求的为 None。"""
        return next((indicator for name, indicator in self.asks if name == tier), None)


@dataclass(frozen=True, slots=True)
class Table:
    """一个分支的指标表：`requirements` 按维度的次序，没有一个等级作要求的不在内。

    `missing` 是一行也没有的维度；一个也不缺才是整张（`whole`），缺了的只能给等级封顶。`confidence` 同 `Source`，
    取最低的。
    """

    branch: str
    requirements: tuple[Requirement, ...]
    whole: bool
    missing: tuple[str, ...]
    confidence: Literal["A", "B"]


@dataclass(frozen=True, slots=True)
class Change:
    """指标表的一处变化：一项要求在一个等级上，先前和后来的那一行；没有的为 None。"""

    requirement: str
    tier: str
    before: Indicator | None
    after: Indicator | None


@dataclass(frozen=True, slots=True)
class SystemFact:
    """附件4的一件事。`audience` 说给谁看：专家入口绝不给企业。"""

    id: str
    audience: Literal["enterprise", "district", "experts"]
    text: str
    cite: Citation


@dataclass(frozen=True, slots=True)
class Guide:
    """系统里评级以外的一件事怎么办。`asks` 是人们的叫法，`says` 一句话怎么办，`who` 谁在哪里用什么账号。

    `prepare` 先备什么，`next` 交了以后，`unstated` 没有写的，`silent` 单问到的几点，`then` 下一步。
    """

    id: str
    title: str
    asks: tuple[str, ...]
    says: str
    who: str
    prepare: str
    next: str
    unstated: str
    silent: tuple[str, ...]
    then: str
    cites: tuple[Citation, ...]

    @property
    def said(self) -> str:
        """说给人看的话，下一步除外。"""
        return "\n".join((self.says, self.who, self.prepare, self.next, self.unstated))


@dataclass(frozen=True, slots=True)
class Faq:
    """一个审过的问答。`asks` 是人们的问法，`words` 是必须出现的词组（每组任一个）。

    `answer` 第一行直接回答，`then` 是下一步；通知没有写的，`silent` 为真。
    """

    id: str
    asks: Sequence[str]
    words: tuple[tuple[str, ...], ...]
    answer: str
    then: str
    silent: bool
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class District:
    """一个区县（含开发区）及其存续期；撤销的有继任者（`successors` 是 id）。"""

    id: str
    name: str
    aliases: tuple[str, ...]
    period: Period
    successors: tuple[str, ...]
    note: str
    cite: Citation


@dataclass(frozen=True, slots=True)
class Alias:
    """人们对一个行业或分支的叫法。`target` 是分支 id 或行业 id；同一叫法可以指好几个。

    `source` 是文件 id；“usage” 是行业惯用，没有文件。
    """

    text: str
    target: str
    kind: str
    source: str = "usage"


@dataclass(frozen=True, slots=True)
class Candidate:
    """查找的一个候选：`branch` 为 None 表示只认得出行业。`score` 在 0 到 1 之间，各次查找可比。"""

    industry: Industry
    branch: Branch | None
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """查找结果。match：足够肯定（仍要确认）；ask：要用户选；none：不在名录。`question` 是最能分辨的问法。"""

    outcome: Outcome
    candidates: Sequence[Candidate]
    question: str = ""
