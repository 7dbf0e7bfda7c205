"""一句话里说的处罚：近一年受过、没受过、不清楚，还是要问清楚；说了日子的按今天算，拿不准的不猜。"""

import re
from datetime import date, timedelta
from typing import Literal

from dialogs.reading import numeral

Reading = Literal["yes", "no", "unknown", "unclear", ""]
"""yes 受过、no 没受过、unknown 本人不清楚、unclear 要问清楚，空的是没说到处罚。"""

_NOT = r"(?:没有?得?|莫得?|冇|未|不得|从没)(?!批)"
_FINE = r"罚|处分|查处|立案|[遭被受挨]过"
_FINED = re.compile(rf"{_FINE}|遭得|遭了|被查")
_DENIED = re.compile(
    rf"{_NOT}[^，。]{{0,4}}(?:{_FINE}|遭得|被查)|"
    r"^(?:我们|我厂|都|也|是|还|一直|从来?|确实|近一年|一年内|这一年|今年)*(?:(?:没|莫|无)[有得]?[过哦嘛的哈]*)+$|清白|老实"
)
_YES = re.compile(r"有[过的]?|[遭受][过了]|是的?")
_LIGHTER = re.compile(r"警告|责令|通报|约谈|整改(?!好|完|到位|过?了)|口头|批评")
"""不是罚款的：算不算处罚，要看有没有处罚决定。"""
_LIGHTER_DENIED = re.compile(rf"{_NOT}[^，。]{{0,4}}(?:警告|责令|通报|约谈|整改|批评)")
_PENDING = re.compile(
    r"听证|(?:还|尚|都)(?:没有?得?|未)(?:下|出|作出|定)[^，。]{0,4}(?:决定|结果|处罚|下来)|没下(?:来|达)?[^，。]{0,3}(?:决定|处罚)|"
    r"处罚(?:决定)?还没(?:下|出)|拟处罚|告知书|陈述申辩|正在(?:查|处理|调查)"
)
"""处罚还没定下来的。"""
_WHO_KNOWS = re.compile(r"(?:我们?|我)?(?:也|都)?(?:不晓得|不知道|不清楚|说不清|记不清|搞不清楚?)(?:了|得)?")
_NEARLY = re.compile(r"差点|险些|(?<!恐)怕(?!是)")
_UNSURE = re.compile(
    r"可能|听说|好像|大概|也许|说不定|恐怕|怕是|估计|似乎|应该|不确定|不晓得|不知道|[不没]清楚|不太?(?:清|记得)|"
    r"(?:记|说|搞|弄)不|(?:要|得|先|去|再)(?:问|查|核实|翻|确认)"
)
_HEDGE = re.compile(r"可能|听说|好像|大概|也许|估计|似乎|应该")
_ELSE = re.compile(r"才(?:晓得|知道|清楚)|(?:要|得|去|先|再)(?:问|查|看)|老板|领导|会计|前任|不归我管|才来")
_ASKS = re.compile(r"(?<!没)有没有|是不是|罚没罚|过没有?$|[吗么]$|算不算")
_OURS = re.compile(r"我们|我厂|咱|俺|本厂|自己")
_OTHERS = re.compile(r"隔壁|别个|别人|别家|别的厂|人家|他们|他家|邻居|同行|对门|旁边|前老板|上一?家|原来那家")
_NOT_OURS = re.compile(
    r"不是(?:我们|我厂|咱们?|俺们?|本厂)|(?:隔壁|别个|别人|别家|人家|他们|同行)[^，。]{0,4}(?:不是|没)我"
)
_OTHER_BUREAU = re.compile(r"安监|应急局|消防|税务|市监|工商|交警|质监|卫健|社保")
"""别的部门罚的，不是环保的。"""
_LATELY = re.compile(r"近一年|这一年|一年内|一年之内|这两年|最近一年|一年来")

_N = r"\d{1,3}|[一二两三四五六七八九十]{1,3}"
_AGO = re.compile(rf"({_N}|半)(个?月|年|天|周|个?星期|个?礼拜)(半|多|零(?:{_N})个?月)?[以之]?前")
_NOT_YET_A_YEAR = re.compile(r"(?:不到|没到|不满|没满|未满|不足|快)(?:一年|1年|12个月|十二个月)")
_OVER_A_YEAR = re.compile(
    r"(?:超过|过了|满了|不止|早过|已满|满)(?:一年|1年|12个月|十二个月)|(?:一年|1年|12个月|十二个月)(?:多|以上)"
)
_LONG_AGO = re.compile(r"大前年|[两二三四五六几好][几]?年[以之]?前|早些年|早几年|好几年|多年前")
_RECENT = re.compile(
    r"(?:上个?|这个?|本)(?:月|周|星期|礼拜|季度)|昨天|前天|今天|刚|才被|前几天|前两天|前不久|这阵|最近(?!一年)"
)
_YEAR = r"今年|去年|前年|(?:20|二[〇零0])?[\d〇零一二三四五六七八九]{2}(?:年|[.\-/](?=\d))"
_WHEN = re.compile(
    rf"({_YEAR})?[^\d，。一二三四五六七八九十]{{0,2}}(?<![\d个])(\d{{1,2}}|[一二三四五六七八九]|十[一二]?)(?:月(?!前|[以之]前)|(?<=[.\-/]\d)(?!\d)|(?<=[.\-/]\d\d)(?!\d))"
)
_PART = {
    "上半年": (1, 6),
    "下半年": (7, 12),
    "年初": (1, 3),
    "开年": (1, 3),
    "年底": (11, 12),
    "年末": (11, 12),
    "": (1, 12),
}
_IN_YEAR = re.compile(rf"({_YEAR})?(?:的)?({'|'.join(filter(None, _PART))})|(?<!\d)({_YEAR})(?![以之]?前)")
_ONLY_A_DAY = re.compile(
    rf"(?:有|是|就|大概|那是)*(?:{_AGO.pattern}|{_IN_YEAR.pattern}|{_WHEN.pattern}|{_NOT_YET_A_YEAR.pattern}|{_OVER_A_YEAR.pattern})"
    r"(?:\d{1,2}[号日]|份)?(?:[左右的]|有过|事)*"
)
"""只答了日子。"""
_CLAUSES = re.compile(r"[，,。;；！! ]|但是?|不过")


