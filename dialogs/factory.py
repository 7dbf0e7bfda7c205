"""用户自己的厂：话里顺带说到的名称、信用代码、区县、想评的等级，记下来就不再问。"""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from dialogs.codes import code_said
from dialogs.reading import number, plain
from dialogs.records import Facts, Known
from dialogs.wishing import grade_in, named, stated
from dialogs.yesno import NEITHER, YES, answering
from knowledge.records import District
from knowledge.rules import Rules

_EDGE = r"\s，。；：、？！,;:?!"
_NAME = re.compile(
    rf"(?<![^{_EDGE}])[^{_EDGE}]{{4,100}}?(?:有限责任公司|股份有限公司|有限公司)"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:分公司|分厂))?"
)
"""从标点或空白之后起的一整段；字母、括号、引号、别的符号都是名称里的，不从中间截。"""
_BEFORE = re.compile(r"^(?!重庆).{0,15}?(?:我们是|我是|我厂是|公司是|名称是|名称|名字|全称|叫做|叫|是)(?=\S{4})")
_WHOSE = re.compile(
    r"^(?:在?[\u4e00-\u9fff]{2,5}(?:[区县]|那边|这边)?|(?:做|搞|生产|开)[\u4e00-\u9fff]{1,8})的(?=\S{6})"
)
"""名称前面说的在哪里、做什么：“长寿的”“做商砼的”。"""
_CALLED = re.compile(
    r"(?:厂|公司|企业|站|单位)(?:的?(?:名字|名称|全称|大名))?(?:(?:就|是)*(?:叫做?|名叫)|(?<=[字称名])(?:是|[:：]|(?=\s)|(?=\S+[厂司社站])))\s*"
    r"([^，。；：、？！,;:?!\s]{2,40})"
)
_STYLED = re.compile(r"(?:厂|公司|站|店|集团|坊|场|中心|合作社|实业|科技)$")
_NO_NAME = re.compile(
    r"[我你您他她它哪啥]|什么|做|生产|停|别人|人家|老板|大家|专家|去|来[查问看]|报|交|要|怎|咋|[吗么嘛]$|错|变|不|一致|改|没"
)
"""“公司叫我来问”“厂叫停了”“厂叫什么”：不是名称。"""
_CLOSING = {"“": "”", '"': '"', "《": "》"}
_UNNAMED = re.compile("我们|这种|那种|哪[个些家]|什么|是不是|怎么")
"""话里只是提到“有限公司”，不是名称。"""
_ASIDE = re.compile(
    r"^(?:再|请问?|那|麻烦|顺便|帮(?:我们?|忙)|给我们?|(?:看|查|问)(?:[看查问]|一?[哈下])?|我们是?|我厂是?|就是|叫做?)+(?=[\u4e00-\u9fff]{4})"
)
"""名称前面带着的话：“再帮我看哈”。"""
_WISH = re.compile(
    r"(?:(?<![不没别莫])(?:想|要|争|冲|准备|打算)[^，。？,?\n]{0,3}?(?:评|创|争|报|上|升|冲|拿|要)[^，。？,?\n了]{0,2}?"
    r"|(?:我们?|我厂|咱们?|俺们?|公司|今年|明年|[，,站厂])(?:就|来|去|今年|明年)?(?:申报|报|争|冲|创|评)个? ?)"
    r"(A|B-|B|C|D|非?(?:绩效)?引领)(?![a-z+])",
    re.IGNORECASE,
)
_TIERS = frozenset("ABCDabcd领")
"""_WISH 命中时总有其中一个字。"""
_ELSEWHERE = re.compile(
    r"^(?!我|咱|本).{2,8}[喃呢][?？]?$|[帮替][^，。]{0,4}(?:朋友|人家|别个|别人|熟人)[^，。]{0,3}问"
)
"""“大足的喃”“帮朋友问的”：问的是别处，不是说自己的厂在哪里。"""
_PLACE = (
    r"(?:(?:^|[，,。]|(?:我们?|咱们?|俺们?|本)(?:厂|公司|企业|家|站|店)?)(?:就|都)?(?:是|属于|位于)?|(?<![不没])在|搬到了?)(?:重庆市?)?"
    r"(?:{})(?:经开区|高新区|工业园区?|园区|城区)?(?P<town>[\u4e00-\u9fff]{{1,4}}?(?:镇|乡|街道|村))?(?:的|，|,|。|$|了|去了|[这那](?:边|里|头|个?地方)|做|生产|有|一家|商|现在|搞|开|(?=重庆))"
)


