"""自由提问：问到了答得对，没问的不插嘴，每个数都有出处。"""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import knowledge
from knowledge.phrases import plain
from knowledge.questions import MOST, Questions
from knowledge.records import Citation, Faq
from knowledge.rules import Rules

TODAY = date(2026, 11, 24)
LINES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ASKED = [line for line in LINES if line["id"] is not None]
TOLD = [line["q"] for line in LINES if line["id"] is None]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return knowledge.on(TODAY)


@pytest.fixture(scope="module")
def questions(rules: Rules) -> Questions:
    return Questions(rules.faq)


def test_labelled_questions_are_answered(questions: Questions) -> None:
    """标注过的提问，至少 95% 排第一的就是该答的；几问一条的按问的先后。"""
    wrong = [(line["q"], ids(questions.find(line["q"]))) for line in ASKED if not right(questions, line)]
    assert len(ASKED) >= 150
    assert len(wrong) <= 0.05 * len(ASKED), wrong


def test_the_answer_says_what_must_be_said(questions: Questions) -> None:
    """答对了的，必须说到的都说了，不许说的一个字没有。"""
    wrong = []
    for line in ASKED:
        if not right(questions, line):
            continue
        said = "\n".join(one.answer + one.then for one in questions.find(line["q"]))
        missing = [group for group in line.get("must", ()) if not any(word in said for word in group)]
        forbidden = [word for word in line.get("never", ()) if word in said]
        wrong += [(line["q"], missing, forbidden)] if missing or forbidden else []
    assert wrong == []


@pytest.mark.parametrize("said", TOLD)
def test_statements_are_not_questions(questions: Questions, said: str) -> None:
    """说自己做什么的、选项、区县、命令、闲话，都不当成问通知。"""
    assert () == questions.find(said)


@pytest.mark.parametrize(
    "text", ["", " ", "？？？", "。", "\n", "😀", "1", "１", "a" * 5000, "吗" * 5000, "\u0000", "\ud800", "<xml>", "%s"]
)
def test_odd_texts_are_not_questions(questions: Questions, text: str) -> None:
    """空的、怪的、很长的都不出错，也不当成提问。"""
    assert () == questions.find(text)
    assert () == questions.nearest(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("評審要多少錢", "评审要多少钱"),
        ("评审要好多钱喃", "评审要多少钱"),
        ("Ｂ级有啥子好处", "B级有什么好处"),
        ("b 级 有 什么 好处", "B级有什么好处"),
        ("门禁系统，有什么要求？", "门禁系统有什么要求"),
    ],
)
def test_the_same_question_in_other_writing(questions: Questions, one: str, other: str) -> None:
    """繁体、方言、全角、空格和标点不影响问的是什么。"""
    assert plain(other) == plain(one)
    assert ids(questions.find(other)) == ids(questions.find(one))


def test_several_questions_in_one_message(questions: Questions) -> None:
    """一条消息问几件事，按先后各答各的，最多三个，不重复。"""
    assert ["fee", "publicity-days"] == ids(questions.find("评审要多少钱？公示几天？评审要多少钱？"))
    assert ["publicity-days", "fee"] == ids(questions.find("公示几天，另外评审要多少钱"))
    assert ["who-reviews", "once", "fee"] == ids(
        questions.find("我们江津的铸造厂，中频电炉，想晓得哪个来审、一年报得到几回、评审要好多钱")
    )
    assert MOST == len(questions.find("评审要多少钱？公示几天？有效期几年？门禁有什么要求？A+是什么？"))


@pytest.mark.parametrize(
    "command", ["菜单", "申报时间", "审核流程", "申报材料", "惠企措施", "系统怎么用", "查行业", "人工"]
)
def test_commands_belong_to_others(questions: Questions, command: str) -> None:
    """原样打出的菜单命令不在这里答。"""
    assert () == questions.find(command)
    assert () == questions.nearest(command)


