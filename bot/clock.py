"""产品的钟：平时就是现在；给了 --now 就从那一刻走起。"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo


def instant(text: str) -> datetime:
    """ISO 写的一个时刻；写得不对，或不在 2000—2100 年，抛 ValueError。"""
    found = datetime.fromisoformat(text)
    if not 2000 <= found.year <= 2100:
        raise ValueError(f"年份不在 2000—2100：{text}")
    return found


@dataclass(slots=True)
class Clock:
    """带业务时区的钟，可以拨到某一刻再接着走。"""

    zone: ZoneInfo
    _from: datetime | None = None
    _since: float = 0.0

    def __call__(self) -> datetime:
        """现在，带业务时区。"""
        if self._from is None:
            return datetime.now(self.zone)
        return self._from + timedelta(seconds=monotonic() - self._since)

    def move(self, instant: datetime) -> None:
        """拨到这一刻；没带时区的按业务时区算。"""
        self._from = instant.replace(tzinfo=self.zone) if instant.tzinfo is None else instant.astimezone(self.zone)
        self._since = monotonic()
