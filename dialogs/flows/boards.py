"""自评的一段：通知点名的短板和附件5的证明材料，做到了哪几项；缺的要什么证明、想评的档带来什么。"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from dialogs.cites import joined
from dialogs.flows.checked import Checked
from dialogs.outline import evidence_of
from dialogs.rating import COUNT, UNSAID, Closing, Ratings, Status
from dialogs.steps import Choice, Step, ask
from knowledge.records import Benefit, Board, Citation, Indicator, OutlineItem
from knowledge.rules import Rules

GATE, LDAR = "gate", "六 2.6"
# HJ 1321 的几项，人们怎么叫
_GATES = {
    "门禁视频系统": ("门禁", "门禁系统", "道闸", "车牌识别", "摄像头"),
    "门禁视频保存": ("视频", "录像", "监控视频", "门禁视频", "门禁录像", "门禁12个月", "门禁存"),
    "车辆电子台账": ("台账", "台帐", "电子台账"),
}
_SYSTEM, _KEPT = f"{GATE}.门禁视频系统", f"{GATE}.门禁视频保存"
_THINGS = frozenset("自备电厂 储罐 挥发性有机液体装卸、输送及转移 污水集输和处理 加热炉 火炬".split())
"""厂里可能就没有的东西：说“储罐没得”是不涉及；别的说“没得”，是材料没备齐。"""

_NOT_YET = (
    "没做到 没有 没得 莫得 都没有 都没得 都没做到 没做 都没做 还没搞 都还没搞 还没做 都还没做 "
    "都还没有 还没有 还没 没搞 都没搞"
)
_UNSURE = "都不清楚 不晓得 都不晓得 不知道 都不知道 说不清 搞不清 搞不醒豁 拿不准"
NAME_THEM = "做到了的要说是哪几项，打名称，例如“在线监测做到了”；剩下的再选。"
_DONE = "做到了 都做到了 全部做到了 做到 有 都有 全部 全都有 都做了 好 嗯 要得 可以 ok 是 对"


@dataclass(frozen=True, slots=True)
class Gap:
    """一项短板：`evidence` 是附件5里要的那一项，没有单列的是 None。"""

    title: str
    evidence: OutlineItem | None
    cites: tuple[Citation, ...]

    @property
    def needs(self) -> str:
        """要备什么证明。"""
        if self.evidence is None:
            return "附件5没有单列这一项，问区县要什么证明"
        return f"备附件5“{self.evidence.title}”的证明材料（{self.evidence.cite.clause}）"


def boards_of(
    rules: Rules, wished: tuple[tuple[str, str], ...], better: bool, capped: tuple[Checked, ...], lead: str = ""
) -> Ratings:
    """哪几项短板已经做到了；想评 B 级及以上的，门禁按 HJ 1321 分开问。`capped` 是对过部分指标的。"""
    rows = rules.gate if better else ()
    items = tuple(item for board in rules.boards for item in _items(board, rows, rules))
    seen = "".join(f"光看{each.seen}，{each.most}。" for each in capped)
    seen_at = joined(*(each.cites for each in capped))
    cites = joined(seen_at, *(board.cites for board in rules.boards), tuple(row.cite for row in rows))
    second = "没说到的，接着一问说清。" + ("门禁的几项据转载的HJ 1321，几乎各行业争B级及以上都要问。" if rows else "")
    return Ratings(
        key="boards",
        prompt=f"{seen or f'{lead}好，{wanted(wished)}。'}下面{COUNT}项，哪几项已经做到了？\n{second}",
        about="短板做到了哪几项",
        cites=cites,
        items=items,
        prefix="boards.",
        needs=((_KEPT, _SYSTEM),),
    )


def wanted(wished: tuple[tuple[str, str], ...]) -> str:
    """想评哪一档，放在问话前面。"""
    if len(wished) > 1:
        return "，".join(f"{name}想评“{wish}”" if wish else f"{name}想评哪档还没定" for name, wish in wished)
    return f"想评“{wished[0][1]}”" if wished[0][1] else "想评哪档还没定，先按最高一档对照"


def settled(rules: Rules, said: tuple[str, ...]) -> Generator[Step[Any], Any, tuple[str, ...]]:
    """没说到的几项短板，一问说清；都说到了就不问。"""
    each = tuple(one.rpartition("=") for one in said)
    unsaid = tuple((id, "unmet") for id, _, status in each if status == UNSAID)
    if not unsaid:
        return said
    numbers = [n for n, (_, _, status) in enumerate(each, 1) if status == UNSAID]
    rest = yield from ask(_closing(gaps(rules, unsaid), numbers))  # type: ignore[arg-type]
    return tuple(f"{id}={rest if status == UNSAID else status}" for id, _, status in each)


def _closing(left: tuple[Gap, ...], numbers: list[int]) -> Closing:
    """没说到的几项，编号还是上面那一页的，带圈的不和选项的混。"""
    named = "、".join(f"{chr(ord('①') + n - 1)}{gap.title}" for n, gap in zip(numbers, left, strict=True))
    return Closing(
        key="boards.rest",
        prompt=f"没说到的{len(left)}项：{named}。都算哪一样？",
        about="没说到的短板",
        cites=joined(*(gap.cites for gap in left)),
        choices=(
            Choice("unmet", "还没做到", tuple(_NOT_YET.split())),
            Choice("unknown", "不清楚", tuple(_UNSURE.split())),
        ),
        remarks=((tuple(_DONE.split()), NAME_THEM),),
    )


def _items(board: Board, rows: tuple[Indicator, ...], rules: Rules) -> tuple[Choice, ...]:
    if board.id != GATE or not rows:
        alone = [each.evidence for each in rules.boards].count(board.evidence) == 1
        numbered = (_number(board.evidence),) if alone and board.evidence else ()
        return (Choice(board.id, board.title, (*(each.lower() for each in board.says), *numbered)),)
    named = ((row, (row.requirement, *_GATES.get(row.requirement, ()))) for row in rows)
    return tuple(Choice(f"{GATE}.{row.requirement}", row.text, says) for row, says in named)


def _number(item: str) -> str:
    """“六 2.15” → “2.15”：依据里印着的编号，照着说也认得。"""
    return item.partition(" ")[2]


def items_of(rules: Rules, missing: tuple[Gap, ...]) -> Ratings:
    """附件5注明“如涉及”的各项，证明材料备齐了哪几项；泄漏检测与修复已经问过。"""
    rows = tuple(item for item in rules.outline if item.if_applicable and item.id != LDAR)
    noted = f"\n刚才没做到的记了：{'、'.join(gap.title for gap in missing)}；不对就打“修改”。" if missing else ""
    return Ratings(
        key="items",
        prompt=f"好，记下了。附件5注明“如涉及”的还有{COUNT}项，哪几项的证明材料备齐了？\n"
        f"没列出的算待核实；不涉及的写明，例如“不涉及 3”。{noted}",
        about="如涉及的证明材料",
        cites=tuple(item.cite for item in rows),
        items=tuple(Choice(item.id, item.title, (_number(item.id),)) for item in rows),
        prefix="items.",
        rest="unknown",
        things=frozenset(item.id for item in rows if item.title in _THINGS),
    )


def gaps(rules: Rules, said: tuple[tuple[str, Status], ...], status: Status = "unmet") -> tuple[Gap, ...]:
    """说成 `status` 的各项短板，和附件5要它的什么证明。"""
    outline = {item.id: item for item in rules.outline}
    boards = {board.id: board for board in rules.boards}
    rows = {f"{GATE}.{row.requirement}": row for row in rules.gate}
    found = []
    for id, each in said:
        board = boards.get(id.partition(".")[0])
        if each == status and board:
            row = rows.get(id)
            cites = (row.cite, *board.cites) if row else board.cites
            found.append(Gap(row.requirement if row else board.title, outline.get(board.evidence), cites))
    return tuple(found)


def lacking(rules: Rules, dimensions: tuple[str, ...]) -> tuple[Gap, ...]:
    """对着指标表没达到的各个维度，和附件5里与它同名或相近的一项。"""
    outline = {item.id: item for item in rules.outline}
    boards = {board.title: board for board in rules.boards}
    found = []
    for title in dimensions:
        board = boards.get(title)
        item = outline.get(evidence_of(rules).get(title, ""))
        found.append(Gap(title, item, board.cites if board else (item.cite,) if item else ()))
    return tuple(found)


def gifts(rules: Rules, wishes: tuple[str, ...]) -> tuple[Benefit, ...]:
    """附件1字面写到想评的这几档的各条；B（B-）算B，地方的档没有写到。"""
    named = {wish.removesuffix("（B-）") for wish in wishes}
    return tuple(each for each in rules.benefits if each.audience == "enterprise" and named.intersection(each.grades))
