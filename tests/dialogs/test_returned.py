"""被退回了：打哪一项的名称都认；讲那一项的原文和要查的，在哪里重交，没有写的不补；单问一点的仍由问答来答。"""

import pytest

import knowledge
from dialogs.flows import FLOWS
from dialogs.outline import AND, called, mentioned
from dialogs.outlinenames import NAMES
from dialogs.records import Facts
from dialogs.replay import replay
from dialogs.reply import MOST_OPTIONS, ending, pages
from dialogs.steps import Choose, End
from tests.chat import NOW, Chat

RULES = knowledge.on(NOW.date())
ITEMS = {item.id: item for item in RULES.outline}


def test_every_name_leads_to_an_item() -> None:
    """每一种叫法指的都是附件5里有的项。"""
    assert set() == {id for ids in NAMES.values() for id in ids.split(AND)} - ITEMS.keys()


@pytest.mark.parametrize(("said", "ids"), [
    ("台账", "六 2.16.2"), ("台账资料没过", "六 2.16.2"), ("无组织", "六 2.15"), ("说是2.14", "六 2.14"),
    ("承诺书", "二；三"), ("门禁那块不行", "六 2.18"), ("火炬", "六 2.11"), ("生产工艺", "五 3.2；六 2.2"),
    ("运输", "五 3.4；六 2.17；六 2.18"), ("vocs治理设施", "六 2.13.4"), ("申请表", "一"), ("守法说明", "五 2"),
    ("台账要写哪些", ""), ("不晓得", ""), ("的", ""),
])  # fmt: skip
def test_a_name_alone_is_read(said: str, ids: str) -> None:
    """只打名称、编号或名称的一截，就认得是哪几项；问句不算。"""
    assert ids == AND.join(called(RULES, said))


def test_items_are_heard_in_a_sentence() -> None:
    """一句话里说到几项，都听得出；长的名称先认。"""
    assert ("六 2.15", "六 2.16.2") == mentioned(RULES, "说台账资料不全，无组织排放也不行")
    assert ("三",) == mentioned(RULES, "应急减排承诺书没盖章")


@pytest.mark.parametrize("said", [
    "被退回了", "遭退回来了，咋个办", "我们的申报遭打回来了", "系统显示退回，下一步咋个整", "气死了又遭退回来了",
    "审核没过", "区里给我们退了，现在怎么整",
])  # fmt: skip
def test_it_starts_when_nothing_particular_is_asked(said: str) -> None:
    """只说被退回、问怎么办：开始问是哪一项，第一行先说能重新提交。"""
    chat = Chat().says(said).has("重新提交", "审核进展", "不算第二次申报", "1. 企业绩效分级申请表", "7. 没说是哪一项")
    assert "returned" == chat.session.frames[-1].flow


@pytest.mark.parametrize("said", [
    "遭退回来了，还能不能再报嘛，今年已经报过一次了", "退回后几天内重新提交", "退回重新提交算不算第二次申报",
    "退回来的在哪里重新交", "材料打回来重交会不会算用掉今年这一次", "最多能退几回嘛", "多交的环保税能退吗",
    "降成C了原来拿的补助要不要退",
])  # fmt: skip
def test_a_single_question_keeps_its_answer(said: str) -> None:
    """单问一点的，仍由问答来答，不开始流程。"""
    assert () == Chat().says(said).session.frames


def test_the_item_in_the_sentence_is_not_asked_again() -> None:
    """一句话里已经说了是哪一项，就直接讲那一项。"""
    Chat().says("我们台账资料遭退回来了").has("退的是“台账资料”", "“2.16.2台账资料”", "24 个月")
    Chat().says("承诺书被打回来了").has("退的是下面哪一项", "1. 资料真实性承诺书", "2. 重污染天气应急减排承诺书")
    Chat().says("资料真实性承诺书被退回了").has("退的是“资料真实性承诺书”")


@pytest.mark.parametrize("id", ITEMS)
def test_every_item_says_what_is_written_and_what_is_not(id: str) -> None:
    """每一项：引附件5的原文，列出下面的各项，说在哪里重交，没有写的说没有写，说问谁。"""
    answers = {"part": id, "item": "unsaid", "narrower": "unsaid"}
    due = replay(FLOWS["returned"].talk, answers, RULES, Facts(NOW))
    assert isinstance(due.step, End)
    text = "\n".join(page.text for page in pages(ending(due.step), RULES))
    assert f"“{RULES.clause(ITEMS[id].cite).text.splitlines()[0]}”" in text
    assert all(each.title in text for each in RULES.outline if each.parent == id)
    for said in (
        "审核进展",
        "不算第二次申报",
        "通知没有写：退回后几天内要交、能退几次、窗口关了还收不收",
        "区县生态环境局",
        "89188709",
    ):
        assert said in text


