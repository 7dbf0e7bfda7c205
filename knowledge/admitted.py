"""话里说的是自己、而且现在做的：去掉否定的、改口以前的、外协的、以前的、客户的。"""

import re

from knowledge.spelling import STOP

_ASKED = re.compile(
    r"(?<!但)([\u4e00-\u9fff])不\1|有没有|有没得|有无|不锈|不饱和|不干胶|不定[形型]|不光|不仅|不但|不只|不止|不知道|不晓得|不清楚|不太懂|不懂|不好意思|不一定"
)
_KEPT = {"不锈", "不饱和", "不干胶", "不定形", "不定型"}
_DENIAL = re.compile(
    r"(?:并?不是|不做|不搞|不弄|不生产|不含|不涉及|不属于|不算|不用|不带|不需要|不给|不[修造喷印卖产开养拌炼搭镀采压铸烧轧染挖接熔焙磨织纺]|"
    r"不(?=热处理|电镀|氧化|涂装|淬火|发黑|酸洗|磷化|熔|冶炼)|没有|没得|没做|没搞|冇得|没(?=锅炉|喷|镀|炉窑|电镀)|(?:客户|别人|人家)自己|并非|没涉及|无(?=锅炉|炉窑|喷|涂装|电镀))"
    r"[^，]*?(?=而是|就是|只(?!有)|(?<!不)是|但|现在|，|$)"
)
_DENIED_ENGLISH = re.compile(r"\b(?:not|no|without|non) [a-z -]+?(?= but |，|$)")
_RHETORIC = re.compile(r"[吗嘛么](?=，|$)")
_REFUSED = re.compile(
    r"(?:不做|不搞|没做|没搞|没得|没有|停了|停产|关停|关了|关掉|外协|外包|外发|委外|送外面[\u4e00-\u9fff]{0,2}|送出去|卖了|卖掉|拆了|取消|淘汰|包给|包出去)"
    r"(?:出去|给别人|别人|外头|外面|人家|的|了|加工|做)*$"
)
_SENT = re.compile(
    r"(?:拿去|拿到|拉到|拉去|送到|送去|发到|送)(?:外面|外头|外厂|外边|别人|别个|人家)(?:那里|那儿|厂里)?[^，]{1,8}?(?:回来|(?=，|$))"
)
_RATHER = re.compile(r"不([做卖产修造烧搞喷印])[^，、]{1,8}?(?=\1)")
_PAST = re.compile(r"(?:以前|原来|之前|过去|原先|早先|前几年|去年)[^，]*，?(?=[^，]*(?:现在|目前|如今|今年|改|转))")
_PAST_INNER = re.compile(r"(?:以前|原来|之前|过去|原先|早先)[^，]*?(?=现在|目前|如今|改|转)")
_CORRECTED = re.compile(r"^.*(?:算了|说错了?|打错了?|搞错了?|哦不|噢不|不对不对)[，哈嘛哦，]*(?=.{3,})")
_FOR_OTHERS = re.compile(
    r"(?:给|帮|替)[^，]{1,12}?拉(?:货|水泥|砂石|料)|拉[^，]{1,6}?的(?:车队|货车|车)|"
    r"(?:给|帮|替)[^，刷喷漆镀涂贴]{1,14}?(?:做配套|配套|供货|供应|提供|代工|做|加工|生产)|(?:给|帮|替)[^，]{1,8}?(?:厂|店|站|公司|企业|人家)(?:们)?(?=[印喷磨供])|"
    r"给[^，]{1,8}?(?:厂|站|店|公司)(?=，|$|用(?:的|$)|拉|运|送货|供(?![应货]))|(?<![提])供(?=[^，的]{1,8}(?:窑|厂|站)(?:和|、|$))[^，]{1,12}$|(?:供给|卖给|送给|供应给|供货给|交给)[^，]{1,10}|"
    r"为[^，]{1,14}?(?:做配套|配套|供货|供应|提供|代工)"
)
_MARKS = re.compile(
    r"[不没无非停外委拆取送给帮替为错包供拉卖关]|客户|别人|人家|算了|以前|原来|之前|过去|原先|早先|前几年|去年|淘汰|no"
)


def admitted(text: str) -> str:
    """只留下说的是自己、而且现在做的：去掉否定的、外协的、以前的、客户的。`text` 已经 normalise。"""
    if _MARKS.search(text) is None:
        return text
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if found[0] not in _KEPT:
            return ""
        kept.append(found[0])
        return chr(0xE000 + len(kept) - 1)

    text = _CORRECTED.sub("", text)
    text = _ASKED.sub(keep, text)
    text = _PAST_INNER.sub("", _PAST.sub("", text))
    text = _FOR_OTHERS.sub(STOP, _SENT.sub("", text))
    if not _RHETORIC.search(text):
        text = STOP.join("" if _REFUSED.search(clause) else clause for clause in text.split(STOP))
        text = _RATHER.sub(STOP, text)
        text = _DENIED_ENGLISH.sub("", _DENIAL.sub(STOP, text))
    for number, word in enumerate(kept):
        text = text.replace(chr(0xE000 + number), word)
    return text
