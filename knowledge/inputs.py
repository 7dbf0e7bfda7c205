"""话里哪些东西是拿进来的料、别家用的炉子，不是自己做的：铝土矿拉过来、进熟料出水泥、炼钢电炉里头用的。"""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.vocabulary import Heard

_SIGNS = frozenset("进来拿用把收买化磨熔料插供拉出")
_REUSED = re.compile("[废旧渣灰杂]|回收|再生|熔|烧")
_AFTER = re.compile(
    r"[，、]?(?:都|全|全部|也)?(?:是|从)?(?:外头|外面|外地|别个|别人|人家|钢厂|大厂|厂家|隔壁|矿山|矿上)?(?:我们)?(?:拉|买|收|运|送|进|捡)(?:过来|回来|来(?!料)|进来|的)|"
    r"用[碱酸]|[磨碎]了?加[碱酸]|加[碱酸]|(?:加|和|跟)?[^，]{0,5}?(?<!出)进(?:去|来(?!的$)|[^，]{0,4}[炉窑釜机池])|[化融熔溶磨]了|来(?:炼|烧|轧|熔|磨|挤|切|裁|裂解)的?(?!$)|"
    r"里头?[提出][铜铝铅锌锰钼]|[倒放加装投][进到入]|[为做作当]原料|(?:加|和|跟|与)[^，]{1,6}?(?:一层一层|层层)|[^，]{0,6}一层一?层"
)
_ACROSS = re.compile(r"[^，]{0,10}?出(?!来?的|厂)[^，]")
_BEFORE = re.compile(
    r"(?:[进吃收]|(?<=[，是们都己])[用拿]|[用熔化]的[都]?是|把|买(?:的是|来|的|了)?|外购的?|管道送|原料是|材料是)$"
)
_FROM = re.compile(
    r"(?:那边|那头|那里|高炉|转炉|电炉|锅炉)?(?:出来?的|产的|排的|排出来的|送来?的|供的|拉来?的?)|那边|那头|拉[^，]{1,10}(?:过来|回来|来)"
)
_USED = re.compile(
    r"(?:[炉子车间]*(?:里头?|上头?|头)?)(?:出来的|煤气|拿去|要用|[插砌打装]的|专用|[^，]{0,3}用的(?!是))|用(?=大|小|的|高|特)"
)
_AND = re.compile("(?:还有|和|跟|与|、|浆料还有|料?加)?")
"""一起拿进来的几样之间。"""
_FIRMS = ("厂", "站", "矿山", "高炉", "公司", "电厂")
RAW = "p2-1"


def without_inputs(text: str, heard: Sequence[Heard]) -> list[Heard]:
    """拿进来的料、别家的炉子降成线索；全是料、没有说做成什么的，照旧，但说不准。"""
    if _SIGNS.isdisjoint(text) or not heard:
        return list(heard)
    named = [item for item in heard if item[2].role == ""]
    if not named or (len(named) == 1 and named[0][2].units[0] != RAW):
        return list(heard)
    brought: list[Heard] = []
    for item in named:
        linked = brought and _AND.fullmatch(text, brought[-1][1], item[0]) and not item[2].step
        if _is_brought(text, item) or (linked and not _REUSED.search(item[2].text)):
            brought.append(item)
    if not brought:
        return list(heard)
    rest = [item for item in named if item not in brought]
    strong = [item for item in rest if not item[2].telling.weak]
    left = strong or [item for item in rest if not item[2].step]
    units = {unit for _, _, word in left for unit in word.units}
    found: list[Heard] = []
    for item in heard:
        at, end, word = item
        if item in brought and left:
            shared = tuple(unit for unit in word.units if strong and unit in units)
            word = word.changed(units=shared) if shared else word.changed(role="input")
        elif item in brought and not word.telling.unsure and word.units[0] == RAW:
            word = word.changed(telling=replace(word.telling, unsure=True, loose=True))
        found.append((at, end, word))
    return found


def _is_brought(text: str, item: Heard) -> bool:
    at, end, word = item
    if word.step:
        return _USED.match(text, end) is not None
    if _REUSED.search(word.text):
        return False
    if word.text.endswith(_FIRMS):
        return _FROM.match(text, end) is not None
    before = _BEFORE.search(text, max(0, at - 4), at)
    if before and before[0] == "进":
        return _ACROSS.match(text, end) is not None
    return before is not None or _AFTER.match(text, end) is not None
