"""从一段话里听出词来：名称、叫法、代码、线索；写错的字和拼音；哪些词只是修饰、原料、客户。"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import add

from knowledge.heads import heads_of
from knowledge.inputs import without_inputs
from knowledge.leaning import leaning
from knowledge.nearby import Near, Nearby
from knowledge.spelling import PAUSE
from knowledge.vocabulary import HINTS, NEITHER, Heard, Vocabulary, Word, whole

MACHINES, REPAIR = "机械厂", "汽车维修"
PIECES = 4
SHORT = 9
_CLAUSE = re.compile(r"[\u4e00-\u9fff]+")
_FILLER = re.compile(
    r"制品厂|制品|加工厂|产品|厂家|客户|您好|你好|请问|麻烦|老师|领导|我们|你们|咱们|他们|咱|我|俺|这边|这儿|这里|本单位|贵局|单位|公司|企业|工厂|车间|屋头|里头|主要|"
    r"专门|专业|从事|一家|一个|有个|开了|开的|做的|是做|搞的|弄的|生产|经营|制造|加工|属于|应该|哪个|哪一类|哪类|什么|啥子|行业|"
    r"一下|咨询|想问|问哈|看哈|那个|这个|就是|还有|另外|以及|"
    r"[和或及是做搞弄有的嘛撒噻哦哈嘞哟呢啊吧呀咯吗么了在来个，、]"
)
_LOOSE = re.compile(
    r"自己|现在|目前|今年|每年|年产|配套|改做|一起|出来|回来|外面|有套|烧|打|压|搞|改|出|产|卖|买|来|去|用|还|都|也|在|再|又|后|前|加|带|跟|条|座|台|口|套|吨|米|家|给|把|从|到|就|要|会|能|可以|"
    r"[0-9一二两三四五六七八九十几]|[大小]|线|全|各|另"
)
_JOINERS = frozenset("兼我们咱是做搞弄的厂了吗呢啊个家有在这边和都也还就用给买卖自己现条线台，、一二两三0123456789 ")
"""听懂了词的话里，挨着这些字的多半不是错字。"""
_PHRASE = re.compile(rf"(?:(?!{_FILLER.pattern})[\u4e00-\u9fff])+")
_SOLD = re.compile(r"(?<![产造工制])(?:卖|销售|经销|批发|零售|代理|买卖|进口|出?租)$")
_SHOP = re.compile(
    r"店|专卖|卖场|运营|经销|批发|门市|商行|超市|市场|城(?!区)|商贸|贸易|租赁|租用|运输|安装|设计|培训|协会|销售(?:公司|部|点|中心|门市|门店|店)?$|门店|回收站|商店|工地|"
    r"维保|保养|出租|拍照|的?小?摊|代理(?!商?品)|回收(?=$|，|站|点|打包)|维护|贴膜|补漏|美容(?!.?喷)|的?师傅|的?泥工|的?工人|的?班组|的?施工|更换|铺设|砌筑|仓库|仓储|幕墙安装|维修|检测|配送|翻新|清洗"
)
_MACHINE = re.compile(r"(?:机械|设备|机器|专用机)(?:厂|公司|制造|生产|研发|$)|机械|机厂|机制造|模具|(?<=机)械")
_TAIL = re.compile(
    r"瓶|盖|袋|盒|桶|罐|箱(?![子体])|膜(?!压)|(?:外加|减水|添加|助|结合|粘合|胶粘|脱模|脱硫|促进|固化|增塑)剂|胶水|背胶|配方|原料(?!药)|辅料|渣|废|污泥|机(?![加砂修构关组电])"
)
_MADE_FOR = re.compile(
    r"用的(?![那这是])[\u4e00-\u9fff]{1,5}(?<![的厂窑炉])$|(?:胶水|背胶|结合剂|粘合剂|胶粘剂|脱模剂)厂?$"
)
"""“油墨用的树脂、皮鞋胶水”：做的是后一样。"""
_PACKED = re.compile("[子]?(?:装(?=$|，|的|起)|包装|打包)")
"""“用铁盒子装”：只是拿来装东西。"""
_MAKERS = frozenset("做造产")
_MAKER = re.compile(f"[做造产][^，、]{{2,7}}{PAUSE}$")
_SOLE = re.compile("(?:整机)?(?:的|厂|公司)?(?=$|[，、])")
_BUILT = re.compile("(?:机(?![加械])|设备|机械)(?:整机)?(?:的|厂|公司)?(?=$|[，、])|(?:设备|机械)的厂")
"""“做注塑机的”“生产石材切割机”：做的是机器。"""
_MAKES = (_BUILT, _SOLE)
_WHOLES = ("n37-1", "n38-1")
_PART = re.compile("的?(?:[铲挖]?斗|[大小动]?臂|配件|零[件部]|部件|支架|驾驶室|覆盖件|油缸|履带|底盘件)(?!车)")
"""“挖机斗”：做的是一个零件，不是整机。"""
_CHANGERS = frozenset(
    "出拍小摊贴补美代回维卖械翻清店专经批门商超市城贸租运安设培协销回工的施更铺维师班保检配机器模瓶盖袋盒桶罐箱膜外减添助结粘胶脱促固增背砌仓幕原辅渣废污用"
)
_CODE = re.compile(
    r"(?:代码|国标|gb[、 ]?t? ?4754|分类|编码|类别|执照|登记|国民经济|行业)[^0-9，]{0,9}?([a-u]?\d{4})(?!\d)|"
    r"(?<![0-9a-z])([a-u]\d{4})(?![0-9a-z])|^(\d{4})(?=$|[，、]|[\u4e00-\u9fff]{2})"
)
_DIGITS = re.compile(r"\d{4}")
_MATERIALS = frozenset("砼钢铁铝铅锌锰钼瓷砖瓦革漆膜棉胶")
"""写的字自己就是一样材料的，多半没有写错。"""
_LETTERS = re.compile(r"[a-z]{2,}(?: [a-z]{2,})*")
_AND = re.compile(r" (?:he|jia|haiyou|and|yu) ")
_PLACE = "厂站店场广的线里业"


@dataclass(frozen=True, slots=True)
class Hearing:
    """一批词的索引，和音近形近的索引。"""

    vocabulary: Vocabulary
    nearby: Nearby

    def words(self, text: str, exact: Sequence[Heard] | None = None) -> list[Word]:
        """话里的词，按先后；写错的、打拼音的也算；只是修饰、原料、客户的只作线索。`exact` 是已经找好的一字不差的词。"""
        found = self.exact(text) if exact is None else list(exact)
        found = self._misspelled(text, found)
        found.sort(key=lambda item: item[0])
        coded = self._coded(text)
        return coded + [word for _, _, word in without_inputs(text, heads_of(text, found))]

    def exact(self, text: str) -> list[Heard]:
        """一字不差的词，长的优先，互不重叠。"""
        hits: list[tuple[int, int, str]] = []
        starts, words = self.vocabulary.starts, self.vocabulary.words
        for at, lengths in enumerate(map(starts.get, map(add, text, text[1:]))):
            if lengths is None:
                continue
            for length in lengths:
                key = text[at : at + length]
                if key in words and (key[0] > "\u3000" < key[-1] or whole(text, at, key)):
                    hits.append((-len(key), at, key))
                    break
        hits.sort()
        found: list[Heard] = []
        taken = 0  # 哪些字已经有词了，一个字一位
        for size, at, key in hits:
            mask = ((1 << -size) - 1) << at
            if not taken & mask:
                taken |= mask
                found.append((at, at - size, self._meant(words[key], text, at, at - size)))
        return found

    def _meant(self, word: Word, text: str, at: int, end: int) -> Word:
        """这个词在这里的意思：卖的、修的、店里的不算；造这种机器的是机械厂；做它的瓶子、渣料的说不准。"""
        if word.role:
            return word
        before = text[at - 1] if at else ""
        if before and before in "卖售销发理口租" and _SOLD.search(text, max(0, at - 3), at):
            return NEITHER
        if (before == "贴" and not word.step) or (before == "开" and "n38-1" in word.units):
            return word.changed(role="hint") if word.text == "铝箔" else NEITHER
        if before == "用" and not word.step and _PACKED.match(text, end):
            return NEITHER
        if before == "修" and not word.step and not {"p9-1", "n39-4", "n37-1"} & set(word.units):
            return NEITHER
        if (
            "n37-1" in word.units
            and "修" in text[max(0, at - 2) : at].removesuffix("修车")
            and REPAIR in self.vocabulary.words
        ):
            return self.vocabulary.words[REPAIR]
        words = self.vocabulary.words
        if word.step:
            made = before in _MAKERS or (before == PAUSE and _MAKER.search(text, max(0, at - 9), at))
            if made and MACHINES in words and _MAKES[word.text[-1] in "机炉窑"].match(text, end):
                return words[MACHINES]
        elif word.units[0] in _WHOLES and _PART.match(text, end):
            return word.changed(role="hint")
        if text[end : end + 1] not in _CHANGERS:
            return word
        if not word.step and _MADE_FOR.match(text, end):
            return word.changed(telling=replace(word.telling, unsure=True, loose=False))
        if _SHOP.match(text, end) and not word.text.endswith("店"):
            return NEITHER
        if "p10-1" not in word.units and MACHINES in words and _MACHINE.match(text, end):
            return words[MACHINES]
        if not word.step and word.text[0] not in "废旧" and _TAIL.match(text, end):
            return word.changed(telling=replace(word.telling, unsure=True, loose=not word.telling.unsure))
        return word

    def _coded(self, text: str) -> list[Word]:
        """话里的国民经济行业代码；单独四个数字像年份的不算。"""
        found: list[Word] = []
        if _DIGITS.search(text) is None:
            return found
        for match in _CODE.finditer(text):
            code = (match[1] or match[2] or match[3])[-4:]
            if match[3] and code.startswith(("19", "20")) and (match.end() == len(text) or text[match.end()] == "年"):
                continue
            if units := self.vocabulary.units(self.vocabulary.tellings.codes.get(code, ())):
                found.append(Word(code, units, f"行业代码：{code}，代码对照，本项目整理"))
        return found

    # 写错了字、打的是拼音

    def _misspelled(self, text: str, found: list[Heard]) -> list[Heard]:
        """补上近似的词；近似的要比它盖住的词都长，才换下它们。"""
        named = any(word.role == "" for _, _, word in found)
        odd = leaning().odd(text)
        if named:
            odd = [at for at in odd if text[at] not in _JOINERS and text[at + 1] not in _JOINERS]
        for start, end in _pieces(text, found, odd, everywhere=not named) if odd else ():
            nears = self.nearby.find(text[start:end], [at - start for at in odd if start <= at < end - 1])
            for near in nears:
                one, other = start + near.start, start + near.end
                under = [item for item in found if item[0] < other and one < item[1]]
                odder = any(char in _MATERIALS and char not in near.key for char in text[one:other])
                alone = not odder and near.cost == 2 == other - one and self._alone(text, one, other, nears)
                if not (near.sure or alone) if named else False:
                    continue
                if any(word.role == "outside" for _, _, word in under) or _FILLER.fullmatch(text[one:other]):
                    continue
                if _splits(text, near.key, one, other):
                    continue
                if under and not (near.sure and _outweighs(near, one, other, under)):
                    continue
                found = [item for item in found if item not in under]
                sure = (near.sure and not odder) or alone
                found.append((one, other, self._resembled(near, text[one:other], sure)))
        for match in _LETTERS.finditer(text):
            inside = sum(end - at for at, end, _ in found if match.start() <= at < match.end())
            if inside * 2 < len(match[0]) and len(match[0]) > 3:
                letters = match[0].replace(" ", "")
                nears = self.nearby.typed(letters)
                if not nears or not nears[0].sure:
                    several = [self.nearby.typed(part.replace(" ", "")) for part in _AND.split(match[0])]
                    if len(several) > 1 and all(part and part[0].sure for part in several):
                        found += [
                            (match.start() + at, match.start() + at + 1, self._resembled(part[0], part[0].key, True))
                            for at, part in enumerate(several)
                        ]
                        continue
                    letters, nears = self.nearby.plainly(match[0].split(" "))
                for near in nears:
                    at = match.start() + near.start
                    wrote = letters[near.start : near.end]
                    found.append((at, at + 1, self.rivalled(self._resembled(near, wrote, near.sure))))
        return found

    def corrected(self, text: str) -> str:
        """语音写错的两个字，换成常说的。"""
        return self.nearby.corrected(text, leaning().odd(text))

    def decoded(self, text: str) -> str:
        """一串拼音读成字；没有读出多半的是空。"""
        return self.nearby.decoded([part for part in text.replace("，", " ").split() if not part.isdigit()])

    def _alone(self, text: str, start: int, end: int, nears: list[Near]) -> bool:
        """全部的话就是这两个字（加个厂、站），而且像的叫法都指同一样。"""
        units = {self.vocabulary.words[near.key].units for near in nears}
        return start == 0 and len(units) == 1 and not text[end:].strip(_PLACE)

    def rivalled(self, word: Word) -> Word:
        """打的拼音：一样的拼音有别的叫法（炼焦、炼胶），指的又不一样，就先问。"""
        units = [self.vocabulary.words[key].units for key in self.nearby.rivals.get(word.text, ())]
        every = tuple(dict.fromkeys(unit for each in (word.units, *units) for unit in each))
        if every == word.units:
            return word
        return word.changed(units=every, telling=replace(word.telling, unsure=True, loose=not word.telling.unsure))

    def _resembled(self, near: Near, wrote: str, sure: bool) -> Word:
        word = self.vocabulary.words[near.key]
        telling = word.telling if sure else replace(word.telling, unsure=True, loose=not word.telling.unsure)
        return word.changed(label=f"近似：{wrote}≈{near.key}"[:20], telling=telling)


def _pieces(text: str, found: list[Heard], odd: Sequence[int], *, everywhere: bool) -> Iterator[tuple[int, int]]:
    """还有字没听懂的几段，最多四段：短的分句整句看，长的一个词也没听懂才拆开看。"""
    given, start = 0, 0
    for clause in _CLAUSE.finditer(text):
        start, end = clause.span()
        short = end - start <= SHORT
        if given == PIECES or not (short or everywhere) or not any(start <= at < end - 1 for at in odd):
            continue
        if short and _is_unheard(text, start, end, found):
            given += 1
            yield start, end
        if everywhere:
            for match in _PHRASE.finditer(text, start, end):
                if given < PIECES and match.end() - match.start() < end - start and match.end() - match.start() > 1:
                    given += 1
                    yield match.span()


def _is_unheard(text: str, start: int, end: int, found: list[Heard]) -> bool:
    """去掉听懂的词和口头语，还剩下字。"""
    words = [item for item in found if item[0] < end and start < item[1] and item[2].role not in HINTS]
    if not words:
        return len(_FILLER.sub("", text[start:end])) > 1
    left, begin = "", start
    for at, stop, _ in sorted(words, key=lambda item: item[0]):
        left += _FILLER.sub("", text[begin:at]) if at > begin else ""
        begin = max(begin, stop)
    left += _FILLER.sub("", text[begin:end])
    return _LOOSE.sub("", left).strip(_PLACE) != ""


def _splits(text: str, key: str, start: int, end: int) -> bool:
    """写错的是末一个字，而它和后面的字本来成词（抛光装袋不是抛光砖）。"""
    if len(key) != end - start or key[-1] == text[end - 1] or not "\u4e00" <= text[end : end + 1] <= "\u9fff":
        return False
    return text[end - 1 : end + 1] in leaning() and text[end - 2 : end] not in leaning()


def _outweighs(near: Near, start: int, end: int, under: list[Heard]) -> bool:
    """近似的词是不是比它盖住的词更可信：都盖全了，而且更长。"""
    inside = all(start <= one and other <= end for one, other, _ in under)
    heard = sum(other - one for one, other, word in under if word.role == "" and word.label[:2] != "误写")
    return inside and heard < end - start and (end - start > 3 or near.cost < 2)
