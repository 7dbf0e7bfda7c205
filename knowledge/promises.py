"""学来的回答里条款没有的说法：钱、绝对的、否定的、由谁定哪一级；“通知没有写”的回答里多出来的话。

机器证明不了一句话是对的：说得出哪个词没有着落的，是毛病，或者要发布的人一个词一个词地对。
"""

import re
from collections.abc import Iterator

from knowledge.grounds import _GRADE, _PART, _WHO

_AMOUNT = re.compile(
    r"(?:好?几|[一二两三四五六七八九十\d.]+)(?:多|来)?(?:[十百千万亿]+多?(?:块钱?|元钱?)?|块钱|元钱?|毛钱?)|几块(?!钱)"
)
_MONEY = re.compile(r"免费|收费|费用|要钱|花钱|给钱|交钱|掏钱|补贴|补助|奖励|奖金|罚款|罚金|优惠|减税|退税|贷款")
_ABSOLUTE = re.compile(
    r"永远|永久|长期|终身|一直|一律|一概|统统|通通|全部|全都|全是|所有|任何|凡是|每家|都(?![江匀])|必须|必然|一定|肯定|保证|确保|绝对|绝不|决不|从不|从来|"
    r"直接|自动|马上|立刻|立即|只要(?!求)|只用|只需|即可|就行|就可以|随便|随时|无条件|免(?:检|审|查|交|报|评|除|予|罚|于|掉)|豁免|放宽|最高|最低|唯一"
)
_NOT = re.compile(
    r"不[\u4e00-\u9fff]|无[需须法权]|没有|没得|莫得|未[\u4e00-\u9fff]|别[去交报管怕]|勿|禁止|取消|停止|除外|例外"
)
_HARMLESS = re.compile(
    r"([\u4e00-\u9fff])不\1|有没有|不一[定样]|不[清知晓明懂同过但仅光如]|没有(?:写|点名)[^，。；\n]*|区别"
)
_SPAN = re.compile(r"(?:[半几]|[一二两三四五六七八九十]+)(?:多)?个?(?:工作日|自然日|小时|年|月|天|周|季度|次|倍|成)")
_SENTENCE = re.compile(r"[。；;！!？?\n]+")
_PIECE = re.compile(r"[，,。；;！!？?：:\n]+")
_UNSAID = re.compile(
    r"(?:本|这份|210号)?(?:通知|文件|附件\d?|条款)?(?:里|中|上)?(?:也|都|并|还)*没有?(?:写|点名|规定|提)"
)
_SO = re.compile(r"就是|等于|所以|因此|说明(?!书)|意味|也就|就不|就可|就行|视为|默认")
_TOPIC = re.compile(r"([\u4e00-\u9fff])不\1|有没有|有无|是否|如何|怎么|怎样|什么|哪|谁|几|多久|多少|多长|多大")
_WHOM = re.compile(r"生态环境局|区县|市局|主管部门|值班|人工|联系人|电话")
_ASKING = re.compile(r"问|咨询|为准|联系|打|找|回复|核实|确认|请教|电话")
_OPENING = re.compile(
    r"(?:有疑问|有问题|拿不准|要办|要确认|需要|想知道)(?:的话|的)?|这(?:件|个)?(?:事|问题)?|具体(?:的|情况)?|建议|请|您好|\s*"
)


def moneys(said: str, ground: str) -> list[str]:
    """说到、而所引条款里没有的钱。"""
    found: list[str] = []
    for sentence in _SENTENCE.split(said):
        unsaid = _UNSAID.search(sentence)
        for piece in _PIECE.split(sentence):
            bare = _HARMLESS.sub("，", _PART.sub("", piece))
            found += _AMOUNT.findall(bare)
            found += [] if unsaid and _TOPIC.search(piece) else _MONEY.findall(bare)
    return [each for each in dict.fromkeys(found) if each not in ground]


def doubts(said: str, ground: str) -> list[str]:
    """要人一个词一个词对的，写成“词”：哪一句；词是绝对的、否定的、多久几次的，所引条款里没有，

    或者由谁定哪一级，条款没有在一句里说。
    """
    return list(dict.fromkeys(_doubts(said, re.sub(r"[^\S\n]", "", ground))))


def strays(answer: str) -> list[str]:
    """“通知没有写”的回答里，不是没有写、也不是问谁的那些话。"""
    found = []
    for sentence in _SENTENCE.split(answer):
        unsaid = _UNSAID.search(sentence)
        for piece in filter(None, map(str.strip, _PIECE.split(sentence))):
            asked = unsaid is not None and _TOPIC.search(piece) and not _firm(piece, asking=True)
            if not (asked or _silent(piece)):
                found.append(piece)
    return found


def _doubts(said: str, ground: str) -> Iterator[str]:
    held = [_claimed(each) for each in _SENTENCE.split(ground)]
    for sentence in filter(None, map(str.strip, _SENTENCE.split(said))):
        bare = _HARMLESS.sub("，", sentence)
        for pattern in (_ABSOLUTE, _NOT, _SPAN):
            yield from (f"“{word}”：{sentence}" for word in pattern.findall(bare) if word not in ground)
        grades, people = _claimed(sentence)
        for who in sorted(people):
            for grade in sorted(grades):
                if not any(who in named and grade in given for given, named in held):
                    yield f"“{who}”和“{grade}”：{sentence}"


def _claimed(sentence: str) -> tuple[set[str], set[str]]:
    """一句话里说到的等级，和由谁定。"""
    bare = _PART.sub("", sentence)
    return set(_GRADE.findall(bare)), {each.removesuffix("生态环境局") for each in _WHO.findall(bare)}


def _silent(piece: str) -> bool:
    """说的是没有写，或者问谁。"""
    if _OPENING.fullmatch(piece):
        return True
    if unsaid := _UNSAID.search(piece):
        return not _firm(piece[: unsaid.start()]) and _SO.search(piece) is None
    return bool(_WHOM.search(piece) and _ASKING.search(piece)) and not _firm(piece)


def _firm(piece: str, asking: bool = False) -> bool:
    """说了一件肯定、否定或者值多少钱的事；`asking` 是在问，问要不要钱不算说了。"""
    bare = _HARMLESS.sub("，", piece)
    patterns = (_ABSOLUTE, _NOT, _GRADE, _AMOUNT, *(() if asking else (_MONEY,)))
    return any(pattern.search(bare) for pattern in patterns)
