"""附件3的等级的写法；不带读表格的那些，服务一直要用。"""

import re
import unicodedata
from collections.abc import Callable

from knowledge.rules import Rules

Find = Callable[[str], tuple[str, str]]
"""认一格：认得的样子，认不得的毛病；恰好一样是空的。"""


def grade_named(rules: Rules, said: str) -> tuple[str, str]:
    """附件3的等级和毛病；没有写的两样都空着。"""
    return grades_of(rules)(said) if said else ("", "")


def grades_of(rules: Rules) -> Find:
    """认附件3的等级；括号里外的写法都认。"""
    printed = {tier for branch in rules.branches.values() for tier in branch.tiers}
    parts = {part for tier in printed for part in re.split("[（）]", tier) if part}
    known = {plain(tier): tier for tier in parts} | {plain(tier): tier for tier in printed}

    def find(said: str) -> tuple[str, str]:
        found = known.get(plain(said)) or known.get(plain(said).removesuffix("级").removesuffix("企业"))
        return (found, "") if found else ("", f"附件3没有等级“{said[:20]}”")

    return find


def plain(text: str) -> str:
    """全角变半角、大写，没有空白。"""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
