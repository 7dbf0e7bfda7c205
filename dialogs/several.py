"""一句话里说了几样的（“注塑、喷漆、电镀三条线”）：一样一样定，哪一样都不丢。"""

from dialogs.products import mentioned
from dialogs.steps import Choice, Choose
from dialogs.yesno import BOTH, NEITHER, NO_MORE, YES
from knowledge.records import Branch
from knowledge.rules import Rules

ALL = ("全部", "全都要", "都看", "都做", "都搞", "都定", "一样一样来", "一起")
EVERY = "every"
"""说了的几样，一样一样都定。"""
Heard = tuple[tuple[str, str], ...]
"""说到的几样：认得准分支的是分支，不然是行业；id 和名称。"""


def heard_in(rules: Rules, said: str) -> Heard:
    """一句话里说的几样：认得准分支的是分支，不然是行业；id 和名称。"""
    likely = [each.branch for each in rules.lookup(said).candidates if each.branch] if said else []
    found: list[tuple[str, str]] = []
    for id, name in mentioned(rules, said) if said else ():
        own = dict.fromkeys(branch for branch in likely if branch.industry_id == id)
        found.append((next(iter(own)).id, next(iter(own)).name) if len(own) == 1 else (id, name))
    return tuple(found)


def left(rules: Rules, heard: Heard, found: dict[Branch, str]) -> Heard:
    """还没定下来的几样。"""
    done = {branch.industry_id for branch in found}
    return tuple(dict.fromkeys(each for each in heard if _industry(rules, each[0]) not in done))


def _industry(rules: Rules, id: str) -> str:
    return rules.branches[id].industry_id if id in rules.branches else id


def next_one(rules: Rules, line: int, branch: Branch, heard: Heard) -> Choose:
    """您还说了别的几样：接着定哪一样。"""
    names = "".join(f"“{name}”" for _, name in heard)
    return Choose(
        key=f"next.{line}",
        prompt=f"好，“{branch.name}”记下了。您还说了{names}，接着定哪一样？",
        about="接着定哪一样",
        cites=tuple(rules.industries[_industry(rules, id)].branches[0].cite for id, _ in heard),
        choices=(
            *(Choice(id, name, YES if len(heard) == 1 else ()) for id, name in heard),
            *((Choice(EVERY, "都要", (*BOTH, *ALL)),) if len(heard) > 1 else ()),
            Choice("no", "别的不看了", ("不看了", "不用", "不用了", "先不看", *dict.fromkeys((*NO_MORE, *NEITHER)))),
        ),
    )
