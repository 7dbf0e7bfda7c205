"""文书的内容：一页、大纲、清单；每句政策话带着条款，不清楚的标出来，没答过的不写。"""

import re
from datetime import date, datetime
from random import Random

import pytest
from msgspec.structs import replace

import knowledge
from dialogs.assessment import Answered, Assessment, Line
from dialogs.papers.answers import STATES, combined
from dialogs.papers.checklist import CHOICES, UNLISTED, checklist
from dialogs.papers.onepage import onepage, vetoed
from dialogs.papers.outline import outline
from dialogs.papers.shape import BLANK, Paper, Row, Table, Text
from dialogs.rating import Status
from dialogs.records import Facts, Known
from knowledge.rules import Rules
from tests.assessments import KNOWN, LONG, NAME, NOW, SHORT, TWO_LINES, WINDOW, facts, full

RULES = knowledge.on(NOW.date())
CASES = {
    "short": (SHORT, facts(KNOWN, WINDOW), RULES),
    "two": (TWO_LINES, facts(Known()), RULES),
    "long": (LONG, facts(Known(branches=("n15-1",))), full()),
}


def said(paper: Paper) -> str:
    """一份文书的全部文字。"""
    parts = [paper.title, *paper.lead, paper.footer]
    for section in paper.sections:
        parts.append(section.title)
        for part in section.parts:
            if isinstance(part, Table):
                parts += [*part.head, *(cell for row in part.rows for cell in row)]
            else:
                parts += [part.label if isinstance(part, Row) else "", part.text, part.cite]
    return "\n".join(parts)


def section(paper: Paper, title: str) -> tuple[Text | Row | Table, ...]:
    """一节里的各部分。"""
    return next(each.parts for each in paper.sections if each.title == title)


def table(paper: Paper, title: str, n: int = 0) -> dict[str, tuple[str, ...]]:
    """一节里的一张表，按头一格。"""
    return {row[0]: row for row in [p for p in section(paper, title) if isinstance(p, Table)][n].rows}


@pytest.mark.parametrize("case", CASES)
def test_every_statement_of_the_page_is_cited(case: str) -> None:
    """一页上每句话都有出处。"""
    for each in onepage(*CASES[case]).sections:
        for part in each.parts:
            assert not isinstance(part, Table)
            assert part.cite, part


def test_the_page_of_the_short_form() -> None:
    """短的自评：分支、想评的一档谁来审、短板和没备齐的、不清楚的、窗口、一年一次。"""
    paper = onepage(SHORT, facts(KNOWN, WINDOW), RULES)
    assert f"{NAME}：“创B争A”自评一页" == paper.title
    assert "短板有 3 项：无组织排放、门禁视频保存、监测监控水平；证明材料还缺 1 项；有 3 项没核实。" == paper.lead[0]
    assert "永川区，2026年11月24日，按企业自己当天的回答整理；是自查，不是评级结果。" == paper.lead[1]
    branch, review = section(paper, "行业分支和等级")
    assert (
        Row(
            "水泥制品",
            "国家第15类 水泥，有两档：绩效引领、非绩效引领。想评：绩效引领。",
            "便函〔2024〕210号 附件3 一 15",
        )
        == branch
    )
    assert "区县预审 → 专家现场审查 → 市级集体会议审查 → 市级公示公告。" == review.text  # type: ignore[union-attr]
    boards = {part.label: part for part in section(paper, "短板") if isinstance(part, Row)}
    assert ["无组织排放", "门禁视频保存", "监测监控水平", "材料还缺", "先核实", "说了不涉及", "处罚"] == list(boards)
    assert "没做到。要交证明：2.15 无组织排放。" == boards["无组织排放"].text
    assert "HJ 1321—2023 保存期限（据转载）" in boards["门禁视频保存"].cite
    assert ("3 项：车辆电子台账、排放限值、装备工艺水平。", "open") == (boards["先核实"].text, boards["先核实"].mark)
    assert "2 项：泄漏检测与修复、自备电厂，请核对。" == boards["说了不涉及"].text
    first, help_ = section(paper, "先补什么")
    assert "open" == first.mark  # type: ignore[union-attr]
    assert "技术帮扶" in help_.text  # type: ignore[union-attr]
    assert "永川区现在可以申报，到2026年12月31日为止。" in said(paper)
    assert "一年只能申报一次" in said(paper)


