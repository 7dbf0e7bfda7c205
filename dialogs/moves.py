"""一个回合里能走的步：开始一场、答一步、改一步、退一步、把话说出来。每一步都得到一个 Turn。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from dialogs.cites import joined
from dialogs.flows import FLOWS
from dialogs.flows.mineheld import OPEN, wishes_in
from dialogs.outer import still_open
from dialogs.picking import APART
from dialogs.records import (
    Effect,
    Ended,
    Facts,
    Forgotten,
    Frame,
    Known,
    Message,
    OptedIn,
    Option,
    Session,
    Turn,
    Value,
)
from dialogs.replay import Due, go_on, replay
from dialogs.reply import Draft, ending, extend, merge, pages, question
from dialogs.steps import End, Recall, Step, Text
from knowledge.records import Citation
from knowledge.rules import Rules

DEEPEST, LONGEST_TRADE, MOST_FACTORIES = 3, 300, 8
BACK = "回到刚才的问题："
DROPPED = "之前的一项回答已不适用，请重答。\n"
ADDED = "问题有更新，多了下面这一问；您答过、还用得上的都留着。\n"


@dataclass(slots=True)
class Here:
    """这一回合所在之处：消息、会话、事实和规则；`noted` 是话里顺带说到、记下了的。`due` 第一次用到时才重放。"""

    message: Message
    said: str
    session: Session
    facts: Facts
    rules: Rules
    recalled: Mapping[str, Value]
    noted: str = ""
    _due: Due | None = field(default=None, repr=False)
    _revisited: "Here | None" = field(default=None, repr=False)

    def at(self, session: Session) -> "Here":
        """同一条消息，换一个会话。"""
        facts = self.facts
        if facts.known != session.known or facts.others != session.others:
            facts = facts.of(session.known, session.others)
        return Here(self.message, self.said, session, facts, self.rules, self.recalled, self.noted)

    def asked(self) -> frozenset[str]:
        """对上了哪些问答的 id；要用才去找。"""
        return frozenset(each.id for each in self.rules.questions(self.message.text))

    @property
    def revisited(self) -> "Here":
        """改口改的是刚结束的那一场：重新打开，几处都要看，只开一次。"""
        if self._revisited is None:
            self._revisited = revisited(self)
        return self._revisited

    @property
    def due(self) -> Due | None:
        """最里层那一场该问的；没有进行中的对话就是 None。"""
        if self._due is None and self.session.frames:
            frame = self.session.frames[-1]
            self._due = replay(FLOWS[frame.flow].talk, dict(frame.answers), self.rules, self.facts)
        return self._due


def speak(here: Here, draft: Draft, session: Session, effects: tuple[Effect, ...] = (), claimed: str = "") -> Turn:
    """分页说出来：第一页现在给，其余留在“更多”后面；编号指的是这次列出的选项。"""
    return _spoken(here, draft, session, session.frames, session.last, here.facts, effects, claimed)


def aside(here: Here, draft: Draft, claimed: str, effects: tuple[Effect, ...] = (), back: str = BACK) -> Turn:
    """说一件旁的事；有进行中的对话就接着把该问的再问一遍。"""
    if not here.session.frames:
        return speak(here, draft, here.session, effects, claimed)
    return settle(here, here.session, claimed, lead=draft, prefix=back, effects=effects)


def start(
    here: Here,
    flow: str,
    answers: tuple[tuple[str, Value], ...] = (),
    lead: Draft | None = None,
    opening: str = "",
) -> Turn:
    """开始一个流程；已在进行的同一流程从头来，嵌套最多三层。`opening` 接在第一问前面。"""
    outer = here.session.frames
    names = [frame.flow for frame in outer]
    outer = outer[: names.index(flow)] if flow in names else outer[: DEEPEST - 1]
    run = here.session.runs + 1
    frames = (*outer, Frame(flow, run, answers))
    return settle(
        here,
        here.session,
        flow,
        frames,
        lead=lead,
        runs=run,
        prefix="接着查贵厂的等级：" if lead and flow == "which_grade" else opening,
    )


def reopened(here: Here) -> Here:
    """没有进行中的对话时，把刚结束的一场重新打开。"""
    session = here.session
    if session.frames or session.last is None:
        return here
    return here.at(replace(session, frames=(session.last,)))


def revisited(here: Here, *flows: str) -> Here:
    """刚说了自评（或 `flows` 里一场）的结果又接着问外层：改口改的是那一场，重新打开，外层留在外面；别的同 reopened。"""
    session = here.session
    frames, last = session.frames, session.last
    if not frames or last is None or last.flow not in (flows or ("assess",)):
        return reopened(here)
    if session.topic.partition(":")[0] != last.flow or last.flow in [frame.flow for frame in frames]:
        return here
    return here.at(replace(session, frames=(*frames, last)))


def business(here: Here) -> tuple[tuple[str, Value], ...]:
    """这句话当作“主要生产什么”的答案：查行业与等级从这里接着走。"""
    return (("business.1.1", here.message.text.strip()[:LONGEST_TRADE]),)


def answer(
    here: Here, given: tuple[str, Value], claimed: str = "answer", spare: str = "", lead: Draft | None = None
) -> Turn:
    """答了一步，或改了答过的一步；改过的之后，只留现在仍问得出来的。`spare`、`lead` 同 settle。"""
    *outer, frame = here.session.frames
    due, key = here.due, given[0]
    since = due if due and not isinstance(due.step, End) and due.step.key == key else None
    step = since.step if since else next((step for step, _ in due.asked if step.key == key), None) if due else None
    logged = step.logged(given[1]) if isinstance(step, Step) else (given,)
    frame = Frame(frame.flow, frame.run, tuple(dict((*frame.answers, *logged)).items()))
    return settle(here, here.session, claimed, (*outer, frame), given[0], lead=lead, since=since, spare=spare)


def ask_again(here: Here, key: str, claimed: str, lead: Draft | None = None) -> Turn:
    """把一个答过的问题拿出来重问，别的答案都留着；`lead` 是先要说的话。"""
    *outer, frame = here.session.frames
    step = next((step for step, _ in here.due.asked if step.key == key), None) if here.due else None
    if step is None:
        return settle(here, here.session, claimed)
    answers = tuple(step.reopened(dict(frame.answers)).items())
    told = str(dict(frame.answers).get(key))[:20]
    was = f"原来答的是“{told}”。" if isinstance(step, Text) and claimed == "correct" else ""
    return settle(
        here, here.session, claimed, (*outer, replace(frame, answers=answers)), lead=lead, prefix=was, reopened=True
    )


def settle(
    here: Here,
    session: Session,
    claimed: str,
    frames: tuple[Frame, ...] | None = None,
    changed: str = "",
    lead: Draft | None = None,
    prefix: str = "",
    effects: tuple[Effect, ...] = (),
    since: Due | None = None,
    spare: str = "",
    runs: int = 0,
    reopened: bool = False,
) -> Turn:
    """走到最里层一场该问的或结果，说出来；结束了就回到外层接着问。

    `frames` 是这一步之后的各场（不给就是会话里的），`runs` 是新开一场之后的场次。
    `lead` 是先要说的话，`prefix` 接在问题前面；`reopened` 为真是自己要重问的，不必说问题变了；
    `since` 是停在刚答那一步的 Due，从那里接着走就不必重放；`spare` 是同一句话里多出来的行当，紧跟着问行当就用它答。
    查库才知道的事用 recalled，没有就交出 recall。
    """
    frames, draft, facts, last = session.frames if frames is None else frames, lead, here.facts, session.last
    asked = ""
    while frames:
        *outer, frame = frames
        due = go_on(since, dict(frame.answers), changed) if since else _reached(here, frame, facts, changed)
        step, since = due.step, None
        frame = _kept(frame, due)
        if isinstance(step, Recall):
            known = getattr(facts.known, step.query, None)
            if step.query == "branches":
                known = known or confirmed(outer, here.rules)
            known = (*confirmed(outer, here.rules), *wishes_in(outer, here.rules)) if step.query == OPEN else known
            if known is None and step.query not in here.recalled:
                return Turn(here.session, None, recall=step.query, claimed=claimed)
            value = here.recalled[step.query] if known is None else known
            frame = Frame(frame.flow, frame.run, (*frame.answers, (step.key, value)))
            frames = (*outer, frame)
            continue
        if spare and isinstance(step, Text) and step.trade:
            frames, spare = (*outer, replace(frame, answers=(*frame.answers, (step.key, spare)))), ""
            continue
        if not isinstance(step, End):
            frames = (*outer, frame)
            asked = f"{frame.run}:{step.key}"
            fresh = changed or reopened or here.noted or not session.asked.startswith(f"{frame.run}:")
            outdated = DROPPED if due.dropped and not changed else "" if fresh or asked == session.asked else ADDED
            asking = question(step, frame.run, outdated or ("" if draft else prefix), prefix if draft else "")
            draft = merge(draft, asking, prefix) if draft else asking
            break
        effects = (*effects, *_ended(frame, step, here.rules.revision))
        draft = extend(draft, ending(step, frame.flow)) if draft else ending(step, frame.flow)
        frames = () if Forgotten() in step.effects else still_open(outer, frame, step.known, here.rules)
        if any(not isinstance(answered, Recall) for answered, _ in due.asked):
            last = frame  # 一问也没问的一场，没有可改的
        if step.known and step.others is not None:
            kept = facts.known in (step.known, *step.others)  # 去掉了的那个厂，没问完的也不留
            parked, known = (tuple(outer), facts) if kept else ((), facts.of(Known(), ()))
            facts, frames = switched(known, parked, step.known, step.others, here.rules)
            draft = replace(draft, body=(*draft.body, stays(parked))) if parked and frames is not parked else draft
        elif step.known and step.known != facts.known:
            facts = facts.of(step.known, facts.others)
        changed, prefix = "", BACK
    assert draft is not None
    return _spoken(here, draft, session, frames, last, facts, effects, claimed, runs, asked)


def _reached(here: Here, frame: Frame, facts: Facts, changed: str) -> Due:
    """这一场走到哪里了；就是来的时候那一场，什么也没变，已经走过一遍的不再走。"""
    if not changed and here.session.frames[-1:] == (frame,) and facts is here.facts and here.due:
        return here.due
    return replay(FLOWS[frame.flow].talk, dict(frame.answers), here.rules, facts, changed)


def switched(
    facts: Facts, running: tuple[Frame, ...], to: Known, others: Sequence[Known], rules: Rules
) -> tuple[Facts, tuple[Frame, ...]]:
    """换到另一个厂：没问完的几场停在原来的厂，那个厂停着的接着来。"""
    if to == (old := facts.known):
        return facts.of(to, tuple(others)), running
    left = replace(old, branches=old.branches or confirmed(running, rules), parked=running)
    rest = tuple(each for each in others if each not in (old, to))
    held = (*rest, left) if left != Known() else rest
    return facts.of(replace(to, parked=()), held[-MOST_FACTORIES:]), to.parked


def stays(running: tuple[Frame, ...]) -> str:
    """没问完的几场停在原来的厂，一句话。"""
    return f"前面那个厂没问完的{'、'.join(f'“{FLOWS[each.flow].title}”' for each in running)}停在那里，换回去接着问。"


def _spoken(
    here: Here,
    draft: Draft,
    session: Session,
    frames: tuple[Frame, ...],
    last: Frame | None,
    facts: Facts,
    effects: tuple[Effect, ...],
    claimed: str,
    runs: int = 0,
    asked: str = "",
) -> Turn:
    first, *rest = pages(draft, here.rules, frames[-1].flow if frames else draft.flow)
    session = Session(
        session.user,
        runs or session.runs,
        frames,
        last,
        draft.options,
        tuple(rest) or (session.more if claimed in ("unread", "lost") and not draft.options else ()),
        first.cites,
        facts.known,
        facts.others,
        session.hold,
        session.muted and OptedIn() not in effects,
        asked or session.asked,
        f"{draft.flow}:{draft.offers}" if draft.flow and draft.offers else draft.flow,
        session.case,
        session.lost,
    )
    return Turn(session, first, effects, "", claimed)


def say(body: str, cites: tuple[Citation, ...], then: str, options: tuple[Option, ...] = ()) -> Draft:
    """几行话、依据和下一步。"""
    return Draft(tuple(body.splitlines()), cites, then, options=options)


def both(drafts: list[Draft]) -> Draft:
    """几个答案合成一个：正文相接，依据相并，下一步用最后一个。"""
    body = tuple(line for draft in drafts for line in draft.body)
    return Draft(body, joined(*(draft.cites for draft in drafts)), drafts[-1].then)


def confirmed(outer: Sequence[Frame], rules: Rules) -> tuple[str, ...]:
    """外面还没说完的几场里认定了的分支：还没到结果，也算知道了。"""
    said = (str(value) for frame in outer for key, value in frame.answers if key.startswith("branch."))
    return tuple(dict.fromkeys(id for each in said for id in each.split(APART) if id in rules.branches))


def _kept(frame: Frame, due: Due) -> Frame:
    """按问的次序排好答案，去掉不再有效的；还没轮到的留着。"""
    asked = tuple([each for step, value in due.asked for each in step.logged(value)])
    if asked == frame.answers:
        return frame
    keys = {key for key, _ in asked}.union(due.dropped)
    return Frame(frame.flow, frame.run, (*asked, *((k, v) for k, v in frame.answers if k not in keys)))


def _ended(frame: Frame, end: End, revision: str) -> tuple[Effect, ...]:
    if not end.verdict:
        return end.effects
    return (Ended(frame.flow, frame.run, end.name, end.verdict, revision), *end.effects)
