"""Digests are read from the file and composed of the alerts gathered."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import NOON, an_alert

from alert.checks import RulesError
from alert.digests import DigestPlan, compose
from alert.rules import read_rules
from alert.schedule import DAYS, Schedule

RULE = "[[rule]]\nname = 'spyware'\nquery = 'topic:spyware'\nto = []\n"


def read(lines):
    return read_rules(f"{RULE}[[digest]]\n{lines}", "r.toml").checked().digests


def test_digest_is_read_from_the_file():
    (digest,) = read(
        "name = 'weekly'\nrules = ['spyware']\nevery = 'monday'\nat = '18:05'\n"
        "timezone = 'Europe/Paris'\nto = ['terminal']\nempty = true"
    )
    schedule = Schedule(DAYS["monday"], time(18, 5), ZoneInfo("Europe/Paris"))
    assert digest == DigestPlan("weekly", frozenset({"spyware"}), schedule, ("terminal",), True)
    assert digest.holds("spyware")
    assert not digest.holds("other")


def test_digest_defaults_to_every_rule_every_morning_on_the_terminal():
    (digest,) = read("name = 'd'")
    assert digest == DigestPlan(
        "d", None, Schedule(DAYS["day"], time(7, 30), ZoneInfo("UTC")), ("terminal",)
    )
    assert digest.holds("whatever")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("every = 'day'", "a digest with every = 'day' has no name"),
        ("name = 'd'\nrule = ['spyware']", "digest 'd': 'rule' means nothing here; did you mean"),
        ("name = 'd'\nrules = ['spywar']", "there is no rule 'spywar'\n  did you mean 'spyware'?"),
        ("name = 'd'\nrules = []", "rules is a list of names of rules; leave it out for all"),
        ("name = 'd'\nrules = 'spyware'", "rules is a list of names of rules"),
        ("name = 'd'\nto = ['desk']", "there is no channel 'desk'\n  known: terminal"),
        ("name = 'd'\nto = []", "to is a list of channels"),
        ("name = 'd'\nevery = 'noon'", "every is one of day, weekday, monday"),
        ("name = 'd'\nevery = ['monday']", "every is one of day, weekday, monday"),
        ("name = 'd'\nat = '25:00'", "at is a time of day such as \"07:30\", not '25:00'"),
        ("name = 'd'\nat = '07:30:10'", "at is a time of day"),
        ("name = 'd'\nat = '07:30+01:00'", "at is a time of day"),
        ("name = 'd'\nat = 7", "at is a time of day"),
        ("name = 'd'\ntimezone = 'Paris'", 'timezone is a name such as "Europe/Paris", not'),
        ("name = 'd'\ntimezone = '../etc'", "timezone is a name"),
        ("name = 'd'\ntimezone = 1", "timezone is a name"),
        ("name = 'd'\nempty = 1", "empty is true or false"),
        ("name = 'd'\n[[digest]]\nname = 'd'", "two digests are called 'd'"),
    ],
)
def test_every_mistake_is_named_with_its_place(lines, said):
    with pytest.raises(RulesError) as error:
        read(lines)
    assert said in str(error.value)


def test_a_rule_that_is_not_there_is_told_with_few_of_those_that_are():
    for number, known in ((20, "r18, r19"), (21, "r19, …")):
        rules = "".join(f"[[rule]]\nname = 'r{one}'\nquery = 'x'\n" for one in range(number))
        (mistake,) = read_rules(f"{rules}[[digest]]\nname = 'd'\nrules = ['zz']", "f").mistakes
        assert mistake.summary == "f, digest 'd': there is no rule 'zz'"
        assert str(mistake.error).endswith(known)


def test_empty_digest_is_composed_only_if_asked_for():
    (quiet,), (asked) = read("name = 'd'"), read("name = 'd'\nempty = true")
    since = NOON - timedelta(days=1)
    assert compose(quiet, [], since=since, now=NOON) is None
    composed = compose(asked[0], [], since=since, now=NOON)
    assert composed
    assert composed.alerts == ()


def test_no_two_digests_share_a_key():
    (digest,) = read("name = 'd'")
    told = [an_alert(), an_alert(story=2)]
    composed = [
        compose(digest, alerts, since=NOON, now=now)
        for alerts in (told, told[:1])
        for now in (NOON, NOON + timedelta(days=1))
    ]
    assert len({one.key for one in composed if one}) == 4
