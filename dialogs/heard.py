"""一句话是不是要开始某个流程，话里又已经答了它的哪几步；听不出来是 None，通例的问法让给问答。"""

import re
from collections.abc import Callable

from dialogs.outline import loose_in, mentioned, part_of
from dialogs.records import Known, Value
from dialogs.wishing import grade_in, named, ungraded
from knowledge.phrases import asking
from knowledge.records import Guide
from knowledge.rules import Rules

Answers = tuple[tuple[str, Value], ...]
Asked = Callable[[], frozenset[str]]
Hears = Callable[[str, Rules, Known, Asked], Answers | None]
"""（说的话，规则，用户自己的厂，对上了哪些问答——要用才去找）→ 已经答了的几步。说的话先经过 plain()。"""

SURE = 0.55
"""查找有这么肯定，才当是说了行业。"""
LEVELS = {"黄": "黄色", "橙": "橙色", "红": "红色"}
RETURNED = re.compile(
    r"退[回件转了老咯掉]|^退的(?:就?是)|[被遭]退|打[回转]|驳回|推回|毙[了掉咯]|否决了|[被遭][^，。,]{0,8}否[了掉咯]|"
    r"(?:审核?|材料|申报|初审|预审|专家)[^，。]{0,4}(?:没过(?!来)|没通过|不通过)"
)
BACK = frozenset("退打驳推过毙否")
"""RETURNED 命中时总有其中一个字；下面几处也一样：一个字也没有，就不必逐个去对。"""
_NOT_MADE = re.compile(r"没评[上得到]|没(?:有)?(?:评过|选上)")
"""评完了没评上：说了是哪一项不行的，和退回来一样对着改。"""
_NOT_RETURNED = re.compile(
    r"(?:最多|大不了)[^，。]{0,4}退[^，。]{0,2}|不是[^，。]{0,3}(?:退|打|驳)[^，。]{0,2}|没有?[被遭]退[^，。]{0,2}|"
    r"(?:得不得|会不会|怕|担心|免得|省得|防到)[^，。]{0,4}(?:退|打)[^，。]{0,3}"
)
_BLAMED = re.compile(r"说是?|没(?!有?写|得|过)|不[行全齐对合达够过]|有问题|写得?|点[到名]|原因|[，,、]")
"""说了退的是哪几项、为什么；光问一点的不是。"""
_TO_ADD = re.compile(r"(?:补|附|缺|少|差|加上|要交|没有?得?交?|上?传)[^，。]{0,4}$")
"""后面说的是要补的东西。"""
_LACKED = re.compile(r"补|附|缺|少|差|没(?!过)|过期|超期|到期|不[全齐对合清]|错|失效|有问题")
"""说的是哪样东西不行，不是光提到它。"""
_ITS_OWN = re.compile(
    r"能不能|还能|能[^，。]{0,4}[吗不么]$|可以|可不可以|[占算][^，。]{0,4}[不次]|哪[里点儿个块]|在哪|[几多好][天久次回日]|"
    r"多少|天内|时限|期限|机会|会不会|是不是|有没得?救|从头|名额|一[次回]|[两二]次|用掉|浪费|作数|[再重]报|税|钱|补助|规定|写的"
)
_TURNED = r"(?:(?:升|降|变|转|改)[到成为级]+|启动了?)[黄橙红]色?(?:预?警)?了?"
_RESPONSE = r"(?:[一二三四1-4]|i{1,3}|iv)级(?:应急)?响应"
_ASIDES = (
    (
        r"改(?:报|评|申报|成|为|申请)(?:个|到|低|[abcd]|非?绩?效?引领)|(?:降|低)[一两]?[级档]?[报评]|报低[一些点]?[级档点]?",
        "能不能改报低一档，通知没有写；报低一档算不算第二次申报，也没有写，先问区县生态环境局。",
    ),
    (r"(?:能不能|可不可以)(?!改|降|低)|还能|机会|有没得?救", "可以改好，在系统的“审核进展”里重新提交。"),
    (r"[几多好][天久日][^，。]{0,3}(?:内|交|报|改|补)|天内|时限|期限|之内", "退回后几天内要交，通知没有写。"),
    (r"[几两二]次|几回|第二[次回]|算不算|占不占|用掉|浪费", "退回来重新提交，不算第二次申报；能退几次没有写。"),
    (r"窗口|关了|过了时间|截止", "窗口关了还收不收，通知没有写，问贵厂所在区县生态环境局。"),
    (r"哪[里点儿个块]?[^，。]{0,4}(?:交|提交|报|传)", "在系统的“审核进展”里重新提交。"),
    (r"(?:要不要|需不需要?|用不用|该不该)[^，。]{0,5}(?:盖章|签字)", "要不要盖章、哪个签字，通知没有写。"),
    (r"哪个晓得|为啥|为什么|[啥什]子?么?原因|原因[^，。]{0,3}(?:哪|看)", "退回的原因在系统的“审核进展”里看。"),
)
"""说了退的是哪几项，又单问一点的：那一点先答。"""
_ALERT = re.compile(rf"预警|[黄橙红]警|{_TURNED}|{_RESPONSE}")
RESPONSE = re.compile(_RESPONSE)
"""几级响应：对哪种颜色，通知没有写。"""
_ALARM = frozenset("警响黄橙红")
_LEVEL = re.compile(r"([黄橙红])(?:色|警)|(?<=[成到为])([黄橙红])")
_HAPPENED = re.compile(
    r"(?:预警|[黄橙红]警)(?:通知)?[又都]?(?:发布|启动|拉响|下来|升级|[来发启升响])*[了老咯]|"
    r"(?:来|发布?|启动|升[成到为级]+|收到|接到|拉响?|通知|喊|又[是来])[^，。]{0,6}(?:预警|[黄橙红]警)|"
    r"(?:现在|正在|这阵|今天)[^，。]{0,3}[黄橙红](?:色预)?警|^(?:预警|[黄橙红]警|[黄橙红]色预警)$|[来发]通知|[来发]了$|"
    rf"^(?:[黄橙红](?:色)?(?:预警|警)|预警[了咯]?)[，。,!！ ]|{_TURNED}|"
    rf"{_RESPONSE}(?:又|都|已经)*(?:启动|发布|来)*[了咯]|^{_RESPONSE}"
)
_ANNOUNCED = re.compile(
    rf"^(?:(?:又|又是|又来|现在|今天|刚才?|区里|系统)*(?:来|启动|发布?|收到|接到)?了?"
    rf"(?:[黄橙红](?:色)?(?:预警|警)|预警)(?:来|通知|发布|启动)*[了咯老]*|(?:又|都|已经|现在)*{_TURNED}|(?:启动了?)?{_RESPONSE}(?:启动|来|发布)*[了咯]?)"
    r"(?:[，。,!！ ]|$)"
)
"""开口就报预警：说的是贵厂这一回，后面问什么都照这一回答。"""
_WHAT_NOW = re.compile(r"停|减|限|咋|怎|啷|办|整")
_IN_GENERAL = re.compile(
    r"企业[要该怎咋]|企业们|不同|各[级怎咋]|区别|哪些企业|什么时候|啥时候|好久|多久|几天|有没有?得?预警|会不会|明天|什么预警|啥子?预警|哪[级个]"
    r"|解除|结束|罚|后果|偷偷|一般|期间|的时候|都停产?$|停了|上[回次]|规定|比例|合理|是不是|隔壁|他们|别个|别人|同行|保障|豁免"
)
_OURS = re.compile(r"我们|我厂|咱们?|俺们?|本厂")
UNRATED = "none"
_COLOUR = re.compile(r"(?:今天|现在|这[会阵]儿?|刚|又)?(?:是|来|发|升[成到为])?了?[黄橙红]色?预?警(?:来)?[了咯老]*")
_APART = re.compile(r"[，,。;；、\s]+")
_GRADE_ONLY = re.compile(
    r"(?:我们|我厂)?(?:是|评的|评了|现在)*(?:地方)?(?:[abcd]|b-|非?绩?效?引领)性?[级档]?(?:企业|的)?|"
    r"(?:我们|我厂)?(?:还)?(?:没得?有?|未)(?:评|定)?过?(?:级|等级)"
)
_GRADE_AFTER = re.compile(r"(?<=[\u4e00-\u9fff])(?:的?(?:地方)?(?:[abcd]|b-)[级档]|的?非?绩?效?引领性?)(?:企业|的)?$")
_VERB = re.compile(r"停|减|限|罚|要|能|可以|应该|期间|时候|企业|行业")
_BRIEF = 16
"""除了颜色、等级，剩下这么多字以内，才当只说了做什么。"""
_AND_THEN = re.compile(
    r"^(?:那|那么|要是|如果|换成|又|还有|再|升[成到]|变成?)*([黄橙红])(?:色|警)(?:预警)?[了咯老]?(?:的话)?(?:咋个?|怎么|啷个)?[办整]?$"
)
_HOW = re.compile(r"咋|怎|啷|如何|哪[里点儿个]|在哪|填|弄|办|搞|报|交|提交|做|要什么|是啥|是什么|$")
_SEVERAL = re.compile(r"除了|还[能有要可]|别的|功能|能[干做办]|哪些事|[和跟、]|分别")
_EXEMPT_HOW = re.compile(r"(?:咋个?|怎么|啷个|如何)(?:申报|报|弄|办|搞|整|走|申请)")
_ASSESS = re.compile(
    r"(?:想|要|来|帮|给|做|搞|弄|先|再|^|[,，])[^，。？]{0,5}自评(?!价)(?:一?[哈下次遍]|一|看看)?(?:[，。,]|$)|"
    r"(?:^|[,，])(?:先|来|帮我们?|给我们?|想)*(?:看看|(?:看|找|查)(?:看|一?[哈下])?)(?:我们)?的?短板(?:$|[,，])|"
    r"(?:我们|我厂|咱们?|俺们?)[^，。？]{0,8}(?:短板|差距)[^，。？]{0,3}(?:哪|啥|什么)|"
    r"(?:帮|给)[^，。？]{0,6}(?:看|找|查)[^，。？]{0,6}短板|"
    r"(?:帮|给)(?:我们?|我厂|咱们?)?(?:评|测|估|打)(?:一?[哈下评测]|一?个?分)?[，, ]?"
    r"[^，。？]{0,6}(?:算|够|在|是|到|能评?)[^，。？]{0,3}(?:哪|几|啥|什么)[^，。？]{0,2}[级档]|"
    r"^自评(?!价)(?:一?[下哈]|看看)?(?:我们|我厂|咱|俺|本厂)|"
    r"(?:帮|给|想|要|来|先|^|[,，])[^，。？]{0,8}(?<!开展)(?<!喊我们)(?<!喊)自查(?!自纠|表|报告)(?:一?[哈下次遍]|看看)?(?:[，。,]|$)"
)
_BY_OTHERS = re.compile(r"(?:环科院|监测中心|尾气中心|技术单位|专家|区里|环保局|派人).{0,12}(?:来|看|帮)")
_FALLS_SHORT = re.compile(
    r"(?:我们|我厂|咱们?|俺们?|本厂|厂|站)[^，。？]{0,8}(?:离|距离?|隔|到|跟|和)(地方[abcd]|[abcd](?![a-z])|非?绩?效?引领)[级档性]?"
    r"(?:企业)?[^，。？]{0,3}差(?:些|在|了|得)*(?:啥|什么|撒|哪|好多|多少|好远|多远|几)|"
    r"(?:帮|给)[^，。？]{0,4}(?:看|查|评|估)[^，。？]{0,12}(?:够不够|够不够得上|够得[上到]|达不达得?到|合不合)格?"
    r"(地方[abcd]|[abcd](?![a-z])|非?绩?效?引领)|"
    r"(?:想|要|打算|准备|往)[^，。？]{0,4}(地方[abcd]|[abcd](?![a-z])|非?绩?效?引领)[级档性]?(?:走|靠|冲)?"
    r"[，, ]*(?:帮我们?|我们|先|看看|[看查]一?[下哈]|现在|还)*差(?:些|在|了|得)*(?:啥|什么|哪|好多|多少|好远|几)"
    r"(?![^，。？]{0,5}(?:材料|资料|手续|钱))|"
    r"(?:帮|给|先|^)[^，。？]{0,10}自查(?:一?[哈下])?[，, ]*(?:看看)?"
    r"(?:够不够|够不够得上|够得[上到]|能不能评|能评)[上到]?(地方[abcd]|[abcd](?![a-z])|非?绩?效?引领)|"
    r"^自评[^，。？]{0,16}(?:够不够|够不够得上|够得[上到]|能不能评|能评)[上到]?"
    r"(地方[abcd]|[abcd](?![a-z])|非?绩?效?引领)"
)
"""“我们离B还差啥”“帮我看看我们够不够绩效引领”：要自评，也说了想评哪一档。"""
_TOLD = "told"
"""想评哪一档：和 flows/lines.py 的 TOLD 是一个。"""
_SELF = frozenset("评板距测估打差够达合查")
HOW_ASSESSED = re.compile(
    r"(?:咋个?|怎么|啷个|如何)(?:做|弄|搞|开始)?自评(?!价)|自评(?!价)(?:是)?(?:咋个?|怎么|啷个|如何)"
)
"""问自评怎么做：就在这里做。"""
_CHANGED = re.compile(
    r"(?:[和跟同与比]|对比|相比)(?:去年|往年|以前|前年|上一?年)[^，。？]{0,8}(?:变|不同|不一样|区别|差别|多了|改)|"
    r"(?:今年|现在|我们行业|指标)[^，。？]{0,6}(?:变了|有变化|有啥变化|有什么变化|有没有变|变没变|改了没)|"
    r"^(?:[和跟同与]|对比|相比)?(?:去年|往年|以前|前年|上一?年)(?:相|对)?比(?:较|起来|一?[哈下])?$"
)
_SINCE = frozenset("年前变改")
_REQUIRED = re.compile(r"(?:要求|指标|标准)[^，。？]{0,3}$")

