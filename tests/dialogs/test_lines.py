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