def test_no_list_is_longer_than_a_page() -> None:
    """哪一层都不超过十二个选项。"""
    for part in ("", "五", "六", "六 2.13"):
        for item in ("", "applicable"):
            due = replay(FLOWS["returned"].talk, {"part": part, "item": item}, RULES, Facts(NOW))
            if isinstance(due.step, Choose):
                assert len(due.step.choices) <= MOST_OPTIONS


@pytest.mark.parametrize("said", ["没说是哪一项", "不晓得", "7"])
def test_an_unsaid_item_gets_the_general_list(said: str) -> None:
    """没说是哪一项：先去审核进展看原因，再给六个部分。"""
    chat = Chat().says("被退回了").says(said)
    chat.has("先把原因看清楚", "在“审核进展”里看退回的原因", "一、企业绩效分级申请表", "六、绩效分级材料")


def test_a_picture_asks_for_the_name_of_the_item() -> None:
    """正问着退的哪一项，发来截图：请打那一项的名称，问题还在。"""
    chat = Chat().says("被退回了").sends("image")
    chat.has("图片我看不懂", "点到哪一项，打那一项的名称就行", "回到刚才的问题").says("无组织排放").has(
        "退的是“无组织排放”"
    )
    Chat().sends("image").has("说产品、等级、被退回的那一项都行")


def test_a_tapped_part_leads_down_to_the_item() -> None:
    """一层一层点下去：第六部分、如涉及的各项、火炬。"""
    chat = Chat().says("被退回了").picks("绩效分级材料").picks("“如涉及”的各项").picks("2.11 火炬")
    chat.has("“2.11火炬（如涉及）”").says("修改").has("退的是哪一项：绩效分级材料", "退的是哪一项：火炬")


def test_only_named_short_boards_are_called_so() -> None:
    """通知点名的短板说是短板，点名的重点指标说是重点指标，没有点名的不说。"""
    Chat().says("无组织排放被退回了").has("通知点名的短板")
    Chat().says("运输方式被退回了").has("通知点名的重点指标").lacks("短板")
    Chat().says("排放限值被退回了").lacks("点名的")


@pytest.mark.parametrize(("said", "part", "first"), [
    ("申报材料被打回来了，说我们门禁、LDAR、承诺书都不行，好久之内要交，算不算第二次哦", "六 2.18＋六 2.6＋二；三",
     "退回后几天内要交，通知没有写。"),
    ("退件了，哪个晓得原因撒，说是2.18和2.6还有承诺书没签字", "六 2.18＋六 2.6＋二；三",
     "退回的原因在系统的“审核进展”里看。"),
    ("退回了，说我们LDAR没做，承诺书没盖章，好久交", "六 2.6＋二；三", "退回后几天内要交，通知没有写。"),
])  # fmt: skip
def test_items_are_kept_when_something_else_is_asked_too(said: str, part: str, first: str) -> None:
    """点了几项又单问一点的：那一点先答，几项都记着。"""
    chat = Chat().says(said)
    assert (part, first) == (dict(chat.session.frames[-1].answers)["part"], chat.first)


@pytest.mark.parametrize("said", ["在线监测", "监测监控水平", "在线设备不合格"])
def test_a_board_that_annex_5_does_not_list(said: str) -> None:
    """附件5没有单列的短板：如实说，要什么证明没有写。"""
    Chat().says("被退回了").says(said).has("附件5没有单列“", "要交什么证明没有写", "审核进展")
    Chat().says("说我们在线监测不达标，台账也不全，退回来了").has("“台账资料”", "“在线监测”附件5没有单列")


@pytest.mark.parametrize("said", ["全部", "都有问题", "整个材料都不行"])
def test_everything_gets_the_general_list(said: str) -> None:
    """全部都有问题：给六个部分，一样一样对。"""
    Chat().says("被退回了").says(said).has("先把原因看清楚", "六、绩效分级材料")