_MOVED = re.compile(r"(?:起，|的)((?:[\u4e00-\u9fff]{2,3}、)+[\u4e00-\u9fff]{2,3})划入([\u4e00-\u9fff]+?区)(?=[；。])")
"""区县名录的说明里，哪几个镇街划到了哪里。"""
_MANY = re.compile(r"[两二三四五几2-9]个(?:分?厂|工厂|公司|企业|厂区|站)[^，。]{0,4}[，,]?(?:都|分别)?一[个家]?在")
"""“两个厂，一个在长寿一个在江津”：不知道哪一个是现在说的。"""
LINK_SIZE, LINK_LETTERS = 8, "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""区县给的一次性码：几位、用哪些字；没有 0、O、1、I、L，念得清，抄不错。"""
ANOTHER = re.compile(
    r"(?:另一个|另外一个|另外个|还有一个|还有个|又有一?个|(?:再|另)加一?个|(?:新增|添加?)一?个|第[二三四五六七八九2-9]个)(?:[工分]?厂|公司|企业)|(?:切换|换)(?:一?个)?(?:工厂|厂|企业)"
)
"""说的是另一个厂：不记到现在这个厂头上。"""
_OTHER = frozenset("另还第切换又再新添")
"""ANOTHER 命中时总有其中一个字。"""
_FIRST = re.compile(r"第[一1]个?(?:工?厂|公司|企业|家|站|店)")
"""说的是第几个厂的，看是哪一个再记。"""
FORMER = tuple(
    f"{word}{each}"
    for word in ("前面", "原来", "刚才", "先前", "之前", "上", "上一", "头")
    for each in ("那个厂", "那个", "个厂", "那家", "那家厂", "的厂", "的那个厂", "家厂")
)
"""最后换走的那个厂怎么叫。"""
_BACK = re.compile(
    rf"(?:那|还是|我要|我想|帮我|再|给我)*(?:(?:切换?|换|转|调)?回(?:去|来|到)?|(?:切换?|换|转|调)(?:到|成)?)(?:{'|'.join(FORMER)})?(?:去|来)?"
)
_TURNING = frozenset("回切换转调")
"""_BACK 命中时总有其中一个字。"""
NUMERALS = "零一二三四五六七八九"
TITLES = {
    "name": "名称",
    "code": "统一社会信用代码",
    "district": "区县",
    "branches": "行业分支",
    "grade": "现在的等级",
    "wish": "想评的等级",
}

WHOLE_CITY = (
    ("全市", "全重庆", "全部区县", "所有区县", "全部", "所有", "整个重庆", "重庆", "重庆市"),
    "各区县的窗口可能不一样，要说是哪一个区县；几个区县都有厂的，一个一个来。",
)
"""问哪个区县，答的是整个市：先说的一句。"""


