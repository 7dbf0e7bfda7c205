"""自己的厂：一句话改一项（“改区县 渝北”）、说在撤销了的区县、代码写得不对、要看存着的一切；不是这样说的让给别人。"""

import re

from msgspec.structs import replace

from dialogs.cites import HELP, joined
from dialogs.codes import code_said, mended, misread, why_not
from dialogs.desk import moved
from dialogs.factory import firm_said, named_so, town_of
from dialogs.moves import LONGEST_TRADE, Here, aside, say, start
from dialogs.reading import plain
from dialogs.records import Reply, Turn, Value
from dialogs.reply import LIMIT, numbered
from dialogs.steps import End
from dialogs.whichfactory import which_factory
from dialogs.wishing import grade_in, named
from knowledge.phrases import asking
from knowledge.records import District

_HINTS, _ITEMS = frozenset("改换更错应是"), frozenset("名码区地级业")
"""改一项的话，两样字都有其中一个。"""
_PRE = r"(?:我要|我想|我们?要|想要?|要|帮我们?|帮忙|请|给我们?|麻烦|把|我们?的?|厂里?的?|刚才的?|记的|存的|那个)*"
_TITLES = {
    "name": "(?:公司|企业|单位|厂)的?名字|企业名称|公司名称|单位名称|厂的?名称|名称|厂名|公司名|企业名|名字",
    "code": "统一社会信用代码|社会信用代码|信用代码|统一代码|代码",
    "district": "所在区县|所属区县|区县|所在地|区域|区",
    "grade": "现在的等级|现有的?等级|现在的级别",
    "wish": "想评的等级|想评的级别|目标等级",
    "branches": "行业分支|行业",
}
_ANY = "|".join(f"(?P<{item}>{words})" for item, words in _TITLES.items())
_TO = r"(?:改?[成为到]|换[成为到]|更正[成为]|应该是|应为|是|[:：，, ])"
_CHANGE = re.compile(
    rf"{_PRE}(?:修改|更改|更正|改|换)(?:一?[下哈]|个)?(?:我们?的?|我厂的?|贵厂的?|厂里?的?)?(?:{_ANY})(?:[吧嘛哈噻了]$|{_TO})*(?P<to>.*)"
)
_CHANGED = re.compile(
    rf"{_PRE}(?:{_ANY})(?P<wrong>(?:[说写记填打搞弄选]?错了?|不对)[，,。 ]*)?"
    r"(?:(?:要|应该|需要|都|给我|帮我)*(?:改[成为到]?|换[成为到]|更正[成为]?|应该是|应为|现在是)[:： ]*(?P<to>.+))?"
)
_UNCHANGED = re.compile(
    r"[?？]$|[吗么]$|怎么|咋|啷|如何|要不要|能不能|可不可以|以后|之后|过后|影响|还要|需不需要|算不算|了的|[后前]"
)
"""问改了怎么样，不是要改。"""
_HOW = re.compile(r"(?:要|该)?(?:怎么|咋个?|啷个|如何|在?哪[里点儿])(?:来)?(?:改|弄|办|搞|整)?[?？]?")
_WHERE = re.compile(
    r"(?P<who>(?:我们?|咱们?|俺们?|本)?(?:厂|公司|企业|家|站|店)?(?:就|都|现在|原来)?)(?P<at>是|属于|位于|在|搬到了?|改[成为到]|换[成到])?(?:重庆市?)?"
    r"(?P<place>[\u4e00-\u9fff]{2,8}?)(?:的|那边|这边|那[里儿点]|[哈哦嘛噻呢喃了])*[。！!]?"
)
_LONGEST_PLACE = 24
_KIND, _PLACES = re.compile(r"(?:新区|地区|专区|县|市|区)$"), frozenset("县市区桥")
"""名单里没有的地方，名字里总有后一样的一个字。"""
_ORDERING = ("subscribe", "scan", "about", "when")
_OLD = ("万县", "双桥", "北部新区")
"""以前的名字，现在的区县名单里没有。"""
_NO_PLACE = re.compile(r"[厂园郊山城小库景辖社街]区$|主城|保税|超市|城市|门市|地级市|[外本全]市|哪|这|那|什么|啥")
_ALL = re.compile(
    r"(?:把|请|帮我|给我|我要|我想)*(?:导出?|下载|调出?|拿)(?:一?[下哈份]|出)?(?:我们?|我厂)的?(?:全部|所有)?(?:的)?(?:数据|信息|资料|记录|档案)|"
    r"我们?的(?:全部|所有)?(?:数据|记录|档案)|我们?的?(?:全部|所有)(?:的)?(?:信息|资料)|(?:把)?(?:我们?|我厂)的(?:数据|信息|资料|记录)(?:全部|都)?(?:导出|下载|调)(?:来|出来)?|"
    r"你们?(?:这[里儿])?(?:都)?(?:存|记|留|收集|保存|掌握)(?:了|着|起)?(?:我们?|我厂)?的?(?:哪些|什么|啥子?|多少)(?:信息|数据|资料|东西|个人信息)?(?:了)?"
)
_MINE = re.compile(
    r"(?:给我|帮我|我要|我想)*(?:看看?|查看?|查询|打开|列出?)?(?:一?[下哈])?(?:我们?|我厂|我家|本厂)的?(?:企业|厂|公司|工厂)?的?(?:信息|资料|档案)"
    r"(?:都)?(?:有哪些|有啥|是什么|是啥|呢|喃)?|(?:你们?)?(?:都|还)?(?:记|存)(?:了|着|得|到)(?:起)?我们?(?:些|了)?(?:啥子?|什么|哪些)(?:信息|东西)?|"
    r"(?:你们?)?(?:还)?记得(?:到|倒)?我们?(?:厂)?是?(?:哪个|哪家|啥|什么|谁)(?:厂|企业|公司)?(?:不|吗|嘛)?"
)
_ALL_HINTS, _WHOSE = frozenset("信料档得导载调存记留集握全所据录档"), frozenset("我本你存记留收保掌")
"""要看存着的一切，两样字都有其中一个。"""
_ABOUT_CODE = re.compile(
    r"(?:我们?|我厂|厂里?|公司|企业|的|是|为|统一|社会|信用|代码|营业执照|执照|注册|号码?|组织|机构|税号|就|这个|看一?[下哈]|对不对|帮我|改[成为]?|换成?|更新|更正|记|[打写]错了?|应该|一?[下哈]|[\s:：，,。.!！？?、（）()“”])*"
)


