"""日历条目：编号不变，改一次序号加一；全天、止日不含；汉字折行不断字；取消了的写取消。"""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Component

from bot.reminders.ics import Entry, uid, written
from dialogs.records import Window
from tests.bot.counting import NOW

WINDOW = Window("w2026-1", "2026年重污染天气重点行业绩效分级申报（第二批，区县自行组织）" * 3, date(2026, 8, 1),
                date(2026, 12, 31), source="区局通知，第一条；\\第二条\n第三条")  # fmt: skip


def event(window: Window, sequence: int = 0, owner: str = "o1") -> Component:
    """写出来再读回来的那一条。"""
    (found,) = Calendar.from_ical(written([Entry(window, sequence, "全市")], owner, NOW)).walk("VEVENT")
    return found


def test_the_days_are_whole_and_the_end_is_exclusive() -> None:
    """全天：从首日，到末日的后一天（不含）。"""
    made = event(WINDOW)
    assert (date(2026, 8, 1), date(2027, 1, 1)) == (made["DTSTART"].dt, made["DTEND"].dt)
    assert datetime(2026, 11, 24, 2, tzinfo=UTC) == made["DTSTAMP"].dt


def test_a_moved_window_updates_its_entry() -> None:
    """改期：编号不变，序号加一；别人的、别的窗口的编号不同。"""
    first, moved = event(WINDOW), event(WINDOW, 1)
    assert first["UID"] == moved["UID"] == uid("w2026-1", "o1")
    assert (0, 1) == (first["SEQUENCE"], moved["SEQUENCE"])
    assert 3 == len({uid("w2026-1", "o1"), uid("w2026-1", "o2"), uid("w2026-2", "o1")})


def test_lines_are_folded_at_75_bytes_between_characters() -> None:
    """每行至多 75 个字节，一个汉字不拆开；换行、逗号、分号、反斜线读回来原样。"""
    text = written([Entry(WINDOW, 0)], "o1", NOW)
    for line in text.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    made = event(WINDOW)
    assert f"创B争A 申报：{WINDOW.name}" == made["SUMMARY"]
    assert f"据{WINDOW.source}" in made["DESCRIPTION"]


def test_alarms_ring_before_the_end() -> None:
    """末日前 7 天、前 1 天的九点各响一次。"""
    made = event(WINDOW)
    rings = [datetime.combine(made["DTEND"].dt, datetime.min.time()) + alarm["TRIGGER"].dt
             for alarm in made.walk("VALARM")]  # fmt: skip
    assert [datetime(2026, 12, 24, 9), datetime(2026, 12, 30, 9)] == rings


def test_a_closed_window_is_cancelled() -> None:
    """关了的窗口：条目写成取消，不再响。"""
    closed = Window("w2026-1", "申报", date(2026, 8, 1), date(2026, 12, 31), closed=date(2026, 9, 1))
    made = event(closed, 1)
    assert ("CANCELLED", []) == (made["STATUS"], made.walk("VALARM"))
    assert made["SUMMARY"].startswith("（已取消）")


def test_several_windows_in_one_calendar() -> None:
    """几个窗口在一个文件里；一个也没有也是完好的文件。"""
    other = Window("w2026-2", "另一个", date(2026, 8, 1), date(2026, 8, 1))
    text = written([Entry(WINDOW, 0), Entry(other, 2)], "o1", NOW, "https://example.org/")
    assert [0, 2] == [each["SEQUENCE"] for each in Calendar.from_ical(text).walk("VEVENT")]
    (last,) = Calendar.from_ical(text).walk("VEVENT")[1:]
    assert timedelta(days=1) == last["DTEND"].dt - last["DTSTART"].dt
    assert written([], "o1", NOW).startswith(b"BEGIN:VCALENDAR")
