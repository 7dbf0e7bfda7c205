"""一句里连着的几项说的是不是一回事：说得准的照记，说不准的问回去；问的、猜的不是报。"""

import pytest

from dialogs.mending import CLOSING
from dialogs.rated import Status, rated
from dialogs.rating import Ratings
from dialogs.reading import plain
from dialogs.records import Value
from tests.chat import Chat
from tests.dialogs.test_rating import NAMES, everything, step

M, U, Q, N = "met", "unmet", "unknown", "na"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1-4，6没有，其他有", everything(M, n1=U, n2=U, n3=U, n4=U, n6=U)),
        ("1到3，9没有，其他有", everything(M, n1=U, n2=U, n3=U, n9=U)),
        ("1到5，7，9没有，其他有", everything(M, n1=U, n2=U, n3=U, n4=U, n5=U, n7=U, n9=U)),
        ("1到4，6不涉及，其他有", everything(M, n1=N, n2=N, n3=N, n4=N, n6=N)),
        ("1、3，5没做到，其他都做到了", everything(M, n1=U, n3=U, n5=U)),
        ("1-4、6没有", {1: U, 2: U, 3: U, 4: U, 6: U}),
        ("2，4，9没有", {2: U, 4: U, 9: U}),
        ("1-4，但6没有", {1: M, 2: M, 3: M, 4: M, 6: U}),
        ("1、3；5、6没有", {1: M, 3: M, 5: U, 6: U}),
        ("除了3、5，还有8，其他都有", everything(M, n3=U, n5=U, n8=U)),
        ("除了第3项和第5项，还有第8项，其他都做到了", everything(M, n3=U, n5=U, n8=U)),
        ("除了3，还有5没做，其他都有", everything(M, n3=U, n5=U)),
        ("1、3做到了，还有5", {1: M, 3: M, 5: M}),
        ("1、3做到了，还有5没有", {1: M, 3: M, 5: U}),
        ("8、9、10没得，别个都有", everything(M, n8=U, n9=U, n10=U)),
        ("有3个没做到，分别是2、5、9", {2: U, 5: U, 9: U}),
        ("有一样没做到，就是5", {5: U}),
        ("头五样搞了，后头的没搞", everything(U, n1=M, n2=M, n3=M, n4=M, n5=M)),
    ],
)
def test_items_said_together_are_read_together(said: str, expected: dict[int, Status]) -> None:
    """“1-4，6没有，其他有”：前面的几项和后面的一样；“还有”跟着前面的；“别个”“后头的”是其他。"""
    found = rated(plain(said), NAMES)
    assert expected == {n + 1: status for n, status in (found or {}).items()}


@pytest.mark.parametrize(
    ("said", "because"),
    [
        *(
            (said, "和后面的一样，还是不一样")
            for said in (
                "1至4，6没做到|一到四，六没得|1到3，9没有|1、3，5没做到|1 2 3，4不清楚|1，3，5、6没有|1、2，3、4没做到|"
                "不清楚 2，1 3 4 5|没做到1-4，6|1、3没做到，5|1、3没有，还有5|在线监测、门禁，运输方式没有|"
                "不清楚 2；1|不清楚2，4，5没做到|第9项没做到其他第1到第8都做了|其他1到8都做了"
            ).split("|")
        ),
        *((said, "是在问还是在报") for said in "全都做到了没 都搞完了没得 1、3做到了没有 在线监测有没有".split()),
        *((said, "还是您说的那几项里的") for said in "除了3，还有5都做到了 除了3，还有5也做到了".split()),
        ("有2个没做到，分别是2、5、9", "说的是几项"),
    ],
)
def test_items_that_may_be_apart_are_asked_back(said: str, because: str) -> None:
    """“1、3，5没做到”：1、3是做到了，还是也没做到，说不准；“做到了没得”是在问：不记，问回去。"""
    assert step().parse(plain(said)) is None
    assert because in step().unread(plain(said))


@pytest.mark.parametrize(
    "said", ["都做到了吧", "都有吧", "全部做到了嘛", "1、3做到了吧", "2没做到吧", "全部做到了吧。"]
)
def test_a_guess_is_asked_back(said: str) -> None:
    """末尾是“吧”的是在猜，“全部做到了嘛”也许在问：不记。"""
    chat = furniture()
    held = chat.session.frames
    chat.says(said).has("先不记")
    assert held == chat.session.frames


def test_a_plain_no_may_end_in_a_particle() -> None:
    """“都没做到嘛”就是没做到。"""
    assert U == dict(furniture().says("都没做到嘛").session.frames[-1].answers)["boards.transport"]


@pytest.mark.parametrize(
    ("said", "video", "gate"),
    [
        ("2、4做到了", M, "unsaid"),
        ("1、2、4、5做到了，其他没有", M, "unsaid"),
        ("4做到了，其他都没做", M, "unsaid"),
        ("门禁视频保存做到了，门禁没做到", M, U),
        ("除了门禁都有", "unsaid", U),
    ],
)
def test_what_is_named_is_recorded_and_its_ground_is_asked(said: str, video: str, gate: str) -> None:
    """点了名的照说的记，它靠的那一项没点名就另问；没点名的不跟着“其他”算做到。"""
    answers = boards(furniture().says(said))
    assert (video, gate) == (answers["门禁视频保存"], answers["门禁视频系统"])


def test_the_video_can_be_told_at_the_last_question_and_after() -> None:
    """最后一问里、有了结果以后，单说门禁视频保存做到了，都记得下。"""
    chat = furniture().says("1、2").says("门禁视频保存做到了，其他还没做到")
    assert chat.session.frames[-1].flow == "assess"
    assert M == boards(chat)["门禁视频保存"]
    after = furniture().says("1、2").says("1").says("全部").says("门禁视频保存做到了")
    after.has("改好了：门禁视频保存12个月以上 做到了").lacks("门禁视频保存：备")


def furniture() -> Chat:
    """想评 A 的家具厂，走到短板那一页：十二项。"""
    chat = Chat().says("自评").says("没有").says("家具厂喷漆").says("A")
    return chat.has("下面12项")


def boards(chat: Chat) -> dict[str, Value]:
    """短板各项记成了什么。"""
    answers = dict(chat.session.frames[-1].answers)
    return {
        key.rpartition(".")[2]: value for key, value in answers.items() if key.startswith("boards.") and key != CLOSING
    }


def test_one_item_is_not_named_by_its_digit() -> None:
    """名称里带着数字的，打名称就是说的它。"""
    page = Ratings(
        key="page",
        prompt="？",
        cites=step().cites,
        items=tuple(
            type(step().items[0])(f"要求{n}：写法", f"要求{n}：写法", (f"运输方式要求{n}",)) for n in (1, 2, 14)
        ),
        prefix="p.",
    )
    assert "要求14：写法=met" in (page.by_name(plain("运输方式要求14做到了")) or ())
    assert page.by_name(plain("14做到了")) is None


@pytest.mark.parametrize("said", ["其他的都还没整", "别的都没做到", "剩下的都做到了", "其余的不清楚"])
def test_the_others_of_nothing_are_asked_back(said: str) -> None:
    """一项也没有记下，就说“其他”：问回去，什么也不记。"""
    chat = Chat().says("自评").says("没有").says("做铝型材喷粉的").says("B")
    chat.says("1、3做到了，6没得储罐").has("没读准").says(said).has("“其他”是除了哪几项？")
    assert [] == [key for key, _ in chat.session.frames[-1].answers if key.startswith("boards")]
