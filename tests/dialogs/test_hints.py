"""先看一眼有没有那几个字，再逐个去对：看一眼的结果和逐个对的一样。"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import (
    besides,
    correcting,
    desk,
    factory,
    finishing,
    following,
    graded,
    heard,
    mending,
    ordering,
    own,
    receiving,
    remarked,
    reminded,
    whichfactory,
    wishing,
)

GATES = [
    (receiving._LEAVING, receiving._LEFT),
    (receiving._HANDING, receiving._HANDED),
    (finishing._HINTS, finishing._DID),
    (finishing._HINTS, finishing._SORT_OF),
    (remarked._AT_WORK, remarked._WORKING),
    (heard.BACK, heard.RETURNED),
    (heard._ALARM, heard._ALERT),
    (heard._ALARM, heard._AND_THEN),
    (heard._SELF, heard._ASSESS),
    (heard._SELF, heard.HOW_ASSESSED),
    (heard._SINCE, heard._CHANGED),
    (wishing._TIERS, wishing._WISH),
    (wishing._TIERS, wishing._HELD),
    (wishing._TIERS, wishing._CHANGE),
    (wishing._TIERS, wishing._GRADE),
    (factory._TIERS, factory._WISH),
    (factory._OTHER, factory.ANOTHER),
    (own._HINTS, own._CHANGE),
    (own._ALL_HINTS, own._ALL),
    (own._ALL_HINTS, own._MINE),
    (whichfactory._DROPS, whichfactory._DROPPED),
    (whichfactory._HINTS, whichfactory._ADD),
    (whichfactory._HINTS, whichfactory._TO),
    (whichfactory._HINTS, whichfactory._LIST),
    (graded._TIERS, graded._GRADE),
    (following._LACKING, following._SHORT),
    (correcting.WRONG, correcting.CORRECTION),
    (correcting._MENDING, correcting._CHANGE),
    (mending._MARKS, mending.CORRECTION),
    (mending._MARKS, mending._MARKED),
    (graded._LEVELLING, graded._LEVELS),
    (factory._TURNING, factory._BACK),
    (ordering._CALLS, ordering._CALLED),
    (desk._CALLING, desk._WANTS),
    (desk._CALLING, desk._DENIED),
    (frozenset(besides._TO_DO), besides._TAIL),
    *((receiving._HINTS, pattern) for _, pattern in receiving._WHOLE if _ != "how"),
    *(
        (reminded._WONDERS, pattern)
        for pattern in (
            reminded._ALTER,
            reminded._STEP,
            reminded._RENEW,
            receiving._LEFT,
            receiving._HANDED,
            remarked._WORKING,
            reminded._WORKDAYS,
            reminded._HOLIDAY,
            reminded._WILL,
            reminded._OFTEN,
            reminded._LATE,
            reminded._COUNT,
        )
    ),
]


@pytest.mark.parametrize(("hints", "pattern"), GATES)
def test_what_matches_holds_a_hint(hints: frozenset[str], pattern: re.Pattern[str]) -> None:
    """一个正则命中的话里，总有它那几个字里的一个。"""

    @settings(max_examples=120, deadline=None, database=None)
    @given(st.from_regex(pattern))
    def holds(said: str) -> None:
        found = pattern.search(said)
        assert found is None or not hints.isdisjoint(found[0])

    holds()