def test_no_threshold_and_no_grade_without_a_table() -> None:
    """没有指标表：不说能评到哪一档，说清楚这是自查。"""
    text = said(onepage(SHORT, facts(KNOWN, WINDOW), RULES))
    assert "即可达到" not in text
    assert "按回答算" not in text
    assert "是自查，不是评级结果" in text


def test_the_page_of_the_long_form() -> None:
    """整张表的自评：等级范围、短板几项要求、最少补哪几项再核实哪几项、待核实的标出来。"""
    paper = onepage(LONG, facts(Known()), full())
    assert "在 D 到 C 之间。" in said(paper)
    whole, *rows, gate, _ = section(paper, "先补什么")
    assert gate.text.startswith("要评B级及以上还要这 3 项，自评没有单独问，没有算在内：每个出入口都有门禁")  # type: ignore[union-attr]
    head = "对照想评的“B”，短板有 2 项要求：环境管理水平要求、运输方式要求；有 1 项要求没核实。"
    assert head == paper.lead[0]
    assert "水泥熟料：补齐这 1 项要求、再核实 1 项，即可达到“C”。" == whole.text  # type: ignore[union-attr]
    assert [("运输方式要求", "fix"), ("运输监管要求", "open")] == [(r.label, r.mark) for r in rows]  # type: ignore[union-attr]


def test_the_page_with_part_of_a_table() -> None:
    """只有一部分指标（铸件的装备水平）：只封顶，说还缺哪几个维度，不说最少补哪几项；要求的原话照写。"""
    casting = Assessment(
        (Line("n6-2", "B", "", "D"),), "no", (("fugitive", "met"),), (), (Answered("n6-2", "B", "造型制壳", "unmet"),)
    )
    text = said(onepage(casting, facts(Known()), RULES))
    assert "只看装进来的那部分指标，最高到 D" in text
    assert "还没有的是污染治理技术、排放限值" in text
    assert "没做到：造型制壳——机械化造型或制壳。要交证明：2.12 装备工艺水平。" in text
    assert "短板有 1 项：装备水平。" in text
    assert "即可达到" not in text


def test_benefits_never_say_more_than_the_clause() -> None:
    """写到绩效引领的只有第八条，照条文写“少限产”，不说不限产；写到 B 的按条文。"""
    led = said(onepage(SHORT, facts(), RULES))
    assert "B级、绩效引领性企业少限产" in led
    assert "不限产停产" not in led
    assert 5 == len(section(onepage(LONG, facts(), full()), "附件1写到“B”的"))


def test_two_lines_and_a_punishment() -> None:
    """两条线各说各的，最低的是综合等级；受过处罚的标出来，说是据转载。"""
    paper = onepage(TWO_LINES, facts(Known()), RULES)
    text = said(paper)
    assert "沥青混合料搅拌站" in text
    assert "最低的等级是综合等级" in text
    veto = next(p for p in section(paper, "短板") if isinstance(p, Row) and p.label == "处罚")
    assert "bad" == veto.mark
    assert "据转载" in veto.text
    assert "没有写明是因为" not in text


def test_without_a_window_nothing_is_assumed() -> None:
    """没有登记窗口：说说不准，不说往年的日期。"""
    text = said(onepage(SHORT, facts(KNOWN), RULES))
    assert "说不准：没有登记在用的申报窗口" in text
    assert "12月31日" not in text


