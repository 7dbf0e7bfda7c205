"""自评里改口说处罚、想评的档：结果和文书跟着改，没说清以前不出文书；别的厂的自评不当这个厂的。"""

import pytest

from dialogs.assessment import Assessment
from dialogs.records import Ended
from tests.chat import Chat

DOCUMENTS = ("page", "outline", "checklist")


def talk(*said: str) -> Chat:
    """商砼、想评绩效引领的自评，从头说起。"""
    chat = Chat()
    for each in ("自评", "没有，做商砼的，想评绩效引领", *said):
        chat.says(each)
    return chat


def done(*said: str) -> Chat:
    """出了结果以后再说。"""
    return talk("1、3", "1", "全部", *said)


def verdict(chat: Chat) -> Assessment:
    """最近存下的结论：文书照它写。"""
    return Assessment.of(dict([each for each in chat.effects if isinstance(each, Ended)][-1].verdict))


def documents(chat: Chat) -> tuple[str, ...]:
    """要文书时交出来的。"""
    reply = chat.says("给老板看").reply
    assert reply is not None
    return reply.documents


@pytest.mark.parametrize("said", [
    "其实去年12月罚过", "处罚那个说错了，是有", "我要改处罚那个，有", "才想起来，今年3月罚了2万",
])  # fmt: skip
def test_a_penalty_after_the_verdict_is_in_the_result_and_the_papers(said: str) -> None:
    """有了结果再说受过处罚：说改了什么，结果重出，文书照新的。"""
    chat = done(said)
    assert "好，近一年受过处罚没有从“没有”改成“有”。" == chat.first
    chat.has("近一年内受过处罚", "不宜评A级、B级和绩效引领")
    assert "yes" == verdict(chat).veto
    assert DOCUMENTS == documents(chat)


@pytest.mark.parametrize("said", ["其实去年罚过", "处罚那个说错了", "我要改处罚那个"])
def test_a_penalty_not_yet_clear_withholds_the_papers(said: str) -> None:
    """点了处罚又说不清的：那一问重问，没答以前不出文书。"""
    chat = done(said).has("近一年内，贵厂有没有因环保违法受过处罚")
    assert () == documents(chat)


def test_a_penalty_is_corrected_in_the_middle() -> None:
    """答着短板时改处罚：改了，接着问该问的。"""
    talk("1、3", "我要改处罚那个，有").has("从“没有”改成“有”", "都算哪一样")


@pytest.mark.parametrize("said", ["罚过会怎样", "要是罚过呢", "受过处罚还能评吗"])
def test_a_question_about_penalties_changes_nothing(said: str) -> None:
    """问处罚的不是改口。"""
    assert "no" == verdict(done(said)).veto


@pytest.mark.parametrize("said", [
    "改了，想评非引领", "想低一点，评非引领算了", "改评非引领", "改成非引领", "算了，想评非引领",
])  # fmt: skip
def test_a_wish_after_the_verdict(said: str) -> None:
    """有了结果再改想评的档：说改了什么，多出来的接着问，没答完不出文书；答完了照新的出。"""
    chat = done(said)
    assert "好，“水泥制品”想评的等级从“绩效引领”改成“非绩效引领”。" == chat.first
    assert () == documents(chat)
    chat.says("全部")
    assert ("非绩效引领",) == tuple(line.wish for line in verdict(chat).lines)
    assert DOCUMENTS == documents(chat)


@pytest.mark.parametrize("said", ["想低一点，评非引领算了", "改成非引领", "改评非引领"])
def test_a_wish_in_the_middle(said: str) -> None:
    """答着短板时改想评的档：改了，照新的档接着问。"""
    talk(said).has("从“绩效引领”改成“非绩效引领”", "想评“非绩效引领”。下面")


@pytest.mark.parametrize(("said", "level"), [("算了，想评B", "B级"), ("我们改评A了", "A级")])
def test_a_wish_the_branch_lacks_changes_nothing(said: str, level: str) -> None:
    """改成这个分支没有的档：说没有，想评的照旧，文书照旧出。"""
    chat = done(said)
    assert f"“水泥制品”没有{level}，有绩效引领、非绩效引领。" == chat.first
    assert "绩效引领" == chat.session.known.wish
    assert DOCUMENTS == documents(chat)


def test_a_wish_noted_elsewhere_withholds_the_papers() -> None:
    """在别的地方把想评的档说成了别的：先说清楚，不出；改回来就出。"""
    chat = done("我的信息", "改想评的等级", "非绩效引领")
    assert () == documents(chat)
    assert "想评的等级后来说成了“非绩效引领”，自评是按“绩效引领”做的，先不出。" == chat.first
    assert DOCUMENTS == documents(chat.says("改成绩效引领"))


def test_another_factory_gets_no_papers_of_this_one() -> None:
    """换了一个没自评过的厂：不拿前一个厂的文书当它的；换回去就给。"""
    chat = done("换个厂", "家具二厂")
    assert () == documents(chat)
    assert "“家具二厂”还没有可出的自评：最近一次自评说的是另一个厂（水泥制品）。" == chat.first
    chat.says("换个厂").has("换到哪一个厂").says("前面那个厂")
    assert ("n15-4",) == chat.session.known.branches
    assert DOCUMENTS == documents(chat)


