"""一段话说的是哪个行业、哪个分支：先找名字和叫法，找不到再听读音、看形近，都没有就如实说没有。"""

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from knowledge.admitted import admitted
from knowledge.hearing import Hearing, is_painting
from knowledge.nearby import Nearby
from knowledge.records import Alias, Branch, Candidate, Found, Industry
from knowledge.spelling import PAUSE, STOP, normalise
from knowledge.vocabulary import HINTS, Vocabulary, Word

MOST = 8
PRODUCT = "请问主要生产什么产品，用什么工艺？"
NOTHING = Found("none", ())
_FIRM = re.compile(
    r"[\u4e00-\u9fff0-9a-z]{2,30}?(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|总公司|股份公司)|"
    r"^重庆[\u4e00-\u9fff]{2,14}公司|(?:厂名|公司名|名字|名称|名叫)[叫是]?[\u4e00-\u9fff]{2,5}(?=$|，)|"
    r"^[\u4e00-\u9fff]{2,12}(?:科技|实业|集团|工贸|商贸|新材料|新能源|股份)$|"
    r"^[a-z ，]*(?:gong ?si|co ?，? ?ltd|company|corp|inc)$"
)
_STEPLESS = re.compile(r"(?:[不没无]|没有|没得|不做|no )(?:喷|镀|电镀|热处理|锅炉|铸|painting|plating|boiler)")
_ONLY = re.compile(r"只|就是|only")
_OPEN = re.compile(r"没说|没讲|说不准|说不清|分不清|没分清|没有分清|不晓得是|不知道是|不一定|看情况|看客户|都有可能")
_ALL = re.compile(r"都[有做产]|都生产")
_ALSO = ("和", "与", "加", "及", "做", "产", "还有", "兼", "压", "采", "挖", "烧", "造", "卖", "搞", "自制", "另外")
_TOO = ("和", "与", "加上", "一体", "一起", "生产", "自己做", "自产", "自己生产", "都做", "都生产", "也做", "也生产")
_FIRM_ENDS = tuple("科技 实业 集团 工贸 商贸 新材料 新能源 股份 gongsi si ltd company corp".split())


@dataclass(slots=True)
class _Group:
    """说的是同一件事的几个词：分支是它们共同的。"""

    units: tuple[str, ...]
    words: list[Word]
    step: bool


@contextmanager
def _unswept() -> Iterator[None]:
    """建索引时一下子造几万个长留的小东西，这期间不让垃圾回收来回扫。"""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


