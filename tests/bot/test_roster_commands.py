"""命令行：名册、申报、关联、日历。"""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.roster.days import extra_days, list_days, set_days
from bot.roster.daysheet import CALENDAR, read_days
from bot.sheets import read_sheets
from bot.store import Store
from tests.bot.rosters import HEAD, LISTED, Rows, as_csv, as_xlsx, code

ONE = ("重庆宏达建材有限公司", code(1), "永川", "水泥制品", "C", "张三", "13800000000")
LIKE = ("重庆弘达建材有限公司", "", "永川", "", "", "", "")


class Shell:
    """在一个空的库上跑命令。"""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        return (code, *self._capsys.readouterr())

    def file(self, name: str, *rows: tuple[object, ...]) -> str:
        """写一张 .csv。"""
        return str(as_csv(self.folder / name, rows))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """一个空的库，钟停在 2026 年 11 月 30 日。"""
    now = datetime.fromisoformat("2026-11-30T10:00:00+08:00")
    monkeypatch.setattr("bot.commands._clock", lambda settings, given: lambda: now)
    monkeypatch.setenv("CHUANGB_DATABASE_URL", f"sqlite:///{tmp_path / 'chuangb.db'}")
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


def test_importing_a_roster(run: Shell) -> None:
    """先看（不写），再写，再来一遍没有变；列得出来。"""
    path = run.file("名册.csv", HEAD, ONE)
    told = f"共 1 行：新企业 1 家，企业信息有改动 0 家\n  新：{ONE[0]}，永川，{ONE[1]}\n"
    assert (0, f"{told}只是看看，什么也没有写\n", "") == run("enterprises", "import", path, "--dry-run")
    assert (0, "名册是空的\n", "") == run("enterprises", "list")
    assert (0, f"{told}写好了\n", "") == run("enterprises", "import", path)
    again = "共 1 行：新企业 0 家，企业信息有改动 0 家\n1 行都已经是这样，什么也没有变\n"
    assert (0, again, "") == run("enterprises", "import", path)
    line = f"#1 {ONE[0]}（永川，{ONE[1]}）  水泥制品  C  张三  13800000000\n"
    assert (0, line, "") == run("enterprises", "list", "--district", "永川区")
    assert (0, "名册是空的\n", "") == run("enterprises", "list", "--district", "长寿")


def test_faults_go_to_standard_error(run: Shell) -> None:
    """有错：退出码 1，一处一行，什么也没有写；读不了的文件也是一行。"""
    code_, out, err = run("enterprises", "import", run.file("坏.csv", HEAD, ONE, ("", "1", "", "", "", "", "")))
    assert (1, True, 2) == (code_, out.endswith("2 处有错，什么也没有写\n"), len(err.splitlines()))
    assert "名册是空的\n" == run("enterprises", "list")[1]
    assert (1, "") == run("enterprises", "import", "没有.csv")[:2]


def test_doubts_are_settled_by_number(run: Shell) -> None:
    """拿不准：退出码 1，列出编号；--confirm 是同一家，--separate 是另一家；只看的时候退出码 0；写错编号是错。"""
    run("enterprises", "import", run.file("一.csv", HEAD, ONE))
    path = run.file("二.csv", HEAD, LIKE)
    code_, out, _ = run("enterprises", "import", path)
    assert (1, True) == (code_, "  2  “重庆弘达建材有限公司”（二.csv 第 2 行）像是 #1 重庆宏达建材" in out)
    assert 0 == run("enterprises", "import", path, "--dry-run")[0]
    assert (1, "没有编号是 9 的行\n") == run("enterprises", "import", path, "--confirm", "2,9")[::2]
    assert 1 == run("enterprises", "import", path, "--confirm", "2", "--separate", "2")[0]
    assert 0 == run("enterprises", "import", path, "--separate", "all")[0]
    assert 2 == len(run("enterprises", "list")[1].splitlines())


