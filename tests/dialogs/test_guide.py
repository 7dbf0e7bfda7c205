"""系统里评级以外的事：问到一件就讲一件，有网址有账号，没有写的说没有写；问条件、问进展的仍由问答来答。"""

import pytest

import knowledge
from dialogs.flows import FLOWS
from dialogs.records import Facts
from dialogs.replay import replay
from dialogs.reply import ending, numbered, pages
from dialogs.steps import End
from tests.chat import NOW, Chat

RULES = knowledge.on(NOW.date())


@pytest.mark.parametrize(("said", "which"), [
    ("应急减排清单咋个填哦", "inventory"), ("减排清单在哪报", "inventory"), ("一厂一策", "plan"),
    ("一厂一策咋个弄", "plan"),
    ("一厂一策是哪个编，编好交到哪点", "plan"),
    ("公示牌要自己做迈", "board"), ("一厂一策公示牌哪里弄", "board"),
    ("民生保障咋个申报", "exempt"),
])  # fmt: skip
def test_a_sentence_chooses(said: str, which: str) -> None:
    """说到哪一件，就讲哪一件，不用再选。"""
    guide = next(each for each in RULES.guides if each.id == which)
    chat = Chat().says(said).has(guide.says, guide.next, guide.unstated)
    assert () == chat.session.frames


@pytest.mark.parametrize("said", [
    "系统里除了绩效评级还有啥功能", "民生豁免一年申请几次", "保障类企业要达到啥子等级", "咋个看审核到哪一步了",
    "应急减排承诺书是什么",
    "清单和公示牌在哪弄", "要件清单怎么填",
])  # fmt: skip
def test_other_questions_are_left_to_the_answers(said: str) -> None:
    """问功能、条件、进展，或一次问几件的，不开始流程。"""
    assert "guide" != Chat().says(said).turn.claimed  # type: ignore[union-attr]


@pytest.mark.parametrize("guide", RULES.guides, ids=lambda guide: guide.id)
def test_every_guide_is_one_page_with_address_and_gaps(guide: object) -> None:
    """每一件：一页放得下，有企业的网址，说哪些没有写，没有专家的网址。"""
    assert isinstance(guide, knowledge.records.Guide)
    due = replay(FLOWS["guide"].talk, {"which": guide.id}, RULES, Facts(NOW))
    assert isinstance(due.step, End)
    (page,) = pages(ending(due.step), RULES)
    text = numbered(page)
    assert "http://58.144.217.146:20002/#/login?redirect=%2F\n" in text
    assert "没有写" in text
    assert "113.204" not in text


def test_the_system_flow_leads_here() -> None:
    """“系统怎么用”说到别的事，照它说的打字就到这里。"""
    chat = Chat().says("系统怎么用").has("清单和一厂一策")
    chat.says("清单和一厂一策").has("想弄哪一件").picks("公示牌").has("公示牌不用自己做")


@pytest.mark.parametrize(("said", "first"), [
    ("公示牌挂哪里", "通知没有写“公示牌”挂在哪里。"), ("公示牌要多大", "通知没有写“公示牌”做多大。"),
    ("没评级要不要报一厂一策", "通知没有写“一厂一策”哪一级要交、没评级的要不要交。"),
    ("一厂一策要专家评审不，A级要不要交", "通知没有写“一厂一策”要不要专家评审、哪一级要交、没评级的要不要交。"),
    ("减排清单填错了咋改", "通知没有写“应急减排清单”填错了怎么改。"),
    ("外贸出口占好多算保障类", "通知没有写“民生保障”出口占多少才算。"),
    ("民生豁免了就不停产了哇", "通知没有写“民生保障”纳入以后预警时停不停、限不限。"),
    ("我们是民生保障企业，预警了要不要停", "通知没有写“民生保障”纳入以后预警时停不停、限不限。"),
])  # fmt: skip
def test_what_is_not_written_comes_first(said: str, first: str) -> None:
    """单问到通知没有写的一点：头一句就说没有写，再说写了什么、问谁。"""
    chat = Chat().says(said).has("下一步：打电话问贵厂所在区县生态环境局。")
    assert first == chat.first


@pytest.mark.parametrize(("said", "first"), [
    ("LDAR是啥子", "“LDAR”就是“泄漏检测与修复”，通知只写了这个名称，没有写具体指什么、怎么做。"),
    ("我们无组织排放咋个算做到嘛？", "“无组织排放”做到什么程度才算，通知没有写。"),
    ("监测监控水平要做到啥程度", "“监测监控水平”做到什么程度才算，通知没有写。"),
])  # fmt: skip
def test_one_item_of_the_self_assessment(said: str, first: str) -> None:
    """问自评里的一项是什么、做到什么程度才算：头一句就答。"""
    assert first == Chat().says(said).first


@pytest.mark.parametrize("said", ["咋个自评嘛，好多等级，撒子短板", "自评咋个弄", "怎么做自评"])
def test_how_to_assess_starts_it(said: str) -> None:
    """问自评怎么做：就在这里做。"""
    assert "assess" == Chat().says(said).has("自评就在这里做").session.frames[-1].flow
