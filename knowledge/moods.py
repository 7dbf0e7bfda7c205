"""只是心情、只说是听谁讲的、只要一句准话的半句：别的半句在问，就不看它（“环保公司跟我说的不一样”“心头虚得很”）。"""

import re

_APART = re.compile(r"([，,、\s]+)")
_SIGNS = frozenset("摆喊底说讲传信吵催问交事虚慌烦急恼愁懵晕谱话真假头脑哭怕懂睡跑翻对")
"""这样的半句里总有其中一个字。"""
_WHO = (
    r"(?:我|我们|你们?|他们?|她|老[板总]|会计|中介|公司|管家|所|[区县市]里?|[区县市]局|同行|隔壁|别[个人家]|人家|朋友|网上|群[里头]|师[兄傅]|"
    r"前任|执法|专家|领导|同事|亲戚|没得?(?=人)|有(?=人)|大家|的?人|厂|个|那|这|代账|环保|园区|都|也|又|就|还|跟|和|给|对|一直|天天|老是)*"
)
_UNSURE = (
    r"(?:的|得|法)?(?:跟|和|都|又|也|还|是|我|你|他|说的?|讲的?)*"
    r"(?:[^，]{0,6}说的)?(?:不一样|不同|[另两][一]?套|两样|[不没]清[楚醒]?|不醒豁|稀里糊涂|含含糊糊|不明白|不到堂|可以|要得|不得?行|没得?问题|不信|过|来)"
)
_MOOD = re.compile(
    rf"{_WHO}(?:[说讲]{_UNSURE}|[没不](?:给)?(?:我们?)?[说讲](?:清楚?|明白|醒豁|过)|[说讲]不(?:清楚?|明白|醒豁|来)|"
    r"[说讲](?:没|莫|冇)得?(?:这种?|这个|这回|那种?|那回)事|(?:[说讲]|给[^，]{1,3}[说讲])[^，]{0,3}不信|不信(?:我[说讲]的)?|"
    r"(?:在|到处)?(?:[传摆吵问催喊](?:翻|慌|凶|急|得|了|很|紧|起|我)*)|[^，]{0,4}没(?:有|得)?(?:交代|交接))|"
    r"(?:我|我们|人|心[头里]?|脑壳|(?<!心)头|脑|都|也|又|就|真的?|现在|这[会阵]儿?|有点|好|一天到晚)*"
    r"(?:[虚慌烦急愁懵晕怕哭恼](?:火|死|人|得|很|慌|不得了|个|都|了|不出来|我|觉|睡不着|没得底|一直|起)*|没得?底|(?:头|脑壳|脑)?都?(?:大|痛|昏)了?)|"
    r"(?:应该|又|反正|也|这|就)*(?:没|莫|冇)得?(?:好|多|啥子?|什么)*大?(?:个|点)?事|"
    r"(?:麻烦)?(?:给|要|求)(?:我|我们)?(?:一)?[个句](?:准话|准信|痛快话|实话|说法)"
)
_VERDICT = re.compile(
    r"(?:你|你们)?(?:[说看讲])?(?:这个?)?(?:靠不靠谱|对不对|对头不|对不|是真的|真的?假的?|真的|是不是真的?)"
)
"""问前面说的对不对。"""
_HEARD = re.compile(r"听[^，]{0,6}[说讲]|[说传]是")
"""听来的半句：问对不对，问的就是它。"""
_TOLD_BY = re.compile(
    r"^听(?:中介|园区|别[个人家]|隔壁|同行|朋友|群里|网上|人家|人|里|的|厂|老板|那边|他|她|们|有)+[说讲传](?:是|的是)?"
)
_TAIL = re.compile(r"[嘛哦噻哈哇吗么迈喃哟啊呀了。！!…~]+$")
_HEEDED = re.compile(r"[听信](?:哪|谁)|为准|算数")
"""问的就是听哪个的。"""

_TWO, _PLENTY, _BREATH = 3, 8, 20
"""两个半句和中间的逗号；比一口气长的不只是心情；有这么长的一句话，不看前面说的情形也听得懂。"""
_ASKED = re.compile(r"[吗么不哪几多咋怎啥谁]")


def meant(text: str) -> str:
    """去掉只是心情、只说是听谁讲的半句；“是不是真的”问的是它前面那半句。问的就是听哪个的，照旧。"""
    if _SIGNS.isdisjoint(text) or len(pieces := _APART.split(text)) < _TWO or _HEEDED.search(text):
        return text
    kept: list[str] = []
    for at in range(0, len(pieces), 2):
        clause = _TAIL.sub("", pieces[at].strip())
        if len(clause) > _BREATH or _SIGNS.isdisjoint(clause):
            kept += pieces[at : at + 2]
        elif kept and _VERDICT.fullmatch(clause):
            heard = next((n for n in range(len(kept) - 2, -1, -2) if _HEARD.search(kept[n])), None)
            told = len(kept) - 2 if heard is None else heard
            kept[told] = _TOLD_BY.sub("", _TAIL.sub("", kept[told])) + "吗"
            if heard is not None and len(kept[told]) >= _PLENTY and not any(map(_ASKED.search, kept[:told])):
                kept = kept[told:]
        elif not _MOOD.fullmatch(clause):
            kept += pieces[at : at + 2]
    said = "".join(kept[:-1] if len(kept) % 2 == 0 else kept)
    return said if said.strip() else text


def ranting(text: str) -> bool:
    """骂人、发牢骚的话。"""
    return _VENT.search(text) is not None or _RANT.search(text) is not None


def venting(text: str, bare: str, told: bool) -> bool:
    """骂人、发牢骚、随口一句，不是在问；骂着问的（长些，有疑问词）照答。"""
    if not _RANTS.isdisjoint(text) and _RANT.search(text) is not None:
        return _REALLY.search(text) is None and _TROUBLE.search(text) is None
    return (told or len(bare) < _BRIEF) and _VENT.search(text) is not None


_VENT = re.compile(
    r"龟儿|妈卖|卖批|日你|狗日|傻[逼批]|瓜娃|锤子|仙人板板|批话|^滚|他妈|妈的|^等(?![级于]).{1,6}[嘛哈噻]$|打错|烦得很"
)
_RANT = re.compile(
    r"^(?:今天|外[头面]|这几天).{0,3}(?:(?:雾霾?|霾|天气?|太阳|灰)好?[大重凶多怪]|好大的)|"
    r"还有点意思|气死|[没莫]得?天理|烦死"
)
_TROUBLE = re.compile(r"[退驳]回|打回|[遭被]退|没过|不通过|预警")
"""气归气，说的是真有的事。"""
_RANTS = frozenset("雾霾气灰烦思太理大")
_REALLY = re.compile(r"[?？吗么咋怎哪不]|多少|几[天点级条次]|好多[钱天]|啥子|什么|啷个")
_BRIEF = 8
