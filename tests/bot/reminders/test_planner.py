"""该给谁发、不该给谁发：各时机的日子、范围、申报、退订、并成一条、一天一条、改期。"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace as window_with

from bot.reminders.people import Person, Said
from bot.reminders.planner import NO_TIME, Notice, Planner
from bot.reminders.schedule import BACK_SAYS, Marks, plan_hash, schedules
from dialogs.records import Window
from knowledge.reminding import reminders_on
from tests.bot.reminders.world import RULES, YEAR, at, firm, hours, person, place, planner


def now(day: str, who: Person | None = None, **more: object) -> Notice | None:
    """那天上午十点该发的一条。"""
    return planner(at(day), **more).settle(who or person()).now  # type: ignore[arg-type]


def occasions(days: list[str], who: Person) -> list[str]:
    """一天天过来，前面的都发了，各发了什么。"""
    sent = []
    for day in days:
        if (notice := now(day, who)) is not None:
            sent.append(f"{day} {notice.due.stage.id}")
            rows = dict(who.rows) | {(notice.schedule.window.id, notice.due.occasion): "sent"}
            who = replace(who, rows=rows, pushed=date.fromisoformat(day))
    return sent


DAYS = [str(date(2026, 8, 1) + timedelta(days)) for days in range(153)]


def test_stages_fall_on_working_days() -> None:
    """开始那天、截止前 30、14、7、3、1 个工作日各一条；没有动手的，最后一天不发。"""
    assert [
        "2026-08-03 opening",
        "2026-11-19 days-30",
        "2026-12-11 days-14",
        "2026-12-22 days-7",
        "2026-12-28 days-3",
        "2026-12-30 days-1",
    ] == occasions(DAYS, person())


def test_last_day_is_for_those_who_began() -> None:
    """动手准备了还没有申报的，最后一天再说一次。"""
    assert "2026-12-31 last-day" == occasions(DAYS, person(began=date(2026, 10, 1)))[-1]
    notice = now("2026-12-31", person(began=date(2026, 10, 1)))
    assert notice is not None
    assert "申报窗口今天截止：全市，到2026年12月31日为止（2026年申报）。" == notice.words.text.split("\n")[0]


def test_last_day_off_moves_to_the_working_day_before() -> None:
    """最后一天放假，提前到它之前的工作日；同一天还有“前 1 个工作日”，只发一条。"""
    sunday = window_with(YEAR, end=date(2026, 11, 29))
    notice = now("2026-11-27", person(began=date(2026, 10, 1)), windows=[sunday])
    assert notice is not None
    assert "last-day" == notice.due.stage.id
    assert "申报窗口今天是最后一个工作日" in notice.words.text
    assert None is now("2026-11-29", person(began=date(2026, 10, 1), pushed=date(2026, 11, 27)), windows=[])


def test_text_says_where_when_and_how_to_stop() -> None:
    """第一行是还剩几天、哪里、到哪天；有依据、怎么停、下一步；平台模板里的一句不超过 20 个字。"""
    notice = now("2026-12-22", person(district="长寿", branch="n15-4"))
    assert notice is not None
    assert [
        "申报窗口还剩7个工作日：长寿区，到2026年12月31日为止（2026年申报）。",
        "“企业只能在规定时间内申报，且一年只能申报一次”。",
        "依据：登记的窗口 w2026-1；便函〔2024〕210号 附件4 二",
        "交了回复“我们今天交了”，今年不再催；不想收回复“退订”。",
        "下一步：回复“申报材料”，对着清单看还缺什么。",
    ] == notice.words.text.split("\n")
    values = notice.words.values
    assert ("申报窗口还剩7个工作日", 7, "长寿区", "水泥制品") == (
        values["text"], values["days"], values["district"], values["branch"],
    )  # fmt: skip


def test_missed_stages_collapse_into_one() -> None:
    """停了两周再来：只补最近错过的一个，按今天数；后面照旧。"""
    notice = now("2026-12-24")
    assert notice is not None
    assert ("days-7", "申报窗口还剩5个工作日") == (notice.due.stage.id, notice.words.values["text"])
    assert "该在 2026-12-22 发" in notice.why


def test_a_later_stage_sent_means_earlier_ones_are_not() -> None:
    """后面的已经发过，前面没有发的不补。"""
    sent = {("w2026-1", "days-7@2026-12-31"): "sent"}
    assert None is now("2026-12-23", person(rows=sent))
    assert "days-3" == planner(at("2026-12-23")).settle(person(rows=sent)).coming[0].due.stage.id


def test_what_waits_is_covered_by_the_next() -> None:
    """排着没有发的、等着对方来的，下一个时机到了就并进去。"""
    rows = {("w2026-1", "days-7@2026-12-31"): "planned", ("w2026-1", "days-14@2026-12-31"): "waiting"}
    notice = now("2026-12-28", person(rows=rows))
    assert notice is not None
    assert ("days-3", {"days-7@2026-12-31", "days-14@2026-12-31"}) == (notice.due.stage.id, set(notice.covers))


def test_before_the_subscription_is_not_made_up() -> None:
    """订阅以前的时机不补；刚订阅的那天到了的照发。"""
    assert None is now("2026-12-24", person(since=date(2026, 12, 23)))
    assert None is not now("2026-12-22", person(since=date(2026, 12, 22)))


@pytest.mark.parametrize("status", ["submitted", "under_review", "resubmitted", "announced"])
def test_nothing_after_declaring(status: str) -> None:
    """名单上申报了的、自己说交了的，不催。"""
    for who in (
        person(firms=(firm(status=status),)),
        person(said=(Said(2026, status, date(2026, 9, 1)),)),
    ):
        settled = planner(at("2026-12-22")).settle(who)
        assert (None, ()) == (settled.now, settled.coming)
        assert "2026" in settled.others[0].why


@pytest.mark.parametrize(
    ("roster", "own", "open_"),
    [
        (("returned", 10), None, True),
        (None, ("returned", 10), True),
        (("returned", 10), ("submitted", 1), True),
        (("submitted", 1), ("returned", 10), True),
        (("returned", 10), ("resubmitted", 12), False),
        (("returned", 10), ("resubmitted", 10), False),
        (("resubmitted", 12), ("returned", 10), False),
        (("under_review", 12), ("returned", 10), False),
        (("returned", 12), ("resubmitted", 10), True),
    ],
)
def test_what_came_back_is_reminded_until_it_is_handed_in_again(
    roster: tuple[str, int] | None, own: tuple[str, int] | None, open_: bool
) -> None:
    """退回来还没有重新提交的，截止以前照旧提醒，说明重新提交不算第二次；名单上的和自己说的，看后来的那一个。"""
    firms = (firm(status=roster[0], on=date(2026, 11, roster[1])),) if roster else ()
    said = (Said(2026, own[0], date(2026, 11, own[1]), "重庆甲公司", "w2026-1"),) if own else ()
    notice = now("2026-12-22", person(firms=firms, said=said))
    assert open_ == (notice is not None)
    if notice is not None:
        assert BACK_SAYS in notice.words.text
        assert "重新提交了回复“我们重新交了”" in notice.words.text
        assert "在系统的“审核进展”里照退回原因改好" in notice.words.text.split("\n")[-1]
        assert len(notice.words.text) <= 600


def test_who_has_not_declared_hears_nothing_of_a_return() -> None:
    """没有退回来的，话里不提退回。"""
    notice = now("2026-12-22", person())
    assert notice is not None
    assert "退回" not in notice.words.text


def test_withdrawn_or_last_year_is_not_declared() -> None:
    """撤回的、去年的，不算今年申报过。"""
    for who in (
        person(firms=(firm(status="withdrawn"),)),
        person(firms=(firm(status="announced", on=date(2025, 9, 1)),)),
        person(said=(Said(2025, "submitted", date(2025, 9, 1)),)),
    ):
        assert None is not now("2026-12-22", who)


def test_a_window_over_new_year_counts_both_years() -> None:
    """跨年的窗口，一月里交的也算这一次；再往前那一年的不算。"""
    long = window_with(YEAR, end=date(2027, 1, 29))
    assert None is now("2027-01-20", person(firms=(firm(status="submitted", on=date(2027, 1, 5)),)), windows=[long])
    assert None is not now("2027-01-20", person(firms=(firm(status="submitted", on=date(2025, 1, 5)),)), windows=[long])


def test_two_factories_each_count() -> None:
    """两个厂一个交了：还催，写明是没有交的那个。"""
    left = firm(2, "重庆乙公司", district="江津")
    notice = now("2026-12-22", person(firms=(firm(status="submitted"), left)))
    assert notice is not None
    assert notice.words.text.startswith("申报窗口还剩7个工作日：重庆乙公司，江津区，到2026年12月31日为止")
    assert "甲公司" not in notice.words.text


def test_factories_in_two_districts_name_neither() -> None:
    """两个厂在两个区县：一条说两个厂，不说成都在头一个的区县；同一个区县的照说。"""
    here, there = firm(), firm(2, "重庆乙公司", district="江津")
    apart, together = (now("2026-12-22", person(firms=(here, each))) for each in (there, firm(2, "重庆乙公司")))
    assert apart is not None
    assert together is not None
    assert apart.words.text.startswith("申报窗口还剩7个工作日：重庆甲公司、重庆乙公司，全市，到")
    assert together.words.text.startswith("申报窗口还剩7个工作日：重庆甲公司、重庆乙公司，长寿区，到")


def test_two_subscriptions_each_count() -> None:
    """两个厂各订各的：自己说交了的是哪个，就只停哪个；名单上的按名称或区县和分支对上。"""
    places = (place("甲", "长寿", "n15-4"), place("乙", "江津", "n6-1"))
    told = (Said(2026, "submitted", date(2026, 9, 1), "甲", "w2026-1"),)
    notice = now("2026-12-22", person(places=places, said=told))
    assert notice is not None
    assert notice.words.text.startswith("申报窗口还剩7个工作日：乙，江津区，")
    linked = firm(3, "重庆甲某某公司", status="under_review")
    notice = now("2026-12-22", person(places=places, firms=(linked,)))
    assert notice is not None
    assert notice.words.text.startswith("申报窗口还剩7个工作日：乙，江津区，")
    assert None is now("2026-12-22", person(places=places[:1], firms=(linked,)))


@pytest.mark.parametrize(
    ("scope", "who", "why"),
    [
        ({"district": "永川"}, {"district": "长寿"}, "窗口只给永川区，这里是长寿区"),
        ({"branch": "n15-3", "industry": "国15"}, {"branch": "n15-4"}, "窗口只给别的分支"),
        ({"industry": "国16"}, {"branch": "n15-4"}, "窗口只给别的行业"),
        ({"district": "永川"}, {"firms": (firm(),)}, "重庆甲公司：窗口只给永川区，这里是长寿区"),
        ({}, {"opted_out": True}, "退订了"),
        ({}, {"places": ()}, "没有订阅"),
    ],
)
def test_others_are_left_out_with_a_reason(scope: dict[str, str], who: dict[str, object], why: str) -> None:
    """范围以外的、退订的、没有订阅的，不发，说为什么。"""
    settled = planner(at("2026-12-22"), [window_with(YEAR, **scope)]).settle(person(**who))
    assert (None, (), [why]) == (settled.now, settled.coming, [each.why for each in settled.others])


def test_unknown_place_is_not_left_out() -> None:
    """没有说过区县和分支的，不漏掉。"""
    assert None is not now("2026-12-22", person(), windows=[window_with(YEAR, district="永川", industry="国15")])


def test_one_a_day() -> None:
    """两个窗口同一天到：先发快截止的，另一个推到下一个工作日；今天推过了就都推。"""
    other = window_with(YEAR, id="w2026-2", end=date(2027, 1, 5))
    both = planner(at("2026-12-24"), [other, YEAR])
    settled = both.settle(person())
    assert settled.now is not None
    assert "w2026-1" == settled.now.schedule.window.id
    assert [("w2026-2", at("2026-12-25", 9))] == [(each.schedule.window.id, each.at) for each in settled.coming]
    later = both.settle(person(pushed=date(2026, 12, 24)))
    assert later.now is None
    assert [at("2026-12-25", 9)] * 2 == [each.at for each in later.coming]


def test_pushed_beyond_the_end_is_a_call() -> None:
    """两个窗口同一天截止：今天只发得了一个，另一个推到第二天就过了，说要打电话，不说推到下一个工作日。"""
    other = window_with(YEAR, id="w2026-2")
    settled = planner(at("2026-12-31"), [YEAR, other]).settle(person())
    assert settled.now is not None
    assert ("w2026-1", ()) == (settled.now.schedule.window.id, settled.coming)
    assert [("w2026-2", NO_TIME)] == [(each.window_id, each.why) for each in settled.others]


def test_moved_window_is_told_once_and_planned_anew() -> None:
    """改期当天说一次新日子，旧日子哪里都没有；此后按新日子，先前发过的时机按新日子再算。"""
    moved = window_with(YEAR, end=date(2027, 1, 29))
    sent = {("w2026-1", "days-14@2026-12-31"): "sent"}
    who = person(rows=sent)
    notice = now("2026-12-14", who, windows=[moved], moves={"w2026-1": date(2026, 12, 14)})
    assert notice is not None
    assert ("moved", "moved@2026-08-03~2027-01-29") == (notice.due.stage.id, notice.due.occasion)
    assert "现在是2026年8月3日到2027年1月29日" in notice.words.text
    assert "12月31日" not in notice.words.text
    told = person(rows=sent | {("w2026-1", notice.due.occasion): "sent"})
    nothing = planner(at("2026-12-15"), [moved], {"w2026-1": date(2026, 12, 14)}).settle(told)
    assert (None, "days-30@2027-01-29") == (nothing.now, nothing.coming[0].due.occasion)


def test_moved_is_not_for_those_who_came_later() -> None:
    """改期以后（当天也算）才订阅的，听到的就是新日子。"""
    for since in (date(2026, 12, 14), date(2026, 12, 15)):
        settled = planner(at("2026-12-15"), moves={"w2026-1": date(2026, 12, 14)}).settle(person(since=since))
        assert settled.now is None


def test_closed_window_says_so_once() -> None:
    """提前关闭：说一次，后面的都不发；登记当天就关、谁也没有告诉过的，不说。"""
    closed = window_with(YEAR, closed=date(2026, 11, 20))
    notice = now("2026-11-20", windows=[closed])
    assert notice is not None
    assert notice.words.text.startswith("申报窗口提前关闭了：全市，2026年11月20日起不再收（2026年申报）。")
    sent = person(rows={("w2026-1", notice.due.occasion): "sent"})
    assert None is now("2026-12-22", sent, windows=[closed])
    assert None is now(
        "2026-06-01", person(since=date(2026, 5, 1)), windows=[window_with(YEAR, closed=date(2026, 6, 1))]
    )


def test_only_what_is_allowed() -> None:
    """没有批准也没有打开的时机不发；打开了哪个就只发哪个。"""
    settled = planner(at("2026-12-24"), sendable=lambda schedule, stage: False).settle(person())
    assert (None, ["没有批准，常设提醒也没有打开"]) == (settled.now, [each.why for each in settled.others])
    only = planner(at("2026-12-24"), sendable=lambda schedule, stage: stage == "days-14").settle(person()).now
    assert only is not None
    assert "days-14" == only.due.stage.id


def test_unknown_year_says_so() -> None:
    """放假安排不知道的年份：按周一到周五算，说明白。"""
    next_year = window_with(YEAR, start=date(2027, 3, 1), end=date(2027, 4, 30))
    notice = now("2027-03-19", windows=[next_year])
    assert notice is not None
    assert "2027年的放假调休还没有录入，工作日按周一到周五算" in notice.words.text


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        (at("2026-12-22", 8, 59), at("2026-12-22", 9)),
        (at("2026-12-22", 9), at("2026-12-22", 9)),
        (at("2026-12-22", 17, 58), at("2026-12-22", 17, 58)),
        (at("2026-12-22", 18), at("2026-12-23", 9)),
        (at("2026-10-01", 12), at("2026-10-08", 9)),
        (at("2026-10-10", 12), at("2026-10-10", 12)),  # 补班的星期六
    ],
)
def test_hours(when: datetime, opens: datetime) -> None:
    """工作日九点到十八点以外的，等到下一个九点；补班的星期六也上班。"""
    assert opens == hours().next_open(when)
    assert (when == opens) == hours().now_open(when)


def test_hash_fixes_rule_texts_and_schedule() -> None:
    """散列与谁订阅、现在几点无关；窗口改一天、开一个、日历改了到期的日子，就不同。"""

    def of(*given: object, **more: object) -> str:
        made = planner(at("2026-12-22"), *given, **more)  # type: ignore[arg-type]
        return plan_hash([each.part for each in made.schedules])

    first = of()
    assert first == plan_hash([each.part for each in planner(at("2026-12-24", 15)).schedules])
    changed = [
        of([window_with(YEAR, end=date(2026, 12, 30))]),
        of([YEAR, window_with(YEAR, id="w2026-2")]),
        of([window_with(YEAR, closed=date(2026, 12, 1))]),
        of(extra={date(2026, 12, 25): False}),
    ]
    assert 5 == len({first, *changed})


def told(when: datetime, who: Person, *windows: Window, **marks: Marks) -> Notice | None:
    """这一刻该发的一条；`marks` 是各窗口的历史（编号里的减号写成下划线）。"""
    held, open_ = reminders_on(when.date()), hours()
    known = {name.replace("_", "-"): each for name, each in marks.items()}
    made = schedules(windows, known, held, open_, when.date())
    return Planner(made, RULES.branches, RULES.districts, open_, when, heirs=RULES.heirs).settle(who).now


def test_a_registered_window_is_told_at_once() -> None:
    """一登记就告诉：开始以前登记的说几时开放；开始以后才登记的，登记那天就说开了；登记以后才订的，订的时候说过了。"""
    early = Marks(date(2026, 6, 15), opened_at=at("2026-06-15", 8))
    notice = told(at("2026-06-15"), person(), YEAR, w2026_1=early)
    assert notice is not None
    assert (
        "申报窗口将于2026年8月3日开放：全市，到2026年12月31日为止（2026年申报）。" == notice.words.text.split("\n")[0]
    )
    late = Marks(date(2026, 9, 1), opened_at=at("2026-09-01", 8))
    notice = told(at("2026-09-01"), person(), YEAR, w2026_1=late)
    assert notice is not None
    assert "opening" == notice.due.stage.id
    after = person(places=(replace(place(since=date(2026, 9, 1)), agreed=at("2026-09-01", 9)),))
    assert told(at("2026-09-01"), after, YEAR, w2026_1=late) is None


@pytest.mark.parametrize("word", ["moved", "closed"])
def test_a_change_after_subscribing_on_the_same_day_is_told(word: str) -> None:
    """早上订、下午改期或关闭的，要告诉；先改后订的，订的时候说过了。"""
    changed = at("2026-09-01", 14)
    marks = Marks(date(2026, 6, 1), date(2026, 9, 1) if word == "moved" else None, moved_at=changed, closed_at=changed)
    window = window_with(YEAR, closed=date(2026, 9, 1) if word == "closed" else None)
    for hour, heard in ((9, word), (15, "")):
        who = person(places=(replace(place(since=date(2026, 9, 1)), agreed=at("2026-09-01", hour)),))
        notice = told(at("2026-09-01", 16), who, window, w2026_1=marks)
        assert heard == (notice.due.stage.id if notice else "")


def test_moved_to_the_same_days_again_is_another_notice() -> None:
    """改过去、改回来、又改过去：第二回改成同样的日子，另是一条。"""
    marks = Marks(date(2026, 6, 1), date(2026, 9, 15), times=2)
    sent = {("w2026-1", "opening@2026-08-03"): "sent", ("w2026-1", "moved@2026-08-03~2026-12-31"): "sent"}
    notice = told(at("2026-09-15"), person(rows=sent), YEAR, w2026_1=marks)
    assert notice is not None
    assert "moved@2026-08-03~2026-12-31~2" == notice.due.occasion


def test_a_window_in_a_holiday_is_told_on_the_working_day_before() -> None:
    """首日到末日都放假：开始以前最近的工作日说。"""
    week = window_with(YEAR, start=date(2026, 10, 1), end=date(2026, 10, 7))
    notice = told(at("2026-09-30"), person(since=date(2026, 7, 1)), week, w2026_1=Marks(date(2026, 6, 1)))
    assert notice is not None
    assert "申报窗口将于2026年10月1日开放" in notice.words.text


def test_closed_on_a_friday_evening_is_told_on_monday() -> None:
    """末日是周六，周五下班后关闭的：周一还要告诉，周二就过了。"""
    window = window_with(YEAR, end=date(2026, 12, 12), closed=date(2026, 12, 11))
    marks = Marks(date(2026, 6, 1), closed_at=at("2026-12-11", 18))
    notice = told(at("2026-12-14"), person(), window, w2026_1=marks)
    assert notice is not None
    assert "closed" == notice.due.stage.id
    assert told(at("2026-12-15"), person(), window, w2026_1=marks) is None


def test_a_merged_district_hears_its_heir() -> None:
    """订的是撤销了的区县：归了哪里，就收哪里的窗口；别处的不收。"""
    here, elsewhere = window_with(YEAR, district="两江新区"), window_with(YEAR, district="大足")
    assert told(at("2026-08-03"), person(district="江北"), here) is not None
    assert told(at("2026-08-03"), person(district="江北"), elsewhere) is None


def test_told_without_a_window_counts_from_its_day() -> None:
    """没有窗口的时候说交了，只知道年份：窗口开始以前说的不算这一回。"""
    june, august = (Said(2026, "submitted", date(2026, month, 10), cycle="2026") for month in (6, 8))
    assert now("2026-12-22", person(said=(june,))) is not None
    assert now("2026-12-22", person(said=(august,))) is None
