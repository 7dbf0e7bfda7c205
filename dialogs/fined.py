"""一句话里说的处罚：近一年受过、没受过、不清楚，还是要问清楚；说了日子的按今天算，拿不准的不猜。"""

import re
from datetime import date
from typing import Literal

from dialogs.fineddays import (
    FINE,
    FINED,
    HEDGE,
    IN_YEAR,
    NOT_YET_A_YEAR,
    ONLY_A_DAY,
    RECENT,
    SOME_YEARS,
    WHEN,
    YEARS_WIDE,
    a_year_before,
    dated,
    year_named,
)
from dialogs.reading import numeral

Reading = Literal["yes", "no", "partly", "unknown", "unclear", ""]
"""yes 受过、no 没受过、unknown 本人不清楚、unclear 要问清楚，空的是没说到处罚；partly 是只说了不满一年的一段没有。"""

_NOT = r"(?:没有?得?|莫得?|冇|未|不得|从没)(?!批)"
_OF = (
    r"(?:[受收被遭挨过到的因为有得再又来就是着给让局处]|任何|发生|产生|出现|违规|超标|环保|环境|生态|行政|违法|部门|局里?|领导|老师|方面|一?[次回个]|[啥什哪][子么]?|"
    r"这[种些]?|那[种些]?|区里|市里|县里|他们|我们?|人家?|谁|收到|受到|记录|新的?|真的?|实际|直接)*"
)
"""“没……罚”中间的字：只有这些，说的才是没有罚；“没办环评遭罚了”说的是罚了。"""
_SPAN = (
    rf"(?:近|最近|这|过去|之前|前)*(?:{SOME_YEARS}|半年)(?:[以之]?内|里头?|来|间)?|"
    r"(?:[今去前]年|(?:20)?\d\d年|20\d\d)(?:[以之]?后|以来|起|到现在|到今天|和|跟|、)*|"
    r"(?:这|近|最近|上|本)*[\d一二两三四五六七八九十几半]*个?(?:月|季度)(?:[以之]?内|里)?|"
    r"[上下]半年|年[初底]|最近|近期|这阵|这段时间|现在"
)
"""一段日子：说没有罚过的，只是这一段没有。"""
_WINDOW = re.compile(_SPAN)
_A_YEAR_OR_MORE = re.compile(rf"{SOME_YEARS}(?:[以之]?内|里|来|间|都|没|未|莫|无)|开厂|建厂|投产")
_SINCE = re.compile(r"([去前]年|20\d\d年?)(?:([以之]?后)|以来|起|到现在|到今)")
_YEARS = re.compile(r"[今去前]年|(?:20)?\d\d年|20\d\d")
_DENIED = re.compile(
    rf"{_NOT}{_OF}(?:{FINE}|遭得|被查)|"
    r"(?:零|(?<!\d)0|无)\s*(?:次|起|任何|环保|行政|违法)*(?:处罚|罚款|罚单|处分|查处|立案|记录)|"
    r"罚(?:款|过)?(?:零|(?<!\d)0)次|(?<![有罚])(?:处罚|罚款|罚单)(?:记录|次数)?[是为:：]?(?:零|(?<!\d)0|无|没有|没得|莫得)(?:[次起元条件个])?$|"
    rf"^(?:我们|我厂|都|也|是|还|就|一直|从来?|确实|肯定|绝对|当然|真的?|保证|目前|暂时|一[次回个]|"
    rf"(?:老板|领导|厂长|经理|会计|同事)们?(?:也|都)?[说讲]的?是?|{_SPAN})*"
    r"(?:(?:没|莫|无)[有得]?(?:[过哦嘛的哈]|[这那]种?|一?回|个)*(?:记录|情况|(?<=[的这那回种个])事情?)?)+$|"
    r"^(?:[这那]种|这些|那些|处罚|的|情况|问题|事情?|根本|都)*不存在(?:的|[这那]种|处罚|情况|问题|事情?)*$|清白|老实"
)
_NOT_DONE = re.compile(rf"{_NOT}[^，。]{{1,10}}(?:{FINE})")
_FINED_FOR = re.compile(r"罚(?:了|款?\d|得)|[被遭挨]罚$")
"""“没办环评遭罚了”“没装在线罚款2万”。"""
_YES = re.compile(r"有[过的]?|[遭受][过了]|是的?")
_LIGHTER = re.compile(r"警告|责令|通报|约谈|整改(?!好|完|到位|过?了)|口头|批评|抓[到住过]")
"""不是罚款的：算不算处罚，要看有没有处罚决定。"""
_UNDONE = re.compile(r"撤销|撤了|[遭被]撤|推翻|作废|免于|免除|免罚|不予(?:行政)?处罚|没执行|复议|诉讼|申诉|打官司")
"""处罚撤销了、还在争的。"""
_SOME = re.compile(
    rf"{_NOT}(?!一)[^，。]{{0,3}}(?:[重巨]?大的?|严重|好多|多少|啷个|怎么|咋个?|经常|老是|几[次回])[^，。]{{0,3}}(?:{FINE})|"
    rf"{_NOT}[^，。]{{0,3}}(?:{FINE})[^，。]{{0,2}}(?:大|重|好多|多少|狠|凶|几[次回个])|"
    rf"(?:很少|少有|基本|几乎|大体|差不多|不咋|不怎么)[^，。]{{0,6}}(?:{FINE})|罚得(?:少|不多|轻)"
)
"""“没得大的处罚”“基本没罚过”：小的有没有，没有说。"""
_LIGHTER_DENIED = re.compile(rf"{_NOT}[^，。]{{0,4}}(?:警告|责令|通报|约谈|整改|批评)")
_PENDING = re.compile(
    r"听证|(?:还|尚|都)(?:没有?得?|未)(?:下|出|作出|定)[^，。]{0,4}(?:决定|结果|处罚|下来)|没下(?:来|达)?[^，。]{0,3}(?:决定|处罚)|"
    r"处罚(?:决定)?还没(?:下|出)|拟处罚|告知书|陈述申辩|正在(?:查|处理|调查)"
)
"""处罚还没定下来的。"""
_WHO_KNOWS = re.compile(r"(?:我们?|我)?(?:也|都)?(?:不晓得|不知道|不清楚|说不清|记不清|搞不清楚?)(?:了|得)?")
_KNOWS_IF = re.compile(
    r"(?:到底|究竟|近一年|一年内|我们|是)*(?:有没[有得]|有无|罚没罚|遭没遭|受没受)(?:[被受遭]|过|处?罚)*"
    rf"(?:{_WHO_KNOWS.pattern}|我?(?:还|要|得|去|先)+[问查](?:一?[哈下])?(?:老板|会计|领导)?)"
)
"""“有没有我也不清楚”：是不清楚，不是在问。"""
_NEARLY = re.compile(r"差点|险些|(?<!恐)怕(?!是)")
_UNSURE = re.compile(
    r"可能|听说|好像|大概|也许|说不定|恐怕|怕是|估计|似乎|应该|不确定|不晓得|不知道|[不没]清楚|不太?(?:清|记得)|"
    r"(?:记|说|搞|弄)不|(?:要|得|先|去|再)(?:问|查|核实|翻|确认)"
)
_ELSE = re.compile(r"才(?:晓得|知道|清楚)|(?:要|得|去|先|再)(?:问|查|看)|老板|领导|会计|前任|不归我管|才来")
_ASKS = re.compile(r"(?<!没)有没有|是不是|罚没罚|过没有?$|[吗么]$|算不算|(?<!没)有(?:过|被|处|罚|款)+没[有得]?$")
_OURS = re.compile(r"我们|我厂|咱|俺|本厂|自己")
_OTHERS = re.compile(r"隔壁|别个|别人|别家|别的厂|人家|他们|他家|邻居|同行|对门|旁边|前老板|上一?家|原来那家")
_NOT_OURS = re.compile(
    r"不是(?:我们|我厂|咱们?|俺们?|本厂)|(?:隔壁|别个|别人|别家|人家|他们|同行)[^，。]{0,4}(?:不是|没)我"
)
_OTHER_BUREAU = re.compile(r"安监|应急局|消防|税务|市监|工商|交警|质监|卫健|社保")
"""别的部门罚的，不是环保的。"""
_LATELY = re.compile(r"近一年|这一年|一年内|一年之内|这两年|最近一年|一年来")

