"""每一格由谁审：附件3的审核要求与正文四（二）合起来读，文中没有写明的不补。"""

from datetime import date

import pytest

import knowledge

RULES = knowledge.on(date(2026, 11, 24))
CITY = ("district", "experts", "city", "city")
DELEGATED = ("district", "district", "city", "city")
OPEN_AFTER_DISTRICT = ("district", "district", "unstated", "unstated")
OPEN_ON_SITE = ("district", "unstated", "city", "city")
DELEGATED_INDUSTRIES = {1, 2, 4, 5, 6, 9, 10}


def expected(name: str, no: int, tier: str) -> tuple[str, str, str, str]:
    """照通知的字面写出的预期，与 review.csv 各写各的。"""
    if name == "国家":
        return CITY if tier in {"A", "B", "B（B-）", "绩效引领"} else OPEN_AFTER_DISTRICT
    if tier in {"地方C", "地方非绩效引领"}:
        return DELEGATED
    if no not in DELEGATED_INDUSTRIES:
        return CITY
    return OPEN_ON_SITE if tier == "地方A" else DELEGATED


def test_all_325_cells() -> None:
    """325 格的四个环节都与通知相符。"""
    wanted, held = {}, {}
    for branch in RULES.branches.values():
        for tier in branch.tiers:
            review = RULES.review(branch.id, tier)
            wanted[branch.id, tier] = expected(branch.list, branch.no, tier)
            held[branch.id, tier] = (review.pre_review, review.on_site, review.collective, review.publicity)
    assert wanted == held
    assert len(held) == 325


def test_a_note_says_why_exactly_where_something_is_unstated() -> None:
    """有 unstated 才有 note，是一句话；没有就是 None。"""
    for item in RULES.catalogue():
        for tier in item["tiers"]:
            review = tier["review"]
            stages = [review[key] for key in ("pre_review", "on_site", "collective", "publicity")]
            assert ("unstated" in stages) == (review["note"] is not None)
            assert 1 == (review["note"] or "。").count("。")


def test_delegated_districts_send_no_experts() -> None:
    """受委托的 7 个行业只写“现场审查”，不补“专家”；地方A 的现场由谁组织没有写明，只有 4 个分支有。"""
    local = [b for b in RULES.branches.values() if b.list == "地方" and b.no in DELEGATED_INDUSTRIES]
    stages = {RULES.review(b.id, tier).on_site for b in local for tier in b.tiers}
    assert {"district", "unstated"} == stages
    open_ones = [b.name for b in local for t in b.tiers if RULES.review(b.id, t).on_site == "unstated"]
    assert ["金属表面处理及热处理加工", "矿石采选", "沥青混合料搅拌站", "通用行业"] == open_ones


def test_every_review_cites_body_and_annex() -> None:
    """每一格都引附件3该部分和正文四（二），引的条款都在。"""
    for branch in RULES.branches.values():
        section = "附件3 一" if branch.list == "国家" else "附件3 二"
        for tier in branch.tiers:
            cites = RULES.review(branch.id, tier).cites
            assert [section, "正文 四（二）"] == [cite.clause for cite in cites]
            assert all(RULES.clause(cite).quoted for cite in cites)


@pytest.mark.parametrize(("branch", "tier"), [("n15-4", "A"), ("n99-1", "A"), ("p6-1", "B"), ("", "")])
def test_unknown_cells_are_refused(branch: str, tier: str) -> None:
    """没有这个分支或这个等级，抛 KeyError，不猜。"""
    with pytest.raises(KeyError):
        RULES.review(branch, tier)


def test_catalogue_objects_have_exactly_the_agreed_keys() -> None:
    """`catalogue --json` 的键与约定相同，不多不少。"""
    items = RULES.catalogue()
    assert 106 == len(items)
    assert {"list", "no", "industry", "branch", "tiers"} == {key for item in items for key in item}
    tiers = [tier for item in items for tier in item["tiers"]]
    assert {"tier", "review"} == {key for tier in tiers for key in tier}
    stages = {"pre_review", "on_site", "collective", "publicity", "note"}
    assert stages == {key for tier in tiers for key in tier["review"]}
