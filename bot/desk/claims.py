"""一段话里说到的数字、日期、等级、谁来办，哪一条条款、哪一个登记的窗口都没有的：只提醒，不拦。"""

import re
from collections.abc import Iterable
from functools import lru_cache

from dialogs.records import Window
from knowledge.grounds import unsupported
from knowledge.rules import Rules

_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")
_PROMISE = re.compile(
    r"[^，。；！？,;!?\n]*(?:一律|全部|都|必定|保证|肯定|一定|自动)[^，。；！？,;!?\n]{0,12}"
    r"(?:免检|免罚|不罚|不查|免查|不停产|不限产|评上|升级|评为)[^，。；！？,;!?\n]*"
)


def doubtful(rules: Rules, windows: Iterable[Window], text: str) -> list[str]:
    """没有着落的说法，照话里的先后；一样也没有是空的。"""
    ground = _ground(rules)
    held = [day for window in windows for day in (window.start, window.end)]
    named = {f"{day.year}年{day.month}月{day.day}日" for day in held} | {f"{day.month}月{day.day}日" for day in held}
    found = [said for said, day in _dates(text) if day not in named and day not in ground]
    bare = _DATE.sub("", text)
    found += unsupported(bare, ground)
    found += [each.strip() for each in _PROMISE.findall(bare) if each.strip() not in ground]
    return sorted(dict.fromkeys(found), key=text.find)


def _dates(text: str) -> list[tuple[str, str]]:
    """话里的日子，和写齐整了的样子。"""
    made = []
    for found in _DATE.finditer(text):
        year, month, day = found.groups()
        made.append((found[0], f"{year}年" * bool(year) + f"{int(month)}月{int(day)}日"))
    return made


@lru_cache(maxsize=4)
def _ground(rules: Rules) -> str:
    """全部条款的文字。"""
    return "\n".join(f"{clause.text}\n{cite.clause}" for cite, clause in rules.clauses.items())
