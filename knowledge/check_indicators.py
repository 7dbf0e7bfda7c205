"""检查指标表：分支、等级、出处都有，一项要求前后一致，好的一档不比差的一档要得少，数字有着落。"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from difflib import SequenceMatcher

from knowledge.grounds import unsupported
from knowledge.held import Held
from knowledge.load import Law
from knowledge.records import Citation, Indicator, Tier
from knowledge.rows import Fault
from knowledge.tables import ALERTS, EVERY, INDICATORS, LEVELS, NOTHING

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
LONGEST = 200
"""一行 text 最多这么多字：一页要列得下几行。"""
NAME = 20
"""一项要求的名字最多这么多字。"""
_ALIKE = 0.6
"""两个名字像到这个份上，多半是同一个写错了。"""
Rows = list[Held[Indicator]]
Group = tuple[str, str, bool]
"""分支、要求、是不是预警措施。"""


def check_indicators(law: Law, spoiled: Iterable[tuple[str, str]] = ()) -> Iterator[Fault]:
    """指标表的全部毛病；`key` 是哪一列。

    `spoiled` 是另有行没读进来的（分支，要求），哪一个说不准就是空的：它们各档之间对不对得上先不看，
    免得一处毛病说成几处。
    """
    branches: dict[str, list[Held[Tier]]] = {}
    for tier in law.catalogue:
        branches.setdefault(tier.record.branch_id, []).append(tier)
    texts = {held.record.cite: held.record.text for held in law.clauses if not held.file.startswith(INDICATORS)}
    names = {held.record.id: f"{held.record.short} {held.record.number} {held.record.title}" for held in law.sources}
    grouped: dict[Group, Rows] = {}
    wrong: dict[Group, list[Fault]] = {}
    unfit = set(spoiled)
    for held in law.indicators:
        row = held.record
        grouped.setdefault(_group(row), []).append(held)
        if misplaced := list(_placed(held, branches)):
            wrong.setdefault(_group(row), []).extend(misplaced)
            unfit.add((row.branch if row.branch in branches else "", row.requirement))
        if len(row.requirement) > NAME:
            unfit.add((row.branch, ""))
        yield from _cited(held, law)
        yield from _worded(held, texts, names)
    for key, rows in grouped.items():
        branch, requirement, alert = key
        yield from _twice(rows)
        if not alert and unfit.isdisjoint(((branch, requirement), (branch, ""), ("", requirement))):
            tiers = list(dict.fromkeys(tier.record.tier for tier in branches.get(branch, ())))
            wrong.setdefault(key, []).extend(_consistent(rows, tiers))
    for key, home, fault in _astray(law.indicators, grouped):
        if key[0] in branches and home[0] in branches and (wrong.get(key) or wrong.get(home)):
            wrong[key], wrong[home] = [fault], []
    for faults in wrong.values():
        yield from faults


def _astray(rows: Sequence[Held[Indicator]], grouped: Mapping[Group, Rows]) -> Iterator[tuple[Group, Group, Fault]]:
    """挨着一项要求、正好是它缺的那一档，却写成了别的分支或别的名字的一行：它自己的一组、它该在的一组、毛病。"""
    for held, *beside in zip(rows, (None, *rows), (*rows[1:], None), strict=False):
        own = _group(held.record)
        for other in beside:
            if other is None or other.file != held.file or len(grouped[own]) > 1:
                continue
            row, home = other.record, _group(other.record)
            if any(each.record.tier == held.record.tier for each in grouped[home]):
                continue
            if own[1:] == home[1:]:
                said = f"挨着的“{row.requirement}”写的分支是“{row.branch}”，这一行写的是“{held.record.branch}”"
                yield own, home, _fault(held, "branch", said)
                break
            alike = SequenceMatcher(None, own[1], home[1]).ratio() >= _ALIKE
            if alike and (own[0], held.record.dimension) == (home[0], row.dimension):
                said = f"挨着的写的是“{row.requirement}”，正缺 {held.record.tier}；同一项要求要写同一个名字"
                yield own, home, _fault(held, "requirement", said)
                break


def _group(row: Indicator) -> Group:
    return row.branch, row.requirement, row.dimension == ALERTS


def _fault(held: Held[Indicator], key: str, message: str) -> Fault:
    return Fault(held.file, held.line, message, key)


def _placed(held: Held[Indicator], branches: dict[str, list[Held[Tier]]]) -> Iterator[Fault]:
    """分支和等级在名录里，有效期对得上；预警措施按黄橙红。"""
    row = held.record
    rows = [tier for tiers in branches.values() for tier in tiers] if row.branch == EVERY else branches.get(row.branch)
    if not rows:
        yield _fault(held, "branch", f"catalogue.csv 里没有分支“{row.branch}”")
    elif row.tier not in (names := list(dict.fromkeys(tier.record.tier for tier in rows))):
        whose = "哪个分支都没有" if row.branch == EVERY else f"“{rows[0].record.branch}”没有"
        yield _fault(held, "tier", f"{whose}等级“{row.tier}”，只能是 {'、'.join(names)}")
    elif row.branch == EVERY and row.dimension != ALERTS and row.tier != "B":
        yield _fault(held, "tier", f"“{EVERY}”（各个分支都要）的等级只能写 B，指 B 级及以上，不是“{row.tier}”")
    elif not any(_overlap(held, tier) for tier in rows if tier.record.tier == row.tier):
        yield _fault(held, "until", f"有效期与 catalogue.csv 里“{row.tier}”的对不上")
    if row.dimension == ALERTS and row.requirement not in LEVELS:
        message = f"{ALERTS}的 requirement 只能是 {'、'.join(LEVELS)}，不是“{row.requirement}”"
        yield _fault(held, "requirement", message)


def _overlap(one: Held[Indicator], other: Held[Indicator] | Held[Tier]) -> bool:
    return one.period.start <= (other.period.until or date.max) and other.period.start <= (one.period.until or date.max)


def _cited(held: Held[Indicator], law: Law) -> Iterator[Fault]:
    """文件登记过、已经施行，条款有。"""
    cite = held.record.cite
    source = next((source for source in law.sources if source.record.id == cite.source), None)
    if source is None:
        yield _fault(held, "source", f"sources.csv 里没有文件“{cite.source}”，先加一行")
    elif held.period.start < source.period.start:
        yield _fault(
            held, "from", f"from（{held.period.start}）早于所引文件“{cite.source}”施行（{source.period.start}）"
        )
    elif not any(clause.record.cite == cite for clause in law.clauses):
        yield _fault(held, "clause", f"{cite.source} 里没有条款“{cite.clause}”")


def _worded(held: Held[Indicator], texts: dict[Citation, str], names: dict[str, str]) -> Iterator[Fault]:
    """长短合适；value 写在 text 里；条款文件里有这一条的，说到的数、等级、审核者条款里都有。"""
    row = held.record
    for key, value, longest in (("text", row.text, LONGEST), ("requirement", row.requirement, NAME)):
        if len(value) > longest:
            yield _fault(held, key, f"{key} 有 {len(value)} 字，最多 {longest} 字")
    if row.value and row.text == NOTHING:
        yield _fault(held, "value", f"{NOTHING}的不能有 value")
    elif row.value and float(row.value) not in {float(number) for number in _NUMBER.findall(row.text)}:
        yield _fault(held, "value", f"text 里没有写 value 的“{row.value}”")
    if row.cite in texts:
        ground = f"{texts[row.cite]} {row.cite.clause} {names.get(row.cite.source, '')}"
        if loose := unsupported(row.text, ground):
            yield _fault(held, "text", f"{row.cite.source} {row.cite.clause} 里没有“{loose[0]}”")


def _twice(rows: Rows) -> Iterator[Fault]:
    """同一分支、同一要求、同一等级，有效期不能重叠；换了文件，旧的先关掉。"""
    seen: dict[str, Rows] = {}
    for held in rows:
        earlier = seen.setdefault(held.record.tier, [])
        if other := next((other for other in earlier if _overlap(held, other)), None):
            where = f"第 {other.line} 行" if other.file == held.file else f" {other.file} 第 {other.line} 行"
            said = f"“{held.record.requirement} {held.record.tier}”与{where}重复，有效期重叠；旧的先写上 until"
            yield _fault(held, "requirement", said)
        earlier.append(held)


def _consistent(rows: Rows, tiers: list[str]) -> Iterator[Fault]:
    """一项要求只在一个维度；差的一档有要求，好的一档就得有；写法相同的挨在一起。"""
    ((dimension, _),) = Counter(held.record.dimension for held in rows).most_common(1)
    for held in rows:
        if held.record.dimension != dimension:
            said = f"“{held.record.requirement}”别的行写在“{dimension}”，一项要求只能在一个维度"
            yield _fault(held, "dimension", said)
    known = sorted((held for held in rows if held.record.tier in tiers), key=lambda held: tiers.index(held.record.tier))
    told: set[str] = set()
    ((usual, _),) = Counter(held.period.start for held in rows).most_common(1)
    for held in known:
        if held.record.text == NOTHING:
            continue
        same_time = {other.record.tier: other for other in known if _overlap(held, other)}
        for tier in tiers[: tiers.index(held.record.tier)]:
            better = same_time.get(tier)
            if tier not in told and (better is None or better.record.text == NOTHING):
                told.add(tier)
                yield _lax(held, tier, better)
            elif tier not in told and (day := _gap(held, [each for each in known if each.record.tier == tier], usual)):
                told.add(tier)
                said = f"“{held.record.requirement}”{held.record.tier} 有要求"
                yield _fault(held, "from", f"{said}，更好的 {tier} 在 {day} 那天却没有写")
        yield from _apart(held, same_time, tiers)


def _gap(held: Held[Indicator], better: Rows, usual: date) -> date | None:
    """这一行有效期里（从各行一般的起始日算），更好的一档头一个没有写的日子；天天都有是 None。"""
    ends = (each.period.until + timedelta(days=1) for each in better if each.period.until)
    days = sorted({max(held.period.start, usual), *(day for day in ends if held.period.holds(day))})
    return next((day for day in days if not any(each.period.holds(day) for each in better)), None)


def _lax(held: Held[Indicator], tier: str, better: Held[Indicator] | None) -> Fault:
    said = f"“{held.record.requirement}”{held.record.tier} 有要求"
    if better is None:
        return _fault(held, "tier", f"{said}，更好的 {tier} 却没有写")
    return _fault(better, "text", f"{said}（第 {held.line} 行），更好的 {tier} 却{NOTHING}")


def _apart(held: Held[Indicator], rows: Mapping[str, Held[Indicator]], tiers: list[str]) -> Iterator[Fault]:
    alike = [tier in rows and rows[tier].record.text == held.record.text for tier in tiers]
    own = tiers.index(held.record.tier)
    if own and not alike[own - 1] and any(alike[:own]):
        tier = tiers[alike.index(True)]
        yield _fault(held, "text", f"“{held.record.requirement}”{held.record.tier} 与 {tier} 写法相同，中间的却不同")