def test_items_said_with_a_penalty_are_asked_again() -> None:
    """一句里又报一项又改处罚：先改处罚，说清楚那几项还没有记。"""
    talk("在线监测做到了，其实我们今年5月罚过").has("从“没有”改成“有”", "一起说的各项还没有记，请再说一遍")


def test_a_wish_no_branch_has_does_not_withhold_the_papers() -> None:
    """顺口问了这个分支没有的档：没有什么要定的，文书照出。"""
    assert DOCUMENTS == documents(done("我们想评A还差什么"))


OPENINGS = (("我们做商砼，评哪个等级",), ("我们做商砼", "是"), ("查行业",), ("被退回了",), ("预警了",))
"""自评之前开了头、没问完的：查行业、被退回、预警。"""


def opened(opening: tuple[str, ...], *said: str) -> Chat:
    """先开了别的头，再自评到有结果。"""
    chat = Chat()
    for each in (*opening, "自评", "没有，做商砼的，想评绩效引领", "全部", "全部", *said):
        chat.says(each)
    return chat


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_penalty_after_the_verdict_whatever_was_open_before(opening: tuple[str, ...]) -> None:
    """开头问着别的没问完，自评有了结果再说罚过：照样改，文书照新的。"""
    chat = opened(opening, "其实去年12月罚过")
    assert "好，近一年受过处罚没有从“没有”改成“有”。" == chat.first
    assert "yes" == verdict(chat).veto
    assert DOCUMENTS == documents(chat)


@pytest.mark.parametrize("opening", OPENINGS)
def test_an_item_after_the_verdict_whatever_was_open_before(opening: tuple[str, ...]) -> None:
    """说错了一项也一样；“修改”列的是自评的各问。"""
    chat = opened(opening, "其实在线监测没做到")
    assert "改好了：在线监测 没做到，别的照旧。" == chat.first
    assert ("online", "unmet") in verdict(chat).boards
    chat.says("修改").has("近一年受过处罚没有", "短板做到了哪几项")


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_wish_after_the_verdict_whatever_was_open_before(opening: tuple[str, ...]) -> None:
    """想评的档也一样；没答完不出文书，外层的还在外面。"""
    chat = opened(opening, "不对，想评非绩效引领")
    assert "好，“水泥制品”想评的等级从“绩效引领”改成“非绩效引领”。" == chat.first
    assert "assess" == chat.session.frames[-1].flow
    assert () == documents(chat)


@pytest.mark.parametrize("opening", OPENINGS[:3])
def test_a_branch_the_verdict_settled_is_not_asked_again(opening: tuple[str, ...]) -> None:
    """自评问清了分支，先前为它开的查行业不再接着问。"""
    chat = opened(opening).lacks("回到刚才的问题")
    assert ((), ("n15-4",)) == (chat.session.frames, chat.session.known.branches)


def test_another_trade_left_open_is_still_asked() -> None:
    """先前查的是另一个行当：自评完了接着问它，答它也不算改自评。"""
    chat = opened(("我们做家具喷漆",)).has("回到刚才的问题", "“家具制造工业”")
    chat.says("是").has("记下“家具制造工业”")
    assert ["which_grade"] == [frame.flow for frame in chat.session.frames]


def test_fixing_by_the_list_keeps_the_outer_talk_outside() -> None:
    """“修改”里挑一项，改的是自评，外层的一场还在。"""
    chat = opened(("被退回了",), "修改").picks("近一年受过处罚没有")
    assert ["returned", "assess"] == [frame.flow for frame in chat.session.frames]


@pytest.mark.parametrize("said", ["LDAR我们200个点位要不要做", "我们有个QC小组要不要写"])
def test_a_letter_inside_a_word_is_no_wish(said: str) -> None:
    """“LDAR”“QC”里的字母不是想评的档。"""
    chat = Chat().says("自评").says("没有，做水泥熟料的").says(said)
    chat.has("想评哪一档").lacks("好，想评")


@pytest.mark.parametrize(("said", "wish"), [("我们评A级", "A"), ("就B嘛", "B"), ("想评c", "C")])
def test_a_letter_on_its_own_is_a_wish(said: str, wish: str) -> None:
    """单独的字母还是想评的档。"""
    Chat().says("自评").says("没有，做水泥熟料的").says(said).has(f"好，想评“{wish}”")


@pytest.mark.parametrize("said", ["我们VOCs治理用的活性炭", "废气处理装的布袋除尘", "我们用的活性炭"])
def test_equipment_of_treatment_is_no_product(said: str) -> None:
    """治理设施用的不是产品：分支不变，还问想评哪一档。"""
    chat = Chat().says("自评").says("没有，做商砼的").says(said).has("不当产品", "想评哪一档", "水泥制品")
    chat.says("绩效引领").has("好，想评“绩效引领”")


@pytest.mark.parametrize("said", ["家具喷漆", "还做活性炭生产"])
def test_a_product_is_still_another_line(said: str) -> None:
    """真是产品的，还是另一条线。"""
    Chat().says("自评").says("没有，做商砼的").says(said).lacks("不当产品", "没看懂")
