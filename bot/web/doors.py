"""网页的门怎么开：从设置里读出来，写错了点出是哪一项。"""

import re
from dataclasses import dataclass

from bot.settings import PREFIX, Settings, SettingsError

_ORIGIN = re.compile(r"https?://[^\s/;,'\"]+")


@dataclass(frozen=True, slots=True)
class Doors:
    """门怎么开：签 Cookie 的 `key`，许谁嵌（`embed_origins`），前面几层代理，每秒许几次（0 是不限）。"""

    key: bytes
    embed_origins: tuple[str, ...] = ()
    secure: bool = False
    proxies: int = 0
    per_user: float = 2.0
    per_address: float = 20.0


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
