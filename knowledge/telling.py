"""分不清时怎么问、哪些词只作线索：读 ambiguous.toml 与 gb4754.csv。"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.spelling import PAUSE, normalise
from knowledge.tomls import parse

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Telling:
    """一个词的脾气：怎么问，是不是只作线索，通知是不是没有写，是不是常拿来修饰零件（摩托车 + 油封），

    是哪些行业的一道工序；`loose` 是听的时候才说不准的（写错了字、后面跟着“袋”“渣”），不是通知没有写。"""

    ask: str = ""
    weak: bool = False
    unsure: bool = False
    carrier: bool = False
    part_of: tuple[str, ...] = ()
    loose: bool = False


NOT_SPECIAL = Telling()


@dataclass(frozen=True, slots=True)
class Tellings:
    """ambiguous.toml 与 gb4754.csv 的全部内容；键都已经 normalise。"""

    words: Mapping[str, Telling]
    hints: Mapping[str, tuple[str, ...]]
    turns: Mapping[str, tuple[str, ...]]
    outside: frozenset[str]
    boiler: frozenset[str]
    boiler_ask: str
    codes: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def tellings() -> Tellings:
    """读两个文件，只读一次。"""
    path = HERE / "ambiguous.toml"
    content = parse(path, path.read_text("utf-8"))
    words = {
        normalise(word): Telling(
            group.get("ask", ""),
            group.get("weak", False),
            group.get("unsure", False),
            group.get("carrier", False),
            tuple(group.get("part_of", ())),
        )
        for group in content["group"]
        for word in group["words"]
    }
    hints: dict[str, tuple[str, ...]] = {}
    turns: dict[str, tuple[str, ...]] = {}
    for hint in content["hint"]:
        into = turns if hint.get("turns") else hints
        for word in hint["words"]:
            key = normalise(word)
            into[key] = (*into.get(key, ()), *hint["targets"])
    return Tellings(
        words,
        hints,
        turns,
        frozenset(map(normalise, content["outside"]["words"])),
        frozenset(map(normalise, content["boiler"]["words"])),
        content["boiler"]["ask"],
        _codes("code"),
        _codes("name"),
        {of: tuple(row["hosts"]) for row in content.get("input", ()) for of in row["of"]},
    )


def _codes(column: str) -> dict[str, tuple[str, ...]]:
    """一列写法指的分支；写了 until 的行已经关了，不算。"""
    found: dict[str, tuple[str, ...]] = {}
    with (HERE / "gb4754.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["until"]:
                continue
            key = normalise(row[column]).replace(PAUSE, "")
            found[key] = (*found.get(key, ()), row["target"])
    return found
