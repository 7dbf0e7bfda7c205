"""平常的说法：话里的等级、改口、接着上一场问、离开、没看懂，各有各的去处，不当成产品去查。"""

import pytest

from dialogs.records import Forgotten, OptedOut
from dialogs.wishing import same, stated
from dialogs.yesno import answering
from tests.chat import Chat

NOT_FOUND = "在附件3的行业里没有找到"


@pytest.fixture
def chat() -> Chat:
    """一个新用户。"""
    return Chat()


def plywood(chat: Chat) -> Chat:
    """查过行业：胶合板。"""
    return chat.says("做胶合板的").says("嗯").says("没有了")


def boards(chat: Chat) -> Chat:
    """胶合板的自评，想评 B，正问着短板。"""
    return plywood(chat).says("自评").says("没得").says("B").has("下面12项")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("想评b", (("wish", "B"),)),
        ("我想改成a级", (("wish", "A"),)),
        ("我们现在是c级,想评b", (("grade", "C"), ("wish", "B"))),
        ("我们去年评的是b级", (("grade", "B"),)),
        ("改回绩效引领", (("either", "绩效引领"),)),
        ("不对,我们是b", (("either", "B"),)),
        ("想评非引领", (("wish", "非绩效引领"),)),
        ("我们是a级是不是就不用停", ()),
        ("想评b要交啥", ()),
        ("改成商砼", ()),
        ("我们做商砼的,想评b", ()),
        ("b级", ()),
        ("", ()),
    ],
)
def test_what_is_stated(said: str, expected: tuple[tuple[str, str], ...]) -> None:
    """整句说的都是等级才算；在问的、还说了别的，不算。"""
    assert expected == stated(said)


@pytest.mark.parametrize(
    ("tier", "name", "expected"),
    [("B（B-）", "B-", True), ("地方B", "B", True), ("B", "地方B", False), ("非绩效引领", "绩效引领", False)],
)
def test_same_tier(tier: str, name: str, expected: bool) -> None:
    """附件3的写法和人说的是不是一级。"""
    assert expected == same(tier, name)


@pytest.mark.parametrize("said", ["全部", "全没做到", "都做到了", "就这一个", "没有了", "一项都没做到", "做到了"])
def test_an_answer_is_not_a_product(chat: Chat, said: str) -> None:
    """别处的答案，什么时候说都不当产品去查。"""
    assert answering(said)
    chat.says(said).lacks(NOT_FOUND)
    chat.says("查行业").says(said).lacks(NOT_FOUND)
    chat.says("做家具的").picks("家具制造工业").says("有").says(said).lacks(NOT_FOUND)


@pytest.mark.parametrize("said", ["想评B", "我们现在是C级", "我想改成A级"])
def test_a_grade_is_noted_and_the_question_comes_again(chat: Chat, said: str) -> None:
    """问着产品时说等级：记下，说记下了什么，再问一遍。"""
    chat.says("查行业").says(said).has("记下了：", "主要生产什么").lacks(NOT_FOUND)
    assert "记下了：" == chat.first[:4]


def test_what_was_noted_is_said(chat: Chat) -> None:
    """改了的，说从什么改成什么；没变的也说。"""
    assert "记下了：想评B。" == chat.says("想评B").first
    assert "记下了：想评的等级从B改成A。" == chat.says("改成A").first
    assert "记下了：想评A，和记着的一样。" == chat.says("我想评A").first
    assert "记下了：现在是C级。" == chat.says("我们现在是C级").first
    assert ("A", "C") == (chat.session.known.wish, chat.session.known.grade)


@pytest.mark.parametrize("said", ["我想改成A级", "改成A", "想评A", "不对，我们是A"])
def test_a_wish_changed_reanswers_the_wish(chat: Chat, said: str) -> None:
    """自评里想评的档改了，就是改那一步的回答，别的留着。"""
    boards(chat).says(said)
    assert "好，“胶合板”想评的等级从“B”改成“A”。" == chat.first
    assert "A" == dict(chat.session.frames[-1].answers)["wish.1"]


def test_a_wish_can_be_changed_after_the_result(chat: Chat) -> None:
    """自评有了结果再改想评的档：结果跟着变。"""
    boards(chat).says("除了2都做到了").says("全部").says("改成A").has("“胶合板”想评的等级从“B”改成“A”", "短板有 1 项")
    chat.says("改成绩效引领").lacks("改成“绩效引领”")


def test_a_present_grade_changed_reanswers_the_alert(chat: Chat) -> None:
    """预警里现在的等级说错了，改说就是；开场时记着的那一级也改得了。"""
    plywood(chat).says("橙色预警了").says("C").says("不对，我们是B")
    chat.has("好，现在的等级从“C”改成“B”。", "胶合板B级，橙色预警")
    chat.says("红色预警了").has("胶合板B级，红色预警").says("不对，我们是C级").has("胶合板C级，红色预警")


