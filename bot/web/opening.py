"""照设置开出网页这一摊；设置当时就查，别的头一次有人打开才导入。"""

import hmac
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.app import Counts, Turns
from bot.documents.opening import passes_of
from bot.lazy import Lazy
from bot.settings import Settings
from bot.store import Store
from bot.web.doors import doors
from knowledge.rules import Rules

if TYPE_CHECKING:
    from bot.web.site import Site


def open_site(
    settings: Settings,
    store: Store,
    inbox: Turns,
    rules_on: Callable[[date], Rules],
    clock: Callable[[], datetime],
    counts: Counts,
) -> Lazy:
    """网页；设置写错了抛 SettingsError，点出是哪一项。"""
    given = doors(settings, _key(settings.secret_key, store))

    def made() -> "Site":
        from bot.documents.calendar import Calendars
        from bot.documents.site import Papers
        from bot.web.site import Site

        passes = passes_of(settings, store)
        routes = (*Papers(store, rules_on, clock, passes).routes, *Calendars(store, clock, passes).routes)
        return Site(store, inbox, rules_on, clock, given, counts, routes)

    return Lazy(made)


def _key(secret: str, store: Store) -> bytes:
    """签 Cookie 的钥匙：SECRET_KEY 派生的；没有设，就由库里的密钥派生。"""
    return hmac.digest(secret.encode(), b"chuangb:web", "sha256") if secret else store.derived("web")
