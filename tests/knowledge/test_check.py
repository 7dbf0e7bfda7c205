"""检查逐行说出毛病的文件和行号；真的数据一处毛病也没有。"""

import random
import shutil
from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.load import HERE
from tests.knowledge.data import LARGE, copied

FAQ = """[[faq]]
id = "{id}"
asks = ["测试"]
words = [["测试"]]
answer = "{answer}"
then = "回复“菜单”。"
silent = false
cites = {cites}
from = "2024-08-05"
"""
ALIASES = "text,target,kind,source,from,until\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """数据文件夹的一份副本，不含最大的几份，由各测试自己放。"""
    return copied(tmp_path, *LARGE)


def line_of(path: Path, text: str) -> int:
    """这段文字在第几行。"""
    return path.read_text("utf-8").split(text)[0].count("\n") + 1


def spoil(path: Path, old: str, new: str) -> int:
    """改坏一处，返回改在第几行。"""
    text = path.read_text("utf-8")
    assert old in text
    line = text.split(old)[0].count("\n") + 1
    path.write_text(text.replace(old, new, 1), "utf-8")
    return line


def found(folder: Path, file: str, line: int) -> str:
    """这个文件这一行的毛病，连在一起。"""
    return " / ".join(fault.message for fault in check(folder) if (fault.file, fault.line) == (file, line))


def test_the_real_data_has_no_fault() -> None:
    """真的数据一处毛病也没有。"""
    assert [] == [str(fault) for fault in check()]


ROW = "n5-1,国家,5,石灰窑,石灰窑工业,A,cq-2024-210,附件3 一 5,2024-08-05,"
FACT = '[[fact]]\nid = "manual"\naudience = "enterprise"\ntext = "'


@pytest.mark.parametrize(("file", "old", "new", "shift", "says"), [
    ("catalogue.csv", ROW, ROW.replace("cq-2024-210", ""), 0, "source 空着"),
    ("catalogue.csv", ROW, ROW.replace("cq-2024-210", "cq-2023-1"), 0, "没有文件“cq-2023-1”"),
    ("catalogue.csv", ROW, ROW.replace("附件3 一 5", "附件3 一 55"), 0, "没有条款“附件3 一 55”"),
    ("catalogue.csv", ROW, ROW.replace("附件3 一 5", "附件3 一 6"), 0, "不在所引条款里"),
    ("catalogue.csv", ROW, ROW.replace("2024-08-05", "2024-02-30"), 0, "不是日期"),
    ("catalogue.csv", ROW, ROW.replace("2024-08-05", "2024-8-5"), 0, "不是日期"),
    ("catalogue.csv", ROW, ROW.replace("2024-08-05", ""), 0, "from 空着"),
    ("catalogue.csv", ROW, ROW.replace("2024-08-05", "2024-08-01"), 0, "早于所引文件"),
    ("catalogue.csv", ROW, ROW + "2024-08-01", 0, "早于 from"),
    ("catalogue.csv", ROW, f"{ROW}\n{ROW}", 1, "重复，有效期重叠"),
    ("catalogue.csv", ROW, ROW.replace("石灰窑工业", "石灰窑工业 "), 0, "多余的空白"),
    ("catalogue.csv", ROW, ROW.replace(",A,", ",E,"), 0, "没有写“E”由谁审"),
    ("catalogue.csv", ROW, ROW.replace("n5-1", "n7-9"), 0, "与 国家 5 不符"),
    ("catalogue.csv", ROW, ROW.replace("国家", "四川"), 0, "list 不认识“四川”"),
    ("catalogue.csv", ROW, ROW.replace(",5,", ",五,"), 0, "正整数"),
    ("catalogue.csv", ROW, ROW + ",多一格", 0, "应有 10 格，却有 11 格"),
    ("catalogue.csv", ROW, "", 0, "空行"),
    ("review.csv", "国家,*,A,district,experts", "国家,*,A,district,expert", 0, "on_site 不认识“expert”"),
    ("review.csv", "国家,*,A,district,experts", "国家,*,A,district,unstated", 0, "有 unstated 却没有 note"),
    ("review.csv", "experts,city,city,,", "experts,city,city,不必写,", 0, "没有 unstated 却写了 note"),
    ("review.csv", "地方,3,地方A", "地方,3,地方D", 0, "没有 地方 3 的“地方D”"),
    ("review.csv", "附件3 一；正文 四（二）", "附件3 一；正文 四（三）", 0, "没有条款“正文 四（三）”"),
    ("review.csv", "地方,*,地方C,", "地方,*,地方非绩效引领,", 1, "重复，有效期重叠"),
    ("districts.csv", ",两江新区；北碚,", ",两江新区；天府,", 0, "没有继任区县“天府”"),
    ("districts.csv", "两江新区,两江新区,两江,2025-11-06", "两江新区,两江新区,两江,2025-11-05", 0, "有效期重叠"),
    ("districts.csv", "2025-11-06 撤销，", "http://example.com 撤销，", 0, "不在所引条款里"),
    ("outline.toml", 'parent = "五 3"', 'parent = "五 9"', -3, "没有上级项“五 9”"),
    ("outline.toml", "if_applicable = true", 'if_applicable = "是"', 0, "应是 true 或 false"),
    ("outline.toml", 'id = "五 3.1"', 'id = "五 3"', -1, "“五 3”与第"),
    ("benefits.toml", "增发2023年度配额的0.5%", "增发2024年度配额的0.5%", -3, "不是所引条款的原话"),
    ("benefits.toml", 'grades = ["A", "B", "绩效引领"]', 'grades = ["A", "B+"]', 0, "不认识“B+”"),
    ("benefits.toml", "no = 3", "no = 3.5", 0, "正整数"),
    ("benefits.toml", "caveat =", "caveats =", 0, "不认识“caveats”"),
    ("system.toml", FACT, FACT + "http://113.204.96.36:3361 ", 0, "专家登录地址只能给专家"),
    ("system.toml", FACT, FACT + "http://58.144.217.146:20003/ ", 0, "不在所引条款里"),
    ("system.toml", 'audience = "experts"', 'audience = "enterprise"', -2, "只能给专家"),
    ("clauses/mee-2026-2.toml", 'text = """\n国家统筹', 'text = """\n 国家统筹', 0, "多余的空白"),
    ("clauses/mee-2026-2.toml", 'id = "没有读到的部分"', 'id = "二（一）"', -1, "重复"),
    ("clauses/mee-2026-2.toml", "quoted = false\n", "\n", 2, "quoted 应是 true 或 false"),
    ("clauses/hj-1321.toml", "道闸", "113.204.96.36", -4, "专家登录地址只在通知附件4"),
    ("sources.csv", ",2026-11-24,A\n", ",,A\n", 0, "checked_on 空着"),
    ("sources.csv", ",2026-11-24,A\n", ",2026-11-24,C\n", 0, "confidence 不认识“C”"),
    ("sources.csv", "2024-08-05,2024-08-05,,,,", "2024-08-05,2024-08-05,,没有的,,", 0, "repealed_by 没有文件"),
])  # fmt: skip
def test_each_fault_is_named_by_file_and_line(
    folder: Path, file: str, old: str, new: str, shift: int, says: str
) -> None:
    """改坏一处，就报那个文件的那一行（TOML 是那个 [[表]] 或那个键）。"""
    line = spoil(folder / file, old, new) + shift
    assert says in found(folder, file, line)


def test_the_copy_to_be_spoiled_has_no_fault(folder: Path) -> None:
    """改坏以前，一处毛病也没有。"""
    assert [] == check(folder)


def test_empty_clause_text_is_a_fault(folder: Path) -> None:
    """条款不能没有文字。"""
    path = folder / "clauses" / "hj-1321.toml"
    line = spoil(path, 'text = "台账包括进出厂车辆、厂内车辆和非道路移动机械。"', 'text = ""')
    assert "text 空着" in found(folder, "clauses/hj-1321.toml", line)


def test_a_clause_file_without_its_document_is_a_fault(folder: Path) -> None:
    """条款文件的名字是 sources.csv 的 id。"""
    (folder / "clauses" / "hj-1321.toml").rename(folder / "clauses" / "hj-9999.toml")
    assert "没有 hj-9999" in found(folder, "clauses/hj-9999.toml", 1)


def test_a_lost_row_of_annex_3_is_a_fault(folder: Path) -> None:
    """附件3的行一行不能少：39 + 10 个行业、106 个分支、325 格。"""
    path = folder / "catalogue.csv"
    rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith("n5-1,")), "utf-8")
    message = found(folder, "catalogue.csv", 1)
    assert "应有 39 个国家行业，却有 38" in message
    assert "应有 106 个行业分支，却有 105" in message
    assert "应有 325 格等级，却有 321" in message


def test_a_closed_row_is_not_lost(folder: Path) -> None:
    """关掉一行（写上 until）不是毛病。"""
    spoil(folder / "catalogue.csv", ROW, ROW + "2026-12-31")
    assert [] == check(folder)


@pytest.mark.parametrize(("row", "says"), [
    ("商砼,n15-9,俗称,usage,2024-08-05,", "没有行业或分支“n15-9”"),
    ("商砼,国40,俗称,usage,2024-08-05,", "没有行业或分支“国40”"),
    ("商砼,n15-4,俗称,传说,2024-08-05,", "没有文件“传说”"),
    ("商砼,n15-4,俗称,,2024-08-05,", "source 空着"),
    ("商砼 ,n15-4,俗称,usage,2024-08-05,", "多余的空白"),
    (",n15-4,俗称,usage,2024-08-05,", "text 空着"),
    ("商砼,n15-4,俗称,usage,2024-08-05", "应有 6 格，却有 5 格"),
    ("商混,n15-4,俗称,usage,2025-01-01,", "与第 2 行重复"),
])  # fmt: skip
def test_faults_of_aliases(folder: Path, row: str, says: str) -> None:
    """别名的去处要存在，来源要写明，同一叫法同一去处只能有一行有效。"""
    path = folder / "aliases.csv"
    path.write_text(f"{ALIASES}商混,n15-4,俗称,usage,2024-08-05,\n{row}\n", "utf-8")
    assert says in found(folder, "aliases.csv", 3)


def test_one_name_may_mean_several(folder: Path) -> None:
    """同一叫法可以指几个分支。"""
    rows = "搅拌站,n15-4,俗称,usage,2024-08-05,\n搅拌站,p6-1,俗称,usage,2024-08-05,\n水泥,国15,别名,usage,2024-08-05,\n"
    (folder / "aliases.csv").write_text(ALIASES + rows, "utf-8")
    assert [] == check(folder)


@pytest.mark.parametrize(("answer", "cites", "line", "says"), [
    ("有。", "[]", 10, "回答没有出处"),
    ("有。", '[["cq-2024-210", "附件1 十一"]]', 10, "没有条款“附件1 十一”"),
    ("有。", '[["cq-2024-211", "附件1 一"]]', 10, "没有文件“cq-2024-211”"),
    ("有。", '["cq-2024-210", "附件1 一"]', 17, "应是几对"),
    ("有。", '[["mee-2026-2", "二（一）"]]', 10, "早于所引文件"),
    ("", '[["cq-2024-210", "附件1 一"]]', 14, "answer 空着"),
    ("登录 http://113.204.96.36:3361/login?redirect=%2Findex", '[["cq-2024-210", "附件4 一"]]', 10, "只能给专家"),
    ("登录 http://58.144.217.146:2000", '[["cq-2024-210", "附件4 二"]]', 10, "不在所引条款里"),
])  # fmt: skip
def test_faults_of_answers(folder: Path, answer: str, cites: str, line: int, says: str) -> None:
    """回答要有出处，出处要存在，网址只能照抄所引条款。"""
    good = FAQ.format(id="好的", answer="有。", cites='[["cq-2024-210", "附件1 一"]]')
    (folder / "faq.toml").write_text(good + FAQ.format(id="坏的", answer=answer, cites=cites), "utf-8")
    assert says in found(folder, "faq.toml", line)
    assert {"faq.toml"} == {fault.file for fault in check(folder)}


def test_a_silent_answer_needs_no_citation(folder: Path) -> None:
    """“通知没有写”的回答可以没有出处。"""
    text = FAQ.format(id="收费", answer="通知没有写。", cites="[]").replace("silent = false", "silent = true")
    (folder / "faq.toml").write_text(text, "utf-8")
    assert [] == check(folder)


def test_several_faults_are_told_at_once(folder: Path) -> None:
    """几处毛病一次说完，按文件和行号排好。"""
    spoil(folder / "catalogue.csv", ROW, ROW.replace("cq-2024-210", "cq-2023-1"))
    spoil(folder / "review.csv", "国家,*,A,district,experts", "国家,*,A,district,expert")
    faults = check(folder)
    assert {"catalogue.csv", "review.csv"} == {fault.file for fault in faults}
    assert sorted(faults) == faults


def test_lines_after_a_multi_line_text_are_exact(folder: Path) -> None:
    """多行文字里长得像 [[表]] 的行不算，后面的行号仍然准。"""
    path = folder / "clauses" / "mee-2026-2.toml"
    spoil(path, "国家统筹、省级组织", "[[clause]]\nid = 1\n国家统筹、省级组织")
    assert [] == check(folder)
    line = spoil(path, 'title = "读过的部分没有的内容"', 'title = ""')
    assert "title 空着" in found(folder, "clauses/mee-2026-2.toml", line)


def test_no_damage_makes_it_raise(folder: Path) -> None:
    """随便删改哪里，检查都说得出毛病或放行，从不抛出；行号都在文件里。"""
    chance = random.Random(20241105)
    junk = [b"", b'"', b",", b"\n", b"\xff", b"[[", b"=", "；".encode(), b"\x00", b"2024-99-99", b"'''", b"\r\n"]
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for _ in range(60):
        path = chance.choice(paths)
        data = path.read_bytes()
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + chance.choice(junk) + data[at + chance.randrange(40) :])
        lines = path.read_bytes().count(b"\n") + 1
        here = path.relative_to(folder).as_posix()
        assert all(1 <= fault.line <= lines for fault in check(folder) if fault.file == here)
        path.write_bytes(data)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("ambiguous.toml", '"搅拌站", ', '"没有这个叫法", ', "既不是名称也不是别名"),
        ("ambiguous.toml", '"地9"]', '"地99"]', "名录里没有“地99”"),
        ("gb4754.csv", "纺织面料鞋制造,n35-1,", "纺织面料鞋制造,n99-1,", "名录里没有“n99-1”"),
        ("gb4754.csv", "1952,皮鞋制造", "1952,", "name 空着"),
        ("gb4754.csv", "皮鞋制造,n35-1,gb-4754-2017", "皮鞋制造,n35-1,gb-1", "sources.csv 里没有文件“gb-1”"),
        ("gb4754.csv", "皮鞋制造,n35-1,gb-4754-2017,2024-08-05", "皮鞋制造,n35-1,gb-4754-2017,", "from 空着"),
        ("readings.csv", "reading,", "读音,", "列名应是"),
    ],
)
def test_faults_of_the_telling_files(folder: Path, file: str, old: str, new: str, message: str) -> None:
    """怎么问的几份数据坏了，也说得出文件和行。"""
    for name in ("aliases.csv", "ambiguous.toml"):
        shutil.copy(HERE / name, folder)
    line = spoil(folder / file, old, new)
    assert message in found(folder, file, line)
