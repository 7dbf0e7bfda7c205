"""一句话里分别说到的几样产品、几个行业。"""

import re
from functools import lru_cache

from dialogs.reading import two_or_more
from knowledge.records import Candidate
from knowledge.rules import Rules

_AND = re.compile(r"[、，,/；;]|以及|还有|[和与跟又]|(?<!铁)也")
_TRADE = re.compile(r"^(?:我们?|我厂)?(?:主要|是|专门)*(?:做|生产|搞|加工|开|烧)|(?:的|厂|这些|两样)$")
_AMOUNT = re.compile(
    r"(?:一?年|月|日|产值?|有|一?共|大?约|大概)*\d+(?:\.\d+)?[多来余几]*[十百千万亿]*"
    r"(?:吨|立?方|个|名|台|条|人|元)?(?:工人|员工|产值|产量)?"
)
"""只说多少的（“年产300吨”“53个工人”），不是产品。"""


@lru_cache(maxsize=1024)
@lru_cache(maxsize=1024)
def mentioned(rules: Rules, said: str) -> tuple[tuple[str, str], ...]:
    """一句话里分别说到的几个行业：id 和名称；只说了一样、或一个词指着几个行业的，不算。"""
    heard: dict[str, dict[str, str]] = {}
    for each in rules.lookup(said).candidates:
        heard.setdefault(each.why, {})[each.industry.id] = each.industry.name
    named = [(*names.items(),)[0] for names in heard.values() if len(names) == 1] if len(heard) > 1 else []
    apart = [(each.industry.id, each.industry.name) for _, each in products(rules, said)]
    return tuple(dict.fromkeys((*named, *(apart if len(set(apart)) > 1 else ()))))


@lru_cache(maxsize=1024)
def products(rules: Rules, said: str) -> tuple[tuple[str, Candidate], ...]:
    """“甲醛和酚醛树脂”：分开来各自都认得准的几样，和各自最像的；只有一样的不算。"""
    parts = [part for part in _AND.split(rules.own(said).strip()) if len(part) >= 2 and not _AMOUNT.fullmatch(part)]

    def product(part: str) -> tuple[str, Candidate] | None:
        found = rules.lookup(part)
        return (_TRADE.sub("", part), found.candidates[0]) if found.outcome == "match" else None

    return tuple(two_or_more(parts, product))
