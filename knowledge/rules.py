"""规则的唯一入口：`on(day)` 给出那一天有效的全部规则，绝不悄悄用别的时期的。"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from knowledge.guiding import Guides
from knowledge.held import Held
from knowledge.load import Law, load
from knowledge.places import Heirs, Places
from knowledge.records import (
    Alias,
    Benefit,
    Board,
    Branch,
    Change,
    Citation,
    Clause,
    District,
    Faq,
    Found,
    Indicator,
    Industry,
    OutlineItem,
    Review,
    ReviewRow,
    Source,
    SystemFact,
    Table,
    Tier,
)
from knowledge.tables import Tables

if TYPE_CHECKING:
    from knowledge.lookup import Lookup
    from knowledge.questions import Heard, Questions

T = TypeVar("T")
REMEMBERED = 2048  # 查过的话最多记这么多句


def on(day: date) -> "Rules":
    """这一天有效的规则；通知印发（2024-08-05）之前各表是空的。数据坏了抛 LawError。"""
    law, starts, stretches = _law()
    at = bisect_right(starts, day) - 1
    found = stretches[at]
    if found is None or found.day != day:
        stretches[at] = found = replace(found, day=day) if found else rules_of(law, day)
    return found


@lru_cache(maxsize=1)
def _law() -> "tuple[Law, list[date], list[Rules | None]]":
    """数据、各段（其间没有一行开始或终止）的首日，和各段最近一次给出的规则。"""
    law = load()
    starts = _changes(law)
    return law, starts, [None] * len(starts)


def _changes(law: Law) -> list[date]:
    days = {date.min}
    for period in law.periods():
        days.add(period.start)
        if period.until is not None and period.until < date.max:
            days.add(period.until + timedelta(days=1))
    return sorted(days)


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """一天的规则，建好以后不变、不再读文件。`branches`、`industries` 按附件3的顺序；`clauses` 是那天有效的全部条款。"""

    day: date
    revision: str
    sources: Mapping[str, Source]
    branches: Mapping[str, Branch]
    industries: Mapping[str, Industry]
    benefits: tuple[Benefit, ...]
    outline: tuple[OutlineItem, ...]
    boards: tuple[Board, ...]
    system: tuple[SystemFact, ...]
    guides: Guides
    faq: tuple[Faq, ...]
    districts: Mapping[str, District]
    heirs: Heirs
    aliases: Sequence[Alias]
    clauses: Mapping[Citation, Clause]
    _reviews: Mapping[tuple[str, str], Review]
    _places: Places
    _tables: Tables
    _finders: "_Finders"

    def review(self, branch_id: str, tier: str) -> Review:
        """这个分支的这个等级由谁审；没有这个分支或等级的抛 KeyError。"""
        return self._reviews[branch_id, tier]

    def clause(self, cite: Citation) -> Clause:
        """这一处的条款；那天没有施行的文件、没有的条款都抛 KeyError。"""
        return self.clauses[cite]

    def holds(self, cite: Citation) -> bool:
        """这一处的条款那天在不在有效期里。"""
        return cite in self.clauses

    def table(self, branch_id: str) -> Table | None:
        """这个分支的指标表；一行也没有的为 None。"""
        return self._tables.tables.get(branch_id)

    @property
    def gate(self) -> tuple[Indicator, ...]:
        """不分行业、想评 B 级及以上都要问的各行（运输门禁）。"""
        return self._tables.gate

    def measures(self, branch_id: str, tier: str, level: str) -> Indicator | None:
        """这个分支的这个等级在这一级预警（黄色、橙色、红色）时的措施；没有录入的为 None。"""
        return self._tables.measures.get((branch_id, tier, level))

    def changes(self, branch_id: str, since: date) -> tuple[Change, ...]:
        """这个分支的指标表和预警措施从 `since` 那天以来变了的各行；各分支都要的也在内。"""
        return self._tables.changes(branch_id, since)

    def basis(self, cites: Iterable[Citation]) -> str:
        """“依据”一行：按文件合并，先后不变，不重复，相邻的同级条款只写一次上级。

        例：便函〔2024〕210号 附件3 一 15、附件5 六 2.1、2.17；环办大气〔2026〕2号 二（一）。
        """
        by_source: dict[str, dict[str, None]] = {}
        for cite in cites:
            by_source.setdefault(self.clause(cite).cite.source, {})[cite.clause] = None
        return "；".join(f"{self.sources[source].short} {_listed(clauses)}" for source, clauses in by_source.items())

    def districts_in(self, text: str) -> tuple[District, ...]:
        """文中提到的区县，按先后；已撤销的也在内（看 `period`），还没有设立的不在。"""
        return self._places.named_in(text)

    def merged(self, id: str) -> tuple[str, ...]:
        """整个并进这个区县的，各叫什么：名称、简称。"""
        gone = (each for each in self.heirs.former(id) if self.heirs.of(each) == (id,))
        return tuple(name for each in gone for one in self.districts_in(each) for name in (one.id, one.name))

    def lookup(self, text: str) -> Found:
        """这段话说的是哪个行业、哪个分支。"""
        return self._finders.found(text)

    def own(self, text: str) -> str:
        """这段话里说自己现在做什么的部分：否认的、以前的、别个做的不在里头。"""
        return self._finders.lookup.own(text)

    def questions(self, text: str) -> tuple[Faq, ...]:
        """这段话问的是哪几个问答，最像的在前；不是问通知的为空。"""
        return self._finders.asked(text).found

    def beside(self, text: str) -> tuple[Faq, ...]:
        """只问一样、又分不清是两个问答里的哪一个时，另一个；分得清的为空。"""
        return self._finders.asked(text).also

    def nearest(self, text: str) -> tuple[Faq, ...]:
        """像个问题却没有对上的，最接近的两三个问答。"""
        return self._finders.questions.nearest(text)

    def warm(self) -> "Rules":
        """把查找用的索引先建好，返回自己；服务启动时调用，头一条消息就不用等。"""
        _ = self._finders.found, self._finders.asked
        return self

    def catalogue(self) -> list[dict[str, Any]]:
        """附件3全表，正好是 `catalogue --json` 的样子。"""
        return [
            {"list": branch.list, "no": branch.no, "industry": branch.industry, "branch": branch.name,
             "tiers": [{"tier": tier, "review": _plain(self.review(branch.id, tier))} for tier in branch.tiers]}
            for branch in self.branches.values()
        ]  # fmt: skip


def _listed(clauses: Iterable[str]) -> str:
    listed: list[str] = []
    above = ""
    for clause in clauses:
        parent, _, last = clause.rpartition(" ")
        listed.append(last if parent and parent == above else clause)
        above = parent
    return "、".join(listed)


def _plain(review: Review) -> dict[str, str | None]:
    return {
        "pre_review": review.pre_review, "on_site": review.on_site, "collective": review.collective,
        "publicity": review.publicity, "note": review.note,
    }  # fmt: skip


class _Finders:
    """两个查找器，各建一次，同一段时期的规则共用；常说的话记着，不重找。"""

    def __init__(
        self,
        branches: Mapping[str, Branch],
        industries: Mapping[str, Industry],
        aliases: Sequence[Alias],
        faq: Sequence[Faq],
    ) -> None:
        self._branches, self._industries, self._aliases, self._faq = branches, industries, aliases, faq

    @cached_property
    def lookup(self) -> "Lookup":
        from knowledge.leaning import leaning
        from knowledge.lookup import Lookup

        leaning()  # 头一条消息就要用
        return Lookup(self._branches, self._industries, self._aliases)

    @cached_property
    def found(self) -> "Callable[[str], Found]":
        return lru_cache(maxsize=REMEMBERED)(self.lookup.find)

    @cached_property
    def asked(self) -> "Callable[[str], Heard]":
        return lru_cache(maxsize=REMEMBERED)(self.questions.hear)

    @cached_property
    def questions(self) -> "Questions":
        from knowledge.questions import Questions

        return Questions(self._faq)


def rules_of(law: Law, day: date) -> Rules:
    """从全部数据里挑出这一天有效的，建好各表。"""
    branches = _branches(_holding(law.catalogue, day))
    industries = _industries(branches.values())
    aliases = law.aliases.holding(day)
    faq = _holding(law.faq, day)
    districts = {district.id: district for district in _holding(law.districts, day)}
    known = _known(law.districts, day, districts)
    sources = MappingProxyType({source.id: source for source in _holding(law.sources, day)})
    clauses = MappingProxyType(_clauses(_holding(law.clauses, day), _holding(law.outline, day)))
    return Rules(
        day=day,
        revision=law.revision,
        sources=sources,
        branches=branches,
        industries=industries,
        benefits=_holding(law.benefits, day),
        outline=_holding(law.outline, day),
        boards=_holding(law.boards, day),
        system=_holding(law.system, day),
        guides=Guides(_holding(law.guides, day)),
        faq=faq,
        districts=MappingProxyType(districts),
        heirs=Heirs(MappingProxyType({each.id: each.successors for each in known if each.id not in districts})),
        aliases=aliases,
        clauses=clauses,
        _reviews=MappingProxyType(_reviews(branches.values(), _holding(law.reviews, day))),
        _places=Places.of(known),
        _tables=Tables.of(day, law.indicators, branches, sources, clauses),
        _finders=_Finders(branches, industries, aliases, faq),
    )


def _holding(table: Iterable[Held[T]], day: date) -> tuple[T, ...]:
    return tuple(held.record for held in table if held.period.holds(day))


def _clauses(clauses: Iterable[Clause], outline: Iterable[OutlineItem]) -> dict[Citation, Clause]:
    """引附件5的一个上级项，就是引它下面的各项：文字连在一起。"""
    found = {clause.cite: clause for clause in clauses}
    for item in reversed(tuple(outline)):
        parent = Citation(item.cite.source, f"{item.cite.clause.partition(' ')[0]} {item.parent}")
        if item.parent and item.cite in found and parent in found:
            whole = found[parent]
            head, _, rest = whole.text.partition("\n")
            found[parent] = replace(whole, text="\n".join(filter(None, (head, found[item.cite].text, rest))))
    return found


def _branches(tiers: Iterable[Tier]) -> Mapping[str, Branch]:
    grouped: dict[str, list[Tier]] = {}
    for tier in tiers:
        grouped.setdefault(tier.branch_id, []).append(tier)
    return MappingProxyType({
        id: Branch(id, rows[0].list, rows[0].no, rows[0].industry, rows[0].branch,
                   tuple(row.tier for row in rows), rows[0].cite)
        for id, rows in grouped.items()
    })  # fmt: skip


def _industries(branches: Iterable[Branch]) -> Mapping[str, Industry]:
    grouped: dict[str, list[Branch]] = {}
    for branch in branches:
        grouped.setdefault(branch.industry_id, []).append(branch)
    return MappingProxyType({
        id: Industry(id, rows[0].list, rows[0].no, rows[0].industry, tuple(rows)) for id, rows in grouped.items()
    })  # fmt: skip


def _reviews(branches: Iterable[Branch], rows: Sequence[ReviewRow]) -> dict[tuple[str, str], Review]:
    """每个分支的每个等级各一条：写明行业的先于“*”，行业相同时写明等级的先于“*”。"""
    known = {(row.list, row.no, row.tier): row.review for row in rows}
    found = {}
    for branch in branches:
        for tier in branch.tiers:
            if held := [known[key] for key in review_keys(branch, tier) if key in known]:
                found[branch.id, tier] = held[0]
    return found


def review_keys(branch: Branch | Tier, tier: str) -> tuple[tuple[str, int | None, str | None], ...]:
    """review.csv 里管这一格的行，最具体的在前。"""
    name, no = branch.list, branch.no
    return (name, no, tier), (name, no, None), (name, None, tier), (name, None, None)


def _known(table: Sequence[Held[District]], day: date, current: Mapping[str, District]) -> list[District]:
    """存续的在前；撤销的只留最后一次。"""
    gone = {held.record.id: held.record for held in table if held.period.until and held.period.until < day}
    return [*current.values(), *(district for id, district in gone.items() if id not in current)]
