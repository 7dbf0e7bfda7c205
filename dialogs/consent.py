"""同意和不同意：退订、恢复订阅、扫区县的码关注；退订过的人，扫码不会又给他订上。"""

import re

from msgspec.structs import replace

from dialogs.cites import HELP, joined
from dialogs.flows.when import RULE
from dialogs.kept import KEPT, Kept, Subscription
from dialogs.moves import Here, aside, say
from dialogs.records import Effect, OptedIn, Subscribed, Turn
from dialogs.reminding import declare_of, off, running, scope, until
from knowledge.records import District
from knowledge.rules import Rules

_NO = r"(?<!不)(?<!不要)(?<!不想)(?<!不用)(?<!没有)(?<!没说)(?<!没)(?<!别)(?<!莫)"
STOP = re.compile(
    rf"{_NO}(?:退[订定](?!单|金|价)|取消(?:订阅|提醒)|关(?:闭|了|掉)(?:这个|这些)?提醒|"
    r"退(?:了|掉)(?:这个|这些|到期|申报)?(?:提醒|订阅))|"
    r"(?:^|[,，。 ])(?:把|这个|这些|我们?的?|到期|申报)*提醒(?:都|也|给我)*(?:关了|关掉|退了|取消)|"
    r"(?:^|[,，。 ])(?:我们?|也|都|就|真的)*(?:莫|不|别)想?再?(?:要|收到?)(?:这些|这个|啥子?|任何)?"
    r"提醒(?=[了咯老哈嘛,，。!！]|$)|"
    r"^(?:我们?)?(?:莫|不要|不用|别|莫要)(?:再)?(?:老是|天天|一直)?(?:来)?催(?:我们?)?(?:了|咯|老)?$"
)
PLEASE = re.compile(r"(?:不要|不用|不消|莫|别)(?:给|帮)?(?:我们?)?(?:把)?(?:提醒)?(?:退订|退定|取消订阅|取消提醒)")
"""叫不要退订。"""
_NEG = r"(?:不要|不用|不准|不消|不必|别|莫要?)(?:再|又|来|老是|天天|一直)*"
_TIRED = (
    r"(?:(?:(?:太|好|真|硬是)?(?:烦|吵|打扰|恼火|讨厌)(?:死|得很|人)?(?:个?人)?|够|行|好|算|(?:把我)?(?:删|拉黑))"
    r"(?:了|掉|咯|老)?[,，。!！ ]*)?(?:请|麻烦|求你们?|求求|你们|以后|今后|从今往后|从此)*"
)
_THINGS = r"(?:消息|信息|短信|通知|推送|提醒|东西|广告)"
_THESE = r"(?:这些|这种|这个|你们的?|啥子?|任何|所有)?"
_END = r"(?:了|咯|老|哈|嘛|噻|哦)*[。!！]*"
_ENOUGH = re.compile(
    rf"{_TIRED}(?:{_NEG}(?:给|跟|向)?(?:我们?)?(?:再)?(?:发|推送?)(?:起来|过来)?(?:我们?)?{_THESE}{_THINGS}?(?:给?我们?)?(?:来)?|"
    rf"{_NEG}(?:给)?(?:打扰|骚扰|烦|吵|喊|叫|通知|提醒)(?:我们?)?|不需要(?:再)?(?:提醒|推送|通知)(?:我们?)?|"
    rf"(?:我们?)?(?:不想|不愿意?|莫想|拒绝?|不再)(?:再)?(?:接收|收到?){_THESE}{_THINGS}?|"
    rf"(?:把|请|帮我|给我)*(?:停止?|暂停|停掉|停了|关掉?|关闭|关了|取消){_THESE}(?:到期|申报)?(?:推送|{_THINGS}推送|"
    rf"发送(?:{_THINGS})?|消息|短信|提醒)|别个?(?:再)?(?:提醒|催)我们?(?=了|咯|老)|"
    rf"(?:我们?)?(?:不想|不|莫)(?:再)?订(?:阅)?(?:提醒)?(?=了|咯|老)|"
    rf"(?:把)?{_THESE}(?:推送|消息|短信|提醒)(?:都|也|给我)*(?:停|关|取消)(?:了|掉)?|"
    rf"(?:我们?)?不(?:想)?收(?:提醒|消息)?(?=了|咯|老)){_END}"
)
_MOOD = re.compile(
    rf"{_TIRED}|(?:停|停下|停一?[下哈]|算|够|行|好|烦|烦人|打扰|吵|吵人)(?:了|咯|老|死|得很|人)*{_END}|"
    r"(?:太|好|真|硬是)?(?:烦|吵|恼火|讨厌|打扰)(?:死|得很|人|到)*(?:个?人|我们?)?(?:了|咯|老)?|谢谢|拜托|求求你们?"
)
"""旁边那半句只是嫌烦。"""
_CLAUSE = re.compile(r"[,，。!！;；\s]+")
_BROKEN = re.compile(r"退\s*(?:[订定](?!单|金|价)|[顶丁盯](?=$|[了咯老吧嘛不吗提,，。!！ ]))|推订")
AGAIN = re.compile(rf"{_NO}(?:恢复订阅|恢复提醒|重新订阅)")
_ASKING = re.compile(
    r"咋|怎|啷|如何|[吗么？?]|不[嘛哦]?$|能不能|可不可以|可以不|会不会|还能|以后|过后|之后|"
    r"了还|要是|如果|没得?$|要不要|用不用"
)