def test_a_number_that_does_not_exist() -> None:
    """没有这个编号的，说没有，编到几。"""
    Chat().says("被退回了").says("2.19").has("附件5第六部分没有2.19，从2.1编到2.18。", "1. 企业绩效分级申请表")


def test_a_denial_leaves_the_flow() -> None:
    """“不是退回，是预警了”：说预警，不再回到退回。"""
    chat = Chat().says("被退回了").says("不是退回，是预警了").has("是哪一级预警")
    assert ["alert"] == [frame.flow for frame in chat.session.frames]


@pytest.mark.parametrize(("said", "name"), [
    ("减排清单被退回了咋办", "应急减排清单"), ("一厂一策被退回了", "一厂一策"), ("民生保障申报遭退了咋办", "民生保障"),
])  # fmt: skip
def test_other_things_of_the_system_are_not_the_declaration(said: str, name: str) -> None:
    """退的是清单、方案、民生保障：怎么重交通知没有写，不套申报材料的说法。"""
    chat = Chat().says(said).has(f"“{name}”退回来以后怎么改、在哪里重交，通知没有写。").lacks("不算第二次")
    assert () == chat.session.frames


def test_a_closed_window_is_not_stated() -> None:
    """退了两次、窗口关了还能不能交：能改好重交，窗口的事没有写。"""
    chat = Chat().says("材料被退回两次了，还能不能再交，窗口关了哇")
    chat.has("可以改好", "窗口关了还收不收，通知没有写", "能退几次没有写")


@pytest.mark.parametrize(("said", "thing"), [
    ("环评批复没附", "环评批复"), ("排污许可证过期了", "排污许可证"), ("监测报告超期", "监测报告"),
    ("营业执照没传", "营业执照"), ("照片不清晰", "照片"), ("盖章模糊", "盖章"), ("法人没签字", "签字"),
])  # fmt: skip
def test_what_annex_5_does_not_list_is_said_to_be_so(said: str, thing: str) -> None:
    """退的是附件5没有列的：说没有列、没有写，照退回原因改，问谁。"""
    chat = Chat().says("被退回了").says(said).has("重新提交", "89188709")
    assert chat.first.startswith(f"附件5没有列“{thing}”，要不要、怎样才算合格没有写")
    assert () == chat.session.frames


@pytest.mark.parametrize(("said", "first"), [
    ("行业选错了", "附件5没有列行业怎么选，选错了怎么改通知没有写"), ("等级报高了", "附件5没有列等级"),
    ("不符合B级", "附件5没有列等级"), ("原因没写", "先把原因看清楚"), ("不晓得为啥子退", "先把原因看清楚"),
    ("都有问题", "先把原因看清楚"), ("算了不交了", "好，先不重新交"), ("在线监测", "附件5没有单列“在线监测”"),
])  # fmt: skip
def test_a_reason_that_names_no_item(said: str, first: str) -> None:
    """说的不是附件5的一项：各说各的，都给人。"""
    chat = Chat().says("被退回了").says(said).has("89188709")
    assert chat.first.startswith(first)


@pytest.mark.parametrize(("said", "ids"), [
    ("第五部分第三条", "五 3"), ("五的3", "五 3"), ("附件5 五 4", "五 4"), ("五 3.4", "五 3.4"),
    ("2.13和五的2", "五 2；六 2.13"), ("2.13、2.14、2.15，还有五的3", "五 3；六 2.13；六 2.14；六 2.15"),
])  # fmt: skip
def test_the_number_of_an_item(said: str, ids: str) -> None:
    """第五部分的编号也认，和第六部分的一起说一项也不丢。"""
    assert ids == AND.join(mentioned(RULES, said))


def test_the_application_came_back_for_lack_of_a_plan() -> None:
    """申报退回来、说要补“一厂一策”：退的是申报，可以重新提交；一起说的台账不丢。"""
    for said in ("区县把我们申报退回来了说要补“一厂一策”", "退回来了，让我们补一厂一策和台账"):
        Chat().says(said).has("在“审核进展”里重新提交", "另外申报、审核（附件4 一）")
    chat = Chat().says("退回来了，让我们补一厂一策和台账")
    assert chat.first.startswith("退的有 2 项：“台账资料”（附件5 六 2.16.2）、“一厂一策”（附件5没有列）")
    Chat().says("是系统头的截图，说我们被退回了").has("退的是附件5的哪一部分")
    Chat().says("申报遭退了，说环评批复没附").has("附件5没有列“环评批复”")
    Chat().says("一厂一策退回来了").has("退回来以后怎么改、在哪里重交，通知没有写")


