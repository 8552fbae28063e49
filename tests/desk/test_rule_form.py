"""A rule's form and rules.toml: what is saved, and what was changed by others in the meantime."""

from __future__ import annotations

from typing import Any

import pytest

from alert.checks import RulesError
from alert.rules import PICKUP, read_rules
from core.records import DevelopmentKind
from desk.rule_form import (
    UNNAMED,
    ChangedError,
    RemovedError,
    RuleForm,
    rule_in,
    with_form,
    without_form,
)
from desk.written_rules import WrittenRule, written_rules

FILE = "rules.toml"
NEW = RuleForm(name="spies", query="topic:spyware", pickup=9, developments=list(DevelopmentKind))
SAVED = with_form("", NEW, FILE)


def opened(text: str, **changes: Any) -> RuleForm:
    """The form of the only rule of a text, and what is then changed in it."""
    (rule,) = written_rules(text, FILE)
    return filled(rule, **changes)


def filled(rule: WrittenRule, **changes: Any) -> RuleForm:
    before = rule.name if rule.is_named else ""
    return RuleForm.model_validate(
        dict(rule.values) | {"before": before, "was": rule.mark} | changes
    )


def test_a_new_rule_holds_only_what_was_set() -> None:
    every = list(DevelopmentKind)
    bare = RuleForm(name="a", query="x", to=["terminal"], pickup=PICKUP, developments=every)
    assert with_form("", bare, FILE) == '[[rule]]\nname = "a"\nquery = "x"\n'
    chosen = bare.model_copy(update={"to": [], "developments": []})
    assert with_form("", chosen, FILE).endswith('query = "x"\nto = []\ndevelopments = []\n')


def test_a_rule_can_be_tried_before_it_has_a_name_but_not_saved() -> None:
    unnamed = RuleForm(name=" ", query="topic:spyware")
    tried = rule_in(unnamed, SAVED, FILE)
    assert (tried.name, tried.query.text) == (UNNAMED, "topic:spyware")
    with pytest.raises(RulesError, match="the rule has no name, so"):
        with_form(SAVED, unnamed, FILE)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"query": " \r\n"}, "the rule has no search; write one, such as topic:spyware"),
        (
            {"at_most": "10 a day"},
            "“Send at most” is a number for each hour, day or week, such as 10/day, not '10 a day'",
        ),
    ],
)
def test_what_is_wrong_in_a_form_is_told_in_its_words(changes: dict[str, Any], said: str) -> None:
    for name in ("", "n"):
        with pytest.raises(RulesError) as tried:
            rule_in(RuleForm(**{"name": name, "query": "x"} | changes), SAVED, FILE)
        assert str(tried.value) == said
    with pytest.raises(RulesError) as saved:
        with_form(SAVED, RuleForm(**{"name": "n", "query": "x"} | changes), FILE)
    assert str(saved.value) == said


@pytest.mark.parametrize(
    "written",
    [
        "",
        "pickup = 5\n",
        "pickup = 9\nfeed = false\n",
        "developments = true\n",
        "developments = false\n",
        'developments = ["denial", "court"]\n',
        'to = ["terminal", "desk"]\n',
        'at_most = "10/day"\n',
    ],
)
def test_an_opened_form_that_is_not_changed_leaves_the_text_as_it_was(written: str) -> None:
    desk = '[channels]\ndesk = "json://127.0.0.1:1/"\n'
    text = f'{desk}\n[[rule]]\nname = "a"\nquery = """\nx\n"""\n{written}'
    assert with_form(text, opened(text), FILE) == text
    # Another value is written beside it, and nothing else.
    assert with_form(text, opened(text, query="y"), FILE) == text.replace('"""\nx\n"""', '"y"')


def test_what_returns_to_its_default_is_left_out() -> None:
    assert "pickup" in SAVED
    assert "pickup" not in with_form(SAVED, opened(SAVED, pickup=PICKUP), FILE)
    assert "pickup" not in with_form(SAVED, opened(SAVED, pickup=None), FILE)


def test_a_second_click_saves_the_same_but_not_another_rule_of_that_name() -> None:
    assert with_form(SAVED, NEW, FILE) == SAVED
    with pytest.raises(RulesError, match="there is already a rule 'spies'"):
        with_form(SAVED, NEW.model_copy(update={"query": "topic:biometrics"}), FILE)


def test_a_rule_changed_meanwhile_is_overwritten_at_the_second_attempt_only() -> None:
    stale = opened(SAVED, query="topic:biometrics")
    changed = with_form(SAVED, opened(SAVED, at_most="3/day"), FILE)
    with pytest.raises(ChangedError) as told:
        with_form(changed, stale, FILE)
    again = stale.model_copy(update={"was": told.value.mark})
    assert 'query = "topic:biometrics"' in with_form(changed, again, FILE)


def test_a_rule_removed_meanwhile_does_not_come_back() -> None:
    with pytest.raises(RemovedError, match="has been removed"):
        with_form("", opened(SAVED, at_most="3/day"), FILE)


WRONG = """\
[[rule]]
name = "right"
query = "a"

[[rule]]
name = "spies"   # ask Ana
querry = "x"
to = ["terminal", "nowhere"]
at_most = 3
pickup = true
developments = ["denial", "denail"]

[[rule]]
query = "topik:x"

[[rule]]
name = "twice"
query = "b"

[[rule]]
name = "twice"
query = "c"
"""


