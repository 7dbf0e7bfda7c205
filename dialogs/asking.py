"""问题：几个一起答，会的流程就由流程来答；顺带说了自己的厂，答完接着查。"""

import re
from functools import lru_cache

from msgspec.structs import replace

from dialogs.besides import several
from dialogs.cites import HELP, joined, notice
from dialogs.compound import besides_now, dated_later, in_order, lacking, own, titled
from dialogs.factory import ANOTHER, another, back_to_former
from dialogs.flows import ANSWERS, ASKED, FLOWS, heard_in
from dialogs.graded import SURE, YIELDING, corrected, graded
from dialogs.heard import HOW_ASSESSED, RESPONSE, aside_lines, beside_colour
from dialogs.moves import Here, aside, both, business, say, settle, start, stays, switched
from dialogs.onemore import one_more
from dialogs.outline import ASKS
from dialogs.records import Frame, Known, Turn, Value
from dialogs.reply import Draft, explained
from dialogs.steps import Text
from dialogs.wherein import wherein
from knowledge.phrases import asking, claiming, plain
from knowledge.records import Faq
from knowledge.rules import Rules

_TIERED = re.compile(r"[报评申升争创]\s*(?:[a-d](?![a-z])|绩?效?引领)", re.IGNORECASE)
_SLOGAN = re.compile(r"创\s*b\s*争\s*a", re.IGNORECASE)
_YEAR = re.compile(r"(20\d\d)年?|去年|明年|后年|前年")
_YEARS = {"前年": -2, "去年": -1, "明年": 1, "后年": 2}
_SILENT_ALERTS = frozenset("alert-length alert-loss alert-fine".split())
_DATED = re.compile(r"时间|日期|几[号月]|什么时候|啥时候|何时|好久|哪[天阵]|截止")
_NOW = re.compile(r"(?:今天|现在|今年|这阵).{0,3}(?<!不)报(?:得|不|名|吗|嘛|么|没)")
_ASKING = re.compile(
    r"[?？吗么嘛迈噻撒哇喃哈几谁哪啥问怎咋多好能可要该退驳过]|没得|还是|什么|有没有|是不是|不(?:$|[？?，,])"
)
_PLACING = re.compile(
    r"(?:哪[个一些几]{0,2}|什么|啥子?)[^，。？?]{0,2}(?:行业|分支|类)|(?:选|报|(?<![审核管评查])归|属于|算|划到)[到在]?(?:哪|啥|什么)(?![个一级里]{0,2}[审管评批看])|对应[^，。？?]{0,5}(?:哪|啥|什么)|归不归"
)
_SORTING = frozenset(
    "boundary parts-makers several-industries name-hint thermal-power casting-two cement-products not-listed "
    "industry-code who-delegated local-ten subsidy joint-2025 sichuan-guide exempt b-minus no-a d-grade honours "
    "rectify-lowest system-grade".split()
)
"""讲归类的问答：问的就是归哪一类时，只有它们不必让给查行业。"""
_BEYOND = frozenset("no-permit copies template honest withdraw file-size third-party returned".split())
"""提到材料的一部分，问的却是别的事的问答：不去念那一部分写什么。"""
_COUNTS_AS = re.compile(
    r"(?:算不算|是不是|属不属于|归不归|算|属于|归)(?:是)?([^，。,?？]{2,8}?)(?:行业|这一?类|类)?(?:不|吗|嘛|么|迈|噻|里头|的)*[?？]?$"
)
_WHETHER = re.compile(
    r"[，,]?(?:归不归|属不属于|算不算|在不在|管不管)(?:是|你们|我们|这个|名录|清单|名单|这里头)?(?:管|里头|里面|里|上)?(?:的|嘛|哦|喃)*[?？]?$"
)
_RATE_ME = re.compile(r"(?:帮|给)[^，。]{0,4}(?:评|测|估|打)")
_WHERE_SEEN = re.compile(r"(?:哪[里点儿个]?|咋个?|怎么|啷个)[^，。]{0,4}(?:看|查|找|拿|领|下)|看不到|找不到")
_SPLIT = re.compile(r"[?？]+")
_AT_LAST = re.compile(r"^.{8,}(?:想问|请问|就问|要问|问一?[下哈句])(?:一?[下哈句])?[:：，,\s]*(.{4,})$", re.DOTALL)
"""先说一通情形，末了才问：问的是最后那一句。"""
_UNSTATED = "由谁没有写明"
_NOT_THAT = re.compile(r"不是|不对|[搞说]?错了")
_ALSO = "您也可能是问："
_OURS = re.compile(r"我们|我厂|我家|咱|俺|本厂|本公司|我公司|我朋友")


