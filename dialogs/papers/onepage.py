"""给老板看的一页：哪个行业、能评哪档、谁来审，短板在哪、先补什么，什么时候报；每句话带着条款。"""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from dialogs.assessment import Assessment, Line, Veto
from dialogs.cites import GUIDANCE_2026, HELP, joined, notice
from dialogs.factory import district_of
from dialogs.flows.assess import unasked
from dialogs.flows.reviewing import placed
from dialogs.flows.when import RULE, Declare, can_declare
from dialogs.papers.answers import (
    LACKING,
    NOT_INVOLVED,
    UNDONE,
    UNSURE,
    Point,
    answers,
    in_state,
    many,
    named,
    points,
    wished,
)
from dialogs.papers.fixes import Fixes, fixes
from dialogs.papers.shape import OWN, Mark, Paper, Row, Section, Text, cited
from dialogs.records import Facts, Window
from dialogs.wishing import cell
from knowledge.records import Citation
from knowledge.rules import Rules

VETO = Citation("mee-2020-340", "一票否决")
VETOED = (
    "近一年受过环保处罚的，按 2020 年指南（据转载）不宜评 A、B 级和绩效引领性；读到的清单不全，先问区县生态环境局。"
)
_NAMED = 6
"""头一句里最多点几项的名。"""
_NONE = "没有说没做到的"
_PARTIAL = "“{}”的指标只装进来一部分，还没有的是{}，所以算不出最少补哪几项；{}"
_NO_TABLE = "“{}”各档指标的限值，通知没有写，这里也没有装进来，所以算不出最少补哪几项；{}"


def onepage(assessment: Assessment, facts: Facts, rules: Rules, answered: date | None = None) -> Paper:
    """这次自评的一页；`facts.known` 是这个厂，企业没说过的不写。`answered` 是自评那一天，不给就是今天。"""
    then = earlier(answered, facts.today)
    said = points(wished(answers(assessment, rules), assessment), assessment)
    lines = tuple(line for line in assessment.lines if line.branch in rules.branches)
    return Paper(
        f"{company(assessment, facts, rules)}：“创B争A”自评一页",
        (
            _headline(said, lines),
            f"{_where(facts, rules)}{dated(then, facts.today)}；是自查，不是评级结果。",
        ),
        (
            Section("行业分支和等级", tuple(_place(rules, lines))),
            Section("短板", tuple(_boards(assessment, said, rules, then))),
            Section("先补什么", tuple(_first(assessment, lines, said, rules))),
            *_benefits(rules, lines),
            Section("什么时候报", tuple(_dates(assessment, facts, rules))),
            Section("怎么看这一页", tuple(_caveats(rules, lines))),
        ),
        "“创B争A”向导按企业自己的回答整理，不是评级，也不是申报；以区县生态环境局的答复为准。",
    )


def company(assessment: Assessment, facts: Facts, rules: Rules) -> str:
    """怎么称呼这个厂：企业名称；没说过的，“一家水泥制品企业”，转给谁都看得懂。"""
    if facts.known.name:
        return facts.known.name
    branches = (rules.branches[line.branch].name for line in assessment.lines if line.branch in rules.branches)
    return f"一家{'、'.join(dict.fromkeys(branches))}企业"


def day(when: date) -> str:
    """2026年11月24日。"""
    return f"{when.year}年{when.month}月{when.day}日"


def earlier(answered: date | None, today: date) -> date | None:
    """自评那一天；就是今天的，是 None。"""
    return answered if answered != today else None


def dated(then: date | None, today: date) -> str:
    """今天，和答的是哪一天。"""
    when = f"{day(then)}的回答整理，那以后变了的没有算" if then else "当天的回答整理"
    return f"{day(today)}，按企业自己{when}"


def vetoed(assessment: Assessment, then: date | None = None) -> str:
    """近一年受没受过处罚，照自评的回答说；`then` 是早些时候答的那一天。"""
    said: dict[Veto, str] = {
        "yes": "近一年受过环保处罚",
        "no": "近一年没有因环保违法受过处罚",
        "unknown": "近一年受没受过环保处罚，还不清楚",
    }
    return f"{f'{day(then)}答的：' if then else ''}{said[assessment.veto]}"


def _where(facts: Facts, rules: Rules) -> str:
    district = district_of(rules, facts.known)
    return f"{district.name}，" if district else ""


def _headline(said: tuple[Point, ...], lines: tuple[Line, ...]) -> str:
    if not said:
        return "还没有答短板的问题。"
    lacking, unsure = in_state(said, LACKING), in_state(said, UNSURE)
    more = (f"证明材料还缺 {many(lacking)}" if lacking else "", f"有 {many(unsure)}没核实" if unsure else "")
    first, rest = _shortly(said), "；".join(filter(None, more))
    wishes = {line.wish for line in lines}
    against = f"对照想评的“{wishes.pop()}”，" if len(wishes) == 1 and any(line.low for line in lines) else ""
    return f"{against}{first}{('，但' if first == _NONE else '；') if rest else ''}{rest}。"


