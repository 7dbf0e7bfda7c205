"""自评的结果：短板、要什么证明、想评的档带来什么，连同存下来的结论。"""

from msgspec.structs import replace

from dialogs.assessment import BETTER, Assessment, Line
from dialogs.cites import GUIDANCE_2026, HELP, joined, notice
from dialogs.flows.boards import gaps, gifts, lacking
from dialogs.flows.checked import Checked
from dialogs.flows.veto import VETOED
from dialogs.records import Facts
from dialogs.steps import End
from knowledge.records import Branch
from knowledge.rules import Rules


def line_of(branch: Branch, wish: str, checked: list[Checked]) -> Line:
    said = (each for each in checked if each.branch is branch and (each.told or each.table.whole) and not each.beyond)
    found = next(said, None)
    low, high = (found.verdict.low, found.verdict.high) if found else ("", "")
    return Line(branch.id, wish, low if found and found.table.whole else "", high)


def result(
    rules: Rules, facts: Facts, done: Assessment, checked: tuple[Checked, ...], branches: tuple[Branch, ...]
) -> End:
    named = (*gaps(rules, done.boards), *lacking(rules, done.dimensions))
    short, unknown = tuple({gap.title: gap for gap in named}.values()), gaps(rules, done.boards, "unknown")
    wishes = tuple(line.wish for line in done.lines)
    won = tuple((branch.name, w, gifts(rules, (w,))) for branch, w in zip(branches, wishes, strict=True) if w)
    missing = tuple(item for item in rules.outline if (item.id, "unmet") in done.items)
    verify = tuple(item for item in rules.outline if (item.id, "unknown") in done.items)
    apart = (*gaps(rules, done.boards, "na"), *(item for item in rules.outline if (item.id, "na") in done.items))
    cites = joined(
        *(each.grounds for each in checked),
        *(gap.cites for gap in (*short, *unknown)),
        *((item.cite,) for item in (*missing, *verify)),
        tuple(branch.cite for branch in branches),
        VETOED if done.veto != "no" else (),
        notice("附件5 五 2") if done.veto == "yes" else (),
        tuple(each.cite for _, _, given in won for each in given) or notice("附件1"),
        notice("附件1 八") if any(wish in ("C", "D") for wish in wishes) else (),
        (GUIDANCE_2026,) if len(branches) > 1 or checked else (),
        HELP,
    )
    better = any(not wish or wish in BETTER for wish in wishes)
    data = {
        "done": done, "checked": checked, "lines": tuple((b.name, w) for b, w in zip(branches, wishes, strict=True)),
        "short": short, "unknown": unknown, "missing": missing, "verify": verify, "apart": apart, "won": won,
        "wishes": tuple(dict.fromkeys(wishes)), "vetoed": done.veto == "yes" and better,
    }  # fmt: skip
    wish = wishes[0].removesuffix("（B-）") or facts.known.wish
    known = replace(facts.known, branches=tuple(b.id for b in branches), wish=wish)
    name = "assess.dimensions" if done.boards else "assess.verdict"
    return End(name, cites, data, verdict=done.verdict(), known=known)
