"""提醒和绑定旁边的几句话：说错了、码打得不像、怎么解除绑定、哪天上不上班、一句里连区县带产品。"""

import re
from datetime import date, timedelta

from dialogs.cites import HELP, joined
from dialogs.factory import LINK_SIZE
from dialogs.flows.declared import UNSAID
from dialogs.flows.when import RULE
from dialogs.handed import corrected
from dialogs.heard import Answers
from dialogs.kept import KEPT, Kept, Said
from dialogs.moves import LONGEST_TRADE, Here, aside, say, start
from dialogs.records import Turn
from dialogs.reminding import cycle_of, spelled
from dialogs.reply import Draft
from dialogs.steps import End

_CORRECTED_THERE = ("which_grade", "assess", "mine")
"""刚说完这些的结果：说错的也许是那一场里答的。"""
_TOLD = {"submitted": "交了", "resubmitted": "重新交了", "returned": "退回来了", "withdrawn": "撤回了"}
_UNBIND = re.compile(
    r"(?:解除|取消|撤销|去掉)(?:企业|贵厂|关联)?的?(?:绑定|关联)|解绑|(?:绑定?|关联)错(?:了|企业|厂|公司)"
)
_CODED = re.compile(r"绑定(?:企业|码)?[是为:]?([0-9a-z -]{4,20})")
_NEAR = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "昨天": -1}
_DATE = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[号日]?")
_WORKING = re.compile(
    r"上不上班|放不放假|休不休|(?:算不算|算没算|是不是|是|算)(?:个)?工作日|(?:上班|放假|休息|补班)(?:吗|不|么|嘛|迈|没)"
)
_AT_WORK = frozenset("班假休工")
"""_WORKING 命中时总有其中一个字。"""
_OFFICE = re.compile(r"你们|他们|局|值班|专家|人工")
_EDGE = re.compile(r"[，,。；;、！!\s]+")


def misspoken(here: Here) -> Turn | None:
    """说了申报到哪一步，当天又说“说错了”，中间问过别的也算：说的是交了，就收回；别的听不出改成哪样，问一句。"""
    if corrected(here.said) != "slip":
        return None
    if KEPT not in here.recalled:
        return Turn(here.session, None, recall=KEPT, claimed="misspoken")
    known, facts, kept = here.session.known, here.facts, Kept.of(here.recalled[KEPT])
    said = kept.said(facts, known, cycle_of(here.rules, facts, known).id)
    today = [row for row in kept.rows if isinstance(row, Said) and row.at == facts.today]
    asking = bool(here.session.frames)
    if asking and not today:
        return None
    if asking or not today or here.session.topic.partition(":")[0] in _CORRECTED_THERE:
        return aside(here, _nothing_said(today, said), "misspoken")
    if here.session.others or (said is not None and said.status == "submitted"):
        return start(here, "declared", (("status", UNSAID), ("day", facts.today.isoformat())))
    draft = say(
        "改成哪样？现在什么也没有改。\n还没交，回复“还没交”；交了，回复“我们今天交了”。\n"
        "退回来了，回复“被退回了”；重新交了，回复“我们重新交了”。",
        joined(RULE, HELP),
        "照上面回复一句。",
    )
    return aside(here, draft, "misspoken")


def _nothing_said(today: list[Said], said: Said | None) -> Draft:
    """没有要收回的，照实说；刚答完一场的，也许错的是那一场。"""
    first = "说错的是哪一样？现在什么也没有改。" if today else "今天没有记下您说过申报到哪一步，没有要收回的。"
    told = f"您说{spelled(said.day)}{_TOLD[said.status]}" if said else ""
    again = "照实再说一句就改过来，例如“还没交”。"
    undo = "没有交，回复“还没交”就收回。" if said and said.status == "submitted" else again
    lines = (f"{told}：{undo}",) if told else ()
    return Draft((first, *lines), joined(RULE, HELP), "要改刚才答过的，回复“修改”。")


def about_binding(here: Here) -> Turn | None:
    """解除绑定怎么办；“绑定”后面打的不像码，说码是什么样子。"""
    if "绑" not in here.said and "关联" not in here.said:
        return None
    if _UNBIND.search(here.said):
        draft = say(
            "绑定自己解除不了：由区县生态环境局值班的人核对以后解除。\n"
            "只是不想收提醒，回复“退订”；要把存的信息都删掉，回复“删除我的信息”。",
            HELP,
            "回复“人工”，说清要解除哪家企业的绑定。",
        )
        return aside(here, draft, "unbind")
    if _CODED.fullmatch(here.said):
        draft = say(
            f"这不像绑定的码：码是{LINK_SIZE}位字母和数字，例如 K7M2Q9XT，里面没有0、O、1、I、L。\n"
            "码由区县生态环境局核对是贵厂的人才给，一个码只用一次。",
            HELP,
            "照着码再打一遍“绑定”和码；没有码，找区县生态环境局要。",
        )
        return aside(here, draft, "uncoded")
    return None


def day_asked(said: str, today: date) -> date | None:
    """问哪一天上不上班；没有说哪一天、没有那一天、问的是哪里的人上不上班，是 None。"""
    if _AT_WORK.isdisjoint(said) or not _WORKING.search(said) or _OFFICE.search(said):
        return None
    for word in sorted(_NEAR, key=len, reverse=True):
        if word in said:
            return today + timedelta(days=_NEAR[word])
    found = _DATE.search(said)
    try:
        return date(int(found[1] or today.year), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def district_and_trade(here: Here) -> Answers | None:
    """订提醒问着区县，答的是拆开了的区县，或连产品一起说了；不是这样是 None。"""
    due = here.due
    frames = here.session.frames
    if not frames or frames[-1].flow != "subscribe" or due is None or isinstance(due.step, End):
        return None
    named = here.rules.districts_in(here.message.text)
    if due.step.key != "district" or len(named) != 1:
        return None
    parts = (each for each in _EDGE.split(here.message.text.strip()) if each and not here.rules.districts_in(each))
    trade = "，".join(parts)
    if trade and here.rules.lookup(trade).candidates:
        return (("held", named[0].id), ("business.1.1", trade[:LONGEST_TRADE]))
    return (("held", named[0].id),) if named[0].id not in here.rules.districts and not trade else None