_SIGNS = BACK | _SELF | _ALARM | _SINCE
"""除了 guide，下面几样听得出的话里总有其中一个字（“评”在 _SELF 里）。"""


def silent(said: str, rules: Rules) -> bool:
    """一眼就知道：下面几样都不是。"""
    return _SIGNS.isdisjoint(said) and not rules.guides.named(said)


def returned(said: str, rules: Rules, known: Known, asked: Asked) -> Answers | None:
    """“被退回了”“台账遭退了”：说的是这件事、没有单问哪一点，就开始；说到哪一项就先答了哪一项。"""
    back = not BACK.isdisjoint(said) and RETURNED.search(_NOT_RETURNED.sub("", said))
    if not (back or ("评" in said and _NOT_MADE.search(said) and _BLAMED.search(said))) or other_returned(said, rules):
        return None
    items = mentioned(rules, said)
    if not back and not items:
        return None
    loose = _LACKED.search(said) and loose_in(said, True)
    if not items and not loose:
        return () if not _ITS_OWN.search(said) and asked() <= {"returned"} else None
    if _ITS_OWN.search(said) and not _BLAMED.search(said):
        return None
    return (("part", part_of(rules, said, items, asked=False)),)


def aside_lines(said: str) -> tuple[str, ...]:
    """被退回了还单问的几点，各一句。"""
    return tuple(line for words, line in _ASIDES if re.search(words, said))