def test_named_one_after_another(questions: Questions) -> None:
    """几样连着要、没有标点，点到名的各算一问；说情况的分句不算问。"""
    assert ["system-url", "account", "manual"] == ids(questions.find("网址账号操作手册三样都说一下"))
    assert ["materials", "system-url"] == ids(questions.find("材料清单和系统网址都给我一个"))
    assert ["system-url", "account", "materials"] == ids(questions.find("网址、账号、要交的材料"))
    assert ["tax", "carbon"] == ids(questions.find("评A环保税和碳配额各有啥子优惠"))
    assert ["once", "returned", "contacts"] == ids(
        questions.find("我问三个事一个是一年报几次二个是材料退回来咋个办三个是电话好多")
    )
    assert ["who-ab"] == ids(questions.find("我们璧山的厂想评B，哪个来审"))


@pytest.mark.parametrize(
    ("wrong", "id"),
    [("申报才料", "materials"), ("抽察比例", "spot-checks"), ("连系人", "contacts"), ("环宝税减免咋个算", "tax")],
)
def test_wrong_characters_with_the_right_sound(questions: Questions, wrong: str, id: str) -> None:
    """拼音打错了字，读音对就认得。"""
    assert [id] == ids(questions.find(wrong))


def test_an_ask_is_enough_to_teach(rules: Rules) -> None:
    """给一个问答添一种问法，不用动 words，就认得这种问法和它的近似说法。"""
    said = "厂里头要不要供菩萨"
    assert () == Questions(rules.faq).find(said)
    taught = [replace(one, asks=(*one.asks, "厂里要不要供菩萨")) if one.id == "fee" else one for one in rules.faq]
    assert ["fee"] == ids(Questions(taught).find(said))


def test_no_answers_no_questions() -> None:
    """一个问答也没有，问什么都没有答复，也不出错。"""
    assert () == Questions(()).find("评审要多少钱？公示几天？")
    assert () == Questions(()).nearest("评审要多少钱")


def test_nearest_offers_what_was_nearly_asked(questions: Questions) -> None:
    """像问题又没有对上的，给最接近的至多三个；对上了的、不是问题的、与通知无关的不给。"""
    assert "system-url" in ids(questions.nearest("平台首页是哪个颜色"))
    assert () == questions.nearest("评审要多少钱")
    assert () == questions.nearest("我们是做商砼的")
    assert () == questions.nearest("今天天气怎么样")


def test_every_ask_finds_its_own_entry(questions: Questions, rules: Rules) -> None:
    """每个问答自己列的问法，十有九五找回自己。"""
    asks = [(one.id, ask) for one in rules.faq for ask in one.asks]
    lost = [(id, ask, ids(questions.find(ask))) for id, ask in asks if id not in ids(questions.find(ask))]
    assert len(lost) <= 0.05 * len(asks), lost


def test_answers_say_only_what_their_clauses_say(rules: Rules) -> None:
    """答复里的每个数、日期、电话、网址、等级和审核方，都在所引的条款里。"""
    assert [] == [(one.id, word) for one in rules.faq for word in unfounded(one, rules)]


def test_the_earlier_period_too() -> None:
    """国家指导意见印发以前的那一套答复，同样只说当时有的。"""
    before = knowledge.on(date(2025, 3, 1))
    assert [] == [(one.id, word) for one in before.faq for word in unfounded(one, before)]
    assert [] == [one.id for one in before.faq if "2026" in one.answer.replace("2026年的创建通知", "")]


@pytest.mark.parametrize(
    "lie", ["评审收费5000元", "拨打023-89188709", "评审要90天", "D级由专家审", "网址 http://1.2.3.4:80/", "地方A"]
)
def test_an_unfounded_word_is_found(rules: Rules, lie: str) -> None:
    """查证的办法自己要查得出：添一句没有出处的话就露馅。"""
    fee = next(one for one in rules.faq if one.id == "fee")
    lying = Faq(fee.id, fee.asks, fee.words, lie, fee.then, fee.silent, (Citation("cq-2024-210", "正文 联系人"),))
    assert [] != unfounded(lying, rules)


def test_quotations_are_literal(rules: Rules) -> None:
    """答复里较长的引文，一字不差地在所引条款里；省略号处可以跳过。"""
    wrong = []
    for one in rules.faq:
        text = bare("".join(rules.clause(cite).text for cite in one.cites))
        for quote in re.findall(r"“((?:[^“”]|“[^”]*”)+)”", one.answer):
            parts = [bare(part) for part in quote.split("……")]
            wrong += [(one.id, part) for part in parts if len(part) > 8 and part not in text]
    assert wrong == []


