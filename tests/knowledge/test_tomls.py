"""解析过的 TOML 记在 __pycache__ 里：内容没变才用，坏了就重新解析，写不成也不出错。"""

import sys
from pathlib import Path

import pytest

from knowledge import tomls
from knowledge.tomls import parse


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """当作自带数据的文件夹；许写 .pyc。"""
    monkeypatch.setattr(tomls, "HERE", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return tmp_path


def kept(home: Path) -> list[Path]:
    """记下了哪些文件。"""
    return sorted((home / "__pycache__").glob("*")) if (home / "__pycache__").exists() else []


def test_what_was_parsed_is_not_parsed_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """第二次不再解析，内容一样，而且是新的一份；文字变了就重新解析。"""
    first = parse(home / "x.toml", 'a = ["甲", 1]')
    monkeypatch.setattr("tomllib.loads", lambda text: {"parsed": text})
    again = parse(home / "x.toml", 'a = ["甲", 1]')
    assert ({"a": ["甲", 1]}, True) == (again, again is not first)
    assert {"parsed": "b = 2"} == parse(home / "x.toml", "b = 2")
    assert 1 == len(kept(home))


@pytest.mark.parametrize("damage", [b"", b"\0", b"junk", b"\xe9\x01\x00\x00\x00", b"i\x01\x00\x00\x00"])
def test_a_damaged_memory_is_parsed_anew(home: Path, damage: bytes) -> None:
    """记下的坏了：照样解析，并重新记好。"""
    parse(home / "x.toml", "a = 1")
    kept(home)[0].write_bytes(damage)
    assert [{"a": 1}] * 2 == [parse(home / "x.toml", "a = 1") for _ in range(2)]


def test_nothing_is_written_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """不许写 .pyc 的、日期装不下的，都不留文件；别的文件夹的数据也不记。"""
    parse(home / "day.toml", "a = 2024-08-05")
    monkeypatch.setattr(tomls, "HERE", home / "other")
    parse(home / "x.toml", "a = 1")
    monkeypatch.setattr(tomls, "HERE", home)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    parse(home / "x.toml", "a = 1")
    assert [] == kept(home)


def test_a_place_that_cannot_be_written_is_no_fault(home: Path) -> None:
    """__pycache__ 建不成：照样解析。"""
    (home / "__pycache__").write_text("占着")
    assert {"a": 1} == parse(home / "x.toml", "a = 1")