def _shortly(said: tuple[Point, ...]) -> str:
    """短板一句话；有没核实的，不说都做到了。"""
    if short := in_state(said, UNDONE):
        return f"短板有 {many(short)}：{named(short[:_NAMED])}{'等' if len(short) > _NAMED else ''}"
    asked = tuple(each for each in said if not each.material)
    if in_state(said, UNSURE) or not asked:
        return _NONE
    apart = len(in_state(asked, NOT_INVOLVED))
    if apart == len(asked):
        return _NONE
    return "问到的短板，涉及的都做到了" if apart else "问到的短板都做到了"


def _place(rules: Rules, lines: tuple[Line, ...]) -> Iterable[Text | Row]:
    for line in lines:
        place = placed(rules, rules.branches[line.branch])
        branch = place.branch
        of = f"{branch.list}第{branch.no}类" + (f" {branch.industry}" if branch.industry != branch.name else "")
        wish = f"想评：{line.wish}" if line.wish else "想评哪一档还没说"
        yield Row(branch.name, f"{of}，{place.tiers}。{wish}。", cited(rules, (branch.cite,)))
        tier = cell(branch.tiers, line.wish)
        if tier in branch.tiers:
            review = rules.review(branch.id, tier)
            row = next(row for row in place.rows if tier in row.partition("：")[0].split("、"))
            yield Row(f"“{line.wish}”谁来审", f"{row.partition('：')[2]}。", cited(rules, review.cites))
            if review.note:
                yield Text(f"没有写明是因为：{review.note}", cited(rules, review.cites), "open")
        if line.high:
            table = rules.table(line.branch)
            source = cited(rules, (row.cite for each in table.requirements for _, row in each.asks)) if table else ""
            yield Row("按回答算", _range(line), "；".join(filter(None, (OWN, source))))
    if len(lines) > 1:
        yield Text("几条线各按各的评，最低的等级是综合等级。", cited(rules, (GUIDANCE_2026,)))


def _range(line: Line) -> str:
    if not line.low:
        return f"只看装进来的那部分指标，最高到 {line.high}；别的指标没有装进来，定不了。"
    return f"在 {line.low} 到 {line.high} 之间。" if line.low != line.high else f"是 {line.low}。"


def _boards(assessment: Assessment, said: tuple[Point, ...], rules: Rules, then: date | None) -> Iterable[Text | Row]:
    short = in_state(said, UNDONE)
    for each in short:
        yield _short(each, rules)
    if not short:
        yield Text(f"{_shortly(said)}。", OWN)
    groups: tuple[tuple[str, str, Mark, str], ...] = (
        ("材料还缺", LACKING, "fix", "。"),
        ("先核实", UNSURE, "open", "。"),
        ("说了不涉及", NOT_INVOLVED, "", "，请核对。"),
    )
    for title, state, mark, end in groups:
        if some := in_state(said, state):
            yield Row(title, f"{many(some)}：{named(some)}{end}", cited(rules, joined(*(p.cites for p in some))), mark)
    if assessment.veto == "no":
        again = "从那天到今天有没有，请再核对。" if then else ""
        yield Row("处罚", f"{vetoed(assessment, then)}。{again}", OWN, "open" if then else "")
    else:
        mark = "bad" if assessment.veto == "yes" else "open"
        yield Row("处罚", f"{vetoed(assessment, then)}。{VETOED}", f"{OWN}；{cited(rules, (VETO,))}", mark)


def _short(point: Point, rules: Rules) -> Row:
    """一项短板：哪些没做到、要求是什么、要交什么证明。"""
    item = next((each for each in rules.outline if each.id == point.evidence), None)
    undone = tuple(each for each in point.said if each.status == "unmet")
    texts = dict.fromkeys(
        f"{each.label}——{each.asks}" if each.label != point.label else each.asks for each in undone if each.asks
    )
    asks = "；".join(text for text in texts if text != point.label)
    proof = f"要交证明：{item.id.split(' ')[1]} {item.title}" if item else "附件5没有单列它的证明材料"
    cites = joined(*(each.cites for each in undone), (item.cite,) if item else notice("附件5 六 2"))
    return Row(point.label, f"没做到{f'：{asks}' if asks else ''}。{proof}。", cited(rules, cites), "short")