def own(here: Here) -> Turn | None:
    """改自己的厂的一项、说是哪一个厂、看存着的一切。"""
    if here.message.kind != "text" or here.message.value or len(here.said) < 2:
        return None
    return _changing(here) or which_factory(here) or _placing(here) or _everything(here) or _coding(here)


def _changing(here: Here) -> Turn | None:
    """“改区县 渝北”“区县改成长寿”“改信用代码”：说了改成什么就改，没有说的问。"""
    if _ITEMS.isdisjoint(here.said) or (_HINTS.isdisjoint(here.said) and "不" not in here.said):
        return None
    text = here.message.text.strip().rstrip("。！!")
    found = _CHANGE.fullmatch(text) or _CHANGED.fullmatch(text)
    if not found:
        return None
    item = next(each for each in _TITLES if found[each])
    to, wrong = (found["to"] or "").strip(), found.groupdict().get("wrong")
    if not to and not wrong and found.re is _CHANGED:
        return None
    inside = here.session.frames[-1].flow if here.session.frames else "mine"
    if inside != "mine" and (item in ("grade", "wish", "branches") or found[item] in ("区", "名字", "区域", "代码")):
        return None
    if to in ("一下", "一哈", "下", "哈", "一改", "哈嘛"):
        to = ""
    if item in ("district", "code") and _HOW.fullmatch(to):
        to = ""
    if to and (_UNCHANGED.search(to) or asking(to, plain(to))):
        return None
    if not to and found.re is _CHANGED and item not in ("district", "code") and not getattr(here.session.known, item):
        return None
    return _changed(here, item, to)


def _changed(here: Here, item: str, to: str) -> Turn | None:
    change: tuple[tuple[str, Value], ...] = (("change", item),)
    if not to:
        return start(here, "mine", change)
    if item == "district":
        return _moved_to(here, to)
    if item == "code":
        if code := mended(code_said(to)[1] or to):
            return start(here, "mine", (*change, ("code", code)))
        return start(here, "mine", change, opening=f"{why_not(code_said(to)[1] or to)}没有改。\n")
    if item == "name":
        name = firm_said(to) or named_so(to.removeprefix("叫"))
        return start(here, "mine", (*change, ("name", name)) if name else change)
    if item == "branches":
        return start(here, "mine", (*change, ("business.1.1", to[:LONGEST_TRADE])))
    grade = named(grade_in(plain(to)))
    return start(here, "mine", (*change, (item, grade)) if grade else change)


