"""给老板看、出材料：自评做过就交出全部文书，没做过就请先做；文书怎么写在 dialogs/papers/。"""

from datetime import date

from msgspec.structs import replace

from dialogs.cites import HELP, notice
from dialogs.moves import Here, aside, say, speak
from dialogs.papers.shape import BLANK
from dialogs.rating import Ratings
from dialogs.records import Option, Turn
from dialogs.reply import Draft
from dialogs.wishing import levels, same

ASSESSED = "assessed"
EVERYTHING = ("page", "outline", "checklist")
_LINKS = "链接30天有效，谁拿到都打得开；删除信息以后就打不开了。"
_NOT_GRADED = "都是按您的回答整理的自查，不是评级结果，也不代替申报。"
_FILL_IN = f"把“{BLANK}”的填上、缺的补齐；没把握的一项，打名称问我。"
_ASSESS = (Option("自评", "menu:assess"),)


def boss(here: Here) -> Turn:
    """给老板看的一页，连同两份文件：一次都给。"""
    draft = say(
        "一页纸、申报材料大纲和材料清单都做好了：一页纸可以直接转给老板，两份文件自己填。\n"
        "{when}一页纸写行业分支、想评的等级、短板、时间，每条都有出处，最下面也能下载两份文件。\n"
        f"{_LINKS}\n{_NOT_GRADED}",
        notice("附件3", "正文 三（二）", "附件5", "附件4 二"),
        _FILL_IN,
    )
    return _handed(here, draft, "boss", "还没有自评过，出不了一页纸。")


def files(here: Here) -> Turn:
    """同样的三份，先说大纲和清单。"""
    draft = say(
        "申报材料大纲和材料清单做好了，还有给老板看的一页。\n"
        "{when}大纲按附件5从一到六排好，知道的已经填上。\n"
        f"空着的标“{BLANK}”；清单逐项写着备齐没有、做到没有、不涉及还是待核实。\n{_LINKS}\n{_NOT_GRADED}",
        notice("附件5", "正文 五 二是"),
        _FILL_IN,
    )
    return _handed(here, draft, "papers", "还没有自评过，出不了材料。")


def _handed(here: Here, draft: Draft, claimed: str, none: str) -> Turn:
    if ASSESSED not in here.recalled:
        return Turn(here.session, None, recall=ASSESSED, claimed=claimed)
    assessed = here.recalled[ASSESSED]
    if isinstance(assessed, tuple) and assessed and (unfinished := _unfinished(here, claimed, assessed[0])):
        return unfinished
    if not isinstance(assessed, tuple) or not assessed:
        if unfinished := _unfinished(here, claimed):
            return unfinished
        nothing = say(f"{none}\n先做自评：几问就完，答完就能出。", HELP, "回复编号，或直接打“自评”：", _ASSESS)
        return speak(here, nothing, here.session, claimed=claimed)
    if withheld := _withheld(here, claimed, assessed):
        return withheld
    day = date.fromisoformat(assessed[1])
    when = f"按{day.year}年{day.month}月{day.day}日的自评。"
    body = tuple(line.replace("{when}", when) for line in draft.body)
    if here.session.frames:
        body += ("刚才没问完的留着，回复“继续”接着来。",)
    turn = speak(here, Draft(body, draft.cites, draft.then), here.session, claimed=claimed)
    assert turn.reply is not None
    return replace(turn, reply=replace(turn.reply, documents=EVERYTHING))


def _withheld(here: Here, claimed: str, assessed: tuple[str, ...]) -> Turn | None:
    """自评说的不是现在这个厂，或想评的档后来说成了别的：说清楚，先不出。"""
    known, (name, branches, wishes) = here.session.known, (*assessed[2:5], "", "", "")[:3]
    named = bool(name and known.name)
    own = name == known.name if named else bool(set(branches.split()) & set(known.branches))
    if here.session.others and branches and not own:
        titles = "、".join(here.rules.branches[id].name for id in branches.split() if id in here.rules.branches)
        this = f"“{known.name}”" if known.name else "现在说的这个厂"
        told = f"{this}还没有可出的自评：最近一次自评说的是{f'“{name}”' if name else '另一个厂'}（{titles}）。"
        then = "给这个厂做，回复“自评”；要出那个厂的，先回复“换个厂”换回去。"
        return aside(here, say(f"{told}\n不拿别的厂的材料当这个厂的。", HELP, then), claimed)
    said = wishes.split()
    has = any(same(tier, known.wish) for id in branches.split() if id in here.rules.branches
              for tier in levels(here.rules.branches[id].tiers))  # fmt: skip
    if known.wish and has and said and not any(same(each, known.wish) or same(known.wish, each) for each in said):
        told = f"想评的等级后来说成了“{known.wish}”，自评是按“{'、'.join(said)}”做的，先不出。"
        return aside(
            here, say(told, HELP, f"按“{known.wish}”的，回复“自评”重做；还按原来的，回复“改成{said[0]}”。"), claimed
        )
    return None


def _unfinished(here: Here, claimed: str, run: str = "") -> Turn | None:
    """自评正答到一半：说答完就出，接着问该问的那一步；没有在答的是 None。`run` 是出过结果的一场：只看它是不是在改。"""
    frames = here.session.frames
    at = next((n for n, frame in enumerate(frames) if frame.flow == "assess" and run in ("", str(frame.run))), None)
    if at is None:
        return None
    again = here.at(replace(here.session, frames=frames[: at + 1]))
    few = "最后" if again.due and isinstance(again.due.step, Ratings) else ""
    told = "刚才改了，还差几问没答完，先不出：出来的会是改之前的。" if run else f"自评还差{few}几问，答完就出。"
    return aside(again, say(told, HELP, ""), claimed)