def noted(text: str, known: Known, rules: Rules) -> Known:
    """话里顺带说到的，补进已知的；没说到就是原来那个。只看前 300 个字。"""
    text = text[:300]
    if len(text) < 2 or another(text) or (text[0] == "第" and _FIRST.match(text)):
        return known
    for district in () if _MANY.search(text) else rules.districts_in(text):
        names = "|".join(map(re.escape, sorted((district.name, district.id, *district.aliases), key=len, reverse=True)))
        if known.district and _ELSEWHERE.search(text):
            break
        heirs = rules.heirs.of(district.id)
        if known.district in (district.id, *heirs) or (found := re.search(_PLACE.format(names), text)) is None:
            continue
        now = heirs[0] if len(heirs) == 1 else district.id
        known = replace(known, district=town_of(rules, district, found["town"] or "") or now)
        break
    if len(text) < 4:
        return known
    if known.linked:
        return known if not (wish := wished(text)) or wish == known.wish else replace(known, wish=wish)
    if (name := firm_said(text)) and name != known.name:
        known = replace(known, name=name)
    if len(text) >= 18 and (code := code_said(text)[0]) and code != known.code:
        known = replace(known, code=code)
    if (wish := wished(text)) and wish != known.wish:
        known = replace(known, wish=wish)
    return known


def town_of(rules: Rules, district: District, town: str) -> str:
    """区划调整时从这个区县划走的镇街，现在是哪一个区县；没有划走的是空的。"""
    id, note = towns(rules).get(re.sub(r"(?:镇|乡|街道)$", "", town), ("", ""))
    return id if id and (id in rules.heirs.of(district.id) or note == district.note) else ""


@lru_cache(maxsize=8)
def towns(rules: Rules) -> dict[str, tuple[str, str]]:
    """整个划到别的区的镇街，现在是哪一个区县，和区县名录里是怎么说的。"""
    found = ((each.note, at) for each in rules.districts.values() for at in _MOVED.finditer(each.note))
    ids = {each.name: each.id for each in rules.districts.values()}
    return {town: (ids[at[2]], note) for note, at in found if at[2] in ids for town in at[1].split("、")}


def another(text: str) -> bool:
    """说的是另一个厂。"""
    return not _OTHER.isdisjoint(text) and ANOTHER.search(text) is not None


def wished(text: str) -> str:
    """话里说的想评哪一级，例如“B”“绩效引领”；没说是空的。"""
    wish = None if _TIERS.isdisjoint(text) else _WISH.search(text)
    return named(wish[1].lower()) if wish else ""


def told(before: Known, after: Known, rules: Rules) -> str:
    """比原来多记了、改了什么：“想评B”“想评的等级从B改成A”；没有变是空的。"""
    old, new = shown(rules, before), shown(rules, after)
    words = {"wish": "想评", "grade": "现在是", "district": "", "name": "", "code": "统一社会信用代码"}
    parts = (
        f"{TITLES[item]}从{old[item]}改成{new[item]}"
        if old[item]
        else f"{word}{new[item]}{'级' * (item == 'grade' and len(new[item]) == 1)}"
        for item, word in words.items()
        if new[item] and new[item] != old[item]
    )
    return "，".join(parts)


def company(text: str) -> str:
    """话里的企业全名（到“有限公司”为止）；没有是空的。"""
    found = _NAME.search(text)
    if not found:
        return ""
    name = _WHOSE.sub("", _ASIDE.sub("", _BEFORE.sub("", found[0])))
    name = name[at:] if (at := name.find("重庆")) > 0 and name[:at].isalnum() else name
    name = name[1:] if name[0] in '“"《' and name[1:].count(_CLOSING[name[0]]) % 2 == 0 else name
    return "" if _UNNAMED.search(name) or len(name) < 8 else name


def firm_said(text: str) -> str:
    """话里说的自己的厂的名称：企业全名，或“我们厂叫……”；没有说是空的。"""
    if "公司" in text and (name := company(text)):
        return name
    if "叫" not in text and "名" not in text and "全称" not in text:
        return ""
    found = _CALLED.search(text)
    name = found[1].removesuffix("的") if found else ""
    if not found or _NO_NAME.search(name):
        return ""
    ended = text[found.end() :][:1] in ("，", ",", "。", "")
    return name if _STYLED.search(name) or (ended and len(name) <= 8) else ""


