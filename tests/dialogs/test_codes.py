"""话里的统一社会信用代码：写得不规范的写正，不对的说哪里不对、不记。"""

import pytest

from dialogs.codes import code_said, mended
from dialogs.records import Known
from tests.chat import Chat

CODE = "91500116MA5U123453"


@pytest.mark.parametrize(
    "said",
    [
        "代码 ９１５００１１６ＭＡ５Ｕ１２３４５３",
        "91500116ma5u123453",
        "信用代码91500116 MA5U 123453",
        "91500116-MA5U123453",
        "9150 0116 MA5U 1234 53",
        "我们代码是9150O116MA5U123453",
        "9I500116MA5U123453",
        "代码 91500116MA5U1234S3 想评B级",
        "代码 91500116MA5U123453 B级",
    ],
)
def test_a_code_is_put_right(said: str) -> None:
    """全角、小写、分段、把 0、1 打成字母的，写正了才记。"""
    assert CODE == code_said(said)[0]
    assert CODE == Chat().says(said).session.known.code


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("91500116MA5U12345", "您写了17位，少1位"),
        ("我们信用代码91500116MA5U1234533", "您写了19位，多1位"),
        ("91500116MA5U123454", "校验不对"),
        ("营业执照号500112000123456", "15位的工商注册号"),
        ("500112000123456", "15位的工商注册号"),
        ("代码91500116MA5U12V453", "不该有的字符（V）"),
        ("组织机构代码MA5U12345", "像组织机构代码"),
    ],
)
def test_a_wrong_code_is_told_and_not_kept(said: str, first: str) -> None:
    """不对的，头一行说哪里不对；不记。"""
    chat = Chat().says(said)
    assert first in chat.first
    assert "没有记" in chat.first
    assert "" == chat.session.known.code


def test_the_rest_of_the_sentence_is_answered() -> None:
    """同一句还说了别的：头一行说代码不对，别的照记、照答。"""
    chat = Chat().says("我们是长寿的，信用代码91500116MA5U12345，做商砼")
    assert "您写了17位" in chat.first
    chat.has("“商砼”最像“水泥制品”")
    assert Known("长寿") == chat.session.known


def test_what_was_read_otherwise_is_told() -> None:
    """字母当数字记的，说出来请他对照。"""
    Chat().says("9150O116MA5U123453").has(f"记下了：统一社会信用代码{CODE}", "字母O按数字0记的")


@pytest.mark.parametrize(
    "said",
    [
        "电话 138 1234 5678",
        "营业执照在办，电话13812345678",
        "身份证500112198001011234",
        "银行卡6222021234567890123",
        "排污许可证编号91500116MA5U123453001V",
        "行业代码3021",
        "年产100000000吨",
        "000000000000000000",
    ],
)
def test_other_numbers_are_left_alone(said: str) -> None:
    """电话、身份证、银行卡、许可证编号、产量：不当信用代码。"""
    assert ("", "") == code_said(said)


def test_letters_are_numbers_only_when_the_check_digit_agrees() -> None:
    """字母当数字看了，校验还是不对的，不算。"""
    assert ["", ""] == [mended("9150O116MA5U123454"), mended("91500116MA5U12345I")]
