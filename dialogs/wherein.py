"""“布袋放哪一节，任命书又放哪里”：问的是材料写进附件5的哪一项，几样一样一样说；两处都有的，说两处各写什么。"""

import re

from dialogs.cites import joined, notice
from dialogs.moves import Here, both
from dialogs.outline import BOARD, mentioned
from dialogs.reply import Draft, explained
from knowledge.records import Faq, OutlineItem

_SIGNS = frozenset("哪几啥什编遍复")
"""问哪一节、写几遍的，总有其中一个字。"""
_WHERE = re.compile(
    r"(?:放|写|附|填|塞|装|归|摆|搁|属于|算|在)[^，。,?]{0,4}(?:哪|第?几|什么|啥子?)(?:一)?(?:里|点|儿|个地方|块|节|项|部分|章|条)"
    r"|(?:放|写|附|塞|摆|搁)(?:到|在)?哪|编号(?:又|各)?是?(?:好多|多少|几|哪)|(?:哪|第几)一?[节项章]"
)
_TWICE = re.compile(r"[写填交放][两2二][遍次处回]|[写填]重复|重复[写填]")
_BROAD = frozenset(
    "indicators materials-where materials-twice third-party materials-reports several-industries".split()
)
"""只讲大概的问答：说得出是哪一项，就说那一项；别的问答答得更细，照它。"""
_LISTED = frozenset(("materials-reports",))
_UNSTATED = "每一项附哪些凭证，通知没有写，看本行业的《技术指南》，以贵厂所在区县生态环境局答复为准。"
_BOTH = "两处都列了，各写各的；能不能只写一处、另一处写“见前”，通知没有写，以贵厂所在区县生态环境局答复为准。"
_THEN = "回复“申报材料”，逐部分看要写什么。"
_MOST = 5


def wherein(here: Here, asked: tuple[Faq, ...]) -> Draft | None:
    """说到的各样写在附件5的哪一项；没有问写在哪里、没有说到哪一项的，是 None。"""
    if _SIGNS.isdisjoint(here.said) or not _BROAD.issuperset(each.id for each in asked):
        return None
    twice = _TWICE.search(here.said)
    if not (twice or _WHERE.search(here.said)):
        return None
    items = {item.id: item for item in here.rules.outline}
    named = [items[id] for id in mentioned(here.rules, here.said) if not id.startswith(BOARD)]
    if not 0 < len(named) <= _MOST or (twice and len(named) < len((0, 0))):
        return None
    lines = [_line(item) for item in named]
    cites = joined(tuple(item.cite for item in named), notice("正文 三（一）", "正文 三（二）"))
    draft = Draft((*([_BOTH] if twice else []), *lines, *([] if twice else [_UNSTATED])), cites, _THEN)
    rest = [explained(each) for each in asked if each.id in _LISTED]
    return both([draft, *rest]) if rest else draft


def _line(item: OutlineItem) -> str:
    """“储罐”：写在第六部分2.7（标了“如涉及”）。"""
    part, _, number = item.id.partition(" ")
    where = f"第{part}部分{number}" if number else f"第{part}部分"
    return f"“{item.title}”：写在{where}" + ("，标了“如涉及”，有才写。" if item.if_applicable else "。")
