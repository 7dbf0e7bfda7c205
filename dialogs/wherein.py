"""“布袋放哪一节，任命书又放哪里”：问的是材料写进附件5的哪一项，几样一样一样说；两处都有的，说两处各写什么。

“火炬没得也要写不”：问的是没有的那一项写不写，照标没标“如涉及”说。
"""

import re
from collections.abc import Iterator, Sequence

from dialogs.cites import joined, notice
from dialogs.moves import Here, both
from dialogs.outline import AND, BOARD, mentioned, unnamed
from dialogs.outlinenames import COMMON, NAMES
from dialogs.reply import Draft, explained
from knowledge.records import Citation, Faq, OutlineItem
from knowledge.rules import Rules

_COMMON = sorted(COMMON, key=len, reverse=True)
_SPOKEN = sorted({*COMMON, *NAMES}, key=len, reverse=True)
_SIGNS = frozenset("哪几啥什编遍复没莫冇无")
"""问哪一节、写几遍、没有的写不写，总有其中一个字。"""
_PLACE = r"(?:一|个)?(?:里|点|儿|头|个地方|地方|块|小?节|项|部分|章|条|栏|位置|处)"
_WHERE = re.compile(
    rf"(?:放|写|附|填|塞|装|归|摆|搁|属于|算|在)[^，。,?]{{0,8}}(?:哪|第?几|什么|啥子?){_PLACE}"
    r"|(?:放|写|附|塞|摆|搁)(?:到|在)?哪|编号(?:又|各)?是?(?:好多|多少|几|哪)|(?:哪|第几)一?(?:小?节|项|章)"
    rf"|(?:往|在|到)哪{_PLACE}?(?:放|写|填|塞|说|编|附|归)"
)
_OF_LAW = re.compile(r"原文|规定|通知|文件|条款|哪一?条")
"""那半句问的是通知里写在哪里，不是材料写在哪里。"""
_TWICE = re.compile(r"[写填交放][两2二][遍次处回]|[写填]重复|重复[写填]")
_LACKS = re.compile(r"没得|没有|莫得|冇|木得|(?:不|没|未)涉及|无(?=[^，。]{1,6}(?:要|写|填))")
_STILL = re.compile(
    r"(?:要|用|必须|需要?)[^，。,?]{0,5}(?:写|编|填)|(?:写|填|编)不(?:写|填|编)|空(?:起|着|到|白)|跳过|删|省略|"
    r"(?:咋个?|怎么|啷个|如何)(?:写|填|编)|不(?:写|填|编)(?:行|得行|可以|要紧)"
)
_BROAD = frozenset(
    "indicators materials-where materials-twice third-party materials-reports several-industries materials "
    "materials-proof materials-control if-applicable where-said".split()
)
"""只讲大概的问答：说得出是哪一项，就说那一项；别的问答答得更细，照它。"""
_CLAUSES = re.compile(r"[，,。?？;；!！\s]+")
_WHOLE = frozenset(("六", "六 1", "六 2", "六 2.13"))
"""整块整块的：对上了问答的，问答讲得更细。"""
_EVIDENCE = "六 2"
"""只有它下面的各项有标“如涉及”的。"""
_LISTED = frozenset(("materials-reports",))
_UNSTATED = "每一项附哪些凭证，通知没有写，看本行业的《技术指南》，以贵厂所在区县生态环境局答复为准。"
_NOTED = "没有的项要不要注明“不涉及”，通知没有写，以贵厂所在区县生态环境局答复为准。"
_BOTH = "两处都列了，各写各的；能不能只写一处、另一处写“见前”，通知没有写，以贵厂所在区县生态环境局答复为准。"
_THEN = "回复“申报材料”，逐部分看要写什么。"
_MOST = 5


