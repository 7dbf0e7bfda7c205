"""结果里没有着落的话，检查指到模板的那一行。"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dialogs.reply import WordingError
from dialogs.template_lines import broken_at, line_of

ROOT = Path(__file__).parents[2]
CHECK = """
import sys
import dialogs.check
from bot.__main__ import main
dialogs.check.FLOWS = {name: dialogs.check.FLOWS[name] for name in ("review", "benefits")}
sys.exit(main(["check"]))
"""
"""chuangb check，只走改坏了的两个流程。"""
TEMPLATE = """{% for each in places %}
{{ each.name }}由市级审。
{% endfor %}
{{ "提前 7 天" if early else "准时" }}开。
{{ shown.note() }}
限 {{ count }} 家。
下一步：等。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """一个模板和一个公用的宏。"""
    (tmp_path / "x.result.j2").write_text(TEMPLATE, "utf-8")
    (tmp_path / "_place.j2").write_text("{% macro note() %}\n专家只看 3 项。\n{% endmacro %}\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said", "expected"),
    [
        ("市级", "某厂由市级审。", ("x.result.j2", 2)),
        ("7", "提前 7 天开。", ("x.result.j2", 4)),
        ("3", "专家只看 3 项。", ("_place.j2", 2)),
        ("88", "限 88 家。", ("x.result.j2", 6)),
        ("99", "别处来的 99。", ("x.result.j2", 1)),
        ("", "", ("x.result.j2", 1)),
    ],
)
def test_the_line_that_says_it_is_named(folder: Path, words: str, said: str, expected: tuple[str, int]) -> None:
    """照字面写的、写在字符串里的、写在公用宏里的、由数据填的，都指得到；找不到就是第一行。"""
    file, line = expected
    assert (f"dialogs/wording/{file}", line) == line_of("x.result", words, said, folder)


def test_an_ending_without_a_next_step_points_to_the_last_line(folder: Path) -> None:
    """没有“下一步：”的模板，指到最后一行。"""
    assert ("dialogs/wording/x.result.j2", 7) == broken_at(WordingError("x.result", "没有结尾"), folder)


def test_the_check_command_names_the_line(tmp_path: Path) -> None:
    """模板里多写一个条款没有的数、写错一个变量名，chuangb check 都说出那一行。"""
    for name in ("bot", "dialogs", "knowledge"):
        shutil.copytree(ROOT / name, tmp_path / name)
    review = tmp_path / "dialogs/wording/review.result.j2"
    line = review.read_text("utf-8").split("审核不通过可以退回")[0].count("\n") + 1
    review.write_text(review.read_text("utf-8").replace("审核不通过可以退回", "审核不通过 17 天内可以退回"), "utf-8")
    benefits = tmp_path / "dialogs/wording/benefits.result.j2"
    last = len(benefits.read_text("utf-8").splitlines())
    benefits.write_text(benefits.read_text("utf-8").replace("下一步：", "{{ nothing.there }}下一步："), "utf-8")
    check = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert 1 == check.returncode
    assert f"dialogs/wording/review.result.j2:{line}: review 的 review.result：所引条款里没有“17”" in check.stderr
    assert f"dialogs/wording/benefits.result.j2:{last}: benefits.result 填不成" in check.stderr
