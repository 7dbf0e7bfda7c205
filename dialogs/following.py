"""接着上一场说的话：自评完了问“短板咋补”，预警说完了问“限多少嘛”，退回里问在哪里交；和问机器人自己的话。"""

import re

from dialogs.cites import HELP, joined, notice
from dialogs.flows import FLOWS
from dialogs.flows.boards import Gap
from dialogs.flows.checked import Checked
from dialogs.moves import Here, aside, say, settle
from dialogs.records import Frame, Turn
from dialogs.replay import replay
from dialogs.reply import Draft
from dialogs.steps import End

_SHORT = re.compile(
    r"(?:(?:那|我们|我厂|咱们?|离[abcd]级?|到[abcd]级?|现在|到底|究竟|具体)*(?:还|都)?(?:差|缺)(?:啥子?|什么|哪[些样几点]*|好多|多少|几[项样]|好远|多远)"
    r"|(?:我们|我厂|那|这些|具体)*(?:的)?短板(?:有|是|要)?(?:哪些|啥子?|什么)?(?:咋个?|怎么|啷个|如何)?(?:补|改|整改?|弄|办|整)?"
    r"|(?:咋个?|怎么|啷个|如何)补(?:短板|齐)?)"
    r"(?:才|就)?(?:能|够|得)?(?:上|升|评|到|达标|补齐)?(?:[上到])?(?:[abcd]级?|绩?效?引领)?(?:了|得)?"
)
_HOW_MUCH = re.compile(
    r"(?:那|到底|我们|我厂|究竟|具体|要|得|该)*(?:限产?|停产?|减产?|减排)(?:到底)?(?:要)?(?:多少|好多|几成|哪[些条几]*|啥子?|什么|百分之几|几条)(?:线|产|生产线)?"
)
_OVER = re.compile(
    r"(?:[黄橙红]色?)?(?:重污染天?气?)?(?:预警|[黄橙红]警)(?:已经|都|终于|今天|刚刚?)*(?:解除|取消|结束|撤|过去|完|停)(?:了|咯|老)(?!没|吗|么|不|迈)"
    r"(?:[，, ]*(?:我们)?(?:(?:可以|能|能不能|是不是|可不可以|要不要|好久)?.{0,10}))?"
)
_HAND_IN = re.compile(
    r"(?:改|弄|补|整)(?:好|完|齐)?.{0,4}(?:在|到|从)?(?:哪[里点儿个]?|咋个?|怎么|啷个)[^，。]{0,4}(?:交|提交|报|传|点)"
)
_WHO = re.compile(
    r"(?:你|您)(?:到底|究竟)?(?:是不是|是)?(?:个)?(?:机器人|真人|人工|ai|人|电脑|智能客服)(?:不|吗|嘛|还是.{1,6})?|(?:你|您)(?:到底|究竟)?是(?:哪个|谁|啥子?|什么|干什么的|做啥子?的|哪里的?|哪家的)(?:单位|部门|人)?(?:的)?"
)
_DUNNO = frozenset("不清楚 不知道 不晓得 搞不清楚 搞不懂 搞不醒豁 说不清 不懂".split())


def following(here: Here) -> Turn | None:
    """说的是上一场的结果，或者机器人自己：照那一场答；都不是就是 None。"""
    said, last = here.said, here.session.last
    inside = {frame.flow for frame in here.session.frames}
    if _WHO.fullmatch(said):
        body = (
            "我是“创B争A”向导，是机器人，不是哪个单位的工作人员；照公开的通知答，每条都有出处。\n不代办申报，也不评级。"
        )
        return aside(here, say(body, HELP, "直接打字说贵厂生产什么；要找人，回复“人工”。"), "who")
    if said in _DUNNO and not inside:
        draft = say("没关系，现在没有等着您回答的问题。", HELP, "直接打字说贵厂主要生产什么，或回复“菜单”看能问什么。")
        return aside(here, draft, "okay")
    if _OVER.fullmatch(said):
        return aside(here, _over(), "over")
    if last and last.flow == "alert" and "alert" not in inside and _HOW_MUCH.fullmatch(said):
        return settle(here, here.session, "again", frames=(*here.session.frames, last))
    mine = last and last.flow == "assess" and "assess" not in inside and _SHORT.fullmatch(said)
    if last and mine and (short := _short(here, last)):
        return aside(here, short, "short")
    if not inside and _SHORT.fullmatch(said) and not here.rules.questions(here.message.text):
        draft = say("还差什么，要先自评才说得出：几问就完。", HELP, "回复“自评”。")
        return aside(here, draft, "short")
    if _HAND_IN.search(said) and ("returned" in inside or (last and last.flow == "returned")):
        faq = next((each for each in here.rules.faq if each.id == "returned"), None)
        return aside(here, Draft(tuple(faq.answer.splitlines()), faq.cites, faq.then), "question") if faq else None
    return None


def _over() -> Draft:
    return say(
        "好，预警解除了就松口气。\n"
        "解除以后什么时候恢复生产、要不要先报告，便函〔2024〕210号没有写。\n"
        "以发解除通知的区县生态环境局为准，先看贵厂“一厂一策”里有没有写。",
        joined(notice("附件1 八", "附件4 一"), HELP),
        "打电话问所在区县生态环境局，确认可以恢复了再恢复。",
    )


def _short(here: Here, last: Frame) -> Draft | None:
    """刚做完的自评里没做到的各项，各要什么。"""
    end = replay(FLOWS["assess"].talk, dict(last.answers), here.rules, here.facts).step
    if not isinstance(end, End) or "short" not in end.data:
        return None
    gaps: tuple[Gap, ...] = end.data["short"]  # type: ignore[assignment]
    checked: tuple[Checked, ...] = end.data["checked"]  # type: ignore[assignment]
    lines: tuple[tuple[str, str], ...] = end.data["lines"]  # type: ignore[assignment]
    wish = "，".join(f"“{name}”想评“{wish}”" for name, wish in lines)
    body = [f"{wish}，按您自评时说的，没做到的有 {len(gaps)} 项：" if gaps else f"{wish}，您自评时没有说没做到的。"]
    rows = []
    for each in checked:
        for one in each.short:
            if row := one.at(each.wish):
                body.append(f"{one.dimension}——{one.id}，“{each.wish}”要{row.text}")
                rows.append(row.cite)
    named = {one.dimension for each in checked for one in each.short}
    for gap in gaps:
        if gap.title in named:
            continue
        body.append(f"{gap.title}：{gap.needs}")
    body.append("各档指标的限值通知没有写，要对照本行业的指南；补的办法可请区县生态环境局和技术单位帮扶。")
    proofs = tuple(gap.evidence.cite for gap in gaps if gap.evidence)
    cites = joined(
        tuple(rows), *(gap.cites for gap in gaps), proofs, notice("正文 三（二）", "正文 三（一）"), end.cites
    )
    return Draft(tuple(body), cites, "补好一项就回复“修改”改那一项，或回复“给老板看”出一页纸。")
