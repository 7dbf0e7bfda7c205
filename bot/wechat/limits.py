"""平台的模板怎么填：每种字段容得下什么，填多了截短，填不成的在排队之前就说出来。

平台按字段名认类型（thing1、date2 ……），违反了是 47003，那时已经发到一半，所以这里先照同样的规矩过一遍。
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

import msgspec

from bot.reminders.notifier import Value

REMEMBERED = 8192
"""填好的最多记这么多份。"""
_PLACE = re.compile(r"\{(\w*)\}")
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d"
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_HAN = re.compile(r"[^一-鿿]")


class LimitError(ValueError):
    """填不成；说明里点出是哪个字段、差在哪里。"""


@dataclass(frozen=True, slots=True)
class Template:
    """平台上的一个模板：`fields` 是各字段的名字和怎么填，例如（“thing1”，“{window}”）。"""

    id: str
    fields: tuple[tuple[str, str], ...]
    url: str = ""

    @property
    def version(self) -> str:
        """填法改一个字，版本就不同。"""
        return _version(self)


def fill(template: Template, values: Mapping[str, Value]) -> dict[str, dict[str, str]]:
    """照 `values` 填好的各字段，平台都收；填不成抛 LimitError。"""
    return {name: {"value": fit(name, _written(name, pattern, values))} for name, pattern in template.fields}


class Filled:
    """填好、写成 JSON 的，同一份 `values` 只填一次；一批人说的多半是同一份。"""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], tuple[Template, Mapping[str, Value], msgspec.Raw]] = {}

    def __call__(self, template: Template, values: Mapping[str, Value]) -> msgspec.Raw:
        """照 `values` 填好的；填不成抛 LimitError。"""
        held = self._held.get((id(template), id(values)))
        if held is not None:
            return held[2]
        made = msgspec.Raw(msgspec.json.encode(fill(template, values)))
        if len(self._held) >= REMEMBERED:
            self._held.clear()
        self._held[id(template), id(values)] = (template, values, made)
        return made


@lru_cache(maxsize=4096)
def fit(name: str, text: str) -> str:
    """这个字段收的样子：能截短的截短，截了就不成话的抛 LimitError。"""
    kind = name.rstrip("0123456789")
    if kind not in KINDS:
        raise LimitError(f"{name}：不认得这种字段，平台的有 {'、'.join(KINDS)}")
    trim, shape, wants = KINDS[kind]
    fitted = trim(" ".join(text.split()))
    if not shape.fullmatch(fitted):
        raise LimitError(f"{name}：要{wants}，填出来的是“{text}”")
    return fitted


@lru_cache(maxsize=256)
def _version(template: Template) -> str:
    return sha256(repr((template.id, template.fields, template.url)).encode()).hexdigest()[:12]


def _written(name: str, pattern: str, values: Mapping[str, Value]) -> str:
    def put(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise LimitError(f"{name}：没有 {{{found[1]}}} 可填")
        return _shown(values[found[1]])

    return _PLACE.sub(put, pattern)


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)


def _cut(most: int) -> Callable[[str], str]:
    return lambda text: text if len(text) <= most else f"{text[: most - 1]}…"


def _ascii(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text) if "!" <= each <= "~")[:32]


def _same(text: str) -> str:
    return text


KINDS: Mapping[str, tuple[Callable[[str], str], re.Pattern[str], str]] = {
    "thing": (_cut(20), re.compile(r".{1,20}"), "1 到 20 个字"),
    "character_string": (_ascii, re.compile(r"[!-~]{1,32}"), "字母、数字或符号，不收汉字"),
    "number": (_same, re.compile(r"\d{1,32}(\.\d+)?"), "一个数，至多 32 位"),
    "letter": (_same, re.compile(r"[A-Za-z]{1,32}"), "至多 32 个字母"),
    "phrase": (lambda text: _HAN.sub("", text)[:5], re.compile(r"[一-鿿]{1,5}"), "5 个以内的汉字"),
    "name": (lambda text: text[:10], re.compile(r"[一-鿿]{1,10}|[A-Za-z ]{1,10}"), "10 个以内的汉字"),
    "time": (_same, re.compile(rf"({_DAY} )?{_CLOCK}(~({_DAY} )?{_CLOCK})?"), "几点几分，例如 2026年12月31日 18:00"),
    "date": (_same, re.compile(rf"{_DAY}( {_CLOCK})?(~{_DAY}( {_CLOCK})?)?"), "年月日，例如 2026年12月31日"),
    "phone_number": (_ascii, re.compile(r"[\d+()-]{1,17}"), "电话号码"),
    "const": (_same, re.compile(r".{1,20}"), "模板里列出的一个固定的词"),
}
"""字段的种类：怎么截短、收什么样子、要什么。"""
