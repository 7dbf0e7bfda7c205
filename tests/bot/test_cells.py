"""读表：办公软件存的各种样子都认；几 KB 却撑得出几个 GB 的，打开之前就不收；藏着的说一声。"""

import csv
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.sheets import SheetError, read_sheet
from knowledge.check import check
from tests.bot import test_indicators
from tests.bot.test_indicators import ABC, NAMES, Run, filled, row

folder, run = test_indicators.folder, test_indicators.run


def repacked(path: Path, source: Path, rows: bytes) -> Path:
    """照一份 .xlsx 重新打包，页的末尾添上这些行。"""
    with zipfile.ZipFile(source) as held, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in held.namelist():
            data = held.read(name)
            packed.writestr(name, data.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet1" in name else data)
    return path


@pytest.mark.parametrize(("rows", "says"), [
    (b'<row><c t="inlineStr"><is><t>' + b"a" * 60_000_000 + b"</t></is></c></row>", "解开有 60 MB，装不下；"),
    (b"<row><c><v>1</v></c></row>" * 200_000, "格子太多：最多 5000 行；"),
    (b"<row>" + b"<c/>" * 900_000 + b"</row>", "格子太多：最多 5000 行；"),
])  # fmt: skip
def test_a_small_file_cannot_fill_the_memory(run: Run, folder: Path, tmp_path: Path, rows: bytes, says: str) -> None:
    """几十 KB 的文件解开很大、格子很多：打开之前就数出来，一行话不收，几秒之内。"""
    path = repacked(tmp_path / "弹.xlsx", filled(tmp_path / "好.xlsx", *ABC), rows)
    assert path.stat().st_size < 200_000
    began = time.process_time()
    code, _, err = run("import", path.name, "--into", str(folder))
    assert (1, True) == (code, err.startswith(f"chuangb：弹.xlsx：{says}")), err
    assert time.process_time() - began < 30


@pytest.mark.parametrize("where", ["XFD3", "A1048576", "A6000"])
def test_blank_cells_far_away_do_not_matter(run: Run, folder: Path, tmp_path: Path, where: str) -> None:
    """最右边、最下面有一个空格，或一片带格式的空行：不算行数，照样导入。"""

    def far(sheet: Any) -> None:
        sheet[where] = " "
        for number in range(5_100, 9_000):
            sheet.cell(number, 1).number_format = "@"

    filled(tmp_path / "熟料.xlsx", *ABC, change=far)
    code, out, err = run("import", "熟料.xlsx", "--into", str(folder))
    assert (0, "", True) == (code, err, "（3 行）" in out)


def test_five_thousand_rows_are_read(tmp_path: Path) -> None:
    """正好五千行读得进来。"""
    rows = [row(requirement=f"要求{number}") for number in range(5_000)]
    assert 5_000 == len(read_sheet(filled(tmp_path / "大.xlsx", *rows)).rows)


@pytest.mark.parametrize(("name", "encoding", "delimiter"), [
    ("甲.csv", "utf-8", ";"), ("甲.csv", "utf-8", "\t"), ("甲.csv", "utf-16", ","), ("甲.csv", "gb18030", "\t"),
])  # fmt: skip
def test_csv_of_every_office(run: Run, folder: Path, tmp_path: Path, name: str, encoding: str, delimiter: str) -> None:
    """分号、制表符隔开的，UTF-16 的，都读得进来。"""
    cells = row()
    lines = [delimiter.join(NAMES), delimiter.join(str(cells.get(each, "")) for each in NAMES)]
    (tmp_path / name).write_bytes("\r\n".join(lines).encode(encoding))
    assert (0, "") == run("import", name, "--into", str(folder))[::2]


def test_what_people_leave_in_cells(run: Run, folder: Path, tmp_path: Path) -> None:
    """页名后面的空格、看不见的字符、等级里的空格、断成两行的名字、9999 年止、改错了的后缀：都认得。"""

    def messy(sheet: Any) -> None:
        sheet.title = "指标表 "
        sheet["B2"], sheet["C3"], sheet["D3"], sheet["K2"] = "装备\u200b水平", "窑\n型", "B\u200b 级", "9999-12-31"

    path = filled(tmp_path / "熟料.xlsx", *ABC, change=messy)
    assert (0, "") == run("import", str(path.rename(tmp_path / "熟料.csv")), "--into", str(folder))[::2]
    lines = (folder / "indicators" / "熟料.csv").read_text("utf-8").splitlines()[1:]
    assert [("窑型", "A", ""), ("窑型", "B", ""), ("窑型", "C", "")] == [
        (cells[2], cells[3], cells[-1]) for cells in csv.reader(lines)
    ]
    assert [] == check(folder)


def test_what_is_hidden_is_said(run: Run, folder: Path, tmp_path: Path) -> None:
    """藏起来的页、藏起来的行，读了要说一声。"""

    def hide(sheet: Any) -> None:
        sheet.parent.create_sheet("说明")
        sheet.sheet_state = "hidden"
        sheet.row_dimensions[3].hidden = True

    filled(tmp_path / "熟料.xlsx", *ABC, change=hide)
    assert [
        "“指标表”是藏起来的一页，照样读了",
        "有 1 行是藏起来的，照样读了，头一行是第 3 行",
    ] == run("import", "熟料.xlsx", "--into", str(folder))[1].splitlines()[-2:]


def test_a_page_that_is_a_chart_is_told(tmp_path: Path) -> None:
    """“指标表”是一页图表：一行话说清，不是出错。"""
    book = Workbook()
    book.create_chartsheet("指标表")
    book.save(tmp_path / "图.xlsx")
    with pytest.raises(SheetError, match=r"^图\.xlsx：里面有一页是图表，读不了；请删掉图表那一页，另存一份$"):
        read_sheet(tmp_path / "图.xlsx")