def test_declarations_from_list_to_history(run: Shell) -> None:
    """导入名单，关联用户，替他记一步，列出每一步。"""
    listed = (*ONE[:4], "B", "", "2026-09-01", "已提交")
    assert 0 == run("declarations", "import", run.file("单.csv", LISTED, listed))[0]
    assert 0 == run("enterprises", "link", "--user", "wechat:o1", "--code", code(1))[0]
    record = ("declarations", "record", "--user", "wechat:o1", "--on", "2026-10-01", "--status", "returned")
    told = f"#1 {ONE[0]}（永川，{ONE[1]}）：2026年 2026-10-01 已退回（申报 B）"
    assert (0, f"{told}\n", "") == run(*record)
    assert (0, f"{told}，原来就是这样\n", "") == run(*record)
    first, *history = run("declarations", "list", "--history")[1].splitlines()
    assert f"#1 {ONE[0]}  2026年 2026-10-01 已退回（申报 B）" == first
    assert ["file:单.csv：2026-09-01 已提交", "desk:command：2026-10-01 已退回"] == [h.split("  ")[-1] for h in history]
    assert "没有申报\n" == run("declarations", "list", "--year", "2025")[1]
    held = json.loads(run("export", "--user", "wechat:o1")[1])
    assert [1] == [each["enterprise_id"] for each in held["links"]]


def test_recording_for_a_user_without_an_enterprise(run: Shell) -> None:
    """没有关联的用户：只记在自己的提醒上，列出来时说明。"""
    code_, out, _ = run("declarations", "record", "--user", "wechat:o1", "--on", "2026-09-01", "--status", "submitted")
    assert (0, True) == (code_, out.startswith("wechat:o1 没有关联企业：2026年的申报只记在这个用户自己的提醒上"))
    assert "wechat:o1  2026年 已提交（只管这个用户自己的提醒）\n" == run("declarations", "list")[1]


def test_a_one_time_code(run: Shell) -> None:
    """印出来的只有码，别的话在标准错误。"""
    run("enterprises", "import", run.file("册.csv", HEAD, ONE))
    code_, out, err = run("enterprises", "code", "--enterprise", "1")
    assert (0, 9, True) == (code_, len(out), err.startswith(f"#1 {ONE[0]}"))


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("enterprises", "link", "--user", "wechat:o1", "--code", "7"), 1, "名册里没有这家企业：7"),
        (("enterprises", "code", "--enterprise", "乱写"), 1, "名册里没有这家企业：乱写"),
        (("declarations", "record", "--on", "2026-09-01", "--status", "submitted"), 1, "写 --user 或 --enterprise"),
        (("declarations", "record", "--user", "u", "--on", "九月", "--status", "submitted"), 2, "日期要写成"),
        (("declarations", "record", "--user", "u", "--on", "2026-09-01", "--status", "passed"), 2, "passed"),
        (("enterprises",), 2, ""),
    ],
)
def test_wrong_use(run: Shell, arguments: tuple[str, ...], status: int, says: str) -> None:
    """数据有错是 1，用法不对是 2，都说清楚。"""
    code_, _, err = run(*arguments)
    assert (status, True) == (code_, says in err)


HOLIDAYS: Rows = [
    ("日期", "类型", "名称", "依据"),
    ("2027-01-01", "放假", "元旦", "某通知"),
    ("2027/1/3", "上班", "", ""),
]


def test_a_declaration_is_of_the_past_and_of_its_grade(run: Shell) -> None:
    """还没有到的日子、对不上的年度、附件3里没有的等级，记不下；名单里还没有到的日子是毛病。"""
    run("enterprises", "import", run.file("一.csv", HEAD, ONE))
    record = ("declarations", "record", "--enterprise", "1", "--status", "submitted", "--on")
    assert (1, "chuangb：2099-01-01 还没有到\n") == run(*record, "2099-01-01")[::2]
    assert (1, "chuangb：2026-09-01 的申报不会是 1 年的\n") == run(*record, "2026-09-01", "--year", "1")[::2]
    assert (1, "chuangb：附件3没有等级“Z”\n") == run(*record, "2026-09-01", "--announced", "Z")[::2]
    listed = (*ONE[:4], "B", "", "2099-09-01", "已提交")
    err = run("declarations", "import", run.file("单.csv", LISTED, listed))[2]
    assert "单.csv 第 2 行 G 列（日期）：2099-09-01 还没有到\n" == err
    assert "没有申报\n" == run("declarations", "list")[1]


