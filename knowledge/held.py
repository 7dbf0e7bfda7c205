"""读进来的一行：记录、有效期，和它写在哪个文件第几行。"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, repeat
from typing import Generic, TypeVar

from knowledge.records import Period

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """一条记录、它的有效期，和它写在哪个文件第几行。"""

    record: T
    period: Period
    file: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Packed(Generic[T]):
    """一个文件的上万行，各样并排存着，省内存；一行行取的时候才是 Held。`periods` 是用到的各种有效期。"""

    file: str
    records: Sequence[T]
    periods: tuple[Period, ...]
    _which: "array[int]"
    _lines: "array[int]"

    @classmethod
    def of(
        cls, file: str, rows: Iterable[tuple[T, Period, int]], pack: Callable[[Iterable[T]], Sequence[T]]
    ) -> "Packed[T]":
        """这些行（记录、有效期、行号），次序不变；`pack` 把记录收在一起。"""
        known: dict[int, tuple[int, Period]] = {}  # 一样的有效期是同一个对象
        which, lines = array("H"), array("I")

        def noted() -> Iterator[T]:
            for record, period, line in rows:
                which.append(known.setdefault(id(period), (len(known), period))[0])
                lines.append(line)
                yield record

        records = pack(noted())
        return cls(file, records, tuple(period for _, period in known.values()), which, lines)

    def __iter__(self) -> Iterator[Held[T]]:
        return map(Held, self.records, map(self.periods.__getitem__, self._which), repeat(self.file), self._lines)

    def __len__(self) -> int:
        return len(self.records)

    def holding(self, day: date) -> Sequence[T]:
        """那天有效的各条；都有效的，就是 `records`。"""
        good = [period.holds(day) for period in self.periods]
        return self.records if all(good) else tuple(compress(self.records, map(good.__getitem__, self._which)))
