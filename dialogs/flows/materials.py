"""申报材料：附件5的六个部分，逐部分看；也可以按贵厂涉及的项列一份清单。"""

from dataclasses import dataclass
from functools import lru_cache

from dialogs.cites import joined, notice
from dialogs.records import Facts
from dialogs.steps import Checklist, Choice, Choose, Conversation, End, ask
from knowledge.records import OutlineItem
from knowledge.rules import Rules


def materials(rules: Rules, facts: Facts) -> Conversation:
    """看哪一部分，就列那一部分的要件。"""
    parts = tuple(item for item in rules.outline if not item.parent)
    picked = yield from ask(_which(rules))
    if picked != "mine":
        part = _part(rules, picked)
        return End("materials.part", (part.item.cite, *notice("附件5")), {"part": part})
    evidence = tuple(item for item in rules.outline if item.parent == "六 2")
    optional = tuple(item for item in evidence if item.if_applicable)
    involved = yield from ask(
        Checklist(
            key="involved",
            prompt="“各分级指标证明材料”里下面几项注明“如涉及”，贵厂涉及哪几项？",
            about="涉及哪几项",
            cites=joined((evidence[0].cite,), (optional[-1].cite,), notice("附件5 六")),
            items=tuple(Choice(item.id, item.title) for item in optional),
        )
    )
    needed = tuple(item for item in evidence if not item.if_applicable or item.id in involved)
    return End(
        "materials.mine",
        joined(notice("附件5", "附件5 六"), tuple(item.cite for item in needed)),
        {"parts": parts, "needed": needed},
        verdict=(("needed", tuple(item.id for item in needed)),),
    )


@lru_cache(maxsize=64)
def _which(rules: Rules) -> Choose:
    parts = tuple(item for item in rules.outline if not item.parent)
    return Choose(
        key="part",
        prompt="附件5的申报材料有六个部分，想看哪一部分？",
        about="看哪一部分",
        cites=notice("附件5", *(f"附件5 {item.id}" for item in parts)),
        choices=(
            *(Choice(item.id, item.title, (item.id,)) for item in parts),
            Choice("mine", "按贵厂情况列清单", ("清单", "列清单", "我的清单")),
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """附件5的一部分：`inside` 是下面的各项，连同缩进几层。每部分只造一次，按身份比较。"""

    item: OutlineItem
    inside: tuple[tuple[int, OutlineItem], ...]


@lru_cache(maxsize=64)
def _part(rules: Rules, id: str) -> Part:
    item = next(item for item in rules.outline if item.id == id)
    inside = tuple((each.id.count("."), each) for each in rules.outline if each.id.startswith(f"{id} "))
    return Part(item, inside)
