"""Rules: read from a file whose every mistake is named, with its place."""

from __future__ import annotations

import pytest

from alert.channels import Service
from alert.rules import Rule, Rules, RulesError, load_rules, read_rules
from core.query import parse

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


def test_rules_are_read():
    assert read_rules(GOOD, "rules.toml") == Rules(
        (
            Rule("surveillance", parse("topic:surveillance"), ("terminal", "desk")),
            Rule("spyware", parse("title:spyware AND score:>=0.5"), ("terminal",)),
        ),
        {"desk": Service("desk", "json://127.0.0.1/alerts")},
    )


def test_a_rule_may_go_to_digests_and_feeds_alone():
    (rule,) = read_rules(a_rule(to="[]", feed="true"), "r.toml").rules
    assert rule == Rule("r", parse("a"), (), feed=True)


def test_operators_are_channels():
    assert read_rules(GOOD, "rules.toml").operators == ()
    named = read_rules('operators = ["terminal", "desk"]\n' + GOOD, "rules.toml")
    assert named.operators == ("terminal", "desk")


def test_a_file_is_read_and_an_absent_one_holds_no_rules(tmp_path):
    path = tmp_path / "rules.toml"
    assert load_rules(path) == Rules((), {})
    path.write_text(GOOD, "utf-8")
    assert len(load_rules(path).rules) == 2


def test_an_empty_file_holds_no_rules():
    assert read_rules("", "rules.toml") == Rules((), {})


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RulesError, match=f"{path} is not UTF-8"):
        load_rules(path)


def a_rule(**lines):
    kept = {"name": '"r"', "query": '"a"'} | lines
    return "[[rule]]\n" + "\n".join(f"{key} = {value}" for key, value in kept.items() if value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule = ", "r.toml is not valid TOML"),
        ("[rules]", "r.toml: 'rules' means nothing here; did you mean rule?"),
        (
            "[zzz]",
            "r.toml: 'zzz' means nothing here; expected are operators, channels, rule, digest",
        ),
        ("[rule]\nname = 'x'", "r.toml: write [[rule]] with two brackets"),
        ("rule = ['x']", "r.toml: write [[rule]] with two brackets"),
        ("rule = 'x'", "r.toml: write [[rule]] with two brackets"),
        ("channels = 'x'", "r.toml: [channels] holds lines such as"),
        ("[channels]\nterminal = 'json://x'", "r.toml, channel 'terminal': this name is taken"),
        ("[channels]\ndesk = 'nonsense://x'", "r.toml, channel 'desk' is no Apprise URL"),
        ("[channels]\ndesk = 'mailto://'", "r.toml, channel 'desk' is no Apprise URL"),
        ("[channels]\ndesk = 7", "r.toml, channel 'desk' is no Apprise URL"),
        (a_rule(name=None), "r.toml, rule 1 has no name"),
        (a_rule(name='" "'), "r.toml, rule 1 has no name"),
        (a_rule(name="7"), "r.toml, rule 1 has no name"),
        (a_rule(query=None), "r.toml, rule 1 (r) has no query"),
        (a_rule(query="7"), "r.toml, rule 1 (r) has no query"),
        (a_rule(query='"topik:x"'), "r.toml, rule 1 (r): "),
        (a_rule(query='"a AND ("'), "r.toml, rule 1 (r): "),
        (a_rule(querry="'x'"), "r.toml, rule 1 (r): 'querry' means nothing here; did you mean"),
        (a_rule(to="'terminal'"), 'r.toml, rule 1 (r): to is a list of channels, such as ["'),
        (a_rule(feed="1"), "r.toml, rule 1 (r): feed is true or false"),
        (a_rule(to="['termnal']"), "rule 1 (r): there is no channel 'termnal'; did you mean"),
        (a_rule(to="['zzz']"), "rule 1 (r): there is no channel 'zzz'; known are terminal"),
        (a_rule(to="[7]"), "rule 1 (r): there is no channel 7"),
        (a_rule(to="[['x']]"), "rule 1 (r): there is no channel ['x']"),
        ("operators = 'terminal'", "r.toml: operators is a list of channels, such as"),
        ("operators = ['termnal']", "r.toml, operators: there is no channel 'termnal'; did you"),
        (a_rule() + "\n" + a_rule(), "r.toml: two rules are called 'r'"),
        (a_rule() + "\n" + a_rule(name=None), "r.toml, rule 2 has no name"),
    ],
)
def test_every_mistake_is_named_with_its_place(text, said):
    with pytest.raises(RulesError) as error:
        read_rules(text, "r.toml")
    assert said in str(error.value)


def test_a_mistake_in_a_query_is_pointed_at():
    with pytest.raises(RulesError) as error:
        read_rules(a_rule(query="'camera AND topik:x'"), "r.toml")
    _, query, pointer = str(error.value).split("\n")[-3:]
    assert query.strip() == "camera AND topik:x"
    assert query[pointer.index("^")] == "t"


def test_a_password_in_a_channel_is_not_told():
    with pytest.raises(RulesError) as error:
        read_rules("[channels]\ndesk = 'nonsense://me:secret@x'", "r.toml")
    assert "secret" not in str(error.value)
