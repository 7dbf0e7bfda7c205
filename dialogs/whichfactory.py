"""说的是哪一个厂：“第二个厂”“还有一个厂，在江津做家具的”“删掉第二个厂”“回到第一个厂”“换到家具二厂”。"""

import re

from msgspec.structs import replace

from dialogs.cites import HELP
from dialogs.factory import NUMERALS, another, called, firm_said, noted, nth_of, ranked
from dialogs.graded import SURE
from dialogs.moves import LONGEST_TRADE, Here, aside, say, start, stays, switched
from dialogs.reading import numeral
from dialogs.records import Frame, Known, Turn
from dialogs.steps import Choose, End
from knowledge.phrases import asking

_HINTS = frozenset("厂家司企站店换切回转")
_FIRM = r"(?:[工分]?厂|公司|企业|家|站|店)"
_NTH = rf"第(?P<nth>[一二三四五六七八九1-9])个?{_FIRM}"
_END = r"(?:吧|嘛|了|哈|噻|咯|一?[下哈])*"
_TO = re.compile(
    rf"(?:我们?|想|要|那就?|还是|帮我|再|请|给我|先|我说的是|现在)*(?:切?换|回|转|调|说|讲|看|问|聊|查)*(?:一?[下哈])?(?:到|成|回|去|来|是)*"
    rf"{_NTH}(?:的(?:信息|资料|事情?|情况)?)?{_END}"
)
_BY_NAME = re.compile(
    rf"(?:我们?|想|要|那就?|还是|帮我|再|请|先)*(?:切?换|转|返?回|说)(?:到|成|回|去)?(?P<name>[^，。,?？\s]{{2,30}}?){_END}"
)
_DROP = r"(?:删除?掉?|去掉|移除|清掉|取消)"
_WHICH = (
    rf"(?:{_NTH}|(?P<this>(?:现在)?(?:这个|当前这?个?|本){_FIRM})|(?P<that>(?:那个|另外?一个|另外那个|别的那个){_FIRM})|"
    rf"(?P<any>(?:一个|我的?|我们的?|我的这个){_FIRM})|(?P<name>[^，。,?？\s]{{2,30}}?))"
)
_DROPPED = re.compile(
    rf"(?:我们?|想|要|帮我|请|给我|先)*(?:把)?(?:{_DROP}(?:了)?{_WHICH}(?:的(?:信息|资料))?|"
    rf"{_WHICH.replace('?P<', '?P<b')}(?:的(?:信息|资料))?(?:给我|帮我|都)?"
    rf"(?:{_DROP}|不要|不管|不做|关|撤|卖|注销)(?:了|掉|咯)*){_END}"
)
_DROPS = frozenset("删去移清取不关撤卖注")
_SIGNS = _DROPS | frozenset("第个")
"""只有一个厂、又没有正问着它，要说的是哪一个厂，总有其中一个字。"""
_LIST = re.compile(
    r"(?:我们?|你)?(?:现在|这里)?(?:一共|总共)?(?:存了|记了|记着|存着|有)(?:我们?)?(?:几|多少|好多|哪些|哪几)个?(?:工?厂|企业)|"
    r"(?:看|列)(?:一?[下哈])?(?:所有|全部|几个|我的)的?厂|(?:现在|刚才)?说?的?是?(?:哪一?|第几)个厂"
)
_ADD = re.compile(
    rf"(?:我们?|另外|对了)*(?:还有|又有|再加|新增|添加?|再?加|另加)(?:了)?一?个(?:新)?{_FIRM}[，,、：:]?(?P<more>.*)",
    re.DOTALL,
)
_LATER = re.compile(rf"{_NTH}[，,、：:]?(?P<more>.*)", re.DOTALL)
_SEVERAL = re.compile(
    rf"(?:我们?)?(?:一共|总共)?(?:有|管着?|管了)[两二三四五六七八几2-9]个{_FIRM}[，,。：:]?(?P<more>.*)", re.DOTALL
)
_NOT_A_NAME = re.compile(r"(?:我们?)?(?:在|是|做|生产|搞|开|叫)|.*[，,]|.{2,6}的.{2,}[厂司站店]$")
_OF_PLACE = re.compile(r"在?[\u4e00-\u9fff]{2,6}?的(?P<name>\S{2,}[厂司站店])")
_ASKS = ("?", "？", "吗", "不", "么", "嘛")
_SEE = "接着问，或回复“我的信息”看记着什么。"
_NAMED = re.compile(r"^(?:的?名字|的?名称)?(?:是)?叫做?(?P<name>[^，。,、？?\s]{2,40})")


