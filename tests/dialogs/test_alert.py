"""预警了：有录入的措施就照说并说明据转载，没有的只说通知写了的；A、B、绩效引领一字不多，绝不说不用限。"""

import pytest

import knowledge
from dialogs.flows import FLOWS
from dialogs.records import Facts, Known
from dialogs.replay import replay
from dialogs.reply import ending, pages
from dialogs.steps import End
from dialogs.wishing import levels
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
    for tier in (*levels(RULES.branches[branch].tiers), "none"):
        for level in (*LEVELS, "unsure"):
            text = said(branch, tier, level)
            first = text.splitlines()[0]
            assert RULES.branches[branch].name in first
            assert "以贵厂的“一厂一策”和区县生态环境局这次的预警通知为准" in text
            for never in ("不限产", "不用停", "不用减", "不停产"):
                assert never not in text
            measured = any(RULES.measures(branch, tier, each) for each in LEVELS)
            assert measured or (SELF in first) == (tier == "A")
            assert measured or (LESS in first) == (tier in ("B", "绩效引领"))


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


@pytest.mark.parametrize(("text", "level", "stated"), [
    ("橙色预警来了，我们是A级商砼站", "橙色", "A"), ("黄色预警了，我们绩效引领的铸造厂", "黄色", "绩效引领"),
    ("升成橙色了，停产不？", "橙色", ""), ("Ⅰ级响应，我们砖厂停不停", "", ""), ("三级响应启动了", "", ""),
    ("红色预警了，我们水泥熟料还没评级", "红色", "none"),
])  # fmt: skip
def test_an_announcement_is_heard_whatever_else_it_says(text: str, level: str, stated: str) -> None:
    """报预警的一句，不因为说了没有的等级、问了停不停、说的是几级响应就听丢。"""
    (frame,) = Chat().says(text).session.frames
    answers = dict(frame.answers)
    assert ("alert", level, stated) == (frame.flow, answers.get("level", ""), answers.get("stated", ""))


def test_a_grade_that_the_branch_lacks_is_said_so() -> None:
    """说了这个分支没有的等级：说没有、有哪几档，再问；不记。"""
    chat = Chat().says("橙色预警来了，我们是A级商砼站").picks("水泥制品").has("“水泥制品”没有A级，有两档：绩效引领、")
    chat.says("B").has("“水泥制品”没有B级").says("我们是A级").has("“水泥制品”没有A级")
    assert "" == chat.session.known.grade
    chat.says("非绩效引领").has("水泥制品非绩效引领，橙色预警")


def test_what_the_sentence_told_is_not_asked() -> None:
    """说做什么的那句话里说了没评级，不再问；改得了。"""
    chat = Chat().says("橙色预警").says("水泥熟料，我们没得等级").picks("水泥熟料").has("没有写没评级的厂")
    chat.says("修改").picks("现在的等级").says("C").has("水泥熟料C级，橙色预警：停产。")


def test_unsure_is_not_unrated() -> None:
    """等级不清楚：不说成没评级，各级写了什么都列，不引没有用到的。"""
    text = said("n15-1", "unsure", "橙色")
    assert "水泥熟料，等级还不清楚，橙色预警" in text
    for row in ("A级：“鼓励结合实际，自主采取减排措施”", "B级：减产20%", "C级：停产", "D级："):
        assert row in text
    text = said("n15-4", "unsure", "橙色")
    assert "还没评级" not in text
    assert "340号" not in text


def test_b_minus_is_not_b() -> None:
    """B- 单列：通知没有点名 B-，不套“少限产”。"""
    assert "通知没有写B-预警时怎么减" in said("n1-1", "B-", "橙色")
    chat = Chat().says("橙色预警").says("长流程钢铁").says("是").has("2. B\n3. B-\n")
    assert LESS in chat.says("B").text


@pytest.mark.parametrize(("text", "first"), [
    ("我们其实是B级", "好，现在的等级从“C”改成“B”。"), ("不对，是B级", "好，现在的等级从“C”改成“B”。"),
    ("我们现在等级改成B了", "好，现在的等级从“C”改成“B”。"),
])  # fmt: skip
def test_the_grade_is_corrected_after_the_result(text: str, first: str) -> None:
    """说完了又改口说现在的等级，照改过的再说一遍。"""
    chat = Chat().says("橙色预警了").says("水泥熟料").picks("水泥熟料").says("C").says(text)
    assert first == chat.first
    chat.has("水泥熟料B级，橙色预警：减产20%。")


