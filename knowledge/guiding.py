"""系统里评级以外的几件事：一句话里提到哪几件。"""

import re
from collections.abc import Iterable

from knowledge.records import Guide


class Guides(tuple[Guide, ...]):
    """照数据里的次序；没有提到任何一件的话，一眼就过。"""

    def __new__(cls, guides: Iterable[Guide]) -> "Guides":
        self = super().__new__(cls, guides)
        self._any = re.compile("|".join(re.escape(name) for guide in self for name in guide.asks) or "(?!)")
        return self

    _any: re.Pattern[str]

    def named(self, said: str) -> tuple[Guide, ...]:
        """这句话提到的各件，有它的一种叫法就算。"""
        if not self._any.search(said):
            return ()
        return tuple(guide for guide in self if any(name in said for name in guide.asks))