def test_each_entry_is_fit_for_a_phone(rules: Rules) -> None:
    """至少 140 条；第一行直接回答；连下一步不超过 380 个汉字；没有写的就说没有写，并说问谁。"""
    assert len(rules.faq) >= 140
    assert len({one.id for one in rules.faq}) == len(rules.faq)
    for one in rules.faq:
        assert len(re.findall(r"[\u4e00-\u9fff]", one.answer + one.then)) <= 380, one.id
        assert len(one.asks) >= 6, one.id
        assert one.words, one.id
        assert all(one.words), one.id
        assert one.then.endswith("。"), one.id
        assert not re.search(r"[*#`]|\]\(", one.answer.replace("/#/", "/")), one.id
        if one.silent:
            assert "通知没有写" in one.answer, one.id
            assert "区县生态环境局" in one.answer + one.then, one.id


def test_the_experts_address_is_never_said(rules: Rules) -> None:
    """专家的地址一个字不说：问到的，说另有入口，给企业的入口。"""
    assert [] == [one.id for one in rules.faq if "113.204" in one.answer + one.then]
    one = next(one for one in rules.faq if one.id == "experts-url")
    assert one.answer.startswith("专家审核有单独的入口，不是给企业用的")
    assert "http://58.144.217.146:20002/" in one.answer


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("整这个B级有撒子用", "benefits-b"),
        ("评B专家是市里派的嘛区里派的", "experts"),
        ("橙警来了A级咋整", "alert-a"),
        ("评了A免检", "checks"),
        ("沥青站地方A的苯并芘限值", "indicators"),
        ("你帮我报了嘛", "apply-for-me"),
        ("材料交错了能改不", "withdraw"),
        ("门禁要写到材料哪个地方", "materials-transport"),
        ("正在整改遇到重污染天是按B还是按D限产", "rectify"),
    ],
)
def test_ways_of_asking(questions: Questions, text: str, id: str) -> None:
    """方言、打岔的“嘛”、简称、当成断言说的、以“限值”收尾的，都是在问。"""
    assert [id] == ids(questions.find(text))


@pytest.mark.parametrize(
    "said",
    [
        "不好意思点错了", "碳市场没纳入", "目标就整A级嘛", "颗粒物8毫克", "啥子破东西", "系统里填完了", "公示过了",
        "想争A", "什么玩意", "门禁没装", "去年罚了五万",
    ],
)  # fmt: skip
def test_what_is_told_is_not_nearly_asked(questions: Questions, said: str) -> None:
    """说错了、没做、做完了、想评哪级、量了多少、骂一句，都不是问，也不拿相近的问题去打扰。"""
    assert () == questions.find(said)
    assert () == questions.nearest(said)


@pytest.mark.parametrize("said", ["龟儿子又来查", "等专家来嘛", "妈卖批老子不整了", "打错了", "滚"])
def test_venting_is_not_asking(questions: Questions, said: str) -> None:
    """骂一句、发牢骚、随口一句，不触发回答，也不拿相近的问题去打扰。"""
    assert () == questions.find(said)
    assert () == questions.nearest(said)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("A+是市局评的", "a-plus"),
        ("地方C区县审完就完了", "who-local-c"),
        ("听别个说评了A环保十年不来查", "checks"),
        ("碳配额加5%", "carbon"),
        ("地方指南的文号", "doc-local"),
    ],
)
def test_a_wrong_premise_told_is_answered(questions: Questions, text: str, id: str) -> None:
    """没有疑问词的：听来的说法、说定了的规矩、只打名目的，都当成在问。"""
    assert [id] == ids(questions.find(text))


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("执法的喊我填承诺书才不罚，是哪个承诺书", "first-offence", "pledges"),
        ("C级有没得首违不罚", "first-offence", ""),
        ("评审要多少钱", "fee", ""),
        ("评审要多少钱？公示几天？", "fee", ""),
    ],
)
def test_the_other_of_two_that_are_as_near(rules: Rules, text: str, first: str, second: str) -> None:
    """只问一样、又分不清是两个里的哪一个的，另一个也给出来；分得清的、问了几样的不给。"""
    assert first == ids(rules.questions(text))[0]
    assert [second] * bool(second) == ids(rules.beside(text))


