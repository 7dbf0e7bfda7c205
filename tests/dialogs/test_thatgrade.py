"""“那B级呢”：知道行业的，说这一档谁审、给什么；没有这一档就说没有。"""

import pytest

from tests.chat import Chat


@pytest.mark.parametrize(
    ("trade", "said", "first"),
    [
        ("商砼", "那B级呢", "“水泥制品”没有这一档：有两档：绩效引领、非绩效引领。"),
        ("商砼", "那绩效引领呢", "“水泥制品”评绩效引领：区县预审 → 专家现场审查"),
        ("胶合板", "那B级呢", "“胶合板”评B：区县预审 → 专家现场审查"),
        ("胶合板", "那 C 级喃", "“胶合板”评C：区县审核"),
    ],
)
def test_another_grade_of_the_same_branch(trade: str, said: str, first: str) -> None:
    """接着刚才的行业答，不重问行业。"""
    chat = Chat().says(trade).says("对").says("没有了").says(said)
    assert chat.first.startswith(first)


def test_without_a_branch_it_is_not_claimed() -> None:
    """不知道行业，不乱答。"""
    chat = Chat().says("那B级呢")
    assert chat.turn
    assert "that_grade" != chat.turn.claimed


def test_a_grade_that_annex_1_names_without_a_gift() -> None:
    """附件1 八写到C级、D级，却没有写给什么；B- 没有点名，不套B级的。"""
    chat = Chat().says("长流程钢铁").says("对").says("没有了")
    chat.says("那C级呢").has("没有单独写给C级的好处", "附件1 八").says("那B-呢").has("附件1没有一条点名写到B-")
    Chat().says("惠企措施").says("C级").has("没有单独写给它的好处", "附件1 八").lacks("没有一条点名")