def test_the_window_says_which_year(run: Shell) -> None:
    """跨年的窗口里一月交的，是窗口那一年的；不在窗口里的按日期记，并且说一声。"""
    run("enterprises", "import", run.file("一.csv", HEAD, ONE))
    run("windows", "open", "--from", "2025-12-01", "--to", "2026-01-31", "--name", "跨年")
    record = ("declarations", "record", "--enterprise", "1", "--status", "submitted", "--on")
    assert (0, f"#1 {ONE[0]}（永川，{ONE[1]}）：2025年 2026-01-05 已提交\n", "") == run(*record, "2026-01-05")
    warned = f"注意：{ONE[0]} 2026-03-01 不在登记的申报窗口里，按日期记作 2026 年的\n"
    assert (0, warned) == run(*record, "2026-03-01")[::2]


def test_a_cell_beyond_the_heading_is_a_fault(run: Shell) -> None:
    """表头没有名字的那一列里写了东西，是毛病；有名字、用不上的列不看。"""
    path = run.file("多.csv", HEAD, (*ONE, "", "多出来的"))
    err = run("enterprises", "import", path)[2]
    assert "多.csv 第 2 行：I 列没有列名，却有内容“多出来的”\n" == err
    assert 0 == run("enterprises", "import", run.file("备注.csv", (*HEAD, "备注"), (*ONE, "好的")))[0]


def test_a_merged_district_says_where_it_went(run: Shell) -> None:
    """给撤销了的区县登记窗口：说归到哪里了。"""
    opened = ("windows", "open", "--from", "2027-01-01", "--to", "2027-01-31", "--name", "x", "--district", "江北区")
    assert "江北区已经并入两江新区" in run(*opened)[2]


def test_calendar_days(run: Shell) -> None:
    """导入、列出；再导入没有改动；换掉同一天的。"""
    path = run.file("历.csv", *HOLIDAYS)
    assert (0, "共 2 天，有改动 2 天\n", "") == run("calendar", "import", path)
    assert (0, "共 2 天，有改动 0 天\n", "") == run("calendar", "import", path)
    assert (0, "2027-01-01  放假  元旦\n2027-01-03  上班\n", "") == run("calendar", "list")
    run("calendar", "import", run.file("改.csv", ("日期", "类型"), ("2027-01-03", "放假")))
    assert "2027-01-03  放假\n" == run("calendar", "list")[1].partition("元旦\n")[2]
    code_, out, err = run("calendar", "import", run.file("坏.csv", ("日期", "类型"), ("元旦", "半天")))
    assert (1, 2, "2 处有错，什么也没有写\n") == (code_, len(err.splitlines()), out)


def test_calendar_days_in_the_store(store: Store, tmp_path: Path) -> None:
    """两种库都一样；同一天写了两次是错；格子是日期的也认。"""
    path = as_xlsx(tmp_path / "历.xlsx", 日历=[*HOLIDAYS, (date(2027, 1, 2), "休", "", "")])
    days, faults = read_days(read_sheets(path, CALENDAR))
    assert ([], 3, 0) == (faults, set_days(store, days), set_days(store, days))
    with store.reading() as connection:
        assert {date(2027, 1, 1): False, date(2027, 1, 2): False, date(2027, 1, 3): True} == extra_days(connection)
    assert ["元旦", "", ""] == [each.name for each in list_days(store)]
    twice = as_csv(tmp_path / "重.csv", [*HOLIDAYS, HOLIDAYS[1]])
    assert ["重.csv 第 4 行 A 列（日期）：2027-01-01 前面有过"] == read_days(read_sheets(twice, CALENDAR))[1]
