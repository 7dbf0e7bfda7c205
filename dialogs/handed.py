"""一句话是不是在说自己的创B争A申报交了、被退回了：一句一句拆得完才算；说的是别的东西、别家、去年、还没有的，都不算。"""

import re
from collections.abc import Iterator, Sequence

from dialogs.handedday import DATED, VAGUE
from dialogs.heard import RETURNED
from dialogs.outline import unnamed
from dialogs.records import Known
from knowledge.rules import Rules

_VERB = r"(?:提交申报|提交|申报|上报|递交|报|交|递)"
_DONE = re.compile(
    rf"{_VERB}(?:上去|上|完毕|完|好|起走|起|成功|过|脱|齐|进去|拢)?(?:给(?:区里|区上|区县|县里|局里|环保局|生态环境局))?(?:了|老|咯|啰)|"
    r"(?:提交|交|报)(?:起|上去)?的$|(?:提交|交|报|递)上去$|(?:提交|申报|上报)成功$|已(?:提交|申报|上报|报|交)$"
)
_SENT = re.compile(r"(?:材料|资料|申报表?)[^，。]{0,3}上?传(?:上去|完|好|齐)?(?:了|老|咯)")
"""材料传上去了：交没交，说不准。"""
_PAST = re.compile(r"[今昨前]|早|刚|才|已经|终于|总算|号|日")
"""没有“了”的“交上去”，要有它才是交过了。"""
_TIME = (
    rf"{DATED}|{VAGUE}|"
    r"今年|这个月|本月|今天|今早上?|今日|今晚|昨天|昨日|昨晚上?|大?前天|今儿个?|昨儿个?|前儿个?|将将|才将|刚才|刚刚|刚|才|上午|下午|早上|晚上|中午|早就|早都|老早|早|已经|"
    r"(?:\d{1,2}月)?\d{1,2}[号日]|\d{1,2}点(?:半|多|钟)?"
)
_WHOSE = (
    r"我们公司|我们厂里?|我们这边|我们|我厂里?|我家|我公司|我|咱们厂?|咱|俺们?|本厂|本公司|公司|厂里|厂头|"
    r"这[回次批]|终于|总算|都|也|就|真的?|确实|的确|反正|其实|全部|全|统统|成功|好歹|硬是|[是在把将的了那这]"
)
_WHAT = (
    r"申报表|申报(?:的)?(?:材料|资料)|(?:评级|绩效)(?:的)?(?:材料|资料)|创b争a(?:的)?(?:申报|材料|资料)?|创b|争a|申报|材料|资料|评级|"
    r"绩效(?:分级|评级|引领)?|等级|[abcd]级|引领|那个|这个|那些|系统(?:里头|里|头|上)?|网上|线上|平台上?|点$"
)
_SAID = r"哦|嗯|对|好|哎呀|老师|哈|嘛|噻|啊"
_BEFORE = re.compile(rf"(?:{_TIME}|{_WHAT}|{_WHOSE}|{_SAID}|(?:提交|交|报)都)*+")
_AFTER = re.compile(rf"(?:{_DONE.pattern}|{_TIME}|{_WHAT}|我们|全部|都|一[次回]|[的了老咯啰]|{_SAID})*+")
_GOODS = r"税|费|钱|款|保险|社保|发票|押金|保证金|货|快递|包裹|客户"
_ELSEWHERE = r"隔壁|别人|别个|别家|别的厂|他们|人家|朋友|同行|亲戚|去年|前年|往年|20\d\d|玩笑|才怪|假的|骗|逗"
_OTHER = re.compile(
    r"通报|汇报|举报|民生|保障|豁免|清单|一厂一策|方案|预案|公示|停产|限产|减排|预警|响应|培训|报名|环评|排污|许可|[月季年日周]报|"
    rf"数据|台账|整改|复核|监测|检测|报表|合同|承诺书|记录|报告|罚|要求|{_GOODS}|{_ELSEWHERE}"
)
"""说的是别的事、别家的事、别的年份的事。"""
_COME_BACK = re.compile(r"退|打[回转]|驳|毙|没过|[没不]通过|推回")
_BACK_AGAIN = re.compile(
    r"[遭被]退(?:回来)?(?:了|老|咯)|退(?:回来)?(?:了|老|咯)?[两二三\d]次|[两二三\d]次.{0,6}[遭被]?(?:退|打回)"
)
_GIVEN_BACK = re.compile(_GOODS)
"""退的是钱、是货，不是申报。"""
_NOT_NOW = re.compile(rf"{_ELSEWHERE}|上[回次]|以前|[来回退]过$")
"""退的是别家的、上一回的。"""
_BY_WHOM = (
    r"区里|区上|区头|区县|县里|县上|市里|市上|局里头?|环保局|[市区县]?生态环境局|上头|上面|系统(?:头|里)?|显示|状态|"
    r"初审|预审|审核|专家|意见|点名"
)
_AMISS = (
    r"有问题|[不没](?:行|得行|全|齐|对|合格|达标|够|清楚|做好|弄好|盖章?|签字?)|过期|"
    r"[一二两三四五几\d]+[次回份项样处趟]"
)
"""退的是为什么、几次、几项。"""
_TIMES = rf"{_VERB}(?:上去|上|完|好)?(?:了|的)?(?:时候)?"
_HEAD = re.compile(
    rf"(?:{_TIME}|{_WHAT}|{_WHOSE}|{_SAID}|{_BY_WHOM}|{_AMISS}|{_TIMES}|又|还是|居然|竟然|结果|被|遭|给|说是?|但是?|可是|"
    r"不过|气死(?:了|老|人)?|恼火|整个|我们?[的那]|第|已|点)*+"
)
_TAIL = re.compile(
    rf"(?:{_TIME}|{_WHAT}|{_AMISS}|[回来去转件老了咯啰掉的又]|给?我们|{_SAID}|"
    r"(?:咋|怎|啷|如何|说|喊|叫|要|让|因为|原因|理由|下一步|现在).*)*+"
)
_WISHED = re.compile(
    r"(?:算了)?(?:莫|别|不要|不用|不准)?(?:再)?(?:我们?|我)?(?:要|想)?(?:给|帮|跟)?(?:我们?)?"
    r"(?:都|也|就|先|快点?|赶紧)*退(?:了|掉|咯|老)*(?:嘛|哈|噻|吧|哦)*(?:算了)?"
)
"""“给我退了嘛”“莫给我退了”“退了”：也许是退订。"""
_UNTRUE = re.compile(
    r"(?:没|未|莫|不要)[有得说]?[^，,]{0,3}(?:退|打[回转]|驳)|不是[^，,]{0,4}(?:退|打[回转]|驳)|"
    r"可能|好像|说不定|怕是|听说|会(?:不会)?[被遭]?(?:退|打)|是不是|有没有|(?:吗|么|没|没得|没有)$"
)
"""没有退、可能要退、退没退在问。"""
_WHY = re.compile(r"咋|怎|啷|如何|说|原因|不行|不全|下一步")
_FEARED = re.compile(r"会不会|怕|万一|莫|会被?退")
_IFS = re.compile(r"要是|如果|假如|万一|的话|等(?!级)|以后|过后|之后|[说喊叫问]$|[说喊]是?$|听说")
_SHORT_OF = re.compile(
    r"[没未][有得]?(?:去|来|点|按|选)?[^，。]{0,2}(?:提?交|申?报|成功?|弄|搞|盖|签|上?传|显示|收到|看到|点|按|确认|最后|完)|没得$|"
    r"卡[住到起]|失败|报错|删|撤|差|缺|不对|不是|一半|部分|还要|忘|草稿|[暂保]存|待(?:提交|申报|确认)|[不未]算|[不没]成|不动"
)
"""还没有交全、没有点提交的。"""
_UNSENT = re.compile(
    r"(?:没|未|忘了?|搞忘|漏)[有得]?(?:去|来|了)?[^，。]{0,2}(?:点|按|确认|提交)|草稿|[暂保]存|待(?:提交|确认)"
)
OVER = re.compile(
    r"(?:提?交|报)(?:上去|完)?(?:了|老|咯)?(?:是不是)?就(?:是|算|可以)?(?:完|没事|没得事|不用管|不管|了事|万事大吉)"
)
"""“是不是交了就完了”：问交了以后。"""
_ASKED = re.compile(
    r"[吗么不没]$|了没得$|咋|啷|怎|啥|什么|哪|几|多[久少]|好[久多]|能不能|会不会|要不要|是不是|用不用|还[能会]|想(?:改|换|撤|再)|"
    r"([\u4e00-\u9fff])不\1|问一"
)
_TO_COME = re.compile(
    r"[没未不莫别要想快能]|会(?!计)|准备|打算|马上|明|后天|下[周个星]|再说|差点|"
    r"喊|叫|让|必须|应该|可能|好像|[帮替]我"
)
_COMPOUND = re.compile(r"[通汇举播填海简情快]报|成交|报了?[名价到备废案警班停]|交[通流际易往警接代班]")
AGAIN = re.compile(
    r"[遭被]退(?:回来)?(?:了|老|咯)|退(?:回来)?(?:了|老|咯)?[两二三\d]次|[两二三\d]次.{0,6}[遭被]?(?:退|打回)"
)
_GIVEN_BACK = re.compile(_GOODS)
"""退的是钱、是货，不是申报。"""
_NOT_NOW = re.compile(rf"{_ELSEWHERE}|上[回次]|以前|[来回退]过$")
"""退的是别家的、上一回的。"""
_BY_WHOM = (
    r"区里|区上|区头|区县|县里|县上|市里|市上|局里头?|环保局|[市区县]?生态环境局|上头|上面|系统(?:头|里)?|显示|状态|"
    r"初审|预审|审核|专家|意见|点名"
)
_AMISS = (
    r"有问题|[不没](?:行|得行|全|齐|对|合格|达标|够|清楚|做好|弄好|盖章?|签字?)|过期|"
    r"[一二两三四五几\d]+[次回份项样处趟]"
)
"""退的是为什么、几次、几项。"""
_TIMES = rf"{_VERB}(?:上去|上|完|好)?(?:了|的)?(?:时候)?"
_HEAD = re.compile(
    rf"(?:{_TIME}|{_WHAT}|{_WHOSE}|{_SAID}|{_BY_WHOM}|{_AMISS}|{_TIMES}|又|还是|居然|竟然|结果|被|遭|给|说是?|但是?|可是|"
    r"不过|气死(?:了|老|人)?|恼火|整个|我们?[的那]|第|已|点)*+"
)
_TAIL = re.compile(
    rf"(?:{_TIME}|{_WHAT}|{_AMISS}|[回来去转件老了咯啰掉的又]|给?我们|{_SAID}|"
    r"(?:咋|怎|啷|如何|说|喊|叫|要|让|因为|原因|理由|下一步|现在).*)*+"
)
_WISHED = re.compile(
    r"(?:算了)?(?:莫|别|不要|不用|不准)?(?:再)?(?:我们?|我)?(?:要|想)?(?:给|帮|跟)?(?:我们?)?"
    r"(?:都|也|就|先|快点?|赶紧)*退(?:了|掉|咯|老)*(?:嘛|哈|噻|吧|哦)*(?:算了)?"
)
"""“给我退了嘛”“莫给我退了”“退了”：也许是退订。"""
_UNTRUE = re.compile(
    r"(?:没|未|莫|不要)[有得说]?[^，,]{0,3}(?:退|打[回转]|驳)|不是[^，,]{0,4}(?:退|打[回转]|驳)|"
    r"可能|好像|说不定|怕是|听说|会(?:不会)?[被遭]?(?:退|打)|是不是|有没有|(?:吗|么|没|没得|没有)$"
)
"""没有退、可能要退、退没退在问。"""
_WHY = re.compile(r"咋|怎|啷|如何|说|原因|不行|不全|下一步")
_FEARED = re.compile(r"会不会|怕|万一|莫|会被?退")
_IFS = re.compile(r"要是|如果|假如|万一|的话|等(?!级)|以后|过后|之后|[说喊叫问]$|[说喊]是?$|听说")
_SHORT_OF = re.compile(
    r"[没未][有得]?(?:去|来|点|按|选)?[^，。]{0,2}(?:提?交|申?报|成功?|弄|搞|盖|签|上?传|显示|收到|看到|点|按|确认|最后|完)|没得$|"
    r"卡[住到起]|失败|报错|删|撤|差|缺|不对|不是|一半|部分|还要|忘|草稿|[暂保]存|待(?:提交|申报|确认)|[不未]算|[不没]成|不动"
)
"""还没有交全、没有点提交的。"""
_UNSENT = re.compile(
    r"(?:没|未|忘了?|搞忘|漏)[有得]?(?:去|来|了)?[^，。]{0,2}(?:点|按|确认|提交)|草稿|[暂保]存|待(?:提交|确认)"
)
OVER = re.compile(
    r"(?:提?交|报)(?:上去|完)?(?:了|老|咯)?(?:是不是)?就(?:是|算|可以)?(?:完|没事|没得事|不用管|不管|了事|万事大吉)"
)
"""“是不是交了就完了”：问交了以后。"""
_ASKED = re.compile(
    r"[吗么不没]$|了没得$|咋|啷|怎|啥|什么|哪|几|多[久少]|好[久多]|能不能|会不会|要不要|是不是|用不用|还[能会]|想(?:改|换|撤|再)|"
    r"([\u4e00-\u9fff])不\1|问一"
)
_TO_COME = re.compile(
    r"[没未不莫别要想快能]|会(?!计)|准备|打算|马上|明|后天|下[周个星]|再说|差点|"
    r"喊|叫|让|必须|应该|可能|好像|[帮替]我"
)
_COMPOUND = re.compile(r"[通汇举播填海简情快]报|成交|报了?[名价到备废案警班停]|交[通流际易往警接代班]")
_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[号日]")
_DAY_ONLY = re.compile(r"(?<![月\d])([123]?\d)[号日](?![\d码])")
"""没说是几月：最近的那一个。"""


