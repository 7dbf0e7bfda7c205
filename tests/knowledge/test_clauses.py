"""通知全文按条款切开，一字不差；其他文件只有转述。"""

import re
from datetime import date
from pathlib import Path

from knowledge.load import load
from knowledge.records import Citation
from knowledge.rules import rules_of

NOTICE = Path(__file__).parent.parent / "notice-2024.txt"
LAW = load()
RULES = rules_of(LAW, date(2026, 11, 24))
OF_NOTICE = [held.record for held in LAW.clauses if held.record.cite.source == "cq-2024-210"]


def bare(text: str) -> str:
    """去掉空白。"""
    return re.sub(r"\s", "", text)


def test_clauses_in_order_are_the_whole_notice() -> None:
    """按顺序接起来，去掉空白，就是通知全文：不多、不少、不改。"""
    assert bare(NOTICE.read_text("utf-8")) == bare("".join(clause.text for clause in OF_NOTICE))


def test_only_the_notice_is_quoted() -> None:
    """通知是原文；其他文件是转述，各有可信程度。"""
    assert {"cq-2024-210"} == {held.record.cite.source for held in LAW.clauses if held.record.quoted}
    assert {"mee-2020-340": {"B"}, "hj-1321": {"B"}, "mee-2026-2": {"A"}} == {
        source: {held.record.confidence for held in LAW.clauses if held.record.cite.source == source}
        for source in ("mee-2020-340", "hj-1321", "mee-2026-2")
    }


def test_clause_ids_that_answers_cite() -> None:
    """答复常引的条款都在。"""
    ids = {clause.cite.clause for clause in OF_NOTICE}
    numerals = "一二三四五六七八九十"
    wanted = {
        "标题", "引言", "正文 一", "正文 二", "正文 三（一）", "正文 三（二）", "正文 三（三）", "正文 四（一）1",
        "正文 四（一）2", "正文 四（一）3", "正文 四（二）", "正文 五 一是", "正文 五 二是", "正文 五 三是",
        "正文 联系人", "附件1", "附件2", "附件3", "附件3 一", "附件3 二", "附件3 三", "附件4", "附件4 一",
        "附件4 一 区县", "附件4 一 专家", "附件4 二",
        "附件5", "附件5 五 3.4", "附件5 六 2.17", "附件5 六 2.13.1",
        *(f"附件1 {n}" for n in numerals), *(f"附件5 {n}" for n in numerals[:6]),
        *(f"附件3 一 {n}" for n in range(1, 40)), *(f"附件3 二 {n}" for n in range(1, 11)),
    }  # fmt: skip
    assert set() == wanted - ids


def test_the_original_is_not_corrected() -> None:
    """“方案方案”是原文，照登。"""
    assert "工作方案方案（2023—2025）" in RULES.clause(Citation("cq-2024-210", "正文 四（一）2")).text


def test_benefits_quote_their_clause_and_name_only_its_grades() -> None:
    """惠企十条：引号里的话在所引条款里，等级只列字面写到的，says 不超过 60 个汉字。"""
    grades = {}
    for benefit in RULES.benefits:
        text = bare(RULES.clause(benefit.cite).text)
        assert [] == [q for q in re.findall(r"“([^“”]+)”", benefit.says) if bare(q) not in text]
        assert 60 >= len(re.findall(r"[\u4e00-\u9fff]", benefit.says))
        assert bare(benefit.title) in text
        grades[benefit.no] = benefit.grades
    by_letter = ("A", "B")
    assert {
        1: (), 2: (), 3: (), 4: (), 5: by_letter, 6: by_letter, 7: by_letter, 8: ("A", "B", "绩效引领"), 9: by_letter,
        10: (),
    } == grades  # fmt: skip
    assert [10] == [benefit.no for benefit in RULES.benefits if benefit.audience == "district"]


def test_outline_is_annex_5_in_order() -> None:
    """大纲 41 项，先后与附件5相同；“如涉及”正好是六 2.1—2.12。"""
    assert [c.cite.clause for c in OF_NOTICE if c.cite.clause.startswith("附件5 ")] == [
        item.cite.clause for item in RULES.outline
    ]
    assert [f"六 2.{n}" for n in range(1, 13)] == [item.id for item in RULES.outline if item.if_applicable]
    parents = {item.id: item.parent for item in RULES.outline}
    assert ("五 3", "六 2.13", "六 2", "六", "") == (
        parents["五 3.4"], parents["六 2.13.1"], parents["六 2.18"], parents["六 2"], parents["六"],
    )  # fmt: skip
    for item in RULES.outline:
        suffix = "（如涉及）" if item.if_applicable else ""
        assert RULES.clause(item.cite).text.split("\n")[0].endswith(item.title + suffix)


def test_the_experts_address_is_told_to_experts_only() -> None:
    """专家地址只在 audience 为 experts 的一条里。"""
    told = [(fact.id, fact.audience) for fact in RULES.system if "113.204.96.36" in fact.text]
    assert [("experts-entry", "experts")] == told
    enterprise = [fact.text for fact in RULES.system if fact.audience == "enterprise"]
    assert 1 == sum("http://58.144.217.146:20002/#/login?redirect=%2F" in text for text in enterprise)
