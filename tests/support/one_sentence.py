"""A sentence as the parts of the statements' finder take it, and names as text."""

from __future__ import annotations

from core.records import TextField
from enrich.statements.prose import Prose
from enrich.statements.reader import sentences
from enrich.statements.rules import rules_of
from enrich.statements.sentences import Name, Sentence
from enrich.statements.spelt import Spelt


def prose_of(content: str, language: str = "en", field: TextField = "text") -> Prose:
    rules = rules_of(language)
    assert rules is not None
    return Prose(rules, field, content)


def sentence_of(content: str, language: str = "en", field: TextField = "text") -> Sentence:
    """The only sentence with a verb."""
    prose = prose_of(content, language, field)
    (sentence,) = sentences(prose, (), Spelt(prose))
    return sentence


def text_of(sentence: Sentence, name: Name | None) -> str | None:
    if name is None:
        return None
    prose = sentence.prose
    return prose.content[prose.starts[name.first] : prose.ends[name.last - 1]]


def verb_of(sentence: Sentence, sense: str) -> int:
    """Where the only verb with a sense begins."""
    ((first, _),) = sentence.verbs[sense]
    return first
