"""系统里评级以外的几件事：一句话里提到哪几件，单问到的几点里哪些没有写。"""

import re
from collections.abc import Iterable

from knowledge.records import Guide


class Guides(tuple[Guide, ...]):
    """照数据里的次序；没有提到任何一件的话，一眼就过。"""

    def __new__(cls, guides: Iterable[Guide]) -> "Guides":
        self = super().__new__(cls, guides)
        names = [name for guide in self for name in guide.asks]
        self._firsts = frozenset(name[0] for name in names)
        self._any = re.compile("|".join(map(re.escape, names)) or "(?!)")
        return self

    _firsts: frozenset[str]
    _any: re.Pattern[str]

    def named(self, said: str) -> tuple[Guide, ...]:
        """这句话提到的各件，有它的一种叫法就算。"""
        if self._firsts.isdisjoint(said) or not self._any.search(said):
            return ()
        return tuple(guide for guide in self if any(name in said for name in guide.asks))


def unwritten(guide: Guide, said: str) -> list[str]:
    """单问到的几点里，通知没有写的。"""
    return [what for words, _, what in (each.partition("：") for each in guide.silent) if re.search(words, said)]
