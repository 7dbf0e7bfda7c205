"""渠道的刹车：平台、口令或模板出了毛病，整个渠道停一停，只叫一次人，而不是十万条出错。"""

from collections.abc import Callable, Hashable
from dataclasses import replace

from bot.reminders.notifier import Later

SLACK = 30.0
"""停着时又来一个差不多久的，是同一批在路上的先后回来，算同一次停。"""


class Brake:
    """停到几时、为什么，同一个毛病一连出了几次；`now` 是单调的秒表。"""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._stopped = Later(0.0, "")
        self._until = 0.0
        self._told = True
        self._what: Hashable = None
        self._count = 0
        self._since = 0.0

    def held(self) -> Later | None:
        """停着就说还要等多久；没有叫过人的这时叫。"""
        left = self._until - self._now()
        if left <= 0:
            return None
        alert, self._told = not self._told, True
        return replace(self._stopped, seconds=left, alert=alert, consent="")

    def stop(self, later: Later) -> Later:
        """停下；已经停得更久的照旧，不再叫人。"""
        if self.set(later):
            self._told = True
            return later
        return replace(later, seconds=self._until - self._now(), alert=False)

    def set(self, later: Later) -> bool:
        """停下，要叫人的留给下一个来问的叫；已经停得更久的照旧，是假。"""
        now = self._now()
        until = now + later.seconds
        same = now < self._until and (self._stopped.alert or not later.alert) and until <= self._until + SLACK
        if same or until <= self._until:
            return False
        self._stopped, self._until, self._told = later, until, not later.alert
        return True

    def streak(self, what: Hashable) -> tuple[int, float]:
        """这个结局一连几次了，从头一次起几秒了。"""
        if what != self._what:
            self._what, self._count, self._since = what, 0, self._now()
        self._count += 1
        return self._count, self._now() - self._since
