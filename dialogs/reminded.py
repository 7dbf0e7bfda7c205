"""提醒和申报情况的话由谁来接：订、交了、绑定、日历、报得成不、提醒的种种；听不出是这些就让给别人。"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from dialogs import handed
from dialogs.declaring import declaring, uncertain
from dialogs.factories import factories, mentioned
from dialogs.factory import LINK_LETTERS, LINK_SIZE, company
from dialogs.flows.when import RULE
from dialogs.heard import Answers, returned
from dialogs.moves import Here, aside, say, start
from dialogs.ordering import called, ordering
from dialogs.receiving import topic_of
from dialogs.records import Known, Turn, Unsubscribed
from dialogs.remarked import about_binding, day_asked, misspoken
from dialogs.reminding import scope
from dialogs.reply import explained, faqs_of
from dialogs.sentback import sent_back

Hears = Callable[[Here], Answers | None]

_CODE = re.compile(
    rf"(?<![0-9a-z])(?:[{LINK_LETTERS.lower()}][ -]?){{{LINK_SIZE - 1}}}[{LINK_LETTERS.lower()}](?![0-9a-z])"
)
_LINK = re.compile(r"绑定|(?:一次性|关联|区县给)的?码|码[是为:]")
_STEP = re.compile(
    r"(?<![写做编])到(?:了)?哪一?步|报没报(?!告)|(?:申报|审核)(?:的)?(?:进度|状态)[^,。?]{0,4}(?:咋|怎|如何|啥|到哪)"
)
_WHERE = re.compile(r"哪[里点儿]?[^,。?]{0,2}[看查]|[咋怎啷][^,。?]{0,3}[看查]")
_OURS = re.compile(r"我们|我厂|我家|咱|俺|本厂|本公司|我公司")
_ALTER = re.compile(r"(?:[给帮替]我|你)[^,。?]{0,5}改成?[^,。?]{0,3}(?:审核|已?提交|已?公布|通过|已?退回|已?交)")
_CALENDAR = re.compile(r"(?:放|加|弄|导|存|添|整|搞|记|写|设)[^,。?]{0,8}日历|日历[^,。?]{0,3}(?:文件|链接)|\.ics")
_RENEW = re.compile(r"(?:提醒|订阅)[^,。?]{0,8}(?:重新|再)[^,。?]{0,2}订|(?:要不要|用不用|不用|需要|还要|要)重新订")
_OFTEN = re.compile(
    r"(?<![区县市局上所])(?<![区县市]里)(?<!上头)(?<!老板)(?:会不会|是不是|莫|会)?(?:天天|一直|老是|经常|每天)(?:都)?[^,。?]{0,4}(?:发|催|提醒|推)|"
    r"提醒[^,。?]{0,5}(?:好久|几时|什么时候|啥子?时候|几次|几条)|(?:好久|多久)[^,。?]{0,3}(?:提醒|催|发)(?:我们?)?一[次条]"
)
_WILL = re.compile(
    r"^(?:喂|到时候?|那|你们?|系统|[,， ])*(?:会|能|可以|得)(?:不会|不能)?(?:提前|到时候?|主动|先|[给跟]我们?)*"
    r"(?:提醒|喊|叫|通知|招呼|说)(?:我们?|一?[哈下声])*(?:吗|嘛|不|么|迈|哈)*[?？]?$"
)
_WORKDAYS = re.compile(
    r"工作日[^,。?]{0,5}(?:啷|咋|怎|如何)[^,。?]{0,3}算|"
    r"(?:国庆|中秋|春节|清明|五一|端午|元旦|周末|节假日|放假|调休)[^,。?]{0,8}(?:除没除|除了没|扣没扣|除不除)"
)
_HOLIDAY = re.compile(
    r"(国庆|中秋|春节|清明|五一|端午|元旦|周末|节假日|调休)[^,。?]{0,8}(?:算不算|算没算|是不是|算)[^,。?]{0,3}(?:工作日|$)"
)
_WONDERS = frozenset("改步报审订醒退取交算除扣班假休作国秋节明五端旦周喊叫知呼说发催推收")
"""问改状态、退订、工作日、假日、怎么提醒、过时收不收的，总有其中一个字。"""
_SIGNS = _WONDERS | frozenset("进状历截还现今这估绑关码闹到换告诉递撤打驳推过毙否错不了定妥再没未才乱瞎玩快")
"""下面几样不看上文就认得出的话里总有其中一个字。"""
_TOPICS = ("when", "scan", "declared", "whether", "link", "subscribe", "about")
"""说着这些，“那大足区的”“是的”“昨天”也由这里接。"""
_COUNT = re.compile(r"(?:算|报|申报)[^,。?]{0,5}几[次回]")
_LATE = re.compile(
    r"(?:窗口|时间|截止)[^,。?]{0,4}(?:关|过|完|到)[^。?]{0,6}(?:收不收|收不|收吗|交得成|能不能交|重新交)"
)
_REDOING = re.compile(r"退|重新|没改好|改不完|改好")
_WHEN = re.compile(
    r"(?:好久|几时|哪天|什么时候|啥子?时候|多久)[^,。?]{0,2}截止|截止[^,。?]{0,6}(?:好多|多少|几|哪|好久|什么时候)|"
    r"还(?:有|剩)(?:好多|多少|几)个?(?:天|工作日)|"
    r"(?:现在|今天|今年|还|这阵)[^,。?]{0,6}(?:报得成|交得成|报得到|能报不|能不能报)|"
    r"估(?:摸|计)[^,。?]{0,4}(?:好久|几时|什么时候|哪天)"
)
_NOT_WHEN = re.compile(r"目标|预警|整改|公示|复核|有效|自评|处罚|[报评升申争创]\s*(?:[a-d](?![a-z])|绩?效?引领)")
_PLACE_ONLY = re.compile(r"(?:那|那么)?[\u4e00-\u9fff]{2,5}?的?")
"""光是一个区县：“那大足区的”。"""
_MISSED = re.compile(r"补报|补交|错过|搞忘|忘了报")
_DROP = re.compile(r"(?:不用|不要|不消|莫|别)(?:再)?(?:给我们?)?(?:提醒|催)")
_KEEP = re.compile(r"^(?:不改|不用改|莫改|不要改|不换)|还是(?:在)?")


def reminded(here: Here) -> Turn | None:
    """话里说的是提醒、申报情况、日历、窗口，就由那个流程来接。"""
    if not here.said or here.message.kind != "text" or here.message.value or not _likely(here):
        return None
    return _heard(here)


def _heard(here: Here) -> Turn | None:
    """逐样去对。"""
    for flow, hears in _HEARS:
        answers = hears(here)
        if answers is not None:
            return start(here, flow, answers)
    return (
        declaring(here)
        or sent_back(here)
        or _dropped(here)
        or _stays(here)
        or about_binding(here)
        or misspoken(here)
        or _anew(here)
        or uncertain(here)
    )


def _likely(here: Here) -> bool:
    """刚说着提醒的，或话里有它们会认的字：光说行当、打招呼的，不必一样一样去对。"""
    said, topic, frames = here.said, here.session.topic, here.session.frames
    return (
        not _SIGNS.isdisjoint(said)
        or topic.startswith(_TOPICS)
        or topic.endswith(":subscribe")
        or (bool(frames) and frames[-1].flow == "subscribe")
        or said.isascii()
    )


def _linking(here: Here) -> Answers | None:
    said = here.said
    asked = "码" in said or "绑定" in said
    found = _CODE.search(said)
    if found and (_LINK.search(said) if asked else here.session.topic == "link" or found[0] == said):
        code = found[0].replace(" ", "").replace("-", "").upper()
        if asked or here.session.topic == "link" or any(c.isdigit() for c in code):
            return (("code", code),)
    return () if said in ("绑定", "绑定企业", "我要绑定", "关联企业") else None


def _stepping(here: Here) -> Answers | None:
    """报到哪步了；说的是别家，就不在这里接。"""
    if not _STEP.search(here.said) or (_WHERE.search(here.said) and not here.session.known.linked):
        return None
    return None if _other(here) else ()


def _other(here: Here) -> bool:
    name, own = company(here.message.text), here.session.known
    return bool(name) and (own.linked or not _OURS.search(here.said)) and name != own.name


def _dated(here: Here) -> Answers | None:
    plainly = here.said in ("日历", "申报日历", "提醒日历")
    return () if plainly or (("日历" in here.said or ".ics" in here.said) and _CALENDAR.search(here.said)) else None


_OF_TIME = frozenset("when missed period returned resubmit-days once still-valid".split())
"""都是问时间的问答；还问了别的，就由问答一起答。"""


def _asking(here: Here) -> Answers | None:
    """今天能不能报、还剩几天；顺着上一句问别的日子、别的区县也算。"""
    said, known = here.said, here.session.known
    following = here.session.topic.startswith("when") and (
        said in ("今天", "那今天", "现在", "那现在")
        or (_PLACE_ONLY.fullmatch(said) and here.rules.districts_in(here.message.text))
    )
    late = "returned" if "现在" in said and _LATE.search(said) and _REDOING.search(said) else ""
    if not (following or late or (_WHEN.search(said) and not _NOT_WHEN.search(said))) or called(said):
        return None
    late = late or ("missed" if _MISSED.search(said) else "")
    named = [each.id for each in here.rules.districts_in(here.message.text)]
    asked = [each.id for each in here.rules.questions(here.message.text)]
    if len(asked) > 1 and (not _OF_TIME.issuperset(asked) or (asked[0] == "once" and not late)):
        return None
    if _OURS.search(said) and here.rules.lookup(here.message.text).candidates:
        return None
    elsewhere = named[0] if named and known.district and known.district not in named else ""
    return tuple((key, value) for key, value in (("elsewhere", elsewhere), ("late", late)) if value)


def _wondering(here: Here) -> Answers | None:
    said, topic = here.said, ""
    if _WONDERS.isdisjoint(said):
        return None
    if "改" in said and _ALTER.search(said):
        topic = "dispute"
    elif _STEP.search(said) and _other(here):
        topic = "other"
    elif "订" in said and _RENEW.search(said):
        topic = "renew"
    elif "明年" in said and "提醒" in said:
        topic = "nextyear"
    elif wondering := topic_of(said, whole=False):
        topic = wondering
    elif _WORKDAYS.search(said):
        topic = "workdays"
    elif asked := day_asked(said, here.facts.today):
        topic = f"day:{asked.isoformat()}"
    elif day := _HOLIDAY.search(said):
        topic = f"holiday:{day[1]}"
    elif _WILL.search(said):
        topic = "will"
    elif _OFTEN.search(said) and (here.session.topic or "提醒" in said or "催" in said):
        topic = "often"
    elif _LATE.search(said) and _REDOING.search(said) and not returned(said, here.rules, Known(), here.asked):
        topic = "late"
    elif here.session.known.reminded and "今年" in said and _COUNT.search(said) and "能" not in said:
        topic = "count"
    return (("topic", topic),) if topic else None


def _anew(here: Here) -> Turn | None:
    """这一年报过了还想再报：照“一年只能申报一次”的问答说。"""
    if here.session.frames or "再" not in here.said or not handed.ANEW.search(here.said) or here.asked():
        return None
    once = faqs_of(here.rules, "once")
    return aside(here, explained(*once), "question") if once else None


def _dropped(here: Here) -> Turn | None:
    """几个厂里点名说不用提醒的那一个：只停它的，别的照旧。"""
    if not _DROP.search(here.said):
        return None
    held = factories(here.session.known, here.session.others)
    which = mentioned(here.message.text, here.session.known, here.session.others)
    if len(which) != 1:
        return None
    known = held[int(which[0])]
    name = known.name or scope(here.rules, known.district, "").partition("、")[0]
    draft = say(f"好，{name}的不再提醒；别的厂照旧。", RULE, "都不想收，回复“退订”；再要，回复“订阅提醒”。")
    return aside(here, draft, "dropped", (Unsubscribed(known.name),))


def _stays(here: Here) -> Turn | None:
    """扫了别处的码，说不改：区县还是原来的。"""
    if here.session.topic != "scan" or here.session.frames or not _KEEP.search(here.said):
        return None
    district = here.rules.districts.get(here.session.known.district)
    if district is None:
        return None
    draft = say(f"好，还是{district.name}。提醒照旧，不用重新订。", RULE, "回复“申报时间”，看还剩几个工作日。")
    return aside(here, replace(draft, flow="stays"), "stays")


_HEARS: tuple[tuple[str, Hears], ...] = (
    ("link", _linking),
    ("progress", _stepping),
    ("calendar", _dated),
    ("when", _asking),
    ("about", _wondering),
    ("subscribe", ordering),
)
