"""编译好的模板记在 __pycache__ 里：模板没变才用，坏了就重新编译，写不成也不出错。"""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from dialogs.compiled import Compiled


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """放着一个模板的文件夹；许写 .pyc。"""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "x.j2").write_text("你好，{{ name }}", "utf-8")
    return tmp_path


def said(folder: Path) -> str:
    """新开一个环境，把模板填好。"""
    env = Environment(loader=FileSystemLoader(folder), bytecode_cache=Compiled(folder), autoescape=True)
    return env.get_template("x.j2").render(name="厂")


def test_what_was_compiled_is_not_compiled_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """第二次不再编译；模板改了就重新编译。"""
    assert "你好，厂" == said(folder)
    with monkeypatch.context() as patched:
        patched.setattr("jinja2.compiler.generate", lambda *given, **more: 1 / 0)
        assert "你好，厂" == said(folder)
    (folder / "x.j2").write_text("您好，{{ name }}", "utf-8")
    assert "您好，厂" == said(folder)


@pytest.mark.parametrize("damage", [b"", b"junk", b"\x80\x05.", b"j2" * 40])
def test_damaged_or_unwritable_is_compiled_anew(folder: Path, damage: bytes) -> None:
    """记下的坏了、写不成：照样编译。"""
    said(folder)
    for path in (folder / "__pycache__").iterdir():
        path.write_bytes(damage)
    assert "你好，厂" == said(folder)
    for path in (folder / "__pycache__").iterdir():
        path.unlink()
    (folder / "__pycache__").rmdir()
    (folder / "__pycache__").write_text("占着")
    assert "你好，厂" == said(folder)


def test_nothing_is_written_where_it_must_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """不许写 .pyc 的，不留文件。"""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    said(folder)
    assert not (folder / "__pycache__").exists()
