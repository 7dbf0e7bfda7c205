"""一段话里提到了哪些区县：全名、简称都认，像区县名的普通词不认。"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from knowledge.records import District

_LOOKALIKES = {
    "长寿": ("(?<!延年)(?<!益寿)(?<!健康)", "(?![命面型灯膜仪老花果龟汤药菌膏])"),
    "江北": ("(?<![长陵花丽])", "(?![岸方])"),
    "南岸": ("(?<![江河湖溪海])", ""),
    "大足": ("(?<![强扩放巨庞伟够很])", "(?!石刻|[以够额量球])"),
    "开州": ("(?<![召展公离])", ""),
    "合川": ("(?<![联结综符组配整融聚复混化适])", "(?!渝)"),
    "忠县": ("(?<![效尽])", "(?!委)"),
    "丰都": ("(?<![咸])", "(?![是有在要不会可很])"),
    "云阳": ("(?<![青祥])", "(?![光台])"),
    "石柱": ("(?<![理岗砂玉碎料灰膏岩宝马雕])", "(?![子状形头基础墩体])"),
    "秀山": ("", "(?!丽水)"),
    "城口": ("(?<![商新市古京都长县])", ""),
    "南川": ("(?<![河云湖西越海东济])", "(?![菜渝])"),
    "万州": ("(?<![十百])", ""),
    "梁平": ("(?<![桥横大房屋])", "(?![均整台面衡移板行])"),
    "巴南": ("(?<!古)", ""),
    "渝中": ("(?<![成川])", ""),
    "渝北": ("(?<![成川])", ""),
    "两江": ("", "(?![四交游汇])"),
    "高新区": ("(?<![区县国])", ""),
    "科学城": ("", "(?!堡)"),
}
"""与普通词撞的简称：前面不能是什么、后面不能是什么。“区”“县”在后面时另按全名认。"""


def place_names() -> tuple[str, ...]:
    """表里的区县名和简称，长的在前；不问哪一天还在不在。"""
    with Path(__file__).with_name("districts.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = {name for row in rows for name in (row["name"], *row["aliases"].split("；")) if name}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


@dataclass(frozen=True, slots=True)
class Heirs:
    """撤销了的区县现在归哪几个：登记、订阅时写的是哪一个都不要紧，比的时候都按现在的算。"""

    _now: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, id: str) -> tuple[str, ...]:
        """这个区县现在是哪一个、哪几个；存续的就是它自己。"""
        return self._now.get(id) or (id,)

    def meet(self, one: str, other: str) -> bool:
        """两处会不会是同一处：空着的是不分区县，拆开了的算在每一处里。"""
        return not one or not other or one == other or not set(self.of(one)).isdisjoint(self.of(other))

    def former(self, id: str) -> tuple[str, ...]:
        """归了这个区县的都有哪些。"""
        return tuple(gone for gone, now in self._now.items() if id in now)


@dataclass(frozen=True, slots=True)
class Places:
    """这一天认得的区县：存续的，和已经撤销的。建好就不变。"""

    _pattern: re.Pattern[str]
    _firsts: frozenset[str]
    _named: dict[str, District]

    @classmethod
    def of(cls, districts: Iterable[District]) -> "Places":
        """名称、简称都收进一个正则，长的在前；先看首字，别的位置一步跳过。"""
        named: dict[str, District] = {}
        for district in districts:
            for name in (district.name, *district.aliases):
                named.setdefault(name, district)
        if not named:
            return cls(re.compile("(?!)"), frozenset(), named)
        longest = sorted(named, key=len, reverse=True)
        firsts = frozenset(name[0] for name in named)
        start = re.escape("".join(sorted(firsts)))
        return cls(re.compile(f"(?=[{start}])(?:{'|'.join(map(_guarded, longest))})"), firsts, named)

    def named_in(self, text: str) -> tuple[District, ...]:
        """文中提到的区县，按出现的先后，不重复；“永川高新区”是永川，不是重庆高新区。"""
        if self._firsts.isdisjoint(text):
            return ()
        found: dict[str, District] = {}
        end = -1
        for match in self._pattern.finditer(text):
            district = self._named[match[0]]
            if match[0] == "高新区" and match.start() == end:
                continue
            end = match.end()
            found.setdefault(district.id, district)
        return tuple(found.values())


def _guarded(name: str) -> str:
    before, after = _LOOKALIKES.get(name, ("", ""))
    return f"{before}{re.escape(name)}{after}"
