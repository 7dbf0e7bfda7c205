"""检查 roles.toml：不认得的键、缺的键、编不成的式子、重复的、永远用不上的说法，都说出第几行。"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.roles import SIGNED, pattern
from knowledge.rows import Fault

FILE = "roles.toml"
LISTS = ("fillers", "turns", "joins")
CLAUSE = ("dim", "far", "lit", "past", "future", "now", "others")
CUE = ("after", "ends", "before")
PLAIN = (*LISTS, *(f"clause.{key}" for key in CLAUSE))
"""这些直接当式子用，编不成就错了。"""


def check_roles(folder: Path) -> Iterator[Fault]:
    """roles.toml 的毛病。"""
    path = folder / FILE
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield Fault(FILE, 1, f"读不成：{error}")
        return
    lines = text.splitlines()
    clause = told.get("clause", {})
    cues = told.get("cue", [])
    if not isinstance(clause, dict) or not isinstance(cues, list) or not all(isinstance(cue, dict) for cue in cues):
        yield Fault(FILE, 1, "要有一个 [clause] 和几个 [[cue]]")
        return
    yield from _keys(told, (*LISTS, "clause", "cue"), lines, "", needed=True)
    yield from _keys(clause, CLAUSE, lines, "[clause] ", needed=True)
    for cue in cues:
        yield from _keys(cue, ("role", *CUE), lines, "[[cue]] ", needed=False)
        if not cue.get("role") or not any(cue.get(side) for side in CUE):
            yield Fault(
                FILE,
                _line(lines, str(cue.get("role", "[[cue]]"))),
                "每个 [[cue]] 要有 role，和 after、ends、before 之一",
            )
    said = {f"clause.{key}": clause.get(key, []) for key in CLAUSE} | {key: told.get(key, []) for key in LISTS}
    for side in CUE:
        said[side] = [each for cue in cues for each in _list(cue.get(side, []))]
    for turn in _list(told.get("turns", [])):
        if any(str(turn).startswith(str(filler)) for filler in _list(told.get("fillers", []))):
            yield Fault(
                FILE, _line(lines, str(turn), _starting(lines, "turns")), f"“{turn}”用不上：fillers 先把它放过去了"
            )
    first = {"clause": _starting(lines, "clause"), **dict.fromkeys(CUE, _starting(lines, "cue"))}
    for name, phrases in said.items():
        yield from _phrases(name, phrases, lines, first.get(name.partition(".")[0], 1))


def _keys(
    table: Mapping[str, Any], known: tuple[str, ...], lines: list[str], where: str, *, needed: bool
) -> Iterator[Fault]:
    for key in table:
        if key not in known:
            yield Fault(FILE, _starting(lines, key), f"{where}没有“{key}”这一项")
    for key in known if needed else ():
        if key not in table:
            yield Fault(FILE, 1, f"{where}缺“{key}”")


def _phrases(name: str, phrases: Any, lines: list[str], first: int) -> Iterator[Fault]:
    if not isinstance(phrases, list) or not all(isinstance(says, str) and says for says in phrases):
        yield Fault(FILE, _starting(lines, name.rpartition(".")[2]), f"“{name}”要是几段文字")
        return
    signs, seen = SIGNED.get(name), set[str]()
    for says in phrases:
        at = _line(lines, says, first)
        if says in seen:
            yield Fault(FILE, at, f"“{says}”写了两遍")
        seen.add(says)
        try:
            re.compile(says if name in PLAIN else pattern(says))
        except re.error as error:
            yield Fault(FILE, at, f"“{says}”编不成式子：{error}")
        if signs is not None and signs.isdisjoint(says):
            yield Fault(FILE, at, f"“{says}”用不上：里头没有一个 roles.py 先看的字")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _starting(lines: list[str], key: str) -> int:
    return next(
        (n for n, line in enumerate(lines, 1) if line.startswith((f"{key} ", f"{key}=", f"[{key}", f"[[{key}"))), 1
    )


def _line(lines: list[str], says: str, first: int = 1) -> int:
    told = enumerate(lines[first - 1 :], first)
    return next((n for n, line in told if f'"{says}"' in line and not line.startswith("#")), first)
