"""命令：菜单 返回 修改 重来 退出 人工 更多 原文 继续，以及永远有效的退订、返回机器人、删除我的信息。"""

import re
from collections.abc import Callable
from functools import lru_cache

from msgspec.structs import replace

from dialogs.cites import EXPERTS_ONLY, HELP, notice
from dialogs.consent import STOPPED, present, regretted, resumed, scanned, tidied, wanted
from dialogs.desk import ANYBODY, THERE, awaited, freed, person, wrong
from dialogs.flows import FLOWS
from dialogs.kept import KEPT
from dialogs.moves import BACK, Here, aside, ask_again, reopened, say, settle, speak, start
from dialogs.offering import boss, files
from dialogs.records import Effect, OptedIn, OptedOut, Option, Turn
from dialogs.reply import NEXT, Draft
from dialogs.steps import Recall
from knowledge.records import Citation

MENU = tuple(Option(entry.title, f"menu:{entry.name}") for entry in FLOWS.values() if entry.in_menu)
_ABOUT = notice("正文 四（一）1", "正文 四（一）2", "正文 四（二）", "附件4 二", "附件5", "附件1")
_WORDS = {
    "unsubscribe": "退订 退 取消订阅 不再提醒 别再发了 别给我发消息了 td tuiding",
    "resubscribe": "恢复订阅 重新订阅",
    "robot": "返回机器人 回到机器人 机器人",
    "forget": "删除我的信息 删除信息 删掉我的信息 清除我的信息",
}
_ALWAYS = {word: name for name, words in _WORDS.items() for word in words.split()}
_LIKE = (
    ("unsubscribe", re.compile(
        r"(?:请|麻烦)?(?:不要|不用|别|莫|不准)(?:再|老是|天天)*(?:给|跟|向)?(?:我们?)?(?:再)?(?:发|推送?|提醒)(?:我)?"
        r"(?:消息|信息|短信|通知|东西|广告)?(?:给我)?(?:了|咯)?|(?:我要|我想)?(?:退订|取消订阅|不想收(?:到)?(?:消息|信息|通知)?)(?:了)?")),
    ("forget", re.compile(
        r"(?:我?要|我?想|帮我|请|给我|把)*(?:我的?|我们的?)?(?:全部|所有)?(?:信息|数据|资料|账号|帐号|记录)?(?:都|全)?"
        r"(?:删除?掉?|清除|清空|注销|销户|删号|销号)(?:我的?|我们的?|这里的?|存的)?(?:全部|所有)?"
        r"(?:信息|数据|资料|账号|帐号|账户|记录|号)?(?:都|全)?(?:了|掉)?")),
)  # fmt: skip
"""退订和删除的别的说法，整句都是才算。"""
_HINTS = frozenset("订定发推提催收删清销扰烦喊叫知停关退")
"""这些说法（连同 consent.wanted 认的）里总有其中一个字；一个也没有就不必逐个去对。"""


def always(here: Here) -> Turn | None:
    """退订、删除我的信息、返回机器人：什么也拦不住。"""
    if here.session.topic == STOPPED and regretted(here.said):
        return resumed(here)
    if here.said not in _ALWAYS and _HINTS.isdisjoint(here.said):
        return None
    said = tidied(here.said)
    if here.session.frames and command_of(said) is leave and not _reminded(here):
        return None
    like = (name for name, like in _LIKE if like.fullmatch(said))
    name = _ALWAYS.get(said) or next(like, wanted(said))
    if name == "forget" and here.said == "删除" and here.session.frames and here.session.frames[-1].flow == "forget":
        return None
    if name == "unsubscribe":
        here = _muted(here, True)
        kept = "刚才没问完的留着，回复“继续”接着来；" if here.session.frames else ""
        draft = say(
            "已退订，今后不会主动给您发消息。\n您发消息来，我照样回答。", HELP, f"{kept}想恢复，回复“恢复订阅”。"
        )
        return speak(here, replace(draft, flow=STOPPED), here.session, (OptedOut(),), name)
    if name == "resubscribe":
        return resumed(here)
    if not name:
        return None
    free, ended = freed(here)
    if name == "forget":
        turn = start(free, "forget")
    else:
        turn = resume(free) if free.session.frames else menu(free, "我回来了。")
    return replace(turn, effects=(*ended, *turn.effects))


def _reminded(here: Here) -> bool:
    """订着提醒、问着别的事：说“退”“不订了”的是提醒；正订着、没有订的，是这一场不要了。"""
    return here.session.known.reminded and here.session.frames[-1].flow != "subscribe"