def other_returned(said: str, rules: Rules) -> Guide | None:
    """退回来的是评级以外的哪一件（减排清单、“一厂一策”、民生保障）；退的是申报材料，是 None。"""
    if BACK.isdisjoint(said) or not RETURNED.search(said):
        return None
    named = [guide for guide in rules.guides if guide.id in ("inventory", "plan", "exempt")]
    return next((guide for guide in named if any(_came_back(name, said) for name in guide.asks)), None)


def _came_back(name: str, said: str) -> bool:
    """退回来的是它；“申报退回来了，说要补一厂一策”退的是申报。"""
    before, found, _ = said.partition(name)
    return bool(found) and not (RETURNED.search(before) and _TO_ADD.search(before))


def assess(said: str, rules: Rules, known: Known, asked: Asked) -> Answers | None:
    """“想自评一哈”“帮我看哈我们短板在哪点”：要自评；同一句说了行当的，就按那个行当。"""
    if not assessing(said):
        return None
    told = rules.lookup(said).candidates
    short = _FALLS_SHORT.search(said)
    wish = named(next(filter(None, short.groups()))) if short else ""
    return (
        *((("known.branches", ()), ("business.1.1", said)) if told else ()),
        *(((_TOLD, wish),) if wish else ()),
    )


def assessing(said: str) -> bool:
    """说的是要自评；请环科院、专家这些人来看的不是。"""
    return (
        not _SELF.isdisjoint(said)
        and not _BY_OTHERS.search(said)
        and bool(_ASSESS.search(said) or HOW_ASSESSED.search(said) or _FALLS_SHORT.search(said))
    )


