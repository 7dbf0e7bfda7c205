"""计数写成 Prometheus 的文本。"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.app import Counts


def exposition(counts: "Counts", ready: bool) -> str:
    """Prometheus 文本格式的计数。"""
    lines: list[str] = []
    for name, what in (
        ("messages", "读懂并交给回合的消息，重投也算"),
        ("replies", "有答复的"),
        ("silent", "没有答复、只回收到的"),
        ("ignored", "不必回答的推送"),
        ("reports", "送达回执和订阅的回答"),
        ("refused", "签名不对的"),
        ("unreadable", "读不懂或存不下的"),
        ("errors", "出错的"),
    ):
        lines += _metric(f"chuangb_{name}_total", "counter", what, getattr(counts, name))
    done = counts.replies + counts.silent
    lines += [
        "# HELP chuangb_turn_seconds 从读懂到拿到答复的时间",
        "# TYPE chuangb_turn_seconds summary",
        f"chuangb_turn_seconds_sum {counts.seconds:.6f}",
        f"chuangb_turn_seconds_count {done}",
    ]
    lines += _metric("chuangb_ready", "gauge", "能否回答", int(ready))
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, what: str, value: int) -> Iterable[str]:
    return (f"# HELP {name} {what}", f"# TYPE {name} {kind}", f"{name} {value}")
