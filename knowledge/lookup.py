"""一段话说的是哪个行业、哪个分支：先找名字和叫法，找不到再听读音、看形近，都没有就如实说没有。"""

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from knowledge.admitted import hollowed, idle, is_open, sells, serves, stepless, untalked
from knowledge.chains import chained
from knowledge.contrasting import mine
from knowledge.doubting import also_said, is_material, is_unsure, said_too, sibling
from knowledge.firms import firm_in, is_works
from knowledge.grouping import Group, all_unsure, grouped
from knowledge.guessing import GENERAL, also, proposed
from knowledge.hearing import MACHINES, SHORT, Hearing
from knowledge.instead import akin, completed
from knowledge.misheard import prepare_rules, righted
from knowledge.nearby import Nearby
from knowledge.records import Alias, Branch, Candidate, Found, Industry
from knowledge.roles import prepare_cues
from knowledge.spelling import STOP, normalise
from knowledge.vocabulary import HINTS, NEITHER, Heard, Vocabulary, Word
from knowledge.weighing import weighed, without_strays

MOST, FEW, BRIEF = 8, 4, 4
PRODUCT = "请问主要生产什么产品，用什么工艺？"
SEVERAL = "这几样都是自己做的吗？请选一个先看。"
NOTHING = Found("none", ())
_PLEADING, _WITHOUT = frozenset("不没无免买外"), ("no ", "without ")
_CORE = re.compile(
    "(?:我们?|咱们?)?(?:厂里?|公司|屋头)?(?:是|就是)?(?:专门)?(?:做|搞|弄|生产|加工|造|炼|烧|打)([\u4e00-\u9fffa-z]{1,4}?)(?:的|厂|的厂|产品|产品的|那种)?"
)
_KILN = re.compile("[炉窑]|焙烧|煅烧")


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
            prepare_cues()
            prepare_rules()
            self._build(aliases)

    def _build(self, aliases: Sequence[Alias]) -> None:
        branches, industries = self._branches, self._industries
        self._vocabulary = vocabulary = Vocabulary(branches, industries, aliases)
        self._words = vocabulary.words
        named = {key for key, word in self._words.items() if word.label == "名称"}
        spelled = [key for key, word in self._words.items() if word.role == "" and word.label[:2] != "误写"]
        spelled = [key for key in spelled if len(key) < 5 or not self._words[key].step]
        self._hearing = Hearing(vocabulary, Nearby(spelled, named))
        hints = [word for word in self._words.values() if word.role in HINTS]
        self._pleas = [word for word in hints if word.text[0] in _PLEADING or word.text.startswith(_WITHOUT)]

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
        if maker := self._vocabulary.maker(spoken):
            return self._concluded([maker], spoken)
        spoken = untalked(righted(spoken))
        said = self._hearing.exact(spoken)
        own = mine(spoken, said, self._hearing.exact)
        if own.isascii() and (decoded := self._decoded(own)):
            return decoded
        firm = firm_in(own)
        rest = own[: firm.start()] + STOP + own[firm.end() :] if firm else own
        if len(own) > 2 * SHORT and not firm:
            own = rest = hollowed(own)
        words = self._either(own) or self._hearing.words(rest, said if rest == spoken else None)
        if len(own) > 2 * SHORT and not firm and not any(word.role == "" and len(word.units) == 1 for word in words):
            corrected = self._hearing.corrected(own)
            words = words if corrected == own else self._hearing.words(corrected)
            own = corrected
        foreign = firm and own.isascii() and any(word.role == "outside" for _, _, word in self._hearing.exact(own))
        if foreign or idle(spoken, own):
            return NOTHING
        words = chained(spoken, words)
        works = not words and is_works(spoken)
        if works or self._only_sells(spoken, own, words):
            return Found("ask", (), PRODUCT) if works else NOTHING
        if firm and not any(word.units and word.role == "" and not word.telling.weak for word in words):
            heard = [word for _, _, word in self._hearing.exact(firm[0]) if word.role == ""]
            named = [word for word in heard if not word.telling.weak] or [word for word in heard if self._is_one(word)]
            found = self._concluded(named, spoken)
            return Found("ask", found.candidates, (found.question if found.candidates else "") or PRODUCT)
        if not _PLEADING.isdisjoint(spoken) or _WITHOUT[0] in spoken:
            pleas = [word for word in self._pleas if word.text in spoken]
            words += [word for word in pleas if word not in words and word.text[1:] + word.text not in spoken]
        words = without_strays(words, own)
        if own != spoken:
            words = self._without_denied(spoken, words, [word for _, _, word in said])
        kept = hollowed(own) if BRIEF < len(own) <= 2 * SHORT or firm else own
        found = self._concluded(words, spoken, kept)
        return found if own == spoken else self._instead(spoken, found, words, said, kept)

    def own(self, text: str) -> str:
        """话里说自己现在做什么的部分；没有别的、都是自己的照原样。"""
        spoken = untalked(righted(normalise(text)))
        own = mine(spoken, self._hearing.exact(spoken), self._hearing.exact)
        return text if own == spoken else own

    def _instead(self, text: str, found: Found, words: Sequence[Word], said: Sequence[Heard], own: str) -> Found:
        """否认了一个分支：余下的话像同一行业的另一个，两个都列；“不是甲，是乙”，乙接上甲、照着甲听。"""
        kept = {word.text for word in words}
        denied = [word for _, _, word in said if word.role == "" and word.text not in kept]
        if found.outcome != "match":
            if whole := completed(text, self._words):
                return self._concluded([whole], text)
            one = akin(text, found.candidates, denied)
            return Found("match", (one,)) if one else found
        (chosen,) = found.candidates
        unit = sibling(chosen.branch.id, denied, words, own) if chosen.branch else ""
        if not unit:
            return found
        return Found("ask", (self._candidate(unit, chosen.score * 0.9, Word(own, (), "整句更像")), chosen), PRODUCT)

    def _decoded(self, text: str) -> Found | None:
        """全是拼音的：先读成字，再照字听；读不出多半的是 None。"""
        if any(word.role == "" for _, _, word in self._hearing.exact(text)):
            return None
        read = self._hearing.decoded(text)
        words = self._hearing.words(read) if read else []
        words = [self._hearing.rivalled(word).changed(label=f"近似：{text[:8]}≈{word.text}"[:20]) for word in words]
        return self._concluded(words, read, read) if any(word.role == "" for word in words) else None

    def _only_sells(self, text: str, own: str, words: Sequence[Word]) -> bool:
        """只卖、只运、只租，一道工序也没有说。"""
        if not sells(text, own) and not (words and serves(own, [word.text for word in words if word.role == ""])):
            return False
        return not any(word.step and word.role == "" for word in words)

    def _either(self, text: str) -> list[Word]:
        """“报甲还是报乙”：两边各一个词，指的不一样，就两个都是候选。"""
        left, between, right = text.partition("还是")
        if not between:
            return []
        before = [word for _, _, word in self._hearing.exact(left[-12:]) if word.role == ""]
        after = [word for _, _, word in self._hearing.exact(right[:12]) if word.role == ""]
        if not before or not after or before[-1].units == after[0].units:
            return []
        if before[-1].telling.weak and after[0].telling.weak and not all(word.telling.weak for word in before):
            return []
        units = tuple(dict.fromkeys((*before[-1].units, *after[0].units)))
        return [before[-1].changed(units=units, telling=replace(before[-1].telling, weak=False))]

    def _without_denied(self, text: str, words: list[Word], all: list[Word]) -> list[Word]:
        """说了不做什么，余下的线索在同一行业别的分支里挑；工序都不做的机械加工不在名录。"""
        kept = {word.text for word in words}
        denied = [word for word in all if word.role == "" and word.text not in kept]
        refused = (*denied, *(word for word in all if word.role in HINTS and word.text not in kept))
        out = {unit: self._branches[unit].industry_id for word in refused for unit in word.units[:FEW]}
        words = [self._besides(word, out) for word in words]
        named = [word for word in words if word.role == ""]
        if named and all_unsure(named) and stepless(text, sum(word.step for word in denied)):
            return [*(word for word in words if word.role), NEITHER]
        if named or not denied:
            return words
        gone = {unit for word in denied for unit in word.units}
        industries = {self._branches[unit].industry_id for unit in gone}
        if len(industries) > 1:
            return words
        family = tuple(unit for unit in self._vocabulary.units(industries) if unit not in gone)
        left = tuple(unit for unit in family if any(unit in word.units for word in words if word.role in HINTS))
        return [*words, Word(denied[0].text, left, f"除去：{denied[0].text}"[:20])] if left else words

    def _besides(self, word: Word, gone: Mapping[str, str]) -> Word:
        """同一行业里还分不清的词，去掉已经说了不是的分支。"""
        if word.role or len(word.units) < 2 or not gone:
            return word
        left = tuple(unit for unit in word.units if unit not in gone)
        kept = {self._branches[unit].industry_id for unit in left}
        refused = {gone[unit] for unit in word.units if unit in gone}
        return word.changed(units=left) if refused and refused <= kept else word

    def _is_one(self, word: Word) -> bool:
        """指的都在一个行业里。"""
        return len({self._branches[unit].industry_id for unit in word.units}) == 1

    # 得出结论

    def _concluded(self, words: Sequence[Word], text: str, own: str = "", *, certain: bool = False) -> Found:
        groups = grouped(words, text)
        if not groups:
            return self._guessed(words, text, own)
        open = is_open(text)
        if own and not open and not _builds(words, own):
            groups = weighed(groups, text, own)
        if len(groups) > 1 and len({group.units for group in groups}) == 1:
            groups = groups[:1]
        if len(groups) > 1 or len(groups[0].units) > 1:
            groups += said_too([unit for group in groups for unit in group.units], words, own) if own else []
            return Found("ask", self._listed(groups, text, own), _question(groups))
        group = groups[0]
        hazy = not group.told and (is_unsure(group) or is_material(group, text))
        if own and not open and (more := also_said(group, words, own, {} if hazy else self._words)):
            return self._together(group, more, text, own)
        sure = 1.0 if group.words[0].label == "名称" else 0.97
        score = sure if certain else _score(group, text)
        if open:
            seen = dict.fromkeys(unit for word in words if word.role == "" for unit in word.units)
            units = group.units + tuple(unit for unit in seen if unit not in group.units)
            if len(units) == 1:
                units += tuple(b.id for b in self._industry(units[0]).branches if b.id not in units)
            scored = (
                self._candidate(id, score * 0.7 / (1 + n / 4), group.words[0]) for n, id in enumerate(units[:MOST])
            )
            return Found("ask", tuple(scored), _question(groups))
        if hazy:
            open_ = (unit for word in group.words if word.telling.unsure for unit in word.units)
            listed = tuple(dict.fromkeys((*group.units, *open_)))[:MOST]
            ranked = tuple(
                self._candidate(id, score * 0.7 / (1 + n / 4), group.words[0]) for n, id in enumerate(listed)
            )
            return Found("ask", ranked, _question(groups))
        return Found("match", (self._candidate(group.units[0], score, group.words[0]),))

    def _guessed(self, words: Sequence[Word], text: str, own: str) -> Found:
        """没有听懂的词：有锅炉的行当问一句；整句像哪几个分支，就问是不是。"""
        if any(word.role == "boiler" for word in words):
            if _KILN.search(own) and "p10-1" in self._branches:
                return Found("match", (self._candidate("p10-1", 0.75, Word(own[:12], (), "有锅炉炉窑")),))
            return Found("none", (), self._vocabulary.tellings.boiler_ask)
        core = _CORE.fullmatch(own.strip(STOP))
        bare = self._words.get(core[1]) if core else None
        if bare and (bare.role == "" or (bare.role == "hint" and len(bare.units) > 1)):
            return self._concluded([bare.changed(role="")], own)
        word, sure = proposed(text, own, words) if own else (None, False)
        units = [unit for unit in word.units if unit in self._branches] if word else []
        if not word or not units:
            return NOTHING
        found = tuple(self._candidate(unit, 0.6 / (1 + rank / 4), word) for rank, unit in enumerate(units))
        if sure and (more := also_said(group := Group(word.units[:1], [word], False), words, own, self._words)):
            return self._together(group, more, text, own)
        return Found("match", found[:1]) if sure else Found("ask", found, PRODUCT)

    def _together(self, group: Group, more: Sequence[Group], text: str, own: str) -> Found:
        """选中的一组和另外也做的几样都列；通用行业只管名录以外的，排在后头。"""
        listed = self._listed([group, *more], text, own)
        last = [each for each in listed if each.branch and each.branch.id == group.units[0] == GENERAL]
        return Found("ask", (*(each for each in listed if each not in last), *last), SEVERAL)

    def _listed(self, groups: Sequence[Group], text: str, own: str) -> tuple[Candidate, ...]:
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
        said = sum(len(word.text) for group in groups for word in group.words)
        if (
            len(own) > said + 1
            and len(found) < FEW
            and not any(word.label == "名称" for group in groups for word in group.words)
        ):
            least = min(candidate.score for candidate in found.values())
            for unit in also(own):
                if unit in self._branches and self._branches[unit].industry_id not in found:
                    found.setdefault(unit, self._candidate(unit, least * 0.8, Word(own, (), "整句也像")))
        return tuple(sorted(found.values(), key=lambda candidate: -candidate.score)[:MOST])

    def _industry(self, unit: str) -> Industry:
        return self._industries[self._branches[unit].industry_id]

    def _candidate(self, id: str, score: float, word: Word) -> Candidate:
        branch = self._branches.get(id)
        industry = self._industries[branch.industry_id if branch else id]
        return Candidate(industry, branch, round(score, 3), word.why)


def _builds(words: Sequence[Word], own: str) -> bool:
    """话里说的是造机器（做注塑机的）：整句的偏向不作数。"""
    return ("机" in own or "设备" in own) and any(word.text == MACHINES and MACHINES not in own for word in words)


def _score(group: Group, text: str) -> float:
    """词占了话的多少：越多越有把握；近似的低一截。"""
    near = any(word.label.startswith("近似") for word in group.words)
    said = sum(len(word.text) for word in group.words)
    return (0.62 if near else 0.75) + 0.2 * min(1.0, said / len(text))


def _question(groups: Sequence[Group]) -> str:
    if len(groups) > 1:
        return SEVERAL
    if any(word.label.startswith("近似") for word in groups[0].words):
        return "您是指下面哪一个？"
    return next((word.telling.ask for word in groups[0].words if word.telling.ask), PRODUCT)
