"""几步连起来、或者连着否定才认得出的做法：矿粉泡酸再通电是电解锰，铁水不炼钢铸成块是铸造用生铁。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Chain:
    """哪个分支；收下哪些分支的词，不另算；话里都要有什么，不能有什么。"""

    unit: str
    taken: frozenset[str]
    needs: tuple[re.Pattern[str], ...]
    bars: re.Pattern[str]


def _chain(unit: str, taken: str, *needs: str, bars: str = "(?!)") -> Chain:
    return Chain(unit, frozenset(taken.split()), tuple(map(re.compile, needs)), re.compile(bars))


_CHAINS = (
    _chain("n3-2", "n3-1 n3-2 p2-1 p1-1", "锰", "酸|浸|泡", "电解|通电|过电|剥"),
    _chain(
        "n6-3",
        "n1-1 n1-3 n2-1 n6-1 n6-2 n6-3",
        "炼铁|高炉|铁水|出铁|出的铁|生铁|铁块|用的铁",
        "[不没]炼钢|不出钢|不做钢|不[做浇]铸|没有炼钢|[铸浇][成了]?(?:铁块|面包铁|铁锭)",
        "(?:卖|供|给|专|用于|拿去)[^，]{0,6}(?:铸造|翻砂)|铸造用|面包铁|铸造生铁",
        bars="中频|冲天|电炉|砂型|(?<!不做)(?<!不浇)铸件|转炉|[买购]生?铁",
    ),
    _chain(
        "n22-3",
        "n22-1 n22-2 n22-3",
        "[不没][熬用加沾碰含烧]沥青|没[有得]沥青|不是沥青",
        "卷材|防水",
        "高分子|挤出|塑料",
        bars="橡胶|三元|epdm|涂料",
    ),
    _chain(
        "n28-2",
        "n28-1 n28-2 n39-5 n26-1 p4-1 p7-1 n36-2",
        "(?:喷塑|喷粉|静电喷涂|喷涂)(?:厂|线)?[里上]?要?用的?(?:那种|这种)?(?:彩色)?粉|"
        "树脂.*(?:颜料|钛白|填料|固化剂).*(?:挤出|压片).*(?:磨|粉碎).*[喷粉涂]",
        bars="(?:买|外购|进|采购)[^，]{0,8}粉(?!碎)|粉[^，]{0,4}(?:买|外购|别|人家)|自己喷|我们喷|来喷|拿去喷",
    ),
    _chain(
        "n9-1",
        "n8-1 n9-1 n9-2 n9-4",
        "(?:电解铝?槽|电解铝?|铝厂)(?:车间)?子?[里上]?要?用的?[^，]{0,4}(?:阳极|阴极|炭块|碳块)|"
        "(?:石油焦|煅后焦|沥青).*(?:成型|振动|压).*焙烧.*(?:阳极|铝厂|电解)",
        bars="(?:阳极|炭块|碳块)[^，]{0,4}(?:外购|买|别人)|(?:买|外购)[^，]{0,6}(?:阳极|炭块|碳块)|不[做产]阳极|阳极[^，]{0,4}[没不][做产搞]",
    ),
    _chain("n30-1", "n30-1 p7-1", "棉|浆粕|木浆|纤维素", "醚化"),
)
_SIGNS = frozenset("锰铁粉阳阴块醚沥")


def chained(text: str, words: Sequence[Word]) -> list[Word]:
    """话里有连起来才认得出的做法，就是它，收下它的各步；没有的照旧。"""
    if not _SIGNS.isdisjoint(text):
        for chain in _CHAINS:
            if all(need.search(text) for need in chain.needs) and not chain.bars.search(text):
                whole = Word(text, (chain.unit,), "几步连起来像")
                return [whole, *(word for word in words if word.role or chain.taken.isdisjoint(word.units))]
    return list(words)
