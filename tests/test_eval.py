"""考题的成绩不掉：每个文件、每一类、找到的分支，都不低于 figures.toml 记下的。"""

import json
from argparse import Namespace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

import knowledge
from bot import figures
from bot.commands import Fault
from bot.evaluation import evaluate, grouped, judged, measured
from dialogs.evaluate import Judged, Score, coverage, judge, scores
from dialogs.records import Facts
from tests.dialogs.test_walk import RULES

FOLDER = Path(__file__).parent / "eval"
NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
FLOORS = figures.read(FOLDER / figures.FILE)
FILES = sorted(FOLDER.glob("*.jsonl"))
CEMENT = {"q": "商砼", "expect": "match", "accept": [["国家", 15, "水泥制品"]]}


@cache
def _results(file: Path) -> list[Judged]:
    """每个文件只考一遍。"""
    return judged(file, knowledge.on(NOW.date()), NOW)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_figure_falls(file: Path) -> None:
    """全部、有把握的、句数够的各类，都不低于记下的成绩。"""
    got = {file.stem: figures.figures(scores(_results(file)))}
    assert [] == list(figures.fallen(FLOORS, got))


def test_no_figure_falls_together() -> None:
    """同一种考题合起来的各类、考到和找到的分支，都不低于记下的。"""
    got = measured({file: _results(file) for file in FILES}, RULES)
    assert [] == list(figures.fallen(FLOORS, {name: got[name] for name in ("lookup", "questions")}))


def test_every_file_has_a_figure() -> None:
    """每个考题文件都记着成绩，合起来的也记着，没有多余的。"""
    assert sorted(FLOORS) == sorted([*(file.stem for file in FILES), *grouped({file: [] for file in FILES})])


def test_every_kind_has_a_figure() -> None:
    """句数够的每一类都记着底线：添了考题忘了抬，就不过。"""
    got = measured({file: _results(file) for file in FILES}, RULES)
    assert {} == {section: rest for section in got if (rest := got[section].keys() - FLOORS[section].keys())}


def test_every_branch_is_asked() -> None:
    """考题问到 106 个分支的每一个。"""
    lines = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
    asked = {tuple(place) for line in lines for place in line.get("accept", ())}
    assert set() == {(b.list, b.no, b.name) for b in RULES.branches.values()} - asked


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ({"q": "商砼", "expect": "match", "accept": [["国家", 15, "水泥制品"]]}, True),
        ({"q": "商砼", "expect": "match", "accept": [["国家", 16, "烧结砖瓦制品"]]}, False),
        ({"q": "商砼", "expect": "none", "accept": []}, False),
        ({"q": "轮胎", "expect": "ask", "accept": [["国家", 34, "轮胎制品制造"], ["国家", 34, "轮胎翻新"]]}, True),
        ({"q": "开火锅店的", "expect": "none", "accept": []}, True),
        ({"q": "评审要多少钱", "must": [["没有写"]], "never": ["免费"]}, True),
        ({"q": "评审要多少钱", "must": [["五百元"]]}, False),
        ({"q": "评审要多少钱", "must": [], "never": ["没有写"]}, False),
        ({"q": "我们是做商砼的", "must": [], "kind": "statement"}, True),
        ({"q": "评审要多少钱", "must": [], "kind": "statement"}, False),
    ],
)
def test_judge(line: dict[str, object], right: bool) -> None:
    """对的判对，错的判错。"""
    assert right == (judge(line, RULES, Facts(NOW)).why == "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("不是 JSON", "不是 JSON"),
        ("[1]", "JSON 对象"),
        ('{"q": "商砼"}', "写得不对"),
        ('{"q": 7, "expect": "match"}', "写得不对"),
    ],
)
def test_a_broken_line_is_told(tmp_path: Path, text: str, message: str) -> None:
    """写坏的例子，说得出哪个文件第几行。"""
    file = tmp_path / "x.jsonl"
    file.write_text(f'{{"q": "商砼", "expect": "none", "accept": []}}\n{text}\n', encoding="utf-8")
    with pytest.raises(Fault, match=rf"x.jsonl:2.*{message}"):
        judged(file, RULES, NOW)
    with pytest.raises(Fault, match="读不了"):
        judged(tmp_path / "没有.jsonl", RULES, NOW)


def test_a_fallen_kind_is_named() -> None:
    """总成绩没有掉，一类掉了两句，也说得出是哪一节的哪一类。"""
    before = {"全部": Score(90, 100), "拼音": Score(45, 50), "错字": Score(45, 50)}
    after = {"全部": Score(90, 100), "拼音": Score(43, 50), "错字": Score(47, 50)}
    floors = figures.raised({}, {"lookup-x": figures.figures(before)})
    assert ["lookup-x 的 拼音：0.86 < 0.88"] == list(figures.fallen(floors, {"lookup-x": figures.figures(after)}))


