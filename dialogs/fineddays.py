"""一句话里说的日子：罚到今天满没满一年；一年前的今天也在这一年里，算不清的不猜。"""

import re
from datetime import date, timedelta
from typing import Literal

from dialogs.reading import numeral

Within = Literal["yes", "no", "unclear", ""]
"""yes 在这一年里、no 满了一年、unclear 算不清，空的是没说日子。"""

FINE = r"罚|处分|查处|立案|[遭被受挨]过"
FINED = re.compile(rf"{FINE}|遭得|遭了|被查")
HEDGE = re.compile(r"可能|听说|好像|大概|也许|估计|似乎|应该")
SOME_YEARS = r"(?<![\d一二三四五六七八九十〇零])(?:[一二两三四五六七八九十几]|好几|好多|\d)年(?:多|半)?"
_N = r"\d{1,3}|[一二两三四五六七八九十]{1,3}"
_AGO = re.compile(rf"({_N}|半)(个?月|年|天|周|个?星期|个?礼拜)(半|多|零(?:{_N})个?月)?[以之]?前")
NOT_YET_A_YEAR = re.compile(r"(?:不到|没到|不满|没满|未满|不足|快)(?:一年|1年|12个月|十二个月)")
_OVER_A_YEAR = re.compile(
    r"(?:超过|过了|满了|不止|早过|已满|满)(?:一年|1年|12个月|十二个月)|(?:一年|1年|12个月|十二个月)(?:多|以上)"
)
_LASTED = re.compile(
    rf"(?:快|将近|差不多|大概|怕|不到|没到)*(?:{_N}|半|好几|几|多)(?:个半?月|月|年|天|周|个?星期|个?礼拜)(?:半|多|零(?:{_N})个?月)?(?:了|咯|老)"
)
"""“罚过，都两年了”：到今天有多久。"""
YEARS_WIDE = re.compile(
    r"(?:近|这|过去|前)(?:[两二三四五六七八九几]|好几|[2-9])年|(?:[两二三四五六七八九几]|好几|[2-9]|一年半|1年半)年?(?:[以之]?内|里头?|来|间)"
)
"""“近两年罚过”：在不在这一年里，没有说。"""
_LONG_AGO = re.compile(r"大前年|[两二三四五六几好][几]?年[以之]?前|早些年|早几年|好几年|多年前")
RECENT = re.compile(
    r"(?:上个?|这个?|本)(?:月|周|星期|礼拜|季度)|昨天|前天|今天|刚|才被|前几天|前两天|前不久|这阵|最近(?!一年)"
)
_YEAR = r"今年|去年|前年|(?:20|二[〇零0])?[\d〇零一二三四五六七八九]{2}(?:年|[.\-/](?=\d))"
WHEN = re.compile(
    rf"({_YEAR})?[^\d，。一二三四五六七八九十]{{0,2}}(?<![\d个])(\d{{1,2}}|[一二三四五六七八九]|十[一二]?)(?:月(?!前|[以之]前)|(?<=[.\-/]\d)(?!\d)|(?<=[.\-/]\d\d)(?!\d))"
)
_ON = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,3})[号日]|[.\-/](\d{1,2})(?!\d)")
"""月份后面的哪一天。"""
_PART = {
    "上半年": (1, 6),
    "下半年": (7, 12),
    "年初": (1, 3),
    "开年": (1, 3),
    "年底": (11, 12),
    "年末": (11, 12),
    "": (1, 12),
}
IN_YEAR = re.compile(rf"({_YEAR})?(?:的)?({'|'.join(filter(None, _PART))})|(?<!\d)({_YEAR})(?![以之]?前)")
ONLY_A_DAY = re.compile(
    rf"(?:有|是|就|大概|那是|都|已经|早就|也|[都早]?已|怕是?|差不多)*(?:{_AGO.pattern}|{IN_YEAR.pattern}|{WHEN.pattern}|{NOT_YET_A_YEAR.pattern}|{_OVER_A_YEAR.pattern}|{_LASTED.pattern})"
    r"(?:[.\-/]?\d{1,2}[号日]?|份)?(?:[左右的了咯老]|[以之]?前|有过?|事)*"
)
"""只答了日子。"""