def welcome(here: Here, district: str = "") -> Turn:
    """第一次见面，或扫码进来：说清能做什么，记下区县、订上那里的提醒。退订过又重新关注的，就是恢复订阅。"""
    event, named = here.message.event, here.rules.districts_in(district)
    if named and KEPT not in here.recalled:
        return Turn(here.session, None, recall=KEPT, claimed="welcome")
    muted = here.session.muted
    hello = "您好，我是“创B争A”向导，讲得清贵厂属于哪个行业、能评哪些等级、谁来审、交什么、什么时候报。"
    lines = [] if event == "scan" and named else [hello]
    effects: tuple[Effect, ...] = ()
    flow = ""
    if named:
        place, called = present(here.rules, named[0])
        said, effects, held = scanned(here, place, muted)
        lines.append(f"记下了：{called}。{said}")
        flow = "scan" if held and not effects else ""
        known = replace(here.session.known, district=place.id, reminded=here.session.known.reminded or held)
        here = here.at(replace(here.session, known=known))
    if event == "subscribe" and muted:
        here = _muted(here, False)
        effects = (OptedIn(),)
        lines.append("您退订过，重新关注就恢复了，今后可以主动给您发消息；不想收，回复“退订”。")
    then = "直接打字说贵厂主要生产什么，例如“我们是做商砼的”；也可以选："
    draft = say("\n".join(lines), _ABOUT, then, options=MENU)
    return aside(here, replace(draft, flow=flow), "welcome", effects)


def menu(here: Here, lead: str = "") -> Turn:
    """列出能问的；进行中的对话收起来，回复“继续”接着来。"""
    body = f"{lead}可以问这些："
    if here.session.frames:
        body += "\n刚才没问完的留着，回复“继续”接着来。"
    return speak(
        here, say(body, _ABOUT, "回复编号，或直接打字说贵厂生产什么：", options=MENU), here.session, claimed="menu"
    )


def resume(here: Here) -> Turn:
    """接着上次没答完的问。"""
    if not here.session.frames:
        return menu(here, "没有没答完的问题。")
    return settle(here, here.session, "resume", prefix="接着上次的：")


def back(here: Here) -> Turn:
    """退回上一个问题；已有结果的，退回最后一问。"""
    again = reopened(here)
    due = again.due
    asked = [step.key for step, _ in due.asked if not isinstance(step, Recall)] if due else []
    return ask_again(again, asked[-1], "back") if asked else leave(here)


def correct(here: Here) -> Turn:
    """列出答过的，选一个重答。"""
    again = here.revisited
    due = again.due
    asked = [(step, value) for step, value in due.asked if not isinstance(step, Recall)] if due else []
    if not asked:
        return aside(here, say("还没有可改的回答。", HELP, "回复“菜单”看能问什么。"), "correct")
    run = again.session.frames[-1].run
    options = tuple(
        Option(f"{step.about or step.key}：{step.shows(value)[:20]}", f"fix:{run}:{step.key}") for step, value in asked
    )
    cites = asked[-1][0].cites
    draft = Draft(("要改哪一个？别的回答都会留着。",), cites, "回复编号：", options=options)
    return speak(here, draft, here.session, claimed="correct")


def restart(here: Here) -> Turn:
    """这一场从头来。"""
    here = reopened(here)
    return start(here, here.session.frames[-1].flow) if here.session.frames else menu(here)


def leave(here: Here) -> Turn:
    """不问了：外层还有就回外层，否则回菜单。"""
    session = replace(here.session, frames=here.session.frames[:-1])
    here = here.at(session)
    return settle(here, session, "leave", prefix=BACK) if session.frames else menu(here, "好的。")


def more(here: Here) -> Turn:
    """下一页。"""
    if not here.session.more:
        return aside(here, say("后面没有了。", HELP, "回复“菜单”看能问什么。"), "more")
    page, *rest = here.session.more
    if not page.options and here.session.shown:
        last = (
            "接着答刚才的问题，或回复“列表”再看各项。"
            if here.session.frames
            else "回复刚才列的编号，或回复“列表”再看各项。"
        )
        page = replace(page, text=f"{page.text[: page.text.rindex(NEXT)]}{NEXT}{last}")
    return Turn(replace(here.session, more=tuple(rest)), page, claimed="more")


def again(here: Here) -> Turn:
    """把该问的，或刚才列的，再列一遍。"""
    if here.session.frames:
        return settle(here, here.session, "list", reopened=True)
    if not here.session.shown:
        return menu(here)
    cites = here.session.cites or HELP
    return speak(here, say("刚才列的是这些：", cites, "回复编号：", here.session.shown), here.session, claimed="list")


def original(here: Here) -> Turn:
    """刚才那条答复所依据的条款，原文照登；转述的说明是转述。"""
    cites = tuple(cite for cite in here.session.cites if here.rules.holds(cite))
    if not cites:
        return aside(
            here,
            say("没有可看的条款：还没有引用过，或已不在有效期。", HELP, "先问一个问题，再回复“原文”。"),
            "original",
        )
    lines = [line for cite in cites for line in _clause(here, cite)]
    return aside(here, Draft(tuple(lines), cites, "回复“菜单”看还能问什么。"), "original")


