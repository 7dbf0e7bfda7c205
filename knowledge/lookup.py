"""一段话说的是哪个行业、哪个分支：先找名字和叫法，找不到再听读音、看形近，都没有就如实说没有。"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.nearby import Nearby
from knowledge.records import Alias, Branch, Candidate, Found, Industry
from knowledge.spelling import STOP, admitted, normalise
from knowledge.vocabulary import Vocabulary, Word

MOST = 8
PRODUCT = "请问主要生产什么产品，用什么工艺？"
NOTHING = Found("none", ())
MACHINES = "机械厂"
_NEITHER = Word("", (), "", role="outside")
_FIRM = re.compile(
    r"[\u4e00-\u9fff0-9a-z]{2,30}?(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|总公司)|"
    r"^[\u4e00-\u9fff]{2,12}(?:科技|实业|集团|工贸|商贸|新材料|新能源)$"
)
_FIRM_ENDS = ("科技", "实业", "集团", "工贸", "商贸", "新材料", "新能源")
_FILLER = re.compile(
    r"您好|你好|请问|麻烦|老师|领导|我们|你们|咱们|他们|咱|我|俺|这边|这儿|这里|本单位|贵局|单位|公司|企业|工厂|车间|屋头|里头|主要|"
    r"专门|专业|从事|一家|一个|有个|开了|开的|做的|是做|搞的|弄的|生产|经营|制造|加工|属于|应该|哪个|哪一类|哪类|什么|啥子|行业|"
    r"一下|咨询|想问|问哈|看哈|那个|这个|就是|还有|另外|以及|"
    r"[和或及是做搞弄有的嘛撒噻哦哈嘞哟呢啊吧呀咯吗么了在来个，、]"
)
_SOLD = re.compile(r"(?<![产造工制])(?:卖|销售|经销|批发|零售|代理|买卖|进口)$")
_SHOP = re.compile(
    r"店|专卖|经销|批发|门市|商行|超市|市场|城(?!区)|商贸|贸易|租赁|租用|运输|安装|设计|培训|协会|销售$|回收站|商店|工地|"
    r"的?施工|更换|铺设|维修|检测|配送"
)
_MACHINE = re.compile(r"(?:机械|设备|机器|专用机)(?:厂|公司|制造|生产|研发|$)|机械|机厂|机制造|模具")
_TAIL = re.compile(
    r"瓶|盖|袋|盒|桶|罐|箱|膜(?!压)|外加剂|减水剂|添加剂|助剂|配方|原料|辅料|渣|废|污泥|机(?![加砂修构关组电])"
)
_CHANGERS = frozenset("店专经批门商超市城贸租运安设培协销回工的施更铺维检配机器模瓶盖袋盒桶罐箱膜外减添助原辅渣废污")
_CODE = re.compile(
    r"(?:代码|国标|gbt? ?4754|分类|编码|类别)[^0-9，]{0,9}?([a-u]?\d{4})(?!\d)|"
    r"(?<![0-9a-z])([a-u]\d{4})(?![0-9a-z])|^(\d{4})$"
)

_DIGITS = re.compile(r"\d{4}")


@dataclass(slots=True)
class _Group:
    """说的是同一件事的几个词：分支是它们共同的。"""

    units: tuple[str, ...]
    words: list[Word]
    step: bool


class Lookup:
    """从用户的话里找行业和分支。索引全部在构造时建好，`find` 不读文件、不建索引。"""

    def __init__(
        self, branches: Mapping[str, Branch], industries: Mapping[str, Industry], aliases: Sequence[Alias]
    ) -> None:
        self._branches, self._industries = branches, industries
        self._vocabulary = vocabulary = Vocabulary(branches, industries, aliases)
        self._words, self._starts = vocabulary.words, vocabulary.starts
        self._nearby = Nearby([key for key, word in self._words.items() if word.role == ""])

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
        firm = _FIRM.search(own) if "公司" in own or own.endswith(_FIRM_ENDS) else None
        rest = own[: firm.start()] + STOP + own[firm.end() :] if firm else own
        words = self._coded(rest) + self._heard(rest)
        if firm and not any(word.units and not word.telling.weak for word in words):
            found = self._concluded([word for word in self._heard(firm[0]) if not word.telling.weak], spoken)
            asked = found.question if found.candidates else ""
            return Found("ask", found.candidates, asked or PRODUCT)
        if not any(word.role != "hint" for word in words):
            words += self._resembling(rest)
        return self._concluded(words, spoken)

    # 听出词来

    def _heard(self, text: str) -> list[Word]:
        """话里的词，长的优先，互不重叠。"""
        hits: list[tuple[int, int, str]] = []
        starts, words = self._starts, self._words
        for at in range(len(text) - 1):
            for length in starts.get(text[at : at + 2], ()):
                key = text[at : at + length]
                if key in words and (key[0] > "\u3000" < key[-1] or _whole(text, at, key)):
                    hits.append((-len(key), at, key))
                    break
        hits.sort()
        found: list[tuple[int, int, Word]] = []
        for size, at, key in hits:
            end = at - size
            if not any(at < taken and begin < end for begin, taken, _ in found):
                found.append((at, end, self._meant(words[key], text, at, end)))
        return _heads(found)

    def _meant(self, word: Word, text: str, at: int, end: int) -> Word:
        """这个词在这里的意思：卖的、店里的不算；造这种机器的是机械厂；做它的瓶子、渣料的说不准。"""
        if word.role:
            return word
        if at and text[at - 1] in "卖售销发理口" and _SOLD.search(text, max(0, at - 3), at):
            return _NEITHER
        if text[end : end + 1] not in _CHANGERS:
            return word
        if _SHOP.match(text, end) and not word.text.endswith("店"):
            return _NEITHER
        if "p10-1" not in word.units and MACHINES in self._words and _MACHINE.match(text, end):
            return self._words[MACHINES]
        if not word.step and _TAIL.match(text, end):
            return replace(word, telling=replace(word.telling, unsure=True))
        return word

    def _coded(self, text: str) -> list[Word]:
        """话里的国民经济行业代码；单独四个数字像年份的不算。"""
        found: list[Word] = []
        if _DIGITS.search(text) is None:
            return found
        for match in _CODE.finditer(text):
            code = (match[1] or match[2] or match[3])[-4:]
            if match[3] and code.startswith(("19", "20")):
                continue
            if units := self._vocabulary.units(self._vocabulary.tellings.codes.get(code, ())):
                found.append(Word(code, units, f"行业代码：{code}"))
        return found

    def _resembling(self, text: str) -> list[Word]:
        """写错了字、打的是拼音的词；没有把握的先问。"""
        found = []
        for piece in [piece for part in _FILLER.split(text) if len(piece := part.strip()) > 1][:6]:
            for key, wrote, sure in self._nearby.find(piece):
                word = self._words[key]
                telling = replace(word.telling, unsure=word.telling.unsure or not sure)
                found.append(replace(word, why=f"近似：{wrote}≈{key}"[:20], telling=telling))
        return found

    # 得出结论

    def _concluded(self, words: Sequence[Word], text: str, *, certain: bool = False) -> Found:
        groups = _grouped(words)
        if not groups:
            boiler = any(word.role == "boiler" for word in words)
            return Found("none", (), self._vocabulary.tellings.boiler_ask) if boiler else NOTHING
        if len(groups) > 1 or len(groups[0].units) > 1:
            return Found("ask", self._listed(groups, text), _question(groups))
        group = groups[0]
        score = _score(group, text)
        if certain:
            score = 1.0 if group.words[0].why == "名称" else 0.97
        if any(word.telling.unsure for word in group.words):
            return Found("ask", (self._candidate(group.units[0], score * 0.7, group.words[0]),), _question(groups))
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

    def _candidate(self, id: str, score: float, word: Word) -> Candidate:
        branch = self._branches.get(id)
        industry = self._industries[branch.industry_id if branch else id]
        return Candidate(industry, branch, round(score, 3), word.why)


def _whole(text: str, at: int, key: str) -> bool:
    """英文数字的词不能是别的英文数字的一部分。"""
    if key[0] < "\u3000" and at and text[at - 1] < "\u3000" and text[at - 1].isalnum():
        return False
    end = at + len(key)
    return not (key[-1] < "\u3000" and end < len(text) and text[end] < "\u3000" and text[end].isalnum())


def _heads(found: list[tuple[int, int, Word]]) -> list[Word]:
    """按先后排好；紧挨着的两样东西，后一个明确的话，前一个只是修饰（轿车 + 子午线轮胎）。"""
    found.sort(key=lambda item: item[0])
    modifiers = set()
    for (at, end, one), (start, _, other) in pairwise(found):
        if end == start and not (one.role or other.role or one.step or other.step):
            clear = len(other.units) == 1 and other.units[0] not in one.units
            if one.telling.carrier or clear:
                modifiers.add(at)
    return [word for at, _, word in found if at not in modifiers]


def _grouped(words: Sequence[Word]) -> list[_Group]:
    """把词归成组：一组是一个行业。含糊的词并进明确的组，只作线索的词在没有别的词时才成组。"""
    named = [word for word in words if word.role == ""]
    strong = [word for word in named if not word.telling.weak]
    weak = [word for word in named if word.telling.weak]
    groups: list[_Group] = []
    for word in sorted(strong, key=lambda word: (len(word.units), word.step)) or weak:
        _place(word, groups)
    for word in (*weak, *(word for word in words if word.role == "hint")):
        for group in groups:
            if len(group.units) > 1 and word not in group.words:
                group.units = tuple(unit for unit in group.units if unit in word.units) or group.units
    if len(groups) > 1:
        groups = [group for group in groups if not _is_step_of(group, groups)] or groups
    order = {id(word): at for at, word in enumerate(words)}
    return sorted(groups, key=lambda group: min(order[id(word)] for word in group.words))


def _place(word: Word, groups: list[_Group]) -> None:
    """并进有共同分支的组；两道工序不因为都常见于某行业就算一件事。"""
    for group in groups:
        shared = tuple(unit for unit in word.units if unit in group.units)
        if shared and not (word.step and group.step and 2 < len(word.units) != len(shared)):
            group.units = shared
            group.words.append(word)
            group.step = group.step and word.step
            return
    groups.append(_Group(word.units, [word], word.step))


def _is_step_of(group: _Group, groups: Sequence[_Group]) -> bool:
    """这一组的词是不是别的组的一道工序；本身含糊的工序不能收别的工序。"""
    hosts = (other for other in groups if other is not group and not (other.step and len(other.units) > 1))
    others = {unit for host in hosts for unit in host.units}
    return all(not word.part_of.isdisjoint(others) for word in group.words)


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
