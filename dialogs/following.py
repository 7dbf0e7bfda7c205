"""接着上一场说的话：自评完了问“短板咋补”，预警说完了问“限多少嘛”，退回里问在哪里交；和问机器人自己的话。"""

import re

from dialogs.cites import HELP, joined, notice
from dialogs.flows import FLOWS
from dialogs.flows.boards import Gap
from dialogs.flows.checked import Checked
from dialogs.heard import BACK, RETURNED, aside_lines, other_returned
from dialogs.moves import Here, aside, say, settle
from dialogs.outline import mentioned
from dialogs.records import Frame, Turn
from dialogs.replay import replay
from dialogs.reply import Draft, explained, faqs_of
from dialogs.steps import End
from knowledge.guiding import unwritten

_SHORT = re.compile(
    r"(?:(?:那|我们|我厂|咱们?|离[abcd]级?|到[abcd]级?|现在|到底|究竟|具体)*(?:还|都)?(?:差|缺)(?:啥子?|什么|哪[些样几点]*|好多|多少|几[项样]|好远|多远)"
    r"|(?:我们|我厂|那|这些|具体)*(?:的)?短板(?:有|是|要)?(?:哪些|啥子?|什么)?(?:咋个?|怎么|啷个|如何)?(?:补|改|整改?|弄|办|整)?"
    r"|(?:咋个?|怎么|啷个|如何)补(?:短板|齐)?)"
    r"(?:才|就)?(?:能|够|得)?(?:上|升|评|到|达标|补齐)?(?:[上到])?(?:[abcd]级?|绩?效?引领)?(?:了|得)?"
)
_LACKING = frozenset("差缺板补")
"""_SHORT 命中时总有其中一个字。"""
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
_WHAT_IS = re.compile(r"(?:是|指的?是?)(?:个)?(?:什么|啥子?|哪样|咋个?回事)|(?:什么|啥子?|哪样)(?:意思|东西)")
_ENOUGH = re.compile(
    r"(?:咋个?|怎么|啷个|如何|什么|啥|哪)[^，。]{0,5}算[^，。]{0,3}(?:做到|达标|达到|合格|过关)|"
    r"(?:做|搞|弄)[^，。]{0,2}到(?:什么|啥子?|哪|何)[^，。]{0,3}(?:程度|样|步)|(?:什么|啥)样?[^，。]{0,3}才算"
)
_ONE_ITEM, _TOLD_APART = 20, ("gate", "transport", "transport_control")
"""这么短才是问一项；门禁和运输另有 HJ 1321 讲得更细的问答。"""
_WHO = re.compile(
    r"(?:你|您)们?(?:到底|究竟)?(?:(?:是不是|是)?(?:个)?(?:机器人|真人|人工|ai|人|电脑|智能客服)(?:不|吗|嘛|还是.{1,6})?"
    r"|(?:是不是|是)?(?:区|市|县)?(?:里头?|上)?(?:个)?(?:环保局|生态环境局|环境局|官方|政府|局里头?)(?:的|派的)?(?:人)?(?:不|吗|嘛|迈|哈|还是.{1,6})?"
    r"|是(?:哪个|谁|啥子?|什么|干什么的|做啥子?的|哪里的?|哪家的?|哪点的?)(?:单位|部门|人|公司)?(?:的)?(?:人)?)"
)
_DUNNO = frozenset("不清楚 不知道 不晓得 搞不清楚 搞不懂 搞不醒豁 说不清 不懂".split())