def wherein(here: Here, asked: tuple[Faq, ...]) -> Draft | None:
    """说到的各样写在附件5的哪一项、没有的写不写；没有问这些、没有说到哪一项的，是 None。别的半句还问了别的，一起答。"""
    said = here.said
    if _SIGNS.isdisjoint(said) or any(_finer(each) for each in asked):
        return None
    twice, where = _TWICE.search(said), _WHERE.search(said)
    only = all(each.id in _BROAD for each in asked)
    lacking = only and not (twice or where) and _LACKS.search(said) and _STILL.search(said)
    if not (twice or where or lacking) or (asked and where and _of_law(said)):
        return None
    items = {item.id: item for item in here.rules.outline}
    ids, rest = _located(here.rules, said)
    named = [items[id] for id in ids if not id.startswith(BOARD)]
    if not 0 < len(named) <= _MOST or (twice and len(named) < len((0, 0))):
        return None
    if asked and _WHOLE.issuperset(item.id for item in named):
        return None
    others = _elsewhere(here, asked)
    apart = [each for each in asked if each.id not in _BROAD and each not in others]
    if apart and not set(apart).isdisjoint(here.rules.questions(rest)):
        return None
    cites = joined(tuple(item.cite for item in named), notice("正文 三（一）", "正文 三（二）"))
    if lacking:
        required, ends = _required(here.rules)
        draft = Draft((*map(_needed, named), required, _NOTED), joined(cites, notice("附件5 六"), ends), _THEN)
    else:
        told = [_BOTH, *map(_line, named)] if twice else [*map(_line, named), *_by_title(here.rules, said), _UNSTATED]
        draft = Draft(tuple(told), cites, _THEN)
    listed = [explained(each) for each in asked if each.id in _LISTED or each in others]
    return both([draft, *listed]) if listed else draft


def _located(rules: Rules, said: str) -> tuple[tuple[str, ...], str]:
    """问写在哪里的话说到了哪几项，附件5没有那样叫的东西也认；去掉这些名称剩下的话。"""
    found: list[str] = []
    for name in _COMMON:
        if name in said:
            found += COMMON[name].split(AND)
            said = said.replace(name, "，")
    found += mentioned(rules, said)
    ids = (item.id for item in rules.outline if item.id in found)
    return (*ids, *(id for id in found if id.startswith(BOARD))), unnamed(rules, said)


def _by_title(rules: Rules, said: str) -> Iterator[str]:
    """附件5没有点名的东西（催化燃烧、布袋）：放在哪一项是照题目对的，要说明白。"""
    titles = " ".join(item.title.lower() for item in rules.outline)
    words = []
    for name in _SPOKEN:
        if name in said:
            said = said.replace(name, "，")
            words += [] if name in titles else [name]
    if words:
        yield f"附件5没有点名{'、'.join(f'“{word}”' for word in words)}，放在这里是照各项的题目对的。"


def _of_law(said: str) -> bool:
    return any(_WHERE.search(each) and _OF_LAW.search(each) for each in _CLAUSES.split(said))


def _finer(faq: Faq) -> bool:
    """讲这一项讲得更细的问答：照它。"""
    return faq.id.startswith("materials-") and faq.id not in _BROAD


def _elsewhere(here: Here, asked: Sequence[Faq]) -> tuple[Faq, ...]:
    """没有问写在哪里的那几个半句问的；问写在哪里的那半句里，名称的字（“工艺流程图”的“流程”）对上的不算。"""
    others = [each for each in asked if each.id not in _BROAD]
    clauses = _CLAUSES.split(here.said) if others else []
    rest = "，".join(each for each in clauses if not (_WHERE.search(each) or _LACKS.search(each)))
    found = here.rules.questions(rest) if rest else ()
    return tuple(each for each in others if each in found)


def _required(rules: Rules) -> tuple[str, tuple[Citation, ...]]:
    """哪几项标了“如涉及”，哪几项都要写：一句话，和两头各项的出处。"""
    evidence = [item for item in rules.outline if item.parent == _EVIDENCE]
    marked = [item for item in evidence if item.if_applicable]
    rest = [item for item in evidence if not item.if_applicable]
    first, last, start, end = ends = (marked[0], marked[-1], rest[0], rest[-1])
    told = f"“如涉及”只标在{_no(first)}到{_no(last)}；从{_no(start)}{start.title}到{_no(end)}{end.title}都要写。"
    return told, tuple(item.cite for item in ends)


def _needed(item: OutlineItem) -> str:
    """“火炬”（第六部分2.11）：有才写，还是都要写。"""
    marked = "标了“如涉及”，有这一项才写，没有就不写。" if item.if_applicable else "没有标“如涉及”，要写。"
    return f"“{item.title}”（{_at(item)}）{marked}"


def _line(item: OutlineItem) -> str:
    """“储罐”：写在第六部分2.7（标了“如涉及”）。"""
    return f"“{item.title}”：写在{_at(item)}" + ("，标了“如涉及”，有才写。" if item.if_applicable else "。")


def _at(item: OutlineItem) -> str:
    return f"第{item.id[0]}部分{_no(item)}"


def _no(item: OutlineItem) -> str:
    """在这一部分里的编号；整个部分的没有。"""
    return item.id.partition(" ")[2]
