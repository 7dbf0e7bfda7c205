"""一条答复里说到的数字、日期、电话、网址、等级和审核者，是不是都有着落。

着落只有三处：所引条款的文字（和条款的编号）、登记的窗口、用户自己的话。
"""

from collections.abc import Iterable

from dialogs.check import HOUSE, grounds
from dialogs.records import Reply, Window
from knowledge.grounds import unsupported as loose
from knowledge.records import Citation
from knowledge.rules import Rules


def unsupported(
    text: str, cites: Iterable[Citation], rules: Rules, said: str = "", windows: tuple[Window, ...] = (), days: str = ""
) -> list[str]:
    """没有着落的说法；`days` 是由窗口和今天算出来的天数。"""
    page = Reply(text, cites=tuple(cites))
    registered = (f"{w.name} {w.id} {_days(w)}" for w in windows)
    ground = "\n".join((grounds(page, rules, said), *registered, days))
    return loose(HOUSE.sub("", text), ground)


def _days(window: Window) -> str:
    days = (window.start, window.end, *([window.closed] if window.closed else []))
    return " ".join(f"{d.year}年{d.month}月{d.day}日" for d in days)
