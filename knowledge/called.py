"""人们的叫法：一万多种，各栏并排存着，取的时候才是 Alias，省一大半内存。"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from knowledge.records import Alias


class Called(Sequence[Alias]):
    """一串叫法，建好以后不变；目标、种类、出处一样的只存一份。"""

    __slots__ = ("_rests", "_texts", "_which")

    def __init__(self, aliases: Iterable[Alias]) -> None:
        texts: list[str] = []
        rests: dict[tuple[str, str, str], int] = {}
        self._which = array("H")
        for each in aliases:
            texts.append(each.text)
            self._which.append(rests.setdefault((each.target, each.kind, each.source), len(rests)))
        self._texts, self._rests = tuple(texts), tuple(rests)

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[Alias]:
        return (Alias(text, *self._rests[at]) for text, at in zip(self._texts, self._which, strict=True))

    @overload
    def __getitem__(self, at: int) -> Alias: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Alias, ...]: ...
    def __getitem__(self, at: int | slice) -> Alias | tuple[Alias, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        return Alias(self._texts[at], *self._rests[self._which[at]])
