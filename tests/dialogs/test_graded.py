"""连行业带等级一起问：照附件3答，只说那个行业有的。"""

from datetime import datetime

import pytest

import knowledge
from dialogs.graded import corrected, graded
from dialogs.records import Facts, Message, Session
from dialogs.turn import take_turn
from knowledge.rules import Rules
from tests.claims import unsupported

NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")


@pytest.fixture(scope="module")
def rules() -> Rules:
    return knowledge.on(NOW.date()).warm()


@pytest.mark.parametrize(
    ("text", "first", "also"),
    [
        ("胶合板厂最差是D噻", "“胶合板”没有D级。", "有三档：A、B、C"),
        ("红木家具能不能评A", "“红木家具”没有A级。", "只有一档：其他"),
        ("玻璃钢厂想冲A级，要得不", "“玻璃钢工业”没有A级。", "绩效引领、非绩效引领"),
        ("塑料制品厂有没得地方A", "“塑料制品”没有A级。", "地方绩效引领、地方非绩效引领"),
        ("电解铝有哪几个等级", "“电解铝工业”（国家第8类 电解铝）有三档：A、B、C。", "A、B、C"),
        ("沥青搅拌站评地方C区县审完就算了哇", "“沥青混合料搅拌站”", "市级集体会议审查"),
        ("家具厂可以评B-噻", "“家具制造工业”", "B-只有长流程钢铁这一个分支有。"),
        ("粉末涂料家具制造有没得ABC", "“粉末涂料家具制造”没有A级、B级、C级。", "绩效引领"),
        ("搅拌站有哪几个等级哦", "“水泥制品”", "“沥青混合料搅拌站”"),
        ("包装印刷B级哪个审核", "“纸制品包装印刷”", "专家现场审查 → 市级集体会议审查"),
        ("家具C级区里审就行了噻", "“家具制造工业”", "区县审核"),
        ("红木家具的管控类型“其他”归哪个审", "“红木家具”", "区县审核"),
        ("粉磨站是A、B、C、D嘛", "“粉磨站”没有A级、B级、C级、D级。", "同一行业的“水泥熟料”"),
        ("塑料制品报引领区里审还是市里审", "“塑料制品”地方绩效引领", "地方绩效引领是市生态环境局委托区县组织评的。"),
        ("热处理地方A是不是委托区里审", "“金属表面处理及热处理加工”地方A", "两处说法不一致"),
        ("制药厂B级的公示是市里发还是区里发", "“制药工业”A、B", "市级公示公告"),
        ("粉磨站非绩效引领哪个审", "“粉磨站”非绩效引领", "区县审核"),
        ("有机化工报地方B，程序跟塑料制品报引领一样不", "审法不一样。", "“塑料制品”地方绩效引领"),
    ],
)
def test_the_branch_answers(rules: Rules, text: str, first: str, also: str) -> None:
    """第一行就答那个行业有没有这一级；再说它有哪几档，问到谁审的说谁审。"""
    draft = graded(text, rules, rules.questions(text))
    assert draft is not None
    assert draft.body[0].startswith(first)
    assert also in "\n".join(draft.body)
    assert [] == unsupported("\n".join(draft.body), draft.cites, rules, said=text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "", "我们是做胶合板的", "B级有什么好处", "有哪几个等级", "熟料线B级橙色预警产量要降好多",
        "沥青站评地方B碳配额给不给", "铸造评了A涂装只有C，企业算A不", "整改期间还算B级吗", "今天天气怎么样",
    ],
)  # fmt: skip
def test_other_questions_are_left_alone(rules: Rules, text: str) -> None:
    """没有说行业的、没有问等级的、问的是别的事的，不在这里答。"""
    assert graded(text, rules, rules.questions(text)) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("制鞋厂评A级要啥子条件", "“制鞋工业”没有A级。"),
        ("红木家具评A有哪些好处", "“红木家具”没有A级。"),
        ("电解铝的D级重污染天咋个停", "“电解铝工业”没有D级。"),
        ("没到B评个B-，我们是铸造", "没有B-。"),
        ("三聚氰胺板式家具C级要停产，那我们赶到升B嘛", "“三聚氰胺板式家具”没有C级、B级。"),
    ],
)
def test_a_grade_that_is_not_there_is_put_right_first(rules: Rules, text: str, first: str) -> None:
    """问的是别的事，却说到那个行业没有的等级：先说没有，再说有哪几档，都有出处。"""
    draft = corrected(text, rules)
    assert draft is not None
    assert first in draft.body[0]
    assert [] == unsupported("\n".join(draft.body), draft.cites, rules, said=text.upper())


@pytest.mark.parametrize(
    "text", ["", "铸造厂评B有什么好处", "红木家具有什么好处", "红木家具厂创B争A有啥好处", "评A有什么好处"]
)
def test_nothing_to_put_right(rules: Rules, text: str) -> None:
    """有这一级的、没说等级的、没说行业的，没有什么要先纠正。"""
    assert corrected(text, rules) is None


def test_own_factory_goes_on_to_its_grades(rules: Rules) -> None:
    """说的是自己的厂，答完接着查它的等级。"""
    message = Message("terminal:u", "1", NOW, text="我们做红木家具的，能不能评A")
    turn = take_turn(message, Session("terminal:u"), Facts(NOW), rules)
    assert turn.reply is not None
    assert turn.reply.text.startswith("“红木家具”没有A级。")
    assert ["which_grade"] == [frame.flow for frame in turn.session.frames]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("制鞋厂评上绩效引领，减少检查那条算不算我们哦", "条文点名写到绩效引领的只有一条"),
        ("我们铸造厂抽查遭查出来不达标，B级还在不在", "抽查发现不满足绩效指标的"),
        ("包装厂想换RTO，有没得人帮我们参谋选哪种工艺", "有这一条：市里“组织专家为重点企业提供治理技术指导"),
        ("老板开会说了半天，我们是做家具的，想问哈钱是咋个拿的", "通知没有写现金奖励"),
    ],
)
def test_what_was_asked_comes_before_the_trade(rules: Rules, said: str, first: str) -> None:
    """说了行当，问的是别的事：先答那件事，再接着查行业。"""
    turn = take_turn(Message("terminal:u", "1", NOW, text=said), Session("terminal:u"), Facts(NOW), rules)
    assert turn.reply is not None
    assert turn.reply.text.startswith(first)
