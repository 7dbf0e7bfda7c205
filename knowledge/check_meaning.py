"""检查写得像样、意思却错了的行：谁审、引的原话、数和等级的搭配、措施写给哪级、有哪些区县，都拿条款的文字来对。"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from knowledge.check_claims import NOTICE, NOTICE_DAY
from knowledge.held import Held
from knowledge.load import Law
from knowledge.records import Citation, Review, ReviewRow, Tier
from knowledge.rows import Fault
from knowledge.rules import review_keys

HEADINGS = {"国家": "附件3 一", "地方": "附件3 二"}
PROCEDURE = "正文 四（二）"
DISTRICTS = Citation("public-2026-11", "区县名录")
STAGES = ("pre_review", "on_site", "collective", "publicity")

_ASKS = re.compile(
    r"审核要求：(?:(.+?)\d+个行业的)?([^，。]+?)由区县预审、专家现场审查、市级集中审查。其他类型由(.+?)。"
)
_DELEGATED = re.compile(r"委托各区县生态环境局组织开展评级审核《地方指南》中的(.+?)等\d+个行业(.+?)企业")
_ORGANISED = re.compile(r"市生态环境局组织对(.+?)企业开展评级")
_GRADES = re.compile(r"(?<!非)绩效引领|[ABCD](?=级|（B-）级)")
_KINDS = re.compile(r"(\d+) 个(区|县|自治县)(?:：([^；。]+))?")
_SINCE = re.compile(r"(\d{4}-\d{2}-\d{2}) 起")
_OMITTED = re.compile(r"……|…")
_SENTENCE = re.compile(r"[。；\n]")
_OF_GRADE = re.compile(r"(\d+(?:\.\d+)?%)|(?<![A-Za-z])([ABCD]级)")
_OF_LEVEL = re.compile(r"(减按百分之[一二三四五六七八九十]+)|(百分之[一二三四五六七八九十]+)")


def check_meaning(law: Law) -> Iterator[Fault]:
    """与条款的文字对不上的行。"""
    texts = {held.record.cite: _bare(held.record.text) for held in law.clauses}
    yield from _reviewers(law, texts)
    yield from _grades(law, texts)
    yield from _quotes(law, texts)
    yield from _pairs(law, texts)
    yield from _districts(law)


def _fault(held: Held[Any], message: str) -> Fault:
    return Fault(held.file, held.line, message)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text).replace("‘", "“").replace("’", "”")


def _reviewers(law: Law, texts: Mapping[Citation, str]) -> Iterator[Fault]:
    """每一格由谁审，照附件3的审核要求和正文四（二）的字面推一遍，与 review.csv 相比。"""
    rows: dict[tuple[str, int | None, str | None], list[Held[ReviewRow]]] = {}
    for held in law.reviews:
        rows.setdefault((held.record.list, held.record.no, held.record.tier), []).append(held)
    body = texts.get(Citation(NOTICE, PROCEDURE), "")
    for cell in law.catalogue:
        heading = HEADINGS[cell.record.list]
        expected = _stages(cell.record, texts.get(Citation(NOTICE, heading), ""), body)
        keys = review_keys(cell.record, cell.record.tier)
        row = next((each for key in keys for each in rows.get(key, ()) if each.period.holds(cell.period.start)), None)
        if expected is None or row is None or {cite.source for cite in row.record.review.cites} != {NOTICE}:
            continue
        for stage, value in zip(STAGES, expected, strict=True):
            if (written := getattr(row.record.review, stage)) != value:
                says = f"按{heading}和{PROCEDURE}，“{cell.record.tier}”的 {stage} 应是 {value}，却是 {written}"
                yield _fault(row, says)


def _stages(cell: Tier, heading: str, body: str) -> tuple[str, str, str, str] | None:
    """预审、现场、集体会议、公示各由谁；条款读不出来是 None（条款变了，另有检查来说）。"""
    asks, delegated, organised = _ASKS.search(heading), _DELEGATED.search(body), _ORGANISED.search(body)
    if asks is None or delegated is None or organised is None:
        return None
    grade = cell.tier.removeprefix("地方").partition("（")[0]
    if grade in _named(asks[2]) and (asks[1] is None or _listed(cell.industry, asks[1])):
        return "district", "experts", "city", "city"
    if "集中会议审核" not in asks[3]:
        # 只写“由区县审核”；后两个环节归谁，正文末句有两种读法
        return "district", "district", "unstated", "unstated"
    entrusted = grade in _named(delegated[2]) and _listed(cell.industry, delegated[1])
    # 正文归市里组织、附件3又归区县预审的，现场由谁没有写明
    on_site = "unstated" if grade in _named(organised[1]) and not entrusted else "district"
    return "district", on_site, "city", "city"


def _named(text: str) -> set[str]:
    return set(_GRADES.findall(text))


def _listed(industry: str, names: str) -> bool:
    """条款里写的行业名可以多带括号、少带“行业”。"""
    return any(industry.startswith(name.partition("（")[0]) for name in names.split("、"))


def _grades(law: Law, texts: Mapping[Citation, str]) -> Iterator[Fault]:
    """措施的 grades 就是所引条款写到的等级，一个不多一个不少。"""
    for held in law.benefits:
        if (text := texts.get(held.record.cite)) is None:
            continue
        written = _named(text) & {"A", "B", "绩效引领"}
        if re.search(r"B级(?:及)?以上", text):
            written.add("A")
        if written != set(held.record.grades):
            expected, given = ("、".join(sorted(each)) or "空" for each in (written, held.record.grades))
            yield _fault(held, f"grades 应是所引条款写到的 {expected}，却是 {given}")


def _quotes(law: Law, texts: Mapping[Citation, str]) -> Iterator[Fault]:
    """引号里的话，一字不差地在所引的一个条款里；“没有“……””和等级的名称不算引。"""
    names = {held.record.tier for held in law.catalogue}
    for held, said, cites in _said(law):
        whole = [texts[cite] for cite in cites if cite in texts]
        for before, quote in _quoted(said):
            pieces = [_bare(piece) for piece in _OMITTED.split(quote)]
            copied = any(all(piece in text for piece in pieces) for text in whole)
            if whole and not copied and "没有" not in before and quote not in names:
                yield _fault(held, f"“{quote}”不是所引条款的原话")


def _quoted(said: str) -> Iterator[tuple[str, str]]:
    """最外一层引号里的话，和同一小句里它前面的话；引的话里还有引号的，算在里面。"""
    depth = start = 0
    for at, sign in enumerate(said):
        if sign == "“":
            start = at if not depth else start
            depth += 1
        elif sign == "”" and depth:
            depth -= 1
            if not depth:
                yield re.split(r"[，。；：\n]", said[:start])[-1], said[start + 1 : at]


def _pairs(law: Law, texts: Mapping[Citation, str]) -> Iterator[Fault]:
    """百分数跟着哪一级、税率跟着哪一档，与所引条款一样：A级的0.5%不会说成B级的。"""
    for held, said, cites in _said(law):
        ground = {pair for cite in cites for pair in _paired(texts.get(cite, ""))}
        figures = {figure for figure, _ in ground}
        for figure, holder in _paired(said):
            if figure in figures and (figure, holder) not in ground:
                yield _fault(held, f"所引条款里“{figure}”说的不是“{holder}”")


def _paired(text: str) -> Iterator[tuple[str, str]]:
    """一句里的每个百分数和它前面最近的等级，每个“减按……”和它前面最近的一档。"""
    for sentence in _SENTENCE.split(text):
        for pattern in (_OF_GRADE, _OF_LEVEL):
            last = ""
            for figure, holder in pattern.findall(sentence):
                last = holder or last
                if figure and last:
                    yield figure, last


def _said(law: Law) -> Iterator[tuple[Held[Any], str, tuple[Citation, ...]]]:
    """转述条款的话，和所引的条款；下一步里引的是命令，不在内。"""
    for benefit in law.benefits:
        yield benefit, f"{benefit.record.says}\n{benefit.record.caveat}", (benefit.record.cite,)
    for faq in law.faq:
        yield faq, faq.record.answer, faq.record.cites
    for fact in law.system:
        yield fact, fact.record.text, (fact.record.cite,)
    for guide in law.guides:
        yield guide, guide.record.said, guide.record.cites
    for guide in law.guides:
        yield guide, guide.record.said, guide.record.cites
    for review in law.reviews:
        yield review, _note(review.record.review), review.record.review.cites
    for district in law.districts:
        yield district, district.record.note, (district.record.cite,)


def _note(review: Review) -> str:
    return review.note or ""


def _districts(law: Law) -> Iterator[Fault]:
    """区县一个不少：区县名录和引言点了名的都在，区划调整前后的数目也对。"""
    named = [held for held in law.clauses if held.record.cite == DISTRICTS]
    kinds = _KINDS.findall(named[0].record.text) if named else []
    since = _SINCE.findall(named[0].record.text) if named else []
    if len(kinds) != 6 or len(since) != 1:
        yield from (_fault(held, "读不出区县的数目和名称") for held in named)
        return
    changed = date.fromisoformat(since[0])
    rows = [held for held in law.districts if held.record.cite.source == DISTRICTS.source]
    for day, counted in ((changed - timedelta(days=1), kinds[:3]), (changed, kinds[3:])):
        now = {held.record.id: held.record.name for held in rows if held.period.holds(day)}
        for count, kind, names in counted:
            yield from _lost(f"{day} ", [name for name in names.split("、") if names and name not in now])
            there = [name for name in now.values() if _kind(name) == kind]
            if len(there) != int(count):
                yield Fault("districts.csv", 1, f"{day} 应有 {count} 个{kind}，却有 {len(there)} 个")
    own = [held for held in law.districts if held.record.cite == Citation(NOTICE, "引言")]
    intro = next((held.record.text for held in law.clauses if held.record.cite == Citation(NOTICE, "引言")), "")
    addressed = re.search(r"生态环境局，(.+?)生态环境局，(.+?)分局：", intro)
    bureaus = [*addressed[1].split("、"), addressed[2]] if addressed else []
    known = {name for held in own if held.period.holds(NOTICE_DAY) for name in (held.record.name, *held.record.aliases)}
    yield from _lost("引言的", [name for name in bureaus if name not in known])


def _lost(where: str, names: Iterable[str]) -> Iterator[Fault]:
    for name in names:
        yield Fault("districts.csv", 1, f"缺了{where}“{name}”")


def _kind(name: str) -> str:
    return next(kind for kind in ("自治县", "县", "区", "") if name.endswith(kind))