def tidied(said: str) -> str:
    """拆开写的、打了同音字的退订（“退 订”“退顶”“推订”）写正。"""
    return _BROKEN.sub("退订", said)


def wanted(said: str) -> str:
    """一句话里说了退订还是恢复；问怎么退的不算。`said` 先经过 tidied()。"""
    if _ENOUGH.fullmatch(said):
        return "unsubscribe"
    clauses = [each for each in _CLAUSE.split(said) if each]
    rest = [each for each in clauses if not _ENOUGH.fullmatch(each)]
    if len(rest) < len(clauses) and all(_MOOD.fullmatch(each) for each in rest):
        return "unsubscribe"
    if not any(word in said for word in ("订", "退定", "提醒", "催")) or _ASKING.search(said) or PLEASE.search(said):
        return ""
    return "resubscribe" if AGAIN.search(said) else "unsubscribe" if STOP.search(said) else ""


STOPPED = "unsubscribe"
"""刚退订完的话题。"""
_REGRET = re.compile(
    r"(?:我们?)?(?:刚才?)?(?:点|按|打|发|退|搞|弄|整|手)[错滑快](?:了|咯|老)?|(?:先|又|还是)?(?:不要|不想|莫|别|不)退(?:订)?(?:了|咯|老)?|"
    r"(?:我)?后悔(?:了|咯)?|(?:我)?(?:还是|又)(?:要|想要)(?:提醒|订)?(?:的)?|(?:帮我|给我)?(?:恢复|重新订|订回来|加回来)(?:一?[下哈])?"
)


def regretted(said: str) -> bool:
    """刚退订又不退了：“不要退”“点错了”。"""
    return bool(_REGRET.fullmatch(said))


def resumed(here: Here) -> Turn:
    """恢复订阅：说清以前订的还在不在。"""
    if KEPT not in here.recalled:
        return Turn(here.session, None, recall=KEPT, claimed="resubscribe")
    held = Kept.of(here.recalled[KEPT]).subscriptions
    declares = [declare_of(here.rules, here.facts, each) for each in held]
    quiet = dict.fromkeys(off(here.facts, running(declare)) for declare in declares)
    lines = [
        f"提醒照旧：{scope(here.rules, each.district, each.branch)}"
        f"{'，' + until(declare) if declare.state == 'open' else ''}。"
        for each, declare in zip(held, declares, strict=True)
    ]
    body = "\n".join(("已恢复，今后可以主动给您发消息。", *(lines or ("到期提醒还没有订过。",)), *filter(None, quiet)))
    then = "回复“菜单”看能问什么。" if held else "要到期前提醒，回复“订阅提醒”。"
    draft = say(body, joined(RULE, HELP) if held else HELP, then)
    grounds = tuple(dict.fromkeys(each for declare in declares if declare.state == "open" for each in declare.grounds))
    freed = here.at(replace(here.session, muted=False))
    return aside(freed, replace(draft, grounds=grounds), "resubscribe", (OptedIn(),))


def present(rules: Rules, district: District) -> tuple[District, str]:
    """扫的码说的是哪个区县：撤销了、归了一处的，就是那一处；和怎么称呼。"""
    heirs = rules.heirs.of(district.id)
    if heirs == (district.id,) or len(heirs) > 1:
        return district, district.name
    return rules.districts[heirs[0]], f"{rules.districts[heirs[0]].name}（原{district.name}）"


def scanned(here: Here, district: District, muted: bool) -> tuple[str, tuple[Effect, ...], bool]:
    """扫了一个区县的码：该说的一句、效果、订上了没有。这个区县没有窗口，也先订着。"""
    held = Kept.of(here.recalled[KEPT])
    mine = held.subscription(here.facts, here.session.known)
    if mine is not None and here.rules.heirs.of(mine.district) == here.rules.heirs.of(district.id):
        return f"到期提醒订着：{_scope(here, mine)}；不想收，回复“退订”。", (), True
    if muted:
        return "您退订过，没有给您订提醒；要到期前提醒，回复“订阅提醒”。", (), False
    if mine is not None:
        return f"\n提醒还订在{_scope(here, mine)}；要改到{district.name}，回复“订阅提醒”。", (), True
    new = Subscribed(here.session.known.name, district.id, "", "qr")
    declare = declare_of(here.rules, here.facts, Subscription(new.factory, district.id, "", here.facts.today))
    quiet = off(here.facts, running(declare))
    first = f"提醒订上了；{quiet}" if quiet else "申报窗口到期前提醒您，交了不催；"
    said = f"{first}要按行业订，回复“订阅提醒”，不想收，回复“退订”。"
    return said, (new,), True


def _scope(here: Here, held: Subscription) -> str:
    return scope(here.rules, held.district, held.branch)
