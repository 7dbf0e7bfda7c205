"""又说起的一条线加上去，不顶掉前面的；真改口的才顶掉。几样都要的，几样都定。"""

import pytest

from tests.chat import Chat

DONE = ("我们是做商砼的", "是", "没有了")


def told(*said: str) -> Chat:
    """一句一句说下来。"""
    chat = Chat()
    for each in said:
        chat.says(each)
    return chat


@pytest.mark.parametrize("said", [
    "不对不对，我们还有条机制砂的线", "对了还有条机制砂的线", "忘说了，我们还做机制砂", "另外一条线是机制砂",
    "漏了一条机制砂的线", "我们也做机制砂", "还搞机制砂", "旁边还有个机制砂线", "另外还有机制砂", "再加一条机制砂",
])  # fmt: skip
@pytest.mark.parametrize("before", [("我们是做商砼的",), ("我们是做商砼的", "是"), DONE])
def test_a_line_told_later_is_added(before: tuple[str, ...], said: str) -> None:
    """正问着对不对、正问还有没有、说完结果以后：另说的线加上去，两条都在结果和我的信息里。"""
    chat = told(*before, said)
    if "1. 水泥制品" in chat.text:
        chat.has("记下还有一条线：“机制砂").says("是")
    chat.has("自己有矿山开采，还是只买石头").picks("石材加工").says("没有了")
    assert ("n15-4", "p2-2") == chat.session.known.branches
    chat.has("水泥制品（国家第15类", "石材加工（地方第2类")
    chat.says("我的信息").has("水泥制品、石材加工")


def test_yes_and_one_more_in_one_breath() -> None:
    """“对，还有……”：这一条定了，再加一条。"""
    chat = told("我们是做商砼的", "对，还有条机制砂的线").has("好，加一条线：“机制砂”").says("两个都有").says("没有了")
    assert ("n15-4", "p2-1", "p2-2") == chat.session.known.branches


@pytest.mark.parametrize("between", ["申报材料", "那谁审", "申报时间"])
def test_a_line_told_after_something_else_is_added_too(between: str) -> None:
    """结果之后又看过别的，再说还有一条：前面的照样留着。"""
    chat = told(*DONE, between, "还有个注塑车间").has("前面说的都留着").says("是").says("没有了")
    assert ("n15-4", "p4-1") == chat.session.known.branches


def test_a_line_told_deep_in_the_assessment_is_added() -> None:
    """自评答到短板了才想起还有一条：答过的留着，加的那条定了想评的档，一起接着答。"""
    chat = told("自评", "没有，商砼，想评绩效引领", "忘说了，我们还做注塑").has("“注塑”算“塑料制品”")
    chat.says("地方绩效引领").has("水泥制品想评“绩效引领”，塑料制品想评“地方绩效引领”")
    chat.says("都不清楚").says("都不清楚")
    assert ("n15-4", "p4-1") == chat.session.known.branches


def test_a_line_told_after_the_assessment_is_added() -> None:
    """自评说了结果再加一条：在那一场里加，答过的不再问。"""
    chat = told("自评", "没有，商砼，想评绩效引领", "都不清楚", "都不清楚", "还有条烧结砖的线").says("B")
    assert ("n15-4", "n16-1") == chat.session.known.branches


@pytest.mark.parametrize("said", ["不对，我们是做机制砂的，不是商砼", "不对，是机制砂", "搞错了，应该是机制砂"])
@pytest.mark.parametrize("before", [("我们是做商砼的",), DONE])
def test_a_real_correction_still_replaces(before: tuple[str, ...], said: str) -> None:
    """真改口的顶掉原来的。"""
    chat = told(*before, said).has("改成“", "机制砂").picks("石材加工").says("没有了")
    assert ("p2-2",) == chat.session.known.branches


def test_the_denied_line_is_the_one_replaced() -> None:
    """“……，不是商砼”：两条线里改的是商砼那一条。"""
    chat = told(*DONE, "还有条机制砂的线", "2", "没有了", "不对，我们是做沥青拌合站的，不是商砼")
    assert "好，“我们是做商砼的”改成“做沥青拌合站的”。" == chat.first
    chat.says("是")
    assert ("p6-1", "p2-2") == chat.session.known.branches


