"""从叫法和标好的例子里量出“整句偏向哪个分支”，写成 knowledge/leaning.csv。运行：python -m bench.leaning

只用能照着改的例子；没有看过的考题不放进来。加 --folds 先按分支和类别分五份，轮流留一份来考，印出没看过的那份对多少。
"""

import csv
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from knowledge.admitted import admitted
from knowledge.leaning import FILE, NONE, grams, letter, packed
from knowledge.rules import Rules, on
from knowledge.spelling import PAUSE, STOP, normalise
from knowledge.telling import tellings
from knowledge.vocabulary import Vocabulary

TESTS = Path(__file__).parent.parent / "tests"
LINES = [
    TESTS / "eval" / "lookup-seen.jsonl",
    TESTS / "eval" / "lookup-more.jsonl",
    TESTS / "eval" / "lookup-aside.jsonl",
    TESTS / "eval" / "lookup-third.jsonl",
    TESTS / "eval" / "lookup-fourth.jsonl",
    TESTS / "eval" / "lookup-fifth.jsonl",
    TESTS / "knowledge" / "lookup.jsonl",
    TESTS / "knowledge" / "sentences.jsonl",
]
DESCRIBED = Path(__file__).with_name("descriptions.csv")
"""各分支怎么说自己：工序、设备、产品；只用来量偏向，不是叫法。"""
ROUNDS, RATE, FOLDS = 8, 0.7, 5
KEPT = 32_050
TYPED = ("pinyin", "english", "code", "typo")


class Example(NamedTuple):
    """一句话、它指的分支（几个就平分）、它有多重、它属于哪一份。"""

    features: tuple[str, ...]
    units: tuple[str, ...]
    weight: float
    fold: int = -1
    kind: str = ""
    expect: str = ""


Model = tuple[dict[str, list[float]], list[float]]


def main() -> None:
    """量出来，写文件；--folds 时只考不写。"""
    rules = on(date(2026, 11, 24))
    names = [*rules.branches, NONE]
    examples = [*_called(rules), *_described(), *_labelled(rules)]
    if "--folds" in sys.argv:
        _cross_validated(examples, names)
        return
    often = Counter(gram for example in examples for gram in example.features)
    FILE.write_text(_written(_fitted(examples, names), names, often), encoding="utf-8")
    print(f"{len(examples)} 个例子，{FILE.stat().st_size / 1000:.0f} KB")


def _called(rules: Rules) -> Iterable[Example]:
    """叫法和名称；不在名录的行当。"""
    vocabulary = Vocabulary(rules.branches, rules.industries, rules.aliases)
    for word in vocabulary.words.values():
        if word.role == "" and not word.label.startswith("误写"):
            yield Example(grams(word.text), word.units, 1.0)
    for text in (*tellings().outside, *tellings().boiler):
        yield Example(grams(text), (NONE,), 0.5)


def _described() -> Iterable[Example]:
    """各分支怎么说自己；一句里的几样，各算一句，整句再算一句。"""
    with DESCRIBED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            text = normalise(row["text"])
            pieces = [piece for piece in re.split(f"[{STOP}{PAUSE}]", text) if len(piece) > 1]
            yield Example(grams(text), (row["target"],), 2.0)
            for piece in pieces if len(pieces) > 1 else ():
                yield Example(grams(piece), (row["target"],), 0.4)


def _labelled(rules: Rules) -> Iterable[Example]:
    """标好的例子，写错了字的不算；几个都对的取第一个。"""
    ids = {(branch.list, branch.no, branch.name): branch.id for branch in rules.branches.values()}
    for path in LINES:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            features = grams(admitted(normalise(row["q"])))
            units = tuple(ids[place] for each in row["accept"] if (place := tuple(each)) in ids)
            if row.get("kind") == "typo" or any(
                each.why.startswith("近似") for each in rules.lookup(row["q"]).candidates
            ):
                continue
            if features and (units or row["expect"] == "none"):
                units = units[:1] if row["expect"] == "match" else units or (NONE,)
                kind = row.get("kind", "")
                fold = crc32(f"{units[0]} {kind}".encode()) % FOLDS
                yield Example(features, units, 2.0, fold, kind, row["expect"])


def _fitted(examples: Sequence[Example], names: Sequence[str]) -> Model:
    """多项逻辑回归，AdaGrad；随机的次序每次一样。"""
    number = {name: at for at, name in enumerate(names)}
    rows: dict[str, list[float]] = {}
    for example in examples:
        for gram in example.features:
            rows.setdefault(gram, [0.0] * len(names))
    sizes = {gram: [1e-6] * len(names) for gram in rows}
    base, steps = [0.0] * len(names), [1e-6] * len(names)
    order = list(range(len(examples)))
    shuffled = random.Random(4)
    for _ in range(ROUNDS):
        shuffled.shuffle(order)
        for at in order:
            features, units, weight = examples[at][:3]
            scale = 1 / sqrt(len(features)) if features else 0.0
            share = _shares([rows[gram] for gram in features], base, scale)
            for unit in units:
                share[number[unit]] -= 1 / len(units)
            for each, error in enumerate(share):
                if abs(error) < 0.002:
                    continue
                slope = error * weight
                steps[each] += slope * slope
                base[each] -= 0.2 * RATE * slope / sqrt(steps[each])
                slope *= scale
                for gram in features:
                    size = sizes[gram]
                    size[each] += slope * slope
                    rows[gram][each] -= RATE * slope / sqrt(size[each] + 0.02)
    return rows, base


def _shares(rows: Sequence[Sequence[float]], base: Sequence[float], scale: float) -> list[float]:
    sums = [sum(column) * scale + start for *column, start in zip(*rows, base, strict=True)] if rows else list(base)
    top = max(sums)
    raised = [exp(each - top) for each in sums]
    total = sum(raised)
    return [each / total for each in raised]


def _written(model: Model, names: Sequence[str], often: Mapping[str, int]) -> str:
    """先是各分支的起点，再是各个字词；只留最要紧的几万个数，常见的两个字没有数也留名。"""
    rows, base = model
    centred = {}
    for gram, row in rows.items():
        middle = sorted(row)[len(row) // 2]
        centred[gram] = [each - middle for each in row]
    least = sorted((abs(each) for row in centred.values() for each in row), reverse=True)[KEPT]
    lines = ["gram,weights", *(f"{name},{letter(start)}" for name, start in zip(names, base, strict=True))]
    for gram in sorted(centred):
        kept = [(at, each) for at, each in enumerate(centred[gram]) if abs(each) >= least]
        if kept or (often[gram] > 2 and len(gram) > 1):
            lines.append(f"{gram},{packed(kept)}")
    return "\n".join(lines) + "\n"


def _cross_validated(examples: Sequence[Example], names: Sequence[str]) -> None:
    """每一份用别的份量出来的考：第一名对多少，有把握的对多少。"""
    judged: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        rows, base = _fitted([each for each in examples if each.fold != fold], names)
        for each in examples:
            if each.fold == fold and each.expect == "match" and each.kind not in TYPED:
                known = [rows[gram] for gram in each.features if gram in rows]
                share = _shares(known, base, 1 / sqrt(len(known)) if known else 0.0)
                judged.append((max(share), names[share.index(max(share))] in each.units))
    for least in (0.0, 0.5, 0.7, 0.9):
        sure = [right for share, right in judged if share >= least]
        print(f"份额 ≥ {least}：{len(sure)}/{len(judged)}，对 {sum(sure) / len(sure):.3f}")


if __name__ == "__main__":
    main()