def test_another_colour_is_not_written() -> None:
    """蓝色、几级响应：通知没有写，再问是黄、橙、红哪一级。"""
    Chat().says("预警了").says("蓝色").has("蓝色预警怎么减，通知没有写", "1. 黄色")
    Chat().says("预警了").says("三级响应").has("几级响应对哪种颜色的预警，通知没有写", "1. 黄色")


def test_several_things_at_once() -> None:
    """一句话报了几件事：先说头一件，别的说清楚怎么接着来。"""
    chat = Chat().says("预警了 被退回了 还有自评咋整").has("是哪一级预警", "“被退回了”、“自评”")
    assert ["alert"] == [frame.flow for frame in chat.session.frames]


@pytest.mark.parametrize(("said", "given"), [
    ("红色，商砼，绩效引领", ("红色", "商砼", "绩效引领")), ("橙色，水泥熟料，B级", ("橙色", "水泥熟料", "B")),
    ("黄色 家具厂 B级", ("黄色", "家具厂", "B")), ("红色，B级", ("红色", "", "B")),
])  # fmt: skip
def test_all_three_in_the_second_message(said: str, given: tuple[str, str, str]) -> None:
    """问哪一级预警，一句把颜色、行当、等级都说了：都记下，只问没说的。"""
    answers = dict(Chat().says("预警了").says(said).session.frames[-1].answers)
    assert given == (answers["level"], answers.get("business.1.1", ""), answers["stated"])


def test_all_three_in_the_opening_line() -> None:
    """开口就说颜色、没评级、做什么，问停不停：按预警答，不改成查等级。"""
    chat = Chat().says("黄色预警我们还没评级商砼，停不停").says("是")
    assert chat.first.startswith("水泥制品，还没评级，黄色预警：")


@pytest.mark.parametrize(("trade", "grade", "said", "lacking"), [
    ("商砼", "绩效引领", "不对，是B级", "“水泥制品”没有B级"),
    ("水泥熟料", "A", "不对，是引领", "“水泥熟料”没有绩效引领"),
])  # fmt: skip
def test_a_corrected_grade_that_the_branch_lacks(trade: str, grade: str, said: str, lacking: str) -> None:
    """说完了改成这个分支没有的等级：说没有，再问是哪一级，预警不丢。"""
    chat = Chat()
    for each in ("预警了", "橙色", trade, "是", grade, said):
        chat.says(each)
    assert chat.first.startswith(lacking)
    chat.has("现在是哪一级")
    assert ("alert", "橙色") == (chat.session.frames[-1].flow, dict(chat.session.frames[-1].answers)["level"])


@pytest.mark.parametrize("before", [("预警了", "红色", "水泥熟料", "是"), ("我们做水泥熟料", "是", "红色预警了"),
                                    ("被退回了", "红色预警了，水泥熟料", "是")])  # fmt: skip
def test_a_grade_corrected_after_the_alert(before: tuple[str, ...]) -> None:
    """预警说完了更正现在的等级：预警照新的重说，不管先前还开着什么。"""
    chat = Chat()
    for each in (*before, "C", "不对，去年评的是B"):
        chat.says(each)
    assert "好，现在的等级从“C”改成“B”。" == chat.first
    chat.has("水泥熟料B级，红色预警")
    assert "B" == chat.session.known.grade


@pytest.mark.parametrize("said", ["C级", "c", "去年评的C级"])
def test_a_local_tier_without_saying_local(said: str) -> None:
    """地方的分支说“C级”，就是地方C。"""
    chat = Chat().says("做沥青拌合站").says("1").says("没有了").says("红色预警了停不停").says(said)
    assert "沥青混合料搅拌站地方C，红色预警：" in chat.first


@pytest.mark.parametrize("said", [
    "其实是红色预警", "升成红色了", "不对，是红色", "看错了，不是橙色，是红色", "不是橙色，是红色",
    "现在是红色了", "其实是红色预警，咋停",
])  # fmt: skip
def test_a_colour_that_changed_midway_keeps_the_rest(said: str) -> None:
    """答到一半颜色改了、升级了：改颜色，做什么不再问，结果说的是新颜色。"""
    chat = Chat().says("预警了").says("橙色").says("家具厂喷漆").says("是").says(said)
    assert chat.first == "好，“橙色”改成“红色”。"
    chat.says("C").has("家具制造工业C级，红色预警").lacks("橙色预警")


