"""话里的词谁是修饰、谁是正主：修饰别的词的、买来的原料、别的厂的只作线索；给东西喷漆的，东西不另算。"""

import re

from knowledge.vocabulary import Heard, Word

_BOUGHT = re.compile(
    r"(?:买(?:来|进|的)?|外购|采购|购买|购进|购)(?![^，]{2,10}?的?(?:设备|机器|生产线))([^，]{1,10}?)(?:回来|进来|来|回去|，|再|加工|(?<!制)做|然后|后|自己|切|裁|磨|轧|加热|烧)"
)
_SUPPLIED = re.compile(
    r"([^，、]{1,6}?)(?:(?:都?是)?(?:买|外购)的|都是买|都从[^，]{1,6}?(?:拉|买|进)|外购|外采|外买|外头买|外面买|(?:都是|是)?买来的)(?=，|、|$)"
)
_REUSED = re.compile(r"[废旧渣灰杂]|回收|再生")
_OBJECT = re.compile(
    r"(?:喷|镀|涂|刷漆?)(?:的|的是|的都是|的东西是|的工件是)([^，]{2,12})|给([^，]{2,10}?)(?=[镀喷刷涂]|电镀|上漆)|(?:对|把)([^，]{2,10}?)(?=进行)"
)
_FOR = re.compile(r"(?:上|里|里头|里面|外头)?(?:专?用的?|加的)(?:那种|这种)?|[上里]的")
_NEEDED = re.compile("[炉子]?[里上]?用的?")
_USED = re.compile("用的?(?=，|、|$)")
_OWNED = re.compile(r"(?:厂|站|店|公司)?(?:里|里头|里面|出来|那边|家)?的")
_FIRMS = ("厂", "站", "店", "公司", "矿")
_END = re.compile("(?:[两三]条线|都[做有产]|[两三]样|厂|的)*")
_MATERIALS = ("橡胶", "塑料", "玻璃", "陶瓷", "铝", "铜", "钢", "铁", "纸", "木", "水泥", "沥青")
_PAINTERS = frozenset(("n39-1", "n39-3", "n39-4", "n36-1", "n36-3"))
"""给船、集装箱、钢结构、家具喷漆，另有自己的分支。"""


def heads_of(text: str, found: list[Heard]) -> list[Heard]:
    """修饰别的词的、买来的原料、别的厂的，都降成线索；喷某样东西的，东西不另算。"""
    bought = [match.span(1) for match in _BOUGHT.finditer(text)] if "买" in text or "购" in text else []
    if "买" in text or "外" in text or "从" in text:
        supplied = [match.span(1) for match in _SUPPLIED.finditer(text)]
        bought += supplied
    else:
        supplied = []
    if "喷" in text or "镀" in text or "进行" in text or "涂" in text:
        handled = [match.span(match.lastindex or 0) for match in _OBJECT.finditer(text)]
    else:
        handled = []
    heads: list[Heard] = []
    for number, (at, end, word) in enumerate(found):
        after = found[number + 1] if number + 1 < len(found) else None
        spans = supplied if word.step else bought
        if not word.role and spans and any(one <= at and end <= other for one, other in spans):
            if not _REUSED.search(word.text):
                word = word.changed(role="hint")
        elif not word.role and (
            (not word.step and any(one <= at and end <= other for one, other in handled))
            or (number and text.endswith((" for ", " in our ", " with a "), 0, at))
            or (number and text.endswith((" from ", " using "), 0, at) and not word.step)
            or (text[end : end + 1] == "用" and len(found) > 1 and _USED.match(text, end))
        ):
            word = word.changed(role="hint")
        elif after and not word.role and not after[2].role:
            if _is_modifier(text, at, end, word, after):
                word = word.changed(role="hint")
            elif end == after[0] and _is_painted(word, after[2]):
                found[number + 1] = (after[0], after[1], after[2].changed(units=(_painted(word),)))
                continue
        heads.append((at, end, word))
    return heads


def _is_modifier(text: str, at: int, end: int, word: Word, after: Heard) -> bool:
    """紧挨着的两样东西，后一个明确的话，前一个只是修饰（轿车 + 子午线轮胎、砂浆里加的 + 纤维素醚）。"""
    start, stop, other = after
    if other.telling.weak or (start == end and text.startswith(("都", "一起", "各"), stop)):
        return False
    if word.step and not other.step and _NEEDED.fullmatch(text, end, start):
        return True
    if word.step or other.step:
        return False
    clear = len(other.units) == 1 and other.units[0] not in word.units
    if start == end:
        alike = stop - start == len(word.text) and word.text[0] == other.text[0]
        alike = alike or (at == 0 and _END.fullmatch(text, stop) is not None and _is_pair(word.text, other.text))
        return word.telling.carrier or (clear and not alike)
    gap = text[end:start]
    if not gap or len(gap) > 8:
        return False
    if word.text.endswith(_FIRMS) or gap[0] in "厂站店":
        return _OWNED.fullmatch(gap) is not None or (gap == "用的" and clear)
    return _FOR.fullmatch(gap) is not None or (word.telling.carrier and gap == "的")


def _is_pair(one: str, other: str) -> bool:
    """挨着说的两样一类的东西（岩棉玻璃棉、橡胶圈塑料扣），不是谁修饰谁。"""
    return one[-1] == other[-1] or (one.startswith(_MATERIALS) and other.startswith(_MATERIALS))


def _painted(word: Word) -> str:
    """喷板卷、型材的是卷材型材，喷别的是其他工业涂装。"""
    return "n39-2" if word.units[0] in ("n14-2", "n1-3") else "n39-5"


def is_painting(word: Word) -> bool:
    """喷漆、喷粉、涂装这些工序。"""
    return word.step and "n39-5" in word.units and any(sign in word.text for sign in ("喷", "漆", "涂装", "电泳"))


def _is_painted(word: Word, step: Word) -> bool:
    """“保险杠 + 喷漆”是给保险杠喷漆；本来就常喷漆的行业（家具、钢结构）不在此列。"""
    whole = word.text.endswith(("整机", "整车"))
    own = any(unit in _PAINTERS for unit in word.units)
    return is_painting(step) and not word.step and not whole and not own and not set(word.units) & set(step.units)
