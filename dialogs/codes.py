"""统一社会信用代码：话里的一串是不是，写得不规范的写正，不对的说哪里不对。"""

import re
import unicodedata
from functools import lru_cache

_AUTHORITIES = frozenset("123456789ANY")
"""登记管理部门代码（GB 32100）。"""
_CHAR = r"[0-9A-Za-z\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
_RUN = re.compile(rf"{_CHAR}(?:[\s_.·\-\uff0d\u2010-\u2015]{{0,2}}{_CHAR}){{8,29}}")
_APART = re.compile(r"[\s_.·\-\u2010-\u2015]+")
_ABOUT = re.compile(r"信用代?码|机构代码|注册号|营业执照|执照号|税号|统一社会|(?<![业品国政])代码")
"""说的是这一类号码。"""
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}")
_LIKELY = re.compile(r"[9G][1-3IL](?=[5S][0O]|.*[A-Z])")
"""没有说是什么号码，但开头是企业的：登记机关市场监管、机构类别企业，再后面是重庆的区划，或夹着字母。"""
_FORMER = re.compile(r"50\d{13}")
_SPELT = str.maketrans("OISZ", "0152")
"""代码里没有字母 O、I、S、Z（GB 32100），打了就是把数字看错了。"""
_MEANT = {"O": "0", "I": "1", "S": "5", "Z": "2"}
_SAME = str.maketrans("", "", "OISVZ")
LENGTH = 18


def checked(code: str) -> str:
    """校验对的统一社会信用代码，写成大写；不对是空的。"""
    from stdnum.cn import uscc  # 有人打了代码才载入
    from stdnum.exceptions import ValidationError

    try:
        code = uscc.validate(code)
    except ValidationError:
        return ""
    return code if code[0] in _AUTHORITIES and 11 <= int(code[2:4] if code[2:4].isdigit() else 0) <= 82 else ""


def bare(code: str) -> str:
    """去掉全半角、大小写、空格、短横的差别。"""
    return _APART.sub("", unicodedata.normalize("NFKC", code)).upper()


def mended(code: str) -> str:
    """写正以后校验对的代码：全角、小写、分段的不要紧，字母 O、I、S、Z 当数字看；还是不对是空的。"""
    plainly = bare(code)
    return checked(plainly) or checked(plainly.translate(_SPELT)) if len(plainly) == LENGTH else ""


def misread(code: str) -> str:
    """写正的时候把哪几个字母当成了数字，一句话；没有是空的。"""
    letters = [letter for letter in _MEANT if letter in bare(code)]
    pairs = "、".join(f"字母{letter}按数字{_MEANT[letter]}" for letter in letters)
    return f"{pairs}记的（代码里没有这样的字母），请对照营业执照看一眼。" if pairs else ""


@lru_cache(maxsize=256)
def code_said(text: str) -> tuple[str, str]:
    """话里的代码（写正了的），和它在话里的原样；校验不对的，代码是空的；没有说代码，两样都是空的。一句话要问几遍，所以记着。"""
    found = _RUN.search(text)
    if found is None:
        return "", ""
    about = _ABOUT.search(text) is not None
    wrong = ""
    while found:
        whole = found[0]
        if code := mended(whole):
            return code, whole
        if part := _inside(whole):
            return part
        wrong = wrong or (_meant(whole, text, about) or "")
        found = _RUN.search(text, found.end())
    return "", wrong


def why_not(code: str) -> str:
    """这串代码哪里不对，一句话。"""
    from stdnum.cn import uscc
    from stdnum.exceptions import InvalidChecksum, ValidationError

    plainly = bare(code)
    if re.fullmatch(r"\d{15}", plainly):
        return "这是15位的工商注册号；统一社会信用代码是18位，在营业执照上。"
    if len(plainly) == 9:
        return "这像组织机构代码；统一社会信用代码是18位，在营业执照上。"
    if len(plainly) != LENGTH:
        off = len(plainly) - LENGTH
        more = f"，{'多' if off > 0 else '少'}{abs(off)}位" if abs(off) <= 3 else ""
        return f"统一社会信用代码是18位，您写了{len(plainly)}位{more}。"
    if not plainly.isascii() or not plainly.isalnum() or plainly != plainly.translate(_SAME):
        odd = "、".join(dict.fromkeys(each for each in plainly if each in "IOSVZ" or not each.isascii()))
        return f"这串代码里有不该有的字符{f'（{odd}）' if odd else ''}：代码里没有字母 I、O、S、V、Z。"
    try:
        uscc.validate(plainly)
    except InvalidChecksum:
        return "这串代码校验不对，多半有一位写错了。"
    except ValidationError:
        return "这串代码里有不该有的字符。"
    return "这串代码开头的登记机关或区划不对。"


def _inside(whole: str) -> tuple[str, str] | None:
    """空格隔开的别的字连在了一起：其中几段正好是一个对的代码；排污许可证编号里的也认得出。"""
    parts = list(re.finditer(_CHAR + "+", whole))
    for start in range(len(parts)):
        for end in range(start, len(parts)):
            piece = whole[parts[start].start() : parts[end].end()]
            if len(parts) > 1 and (code := mended(piece)):
                return code, piece
    return None


def _meant(whole: str, text: str, about: bool) -> str:
    """这一串是想说代码，却不对：它的原样；是电话、许可证编号、别的号码，是空的。"""
    plainly = bare(whole)
    longest = max(_APART.split(whole), key=len)
    if 15 <= len(longest) < len(plainly) != LENGTH:
        whole, plainly = longest, bare(longest)
    if _PHONE.fullmatch(plainly) or not any(each.isdigit() for each in plainly):
        return ""
    if len(plainly) > LENGTH + 3 or "许可证" in text:
        return ""
    if len(plainly) == 9:
        return whole if "机构代码" in text else ""
    if about:
        return whole if len(plainly) >= 13 else ""
    if _FORMER.fullmatch(plainly):
        return whole if bare(text) == plainly else ""
    return whole if abs(len(plainly) - LENGTH) <= 1 and _LIKELY.match(plainly) else ""
