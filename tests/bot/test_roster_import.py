"""导入企业名册：先看会改什么，有错一处不落，整份写或者一行不写，同一份再来什么也不变。"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.roster.enterprises import Enterprise, all_enterprises
from bot.roster.importing import Change
from bot.roster.reading import DECLARATIONS, ENTERPRISES
from bot.sheets import SheetError, read_sheets
from bot.store import Store
from tests.bot.rosters import HEAD, LISTED, as_csv, as_xlsx, code, everything, imported

ONE = ("重庆宏达建材有限公司", code(1), "永川", "水泥制品", "C", "张三", "13800000000")
TWO = ("重庆独山钢铁有限公司", "", "长寿区", "独立烧结、球团、独立轧钢", "", "", "")


def held(store: Store) -> tuple[Enterprise, ...]:
    """名册里的全部。"""
    with store.reading() as connection:
        return all_enterprises(connection)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_offices_write(store: Store, tmp_path: Path, encoding: str) -> None:
    """UTF-8（带不带标记）和 GB 18030 都读得对；区县写简称、几个分支、名称里有顿号的分支都认。"""
    planned = imported(store, as_csv(tmp_path / "名册.csv", [HEAD, ONE, TWO], encoding), ENTERPRISES)
    assert (2, True) == (len(planned.added), planned.ready)
    first, second = held(store)
    assert Enterprise(first.id, *ONE[:2], "永川", ("n15-4",), "C", "张三", "13800000000") == first
    assert ("长寿", ("n1-2", "n1-3"), "") == (second.district, second.branches, second.code)


def test_a_workbook_with_several_pages(store: Store, tmp_path: Path) -> None:
    """有表头的每一页都收，没有表头的那页不看；数字写的电话原样，表头上面可以有标题，多的列不看。"""
    path = as_xlsx(
        tmp_path / "名册.xlsx",
        说明=[["请填写后面两页"]],
        永川=[["永川区企业名册"], ["序号", *HEAD], [1, *ONE[:6], 13800000000]],
        长寿=[HEAD, TWO],
    )
    assert imported(store, path, ENTERPRISES).ready
    assert ["13800000000", ""] == [each.phone for each in held(store)]


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    """同一份再导入一遍：没有新的，没有改动，库里一个字不变。"""
    path = as_csv(tmp_path / "名册.csv", [HEAD, ONE, TWO])
    imported(store, path, ENTERPRISES)
    before = everything(store)
    again = imported(store, path, ENTERPRISES)
    assert ((), (), True) == (again.added, again.changed, again.ready)
    assert before == everything(store)


def test_what_changed_is_told_and_empty_cells_change_nothing(store: Store, tmp_path: Path) -> None:
    """代码一样就是同一家：改了的各项前后都说；空着的格子不抹掉原来的。"""
    imported(store, as_csv(tmp_path / "一.csv", [HEAD, ONE]), ENTERPRISES)
    renamed = ("重庆宏达新材料有限公司", code(1), "", "", "B-", "", "")
    planned = imported(store, as_csv(tmp_path / "二.csv", [HEAD, renamed]), ENTERPRISES)
    (told,) = [change.told for change in planned.changed]
    assert told.endswith("重庆宏达建材有限公司：名称 重庆宏达建材有限公司 → 重庆宏达新材料有限公司，等级 C → B-")
    (only,) = held(store)
    assert ("重庆宏达新材料有限公司", "永川", "B-", "张三") == (only.name, only.district, only.grade, only.contact)


def test_a_change_is_told_by_names(store: Store, tmp_path: Path) -> None:
    """区县和行业分支的改动写名称，不写编号。"""
    imported(store, as_csv(tmp_path / "一.csv", [HEAD, ONE]), ENTERPRISES)
    second = (ONE[0], ONE[1], "", "水泥熟料", "", "", "")
    planned = imported(store, as_csv(tmp_path / "二.csv", [HEAD, second]), ENTERPRISES)
    (told,) = [change.told for change in planned.changed]
    assert told.endswith("：行业分支 水泥制品 → 水泥熟料")
    (before,) = held(store)
    moved = replace(before, district="铜梁")
    assert Change(before, moved, {"铜梁": "铜梁区", "永川": "永川区"}).told.endswith("：区县 永川区 → 铜梁区")


def test_a_code_is_filled_in_later(store: Store, tmp_path: Path) -> None:
    """先没有代码，后来的名单有：名称写法略有不同也是同一家，代码补上。"""
    imported(store, as_csv(tmp_path / "一.csv", [HEAD, TWO]), ENTERPRISES)
    same = ("重庆市独山钢铁有限责任公司", code(2), *TWO[2:])
    assert imported(store, as_csv(tmp_path / "二.csv", [HEAD, same]), ENTERPRISES).ready
    assert [code(2)] == [each.code for each in held(store)]


def test_each_fault_names_page_row_and_column(store: Store, tmp_path: Path) -> None:
    """每一处毛病都说哪一页、第几行、哪一列；对的行也不写。"""
    path = as_xlsx(
        tmp_path / "坏.xlsx",
        甲=[
            HEAD,
            ONE,
            ("", "500101000012345", "天津市", "商砼", "E", "", ""),
            ("重庆错码有限公司", code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1"), "", "", "", "", ""),
            ("重庆公式有限公司", "=1+1", "", "", "", "", ""),
            ("合计：4", "", "", "", "", "", ""),
            ("制表人：张三", "", "", "", "", "", ""),
        ],
        乙=[HEAD, ONE, ("名" * 101, "", "", "", "", "两\n行", ""), ("重庆零有限公司", "0" * 18, "", "", "", "", "")],
    )
    planned = imported(store, path, ENTERPRISES)
    assert {
        "坏.xlsx 甲 第 3 行 A 列（企业名称）：没有填企业名称",
        "坏.xlsx 甲 第 3 行 B 列（统一社会信用代码）：“500101000012345”："
        "这是15位的工商注册号；统一社会信用代码是18位，在营业执照上。",
        "坏.xlsx 甲 第 3 行 C 列（区县）：不认得的区县“天津市”",
        "坏.xlsx 甲 第 3 行 D 列（行业分支）：附件3没有行业分支“商砼”；像是水泥制品",
        "坏.xlsx 甲 第 3 行 E 列（等级）：附件3没有等级“E”",
        f"坏.xlsx 甲 第 4 行 B 列（统一社会信用代码）：“{code(1)[:-1]}0”：这串代码校验不对，多半有一位写错了。",
        "坏.xlsx 甲 第 5 行 B 列（统一社会信用代码）：是公式，请粘贴成数值",
        "坏.xlsx 甲 第 6 行 A 列（企业名称）：像表尾，不是企业名称",
        "坏.xlsx 甲 第 7 行 A 列（企业名称）：像表尾，不是企业名称",
        "坏.xlsx 乙 第 2 行 B 列（统一社会信用代码）：与 坏.xlsx 甲 第 2 行 重复",
        "坏.xlsx 乙 第 3 行 A 列（企业名称）：太长：最多 100 个字",
        "坏.xlsx 乙 第 3 行 F 列（联系人）：有换行或不能显示的字符",
        "坏.xlsx 乙 第 4 行 B 列（统一社会信用代码）：“000000000000000000”：这串代码开头的登记机关或区划不对。",
    } == set(planned.faults)
    assert () == held(store)


def test_the_same_name_twice_without_codes_is_a_fault(store: Store, tmp_path: Path) -> None:
    """一份名单里名称一字不差的两行、没有代码分得开：是错，从不并成一家。"""
    planned = imported(store, as_csv(tmp_path / "一.csv", [HEAD, TWO, TWO]), ENTERPRISES)
    assert ("一.csv 第 3 行 A 列（企业名称）：与 一.csv 第 2 行 重复",) == planned.faults


BARE = (ONE[0], "", *ONE[2:])
DOUBTS = [
    (ONE, ("重庆弘达建材有限公司", "", "永川", "", "", "", ""), "名称像"),
    (BARE, ("重庆市永川区宏达建材厂", code(9), "永川", "", "", "", ""), "名称像"),
    (ONE, (ONE[0], code(9), "永川", "", "", "", ""), "名称一样，统一社会信用代码不同"),
    (ONE, (ONE[0], "", "长寿", "", "", "", ""), "名称一样，区县不同"),
]


@pytest.mark.parametrize(("first", "row", "why"), DOUBTS)
def test_what_is_doubtful_waits_for_a_person(
    store: Store, tmp_path: Path, first: tuple[str, ...], row: tuple[str, ...], why: str
) -> None:
    """像而不一样的从不悄悄合并：一行也不写，说清像谁；定了是另一家就是两家，再导入不再问。"""
    imported(store, as_csv(tmp_path / "一.csv", [HEAD, first]), ENTERPRISES)
    before = everything(store)
    path = as_csv(tmp_path / "二.csv", [HEAD, ("重庆新的有限公司", "", "", "", "", "", ""), row])
    ((label, told),) = imported(store, path, ENTERPRISES).doubts
    assert ("3", True) == (label, told.endswith(f"：{why}")), told
    assert before == everything(store)
    apart = imported(store, path, ENTERPRISES, apart="3")
    assert (True, 3) == (apart.ready, len(held(store)))
    after = everything(store)
    assert imported(store, path, ENTERPRISES).ready
    assert after == everything(store)


def test_two_codes_are_two_enterprises(store: Store, tmp_path: Path) -> None:
    """名称再像，两个不同的代码就是两家，不用人定。"""
    imported(store, as_csv(tmp_path / "一.csv", [HEAD, ONE]), ENTERPRISES)
    path = as_csv(tmp_path / "二.csv", [HEAD, ("重庆弘达建材有限公司", code(9), "永川", "", "", "", "")])
    assert imported(store, path, ENTERPRISES).ready
    assert 2 == len(held(store))


def test_a_confirmed_pair_becomes_one(store: Store, tmp_path: Path) -> None:
    """定了是同一家：改成表里的名称，再导入不再问；写了没有的编号是错。"""
    imported(store, as_csv(tmp_path / "一.csv", [HEAD, ONE]), ENTERPRISES)
    path = as_csv(tmp_path / "二.csv", [HEAD, ("重庆宏达建筑材料有限公司", "", "永川", "", "B", "", "")])
    assert ("7",) == imported(store, path, ENTERPRISES, same="2,7").unknown
    assert imported(store, path, ENTERPRISES, same="2").ready
    assert [("重庆宏达建筑材料有限公司", code(1), "B")] == [(e.name, e.code, e.grade) for e in held(store)]
    assert imported(store, path, ENTERPRISES).ready


def test_two_rows_for_one_enterprise_are_a_fault(store: Store, tmp_path: Path) -> None:
    """一行按代码、一行按名称都落到同一家：是错，不轮流改来改去。"""
    imported(store, as_csv(tmp_path / "一.csv", [HEAD, ONE]), ENTERPRISES)
    rows = [HEAD, ("重庆改名有限公司", code(1), "", "", "", "", ""), (ONE[0], "", "", "", "", "", "")]
    planned = imported(store, as_csv(tmp_path / "二.csv", rows), ENTERPRISES)
    (told,) = planned.faults
    assert told.startswith("二.csv 第 3 行：和 二.csv 第 2 行 都是 #")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空.csv", b"", "空.csv：是空的"),
        ("坏.xlsx", b"PK", "坏.xlsx：不是完好的 .xlsx"),
        ("坏.csv", "区县,等级\n永川,A\n".encode(), "坏.csv：没有找到表头；列名应是 企业名称、"),
        ("坏.csv", "企业名称,名称,区县\n一,二,三\n".encode(), "坏.csv 第 1 行：“企业名称”有两列"),
        ("名册.xls", b"\xd0\xcf", "名册.xls：只收 .xlsx 和 .csv"),
    ],
)
def test_a_file_that_is_no_roster(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    """读不了的文件，一行说清。"""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SheetError) as caught:
        read_sheets(tmp_path / name, ENTERPRISES)
    assert str(caught.value).startswith(says)


def test_a_code_kept_as_a_number_is_refused(store: Store, tmp_path: Path) -> None:
    """全是数字的代码被存成数值，末几位已经变了：说要改成文本，不猜。"""
    path = as_xlsx(tmp_path / "数.xlsx", 名册=[HEAD, ("重庆数字有限公司", 915001180000000000, "", "", "", "", "")])
    (told,) = imported(store, path, ENTERPRISES).faults
    assert "数.xlsx 名册 第 2 行 B 列（统一社会信用代码）：是数值，末几位已经变了；请把格子设成文本，重新填" == told


def test_the_same_file_at_once_is_taken_once(store: Store, tmp_path: Path) -> None:
    """几个人同时导入同一份没有代码的名单：还是各一家。"""
    path = as_csv(tmp_path / "册.csv", [HEAD, TWO, ("重庆明光有限公司", "", "", "", "", "", "")])
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda _: len(imported(store, path, ENTERPRISES).added), range(4)))
    assert ([0, 0, 0, 2], 2) == (sorted(added), len(held(store)))


def test_ten_thousand_rows_take_seconds(store: Store, tmp_path: Path) -> None:
    """一万行几秒导入，再导入一遍也是。"""
    names = [
        f"重庆{a}{b}{c}有限公司" for a in "宏盛荣恒源鑫泰金龙腾" for b in "飞顺发永安大成明光正" for c in range(100)
    ]
    rows = [(name, code(n), "永川", "水泥制品", "C", "", "") for n, name in enumerate(names)]
    path = as_csv(tmp_path / "大.csv", [HEAD, *rows])
    began = time.process_time()
    assert 10_000 == len(imported(store, path, ENTERPRISES).added)
    assert imported(store, path, ENTERPRISES).ready
    assert time.process_time() - began < 60


def test_a_workbook_without_a_roster_is_told(tmp_path: Path) -> None:
    """哪一页都没有表头：说该有哪些列；隐藏的页不看。"""
    path = as_xlsx(tmp_path / "没有.xlsx", 说明=[["甲", "乙"]], 藏着=[HEAD, ONE])
    book = load_workbook(path)
    book["藏着"].sheet_state = "hidden"
    book.save(path)
    with pytest.raises(SheetError, match=r"^没有\.xlsx：哪一页都没有找到表头；列名应是 企业名称、统一社会信用代码、"):
        read_sheets(path, ENTERPRISES)


def test_a_formula_is_one_fault(store: Store, tmp_path: Path) -> None:
    """日期格里是公式：只说它是公式，连同哪个文件的哪一页，不再说不是日期。"""
    row = ("重庆宏达建材有限公司", code(1), "永川", "", "", "", "=TODAY()", "已提交")
    path = as_xlsx(tmp_path / "式.xlsx", 单=[LISTED, row])
    assert ("式.xlsx 单 第 2 行 G 列（日期）：是公式，请粘贴成数值",) == imported(store, path, DECLARATIONS).faults