@pytest.mark.parametrize("case", CASES)
def test_the_outline_follows_annex_5(case: str) -> None:
    """大纲的各节就是附件5的各项，次序一样；后面只有附件5没有单列的，和请核对的。"""
    paper = outline(*CASES[case])
    titles = [each.title.removesuffix("（如涉及）") for each in paper.sections]
    titles, more = titles[: len(RULES.outline)], titles[len(RULES.outline) :]
    assert [UNLISTED, "请核对"][: len(more)] == more or ["请核对"] == more
    assert len(RULES.outline) == len(titles)
    assert all(title.endswith(item.title) for title, item in zip(titles, RULES.outline, strict=True))
    assert [1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 2, 1, 2, 2] == [each.level for each in paper.sections[:16]]


def test_the_outline_holds_every_answer_and_no_other() -> None:
    """对标总表：答了几项就是几行，没问的是没问到；附件5没有单列的也在。"""
    paper = outline(SHORT, facts(), RULES)
    answers = {number: row[3] for number, row in table(paper, "1. 绩效分级指标对标总表").items()}
    assert {
        "2.1": "有",
        "2.2": "没问到",
        "2.3": "不涉及",
        "2.4": "缺",
        "2.6": "不涉及",
        "2.12": "待核实",
        "2.13": "做到了，材料待备",
        "2.13.1": "见 2.13",
        "2.14": "待核实",
        "2.15": "没做到",
        "2.17": "做到了，材料待备",
    }.items() <= answers.items()
    several = [row[1:4:2] for row in table_rows(paper) if row[0] == "2.18"]
    assert [
        ("运输监控要求：门禁视频系统", "做到了，材料待备"),
        ("运输监控要求：门禁视频保存", "没做到"),
        ("运输监控要求：车辆电子台账", "待核实"),
        ("运输监控要求：运输监管", "做到了，材料待备"),
    ] == several
    others = [row for row in table_rows(paper) if row[0] == "—"]
    assert [("在线监测（附件5没有单列）", "做到了，材料待备"), ("监测监控水平（附件5没有单列）", "没做到")] == [
        (row[1], row[3]) for row in others
    ]


def table_rows(paper: Paper) -> tuple[tuple[str, ...], ...]:
    """对标总表的各行。"""
    return next(p for p in section(paper, "1. 绩效分级指标对标总表") if isinstance(p, Table)).rows


def test_the_outline_of_the_long_form_lists_each_requirement() -> None:
    """逐条指标另成一表，各档的答案都在；总表按想评的一档汇总。"""
    paper = outline(LONG, facts(Known()), full())
    assert "没做到" == table(paper, "1. 绩效分级指标对标总表")["2.16"][3]
    asked = [p for p in section(paper, "1. 绩效分级指标对标总表") if isinstance(p, Table)][1].rows
    assert len(LONG.requirements) == len(asked)
    assert ("水泥熟料", "环境管理水平·环境管理水平要求", "C", "环境管理水平做到C档<样>") == asked[6][:4]


def test_what_is_known_is_filled_in_and_the_rest_is_marked() -> None:
    """知道的填上，不知道的标（待填）；名称一个字不动。"""
    form = table(outline(SHORT, facts(), RULES), "一、企业绩效分级申请表")
    assert (NAME, "91500116MA5U123453", "永川区", "水泥制品", BLANK, "绩效引领") == tuple(
        form[name][1] for name in ("企业名称", "统一社会信用代码", "所在区县", "行业分支", "现在的等级", "申请的等级")
    )
    empty = table(outline(TWO_LINES, facts(Known()), RULES), "一、企业绩效分级申请表")
    assert [BLANK] * 4 == [empty[name][1] for name in ("企业名称", "统一社会信用代码", "所在区县", "现在的等级")]
    assert "地方B" == empty["申请的等级（沥青混合料搅拌站）"][1]


