"""赶着发的时候换的几样，发完都还原，中途出错也一样。"""

import gc
import sys

import pytest

from bot.reminders.haste import TURN, hurried


def test_what_hurrying_changes_is_put_back() -> None:
    """垃圾回收的界线、换手的间隔，出来都是原样。"""
    before = gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count()
    with pytest.raises(ValueError, match="断了"), hurried():  # noqa: PT012
        assert TURN == pytest.approx(sys.getswitchinterval())
        raise ValueError("断了")
    assert before == (gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count())