_CLAUSES = re.compile(r"[，,。;；！!?？ ]|但是?|不过|(?<=[了过有得罚])(?=[今去前]年)")
_THAT_ONE = re.compile(r"(?:不过|但是?|只是)[^，。]*$")
"""“有过，不过是2024年的事”：有的就是那一回。"""


def fined(said: str, today: date) -> Reading:
    """分句来看：近一年没有的就是没有，说了日子的按日子；几句说法对不上的要问清楚。"""
    clauses = [clause for clause in _CLAUSES.split(said) if clause]
    if _PENDING.search(said) or _UNDONE.search(said) or _SOME.search(said):
        return "unclear"
    if len(clauses) > 1 and _WHO_KNOWS.fullmatch(clauses[0]) and all(map(_ELSE.search, clauses[1:])):
        return "unknown"
    found = _whole_year(clauses, [_clause(clause, today) for clause in clauses], today)
    if any(_LATELY.search(clause) and each == "no" for clause, each in zip(clauses, found, strict=True)):
        return "no"
    if found and found[0] == "no" and not {"yes", "unclear", "unknown"}.intersection(found):
        return "no"
    if {"yes", "no"} <= set(found) and "unclear" not in found and _told_when(said, clauses, found):
        return "no"
    if "unclear" in found or {"yes", "no"} <= set(found) or {"yes", "unknown"} <= set(found):
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
    edge = a_year_before(today)
    since = f"从{edge.year}年{edge.month}月{edge.day}日"
    if _UNDONE.search(said):
        return (
            "处罚撤销了、还在复议的算不算，条文没有写：拿不准先回“不清楚”，再问区县生态环境局；没撤销的还有，回“有”。"
        )
    if _SOME.search(said):
        return f"条文说的是“处罚”，没有分大小：{since}到今天，收到过环保的处罚决定回“有”，一次也没有回“没有”。"
    if not FINED.search(said) and fined(said, today) != "unclear":
        return ""
    each = [_clause(clause, today) for clause in _CLAUSES.split(said) if clause]
    if "partly" in each and not {"yes", "unclear"}.intersection(each):
        return f"问的是满一年，{since}到今天：受过环保处罚回“有”，一次也没有回“没有”。"
    when = next((found for each in _CLAUSES.split(said) if (found := WHEN.search(each))), None)
    ask = "哪一天罚的" if when and numeral(when[2]) == edge.month else "哪一年哪个月罚的"
    return f"{ask}？{since}（含这一天）到今天罚的回“有”，更早的回“没有”。"


