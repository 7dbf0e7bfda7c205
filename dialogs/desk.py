"""服务台：值班的人接管、说话、交还一场谈话，用户要找人；接管着，机器人就不出声。

值班的人做的事也是一条消息，从同一个收件箱进来，所以先后、去重、送达和落库都与用户的消息一样。
"""

import re
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from dialogs.cites import HELP, contact
from dialogs.moves import BACK, Here, aside, say
from dialogs.records import Asked, Effect, Facts, Handed, Hold, Pushed, Reply, Session, Taken, Turn
from dialogs.reply import Draft
from dialogs.steps import End, Recall
from knowledge.records import Citation
from knowledge.rules import Rules
from knowledge.sayable import cleaned, experts_address

LEASE = timedelta(minutes=30)
"""接管以后，值班的人这么久没有说话，就交还给机器人。"""
LONGEST = 500
"""值班的人一次最多说这么多字，连同末一行的依据；前面还要写明是谁说的。"""
GIVEN = "值班人员把对话交还给我了。"
AWAY = "值班人员暂时不在，我接着答。"
BASIS = "依据："
LEFT = "left"
"""回忆它：这个渠道还能主动说几句，不限的是空的；在记下这一句的事务里数，几个进程同时说也不会多。"""
TO = "→"
"""接管着的人转给同事：接管的消息里写“张三→李四”。"""
_RECENT = 3
_WANTS = re.compile(
    r"(?:^|[，。！？,.!? ]|转|找|要|喊|接|帮我|没得|没有|有个?)人工(?:客服|服务)?(?:$|[，。！？,.!? 嘛吧哈哦])"
    r"|转客服|真人"
    r"|(?:喊|叫|找|换|要)(?:你们|一?个)?人(?:来|答|接|嘛|吧|哈|哦|说|$)"
    r"|(?:喊|叫|找)[^，。？]{0,8}(?:老师|值班|工作人员)"
)
_CALL, _TAIL = r"(?:[喂诶哎]|[你您]好|老师|请问|[，,])*", r"[哦嘛喃哈啊呀了？?！!。，,]*"
THERE = re.compile(rf"{_CALL}(?:[喂诶]|(?:[你您]们?|人|老师)?还?在(?:不在?|吗|嘛|没有?|没得|么)){_TAIL}")
"""问在不在。"""
ANYBODY = re.compile(rf"{_CALL}有人(?:在)?(?:吗|嘛|不|没有?|没得|么){_TAIL}")
"""问有没有人。"""
_STILL = re.compile(
    rf"{_CALL}(?:人[喃呢]?|(?:还)?[要得]?等(?:了)?好久|好久(?:才|能)?(?:有人)?(?:来|回|答|回话|回复)?"
    rf"|(?:咋个?|怎么|为啥子?)?还?(?:没得?人?|不)[回理答](?:我|话|复)?){_TAIL}"
)
"""等着的人催。"""
_DENIED = re.compile(r"你们?(?:刚才|前头|前面)?(?:说|答|讲|回)[的得]?(?:都|也|就|怕|怕是|好像)?(?:不对|错|不准|没用)")
_CALLING = frozenset("人客师班你")
"""没有在等的，_WANTS、_DENIED 命中时总有其中一个字。"""
_SENT_AWAY = re.compile(r"(?:不要|不用|不想|莫|别)(?:再?转|找|喊)?(?:个|给)?(?:人工|人|真人)")