@pytest.mark.parametrize("case", CASES)
def test_the_checklist(case: str) -> None:
    """清单：每项的状态是认得的一个，一段的标题没有状态；每一项附件5的最下一级都在，次序一样。"""
    made = checklist(*CASES[case])
    parents = {item.parent for item in RULES.outline}
    leaves = [item.id.replace(" ", "、") for item in RULES.outline if item.id not in parents]
    assert leaves == list(dict.fromkeys(e.number for e in made.entries if e.number in leaves))
    assert {e.state for e in made.entries if e.title != UNLISTED} <= set(CHOICES)


def test_the_checklist_says_what_is_missing() -> None:
    """说备齐了的才是有；说做到了的，材料待备；没有问过的，说没有问到；下一级跟着上一级。"""
    states = {e.number: (e.state, e.note) for e in checklist(SHORT, facts(), RULES).entries}
    assert ("有", "已备齐") == states["六、2.1"]
    assert ("缺", "未备齐") == states["六、2.4"]
    assert ("不涉及", "不涉及") == states["六、2.3"]
    assert ("待核实", "不清楚") == states["六、2.12"]
    assert ("没问到", "自评没有问到") == states["一"]
    assert ("说明待写", "近一年没有因环保违法受过处罚") == states["五、2"]
    assert ("做到了，材料待备", "已做到") == states["六、2.13"]
    assert ("见上一级", "上一级“污染治理技术”：做到了，材料待备") == states["六、2.13.1"]


@pytest.mark.parametrize("seed", range(60))
def test_every_paper_counts_alike(seed: int) -> None:
    """随便怎么答：没做到的、缺的、没核实的、不涉及的，几份文书里是同样的几项，数目也一样；整张指标表的数要求。"""
    dice = Random(seed)
    assessment, known, rules = at_random(dice)
    known_of = facts(known)
    page, made = onepage(assessment, known_of, rules), checklist(assessment, known_of, rules)
    unit = "项要求" if assessment.lines[0].low else "项"
    listed: dict[str, set[str]] = {state: set() for state in STATES}
    for entry in made.entries:
        if entry.state in listed and entry.note not in ("自评没有问到", vetoed(assessment)):
            listed[entry.state].add(entry.title.replace("（如涉及）", "").rpartition("：")[2])
    boards = {part.label: part for part in section(page, "短板") if isinstance(part, Row)}
    apart = ("材料还缺", "先核实", "说了不涉及", "处罚")
    marked = [part for each in page.sections for part in each.parts if part.mark == "short"]  # type: ignore[union-attr]
    shown = {
        "没做到": {label for label in boards if label not in apart},
        **{state: names(boards.get(label)) for state, label in zip(("缺", "待核实", "不涉及"), apart, strict=False)},
    }
    assert shown == {state: listed[state] for state in shown}
    for state, word in (("没做到", "短板有 {} 项"), ("缺", "还缺 {} 项"), ("待核实", f"有 {{}} {unit}没核实")):
        assert bool(shown[state]) == (word.format(len(shown[state])) in page.lead[0]), page.lead[0]
        assert bool(shown[state]) == (f"{state} {len(shown[state])} 项" in made.about), made.about
    assert len(shown["没做到"]) == len(marked)
    whole = outline(assessment, known_of, rules)
    assert shown["不涉及"] == names(Row("", made.check) if made.check else None)
    assert not made.check or made.check == section(whole, "请核对")[0].text  # type: ignore[union-attr]
    for state in shown:
        rows = (row for row in table_rows(whole) if row[3] == state)
        assert shown[state] == {re.sub("（(如涉及|附件5没有单列)）", "", row[1]).rpartition("：")[2] for row in rows}, (
            state
        )


def names(row: Row | None) -> set[str]:
    """“2 项：甲、乙，请核对。” → 甲、乙。"""
    text = re.sub("^.*?：|，请核对|。$", "", row.text) if row else ""
    return {each.strip("“”") for each in re.findall("“[^”]+”|[^、]+", text)}