@pytest.mark.parametrize(
    ("right", "total", "fallen"), [(18, 20, []), (18, 19, ["x 的 拼音：没有这一样了，或者不到 20 句"])]
)
def test_one_line_of_a_kind_may_fall(right: int, total: int, fallen: list[str]) -> None:
    """一类掉一句不算毛病；掉到不足 20 句，记过的底线就落了空，要说出来。"""
    floors = figures.raised({}, {"x": figures.figures({"拼音": Score(19, 20)})})
    assert fallen == list(figures.fallen(floors, {"x": figures.figures({"拼音": Score(right, total)})}))


def test_a_small_kind_has_no_floor() -> None:
    """不到 20 句的一类不单独记；合计不论几句都记。"""
    assert ["全部"] == list(figures.figures({"全部": Score(19, 19), "拼音": Score(19, 19)}))


def test_raising_never_lowers() -> None:
    """抬底线只抬不降，没有的添上，没考的照旧。"""
    floors = {"x": {"全部": 0.9, "拼音": 0.8}, "y": {"全部": 0.5}}
    got = {"x": figures.figures({"全部": Score(80, 100), "拼音": Score(95, 100), "错字": Score(21, 21)})}
    assert {"x": {"全部": 0.9, "拼音": 0.94, "错字": 0.952}, "y": {"全部": 0.5}} == figures.raised(floors, got)


def test_the_floors_are_as_written() -> None:
    """figures.toml 正好是 --raise 会写的样子。"""
    assert figures.written(FLOORS) == (FOLDER / figures.FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        (CEMENT, (1, 1, 1)),
        ({"q": "水泥", "expect": "ask", "accept": [["国家", 15, "水泥熟料"], ["国家", 15, "粉磨站"]]}, (2, 2, 0)),
        ({**CEMENT, "accept": [["国家", 16, "烧结砖瓦制品"]]}, (1, 0, 0)),
        ({"q": "开火锅店的", "expect": "none", "accept": []}, (0, 0, 0)),
    ],
)
def test_coverage(line: dict[str, object], counts: tuple[int, int, int]) -> None:
    """考到的是正确答案里的分支；答对了才算找到，先问的算列出来的，但不算有把握。"""
    covered = coverage([judge(line, RULES, Facts(NOW))], RULES)
    assert (106, *counts) == tuple(map(len, (covered.branches, covered.asked, covered.found, covered.sure)))
    assert 106 - counts[1] == len(covered.never)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """两个小考题，一对一错。"""
    (tmp_path / "lookup-a.jsonl").write_text(json.dumps({**CEMENT, "kind": "甲"}), encoding="utf-8")
    wrong = {**CEMENT, "accept": [["国家", 16, "烧结砖瓦制品"]], "kind": "乙"}
    (tmp_path / "lookup-b.jsonl").write_text(json.dumps(wrong), encoding="utf-8")
    return tmp_path


def _run(folder: Path, *, json: bool = False, lift: bool = False) -> None:
    evaluate(Namespace(files=[str(file) for file in sorted(folder.glob("*.jsonl"))], json=json, lift=lift))


def test_coverage_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """每个文件和合起来的，都印考到、找到几个分支，没有找到的是哪些。"""
    _run(folder)
    out = capsys.readouterr().out
    assert out.count("分支 106 个：考到 1，找到 1（有把握地找到 1）") == 1
    assert "lookup-* 合起来" in out
    assert "分支 106 个：考到 2，找到 1（有把握地找到 1）\n    没有找到：国家16 烧结砖瓦制品\n    没有考到：" in out


def test_json_says_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json 里有各类成绩、分支、没答对的。"""
    _run(folder, json=True)
    told = json.loads(capsys.readouterr().out)
    assert {"right": 0, "total": 1, "share": 0.0} == told["files"][1]["scores"]["乙"]
    assert ["乙"] == [miss["kind"] for miss in told["files"][1]["misses"]]
    together = told["together"]["lookup"]["coverage"]
    assert (106, 2, 1, 1) == tuple(together[name] for name in ("branches", "asked", "found", "sure"))
    assert {"list": "国家", "no": 16, "branch": "烧结砖瓦制品"} in together["never_found"]
    assert 104 == len(together["never_asked"])


def test_the_command_holds_the_floors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """文件夹里有 figures.toml，低了就说是哪一样；--raise 抬高它；没有它，抬不了。"""
    with pytest.raises(Fault, match="抬不了"):
        _run(folder, lift=True)
    kept = folder / figures.FILE
    kept.write_text('[lookup-a]\n"全部" = 0.5\n', encoding="utf-8")
    _run(folder, lift=True)
    floors = figures.read(kept)
    assert (1.0, 0.0, 1) == (floors["lookup-a"]["全部"], floors["lookup-b"]["全部"], floors["lookup"][figures.FOUND])
    (folder / "lookup-a.jsonl").write_text(json.dumps({**CEMENT, "expect": "none", "accept": []}), encoding="utf-8")
    with pytest.raises(Fault, match=r"lookup 的 找到的分支：0 < 1.*lookup-a 的 全部：0 < 1"):
        _run(folder)
