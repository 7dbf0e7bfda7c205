"""检查说法有没有着落：问答、措施、系统的话只说所引条款写了的；通知的全文、次序和大纲一字不动。"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from knowledge.grounds import unsupported
from knowledge.held import Held
from knowledge.load import Law
from knowledge.records import Citation
from knowledge.rows import Fault

NOTICE = "cq-2024-210"
NOTICE_DAY = date(2024, 8, 5)
NOTICE_PRINT = "b768438552f7a192"
"""通知全文去掉空白之后的 sha256 前 16 位：条款文件一个字也不能变。"""
LONGEST = 400
"""一条问答连下一步最多这么多字：手机上一屏。"""


def check_claims(law: Law) -> Iterator[Fault]:
    """没有着落的说法、过长或没有下一步的问答、改动了的通知。"""
    texts: dict[Citation, str] = {held.record.cite: held.record.text for held in law.clauses}
    names = {held.record.id: f"{held.record.short} {held.record.number} {held.record.title}" for held in law.sources}
    for faq in law.faq:
        yield from _grounded(faq, f"{faq.record.answer}\n{faq.record.then}", faq.record.cites, texts, names)
        if not faq.record.then.strip():
            yield _fault(faq, "没有下一步（then）")
        if len(faq.record.answer) + len(faq.record.then) > LONGEST:
            yield _fault(faq, f"答复超过 {LONGEST} 字")
    for benefit in law.benefits:
        said = f"{benefit.record.says}\n{benefit.record.caveat}"
        yield from _grounded(benefit, said, (benefit.record.cite,), texts, names)
    for guide in law.guides:
        yield from _grounded(guide, f"{guide.record.said}\n{guide.record.then}", guide.record.cites, texts, names)
    for fact in law.system:
        yield from _grounded(fact, fact.record.text, (fact.record.cite,), texts, names)
    yield from _notice(law)
    yield from _order(law)
    yield from _outline(law)


def _fault(held: Held[Any], message: str) -> Fault:
    return Fault(held.file, held.line, message)


def _grounded(
    held: Held[Any], said: str, cites: Iterable[Citation], texts: dict[Citation, str], names: dict[str, str]
) -> Iterator[Fault]:
    ground = [part for cite in cites for part in (_whole(cite, texts), cite.clause, names.get(cite.source, ""))]
    if loose := unsupported(said, "\n".join(ground)):
        yield _fault(held, f"所引条款里没有“{loose[0]}”")


def _whole(cite: Citation, texts: dict[Citation, str]) -> str:
    """附件5的上级项连同下面的各项。"""
    inside = f"{cite.clause} " if cite.clause.startswith("附件5 ") else "\0"
    parent = [text for other, text in texts.items() if other.source == cite.source and other.clause.startswith(inside)]
    return "\n".join((texts.get(cite, ""), *parent))


def _notice(law: Law) -> Iterator[Fault]:
    clauses = [held for held in law.clauses if held.record.cite.source == NOTICE]
    whole = re.sub(r"\s", "", "".join(held.record.text for held in clauses))
    if clauses and sha256(whole.encode()).hexdigest()[:16] != NOTICE_PRINT:
        yield Fault(clauses[0].file, 1, "通知的文字、条款或次序与原文不同")


def _order(law: Law) -> Iterator[Fault]:
    now = [held for held in law.catalogue if held.period.holds(NOTICE_DAY) and held.record.cite.source == NOTICE]
    last = ("n", 0, 0)
    for held in now:
        found = re.fullmatch(r"([np])(\d+)-(\d+)", held.record.branch_id)
        key = (found[1], int(found[2]), int(found[3])) if found else last
        if key < last:
            yield _fault(held, f"{held.record.branch_id} 不在附件3的次序上")
        last = max(key, last)


def _outline(law: Law) -> Iterator[Fault]:
    listed = {held.record.cite for held in law.outline}
    texts = {held.record.cite: held.record.text.split("\n")[0] for held in law.clauses}
    for item in law.outline:
        text = texts.get(item.record.cite, "")
        same = text.removesuffix("（如涉及）").endswith(item.record.title)
        if not same or item.record.if_applicable != ("（如涉及）" in text):
            yield _fault(item, f"与附件5的原文“{text}”不符")
    for held in law.clauses:
        cite = held.record.cite
        if cite.source == NOTICE and cite.clause.startswith("附件5 ") and cite not in listed:
            yield _fault(held, f"outline.toml 里没有 {cite.clause}")