class Lookup:
    """从用户的话里找行业和分支。索引全部在构造时建好，`find` 不读文件、不建索引。"""

    def __init__(
        self, branches: Mapping[str, Branch], industries: Mapping[str, Industry], aliases: Sequence[Alias]
    ) -> None:
        self._branches, self._industries = branches, industries
        with _unswept():
            self._build(aliases)

    def _build(self, aliases: Sequence[Alias]) -> None:
        branches, industries = self._branches, self._industries
        self._vocabulary = vocabulary = Vocabulary(branches, industries, aliases)
        self._words = vocabulary.words
        named = {key for key, word in self._words.items() if word.why == "名称"}
        spelled = [key for key, word in self._words.items() if word.role == "" and word.why[:2] != "误写"]
        spelled = [key for key in spelled if len(key) < 5 or not self._words[key].step]
        self._hearing = Hearing(vocabulary, Nearby(spelled, named))
        self._pleas = [word for word in self._words.values() if word.role in HINTS and word.text[0] in "不没无免买外"]

    def find(self, text: str) -> Found:
        """这段话说的行业和分支；只看前 200 个字，乱码、空话一律 none，绝不抛错。

        none 也可能带 `question`：不在名录、但有锅炉炉窑就归通用行业的行当（食品、纺织、酒厂）。
        """
        spoken = normalise(text)
        if not spoken or not self._branches:
            return NOTHING
        whole = self._words.get(spoken)
        if whole is not None and whole.role == "":
            return self._concluded([whole], spoken, certain=True)
        own = admitted(spoken)
        firm = _FIRM.search(own) if "公司" in own or "名" in own or own.endswith(_FIRM_ENDS) else None
        rest = own[: firm.start()] + STOP + own[firm.end() :] if firm else own
        words = self._either(own) or self._hearing.words(rest)
        if firm and not any(word.units and word.role == "" and not word.telling.weak for word in words):
            named = [word for _, _, word in self._hearing.exact(firm[0]) if not word.telling.weak]
            found = self._concluded(named, spoken)
            asked = found.question if found.candidates else ""
            return Found("ask", found.candidates, asked or PRODUCT)
        words += [word for word in self._pleas if word.text in spoken and word not in words]
        if own != spoken:
            words = self._without_denied(spoken, words, [word for _, _, word in self._hearing.exact(spoken)])
        return self._concluded(words, spoken)

    def _either(self, text: str) -> list[Word]:
        """“报甲还是报乙”：两边各一个词，指的不一样，就两个都是候选。"""
        left, between, right = text.partition("还是")
        if not between:
            return []
        before = [word for _, _, word in self._hearing.exact(left[-12:]) if word.role == ""]
        after = [word for _, _, word in self._hearing.exact(right[:12]) if word.role == ""]
        if not before or not after or before[-1].units == after[0].units:
            return []
        units = tuple(dict.fromkeys((*before[-1].units, *after[0].units)))
        return [before[-1]._replace(units=units, telling=replace(before[-1].telling, weak=False))]

    def _without_denied(self, text: str, words: list[Word], all: list[Word]) -> list[Word]:
        """说了不做什么，余下的线索在同一行业别的分支里挑；工序都不做的机械加工不在名录。"""
        kept = {word.text for word in words}
        denied = [word for word in all if word.role == "" and word.text not in kept]
        named = [word for word in words if word.role == ""]
        if named and all_unsure(named) and len(_STEPLESS.findall(text)) + bool(_ONLY.search(text)) > 1:
            return [word for word in words if word.role]
        if named or not denied:
            return words
        gone = {unit for word in denied for unit in word.units}
        industries = {self._branches[unit].industry_id for unit in gone}
        if len(industries) > 1:
            return words
        family = tuple(unit for unit in self._vocabulary.units(industries) if unit not in gone)
        left = tuple(unit for unit in family if any(unit in word.units for word in words if word.role in HINTS))
        return [*words, Word(denied[0].text, left, f"除去：{denied[0].text}"[:20])] if left else words

    # 得出结论

    def _concluded(self, words: Sequence[Word], text: str, *, certain: bool = False) -> Found:
        groups = _grouped(words, text)
        if not groups:
            boiler = any(word.role == "boiler" for word in words)
            return Found("none", (), self._vocabulary.tellings.boiler_ask) if boiler else NOTHING
        if len(groups) > 1 or len(groups[0].units) > 1:
            return Found("ask", self._listed(groups, text), _question(groups))
        group = groups[0]
        score = _score(group, text)
        if certain:
            score = 1.0 if group.words[0].why == "名称" else 0.97
        if _OPEN.search(text):
            seen = dict.fromkeys(unit for word in words if word.role == "" for unit in word.units)
            units = group.units + tuple(unit for unit in seen if unit not in group.units)
            if len(units) == 1:
                units += tuple(b.id for b in self._industry(units[0]).branches if b.id not in units)
            scored = (
                self._candidate(id, score * 0.7 / (1 + n / 4), group.words[0]) for n, id in enumerate(units[:MOST])
            )
            return Found("ask", tuple(scored), _question(groups))
        if _is_unsure(group) or _is_material(group, text):
            open_ = (unit for word in group.words if word.telling.unsure for unit in word.units)
            listed = tuple(dict.fromkeys((*group.units, *open_)))[:MOST]
            ranked = tuple(
                self._candidate(id, score * 0.7 / (1 + n / 4), group.words[0]) for n, id in enumerate(listed)
            )
            return Found("ask", ranked, _question(groups))
        return Found("match", (self._candidate(group.units[0], score, group.words[0]),))

    def _listed(self, groups: Sequence[_Group], text: str) -> tuple[Candidate, ...]:
        """全部候选，最多 8 个；列不下的时候，分支没有说明的行业只列行业。"""
        found: dict[str, Candidate] = {}
        single = len(groups) == 1
        listed = [group.units[:1] if group.step and not single else group.units for group in groups]
        roomy = single or sum(map(len, listed)) <= MOST
        for group, units in zip(groups, listed, strict=True):
            word = group.words[0]
            industry = self._branches[units[0]].industry_id
            score = _score(group, text) * (0.8 if single else 0.9)
            if not roomy and len(units) > 1 and units == self._vocabulary.units((industry,)):
                found.setdefault(industry, self._candidate(industry, score, word))
                continue
            for rank, unit in enumerate(units):
                found.setdefault(unit, self._candidate(unit, score / (1 + 0.25 * rank), word))
        return tuple(sorted(found.values(), key=lambda candidate: -candidate.score)[:MOST])

    def _industry(self, unit: str) -> Industry:
        return self._industries[self._branches[unit].industry_id]

    def _candidate(self, id: str, score: float, word: Word) -> Candidate:
        branch = self._branches.get(id)
        industry = self._industries[branch.industry_id if branch else id]
        return Candidate(industry, branch, round(score, 3), word.why)


