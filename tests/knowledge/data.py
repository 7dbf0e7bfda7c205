"""数据文件夹的副本，测试可以改坏。"""

import shutil
from pathlib import Path

from knowledge.load import HERE

LARGE = ("aliases.csv", "ambiguous.toml", "faq.toml", "leaning.csv")
"""最大的几份：别名、歧义、问答、偏向；与别的文件的毛病无关，读一遍却占去大半的工夫。"""


def copied(to: Path, *without: str) -> Path:
    """在 `to` 里放一份副本，`without` 的几份不放。"""
    copy = to / "knowledge"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", *without))
    return copy
