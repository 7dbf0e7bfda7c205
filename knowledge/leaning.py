"""整句话偏向哪个分支：每个字、每两个字各偏向哪里，加起来；只作旁证，不单独认定。

偏向由 `python -m bench.leaning` 从叫法和标好的例子里量出来，写在 leaning.csv，不用手改。
"""

from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import exp, sqrt
from pathlib import Path
from sys import byteorder

from knowledge.grams import code, every, ordered
from knowledge.spelling import PAUSE, STOP

FILE = Path(__file__).with_name("leaning.csv")
NONE = "none"
"""不在名录。"""

_GAPS = frozenset(f"{STOP}{PAUSE} ")
_HELD = 4
"""记着最近几段话的份额：一次查找里会问几回。"""
_FIRST, _ZERO, _MOST, _STEP = 0xC0, 0x57, 39, 0.25
_FEW, _HIGH = 4, 1000


class Leaning:
    """全部的偏向，建好以后不变。指得多的字词（做、厂）把各分支的数并成一个大整数，一次加完；指得少的逐个加。"""

    def __init__(self, path: Path = FILE) -> None:
        names: list[str] = []
        base: list[float] = []
        self._last: dict[str, Mapping[str, float]] = {}
        self._starts: dict[int, int] = {}
        self._few: dict[int, bytes] = {}
        self._many: dict[int, int] = {}
        same: dict[bytes, bytes] = {}  # 写法一样的偏向只存一份
        with path.open(encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                key, _, value = line.rstrip("\n").partition(",")
                if len(value) == 1:
                    names.append(key)
                    base.append((ord(value) - _ZERO) * _STEP)
                    continue
                pairs = bytes(ord(char) - (0 if at % 2 else _FIRST) for at, char in enumerate(value))
                if len(pairs) > 2 * _FEW:
                    lanes = array("H", [_MOST]) * len(names)
                    for at, weight in zip(pairs[::2], pairs[1::2], strict=True):
                        lanes[at] += weight - _ZERO
                    self._many[code(key)] = int.from_bytes(lanes.tobytes(), byteorder)
                    pairs = b""
                self._few[code(key)] = same.setdefault(pairs, pairs)
        self.names, self._base, self._size = tuple(names), base, 2 * len(names)

    def of(self, text: str) -> Mapping[str, float]:
        """各分支（和不在名录）的份额，加起来是 1；份额很小的略去。`text` 已经 normalise。"""
        if (held := self._last.get(text)) is not None:
            return held
        found = every(text)
        few = [*filter(None, map(self._few.get, found))]
        many = [*filter(None, map(self._many.get, found))]
        known = len(few) + len(many)
        sums = memoryview((sum(many) + self._start(known)).to_bytes(self._size, byteorder)).cast("H").tolist()
        for numbers in few:
            pairs = iter(numbers)
            for at, weight in zip(pairs, pairs, strict=False):
                sums[at] += weight - _ZERO
        scale = _STEP / sqrt(known or 1)
        top = max(sums)
        least = top - 6 / scale
        raised = {name: exp((each - top) * scale) for name, each in zip(self.names, sums, strict=True) if each > least}
        whole = sum(raised.values())
        shares = {name: each / whole for name, each in raised.items()}
        if len(self._last) == _HELD:
            self._last = {}
        self._last[text] = shares
        return shares

    def _start(self, known: int) -> int:
        """各分支的起点，照听懂几个字词折算，也并成一个大整数。"""
        if known not in self._starts:
            scale = _STEP / sqrt(known or 1)
            lanes = array("H", (_HIGH + round(each / scale) for each in self._base))
            self._starts[known] = int.from_bytes(lanes.tobytes(), byteorder)
        return self._starts[known]

    def __contains__(self, gram: str) -> bool:
        return code(gram) in self._few

    def odd(self, text: str) -> list[int]:
        """哪几处挨着的两个字没有见过：写错了字，多半就在那里。"""
        few = self._few
        return [at for at, pair in enumerate(ordered(text)) if pair not in few]


@lru_cache(maxsize=1)
def leaning() -> Leaning:
    """读文件，只读一次。"""
    return Leaning()


def grams(text: str) -> tuple[str, ...]:
    """话里的每个字和紧挨着的每两个字，不重复；标点隔开的不算挨着。"""
    found = dict.fromkeys(char for char in text if char not in _GAPS)
    for at in range(len(text) - 1):
        if text[at] not in _GAPS and text[at + 1] not in _GAPS:
            found[text[at : at + 2]] = None
    return tuple(found)


def letter(weight: float) -> str:
    """一个数写成一个字符。"""
    return chr(_ZERO + max(-_MOST, min(_MOST, round(weight / _STEP))))


def packed(weights: Iterable[tuple[int, float]]) -> str:
    """第几个分支、多少，各写成一个字符，接起来。"""
    return "".join(chr(_FIRST + at) + letter(weight) for at, weight in weights)


def likeliest(shares: Mapping[str, float], most: int) -> list[str]:
    """份额最大的几个，大的在前。"""
    return sorted(shares, key=lambda name: -shares[name])[:most]
