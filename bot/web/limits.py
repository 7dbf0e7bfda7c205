"""谁来得太快谁等着：每个地址、每个用户各一只令牌桶，只在内存里。"""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

MOST = 20_000
"""一组桶最多记这么多人；满的桶不必记。"""
BURST = 10
"""一时最多攒下这么多秒的份额。"""


class Buckets:
    """每秒 `rate` 次，一时可以连用 BURST 秒的份额；`rate` 为 0 是不限。

    只记每人“份额用到什么时候”：早于现在就是满的，和没有记一样，所以忘掉它也不差什么。
    """

    def __init__(self, rate: float) -> None:
        self._each = 1 / rate if rate else 0.0
        self._used: dict[str, float] = {}
        self._full = MOST

    def take(self, who: str, now: float) -> float:
        """用掉一次，返回 0；用完了返回还要等的秒数，什么都不记。"""
        used = max(self._used.get(who, 0.0), now)
        wait = used + self._each - now - max(BURST, self._each)
        if wait > 1e-9:
            return wait
        if self._each:
            self._used[who] = used + self._each
            if len(self._used) > self._full:
                self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """忘掉满的桶；还是太多，就忘掉记得最久的一半。"""
        left = [(who, used) for who, used in self._used.items() if used > now]
        self._used = dict(left[-MOST // 2 :])


def address_of(scope: Mapping[str, Any], proxies: int) -> str:
    """这个请求从哪里来；前面有 `proxies` 层自己的代理，就取 X-Forwarded-For 里最外一层代理写下的那个。

    更靠左的是对方自己写的，不信；经过的层数不够，说明没有走代理，也不信。IPv6 只看前 64 位：那是一家。
    """
    peer = scope.get("client")
    near = str(peer[0]) if peer else ""
    if proxies:
        named = _forwarded(scope.get("headers", ()))
        if len(named) >= proxies:
            return _house(named[-proxies])
    return _house(near)


def _forwarded(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    return [part.strip() for part in ",".join(lines).split(",")] if lines else []


@lru_cache(maxsize=4096)
def _house(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
