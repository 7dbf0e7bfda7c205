"""命令行：说好的命令、格式和退出码。"""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from dialogs.flows import FLOWS

OPEN = ("windows", "open", "--name", "申报")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """在一个空的库上跑一个命令：退出码、标准输出、标准错误。"""
    monkeypatch.setenv("CHUANGB_DATABASE_URL", f"sqlite:///{tmp_path / 'chuangb.db'}")
    monkeypatch.chdir(tmp_path)

    def go(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return go


def talk(run: Run, *lines: dict[str, Any] | str, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """一行一个 JSON 进，一行一个出。"""
    given = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    code, out, err = run("chat", "--jsonl", *options, given=given)
    assert (0, "") == (code, err)
    return [json.loads(line) for line in out.splitlines()]


def test_jsonl_conversation(run: Run) -> None:
    """一场对话：每行都有 user、replies、flow、due、ended。"""
    first, second, third = talk(
        run, {"user": "u1", "text": "我们是做商砼的"}, {"user": "u1", "text": "1"}, {"user": "u1", "text": "没有"}
    )
    assert ("u1", "which_grade", "branch", False) == tuple(first[k] for k in ("user", "flow", "due", "ended"))
    reply = first["replies"][0]
    assert {"document": "cq-2024-210", "clause": "附件3 一 15"} in reply["sources"]
    assert ["水泥制品（水泥）", "都不是"] == [option["label"] for option in reply["options"]]
    assert "\n1. 水泥制品（水泥）\n2. 都不是" in reply["text"]
    assert [] == reply["files"]
    assert ("which_grade", "others", False) == tuple(second[k] for k in ("flow", "due", "ended"))
    assert ("which_grade", None, True) == tuple(third[k] for k in ("flow", "due", "ended"))


def test_jsonl_keeps_state_between_runs_and_knows_a_repeat(run: Run) -> None:
    """会话在库里，下次接着来；同一个 id 再来一次，同样的答复，不走第二遍。"""
    talk(run, {"user": "u1", "text": "商砼"})
    once, again = talk(run, {"user": "u1", "text": "1", "id": "m1"}, {"user": "u1", "text": "1", "id": "m1"})
    assert once == again
    assert "记下“水泥制品”" in once["replies"][0]["text"]


def test_jsonl_reads_on_after_a_bad_line(run: Run) -> None:
    """读不懂的行给 error，接着读下一行。"""
    bad = ["不是 JSON", "[1]", "{}", '{"user": ""}', '{"user": 7, "text": "a"}', '{"user": "u", "text": 7}',
           '{"user": "u", "event": "没有这个"}', '{"user": "u", "kind": "没有这个"}', '{"user": "u", "now": "昨天"}',
           '{"user": "u", "now": "0001-01-01T00:00:00+08:00"}', '{"user": "\\ud800", "event": "poll", "x": 1}',
           '{"user": "u", "event": "\\ud800"}', '{"user": "u", "kind": "\\ud800"}', '{"user": "u", "now": "\\ud800"}',
           '{"user": "u", "text": "\\ud800"}', '{"user": "u", "text": "\\u0000"}', "[" * 100_000]  # fmt: skip
    *errors, good = talk(run, *bad, {"user": "u1", "text": "菜单"})
    assert len(bad) == len([line for line in errors if list(line) == ["error"] or line["replies"] == []])
    assert "查行业与等级" in good["replies"][0]["text"]


def test_jsonl_events_kinds_and_clock(run: Run) -> None:
    """关注带区县、点菜单、图片、取推送、拨钟。"""
    welcome, click, image, poll, moved, when = talk(
        run,
        {"user": "wechat:o1", "event": "subscribe", "scene": "district:永川区"},
        {"user": "wechat:o1", "event": "click", "value": "menu:materials"},
        {"user": "wechat:o1", "kind": "image"},
        {"user": "wechat:o1", "event": "poll"},
        {"user": "wechat:o1", "now": "2024-12-30T09:00:00+08:00"},
        {"user": "wechat:o1", "text": "申报时间"},
    )
    assert "永川区" in welcome["replies"][0]["text"]
    assert "materials" == click["flow"]
    assert "图片我看不懂" in image["replies"][0]["text"]
    assert [] == poll["replies"] == moved["replies"]
    assert "永川区现在能不能报，说不准" in when["replies"][0]["text"]
    assert "环办大气" not in when["replies"][0]["text"]


def test_a_tap_through_jsonl(run: Run) -> None:
    """选项的 value 原样交回来就是点了它。"""
    (first,) = talk(run, {"user": "u1", "text": "商砼"})
    value = first["replies"][0]["options"][0]["value"]
    (second,) = talk(run, {"user": "u1", "event": "click", "value": value})
    assert "记下“水泥制品”" in second["replies"][0]["text"]


def test_chat_for_people(run: Run) -> None:
    """给人用的终端：说明、答复、选项编号；输入完了就结束。"""
    code, out, _ = run("chat", "--user", "甲", given="我们是做商砼的\n\n1\n没有\n")
    assert 0 == code
    assert "1. 水泥制品（水泥）" in out
    assert "有两档：绩效引领、非绩效引领" in out


def test_windows_from_open_to_close(run: Run) -> None:
    """登记、列出、改期、取消，每次改动都有历史，对话里马上算数。"""
    code, out, _ = run("windows", "open", "--from", "2026-08-01", "--to", "2026-12-31", "--name", "2026年申报",
                       "--district", "长寿", "--industry", "水泥", "--source", "区局通知")  # fmt: skip
    assert (0, "w2026-1") == (code, out.strip())
    now = ("--now", "2026-09-01T10:00:00+08:00")
    asked = {"user": "u1", "text": "长寿的，商砼，现在能申报吗"}
    assert "长寿" in run("windows", "list")[1]
    talk(run, asked, options=now)
    assert 0 == run("windows", "move", "w2026-1", "--to", "2026-10-31")[0]
    assert 0 == run("windows", "close", "w2026-1")[0]
    listed = run("windows", "list")[1]
    for word in ("2026-12-31", "2026-10-31", "改期", "关闭"):
        assert word in listed


def test_a_window_closed_early_is_told(run: Run) -> None:
    """提前关闭的窗口，说是哪天关的，不说成从来没有。"""
    opened = run("windows", "open", "--from", "2026-01-01", "--to", "2099-12-31", "--name", "申报")[1].strip()
    assert "现在可以申报" in talk(run, {"user": "u1", "text": "申报时间"})[0]["replies"][0]["text"]
    run("windows", "close", opened)
    text = talk(run, {"user": "u1", "text": "申报时间"})[0]["replies"][0]["text"]
    assert "提前关闭" in text
    assert "没有登记" not in text


def test_a_window_for_a_branch(run: Run) -> None:
    """--branch 写名称或 id，行业跟着定；没有的、与行业对不上的说清楚；与别的重叠提醒一句。"""
    days = ("--from", "2026-08-01", "--to", "2026-12-31")
    assert (0, "w2026-1\n", "") == run(*OPEN, *days, "--branch", "水泥制品")
    code, out, err = run(*OPEN, *days, "--industry", "国15", "--district", "永川")
    assert (0, "w2026-2\n", "注意：日子和范围与 w2026-1 有重叠\n") == (code, out, err)
    assert "（全市，n15-4 水泥制品）" in run("windows", "list")[1]
    for scope in (("--branch", "造船"), ("--branch", "水泥制品", "--industry", "国1")):
        code, _, err = run(*OPEN, *days, *scope)
        assert (1, True) == (code, "--branch" in err)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((*OPEN, "--from", "2026-12-31", "--to", "2026-08-01"), 1, "2026"),
        ((*OPEN, "--from", "昨天", "--to", "2026-08-01"), 2, "2026-08-01"),
        ((*OPEN, "--from", "2026-08-01", "--to", "2026-08-02", "--district", "成都"), 1, "成都"),
        ((*OPEN, "--from", "2026-08-01", "--to", "2026-08-02", "--industry", "餐饮"), 1, "餐饮"),
        (("windows", "close", "w1999-1"), 1, "w1999-1"),
        (("windows",), 2, ""),
        (("diagram", "没有这个"), 1, "没有这个流程"),
        (("lookup",), 1, "要查什么"),
        (("export",), 2, "--user"),
        (("chat", "--jsonl", "--database", "mysql://x"), 1, "mysql"),
        (("chat", "--jsonl", "--database", "postgresql://127.0.0.1:1/none"), 1, ""),
        (("chat", "--now", "昨天"), 2, "2024-12-20"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_in_one_line(run: Run, arguments: tuple[str, ...], code: int, message: str) -> None:
    """数据有错是 1，用法不对是 2；说明里点出是哪一项，没有一串内部出错信息。"""
    actual, _, err = run(*arguments)
    assert code == actual
    assert message in err
    assert "Traceback" not in err
    if code == 1:
        assert 1 == len(err.strip().splitlines())


def test_lookup_jsonl(run: Run) -> None:
    """查找：一行一个，坏行给 error；字段和说好的一样。"""
    given = '{"q": "我们是做商砼的"}\n{"q": "\\ud800"}\n不是\n{"q": 7}\n{"q": "开火锅店的"}\n'
    given += '{"q": "重庆某某新材料科技有限公司"}\n'
    code, out, _ = run("lookup", "--jsonl", given=given)
    match, _, bad, wrong, none, ask = map(json.loads, out.splitlines())
    assert 0 == code
    assert ("match", "none", "ask") == (match["outcome"], none["outcome"], ask["outcome"])
    assert {"list", "no", "industry", "branch", "score", "why"} == set(match["candidates"][0])
    assert ("国家", 15, "水泥", "水泥制品") == tuple(
        match["candidates"][0][key] for key in ("list", "no", "industry", "branch")
    )
    assert "error" in bad
    assert "error" in wrong
    assert "水泥制品" in run("lookup", "商砼")[1]


def test_catalogue(run: Run) -> None:
    """附件3：JSON 的样子与给人看的样子。"""
    code, out, _ = run("catalogue", "--json")
    rows = json.loads(out)
    assert (0, 106, 325) == (code, len(rows), sum(len(row["tiers"]) for row in rows))
    first = rows[0]
    assert {"list", "no", "industry", "branch", "tiers"} == set(first)
    assert {"pre_review", "on_site", "collective", "publicity", "note"} == set(first["tiers"][0]["review"])
    assert "国家 15 水泥 / 水泥制品：绩效引领、非绩效引领" in run("catalogue")[1]


def test_check_diagram_and_build(run: Run, tmp_path: Path) -> None:
    """检查没有毛病；图是 Mermaid；编得出一个 SQLite 文件。"""
    assert (0, "知识和流程都没有毛病\n", "") == run("check")
    assert run("diagram", "when")[1].startswith("flowchart TD")
    assert len(FLOWS) == run("diagram")[1].count("flowchart TD")
    assert 0 == run("knowledge", "build", "--out", str(tmp_path / "law.db"))[0]
    assert (tmp_path / "law.db").read_bytes().startswith(b"SQLite format 3")


def test_export_and_delete(run: Run) -> None:
    """导出给得全；删了就没有了，退订还记着；没有退订的不说退订。"""
    talk(run, {"user": "wechat:o1", "text": "商砼"}, {"user": "wechat:o1", "text": "退订"})
    held = json.loads(run("export", "--user", "wechat:o1")[1])
    assert 2 == len(held["turns"])
    assert "商砼" in json.dumps(held, ensure_ascii=False)
    assert (0, "wechat:o1 的信息已删除；退订仍然有效\n") == run("delete", "--user", "wechat:o1")[:2]
    assert (0, "wechat:o2 的信息已删除\n") == run("delete", "--user", "wechat:o2")[:2]
    after = json.dumps(json.loads(run("export", "--user", "wechat:o1")[1]), ensure_ascii=False)
    assert "商砼" not in after
    (again,) = talk(run, {"user": "wechat:o1", "text": "继续"})
    assert "没有没答完的问题" in again["replies"][0]["text"]


def test_check_fails_on_a_broken_flow(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """流程里有一步走不下去，检查就指出文件和行，退出码 1。"""
    monkeypatch.setattr("dialogs.check.FLOWS", {"system": FLOWS["system"]})
    monkeypatch.setitem(FLOWS["system"].talk.__globals__, "joined", lambda *cites: ())
    code, _, err = run("check")
    assert 1 == code
    assert "dialogs/flows/system.py:" in err
    assert "没有出处" in err
