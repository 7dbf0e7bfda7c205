"""take_turn：一条消息由谁认领，各种坏输入怎么接。"""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import knowledge
from dialogs import moves
from dialogs.flows import FLOWS
from dialogs.records import Ended, Facts, Hold, Known, Message, OptedIn, OptedOut, Session, Value, Window
from dialogs.replay import Due, Flow, replay
from dialogs.reply import LIMIT, numbered
from dialogs.steps import End
from dialogs.turn import take_turn
from knowledge.records import Citation
from knowledge.rules import Rules
from tests.chat import Chat


@pytest.fixture
def chat() -> Chat:
    """一个新用户。"""
    return Chat()


def test_a_full_conversation_by_tapping(chat: Chat) -> None:
    """一路点下去：确认分支、没有别的线、得到结果，结果存下判定和知识版本。"""
    chat.says("我们是做商砼的").picks("水泥制品").picks("没有了").has("绩效引领、非绩效引领")
    ended = [effect for effect in chat.effects if isinstance(effect, Ended)]
    assert [("which_grade", 1, ("n15-4",))] == [(e.flow, e.run, dict(e.verdict)["branches"]) for e in ended]
    assert ended[0].revision == knowledge.on(chat.now.date()).revision
    assert chat.session.known.branches == ("n15-4",)


