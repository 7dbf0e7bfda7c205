"""自评的一段：只录了一项指标、各档写法不同的，一问问清到了哪一档。"""

from typing import cast
from zlib import crc32

from dialogs.cites import joined
from dialogs.rating import Status
from dialogs.steps import Choice, Choose
from knowledge.records import Branch, Requirement, Table

_NONE = "没有 没得 莫得 都没有 都没得 没做到 都没做到 手工 手工造型"


def levels_of(table: Table, branch: Branch, wish: str, lead: str) -> Choose | None:
    """从想评的一档往下，到了哪一档；不是这样的表是 None。`lead` 接在问话前面。"""
    if table.whole or len(table.requirements) != 1:
        return None
    only = table.requirements[0]
    tiers = _different(only, branch, wish)
    if len(tiers) < 2:
        return None
    rows = tuple(row for tier in tiers if (row := only.at(tier)))
    doubt = "据转载，以原件为准；" if table.confidence == "B" else ""
    return Choose(
        key=f"{branch.id}.level",
        prompt=f"{lead}先看{only.dimension}：“{branch.name}”的{only.id}到了哪一档？（{doubt}从高到低，选做到了的最高一档）",
        about=f"{only.dimension}到哪一档",
        cites=joined(tuple(row.cite for row in rows), (branch.cite,)),
        choices=(
            *(Choice(_id(only, tier), f"{tier}：{_text(only, tier)}", _called(tier)) for tier in tiers),
            Choice("none", "都没做到", tuple(_NONE.split())),
            Choice("unknown", "不清楚", ("都不清楚", "不晓得", "不知道", "说不清")),
            Choice("na", "不涉及", ("不适用", "没有这项")),
        ),
    )


def reached(table: Table, branch: Branch, wish: str, said: str) -> dict[tuple[str, str], Status]:
    """到了哪一档，写成各档的答案：更高的没达到。"""
    only = table.requirements[0]
    tiers = _different(only, branch, wish)
    if said in ("unknown", "na"):
        return {(tier, only.id): cast(Status, said) for tier in (tiers if said == "unknown" else tiers[:1])}
    at = next((n for n, tier in enumerate(tiers) if _id(only, tier) == said), len(tiers))
    return {(tier, only.id): "unmet" if n < at else "met" for n, tier in enumerate(tiers[: at + 1])}


def _different(requirement: Requirement, branch: Branch, wish: str) -> tuple[str, ...]:
    """写法不同的各档，各取最好的一档。"""
    found: dict[str, str] = {}
    for tier in branch.tiers[branch.tiers.index(wish) :]:
        if requirement.at(tier) is not None:
            found.setdefault(_text(requirement, tier), tier)
    return tuple(found.values())


def _id(requirement: Requirement, tier: str) -> str:
    """连着要求的文字记：文字改了要重问。"""
    return f"{tier}#{crc32(_text(requirement, tier).encode()):x}"


def _text(requirement: Requirement, tier: str) -> str:
    row = requirement.at(tier)
    return row.text if row else ""


def _called(tier: str) -> tuple[str, ...]:
    return tuple(f"{tier.lower()}{level}" for level in ("", "级", "档"))
