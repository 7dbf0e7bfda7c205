"""预警了：有录入的措施就照说并说明据转载，没有的只说通知写了的；A、B、绩效引领一字不多，绝不说不用限。"""

import pytest

import knowledge
from dialogs.flows import FLOWS
from dialogs.records import Facts, Known
from dialogs.replay import replay
from dialogs.reply import ending, pages
from dialogs.steps import End
from knowledge.tables import LEVELS
from tests.chat import NOW, Chat
from tests.claims import unsupported

RULES = knowledge.on(NOW.date())
SELF = "“鼓励结合实际，自主采取减排措施”"
LESS = "条文写的是“少限产”"


def said(branch: str, tier: str, level: str) -> str:
    """这个分支的这个等级在这一级预警时的答复，每一页都有着落。"""
    answers = {"level": level, "branches": (branch,), "held": "", "grade": tier}
    due = replay(FLOWS["alert"].talk, answers, RULES, Facts(NOW))
    assert isinstance(due.step, End)
    replies = pages(ending(due.step), RULES)
    for page in replies:
        assert [] == unsupported(page.text, page.cites, RULES), page.text
    return "\n".join(page.text for page in replies)


@pytest.mark.parametrize("branch", RULES.branches)
def test_every_branch_and_grade(branch: str) -> None:
    """每个分支的每个等级、每一级预警：有着落，不说不限产、不用停，最后都以“一厂一策”和区县的通知为准。"""
    for tier in (*RULES.branches[branch].tiers, "none"):
        for level in (*LEVELS, "unsure"):
            text = said(branch, tier, level)
            first = text.splitlines()[0]
            assert RULES.branches[branch].name in first
            assert "以贵厂的“一厂一策”和区县生态环境局这次的预警通知为准" in text
            for never in ("不限产", "不用停", "不用减", "不停产"):
                assert never not in text
            measured = any(RULES.measures(branch, tier, each) for each in LEVELS)
            assert measured or (SELF in first) == (tier == "A")
            assert measured or (LESS in first) == (tier in ("B", "B（B-）", "绩效引领"))


def test_a_loaded_measure_is_said_with_its_confidence() -> None:
    """录入的措施照说，据转载的说据转载；不清楚哪一级就三级都列。"""
    for tier in "BCD":
        for level in LEVELS:
            row = RULES.measures("n15-1", tier, level)
            assert row is not None
            text = said("n15-1", tier, level)
            assert f"水泥熟料{tier}级，{level}预警：{row.text}。" == text.splitlines()[0]
            assert "这是据转载的环办大气函〔2020〕340号里本行业的措施" in text
    every = "水泥熟料B级：黄色预警停用国四及以下货车；橙色预警减产20%；红色预警停产。"
    assert every == said("n15-1", "B", "unsure").splitlines()[0]


def test_what_is_not_written_is_said_to_be_so() -> None:
    """地方等级、其他、没评级的：通知没有写，不套用别的等级。"""
    assert "通知没有写地方B预警时怎么减" in said("p6-1", "地方B", "红色")
    assert "没有写没评级的厂" in said("n36-1", "none", "红色")
    assert "通知没有写这一档" in said("n36-3", "其他", "黄色")
    assert "两处说法不一" in said("n15-4", "绩效引领", "黄色")


@pytest.mark.parametrize(("text", "level"), [
    ("预警了", ""), ("来预警了我们要停哪些", ""), ("橙色预警来了咋办", "橙色"), ("又启动红色预警了", "红色"),
    ("黄警了", "黄色"),
    ("收到黄色预警通知，啷个办", "黄色"), ("现在黄色预警，我们咋整", "黄色"),
    ("升成橙色预警了", "橙色"), ("区里发预警了", ""),
])  # fmt: skip
def test_it_starts_when_it_has_happened(text: str, level: str) -> None:
    """说预警来了，就开始；说到了哪一级，不再问。"""
    chat = Chat().says(text)
    (frame,) = chat.session.frames
    assert ("alert", level) == (frame.flow, dict(frame.answers).get("level", ""))


@pytest.mark.parametrize("text", [
    "预警来了不同等级咋个对待嘛", "我们是B级，黄色预警来了还限产吗", "重污染天B级是不是就不限产了",
    "今天有没得预警哦", "预警一般持续好久",
    "上回红色预警我们停了三天",
    "预警的时候我们都停产", "隔壁家具厂是B级，他们黄色预警要停好多哦",
    "黄色预警发了企业要做些什么",
    "明天会不会发布预警", "橙色预警期间没停产被抓到怎么处理", "红色预警A咋个办B咋个办",
])  # fmt: skip
def test_questions_in_general_keep_their_answers(text: str) -> None:
    """问通例、问别人、说过去的，不开始流程。"""
    assert "alert" not in [frame.flow for frame in Chat().says(text).session.frames]


def test_what_is_known_is_not_asked() -> None:
    """记着的分支和等级不再问，并说是按记着的说；问完的等级记下来。"""
    chat = Chat()
    chat.session = chat.session.__class__(chat.user, known=Known(branches=("n15-1",), grade="C"))
    chat.says("橙色预警了").has("水泥熟料C级，橙色预警：停产。", "按记着的等级说").says("那红色呢").has(
        "红色预警：停产。"
    )
    chat = Chat().says("黄色预警了").says("烧熟料的").picks("水泥熟料").says("C级").has("停50%的生产线")
    assert Known(branches=("n15-1",), grade="C") == chat.session.known
    chat.says("修改").picks("现在的等级").says("B").has("水泥熟料B级，黄色预警：停用国四及以下货车。")


def test_the_sentence_may_answer_everything() -> None:
    """一句话说了级别、行当和等级，只再确认分支。"""
    chat = Chat().says("我们烧水泥熟料的，C级，橙色预警来了").picks("水泥熟料").has("水泥熟料C级，橙色预警：停产。")
    chat.says("红色预警来通知了，我们家具厂B级").picks("家具制造工业").has("家具制造工业B级，红色预警", LESS)
    assert ("n36-1",) == chat.session.known.branches


def test_two_lines_are_told_apart() -> None:
    """记着两条线，就问是哪一条；记着的不丢。"""
    chat = Chat()
    chat.session = chat.session.__class__(chat.user, known=Known(branches=("n15-1", "n36-1")))
    chat.says("黄色预警了").has("说的是哪条线").says("家具制造工业").says("还没评级").has("没有写没评级的厂")
    assert ("n15-1", "n36-1") == chat.session.known.branches


def test_a_factory_outside_annex_3() -> None:
    """不在附件3的：通知没有写，让“一厂一策”和区县说了算。"""
    chat = Chat().says("预警了").says("黄色").says("开火锅店的").says("都没有")
    chat.has("不在附件3的行业里", "“一厂一策”").lacks("不限产")