def _first(
    assessment: Assessment, lines: tuple[Line, ...], said: tuple[Point, ...], rules: Rules
) -> Iterable[Text | Row]:
    for line in lines:
        name = rules.branches[line.branch].name
        least = fixes(assessment, line, rules)
        if least is None:
            table = rules.table(line.branch)
            missing = "、".join(table.missing) if table else ""
            then = _then(said)
            why = _PARTIAL.format(name, missing, then) if missing else _NO_TABLE.format(name, then)
            yield Text(why, cited(rules, (rules.branches[line.branch].cite,)), "open")
        else:
            yield from _least(name, least, rules)
    if gate := unasked(rules, assessment):
        listed = "；".join(row.text for row in gate)
        asks = f"要评B级及以上还要这 {len(gate)} 项，自评没有单独问，没有算在内：{listed}。"
        yield Text(asks, cited(rules, (row.cite for row in gate)), "open")
    yield Text("各区县生态环境局会同技术单位，对企业“创B争A”做技术帮扶。", cited(rules, HELP[:1]))


def _then(said: tuple[Point, ...]) -> str:
    """算不出最少补哪几项时，先做什么。"""
    if in_state(said, UNDONE):
        return "先补上面的短板。"
    if in_state(said, LACKING):
        return "先备上面缺的材料。"
    if in_state(said, UNSURE):
        return "先把上面没核实的核实清楚。"
    return "接着备各项的证明材料。"


def _least(name: str, least: Fixes, rules: Rules) -> Iterable[Text | Row]:
    if not least.target:
        yield Text(f"{name}：按回答，已经是最高的一档。", OWN)
        return
    if least.rows:
        unsure = sum(row.unsure for row in least.rows)
        first = f"补齐这 {len(least.rows) - unsure} 项要求{f'、再核实 {unsure} 项' if unsure else ''}，即可达到"
        whole = first if unsure < len(least.rows) else f"核实这 {unsure} 项要求，都做到了就够"
        yield Text(f"{name}：{whole}“{least.target}”。", cited(rules, (row.cite for row in least.rows)))
    for row in least.rows:
        yield Row(
            row.requirement,
            f"{'待核实。' if row.unsure else ''}{row.asks}",
            cited(rules, (row.cite,)),
            "open" if row.unsure else "fix",
        )


def _benefits(rules: Rules, lines: tuple[Line, ...]) -> Iterable[Section]:
    """附件1点名写到想评那一档的几条；没有点名的不列。"""
    for grade in dict.fromkeys("B" if line.wish == "B（B-）" else line.wish for line in lines if line.wish):
        named = [each for each in rules.benefits if grade in each.grades and each.audience == "enterprise"]
        if named:
            parts = tuple(Text(each.says, cited(rules, (each.cite,))) for each in named)
            yield Section(f"附件1写到“{grade}”的", parts)


def _dates(assessment: Assessment, facts: Facts, rules: Rules) -> Iterable[Text | Row]:
    branches = tuple(line.branch for line in assessment.lines)
    declare = can_declare(rules, replace(facts, known=replace(facts.known, branches=branches)))
    cite = cited(rules, declare.cites)
    yield Row("今天能报吗", _today(declare), "；".join((*declare.grounds, cite)), "" if declare.windows else "open")
    for window, scope in zip(declare.windows, declare.scopes, strict=True):
        yield Row(window.name, _period(window, scope), f"登记的窗口 {window.id}")
    if declare.note:
        yield Text(declare.note, cite)
    yield Row("次数", "企业只能在规定时间内申报，且一年只能申报一次。", cited(rules, RULE[:1]))


def _period(window: Window, scope: str) -> str:
    closed = f"，{day(window.closed)}提前关闭" if window.closed else ""
    source = f"，据{window.source}" if window.source else ""
    return f"{scope}，{day(window.start)}至{day(window.end)}{closed}{source}。"


def _today(declare: Declare) -> str:
    where = declare.place
    if declare.state == "open":
        return f"{where}现在可以申报，到{day(declare.windows[0].end)}为止。"
    if declare.state == "future":
        return f"{where}还不能，{day(declare.windows[0].start)}开始。"
    if declare.state == "depends":
        return "看在哪个区县：有的区县登记着窗口。"
    if declare.state == "closed":
        return f"{where}不能，登记的窗口已经结束；今年的窗口问{where or '所在区县'}生态环境局。"
    return f"说不准：没有登记在用的申报窗口，以{where or '区县'}生态环境局的通知为准。"


def _caveats(rules: Rules, lines: tuple[Line, ...]) -> Iterable[Text]:
    whole = any(line.low for line in lines)
    against = "装进来的指标表" if whole else "维度"
    limits = "指标表以原件为准" if whole else "各档指标的限值通知没有写"
    yield Text(f"这是对照{against}的自查，不是评级；{limits}。", cited(rules, notice("附件3")))
    newer = rules.sources.get(GUIDANCE_2026.source)
    if newer:
        yield Text(f"以上按 2024 年通知；其后有{newer.short}，以属地最新通知为准。", cited(rules, (GUIDANCE_2026,)))