def wholly(said: str, today: date) -> bool:
    """整句说的都是处罚，没有夹着别的。"""
    return all(_clause(clause, today) for clause in _CLAUSES.split(said) if clause)


def _whole_year(clauses: list[str], found: list[Reading], today: date) -> list[Reading]:
    """几句合起来，说没有的那几段够不够一年：够就是没有；不够、又没说别的，是要问清楚。"""
    if "partly" not in found:
        return found
    partly = "".join(clause for clause, each in zip(clauses, found, strict=True) if each == "partly")
    outright = any(each == "no" and _DENIED.search(clause) for clause, each in zip(clauses, found, strict=True))
    here: Reading = "no" if outright or _covers(partly, today) else "" if "yes" in found else "unclear"
    return [here if each == "partly" else each for each in found]


def _covers(clause: str, today: date) -> bool:
    """说没有的那一段，够不够从一年前到今天；没说是哪一段的，说的就是全部。"""
    if _A_YEAR_OR_MORE.search(clause) or not _WINDOW.search(clause):
        return True
    if since := _SINCE.search(clause):
        return year_named(since[1], today) + bool(since[2]) < today.year  # “2025年以后”：2025年算不算在内，说不准
    return {today.year, today.year - 1} <= {year_named(named, today) for named in _YEARS.findall(clause)}


def _told_when(said: str, clauses: list[str], found: list[Reading]) -> bool:
    """“罚过，前年的”“有过，不过是2024年的事”：有的就是说了日子的那一回；光一个“有”的，要问清楚。"""
    at = next(n for n, each in enumerate(found) if each == "no")
    bare = all(each != "yes" or not _YES.fullmatch(clause) for clause, each in zip(clauses, found, strict=True))
    undated = all(
        each != "yes" or not (RECENT.search(clause) or WHEN.search(clause) or IN_YEAR.search(clause))
        for clause, each in zip(clauses, found, strict=True)
    )
    return undated and not _DENIED.search(clauses[at]) and (bare or bool(_THAT_ONE.search(said)))


def _clause(clause: str, today: date) -> Reading:
    if _YES.fullmatch(clause):
        return "yes"
    if _KNOWS_IF.fullmatch(clause):
        return "unknown"
    lighter = _LIGHTER.search(clause) and not _LIGHTER_DENIED.search(clause)
    denied = bool(_DENIED.search(HEDGE.sub("", NOT_YET_A_YEAR.sub("", clause))))
    told = bool(FINED.search(clause))
    if not (denied or told or lighter or ONLY_A_DAY.fullmatch(clause)):
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
        return "no" if _covers(clause, today) else "partly"
    if told and (
        YEARS_WIDE.search(clause)
        or (_NOT_DONE.search(NOT_YET_A_YEAR.sub("", clause)) and not _FINED_FOR.search(clause))
    ):
        return "unclear"
    return dated(clause, today) or ("unclear" if "以前" in clause else "yes" if told else "")