def which_factory(here: Here) -> Turn | None:
    """换、加、去掉一个厂，或问有哪几个；没有说的是 None。"""
    said = here.said
    if _HINTS.isdisjoint(said) or len(said) > LONGEST_TRADE:
        return None
    inside = here.session.frames[-1].flow if here.session.frames else ""
    if not here.session.others and inside != "mine" and _SIGNS.isdisjoint(said):
        return None
    step = here.due.step if here.due else None
    if isinstance(step, Choose) and step.key in ("factory", "gone") and step.parse(said) is not None:
        return None
    return (
        _asked_name(here)
        or _listed(here)
        or _several(here)
        or _dropping(here)
        or _turning(here)
        or _telling(here)
        or _adding(here)
    )


def _held(here: Here) -> list[Known]:
    return ranked(here.session.known, here.session.others)


def _listed(here: Here) -> Turn | None:
    """说过别的厂的，问有哪几个、说的是哪一个。"""
    if not here.session.others or not _LIST.fullmatch(here.said):
        return None
    held, now = _held(here), here.session.known
    lines = [f"记着{len(held)}个厂，现在说的是第{NUMERALS[nth_of(now, here.facts)]}个。"]
    names = [each.name or f"名称没说过{called(here.rules, each, n)[4:]}" for n, each in enumerate(held, 1)]
    lines += [
        f"第{NUMERALS[n]}个：{name}{'（正说着）' if each is now else ''}"
        for n, (each, name) in enumerate(zip(held, names, strict=True), 1)
    ]
    return aside(
        here, say("\n".join(lines), HELP, "要换，回复“第二个厂”这样的一句；要去掉，回复“删掉第二个厂”。"), "factories"
    )


def _turning(here: Here) -> Turn | None:
    """换到第几个、叫什么的厂。"""
    found = _TO.fullmatch(here.said)
    held = _held(here)
    if found:
        return _to_nth(here, numeral(found["nth"]))
    by_name = _BY_NAME.fullmatch(here.message.text.strip()) if here.session.others else None
    if by_name is None:
        return None
    fitting = [each for each in held if each.name and by_name["name"] in each.name]
    return _to(here, fitting[0]) if len(fitting) == 1 else None


def _to_nth(here: Here, n: int) -> Turn | None:
    held = _held(here)
    if n <= len(held):
        return _to(here, held[n - 1])
    if n == len(held) + 1:
        return start(here, "mine", (("change", "other"), *((("factory", "new"),) if here.session.others else ())))
    return _no_nth(here, n)


def _no_nth(here: Here, n: int) -> Turn:
    only = f"这里只记着{len(_held(here))}个厂，没有第{n}个。"
    return aside(here, say(only, HELP, "要另加一个，回复“还有一个厂”；看有哪几个，回复“我的信息”。"), "factories")


def _to(here: Here, known: Known) -> Turn:
    if known is here.session.known:
        name = called(here.rules, known, nth_of(known, here.facts))
        return aside(here, say(f"现在说的就是{name}。", HELP, _SEE), "factories")
    others = [each for each in here.session.others if each != here.session.known]
    return start(here, "mine", (("change", "other"), ("factory", str(others.index(known) + 1))))


def _dropping(here: Here) -> Turn | None:
    """“删掉第二个厂”“这个厂不要了”：问一声再去掉。"""
    if _DROPS.isdisjoint(here.said) or (found := _DROPPED.fullmatch(here.said)) is None:
        return None
    told = {name.removeprefix("b"): value for name, value in found.groupdict().items() if value}
    held, now = _held(here), here.session.known
    rest = [each for each in held if each is not now]
    change = (("change", "drop"),)
    if "nth" in told:
        n = numeral(told["nth"])
        if n > len(held):
            return _no_nth(here, n)
        return start(here, "mine", (*change, *_gone(held, held[n - 1])))
    if "this" in told:
        return start(here, "mine", (*change, *_gone(held, now)))
    if "that" in told or "any" in told:
        return start(here, "mine", (*change, *(_gone(held, rest[0]) if len(rest) == 1 and "that" in told else ())))
    fitting = [each for each in held if each.name and told["name"] in each.name.lower()]
    if len(fitting) == 1:
        return start(here, "mine", (*change, *_gone(held, fitting[0])))
    if fitting or not told["name"].endswith(("厂", "公司")) or "名" in told["name"]:
        return None
    return aside(here, say(f"这里没有记着“{told['name'][:20]}”。", HELP, "看有哪几个厂，回复“我的信息”。"), "factories")


def _gone(held: list[Known], known: Known) -> tuple[tuple[str, str], ...]:
    at = next(n for n, each in enumerate(held) if each is known)
    return (("gone", str(at)),) if len(held) > 1 else ()


