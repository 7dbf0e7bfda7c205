"""`chuangb eval`：读标好的例子，考查找和问答，印出各类成绩、考到和找到的分支、没答对的；掉到底线以下就说出来。"""

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import knowledge
from bot import figures
from bot.clock import Clock
from bot.commands import Fault
from bot.settings import read_settings

if TYPE_CHECKING:
    from dialogs.evaluate import Coverage, Judged, Line, Place
    from knowledge.rules import Rules

DEFAULT = Path("tests/eval")
MISSES = 200
"""最多印这么多条没答对的。"""

Results = Mapping[Path, "list[Judged]"]


def evaluate(given: Namespace) -> None:
    """考各个文件；没写文件就考 tests/eval 里的。低于底线的抛 Fault；`--raise` 把底线抬到眼下。"""
    files = [Path(file) for file in given.files] or sorted(DEFAULT.glob("*.jsonl"))
    if not files:
        raise Fault(f"{DEFAULT} 里没有 .jsonl；写上要考的文件")
    kept = files[0].parent / figures.FILE
    if given.lift and not kept.exists():
        raise Fault(f"没有 {kept}，抬不了底线")
    clock = Clock(read_settings().zone)
    now = clock()
    rules = knowledge.on(now.date()).warm()
    results: dict[Path, list[Judged]] = {}
    for file in files:
        results[file] = judged(file, rules, now)
        if not given.json:
            _report(str(file), results[file], rules)
    together = grouped(results)
    if given.json:
        print(json.dumps(_told(results, together, rules), ensure_ascii=False, indent=1))
    else:
        for name, group in together.items():
            _report(f"{name}-* 合起来", group, rules, whole=True)
    if kept.exists():
        _hold(kept, measured(results, rules), lift=given.lift)


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


def grouped(results: Results) -> "dict[str, list[Judged]]":
    """同一种考题（文件名减号前的一段相同）合起来；只有一个文件的不必合。"""
    groups: dict[str, list[Path]] = {}
    for file in results:
        groups.setdefault(file.stem.partition("-")[0], []).append(file)
    return {
        name: [each for file in files for each in results[file]] for name, files in groups.items() if len(files) > 1
    }


def measured(results: Results, rules: "Rules") -> "dict[str, dict[str, figures.Figure]]":
    """各节的成绩：每个文件一节；文件夹里的都考了，才有合起来的。"""
    from dialogs.evaluate import scores

    got = {file.stem: figures.figures(scores(each)) for file, each in results.items()}
    if set(results) >= {file for folder in {file.parent for file in results} for file in folder.glob("*.jsonl")}:
        for name, group in grouped(results).items():
            got[name] = figures.figures(scores(group), _covered(group, rules))
    return got


def _hold(file: Path, got: "figures.Figures", *, lift: bool) -> None:
    floors = figures.read(file)
    if lift:
        file.write_text(figures.written(figures.raised(floors, got)), encoding="utf-8")
    if fallen := sorted(figures.fallen(floors, got)):
        raise Fault(f"低于 {file} 的底线：{'；'.join(fallen)}")


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


def _covered(results: "list[Judged]", rules: "Rules") -> "Coverage | None":
    """没有一句考查找的，就没有分支可说。"""
    from dialogs.evaluate import coverage

    return coverage(results, rules) if any(each.right for each in results) else None


def _report(title: str, results: "list[Judged]", rules: "Rules", *, whole: bool = False) -> None:
    """`whole` 是合起来的：不再印没答对的，从来没有找到的分支连没有考到的都印。"""
    from dialogs.evaluate import scores

    print(title)
    for name, score in scores(results).items():
        print(f"  {name:<12} {score.right:>5}/{score.total:<5} {score.share:.3f}")
    if covered := _covered(results, rules):
        asked, found, sure = len(covered.asked), len(covered.found), len(covered.sure)
        print(f"  分支 {len(covered.branches)} 个：考到 {asked}，找到 {found}（有把握地找到 {sure}）")
        for why, places in (
            ("没有找到", [place for place in covered.never if place in covered.asked]),
            ("没有考到", [place for place in covered.never if place not in covered.asked] if whole else ()),
        ):
            if places:
                print(f"    {why}：{'、'.join(f'{list_}{no} {name}' for list_, no, name in places)}")
    misses = [] if whole else [each for each in results if each.why]
    for each in misses[:MISSES]:
        print(f"    [{each.kind}] {each.text[:40]}：{each.why}")
    if len(misses) > MISSES:
        print(f"    ……还有 {len(misses) - MISSES} 条")


def _told(results: Results, together: "Mapping[str, list[Judged]]", rules: "Rules") -> dict[str, Any]:
    """`--json` 的样子，见 tests/eval/README.md。"""
    files = [
        {
            "file": str(file),
            **_summed(each, rules),
            "misses": [{"kind": miss.kind, "q": miss.text, "why": miss.why} for miss in each if miss.why],
        }
        for file, each in results.items()
    ]
    return {"files": files, "together": {name: _summed(group, rules) for name, group in together.items()}}


def _summed(results: "list[Judged]", rules: "Rules") -> dict[str, Any]:
    from dialogs.evaluate import scores

    covered = _covered(results, rules)
    return {
        "scores": {
            name: {"right": score.right, "total": score.total, "share": round(score.share, 4)}
            for name, score in scores(results).items()
        },
        "coverage": covered
        and {
            "branches": len(covered.branches),
            "asked": len(covered.asked),
            "found": len(covered.found),
            "sure": len(covered.sure),
            "never_asked": _named(place for place in covered.branches if place not in covered.asked),
            "never_found": _named(covered.never),
        },
    }


def _named(places: "Iterator[Place] | tuple[Place, ...]") -> list[dict[str, Any]]:
    return [{"list": list_, "no": no, "branch": name} for list_, no, name in places]
