"""一段话里说到的数字、百分比、电话、网址、等级和审核者，有没有着落：着落就是所引条款的文字。"""

import re

_URL = re.compile(r"https?://[\w.:/#?=%&-]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*%?|百分之[一二三四五六七八九十百]+")
_GRADE = re.compile(r"非绩效引领|绩效引领|(?<![A-Za-z])[ABCD]-?(?![A-Za-z+])")
_WHO = re.compile(r"专家|区县生态环境局|市生态环境局|市级|区县|生态环境部|财政")
_PART = re.compile(r"创B争A(?:升C消D)?|附件\d|第\d+类|第\d+部分|第\d+条|没有(?:写|点名)[^，。；\n]*")


def deciding(said: str) -> bool:
    """说的是不是由谁来定、来审、来办。"""
    return _WHO.fullmatch(said) is not None


def unsupported(text: str, ground: str) -> list[str]:
    """`text` 里说到、而 `ground` 里没有的；附件几、第几类这样的指称，和“没有写……”，不算。"""
    urls = _URL.findall(text)
    claims = _PART.sub("", _URL.sub("", text))
    numbers, grades = set(_NUMBER.findall(ground)), set(_GRADE.findall(ground))
    return [
        *(url for url in urls if url not in ground),
        *(number for number in _NUMBER.findall(claims) if number not in numbers),
        *(grade for grade in _GRADE.findall(claims) if grade not in grades),
        *(who for who in _WHO.findall(claims) if who not in ground),
    ]
