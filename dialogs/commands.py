"""命令：菜单 返回 修改 重来 退出 人工 更多 原文 继续，以及永远有效的退订、返回机器人、删除我的信息。"""

from collections.abc import Callable
from dataclasses import replace

from dialogs.cites import EXPERTS_ONLY, HELP, notice
from dialogs.flows import FLOWS
from dialogs.moves import BACK, Here, aside, ask_again, say, settle, speak, start
from dialogs.offering import boss, files
from dialogs.records import OptedIn, OptedOut, Option, Turn
from dialogs.reply import Draft
from dialogs.steps import Recall
from knowledge.records import Citation

MENU = tuple(Option(entry.title, f"menu:{entry.name}") for entry in FLOWS.values() if entry.in_menu)
_ABOUT = notice("正文 四（一）1", "正文 四（一）2", "正文 四（二）", "附件4 二", "附件5", "附件1")
_WORDS = {
    "unsubscribe": "退订 取消订阅 不再提醒 别再发了 别给我发消息了 td",
    "resubscribe": "恢复订阅 重新订阅",
    "robot": "返回机器人 回到机器人 机器人",
    "forget": "删除我的信息 删除信息 删掉我的信息 清除我的信息",
}
_ALWAYS = {word: name for name, words in _WORDS.items() for word in words.split()}


def always(here: Here) -> Turn | None:
    """退订、删除我的信息、返回机器人：什么也拦不住。"""
    name = _ALWAYS.get(here.said)
    if name == "unsubscribe":
        draft = say("已退订，今后不会主动给您发消息。\n您发消息来，我照样回答。", HELP, "想恢复，回复“恢复订阅”。")
        return aside(_muted(here, True), draft, name, (OptedOut(),))
    if name == "resubscribe":
        draft = say("已恢复，今后可以主动给您发消息。", HELP, "回复“菜单”看能问什么。")
        return aside(_muted(here, False), draft, name, (OptedIn(),))
    if name == "robot":
        free = here.at(replace(here.session, hold=None))
        return resume(free) if free.session.frames else menu(free, "我回来了。")
    return start(here.at(replace(here.session, hold=None)), "forget") if name else None


def welcome(here: Here, district: str = "") -> Turn:
    """第一次见面，或扫码进来：说清能做什么，记下区县。退订过又重新关注的，就是恢复订阅。"""
    named = here.rules.districts_in(district)
    if named:
        here = here.at(replace(here.session, known=replace(here.session.known, district=named[0].id)))
    body = "您好，我是“创B争A”向导，讲得清贵厂属于哪个行业、能评哪些等级、谁来审、交什么、什么时候报。"
    if named:
        body += f"\n记下了：{named[0].name}。"
    back = here.message.event == "subscribe" and here.session.muted
    if back:
        here = _muted(here, False)
        body += "\n您退订过，重新关注就恢复了，今后可以主动给您发消息；不想收，回复“退订”。"
    then = "直接打字说贵厂主要生产什么，例如“我们是做商砼的”；也可以选："
    return aside(here, say(body, _ABOUT, then, options=MENU), "welcome", (OptedIn(),) if back else ())


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
    again = _reopen(here)
    due = again.due
    asked = [step.key for step, _ in due.asked if not isinstance(step, Recall)] if due else []
    return ask_again(again, asked[-1], "back") if asked else leave(here)


def correct(here: Here) -> Turn:
    """列出答过的，选一个重答。"""
    again = _reopen(here)
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
    here = _reopen(here)
    return start(here, here.session.frames[-1].flow) if here.session.frames else menu(here)


def leave(here: Here) -> Turn:
    """不问了：外层还有就回外层，否则回菜单。"""
    session = replace(here.session, frames=here.session.frames[:-1])
    here = here.at(session)
    return settle(here, session, "leave", prefix=BACK) if session.frames else menu(here, "好的。")


def person(here: Here) -> Turn:
    """要找人：区县局和通知列的联系人，原样。"""
    contact = here.rules.clause(HELP[1]).text.removeprefix("联系人：").rstrip("。")
    draft = say(
        f"要找人，请联系贵厂所在区县生态环境局；通知列的联系人：{contact}。",
        HELP,
        "打电话前，把贵厂的行业分支和要问的事记在手边；回复“菜单”我也可以继续答。",
    )
    return aside(here, draft, "person")


def more(here: Here) -> Turn:
    """下一页。"""
    if not here.session.more:
        return aside(here, say("后面没有了。", HELP, "回复“菜单”看能问什么。"), "more")
    page, *rest = here.session.more
    return Turn(replace(here.session, more=tuple(rest)), page, claimed="more")


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


def _reopen(here: Here) -> Here:
    """没有进行中的对话时，把刚结束的一场重新打开。"""
    session = here.session
    if session.frames or session.last is None:
        return here
    return here.at(replace(session, frames=(session.last,)))


def thanks(here: Here) -> Turn:
    """客气话。"""
    return aside(here, say("不客气，随时问。", HELP, "回复“菜单”看能问什么。"), "thanks")


_SPELLINGS: dict[Callable[[Here], Turn], str] = {
    menu: "菜单 主菜单 首页 功能 帮助 help menu ? 目录 0",
    back: "返回 上一步 后退 退回上一步 返回上一步 back",
    correct: "修改 改一下 我要改 更正 改答案 修改答案 填错了 选错了 点错了",
    restart: "重来 重新开始 从头来 重新来 重新查",
    leave: "退出 不问了 取消 结束 算了 退出去 quit exit",
    person: "人工 转人工 找人 找人工 人工客服 客服 人工服务 真人 我要人工",
    more: "更多 下一页 还有呢 接着看 看更多 more",
    original: "原文 看原文 条款 原话 通知原文 依据",
    welcome: "你好 您好 在吗 在不在 hi hello 嗨 哈喽 早 早上好 下午好 开始 start /start",
    boss: "给老板看 发给老板 转给老板 给老板 给领导看 发给领导 一页纸 出一页纸 老板要看",
    files: "出材料 导出材料 申报材料大纲 生成材料 材料大纲 出大纲 导出 下载材料 出文件 出申报材料",
    thanks: "谢谢 谢了 多谢 感谢 谢谢了 谢谢你 好的谢谢 辛苦了 再见 拜拜 👍 👌",
    resume: "我上回问到哪里了 上次问到哪里了 上回问到哪了 上次问到哪了 上次问到哪 问到哪了 "
    "接着问 继续 接着来 继续上次 接着上次 go on",
}
COMMANDS: dict[str, Callable[[Here], Turn]] = {
    word: command for command, words in _SPELLINGS.items() for word in words.split()
}
