"""服务台：值班的人接管、说话、交还一场谈话，用户要找人；接管着，机器人就不出声。

值班的人做的事也是一条消息，从同一个收件箱进来，所以先后、去重、送达和落库都与用户的消息一样。
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.cites import HELP, contact
from dialogs.moves import BACK, Here, aside, say
from dialogs.records import Asked, Bound, Effect, Facts, Handed, Hold, Pushed, Reply, Session, Taken, Turn
from dialogs.reply import Draft
from dialogs.steps import End, Recall

LEASE = timedelta(minutes=30)
"""接管以后，值班的人这么久没有说话，就交还给机器人。"""
LONGEST = 500
"""值班的人一次最多说这么多字，前面还要写明是谁说的。"""
_RECENT = 3
_BINDS = re.compile(r"绑定值班\D{0,3}(\d{8})")
_WANTS = re.compile(
    r"(?:^|[，。！？,.!? ]|转|找|要|喊|接|帮我|没得|没有|有个?)人工(?:客服|服务)?(?:$|[，。！？,.!? 嘛吧哈哦])"
    r"|转客服|真人"
    r"|(?:喊|叫|找|换|要)(?:你们|一?个)?人(?:来|答|接|嘛|吧|哈|哦|说|$)"
    r"|(?:喊|叫|找)[^，。？]{0,8}(?:老师|值班|工作人员)"
)
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
        return _handed(here, hold.by, "expired", "值班人员暂时不在，我接着答。")
    if hold is not None and now < hold.until and not mine:
        return Turn(session, None, claimed="busy")
    theirs = here.rules.districts.get(session.known.district)
    if not mine and message.value and theirs is not None and theirs.id != message.value:
        return Turn(session, None, claimed="elsewhere")
    if message.event == "take":
        return _taken(here, session, (), "taken", None)
    if message.event == "close":
        case = replace(session, hold=None, case="", lost=0)
        return Turn(case, None, (Handed(by, "closed"),), claimed="closed")
    if not mine:
        return Turn(session, None, claimed="not_held")
    if message.event == "give":
        return _handed(here, by, "given", "值班人员把对话交还给我了。")
    text = message.text.strip()
    if not text or len(text) > LONGEST:
        return Turn(session, None, claimed="too_long" if text else "empty")
    told = replace(session, cites=message.cites or session.cites)
    return _taken(here, told, (Pushed(),), "desk", Reply(f"【{_office(here)}值班】{text}", cites=message.cites))


def binding(here: Here) -> Turn | None:
    """值班的人把自己的号绑到账号上，有人等的时候好告诉他；不是这样说的是 None。

    回忆 bind:码 的答案是 ("ok", 账号)、("wrong",) 或 ("throttled",)。
    """
    found = _BINDS.fullmatch(here.said)
    if found is None:
        return None
    if here.session.user.startswith("web:"):
        draft = say("网页里绑定不了：关了页面就收不到。", HELP, "在微信或 Telegram 里把这句话发给我。")
        return aside(here, draft, "bind")
    asked = f"bind:{found[1]}"
    if asked not in here.recalled:
        return Turn(here.session, None, recall=asked, claimed="bind")
    answer = here.recalled[asked]
    how, *name = answer if isinstance(answer, tuple) else (str(answer),)
    told = {
        "ok": f"绑定好了：有人等的时候，就在这里告诉您（账号 {''.join(name)}）。",
        "throttled": "试错太多次了，过一个小时再试。",
    }.get(how, "这个码不对，或者过了时间。")
    then = "有人等的时候，点开发来的链接就能答。" if how == "ok" else "在服务台的“值班”页再取一个码。"
    return aside(here, say(told, HELP, then), "bind", () if how == "throttled" else (Bound(found[1]),))


def _taken(here: Here, session: Session, effects: tuple[Effect, ...], claimed: str, reply: Reply | None) -> Turn:
    until = here.message.at + LEASE
    held = replace(session, hold=Hold(here.message.by, until), case="held", lost=0)
    return Turn(held, reply, (Taken(here.message.by, until), *effects), claimed=claimed)


def _handed(here: Here, by: str, how: str, said: str) -> Turn:
    """交还：说一声，把没答完的那一问再问一遍，连同答过的最后几项。"""
    free = here.at(replace(here.session, hold=None, case="open", lost=0))
    effects = (Handed(by, how), Pushed())
    lines = (said, *_answered(free))
    then = "还有要问的直接打字；要再找人，回复“人工”。"
    return aside(free, say("\n".join(lines), HELP, then), how, effects, back=BACK)


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


def released(session: Session, now: datetime) -> tuple[Session, tuple[Effect, ...]]:
    """接管到时了的会话：放开，连同这件事的效果；没有到时的原样。"""
    hold = session.hold
    if hold is None or now < hold.until:
        return session, ()
    return replace(session, hold=None, case="open"), (Handed(hold.by, "expired"),)


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
    """一句话里说了要找人（“好久有人嘛，人工”“喊个老师来”）。"""
    if here.message.kind not in ("text", "voice") or _SENT_AWAY.search(here.said) or not _WANTS.search(here.said):
        return None
    return person(here)


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
    """转给谁：“铜梁区的”“市里的”，不知道区县的是空的；没有人值班是 None。"""
    office, district = here.facts.desk, here.session.known.district
    if office is None or not office.staffed:
        return None
    if not district:
        return ""
    if district in office.staffed and (found := here.rules.districts.get(district)):
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
            return "现在是值班时间，请稍等。"
        later = next((start for start, _ in office.hours if clock < start), None)
        if later is not None:
            return f"值班时间：{_hours(office.hours)}；今天{later:%-H:%M}以后有人答。"
    day = next(each for n in range(1, 40) if work.working(each := today + timedelta(days=n)))
    return f"值班时间：{_hours(office.hours)}；{day.month}月{day.day}日{office.hours[0][0]:%-H:%M}以后有人答。"


def _hours(hours: tuple[tuple[object, object], ...]) -> str:
    return "工作日" + "、".join(f"{start:%-H:%M}—{end:%-H:%M}" for start, end in hours)
