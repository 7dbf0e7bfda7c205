"""逐行检查全部数据：每一处毛病都说出文件和行号，一次说完。"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.check_claims import NOTICE, NOTICE_DAY, check_claims
from knowledge.check_indicators import check_indicators
from knowledge.check_meaning import check_meaning
from knowledge.check_roles import check_roles
from knowledge.check_telling import check_telling
from knowledge.held import Held
from knowledge.load import HERE, Law, read
from knowledge.records import Citation, Clause, Tier
from knowledge.reminding import check_reminders
from knowledge.rows import Fault
from knowledge.rules import review_keys
from knowledge.sayable import EXPERTS_ADDRESS

"""专家登录地址所在的主机，绝不给企业和区县。"""
NOTICE_COUNTS = {"个国家行业": 39, "个地方行业": 10, "个行业分支": 106, "格等级": 325}
USAGE = "usage"
UNREAD = ("列名应是", "不是 UTF-8", "没有这个文件", "不是正确的")
"""这样开头的毛病，说的是整个文件没有读进来。"""
_URL = re.compile(r"https?://[^\s，。；”）]+")


def check(folder: Path = HERE) -> list[Fault]:
    """数据文件夹里的全部毛病，按文件和行号排好；没有就是空的。从不抛出。"""
    faults: list[Fault] = []
    law = read(folder, faults.append)
    if unread := sorted({fault for fault in faults if fault.message.startswith(UNREAD)}):
        return unread  # 整个文件没读进来，别处的毛病多半由此而来
    for rule in (_unique, _cited, _catalogue, _reviews, _references, _answers, _addresses):
        faults.extend(rule(law))
    faults.extend(check_telling(folder, law))
    faults.extend(check_reminders(folder, law))
    faults.extend(check_roles(folder))
    faults.extend(check_claims(law))
    faults.extend(check_indicators(law))
    faults.extend(check_meaning(law))
    return sorted(set(faults))


def _fault(held: Held[Any], message: str) -> Fault:
    return Fault(held.file, held.line, message)


def _unique(law: Law) -> Iterator[Fault]:
    """同一个键的几行，有效期不能重叠。"""
    yield from _overlaps(law.sources, lambda row: row.id)
    yield from _overlaps(law.clauses, lambda row: row.cite.clause, lambda row: row.cite)
    yield from _overlaps(law.catalogue, lambda row: f"{row.branch_id} {row.tier}")
    yield from _overlaps(law.reviews, lambda row: f"{row.list} {row.no or '*'} {row.tier or '*'}")
    yield from _overlaps(law.benefits, lambda row: f"第 {row.no} 条")
    for table in (law.outline, law.boards, law.system, law.guides, law.faq, law.districts):
        yield from _overlaps(table, lambda row: row.id)
    yield from _overlaps(law.aliases, lambda row: f"{row.text} → {row.target}")


def _overlaps(
    table: Iterable[Held[Any]], name: Callable[[Any], str], key: Callable[[Any], object] | None = None
) -> Iterator[Fault]:
    seen: dict[object, list[Held[Any]]] = {}
    for held in table:
        earlier = seen.setdefault((key or name)(held.record), [])
        for other in earlier:
            if held.period.start <= (other.period.until or date.max) and other.period.start <= (
                held.period.until or date.max
            ):
                yield _fault(held, f"“{name(held.record)}”与第 {other.line} 行重复，有效期重叠")
                break
        earlier.append(held)


def _cited(law: Law) -> Iterator[Fault]:
    """每一处出处都有这个文件、这个条款，且文件在该行起始时已经施行。"""
    sources = {held.record.id: held.period for held in law.sources}
    clauses = {held.record.cite for held in law.clauses}
    for held, cites in _cites(law):
        for cite in cites:
            if cite.source not in sources:
                yield _fault(held, f"sources.csv 里没有文件“{cite.source}”")
            elif cite not in clauses:
                yield _fault(held, f"{cite.source} 里没有条款“{cite.clause}”")
            elif held.period.start < sources[cite.source].start:
                yield _fault(held, f"from（{held.period.start}）早于所引文件“{cite.source}”施行")
    for source in law.sources:
        if source.record.repealed_by and source.record.repealed_by not in sources:
            yield _fault(source, f"repealed_by 没有文件“{source.record.repealed_by}”")
    for alias in law.aliases:
        if alias.record.source != USAGE and alias.record.source not in sources:
            yield _fault(alias, f"sources.csv 里没有文件“{alias.record.source}”")


def _cites(law: Law) -> Iterator[tuple[Held[Any], tuple[Citation, ...]]]:
    one: tuple[tuple[Held[Any], ...], ...] = (law.catalogue, law.benefits, law.outline, law.system, law.districts)
    for held in (each for table in one for each in table):
        yield held, (held.record.cite,)
    for review in law.reviews:
        yield review, review.record.review.cites
    for board in law.boards:
        yield board, board.record.cites
    for guide in law.guides:
        yield guide, guide.record.cites
    for faq in law.faq:
        yield faq, faq.record.cites


def _catalogue(law: Law) -> Iterator[Fault]:
    """id 与名录、序号相符，同一分支的行说法一致，等级写在所引条款里；通知附件3的行一行不少。"""
    clauses = {held.record.cite: _bare(held.record.text) for held in law.clauses}
    first: dict[str, Tier] = {}
    for held in law.catalogue:
        row = held.record
        letter = "n" if row.list == "国家" else "p"
        if not re.fullmatch(rf"{letter}{row.no}-[1-9]\d*", row.branch_id):
            yield _fault(held, f"id“{row.branch_id}”与 {row.list} {row.no} 不符")
        other = first.setdefault(row.branch_id, row)
        if (row.industry, row.branch) != (other.industry, other.branch):
            yield _fault(held, f"{row.branch_id} 的名称前后不一：{other.industry} {other.branch}")
        text = clauses.get(row.cite)
        if text is not None and not _in_row(text, row):
            yield _fault(held, f"“{row.industry} {row.branch} {row.tier}”不在所引条款里")
    now = [held.record for held in law.catalogue if held.period.holds(NOTICE_DAY) and held.record.cite.source == NOTICE]
    counts = (
        len({row.no for row in now if row.list == "国家"}), len({row.no for row in now if row.list == "地方"}),
        len({row.branch_id for row in now}), len(now),
    )  # fmt: skip
    for (name, expected), actual in zip(NOTICE_COUNTS.items(), counts, strict=True):
        if expected != actual:
            yield Fault("catalogue.csv", 1, f"附件3应有 {expected} {name}，却有 {actual}")


def _in_row(text: str, row: Tier) -> bool:
    """条款写了这个行业；分支名后面只隔着别的等级，就写了这个等级。"""
    after = rf"{re.escape(row.branch)}(?:(?:地方)?(?:非?绩效引领|其他|B（B-）|[ABCD]))*?{re.escape(row.tier)}"
    return row.industry in text and re.search(after, text) is not None


def _reviews(law: Law) -> Iterator[Fault]:
    """catalogue 的每一格都有人审；review 的每一行都管得到某一格。"""
    tiers = [held.record for held in law.catalogue]
    for held in law.reviews:
        row = held.record
        if not any(
            row.list == tier.list and row.no in (None, tier.no) and row.tier in (None, tier.tier) for tier in tiers
        ):
            yield _fault(held, f"catalogue.csv 里没有 {row.list} {row.no or '*'} 的“{row.tier or '*'}”")
    covered: dict[tuple[str, int | None, str | None], list[Held[Any]]] = {}
    for held in law.reviews:
        covered.setdefault((held.record.list, held.record.no, held.record.tier), []).append(held)
    for cell in law.catalogue:
        keys = review_keys(cell.record, cell.record.tier)
        if not any(held.period.holds(cell.period.start) for key in keys for held in covered.get(key, ())):
            yield _fault(cell, f"review.csv 没有写“{cell.record.tier}”由谁审（{cell.record.branch}）")


def _references(law: Law) -> Iterator[Fault]:
    """上级项、继任区县、别名的去处都存在。"""
    outline = {held.record.id for held in law.outline}
    for item in law.outline:
        if item.record.parent and item.record.parent not in outline:
            yield _fault(item, f"没有上级项“{item.record.parent}”")
    for board in law.boards:
        if board.record.evidence and board.record.evidence not in outline:
            yield _fault(board, f"附件5没有“{board.record.evidence}”这一项")
    districts = {held.record.id for held in law.districts}
    for district in law.districts:
        for successor in district.record.successors:
            if successor not in districts:
                yield _fault(district, f"没有继任区县“{successor}”")
    targets = {row.record.branch_id for row in law.catalogue}
    targets |= {f"{row.record.list[0]}{row.record.no}" for row in law.catalogue}
    for alias in law.aliases:
        if alias.record.target not in targets:
            yield _fault(alias, f"没有行业或分支“{alias.record.target}”")


def _answers(law: Law) -> Iterator[Fault]:
    """说了政策的回答必须有出处；只有“通知没有写”的可以没有。"""
    for guide in law.guides:
        if not guide.record.cites:
            yield _fault(guide, "没有出处")
    for held in law.faq:
        if not held.record.cites and not held.record.silent:
            yield _fault(held, "回答没有出处")
        if not held.record.asks and not held.record.words:
            yield _fault(held, "asks 和 words 都空着")


def _addresses(law: Law) -> Iterator[Fault]:
    """网址只能照抄所引条款；专家地址只给专家。"""
    clauses = {held.record.cite: held.record for held in law.clauses}
    for held, text, cites in _said(law):
        experts = getattr(held.record, "audience", "") == "experts"
        if EXPERTS_ADDRESS in text and not experts:
            yield _fault(held, '专家登录地址只能给专家（audience = "experts"）')
        for url in _URL.findall(text):
            if not _copied(url, cites, clauses):
                yield _fault(held, f"网址“{url}”不在所引条款里")
    for clause in law.clauses:
        if EXPERTS_ADDRESS in clause.record.text and clause.record.cite != Citation(NOTICE, "附件4 一 专家"):
            yield _fault(clause, "专家登录地址只在通知附件4 一 专家里")


def _copied(url: str, cites: Iterable[Citation], clauses: Mapping[Citation, Clause]) -> bool:
    return any(url in clauses[cite].text for cite in cites if cite in clauses)


def _said(law: Law) -> Iterator[tuple[Held[Any], str, tuple[Citation, ...]]]:
    """会说给人看的文字，和它的出处。"""
    for benefit in law.benefits:
        record = benefit.record
        yield benefit, f"{record.title} {record.says} {record.caveat}", (record.cite,)
    for review in law.reviews:
        yield review, review.record.review.note or "", review.record.review.cites
    for item in law.outline:
        yield item, item.record.title, (item.record.cite,)
    for board in law.boards:
        yield board, board.record.title, board.record.cites
    for fact in law.system:
        yield fact, fact.record.text, (fact.record.cite,)
    for guide in law.guides:
        yield guide, f"{guide.record.said}\n{guide.record.then}", guide.record.cites
    for faq in law.faq:
        yield faq, f"{faq.record.answer} {faq.record.then}", faq.record.cites
    for district in law.districts:
        yield district, f"{district.record.name} {district.record.note}", (district.record.cite,)
    for alias in law.aliases:
        yield alias, alias.record.text, ()
    for tier in law.catalogue:
        yield tier, f"{tier.record.industry} {tier.record.branch}", (tier.record.cite,)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