@pytest.mark.parametrize(("said", "asked"), [("想评的档", "想评哪一档"), ("短板", "下面12项"), ("处罚", "受过处罚")])
def test_a_label_picks_what_to_correct(chat: Chat, said: str, asked: str) -> None:
    """“修改”列出来以后，打名称或名称的一截。"""
    boards(chat).says("1、2").says("修改").says(said).has(asked).lacks("短板原则")


def test_several_of_one_name_are_asked(chat: Chat) -> None:
    """几项都叫这个：再选一下。"""
    chat.says("自评").says("没得").says("做胶合板的").says("嗯").says("还有做砖的").picks("烧结").says("B")
    chat.says("修改").says("想评的等级").has("有几项都叫这个")


def test_the_first_branch_is_never_lost(chat: Chat) -> None:
    """确认第二条线时说“没有了”：第一条还在；“两个都有”两条都要；第二条也可以不要。"""
    chat.says("我们做木门的").picks("家具制造工业").says("还有一台10吨燃气锅炉").says("没有了").has("前面说定的都记着")
    chat.says("都不是").has("换个说法").says("没有了").has("家具制造工业（国家第36类 家具制造）有三档")
    chat.says("我们做木门的").picks("家具制造工业").says("还有一台10吨燃气锅炉").says("两个都有").says("没有了")
    chat.has("家具制造工业、通用行业")


def test_two_products_in_one_sentence(chat: Chat) -> None:
    """一句话两样产品：同一个分支的一起认，不同行业的都问到。"""
    chat.says("做甲醛和酚醛树脂的").has("“甲醛”“酚醛树脂”都最像“有机化工”")
    chat.says("做甲醛和商砼").picks("有机化工").has("还有您说的“水泥”")


@pytest.mark.parametrize("ended", [False, True])
def test_another_of_the_branches_is_a_correction(chat: Chat, ended: bool) -> None:
    """选了冲天炉，又说“电炉，黏土砂”：改的是分支。"""
    chat.says("我们是做铸件的").picks("铸件（冲天炉）")
    if ended:
        chat.says("没有了")
    chat.says("电炉，黏土砂").has("好，“铸件（冲天炉）（铸造）”改成“铸件（天然气炉、电炉）（铸造）”。")


def test_another_of_the_branches_besides_is_another_line(chat: Chat) -> None:
    """选了冲天炉，又说“还有电炉的”：是另一条线，不是改口。"""
    chat.says("我们是做铸件的").picks("铸件（冲天炉）").says("还有电炉的").lacks("改成").picks("铸件（天然气炉、电炉）")
    chat.says("没有了").has("铸件（冲天炉）", "铸件（天然气炉、电炉）")


def test_a_rating_is_corrected_by_its_number(chat: Chat) -> None:
    """“6不对，6没做到”：改上一问的第6项；有了结果也改得了。"""
    boards(chat).says("6不对").has("还没有答过", "下面12项")
    chat.says("全部").says("6不对").has("下面12项").says("全部").says("6不对，6没做到").has(
        "改好了：运输方式 没做到，别的照旧。"
    )
    chat.says("全部").says("5错了，5没备齐").has("改好了：产品环保性能 没做到，别的照旧。")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("我们是做木门的，也做衣柜，算家俱不", "算“家具制造”（国家第36类）"),
        ("短流程嘛", "“短流程”最像“短流程钢铁工业”"),
        ("不清楚", "没有等着您回答的问题"),
        ("帮我评哈我们现在算哪级", "只能帮您自查"),
        ("跟去年相比", "环办大气〔2026〕2号"),
        ("你是不是机器人哦", "是机器人"),
        ("你是哪个", "是机器人"),
        ("你们是不是环保局的", "不是哪个单位"),
        ("你们是哪个单位的人", "不是哪个单位"),
        ("要得，谢谢哈", "不客气"),
        ("晓得了，麻烦老师了", "不客气"),
        ("谢谢，再见", "不客气"),
        ("预警解除了", "便函〔2024〕210号没有写"),
        ("一厂一策在哪里看", "通知没有写"),
        ("出资料", "先做自评"),
        ("生成申报书", "先做自评"),
        ("下载表格", "先做自评"),
        ("发老板", "先做自评"),
    ],
)
def test_one_word_does_not_hijack(chat: Chat, said: str, expected: str) -> None:
    """该去哪里就去哪里。"""
    chat.says(said).has(expected)


@pytest.mark.parametrize(
    "said", ["预警解除了没有", "预警解除了吗", "审核到哪里了", "改好了指标就能评A吗", "你是不是说反了"]
)
def test_what_only_sounds_alike_keeps_its_answer(chat: Chat, said: str) -> None:
    """听着像、问的是别的，照旧。"""
    chat.says(said)
    assert chat.turn is not None
    assert chat.turn.claimed not in ("over", "resume", "who", "short", "again")


def test_where_the_assessment_stands(chat: Chat) -> None:
    """“刚才自评到哪里了”就是继续；开着的自评不从头来。"""
    boards(chat).says("刚才自评到哪里了").has("接着上次的：好，想评“B”")
    chat.says("帮我评哈我们现在算哪级").has("想评“B”").lacks("受过处罚")