def question(here: Here) -> Turn | None:
    """问题：几个一起答；顺带说了自己的厂，就接着查。"""
    text = here.message.text
    if back_to_former(here.said) and (turn := _former(here)):
        return turn
    if more := one_more(here) or titled(here):
        return answered(here, more)
    if another(text):
        return _another(here) or start(here, "mine", (("change", "other"),))
    if "报" in text and _NOW.search(text):
        asked = dated_later(here)
        return answered(here, asked) if asked else _live(here, "when", besides_now(here))
    if started := _heard(here):
        return started
    if _told_trade(here):
        return None
    if whether := _whether(here):
        return whether
    found = here.rules.lookup(text)
    if found.outcome == "match" and (found.candidates[0].why.endswith(f"：{here.said}") or not _asks(text)):
        return _wanting(here)
    asked = _each(here, text)
    if where := wherein(here, asked):
        return aside(here, where, "question")
    beyond = any(each.id in _BEYOND for each in asked)
    for title, part in _parts(here.rules):
        if title in text and not beyond:
            return start(here, "materials", (("part", part),))
    if not _SORTING.intersection(each.id for each in asked) and (placed := _placed(here)):
        return placed
    if _PLACING.search(text) and _named(here) and not _SORTING.intersection(each.id for each in asked):
        plainly = frozenset(("which-grade",)) if len(asked) > 1 else YIELDING
        besides = [explained(each) for each in asked if each.id not in plainly]
        lead = both(besides) if besides else None
        return None if here.session.frames else start(here, "which_grade", business(here), lead=lead)
    draft = graded(text, here.rules, asked)
    if draft and ([each.id for each in asked] != ["who-local-a"] or not any(_UNSTATED in line for line in draft.body)):
        return _told(here, _who_too(draft, asked))
    if [each.id for each in asked] == ["several-industries"] and (draft := graded(text, here.rules, ())):
        return _told(here, both([draft, *map(explained, asked)]))
    live = ANSWERS.get(asked[0].id) if len(asked) == 1 else None
    live = live or (None if asked else next((entry for entry in ASKED if entry.asks.search(here.said)), None))
    if live and live.name == "when" and _TIERED.search(_SLOGAN.sub("", text)) and not _DATED.search(text):
        live = FLOWS["review" if here.session.known.branches else "which_grade"]
    if live and (here.session.known.branches or not live.needs_branch):
        return _live(here, live.name, lacking(here) if live.needs_branch else None)
    if not asked and not here.session.frames and not _named(here):
        near = here.rules.nearest(text)
        asked = near if len(near) == 1 else ()
    also = here.rules.beside(text) if len(asked) == 1 else ()
    return answered(here, asked, also) if asked else _wanting(here)


def _wanting(here: Here) -> Turn | None:
    """“红木家具厂评A级”：说了行业，想评的却是那个行业没有的等级，先说没有，再接着查。"""
    wrong = None if here.session.frames else corrected(here.message.text, here.rules)
    return start(here, "which_grade", business(here), lead=wrong) if wrong else None


def _former(here: Here) -> Turn | None:
    """“换回去”“前面那个厂”：换回最后换走的那个厂；没有说过别的厂的，说没有。"""
    others = [known for known in here.session.others if known != here.session.known]
    if others:
        return start(here, "mine", (("change", "other"), ("factory", str(len(others)))))
    only = say("只说过一个厂，就是现在这个，没有换走过。", HELP, "要另加一个厂，回复“换个厂”。")
    return aside(here, only, "noted")


def _another(here: Here) -> Turn | None:
    """“我们换个厂，是做家具喷漆的”：没有说过别的厂，就从做什么查起；原来那个厂没问完的停着。"""
    trade = ANOTHER.sub("，", here.message.text).strip("，, 。我们")
    if here.session.others or not any(each.score >= SURE for each in here.rules.lookup(trade).candidates):
        return None
    running = here.session.frames
    facts, _ = switched(here.facts, running, Known(), (), here.rules)
    moved = here.at(replace(here.session, known=facts.known, others=facts.others, frames=()))
    lines = ["好，换到另一个厂说，前面那个厂记着的都留着。", *([stays(running)] if running else [])]
    return start(moved, "which_grade", (("business.1.1", trade),), lead=say("\n".join(lines), HELP, ""))


