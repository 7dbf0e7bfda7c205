"""人们怎么说“是”和“不是”；该选一个而只答了是不是的，先说什么。"""

import re

YES = ("是", "是的", "对", "对的", "对头", "要得", "嗯", "嗯嗯", "没错", "就是", "可以", "好", "好的", "行", "ok")
NONE_LEFT = ("没有了", "没得了", "莫得了", "没了", "都没有", "都没得", "一个都没有")
NO_MORE = (
    *NONE_LEFT, "没有", "没得", "莫得", "没有别的", "没有别的了", "没得别的了", "无", "就这一个", "就这个", "就这一样",
    "就这一种", "就这一条", "就这些", "只有这一个", "只有这个", "就一个", "就这一个了", "没其他的了",
)  # fmt: skip
"""问还有没有别的，怎么说算没有了。"""
BOTH = ("都有", "两个都有", "两样都有", "两条都有", "都要", "都是", "两个都是", "都算")
NEITHER = ("不是", "不对", "都不对", "没有", "没得", "莫得", "不", "错了", "以上都不是", "一个都不是", *NONE_LEFT)

ONLY = tuple(word for word in NO_MORE if word not in NEITHER)
LATER = (NO_MORE, "前面说定的都记着。先定这一样：是就选它，这条线不算就回“都不是”。")
"""正定着后面的一条线，答“没有了”：先定这一条，前面定的不丢。"""
WHICH = (ONLY, "好，只有一样；先选是下面哪一个。")

Remarks = tuple[tuple[tuple[str, ...], str], ...]

_OWN = "自己做的吗"
"""查找问几样是不是都自己做的，问法里有这几个字。"""
_NOT_ALL = ("不是", "不对", "不")
_WHICH_OWN: Remarks = (
    ((*YES, "都是", "都是自己做的", "自己做的", "全是"), "好，一样一样来：先选一样，后面再加别的。"),
    ((*_NOT_ALL, "不都是", "不全是", "有的不是"), "那自己做的是哪一样？只选自己做的。"),
)
_UNCLEAR: Remarks = ((YES, "光说“是”还分不清，请选一个。"),)


def remarks(question: str) -> Remarks:
    """几个候选里没有选，只答了是或不是：先说的那一句。"""
    return _WHICH_OWN if _OWN in question else _UNCLEAR


def neither(question: str) -> tuple[str, ...]:
    """怎么说算“都不是”；问的是不是都自己做的，光答“不是”还不算。"""
    return tuple(word for word in NEITHER if not (_OWN in question and word in _NOT_ALL))


_ANSWER = re.compile(
    r"(?:我们)?(?:都|全部?|一[项样个]|所有的?|基本上?|还)*(?:都|也|还)?(?:没有?|不|未)?(?:做到|达到|达标|做|涉及|备齐|弄|搞|有|得)(?:了|过|的|到)*|"
    r"全部?|全都|所有的?|都没?有?了?|不晓得|不知道|不清楚|说不清|是的?|不是的?|对的?|不对"
)


def answering(said: str) -> bool:
    """说的只是别处的答案（“全部”“全没做到”“就这一个”），不是产品。`said` 先经过 plain()。"""
    return said in NO_MORE or said in BOTH or bool(_ANSWER.fullmatch(said))