def alert(said: str, rules: Rules, known: Known, asked: Asked) -> Answers | None:
    """“预警了”“升成橙色预警了”“那橙色呢”：说的是贵厂这一回，不是问通例。"""
    if _ALARM.isdisjoint(said):
        return None
    if then := _AND_THEN.match(said):
        return (("level", LEVELS[then[1]]),)
    if not _ALERT.search(said):
        return None
    level = _LEVEL.search(said)
    ours = known.branches or _OURS.search(said)
    trade = beside_colour(said, rules)
    happened = trade or _HAPPENED.search(said) or (ours and level and _WHAT_NOW.search(said))
    if not happened or _IN_GENERAL.search(said):
        return None
    likely = [each for each in rules.lookup(trade or said).candidates if trade or each.score >= SURE]
    named = [branch for each in likely for branch in ((each.branch,) if each.branch else each.industry.branches)]
    kept = [rules.branches[id] for id in known.branches if id in rules.branches]
    specific = (
        {"alert-b", "alert-c", "alert-a", "alert-clinker", "alert-local", "alert-how-much"} if named or kept else set()
    )
    if (
        not trade
        and not _ANNOUNCED.match(said)
        and not asked() <= {"alert-any", "alert-today", "alert-length", *specific}
    ):
        return None
    own: Answers = ()
    if named and not any(branch in kept for branch in named):
        own = (("branches", ()), ("business.1.1", trade or said))
    elif named and len(kept) > 1:
        own = (("own", next(branch.id for branch in kept if branch in named)),)
    stated = UNRATED if ungraded(said) else grade_in(said)
    return (
        *((("level", LEVELS[level[1] or level[2]]),) if level else ()),
        *own,
        *((("held", ""), ("stated", stated)) if stated else ()),
    )


