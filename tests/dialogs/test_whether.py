"""“归不归你们管”“在不在名录”：问的就是前面说的行当；名录外的行当，光说产品也听得出。"""

import pytest

from tests.chat import Chat


@pytest.mark.parametrize(
    "said",
    [
        "火锅底料",
        "粮油加工",
        "我们是饲料厂，归不归你们管",
        "豆瓣厂归不归你们管",
        "榨菜厂属不属于",
        "洗车场归不归你们管",
    ],
)
def test_a_trade_outside_the_list_is_said_to_be_outside(said: str) -> None:
    """名录外的行当：头一句就说没有找到，不拿豁免、专家现场来答。"""
    chat = Chat()
    chat.says(said)
    assert "在附件3的行业里没有找到" in chat.text.split("\n")[0]
    assert "B级" not in chat.text


@pytest.mark.parametrize(
    ("said", "trade"), [("水泥厂归不归你们管", "国家第15类“水泥”"), ("我们家具厂在不在名录", "国家第36类“家具制造”")]
)
def test_a_trade_on_the_list_is_looked_up(said: str, trade: str) -> None:
    """名录里的：说是第几类，接着分清分支。"""
    chat = Chat()
    chat.says(said)
    assert trade in chat.text.split("\n")[0]


def test_asked_in_the_middle_it_is_answered_all_the_same() -> None:
    """正问着别的，插一句归不归你们管：一样先说那个行当，不拿专家现场来答。"""
    chat = Chat().says("纸箱厂有锅炉").says("火锅底料厂归不归你们管")
    assert "在附件3的行业里没有找到" in chat.text.split("\n")[0]


def test_talk_of_food_is_no_trade() -> None:
    """说到吃饭，不是开食品厂。"""
    chat = Chat()
    chat.says("今天食堂吃火锅")
    assert "附件3的行业里没有找到" not in chat.text
