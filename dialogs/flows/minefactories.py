"""几个厂：换到另一个，另加一个，去掉一个。"""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from dialogs.cites import HELP
from dialogs.factory import FORMER, NUMERALS, called, named_so, nth_of, ranked
from dialogs.kept import Kept
from dialogs.records import Effect, Facts, Known, Unsubscribed
from dialogs.steps import Choice, Choose, End, Step, Text, ask
from dialogs.yesno import NEITHER, YES
from knowledge.rules import Rules

UNNAMED = "先不说名称"
_UNNAMED = frozenset(
    (UNNAMED, "先不说", "不说", "不说名称", "没有名称", "没得名字", "没有名字", "还没有名称", "还没取名", "跳过")
)
NEW = "new"
NAME = Text(
    key="name",
    prompt="企业名称是什么？",
    cites=HELP,
    hint="直接打全名。",
    typical=("某某公司",),
    longest=200,
    reads=named_so,
    why_not=lambda said: "" if named_so(said) else "这一问要的是企业名称，例如“某某家具厂”；不想换了，回复“退出”。",
)
_OTHER = replace(
    NAME,
    prompt="另外那个厂叫什么？",
    hint=f"直接打全名；名称还说不上来，回复“{UNNAMED}”。",
    typical=("某某公司", UNNAMED),
    reads=lambda said: UNNAMED if said in _UNNAMED else named_so(said),
)


def switched(rules: Rules, facts: Facts) -> Generator[Step[Any], Any, End]:
    """换到说过的另一个厂，或另加一个；现在这个留着。"""
    others = [known for known in facts.others if known != facts.known]
    picked = NEW
    if others:
        choices = [
            Choice(str(n), called(rules, each, nth_of(each, facts)), (*_says(each, facts), *former))
            for n, each in enumerate(others, 1)
            for former in (FORMER if n == len(others) else (),)
        ]
        add = Choice(NEW, "另加一个厂", ("再加一个", "加一个", "新的", "都不是"))
        picked = yield from ask(Choose(key="factory", prompt="换到哪一个厂？", cites=HELP, choices=(*choices, add)))
    if picked == NEW:
        name = yield from ask(_OTHER)
        new = Known(name="" if name == UNNAMED else name, nth=1 + max(each.nth for each in (facts.known, *others)))
        return _now(rules, facts, new, others)
    known = others[int(picked) - 1]
    return _now(rules, facts, known, [each for each in others if each is not known])


def dropped(rules: Rules, facts: Facts, kept: Kept) -> Generator[Step[Any], Any, End]:
    """去掉一个厂，问一声；它订的提醒也退掉，别的厂不动。凭码绑定的去不掉。"""
    held = ranked(facts.known, facts.others)
    picked = "0"
    if len(held) > 1:
        choices = tuple(Choice(str(n), called(rules, each, n + 1), _says(each, facts)) for n, each in enumerate(held))
        picked = yield from ask(
            Choose(key="gone", prompt="去掉哪一个厂？", about="去掉哪个", cites=HELP, choices=choices)
        )
    gone = held[int(picked)]
    name = called(rules, gone, int(picked) + 1)
    if gone.linked:
        return End("mine.bound", HELP, {"item": "", "name": name}, dated=False)
    mine = kept.subscription(facts.of(gone, facts.others), gone) if gone.reminded else None
    sure = yield from ask(
        Choose(
            key="sure",
            prompt=f"要去掉{name}吗？它的名称、代码、区县、行业、等级和没问完的都去掉，不能恢复"
            f"{'；它订的提醒也退掉' if mine else ''}。\n{'别的厂不动。' if len(held) > 1 else '只记着这一个厂。'}",
            about="确认去掉",
            cites=HELP,
            choices=(Choice("yes", "确认去掉", ("去掉", "删除", "删掉", *YES)), Choice("no", "不去掉", NEITHER)),
        )
    )
    if sure != "yes":
        return End("mine.kept", HELP, dated=False)
    rest = [each for each in held if each is not gone]
    now = facts.known if gone is not facts.known else rest[-1] if rest else Known()
    others = tuple(each for each in rest if each is not now)
    effects: tuple[Effect, ...] = (Unsubscribed(mine.factory),) if mine else ()
    data = {
        "name": name,
        "now": called(rules, now, nth_of(now, facts.of(now, others))) if rest else "",
        "off": bool(mine),
    }
    return End("mine.dropped", HELP, data, dated=False, known=now, others=others, effects=effects)


def _says(known: Known, facts: Facts) -> tuple[str, ...]:
    """这个厂还可以怎么叫：“第一个厂”“第一个”。"""
    n = nth_of(known, facts)
    return tuple(f"{nth}{word}" for nth in (f"第{NUMERALS[n]}", f"第{n}") for word in ("个厂", "个", "家"))


def _now(rules: Rules, facts: Facts, known: Known, rest: list[Known]) -> End:
    others = (*rest, facts.known)
    name = called(rules, known, nth_of(known, facts.of(known, others)))
    return End(
        "mine.switched",
        HELP,
        {"name": name, "known": bool(known.branches)},
        dated=False,
        known=known,
        others=others[-8:],
    )
