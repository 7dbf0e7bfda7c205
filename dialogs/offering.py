"""给老板看、出材料：自评做过就交出文书，没做过就请先做；文书怎么写在 dialogs/papers/。"""

from dataclasses import replace
from datetime import date

from dialogs.cites import HELP, notice
from dialogs.moves import Here, say, speak
from dialogs.papers.shape import BLANK
from dialogs.records import Option, Turn
from dialogs.reply import Draft

ASSESSED = "assessed"
PAGE = ("page",)
EVERYTHING = ("page", "outline", "checklist")
_ASSESS = (Option("自评", "menu:assess"),)


def boss(here: Here) -> Turn:
    """给老板看的一页。"""
    draft = say(
        "一页纸做好了，点开链接就能转给老板：行业分支、想评的等级、短板、时间，每条都有出处。\n"
        "{when}链接30天有效，谁拿到都打得开；删除信息以后就打不开了。\n"
        "这是按您的回答整理的自查，不是评级结果。",
        notice("附件3", "正文 三（二）", "附件5", "附件4 二"),
        "要申报材料大纲和材料清单，回复“出材料”。",
    )
    return _handed(here, draft, PAGE, "boss", "还没有自评过，出不了一页纸。")


def files(here: Here) -> Turn:
    """申报材料大纲和材料清单，连同那一页。"""
    draft = say(
        "申报材料大纲和材料清单做好了。\n"
        "{when}大纲按附件5从一到六排好，知道的已经填上。\n"
        f"空着的标“{BLANK}”；清单逐项写着有、缺、不涉及还是待核实。\n"
        "都是按您的回答整理的，不是评级结果，也不代替申报。",
        notice("附件5", "正文 五 二是"),
        f"把“{BLANK}”的填上、缺的补齐；没把握的一项，打名称问我。",
    )
    return _handed(here, draft, EVERYTHING, "papers", "还没有自评过，出不了材料。")


def _handed(here: Here, draft: Draft, documents: tuple[str, ...], claimed: str, none: str) -> Turn:
    if ASSESSED not in here.recalled:
        return Turn(here.session, None, recall=ASSESSED, claimed=claimed)
    assessed = here.recalled[ASSESSED]
    if not isinstance(assessed, tuple) or not assessed:
        nothing = say(f"{none}\n先做自评：几问就完，答完就能出。", HELP, "回复编号，或直接打“自评”：", _ASSESS)
        return speak(here, nothing, here.session, claimed=claimed)
    day = date.fromisoformat(assessed[1])
    when = f"按{day.year}年{day.month}月{day.day}日的自评。"
    body = tuple(line.replace("{when}", when) for line in draft.body)
    if here.session.frames:
        body += ("刚才没问完的留着，回复“继续”接着来。",)
    turn = speak(here, Draft(body, draft.cites, draft.then), here.session, claimed=claimed)
    assert turn.reply is not None
    return replace(turn, reply=replace(turn.reply, documents=documents))