def _grouped(words: Sequence[Word], text: str) -> list[_Group]:
    """把词归成组：一组是一个行业。含糊的词并进明确的组，只作线索的词在没有别的词时才成组。"""
    named = [word for word in words if word.role == ""]
    strong = [word for word in named if not word.telling.weak]
    weak = [word for word in named if word.telling.weak]
    groups: list[_Group] = []
    for word in sorted(strong, key=lambda word: (len(word.units), word.step)) or weak:
        _place(word, groups)
    for word in (*weak, *(word for word in words if word.role in HINTS)):
        for group in groups:
            if len(group.units) > 1 and word not in group.words:
                group.units = tuple(unit for unit in group.units if unit in word.units) or group.units
    for group in groups:
        _paint(group, named)
    for word in words:
        if word.role == "turn":
            _turn(word, groups)
    if len(groups) > 1:
        groups = [group for group in groups if not _is_step_of(group, groups, text)] or groups
    order = {id(word): at for at, word in enumerate(words)}
    return sorted(groups, key=lambda group: min(order[id(word)] for word in group.words))


def all_unsure(words: Sequence[Word]) -> bool:
    """这些词都只是“可能有这些工序”。"""
    return all(word.telling.weak and word.telling.unsure for word in words)


def _paint(group: _Group, words: Sequence[Word]) -> None:
    """设备、零部件厂说了喷漆喷粉的，就是其他工业涂装。"""
    painting = [word for word in group.words if is_painting(word)]
    things = (word for word in words if word.telling.carrier or word.telling.weak)
    if painting and "n39-5" in group.units and any(_is_thing(word) for word in things):
        group.units, group.words = ("n39-5",), painting


def _is_thing(word: Word) -> bool:
    jobbing = word.text.endswith(("加工", "加工厂", "表面", "处理"))
    return "n39-5" in word.units and "n37-1" not in word.units and not jobbing and not is_painting(word)


def _turn(word: Word, groups: Sequence[_Group]) -> None:
    """“买原料来加工”一类的线索：在同一行业里改指加工的那个分支。"""
    for group in groups:
        industries = {unit.partition("-")[0] for unit in group.units}
        turned = tuple(unit for unit in word.units if unit.partition("-")[0] in industries)
        group.units = turned or group.units


def _place(word: Word, groups: list[_Group]) -> None:
    """并进有共同分支的组；喷涂和别的工序不因为都常见于某行业就算一件事。"""
    for group in groups:
        shared = tuple(unit for unit in word.units if unit in group.units)
        apart = group.step and is_painting(word) and not any(map(is_painting, group.words))
        if shared and not (apart and 2 < len(word.units) != len(shared)):
            group.units = shared
            group.words.append(word)
            group.step = group.step and word.step
            return
    groups.append(_Group(word.units, [word], word.step))


def _is_step_of(group: _Group, groups: Sequence[_Group], text: str) -> bool:
    """这一组的词是不是别的组的一道工序、一样原料；本身含糊的工序不能收别的，说了也做它的原料另算。"""
    hosts = (other for other in groups if other is not group and not (other.step and len(other.units) > 1))
    others = {unit for host in hosts for unit in host.units}
    if any(word.part_of.isdisjoint(others) for word in group.words):
        return False
    return not any(not word.telling.part_of and _is_made(word.text, text) for word in group.words)


def _is_unsure(group: _Group) -> bool:
    """有通知没有写的词；或者有听不准的词，又没有一个有把握的词只指这个分支。"""
    unsure = [word.telling.loose for word in group.words if word.telling.unsure]
    sure = any(word.units == group.units and not word.telling.unsure for word in group.words)
    return bool(unsure) and not (sure and all(unsure))


def _is_material(group: _Group, text: str) -> bool:
    """一串工序里只听懂了采来的原料，不知道拿它做什么。"""
    mined = all(word.units[0].startswith("p2-") and not word.step and word.part_of for word in group.words)
    last = any(text.endswith(word.text) for word in group.words)
    said = sum(len(word.text) for word in group.words)
    made = any(_is_made(word.text, text) for word in group.words)
    return mined and PAUSE in text and said * 2 < len(text) and not last and not made


def _is_made(word: str, text: str) -> bool:
    """话里说了也做它（和……、做……、……都做），不只是拿来用。"""
    at = text.find(word)
    before, after = text[:at], text[at + len(word) :]
    listed = PAUSE in (before[-1:], after[:1]) and _ALL.search(text) is not None
    return at >= 0 and (listed or before.endswith(_ALSO) or after.startswith(_TOO))


def _score(group: _Group, text: str) -> float:
    """词占了话的多少：越多越有把握；近似的低一截。"""
    near = any(word.why.startswith("近似") for word in group.words)
    said = sum(len(word.text) for word in group.words)
    return (0.62 if near else 0.75) + 0.2 * min(1.0, said / len(text))


def _question(groups: Sequence[_Group]) -> str:
    if len(groups) > 1:
        return "这几样都是自己做的吗？请选一个先看。"
    if any(word.why.startswith("近似") for word in groups[0].words):
        return "您是指下面哪一个？"
    return next((word.telling.ask for word in groups[0].words if word.telling.ask), PRODUCT)
