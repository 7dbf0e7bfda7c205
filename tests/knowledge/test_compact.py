"""省内存的存法：存的样子不同，取出来的和原来一样。"""

from datetime import date

from knowledge.called import Called
from knowledge.grams import code, every, ordered, pairs
from knowledge.hashed import Hashed
from knowledge.held import Held, Packed
from knowledge.lines import Lines
from knowledge.records import Alias, Period
from knowledge.spelling import normalised

ALIASES = (Alias("商砼", "n15-4", "别名"), Alias("搅拌站", "n15-4", "别名"), Alias("商砼站", "n15-4", "误写", "某文"))
KEYS = ("商砼", "搅拌", "商品砼")


def test_called_gives_the_same_aliases() -> None:
    """叫法并排存着，取出来次序、各栏都不变。"""
    called = Called(ALIASES)
    assert ALIASES == tuple(called)
    assert (3, ALIASES[2], ALIASES[1:]) == (len(called), called[2], called[1:])


def test_packed_rows_keep_their_period_and_line() -> None:
    """一行行取的时候，有效期、文件、行号都在；那天有效的才给。"""
    old, new = Period(date(2020, 1, 1), date(2020, 12, 31)), Period(date(2021, 1, 1))
    packed = Packed.of("a.csv", (("甲", old, 2), ("乙", new, 3), ("丙", new, 70000)), tuple)
    assert [Held("甲", old, "a.csv", 2), Held("乙", new, "a.csv", 3), Held("丙", new, "a.csv", 70000)] == list(packed)
    assert ("甲",) == packed.holding(date(2020, 6, 1))
    assert ("乙", "丙") == packed.holding(date(2024, 6, 1))
    assert () == packed.holding(date(2019, 6, 1))


def test_lines_are_split_when_asked() -> None:
    """几句问法连着存，取出来还是一句句的；一句也没有就是空的。"""
    lines = Lines(("怎么报", "哪天报"))
    assert (("怎么报", "哪天报"), 2, "哪天报") == (tuple(lines), len(lines), lines[1])
    assert [] == list(Lines(()))
    assert not Lines(())
    assert Lines(("怎么报",)) == Lines(("怎么报",)) == ("怎么报",)


def test_hashed_gives_the_first_and_all() -> None:
    """一种写法有几个叫法时，`first` 是先给的，`among` 是全部；没有的什么也不给。"""
    hashed = Hashed(KEYS, ((0, "shangtong"), (1, "jiaoban"), (2, "shangtong")))
    assert ("商砼", None) == (hashed.first("shangtong"), hashed.first("shuini"))
    assert {"商砼", "商品砼", "搅拌"} == hashed.among(("jiaoban", "shuini", "shangtong"))
    assert set() == Hashed((), ()).among(("jiaoban",))


def test_hashed_holds_more_than_two_bytes_can_count() -> None:
    """上十万种写法也各归各的。"""
    many = tuple(map(str, range(70_000)))
    hashed = Hashed(many, enumerate(many))
    assert ("0", "65535", "69999", None) == tuple(map(hashed.first, ("0", "65535", "69999", "70000")))


def test_grams_are_the_characters_and_neighbours() -> None:
    """每个字、挨着的每两个字各一个编码，照先后；太短的没有。"""
    assert [code("水泥"), code("泥砖"), code("砖厂")] == ordered("水泥砖厂")
    assert {code("水泥"), code("泥砖")} == pairs("水泥砖")
    assert {code("水"), code("泥"), code("水泥")} == every("水泥")
    assert ([], set(), set()) == (ordered("水"), pairs(""), every(""))
    assert -1 == code("水泥砖")


def test_what_normalising_leaves_alone_is_not_stored_twice() -> None:
    """归一以后没有变的，就是原来那个字符串。"""
    text = "".join(("商", "砼"))
    assert text is normalised([text])[0]
    assert ["商砼a", "混凝土"] == normalised(["商砼Ａ".replace("Ａ", "A"), "混凝土"])
