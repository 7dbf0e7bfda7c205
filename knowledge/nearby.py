"""形近、音近的叫法：错一两个字、多一个少一个字、写成同音字、直接打拼音，都还找得到。"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import ne

from knowledge.hashed import Hashed
from knowledge.spelling import alike, looks_like, loosely_spelled, sounds, spelled

WORD, WIDEST = 6, 9
"""容错的叫法短于几个字；一次最多看几个字。"""
PARTS, READ = 6, 0.6
"""拼音一次最多凑几段；读出多少才算。"""


_SPOKEN = (
    "玻璃 铸造 油墨 沥青 钢化 轮毂 中频 冲天 磨边 电解 红木 纸箱 电镀 喷漆 喷塑 注塑 橡胶 涂料 油漆 水泥 陶瓷 瓷砖 "
    "焦炭 炭黑 炭素 岩棉 玻纤 硫化 吹塑 淬火 酸洗 磷化 镀锌 "
    "镀铬 压铸 翻砂 砂石 卷材 胶合 刨花 尿素 农药 锂电 钢构 熔炼 "
    "锰铁 硅锰 锌锭 铅锭 铝锭"
)
"""语音常听错、自己又没有别的同音词的工艺、材料。"""
_POLITE = frozenset(
    "women shi zuo de gao nong sheng chan zhi jia gong wo men wa a ni hao qingwen yige jia"
    " kai chang shengchan jiagong zhizao you".split()
)
_DENYING = frozenset("不没无")
_PLACES = "厂站店场"


@dataclass(frozen=True, slots=True)
class Near:
    """认出的叫法，它在这几个字里的起止，是不是有把握，错得多不多（越小越像）。"""

    key: str
    start: int
    end: int
    sure: bool
    cost: int


class Nearby:
    """一批叫法的读音索引：读音一样的，和去掉任一个字以后读音一样的。"""

    def __init__(self, keys: Sequence[str], names: Container[str] = ()) -> None:
        keys = tuple(key for key in keys if len(key) > 1 and key[0] > "\u3000" < key[-1])
        joined = "\n".join(keys)
        letters = spelled(joined)
        written = letters.split("\n")
        self._spelled = Hashed(keys, enumerate(written))
        self._loosely = Hashed(keys, enumerate(loosely_spelled(letters).split("\n")))
        self.rivals = _rivals(written, keys)
        self._longest = max(map(len, written), default=0)
        heard = sounds(joined).split("\n")
        self._pairs: dict[str, tuple[str, ...]] = {}
        for key, sound in zip(keys, heard, strict=True):
            if len(key) == 2:
                self._pairs[sound] = (*self._pairs.get(sound, ()), key)
        several = (number for number, key in enumerate(keys) if 2 < len(key) < WORD or (len(key) > 2 and key in names))
        self._signs = Hashed(keys, ((number, mark) for number in several for mark in _marks(heard[number])))

    def find(self, piece: str, odd: Sequence[int]) -> list[Near]:
        """这几个字里像哪些叫法；最像、最长的在前。`odd` 是没有见过的两个字的位置，错字只在那里找。"""
        if not odd:
            return []
        piece = piece[:WIDEST]
        heard, among = sounds(piece), self._signs.among
        found: dict[str, Near] = {}
        whole = len(piece)
        if whole == 2:
            pairs = [pair for key in self._pairs.get(heard, ()) if (pair := _pair(key, piece))]
            return sorted(pairs, key=lambda pair: (pair.cost, pair.key))
        for start in range(whole - 2):
            longest = min(whole, start + WORD) if start or whole <= WORD else whole
            first = next((at for at in odd if at >= start), whole)
            for end in (longest, *range(min(longest - 1, start + WORD), start + 2, -1)):
                if end < first + 2:
                    break
                sound = heard[start:end]
                close = among([*_marks(sound), *_swaps(sound)] if end - start == 3 else _marks(sound))
                if not close:
                    continue
                wrote = piece[start:end]
                close.discard(wrote)
                denying = not _DENYING.isdisjoint(wrote)
                for key in close:
                    if denying and _DENYING.isdisjoint(key):
                        continue
                    near = self._judged(key, wrote, sound, start, whole)
                    if near and (key not in found or near.cost < found[key].cost):
                        found[key] = near
        return sorted(found.values(), key=lambda near: (near.start - near.end, near.cost, near.key))

    def corrected(self, text: str, odd: Sequence[int]) -> str:
        """没有见过的两个字，读音和一个常说的工艺、材料一样的，换成它。"""
        done = 0
        for at in odd:
            if at < done:
                continue
            wrote = text[at : at + 2]
            if meant := _spoken().get(sounds(wrote)):
                text, done = text[:at] + meant + text[at + 2 :], at + 2
        return text

    def _judged(self, key: str, wrote: str, sound: str, start: int, whole: int) -> Near | None:
        """写的这几个字算不算这个叫法；不像的是 None。"""
        end = start + len(wrote)
        if len(key) == len(wrote):
            if sum(map(ne, key, wrote)) * 2 > len(key):
                return None
            return _replaced(key, wrote, sounds(key), sound, start, whole)
        if len(key) < len(wrote):
            return _longer(key, wrote, start, end)
        at = _without_one(key, wrote)
        if len(key) < 4 or at is None or at in (0, len(key) - 1):
            return None
        return Near(key, start, end, len(key) > 4 and (start, end) == (0, whole), 3)

    def typed(self, letters: str) -> list[Near]:
        """打的是拼音：从头找最长的叫法。"""
        folded = loosely_spelled(letters)
        exact = self._typed(letters, self._spelled)
        return exact or self._typed(folded, self._loosely, inside=False)

    def plainly(self, parts: Sequence[str]) -> tuple[str, list[Near]]:
        """一个字一个字打的拼音：去掉头尾的“我们是做……的”，剩下的整个是一个叫法的就是它；不行再去掉中间的。"""
        end = len(parts)
        while end > 1 and parts[end - 1] in _POLITE:
            end -= 1
        for start in range(end):
            letters = "".join(parts[start:end])
            nears = self.typed(letters)
            if nears and nears[0].sure and nears[0].end == len(letters):
                return letters, nears
            if parts[start] not in _POLITE:
                break
        letters = "".join(word for word in parts if word not in _POLITE)
        return letters, self.typed(letters)

    def read(self, letters: str) -> str:
        """这串拼音整个是哪个叫法；没有是空。"""
        if len(letters) < 4:
            return ""
        return self._spelled.first(letters) or self._loosely.first(loosely_spelled(letters)) or ""

    def decoded(self, parts: Sequence[str]) -> str:
        """一段一段的拼音，从头凑最长的叫法；没有读出多半的是空。"""
        parts = [part for part in parts if part not in _POLITE]
        read: list[str] = []
        size = at = 0
        while at < len(parts):
            for end in range(min(len(parts), at + PARTS), at, -1):
                if key := self.read("".join(parts[at:end])):
                    read.append(key)
                    size += sum(map(len, parts[at:end]))
                    at = end
                    break
            else:
                read.append(parts[at])
                at += 1
        return "，".join(read) if size > READ * sum(map(len, parts)) and len(parts) > 1 else ""

    def _typed(self, letters: str, known: Hashed[str], *, inside: bool = True) -> list[Near]:
        found: list[Near] = []
        at, end = 0, len(letters)
        if end > 3 and (key := known.first(letters)):
            return [Near(key, 0, end, True, 0)]
        while at < end - 4:
            for stop in range(min(end, at + self._longest), at + 4, -1):
                key = known.first(letters[at:stop])
                if key and (stop - at >= 6 or stop == end) and (at == 0 or (inside and stop - at > 6) or found):
                    found.append(Near(key, at, stop, False, 0))
                    at = stop - 1
                    break
            at += 1
        read = sum(near.end - near.start for near in found)
        sure = read >= end - 5 and read >= 0.7 * end
        return [Near(near.key, near.start, near.end, sure, 0) for near in found[:3]]


@lru_cache(maxsize=1)
def _spoken() -> dict[str, str]:
    """读音 → 常说的工艺、材料。"""
    return {sounds(word): word for word in _SPOKEN.split()}


def _marks(sound: str) -> list[str]:
    """读音，和去掉任一个字的读音；只有三个字的记下去掉的是第几个，免得撞上太多。"""
    if len(sound) == 3:
        return [sound, "0" + sound[1:], "1" + sound[0] + sound[2], "2" + sound[:2]]
    return [sound, *[sound[:at] + sound[at + 1 :] for at in range(len(sound))]]


def _swaps(sound: str) -> tuple[str, ...]:
    """三个字里相邻两个颠倒的读音。"""
    return sound[1] + sound[0] + sound[2], sound[0] + sound[2] + sound[1]


def _pair(key: str, wrote: str) -> Near | None:
    """两个字里有一个一样：另一个形近的算写错，只是同音的先问（水表不是水标）。"""
    at = int(key[0] == wrote[0])
    if key[1 - at] != wrote[1 - at] or key == wrote:
        return None
    if looks_like(key[at], wrote[at]):
        return Near(key, 0, 2, False, 2)
    return Near(key, 0, 2, False, 5) if spelled(key[at]) == spelled(wrote[at]) else None


def _rivals(written: Sequence[str], keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """打出来的拼音一样的几个叫法：最先的 → 别的。"""
    first: dict[str, str] = {}
    found: dict[str, tuple[str, ...]] = {}
    for letters, key in zip(written, keys, strict=True):
        if (held := first.setdefault(letters, key)) is not key:
            found[held] = (*found.get(held, ()), key)
    return found


def _replaced(key: str, wrote: str, told: str, heard: str, start: int, whole: int) -> Near | None:
    """字数一样：错的字要音近或形近，至少一半的字没有错；五个字以上容许一个不像的，先问。"""
    wrong = [at for at in range(len(key)) if key[at] != wrote[at]]
    size, end = len(key), start + len(key)
    strange = 0
    for at in wrong:
        if key[at] in _PLACES and wrote[at] not in "广长昌场常厂战沾占":
            return None
        strange += told[at] != heard[at] and not looks_like(key[at], wrote[at])
    machine = wrote[-1] == "机" != key[-1]
    if strange == 0:
        return Near(key, start, end, not machine, len(wrong))
    if len(wrong) == 2 and key[wrong[0]] == wrote[wrong[1]] and key[wrong[1]] == wrote[wrong[0]]:
        return Near(key, start, end, True, 1)
    if strange == 1 == len(wrong) and size > 4 and (start, end) == (0, whole):
        return Near(key, start, end, False, 4)
    return None


def _longer(key: str, wrote: str, start: int, end: int) -> Near | None:
    """多写了一个字：重复的字有把握，别的要四个字以上。"""
    at = _without_one(wrote, key)
    if at is None or at in (0, len(wrote) - 1):
        return None
    doubled = wrote[at] in wrote[at - 1 : at] + wrote[at + 1 : at + 2] or any(
        alike(wrote[at], other) for other in (wrote[at - 1], wrote[at + 1])
    )
    if doubled:
        return Near(key, start, end, True, 1)
    return Near(key, start, end, False, 3) if len(key) > 3 else None


def _without_one(longer: str, shorter: str) -> int | None:
    """去掉 `longer` 的第几个字就是 `shorter`（字要一样）；不是就 None。"""
    at = 0
    while at < len(shorter) and longer[at] == shorter[at]:
        at += 1
    return at if longer[at + 1 :] == shorter[at:] else None
