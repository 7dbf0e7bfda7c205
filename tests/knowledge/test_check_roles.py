"""roles.toml 写坏了，说得出哪一行、坏在哪里。"""

from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.check_roles import check_roles
from tests.knowledge.data import LARGE, copied

FILE = "roles.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """数据文件夹的一份副本，可以改坏。"""
    return copied(tmp_path, *LARGE)


def test_the_real_file_has_no_fault(folder: Path) -> None:
    """自带的一处毛病也没有。"""
    assert [] == list(check_roles(folder))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("turns = [", "turning = [", "没有“turning”这一项"),
        ("dim = [", "dimm = [", "[clause] 没有“dimm”这一项"),
        ('role = "停了"\nafter', 'role = "停了"\nafterwards', "[[cue]] 没有“afterwards”这一项"),
        ('"早就", ', '"早就(", ', "编不成式子"),
        ('past = ["以前"', 'past = ["以前["', "编不成式子"),
        ('"停掉", ', '"停掉", "停掉", ', "写了两遍"),
        ('"停掉", ', '"垒起", ', "“垒起”用不上"),
        ('future = ["打算"', 'future = ["看看"', "“看看”用不上"),
        ('turns = ["卖给"', 'turns = ["我们卖给"', "“我们卖给”用不上"),
        ('dim = ["不", ', 'dim = [7, "不", ', "要是几段文字"),
    ],
)
def test_a_spoiled_line_is_named(folder: Path, old: str, new: str, says: str) -> None:
    """不认得的键、编不成的式子、重复的、永远用不上的说法，报那一行。"""
    path = folder / FILE
    text = path.read_text("utf-8")
    before, found, _ = text.partition(old)
    assert old == found
    line = before.count("\n") + 1 + old.count("\n")
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert says in " / ".join(
        fault.message for fault in check_roles(folder) if (fault.file, fault.line) == (FILE, line)
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("fillers = ", "filler = ", "缺“fillers”"),
        ('role = "还没有"', 'role = ""', "要有 role"),
        ('\n[[cue]]\nrole = "停了"', '\n[cues]\nrole = "停了"', "没有“cues”这一项"),
        ("\n[clause]", "\n[[clause]]", "要有一个 [clause]"),
        ("\n[clause]", "\n[clause", "读不成"),
    ],
)
def test_a_broken_table_is_told(folder: Path, old: str, new: str, says: str) -> None:
    """缺的键、没有 role 的、读不成的，都说出来；`chuangb check` 也说。"""
    path = folder / FILE
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert any(says in fault.message for fault in check(folder) if fault.file == FILE)
