"""申报时间：只给一个分支的窗口，取消了的窗口。"""

from datetime import date

from dialogs.records import Window
from tests.chat import Chat

DAYS = (date(2026, 1, 1), date(2026, 12, 31))


def test_a_window_for_one_branch_asks_and_tells_for_whom() -> None:
    """只给一个分支的窗口：先问生产什么；是这个分支就能报，说清只给谁；同行业的别的分支不算。"""
    window = Window("w2026-1", "2026年申报", *DAYS, industry="国15", branch="n15-4")
    Chat(windows=(window,)).says("申报时间").has("主要生产什么").says("商砼").says("1").has(
        "现在可以申报（全市，只给水泥制品）"
    )
    other = Chat(windows=(window,)).says("申报时间").says("水泥窑").says("1").lacks("现在可以申报", "只给水泥制品")
    other.has("没有登记在用的申报窗口")


def test_a_window_closed_before_it_began_was_cancelled() -> None:
    """还没开始就关闭的叫取消，开始以后关闭的叫提前关闭。"""
    coming = Window("w2026-1", "冬季申报", date(2026, 12, 1), date(2026, 12, 31), closed=date(2026, 11, 20))
    Chat(windows=(coming,)).says("申报时间").has("已于2026年11月20日取消")
    begun = Window("w2026-1", "申报", *DAYS, closed=date(2026, 11, 20))
    Chat(windows=(begun,)).says("申报时间").has("已于2026年11月20日提前关闭")