def at_random(dice: Random) -> tuple[Assessment, Known, Rules]:
    """随便一次自评：短的、只有一部分指标的、有整张表的。"""
    statuses: tuple[Status, ...] = ("met", "unmet", "unknown", "na")
    ids = [each.id for each in RULES.boards if each.id != "gate"] + [f"gate.{row.requirement}" for row in RULES.gate]
    boards = tuple((id, dice.choice(statuses)) for id in ids if dice.random() < 0.9)
    rows = [each.id for each in RULES.outline if each.if_applicable and each.id != "六 2.6"]
    items = tuple((id, dice.choice(statuses)) for id in rows if dice.random() < 0.9)
    kind = dice.choice(("short", "part", "whole"))
    if kind == "short":
        return Assessment((Line("n15-4", "绩效引领"),), "no", boards, items), Known(), RULES
    branch, rules = ("n6-2", RULES) if kind == "part" else ("n15-1", full())
    table = rules.table(branch)
    assert table is not None
    asked = tuple(Answered(branch, t, r.id, dice.choice(statuses)) for r in table.requirements for t in ("B", "C"))
    low = "" if kind == "part" else "D"
    both = (boards, items) if kind == "part" else ((), ())
    return Assessment((Line(branch, "B", low, "C"),), "no", *both, asked), Known(), rules


@pytest.mark.parametrize(
    ("boards", "first", "then"),
    [
        ({"fugitive": "met", "online": "unknown"}, "没有说没做到的，但有 1 项没核实。", "先把上面没核实的核实清楚"),
        ({"fugitive": "met", "online": "met"}, "问到的短板都做到了。", "接着备各项的证明材料"),
        ({"fugitive": "met", "online": "na"}, "问到的短板，涉及的都做到了。", "接着备各项的证明材料"),
        ({"fugitive": "na", "online": "na"}, "没有说没做到的。", "接着备各项的证明材料"),
        ({"fugitive": "unmet", "online": "unknown"}, "短板有 1 项：无组织排放；有 1 项没核实。", "先补上面的短板"),
    ],
)
def test_the_headline_never_says_more_than_was_said(boards: dict[str, Status], first: str, then: str) -> None:
    """没有短板就不说先补短板；有没核实的，不说都做到了。"""
    paper = onepage(Assessment((Line("n15-4", "绩效引领"),), "no", tuple(boards.items())), facts(), RULES)
    assert first == paper.lead[0]
    assert then in section(paper, "先补什么")[0].text  # type: ignore[union-attr]


def test_without_a_name() -> None:
    """没说过名称：写是一家什么企业，转给谁都看得懂，不写“贵厂”。"""
    no_name = facts(Known("永川"))
    assert "一家水泥制品企业：“创B争A”自评一页" == onepage(SHORT, no_name, RULES).title
    two = checklist(TWO_LINES, no_name, RULES)
    assert two.title.startswith("一家水泥制品、沥青混合料搅拌站企业：")
    for paper in (onepage(SHORT, no_name, RULES), outline(SHORT, no_name, RULES)):
        assert "贵厂" not in said(paper)
        assert "永川区" in said(paper)


def test_what_annex_5_does_not_list_has_a_place_of_its_own() -> None:
    """通知点名、附件5没有单列的：大纲另有一节，清单另有一段，出处是正文。"""
    rows = [(e.title, e.state) for e in checklist(SHORT, facts(), RULES).entries]
    assert [(UNLISTED, ""), ("在线监测", "做到了，材料待备"), ("监测监控水平", "没做到")] == rows[-3:]
    lead, online, monitoring, _ = section(outline(SHORT, facts(), RULES), UNLISTED)
    assert "正文 三（二）" in lead.cite  # type: ignore[union-attr]
    assert [("在线监测", ""), ("监测监控水平", "short")] == [(r.label, r.mark) for r in (online, monitoring)]  # type: ignore[union-attr]


def test_a_part_is_not_dropped_because_its_whole_was() -> None:
    """说污染治理技术不涉及，除尘等下一级不写不涉及：那一项没有人说过。"""
    one = Assessment((Line("n15-4", "绩效引领"),), "no", (("treatment", "na"),))
    states = {e.number: e.state for e in checklist(one, facts(), RULES).entries}
    assert ("不涉及", "见上一级") == (states["六、2.13"], states["六、2.13.1"])


