"""Who makes a statement, for readers and for those who compare parties."""

from __future__ import annotations

import pytest
from factories import a_mention, a_statement, an_article
from growth import grows_evenly

from alert.speakers import in_full, parties_in, party_of, told_as, wording
from core.records import Article, MentionKind, Statement, StatementKind


def denial(speaker: str | None) -> Statement:
    return a_statement(StatementKind.DENIAL, "never", speaker=speaker)


def naming(vendors: tuple[str, ...] = (), agencies: tuple[str, ...] = ()) -> Article:
    """An article with names of a list."""
    named = [(MentionKind.VENDOR, one) for one in vendors]
    named += [(MentionKind.AGENCY, one) for one in agencies]
    found = [a_mention(kind, one, uri=f"https://names.example/{one}") for kind, one in named]
    return an_article(1, mentions=tuple(found))


@pytest.mark.parametrize(
    ("vendors", "speaker", "told", "says", "party"),
    [
        (("NSO Group",), "firm", "NSO Group", "NSO Group denied it", "NSO Group"),
        (("NSO Group", "NSO Group"), "The company", "NSO Group", "NSO Group denied it",
         "NSO Group"),
        (("NSO Group", "Candiru"), "the firm", "the firm", "The firm denied it", ""),
        ((), "firm", "firm", "Firm denied it", ""),
        (("NSO Group",), "agency", "agency", "Agency denied it", ""),
        (("NSO Group",), "firm's lawyer, Ana Prado", "firm's lawyer, Ana Prado",
         "Firm's lawyer, Ana Prado, denied it", "NSO Group"),
        (("NSO Group",), "law firm", "law firm", "Law firm denied it", ""),
        (("NSO Group",), None, "", "A denial is reported", ""),
    ],
)  # fmt: skip
def test_the_firm_is_the_only_one_that_the_article_names(
    vendors: tuple[str, ...], speaker: str | None, told: str, says: str, party: str
) -> None:
    """An alert said "Firm denied it" of what the desk called "Denied by NSO Group"."""
    article, said = naming(vendors), denial(speaker)
    parties = parties_in(article)
    assert told_as(parties, said) == told
    assert wording(parties, said) == says
    assert party_of(parties, said) == party


def test_so_is_the_agency() -> None:
    parties = parties_in(naming(vendors=("NSO Group",), agencies=("BND",)))
    assert wording(parties, denial("the agency")) == "BND denied it"
    assert in_full(parties, denial("agency's director, Ana Prado")) == "BND director, Ana Prado"


def test_vendor_on_no_list_is_told_but_no_known_party() -> None:
    article = an_article(1, mentions=(a_mention(MentionKind.VENDOR, "Acme"),))
    parties = parties_in(article)
    assert told_as(parties, denial("firm")) == "Acme"
    assert party_of(parties, denial("firm")) == ""


def test_quoted_office_and_its_holder_are_no_apposition() -> None:
    article = an_article(1, language="es")
    said = denial("abogado de la pintora, Ana Ruiz")
    assert wording(parties_in(article), said) == "“abogado de la pintora, Ana Ruiz” denied it"


@pytest.mark.parametrize("kind", [MentionKind.VENDOR, MentionKind.PLACE, MentionKind.PERSON])
def test_speakers_beside_a_hostile_list_are_told_quickly(kind: MentionKind) -> None:
    def told(size: int) -> list[str]:
        named = (a_mention(kind, f"Firm {n}", uri=f"https://n.example/{n}") for n in range(size))
        parties = parties_in(an_article(1, language="es", mentions=tuple(named)))
        return [told_as(parties, denial(f"abogado, Firm {n}")) for n in range(size)]

    assert len(set(told(100))) == 100
    assert grows_evenly(told, 250)
