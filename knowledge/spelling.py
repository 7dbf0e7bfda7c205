"""把人们打的字统一成好比较的样子：全半角、大小写、繁简、标点、读音、字形。"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
STOP, PAUSE = "，", "、"
LONGEST = 200

_COMMON = re.compile(r"[\x00-\x7f\u2014\u2018-\u201d\u2026\u3000-\u3011\u4e00-\u9fff\uff01-\uff5e]*")
_PLAIN = re.compile(r"[0-9a-z\u4e00-\u9fff，、]*")
_APART = re.compile(r"(?<=[\u4e00-\u9fff]{2}) +(?=[\u4e00-\u9fff]{2})")
_GAP = re.compile(r"(?<=[0-9a-z])[^0-9a-z\u4e00-\u9fff，、]+(?=[0-9a-z])")
_REST = re.compile(r"[^0-9a-z\u4e00-\u9fff，、 ]+| (?![0-9a-z])|(?<![0-9a-z]) ")
_LETTERED = re.compile(r"[0-9a-z\u4e00-\u9fff]+")
_APART_MARK = "\x1f"
_STOPS, _PAUSES = ",，。;；:：!！?？|~～…\n\r", "、/+&\\"

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS = (("ing", "in"), ("eng", "en"), ("ang", "an"))


def normalise(text: str) -> str:
    """全角变半角、小写、繁变简；分句的标点和词间的空格变成“，”，并列的变成“、”，别的符号去掉；

    英文词之间留一个空格。"""
    text = text[:LONGEST]
    if _COMMON.fullmatch(text) is None:
        text = unicodedata.normalize("NFKC", text)
    text = text.lower().translate(_plain())
    if _PLAIN.fullmatch(text) is None:
        text = _REST.sub("", _GAP.sub(" ", _APART.sub(STOP, text)))
    return text.strip(STOP + PAUSE)


def normalised(texts: Sequence[str]) -> list[str]:
    """许多短词一起 normalise：一次换完，只有还含别的符号的才单独来；没有变的就是原来那个字符串，不多存一份。"""
    if not texts:
        return []
    joined = _APART_MARK.join(text[:LONGEST] for text in texts).lower().translate(_plain())
    return [
        (text if each == text else each) if _LETTERED.fullmatch(each) else normalise(text)
        for each, text in zip(joined.split(_APART_MARK), texts, strict=True)
    ]


def sounds(text: str) -> str:
    """每个字换成它读音的代号（不分平翘舌、前后鼻音、n 与 l）；没有读音的字原样。"""
    return text.translate(_codes())


def spelled(text: str) -> str:
    """每个字换成不带声调的拼音，连写。"""
    return text.translate(_readings())


def loosely_spelled(letters: str) -> str:
    """拼音不分平翘舌、前后鼻音、n 与 l 的写法。"""
    for one, other in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n")):
        letters = letters.replace(one, other)
    return letters


def alike(one: str, other: str) -> bool:
    """两个字读音相近，或者样子相近。"""
    return sounds(one) == sounds(other) or looks_like(one, other)


def looks_like(one: str, other: str) -> bool:
    """两个字样子相近。"""
    return other in _lookalikes().get(one, "")


@lru_cache(maxsize=1)
def _lookalikes() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows("lookalikes.csv"):
        for char in row["characters"]:
            found[char] = found.get(char, "") + row["characters"]
    return found


@lru_cache(maxsize=1)
def _plain() -> dict[int, str]:
    """一次换完的表：繁变简，全角变半角，标点变分句或并列。"""
    table = {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
    table |= {ord("\u3000"): " ", ord("\t"): " "}
    table |= dict.fromkeys(map(ord, _STOPS), STOP) | dict.fromkeys(map(ord, _PAUSES), PAUSE)
    wide = {code: table[ord(half)] for code, half in table.items() if len(half) == 1 and ord(half) in table}
    return table | wide | {ord(row["traditional"]): row["simplified"] for row in _rows("traditional.csv")}


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    return {ord(char): row["reading"] for row in _rows("readings.csv") for char in row["characters"]}


@lru_cache(maxsize=1)
def _codes() -> dict[int, str]:
    numbers: dict[str, str] = {}
    codes = {}
    for char, reading in _readings().items():
        folded = _folded(reading)
        codes[char] = numbers.setdefault(folded, chr(0xE000 + len(numbers)))
    return codes


def _folded(reading: str) -> str:
    for one, other in _INITIALS:
        if reading.startswith(one):
            reading = other + reading[len(one) :]
            break
    for one, other in _FINALS:
        if reading.endswith(one):
            return reading[: -len(one)] + other
    return reading


def _rows(file: str) -> list[dict[str, str]]:
    with (HERE / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
