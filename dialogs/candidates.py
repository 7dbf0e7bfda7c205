"""查到几个候选以后问什么：“……最像……，对吗？”“是下面哪一个？”，没有找到的问有没有锅炉、炉窑。"""

from dataclasses import fields

from dialogs.cites import joined, notice
from dialogs.flows.echo import echo_of, label, ordinal
from dialogs.picking import Several
from dialogs.steps import Choice, Choose
from dialogs.yesno import BOTH, FIRST, LATER, LEFT, NEITHER, NO_MORE, NONE_LEFT, ONLY, WHICH, YES, neither, remarks
from knowledge.records import Branch, Candidate, Found
from knowledge.rules import Rules


def which_branch(rules: Rules, found: Found, said: str, turn: str, several: bool) -> Choose:
    """有候选的：认得准的问对不对，分不清的问是哪一个；`several` 为真，几个都要也行。"""
    heard: dict[str, dict[str, Branch]] = {}
    for branch in (branch for each in found.candidates for branch in _branches(each)):
        heard.setdefault(branch.industry_id, {})[branch.id] = branch
    branches = tuple(branch for industry in heard.values() for branch in industry.values())
    echo = echo_of(rules, found, said)
    sure = len(branches) == 1 or found.outcome == "match"
    if len(branches) == 1 and echo == branches[0].name:
        prompt = f"就是“{branches[0].name}”（{ordinal(branches[0])}），对吗？"
    elif sure:
        prompt = f"“{echo}”{'都' if '”“' in echo else ''}最像“{branches[0].name}”（{ordinal(branches[0])}），对吗？"
    else:
        prompt = f"“{echo}”{_unclear(branches)}：{found.question or '是下面哪一个？'}"
    later = not turn.startswith("1.")
    yes = (*YES, *BOTH, *(() if later else ONLY))
    apart = NO_MORE if later else LEFT if sure else ()
    no = tuple(word for word in (NEITHER if sure else neither(found.question)) if word not in apart)
    asked = Choose(
        key=f"branch.{turn}",
        prompt=prompt,
        about="行业分支",
        cites=joined(tuple(branch.cite for branch in branches)),
        choices=(
            *(Choice(b.id, label(b), yes if sure and b is branches[0] else ()) for b in branches),
            Choice("none", "都不是", no),
        ),
        still=rules.branches,
        retells=f"business.{turn}",
        remarks=(LATER if later else FIRST if sure else WHICH, *(() if sure else remarks(found.question))),
    )
    if sure:
        return asked
    products = {each.why for each in found.candidates}
    whole = len(products) in (1, len(branches))  # 说了几样、有一样还分不清分支的，“全部”数不清
    return Several(**{each.name: getattr(asked, each.name) for each in fields(asked)}, whole=whole, several=several)


def _unclear(branches: tuple[Branch, ...]) -> str:
    """同一行业只差分支，还是连行业也分不清。"""
    one = all(branch.industry_id == branches[0].industry_id for branch in branches)
    return (
        f"是{branches[0].list}第{branches[0].no}类“{branches[0].industry}”，要分清分支" if one else "要分清是哪个行业"
    )


def _branches(candidate: Candidate) -> tuple[Branch, ...]:
    return (candidate.branch,) if candidate.branch else candidate.industry.branches


def not_found(found: Found, said: str, turn: str) -> Choose:
    """附件3里没有找到：有锅炉、炉窑的另看，也可以换个说法。"""
    return Choose(
        key=f"absent.{turn}",
        prompt=f"“{said.strip()[:20]}”在附件3的行业里没有找到。\n"
        f"{found.question or '没列名的厂，若有工业锅炉或炉窑，要看“通用行业（含工业锅炉/炉窑）”。'}",
        about="名录里没有找到",
        cites=notice("附件3 二 10", "正文 四（二）"),
        choices=(
            Choice("p10-1", "有工业锅炉或炉窑", ("有锅炉", "有炉窑", "有工业锅炉", "有")),
            Choice("again", "换个说法再查", ("换个说法", "重新查")),
            Choice(
                "absent",
                "都没有",
                (*NONE_LEFT, "没有", "没得", "莫得", "无", "没有锅炉", "没锅炉", "没得锅炉", "没有炉窑"),
            ),
        ),
        retells=f"business.{turn}",
    )