def _told_trade(here: Here) -> bool:
    """正问着做什么，头半句就说了产品，后半句说的是自己的情况：是回答，不是提问。"""
    step = here.due.step if here.due else None
    if not (isinstance(step, Text) and step.trade):
        return False
    trade, comma, rest = here.said.replace(",", "，").partition("，")
    return bool(comma) and not ASKS.search(rest) and here.rules.lookup(trade).outcome == "match"


def _placed(here: Here) -> Turn | None:
    """“做木门的，也做衣柜，算家具不”：前面说的行当正在那个行业里，就说是，接着问是哪个分支。"""
    named = _COUNTS_AS.search(here.said)
    if not named or here.session.frames or not _OURS.search(here.said):
        return None
    trade = here.said[: named.start()].strip("，, ")
    asked, ours = here.rules.lookup(named[1]).candidates, here.rules.lookup(trade).candidates
    if not trade or not asked or not ours or asked[0].score < SURE or asked[0].industry.id != ours[0].industry.id:
        return None
    industry = asked[0].industry
    first = industry.branches[0]
    body = f"算“{industry.name}”（{first.list}第{first.no}类），是里面的哪个分支还要选一下。"
    return start(here, "which_grade", (("business.1.1", trade),), lead=say(body, (first.cite,), ""))


def _whether(here: Here) -> Turn | None:
    """“饲料厂，归不归你们管”：问的就是前面说的行当在不在名录。"""
    named = "不" in here.said and _WHETHER.search(here.said)
    trade = here.said[: named.start()].strip("，, ") if named else ""
    found = here.rules.lookup(trade) if trade and not ASKS.search(trade) else None
    if found is None or not (found.candidates or found.question or trade.endswith(("厂", "场", "店", "站"))):
        return None
    if any(each.id not in YIELDING | _SORTING for each in here.rules.questions(here.message.text)):
        return None
    return start(here, "which_grade", (("business.1.1", trade),))


def _each(here: Here, text: str) -> tuple[Faq, ...]:
    """问的是哪几个；一条消息连问几句的，每一句都要有着落。"""
    asked = here.rules.questions(text)
    if not asked and "问" in text and (last := _AT_LAST.search(text)):
        return here.rules.questions(last[1])
    parts = [part.strip() for part in _SPLIT.split(text) if len(part.strip()) >= 3]
    if len(parts) < 2 or not asked:
        return asked
    for part in parts:
        own = here.rules.questions(part) or tuple(each for each in here.rules.nearest(part)[:1] if _hit(each, part))
        if own and not set(own) & set(asked):
            asked += own[:1]
    return asked


def _hit(faq: Faq, part: str) -> bool:
    return any(word in part for group in faq.words for word in group)


def _heard(here: Here) -> Turn | None:
    """这句话就是要开始某个流程（“被退回了”“橙色预警来了”）：开始，话里答过的几步不再问。"""
    if turn := several(here):
        return turn
    found = heard_in(here.said, here.rules, here.session.known, here.asked)
    if found is None:
        return None
    flow, answers = found
    if flow == "assess" and not answers and (open_ := _open(here, flow)):
        return open_
    frames = here.session.frames
    if frames and frames[-1].flow != flow and _NOT_THAT.match(here.said):
        here = here.at(replace(here.session, frames=frames[:-1]))
    return start(here, flow, answers, *_opening(here, flow, answers))


def _open(here: Here, flow: str) -> Turn | None:
    """这一场已经开着：接着来，不从头。"""
    frames = here.session.frames
    at = next((n for n, frame in enumerate(frames) if frame.flow == flow), None)
    return None if at is None else settle(here, here.session, flow, frames[: at + 1], prefix="接着上次的：")


