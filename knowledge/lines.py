"""几千句问法，一个问答的连成一段存着，用到才分开：比一句一个字符串省一半内存。"""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload


class Lines(Sequence[str]):
    """几句话，句里没有换行；建好以后不变。"""

    __slots__ = ("_joined",)

    def __init__(self, lines: Iterable[str]) -> None:
        self._joined = "\n".join(lines)

    def __len__(self) -> int:
        return self._joined.count("\n") + 1 if self._joined else 0

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined.split("\n") if self._joined else ())

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return self._joined == other._joined if isinstance(other, Lines) else tuple(self) == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
