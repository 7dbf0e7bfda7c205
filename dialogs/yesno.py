"""人们怎么说“是”和“不是”；该选一个而只答了是不是的，先说什么。"""

YES = ("是", "是的", "对", "对的", "对头", "要得", "嗯", "嗯嗯", "没错", "就是", "可以", "好", "好的", "行", "ok")
NONE_LEFT = ("没有了", "没得了", "莫得了", "没了", "都没有", "都没得", "一个都没有")
NEITHER = ("不是", "不对", "都不对", "没有", "没得", "莫得", "不", "错了", "以上都不是", "一个都不是", *NONE_LEFT)

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