def _opening(here: Here, flow: str, answers: tuple[tuple[str, Value], ...]) -> tuple[Draft | None, str]:
    """开口先说的：单独的几句，或接在第一问前面的半句。"""
    if flow == "alert":
        fresh = not here.session.frames and not here.session.known.branches  # 知道是哪一行的，流程自己答得准
        asked = here.rules.questions(here.message.text) if fresh else ()
        if beside_colour(here.said, here.rules):  # 什么也没问：只有那一行自己的措施才先说
            asked = tuple(each for each in asked if each.id == "alert-clinker")
        level = dict(answers).get("level")
        told = [each for each in asked if each.id.startswith("alert-") and (level or each.id in _SILENT_ALERTS)]
        if level or told:
            return explained(told[0]) if told else None, f"收到，{level}预警。" if level else ""
    if flow == "alert" and RESPONSE.search(here.said):
        return None, "几级响应对哪种颜色的预警，通知没有写，看预警通知上写的颜色。"
    if flow == "returned" and (lines := aside_lines(here.said)):
        return say("\n".join(lines), notice("附件4 二"), ""), ""
    if flow == "assess" and dict(answers).get("told"):
        return None, "差什么，答几问就说得出；想评的记下了，先说头一件："
    if flow == "assess" and HOW_ASSESSED.search(here.said):
        return None, "自评就在这里做：答几问，就说有哪几档、短板在哪几项。"
    if flow == "assess" and _RATE_ME.search(here.said):
        return None, "评级要走审核，这里只能帮您自查，几问就完。"
    if flow == "guide" and dict(answers).get("which") == "plan" and _WHERE_SEEN.search(here.said):
        cites = notice("附件4", "附件4 一")
        where = (
            "交过的“一厂一策”在系统哪一栏看、审过的从哪里拿，通知没有写；"
            "提交和审核都在“重庆市重污染天气应急管理系统”里，用企业自己的账号登录。"
        )
        return say(where, cites, ""), ""
    return None, ""


def _asks(text: str) -> bool:
    """在问，或者在说规则。"""
    if _ASKING.search(text):
        return True
    bare = plain(text)
    return asking(text, bare) or claiming(text, bare)


@lru_cache(maxsize=64)
def _parts(rules: Rules) -> tuple[tuple[str, str], ...]:
    """附件5各部分的名称和 id。"""
    return tuple((item.title, item.id) for item in rules.outline if not item.parent)


def _who_too(draft: Draft, asked: tuple[Faq, ...]) -> Draft:
    """问的是谁审，照那个行业答的却没有说到审核：先说通例。"""
    who = [each for each in asked if each.id.startswith("who-")]
    rest = [*map(explained, who)]
    if not who or any("→" in line for line in draft.body):
        return draft
    return both([draft, *rest] if "没有" in draft.body[0] else [*rest, draft])


def _live(here: Here, flow: str, lead: Draft | None = None) -> Turn:
    """由流程来回答；同一句还说了自己的厂，答完接着查它的等级。"""
    if flow == "which_grade" or here.session.frames or not _OURS.search(here.said) or not _trade(here):
        return start(here, flow, lead=lead or (_ahead(here) if flow == "when" else None))
    runs = here.session.runs + 1
    outer = Frame("which_grade", runs, business(here))
    return start(here.at(replace(here.session, runs=runs, frames=(outer,))), flow)


def _named(here: Here) -> bool:
    """说出了行业；只是字音相近的不算。"""
    return any(each.score >= SURE for each in here.rules.lookup(here.message.text).candidates)


def _trade(here: Here) -> bool:
    return bool(here.rules.lookup(here.message.text).candidates)


def _ahead(here: Here) -> Draft | None:
    """问的是别的年份：先说那一年有没有登记窗口，再说今天。"""
    today = here.facts.today
    named = _YEAR.search(here.message.text)
    year = int(named[1]) if named and named[1] else today.year + _YEARS.get(named[0], 0) if named else today.year
    if year == today.year or any(year in (window.start.year, window.end.year) for window in here.facts.windows):
        return None
    return say(f"{year}年的申报窗口，这里没有登记；下面是今天的情况。", notice("附件4 二", "正文 一"), "")


def answered(here: Here, asked: tuple[Faq, ...], also: tuple[Faq, ...] = ()) -> Turn:
    drafts = [own(here, each) for each in asked]
    drafts += [
        Draft((f"{_ALSO}{each.asks[0]}", *each.answer.splitlines()), each.cites, drafts[-1].then) for each in also
    ]
    if first := corrected(here.message.text, here.rules):
        drafts[0] = Draft((*first.body, *drafts[0].body), joined(first.cites, drafts[0].cites), drafts[0].then)
    return _told(here, in_order(drafts))


def _told(here: Here, draft: Draft) -> Turn:
    if not here.session.frames and _OURS.search(here.said) and _trade(here):
        return start(here, "which_grade", business(here), lead=draft)
    return aside(here, draft, "question")