@pytest.mark.parametrize("said", ["还差好多才能上", "短板咋补", "还差啥子"])
def test_the_own_short_boards(chat: Chat, said: str) -> None:
    """自评完了问短板：说自己没做到的，各要什么；没自评过的说通例。"""
    Chat().says(said).lacks("没做到的有").lacks("没看懂", "没把握看懂")
    boards(chat).says("除了2和9都做到了").says("全部").says(said)
    assert "“胶合板”想评“B”，按您自评时说的，没做到的有 2 项：" == chat.first
    chat.has("在线监测", "泄漏检测与修复：备附件5", "附件5 六 2.6").lacks("无组织排放：")


def test_an_alert_is_answered_first(chat: Chat) -> None:
    """先说收到预警，再问分支；C 级问限多少，不拿 B 级的那句来答；开着自评也先答预警。"""
    chat.says("预警了！！橙色，我们江津铸造厂要停产不").picks("铸件（冲天炉）").says("C")
    chat.says("限多少嘛").has("铸件（冲天炉）C级，橙色预警").lacks("少限产")
    chat = boards(Chat()).says("橙色预警，我们是C级，要停好多").has("胶合板C级，橙色预警", "回到刚才的问题")
    chat = Chat().says("自评").says("橙色预警，我们是C级，要停好多")
    assert "收到，橙色预警。" == chat.first[:8]
    chat.says("做胶合板的").says("对").has("胶合板C级，橙色预警")


@pytest.mark.parametrize("said", ["删除", "删除我的数据", "注销", "我要删号"])
def test_ways_to_be_forgotten(chat: Chat, said: str) -> None:
    """要删的各种说法，都先确认再删。"""
    boards(chat).says(said).has("确认删除").says("删除")
    assert Forgotten() in chat.effects


@pytest.mark.parametrize("said", ["不要再发了", "别给我发了", "不要给我发消息了", "我要退订"])
def test_ways_to_opt_out(chat: Chat, said: str) -> None:
    """退订的各种说法；正问着的不再念一遍，说怎么接着来。"""
    boards(chat).says(said).has("已退订", "回复“继续”接着来").lacks("下面12项")
    assert OptedOut() in chat.effects
    chat.says("继续").has("下面12项")


@pytest.mark.parametrize("said", ["发票怎么开", "信息公开在哪里", "删除线是什么", "注销公司要不要退补助"])
def test_not_every_word_leaves(chat: Chat, said: str) -> None:
    """别的话里有这几个字，不算。"""
    chat.says(said)
    assert chat.turn is not None
    assert chat.turn.claimed not in ("forget", "unsubscribe")


def test_where_to_hand_in_what_was_returned(chat: Chat) -> None:
    """退回里问改好了在哪里交：答重新提交，不答抽查整改。"""
    chat.says("被退回了").says("改好了在哪点交").has("审核进展").lacks("限期整改")


def test_both_halves_are_answered(chat: Chat) -> None:
    """一条消息连问两句，都答；退回说到两处，都讲。"""
    chat.says("不报有啥子后果？报了有啥好处？").has("自愿", "惠企10条")
    chat.says("遭退回来了，说承诺书没盖章，还有工艺流程图看不清").has("2处都记下了", "资料真实性承诺书").says("1")
    chat.has("第2处", "生产工艺").says("1").has("退的有 2 项", "资料真实性承诺书", "生产工艺")


def test_a_long_list_is_not_repeated_when_lost(chat: Chat) -> None:
    """没看懂而正问着一长串：说一句怎么答，只引问谁的条款；“列表”再列，编号照样算。"""
    boards(chat).says("今天天气巴适得板").has("没看懂", "回复“列表”再看各项").lacks("12. ", "HJ 1321")
    chat.says("列表").has("12. 环境管理水平").lacks("没看懂")
    chat.says("今天天气巴适得板").says("1").has("没说到的11项")


def test_the_last_page_points_to_what_is_there(chat: Chat) -> None:
    """问着的时候看“更多”：最后一页说接着答或看列表，不指着不在眼前的编号。"""
    boards(chat).says("惠企措施").says("绩效引领").has("回复“更多”接着看", "12. 环境管理水平")
    assert chat.session.more
    while chat.session.more:
        chat.says("更多").lacks("12. ")
        assert chat.text.endswith("下一步：接着答刚才的问题，或回复“列表”再看各项。")
    chat.says("列表").has("12. 环境管理水平")


def test_more_of_a_list_keeps_its_own_next_step(chat: Chat) -> None:
    """接着列选项的那一页，下一步照旧是选编号。"""
    chat.at("2024-09-01T10:00:00+08:00").says("我的信息").says("改区县").says("更多").has("13. ", "回复编号")


def test_not_knowing_keeps_what_was_said(chat: Chat) -> None:
    """退回来重问，光说一句“不晓得”：说过做到了的照旧；“都不清楚”才是全部。"""
    boards(chat).says("1、3做到了").says("上一步").says("不晓得").says("上一步").has("做到了 1、3；不清楚 2、4")
    chat.says("都不清楚").says("上一步").has("记着的：不清楚 1、2")