def test_a_rule_that_cannot_be_used_has_a_form_with_what_can_be_shown() -> None:
    right, spies, nameless, first, second = written_rules(WRONG, FILE)
    assert (right.wrong, right.is_named, right.name) == ((), True, "right")
    assert spies.values == {
        "name": "spies",
        "query": "",
        "to": ["nowhere", "terminal"],
        "at_most": "3",
        "pickup": PICKUP,
        "developments": ["denial"],
        "feed": False,
    }
    assert 'querry = "x"' in spies.text
    assert [str(one) for one in spies.wrong] == [
        "rules.toml, rule 'spies': 'querry' means nothing here; did you mean query?"
    ]
    assert [one.is_named for one in (spies, nameless, first, second)] == [True, False, False, False]
    assert (nameless.name, nameless.values["query"]) == ("", "topik:x")
    assert len({one.mark for one in (nameless, first, second)}) == 3
    assert str(first.wrong) == str(second.wrong)


def test_a_rule_that_cannot_be_used_is_mended_beside_others_that_cannot() -> None:
    _, spies, nameless, _, second = written_rules(WRONG, FILE)
    text = with_form(WRONG, filled(spies, query="x", to=["terminal"], at_most="3/day"), FILE)
    assert "querry" not in text
    assert 'name = "spies"   # ask Ana\nat_most = "3/day"\ndevelopments = ["denial"]' in text
    text = with_form(text, filled(nameless, name="n", query="topic:x"), FILE)
    text = with_form(text, filled(second, name="once"), FILE)
    rules = read_rules(text, FILE)
    assert [(one.name, one.query.text) for one in rules.rules] == [
        *(("right", "a"), ("spies", "x"), ("n", "topic:x")),
        *(("twice", "b"), ("once", "c")),
    ]
    assert rules.mistakes == ()


@pytest.mark.parametrize(
    ("number", "changes", "said"),
    [
        (2, {"query": "topik:x", "to": [], "at_most": ""}, "no field 'topik'"),
        (2, {"query": "x"}, "“Send at most” is a number"),
        (2, {"query": "x", "at_most": ""}, "there is no channel 'nowhere'"),
        (3, {"name": "n"}, "no field 'topik'"),
        (3, {"name": "right", "query": "x"}, "two rules are called 'right'"),
        (5, {"query": "d"}, "two rules are called 'twice'"),
    ],
)
def test_a_rule_is_not_saved_while_it_cannot_be_used(
    number: int, changes: dict[str, Any], said: str
) -> None:
    form = filled(written_rules(WRONG, FILE)[number - 1], **changes)
    for write in (with_form, lambda text, form, file: rule_in(form, text, file)):
        with pytest.raises(RulesError, match=said):
            write(WRONG, form, FILE)


def test_rules_are_removed_beside_others_that_cannot_be_used() -> None:
    text = WRONG
    for number in (5, 3, 1, 1, 1):
        rule = written_rules(text, FILE)[number - 1]
        text = without_form(text, rule.name if rule.is_named else "", rule.mark, FILE)
        assert rule.mark not in [one.mark for one in written_rules(text, FILE)]
    assert text == ""


@pytest.mark.parametrize("name", ["", 'name = "  "\n', "name = 7\n", 'name = "a\\tb"\n'])
def test_of_several_rules_without_a_usable_name_only_the_one_that_is_edited_is_told_of(
    name: str,
) -> None:
    text = f'[[rule]]\nquery = "a"\n[[rule]]\n{name}query = "b"\n'
    _, rule = written_rules(text, FILE)
    assert not rule.is_named
    assert rule.name in ("", "a\tb")
    with pytest.raises(RulesError) as refused:
        with_form(text, filled(rule, name=rule.name or " "), FILE)
    assert "query = 'a'" not in str(refused.value)


def test_a_table_in_a_rule_is_part_of_it() -> None:
    text = WRONG + '[rule.x]\ny = 1\n[[rule.z]]\ny = 2\n\n[[digest]]\nname = "d"\n'
    *_, last = written_rules(text, FILE)
    mended = with_form(text, filled(last, name="last"), FILE)
    assert written_rules(mended, FILE)[-1].wrong == ()
    assert without_form(text, "", last.mark, FILE).endswith(
        'query = "b"\n\n[[digest]]\nname = "d"\n'
    )


def test_a_rule_without_a_name_is_not_mistaken_for_another_that_took_its_place() -> None:
    nameless = written_rules(WRONG, FILE)[2]
    form = filled(nameless, name="n", query="topic:x")
    saved = with_form(WRONG, form, FILE)
    assert with_form(saved, form, FILE) == saved, "pressed twice"
    with pytest.raises(RemovedError, match="this rule has been changed or removed"):
        with_form(saved, form.model_copy(update={"query": "y", "name": "m"}), FILE)
    with pytest.raises(RemovedError):
        without_form(saved, "", nameless.mark, FILE)


def test_the_rule_of_a_form_is_checked_as_in_the_file() -> None:
    assert rule_in(NEW, "", FILE).query.text == "topic:spyware"
    with pytest.raises(RulesError):
        rule_in(NEW.model_copy(update={"at_most": "often"}), "", FILE)
