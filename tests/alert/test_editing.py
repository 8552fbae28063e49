"""Rules are written into rules.toml and removed from it; all else stays as a person wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert.checks import RulesError
from alert.editing import with_rule, without_rule
from alert.rules import read_rules

TEXT = """\
# What we watch
operators = ["terminal"]

[[rule]] # the first
name = "a"   # its name
query = "spyware"
at_most = "10/day"

[[rule]]
name = "b"
query = "camera"
"""


def names(text):
    return [rule.name for rule in read_rules(text, "rules.toml").rules]


def test_new_rule_is_added_last():
    made = with_rule(TEXT, {"name": "c", "query": 'outlet:"A"', "to": None}, "rules.toml")
    assert made.startswith(TEXT.rstrip())
    assert names(made) == ["a", "b", "c"]
    ending = "\n# That is all.\n"
    assert with_rule(TEXT + ending, {"name": "c", "query": "x"}, "rules.toml").count(ending) == 1


def test_existing_rule_is_changed_in_place():
    made = with_rule(TEXT, {"name": "a", "query": "spyware court", "to": None}, "rules.toml")
    assert made == TEXT.replace('"spyware"', '"spyware court"')


def test_rule_can_be_removed():
    left = without_rule(TEXT, "a", "rules.toml")
    assert names(left) == ["b"]
    assert left.startswith("# What we watch\n")
    assert names(without_rule(left, "b", "rules.toml")) == []


DIGESTS = """
[[digest]]
name = "morning"
rules = ["a", "b"]

[[digest]]
name = "all"
"""


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("", "the digest 'morning' names the rule 'a'; take it out of its `rules` first"),
        (
            "\n[[digest]]\nname = 'night'\nrules = ['a']\n",
            "the digests 'morning', 'night' name the rule 'a'; take it out of their `rules`",
        ),
    ],
)
def test_rule_named_by_a_digest_is_not_removed(more, named):
    with pytest.raises(RulesError, match=named):
        without_rule(TEXT + DIGESTS + more, "a", "rules.toml")
    assert names(without_rule(TEXT + DIGESTS.replace('"a", ', ""), "a", "rules.toml")) == ["b"]


def test_rule_can_be_added_to_an_empty_file():
    assert names(with_rule("", {"name": "a", "query": "x"}, "rules.toml")) == ["a"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"name": "c", "query": "topik:x"}, "did you mean 'topic'"),
        ({"name": "c", "query": "x", "to": ["desk"]}, "there is no channel 'desk'"),
        ({"name": "c", "query": "x", "at_most": "often"}, "at_most"),
    ],
)
def test_rule_that_could_not_be_loaded_is_not_written(rule, said):
    with pytest.raises(RulesError, match=said):
        with_rule(TEXT, rule, "rules.toml")


WRONG = """
[[rule]]
name = "z"
query = "topik:x"

[[rule]]
query = "y"

