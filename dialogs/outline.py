"""附件5的一项：人们怎么叫它，话里说到了哪几项，怎么一层一层选到它。"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from dialogs.cites import HELP, notice
from dialogs.outlinenames import FORM, NAMES, TWICE, UNLISTED
from dialogs.records import Value
from dialogs.reply import MOST_OPTIONS
from dialogs.steps import Choice, Choose
from knowledge.records import Board, Citation, Clause, OutlineItem
from knowledge.rules import Rules

EQUIPMENT = "六 2.12"
"""“装备水平”在附件5里叫“装备工艺水平”；别的维度由 boards.csv 说对着哪一项。"""
AND = "；"
"""一句话说到附件5的几项时，各项的 id 这样连着。"""
ALSO = "＋"
"""一句话里分开说的几处（“承诺书没盖章，还有工艺流程图看不清”），每处的 id 这样连着。"""
_UNSAID = Choice(
    "unsaid", "没说是哪一项", ("没说", "没写", "没写明", "不晓得", "不知道", "不清楚", "搞不清楚", "搞不醒豁")
)
_ELSEWHERE = {
    "六 2.16.2": (Citation("hj-1321", "保存期限"),),
    "六 2.18": (Citation("hj-1321", "门禁系统"), Citation("hj-1321", "保存期限")),
}
"""别的文件里讲到这一项的条款。"""
LOOSE = "没列 "
"""附件5没有列的一样东西（环评批复、盖章）：“没列 环评批复”。"""
GIVEN_UP = "dropped"
"""不重新交了。"""
BOARD = "短板 "
"""附件5没有单列的一项短板（在线监测、监测监控水平）：“短板 online”。"""
_EVERYTHING = re.compile(
    r"(?:(?:整[个套份]|全部?|所有)[^，。]{0,4}(?:材料|资料|东西|项)?|全部?|所有|都|每[项样一])(?:都)?(?:有问题|不行|不得行|要改|不合格|没过|退了?|打回来?了?)*(?:了|的)*"
)
_CLEAR = re.compile(
    r"^[，, ]*(?:(?:还有|就是|我们的?|那个|说是?|附件5的?|一个是?)+)|"
    r"(?:那|这)?[一两几]?(?:项|块|部分|点|栏|个|方面)?(?:的)?[也又都还就]*"
    r"(?:没过|没通过|不过关|不合格|不达标|不全|不齐|不够|有问题|不行|不得行|没弄好|没写好|"
    r"(?:[被遭]+给?[我们]*)?[退打驳](?:回|转|掉)?来?)?(?:[了老咯的])?$"
)
"""名称前后的话：“我们的……没过”“……遭退回来了”。"""
ASKS = re.compile(r"[?？吗么迈怎咋啷哪谁什啥几]|多少|好多|要不要|能不能|可不可以|是不是|需不需|该不该")
"""在问什么，而不是在答哪一项。"""
_NO_REASON = re.compile(
    r"(?:退回)?的?(?:原因|理由)(?:也|都|就)?没(?:有|得)?(?:写|说|填|讲)(?:明|清楚)?|没(?:写|说)(?:明|清楚)?(?:原因|理由|为啥子?|为什么)|"
    r"(?:也|都|我们?|我)*(?:不晓得|不知道|不清楚|搞不懂|搞不醒豁)(?:是|到底)*(?:为[啥什]|[啥什]|哪).{0,8}"
)
_QUIT = re.compile(
    r"(?:算了|那就|那|我们?)*[，, ]*(?:不|莫|懒得)(?:想|再|去)?(?:交|报|弄|搞|改|申报|重新提交|重交)(?:了|咯|它)+"
)
_PLACED = re.compile(r"行业[^，。]{0,3}(?:[选填报弄搞]错|不对|不符|错)|分支[^，。]{0,3}(?:[选填报]错|不对|错)")
_GRADED = re.compile(
    r"(?:等级|级别|[abcd]级?|引领)[^，。]{0,2}报?[得太]?(?:高了?|低了|错了?)|报高|(?:不符合|不够|够不上|达不到)[^，。]{0,3}(?:[abcd]级?|引领|等级)"
)
_EITHER = re.compile(f"{AND}|{ALSO}")
_CLAUSES = re.compile(r"[，,。；;、]|还有|[和跟与]")
_SECTION = re.compile(
    r"(?<![十百\d一二三四五六七八九])第?([五六])(?:大?部分|大点|块)?(?:的|里面?|里头|[、.\s第])*"
    r"([1-4一二三四])((?:\.\d{1,2}){0,2})(?:小?[条项点]|个)?(?![.\d])"
)
_EVIDENCE = re.compile(r"第?六(?:大?部分|大点|块)?(?:的|里面?|里头|[、.\s])*第?(\d{1,2})(?:小?[条项点]|个)")
"""“六的第15项”：第六部分只编到2，说的是2.15。"""
_FALSE = re.compile(r"造假|作假|做假|弄虚|虚假|伪造|编造|隐瞒|瞒报|假的|假材料|假数据")
_NUMBER = re.compile(r"(?<![\d.])(?:[23]\.\d{1,2})(?:\.\d)?(?![\d.])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Which(Choose):
    """附件5的一项：列出来的可以点，没列的打名称也认；几项同叫一个名称的，答案是这几项。"""

    rules: Rules = field(repr=False)

    def exact(self, said: str) -> str | None:
        if self.key == "part" and (_EVERYTHING.fullmatch(said) or _NO_REASON.fullmatch(said)):
            return _UNSAID.id
        if self.key == "part" and _QUIT.fullmatch(said):
            return GIVEN_UP
        named = called(self.rules, said) or (() if ASKS.search(said) else mentioned(self.rules, said))
        if picked := Choose.exact(self, said):
            return picked
        if self.key != "part":
            return AND.join(named) if self._holds(named) else None
        return (part_of(self.rules, said, named) if named or not ASKS.search(said) else "") or None

    def parse(self, said: str) -> str | None:
        named = mentioned(self.rules, said)
        if self.key != "part" and named:
            return self.exact(said) or (AND.join(named) if self._holds(named) else None)
        return self.exact(said) or AND.join(named) or Choose.parse(self, said)

    def _holds(self, named: tuple[str, ...]) -> bool:
        """说到的都在问的这几项里面：别的项不当这一处的答案。"""
        ids = {choice.id for choice in self.choices} - {_UNSAID.id}
        ids |= {each.id for id in ids for each in under(self.rules, id)}
        ids |= {each.id for each in self.rules.outline if "applicable" in ids and each.if_applicable}
        return bool(named) and set(named) <= ids

    def unread(self, said: str) -> str:
        ids = {item.id.split(" ")[1]: item for item in self.rules.outline if item.id.startswith("六 ")}
        missing = [number for number in _NUMBER.findall(said) if number not in ids and number.startswith("2")]
        if self.key == "part" and _FALSE.search(said):
            return (
                "退的原因是材料造假的，通知写的是“存在隐瞒或提供虚假材料行为的，直接评定为最低等级”（正文 五 二是），"
                "改好了还收不收没有写：先问贵厂所在区县生态环境局。另点到附件5哪一项，打那一项的名称。"
            )
        if self.key != "part" and (named := mentioned(self.rules, said)) and not self._holds(named):
            titles = self.shows(AND.join(named))
            return f"“{titles}”不在问的这几项里，先没记：也退了，回复“还有{titles}”；这一处先选是下面哪一项。"
        if missing:
            return (
                f"附件5第六部分没有{missing[0]}，从2.1编到2.{max(int(id.split('.')[1]) for id in ids if '.' in id)}。"
            )
        return Choose.unread(self, said)

    def offers(self, value: Value) -> bool:
        ids = {item.id for item in self.rules.outline} | {f"{BOARD}{board.id}" for board in unlisted(self.rules)}
        loose = {each for each in _EITHER.split(str(value)) if each.removeprefix(LOOSE) in _LOOSES} - ids
        return Choose.offers(self, value) or value == GIVEN_UP or set(_EITHER.split(str(value))) - loose <= ids

    def samples(self) -> tuple[str, ...]:
        typed = [item.id for item in self.rules.outline if "." in item.id] if self.key == "part" else []
        return (
            *Choose.samples(self),
            *typed,
            *(
                [
                    *("二；三", "二；三＋五 3.2；六 2.2", "六 2.15＋六 2.18", "短板 online", "六 2.15＋短板 online"),
                    *("没列 环评批复", "没列 盖章", "没列 行业", "没列 等级", "六 2.15＋没列 一厂一策", GIVEN_UP),
                ]
                if typed
                else []
            ),
        )

    def shows(self, value: Value) -> str:
        titles = {item.id: item.title for item in self.rules.outline}
        titles |= {f"{BOARD}{board.id}": board.title for board in unlisted(self.rules)}
        if value == GIVEN_UP:
            return "不交了"
        return "、".join(
            titles.get(id) or Choose.shows(self, id).removeprefix(LOOSE) for id in _EITHER.split(str(value))
        )


@lru_cache(maxsize=256)
def which(rules: Rules, key: str, prompt: str, ids: tuple[str, ...]) -> Which:
    """问是 `ids` 里的哪一项；说到的几项分在两部分的，连部分的号也写上。"""
    several = key != "part" and len({id.split(" ")[0] for id in ids} - {"applicable"}) > 1
    names = {item.id: " ".join((*item.id.split(" ")[not several :], item.title)) for item in rules.outline}
    names |= {item.id: item.title for item in rules.outline if not item.parent}
    names |= {f"{BOARD}{board.id}": board.title for board in unlisted(rules)}
    names |= {"applicable": "“如涉及”的各项（储罐、火炬等）"}
    return Which(
        key=key,
        prompt=prompt,
        about="退的是哪一项",
        cites=notice("附件4 二", "附件5") if key == "part" else notice("附件4 二", "附件5 五", "附件5 六"),
        choices=(*(Choice(id, names[id], (id,)) for id in ids), *((_UNSAID,) if len(ids) < MOST_OPTIONS else ())),
        rules=rules,
    )


@lru_cache(maxsize=256)
def narrower(rules: Rules, picked: str) -> tuple[str, ...]:
    """还要往下选的：说到的几项，第五、第六部分里的各项，“如涉及”的各项；不用再选是空的。"""
    ids = [item.id for item in rules.outline if not under(rules, item.id) or item.parent == "六 2"]
    applicable = [item.id for item in rules.outline if item.if_applicable]
    inside = [id for id in ids if id.startswith(f"{picked} ") and id not in applicable and id.count(".") < 2]
    at = {"六": [*inside[:1], "applicable", *inside[1:]], "applicable": applicable}
    return tuple(picked.split(AND) if AND in picked else at.get(picked, inside))


@lru_cache(maxsize=64)
def evidence_of(rules: Rules) -> Mapping[str, str]:
    """短板指标、维度的名称 → 附件5里与它同名或相近的一项的 id；没有单列的是空的。"""
    return MappingProxyType({board.title: board.evidence for board in rules.boards} | {"装备水平": EQUIPMENT})


@lru_cache(maxsize=256)
def under(rules: Rules, id: str) -> tuple[OutlineItem, ...]:
    """这一项下面的各项，连同更下面的。"""
    children = (item for item in rules.outline if item.parent == id)
    return tuple(each for child in children for each in (child, *under(rules, child.id)))


def mentioned(rules: Rules, said: str) -> tuple[str, ...]:
    """话里说到了附件5的哪几项，长的名字先认；没说到是空的。"""
    by_number = [f"{'五' if number[0] == '3' else '六'} {number}" for number in _NUMBER.findall(said)]
    found = by_number + [id for id in map(_numbered, _SECTION.finditer(said)) if id not in by_number]
    found += [
        id for each in _EVIDENCE.finditer(said) if int(each[1]) > 4 and (id := f"六 2.{int(each[1])}") not in found
    ]
    boards: tuple[str, ...] = ()
    if _naming(rules).search(said):
        left = said
        for name, ids in _names(rules):
            if name in left:
                found += ids
                left = left.replace(name, "，")
        named = (board for board in unlisted(rules) if any(name.lower() in left for name in _titles(board)))
        boards = tuple(f"{BOARD}{board.id}" for board in named)
        for name, same in TWICE.items():
            found += same.split(AND) if name in left else ()
    return (*(item.id for item in rules.outline if item.id in found), *boards) if found or boards else ()


def unnamed(rules: Rules, said: str) -> str:
    """话里去掉附件5各项的名称和编号、人们常说的别的材料。"""
    for word in (*UNLISTED, *FORM):
        said = said.replace(word, "") if word in said else said
    return _naming(rules).sub("", _NUMBER.sub("", said))


@lru_cache(maxsize=64)
def _naming(rules: Rules) -> re.Pattern[str]:
    """话里有没有哪一项的名称：一个也没有，就不必逐个去对。"""
    boards = (name.lower() for board in unlisted(rules) for name in _titles(board))
    return re.compile("|".join(map(re.escape, (*(name for name, _ in _names(rules)), *boards, *TWICE))))


def _titles(board: Board) -> tuple[str, ...]:
    """一项短板的名称和别的叫法，两个字的不算。"""
    return tuple(name for name in (board.title, *board.says) if len(name) > 2)


_LOOSES = frozenset((*UNLISTED.values(), *FORM.values(), "行业", "等级"))


def _numbered(found: re.Match[str]) -> str:
    """“五的3”“第五部分第三条” → “五 3”。"""
    n = found[2] if found[2].isdigit() else str("一二三四".index(found[2]) + 1)
    return f"{found[1]} {n}{found[3]}"


def loose_in(said: str, named: bool = False) -> tuple[str, ...]:
    """话里说到的、附件5没有列的各样；`named` 为真是已经说了附件5的项，样子上的毛病就算那一项的。"""
    words = {} if named else FORM
    found = [what for word, what in (UNLISTED | words).items() if word in said]
    found += [] if named or not _PLACED.search(said) else ["行业"]
    found += [] if named or not _GRADED.search(said) else ["等级"]
    return tuple(dict.fromkeys(found))


def part_of(rules: Rules, said: str, named: tuple[str, ...], asked: bool = True) -> str:
    """话里说到的各处，写成“哪一部分”这一问的答案；什么也没说到是空的。`asked`：正问着，样子上的毛病也算答了。"""
    places = apart_of(rules, said) if named else ()
    loose = (f"{LOOSE}{each}" for each in loose_in(said, bool(named) or not asked))
    return ALSO.join((*(places or filter(None, (AND.join(named),))), *loose))


@lru_cache(maxsize=64)
def unlisted(rules: Rules) -> tuple[Board, ...]:
    """附件5没有单列的各项短板。"""
    return tuple(board for board in rules.boards if not board.evidence)


def apart_of(rules: Rules, said: str) -> tuple[str, ...]:
    """分开说到的几处，各是哪几项；只说到一处，或几处有同一项的，是空的。"""
    places = tuple(dict.fromkeys(AND.join(ids) for part in _CLAUSES.split(said) if (ids := mentioned(rules, part))))
    named = [id for place in places for id in place.split(AND)]
    return places if len(places) > 1 and len(named) == len(set(named)) else ()


@lru_cache(maxsize=64)
def _names(rules: Rules) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """每个名称指哪几项，长的在前。"""
    names = {item.title.lower(): item.id for item in rules.outline} | NAMES
    kept = (name for name in names if len(name) >= 2 and name not in TWICE)
    return tuple((name, tuple(names[name].split(AND))) for name in sorted(kept, key=len, reverse=True))


def called(rules: Rules, said: str) -> tuple[str, ...]:
    """这几个字就是附件5某项的名称、编号或名称的一截（“台账”“无组织”）：哪几项；不是是空的。"""
    bare = _CLEAR.sub("", said)
    if len(bare) < 2:
        return ()
    named = any(bare == item.title.lower() for item in rules.outline) or any(bare == b.title for b in unlisted(rules))
    if bare in NAMES or _NUMBER.fullmatch(bare) or named:
        return mentioned(rules, bare)
    return tuple(item.id for item in rules.outline if bare in item.title.lower())[:12]


@dataclass(frozen=True, slots=True)
class Told:
    """退的一项：原文、里面的各项、别的文件讲到它的，是不是通知点名的。"""

    item: OutlineItem
    quote: str
    named: str
    inside: tuple[OutlineItem, ...]
    others: tuple[Clause, ...]
    cites: tuple[Citation, ...]


def told(rules: Rules, item: OutlineItem) -> Told:
    """这一项讲到哪些。"""
    inside = under(rules, item.id)
    elsewhere = tuple(cite for cite in _ELSEWHERE.get(item.id, ()) if rules.holds(cite))
    weak = rules.clause(HELP[0]).text.partition("等短板指标")[0]
    named = ["短板" if each.title in weak else "重点指标" for each in rules.boards
             if each.evidence == item.id and HELP[0] in each.cites]  # fmt: skip
    cites = (*(each.cite for each in inside), *elsewhere)
    others = tuple(rules.clause(cite) for cite in elsewhere)
    return Told(item, rules.clause(item.cite).text.split("\n")[0], named[0] if named else "", inside, others, cites)
