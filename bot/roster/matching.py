"""表里的一行是名册里的哪一家：先看统一社会信用代码，再看名称；拿不准的说出来，从不悄悄并成一家。"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.roster.enterprises import Enterprise

ALIKE = 80.0
"""去掉“重庆”“有限公司”这些以后，像到这个分数就要人看一眼。"""
NEIGHBOURS = 75.0
"""同一个区县的，像到这个分数就要看。"""
COMMON = 2_000
"""一个字对出现在这么多家里，就不凭它找。"""
_MARKS = re.compile(r"[\W_]+")
_FORMS = ("有限责任公司", "股份有限公司", "有限公司", "公司", "厂")


@dataclass(frozen=True, slots=True)
class Matched:
    """找到的一家；`doubt` 非空是拿不准，说为什么。"""

    enterprise: Enterprise | None
    doubt: str = ""


def normalised(name: str) -> str:
    """名称的全角半角、括号空格、“有限责任公司”“重庆市”的写法都统一。"""
    bare = _MARKS.sub("", unicodedata.normalize("NFKC", name)).lower()
    return bare.replace("有限责任公司", "有限公司").replace("重庆市", "重庆")


class Roster:
    """名册的索引；`districts` 是区县的各种叫法，比名称时不算。"""

    def __init__(self, held: Iterable[Enterprise], districts: Iterable[str] = ()) -> None:
        names = sorted({"重庆", *districts}, key=len, reverse=True)
        self._places = re.compile("|".join(map(re.escape, names)))
        self._cores: dict[str, str] = {}
        self._by_code: dict[str, Enterprise] = {}
        self._by_name: defaultdict[str, list[Enterprise]] = defaultdict(list)
        self._by_pair: defaultdict[str, list[Enterprise]] = defaultdict(list)
        for each in held:
            self._by_name[normalised(each.name)].append(each)
            if each.code:
                self._by_code[each.code] = each
            for pair in _pairs(self.core(each.name)):
                self._by_pair[pair].append(each)

    def match(self, row: Enterprise) -> Matched:
        """这一行是哪一家；没有像的 `enterprise` 是 None。"""
        if row.code and (held := self._by_code.get(row.code)):
            return Matched(held)
        same = self._by_name.get(normalised(row.name), [])
        exact = [each for each in same if each.name == row.name and not _contradiction(row, each)]
        if len(same) > 1 and len(exact) == 1:
            return Matched(exact[0])
        if len(same) > 1:
            near = [each for each in same if each.district == row.district and not _contradiction(row, each)]
            return Matched((near or same)[0], "" if len(near) == 1 else f"同名的有 {len(same)} 家")
        if same:
            return Matched(same[0], _contradiction(row, same[0]))
        return self._alike(row)

    def _alike(self, row: Enterprise) -> Matched:
        core = self.core(row.name)
        pairs = [self._by_pair[pair] for pair in _pairs(core) if pair in self._by_pair]
        shared: Counter[int] = Counter()
        near: dict[int, Enterprise] = {}
        for few in sorted(pairs, key=len):
            if len(few) > COMMON and near:
                break
            for each in few[:COMMON]:
                shared[each.id] += 1
                near[each.id] = each
        best: tuple[float, int] = (0.0, 0)
        for id_, _ in shared.most_common(50):
            each = near[id_]
            if row.code and each.code:
                continue  # 两个不同的代码就是两家
            score = fuzz.ratio(core, self.core(each.name))
            least = NEIGHBOURS if row.district and row.district == each.district else ALIKE
            if score >= least and score > best[0]:
                best = (score, id_)
        return Matched(near[best[1]], "名称像") if best[0] else Matched(None)

    def core(self, name: str) -> str:
        """名称里认得出是谁的那一段：不带地名和公司的种类。"""
        core = self._cores.get(name)
        if core is None:
            bare = normalised(name)
            core = self._places.sub("", bare)
            for form in _FORMS:
                core = core.removesuffix(form)
            self._cores[name] = core = core or bare
        return core


def _contradiction(row: Enterprise, held: Enterprise) -> str:
    if row.code and held.code:
        return "名称一样，统一社会信用代码不同"
    if row.district and held.district and row.district != held.district:
        return "名称一样，区县不同"
    return ""


def alike(one: Enterprise, other: Enterprise) -> str:
    """同一份表里的两行，认得出是谁的那一段一样：为什么像是同一家；两个不同的代码、名称也不同的是两家，空的。"""
    if normalised(one.name) != normalised(other.name):
        return "" if one.code and other.code else "名称只差地名、括号或“有限公司”"
    if one.code and other.code:
        return "名称一样，统一社会信用代码不同" if one.code != other.code else ""
    written = "名称一样" if one.name == other.name else "名称只差全角半角、括号或“有限公司”的写法"
    return written if one.code == other.code else f"{written}，有一行没有统一社会信用代码"


def _pairs(core: str) -> set[str]:
    return {core[at : at + 2] for at in range(len(core) - 1)} or {core}