def test_several_answers_make_one() -> None:
    """几个答案合成一个：最差的算；不涉及的不拖累别的。"""
    assert "unmet" == combined(("met", "unknown", "unmet"))
    assert "unknown" == combined(("met", "unknown"))
    assert "met" == combined(("na", "met"))
    assert "na" == combined(("na", "na"))
    assert "" == combined(())


@pytest.mark.parametrize("make", [onepage, outline, checklist])
def test_an_assessment_the_law_has_left_behind(make: object) -> None:
    """名录、短板、指标里已经没有的编号：略过或照写，不出错。"""
    old = Assessment.of(
        {
            "branches": ("n99-1", "n15-4"),
            "wishes": ("A", "没有这一档"),
            "low": ("", ""),
            "high": ("", ""),
            "veto": "yes",
            "boards": ("gone=unmet", "gate.没有了=met"),
            "items": ("六 9.9=met",),
            "requirements": ("n15-4|B|没有这一条=unmet", "n99-1|A|x=met"),
        }
    )
    assert make(old, facts(Known("没有的区", ("n99-1",))), RULES)  # type: ignore[operator]
    assert make(Assessment((), "no"), Facts(NOW), RULES)  # type: ignore[operator]


def test_an_early_day_has_no_rules() -> None:
    """通知印发之前：没有条款可引，也不出错。"""
    before: Rules = knowledge.on(NOW.date().replace(year=2024, month=7))
    assert onepage(SHORT, facts(), before).title


def test_an_item_that_must_be_written_is_not_waived() -> None:
    """答了不涉及：附件5注明“如涉及”的不用附；没有注明的，说照大纲要写、是否注明没有写，证明材料留空。"""
    given = Assessment((Line("n15-4", "绩效引领"),), "no", (("treatment", "na"), ("ldar", "na")))
    made = outline(given, facts(Known()), RULES)
    treatment = [part.text for part in section(made, "2.13 污染治理技术") if isinstance(part, Text)]
    assert ["自评答的是不涉及；附件5这一项没有注明“如涉及”，照大纲要写，是否注明不涉及没有写，问区县生态环境局。",
            f"证明材料：{BLANK}"] == treatment  # fmt: skip
    leaks = [part.text for part in section(made, "2.6 泄漏检测与修复（如涉及）") if isinstance(part, Text)]
    assert ["自评答的是不涉及，这一项不用附材料；有变化再补。"] == leaks


def test_every_paper_names_the_day_of_the_answers() -> None:
    """自评是早些时候做的：今天和答的那一天都写，处罚写明是那天答的、要再核对。"""
    today = replace(facts(), now=datetime.fromisoformat("2027-03-15T10:00:00+08:00"))
    answered = date(2026, 11, 27)
    both = "2027年3月15日，按企业自己2026年11月27日的回答整理，那以后变了的没有算"
    page, whole = onepage(SHORT, today, RULES, answered), outline(SHORT, today, RULES, answered)
    list_ = checklist(SHORT, today, RULES, answered)
    assert (True, True, True) == (both in page.lead[1], whole.lead[1].startswith(both), list_.about.startswith(both))
    fined = next(part for part in section(page, "短板") if isinstance(part, Row) and part.label == "处罚")
    expected = "2026年11月27日答的：近一年没有因环保违法受过处罚。从那天到今天有没有，请再核对。"
    assert (expected, "open") == (fined.text, fined.mark)


def test_the_checklist_holds_every_tier() -> None:
    """长的一种：材料清单后面和大纲里一样，各档每一条的答案都在。"""
    held = checklist(LONG, facts(Known()), full()).asked
    assert held is not None
    assert held in section(outline(LONG, facts(Known()), full()), "1. 绩效分级指标对标总表")
    assert len(LONG.requirements) == len(held.rows)