def _clause(here: Here, cite: Citation) -> tuple[str, ...]:
    if cite == EXPERTS_ONLY:
        return (f"【{here.rules.basis((cite,))}】只给专家用，原文不在这里登。",)
    clause = here.rules.clause(cite)
    kind = "原文" if clause.quoted else "转述"
    return (f"【{here.rules.basis((cite,))}】（{kind}）", *clause.text.splitlines())


def _muted(here: Here, muted: bool) -> Here:
    return here.at(replace(here.session, muted=muted))


def thanks(here: Here) -> Turn:
    """客气话。"""
    return aside(here, say("不客气，随时问。", HELP, "回复“菜单”看能问什么。"), "thanks")


def there(here: Here) -> Turn:
    """问在不在：等着人的说还在等，别的就打招呼。"""
    return awaited(here) if here.session.case == "waiting" else welcome(here)


def anybody(here: Here) -> Turn:
    """问有没有人：等着人的说还在等，别的就是要找人。"""
    return awaited(here) if here.session.case == "waiting" else person(here)


_SPELLINGS: dict[Callable[[Here], Turn], str] = {
    menu: "菜单 主菜单 首页 功能 帮助 help menu ? 目录 0",
    back: "返回 上一步 后退 退回上一步 返回上一步 back",
    correct: "修改 改一下 我要改 更正 改答案 修改答案 填错了 选错了 点错了",
    restart: "重来 重新开始 从头来 重新来 重新查",
    leave: "退出 退 不订了 不问了 取消 结束 算了 退出去 quit exit",
    person: "人工 转人工 找人 找人工 人工客服 客服 人工服务 真人 我要人工 "
    "喊个人来 喊人 找个人 叫个人来 转客服 在线客服 有没有人",
    wrong: "没帮助 没有帮助 答非所问 牛头不对马嘴 乱说 乱答 瞎说 瞎答 你说错了 你答错了 你搞错了 "
    "你说得不对 你说的不对 你答得不对 你答的不对 说得不对 答得不对 我不是问这个 我问的不是这个 不是问这个 "
    "不是这个意思 你没听懂 你没看懂 听不懂人话",
    more: "更多 下一页 还有呢 接着看 看更多 more",
    original: "原文 看原文 条款 原话 通知原文 依据",
    there: "在吗 在不在",
    welcome: "你好 您好 hi hello 嗨 哈喽 早 早上好 下午好 开始 start /start",
    boss: "给老板看 老板看 给领导看 一页纸 出一页纸 老板要看",
    files: "出材料 导出材料 申报材料大纲 生成材料 材料大纲 出大纲 导出 下载材料 出文件 出申报材料",
    thanks: "谢谢 谢了 多谢 感谢 谢谢了 谢谢你 好的谢谢 辛苦了 再见 拜拜 👍 👌",
    again: "列表 再列一遍 看列表 列出来 选项 再看一遍",
    resume: "我上回问到哪里了 上次问到哪里了 上回问到哪了 上次问到哪了 上次问到哪 问到哪了 "
    "接着问 继续 接着来 继续上次 接着上次 go on",
}
COMMANDS: dict[str, Callable[[Here], Turn]] = {
    word: command for command, words in _SPELLINGS.items() for word in words.split()
}
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[Here], Turn]], ...] = (
    (THERE, there),
    (ANYBODY, anybody),
    (re.compile(
        r"(?:好的?|要得|行|可以|嗯+|对头?|晓得了?|知道了?|明白了?|懂了|收到|ok|[,，。!！ ])*"
        r"(?:(?:谢谢|谢了|多谢|感谢|辛苦|麻烦|打扰|难为|再见|拜拜|回头见)"
        r"[您你们了老师哈哦嘛呀啊咯领导,，。!！ ]*)+"), thanks),
    (re.compile(
        r"(?:帮我|给我|我要|请)*(?:出|生成|导出|下载|打印|做)(?:一份|一哈|一下|个|份)?(?:申报|评级)?的?"
        r"(?:资料|材料|申报书|申报表|申请书|申请表|表格|文书|大纲|文件)"), files),
    (re.compile(
        r"(?:帮我|我要|请)*(?:转|发|给)(?:一份|一个)?(?:给)?(?:我们)?"
        r"(?:老板|领导|厂长)(?:看)?(?:一?[哈下])?"), boss),
    (re.compile(
        r"(?:我们?)?(?:刚才|上一?[回次]|之前|前面|昨天)?(?:的)?(?:自评|问|答|说|搞|做|弄|查)+(?:到)"
        r"(?:了)?(?:哪[里点儿]?|哪一?[步项问])(?:了|来)?"), resume),
)  # fmt: skip
"""命令的别的说法，整句都是才算。"""


@lru_cache(maxsize=4096)
def command_of(said: str) -> Callable[[Here], Turn] | None:
    """这句话是哪个命令；不是命令是 None。"""
    return COMMANDS.get(said) or next((each for like, each in _PATTERNS if like.fullmatch(said)), None)
