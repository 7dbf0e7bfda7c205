"""值班的时间：工作日的几段，在 meta 里一行，“09:00-12:00 14:00-17:30”；没有设就是空的。"""

import re
from datetime import time

from sqlalchemy import Connection, delete, insert, select

from bot.store.schema import meta
from bot.windows import raise_revision

KEY = "desk_hours"
Hours = tuple[tuple[time, time], ...]
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def read_hours(said: str) -> Hours:
    """读几段时间；写得不对、颠倒、重叠，抛 ValueError，说是哪一段。"""
    spans: list[tuple[time, time]] = []
    for part in said.split():
        found = _SPAN.fullmatch(part)
        try:
            if found is None:
                raise ValueError
            a, b, c, d = map(int, found.groups())
            span = time(a, b), time(c, d)
        except ValueError:
            raise ValueError(f"要写成 09:00-12:00：{part}") from None
        if span[0] >= span[1] or (spans and spans[-1][1] > span[0]):
            raise ValueError(f"时间颠倒或重叠：{part}")
        spans.append(span)
    return tuple(spans)


def written_hours(hours: Hours) -> str:
    """几段时间写成一行。"""
    return " ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in hours)


def hours(connection: Connection) -> Hours:
    """设着的值班时间。"""
    return read_hours(connection.execute(select(meta.c.value).filter_by(key=KEY)).scalar_one_or_none() or "")


def set_hours(connection: Connection, given: Hours) -> None:
    """设值班时间；空的就是不设。"""
    raise_revision(connection)
    connection.execute(delete(meta).filter_by(key=KEY))
    if given:
        connection.execute(insert(meta).values(key=KEY, value=written_hours(given)))
