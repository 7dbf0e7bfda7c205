"""申报材料大纲：照附件5的次序一项一项排好，知道的先填上，不知道的留空标出来。"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

from dialogs.assessment import Assessment, Veto
from dialogs.cites import NOTICE, notice
from dialogs.factory import shown
from dialogs.papers.answers import (
    LACKING,
    NOT_INVOLVED,
    UNASKED,
    UNDONE,
    UNSURE,
    Point,
    Said,
    answers,
    on_item,
    points,
    unlisted,
    wished,
)
from dialogs.papers.checklist import HEAD, UNLISTED, by_requirement, checklist, titled, to_check
from dialogs.papers.onepage import VETO, dated, earlier, vetoed
from dialogs.papers.shape import BLANK, OWN, Mark, Paper, Row, Section, Table, Text, cited
from dialogs.records import Facts
from knowledge.records import OutlineItem
from knowledge.rules import Rules

Part = Text | Row | Table
_SYSTEM = notice("附件4 二")
_TRUE = notice("正文 五 二是")


def outline(assessment: Assessment, facts: Facts, rules: Rules, answered: date | None = None) -> Paper:
    """附件5从一到六，每项一节；自评的每个答案都在，没答过的不写。`answered` 是自评那一天，不给就是今天。"""
    then = earlier(answered, facts.today)
    every = answers(assessment, rules)
    made = _Made(assessment, facts, rules, every, points(wished(every, assessment), assessment), then)
    name = facts.known.name or BLANK
    return Paper(
        "企业大气污染防治绩效分级申报材料（大纲）",
        (
            f"企业名称：{name}",
            f"{dated(then, facts.today)}，由“创B争A”向导照附件5排好、预填；标“{BLANK}”的由企业填写、核对。",
            f"依据：{cited(rules, notice('附件5', *(item.cite.clause for item in rules.outline if not item.parent)))}",
        ),
        (*(_section(item, made) for item in rules.outline), *_unlisted(made), *_check(made)),
        "本大纲由“创B争A”向导预填，不是评级结果，也不代替申报",
    )


class _Made:
    """写大纲时手边的东西。"""

    def __init__(
        self,
        assessment: Assessment,
        facts: Facts,
        rules: Rules,
        every: tuple[Said, ...],
        now: tuple[Point, ...],
        then: date | None,
    ) -> None:
        self.assessment, self.facts, self.rules = assessment, facts, rules
        self.every, self.now, self.then = every, now, then


def _section(item: OutlineItem, made: _Made) -> Section:
    written = _WRITTEN.get(item.id)
    if written is not None:
        parts = tuple(written(made))
    elif any(each.parent == item.id for each in made.rules.outline) and not on_item(item, made.now):
        parts = ()
    else:
        parts = tuple(_plain(item, made))
    numeral, _, digits = item.id.partition(" ")
    dot = "" if "." in digits else "."
    title = f"{digits}{dot} {item.title}" if digits else f"{numeral}、{item.title}"
    level = 1 if not digits else min(4, 2 + digits.count("."))
    return Section(f"{title}（如涉及）" if item.if_applicable else title, parts, level)


def _plain(item: OutlineItem, made: _Made) -> Iterable[Part]:
    own = on_item(item, made.now)
    for each in own:
        yield _answer(each, "自评" if each.label == item.title else f"自评，{each.label}")
    if own and all(each.state == NOT_INVOLVED for each in own):
        if item.if_applicable:
            yield Text("自评答的是不涉及，这一项不用附材料；有变化再补。")
            return
        yield Text(
            "自评答的是不涉及；附件5这一项没有注明“如涉及”，照大纲要写，是否注明不涉及没有写，问区县生态环境局。",
            cited(made.rules, (item.cite,)),
            "open",
        )
    yield Text(f"证明材料：{BLANK}" if item.id.startswith("六") else BLANK)


def _answer(point: Point, label: str) -> Row:
    """一项答案一行：状态；几条指标的，一条一条说。"""
    state = point.state
    many = f"（{point.words}）" if len(point.said) > 1 else ""
    mark: Mark = (
        "short" if state == UNDONE else "fix" if state == LACKING else "open" if state in (UNSURE, UNASKED) else ""
    )
    return Row(label, f"{state}{many}", OWN, mark)


def _unlisted(made: _Made) -> Iterable[Section]:
    """通知点名、附件5没有单列的：放在附件5各项之后。"""
    if some := unlisted(made.now, made.rules):
        lead = Text("通知点名要重点帮扶，附件5没有单列证明材料；要交什么，问区县生态环境局。",
                    cited(made.rules, notice("正文 三（二）", "附件5 六 2")))  # fmt: skip
        rows = tuple(_answer(each, each.label) for each in some)
        yield Section(UNLISTED, (lead, *rows, Text(f"证明材料：{BLANK}")))


def _check(made: _Made) -> Iterable[Section]:
    if line := to_check(made.now):
        yield Section("请核对", (Text(line, OWN, "open"),))


def _form(made: _Made) -> Iterable[Part]:
    rules, known = made.rules, shown(made.rules, made.facts.known)
    lines = [line for line in made.assessment.lines if line.branch in rules.branches]
    branches = [rules.branches[line.branch] for line in lines]
    yield Table(
        ("项目", "内容"),
        (
            ("企业名称", known["name"] or BLANK),
            ("统一社会信用代码", known["code"] or BLANK),
            ("所在区县", known["district"] or BLANK),
            ("行业类型", "、".join(dict.fromkeys(f"{b.list}第{b.no}类 {b.industry}" for b in branches)) or BLANK),
            ("行业分支", "、".join(branch.name for branch in branches) or BLANK),
            ("现在的等级", known["grade"] or BLANK),
            *(
                (f"申请的等级（{branch.name}）" if len(lines) > 1 else "申请的等级", line.wish or BLANK)
                for line, branch in zip(lines, branches, strict=True)
            ),
        ),
        (2, 5),
    )
    yield Text(
        "附件5只列了申请表的名称，没有附样式；登录应急管理系统后可下载详细操作手册和相关指南标准。",
        cited(rules, notice("附件5 一", "附件4 二")),
    )


def _promise(clause: str, made: _Made) -> Iterable[Part]:
    yield Text("附件5只列了名称，没有附样式，正文由企业拟定。", cited(made.rules, notice(clause)))
    yield Text(
        "企业对申报材料的编制质量负责，要真实、完整、规范；隐瞒或提供虚假材料的，直接评定为最低等级。",
        cited(made.rules, _TRUE),
    )
    yield Text(f"承诺正文：{BLANK}")
    yield Table(
        ("项目", "内容"),
        (
            ("企业（盖章）", made.facts.known.name or BLANK),
            ("法定代表人（签字）", BLANK),
            ("日期", BLANK),
        ),
        (2, 5),
    )


def _checklist(made: _Made) -> Iterable[Part]:
    yield Text(
        "下表照附件5逐项列出，按自评的回答标了状态：问过材料备齐没有的写“有”“缺”，只问过做到没有的写“做到了，材料待备”“没做到”。依据栏是通知（便函〔2024〕210号）的条款。",
        cited(made.rules, notice("附件5")),
    )
    entries = checklist(made.assessment, made.facts, made.rules, made.then).entries
    rows = tuple((e.number, e.title, _brief(e.basis, made.rules), e.state, e.note) for e in entries)
    yield Table(HEAD, rows, (4, 7, 5, 5, 7))


def _basics(made: _Made) -> Iterable[Part]:
    known = shown(made.rules, made.facts.known)
    yield Row("企业名称", known["name"] or BLANK)
    yield Row("统一社会信用代码", known["code"] or BLANK)
    yield Row("所在区县", known["district"] or BLANK)
    yield Text(f"其他基本信息：{BLANK}")


def _lawful(made: _Made) -> Iterable[Part]:
    marks: dict[Veto, Mark] = {"no": "", "yes": "bad", "unknown": "open"}
    yield Row("自评", f"{vetoed(made.assessment, made.then)}。", OWN, marks[made.assessment.veto])
    if made.assessment.veto != "no":
        yield Text(
            "近一年受过环保处罚的，按 2020 年指南不宜评 A、B 级和绩效引领性（据转载，清单不全）。",
            cited(made.rules, (VETO,)),
        )
    yield Text(f"情况说明：{BLANK}")


def _against(made: _Made) -> Iterable[Part]:
    """对标总表：附件5的每项指标一行，后面是附件5没有单列的；逐条指标另成一表。"""
    rules = made.rules
    yield Text(
        "每项写自评的答案；“没问到”是自评没有问的，“见 2.13”是只问了那一项。"
        "依据栏只写条款的，都是通知（便函〔2024〕210号）的条款。",
        cited(rules, notice("附件5 六 1")),
    )
    rows: list[tuple[str, ...]] = []
    for item in rules.outline:
        if item.id.startswith("六 2."):
            parent = next(each for each in rules.outline if each.id == item.parent)
            above = f"见 {parent.id.split(' ')[1]}" if parent.id != "六 2" and on_item(parent, made.now) else ""
            own = [(titled(item, each), each.state, _many(each)) for each in on_item(item, made.now)]
            title = f"{item.title}（如涉及）" if item.if_applicable else item.title
            for name, state, many in own or [(title, above or UNASKED, "")]:
                rows.append((item.id.split(" ")[1], name, item.cite.clause, state, many or BLANK))
    for each in unlisted(made.now, rules):
        cite = _brief(cited(rules, each.cites), rules)
        rows.append(("—", f"{each.label}（附件5没有单列）", cite, each.state, _many(each) or BLANK))
    yield Table(("编号", "指标", "依据", "自评", "说明"), tuple(rows), (3, 7, 5, 5, 8))
    if asked := by_requirement(made.every, rules):
        yield Text("逐条指标的答案：")
        yield asked


def _many(point: Point) -> str:
    return point.words if len(point.said) > 1 else ""


def _brief(cite: str, rules: Rules) -> str:
    """表里的依据：通知的条款不再写文件的简称。"""
    return cite.removeprefix(f"{rules.sources[NOTICE].short} ")


_WRITTEN: Mapping[str, Callable[[_Made], Iterable[Part]]] = {
    "一": _form,
    "二": partial(_promise, "附件5 二"),
    "三": partial(_promise, "附件5 三"),
    "四": _checklist,
    "五 1": _basics,
    "五 2": _lawful,
    "六 1": _against,
}
