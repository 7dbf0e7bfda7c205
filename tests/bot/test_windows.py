"""申报窗口：登记、改期、关闭都有历史，服务中的进程下一批消息就看见。"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import Store
from bot.store.schema import meta
from bot.windows import (
    WindowError,
    close_window,
    list_windows,
    move_window,
    open_window,
    overlapping,
    sequences,
    window_history,
    window_lines,
)
from dialogs.records import Reply, Window
from tests.bot.counting import NOW, inbox, message

YEAR: dict[str, Any] = {"name": "2026 年申报", "start": date(2026, 8, 1), "end": date(2026, 12, 31)}


def revision(store: Store) -> str:
    """窗口的版本号。"""
    with store.reading() as connection:
        return connection.execute(select(meta.c.value).filter_by(key="revision")).scalar_one()


def test_ids_are_short_and_count_by_year(store: Store) -> None:
    """编号是年份加序号，关闭的不再用。"""
    assert "w2026-1" == open_window(store, NOW, **YEAR)
    close_window(store, NOW, "w2026-1")
    assert "w2026-2" == open_window(store, NOW, **YEAR)
    assert "w2027-1" == open_window(store, NOW, name="明年", start=date(2027, 1, 1), end=date(2027, 1, 1))


def test_list_shows_what_is_open(store: Store) -> None:
    """列出没有关闭的，按开始日排，各项原样。"""
    open_window(store, NOW, **YEAR, district="永川区", industry="国15", source="区里通知")
    open_window(store, NOW, name="早的", start=date(2026, 3, 1), end=date(2026, 3, 31))
    open_window(store, NOW, name="关的", start=date(2026, 1, 1), end=date(2026, 3, 31))
    close_window(store, NOW, "w2026-3")
    assert (
        Window("w2026-2", "早的", date(2026, 3, 1), date(2026, 3, 31)),
        Window("w2026-1", "2026 年申报", date(2026, 8, 1), date(2026, 12, 31), "永川区", "国15", "区里通知"),
    ) == list_windows(store)


def test_history_keeps_before_and_after(store: Store) -> None:
    """每次改动都记着前后的样子，版本号各加一。"""
    open_window(store, NOW, **YEAR)
    move_window(store, NOW, "w2026-1", end=date(2027, 1, 15))
    close_window(store, NOW, "w2026-1")
    opened, moved, closed = window_history(store, "w2026-1")
    assert ["opened", "moved", "closed"] == [opened.action, moved.action, closed.action]
    assert (None, "2026-12-31") == (opened.before, opened.after["end"])
    assert moved.before is not None
    assert ("2026-12-31", "2027-01-15") == (moved.before["end"], moved.after["end"])
    assert closed.before == moved.after
    assert NOW.isoformat() == closed.after["closed_at"]
    assert "3" == revision(store)
    assert () == window_history(store, "w9999-1")


def test_lines_tell_windows_and_changes(store: Store) -> None:
    """给人看的清单：一行一个窗口，下面是它的历史。"""
    open_window(store, NOW, **YEAR, source="区里通知")
    move_window(store, NOW, "w2026-1", start=date(2026, 9, 1))
    assert (
        "w2026-1  2026-09-01 至 2026-12-31  2026 年申报（全市，全部行业，来源：区里通知）",
        "  2026-11-24T10:00:00+08:00  登记：2026-08-01 至 2026-12-31",
        "  2026-11-24T10:00:00+08:00  改期：2026-08-01 至 2026-12-31 → 2026-09-01 至 2026-12-31",
    ) == window_lines(store)


def test_later_end_is_an_extension(store: Store) -> None:
    """只把结束日往后放的叫延长。"""
    open_window(store, NOW, **YEAR)
    move_window(store, NOW, "w2026-1", end=date(2027, 1, 15))
    assert window_lines(store)[-1].endswith("延长：2026-08-01 至 2026-12-31 → 2026-08-01 至 2027-01-15")


def test_a_window_may_be_for_one_branch(store: Store) -> None:
    """分支原样存下，清单上看得见；范围不同不算一模一样。"""
    open_window(store, NOW, **YEAR, industry="国15", branch="n15-4")
    open_window(store, NOW, **YEAR, industry="国15", branch="n15-3")
    assert ["n15-4", "n15-3"] == [window.branch for window in list_windows(store)]
    assert "（全市，n15-4）" in window_lines(store)[0]
    assert "（全市，n15-4 水泥制品）" in window_lines(store, {"n15-4": "水泥制品"})[0]


def test_overlap_is_by_days_and_scope(store: Store) -> None:
    """日子和范围都碰得上才算重叠，首尾相接的一天也算；没有的、关了的不算。"""
    open_window(store, NOW, **YEAR)
    open_window(store, NOW, **YEAR, district="永川")
    open_window(store, NOW, **YEAR, district="长寿", industry="国15", branch="n15-4")
    open_window(store, NOW, **YEAR, industry="国15", branch="n15-3")
    open_window(store, NOW, name="接着", start=date(2026, 12, 31), end=date(2027, 1, 31), district="永川")
    open_window(store, NOW, name="再接着", start=date(2027, 1, 1), end=date(2027, 1, 31), district="长寿")
    close_window(store, NOW, "w2026-4")
    assert {
        "w2026-1": ("w2026-2", "w2026-3", "w2026-5"),
        "w2026-2": ("w2026-1", "w2026-5"),
        "w2026-3": ("w2026-1",),
        "w2026-4": (),
        "w2027-1": (),
    } == {id: overlapping(store, id) for id in ("w2026-1", "w2026-2", "w2026-3", "w2026-4", "w2027-1")}


def test_sequence_counts_the_changes(store: Store) -> None:
    """刚登记是 0，改期、关闭各加一。"""
    open_window(store, NOW, **YEAR)
    open_window(store, NOW, **YEAR, district="永川")
    move_window(store, NOW, "w2026-1", end=date(2027, 1, 15))
    close_window(store, NOW, "w2026-1")
    with store.reading() as connection:
        assert {"w2026-1": 2, "w2026-2": 0} == sequences(connection)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"start": date(2027, 1, 1)}, "开始日 2027-01-01 晚于结束日 2026-12-31"),
        ({"name": " "}, "窗口要有名称"),
        ({"name": "名" * 101}, "名称太长：最多 100 个字"),
        ({"name": "两\n行"}, "名称里有换行或不能显示的字符"),
        ({"source": "半个\ud83d"}, "来源里有换行或不能显示的字符"),
        ({"source": "\0"}, "来源里有换行或不能显示的字符"),
        ({"district": "天津市"}, "不认得的区县：天津市"),
        ({"industry": "国99"}, "不认得的行业：国99"),
    ],
)
def test_what_cannot_be_registered_says_why(store: Store, bad: dict[str, Any], says: str) -> None:
    """登记不了的，一句话说为什么；什么都没有变。"""
    with pytest.raises(WindowError) as caught:
        open_window(store, NOW, **{**YEAR, **bad}, districts={"永川区"}, industries={"国15"})
    assert says == str(caught.value)
    assert ("0", ()) == (revision(store), list_windows(store))


def test_the_same_window_is_registered_once(store: Store) -> None:
    """命令手滑按了两次：第二次说已经有了；改了范围就是另一个。"""
    open_window(store, NOW, **YEAR, source="电话")
    with pytest.raises(WindowError, match=r"^已经有一模一样的窗口 w2026-1$"):
        open_window(store, NOW, **YEAR, source="邮件")
    assert "w2026-2" == open_window(store, NOW, **YEAR, district="永川区")


def test_what_cannot_be_changed_says_why(store: Store) -> None:
    """没有的、关了的、改得不对的，一句话说为什么，不留半截改动。"""
    open_window(store, NOW, **YEAR)
    open_window(store, NOW, **YEAR, district="永川区")
    close_window(store, NOW, "w2026-2")
    lines = window_lines(store)
    attempts = {
        "没有编号为 w1 的窗口": lambda: move_window(store, NOW, "w1", end=date(2027, 1, 1)),
        "没有编号为  的窗口": lambda: close_window(store, NOW, ""),
        f"窗口 w2026-2 已经在 {NOW.isoformat()} 关闭": lambda: close_window(store, NOW, "w2026-2"),
        "开始日 2026-08-01 晚于结束日 2026-07-01": lambda: move_window(store, NOW, "w2026-1", end=date(2026, 7, 1)),
        "窗口 w2026-1 本来就是 2026-08-01 到 2026-12-31": lambda: move_window(store, NOW, "w2026-1"),
    }
    for says, attempt in attempts.items():
        with pytest.raises(WindowError) as caught:
            attempt()
        assert says == str(caught.value)
    assert ("3", lines) == (revision(store), window_lines(store))


async def test_a_serving_process_sees_changes_at_the_next_batch(store: Store, url: str) -> None:
    """别的进程开、关窗口，服务中的进程下一条消息就按新的来。"""
    box = inbox(store)
    await box.start()
    seen = [await box.answer(message("a", 1, "窗口"))]
    with Store.open(url) as other:
        open_window(other, NOW, **YEAR)
        seen.append(await box.answer(message("a", 2, "窗口")))
        close_window(other, NOW, "w2026-1")
        seen.append(await box.answer(message("a", 3, "窗口")))
    await box.stop(5)
    assert [Reply(""), Reply("w2026-1"), Reply("")] == seen


def test_windows_opened_at_once_get_different_ids(store: Store) -> None:
    """八个人同时登记：编号不撞，版本号一个不少。"""
    with ThreadPoolExecutor(8) as pool:
        ids = pool.map(lambda number: open_window(store, NOW, **{**YEAR, "name": f"第{number}"}), range(8))
    assert [f"w2026-{number}" for number in range(1, 9)] == sorted(ids)
    assert "8" == revision(store)