def test_a_question_in_the_middle_walks_the_flow_once(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """流程里插一句问题：没变的那一场只走一遍，接着问的还是那一问。"""
    chat.says("我们是做商砼的")
    walked: list[str] = []

    def counted(flow: Flow, answers: Mapping[str, Value], rules: Rules, facts: Facts, changed: str = "") -> Due:
        walked.append(flow.__name__)
        return replay(flow, answers, rules, facts, changed)

    monkeypatch.setattr(moves, "replay", counted)
    chat.says("专家要来几次").has("回到刚才的问题", "水泥制品")
    assert ["which_grade"] == walked


@pytest.mark.parametrize("said", ["1", "１", "第一个", "一", "选1", "水泥制品", "水泥制品（水泥）", "对头", "是的"])
def test_many_ways_to_pick_the_first(chat: Chat, said: str) -> None:
    """点选、编号、名称、说“对头”都是一回事。"""
    chat.says("商砼").says(said).has("记下“水泥制品”")


def test_a_number_means_the_last_list(chat: Chat) -> None:
    """编号指最近列出的选项；没有这个编号就说没有，再问一遍。"""
    chat.says("商砼").says("9").has("编号只有1到2").has("1. 水泥制品")
    chat.says("菜单").says("3").has("申报窗口")


def test_one_message_answers_several_steps(chat: Chat) -> None:
    """区县、行当、想评的等级一句话说完；没有的等级明说没有。"""
    chat.says("我们长寿的，商混站，想评 B").picks("水泥制品").picks("没有了").has("您说想评“B”", "没有这一档")
    assert chat.session.known.district == "长寿"
    chat.says("申报时间").has("长寿区现在能不能报")


def test_back_and_correct_keep_the_rest(chat: Chat) -> None:
    """返回退一步；修改只重问一个，仍然合适的答案留着。"""
    chat.says("商砼").picks("水泥制品").says("返回").has("对吗").picks("水泥制品").picks("没有了")
    chat.says("修改").picks("行业分支").picks("水泥制品").has("有两档")


def test_back_out_of_the_first_question_leads_to_the_menu(chat: Chat) -> None:
    """第一问就返回，回到菜单。"""
    chat.says("查行业").says("返回").has("可以问这些")


def test_flows_nest_and_come_back(chat: Chat) -> None:
    """问到一半查别的，完了回到原来的问题；嵌套不超过三层。"""
    chat.says("商砼").says("申报材料").picks("要件清单").has("要件清单", "回到刚才的问题", "对吗")
    chat.says("惠企措施").says("申报材料").says("审核流程").says("删除我的信息")
    assert len(chat.session.frames) <= 3


def test_a_deletion_ends_everything(chat: Chat) -> None:
    """问到一半删除：答复里没有刚才的问题和选项，外层也不再接着问。"""
    chat.says("商砼").says("删除我的信息").picks("确认删除").has("已删除").lacks("商砼", "水泥", "回到刚才的问题")
    assert chat.reply is not None
    assert ("", (), True) == (chat.reply.due, chat.reply.options, chat.reply.ended)


def test_a_tap_of_days_ago_is_answered_kindly(chat: Chat) -> None:
    """几天前的按钮：还在同一场里就当改答案，那一场结束了就好好说。"""
    chat.says("玻璃钢").picks("玻璃钢工业")
    chat.at("2026-12-01T10:00:00+08:00").picks("都不是").has("换个说法")
    chat.says("商砼").picks("水泥制品").picks("没有了").at("2026-12-09T10:00:00+08:00")
    chat.picks("没有了").has("那一场已经结束")


@pytest.mark.parametrize(
    "value", ["", ":", "1:", "fix:", "fix:1:x", "menu:nothing", "faq:nothing", "9:branch=x", "1:a=b=c", "💥"]
)
def test_a_broken_tap_is_answered_kindly(chat: Chat, value: str) -> None:
    """坏掉的按钮值不出错，有话回。"""
    chat.says("商砼").send(text="x", value=value)
    assert chat.reply is not None


def test_a_person_holds_the_conversation(chat: Chat) -> None:
    """有人接管时机器人不出声；退订、删除我的信息、返回机器人照样有效；到时自动交还。"""
    hold = Hold("值守员", chat.now + timedelta(hours=1))

    def held() -> Chat:
        other = Chat()
        other.session = Session(other.user, hold=hold)
        return other

    assert held().says("商砼").reply is None
    assert [OptedOut()] == held().says("退订").effects
    held().says("删除我的信息").has("要删除")
    held().says("返回机器人").has("我回来了")
    held().at((hold.until + timedelta(seconds=1)).isoformat()).says("商砼").has("水泥制品")


def test_unsubscribing_is_a_silent_opt_out(chat: Chat) -> None:
    """取消关注没有答复，就是退订，有人接管着也算；谈到一半的留着。"""
    chat.says("商砼").event("unsubscribe")
    assert (None, [OptedOut()], True) == (chat.reply, chat.effects, chat.session.muted)
    assert "which_grade" == chat.session.frames[-1].flow
    chat.session = Session(chat.user, hold=Hold("值守员", chat.now + timedelta(hours=1)))
    assert [OptedOut()] * 2 == chat.event("unsubscribe").effects


def test_following_again_is_an_opt_in(chat: Chat) -> None:
    """退订过的（打字的也算）又来关注，就是恢复订阅，说出来；没退订过的、扫码的不算。"""
    assert [] == chat.event("subscribe").effects
    chat.says("退订").event("scan", "district:永川区").has("您退订过", "“订阅提醒”")
    assert (True, [OptedOut()]) == (chat.session.muted, chat.effects)
    chat.event("subscribe", "district:永川区").has("您好", "重新关注就恢复了", "记下了：永川区")
    assert (False, [OptedOut(), OptedIn()]) == (chat.session.muted, chat.effects)
    chat.event("subscribe").lacks("重新关注")


def test_an_unknown_menu_key_is_answered(chat: Chat) -> None:
    """还没有开通的菜单项直说，并给菜单。"""
    chat.event("click", "menu:remind").has("还没有开通", "1. 查行业与等级")


def test_more_and_original(chat: Chat) -> None:
    """放不下的在“更多”后面，一页不丢；“原文”给出所引条款。"""
    chat.says("惠企措施").picks("全部十条").has("回复“更多”")
    seen = chat.text
    while chat.session.more:
        seen += chat.says("更多").text
        assert len(chat.text) <= LIMIT
    for no in "一二三四五六七八九十":
        assert f"{no}、" in seen
    chat.says("更多").has("后面没有了")
    chat.says("商砼").says("原文").has("水泥制品 绩效引领 非绩效引领", "（原文）")


def test_before_the_notice_nothing_is_claimed() -> None:
    """通知印发之前没有规则可依，如实说，不借用后来的。"""
    Chat().at("2024-08-01T10:00:00+08:00").says("商砼").has("2024年8月5日").lacks("绩效引领")


def test_between_notice_and_guidance_the_guidance_is_not_mentioned() -> None:
    """2024 年的一天，还没有 2026 年的文件。"""
    Chat().at("2024-12-20T10:00:00+08:00").says("系统怎么用").has("注册申报").lacks("2026")


def test_a_stored_branch_that_the_law_no_longer_has_is_asked_again(chat: Chat) -> None:
    """记着的分支名录里没有了，就当没查过，重新问。"""
    chat.session = Session(chat.user, known=Known("", ("n99-1",)))
    chat.says("审核流程").has("主要生产什么")


def test_nested_results_are_paged_together(chat: Chat) -> None:
    """里外几层接连有了结果，都说得全，放不下的在“更多”后面，一页不超长。"""
    for text in "审核流程 申报材料 查行业 电镀 1 2 锅炉 1 2 聚氨酯合成革 1 1 三".split():
        chat.says(text)
        assert len(chat.text) <= LIMIT, chat.text
        assert not chat.first.startswith("依据")
    whole = chat.text
    while chat.session.more:
        whole += chat.says("更多").text
        assert len(chat.text) <= LIMIT
    assert "重污染天气应急减排承诺书" in whole or "聚氨酯合成革" in whole


def test_the_original_of_a_clause_no_longer_in_force(chat: Chat) -> None:
    """引过的条款今天已经不在有效期里，看原文也不出错。"""
    chat.says("申报时间").at("2024-12-20T10:00:00+08:00").says("原文").lacks("2026")
    chat.session = replace(chat.session, cites=(Citation("mee-2026-2", "二（一）"),))
    chat.says("原文").has("没有可看的条款")


WORDS = st.sampled_from(
    (
        "商砼 搅拌站 家俱厂 1 2 3 第二个 是 没有 有 都不是 菜单 返回 修改 重来 退出 人工 更多 原文 我的信息 继续 退订 "
        "恢复订阅 删除我的信息 确认删除 返回机器人 申报时间 审核流程 申报材料 惠企措施 系统怎么用 查行业 长寿的 "
        "B级有什么好处 评审要多少钱 哎呀不对，是玻璃钢 我们是开火锅店的 还有一个沥青站 除了2和4 全部 你好 谢谢"
    ).split()
)
NUMBERS = st.text(alphabet="0123456789、，和到-除了", max_size=12)
TEXTS = st.one_of(WORDS, st.text(max_size=60), NUMBERS, st.just("长" * 5000))
KINDS = st.sampled_from(["text"] * 12 + ["image", "voice", "video", "file", "link", "location"])
EVENTS = st.sampled_from(["subscribe", "scan", "click", "unsubscribe"])
TAPS = st.sampled_from(["menu:when", "district:永川区", "fix:1:branch.1.1", "1:branch.1.1=n15-4"])
VALUES = st.one_of(st.text(max_size=20), TAPS)
INPUTS = st.one_of(
    st.tuples(KINDS, TEXTS, st.just(""), st.just("")),
    st.tuples(st.just("text"), TEXTS, st.just(""), VALUES),
    st.tuples(st.just("event"), st.just(""), EVENTS, VALUES),
)


@settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(INPUTS, min_size=5, max_size=25))
def test_random_turns(inputs: list[tuple[str, str, str, str]]) -> None:
    """随便什么消息：不出错，不空答，放得下，有依据，有下一步；答案记录最多长所答的那么多。"""
    chat = Chat()
    day = chat.now.date()
    chat.windows = (Window("w2026-1", "2026年申报", day, day, district="长寿"),)
    rules = knowledge.on(day)
    for n, (kind, text, event, value) in enumerate(inputs):
        message = Message(chat.user, str(n), chat.now, kind, text, event, value)  # type: ignore[arg-type]
        before = sum(len(frame.answers) for frame in chat.session.frames)
        facts = Facts(chat.now, chat.windows, chat.session.known)
        recalled: dict[str, Value] = {}
        turn = take_turn(message, chat.session, facts, rules)
        while turn.recall:
            assert turn.reply is None
            recalled[turn.recall] = chat.recall(turn.recall)
            turn = take_turn(message, chat.session, facts, rules, recalled)
        chat.session = turn.session
        if chat.session.frames:
            frame = chat.session.frames[-1]
            known = Facts(chat.now, chat.windows, chat.session.known)
            assert not isinstance(replay(FLOWS[frame.flow].talk, dict(frame.answers), rules, known).step, End)
        after = sum(len(frame.answers) for frame in chat.session.frames)
        assert after <= before + 3
        if turn.reply is None:
            assert event == "unsubscribe"
            continue
        shown = numbered(turn.reply)
        assert turn.reply.text.strip()
        assert turn.reply.cites
        assert len(shown) <= LIMIT, shown
        assert "依据：" in shown
        assert turn.reply.text.splitlines()[-1].startswith("下一步：")


