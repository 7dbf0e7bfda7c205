"""把申报窗口写成日历条目（.ics）：编号不变、改一次序号加一，手机上的条目就跟着改。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dialogs.records import Window

if TYPE_CHECKING:
    from icalendar import Event

ALARM_DAYS = (7, 1)
"""末日前几天的上午九点响一次。"""


@dataclass(frozen=True, slots=True)
class Entry:
    """日历里的一条：`sequence` 是登记以后改过几次（bot.windows.sequences），`scope` 说给谁。"""

    window: Window
    sequence: int
    scope: str = ""


def written(entries: Iterable[Entry], owner: str, stamp: datetime, url: str = "") -> bytes:
    """一个日历文件；`owner` 分得清是谁的（用户的散列，不是用户名），`stamp` 是写的时刻。

    每个窗口一条全天的条目，从首日到末日；取消了的写成取消，手机上的也就没了。
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", "-//ChuangB//chuangb//ZH")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", "创B争A 申报窗口")
    for entry in entries:
        calendar.add_component(_event(entry, owner, stamp, url))
    return bytes(calendar.to_ical())


def uid(window_id: str, owner: str) -> str:
    """这个窗口在这个人日历里的编号，一直不变。"""
    return f"{window_id}-{owner}@chuangb"


def _event(entry: Entry, owner: str, stamp: datetime, url: str) -> "Event":
    from icalendar import Alarm, Event

    window = entry.window
    event = Event()
    event.add("UID", uid(window.id, owner))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", stamp.astimezone(UTC))
    event.add("SUMMARY", f"{'（已取消）' if window.closed else ''}创B争A 申报：{window.name}")
    event.add("DTSTART", window.start)
    event.add("DTEND", window.end + timedelta(days=1))  # 全天的条目，止日不含在内
    about = [f"申报窗口 {window.id}", entry.scope, f"{window.start} 至 {window.end}，首尾两天都含"]
    about += [f"据{window.source}"] if window.source else []
    event.add("DESCRIPTION", "\n".join(filter(None, (*about, "以属地生态环境局最新通知为准。"))))
    event.add("TRANSP", "TRANSPARENT")
    event.add("STATUS", "CANCELLED" if window.closed else "CONFIRMED")
    if url:
        event.add("URL", url)
    for days in () if window.closed else ALARM_DAYS:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", f"创B争A 申报还剩{days}天：{window.name}")
        # 末日的零点往前 days 天、再到九点
        alarm.add("TRIGGER", timedelta(hours=9) - timedelta(days=days + 1), parameters={"RELATED": "END"})
        event.add_component(alarm)
    return event