@pytest.mark.parametrize("said", ["其实是红色预警", "不对，是红色", "搞错了，是红色"])
def test_a_colour_corrected_after_the_verdict(said: str) -> None:
    """说完了才改口：照新颜色重出一遍。"""
    chat = Chat().says("预警了").says("橙色").says("家具厂喷漆").says("是").says("C").says(said)
    chat.has("好，“橙色”改成“红色”。", "家具制造工业C级，红色预警")


def test_the_same_colour_again_and_what_was_said_with_it() -> None:
    """颜色没变的说没有改动；一起说的别的，说清楚还没有记。"""
    chat = Chat().says("预警了").says("橙色").says("是橙色")
    assert chat.first == "记着的就是橙色预警，没有改动。"
    chat.says("其实是红色，做家具喷漆的").has("后面说的“做家具喷漆的”还没有记")


def test_not_graded_yet_is_said_before_it_is_asked() -> None:
    """正定着行业，先说了“没评过”：记下，后面就不再问现在是哪一级。"""
    chat = Chat().says("橙色预警来了，我们玻璃钢厂停不停").says("没评过").has("记下了：还没有评过级。", "玻璃钢工业")
    assert "alert" == chat.says("1").session.last.flow  # type: ignore[union-attr]


@pytest.mark.parametrize(("said", "level", "trade", "stated"), [
    ("商砼，红色预警", "红色", "商砼", None), ("商砼红色预警", "红色", "商砼", None),
    ("红色预警，商砼", "红色", "商砼", None),
    ("水泥熟料A级，红色预警", "红色", "水泥熟料", "A"), ("商砼 绩效引领 橙色预警", "橙色", "商砼", "绩效引领"),
    ("汽修厂B级，橙色预警", "橙色", "汽修厂", "B"), ("平板玻璃B级，红色预警", "红色", "平板玻璃", "B"),
    ("烧结砖A级，黄色预警", "黄色", "烧结砖", "A"), ("汽修厂，红色预警，没评级", "红色", "汽修厂", "none"),
    ("砖厂C级，红色预警", "红色", "砖厂", "C"), ("家具厂C级 橙色预警", "橙色", "家具厂", "C"),
    ("包装印刷厂，橙色预警", "橙色", "包装印刷厂", None), ("砖厂，C级，红色预警", "红色", "砖厂", "C"),
])  # fmt: skip
def test_the_product_may_come_before_the_colour(said: str, level: str, trade: str, stated: str | None) -> None:
    """做什么、哪一级、什么颜色，先说哪样都是在报预警，说了的都记着。"""
    chat = Chat().says(said)
    kept = dict(chat.session.frames[-1].answers)
    assert ("alert", level, trade, stated) == (
        chat.session.frames[-1].flow, kept["level"], kept["business.1.1"], kept.get("stated"),
    )  # fmt: skip
    assert f"收到，{level}预警。" in chat.text


@pytest.mark.parametrize("said", ["红色预警商砼停不停", "水泥企业红色预警减多少", "家具行业红色预警怎么办"])
def test_a_question_about_an_alert_is_no_alert(said: str) -> None:
    """问红色预警停不停、减多少的，照问答答。"""
    assert () == Chat().says(said).session.frames


@pytest.mark.parametrize(("said", "first"), [
    ("其实是C级", "好，现在的等级从“B”改成“C”。"), ("其实我们评的C", "好，现在的等级从“B”改成“C”。"),
    ("不是B级，是C级", "好，现在的等级从“B”改成“C”。"), ("其实没评过", "好，现在的等级从“B”改成“还没评级”。"),
    ("其实是绩效引领", "“家具制造工业”没有绩效引领，有三档：A、B、C。"),
    ("其实是B级", "现在的等级，记着的就是“B”，没有改动。"),
])  # fmt: skip
def test_the_grade_is_mended_like_the_colour(said: str, first: str) -> None:
    """说完了预警再改说等级：只改等级，没有的那一级说没有。"""
    chat = Chat()
    for each in ("预警了", "红色", "家具厂喷漆", "是", "B", said):
        chat.says(each)
    assert first == chat.first


@pytest.mark.parametrize("said", ["不晓得啥子颜色", "看不懂是哪一级", "通知没写颜色"])
def test_not_knowing_the_colour_is_an_answer(said: str) -> None:
    """说不晓得是哪一级：就是“不清楚”。"""
    assert "unsure" == dict(Chat().says("预警了").says(said).session.frames[-1].answers)["level"]
