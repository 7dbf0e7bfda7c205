"""把听到的词归成组：一组是一个行业，工序、原料并进用它的那一组。"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.heads import is_painting
from knowledge.spelling import PAUSE
from knowledge.vocabulary import HINTS, Word

_ALL = re.compile(r"都[有做产搞]|都生产|[两三四五几][样块](?!砖|板)|一条龙")
_ALSO = ("和", "与", "加", "及", "做", "产", "还有", "兼", "压", "采", "挖", "烧", "造", "卖", "搞", "自制", "另外")
_APART = re.compile(
    "一个?[车间厂条线边楼][^，]*，[^，]*一个?[车间厂条线边楼]|，(?:隔壁|旁边|另一?个?)(?:车间|厂房)|一半[^，]*一半"
)
"""各占一个车间：都是自己做的。"""
_DONE = re.compile("(?:也|还|兼|另外|，[^，]{0,4}车间)(?:自己)?[做产搞]$")
_HAVING = re.compile("(?:自带|带自|配套了?)[^，、]{0,2}$")
_MORE = re.compile("，?(?:还|也)(?:自己)?[做翻搞产](?!成)")
_NEXT = re.compile(
    "，(?:隔壁|旁边|边上)[^，]{0,2}[又还也另](?!不)|一半送[^，]*一半送|(?<=，)(?:都是|全是)(?:一家(?:公司|厂)?|我们(?:自己|公司|厂)?的|自己的|我的|一个(?:老板|公司)(?:的)?)$"
)
_WHOLE = {("n23-2", "n23-3"): "n23-1"}
"""两样都做的，另有一个分支。"""
_JOBBING = re.compile(
    "来料|代[喷烤镀]|代加工|代工|对外加工|(?:帮|给|替)(?:别[个人家]|人家|外头|外面)|客户(?:拿|送|的件)"
)
_JOINED = re.compile(r"都[做有产是搞]|两[个样种条]|三[个样种条]|几[样种]")
_EXTRA = re.compile(r"(?:还有|另外|另有|也有|还带|外带)[^，]{0,4}$")
_AGAIN = re.compile(r"(?:也|另有?|顺带|附带|捎带|顺便|兼|同时)[^，、]{0,3}$")
_TOO = re.compile(
    r"和|与|加(?![工热入水气])|一体|一起|生产|自己(?:做|产|采|挖|开|轧|烧|压|磨|熔|炼)|自[产采]|都[做生产]|也|另外|还(?!是)|顺带|兼|带着?(?=[^，]*[厂站矿线])"
)


_OWN = re.compile(
    r"(?:自备|自有|自带|自[己家]?(?:的|开|采|挖|烧|炼|建)|(?<![公打放])[开挖](?:了个?|的是|个)?|带自[备有]|带个|配套了|外加|(?:顺带|顺便|附带|捎带)[做烧产炼造]?|窑拉|[多剩]的做成?)[^，、]{0,2}$"
)
_OWNED = re.compile(r"也[造做产烧炼开拌]|有?[一两]条线|有?一个车间")
_BESIDES = re.compile("外加|另外|还有|还做|也做|后头接")
_HIRED = re.compile(r"[^，]{0,4}(?:给人|给别人|给别个|对外|代加工|接外单|接外面)")


@dataclass(slots=True)
class Group:
    """说的是同一件事的几个词：分支是它们共同的；`told` 是整句已经说得明白。"""

    units: tuple[str, ...]
    words: list[Word]
    step: bool
    told: bool = False


def grouped(words: Sequence[Word], text: str) -> list[Group]:
    """把词归成组：一组是一个行业。含糊的词并进明确的组，只作线索的词在没有别的词时才成组。"""
    if len(words) == 1:
        return [Group(word.units, [word], word.step) for word in words if word.role == ""]
    named = [word for word in words if word.role == ""]
    strong = [word for word in named if not word.telling.weak]
    weak = [word for word in named if word.telling.weak]
    if weak and PAUSE in text and _ALL.search(text):
        listed = [word for word in weak if not word.telling.unsure and not word.step and is_made(word.text, text)]
        strong, weak = [*strong, *listed], [word for word in weak if word not in listed]
    if strong and any(word.role == "boiler" for word in words):
        heated = [word for word in weak if word.units == ("p10-1",)]
        strong, weak = [*strong, *heated[:1]], [word for word in weak if word not in heated]
    if strong and weak and _is_side_by_side(named, text):
        strong, weak = named, []
    if strong and (own := [word for word in weak if _is_apart(word, strong, text)]):
        strong, weak = [*strong, *own], [word for word in weak if word not in own]
    groups: list[Group] = []
    joined = len(named) > 1 and _JOINED.search(text) is not None
    if joined and strong:
        both = [word for word in weak if _is_joined(word, strong, text)]
        strong, weak = [*strong, *both], [word for word in weak if word not in both]
    for word in sorted(strong, key=lambda word: (len(word.units), word.step)) or weak:
        if (
            len(word.units) > 1
            and not word.step
            and ((joined and _is_joined(word, strong, text)) or _has_more(word, text))
        ):
            word = word.changed(units=_beyond(word, groups) or word.units)
        _place(word, groups, apart=is_painting(word) and _EXTRA.search(text[: text.find(word.text)]) is not None)
    for word in (*weak, *(word for word in words if word.role in HINTS)):
        for group in groups:
            if len(group.units) > 1 and word not in group.words:
                group.units = tuple(unit for unit in group.units if unit in word.units) or group.units
    for group in groups:
        _paint(group, named, text)
        if "n39-2" in group.units[1:] and all(map(is_painting, group.words)) and _is_rolled(groups):
            group.units = ("n39-2", *(unit for unit in group.units if unit != "n39-2"))
    if len(groups) == 1 and groups[0].units == ("n39-2",):
        hints = (word for word in words if word.role in HINTS and "挤" in word.text and "n14-2" in word.units)
        pressed = [*hints, *(word for word in named if "n14-2" in word.units and f"挤{word.text}" in text)]
        groups += [Group(("n14-2",), [word], False) for word in pressed[:1]]
    for word in words:
        if word.role == "turn" and not _added(word, groups, text):
            _turn(word, groups)
    groups = _united(groups)
    if len(groups) > 1 and not (_APART.search(text) or are_apart(text)):
        kept = [group for group in groups if not _is_step_of(group, groups, text)]
        made = [group for group in groups if "p9-1" not in group.units and not all(map(is_painting, group.words))]
        groups = kept or made or groups
    order = {word.text: -at for at, word in enumerate(reversed(words))}
    return sorted(groups, key=lambda group: min(order[word.text] for word in group.words))


def _is_side_by_side(named: Sequence[Word], text: str) -> bool:
    """整句就是两样东西挨着，没有别的字（商砼沥青）：都是做的。"""
    if len(named) != 2 or named[0].text + named[1].text != text or named[0].telling.weak:
        return False
    return (
        not any(word.step or word.telling.unsure or word.telling.carrier for word in named) and len(named[1].text) > 1
    )


def _is_apart(word: Word, strong: Sequence[Word], text: str) -> bool:
    """“自带阳极车间”：含糊的一样，说了是自己另有的，也是做的。"""
    if (
        word.step
        or word.telling.unsure
        or "n37-1" in word.units
        or any(not set(word.units).isdisjoint(each.units) for each in strong)
    ):
        return False
    at = text.find(word.text)
    return at >= 0 and any(says.search(text, max(0, at - 8), at) for says in (_HAVING, _DONE))


def _has_more(word: Word, text: str) -> bool:
    """“轮胎厂，还翻新轮胎”：后一样另算。"""
    at = text.find(word.text)
    return at >= 0 and word.text.endswith("厂") and _MORE.match(text, at + len(word.text)) is not None


def are_apart(text: str) -> bool:
    """话里说了隔壁又建了一样，都是自己的。"""
    return _NEXT.search(text) is not None


def _united(groups: list[Group]) -> list[Group]:
    """炼油和裂解都做的是炼化一体化。"""
    if len(groups) < 2:
        return groups
    for (one, other), whole in _WHOLE.items():
        both = [group for group in groups if group.units[0] in (one, other)]
        if len({group.units[0] for group in both}) == 2:
            words = [word for group in both for word in group.words]
            return [*(group for group in groups if group not in both), Group((whole,), words, False)]
    return groups


def all_unsure(words: Sequence[Word]) -> bool:
    """这些词都只是“可能有这些工序”。"""
    return all(word.telling.weak and word.telling.unsure for word in words)


def _is_rolled(groups: Sequence[Group]) -> bool:
    """另有压延、挤压的：喷的就是卷材、型材。"""
    return any(unit in group.units for group in groups for unit in ("n14-1", "n14-2"))


def _paint(group: Group, words: Sequence[Word], text: str) -> None:
    """设备、零部件厂说了喷漆喷粉的，就是其他工业涂装；拿别个的件来喷的，还分不清。"""
    painting = [word for word in group.words if is_painting(word)]
    if not painting or _JOBBING.search(text):
        if len(painting) == len(group.words) and any("p1-1" in word.units for word in painting):
            group.units = tuple(dict.fromkeys((*group.units, "p1-1")))
        return
    things = (word for word in words if word.telling.carrier or word.telling.weak)
    if "n39-5" in group.units and any(_is_thing(word) for word in things):
        group.units, group.words = ("n39-5",), painting


def _is_thing(word: Word) -> bool:
    jobbing = word.text.endswith(("加工", "加工厂", "表面", "处理"))
    return "n39-5" in word.units and "n37-1" not in word.units and not jobbing and not is_painting(word)


def _added(word: Word, groups: list[Group], text: str) -> bool:
    """“外加裁切复合”：加工的那个分支另算一样。"""
    if (at := text.find(word.text)) < 0 or _BESIDES.search(text, max(0, at - 8), at) is None:
        return False
    industries = {group.units[0].partition("-")[0] for group in groups if len(group.units) == 1}
    units = tuple(unit for unit in word.units if unit.partition("-")[0] in industries)
    if len(units) == 1 and all(units != group.units for group in groups):
        groups.append(Group(units, [word], False))
    return bool(units)


def _turn(word: Word, groups: Sequence[Group]) -> None:
    """“买原料来加工”一类的线索：在同一行业里改指加工的那个分支。"""
    alike = [group.units[0].partition("-")[0] for group in groups]
    for group in groups:
        industries = {unit.partition("-")[0] for unit in group.units}
        if len(group.units) == 1 and alike.count(group.units[0].partition("-")[0]) > 1:
            continue
        turned = tuple(unit for unit in word.units if unit.partition("-")[0] in industries)
        group.units = turned or group.units


def _is_joined(word: Word, others: Sequence[Word], text: str) -> bool:
    """话里把它和别的词并着说（商混加沥青、板式家具跟实木家具）。"""
    if word.telling.unsure or word.step:
        return False
    pairs = ((one.text, two.text) for other in others if other.text != word.text for one, two in _orders(word, other))
    return any(f"{one}{link}{two}" in text for one, two in pairs for link in "和跟与及加、")


def _orders(one: Word, two: Word) -> tuple[tuple[Word, Word], tuple[Word, Word]]:
    return (one, two), (two, one)


def _beyond(word: Word, groups: Sequence[Group]) -> tuple[str, ...]:
    """并着说的另一样已经指明的分支，这一样不再指它。"""
    told = {group.units[0] for group in groups if len(group.units) == 1}
    return tuple(unit for unit in word.units if unit not in told)


def _place(word: Word, groups: list[Group], *, apart: bool = False) -> None:
    """并进有共同分支的组；喷涂和别的工序不因为都常见于某行业就算一件事。"""
    for group in groups:
        shared = tuple(unit for unit in word.units if unit in group.units)
        other = is_painting(word) and not any(map(is_painting, group.words))
        if apart and other:
            word = word.changed(units=_beyond(word, groups) or word.units)
            continue
        if shared and not (group.step and other and 2 < len(word.units) != len(shared)):
            group.units = shared
            group.words.append(word)
            group.step = group.step and word.step
            return
    groups.append(Group(word.units, [word], word.step))


def _is_step_of(group: Group, groups: Sequence[Group], text: str) -> bool:
    """这一组的词是不是别的组的一道工序、一样原料；本身含糊的工序不能收别的，说了也做它的原料另算。"""
    hosts = (other for other in groups if other is not group and not (other.step and len(other.units) > 1))
    hosts = (host for host in hosts if not is_owned(host, text))
    others = {unit for host in hosts for unit in host.units}
    if any(word.part_of.isdisjoint(others) for word in group.words):
        return False
    if is_owned(group, text):
        return False
    return not any(not (word.telling.part_of and word.step) and is_made(word.text, text) for word in group.words)


def is_owned(group: Group, text: str) -> bool:
    """话里说了是自己另外做的（自备矿山、船也造），或者这道工序对外接活。"""
    for word in group.words:
        if (at := text.find(word.text)) < 0:
            continue
        end = at + len(word.text)
        if word.step and word.telling.part_of:
            if _HIRED.match(text, end):
                return True
        elif _OWN.search(text, max(0, at - 8), at) or _OWNED.match(text, end):
            return True
    return False


def is_made(word: str, text: str) -> bool:
    """话里说了也做它（和……、做……、……都做），不只是拿来用。"""
    at = text.find(word)
    before, after = text[:at], text[at + len(word) :]
    listed = PAUSE in (before[-1:], after[:1]) and _ALL.search(text) is not None
    if at < 0 or listed or before.endswith(_ALSO) or word.startswith("做") or word.endswith("厂"):
        return at >= 0
    return _TOO.match(after) is not None or _AGAIN.search(before[-8:]) is not None