def following(here: Here) -> Turn | None:
    """说的是上一场的结果，或者机器人自己：照那一场答；都不是就是 None。"""
    said, last = here.said, here.session.last
    inside = {frame.flow for frame in here.session.frames}
    if said[:1] in ("你", "您") and _WHO.fullmatch(said):
        body = (
            "我是“创B争A”向导，是机器人，不是哪个单位的工作人员；照公开的通知答，每条都有出处。\n不代办申报，也不评级。"
        )
        return aside(here, say(body, HELP, "直接打字说贵厂生产什么；要找人，回复“人工”。"), "who")
    if said in _DUNNO and not inside:
        draft = say("没关系，现在没有等着您回答的问题。", HELP, "直接打字说贵厂主要生产什么，或回复“菜单”看能问什么。")
        return aside(here, draft, "okay")
    if guided := _guided(here):
        return aside(here, guided, "question")
    if item := _item_asked(here):
        return aside(here, item, "question")
    if "警" in said and _OVER.fullmatch(said):
        return aside(here, _over(), "over")
    if last and last.flow == "alert" and "alert" not in inside and _HOW_MUCH.fullmatch(said):
        return settle(here, here.session, "again", frames=(*here.session.frames, last))
    mine = last and last.flow == "assess" and "assess" not in inside and _SHORT.fullmatch(said)
    if last and mine and (short := _short(here, last)):
        return aside(here, short, "short")
    if (
        not inside
        and not _LACKING.isdisjoint(said)
        and _SHORT.fullmatch(said)
        and not here.rules.questions(here.message.text)
    ):
        draft = say("还差什么，要先自评才说得出：几问就完。", HELP, "回复“自评”。")
        return aside(here, draft, "short")
    if ("returned" in inside or (last and last.flow == "returned")) and _HAND_IN.search(said):
        faq = faqs_of(here.rules, "returned")
        return aside(here, explained(*faq), "question") if faq else None
    return None


def _guided(here: Here) -> Draft | None:
    """系统里评级以外的一件，被退回了，或单问到通知没有写的一点：头一句就说没有写。"""
    said, help_ = here.said, "打电话问贵厂所在区县生态环境局"
    if guide := other_returned(said, here.rules):
        body = (
            f"“{guide.asks[0]}”退回来以后怎么改、在哪里重交，通知没有写。",
            "附件4写的“审核不通过可以退回重新提交申报材料”，没有说包不包括它；附件5的大纲只管绩效分级的申报材料。",
            guide.next,
        )
        return Draft(
            body, joined(guide.cites, notice("附件4 二", "附件5"), HELP), f"看系统里的退回意见，{help_}怎么改。"
        )
    if (
        not BACK.isdisjoint(said)
        and RETURNED.search(said)
        and len(asked := aside_lines(said)) > 1
        and not mentioned(here.rules, said)
    ):
        quote = "原文：“审核不通过时可以在审核进展中重新提交申报材料。”"
        return Draft((*asked, quote), joined(notice("附件4 二"), HELP), f"登录系统看退回原因；{help_}窗口的事。")
    named = here.rules.guides.named(said)
    named = tuple(guide for guide in named if guide.id != "plan" or len(named) == 1)
    for guide in named:
        if missing := unwritten(guide, said):
            first = f"通知没有写“{guide.asks[0]}”{'、'.join(missing)}。"
            manual = "登录系统可下载“系统详细操作手册和相关指南标准”，看里面有没有写。"
            return Draft(
                (first, *guide.says.splitlines(), guide.next, manual),
                joined(guide.cites, notice("附件4 二"), HELP),
                f"{help_}。",
            )
    return None


def _item_asked(here: Here) -> Draft | None:
    """问自评里的一项是什么、做到什么程度才算：通知写了的只有名称和要它的证明，别的没有写。"""
    if len(here.said) > _ONE_ITEM:
        return None
    what, enough = _WHAT_IS.search(here.said), _ENOUGH.search(here.said)
    if not (what or enough):
        return None
    named = [
        (board, name)
        for board in here.rules.boards
        if board.id not in _TOLD_APART
        for name in (board.title, *board.says)
        if name.lower() in here.said
    ]
    if len({board.id for board, _ in named}) != 1:
        return None
    board, name = named[0]
    same = f"“{name}”就是“{board.title}”，" if name.isascii() else f"“{board.title}”"
    item = next((each for each in here.rules.outline if each.id == board.evidence), None)
    first = f"{same}{'做到什么程度才算，通知没有写。' if enough else '通知只写了这个名称，没有写具体指什么、怎么做。'}"
    proof = (
        f"附件5要它的证明材料：“{here.rules.clause(item.cite).text.splitlines()[0]}”。"
        if item
        else "附件5没有单列它的证明材料。"
    )
    guide = "各档要做到什么看本行业的指南，登录系统可下载“相关指南标准”；拿不准的请区县生态环境局来看。"
    cites = joined(board.cites, (item.cite,) if item else (), notice("正文 四（一）1", "附件4 二"), HELP)
    return Draft((first, proof, guide), cites, "登录系统，下载本行业的指南，对着看这一项。")


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
    wish = "，".join(f"“{name}”想评“{wish}”" if wish else f"“{name}”想评哪档还没定" for name, wish in lines)
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