@pytest.mark.parametrize(("said", "item"), [
    ("A级申报被市里专家毙了，说无组织不达标，能不能改报B", "无组织排放"),
    ("A级没评上，专家说无组织不行，能不能改报B", "无组织排放"),
    ("专家没过，说门禁不够，可不可以降一档报", "运输监控要求"),
])  # fmt: skip
def test_a_refused_application_is_handed_in_again(said: str, item: str) -> None:
    """申报遭毙了不是抽查：能不能改报低一档先答没有写，再说退的那一项怎么改、在哪里重新提交。"""
    chat = Chat().says(said).has(f"退的是“{item}”", "审核进展").lacks("限期整改", "复核申请")
    assert chat.first.startswith("能不能改报低一档，通知没有写")


def test_turned_down_by_the_district() -> None:
    """“被区里否了”就是退回；“专家没过来”不是。"""
    Chat().says("申报被区里否了，说台账不全").has("退的是“台账资料”")
    assert () == Chat().says("专家没过来").session.frames


@pytest.mark.parametrize(("said", "title"), [
    ("六的第15项", "无组织排放"), ("环境管理人员没配", "机构及人员配置"), ("第六部分第18条", "运输监控要求"),
])  # fmt: skip
def test_more_ways_to_name_an_item(said: str, title: str) -> None:
    """“六的第15项”是2.15；人员没配是2.16.3，不是整个环境管理。"""
    Chat().says("被退回了").says(said).has(f"退的是“{title}”")


def test_false_materials_are_answered_from_the_notice() -> None:
    """退的原因是造假：照通知的原话说，再问是哪一项。"""
    chat = Chat().says("被退回了").says("材料造假")
    assert "“存在隐瞒或提供虚假材料行为的，直接评定为最低等级”（正文 五 二是）" in chat.first


def test_one_more_item_after_the_answer_is_added() -> None:
    """刚讲完又说“还有无组织”：连同前面的一起讲；几份同名的再选一下。"""
    chat = Chat().says("被退回了").says("台账").says("还有无组织").has("退的有 2 项：“台账资料”", "“无组织排放”")
    chat.says("被退回了").says("2.16.3和2.18").says("还有承诺书").has("第3处要再选一下", "资料真实性承诺书")


@pytest.mark.parametrize(("said", "part"), [
    (("我们B级遭退了，说台账和承诺书有问题", "还有2.14"), "六 2.16.2＋二；三＋六 2.14"),
    (("被退回了", "承诺书", "还有2.18"), "二；三＋六 2.18"),
    (("被退回了", "台账，承诺书，环保档案", "还有无组织"), "六 2.16.2＋二；三＋六 2.16.1＋六 2.15"),
    (("被退回了", "2.16.3和2.18", "还有承诺书", "还有无组织"), "六 2.16.3＋六 2.18＋二；三＋六 2.15"),
    (("被退回了", "台账和承诺书", "2.14也退了"), "六 2.16.2＋二；三＋六 2.14"),
])  # fmt: skip
def test_one_more_item_while_choosing_drops_nothing(said: tuple[str, ...], part: str) -> None:
    """正选着是哪一份，又说“还有……”“……也退了”：添上，先说的一项不少，接着选。"""
    chat = Chat()
    for each in said:
        chat.says(each)
    assert part == dict(chat.session.frames[-1].answers)["part"]
    chat.has("处都记下了", "要再选一下")


def test_one_more_item_after_choosing_drops_nothing() -> None:
    """选过是哪一份、讲完了，又说“还有无组织”：选过的留着，三项一起讲。"""
    chat = Chat().says("我们B级遭退了，说台账和承诺书有问题").says("1").says("还有无组织")
    chat.has("退的有 3 项：“台账资料”", "“资料真实性承诺书”", "“无组织排放”")


def test_another_item_is_not_taken_for_the_choice() -> None:
    """正选着是哪一份承诺书，打了“台账”：不当这一处的答案，问回去。"""
    chat = Chat().says("被退回了").says("承诺书").says("台账")
    assert chat.first.startswith("“台账资料”不在问的这几项里，先没记")
    assert "二；三" == dict(chat.session.frames[-1].answers)["part"]