def beside_colour(said: str, rules: Rules) -> str:
    """“商砼，红色预警”“水泥熟料A级，红色预警”：说的只有做什么、哪一级、什么颜色，不论先后；给出做什么，不是这样是空的。"""
    colours = list(_COLOUR.finditer(said))
    if len(colours) != 1 or asking(said, said) or "?" in said:
        return ""
    parts = [each for each in _APART.split(_COLOUR.sub("，", said)) if each and not _GRADE_ONLY.fullmatch(each)]
    rest = [_GRADE_AFTER.sub("", each) for each in parts]
    trades = [each for each in rest if rules.lookup(each).candidates and not _VERB.search(each)]
    return "，".join(trades) if trades == rest and 0 < sum(map(len, rest)) <= _BRIEF else ""


def guide(said: str, rules: Rules, known: Known, asked: Asked) -> Answers | None:
    """“一厂一策咋个弄”“公示牌在哪里弄”：只说到一件，就讲这一件；看进展、问条件的让给问答。"""
    named = {guide.id for guide in rules.guides.named(said)} - {"progress"}
    if "board" in named:
        named.discard("plan")
    if len(named) != 1 or not _HOW.search(said) or _SEVERAL.search(said):
        return None
    if named == {"exempt"} and not _EXEMPT_HOW.search(said):
        return None
    if not asked() <= {"system-what", "exempt", "system-url", "account", "manual", "materials"}:
        return None
    return (("which", named.pop()),)


def changes(said: str, rules: Rules, known: Known, asked: Asked) -> Answers | None:
    """“和去年比有什么变化”。"""
    if _SINCE.isdisjoint(said) or not (compared := _CHANGED.search(said)):
        return None
    required = _REQUIRED.search(said[: compared.start()])  # “绩效引领的要求跟去年有啥子不同”：问的是要求变没变
    return () if required or not asked() - {"new-2026", "still-valid", "indicators"} else None