def _window(**more: str) -> Window:
    return Window("w2026-1", "2026年申报", date(2026, 1, 1), date(2026, 12, 31), **more)


def test_the_result_knows_the_branch_just_found(chat: Chat) -> None:
    """只给一个行业的窗口，刚查出是这个行业就算数，别的行业不算。"""
    chat.windows = (_window(industry="国15"),)
    chat.says("商砼").says("1").says("没有了").has("能，登记的窗口")
    other = Chat(windows=chat.windows)
    other.says("玻璃钢").says("1").says("没有了").has("没有登记在用的申报窗口")


def test_without_the_district_the_result_says_it_depends(chat: Chat) -> None:
    """有的区县登记了窗口而不知道在哪个区县：说要看区县，不说没有，也不说已结束。"""
    ended = replace(_window(), id="w2026-0", end=date(2026, 6, 30))
    chat.windows = (ended, _window(district="永川"))
    chat.says("商砼").says("1").says("没有了").has("看在哪个区县").lacks("已于", "没有登记")
    chat.says("申报时间").has("在哪个区县").says("永川的").has("永川区现在可以申报", "永川区，全部行业")


def test_a_window_elsewhere_does_not_hide_the_question(chat: Chat) -> None:
    """别的区县正开着，不妨碍问行业；只给一个行业的，说清只给谁。"""
    later = replace(_window(industry="国15"), id="w2026-2", start=date(2026, 12, 1))
    chat.windows = (_window(district="永川"), later)
    chat.says("我们长寿的").says("申报时间").has("主要生产什么").says("商砼").says("1").has(
        "2026年12月1日开始", "只给水泥行业"
    )