def dated(clause: str, today: date) -> Within:
    """说的日子到今天满没满一年；没说日子是空的。"""
    if NOT_YET_A_YEAR.search(clause):
        return "yes"
    if over := _OVER_A_YEAR.search(clause):
        after = not FINED.search(clause) or FINED.search(clause[: over.start()])
        return "no" if after and not HEDGE.search(clause) else "unclear"
    if _LONG_AGO.search(clause):
        return "no"
    if lasted := _LASTED.search(clause):
        return _lasted(lasted[0]) if not FINED.search(clause[lasted.start() :]) else "unclear"
    if ago := _AGO.search(clause):
        return _ago(ago[1], ago[2].removeprefix("个"), ago[3] or "")
    if RECENT.search(clause):
        return "yes"
    if when := WHEN.search(clause):
        month = numeral(when[2])
        if not 1 <= month <= 12:
            return "unclear"
        day = numeral(on[1] or on[2]) if (on := _ON.match(clause[when.end() :])) else 0
        year = year_named(when[1], today) if when[1] else today.year - ((month, day) > (today.month, today.day))
        return _on(year, month, day, today) if day else _over(year, month, month, today)
    if found := IN_YEAR.search(clause):
        named = found[1] or found[3]
        return _over(year_named(named, today) if named else today.year, *_PART[found[2] or ""], today)
    return ""


def _ago(count: str, unit: str, more: str) -> Within:
    """多久以前：十二个月、一年整的算不清。"""
    n = 0.5 if count == "半" else numeral(count)
    if days := {"天": 1, "周": 7}.get(unit, 7 if unit in ("星期", "礼拜") else 0):
        return "yes" if n * days < 365 - days else "no" if n * days > 366 + days else "unclear"
    months = n * {"月": 1, "年": 12}[unit]
    months += 0 if not more else 6 if more == "半" and unit == "年" else 0.5
    return "yes" if months < 12 else "no" if months > 12 else "unclear"


def _lasted(said: str) -> Within:
    """“都两年了”“一年多了”：到今天有多久；说“差不多一年”“一年了”的算不清。"""
    bare = re.sub(r"^(?:快|将近|差不多|大概|怕|不到|没到)+", "", said)
    if bare[0] in "好几多":
        return "no" if "年" in bare else "unclear"
    found = _AGO.match(re.sub(r"(?:了|咯|老)$", "前", bare))
    reading: Within = _ago(found[1], found[2].removeprefix("个"), found[3] or "") if found else "unclear"
    return reading if bare == said or reading == "yes" else "unclear"


def year_named(named: str, today: date) -> int:
    if named in ("今年", "去年", "前年"):
        return today.year - ("今年", "去年", "前年").index(named)
    return 2000 + int("".join(str(numeral(each)) for each in named if each not in "年.-/")[-2:])


def _over(year: int, first: int, last: int, today: date) -> Within:
    """那段日子的头一天和末一天都满了一年才算满，都不满才算不满。"""
    edge = a_year_before(today)
    begin = date(year, first, 1)
    end = date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
    return "yes" if begin >= edge else "no" if end < edge else "unclear"


def _on(year: int, month: int, day: int, today: date) -> Within:
    """说了哪一天的：一年前的今天也在这一年里；没有这一天的、还没有到的，问清楚。"""
    try:
        when = date(year, month, day)
    except ValueError:
        return "unclear"
    return "unclear" if when > today else "yes" if when >= a_year_before(today) else "no"


def a_year_before(today: date) -> date:
    try:
        return today.replace(year=today.year - 1)
    except ValueError:  # 2月29日
        return today.replace(year=today.year - 1, day=28)
