"""把“谁审哪个环节”说成一行话；几个流程共用。"""

from dataclasses import dataclass
from functools import lru_cache

from dialogs.cites import joined
from dialogs.factory import wished
from knowledge.records import Branch, Citation, Review
from knowledge.rules import Rules

_STAGES = {
    ("pre_review", "district"): "区县预审",
    ("on_site", "experts"): "专家现场审查",
    ("collective", "city"): "市级集体会议审查",
    ("publicity", "city"): "市级公示公告",
    ("on_site", "unstated"): "现场审查（由谁没有写明）",
    ("collective", "unstated"): "集体会议审查（没有写明）",
    ("publicity", "unstated"): "公示公告（没有写明）",
}
_ORDER = tuple(dict.fromkeys(name for name, _ in _STAGES))
_CHINESE = "零一两三四五六七八九十"


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """一个分支摆开来：每组同样审法的等级一行；`notes` 说为什么有的环节没有写明。

    每个分支只造一次，所以按身份比较，不必一再比遍内容。
    """

    branch: Branch
    tiers: str
    rows: tuple[str, ...]
    notes: tuple[str, ...]
    cites: tuple[Citation, ...]


def tiers(branch: Branch) -> str:
    """“有两档：绩效引领、非绩效引领”。"""
    if any("（" in tier for tier in branch.tiers):
        return f"有这几格：{'、'.join(branch.tiers)}，其中B（B-）一格是B和B-两级"
    count = "只有一档" if len(branch.tiers) == 1 else f"有{_CHINESE[len(branch.tiers)]}档"
    return f"{count}：{'、'.join(branch.tiers)}"


def missed_wish(branch: Branch, said: str) -> tuple[str, ...]:
    """说了想评哪一级，而这个分支没有这一级：说出来。"""
    wish = wished(said)
    if not wish:
        return ()
    grade = wish.removeprefix("绩效")
    has = any(
        tier.removeprefix("地方").removeprefix("绩效").startswith(grade) or f"（{grade}）" in tier
        for tier in branch.tiers
    )
    return () if has else (f"您说想评“{wish}”，“{branch.name}”没有这一档。",)


def entrusted(rules: Rules, branch: Branch, tier: str) -> bool:
    """这一档是市里委托区县评的：受委托的行业的B级、绩效引领，材料和现场都由区县审。"""
    return (
        branch.list == "地方"
        and tier.removeprefix("地方") in ("B", "绩效引领")
        and rules.review(branch.id, tier).on_site == "district"
    )


def notes(places: tuple[Placed, ...]) -> tuple[str, ...]:
    """几个分支里没有写明的原因，同样的只说一次。"""
    return tuple(dict.fromkeys(note for place in places for note in place.notes))


@lru_cache(maxsize=512)
def placed(rules: Rules, branch: Branch) -> Placed:
    """一个分支有几档、每一档谁来审，以及出处。"""
    groups: dict[Review, list[str]] = {}
    for tier in branch.tiers:
        groups.setdefault(rules.review(branch.id, tier), []).append(tier)
    rows = tuple(f"{'、'.join(same)}：{_chain(review)}" for review, same in groups.items())
    unstated = tuple(dict.fromkeys(review.note for review in groups if review.note))
    return Placed(branch, tiers(branch), rows, unstated, joined((branch.cite,), *(review.cites for review in groups)))


def _chain(review: Review) -> str:
    stages = [_STAGES.get((name, getattr(review, name))) for name in _ORDER]
    if (review.pre_review, review.on_site) == ("district", "district"):
        stages[:2] = ["区县审核（申报材料审查、现场审查）"]
    return " → ".join(stage for stage in stages if stage)