def _telling(here: Here) -> Turn | None:
    """“第一个厂在长寿”：记到那个厂头上，说的就换成那个厂。"""
    text, held = here.message.text.strip(), _held(here)
    found = _LATER.fullmatch(text)
    if not found or numeral(found["nth"]) > len(held) or not found["more"]:
        return None
    told, more = held[numeral(found["nth"]) - 1], found["more"].strip("，,。 ")
    if asking(more, more) or more.endswith(_ASKS) or told.linked:
        return None
    name = firm_said(f"我们厂{more}")
    new = noted(more, replace(told, name=name or told.name), here.rules)
    if new == told:
        return None
    if told is here.session.known:
        body = f"记下了，{called(here.rules, new, nth_of(told, here.facts))}。"
        return aside(here.at(replace(here.session, known=new)), say(body, HELP, _SEE), "noted")
    others = tuple(new if each is told else each for each in here.session.others)
    return _to(here.at(replace(here.session, others=others)), new)


def _adding(here: Here) -> Turn | None:
    """“还有一个厂，在江津做家具的”：另加一个，名称、区县、做什么都听；只说还有一个的，问叫什么。"""
    text = here.message.text.strip()
    found = _ADD.fullmatch(text)
    if not found and (later := _LATER.fullmatch(text)) and numeral(later["nth"]) == len(_held(here)) + 1:
        found = later
    if not found and another(text) and not here.session.others:
        found = re.fullmatch(rf".{{0,6}}?(?:换|切换|另外?)一?个{_FIRM}[，,、：:]?(?P<more>.*)", text, re.DOTALL)
    if not found:
        return None
    more = found["more"].strip("，,。 ")
    if asking(more, more) or more.endswith(_ASKS):
        return None
    if not more:
        return _to_nth(here, len(_held(here)) + 1)
    return _added(here, more, here.session.frames)


def _asked_name(here: Here) -> Turn | None:
    """正问着另外那个厂叫什么，答的是在哪里、做什么：照说的记，不当名称。"""
    frames = here.session.frames
    if not frames or frames[-1].flow != "mine" or ("change", "other") not in frames[-1].answers:
        return None
    due, text = here.due, here.message.text.strip()
    if due is None or isinstance(due.step, End) or due.step.key != "name" or not _NOT_A_NAME.match(text):
        return None
    return _added(here, text, frames[:-1])


def _several(here: Here) -> Turn | None:
    """“我们有两个厂，一个在长寿一个在江津”：一个一个说。"""
    found = _SEVERAL.fullmatch(here.message.text.strip())
    if not found or here.session.frames or asking(here.said, here.said) or found["more"].endswith(_ASKS):
        return None
    if here.rules.lookup(found["more"]).candidates:
        return None
    held, now = _held(here), here.session.known
    name = called(here.rules, now, nth_of(now, here.facts))
    body = f"好，几个厂一个一个说，各记各的；现在说的是{name}{f'，记着{len(held)}个' if len(held) > 1 else ''}。"
    return aside(
        here, say(body, HELP, "先说完这一个；再说下一个，回复“还有一个厂，在江津做家具的”这样的一句。"), "factories"
    )


def _added(here: Here, more: str, running: tuple[Frame, ...]) -> Turn | None:
    named = _NAMED.match(more)
    placed = _OF_PLACE.fullmatch(more)
    name = firm_said(f"我们厂{more}") or (named or placed or {"name": ""})["name"].removesuffix("的")
    trade = _NAMED.sub("", more).strip("，,。 ") if named else more
    new = noted(more, Known(name=name, nth=1 + max(each.nth for each in _held(here))), here.rules)
    traded = any(each.score >= SURE for each in here.rules.lookup(trade).candidates) if trade else False
    if not (name or new.district or traded):
        return None
    old = here.session.known
    facts, _ = switched(here.facts, running, new, (*here.session.others, old), here.rules)
    moved = here.at(replace(here.session, known=facts.known, others=facts.others, frames=()))
    title = called(here.rules, facts.known, nth_of(facts.known, moved.facts))
    first = f"好，换到另一个厂说：{title}，前面那个厂记着的都留着。" if facts.others else "好，说的是这个厂。"
    lines = [first, *([stays(running)] if running else [])]
    if traded:
        return start(
            moved, "which_grade", (("business.1.1", trade[:LONGEST_TRADE]),), lead=say("\n".join(lines), HELP, "")
        )
    return aside(moved, say("\n".join(lines), HELP, "直接打字说这个厂主要生产什么。"), "factories")
