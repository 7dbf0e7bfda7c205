"""“有人等”在送达账里的时机：“duty:案子的编号:第几次”。"""

CALLING = "duty"
MOST = 99
"""一个案子至多告诉这么多次。"""


def calls(case: int) -> list[str]:
    """一个案子的各次各叫什么；逐个写出来，库照什么规则排字都找得对，也走得到索引。"""
    return [f"{CALLING}:{case}:{number}" for number in range(1, MOST + 1)]
