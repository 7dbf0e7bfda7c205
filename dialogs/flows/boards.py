"""自评的一段：通知点名的短板和附件5的证明材料，做到了哪几项；缺的要什么证明、想评的档带来什么。"""

from dataclasses import dataclass

from dialogs.cites import joined
from dialogs.flows.checked import Checked
from dialogs.outline import evidence_of
from dialogs.rating import COUNT, Ratings, Status
from dialogs.steps import Choice
from knowledge.records import Benefit, Board, Citation, Indicator, OutlineItem
from knowledge.rules import Rules

GATE, LDAR = "gate", "六 2.6"
# HJ 1321 的几项，人们怎么叫
_GATES = {"门禁视频系统": ("门禁", "道闸", "车牌识别", "摄像头"), "门禁视频保存": ("视频", "录像", "监控视频"),
          "车辆电子台账": ("台账", "台帐", "电子台账")}  # fmt: skip


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


def boards_of(rules: Rules, wished: tuple[tuple[str, str], ...], better: bool, capped: tuple[Checked, ...]) -> Ratings:
    """哪几项短板已经做到了；想评 B 级及以上的，门禁按 HJ 1321 分开问。`capped` 是对过部分指标的。"""
    rows = rules.gate if better else ()
    items = tuple(item for board in rules.boards for item in _items(board, rows))
    lead = "".join(f"光看{each.seen}，最高到 {each.verdict.high}。" for each in capped)
    seen = joined(*(each.cites for each in capped))
    cites = joined(seen, *(board.cites for board in rules.boards), tuple(row.cite for row in rows))
    named = "，".join(f"{name}想评“{wish}”" for name, wish in wished) if len(wished) > 1 else f"想评“{wished[0][1]}”"
    second = "没列出的算还没做到。" + ("门禁的几项据转载的HJ 1321，几乎各行业争B级及以上都要问。" if rows else "")
    return Ratings(
        key="boards",
        prompt=f"{lead or f'好，{named}。'}下面{COUNT}项，哪几项已经做到了？\n{second}",
        about="短板做到了哪几项",
        cites=cites,
        items=items,
        prefix="boards.",
    )


def _items(board: Board, rows: tuple[Indicator, ...]) -> tuple[Choice, ...]:
    if board.id != GATE or not rows:
        return (Choice(board.id, board.title, tuple(each.lower() for each in board.says)),)
    named = ((row, (row.requirement, *_GATES.get(row.requirement, ()))) for row in rows)
    return tuple(Choice(f"{GATE}.{row.requirement}", row.text, says) for row, says in named)


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
        items=tuple(Choice(item.id, item.title) for item in rows),
        prefix="items.",
        rest="unknown",
        lacking="na",
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