def test_many_windows_still_fit(chat: Chat) -> None:
    """窗口再多，一页也不超长。"""
    chat.windows = tuple(replace(_window(), id=f"w2026-{n}") for n in range(200))
    chat.says("申报时间").has("现在可以申报")
    while chat.session.more:
        assert len(chat.text) <= LIMIT
        chat.says("更多")


def test_another_year_leads_to_the_district_not_to_grades(chat: Chat) -> None:
    """问别的年份，先说那一年没有登记，接着问区县，不说成查等级。"""
    chat.windows = (_window(district="永川"),)
    chat.says("明年好久报").has("2027年的申报窗口", "贵厂在哪个区县").lacks("接着查贵厂的等级")


def test_the_original_text_never_shows_the_experts_address() -> None:
    """问答可以引专家的那一条，但看原文时不登专家的网址。"""
    for faq in knowledge.on(Chat().now.date()).faq:
        if any("专家" in cite.clause for cite in faq.cites):
            chat = Chat().says(faq.asks[0]).says("原文")
            text = chat.text
            while "回复“更多”" in chat.text:
                text += chat.says("更多").text
            assert "113.204" not in text


def test_correcting_after_an_answer_without_questions_means_the_last_conversation() -> None:
    """自评完问了一句“谁来审”，再说“修改”，改的还是自评。"""
    chat = Chat().says("自评").says("没有").says("商砼").says("对").says("绩效引领").says("全部").says("都不涉及")
    chat.says("谁来审").has("专家现场审查").says("修改").has("要改哪一个", "短板做到了哪几项")
