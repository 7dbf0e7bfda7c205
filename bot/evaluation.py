"""`chuangb eval`：读标好的例子，考查找和问答，印出各类成绩和没答对的。"""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import knowledge
from bot.clock import Clock
from bot.commands import Fault
from bot.settings import read_settings

if TYPE_CHECKING:
    from dialogs.evaluate import Judged, Line
    from knowledge.rules import Rules

DEFAULT = Path("tests/eval")
MISSES = 200
"""最多印这么多条没答对的。"""


def evaluate(given: Namespace) -> None:
    """考各个文件；没写文件就考 tests/eval 里的。"""
    files = [Path(file) for file in given.files] or sorted(DEFAULT.glob("*.jsonl"))
    if not files:
        raise Fault(f"{DEFAULT} 里没有 .jsonl；写上要考的文件")
    clock = Clock(read_settings().zone)
    now = clock()
    for file in files:
        _report(file, judged(file, knowledge.on(now.date()).warm(), now))


def judged(file: Path, rules: "Rules", now: datetime) -> "list[Judged]":
    """一个文件里每个例子的结果；读不懂的行抛 Fault，说是第几行。"""
    from dialogs.evaluate import judge
    from dialogs.records import Facts

    results = []
    for number, line in _lines(file):
        try:
            results.append(judge(line, rules, Facts(now)))
        except (KeyError, TypeError, ValueError) as error:
            raise Fault(f"{file}:{number}: 例子写得不对：{type(error).__name__} {error}") from error
    return results


def _lines(file: Path) -> "Iterator[tuple[int, Line]]":
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{file}：读不了：{error}") from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError as error:
            raise Fault(f"{file}:{number}: 不是 JSON：{error}") from error
        if not isinstance(given, dict):
            raise Fault(f"{file}:{number}: 一行要是一个 JSON 对象")
        yield number, given


def _report(file: Path, results: "list[Judged]") -> None:
    from dialogs.evaluate import scores

    print(f"{file}")
    for name, score in scores(results).items():
        print(f"  {name:<12} {score.right:>5}/{score.total:<5} {score.share:.3f}")
    misses = [each for each in results if each.why]
    for each in misses[:MISSES]:
        print(f"    [{each.kind}] {each.text[:40]}：{each.why}")
    if len(misses) > MISSES:
        print(f"    ……还有 {len(misses) - MISSES} 条", file=sys.stdout)
