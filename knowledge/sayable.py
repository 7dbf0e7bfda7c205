"""发给人看的字：去掉看不见的，全是看不见的就是没有字；专家登录地址怎么写都认得出。"""

import re
import unicodedata

EXPERTS_ADDRESS = "113.204.96.36"
"""专家问自己的登录网址，只有这一个问答可以写它。"""

_LINES = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
"""控制字符、零宽的、改左右方向的。连字用的零宽连接符留着：表情里有。"""
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""算是字、却什么也不显示的。"""
_NOTHING = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"))
_EXPERTS = re.compile(r"(?<!\d)" + r"\D{1,3}".join(EXPERTS_ADDRESS.split(".")) + r"(?!\d)")


def cleaned(text: str) -> str:
    """去掉看不见的字符和两头的空白，换行都写成 \\n；一个看得见的字也没有是空的。"""
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = _UNSEEN.sub("", _LINES.sub("\n", text)).strip()
    return kept if any(map(_shows, kept)) else ""


def experts_address(text: str) -> bool:
    """里面有专家登录地址；全角的、用别的符号隔开的也算。"""
    kept = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")
    return bool(_EXPERTS.search(kept))


def _shows(each: str) -> bool:
    return each not in _BLANK and unicodedata.category(each) not in _NOTHING
