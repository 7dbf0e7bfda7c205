"""服务台在谈话里的规矩：谁接得了，接管到时，没看懂几次请人，几时有人答。"""

from datetime import datetime, time, timedelta

import pytest
from msgspec.structs import replace

from dialogs.desk import LEASE, answering_hours
from dialogs.records import Asked, DeskHours, Facts, Handed
from tests.chat import NOW, Chat

HOURS = ((time(9), time(12)), (time(14), time(17, 30)))


def staffed() -> Chat:
    """铜梁有王值班、市里有李值班的一场谈话，用户说过在铜梁。"""
    chat = Chat()
    chat.desk.operators.update({"王": "铜梁", "李": "", "万": "万州"})
    return chat.says("我们铜梁的，做商砼的")


def test_only_their_own_district() -> None:
    """说了区县的，别的区县的人接不了、关不了；市里的可以。"""
    chat = staffed()
    for act in ("take", "close"):
        assert "elsewhere" == chat.attends(act, "万").claimed()
    assert chat.session.hold is None
    assert "taken" == chat.attends("take", "李").claimed()


def test_an_expired_hold_is_over_at_the_next_word() -> None:
    """接管到时以后用户说话，机器人照答，并且记下到时了；到时之前不出声。"""
    chat = staffed().attends("take", "王")
    chat.now = NOW + LEASE - timedelta(seconds=1)
    assert chat.says("在吗").reply is None
    chat.now = NOW + LEASE
    assert chat.says("对头").reply is not None
    assert [Handed("王", "expired")] == [each for each in chat.effects if isinstance(each, Handed)]


def test_twice_not_understood_calls_somebody() -> None:
    """接连两句没看懂才请人，中间看懂了一句就重新数；没有服务台就不说请了人。"""
    chat = staffed()
    for said in ("嗷呜嗷呜", "对头", "嗷呜嗷呜"):
        chat.says(said)
    assert [] == [each for each in chat.effects if isinstance(each, Asked)]
    chat.says("咕噜咕噜")
    assert [Asked("unsure", "咕噜咕噜")] == [each for each in chat.effects if isinstance(each, Asked)]
    alone = Chat().says("嗷呜嗷呜").says("咕噜咕噜")
    assert "值班" not in alone.text


@pytest.mark.parametrize(
    "said", ["还在吗", "在不", "你还在吗？", "人喃", "喂，有人没得", "好久才有人回哦", "咋个不回我"]
)
def test_who_waits_hears_that_they_wait(said: str) -> None:
    """等着的人问还在不在，说还在等谁、几时有人答；不再另开一次。没有在等的，照常答。"""
    chat = staffed().says("人工")
    asked = sum(isinstance(each, Asked) for each in chat.effects)
    assert "还在等铜梁区的值班人员" in chat.says(said).text
    assert asked == sum(isinstance(each, Asked) for each in chat.effects)
    assert "还在等" not in staffed().says(said).text


@pytest.mark.parametrize("said", ["在吗", "还在不在哦", "喂", "你好，在不在"])
def test_who_asks_whether_it_is_there_is_greeted(said: str) -> None:
    """没有在等人的问在不在，就打招呼，不当成问条款；问有没有人的，是要找人。"""
    assert Chat().says(said).text.startswith("您好，我是")
    assert Chat().says("有人没得").text.startswith("要找人，")


def test_told_that_it_is_wrong_in_a_sentence() -> None:
    """“你说的不对嘛”夹在话里，也是说答得不对；说自己说错了的不是。"""
    wrong = [Asked("wrong", "我们铜梁的，你说的不对嘛")]
    chat = staffed().says("我们铜梁的，你说的不对嘛")
    assert wrong == [each for each in chat.effects if isinstance(each, Asked)]
    other = staffed().says("我说错了，我们在永川")
    assert [] == [each for each in other.effects if isinstance(each, Asked)]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-30T10:00:00+08:00", "现在是值班时间，请稍等。"),
        ("2026-11-30T12:30:00+08:00", "值班时间：工作日9:00—12:00、14:00—17:30；今天14:00以后有人答。"),
        ("2026-11-30T18:00:00+08:00", "值班时间：工作日9:00—12:00、14:00—17:30；12月1日9:00以后有人答。"),
        (
            "2027-01-01T10:00:00+08:00",
            "现在是值班时间，请稍等（2027年的放假安排还没有录入，工作日按周一到周五算）。",
        ),
        ("2026-12-05T10:00:00+08:00", "值班时间：工作日9:00—12:00、14:00—17:30；12月7日9:00以后有人答。"),
    ],
)
def test_when_somebody_answers(at: str, said: str) -> None:
    """值班时间里请稍等；午休、下班、周末说下一次从几时起；没有定过值班时间，什么也不说。"""
    facts = Facts(datetime.fromisoformat(at), desk=DeskHours(frozenset({"铜梁"}), HOURS))
    assert said == answering_hours(facts)
    assert "" == answering_hours(replace(facts, desk=DeskHours(frozenset({"铜梁"}))))
