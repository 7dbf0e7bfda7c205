"""一张日历表（.csv、.xlsx）：哪天放假、哪天调休上班；读的时候才用得着读表格的那些。"""

from collections.abc import Sequence
from datetime import date

from bot.roster.days import Day
from bot.roster.words import parsed_day
from bot.sheets import Form
from knowledge.importing import Sheet

CALENDAR = Form(
    "日历",
    {
        "day": ("日期", "date"),
        "working": ("上班", "是否上班", "类型"),
        "name": ("名称", "节日", "说明"),
        "source": ("依据", "来源"),
    },
    ("day", "working"),
    "name",
    least=2,
    most=5_000,
)
_WORKING = dict.fromkeys(("上班", "补班", "调休上班", "是", "1"), True)
_WORKING |= dict.fromkeys(("放假", "休", "休息", "否", "0"), False)


def read_days(sheets: Sequence[Sheet]) -> tuple[list[Day], list[str]]:
    """各天，和毛病（一处一行）。"""
    days: dict[date, Day] = {}
    faults = [f"{sheet.place(row, column)}：{said}" for sheet in sheets for row, column, said in sheet.faults if said]
    for sheet in sheets:
        broken = {row for row, _, _ in sheet.faults}
        for row, cells in sheet.rows:
            if row in broken:
                continue
            day, working = parsed_day(cells["day"]), _WORKING.get(cells["working"].strip())
            name, source = cells.get("name", "").strip(), cells.get("source", "").strip()
            if day is None:
                faults.append(f"{sheet.place(row, 'day')}：“{cells['day'][:20]}”不是日期，写成 2027-01-01")
            if working is None:
                faults.append(f"{sheet.place(row, 'working')}：“{cells['working'][:20]}”要写成“上班”或“放假”")
            for column, said in (("name", name), ("source", source)):
                if len(said) > 100 or not said.isprintable():
                    faults.append(f"{sheet.place(row, column)}：太长，或有不能显示的字符")
            if day in days:
                faults.append(f"{sheet.place(row, 'day')}：{day} 前面有过")
            elif day and working is not None:
                days[day] = Day(day, working, name, source)
    return list(days.values()), faults
