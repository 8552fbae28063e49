"""Whose a verb is."""

import pytest
from one_sentence import sentence_of, text_of, verb_of

from enrich.statements.subjects import (
    ANSWERING,
    agent,
    antecedent,
    is_adjunct,
    participles_subject,
    subject,
)


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "The ministry has also denied it.", "ministry"),
        ("en", "The ministry, its maker, denied it.", "ministry"),
        ("en", "The ministry - which asked for silence - denied it.", "ministry"),
        ("en", "The ministry, while selling lamps, denied it.", "ministry"),
        ("en", "The ministry, like lamps, and divers, denied it.", None),
        ("en", "An official who asked not to be named denied it.", "official"),
        ("en", "The agency that the minister leads denied it.", "agency"),
        ("en", "The ministry said: he denied it.", None),
        ("en", "The ministry's diver denied it.", None),
        ("en", "The diver who ran the ministry denied it.", None),
        ("en", "It was the ministry that denied it.", "ministry"),
        ("en", "The army sniper who denied it left.", None),
        ("en", "The ministry lawmaker denied it.", "ministry lawmaker"),
        ("en", "The ministry Director Haddon-Cave denied it.", "ministry Director Haddon-Cave"),
        ("en", "The ministry and the police denied it.", "ministry and the police"),
        ("en", "The ministry said it and the police denied it.", "police"),
        ("en", "The ministry and the court denied it.", "ministry"),
        ("en", "Police files, seen by divers, denied it.", None),
        ("en", "No ministry denied it.", None),
        ("de", "Das bestritt ein Sprecher.", "Sprecher"),
        ("fr", "Le ministère et la police démentent.", "ministère et la police"),
        ("it", "Le carte smentiscono il governo.", None),
    ],
)
def test_a_subject_stands_in_the_clause_of_its_verb(
    language: str, text: str, speaker: str | None
) -> None:
    sentence = sentence_of(text, language)
    found = subject(sentence, verb_of(sentence, "deny"), ANSWERING)
    assert text_of(sentence, found) == speaker


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "The ministry, which denied it, left.", "ministry"),
        ("en", "The ministry, which had denied it, left.", None),
        ("de", "Der Minister, der das bestreitet, ging.", "Minister"),
    ],
)
def test_a_relative_clause_is_about_whoever_was_just_named(
    language: str, text: str, speaker: str | None
) -> None:
    sentence = sentence_of(text, language)
    found = antecedent(sentence, verb_of(sentence, "deny"))
    assert text_of(sentence, found) == speaker


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Denying it, the ministry left.", "ministry"),
        ("The ministry left, denying it.", "ministry"),
        ("Police emailed a statement denying it.", "Police"),
        ("A diver met a man denying it.", None),
    ],
)
def test_a_participle_tells_what_a_sentences_subject_does(text: str, speaker: str | None) -> None:
    sentence = sentence_of(text)
    verb = verb_of(sentence, "deny")
    assert is_adjunct(sentence, verb)
    assert text_of(sentence, participles_subject(sentence, verb)) == speaker


def test_a_participle_behind_a_form_of_to_be_is_a_verb() -> None:
    sentence = sentence_of("The ministry is denying it.")
    assert not is_adjunct(sentence, verb_of(sentence, "deny"))


def test_who_did_it_may_stand_within_a_passive() -> None:
    sentence = sentence_of("Das wurde von der Polizei bestritten.", "de")
    ((first, last),) = sentence.verbs["deny_by"]
    assert text_of(sentence, agent(sentence, first, last, ANSWERING)) == "Polizei"
