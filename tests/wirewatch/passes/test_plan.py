from __future__ import annotations

from wirewatch.passes.plan import Plan, plan_text


def test_one_thing_that_waits_is_told_in_the_singular() -> None:
    planned = Plan(poll=1, fetch=1, extract=1, link=1, index=1, match=1, deliver=1)
    assert plan_text(planned).splitlines() == [
        "poll     1 feed due",
        "fetch    1 entry waiting for its page",
        "extract  1 file of pages",
        "link     1 file of articles",
        "index    1 file of articles",
        "match    1 file of articles",
        "deliver  1 alert",
    ]


def test_several_things_that_wait_are_told_in_the_plural() -> None:
    planned = Plan(poll=1200, fetch=2, extract=2, link=2, index=2, match=0, deliver=2)
    assert plan_text(planned).splitlines() == [
        "poll     1,200 feeds due",
        "fetch    2 entries waiting for their pages",
        "extract  2 files of pages",
        "link     2 files of articles",
        "index    2 files of articles",
        "match    0 files of articles",
        "deliver  2 alerts",
    ]
