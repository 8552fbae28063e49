"""Rules are read from a file, and every mistake in it is named with its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import apprise
import pytest

from alert.channels import Service
from alert.checks import Mistake, RulesError
from alert.rates import Rate
from alert.rules import PICKUP, Rule, Rules, load_rules, read_rules
from core.query import parse
from core.records import DevelopmentKind

GOOD = """
[channels]
desk = "json://127.0.0.1/alerts"

[[rule]]
name = "surveillance"
query = "topic:surveillance"
to = ["terminal", "desk"]

[[rule]]
name = "spyware"
query = 'title:spyware AND score:>=0.5'
"""


def test_rules_are_read_from_the_file():
    assert read_rules(GOOD, "rules.toml") == Rules(
        (
            Rule("surveillance", parse("topic:surveillance"), ("terminal", "desk")),
            Rule("spyware", parse("title:spyware AND score:>=0.5"), ("terminal",)),
        ),
        {"desk": Service("desk", "json://127.0.0.1/alerts")},
    )


def test_rule_may_go_only_to_digests_and_feeds():
    (rule,) = read_rules(a_rule(to="[]", feed="true"), "r.toml").rules
    assert rule == Rule("r", parse("a"), (), feed=True)


def test_a_name_may_be_as_long_as_the_desk_can_edit():
    assert read_rules(a_rule(name=f"'{'n' * 200}'"), "r.toml").rules[0].name == "n" * 200


def test_missing_file_has_no_rules(tmp_path):
    path = tmp_path / "rules.toml"
    assert load_rules(path) == Rules((), {})
    path.write_text(GOOD, "utf-8")
    assert len(load_rules(path).rules) == 2


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RulesError, match=f"{path} is not UTF-8"):
        load_rules(path)


def a_rule(**lines):
    kept = {"name": '"r"', "query": '"a"'} | lines
    return "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in kept.items() if value)


@pytest.mark.parametrize("text", ["[[rule]\n", "[[rules]]\nname = 'x'\n"])
def test_a_file_that_cannot_be_used_says_that_all_waits(tmp_path: Path, text: str) -> None:
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(RulesError, match="no rule alerts and nothing is delivered; nothing is"):
        load_rules(tmp_path / "rules.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule = ", "r.toml is not valid TOML"),
        ("[rules]", "r.toml: 'rules' means nothing here; did you mean rule?"),
        (
            "[zzz]",
            "r.toml: 'zzz' means nothing here; expected: operators, channels, rule, digest",
        ),
        ("[rule]\nname = 'x'", "r.toml: write [[rule]] with two brackets"),
        ("rule = ['x']", "r.toml: write [[rule]] with two brackets"),
        ("rule = 'x'", "r.toml: write [[rule]] with two brackets"),
        ("channels = 'x'", "r.toml: [channels] holds lines such as"),
        ("[channels]\nterminal = 'json://x'", "r.toml, channel 'terminal': this name is reserved"),
        ("[channels]\ndesk = 'nonsense://x'", "r.toml, channel 'desk' is not an Apprise URL"),
        ("[channels]\ndesk = 'mailto://'", "r.toml, channel 'desk' is not an Apprise URL"),
        ("[channels]\ndesk = 7", "r.toml, channel 'desk' is not an Apprise URL"),
        (a_rule(name=None), "r.toml, a rule with query = 'a' has no name"),
        (a_rule(name='" "'), "r.toml, a rule with query = 'a' has no name"),
        (a_rule(name="7"), "r.toml, a rule with query = 'a' has no name"),
        (
            a_rule(name=f"'{'n' * 201}'"),
            f"r.toml, rule '{'n' * 58}…: a name has up to 200 characters, not 201",
        ),
        (a_rule(name='"a\\u0000"'), "rule 'a\\x00': a name must not contain control characters"),
        (a_rule(name='"a\\nb"'), "rule 'a\\nb': a name must not contain control characters"),
        (a_rule(query=None), "r.toml, rule 'r' has no query"),
        (a_rule(query="7"), "r.toml, rule 'r' has no query"),
        (a_rule(query='" "'), "r.toml, rule 'r' has no query"),
        (a_rule(query='"topik:x"'), "r.toml, rule 'r': "),
        (a_rule(query='"a AND ("'), "r.toml, rule 'r': "),
        (
            a_rule(query='"score:[0.9 TO 0.2]"'),
            "r.toml, rule 'r': score has no value in [0.9 TO 0.2]: expected the lower or earlier "
            "bound first, and [ ] around bounds that are part of the range\n"
            "  score:[0.9 TO 0.2]\n        ^",
        ),
        (a_rule(querry="'x'"), "r.toml, rule 'r': 'querry' means nothing here; did you mean"),
        (a_rule(to="'terminal'"), "r.toml, rule 'r': to is a list of channels, such as [\""),
        (a_rule(feed="1"), "r.toml, rule 'r': feed is true or false"),
        (a_rule(to="['termnal']"), "rule 'r': there is no channel 'termnal'\n  did you mean"),
        (a_rule(to="['zzz']"), "rule 'r': there is no channel 'zzz'\n  known: terminal"),
        (a_rule(to="[7]"), "rule 'r': there is no channel 7"),
        (a_rule(to="[['x']]"), "rule 'r': there is no channel ['x']"),
        ("operators = 'terminal'", "r.toml: operators is a list of channels, such as"),
        ("operators = ['termnal']", "r.toml, operators: there is no channel 'termnal'\n  did you"),
        (
            a_rule(developments="'denial'"),
            "r.toml, rule 'r': developments is true, false or a list of denial, ",
        ),
        (a_rule(developments="7"), "r.toml, rule 'r': developments is true, false or a list"),
        (
            a_rule(developments="['denail']"),
            "r.toml, rule 'r': there is no development 'denail'\n  did you mean 'denial'?",
        ),
        (a_rule(developments="[1]"), "r.toml, rule 'r': there is no development 1"),
        (a_rule(pickup="0"), "r.toml, rule 'r': pickup is a number of outlets, 1 to 1000, not 0"),
        (a_rule(pickup="1001"), "rule 'r': pickup is a number of outlets, 1 to 1000, not 1001"),
        (a_rule(pickup="true"), "rule 'r': pickup is a number of outlets, 1 to 1000, not True"),
        (a_rule(pickup="2.5"), "rule 'r': pickup is a number of outlets, 1 to 1000, not 2.5"),
        (a_rule(pickup="'5'"), "rule 'r': pickup is a number of outlets, 1 to 1000, not '5'"),
        (
            a_rule(at_most="'10/month'"),
            "r.toml, rule 'r': at_most is a number for each hour, day or week, such as \"10/day\", "
            "not '10/month'",
        ),
        (a_rule(at_most="'0/day'"), "r.toml, rule 'r': at_most is a number for each hour"),
        (a_rule(at_most="10"), "r.toml, rule 'r': at_most is a number for each hour"),
        (a_rule() + "\n" + a_rule(), "r.toml: two rules are called 'r'"),
        (a_rule() + "\n" + a_rule(name=None), "r.toml, a rule with query = 'a' has no name"),
    ],
)
def test_every_mistake_is_named_with_its_place(text, said):
    with pytest.raises(RulesError) as error:
        read_rules(text, "r.toml").checked()
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        (None, frozenset(DevelopmentKind)),
        ("true", frozenset(DevelopmentKind)),
        ("false", frozenset()),
        ("[]", frozenset()),
        ("['denial', 'court']", frozenset({DevelopmentKind.DENIAL, DevelopmentKind.COURT})),
    ],
)
def test_rule_chooses_its_kinds_of_development(written, kinds):
    (rule,) = read_rules(a_rule(developments=written), "r.toml").rules
    assert rule.developments == kinds


def test_rule_sets_its_pickup_number_and_rate():
    (rule,) = read_rules(a_rule(pickup="12", at_most="'3/hour'"), "r.toml").rules
    assert (rule.pickup, rule.at_most) == (12, Rate(3, timedelta(hours=1)))
    (rule,) = read_rules(a_rule(), "r.toml").rules
    assert (rule.pickup, rule.at_most) == (PICKUP, None)


@pytest.mark.parametrize("query", ["'camera AND topik:x'", "'''camera\nAND topik:x'''"])
def test_a_mistake_in_a_query_is_pointed_at(query):
    with pytest.raises(RulesError) as error:
        read_rules(a_rule(query=query), "r.toml").checked()
    _, query, pointer = str(error.value).split("\n")[-3:]
    assert query.strip() == "camera AND topik:x"
    assert query[pointer.index("^")] == "t"


def test_channel_password_is_not_shown_in_errors():
    with pytest.raises(RulesError) as error:
        read_rules("[channels]\ndesk = 'nonsense://me:secret@x'", "r.toml").checked()
    assert "secret" not in str(error.value)


def names(mistakes):
    return [(one.kind, one.name) for one in mistakes]


def test_a_mistake_costs_only_the_rule_that_has_it():
    text = "\n".join(
        [
            a_rule(name="'first'"),
            a_rule(name="'misread'", query="'topik:x'"),
            a_rule(name=None),
            a_rule(name="'lost'", to="['zzz']"),
            a_rule(name="'twice'"),
            a_rule(name="'twice'", query="'b'"),
            a_rule(name="'last'"),
        ]
    )
    rules = read_rules(text, "r.toml")
    assert [rule.name for rule in rules.rules] == ["first", "last"]
    wrong = [("rule", "misread"), ("rule", ""), ("rule", "lost"), ("rule", "twice")]
    assert names(rules.mistakes) == wrong
    with pytest.raises(RulesError) as error:
        rules.checked()
    told = str(error.value)
    nameless = "a rule with query = 'a' has no name"
    for said in ("rule 'misread': ", nameless, "rule 'lost': ", "two rules are"):
        assert told.count(said) == 1


def test_what_names_an_unusable_channel_or_rule_can_be_used_itself():
    text = """
        operators = ["room", "terminal", "zzz"]
        [channels]
        room = "$NOT_SET_ANYWHERE"
        desk = "json://127.0.0.1/alerts"
        [[rule]]
        name = "spies"
        query = "a"
        to = ["room", "desk"]
        [[rule]]
        name = "misread"
        query = "topik:x"
        [[digest]]
        name = "morning"
        rules = ["misread", "spies"]
        to = ["room"]
        [[digest]]
        name = "evening"
        rules = ["zzz"]
        [[digest]]
        name = "both"
        at = "25:00"
    """
    rules = read_rules(text, "r.toml")
    assert list(rules.channels) == ["desk"]
    assert [(rule.name, rule.to) for rule in rules.rules] == [("spies", ("room", "desk"))]
    assert rules.operators == ("room", "terminal")
    assert [(one.name, one.to) for one in rules.digests] == [("morning", ("room",))]
    assert names(rules.mistakes) == [
        ("channel", "room"),
        ("rule", "misread"),
        ("operators", ""),
        ("digest", "evening"),
        ("digest", "both"),
    ]


@pytest.mark.parametrize(
    ("text", "lacks", "unusable", "knows_operators"),
    [
        (a_rule(), ["gone", "room"], [], True),
        (a_rule(name="'room'", query="'topik:x'"), ["gone"], [], True),
        (a_rule(name=None), [], [], True),
        ("[channels]\nroom = '$NOT_SET'", ["gone", "room"], ["room", "room: ana@x"], True),
        ("operators = ['zzz']", ["gone", "room"], [], False),
        ("operators = ['terminal', 'zzz']", ["gone", "room"], [], True),
    ],
)
def test_what_cannot_be_used_is_not_taken_for_what_is_gone(text, lacks, unusable, knows_operators):
    rules = read_rules(text, "r.toml")
    assert [rule for rule in ("gone", "room") if rules.lacks(rule)] == lacks
    lanes = ("room", "room: ana@x", "roomy")
    assert [lane for lane in lanes if rules.why_unusable(lane)] == unusable
    assert rules.knows_operators is knows_operators


def test_nothing_is_gone_from_a_file_that_cannot_be_used():
    rules = Rules((), {}, mistakes=(Mistake("file", "", RulesError("no TOML")),))
    assert rules.why_unusable("room") == "no TOML"
    assert not rules.lacks("r")


def test_a_channel_whose_name_the_ledger_cannot_hold_is_no_channel_to_wait_for():
    rules = read_rules(f"[channels]\n{'a' * 81} = 'json://x'\n{a_rule(to=['a' * 81])}", "r.toml")
    assert names(rules.mistakes) == [("channel", ""), ("rule", "r")]


def test_a_rule_that_names_no_known_channel_is_not_tried_without_it():
    rules = read_rules(a_rule(to="['terminal', 'zzz']"), "r.toml")
    assert (rules.rules, names(rules.mistakes)) == ((), [("rule", "r")])


def test_a_fault_in_reading_a_rule_or_channel_costs_only_that(monkeypatch, caplog):
    def faulty(read):
        def reading(text, *more, **others):
            if "geheim" in text:
                raise KeyError(text)
            return read(text, *more, **others)

        return reading

    monkeypatch.setattr("alert.rules.parse", faulty(parse))
    monkeypatch.setattr(apprise.Apprise, "instantiate", faulty(apprise.Apprise.instantiate))
    odd = a_rule(name="'odd'", query="'geheim'")
    text = f"[channels]\nroom = 'json://geheim'\ndesk = 'json://x'\n{a_rule()}\n{odd}"
    rules = read_rules(text, "r.toml")
    assert ([one.name for one in rules.rules], list(rules.channels)) == (["r"], ["desk"])
    assert [str(one.error) for one in rules.mistakes] == [
        f"r.toml, {what}: reading failed, please report it: KeyError; the log has more"
        for what in ("channel 'room'", "rule 'odd'")
    ]
    assert caplog.text.count("Traceback") == 2
