"""自评的几条线：一句话里说了几样的，一样一样定，哪一样都不丢；等级照附件3的格子，B- 单列。"""

import pytest

from dialogs.records import Ended
from tests.chat import Chat


def wishes(chat: Chat) -> tuple[object, object]:
    """存下来的分支和想评的等级。"""
    ended = [effect for effect in chat.effects if isinstance(effect, Ended) and effect.flow == "assess"]
    verdict = dict(ended[-1].verdict)
    return verdict["branches"], verdict["wishes"]


@pytest.mark.parametrize("said", ["注塑、喷漆、电镀三条线", "注塑件，还有喷漆，还有电镀"])
def test_no_line_is_lost(said: str) -> None:
    """说了三样，定完一样接着问另两样。"""
    chat = Chat().says("自评").says("没有").says(said).picks("塑料制品").says("地方绩效引领")
    chat.has("您还说了“其他工业涂装”“金属表面处理及热处理加工”").picks("其他工业涂装").says("B")
    chat.has("您还说了“金属表面处理及热处理加工”").picks("金属表面处理").says("地方B").says("都不清楚").says("都不清楚")
    assert (("p4-1", "n39-5", "p1-1"), ("地方绩效引领", "B", "地方B")) == wishes(chat)


def test_the_others_may_be_left_out() -> None:
    """别的不看了，就只评定下来的。"""
    chat = Chat().says("自评").says("没有").says("商砼和沥青拌合站").picks("水泥制品").says("绩效引领")
    chat.has("您还说了“沥青混合料搅拌站”").says("别的不看了").says("都不清楚").says("都不清楚")
    assert (("n15-4",), ("绩效引领",)) == wishes(chat)


def test_b_and_b_minus_are_asked_apart() -> None:
    """长流程钢铁的B（B-）一格分成B和B-两样来问，B- 不带B级的好处。"""
    chat = Chat().says("自评").says("没有").says("长流程钢铁").says("是").has("2. B\n3. B-\n").says("B-")
    chat.has("想评“B-”", "门禁").says("都不清楚").says("都不清楚")
    assert (("n1-1",), ("B-",)) == wishes(chat)
    assert "附件1没有一条点名写到B-" in "\n".join((chat.text, *(page.text for page in chat.session.more)))


@pytest.mark.parametrize(("wish", "said", "first"), [
    ("D", ("都不清楚", "都不清楚"), "这一档没有问到装备水平"),
    ("A", ("都不清楚",) * 4, "装备水平您没有说做到没做到，说不出最高到哪一档"),
])  # fmt: skip
def test_no_grade_from_nothing(wish: str, said: tuple[str, ...], first: str) -> None:
    """没有问到、都不清楚的装备水平，不说最高到哪一档。"""
    chat = Chat().says("自评").says("没有").says("铸件，中频电炉").says("是").says(wish)
    for each in said:
        if chat.session.frames:
            chat.says(each)
    text = "\n".join((chat.text, *(page.text for page in chat.session.more)))
    assert first in text
    assert "最高到 A" not in text


def test_a_low_grade_is_not_said_to_be_unnamed() -> None:
    """附件1 八写到C级、D级，不说没有一条点名。"""
    chat = Chat().says("自评").says("没有").says("家具厂喷漆").says("是").says("C").says("全部").says("全部")
    text = "\n".join((chat.text, *(page.text for page in chat.session.more)))
    assert "附件1没有单独写给C级的好处" in text
    assert "没有一条点名写到C" not in text


@pytest.mark.parametrize(("said", "trade"), [
    ("没有，两条线，铸件中频电炉想评B，家具喷漆想评A", "铸件中频电炉，家具喷漆"),
    ("没得处罚，商砼站想评引领，旁边还有个烧结砖线想评B", "商砼站，烧结砖"),
])  # fmt: skip
def test_two_lines_and_two_wishes_keep_both_products(said: str, trade: str) -> None:
    """一句里两条线各说了想评的档：两样产品都记着，想评的档一条一条对，不安到别的线上。"""
    chat = Chat().says("自评").says(said)
    kept = dict(chat.session.frames[-1].answers)
    assert ("no", trade, None) == (kept["veto"], kept["business.1.1"], kept.get("told"))
    assert chat.first.startswith("几条线各评各的，一条一条来")


@pytest.mark.parametrize("said", ["没有，做商砼的想评引领", "没有，做商砼想评绩效引领", "没有，商砼，想评绩效引领"])
def test_a_product_and_its_wish_in_one_clause(said: str) -> None:
    """“做商砼的想评引领”连着说：做什么、想评哪档都记下。"""
    kept = dict(Chat().says("自评").says(said).session.frames[-1].answers)
    assert ("n15-4", "绩效引领") == (kept["branch.1.1"], kept["wish.1"])


@pytest.mark.parametrize(("said", "told"), [
    ("家具厂想评B，看看还差哪些", "B"), ("帮我们家具厂自查一下，够不够A", "A"),
    ("商砼站想评绩效引领，还差啥", "绩效引领"),
])  # fmt: skip
def test_what_is_missing_for_a_wish_starts_the_assessment(said: str, told: str) -> None:
    """“想评B，看看还差哪些”“自查一下，够不够A”：就是要自评，想评的记下。"""
    frame = Chat().says(said).session.frames[-1]
    assert ("assess", told) == (frame.flow, dict(frame.answers)["told"])


def test_the_penalty_said_when_asking_what_is_missing_is_kept() -> None:
    """开口就问差哪些，一起说的处罚、想评的都不丢。"""
    chat = Chat().says("我们家具厂喷漆的，去年评的C，今年想往B走，差哪些，罚款没得")
    kept = dict(chat.session.frames[-1].answers)
    assert ("no", "B") == (kept["veto"], kept["told"])


@pytest.mark.parametrize("said", ["B级和A级差哪些", "想评B差哪些材料", "自查报告怎么写", "区里喊我们自查"])
def test_a_question_about_differences_is_no_assessment(said: str) -> None:
    """问两级差在哪里、差哪些材料的，不是要自评。"""
    assert "assess" not in [frame.flow for frame in Chat().says(said).session.frames]