def desk(here: Here) -> Turn | None:
    """值班的人做的一件事；不该他做的（别人接管着、没有接管）什么也不变，`claimed` 说明。"""
    message, session = here.message, here.session
    if message.kind != "desk":
        return None
    hold, now, by = session.hold, message.at, message.by
    mine = hold is not None and hold.by == by and now < hold.until
    if message.event == "expire":
        if hold is None or now < hold.until:
            return Turn(session, None, claimed="not_due")
        return _handed(here, hold.by, "expired", AWAY)
    passed = hold is not None and message.event == "take" and message.text == f"{hold.by}{TO}{by}"
    if hold is not None and now < hold.until and not mine and not passed:
        return Turn(session, None, claimed="busy")
    theirs = here.rules.districts.get(session.known.district)
    if not mine and message.value and theirs is not None and theirs.id != message.value:
        return Turn(session, None, claimed="elsewhere")
    if message.event == "take":
        return _taken(here, session, (), "taken", None)
    if message.event == "close" and hold is None:
        return Turn(replace(session, case="", lost=0), None, (Handed(by, "closed"),), claimed="closed")
    if message.event == "close":
        how = "given" if mine and message.value and elsewhere(session) else "closed"
        return _handed(here, by, how, GIVEN if mine else AWAY)
    if not mine and (why := "not_held" if message.event == "give" else no_taking(session, by)):
        return Turn(session, None, claimed=why)
    if message.event == "give":
        return _handed(here, by, "given", GIVEN)
    text = cleaned(message.text)
    text = f"{text}{basis_line(text, message.cites, here.rules)}" if text else ""
    if not text or len(text) > LONGEST or experts_address(text):
        return Turn(session, None, claimed="empty" if not text else "too_long" if len(text) > LONGEST else "experts")
    if LEFT not in here.recalled:
        return Turn(session, None, recall=LEFT, claimed="desk")
    if here.recalled[LEFT] == "0":
        return Turn(session, None, claimed="spent")
    told = replace(session, cites=message.cites or session.cites)
    return _taken(here, told, (Pushed(),), "desk", Reply(f"【{_office(here)}值班】{text}", cites=message.cites))


def no_taking(session: Session, by: str) -> str:
    """没有接管着就说一句，能不能算接管：等着人的、自己的刚到时的能；不能的是为什么。"""
    if forgetting(session):
        return "deleting"
    late = session.hold is not None and session.hold.by == by
    return "" if late or session.case == "waiting" else "not_held"


def forgetting(session: Session) -> bool:
    """正问着删不删他的信息。"""
    return bool(session.frames) and session.frames[-1].flow == "forget"


def elsewhere(session: Session) -> bool:
    """接管以后，用户说厂在另一个区县：接管着的人说得完，完了转给那里。"""
    hold, district = session.hold, session.known.district
    return hold is not None and "" not in (hold.district, district) and hold.district != district


def _taken(here: Here, session: Session, effects: tuple[Effect, ...], claimed: str, reply: Reply | None) -> Turn:
    until, now = here.message.at + LEASE, here.session.hold
    place = session.known.district if now is None or now.until <= here.message.at else now.district
    held = replace(session, hold=Hold(here.message.by, until, place), case="held", lost=0)
    return Turn(held, reply, (Taken(here.message.by, until), *effects), claimed=claimed)


def _handed(here: Here, by: str, how: str, said: str) -> Turn:
    """交还：说一声，把没答完的那一问再问一遍，连同答过的最后几项；关闭也先交还。说了别的区县的，转给那里。"""
    case = "" if how == "closed" else _after(here.session, here.facts, here.rules)
    free = here.at(replace(here.session, hold=None, case=case, lost=0))
    effects = (Handed(by, how), Pushed())
    then = "还有要问的直接打字；要再找人，回复“人工”。"
    lines = [said]
    if case == "waiting":
        name = here.rules.districts[free.session.known.district].name
        lines = [f"{said}贵厂在{name}，转给{_staffed(free)}值班人员了。", *filter(None, (answering_hours(here.facts),))]
        then = "有要补充的直接打字；不等了，我也可以继续答。"
    lines += _answered(free)
    claimed = "onward" if case == "waiting" and how == "given" else how
    return aside(free, say("\n".join(lines), HELP, then), claimed, effects, back=BACK)


def _after(session: Session, facts: Facts, rules: Rules) -> str:
    """接管完了案子怎样：说了别的区县、那里有人值的，在那里等着；别的不等。"""
    there = elsewhere(session) and session.known.district in rules.districts
    return "waiting" if there and _office_of(session, facts, rules) else "open"


def basis_line(text: str, cites: tuple[Citation, ...], rules: Rules) -> str:
    """值班的人引的条款，接在他的话后面的一行；没有引，或他自己写了依据，是空的。"""
    held = tuple(cite for cite in cites if rules.holds(cite))
    written = any(line.startswith(BASIS) for line in text.split("\n"))
    return "" if written or not held else f"\n{BASIS}{rules.basis(held)}"


