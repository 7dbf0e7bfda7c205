"""把人们打的字统一成好比较的样子：全半角、大小写、繁简、标点、口头语、否定、读音。"""

import csv
import re
import unicodedata
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
_STOPS, _PAUSES = ",，。;；:：!！?？|~～…\n\r", "、/+&\\"

_ASKED = re.compile(
    r"([\u4e00-\u9fff])不\1|有没有|有没得|有无|不锈|不饱和|不干胶|不定[形型]|不知道|不晓得|不清楚|不太懂|不懂|不好意思"
)
_KEPT = {"不锈", "不饱和", "不干胶", "不定形", "不定型"}
_DENIAL = re.compile(
    r"(?:并?不是|不做|不搞|不弄|不生产|不含|不涉及|不属于|不算|不用|不带|不需要|不[修造喷印卖产开养拌炼搭]|没有|没得|没做|没搞|并非|没涉及|"
    r"无(?=锅炉|炉窑|喷|涂装|电镀))[^，]*?(?=而是|就是|只|(?<!不)是|但|现在|，|$)"
)
_RHETORIC = re.compile(r"[吗嘛么](?=，|$)")
_REFUSED = re.compile(
    r"(?:不做|不搞|没做|没搞|没得|没有|停了|停产|外协|外包|外发|委外|送外面[\u4e00-\u9fff]{0,2}|拆了|取消)"
    r"(?:出去|给别人|别人|的|了|加工|做)*$"
)
_PAST = re.compile(r"(?:以前|原来|之前|过去|原先|早先|前几年)[^，]*，?(?=[^，]*(?:现在|目前|如今|改|转))")
_PAST_INNER = re.compile(r"(?:以前|原来|之前|过去|原先|早先)[^，]*?(?=现在|目前|如今|改|转)")
_FOR_OTHERS = re.compile(
    r"(?:给|帮|替)[^，]{1,14}?(?:做配套|配套|供货|供应|提供|代工|做|加工|生产)|(?:供给|卖给|送给|供应给)[^，]{1,10}|为[^，]{1,14}?(?:做配套|配套|供货|供应|提供|代工)"
)
_MARKS = re.compile(r"[不没无非停外委拆取]|以前|原来|之前|过去|原先|早先|前几年|送|给|帮|替|为")

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS = (("ing", "in"), ("eng", "en"))


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


def admitted(text: str) -> str:
    """只留下说的是自己、而且现在做的：去掉否定的、外协的、以前的、客户的。`text` 已经 normalise。"""
    if _MARKS.search(text) is None:
        return text
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if found[0] not in _KEPT:
            return ""
        kept.append(found[0])
        return chr(0xE000 + len(kept) - 1)

    text = _ASKED.sub(keep, text)
    text = _PAST_INNER.sub("", _PAST.sub("", text))
    text = _FOR_OTHERS.sub(STOP, text)
    if not _RHETORIC.search(text):
        text = STOP.join("" if _REFUSED.search(clause) else clause for clause in text.split(STOP))
        text = _DENIAL.sub(STOP, text)
    for number, word in enumerate(kept):
        text = text.replace(chr(0xE000 + number), word)
    return text


def sounds(text: str) -> str:
    """每个字换成它读音的代号（不分平翘舌、前后鼻音、n 与 l）；没有读音的字原样。"""
    return text.translate(_codes())


def spelled(text: str) -> str:
    """每个字换成不带声调的拼音，连写。"""
    return text.translate(_readings())


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
