"""每个流程的每条控制路径都走到头，每句话都引得出、放得下、有下一步、说得有着落。"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path as File

import pytest

import dialogs.flows as registry
import knowledge
from dialogs.cites import notice
from dialogs.flows import FLOWS
from dialogs.records import Facts, Known, Reply, Window
from dialogs.replay import Path, replay, walk
from dialogs.reply import LIMIT, NEXT, TEMPLATES, ending, numbered, pages, question
from dialogs.steps import Choice, Choose, Conversation, End, Recall, Step
from knowledge.rules import Rules
from tests.claims import unsupported

NOW = datetime.fromisoformat("2026-09-01T10:00:00+08:00")
RULES = knowledge.on(NOW.date())


def window(start: str, end: str, **more: str) -> Window:
    """一个登记的窗口。"""
    return Window("w2026-1", "2026年申报", date.fromisoformat(start), date.fromisoformat(end), **more)


_BOUND = Known("永川", name="重庆某某建材有限公司", reminded=True, linked=True)
_SECOND = Known("大足", ("n36-1",), "某某家具厂", reminded=True, nth=1)
SITUATIONS = {
    "没有窗口": Facts(NOW),
    "正在申报": Facts(NOW, (window("2026-08-01", "2026-12-31"),)),
    "还没开始": Facts(NOW, (window("2026-10-08", "2026-12-31", source="市局通知"),), _BOUND, (_SECOND,)),
    "已经结束": Facts(NOW, (window("2026-03-01", "2026-06-30"),), Known("长寿", ("n15-4",))),
    "分区县": Facts(NOW, (window("2026-08-01", "2026-12-31", district="长寿"),)),
    "分行业": Facts(NOW, (window("2026-08-01", "2026-12-31", industry="国15"),)),
    "撤销的区": Facts(NOW, (window("2026-08-01", "2026-12-31"),), Known("江北", ("p6-1", "n15-4"))),
    "拆开的区": Facts(NOW, (window("2026-08-01", "2026-12-31", district="北碚"),), Known("渝北")),
}
CASES = [(flow, situation) for flow in FLOWS for situation in SITUATIONS]


@dataclass(frozen=True)
class Walked:
    """走完一个流程的全部路径。"""

    flow: str
    facts: Facts
    paths: tuple[Path, ...]
    pages: tuple[tuple[Reply, str], ...]
    """路上的每一个问题和结果说成的每一页，连同用户说过的话；几条路上一样的只留一个。"""


_DONE: dict[tuple[str, str], Walked] = {}


def walked(flow: str, situation: str) -> Walked:
    """每种处境只走一遍，供各个测试用。"""
    key = (flow, situation)
    if key not in _DONE:
        facts = SITUATIONS[situation]
        paths = tuple(walk(FLOWS[flow].talk, RULES, facts))
        _DONE[key] = Walked(flow, facts, paths, tuple(dict.fromkeys(replies(paths))))
    return _DONE[key]


def replies(paths: tuple[Path, ...]) -> Iterator[tuple[Reply, str]]:
    """各条路上的每一页，连同用户说过的话。"""
    for path in paths:
        said = ""
        for step, value in path.answers:
            if not isinstance(step, Recall):
                for page in pages(question(step, 1), RULES):
                    yield page, said
            said += f" {step.shows(value)}"
        for page in pages(ending(path.end), RULES):
            yield page, said


@pytest.mark.parametrize(("flow", "situation"), CASES)
def test_every_path_ends_with_unique_keys(flow: str, situation: str) -> None:
    """每条路都有结果，一条路上问题的键不重复。"""
    done = walked(flow, situation)
    assert done.paths
    for path in done.paths:
        keys = [step.key for step, _ in path.answers]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("flow", "situation"), CASES)
def test_every_sample_of_every_state_is_walked(flow: str, situation: str) -> None:
    """没有一个（问题、样例）没走到。"""
    done = walked(flow, situation)
    offered = {(step.key, sample) for path in done.paths for step, _ in path.answers for sample in step.samples()}
    taken = {(step.key, value) for path in done.paths for step, value in path.answers}
    assert set() == offered - taken


@pytest.mark.parametrize(("flow", "situation"), CASES)
def test_every_reply_cites_fits_and_goes_on(flow: str, situation: str) -> None:
    """每一页：有依据，不超过 600 字，最后一句是下一步。"""
    for page, _ in walked(flow, situation).pages:
        text = numbered(page)
        assert page.cites, text
        assert "\n依据：" in text
        assert len(text) <= LIMIT, text
        assert page.text.splitlines()[-1].startswith(NEXT), text


@pytest.mark.parametrize(("flow", "situation"), CASES)
def test_every_claim_is_grounded(flow: str, situation: str) -> None:
    """每个数字、日期、网址、等级和审核者，都在所引条款、登记的窗口或用户的话里。"""
    facts = SITUATIONS[situation]
    days = " ".join(str((each.end - NOW.date()).days) for each in facts.windows)
    for page, said in walked(flow, situation).pages:
        assert [] == unsupported(page.text, page.cites, RULES, said, facts.windows, days), page.text


def test_every_template_is_reached() -> None:
    """写了的每个结果都有路走到，没有多余的模板。"""
    reached = {path.end.name for flow, situation in CASES for path in walked(flow, situation).paths}
    # 没有录入整张指标表，走不到逐项对的结果；test_assess.py 用做的表来走
    assert {name for name in TEMPLATES if not name.startswith("_")} - {"assess.verdict"} == reached


def test_walk_is_not_a_product(capsys: pytest.CaptureFixture[str]) -> None:
    """路径数随流程线性增长；把数目印出来。"""
    total = sum(len(walked(flow, situation).paths) for flow, situation in CASES)
    print(f"走了 {total} 条路径")
    assert total < 20_000
    assert "条路径" in capsys.readouterr().out


@pytest.mark.parametrize("branch", RULES.branches)
def test_every_branch_has_a_grounded_result(branch: str) -> None:
    """106 个分支各自的结果：等级照附件3，审核照条文，都放得下、有着落。"""
    answers = {"business.1.1": "轮胎", "branch.1.1": branch, "others.1": "no"}
    due = replay(FLOWS["which_grade"].talk, answers, RULES, SITUATIONS["没有窗口"])
    assert isinstance(due.step, End)
    first = pages(ending(due.step), RULES)[0]
    for tier in RULES.branches[branch].tiers:
        assert tier in first.text
    for page in pages(ending(due.step), RULES):
        assert len(numbered(page)) <= LIMIT
        assert [] == unsupported(page.text, page.cites, RULES, "轮胎"), page.text


def test_the_check_of_claims_can_fail() -> None:
    """编造的数、不该有的等级、没提到的审核者都会被抓住。"""
    cites = RULES.branches["n21-1"].cite
    assert ["15.5%"] == unsupported("减15.5%", (cites,), RULES)
    assert ["A"] == unsupported("可评A级", (cites,), RULES)
    assert ["专家"] == unsupported("由专家来看", (cites,), RULES)
    assert ["http://113.204.96.36:3361/"] == unsupported("请登录http://113.204.96.36:3361/", (cites,), RULES)


def test_no_experts_address_for_an_enterprise() -> None:
    """任何流程都不把专家的入口给企业。"""
    for flow, situation in CASES:
        for page, _ in walked(flow, situation).pages:
            assert "113.204" not in page.text


def test_flows_are_short() -> None:
    """一个流程一个文件，不超过 80 行；公用的段落不超过 170 行。"""
    folder = File(registry.__file__).parent
    shared = "place mine minefactories reviewing when lines boards requirements veto __init__".split()
    for path in folder.glob("*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= (170 if path.stem in shared else 80), f"{path.name} {lines}"
        ast.parse(path.read_text(encoding="utf-8"))


def test_a_walk_finds_a_flow_without_end() -> None:
    """没有尽头的流程会被发现，而不是一直走。"""

    def endless(rules: Rules, facts: Facts) -> Conversation:
        for n in count():
            yield Choose(key=str(n), prompt="再来？", cites=notice("附件3"), choices=(Choice("y", "是"),))
        raise AssertionError

    with pytest.raises(RuntimeError, match="没有尽头"):
        replay(endless, {str(n): "y" for n in range(999)}, RULES, Facts(NOW))


def test_steps_are_walkable() -> None:
    """每一步都给得出样例，样例都是自己问得出的答案。"""
    for flow, situation in CASES:
        for path in walked(flow, situation).paths:
            step: Step[object]
            for step, _ in path.answers:
                assert all(step.offers(sample) for sample in step.samples())  # type: ignore[arg-type]
