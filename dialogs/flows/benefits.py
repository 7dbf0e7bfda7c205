"""惠企措施：附件1的十条，按等级看每一条字面上给了什么。"""

from dialogs.cites import joined, notice
from dialogs.records import Facts
from dialogs.steps import Choice, Choose, Conversation, End, ask
from knowledge.rules import Rules

GRADES = (
    Choice("A", "A级", ("a",)),
    Choice("B", "B级", ("b", "b-", "b-级")),
    Choice("绩效引领", "绩效引领", ("引领", "引领性", "绩效引领性", "绩效引领级")),
    Choice("C", "C级及以下", ("c", "c级", "d", "d级", "非绩效引领", "非引领")),
    Choice("地方", "地方等级", ("地方a", "地方b", "地方c", "地方绩效引领", "地方引领")),
    Choice("all", "全部十条", ("全部", "都看", "十条", "都要")),
)


_C = {"C": ("附件1 八",)}
"""点名写到、却没有写好处的。"""


def benefits(rules: Rules, facts: Facts) -> Conversation:
    """先说有哪十条，问等级，再列写到这个等级的条文和不分等级的条文。"""
    titles = "".join(f"“{each.title}”" for each in rules.benefits)
    grade = yield from ask(
        Choose(
            key="grade",
            prompt=f"惠企措施在附件1，共十条：{titles}。\n想看哪个等级的？",
            about="看哪个等级",
            cites=joined(notice("附件1"), tuple(each.cite for each in rules.benefits), notice("正文 三（三）")),
            choices=GRADES,
        )
    )
    for_enterprises = tuple(each for each in rules.benefits if each.audience == "enterprise" or grade == "all")
    named = tuple(each for each in for_enterprises if grade == "all" or grade in each.grades)
    general = tuple(each for each in for_enterprises if not each.grades and grade != "all")
    label = next(choice.label for choice in GRADES if choice.id == grade)
    return End(
        "benefits.result",
        joined(tuple(each.cite for each in (*named, *general)), notice("附件1", "正文 三（三）", *_C.get(grade, ()))),
        {"grade": grade, "label": label, "named": named, "general": general},
    )