def test_a_long_breath_is_cut_where_a_question_ends(questions: Questions) -> None:
    """一口气说下来没有标点的，在“然后”这些地方断开，各答各的。"""
    text = "我们材料被区里面退了然后我现在改好了在哪里交呢交了以后是不是还要等市里面审大概等好久"
    assert ["returned", "review-time"] == ids(questions.find(text))


def test_names_one_after_another(questions: Questions) -> None:
    """几样的名字挨着打，没有别的话，各答各的。"""
    assert ["system-url", "account", "manual"] == ids(questions.find("网址密码手册"))


def test_the_numbers_counted_from_annex_3(rules: Rules) -> None:
    """条款里照附件3数的行业、分支数目，与名录一致。"""
    text = rules.clause(Citation("public-2026-11", "行业清单数目")).text
    shapes = Counter((branch.list, "、".join(branch.tiers)) for branch in rules.branches.values())
    mixed = [one for one in rules.industries.values() if len({branch.tiers for branch in one.branches}) > 1]
    assert f"国家 39 个行业 {sum(n for (of, _), n in shapes.items() if of == '国家')} 个分支" in text
    assert f"地方 10 个行业 {sum(n for (of, _), n in shapes.items() if of == '地方')} 个分支" in text
    assert f"{shapes['国家', 'A、B、C、D']} 个分 A、B、C、D，{shapes['国家', 'A、B、C']} 个分 A、B、C" in text
    assert f"合计 {len(rules.industries)} 个行业、{len(rules.branches)} 个分支" in text
    assert f"混排的有 {len(mixed)} 个行业" in text


@pytest.mark.parametrize("id", ["fee", "alert-b", "alert-a", "guarantee", "returned", "tax", "system-url"])
def test_words_that_must_never_be_said(rules: Rules, id: str) -> None:
    """费用不说免费，B 级不说不限产，退回不说不能再提交，不说减 75%，专家网址不给企业。"""
    one = next(one for one in rules.faq if one.id == id)
    said = one.answer + one.then
    assert [] == [word for word in ("免费", "不限产", "不能再提交", "减75%", "113.204", "一定能") if word in said]


def ids(found: tuple[Faq, ...]) -> list[str]:
    return [one.id for one in found]


def right(questions: Questions, line: dict[str, Any]) -> bool:
    want = [line["id"]] if isinstance(line["id"], str) else line["id"]
    return ids(questions.find(line["q"]))[: len(want)] == want


GRADES = re.compile(r"(?:地方)?(?:非)?绩效引领|(?<![A-Za-z])(?:地方)?[ABCD](?:\+|-(?!\d))?(?![A-Za-z＋])")
REVIEWERS = (
    "专家", "区县生态环境局", "市生态环境局", "生态环境部", "集体会议审查", "集中审查", "集中会议审核", "现场审查",
    "预审", "公示", "公告",
)  # fmt: skip
URL = re.compile(r"https?://[\x21-\x7e]+")
NUMBER = re.compile(r"\d+(?:\.\d+)*%?|百分之[一二三四五六七八九十]+")
NAMES = re.compile(r"创B争A|升C消D|A类|B类|HJ 1321|VOCs")


def unfounded(one: Faq, rules: Rules) -> list[str]:
    """一个问答里没有出处的字眼；所引条款的编号和文件的名称、文号、日期也算出处。"""
    text = "\n".join(rules.clause(cite).text for cite in one.cites)
    names = {rules.sources[cite.source] for cite in one.cites} | {rules.sources["cq-2024-210"]}
    text += "\n" + "\n".join(f"{name.title} {name.number} {name.issued}" for name in names)
    text += "\n" + " ".join(cite.clause for cite in one.cites)
    said = f"{one.answer}\n{one.then}"
    lost = [url for url in URL.findall(said) if url not in text]
    said = NAMES.sub("", URL.sub("", said))
    numbers = set(NUMBER.findall(text))
    lost += [number for number in NUMBER.findall(said) if number not in numbers]
    grades = set(GRADES.findall(text))
    lost += [grade for grade in GRADES.findall(said) if grade not in grades]
    return lost + [reviewer for reviewer in REVIEWERS if reviewer in said and reviewer not in text]


def bare(text: str) -> str:
    return re.sub(r"[\s‘’“”]", "", text)
