"""照设置开出网页这一摊。"""

import hmac
import re
from collections.abc import Callable
from datetime import date, datetime

from bot.app import Counts, Turns
from bot.documents.calendar import Calendars
from bot.documents.opening import passes_of
from bot.documents.site import Papers
from bot.settings import PREFIX, Settings, SettingsError
from bot.store import Store
from bot.web.site import Doors, Site
from knowledge.rules import Rules

_ORIGIN = re.compile(r"https?://[^\s/;,'\"]+")


def open_site(
    settings: Settings,
    store: Store,
    inbox: Turns,
    rules_on: Callable[[date], Rules],
    clock: Callable[[], datetime],
    counts: Counts,
) -> Site:
    """网页；设置写错了抛 SettingsError，点出是哪一项。"""
    passes = passes_of(settings, store)
    routes = (*Papers(store, rules_on, clock, passes).routes, *Calendars(store, clock, passes).routes)
    return Site(store, inbox, rules_on, clock, doors(settings, _key(settings.secret_key, store)), counts, routes)


def doors(settings: Settings, key: bytes) -> Doors:
    """设置说的门；写错了抛 SettingsError。"""
    return Doors(
        key=key,
        embed_origins=_origins(settings.embed_origins),
        secure=settings.base_url.startswith("https:"),
        proxies=int(_number("PROXIES", settings.proxies)),
        per_user=_number("WEB_PER_USER", settings.web_per_user),
        per_address=_number("WEB_PER_ADDRESS", settings.web_per_address),
    )


def _key(secret: str, store: Store) -> bytes:
    """签 Cookie 的钥匙：SECRET_KEY 派生的；没有设，就由库里的密钥派生。"""
    return hmac.digest(secret.encode(), b"chuangb:web", "sha256") if secret else store.derived("web")


def _origins(given: str) -> tuple[str, ...]:
    origins = tuple(given.replace(",", " ").split())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(f"{PREFIX}EMBED_ORIGINS：要写成 https://www.example.gov.cn，不带路径：{origin}")
    return origins


def _number(name: str, given: str) -> float:
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6 or (name == "PROXIES" and number != int(number)):
        raise SettingsError(f"{PREFIX}{name}：要是一个不小于 0 的数：{given}")
    return number
