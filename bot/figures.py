"""考题的底线（figures.toml）：成绩掉到底线以下就说出是哪一样；抬只抬高，不降低。"""

import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import Fault

if TYPE_CHECKING:
    from dialogs.evaluate import Coverage, Score

FILE = "figures.toml"
TOTALS = ("全部", "有把握的")
ASKED, FOUND, SURE = "考到的分支", "找到的分支", "有把握地找到的分支"
ENOUGH = 20
"""一类至少有这么多句，才单独记底线。"""
SLACK = 1
"""记一类的底线时，许它比眼下少对几句：别的类涨了、这一类掉了一句，不算毛病；合计的不许。"""
HEADER = """\
# 各考题的底线：一个文件一节，[lookup]、[questions] 是同一种考题合起来的。
# 规矩见 README.md；成绩涨了就跑一遍 chuangb eval --raise，只抬不降。
"""

Floors = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """一样成绩：眼下的数，和照眼下该记的底线。"""

    now: float
    floor: float


Figures = Mapping[str, Mapping[str, Figure]]


def figures(scores: "Mapping[str, Score]", covered: "Coverage | None" = None) -> dict[str, Figure]:
    """值得记底线的各样：合计，句数够的各类；`covered` 是考到、找到的分支有几个。"""
    kept: dict[str, Figure] = {}
    for name, score in scores.items():
        if name in TOTALS:
            kept[name] = Figure(score.share, _cut(score.right, score.total))
        elif score.total >= ENOUGH:
            kept[name] = Figure(score.share, _cut(max(score.right - SLACK, 0), score.total))
    if covered is not None:
        for name, places in ((ASKED, covered.asked), (FOUND, covered.found), (SURE, covered.sure)):
            kept[name] = Figure(len(places), len(places))
    return kept


def fallen(floors: Floors, got: Figures) -> Iterator[str]:
    """考了的各节里，低于底线的各样，说出哪一节的哪一样；底线里有、考题里没有了的也说。"""
    for section in got.keys() & floors.keys():
        for name, floor in floors[section].items():
            if name not in got[section]:
                yield f"{section} 的 {name}：没有这一样了，或者不到 {ENOUGH} 句"
            elif got[section][name].now < floor:
                yield f"{section} 的 {name}：{got[section][name].now:.4g} < {floor:g}"


def raised(floors: Floors, got: Figures) -> dict[str, dict[str, float]]:
    """抬高了的底线：比原来高的换上，原来没有的添上，别的照旧。"""
    risen = {section: dict(names) for section, names in floors.items()}
    for section, names in got.items():
        held = risen.setdefault(section, {})
        for name, figure in names.items():
            held[name] = max(held.get(name, 0), figure.floor)
    return risen


def read(file: Path) -> Floors:
    """读底线；读不成抛 Fault。"""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Fault(f"{file}：读不成：{error}") from error


def written(floors: Floors) -> str:
    """写成 TOML；节照名字排，合计在前，各类照名字。"""
    return "\n".join((HEADER, *("\n".join((*_section(name, floors[name]), "")) for name in sorted(floors))))


def _section(name: str, names: Mapping[str, float]) -> Iterable[str]:
    yield f"[{name}]"
    for key in sorted(names, key=lambda key: (key not in TOTALS, key.isascii(), key)):
        yield f"{key if key.isascii() else json.dumps(key, ensure_ascii=False)} = {names[key]}"


def _cut(right: int, total: int) -> float:
    """三位小数，只舍不入。"""
    return math.floor(right * 1000 / total) / 1000 if total else 1.0