def named_so(said: str) -> str:
    """打的字当企业名称：答是不是、编号、等级的不算，是空的。"""
    name, bare = said.strip(), plain(said)
    refused = (
        len(bare) < 2
        or code_said(name) != ("", "")
        or bare in FORMER
        or back_to_former(bare)
        or answering(bare)
        or bare in (*YES, *NEITHER)
        or number(bare) is not None
        or stated(bare)
    )
    return "" if refused or (grade_in(bare) and len(bare) <= 5) else name[:200]


def back_to_former(said: str) -> bool:
    """说的是换回前面那个厂：“换回去”“换回前面那个厂”，或光说“前面那个厂”。"""
    if said.endswith("厂") and said in FORMER:
        return True
    return len(said) > 2 and not _TURNING.isdisjoint(said) and _BACK.fullmatch(said) is not None


def called(rules: Rules, known: Known, n: int = 0) -> str:
    """一个厂怎么称呼：名称；没有名称的是第几个（0 是不编号），做什么的。"""
    branches = "、".join(rules.branches[id].name for id in known.branches if id in rules.branches)
    nth = f"第{NUMERALS[n]}个厂" if n else "另一个厂"
    return known.name or (f"{nth}（{branches}）" if branches else nth)


def district_of(rules: Rules, known: Known) -> District | None:
    """说过的区县，撤销了的也算；没说过是 None。"""
    if not known.district:
        return None
    return rules.districts.get(known.district) or next(iter(rules.districts_in(known.district)), None)


def shown(rules: Rules, known: Known) -> dict[str, str]:
    """各项说给人听的样子；没说过的是空的。"""
    district = district_of(rules, known)
    return {
        "name": known.name,
        "code": known.code,
        "district": district.name if district else "",
        "branches": "、".join(rules.branches[id].name for id in known.branches if id in rules.branches),
        "grade": known.grade,
        "wish": known.wish,
    }


def placed(rules: Rules, known: Known) -> str:
    """区县说给人听：撤销了的，说现在是哪一个，还是哪几个里没说是哪一个；没说过是空的。"""
    district = district_of(rules, known)
    if district is None or district.id in rules.districts:
        return district.name if district else ""
    heirs = [rules.districts[each].name for each in rules.heirs.of(district.id) if each in rules.districts]
    if len(heirs) == 1:
        return f"{heirs[0]}（原{district.name}）"
    return f"没定（原{district.name}已经撤销，现在是{'还是'.join(heirs)}，回复“改区县”选）"


def ranked(known: Known, others: Sequence[Known]) -> list[Known]:
    """一个人的几个厂，先说起的在前。"""
    return sorted((*(each for each in others if each is not known), known), key=lambda each: each.nth)


def nth_of(known: Known, facts: Facts) -> int:
    """这是第几个厂，从一数。"""
    held = ranked(facts.known, facts.others)
    return next((n for n, each in enumerate(held, 1) if each is known), 1)


def summary(
    rules: Rules,
    known: Known,
    held: str,
    ordered: tuple[str, ...],
    open_: dict[str, str],
    which: str,
    more: tuple[str, ...],
) -> str:
    """记着的各项，一项一行；`ordered` 是订着的提醒，`open_` 是还没问完的，`which` 是几个厂里的哪一个。"""
    empty = {"branches": "没查过"} | {item: value for item, value in open_.items() if value}
    items = shown(rules, known) | {"district": placed(rules, known)}
    lines = [f"{TITLES[item]}：{value or empty.get(item, '没说过')}" for item, value in items.items() if item != "name"]
    first = f"记着的是：{known.name}。" if known.name else "记着的是这些，名称没说过。"
    last = "这些只是您自己说的；申报、退回、等级以区县生态环境局和系统为准。"
    lines.append(f"提醒：{'；'.join(ordered) or '没有订'}")
    return "\n".join((first, *filter(None, (which,)), *lines, f"来往：{held}。", *more, last))
