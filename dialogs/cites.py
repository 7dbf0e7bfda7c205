"""常用的出处。"""

from functools import lru_cache
from itertools import chain

from knowledge.records import Citation
from knowledge.rules import Rules

NOTICE = "cq-2024-210"
GUIDANCE_2026 = Citation("mee-2026-2", "二（一）")


@lru_cache(maxsize=1024)
def notice(*clauses: str) -> tuple[Citation, ...]:
    """通知（便函〔2024〕210号）的几个条款。"""
    return tuple(Citation(NOTICE, clause) for clause in clauses)


def joined(*groups: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """几组出处并在一起，次序不变，不重复。"""
    return tuple(dict.fromkeys(chain.from_iterable(groups)))


HELP = notice("正文 三（二）", "正文 联系人")
"""有疑问找谁：区县生态环境局的帮扶，和通知列的联系人。"""


def contact(rules: Rules) -> str:
    """通知列的联系人和电话，原样。"""
    return rules.clause(HELP[1]).text.removeprefix("联系人：").rstrip("。")


EXPERTS_ONLY = Citation(NOTICE, "附件4 一 专家")
"""写着专家登录网址的一条：可以引，原文不给企业看。"""