[[rule]]
name = "b"
query = "x"
"""


def test_what_was_wrong_before_keeps_nothing_else_from_being_written():
    text = TEXT + WRONG
    made = with_rule(text, {"name": "c", "query": "x"}, "rules.toml")
    assert made == text + '\n[[rule]]\nname = "c"\nquery = "x"\n'
    assert without_rule(made, "c", "rules.toml") == f"{text}\n"
    with pytest.raises(RulesError, match="no field 'tipic'"):
        with_rule(text, {"name": "a", "query": "tipic:x"}, "rules.toml")
    with pytest.raises(RulesError, match="two rules are called 'b'"):
        with_rule(text, {"name": "b", "query": "y"}, "rules.toml")
    with pytest.raises(RulesError, match="with query = 'y' has no name"):
        with_rule(text, {"name": "", "query": "y"}, "rules.toml", number=4)
    named = with_rule(text, {"name": "d", "query": "y"}, "rules.toml", number=4)
    assert names(named) == ["a", "d"]
    with pytest.raises(RulesError, match="there is no rule 9"):
        without_rule(text, 9, "rules.toml")


def test_a_digest_that_names_no_rule_keeps_no_rule_from_being_written_or_removed():
    text = TEXT + DIGESTS.replace('"b"', '"spywar"')
    for name in ("c", "spyware"):  # what is known, or was probably meant, is another rule then
        made = with_rule(text, {"name": name, "query": "x"}, "rules.toml")
        assert names(made) == ["a", "b", name]
        assert names(without_rule(made, name, "rules.toml")) == ["a", "b"]
    mended = with_rule(text, {"name": "spywar", "query": "x"}, "rules.toml")
    assert read_rules(mended, "rules.toml").mistakes == ()


@pytest.mark.parametrize(
    ("wrong", "right", "mended"),
    [
        ("pickup = true", {"pickup": 1}, "pickup = 1"),
        ("pickup = 7.0", {"pickup": 7}, "pickup = 7"),
        ("feed = 1", {"feed": True}, "feed = true"),
    ],
)
def test_a_value_of_the_wrong_type_is_replaced_even_by_one_that_is_equal(wrong, right, mended):
    text = f'[[rule]]\nname = "a"\nquery = "x"\n{wrong}\n'
    made = with_rule(text, {"name": "a"} | right, "rules.toml")
    assert made == text.replace(wrong, mended)


def test_one_of_two_rules_with_a_name_that_a_digest_names_can_be_removed():
    left = without_rule(TEXT + WRONG + DIGESTS, 5, "rules.toml")
    assert names(left) == ["a", "b"]
    with pytest.raises(RulesError, match="the digest 'morning' names the rule 'b'"):
        without_rule(left, "b", "rules.toml")


def test_field_removed_from_a_rule_returns_to_its_default():
    text = with_rule(TEXT, {"name": "z", "query": "x", "at_most": "3/day"}, "rules.toml")
    again = with_rule(text, {"name": "z", "query": "y"}, "rules.toml", without=["at_most", "feed"])
    assert "at_most" in text
    assert "at_most" not in again.partition('"z"')[2]


@pytest.mark.parametrize("last", ["pickup = 3", "# ours", "[channels]", "at_most = '3/day'  # few"])
def test_last_line_need_not_end_with_a_line_break(last):
    before = f"[[rule]]\nname = 'a'\nquery = 'x'\n{last}"
    added = with_rule(before, {"name": "b", "query": "y"}, "rules.toml")
    assert names(added) == ["a", "b"]
    changed = with_rule(before, {"name": "a", "query": "y", "feed": True}, "rules.toml")
    assert read_rules(changed, "rules.toml").rules[0].feed
    assert f"{last}\n" in added
    assert f"{last}\n" in changed


def test_line_endings_are_kept():
    before = TEXT.replace("\n", "\r\n")
    after = with_rule(before, {"name": "new", "query": "y"}, "rules.toml")
    assert after.count("\n") == after.count("\r\n")
    assert names(after) == [*names(TEXT), "new"]


def test_invalid_file_or_unknown_rule_is_refused():
    with pytest.raises(RulesError, match="not valid TOML"):
        with_rule("name =", {"name": "a", "query": "x"}, "rules.toml")
    with pytest.raises(RulesError, match="there is no rule 'z'"):
        without_rule(TEXT, "z", "rules.toml")


@pytest.mark.parametrize("text", ["[rule]\nname = 'a'\nquery = 'x'\n", "rule = 3", "rule = [1]"])
def test_rules_in_another_toml_form_are_refused(text):
    with pytest.raises(RulesError, match="two brackets"):
        with_rule(text, {"name": "a", "query": "x"}, "rules.toml")
    with pytest.raises(RulesError, match="two brackets"):
        without_rule(text, "a", "rules.toml")


MIXED = """\
# Ours

[[rule]]
name = "a"
query = '''
spyware OR "
[[rule]]
# no comment"'''

# --- police ---

# ask Ana first
[[rule]]
name = "b"
query = "camera" # all of them
to = [
  "terminal",
]
# pickup = 3

# for the night desk
[[digest]]
name = "m"

# by the courts
[[rule]]
name = "c"
query = "court"
"""


def test_text_between_rules_stays_in_place():
    rule: dict[str, object] = {"name": "d", "query": "x"}
    assert with_rule(MIXED, rule, "r") == MIXED + '\n[[rule]]\nname = "d"\nquery = "x"\n'
    rule = {"name": "b", "query": "y"}
    assert with_rule(MIXED, rule, "r") == MIXED.replace('"camera"', '"y"')
    rule = {"name": "a", "query": "y", "feed": True}
    changed = with_rule(MIXED, rule, "r")
    assert changed.startswith('# Ours\n\n[[rule]]\nname = "a"\nquery = "y"\nfeed = true\n\n# --- p')


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("a", '[[rule]]\nname = "a"', "# --- police ---"),
        ("b", "# ask Ana first\n[[rule]]", "# for the night desk"),
        ("c", "# by the courts\n[[rule]]", None),
    ],
)
def test_removing_a_rule_removes_only_its_own_comments(name, first, last):
    start = MIXED.index(first)
    end = len(MIXED) if last is None else MIXED.index(last)
    assert without_rule(MIXED, name, "r") == MIXED[:start] + MIXED[end:]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=6))
def test_any_series_of_edits_leaves_the_rules_that_were_written(edits):
    text, wanted = "# ours\n", []
    for name, written in edits:
        if written:
            text = with_rule(text, {"name": name, "query": "x"}, "rules.toml")
            wanted += [] if name in wanted else [name]
        elif name in wanted:
            text = without_rule(text, name, "rules.toml")
            wanted.remove(name)
    assert names(text) == wanted
    assert text.startswith("# ours\n")
