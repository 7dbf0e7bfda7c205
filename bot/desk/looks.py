"""看过的列表：同一次登录看同一列，页面自己隔一会儿来取的不算又看一次，审计里只有一行。"""

from collections import OrderedDict
from dataclasses import dataclass, field

MOST = 5000


@dataclass(frozen=True, slots=True)
class Looks:
    """这个进程里记得的；忘了的不过是审计里多一行。"""

    _seen: OrderedDict[tuple[str, ...], None] = field(default_factory=OrderedDict)

    def first(self, *key: str) -> bool:
        """头一回看这一列。"""
        fresh = key not in self._seen
        self._seen[key] = None
        self._seen.move_to_end(key)
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)
        return fresh
