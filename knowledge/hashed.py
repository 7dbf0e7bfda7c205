"""上万种写法的索引，只记散列：写法本身不存，一处几个字节，比字典省几倍内存。"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Generic, TypeVar

T = TypeVar("T")

_SHORT, _LOW, _CHECK = 0xFFFF, 16, 0xFFFF_FFFF
_ROOM = 2
"""一处至少有几格：格子多，不相干的撞在一起的就少。"""


class Hashed(Generic[T]):
    """写法 → 叫法，可以有几个，先给的在前；`keys` 是全部叫法，几份索引共用。建好以后不变。

    散列的低几位定在哪一格，中间三十二位核对；同一格的各处连成一串，0 是没有了。
    """

    __slots__ = ("_checks", "_keys", "_low", "_nexts", "_owners", "_start")

    def __init__(self, keys: Sequence[T], written: Iterable[tuple[int, str]]) -> None:
        """`written` 是（第几个叫法，一种写法）。"""
        owners, marks = array("I"), array("q")  # 不攒成列表：造索引时占的内存，造完也难还干净
        for owner, text in written:
            owners.append(owner)
            marks.append(hash(text))
        wide = "H" if max(len(marks), len(keys)) < _SHORT else "I"
        size = 1 << (_ROOM * len(marks)).bit_length()
        slots, mask = array(wide, [0]) * size, size - 1
        self._keys, self._start, self._low = keys, slots.__getitem__, mask.__and__
        self._nexts, self._owners, self._checks = array(wide, [0]), array(wide, [0]), array("I", [0])
        for number, (owner, mark) in enumerate(zip(reversed(owners), reversed(marks), strict=True), 1):
            slot = mark & mask
            self._nexts.append(slots[slot])
            self._owners.append(owner)
            self._checks.append(mark >> _LOW & _CHECK)
            slots[slot] = number

    def first(self, text: str) -> T | None:
        """这种写法的头一个叫法；没有是 None。"""
        mark = hash(text)
        at = self._start(self._low(mark))
        while at:
            if self._checks[at] == mark >> _LOW & _CHECK:
                return self._keys[self._owners[at]]
            at = self._nexts[at]
        return None

    def among(self, texts: Iterable[str]) -> set[T]:
        """这几种写法的叫法，全部。"""
        marks = [*map(hash, texts)]
        starts = [*map(self._start, map(self._low, marks))]
        found: set[T] = set()
        if any(starts):
            checks, nexts = self._checks, self._nexts
            for mark, at in compress(zip(marks, starts, strict=True), starts):
                check = mark >> _LOW & _CHECK
                while at:
                    if checks[at] == check:
                        found.add(self._keys[self._owners[at]])
                    at = nexts[at]
        return found
