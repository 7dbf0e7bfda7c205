"""学来的问答和叫法：添到一天的规则上，文件里的行算数；写得像不像样，照文件的规矩查。"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

from knowledge.calling import calling_faults
from knowledge.check import _addresses, _answers, _cited
from knowledge.check_claims import _whole, check_claims
from knowledge.check_meaning import check_meaning
from knowledge.grounds import deciding, unsupported
from knowledge.held import Held, Packed
from knowledge.load import Law
from knowledge.phrases import plain
from knowledge.promises import doubts, moneys, strays
from knowledge.records import Alias, Citation, Faq, Period
from knowledge.rules import Rules, _Finders, _law
from knowledge.sayable import experts_address
from knowledge.spelling import normalise, normalised

LOCAL = Citation("cq-2024-210", "正文 三（二）")
"""有疑问找区县生态环境局的那一条。"""
FILE = "学来的"
"""毛病报在这个“文件”里。"""
SHORTEST, LONGEST = 2, 30
"""一种叫法几个字。"""
MOST_ASKS, LONGEST_ASK = 40, 100


@dataclass(frozen=True, slots=True)
class Conflict:
    """与文件里的一行撞了：`said` 是哪句话，`held` 是文件里怎么写；文件里的算数。"""

    said: str
    held: str


def taught(rules: Rules, faq: Sequence[Faq], aliases: Sequence[Alias], before: Rules | None = None) -> Rules:
    """同一天的规则，添上学来的；文件里已经有的不添。没有变的查找器沿用 `before` 的，变了的在这里就建好。"""
    questions = (*rules.faq, *_fresh(rules, faq))
    more = tuple(each for each in aliases if alias_conflict(rules, each) is None)
    names = (*rules.aliases, *more) if more else rules.aliases
    if len(questions) == len(rules.faq) and len(names) == len(rules.aliases):
        return rules
    finders = _Finders(rules.branches, rules.industries, names, questions)
    for former in (rules, *((before,) if before is not None else ())):
        held = vars(former._finders)
        if former.aliases == names:
            vars(finders).update({name: held[name] for name in ("lookup", "found") if name in held})
        if former.faq == questions:
            vars(finders).update({name: held[name] for name in ("questions", "asked") if name in held})
    return replace(rules, faq=questions, aliases=names, _finders=finders).warm()


def again(rules: Rules, made: Rules) -> Rules:
    """另一天的规则，与 `made` 同一段时期：查找器共用。"""
    return replace(rules, faq=made.faq, aliases=made.aliases, _finders=made._finders)


def same_stretch(one: Rules, other: Rules) -> bool:
    """两天的规则同属一段时期：其间没有一行开始或终止。"""
    return one._finders is other._finders


def every_clause() -> Mapping[Citation, tuple[str, str]]:
    """各个时期的全部条款：文件的简称和条款的标题；说过的话引的也许今天已经没有了。"""
    law = _law()[0]
    shorts = {held.record.id: held.record.short for held in law.sources}
    return {held.record.cite: (shorts[held.record.cite.source], held.record.title) for held in law.clauses}


def faq_conflicts(rules: Rules, faq: Faq) -> list[Conflict]:
    """哪几句问法文件里的问答已经列着；`rules` 是只有文件的规则。"""
    held = ((ask, _heard(rules, ask)) for ask in faq.asks)
    return [Conflict(ask, f"“{each.asks[0]}”（{each.id}）") for ask, each in held if each and each.id != faq.id]


def alias_conflict(rules: Rules, alias: Alias) -> Conflict | None:
    """这种叫法文件里已经是名称，或已经指着某处；`rules` 是只有文件的规则。"""
    held = _called(rules).get(normalise(alias.text))
    return Conflict(alias.text, "、".join(dict.fromkeys(named(rules, each) for each in held))) if held else None


def named(rules: Rules, target: str) -> str:
    """一个分支或行业写给人看。"""
    branch, industry = rules.branches.get(target), rules.industries.get(target)
    if branch:
        return f"{branch.name}（{branch.list}{branch.no} {branch.industry}）"
    return f"{industry.name}（整个行业）" if industry else target


def faq_faults(faq: Faq, day: date) -> list[str]:
    """一个问答哪里写得不像样：没有出处、出处不在、说的数字日期电话钱不在所引条款里、引文走样、太长；

    “通知没有写”的，多说了别的。
    """
    faults = list(_asks(faq))
    if not faq.answer.strip():
        return [*faults, "没有写回答"]
    if experts_address(f"{faq.answer}\n{faq.then}"):
        faults.append("专家登录地址不能给企业")
    if not faq.cites:
        faults.append("没有出处；通知没有写的，也要引写着该问谁的那一条，例如“正文 联系人”")
    if faq.silent and "通知没有写" not in faq.answer:
        faults.append("勾了“通知没有写”，回答里就要写明“通知没有写……”")
    if faq.silent or faq.answer.lstrip().startswith("通知没有写"):
        faults += [f"“通知没有写”的回答只写没有写什么、问谁；多了“{each}”" for each in strays(faq.answer)]
    faults += [f"所引条款里没有“{each}”" for each in moneys(f"{faq.answer}\n{faq.then}", _ground(faq))]
    law = _only(faq, day)
    found = chain(_cited(law), _answers(law), _addresses(law), check_claims(law), check_meaning(law))
    return list(dict.fromkeys((*faults, *(each.message for each in found if each.file == FILE))))


def faq_doubts(faq: Faq) -> list[str]:
    """一个问答里机器看不出对不对、要发布的人一个词一个词对的。"""
    return doubts(f"{faq.answer}\n{faq.then}", _ground(faq))


def alias_faults(rules: Rules, alias: Alias) -> list[str]:
    """一种叫法哪里写得不像样：太短太长，太泛，是别的行业的名称里的一截。`rules` 只有文件。"""
    faults = []
    if not SHORTEST <= len(normalise(alias.text)) <= LONGEST:
        faults.append(f"叫法要 {SHORTEST} 到 {LONGEST} 个字")
    if alias.target not in rules.branches and alias.target not in rules.industries:
        faults.append("名录里没有这个分支")
    return faults or list(calling_faults(rules, alias))


def in_files(rules: Rules, faq: Faq | None, alias: Alias | None) -> bool:
    """文件里已经有这一条。`rules` 只有文件。"""
    if faq:
        return any(each.id == faq.id for each in rules.faq)
    return alias is not None and any((each.text, each.target) == (alias.text, alias.target) for each in rules.aliases)


def text_faults(rules: Rules, text: str, cites: Iterable[Citation]) -> list[str]:
    """值班的人自己写的一段话：出处都在，说的数字、等级、审核者都在所引条款里；没有出处的要写明通知没有写。"""
    given = tuple(cites)
    if gone := [cite.clause for cite in given if not rules.holds(cite)]:
        return [f"没有条款“{gone[0]}”"]
    faults = [] if given or "通知没有写" in text else ["没有出处；要引条款，或写明“通知没有写……”"]
    if experts_address(text):
        faults.append("专家登录地址不能给企业")
    ground = "\n".join(f"{rules.clause(cite).text}\n{cite.clause}\n{_named(rules, cite)}" for cite in given)
    return [*faults, *(_lacks(rules, each) for each in dict.fromkeys(unsupported(text, ground)))]


def _lacks(rules: Rules, said: str) -> str:
    """所引条款里没有的一样，怎么说；说的是由谁定的，告诉该引哪一条。"""
    if not deciding(said):
        return f"所引条款里没有“{said}”"
    held = rules.clauses
    naming = next((each for each in (LOCAL, *held) if each in held and said in held[each].text), None)
    example = f"，例如{naming.clause}" if naming else ""
    return f"写了由谁来定（{said}），要引写明的那一条{example}"


def _named(rules: Rules, cite: Citation) -> str:
    source = rules.sources[cite.source]
    return f"{source.short} {source.number} {source.title}"


def _fresh(rules: Rules, faq: Iterable[Faq]) -> list[Faq]:
    """文件里还没有的问答，去掉文件里已经列着的问法。"""
    known = {each.id for each in rules.faq}
    made = []
    for each in faq:
        asks = tuple(ask for ask in each.asks if _heard(rules, ask) is None)
        if each.id not in known and asks:
            made.append(replace(each, asks=asks))
    return made


def _heard(rules: Rules, ask: str) -> Faq | None:
    """文件里列着这句问法的问答。"""
    at = rules._finders.questions._likeness.exactly(plain(ask))
    return None if at is None else rules.faq[at]


@lru_cache(maxsize=2)
def _called(rules: Rules) -> dict[str, list[str]]:
    """文件里的名称和叫法 → 指着哪里。"""
    called: dict[str, list[str]] = {}
    for branch in rules.branches.values():
        for name in (branch.name, branch.industry):
            called.setdefault(normalise(name), []).append(f"附件3的名称“{name}”")
    for alias, key in zip(rules.aliases, normalised([each.text for each in rules.aliases]), strict=True):
        called.setdefault(key, []).append(alias.target)
    return called


def _asks(faq: Faq) -> Iterable[str]:
    if not faq.asks:
        yield "没有写人们怎么问"
    if len(faq.asks) > MOST_ASKS:
        yield f"问法最多 {MOST_ASKS} 句"
    for ask in faq.asks:
        if not 3 <= len(plain(ask)) <= LONGEST_ASK:
            yield f"问法“{ask[:20]}”太短或太长"


def _ground(faq: Faq) -> str:
    """所引各条的全文，一条隔一行。"""
    texts = {held.record.cite: held.record.text for held in _law()[0].clauses}
    return "\n".join(f"{_whole(cite, texts)}\n{cite.clause}" for cite in faq.cites)


def _only(faq: Faq, day: date) -> Law:
    """全部数据，问答只有这一个。"""
    held: Held[Any] = Held(faq, Period(day), FILE, 1)
    aliases: Packed[Alias] = Packed.of(FILE, (), tuple)
    return replace(
        _law()[0], faq=(held,), benefits=(), guides=(), system=(), reviews=(), districts=(), aliases=aliases, outline=()
    )
