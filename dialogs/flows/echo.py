"""把认出来的行业分支说给人听：对上了话里的哪几个字、算哪一类；有把握的不问“对吗”。"""

import re

from dialogs.products import products
from knowledge.records import Branch, Found
from knowledge.rules import Rules

CERTAIN, DENY = 0.95, "不是就说一声"
"""查找有这么肯定就不问“对吗”；不问的时候怎么说。"""
_WRAP = re.compile(r"^(?:我们?|我厂|咱们?|俺们?|本厂)?(?:主要|专门)?是?(?:做|搞|生产|加工)|(?:的|噻|嘛|哈|哦)+$")
_ECHO = re.compile(r"：(.{1,12}?)(?:≈.*)?$")


def echoed(rules: Rules, said: str, branch: Branch) -> str:
    """查得很准、没有问“对吗”的，下一问先说算哪一个；问过的是空的。"""
    if not said or not certain(rules, said):
        return ""
    found = rules.lookup(said)
    if found.candidates[0].branch is not branch:
        return ""
    echo = echo_of(rules, found, said)
    return f"{'就是' if echo == branch.name else f'“{echo}”算'}“{branch.name}”（{ordinal(branch)}），{DENY}。"


def certain(rules: Rules, said: str) -> bool:
    """只有一个候选，撇开“我们是做……的”，几乎就是名录里的名称或别名。"""
    found = rules.lookup(said)
    if found.outcome != "match" or len(found.candidates) != 1 or found.candidates[0].branch is None:
        return False
    bare = rules.lookup(_WRAP.sub("", said.strip())).candidates
    scores = [each.score for each in bare[:1] if each.branch is found.candidates[0].branch]
    return max((found.candidates[0].score, *scores)) >= CERTAIN


def label(branch: Branch) -> str:
    """选项上的写法：“水泥制品（水泥）”；分支与行业同名时只写一个。"""
    return branch.name if branch.name == branch.industry else f"{branch.name}（{branch.industry}）"


def ordinal(branch: Branch) -> str:
    """“国家第15类 水泥”；分支与行业同名时只写“地方第9类”。"""
    named = "" if branch.name == branch.industry else f" {branch.industry}"
    return f"{branch.list}第{branch.no}类{named}"


def echo_of(rules: Rules, found: Found, said: str) -> str:
    """话里的哪几个字对上了。"""
    first = found.candidates[0]
    if len(together := dict.fromkeys(part for part, each in products(rules, said) if each.branch is first.branch)) > 1:
        return "”“".join(together)
    if matched := _ECHO.search(first.why):
        return matched[1]
    names = (first.branch.name if first.branch else first.industry.name, first.industry.name)
    return next((name for name in names if name in said), said.strip() if len(said.strip()) <= 12 else names[-1])
