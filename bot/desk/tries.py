"""试口令试得太多的：按地址慢下来；没有的账号也和有的一样地锁。只在内存里，每个进程各记各的。"""

from collections import OrderedDict
from datetime import datetime

from bot.desk.accounts import LOCKED, TRIES, Try
from bot.web.limits import Buckets

PER_ADDRESS = 2.0
"""一个地址每秒最多试几次口令，一时可以连试十秒的份。"""


class Strangers:
    """没有这个账号的名字试了几次；和真的账号一样地锁，看不出有没有。只在内存里，记不下就忘掉最早的。"""

    MOST = 5000

    def __init__(self) -> None:
        self._tries: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()

    def begin(self, name: str, now: datetime) -> Try:
        """试一次。"""
        count, until = self._tries.pop(name, (0, None))
        if until is not None and now < until:
            self._tries[name] = count, until
            return Try(locked=until)
        count = 1 if until is not None else count + 1
        self._tries[name] = count, now + LOCKED if count >= TRIES else None
        if len(self._tries) > self.MOST:
            self._tries.popitem(last=False)
        return Try()


class Tries:
    """一个进程里试口令的记录。"""

    def __init__(self) -> None:
        self.addresses = Buckets(PER_ADDRESS)
        self.strangers = Strangers()