def _answered(here: Here) -> tuple[str, ...]:
    due = here.due
    if due is None or isinstance(due.step, End):
        return ()
    told = [(step, value) for step, value in due.asked if not isinstance(step, Recall)][-_RECENT:]
    said = "、".join(f"{step.about or step.key} {step.shows(value)[:16]}" for step, value in told)
    return (f"您答过的都在：{said}。",) if said else ()


def _office(here: Here) -> str:
    found = here.rules.districts.get(here.message.value)
    return found.name if found else "市局"


def released(session: Session, now: datetime, facts: Facts, rules: Rules) -> tuple[Session, tuple[Effect, ...]]:
    """接管到时了的会话：放开，连同这件事的效果；没有到时的原样。"""
    hold = session.hold
    if hold is None or now < hold.until:
        return session, ()
    return replace(session, hold=None, case=_after(session, facts, rules)), (Handed(hold.by, "expired"),)


def freed(here: Here) -> tuple[Here, tuple[Effect, ...]]:
    """用户要机器人接着答：有人接管着也放开。"""
    hold = here.session.hold
    if hold is None:
        return here, ()
    return here.at(replace(here.session, hold=None, case="open")), (Handed(hold.by, "robot"),)


def person(here: Here) -> Turn:
    """要找人：服务台有人值就转过去，说清几时有人答；没有服务台的，说区县局和通知列的联系人，原样。"""
    staffed = _staffed(here)
    if staffed is None:
        draft = say(
            f"要找人，请联系贵厂所在区县生态环境局；通知列的联系人：{contact(here.rules)}。",
            HELP,
            "打电话前，把贵厂的行业分支和要问的事记在手边；回复“菜单”我也可以继续答。",
        )
        return aside(here, draft, "person")
    again = here.session.case == "waiting"
    if not staffed and "" not in here.facts.desk.staffed:  # type: ignore[union-attr]
        return _asked(here, "person", "好，要转给贵厂那个区县的值班人员。", staffed)
    first = (
        f"已经转给{staffed}值班人员了，还在等。" if again else f"好，转给{staffed}值班人员了，他们看得到您前面说的。"
    )
    return _asked(here, "person", first, staffed)


def wanted(here: Here) -> Turn | None:
    """一句话里说了要找人（“喊个老师来”）、说答得不对（“你说的不对嘛”）；等着的人催，说还在等。"""
    if here.message.kind not in ("text", "voice") or (
        here.session.case != "waiting" and _CALLING.isdisjoint(here.said)
    ):
        return None
    if _SENT_AWAY.search(here.said):
        return None
    if here.session.case == "waiting" and _STILL.fullmatch(here.said):
        return awaited(here)
    if _DENIED.search(here.said) and _staffed(here) is not None:
        return wrong(here)
    return person(here) if _WANTS.search(here.said) else None


def awaited(here: Here) -> Turn:
    """等着的人催：说还在等谁、几时有人答。"""
    lines = [f"在的。还在等{_staffed(here) or ''}值班人员接，您前面说的他们看得到。"]
    lines += [when] if (when := answering_hours(here.facts)) else []
    lines.append(f"也可以打电话，通知列的联系人：{contact(here.rules)}。")
    return aside(here, say("\n".join(lines), HELP, "有要补充的直接打字；不等了，我也可以继续答。"), "person")


def unsure(here: Here) -> Turn | None:
    """接连没看懂：请值班的人来看；没有服务台，或已经请过，是 None。"""
    staffed = _staffed(here)
    if staffed is None or not here.session.lost or here.session.case == "waiting":
        return None
    return _asked(here, "unsure", f"还是没看懂，抱歉；已经请{staffed}值班人员来看了。", staffed)


def wrong(here: Here) -> Turn:
    """说没用、说得不对：认下来，请值班的人看；没有服务台的，说找谁。"""
    staffed = _staffed(here)
    if staffed is None:
        draft = say(
            f"对不起，刚才没有答到点上。\n拿不准的，请问贵厂所在区县生态环境局，或通知列的联系人：{contact(here.rules)}。",
            HELP,
            "换个说法再问一遍，或者说说哪里不对；想看原话，回复“原文”。",
        )
        return aside(here, draft, "wrong")
    return _asked(here, "wrong", f"对不起，刚才没有答到点上；已经请{staffed}值班人员来看了。", staffed)