@pytest.mark.parametrize("said", [
    "还有什么材料要交", "还有套RTO", "还有两台叉车", "还有个分厂在永川", "隔壁还有个喷漆房", "还有一件事",
    "以前还做过喷漆", "还有别的线吗？", "也做台账了", "忘了说，我们在长寿", "我们还没做自评",
])  # fmt: skip
def test_not_every_more_is_a_line(said: str) -> None:
    """问话、设备、分厂、别人家的、以前的，不算另有一条线。"""
    assert "added" != told(*DONE, said).claimed()


@pytest.mark.parametrize("said", [
    "全部", "都要", "两个都有", "都是", "都做", "都是自己做的", "1和2", "1、2都做", "石材加工和矿石采选都做",
])  # fmt: skip
def test_all_of_two_are_taken(said: str) -> None:
    """问是哪一个，答都要：几样都定，接着问还有没有别的。"""
    chat = told("石材加工还搞采石", said).has("记下“石材加工”", "记下“矿石采选”").says("没有了")
    assert {"p2-1", "p2-2"} == set(chat.session.known.branches)


def test_all_of_two_in_the_assessment() -> None:
    """自评里都要：一条一条问想评哪一档。"""
    chat = told("自评", "没有", "石材加工还搞采石", "都做").has("“石材加工”有两档").says("地方绩效引领")
    chat.has("“矿石采选”有三档")


def test_all_of_what_cannot_be_counted() -> None:
    """说了几样、有一样还分不清分支的，“全部”说不清：先选一样，别的不丢。"""
    told("我们做铸造又喷漆", "全部").has("一样一样来：先选一样").picks("其他工业涂装").has("还有您说的“铸造”")


def test_all_of_the_rest() -> None:
    """定完一样，剩下的几样都要：一样一样接着定。"""
    chat = told("我们做铸造又喷漆，还有电镀").picks("其他工业涂装").says("都有").has("“铸造”是下面哪一个")
    chat.picks("铸件（冲天炉）").says("没有了")
    assert ("n39-5", "n6-1", "p1-1") == chat.session.known.branches


def test_what_was_added_can_be_corrected_and_taken_back() -> None:
    """加的那条改得了，也退得回。"""
    chat = told(*DONE, "还有条机制砂的线", "返回").has("另外那条生产线生产什么")
    chat.says("注塑").says("是").says("没有了")
    assert ("n15-4", "p4-1") == chat.session.known.branches


@pytest.mark.parametrize(("said", "flow"), [("那材料呢", "materials"), ("那谁审", "review"), ("那时间呢", "when")])
def test_that_and_a_flow_is_the_flow(said: str, flow: str) -> None:
    """“那材料呢”：就是要看那一件。"""
    assert flow == told(*DONE, said).claimed()


def test_another_grade_is_told_line_by_line() -> None:
    """两条线问“那B级呢”：一条一条说，没有这一档的说没有。"""
    chat = told(*DONE, "还有条烧结砖的线", "是", "没有了", "那B级呢")
    chat.has("“水泥制品”没有这一档", "“烧结砖瓦制品”评B：")


@pytest.mark.parametrize("said", ["还有台锅炉", "还有台燃气锅炉", "另外还有个导热油炉", "还有座炉窑在用"])
def test_a_boiler_besides_is_no_line(said: str) -> None:
    """主业定了又说还有锅炉：说通知没有写要不要另评，前面说的不动。"""
    chat = Chat().says("我们是做商砼的").says("是的").says("没有了").says(said)
    chat.has("要不要另按“通用行业”评，通知没有写").says("那谁来审").has("水泥制品（国家第15类 水泥）有两档")


def test_a_boiler_besides_while_asked() -> None:
    """正定着主业：“对，还有台锅炉”的“对”照算，锅炉另说。"""
    Chat().says("我们是做商砼的").says("对，还有台锅炉").has("通知没有写", "好，记下“水泥制品”")


def test_only_a_boiler() -> None:
    """没有主业的，锅炉照查通用行业。"""
    Chat().says("还有台锅炉").has("“锅炉”最像“通用行业”")
