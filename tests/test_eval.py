"""考题的成绩不掉：每个文件都不低于 figures.toml 记下的。"""

import json
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

import knowledge
from bot.commands import Fault
from bot.evaluation import judged
from dialogs.evaluate import judge, scores
from dialogs.records import Facts
from tests.dialogs.test_walk import RULES

FOLDER = Path(__file__).parent / "eval"
NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
FIGURES = tomllib.loads((FOLDER / "figures.toml").read_text(encoding="utf-8"))
FILES = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_figure_falls(file: Path) -> None:
    """全部和有把握的，都不低于记下的成绩。"""
    got = scores(judged(file, knowledge.on(NOW.date()), NOW))
    for name, figure in FIGURES[file.stem].items():
        assert got[name].share >= figure, f"{file.stem} {name}：{got[name].share:.4f} < {figure}"


def test_every_file_has_a_figure() -> None:
    """每个考题文件都记着成绩，没有多余的。"""
    assert sorted(FIGURES) == [file.stem for file in FILES]


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
