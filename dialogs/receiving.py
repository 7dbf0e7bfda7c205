"""问自己的提醒：为什么没收到、换了手机、下次哪天、几点发、订的是什么、怎么订、怎么退、交了还催不催；

说法在这一张表里，答在 about 流程。
"""

import re

from dialogs.consent import PLEASE, tidied
from dialogs.moves import Here, start
from dialogs.records import Turn

_LONGEST = 24
"""再长的话里多半还有别的事，不听整句的。"""
_US = r"(?:我们?|咱们?|厂里)?"
_HOW = r"(?:怎么|咋个?|啷个|为啥子?|为什么|啥子?原因)"
_LATELY = r"(?:好久|好多天|这阵|这几天|这段时间|最近|现在|今年|一直|都|又|还|就|们|你们?)*"
_SENT = r"(?:提醒|消息|通知|信息|推送|催)"
_OURS = r"(?:提醒|消息|推送)"
_TAIL = r"(?:了|咯|老|呢|喃|嘛|哦|哈|啊|呀|也)*"
_ODD = (
    r"大?半夜|晚上|夜里|夜头|夜晚|大清早|一大早|凌晨|周末|星期[六天日]|周[六日]|礼拜[六天日]|放假|节假日|下班(?:以?后)?"
)
_WHOLE = (
    ("device", re.compile(
        rf"{_US}(?:要|想|才|刚|把)*(?:(?:换|更换)了?一?个?了?(?:新的?)?(?:手机号?|号码|电话号?码?|微信号?)|(?:手机号?|号码|电话号?码?|微信号?)换|换号)了?"
        rf"(?:[,，。 ]*{_US}(?:还|你们?|提醒|订阅|订的|的|会|能|给|我们?|继续|照常)*"
        rf"(?:发|收得?到?|提醒|咋个?[办整弄]|怎么[办弄]|啷个[办整])?"
        r"(?:到)?(?:消息|提醒)?(?:不|吗|么|没)?)?")),
    ("why", re.compile(
        rf"{_US}(?:没|没有)退订?[,，]?{_LATELY}{_HOW}{_LATELY}(?:不|没)(?:发|提醒|催|收).*|"
        rf"{_US}(?:订了?的?)?(?:提醒)?{_HOW}{_LATELY}{_US}(?:收不到|没收到|没有收到|接不到){_US}(?:你们的?|到期|申报)*{_OURS}?{_TAIL}|"
        rf"{_US}{_LATELY}(?:收不到|没收到|没有收到|没得收到|没接到)(?:你们的?|到期|申报|任何|过)*{_OURS}{_TAIL}|"
        rf"(?:你们的?|到期|申报)*{_OURS}{_US}{_LATELY}{_HOW}?{_LATELY}(?:收不到|没收到|没有收到|没来|不来|没得){_TAIL}|"
        rf"{_HOW}{_LATELY}(?:不|没|没有)(?:再)?(?:给{_US})?(?:提醒|催){_US}{_TAIL}|"
        rf"{_HOW}{_LATELY}(?:不|没|没有)(?:再)?(?:给{_US})发{_OURS}?{_TAIL}|{_US}{_LATELY}{_HOW}{_LATELY}(?:不|没)发(?:提醒|消息|了){_TAIL}")),
    ("hours", re.compile(
        rf"(?:{_ODD})(?:的时候|的|里|头)?(?:也|还|都|你们?|会不会|会|要不要|不要|莫要?|别|不准|不许|给|能不能|可不可以)*{_US}(?:再|老是?)*"
        rf"(?:发|提醒|吵|催){_US}(?:不发|不提醒)?{_SENT}?(?:给{_US})?(?:行不行|要得不|不|吗|么|没)?{_TAIL}"
        rf"(?:[,，。 ]+(?:太|好|真|硬是)?(?:吵|烦|恼火)(?:死|得很|人)*(?:了|咯|老)?)?|"
        rf"(?:不要|莫要?|别|不准|请勿)(?:在)?(?:{_ODD})(?:的时候)?(?:给{_US})?(?:发|提醒|吵|催){_US}{_SENT}?{_TAIL}")),
    ("days", re.compile(
        rf"(?:会|到时候?|你们?|都)*提前(?:几|好多|多少|好)个?(?:天|工作日|久)(?:会|才|就|来|给)*{_US}(?:提醒|催|发){_US}{_SENT}?{_TAIL}|"
        rf"提醒(?:是)?提前(?:几|好多|多少|好)个?(?:天|工作日|久)(?:发)?{_TAIL}")),
    ("next", re.compile(
        rf"下(?:一)?[次回条](?:的)?(?:提醒)?(?:是|在|会|要)*(?:好久|几时|哪天|什么时候|啥子?时候|好多号|几号)(?:再|才|会|来|给)*{_US}"
        rf"(?:提醒|催|发){_US}{_SENT}?{_TAIL}|下(?:一)?[次回](?:的)?提醒(?:是|在)?(?:好久|几时|哪天|什么时候|啥子?时候|几号)")),
    ("which", re.compile(
        rf"{_US}(?:到底|现在|是不是|有没有|都)*订(?:阅|过)?(?:提醒)?(?:了|起|上|过)*(?:提醒)?(?:没得|没有|没|吗|么|不)|"
        rf"{_US}(?:到底|现在)*订没订(?:提醒)?{_TAIL}|{_US}(?:到底|现在|都)*订(?:阅)?(?:的|了)(?:提醒)?(?:是)?(?:些)?(?:啥子?|什么|哪[些个样几]*)(?:提醒|厂|区县?|行业)?{_TAIL}|"
        rf"{_US}的(?:提醒|订阅)|(?:看|查)(?:看|一?[哈下])?{_US}(?:的)?(?:订阅|订的提醒|订的啥子?|订了啥子?|提醒)")),
    ("blocked", re.compile(
        rf"{_US}(?:把你们?|要是|如果|都)*(?:屏蔽|拉黑|免打扰|静音|折叠|取消关注|取关|关了通知)(?:了|掉|以后|的话|你们?)*[,，]?{_US}"
        rf"(?:还|会不会|能不能|能|提醒)*(?:收得?到?|发|提醒){_US}(?:到)?{_SENT}?(?:不|吗|么|没)?{_TAIL}")),
    ("astray", re.compile(
        rf"(?:你们?)?(?:的)?(?:{_SENT}(?:发错|搞错|错)|催错|提醒错)(?:了|人|厂)+[,，。 ]*"
        rf"(?:{_US}(?:厂)?不是(?:这个|那个|你说的)?(?:厂|公司|企业|行业|区县?)(?:的)?)?|"
        rf"{_OURS}(?:里|上)?(?:说)?的?(?:厂|公司|企业)?不是{_US}(?:厂)?(?:的)?")),
    ("how", re.compile(
        rf"(?:请问|那)?(?:要)?(?:怎么|咋个?|啷个|如何|在?哪[里点儿])(?:才能|可以|去)?(?:订阅?|订起|开通?|设置?|弄|加)(?:到期|申报|一个|个)*(?:提醒|订阅|消息)?{_TAIL}"
        rf"|(?:提醒|订阅)(?:提醒)?(?:要)?(?:怎么|咋个?|啷个|如何|在?哪[里点儿])(?:订阅?|开通?|设置?|弄){_TAIL}")),
)  # fmt: skip
"""问的是哪一件（about 的 topic）和整句的说法，先的先认。"""
_ORDER = re.compile("订|提醒")
_LEFT = re.compile(r"退[订定]|取消订阅|(?:取消|停止|暂停|停掉|停了|关掉)提醒|不订了|(?:莫|别)(?:再)?发了")
_ONCE_MORE = re.compile(r"(?:还|又|再)[^,。?]{0,8}(?:订|恢复)[^,。?]{0,3}(?:吗|不|么|嘛|没)")
_STILL = re.compile(r"(?:还|再)[^,。?]{0,4}(?:提醒|催)[^,。?]{0,3}(?:吗|不|么|嘛|没|$)|会不会[^,。?]{0,3}(?:提醒|催)")
_HOW_TO_STOP = re.compile(r"咋|怎|啷|如何|哪[里点儿]|能不能|可不可以|行不行|(?:能|可以|得行).{0,3}退.{1,3}[不吗么没]$")
_HANDED = re.compile(r"[交报].*(?:了|以后|过后|之后)")
_Rows = tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]
_OF_LEAVING: _Rows = (("keep", (PLEASE,)), ("again", (_ONCE_MORE,)), ("stop", (_HOW_TO_STOP,)))
_OF_HANDING: _Rows = (("after", (_HANDED, _STILL)),)
"""夹在话里，说到退订的、没有说到的，各问的是哪一件，话里都有的几样；先的先认。"""
_ANY = re.compile("|".join(f"(?P<{topic}>{like.pattern})" for topic, like in _WHOLE))
_HINTS = frozenset("收发醒订换吵催来息推接错")
_LEAVING, _HANDING = frozenset("退取停关订发"), frozenset("交报")
"""整句的、说到退订的、说到交了的话里总有其一的字。"""


def topic_of(said: str, whole: bool) -> str:
    """问的是自己的提醒的哪一件；`whole` 为真只听整句的，为假只听夹在话里的：退订怎么退、交了还催不催。不是的是空的。"""
    if whole:
        found = None if _HINTS.isdisjoint(said) or len(said) > _LONGEST else _ANY.fullmatch(said)
        topic = (found.lastgroup or "") if found else ""
        return "" if topic == "how" and not _ORDER.search(said) else topic
    rows: _Rows = () if _HANDING.isdisjoint(said) else _OF_HANDING
    if not _LEAVING.isdisjoint(said) and _LEFT.search(said := tidied(said)):
        rows = _OF_LEAVING
    for topic, likes in rows:
        for like in likes:
            if not like.search(said):
                break
        else:
            return topic
    return ""


def received(here: Here) -> Turn | None:
    """话里整句问的是自己收的提醒，就由 about 流程照记着的答。"""
    if here.message.kind != "text" or here.message.value or not (topic := topic_of(here.said, whole=True)):
        return None
    if topic == "device" and "微信" in here.said:
        topic = "account"
    return start(here, "about", (("topic", topic),))