AGAIN = re.compile(
    r"重新(?:提交|申报|交|报)[^,。?]{0,3}(?:了|老|咯)|又交上去(?:了|老)|改好[^,。?]{0,3}(?:交|报)(?:上去)?(?:了|老)|"
    r"(?<![如若])又(?:重新)?(?:提交|交|报)(?:上去)?(?:了|老)$"
)
WITHDRAWN = re.compile(
    r"(?:申报|材料)[^,。?]{0,8}撤(?:回|销)?来?(?:了|老)|撤回(?:申报|材料)?(?:了|老)|^(?:我们|已经|申报)*撤(?:回来)?了$"
)
_PAUSE = r"[,，。;!?、~\s]"
_SLIPPED = (
    r"(?:我们?|你|刚才|刚刚|前头|那句|是|又|把)*(?:说|打|搞|弄|记|讲|整|发|回|点|按|看)错(?:了|咯|老|字)*|"
    r"(?:乱|瞎)说的|开玩笑的|说快了"
)
_NO = rf"不是我们|不对头?|不算数?|不是的|不是?(?={_PAUSE})|错了(?={_PAUSE})|我们?(?={_PAUSE}+是)"
_SORRY = r"等一?[哈下]|等等|等到|慢点|慢到|且慢|哦|噢|喔|哎呀|糟了|抱歉|对不起|不好意思"
_HEM = r"啊|嗯|哎|唉|诶|老师|刚才|那句|哈|嘛|噻|呢|嘞|的"
_OURS = r"(?:我们?|我厂|咱们?|其实|实际上?|今年|这回|这个|的|申报|材料|资料|都|根本|硬是|真的|应该|是)*"
_UNSENT_YET = (
    rf"{_OURS}还?(?:没有?|没得|未)(?:来得及|去)?(?:提交|申报|交|报|递)(?:上去|得成?|到|齐|完|拢)?(?:的|得|呢|哈|嘛|嘞|哦)*|"
    rf"{_OURS}(?:明天|后天|下周|过两天|过几天)才(?:去)?(?:提交|交|报)(?:得成)?"
)
_THEIRS = (
    r"(?:应该)?是?(?:我们)?(?:隔壁|别人|别个|别家|他们|人家|朋友|同行|亲戚)(?:的|家|那个?|那边)*(?:厂|公司|站)?(?:的)?(?:申报|材料)?"
    r"(?:今天|昨天|刚才|才)?(?:提交|交|报)(?:上去|完|好)?(?:了|的|老|咯)"
)
_CORRECTED = re.compile(rf"(?>{_SLIPPED}|{_UNSENT_YET}|{_THEIRS}|{_NO}|{_SORRY}|{_HEM}|{_PAUSE})++")
_SLIP, _TURNED, _UNDONE, _NEXT_DOOR = map(re.compile, (_SLIPPED, f"{_SLIPPED}|{_NO}|{_SORRY}", _UNSENT_YET, _THEIRS))
_HINTS = frozenset("错没未不才乱瞎玩快")
"""改口的话里总有其中一个字。"""
NOT_YET = re.compile(
    r"没交成|没报成|没提交成|说早了|没报上|没交上|^(?:我们|其实|还是|今年)*(?:还)?没有?(?:交|报|提交)(?:上去)?[的得]?$"
)
ANEW = re.compile(
    r"再[^。？?]{0,4}(?:报|冲|申|争|评)[^。？?]{0,12}(?:已经|都|年)报了|(?:已经|都|年)报了[^。？?]{0,12}再[^。？?]{0,4}(?:报|冲|申|争|评)"
)
"""报过了，还想再报一回。"""