def _moved_to(here: Here, to: str) -> Turn | None:
    """改成这个区县；撤销了的问是哪一个，名单里没有的说没有。"""
    found = here.rules.districts_in(to)
    names = (found[0].name, found[0].id, *found[0].aliases) if found else ()
    if found and (
        _exact(to, found[0]) or not _KIND.search(to) or any(to.startswith(each) for each in names if _KIND.search(each))
    ):
        return _into(here, found[0])
    return _unlisted(here, to, found[0] if found else None)


def _into(here: Here, district: District, passing: str = "") -> Turn:
    """`passing` 不空是顺带说的：别处问清了就不再问。"""
    heirs = here.rules.heirs.of(district.id)
    if len(heirs) > 1:
        return start(
            here,
            "mine",
            (("change", "district"), ("place", district.id), *((("passing", passing),) if passing else ())),
        )
    lead = None
    if heirs != (district.id,):
        lead = say(f"{district.name}{district.note}", (district.cite,), "")
    return start(here, "mine", (("change", "district"), ("place", ""), ("district", heirs[0])), lead=lead)


def _unlisted(here: Here, place: str, near: District | None) -> Turn:
    """名单里没有这个区县：照实说，问现在是哪一个。"""
    now = near and here.rules.districts.get(near.id)
    listed = f"名单里有{now.name}" if now else "它现在归哪里，手头的资料没有写"
    return start(
        here, "mine", (("change", "district"),), opening=f"现在的区县名单里没有“{place[:12]}”，{listed}；先不记。\n"
    )


def _exact(place: str, district: District) -> bool:
    return place in (district.id, district.name, *district.aliases)


def _placing(here: Here) -> Turn | None:
    """整句只说厂在哪里：撤销了的区县，归了一处的照现在的记，归了几处的问；名单里没有的也问。"""
    text = here.message.text.strip()
    if len(here.said) > _LONGEST_PLACE or (_PLACES.isdisjoint(text) and not here.rules.districts_in(text)):
        return None
    if (found := _WHERE.fullmatch(text)) is None:
        return None
    place, at = found["place"], found["at"] or found["who"]
    due = here.due.step if here.due else None
    key = due.key if due and not isinstance(due, End) else ""
    flow = here.session.frames[-1].flow if here.session.frames else ""
    if (key == "district" and flow != "mine") or (here.session.topic.startswith("when") and not at):
        return None
    named_ = here.rules.districts_in(place)
    if at[:1] in ("改", "换") and (flow not in ("", "mine") or here.session.topic.partition(":")[0] in _ORDERING):
        return None
    if at and (turn := _town(here, place, named_)):
        return turn
    district = next((each for each in named_ if _exact(place, each)), None)
    if district is not None:
        if at[:1] in ("改", "换"):
            return _into(here, district)
        if district.id in here.rules.districts or (flow and not at and key != "district"):
            return None
        heirs = here.rules.heirs.of(district.id)
        if len(heirs) > 1 or key == "district":
            return (
                _into(here, district, "yes") if here.session.known.district not in heirs or key == "district" else None
            )
        return _recorded(here, heirs[0], district, f"{district.name}{district.note}")
    verb = (found["at"] and found["at"] != "是") or (at == "是" and here.said.endswith("的"))
    if not (verb or key == "district") or _NO_PLACE.search(place):
        return None
    if place in _OLD or (_KIND.search(place) and len(place) >= (3 if verb else 2)):
        stem = next((each for each in named_ if _KIND.sub("", place) in (each.id, *each.aliases)), None)
        return None if named_ and stem is None else _unlisted(here, place, stem)
    return None


def _recorded(here: Here, id: str, why: District, note: str) -> Turn:
    """记下现在的区县，说为什么是这里。"""
    known = replace(here.session.known, district=id)
    then = "接着问，或回复“我的信息”看记着什么。" if known.branches else "直接打字说贵厂主要生产什么。"
    draft = say(f"记下了：{here.rules.districts[id].name}。\n{note}", joined((why.cite,), HELP), then)
    after = here.at(replace(here.session, known=known))
    named_ = Here(replace(here.message, text=id), here.said, after.session, after.facts, here.rules, here.recalled)
    return moved(named_) or aside(after, draft, "noted")