def _asked(here: Here, reason: str, first: str, staffed: str) -> Turn:
    lines = [first]
    then = "有要补充的直接打字；不等了，我也可以继续答。"
    if not here.session.known.district:
        lines.append("贵厂在哪个区县？说一声，就转给那里的人。")
        then = "先说贵厂在哪个区县；有要补充的也直接打字。"
    if when := answering_hours(here.facts):
        lines.append(when)
    lines.append(f"也可以打电话，通知列的联系人：{contact(here.rules)}。")
    waiting = here.at(replace(here.session, case=here.session.case or "waiting", lost=0))
    if waiting.session.case == "open":
        waiting = here.at(replace(waiting.session, case="waiting"))
    draft: Draft = say("\n".join(lines), HELP, then)
    return aside(waiting, draft, reason, (Asked(reason, here.message.text.strip()[:200]),))


def moved(here: Here) -> Turn | None:
    """等着的人说了区县：转到那里；没有在等，说的不是区县，或那里没有人值，是 None。"""
    staffed, district = _staffed(here), here.session.known.district
    said = any(each.id == district for each in here.rules.districts_in(here.message.text))
    if here.session.case != "waiting" or not staffed or not said:
        return None
    name = here.rules.districts[district].name
    lines = [f"记下了，{name}；转给{staffed}值班人员了。"]
    lines += [when] if (when := answering_hours(here.facts)) else []
    return aside(here, say("\n".join(lines), HELP, "有要补充的直接打字；不等了，我也可以继续答。"), "moved")


def counted(turn: Turn, ended: tuple[Effect, ...]) -> Turn:
    """接连几句没看懂记在会话里；`ended` 是这一回合之前就到时了的接管。"""
    if turn.recall:
        return turn
    lost = turn.session.lost + 1 if turn.claimed in ("lost", "near") else 0
    session = turn.session if lost == turn.session.lost else replace(turn.session, lost=lost)
    if session is turn.session and not ended:
        return turn
    return replace(turn, session=session, effects=(*ended, *turn.effects))


def _staffed(here: Here) -> str | None:
    return _office_of(here.session, here.facts, here.rules)


def _office_of(session: Session, facts: Facts, rules: Rules) -> str | None:
    """转给谁：“铜梁区的”“市里的”，不知道区县的是空的；没有人值班是 None。"""
    office, district = facts.desk, session.known.district
    if office is None or not office.staffed:
        return None
    if not district:
        return ""
    if district in office.staffed and (found := rules.districts.get(district)):
        return f"{found.name}的"
    return "市里的" if "" in office.staffed else None


def answering_hours(facts: Facts) -> str:
    """几时有人答：正在值班时间，或值班时间和下一次从几时起；没有定过值班时间是空的。"""
    office = facts.desk
    if office is None or not office.hours:
        return ""
    clock, today, work = facts.now.time(), facts.today, facts.workdays
    if work.working(today):
        if any(start <= clock < end for start, end in office.hours):
            return f"现在是值班时间，请稍等{_unsure(facts, today)}。"
        later = next((start for start, _ in office.hours if clock < start), None)
        if later is not None:
            return f"值班时间：{_hours(office.hours)}；今天{later:%-H:%M}以后有人答{_unsure(facts, today)}。"
    day = next(each for n in range(1, 40) if work.working(each := today + timedelta(days=n)))
    then = f"{day.month}月{day.day}日{office.hours[0][0]:%-H:%M}"
    return f"值班时间：{_hours(office.hours)}；{then}以后有人答{_unsure(facts, day)}。"


def _unsure(facts: Facts, day: date) -> str:
    known = facts.workdays.certain(day)
    return "" if known else f"（{day.year}年的放假安排还没有录入，工作日按周一到周五算）"


def _hours(hours: tuple[tuple[object, object], ...]) -> str:
    return "工作日" + "、".join(f"{start:%-H:%M}—{end:%-H:%M}" for start, end in hours)
