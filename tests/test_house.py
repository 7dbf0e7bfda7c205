"""房子怎么盖的：箭头只朝一个方向，README、命令、流程和模板对得上。"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from dialogs.flows import FLOWS
from dialogs.reply import TEMPLATES

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"knowledge": {"knowledge"}, "dialogs": {"dialogs", "knowledge"}, "bot": {"bot", "dialogs", "knowledge"}}
HOUSE = set(MAY_IMPORT)


def sources(folder: str) -> Iterator[Path]:
    """一个文件夹里的源文件。"""
    return (ROOT / folder).rglob("*.py")


def imported(path: Path) -> set[str]:
    """一个文件导入了三个文件夹里的哪几个。"""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}：用绝对导入"
            names.add((node.module or "").split(".")[0])
    return names & HOUSE


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_the_arrow_holds(folder: str) -> None:
    """bot → dialogs → knowledge，没有反过来的导入。"""
    for path in sources(folder):
        assert imported(path) <= MAY_IMPORT[folder], path


def test_dialogs_are_pure() -> None:
    """dialogs 里没有时钟、没有读写、没有随机数（模板在导入时读一次除外）。"""
    for path in sources("dialogs"):
        text = path.read_text(encoding="utf-8")
        for word in ("datetime.now", "date.today", "time.time", "import random", "sqlite", "sqlalchemy", "socket"):
            assert word not in text, f"{path}：{word}"


def test_files_are_short() -> None:
    """一个文件最多约 300 行。"""
    for folder in (*MAY_IMPORT, "bench"):
        for path in sources(folder):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= 320, f"{path} {lines}"


def test_every_template_belongs_to_a_flow() -> None:
    """模板叫 流程.结果；流程登记过。"""
    owners = {name.partition(".")[0] for name in TEMPLATES if not name.startswith("_")}
    assert owners <= set(FLOWS), owners - set(FLOWS)


def readme_table() -> list[tuple[str, str]]:
    """README 里“I want to change…”的每一行：文件和符号。"""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.partition("## I want to change…")[2].partition("\n## ")[0]
    return re.findall(r"\[`([^`]+)`\]\(([^)]+)\)", part)


def test_readme_names_what_is_there() -> None:
    """“I want to change…”每一行的文件都在，点名的符号就在那个文件里。"""
    rows = readme_table()
    assert len(rows) >= 8
    for symbol, file in rows:
        path = ROOT / file
        assert path.exists(), file
        if path.is_file() and symbol != path.name and "/" not in symbol:
            assert symbol in path.read_text(encoding="utf-8"), f"{file} 里没有 {symbol}"


def test_readme_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """README 写到的命令都有；每个命令 README 都写到。"""
    assert 0 == main([])
    commands = set(re.findall(r"^    ([a-z]+)\b", capsys.readouterr().out, re.MULTILINE))
    assert len(commands) >= 10
    written = set(re.findall(r"chuangb ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert commands == written


def test_readme_lists_every_flow() -> None:
    """README 的流程表与登记处一致。"""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for entry in FLOWS.values():
        assert entry.title in text, entry.title


def test_help_without_arguments() -> None:
    """不带参数印帮助，退出码 0；用法不对是 2。"""
    assert 0 == subprocess.run([sys.executable, "-m", "bot"], capture_output=True, cwd=ROOT).returncode
    wrong = subprocess.run([sys.executable, "-m", "bot", "没有这个命令"], capture_output=True, cwd=ROOT)
    assert 2 == wrong.returncode


def test_locks_name_no_host_and_every_hash() -> None:
    """锁文件里没有仓库地址，每个包都有散列值。"""
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "index-url" not in text
        pins = re.findall(r"^\S+==", text, re.MULTILINE)
        assert len(pins) > 10
        assert text.count("--hash=sha256:") >= len(pins)