def _town(here: Here, place: str, named_: tuple[District, ...]) -> Turn | None:
    """“北碚水土”“渝北统景镇”：调整时划到别的区的镇街，照现在的记。"""
    for district in named_:
        for name in (district.name, district.id):
            id = town_of(here.rules, district, place.removeprefix(name)) if place.startswith(name) else ""
            if id and id in here.rules.districts:
                return _recorded(here, id, *_noted_at(here, district, id))
    return None


def _noted_at(here: Here, district: District, id: str) -> tuple[District, str]:
    """说到这次调整的一条。"""
    cited = district if district.id in here.rules.districts else here.rules.districts[id]
    return cited, f"区划调整：{cited.note}"


def _everything(here: Here) -> Turn | None:
    """“我的数据”“你们存了我哪些信息”：存着的一切。"""
    if _ALL_HINTS.isdisjoint(here.said) or _WHOSE.isdisjoint(here.said):
        return None
    if _ALL.fullmatch(here.said):
        return start(here, "mine", (("whole", "yes"),))
    return start(here, "mine") if _MINE.fullmatch(here.said) else None


def _coding(here: Here) -> Turn | None:
    """整句只是一个代码：不对的说哪里不对，不记；写正了的，说按什么记的。"""
    if len(here.said) < 9 or here.session.known.linked:
        return None
    code, said = code_said(here.message.text)
    if not said or _asked_for(here) or not _ABOUT_CODE.fullmatch(here.message.text.replace(said, "", 1)):
        return None
    if not code:
        return aside(here, say(f"{why_not(said)}没有记。", HELP, _AGAIN), "miscoded")
    kept = f"记下了：{here.noted}。" if here.noted else f"记着的就是这个：统一社会信用代码{code}。"
    lines = filter(None, (kept, misread(said)))
    return aside(here, say("\n".join(lines), HELP, "回复“我的信息”看记着什么。"), "noted")


_BASIS = "\n依据："
_AGAIN = "照营业执照再打一遍；手边没有，不打也能接着问。"


def displaced(here: Here, turn: Turn, was: str) -> Turn:
    """还说了别的事的一句里，顺带说的区县（原来记的是 `was`）已经撤销了：另起一行说按哪里记的，还是没有定。"""
    now, reply = turn.session.known.district, turn.reply
    if now == was or reply is None or turn.claimed in ("mine", "when") or _BASIS not in reply.text:
        return turn
    named_ = here.rules.districts_in(here.message.text[:300])
    gone = next(
        (
            each
            for each in named_
            if each.id not in here.rules.districts and now in (each.id, *here.rules.heirs.of(each.id))
        ),
        None,
    )
    if gone is None or gone.note in reply.text:
        return turn
    heirs = [here.rules.districts[each].name for each in here.rules.heirs.of(gone.id) if each in here.rules.districts]
    if len(heirs) > 1 and now != gone.id:
        return turn  # 已经选了、说清了是哪一个
    line = (
        f"{gone.name}已经撤销，现在属于{'还是'.join(heirs)}，回复“改区县”选。"
        if len(heirs) > 1
        else f"{gone.name}已经撤销，区县按{heirs[0]}记的。"
    )
    line += f"（{here.rules.basis((gone.cite,))}）"
    if len(numbered(reply)) + len(line) + 1 > LIMIT:
        return turn
    text = reply.text.replace(_BASIS, f"\n{line}{_BASIS}", 1)
    return replace(turn, reply=replace(reply, text=text, cites=joined(reply.cites, (gone.cite,))))


def miscoded(here: Here, turn: Turn) -> Turn:
    """还说了别的事的一句里，代码写得不对：第一行先说哪里不对，别的照答。"""
    text, reply = here.message.text, turn.reply
    if len(text) < 9 or reply is None or here.message.kind != "text" or turn.claimed in ("miscoded", "unread", "link"):
        return turn
    code, said = code_said(text)
    if code or not said or here.session.known.linked or _asked_for(here):
        return turn
    if turn.session.frames and turn.session.frames[-1].flow == "mine":
        return turn
    first = Reply(f"{why_not(said)}代码没有记。\n{reply.text}")
    if len(first.text) + len(numbered(reply)) - len(reply.text) > LIMIT:
        return aside(here, say(f"{why_not(said)}没有记。", HELP, "代码先放下，把别的再说一遍。"), "miscoded")
    return replace(turn, reply=replace(reply, text=first.text))


def _asked_for(here: Here) -> bool:
    """正问着代码：由那一问来读。"""
    due = here.due.step if here.due else None
    return due is not None and not isinstance(due, End) and due.key in ("code", "typed")
