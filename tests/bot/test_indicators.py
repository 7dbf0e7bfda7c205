"""指标表从 .xlsx 到结论：自己的模板填好就导得进去；坏的表一处毛病一行，说在哪里，什么也不写。"""

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from bot.__main__ import main
from bot.sheets import TITLES
from knowledge.assess import Status, assess
from knowledge.check import check
from knowledge.load import HERE, load
from knowledge.records import Change
from knowledge.rules import rules_of
from knowledge.tables import COLUMNS, DIMENSIONS
from tests.knowledge.data import LARGE, copied

TODAY = date(2026, 11, 24)
NAMES = COLUMNS.split(",")
Run = Callable[..., tuple[int, str, str]]
Row = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """数据文件夹的一份副本（不含最大的几份）。"""
    return copied(tmp_path, *LARGE)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """跑一个 `chuangb knowledge` 命令：退出码、标准输出、标准错误。"""
    monkeypatch.chdir(tmp_path)

    def go(*arguments: str) -> tuple[int, str, str]:
        code = main(("knowledge", *arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return go


def row(**cells: Any) -> Row:
    """水泥熟料的一行，其余各格照常。"""
    usual = {
        "branch": "n15-1 水泥熟料",
        "dimension": "装备水平",
        "requirement": "窑型",
        "tier": "A",
        "text": "新型干法窑",
        "source": "mee-2020-340 环办大气函〔2020〕340号",
        "clause": "附表 水泥熟料",
        "from": "2024-08-05",
    }
    return usual | {name.rstrip("_"): value for name, value in cells.items()}


def put(sheet: Any, rows: list[Row], start: int) -> None:
    """从这一行起写进去。"""
    for number, cells in enumerate(rows, start):
        for name, value in cells.items():
            sheet.cell(number, NAMES.index(name) + 1, value)


def filled(path: Path, *rows: Row, change: Callable[[Any], object] = lambda sheet: None) -> Path:
    """照模板的表头写一张 .xlsx，从第 2 行起；`change` 再动一动那一页。"""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "指标表"
    sheet.append([f"{TITLES[name]} {name}" for name in NAMES])
    put(sheet, list(rows), 2)
    change(sheet)
    book.save(path)
    return path


def forty() -> list[Row]:
    """四十项要求：八个维度各五项，A 到 D 每档一行，D 多半不作要求。"""
    rows = []
    for number, dimension in enumerate(DIMENSIONS):
        for each in range(5):
            name = f"{dimension[:4]}{each + 1}"
            months = (number + 1) * 10 + each
            asked = [{"text": f"{name}保存{months + n}个月", "value": months + n, "unit": "个月"} for n in (3, 2, 1)]
            own: Row = {"dimension": dimension, "requirement": name}
            rows += [
                row(tier="A", **own, **asked[0]),
                row(tier="B级", from_=datetime(2024, 8, 5), **own, **asked[1]),
                row(branch="水泥熟料", tier="Ｃ", from_="2024年8月5日", **own, **asked[2] | {"value": f"{months + 1}"}),
                row(tier="D", text="不作要求", from_="2024/8/5", **own),
            ]
    return rows


def test_forty_requirements_from_template_to_verdict(run: Run, folder: Path) -> None:
    """要一张水泥熟料的空表，填四十项，导入，查过没有毛病，照它评：补齐两项即可达到 B。"""
    assert 0 == run("template", "--branch", "水泥熟料", "--out", "水泥熟料.xlsx")[0]
    book = load_workbook("水泥熟料.xlsx")
    sheet: Any = book["指标表"]
    put(sheet, forty(), sheet.max_row + 2)
    book.save("水泥熟料.xlsx")
    code, out, err = run("import", "水泥熟料.xlsx", "--into", str(folder))
    assert (0, "") == (code, err)
    assert "水泥熟料.csv（160 行）\n水泥熟料：八个维度齐了\n" in out
    assert "条款文件里没有、文字就是表里各行的条款：mee-2020-340 附表 水泥熟料" in out
    assert [] == check(folder)
    rules = rules_of(load(folder), TODAY)
    table = rules.table("n15-1")
    assert table is not None
    assert (True, 40, "B") == (table.whole, len(table.requirements), table.confidence)
    answers: dict[tuple[str, str], Status] = {("B", each.id): "met" for each in table.requirements}
    answers |= {
        ("B", "装备水平1"): "unmet",
        ("C", "装备水平1"): "met",
        ("B", "排放限值3"): "unmet",
        ("C", "排放限值3"): "met",
    }
    verdict = assess(table, rules.branches["n15-1"].tiers, answers)
    assert ("C", "C", "B") == (verdict.low, verdict.high, verdict.target)
    assert (["装备水平1", "排放限值3"], ()) == ([each.id for each in verdict.fixes], verdict.confirm)
    asked = verdict.fixes[0].at("B")
    assert asked is not None
    assert ("装备水平1保存12个月", "12", "个月") == (asked.text, asked.value, asked.unit)


def test_the_template_can_be_filled_in(run: Run) -> None:
    """模板有要填的一页、说明、藏起来的下拉内容；四列有下拉；样例每档一行，导入时不算。"""
    code, out, _ = run("template", "--branch", "n15-1", "--out", "空.xlsx")
    assert (0, "写好了：空.xlsx；填好以后 chuangb knowledge import 空.xlsx\n") == (code, out)
    book = load_workbook("空.xlsx")
    sheet: Any = book["指标表"]
    assert ["指标表", "说明", "清单"] == book.sheetnames
    assert ("hidden", "A2") == (book["清单"].sheet_state, sheet.freeze_panes)
    assert ["A2:A1000", "B2:B1000", "D2:D1000", "H2:H1000"] == [
        str(each.sqref) for each in sheet.data_validations.dataValidation
    ]
    lists = [[cell.value for cell in column if cell.value] for column in book["清单"].columns]
    assert (107, 9, ["A", "B", "C", "D"]) == (len(lists[0]), len(lists[1]), lists[2])
    assert "mee-2020-340 环办大气函〔2020〕340号" in lists[3]
    assert [
        ("A", "例：写要求的短名"),
        ("B", "例：写要求的短名"),
        ("C", "例：写要求的短名"),
        ("D", "例：写要求的短名"),
    ] == [(cells[3].value, cells[2].value) for cells in sheet.iter_rows(min_row=2)][:4]
    guide = "\n".join(str(cell.value) for cells in book["说明"].iter_rows() for cell in cells if cell.value)
    assert [] == [name for name in NAMES if f"{TITLES[name]} {name}" not in guide]


def test_the_template_without_a_branch_has_every_tier(run: Run) -> None:
    """不说分支，等级的下拉是全部写法；分支不认得，说像哪几个。"""
    assert 0 == run("template")[0]
    tiers = [cells[2].value for cells in load_workbook("指标表.xlsx")["清单"].iter_rows() if cells[2].value]
    assert 13 == len(tiers)
    assert (
        1,
        "chuangb：--branch：没有这个分支：水泥；是不是 n15-1 水泥熟料、n15-2 粉磨站、n15-3 矿渣粉、n15-4 水泥制品\n",
    ) == (run("template", "--branch", "水泥")[::2])
    assert 1 == run("template", "--out", "没有这个目录/空.xlsx")[0]


ABC = (row(), row(tier="B", text="新型干法窑，不小于2000吨每天"), row(tier="C", text="旋窑"))
OLE = b"\xd0\xcf\x11\xe0" + b"\0" * 600


def cell(name: str, number: int, value: Any) -> Callable[[Any], object]:
    """改一格。"""

    def change(sheet: Any) -> None:
        sheet.cell(number, NAMES.index(name) + 1).value = value

    return change


def head(at: int, value: str) -> Callable[[Any], object]:
    """改表头的一格。"""
    return lambda sheet: sheet.cell(1, at, value)


def titled(sheet: Any) -> None:
    """换个页名。"""
    sheet.title = "Sheet1"


BROKEN: dict[str, tuple[Callable[[Any], object], str]] = {
    "没有这个分支": (cell("branch", 2, "n15-9 水泥"), "指标表 第 2 行 A 列（branch）：catalogue.csv 里没有分支“n15-9”"),
    "没有这个等级": (cell("tier", 3, "E"), "指标表 第 3 行 D 列（tier）：“水泥熟料”没有等级“E”，只能是 A、B、C、D"),
    "不认识的维度": (cell("dimension", 3, "装备"), "指标表 第 3 行 B 列（dimension）：dimension 不认识“装备”，只能是 "),
    "分支空着": (cell("branch", 2, None), "指标表 第 2 行 A 列（branch）：branch 空着"),
    "没有登记的文件": (
        cell("source", 4, "渝环〔2027〕1号"),
        "指标表 第 4 行 H 列（source）：sources.csv 里没有文件“渝环〔2027〕1号”，先加一行",
    ),
    "条款空着": (cell("clause", 2, ""), "指标表 第 2 行 I 列（clause）：clause 空着"),
    "要求空着": (cell("requirement", 2, " "), "指标表 第 2 行 C 列（requirement）：requirement 空着"),
    "原文空着": (cell("text", 2, None), "指标表 第 2 行 E 列（text）：text 空着"),
    "原文太长": (cell("text", 4, "窑" * 300), "指标表 第 4 行 E 列（text）：text 有 300 字，最多 200 字"),
    "日期不对": (cell("from", 2, "2024-02-30"), "指标表 第 2 行 J 列（from）：from 不是日期：“2024-02-30”"),
    "日期是序号": (
        cell("from", 2, 45509),
        "指标表 第 2 行 J 列（from）：from 不是日期：“45509”；这是表格软件里 2024-08-05 的序号，请把这一列设成日期格式",
    ),
    "日期连着写": (
        cell("from", 2, "20240805"),
        "指标表 第 2 行 J 列（from）：from 不是日期：“20240805”；写成 2024-08-05 的样子，只写年月日",
    ),
    "日期带着钟点": (
        cell("from", 2, datetime(2024, 8, 5, 9, 30)),
        "指标表 第 2 行 J 列（from）：from 不是日期：“2024-08-05T09:30:00”；写成 2024-08-05 的样子，只写年月日",
    ),
    "每行都是序号": (
        lambda sheet: [cell("from", number, 45509)(sheet) for number in (2, 3, 4)],
        "指标表 第 2 行 J 列（from）：from 不是日期：“45509”；这是表格软件里 2024-08-05 的序号，"
        "请把这一列设成日期格式，或写成 2024-08-05（等 3 处）",
    ),
    "没有起": (cell("from", 2, None), "指标表 第 2 行 J 列（from）：from 空着"),
    "止早于起": (
        cell("until", 3, "2024-08-01"),
        "指标表 第 3 行 K 列（until）：until（2024-08-01）早于 from（2024-08-05）",
    ),
    "早于文件施行": (
        cell("from", 3, date(2019, 1, 1)),
        "指标表 第 3 行 J 列（from）：from（2019-01-01）早于所引文件“mee-2020-340”施行（2020-06-01）",
    ),
    "数值不是数": (cell("value", 3, "两千"), "指标表 第 3 行 F 列（value）：value 应是一个数，不是“两千”"),
    "数值是带圈的": (cell("value", 3, "①"), "指标表 第 3 行 F 列（value）：value 应是一个数，不是“①”"),
    "数值没有单位": (cell("value", 3, 2000), "指标表 第 3 行 G 列（unit）：value 和 unit 要么都写，要么都空着"),
    "数值不在原文里": (
        lambda sheet: (cell("value", 3, 2500)(sheet), cell("unit", 3, "吨每天")(sheet)),
        "指标表 第 3 行 F 列（value）：text 里没有写 value 的“2500”",
    ),
    "写了两遍": (
        lambda sheet: put(sheet, [row(text="别的窑")], 5),
        "指标表 第 5 行 C 列（requirement）：“窑型 A”与第 2 行重复，有效期重叠；旧的先写上 until",
    ),
    "名字太长": (
        cell("requirement", 2, "窑" * 21),
        "指标表 第 2 行 C 列（requirement）：requirement 有 21 字，最多 20 字",
    ),
    "名字写错": (
        lambda sheet: [cell("requirement", n, name)(sheet) for n, name in ((2, "窑形1"), (3, "窑型1"), (4, "窑型1"))],
        "指标表 第 2 行 C 列（requirement）：挨着的写的是“窑型1”，正缺 A；同一项要求要写同一个名字",
    ),
    "一行写错分支": (
        cell("branch", 3, "n6-1"),
        "指标表 第 3 行 A 列（branch）：挨着的“窑型”写的分支是“n15-1”，这一行写的是“n6-1”",
    ),
    "一行写成等级不同的分支": (
        cell("branch", 3, "n15-2"),
        "指标表 第 3 行 A 列（branch）：挨着的“窑型”写的分支是“n15-1”，这一行写的是“n15-2”",
    ),
    "填好的一行写着例": (
        cell("requirement", 2, "例：窑型"),
        "指标表 第 2 行 C 列（requirement）：以“例：”开头的是样例，不会导入；要导入就去掉这两个字，不要就删掉这一行",
    ),
    "混着各个分支的": (
        lambda sheet: [
            *(cell("branch", number, "*")(sheet) for number in (2, 3, 4)),
            *(cell(name, 5, value)(sheet) for name, value in row(requirement="除尘", text="袋式除尘").items()),
        ],
        "指标表 第 2 行 A 列（branch）：“*”是各个分支都要，不能和某个分支的行写在一张表里；"
        "写错了就改，没写错就另存一张表（等 3 处）",
    ),
    "各个分支的只写B": (
        lambda sheet: sheet.delete_rows(3, 2) or cell("branch", 2, "*")(sheet),
        "指标表 第 2 行 D 列（tier）：“*”（各个分支都要）的等级只能写 B，指 B 级及以上，不是“A”",
    ),
    "好的一档没有写": (
        lambda sheet: sheet.delete_rows(2),
        "指标表 第 2 行 D 列（tier）：“窑型”B 有要求，更好的 A 却没有写",
    ),
    "好的一档不作要求": (
        cell("text", 2, "不作要求"),
        "指标表 第 2 行 E 列（text）：“窑型”B 有要求（第 3 行），更好的 A 却不作要求",
    ),
    "一项写在两个维度": (
        cell("dimension", 4, "运输监管"),
        "指标表 第 4 行 B 列（dimension）：“窑型”别的行写在“装备水平”，一项要求只能在一个维度",
    ),
    "条款里没有这个数": (
        cell("clause", 3, "水泥熟料"),
        "指标表 第 3 行 E 列（text）：mee-2020-340 水泥熟料 里没有“2000”",
    ),
    "通知里没有的条款": (
        lambda sheet: put(sheet, [row(source="cq-2024-210", clause="附件9")], 2),
        "指标表 第 2 行 I 列（clause）：cq-2024-210 里没有条款“附件9”",
    ),
    "预警级别不对": (
        lambda sheet: put(sheet, [row(dimension="预警措施", requirement="蓝色", text="停窑")], 5),
        "指标表 第 5 行 C 列（requirement）：预警措施的 requirement 只能是 黄色、橙色、红色，不是“蓝色”",
    ),
    "公式": (cell("text", 4, "=E2"), "指标表 第 4 行 E 列（text）：是公式，请粘贴成数值"),
    "错误值": (cell("value", 4, "#N/A"), "指标表 第 4 行 F 列（value）：是错误值 #N/A"),
    "真假": (cell("value", 4, True), "指标表 第 4 行 F 列（value）：是逻辑值，请写成文字"),
    "合并单元格": (lambda sheet: sheet.merge_cells("A2:A4"), "指标表 第 2 行 A 列（branch）：A2:A4 合并了单元格"),
    "合并到底": (
        lambda sheet: sheet.merged_cells.add("A9:K1048576"),
        "指标表 第 9 行 A 列（branch）：A9:K1048576 合并了单元格，请拆开，每行填满",
    ),
    "最右边的一格": (lambda sheet: sheet.cell(3, 16384, "x"), "指标表 第 3 行：XFD 列没有列名，却有内容“x”"),
    "没有列名的内容": (lambda sheet: sheet.cell(3, 12, "批注"), "指标表 第 3 行：L 列没有列名，却有内容“批注”"),
    "缺列": (head(9, ""), "chuangb：坏.xlsx 指标表 第 1 行：缺列 条款 clause"),
    "多列": (head(12, "备注"), "chuangb：坏.xlsx 指标表 第 1 行 L 列：不认识列名“备注”"),
    "两列同名": (head(12, "文件"), "chuangb：坏.xlsx 指标表 第 1 行：“文件”有两列"),
    "没有表头": (lambda sheet: sheet.delete_rows(1), "chuangb：坏.xlsx 指标表：没有找到表头；列名应是 branch,"),
    "没有这一页": (titled, "chuangb：坏.xlsx：没有“指标表”这一页，只有 Sheet1"),
    "一行也没有": (lambda sheet: sheet.delete_rows(2, 9), "指标表 里一行也没有（样例不算）"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_table_is_told_in_one_line(run: Run, folder: Path, tmp_path: Path, kind: str) -> None:
    """一处毛病正好一行，说是哪一页第几行哪一列；文件夹一个字节不变。"""
    change, says = BROKEN[kind]
    filled(tmp_path / "坏.xlsx", *ABC, change=change)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, _, err = run("import", "坏.xlsx", "--into", str(folder))
    (line,) = err.splitlines()
    assert 1 == code
    assert line.startswith(says), line
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "data", "says"), [
    ("坏.xlsx", b"PK\x03\x04 not a zip", "坏.xlsx：不是完好的 .xlsx，打不开；请用表格软件打开，另存为 .xlsx 再导"),
    ("坏.xlsx", OLE, "坏.xlsx：加了密码，或是旧的 .xls；请去掉密码，另存为 .xlsx"),
    ("坏.xlsx", b"", "坏.xlsx：是空的"),
    ("坏.xls", OLE, "坏.xls：只收 .xlsx 和 .csv；别的（.xls、.et）请另存为 .xlsx"),
    ("坏.csv", f"{COLUMNS}\nn15-1,\"装备".encode(), "坏.csv 第 2 行：不是正确的 CSV：unexpected end of data"),
    ("坏.csv", f"{COLUMNS}\n".encode("utf-16"), "坏.csv 里一行也没有（样例不算）"),
    ("坏.csv", b"\xff\xfe\x00", "坏.csv：认不出编码，请另存为“CSV UTF-8”"),
    ("坏.csv", OLE, "坏.csv：加了密码，或是旧的 .xls；请去掉密码，另存为 .xlsx"),
    ("坏.xlsx", f"{COLUMNS}\n".encode(), "坏.xlsx：不是 .xlsx，里面是文字；如果是 CSV，把文件名改成 .csv"),
    ("坏.csv", f"{COLUMNS}\n\0".encode(), "坏.csv：不是文字，请另存为“CSV UTF-8”"),
    ("坏.csv", b"a,b\n1,2\n", "坏.csv：没有找到表头；列名应是 "),
    ("坏.csv", f"{COLUMNS}\nn15-9,装备水平,窑型,A,甲,,,mee-2020-340,附表,2024-08-05,\n".encode(),
     "坏.csv 第 2 行 A 列（branch）：catalogue.csv 里没有分支“n15-9”"),
    ("坏.csv", b"x" * 5_000_001, "坏.csv：超过 5 MB"),
    ("坏.csv", f"{COLUMNS}\n".encode() + b"n15-1\n" * 5_001, "坏.csv：超过 5000 行"),
    ("—.csv", f"{COLUMNS}\n".encode(), "—.csv：文件名里没有可用的字"),
])  # fmt: skip
def test_a_file_that_is_no_table(run: Run, folder: Path, tmp_path: Path, name: str, data: bytes, says: str) -> None:
    """读不了的文件，一行说清是什么毛病。"""
    (tmp_path / name).write_bytes(data)
    code, _, err = run("import", name, "--into", str(folder))
    (line,) = err.splitlines()
    assert (1, True) == (code, line.removeprefix("chuangb：").startswith(says)), line


def test_a_missing_file_is_told(run: Run, folder: Path) -> None:
    """没有这个文件，说没有。"""
    code, _, err = run("import", "没有.xlsx", "--into", str(folder))
    assert (1, "chuangb：没有.xlsx：没有这个文件，看看名字和文件夹写对没有\n") == (code, err)


def test_all_faults_are_told_at_once(run: Run, folder: Path, tmp_path: Path) -> None:
    """几处毛病一次说完，按行号。"""
    rows = (
        row(branch="没有"),
        row(tier="B", dimension="装备", from_="明天"),
        row(tier="C", source="没有"),
        row(tier="D", clause=""),
    )
    filled(tmp_path / "坏.xlsx", *rows)
    code, out, err = run("import", "坏.xlsx", "--into", str(folder))
    assert (1, "5 处有错，什么也没有写\n") == (code, out)
    assert ["2", "3", "3", "4", "5"] == [line.split(" 第 ")[1].split(" ")[0] for line in err.splitlines()]


def test_the_same_file_twice_changes_nothing(run: Run, folder: Path, tmp_path: Path) -> None:
    """导第二遍一个字不变；改了再导，说换掉了什么。"""
    filled(tmp_path / "熟料.xlsx", *ABC)
    assert "写好了" in run("import", "熟料.xlsx", "--into", str(folder))[1]
    path = folder / "indicators" / "熟料.csv"
    first = (path.read_bytes(), path.stat().st_mtime_ns)
    code, out, err = run("import", "熟料.xlsx", "--into", str(folder))
    assert (0, "", True) == (code, err, out.startswith("已经有了，一个字没有变："))
    assert first == (path.read_bytes(), path.stat().st_mtime_ns)
    filled(tmp_path / "熟料.xlsx", *ABC[:2], row(tier="C", text="立窑"), row(requirement="除尘", text="袋式除尘"))
    assert "换掉了原来的同名表：加 1、改 1、去 0" in run("import", "熟料.xlsx", "--into", str(folder))[1]


def test_the_same_rows_under_another_name_are_doubled(run: Run, folder: Path, tmp_path: Path) -> None:
    """换个文件名再导同样的行，说与哪张表第几行重复。"""
    filled(tmp_path / "甲.xlsx", row())
    filled(tmp_path / "乙.xlsx", row())
    assert 0 == run("import", "甲.xlsx", "--into", str(folder))[0]
    code, _, err = run("import", "乙.xlsx", "--into", str(folder))
    says = "“窑型 A”与 indicators/甲.csv 第 2 行重复，有效期重叠；旧的先写上 until"
    assert (1, f"指标表 第 2 行 C 列（requirement）：{says}\n") == (code, err)


def test_a_table_in_part_says_what_is_missing(run: Run, folder: Path, tmp_path: Path) -> None:
    """缺维度的说还缺哪些；加 --whole，缺的都写成“不作要求”，就是整张；没查到要求的维度不是一项要求。"""
    filled(tmp_path / "熟料.xlsx", *ABC)
    out = run("import", "熟料.xlsx", "--into", str(folder))[1]
    assert f"水泥熟料：还缺 {'、'.join(DIMENSIONS[1:])}，只能给等级封顶" in out
    assert "水泥熟料：八个维度齐了" in run("import", "熟料.xlsx", "--whole", "--into", str(folder))[1]
    assert [] == check(folder)
    table = rules_of(load(folder), TODAY).table("n15-1")
    assert table is not None
    assert (True, ["窑型"]) == (table.whole, [each.id for each in table.requirements])


def test_our_own_tables_go_round(run: Run, folder: Path, tmp_path: Path) -> None:
    """我们自己的 CSV 导进来一个字节不变；先写成 .xlsx 再导也一样。"""
    for path in sorted((HERE / "indicators").glob("*.csv")):
        (folder / "indicators" / path.name).unlink()
        assert 0 == run("import", str(path), "--into", str(folder))[0]
        assert path.read_bytes() == (folder / "indicators" / path.name).read_bytes()
        with path.open(encoding="utf-8", newline="") as lines:
            filled(tmp_path / f"{path.stem}.xlsx", *csv.DictReader(lines))
        assert (0, True) == (
            (ran := run("import", f"{path.stem}.xlsx", "--into", str(folder)))[0], ran[1].startswith("已经有了"),
        )  # fmt: skip


def test_what_offices_save_is_read(run: Run, folder: Path, tmp_path: Path) -> None:
    """中文系统另存的 CSV（GB 18030）、列换了次序、百分比的格子、一格几行，都读得进来。"""
    names = list(reversed(NAMES))
    cells = row(text="停20%的窑\n 并停货车", value="20", unit="%")
    lines = [",".join(names), ",".join(f'"{cells.get(name, "")}"' for name in names)]
    (tmp_path / "甲.csv").write_bytes("\r\n".join(lines).encode("gb18030"))
    assert (0, "") == run("import", "甲.csv", "--into", str(folder))[::2]
    written = (folder / "indicators" / "甲.csv").read_text("utf-8").splitlines()[1]
    assert "n15-1,装备水平,窑型,A,停20%的窑；并停货车,20,%,mee-2020-340,附表 水泥熟料,2024-08-05," == written

    def percent(sheet: Any) -> None:
        sheet.cell(2, 6, 0.2).number_format = "0%"

    filled(tmp_path / "甲.xlsx", cells, change=percent)
    assert run("import", "甲.xlsx", "--into", str(folder))[1].startswith("已经有了")


def test_the_last_day_there_is_means_open(run: Run, folder: Path) -> None:
    """表里写着止于 9999-12-31 的，检查不出错，就是没有终止日。"""
    path = folder / "indicators" / "casting.csv"
    path.write_text(path.read_text("utf-8").replace("2024-08-05,\n", "2024-08-05,9999-12-31\n"), "utf-8")
    assert [] == check(folder)
    assert {None} == {held.period.until for held in load(folder).indicators if held.file.endswith("casting.csv")}


def test_another_branch_s_table_is_not_replaced(run: Run, folder: Path, tmp_path: Path) -> None:
    """文件与另一个分支的表同名：不换，说清楚，什么也不写。"""
    before = (folder / "indicators" / "casting.csv").read_bytes()
    filled(tmp_path / "casting.xlsx", *ABC)
    code, _, err = run("import", "casting.xlsx", "--into", str(folder))
    (line,) = err.splitlines()
    assert (1, True) == (
        code,
        line.startswith("同名的 casting.csv 里是另一个分支（n6-2），这张表是 n15-1，不能换掉它；"),
    )
    assert before == (folder / "indicators" / "casting.csv").read_bytes()


def test_the_later_period_counts_wherever_it_stands(run: Run, folder: Path, tmp_path: Path) -> None:
    """新时期的行写在旧的上面，换掉了什么、对着看，都照起始日的先后。"""
    filled(tmp_path / "熟料.xlsx", *ABC)
    filled(tmp_path / "旧.xlsx", *ABC)
    assert 0 == run("import", "熟料.xlsx", "--into", str(folder))[0]
    newer = row(text="新型干法窑，带余热发电", from_="2026-07-01")
    filled(tmp_path / "熟料.xlsx", newer, row(until="2026-06-30"), *ABC[1:])
    assert "换掉了原来的同名表：加 0、改 1、去 0" in run("import", "熟料.xlsx", "--into", str(folder))[1]
    assert "  改 装备水平 窑型 A：新型干法窑 → 新型干法窑，带余热发电" in run("diff", "旧.xlsx", "熟料.xlsx")[1]


def test_diff_of_two_tables(run: Run, tmp_path: Path) -> None:
    """两张表对着看：按分支，加的、改的、去的各一行；一样的说没有不同。"""
    filled(tmp_path / "旧.xlsx", *ABC)
    filled(tmp_path / "新.xlsx", ABC[0], row(tier="B", text="旋窑"), row(requirement="除尘", text="袋式除尘"))
    code, out, _ = run("diff", "旧.xlsx", "新.xlsx")
    assert (0, [
        "水泥熟料（n15-1）：加 1、改 1、去 1",
        "  改 装备水平 窑型 B：新型干法窑，不小于2000吨每天 → 旋窑",
        "  去 装备水平 窑型 C：旋窑",
        "  加 装备水平 除尘 A：袋式除尘",
    ]) == (code, out.splitlines())  # fmt: skip
    assert "旧.xlsx 和 旧.xlsx 没有不同\n" == run("diff", "旧.xlsx", "旧.xlsx")[1]


def test_diff_of_two_documents(run: Run, tmp_path: Path) -> None:
    """两份文件对着看；没有的文件、坏的表说一声。"""
    out = run("diff", "mee-2020-340", "hj-1321")[1].splitlines()
    assert "铸件（天然气炉、电炉）（n6-2）：加 0、改 0、去 4" in out
    assert "各个分支（*）：加 3、改 0、去 0" in out
    assert (1, "chuangb：没有这个文件：没有；写 sources.csv 里的 id，或一张 .csv、.xlsx\n") == run(
        "diff", "没有", "hj-1321"
    )[::2]
    filled(tmp_path / "坏.xlsx", row(dimension="装备"), row(from_=""))
    code, _, err = run("diff", "坏.xlsx", "hj-1321")
    assert (1, True) == (
        code,
        err.startswith("chuangb：坏.xlsx：指标表 第 2 行 B 列（dimension）：") and "另有 1 处" in err,
    )


def test_a_catalogue_compared(run: Run, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """名录也比：新文件加的、改的、去的分支各一行。"""
    rows = (
        "n15-1,国家,15,水泥,水泥熟料,A,mee-2026-2,二（一）,2027-01-01,",
        "n15-5,国家,15,水泥,水泥窑协同处置,A,mee-2026-2,二（一）,2027-01-01,",
    )
    path = folder / "catalogue.csv"
    path.write_text(path.read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")
    monkeypatch.setattr("knowledge.load.load", lambda real=load: real(folder))
    out = run("diff", "cq-2024-210", "mee-2026-2")[1].splitlines()
    assert "名录 改 水泥 水泥熟料（n15-1）：A、B、C、D → A" in out
    assert "名录 加 水泥 水泥窑协同处置（n15-5）：A" in out
    assert "名录 去 制鞋 制鞋工业（n35-1）：绩效引领、非绩效引领" in out


def test_changes_know_before_and_after() -> None:
    """加、改、去由有没有先前和后来的行决定。"""
    from bot.indicators import _counted

    assert "加 1、改 0、去 0" == _counted([Change("窑型", "A", None, rules_of(load(), TODAY).gate[0])])
