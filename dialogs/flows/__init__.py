"""流程登记处：每个流程一行，次序就是菜单的次序；加一个流程就在这里加一行。"""

import re
from dataclasses import dataclass
from re import Pattern

from dialogs import heard
from dialogs.flows.about import about
from dialogs.flows.alert import alert
from dialogs.flows.assess import assess
from dialogs.flows.benefits import benefits
from dialogs.flows.calendar import calendar
from dialogs.flows.changes import changes
from dialogs.flows.declared import declared
from dialogs.flows.forget import forget
from dialogs.flows.guide import guide
from dialogs.flows.link import link
from dialogs.flows.materials import materials
from dialogs.flows.mine import mine
from dialogs.flows.progress import progress
from dialogs.flows.returned import returned
from dialogs.flows.review import review
from dialogs.flows.subscribe import subscribe
from dialogs.flows.system import system
from dialogs.flows.when import when
from dialogs.flows.which_grade import which_grade
from dialogs.heard import Answers, Asked, Hears
from dialogs.records import Known
from dialogs.replay import Flow
from knowledge.rules import Rules

_NOT = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Entry:
    """一个流程：`title` 是菜单上的名字，`says` 是别的叫法，`asks` 是要靠它回答的问法。

    `answers` 是单独问到时由它回答更准的问答（faq.toml 的 id）：它知道今天、窗口和用户自己的情况；
    `needs_branch` 的要先知道用户的行业分支才更准。
    `hears` 听一句话是不是要开始它、已经答了哪几步（heard.py），先于问答。
    """

    name: str
    title: str
    talk: Flow
    says: tuple[str, ...] = ()
    asks: Pattern[str] = _NOT
    answers: tuple[str, ...] = ()
    needs_branch: bool = False
    in_menu: bool = True
    hears: Hears | None = None


_ENTRIES = (
    Entry(
        "which_grade",
        "查行业与等级",
        which_grade,
        ("查行业", "查等级", "查行业等级", "行业", "等级", "我要查行业", "能评哪些等级", "我们属于哪个行业"),
        re.compile(
            r"(?:我们|我厂|我家|咱们?|俺们?).{0,6}(?:属于|算|归)(?:哪|啥|什么).{0,4}(?:行业|类)|^(?:能|可以)评(?:啥|什么|哪)"
        ),
    ),
    Entry(
        "assess",
        "自评",
        assess,
        ("自评一下", "自评一", "自查", "自我评估", "找短板", "查短板", "我要自评", "开始自评"),
        hears=heard.assess,
    ),
    Entry(
        "when",
        "申报时间",
        when,
        ("时间", "什么时候报", "现在能报吗", "申报窗口", "几时报", "好久报", "什么时候申报"),
        re.compile(
            r"(?:现在|今天|今年|目前|这阵|眼下|还|能不能|可不可以|可以|能|好久|几时|多久|(?:什么|啥子?)时候|哪天|截止|何时).{0,8}"
            r"(?:报得成|申报|报名|(?<!汇)报(?!告|废|销|价|表|过|材料|送)|截止)|(?:申报)?(?:窗口|时间).{0,4}(?:好久|几时|什么时候|到哪天)"
        ),
        ("when",),
    ),
    Entry(
        "review",
        "审核流程",
        review,
        ("流程", "谁审", "谁来审", "审核", "评审流程", "评级程序"),
        answers=("who-reviews", "which-grade"),
        needs_branch=True,
    ),
    Entry("materials", "申报材料", materials, ("材料", "交什么", "要交什么材料", "材料清单", "要准备什么材料")),
    Entry(
        "benefits",
        "惠企措施",
        benefits,
        ("好处", "有什么好处", "惠企", "政策优惠", "优惠政策", "有啥好处", "有啥子好处"),
    ),
    Entry("system", "系统怎么用", system, ("系统", "网址", "怎么登录", "登录系统", "系统网址", "怎么注册")),
    Entry("returned", "被退回了", returned, ("退回", "遭退了", "被退了"), hears=heard.returned),
    Entry("alert", "预警了", alert, ("预警", "来预警了", "重污染预警"), hears=heard.alert),
    Entry(
        "guide", "清单和一厂一策", guide, ("系统里别的事", "别的申报", "清单和方案"), in_menu=False, hears=heard.guide
    ),
    Entry("changes", "和去年比有什么变化", changes, ("有什么变化", "变化"), in_menu=False, hears=heard.changes),
    Entry(
        "subscribe",
        "订阅提醒",
        subscribe,
        ("订提醒", "到期提醒", "订阅", "提醒我", "提醒我们", "提醒一下我", "提醒我一下", "提醒哈我", "提醒我哈"),
        in_menu=False,
    ),
    Entry("calendar", "放进日历", calendar, ("加进日历", "手机日历"), in_menu=False),
    Entry("declared", "我们今天交了", declared, in_menu=False),
    Entry("progress", "我们报到哪步了", progress, ("报到哪步了",), in_menu=False),
    Entry("link", "绑定企业", link, ("绑定",), in_menu=False),
    Entry("about", "提醒怎么发", about, in_menu=False),
    Entry("mine", "我的信息", mine, ("我的企业", "我的资料"), in_menu=False),
    Entry("forget", "删除我的信息", forget, in_menu=False),
)

ANSWERS = {faq: entry for entry in _ENTRIES for faq in entry.answers}
_HEARING = tuple((entry.name, entry.hears) for entry in _ENTRIES if entry.hears)
ASKED = tuple(entry for entry in _ENTRIES if entry.asks is not _NOT)
FLOWS = {entry.name: entry for entry in _ENTRIES}
SAID = {said: entry.name for entry in _ENTRIES for said in (entry.title, *entry.says)}


def heard_in(said: str, rules: Rules, known: Known, asked: Asked) -> tuple[str, Answers] | None:
    """这句话要开始哪个流程，又已经答了哪几步；哪一个也不是，是 None。"""
    if heard.silent(said, rules):
        return None
    for flow, hears in _HEARING:
        if (answers := hears(said, rules, known, asked)) is not None:
            return flow, answers
    return None