def _plainly(clause: str) -> bool:
    """这半句除了交了、谁、哪天、在哪里，没有别的字。"""
    return any(done[0][-1] != "去" or _PAST.search(clause) for done in _framed(clause, _DONE))


def framed(clause: str, core: re.Pattern[str]) -> bool:
    """这半句是 `core`，前后只有谁、哪天、什么、在哪里。"""
    return any(True for _ in _framed(clause, core))


def _framed(clause: str, core: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for found in core.finditer(clause):
        if _BEFORE.fullmatch(clause[: found.start()]) and _AFTER.fullmatch(clause[found.end() :]):
            yield found


def told(clauses: Sequence[str]) -> str:
    """说自己交了的那半句；说的不是，或者说不准，是空的。"""
    at = next((n for n, clause in enumerate(clauses) if _plainly(clause)), None)
    if at is None or elsewhere(clauses, at):
        return ""
    return clauses[at]


def corrected(said: str) -> str:
    """改口：整句只有“不对、说错了、等哈”一类和“没交”，不论先后。

    说了没有交的是 undone；光说错了、交的是别家的是 slip；别的是空的。
    """
    if _HINTS.isdisjoint(said) or not _CORRECTED.fullmatch(said):
        return ""
    if _UNDONE.search(said):
        return "undone" if _TURNED.search(said) else ""
    return "slip" if _SLIP.search(said) or (_TURNED.search(said) and _NEXT_DOOR.search(said)) else ""


def came_back(clauses: Sequence[str], rules: Rules, known: Known) -> str:
    """退回来的是不是自己的这一回申报。

    ours 是；theirs 是别家的、上回的；wish 也许要退订；goods 是钱和货；untrue 没有退、也许会退、在问；别的是 unsure。
    """
    at = next((n for n, clause in enumerate(clauses) if RETURNED.search(clause)), None)
    if at is None:  # 中间隔着空格、顿号说的
        clauses, at = ["".join(clauses)], 0
    if _WISHED.fullmatch(clauses[at]) and not any(_WHY.search(each) for each in clauses):
        return "wish"
    if _GIVEN_BACK.search(clauses[at]):
        return "goods"
    if _UNTRUE.search(clauses[at]):
        return "untrue"
    if any(_NOT_NOW.search(clause) for clause in clauses):
        return "theirs"
    if any(_IFS.search(clause) for clause in clauses[: at + 1]):
        return "unsure"
    bare = unnamed(rules, clauses[at])
    return "ours" if any(_ours(bare, found, rules, known) for found in RETURNED.finditer(bare)) else "unsure"


def _ours(clause: str, found: re.Match[str], rules: Rules, known: Known) -> bool:
    """退回来的那半句，前后拆得完；前面剩的是自己那一行的叫法，也算。"""
    before = clause[: found.start()]
    left = before[read.end() :] if (read := _HEAD.match(before)) else before
    own = not left or any(each.branch and each.branch.id in known.branches for each in rules.lookup(left).candidates)
    return own and _TAIL.fullmatch(clause[found.end() :]) is not None


def over_and_over(clauses: Sequence[str]) -> bool:
    """说的是交了、退了几回：不是在问第几次怎样。"""
    return any(_BACK_AGAIN.search(clause) for clause in clauses) and not (
        of_other_things(clauses) or any(_ASKED.search(clause) for clause in clauses)
    )


def of_other_things(clauses: Sequence[str]) -> bool:
    """说的是别的东西、别家、别的年份的，不管交了、重交了还是撤了。"""
    return any(_OTHER.search(clause) and not _ASKED.search(clause) for clause in clauses)


def asked_besides(clauses: Sequence[str]) -> str:
    """说了交了，同一句里又问的那半句。"""
    return "，".join(clause for clause in clauses if _ASKED.search(clause) and not _plainly(clause))


def doubtful(clauses: Sequence[str]) -> bool:
    """像是在说交了，说不准：有别的字、没说清是哪天、后面又说没有点提交。"""
    at = next((n for n, clause in enumerate(clauses) if _DONE.search(clause) or _SENT.search(clause)), None)
    if at is None or elsewhere(clauses, at, short=False) or any(_ASKED.search(clause) for clause in clauses):
        return False
    return not _TO_COME.search(clauses[at]) and not _COMPOUND.search(clauses[at])


def unsent(clauses: Sequence[str]) -> bool:
    """说交了，又说没有点提交、只是存着：先不记，不当是问别的。"""
    return doubtful(clauses) and any(_UNSENT.search(clause) for clause in clauses)


def elsewhere(clauses: Sequence[str], at: int, short: bool = True) -> bool:
    """前后说的是别的东西、假设的、退回来的；`short` 为真是还没有交全的也算。"""
    for n, clause in enumerate(clauses):
        asked = n > at and _ASKED.search(clause)
        if _COME_BACK.search(clause) and not (asked or _FEARED.search(clause)):
            return True
        if not asked and (_OTHER.search(clause) or (short and n != at and _SHORT_OF.search(clause))):
            return True
        if n <= at and _IFS.search(clause):
            return True
    return False
