"""写得像样、意思却错了的行，检查也说得出文件和行：每一种都种一处错。"""

from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.load import HERE
from tests.knowledge.data import LARGE, copied
from tests.knowledge.test_check import found, spoil

REVIEWS = {
    "国家,*,A,district,experts,city,city,,": (
        "国家,*,A,district,district,city,city,,", "按附件3 一和正文 四（二），“A”的 on_site 应是 experts"),
    "国家,*,B（B-）,district,experts,city,city,,": (
        "国家,*,B（B-）,district,experts,none,city,,", "“B（B-）”的 collective 应是 city，却是 none"),
    "国家,*,C,district,district,unstated,unstated": (
        "国家,*,C,district,district,city,unstated", "“C”的 collective 应是 unstated，却是 city"),
    "国家,*,非绩效引领,district,district,unstated,unstated": (
        "国家,*,非绩效引领,district,experts,unstated,unstated", "“非绩效引领”的 on_site 应是 district，却是 experts"),
    "国家,*,其他,district,district,unstated": (
        "国家,*,其他,city,district,unstated", "“其他”的 pre_review 应是 district，却是 city"),
    "地方,*,地方C,district,district,city,city,,": (
        "地方,*,地方C,district,district,city,district,,", "“地方C”的 publicity 应是 city，却是 district"),
    "地方,3,地方B,district,experts,city,city,,": (
        "地方,3,地方B,district,district,city,city,,", "按附件3 二和正文 四（二），“地方B”的 on_site 应是 experts"),
    "地方,6,地方B,district,district,city,city,,": (
        "地方,6,地方B,district,experts,city,city,,", "“地方B”的 on_site 应是 district，却是 experts"),
    "地方,9,地方绩效引领,district,district,city,city,,": (
        "地方,9,地方绩效引领,district,experts,city,city,,", "“地方绩效引领”的 on_site 应是 district，却是 experts"),
    "地方,10,地方A,district,unstated,city,city,正文": (
        "地方,10,地方A,district,unstated,unstated,city,正文", "“地方A”的 collective 应是 city，却是 unstated"),
    "国家,*,绩效引领,district,experts,city,city,,": (
        "国家,*,绩效引领,district,experts,city,unstated,“公示由区县负责”。,", "“公示由区县负责”不是所引条款的原话"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """数据文件夹的一份副本（不含最大的几份）。"""
    return copied(tmp_path, *LARGE)


@pytest.mark.parametrize("old", REVIEWS)
def test_a_reviewer_that_the_clauses_do_not_say_is_a_fault(folder: Path, old: str) -> None:
    """谁审换成另一个认得的，就报 review.csv 的那一行。"""
    new, says = REVIEWS[old]
    line = spoil(folder / "review.csv", old, new)
    assert says in found(folder, "review.csv", line)


def test_a_row_that_no_longer_covers_a_cell_is_a_fault(folder: Path) -> None:
    """把三个行业的一行改给别的行业，两边都不再是条款说的那样。"""
    line = spoil(folder / "review.csv", "地方,7,地方A,district,experts", "地方,1,地方A,district,experts")
    assert "“地方A”的 on_site 应是 unstated，却是 experts" in found(folder, "review.csv", line)


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("benefits.toml", "A级的，增发2023年度配额的0.5%", "A级的，增发2023年度配额的0.3%", "不是所引条款的原话"),
    ("benefits.toml", "的0.5%，提升至B级的，增发2023年度配额的0.3%", "的0.3%，提升至B级的，增发2023年度配额的0.5%",
     "所引条款里“0.3%”说的不是“A级”"),
    ("benefits.toml", "“以重庆市2023年度", "“按重庆市2023年度", "不是所引条款的原话"),
    ("benefits.toml", "绩效引领性企业少限产”", "绩效引领性企业不限产”", "不是所引条款的原话"),
    ("benefits.toml", "百分之三十的，减按百分之七十五", "百分之五十的，减按百分之七十五", "不是所引条款的原话"),
    ("faq.toml", "提升至A级的增发2023年度配额的0.5%，提升至B级的增发2023年度配额的0.3%",
     "提升至A级的增发2023年度配额的0.3%，提升至B级的增发2023年度配额的0.5%", "“0.3%”说的不是“A级”"),
    ("faq.toml", "百分之三十的，“减按百分之七十五", "百分之五十的，“减按百分之七十五", "“减按百分之七十五”说的不是"),
    ("faq.toml", "“A级企业鼓励结合实际", "“A级企业可以结合实际", "不是所引条款的原话"),
    ("faq.toml", "‘创B争A’的项目优先安排", "‘创B争A’的项目免费安排", "不是所引条款的原话"),
    ("system.toml", "“一厂一策”实施方案申报、审核", "“一厂一策”实施方案申报、审查", "不是所引条款的原话"),
    ("benefits.toml", 'grades = ["A", "B", "绩效引领"]', 'grades = ["A", "B"]', "写到的 A、B、绩效引领，却是 A、B"),
    ("benefits.toml", 'grades = ["A", "B"]', "grades = []", "grades 应是所引条款写到的 A、B，却是 空"),
    ("benefits.toml", 'grades = ["A", "B"]', 'grades = ["A", "B", "绩效引领"]', "却是 A、B、绩效引领"),
    ("benefits.toml", "grades = []", 'grades = ["B"]', "应是所引条款写到的 空，却是 B"),
])  # fmt: skip
def test_a_well_formed_untruth_is_named_by_line(folder: Path, file: str, old: str, new: str, says: str) -> None:
    """引的话改了一个字、两个数换了位、等级多了少了：报那个 [[表]] 的那一行。"""
    path = folder / file
    path.write_bytes((HERE / file).read_bytes())
    line = spoil(path, old, new)
    table = max(n for n, text in enumerate(path.read_text("utf-8").splitlines()[:line], 1) if text.startswith("[["))
    assert says in found(folder, file, table)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (
            "万州,",
            ["缺了2025-11-05 “万州”", "2025-11-05 应有 26 个区，却有 25 个", "2025-11-06 应有 25 个区，却有 24 个"],
        ),
        ("巫溪,", ["缺了2025-11-05 “巫溪”", "2025-11-06 应有 8 个县，却有 7 个"]),
        ("彭水,", ["2025-11-05 应有 4 个自治县，却有 3 个"]),
        ("万盛,", ["缺了引言的“万盛经开区”"]),
        ("两江新区,两江新区,两江,2025-11-06", ["2025-11-06 应有 25 个区，却有 24 个"]),
    ],
)
def test_a_lost_district_is_a_fault(folder: Path, start: str, says: list[str]) -> None:
    """删掉一个区县，就说缺了哪一个、哪天的数目不对。"""
    path = folder / "districts.csv"
    rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith(start)), "utf-8")
    told = found(folder, "districts.csv", 1)
    assert [] == [each for each in says if each not in told]


def test_a_district_abolished_later_is_no_fault(tmp_path: Path) -> None:
    """以后撤销的（写上 until）不是缺；早撤了就是。"""
    folder = copied(tmp_path)
    spoil(folder / "districts.csv", "大足,大足区,大足,2024-08-05,,", "大足,大足区,大足,2024-08-05,2027-01-01,")
    assert [] == check(folder)
    spoil(folder / "districts.csv", "大足区,大足,2024-08-05,2027-01-01,", "大足区,大足,2024-08-05,2025-01-01,")
    assert "应有 26 个区，却有 25 个" in found(folder, "districts.csv", 1)
