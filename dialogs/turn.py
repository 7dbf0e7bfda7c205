"""take_turn：一条消息该由谁认领，从上到下；纯函数，没有时钟也不读写。"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from dialogs.adding import added
from dialogs.alerted import alerted
from dialogs.asking import answered, question
from dialogs.besides import besides
from dialogs.binding import binding
from dialogs.cites import HELP, notice
from dialogs.commands import always, command_of, menu, welcome
from dialogs.correcting import corrected, listed
from dialogs.desk import counted, desk, moved, released, wanted
from dialogs.factory import noted, told
from dialogs.flows import FLOWS
from dialogs.flows import SAID as SPOKEN
from dialogs.following import following
from dialogs.held import held
from dialogs.lost import lost
from dialogs.mending import queried, rated, remaking, tapped
from dialogs.moves import Here, answer, aside, ask_again, business, say, settle, start
from dialogs.own import displaced, miscoded, own
from dialogs.products import mentioned
from dialogs.pushed import pushed
from dialogs.reading import number, plain
from dialogs.receiving import received
from dialogs.records import Facts, Message, OptedOut, Reply, Session, Turn, Value
from dialogs.reminded import reminded
from dialogs.reply import faqs_of
from dialogs.restating import restated
from dialogs.sentback import sent_back
from dialogs.stating import fact
from dialogs.steps import Choose, End, Text
from dialogs.thatgrade import that_grade
from dialogs.together import denied, together
from dialogs.yesno import answering
from knowledge.records import Found
from knowledge.rules import Rules

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_TRADE = re.compile(
    r"(?:我们?|我厂|我家|咱们?|俺们?|本厂|公司)?(?:这边|这里|主要|是|专门)*(?:开|做|生产|搞|经营|卖|加工)(?!什么|啥|哪|完|好|不|始|放).+"
    r"|.*(?:厂|店|站|坊|馆|场|公司|车间)的?$"
)
_EQUIPMENT = re.compile(
    r"(?:治理|净化|(?<![废圾热面])处理(?:设施|设备|工艺)?|废气|废水|尾气|烟气|voc|除尘|脱硫|脱硝)[^，。]{0,6}(?:用|装|上)[^，。]*"
    r"|(?:用|装|上|换)(?:的|了|着|是)*(?:活性炭|布袋|滤袋|滤筒|光氧|rto|rco|催化燃烧|蓄热|喷淋塔?|除尘器|沸石转轮)[^，。]*"
)
_MAKING = re.compile(r"生产|制造|制作|加工|做|烧制|卖")
_NO = ("不是", "不对", "都不是", "错了")
_CANT = {
    "image": "图片我看不懂，请把图里的字打给我。",
    "voice": "语音我没听清，请打字告诉我。",
    "video": "视频我看不了，请打字说要问什么。",
    "file": "文件我打不开，请把要问的那几句打给我。",
    "link": "链接我打不开，请把要问的内容打给我。",
    "location": "位置我用不上，请打字说在哪个区县、生产什么。",
}
_WANTED = {"returned": "退回的原因里点到哪一项，打那一项的名称就行，例如“台账资料”。"}
"""正问着这个流程时，发来的图该换成什么字。"""

_TOO_EARLY = Reply(
    "这一天还没有可依的规则：通知（便函〔2024〕210号）2024年8月5日才印发。\n"
    "依据：便函〔2024〕210号 标题\n下一步：把日期改到那之后再问。",
    cites=notice("标题"),
)


def take_turn(
    message: Message, session: Session, facts: Facts, rules: Rules, recalled: Mapping[str, Value] = _NOTHING
) -> Turn:
    """一条消息、会话、事实、规则 → 答复、新会话和效果。

    `recalled` 是上一次交出的 recall 的查库结果。重复投递由收件箱挡住，不到这里。
    """
    if not rules.branches:
        return Turn(session, _TOO_EARLY, claimed="too_early")
    said, was = "", session.known.district
    session, ended = released(session, message.at, facts, rules) if message.kind != "desk" else (session, ())
    if message.kind == "text" and (known := noted(message.text, session.known, rules)) is not session.known:
        if session.frames and session.frames[-1].flow == "mine":  # 正问着名称：说的也许是另一个厂
            other = ("change", "other") in session.frames[-1].answers
            known = session.known if other else replace(known, name=session.known.name)
        said, session = told(session.known, known, rules), replace(session, known=known)
    if facts.known != session.known or facts.others != session.others:
        facts = facts.of(session.known, session.others)
    here = Here(message, plain(message.text), session, facts, rules, recalled, said)
    for claim in _CLAIMS:
        if turn := claim(here):
            return counted(displaced(here, miscoded(here, turn), was), ended)
    raise AssertionError("总有人认领")


def _unfollowed(here: Here) -> Turn | None:
    """取消关注就是退订：主动的消息本来也送不到；有人接管着也算。"""
    if here.message.event != "unsubscribe":
        return None
    return Turn(replace(here.session, muted=True), None, (OptedOut(),), claimed="unsubscribe")


def _event(here: Here) -> Turn | None:
    message = here.message
    if message.kind != "event":
        return None
    if message.event in ("subscribe", "scan"):
        return welcome(here, message.value.removeprefix("district:"))
    kind, _, flow = message.value.partition(":")
    if kind != "menu":
        return _tap(here) or menu(here)
    return start(here, flow) if flow in FLOWS else menu(here, "这个菜单项还没有开通。")


def _media(here: Here) -> Turn | None:
    """图片、语音一类：说清楚要打什么字。"""
    if here.message.kind == "text" or (here.message.kind == "voice" and here.said):
        return None
    inside = here.session.frames[-1].flow if here.session.frames else ""
    draft = say(
        f"{_CANT[here.message.kind]}\n{_WANTED.get(inside, '说产品、等级、被退回的那一项都行，我按通知答。')}",
        notice("附件3", "附件4 二"),
        "直接打字，例如“我们是做商砼的”。",
    )
    return aside(here, draft, here.message.kind)


def _updated(here: Here) -> Turn | None:
    """上次问出去的那一问，现在前面多了一问：编号和点选答的是旧的，不能算到新的头上，先问新的。"""
    frames = here.session.frames
    run, _, key = here.session.asked.partition(":")
    if here.noted or not frames or run != str(frames[-1].run) or command_of(here.said) or here.said in SPOKEN:
        return None
    due = here.due
    if due is None or isinstance(due.step, End) or key == due.step.key:
        return None
    return settle(here, here.session, "updated")


def _tap(here: Here) -> Turn | None:
    """点了选项，或回了一个编号：编号指最近列出的选项。"""
    value, shown = here.message.value, here.session.shown
    if not value:
        n = number(here.said)
        if n is None or not shown:
            return None
        if not 1 <= n <= len(shown):
            options = () if here.session.frames else shown
            draft = say(f"编号只有1到{len(shown)}，没有{n}。", HELP, "回复列出的编号：", options)
            return aside(here, draft, "out_of_range", back="")
        value = shown[n - 1].value
    kind, _, rest = value.partition(":")
    if kind == "menu" and rest in FLOWS:
        return start(here, rest)
    if kind == "faq":
        asked = faqs_of(here.rules, rest)
        return answered(here, asked) if asked else None
    if kind == "fix":
        run, _, key = rest.partition(":")
        return _reopened(here, run, lambda again: ask_again(again, key, "correct"))
    key, _, picked = rest.partition("=")
    return _reopened(here, kind, lambda again: _picked(again, key, picked)) if key else None


def _reopened(here: Here, run: str, then: Callable[[Here], Turn | None]) -> Turn | None:
    """这个按钮属于进行中的哪一场就在哪一场里办；那一场已结束就好好说明。"""
    frames = here.session.frames
    runs = [str(frame.run) for frame in frames]
    at = runs.index(run) if run in runs else None
    fixing = here.message.value.startswith("fix:") or not here.message.value
    last = here.session.last
    if at is None and fixing and last and str(last.run) == run:
        frames, at = (*frames, last), len(frames)
    if at is not None:
        inside = frames == here.session.frames and at == len(frames) - 1
        again = here if inside else here.at(replace(here.session, frames=frames[: at + 1]))
        if turn := then(again):
            return turn
    draft = say(
        "这个按钮是以前的问题，那一场已经结束了。",
        notice("附件3"),
        "回复“修改”可改刚才那一场的回答，回复“查行业”重新查。",
    )
    return aside(here, draft, "stale")


def _picked(here: Here, key: str, picked: str) -> Turn | None:
    due = here.due
    if due is None:
        return None
    steps = (*(step for step, _ in due.asked), due.step)
    step = next((step for step in reversed(steps) if not isinstance(step, End) and step.key == key), None)
    if step is None or not step.offers(step.tapped(picked)):
        return None
    return tapped(here, due, step, picked)


def _command(here: Here) -> Turn | None:
    if command := command_of(here.said):
        return command(here)
    flow = SPOKEN.get(here.said)
    if flow == "returned" and (turn := sent_back(here)):
        return turn
    return start(here, flow) if flow else None


def _exact(here: Here) -> Turn | None:
    """正是该问的那一步的一个选项。"""
    step = here.due.step if here.due else None
    picked = step.exact(here.said) if isinstance(step, Choose) and not remaking(here) else None
    return answer(here, (step.key, picked)) if step and picked else None  # type: ignore[union-attr]


def _answer(here: Here) -> Turn | None:
    """该问的那一步的答案，宽厚地读；换了个行当说，就当重说那一步。"""
    due = here.due
    if due is None:
        return None
    if isinstance(due.step, End):
        return settle(here, here.session, "answer")
    step, text = due.step, here.message.text
    value = step.parse(text if isinstance(step, Text) else here.said)
    if value is not None:
        return answer(here, (step.key, value))
    if unread := step.unread(text if isinstance(step, Text) else here.said):
        return aside(here, say(unread, HELP, ""), "unread", back="")
    if not isinstance(step, Choose) or not (step.retells or step.otherwise):
        return None
    if step.retells and here.said.startswith(_NO):
        return answer(here, (step.key, "none")) if step.offers("none") else None
    if answering(here.said):
        return None
    if step.otherwise and _EQUIPMENT.search(here.said) and not _MAKING.search(here.said):
        apart = "这像是治理设施用的，不当产品；厂里还做别的，打产品的名称，例如“家具喷漆”。"
        return aside(here, say(apart, step.cites, ""), "unread")
    found = here.rules.lookup(text)
    if not found.candidates and not _TRADE.fullmatch(here.said):
        return None
    if step.otherwise:
        return answer(here, (step.key, step.otherwise), spare=text.strip())
    offered = [choice.id for choice in step.choices if choice.id in _branch_ids(found)]
    if len(offered) == 1 and not mentioned(here.rules, text):
        return answer(here, (step.key, offered[0]))
    return answer(here, (step.retells, text.strip()))


def _branch_ids(found: Found) -> set[str]:
    return {candidate.branch.id for candidate in found.candidates if candidate.branch}


def _fresh(here: Here) -> Turn | None:
    """说了行当就开始查（正问着别的也先查）；只说了区县就记下。"""
    text, inside = here.message.text.strip(), bool(here.session.frames)
    if answering(here.said):
        return None
    found = here.rules.lookup(text)
    told = _TRADE.fullmatch(here.said) or (not inside and (found.outcome == "ask" or found.question))
    if found.outcome == "match" or (text and told):
        return start(here, "which_grade", business(here))
    district = here.session.known.district
    if inside or not district or district not in text:
        return None
    return moved(here) or menu(here, f"记下了，{here.rules.districts_in(district)[0].name}。")


_CLAIMS: tuple[Callable[[Here], Turn | None], ...] = (
    desk,
    always,
    binding,
    _unfollowed,
    held,
    _event,
    _media,
    _updated,
    listed,
    queried,
    _tap,
    pushed,
    _command,
    wanted,
    denied,
    _exact,
    own,
    restated,
    alerted,
    together,
    rated,
    received,
    reminded,
    fact,
    that_grade,
    added,
    besides,
    following,
    question,
    corrected,
    _answer,
    _fresh,
    lost,
)