def fined(said: str, today: date) -> Reading:
    """分句来看：近一年没有的就是没有，说了日子的按日子；几句说法对不上的要问清楚。"""
    clauses = [clause for clause in _CLAUSES.split(said) if clause]
    if _PENDING.search(said):
        return "unclear"
    if len(clauses) > 1 and _WHO_KNOWS.fullmatch(clauses[0]) and all(map(_ELSE.search, clauses[1:])):
        return "unknown"
    found = [_clause(clause, today) for clause in clauses]
    if any(_LATELY.search(clause) and each == "no" for clause, each in zip(clauses, found, strict=True)):
        return "no"
    if found and found[0] == "no" and not {"yes", "unclear", "unknown"}.intersection(found):
        return "no"
    if "unclear" in found or {"yes", "no"} <= set(found):
        return "unclear"  # 说了“有”又是一年前的事
    for each in ("yes", "unknown", "no"):
        if each in found:
            return each
    return ""


def doubt(said: str, today: date) -> str:
    """要问清楚的，问什么；没说到处罚是空的。"""
    if _OTHER_BUREAU.search(said):
        return "这里问的是环保上的处罚：有就回“有”，没有就回“没有”。"
    if _OTHERS.search(said):
        return "问的是贵厂自己：近一年受过环保处罚就回“有”，没有就回“没有”。"
    if _PENDING.search(said):
        return (
            "还没下处罚决定的算不算，条文没有写：拿不准先回“不清楚”，再问区县生态环境局；"
            "一年内另外收到过环保的处罚决定，回“有”。"
        )
    if _LIGHTER.search(said):
        return (
            "条文说的是“处罚”，没有说只算罚款：一年内收到过环保的处罚决定回“有”，没收到过回“没有”，拿不准回“不清楚”。"
        )
    if not _FINED.search(said) and fined(said, today) != "unclear":
        return ""
    return "哪一年哪个月罚的？到今天不满一年的回“有”，满了一年的回“没有”。"


def _clause(clause: str, today: date) -> Reading:
    if _YES.fullmatch(clause):
        return "yes"
    lighter = _LIGHTER.search(clause) and not _LIGHTER_DENIED.search(clause)
    denied = bool(_DENIED.search(_HEDGE.sub("", _NOT_YET_A_YEAR.sub("", clause))))
    told = bool(_FINED.search(clause))
    if not (denied or told or lighter or _ONLY_A_DAY.fullmatch(clause)):
        return ""
    if _NEARLY.search(clause):
        return ""
    if _NOT_OURS.search(clause):
        return "no"
    if _OTHERS.search(clause) and not _OURS.search(clause):
        return "unclear"
    if _UNSURE.search(clause):
        return "unknown"
    if _ASKS.search(clause):
        return "unclear"
    if _OTHER_BUREAU.search(clause) and "环保" not in clause:
        return "unclear"
    if lighter and (denied or not told):
        return "unclear"
    if denied:
        return "no"
    return _dated(clause, today) or ("unclear" if "以前" in clause else "yes" if told else "")


def _dated(clause: str, today: date) -> Reading:
    """说的日子到今天满没满一年；没说日子是空的。"""
    if _NOT_YET_A_YEAR.search(clause):
        return "yes"
    if _OVER_A_YEAR.search(clause) or _LONG_AGO.search(clause):
        return "no"
    if ago := _AGO.search(clause):
        return _ago(ago[1], ago[2].removeprefix("个"), ago[3] or "")
    if _RECENT.search(clause):
        return "yes"
    if when := _WHEN.search(clause):
        month = numeral(when[2])
        if not 1 <= month <= 12:
            return "unclear"
        year = _year(when[1], today) if when[1] else today.year - (month > today.month)
        return _over(year, month, month, today)
    if found := _IN_YEAR.search(clause):
        named = found[1] or found[3]
        return _over(_year(named, today) if named else today.year, *_PART[found[2] or ""], today)
    return ""


def _ago(count: str, unit: str, more: str) -> Reading:
    """多久以前：十二个月、一年整的算不清。"""
    n = 0.5 if count == "半" else numeral(count)
    months = n * {"月": 1, "年": 12, "天": 1 / 31}.get(unit, 1 / 4)
    months += 0 if not more else 6 if more == "半" and unit == "年" else 0.5
    return "yes" if months < 12 else "no" if months > 12 else "unclear"


def _year(named: str, today: date) -> int:
    if named in ("今年", "去年", "前年"):
        return today.year - ("今年", "去年", "前年").index(named)
    return 2000 + int("".join(str(numeral(each)) for each in named if each not in "年.-/")[-2:])


def _over(year: int, first: int, last: int, today: date) -> Reading:
    """那段日子的头一天和末一天都满了一年才算满，都不满才算不满。"""
    edge = _a_year_before(today)
    begin = date(year, first, 1)
    end = date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
    return "yes" if begin > edge else "no" if end <= edge else "unclear"


def _a_year_before(today: date) -> date:
    try:
        return today.replace(year=today.year - 1)
    except ValueError:  # 2月29日
        return today.replace(year=today.year - 1, day=28)
