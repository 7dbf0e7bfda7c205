"""说交了的是哪一天：“上周五”“前天”“20号”“三天前”；从来不是还没有到的，分不清哪一天的说出来再问。"""

import re
from datetime import date, timedelta

from dialogs.reading import numeral, plain
from dialogs.records import Facts

_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAY = rf"(?:(?P<last>上*)|(?P<this>[这本]))个?{_WEEK}(?P<day>[一二三四五六日天])"
_AGO = r"(?P<ago>\d{1,2}|[两二三四五六七八九十])天(?:以|之)?前"
_WORKING = r"上一?个?工作日"
_LAST_MONTH = r"上个?月(?P<of>\d{1,2})[号日]"
_DATED = re.compile(rf"{_WEEKDAY}|{_AGO}|{_WORKING}|{_LAST_MONTH}")
_HALF = r"(?:早上|上午|中午|下午|晚上|夜里)?"
_NEAR = r"今天|今早上?|今日|今晚|今儿个?|昨天|昨日|昨晚上?|昨儿个?|大?前天|前儿个?"
DATED = re.sub(r"\?P<\w+>", "?:", rf"{_WEEKDAY}|{_AGO}|{_WORKING}|{_LAST_MONTH}")
"""要照日历算的那些天。"""
VAGUE = (
    rf"上+个?{_WEEK}(?![一二三四五六日天])末?|[这本]个?(?:周|星期|礼拜)(?![一二三四五六日天])末?|周末|"
    r"前(?:几|两|些|两三)天|[两二三四五][三四五六]天前|好?几天(?:以|之)?前|前[段阵一](?:时间|子|阵)?|那天|上个?月(?!\d)[初中底]?|"
    r"[这本]个?月(?!\d{1,2}[号日])[初中底]?|月[初中底]|\d{1,2}月(?!\d)份?[初中底]?|(?:国庆|中秋|节|放假)(?:[之以]?[前后]|期间)|[上中下]旬"
)
"""说了时候，分不清是哪一天。"""
_VAGUE = re.compile(VAGUE)
_TODAY = re.compile(r"今[天早日晚儿]")
_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[号日]")
_DAY_ONLY = re.compile(r"(?<![月\d])([123]?\d)[号日](?![\d码])")
"""没说是几月：最近的那一个。"""
_D = rf"(?:{DATED}|{_NEAR}|(?:\d{{1,2}}月)?\d{{1,2}}[号日]){_HALF}"
_V = r"(?:才|就|都)?(?:提交|申报|上报|交|报|递|弄|搞)?(?:上去|完|好|齐|成)?(?:的|了|得)*"
_WRONG = rf"(?:我们|日子|时间)*不是(?P<wrong>{_D}){_V}[哈嘛哦嘞]*"
_RIGHT = rf"(?:应该|其实|而|我们|都|那|就|该)*是?(?:我们|在)?(?P<right>{_D}|{VAGUE}){_V}[哈嘛哦嘞]*"
_SLIP = (
    r"(?:我们?|刚才|刚刚|日子|时间|前头|那句|又|把)*(?:说|打|搞|弄|记|讲|整|写)错(?:了|老)*[哈嘛哦]*|"
    r"不对|哎呀|等一?[哈下]|不好意思|哦|噢"
)
_P = r"[,，。;!?、~()\s]"
_CORRECTED = tuple(
    map(
        re.compile,
        (
            rf"(?:(?:{_SLIP}){_P}*)*{_WRONG}(?:{_P}*{_RIGHT})?{_P}*",
            rf"(?:(?:{_SLIP}){_P}*)+{_RIGHT}{_P}*",
            rf"(?:(?:{_SLIP}){_P}*)*{_RIGHT}{_P}+{_WRONG}{_P}*",
        ),
    )
)
_NAMED = re.compile(rf"{DATED}|{VAGUE}|{_NEAR}|\d[号日]")
_SPOKEN = re.compile(r"(?<![周期拜一二三四五六七八九十])[一二三四五六七八九十]{1,3}(?=[月号])")
_ENDED = re.compile("[啦喽啰咯]")


def spelt(text: str) -> str:
    """话里“交啦”写成“交了”，“十一月二十号”写成“11月20号”。"""
    return _SPOKEN.sub(lambda found: str(numeral(found[0])), plain(_ENDED.sub("了", text)))


def day_corrected(said: str) -> str | None:
    """改的是哪天交的：“不是今天交的，是昨天”给出“昨天”；只说了不是哪天的是“不是今天”，不是在改的是 None。"""
    if "不是" not in said and "错" not in said and "不对" not in said:
        return None
    found = next(filter(None, (each.fullmatch(said) for each in _CORRECTED)), None)
    if found is None:
        return None
    right = found["right"]
    return str(right) if right else f"不是{found['wrong']}"


def day_said(said: str, facts: Facts) -> tuple[date, str, str]:
    """说的是哪一天，没有说就是今天；没有这一天的，第二个是他说的；分不清哪一天的，第三个是他说的。

    还没有到、去年那天却在窗口里的，是去年的。
    """
    today = facts.today
    if said.startswith("不是"):
        return today, "", said
    if "今" in said and _TODAY.search(said):
        return today, "", ""
    if found := _DATED.search(said):
        return _dated(found, facts)
    if "前天" in said or "前儿" in said:
        return today - timedelta(days=3 if "大前" in said else 2), "", ""
    if "昨" in said:
        return today - timedelta(days=1), "", ""
    if not (found := _DAY.search(said)):
        only = _DAY_ONLY.search(said)
        if not only:
            vague = _VAGUE.search(said)
            return today, "", vague[0] if vague else ""
        month = today if int(only[1]) <= today.day else today.replace(day=1) - timedelta(days=1)
        return month.replace(day=min(int(only[1]), month.day)), "", ""
    try:
        day = date(today.year, int(found[1]), int(found[2]))
        last = day.replace(year=today.year - 1) if day > today else day
    except ValueError:
        return today, found[0], ""
    within = any(each.start <= last <= each.end for each in facts.windows)
    return (last if within else day), "", ""


def day_named(clause: str) -> bool:
    """这半句里说了时候。"""
    return bool(_NAMED.search(clause))


def _dated(found: re.Match[str], facts: Facts) -> tuple[date, str, str]:
    """照日历算：上周五、三天前、上个工作日、上个月15号；光说“周二”而今天就是周二的，分不清。"""
    today = facts.today
    if found["day"]:
        ahead = "一二三四五六日".index(found["day"].replace("天", "日")) - today.weekday()
        if found["last"] or found["this"]:
            return today + timedelta(days=ahead - 7 * len(found["last"] or "")), "", ""
        return today + timedelta(days=ahead - 7 * (ahead > 0)), "", "" if ahead else found[0]
    if found["ago"]:
        return today - timedelta(days=numeral(found["ago"])), "", ""
    if found["of"]:
        end = today.replace(day=1) - timedelta(days=1)
        wrong = not 0 < int(found["of"]) <= end.day
        return (today, found[0], "") if wrong else (end.replace(day=int(found["of"])), "", "")
    return facts.workdays.before(today, 1).day, "", ""
