"""材料写在附件5的哪一项：人们怎么叫都认，几样一样一样说；没有的那一项写不写，照标没标“如涉及”；问的半句先答，再接着查行业。"""

import pytest

from tests.chat import Chat


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("厂里工艺流程图放材料哪一块", ("“生产工艺”：写在第五部分3.2", "第六部分2.2")),
        ("烧天然气的情况在哪一章说", ("“能源（燃料）类型”：写在第六部分2.1",)),
        ("车间密闭和洒水这些归哪节写", ("“无组织排放”：写在第六部分2.15",)),
        ("水性漆的资料往哪里放", ("第六部分2.4", "第六部分2.5")),
        ("电费气费这些用量写在哪里", ("第五部分3.3",)),
        ("催化燃烧放哪一节", ("“VOCs治理设施”：写在第六部分2.13.4",)),
        ("布袋放哪一节，任命书又放哪里", ("“除尘设施”：写在第六部分2.13.1", "“机构及人员配置”：写在第六部分2.16.3")),
    ],
)
def test_where_a_thing_is_written(said: str, pieces: tuple[str, ...]) -> None:
    """问一样东西写在哪里：头一行就是哪一项；每一项附什么凭证，通知没有写。"""
    chat = Chat().says(said).has("每一项附哪些凭证，通知没有写", *pieces)
    assert chat.first.startswith("“"), chat.first


@pytest.mark.parametrize(
    ("said", "words"), [("催化燃烧放哪一节", "“催化燃烧”"), ("布袋放哪一节，任命书又放哪里", "“布袋”、“任命”")]
)
def test_what_annex_5_does_not_name_is_said_to_be_so(said: str, words: str) -> None:
    """附件5没有点名的，说明是照题目对的；点了名的不说。"""
    Chat().says(said).has(f"附件5没有点名{words}，放在这里是照各项的题目对的。")
    Chat().says("储罐写在哪一节").lacks("没有点名")


@pytest.mark.parametrize(
    ("said", "piece"),
    [
        ("火炬我们厂根本没得也要编一段咩", "“火炬”（第六部分2.11）标了“如涉及”，有这一项才写，没有就不写。"),
        ("没有储罐那项空起要得不", "“储罐”（第六部分2.7）标了“如涉及”，有这一项才写，没有就不写。"),
        ("我们没得无组织排放，写不写", "“无组织排放”（第六部分2.15）没有标“如涉及”，要写。"),
    ],
)
def test_what_the_factory_has_not(said: str, piece: str) -> None:
    """没有的那一项写不写：照附件5标没标“如涉及”；要不要注明不涉及，通知没有写。"""
    Chat().says(said).has(piece, "通知没有写")


def test_a_second_question_is_answered_too() -> None:
    """别的半句还问了别的，一起答；名称里的字对上的不算。"""
    Chat().says("储罐写在哪一节，通知是哪年发的").has("写在第六部分2.7", "2024年8月5日")


@pytest.mark.parametrize("said", ["谁来审写在通知的哪一条", "短板指标写在文件哪里"])
def test_where_the_notice_says_it_is_another_question(said: str) -> None:
    """问的是通知里写在哪里：不当成材料写在哪里。"""
    Chat().says(said).lacks("写在第六部分")


@pytest.mark.parametrize(("said", "told"), [
    ("RTO的资料写到哪里，布袋也写一起嘛，编号是好多，环保公司跟我说的不一样", ("第六部分2.13.1", "第六部分2.13.4")),
    ("环保专员任命书放哪里，环评批复又放哪里", ("第六部分2.16.3", "2.16.1“环保档案资料”")),
    ("农药厂环保员的任命文件写到哪一节", ("第六部分2.16.3",)),
    ("除尘器资料放哪里，储罐放哪里", ("第六部分2.13.1", "第六部分2.7，标了“如涉及”")),
])  # fmt: skip
def test_each_thing_named_gets_its_place(said: str, told: tuple[str, ...]) -> None:
    """每一样写在第几项，都说。"""
    Chat().says(said).has(*told)


def test_a_title_listed_twice_is_told_at_both_places() -> None:
    """两处都有的一项：两处各在哪里，先说两处都列了。"""
    chat = Chat().says("原料用量前头写了一遍，后头又冒出来一节，要写两遍嗦").has("第五部分3.3", "第六部分2.4")
    assert chat.first.startswith("两处都列了")


@pytest.mark.parametrize(("said", "first"), [
    ("我们水泥熟料线B级，黄色预警厂头国四的车还进不进得来，橙色要减好多产", "据转载的《技术指南》"),
    ("我们厂是印教材教辅的，想弄豁免，是不是要先评级，要评到哪级", "可以按程序申报"),
    ("铸造厂评上B级，执法的是不是就来得少了", "是减少，不是没有"),
    ("我们印刷厂有本台账是补的，遭查到定成啥子级", "材料造假，直接评定为最低等级。"),
    ("老板以为评到A级税就全免咯，我说莫得这种事，给我个准话嘛，最多能减到好多，到底按啥子算", "环保税减不减"),
    ("监测报告的日期改了一哈，没得好大个事嘛，最多给我退回来重交？", "材料造假，直接评定为最低等级。"),
    ("区里天天催我们参评，现在评级是强制的不", "申报是自愿的"),
])  # fmt: skip
def test_the_half_that_asks_is_answered_first(said: str, first: str) -> None:
    """说了行当、情形、心情的，先答问的那半句。"""
    assert Chat().says(said).first.startswith(first)


def test_the_benefits_menu_names_the_ten() -> None:
    """只问有啥子好处：头一行就说有哪十条。"""
    assert "首违不罚" in Chat().says("有啥子好处").first
