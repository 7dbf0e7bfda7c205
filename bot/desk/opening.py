"""照设置开服务台；头一次有人打开才导入，平时的启动不等它。"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.app import Counts, Turns
from bot.lazy import Lazy
from bot.settings import Settings
from bot.store import Store
from knowledge.rules import Rules

if TYPE_CHECKING:
    from bot.desk.site import Desk


class LazyDesk(Lazy):
    """服务台的门口；`nudge` 在开起来以前换上。"""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        inbox: Turns,
        rules_on: Callable[[date], Rules],
        clock: Callable[[], datetime],
        counts: Counts,
    ) -> None:
        super().__init__(self._made)
        self._given = (store, inbox, rules_on, clock, settings, counts)
        self.nudge: Callable[[], None] = lambda: None

    def _made(self) -> "Desk":
        from bot.desk.passwords import Passwords
        from bot.desk.site import Desk
        from bot.desk.visit import World
        from bot.web.doors import doors

        store, inbox, rules_on, clock, settings, counts = self._given
        given = (store, inbox, rules_on, clock, settings, doors(settings, b""), counts, Passwords())
        return Desk(World(*given, nudge=self.nudge))
