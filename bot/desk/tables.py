"""总览的各张表：网页、.xlsx 用的是同一份，图照它画。"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.desk.counting import monday
from bot.desk.figures import Figures, Talks, share
from bot.desk.replying import REPLIED, Speed
from dialogs.cites import joined, notice
from knowledge.rules import Rules

Cell = str | int
NOTED = "不是名额上限：通知写的是“力争”。目标写到2024年12月31日为止，以后各年的，这份通知没有写。"
UNLISTED = "主城都市区是哪些区，通知没有列名单；除了写明的万州区，是2—3家还是1—2家，要另看。"
NAMED_GOAL = {"万州": "2—3家"}
"""通知点了名的区县。"""
EITHER_GOAL = "主城都市区各区2—3家，其他各区县1—2家"


@dataclass(frozen=True, slots=True)
class Table:
    """一张表：`head` 各列的名字，`notes` 数字是怎么来的，`basis` 是出处；`chart` 是配的图。"""

    id: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    basis: str = ""
    chart: str = ""


def tables(found: Figures, rules: Rules) -> tuple[Table, ...]:
    """各张表，照页上的先后。"""
    return (
        _announced(found, rules),
        _grades(found, rules),
        _branches(found, rules),
        _shorts(found, rules),
        _talks("days", "咨询：最近30天", found.days, "每天", chart="talks"),
        _talks("weeks", "咨询：最近8周", found.weeks, "每周"),
        _replies(found),
    )


def place(rules: Rules, district: str) -> str:
    """区县的名字。"""
    held = rules.districts.get(district)
    return held.name if held else district or "没说区县"


def _announced(found: Figures, rules: Rules) -> Table:
    """公布的等级对着通知的目标。"""
    counted = {each.district: each for each in found.announced}
    listed = (found.scope,) if found.scope is not None else (*(id for id in counted), *rules.districts)
    rows: list[tuple[Cell, ...]] = []
    if found.scope is None:
        whole = (sum(each.year for each in found.announced), sum(each.so_far for each in found.announced))
        rows.append(("全市", *whole, "100家左右"))
    for id in dict.fromkeys(listed):
        own = counted.get(id)
        rows.append(
            (place(rules, id), own.year if own else 0, own.so_far if own else 0, NAMED_GOAL.get(id, EITHER_GOAL))
        )
    head = ("区县", f"{found.year}年公布", f"到{found.year}年一共", "通知的目标")
    notes = ("数的是申报里已公布为B级（引领性）及以上的企业，一家算一次。", f"目标{NOTED}", UNLISTED)
    chart = "announced" if found.scope is None and counted else ""
    return Table("announced", "公布的等级和目标", head, tuple(rows), notes, rules.basis(notice("正文 二")), chart)


def _grades(found: Figures, rules: Rules) -> Table:
    grades, wishes = summed(found)
    order = [*dict.fromkeys(tier for each in rules.branches.values() for tier in each.tiers), *wishes, *grades]
    rows = tuple(
        (tier or "没有写", grades[tier], wishes[tier]) for tier in dict.fromkeys(order) if grades[tier] or wishes[tier]
    )
    head = ("等级", "名册上现在的等级", "谈话里想评的等级")
    notes = (
        f"名册：{found.roster}家企业，等级照名册写的。谈话：企业自己说过的{found.factories}家厂，想评哪级是他们说的。",
        "两边不是同一批企业，不能相减；一家有几个分支的，各分支都算。",
    )
    return Table("grades", "等级：现在的和想评的", head, rows, notes, chart="grades" if rows else "")


def _branches(found: Figures, rules: Rules) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for id in (*rules.branches, *(id for id in found.branches if id not in rules.branches)):
        own = found.branches.get(id)
        if own is not None:
            held = rules.branches.get(id)
            name = (
                f"{held.industry} {held.name}" if held and held.name != held.industry else (held.name if held else id)
            )
            counts = own.grades.total(), _listed(own.grades), own.wishes.total(), _listed(own.wishes)
            rows.append((name or "分支没有说", *counts))
    notes = ("名册：照名册写的。谈话：企业自己说过的厂和想评的等级。一家有几个分支的，各分支都算。",)
    head = ("行业分支", "名册", "名册上的等级", "谈话里说过的厂", "想评的等级")
    return Table("branches", "各行业分支", head, tuple(rows), notes, rules.basis(notice("附件3 一", "附件3 二")))


def _shorts(found: Figures, rules: Rules) -> Table:
    rows = tuple((title, number, share(number, found.assessed)) for title, number in found.shorts)
    named = [board for board in rules.boards if board.title in dict(found.shorts)]
    notes = (f"自评过的{found.assessed}家厂，自己说还没做到的；一家评过几次的看最近一次。不是审查的结论。",)
    cites = joined(notice("正文 三（二）"), *(board.cites for board in named))
    head = ("短板", "几家说没做到", "占自评过的")
    return Table("shorts", "短板：哪一项拖住的最多", head, rows, notes, rules.basis(cites), "shorts" if rows else "")


def _talks(id: str, title: str, held: Iterable[Talks], each: str, chart: str = "") -> Table:
    listed = tuple(held)
    week = id == "weeks"
    rows = tuple((t.day.isoformat(), t.messages, t.people, t.lost, t.share) for t in reversed(listed))
    head = ("从这一天（周一）起" if week else "哪天", "消息", "人", "没答上", "没答上占")
    this = f"{monday(listed[-1].day).isoformat()}起的这一周还没完" if week else "今天的还没完"
    notes = (
        f"{each}数一次，{this}。没答上：没看懂的、没把握的、被说不对的。",
        "人归到数的时候他说的厂所在的区县；后来删掉自己信息的，数过的不改。",
    )
    return Table(id, title, head, rows, notes, chart=chart if any(t.messages for t in listed) else "")


def _replies(found: Figures) -> Table:
    own = found.replies
    rows: list[tuple[Cell, ...]] = [("开了的案子", own.opened, ""), ("此刻在等", own.waiting, "")]
    if own.speed:
        rows.append(("有人答了的", own.speed.count, share(own.speed.count, own.opened)))
    for name, speed in (("等人答，按钟", own.speed), ("等人答，只算值班时间", own.office)):
        if speed:
            rows += [(f"{name}：一半在", _told(speed)[0], "以内"), (f"{name}：九成在", _told(speed)[1], "以内")]
    notes = [f"最近{REPLIED.days}天开的案子，从开案子到值班的人头一次答。"]
    if own.speed and not own.office:
        notes.append("没有设值班时间，只按钟算。")
    return Table("replies", "值班答复", ("", "多少", ""), tuple(rows), tuple(notes))


def summed(found: Figures) -> tuple[Counter[str], Counter[str]]:
    """全部分支合起来：名册上的等级，想评的等级。"""
    grades: Counter[str] = Counter()
    wishes: Counter[str] = Counter()
    for each in found.branches.values():
        grades.update(each.grades)
        wishes.update(each.wishes)
    return grades, wishes


def spent(seconds: float) -> str:
    """“3分钟”“2小时5分”“1天3小时”。"""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "不到1分钟"
    if minutes < 60:
        return f"{minutes}分钟"
    if minutes < 24 * 60:
        return f"{minutes // 60}小时" + (f"{minutes % 60}分" if minutes % 60 else "")
    return f"{minutes // 1440}天" + (f"{minutes % 1440 // 60}小时" if minutes % 1440 // 60 else "")


def _told(speed: Speed) -> tuple[str, str]:
    return spent(speed.median), spent(speed.ninety)


def _listed(counts: Counter[str]) -> str:
    return "、".join(f"{tier or '没有写'} {number}" for tier, number in counts.most_common())
