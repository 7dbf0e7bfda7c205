"""材料写在附件5的哪一项：人们怎么叫都认，几样一样一样说；没有的那一项写不写，照标没标“如涉及”。"""

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
