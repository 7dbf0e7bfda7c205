"""查找有多快：标注集上的平均、长句、认不出的话，以及别名多十倍时。运行：python -m bench.lookup"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import process_time

from rapidfuzz import fuzz, process

from knowledge.lookup import Lookup
from knowledge.records import Alias
from knowledge.rules import on

LINES = Path(__file__).parent.parent / "tests" / "knowledge" / "lookup.jsonl"


def main() -> None:
    """打印每种话平均用多少微秒 CPU，和建索引的毫秒数。"""
    rules = on(date(2026, 11, 24))
    texts = [json.loads(line)["q"] for line in LINES.read_text("utf-8").splitlines()]
    start = process_time()
    lookup = Lookup(rules.branches, rules.industries, rules.aliases)
    print(f"建索引 {1000 * (process_time() - start):.0f} ms，别名 {len(rules.aliases)} 行")
    print(f"标注集 {micros(lookup, texts):.1f} µs")
    print(f"六十来字的长句 {micros(lookup, long_sentences(texts)):.1f} µs")
    print(f"认不出的 {micros(lookup, [text for text in texts if lookup.find(text).outcome == 'none']):.1f} µs")
    keys = [alias.text for alias in rules.aliases]
    print(f"同一张表上 rapidfuzz 逐个比 {fuzzy_micros(keys, texts[::20]):.0f} µs")
    many = Lookup(rules.branches, rules.industries, ten_times(rules.aliases))
    print(f"别名十倍 {micros(many, texts):.1f} µs")


def micros(lookup: Lookup, texts: Sequence[str], rounds: int = 7) -> float:
    """每句用的 CPU 微秒数：几轮里最快的一轮。"""
    best = float("inf")
    for _ in range(rounds):
        start = process_time()
        for text in texts:
            lookup.find(text)
        best = min(best, process_time() - start)
    return best / len(texts) * 1e6


def fuzzy_micros(keys: Sequence[str], texts: Sequence[str]) -> float:
    """拿每句和全部叫法逐个比相似度的微秒数。"""
    start = process_time()
    for text in texts:
        process.extractOne(text, keys, scorer=fuzz.partial_ratio)
    return (process_time() - start) / len(texts) * 1e6


def long_sentences(texts: Sequence[str]) -> list[str]:
    """把每句放进一段口语里，凑成六十来个字。"""
    before, after = (
        "您好老师，我想咨询一下我们这边的情况，",
        "，请问属于国家的还是地方的行业，可以评哪个等级，麻烦帮忙看一下，谢谢",
    )
    return [f"{before}{text[:20]}{after}" for text in texts]


def ten_times(aliases: Sequence[Alias]) -> list[Alias]:
    """别名的十倍：加上不重样的造出来的词。"""
    made = [
        Alias(f"{alias.text}{mark}", alias.target, alias.kind, alias.source)
        for mark in "甲乙丙丁戊己庚辛壬"
        for alias in aliases
    ]
    return [*aliases, *made]


if __name__ == "__main__":
    main()
