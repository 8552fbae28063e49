"""Who says it and who denies it: the finder against sentences written before it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from as_shipped import said_in
from growth import grows_evenly
from hypothesis import given
from hypothesis import strategies as st

from core.records import Mention, MentionKind, Statement, StatementKind
from enrich.senses.reader import LANGUAGES
from enrich.statements.finder import MAX_STATEMENTS, statements

SENTENCES = Path(__file__).with_name("statements.toml")

LEAST = 0.9
"""Minimum precision and recall in each language: a little below the figures in docs/mentions.md,
so that a change in one statement does not fail the build."""


@dataclass
class Score:
    """Counts of statements right, found and wanted; `faults` lists what is wrong."""

    right: int = 0
    found: int = 0
    wanted: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        precision = self.right / self.found if self.found else 1.0
        recall = self.right / self.wanted if self.wanted else 1.0
        return (
            f"{self.right} right of {self.found} found and {self.wanted} wanted:"
            f" precision {precision:.3f}, recall {recall:.3f}"
        )


def _fits(found: Statement, wanted: dict[str, str]) -> bool:
    return found.kind == wanted["kind"] and wanted.get("speaker", "") in (found.speaker or "")


def _score(language: str, rows: list[dict[str, Any]]) -> Score:
    score = Score()
    for row in rows:
        found = list(said_in(row["text"], language))
        wanted = row.get("is", [])
        left = list(found)
        for one in wanted:
            hit = next((each for each in left if _fits(each, one)), None)
            if hit is None:
                score.faults.append(f"missed {one} in {row['text']!r}")
            else:
                left.remove(hit)
                score.right += 1
        score.faults += [f"not so: {one.kind} by {one.speaker} in {row['text']!r}" for one in left]
        score.found += len(found)
        score.wanted += len(wanted)
    return score


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    table = tomllib.loads(SENTENCES.read_text("utf-8"))
    return {code: _score(code, table[code]) for code in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_falls_below_its_floor(scores: dict[str, Score], language: str) -> None:
    score = scores[language]
    print(f"{language}: {score}")
    assert score.right >= LEAST * score.found, "\n".join(score.faults)
    assert score.right >= LEAST * score.wanted, "\n".join(score.faults)


def test_the_docs_have_these_figures(scores: dict[str, Score]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "mentions.md").read_text("utf-8")
    shown = " | ".join(str(scores[language].right) for language in LANGUAGES)
    assert f"| right of found, and found of all | {shown} |" in page
    assert f"All {sum(one.right for one in scores.values())} are right" in page


@pytest.mark.parametrize(
    "row", tomllib.loads(SENTENCES.read_text("utf-8"))["mended"], ids=lambda row: row["text"]
)
def test_mended_sentences_stay_right(row: dict[str, Any]) -> None:
    assert _score(row.get("language", "en"), [row]).faults == []


def test_the_text_shows_which_word_of_the_title_is_a_name() -> None:
    title, text = "Bringello denies watching riders", "The couriers of Bringello are in doubt."
    (one,) = statements(title, text, "en", ())
    assert (one.kind, one.speaker, one.field) == (StatementKind.DENIAL, "Bringello", "title")
    assert statements("Rider denies watching others", "A rider is in doubt.", "en", ()) == ()


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        ("Harbour minister defends lamps, denies spying on divers", "Harbour minister"),
        ("Data broker drops harbour maps, denies wrongdoing", "Data broker"),
        ("Bank closes harbour branch, denies loan", None),
        ("Victims of harbour police, denies spying", None),
        ("In Leeds, denies spying", None),
        ("Harbour minister: we never spied on divers", "Harbour minister"),
        ("Diver: we never spied on ministers", None),
        ("Claims untrue: harbour minister", "harbour minister"),
        ("Claims untrue: divers' lawyer", None),
    ],
)
def test_a_second_verb_or_a_colon_in_a_headline_is_that_of_whoever_opens_it(
    title: str, speaker: str | None
) -> None:
    found = [one.speaker for one in said_in("", title=title)]
    assert found == ([speaker] if speaker else [])


@pytest.mark.parametrize(
    ("language", "title", "is_step"),
    [
        ("en", "Harbour officer jailed over wiretaps", True),
        ("en", "Harbour officer not charged over wiretaps", False),
        ("en", "Landlord who hid cameras in cabins is jailed", True),
        ("en", "Landlord who hid cameras in cabins is not jailed", False),
        ("en", "Harbour wiretaps ruled unlawful", True),
        ("en", "Lamp maker to pay $85M settlement over wiretaps", True),
        ("en", "Lamp maker to pay for wiretaps", False),
        ("en", "Norland charges seven divers over wiretaps", True),
        ("en", "Lamp shop charges seven dollars", False),
        ("en", "Lamp can be charged in nine minutes", False),
        ("de", "Hafenpolizist wegen Abhörens verurteilt", True),
        ("de", "Hafenminister verurteilt Angriff", False),
        ("nl", "Boete voor rederij om gezichtsherkenning", True),
        ("fr", "Un port condamné pour avoir filmé ses plongeurs", True),
        ("fr", "Un port condamné à l'échec", False),
        ("es", "Condenado a dos años el buzo que espió a otros", True),
        ("it", "Sindaco condannato a due anni", True),
        ("pt", "Porto condenado a pagar 90 mil euros", True),
    ],
)
def test_a_headline_tells_a_case_without_its_verb(language: str, title: str, is_step: bool) -> None:
    found = [one.kind for one in statements(title, "", language, ())]
    assert found == ([StatementKind.COURT] if is_step else [])
    assert statements("", "The two officers jailed over wiretaps sang.", "en", ()) == ()


def test_a_statement_has_the_whole_sentence_and_the_speakers_whole_name() -> None:
    text = (
        "Leeds (WP) -- The chief of harbour security for the U.K. says the story that a ferry line"
        " told last week, of eight thousand cabins with microphones, is untrue.\nNobody else spoke."
    )
    (one,) = statements("", text, "en", ())
    assert one.kind is StatementKind.DENIAL
    assert one.speaker == "chief of harbour security for the U.K"
    assert one.phrase == text.partition("\n")[0].removeprefix("Leeds (WP) -- ")


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "The agency's director, Jane Harrow, denied the report.",
         "agency's director, Jane Harrow"),
        ("en", "“The claim is false,” said the agency's spokeswoman, Jane Harrow.",
         "agency's spokeswoman, Jane Harrow"),
        ("es", "El director de la agencia, Edmund Harrow, negó la noticia.",
         "director de la agencia, Edmund Harrow"),
        ("en", "According to the ministry, Jane Harrow denied the report.", "Jane Harrow"),
        ("en", "Jane Harrow, the agency's director, denied the report.",
         "Jane Harrow, the agency's director"),
        ("en", "The ministry denied the report.", "ministry"),
        ("es", "La empresa Nexa S.A. negó la noticia.", "empresa Nexa S.A"),
        ("it", "La società Nexa S.p.A. ha smentito la notizia.", "società Nexa S.p.A"),
        ("de", "Das Amt, das 200 Mio. Euro zahlte, bestritt den Bericht.", "Amt"),
        ("en", "The agency, whose director denied the report, slept.", "director"),
        ("de", "Die Behörde, deren Direktor den Bericht bestritt, schlief.", "Direktor"),
        ("nl", "De dienst, wiens directeur het bericht ontkende, sliep.", "directeur"),
        ("es", "La ministra Ana Prado negó la noticia.", "ministra Ana Prado"),
        ("pt", "O ex-diretor Edmundo Prado negou a notícia.", "ex-diretor Edmundo Prado"),
        ("it", "L'ex ministro Matteo Prado ha smentito la notizia.", "ex ministro Matteo Prado"),
        ("fr", "Le vice-président Jean Dupont dément.", "vice-président Jean Dupont"),
        ("es", "La policía negó la noticia.", "policía"),
        ("fr", "La police de Vik l'a démenti.", "police de Vik"),
        ("de", "Der Bericht sei falsch, sagte Hafenchefin Anna Schmidt der Zeitung.",
         "Hafenchefin Anna Schmidt"),
        ("de", "Der Bericht sei falsch, sagte ein Hafensprecher der Deutschen Presse-Agentur.",
         "Hafensprecher"),
        ("en", "The ministry's lawyer, Jane Harrow, denied the report.",
         "ministry's lawyer, Jane Harrow"),
        ("en", "The ministry's lawyer, Dame Jane Harrow, denied the report.",
         "ministry's lawyer, Dame Jane Harrow"),
        ("en", "“The claim is false,” an army spokesman, Lt. Col. Jane Harrow, wrote.",
         "army spokesman, Lt. Col. Jane Harrow"),
        ("en", "A lawyer for the ministry denied the report.", "lawyer for the ministry"),
    ],
)  # fmt: skip
def test_an_office_is_named_with_its_holder(language: str, text: str, speaker: str) -> None:
    (one,) = said_in(text, language)
    assert (one.kind, one.speaker) == (StatementKind.DENIAL, speaker)


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Police were rebuked by a watchdog for filming divers.", "watchdog"),
        ("fr", "Le port a été sanctionné par la CNIL pour avoir filmé des plongeurs.", "CNIL"),
        ("fr", "Le port a été sanctionné par le juge pour enfants.", "juge pour enfants"),
    ],
)
def test_what_a_court_acts_for_is_not_its_name(language: str, text: str, speaker: str) -> None:
    (one,) = statements("", text, language, ())
    assert (one.kind, one.speaker) == (StatementKind.COURT, speaker)


@pytest.mark.parametrize(
    "dateline",
    [
        "LEEDS \u2014 ",
        "LEEDS (AP) -- ",
        "ST. PAUL, Minn. (AP) \u2014 ",
        "SELBY, Norland, Oct 31 \u2013 ",
        "LEEDS (EFE).- ",
        "Leeds (dpa) - ",
        "Rain fell. LEEDS (WP) -- ",  # a feed's text has no paragraphs
    ],
)
def test_a_dateline_is_no_part_of_what_is_said(dateline: str) -> None:
    said = "The harbour minister spoke, denying the claims."
    place = Mention(name="", kind=MentionKind.PLACE, field="text", start=0, end=5)
    (one,) = statements("", f"{dateline}{said}", "en", (place,))
    assert (one.phrase, one.speaker, one.start) == (said, "harbour minister", len(dateline))


@pytest.mark.parametrize(
    ("before", "said", "speaker"),
    [
        ("", "GCHQ \u2014 which has never spoken \u2014 denied the claims.", "GCHQ"),
        ("", "The FBI (US) - America's police - denied the claims.", "FBI"),
        ("Rain fell. ", "Mr Ash (NLP) - Norland - denied the claims.", "Mr Ash"),
    ],
)
def test_who_is_parted_by_dashes_from_a_verb_is_no_dateline(
    before: str, said: str, speaker: str
) -> None:
    (one,) = said_in(f"{before}{said}")
    assert (one.phrase, one.speaker) == (said, speaker)


def test_a_quote_belongs_to_its_sentence() -> None:
    text = "Rain fell. “The claims are false,” the ministry said. It fell again."
    (one,) = statements("", text, "en", ())
    assert one.phrase == "“The claims are false,” the ministry said."


@pytest.mark.parametrize(("opening", "closing"), [("„", "“"), ("»", "«")])
def test_a_german_quote_belongs_to_its_sentence(opening: str, closing: str) -> None:
    nonsense, never = f"{opening}Unsinn{closing}", f"{opening}Wir haben nie getaucht.{closing}"
    said, more = f"{nonsense}, sagte der Minister.", f"{never} Das bestritt der Taucher."
    (one,) = statements("", f"{said} {more}", "de", ())
    assert (one.kind, one.speaker, one.phrase) == (StatementKind.DENIAL, "Minister", said)
    for title in (f"Minister: {nonsense}", f"{nonsense}: Minister zu Lampen"):
        (one,) = statements(title, "", "de", ())
        assert (one.kind, one.phrase) == (StatementKind.DENIAL, title)


def test_a_preceding_quote_is_not_included() -> None:
    for gap in (" ", "\n"):
        text = f'"It rains."{gap}The ministry denied it.'
        (one,) = statements("", text, "en", ())
        assert one.phrase == "The ministry denied it."


def test_an_agency_known_only_by_its_mention_can_be_the_speaker() -> None:
    mention = Mention(
        name="Bureau of Tides", kind=MentionKind.AGENCY, field="title", start=0, end=5
    )
    (one,) = statements("Tides denies tapping the pier", "", "en", [mention])
    assert (one.kind, one.speaker, one.field) == (StatementKind.DENIAL, "Tides", "title")
    assert statements("Tides denies tapping the pier", "", "en", ()) == ()


def test_an_abbreviated_title_does_not_end_a_sentence() -> None:
    text = "Critics of Rep. Ana Prado wept. Sen. Omar Quaxley denied on Jan. 6 that he was taped."
    (found,) = said_in(text)
    assert found.phrase == "Sen. Omar Quaxley denied on Jan. 6 that he was taped."
    assert found.speaker == "Sen. Omar Quaxley"
    text = "THE MAYOR OF ST. PAUL DENIED IT."
    (found,) = statements("", text, "en", ())
    assert found.phrase == text


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Leeds lawmaker denies that he was taped.", "Leeds lawmaker"),
        ("Leeds flatly denies that he was taped.", "Leeds"),
        ("Norland \u2019s senate passed the bill.", "senate"),
    ],
)
def test_a_speaker_includes_its_noun_and_nothing_else(text: str, speaker: str) -> None:
    (one,) = said_in(text)
    assert one.speaker == speaker


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He told the ministry that it rained."),
        ("en", "See https://a.example/eu-court-rules-against-police here"),
        ("xx", "The ministry denied it."),  # a language without rules
        # Broken off behind a quotation, as summaries in feeds are.
        ("fr", "« Jamais », tempête le"),
        ("es", "«Jamás», insiste el"),
        ("it", "«Mai», ribatte il"),
        ("pt", "“Nunca”, insiste o"),
    ],
)
def test_a_text_without_statements(language: str, text: str) -> None:
    assert statements("", text, language, ()) == ()


def test_an_anonymous_denial_has_no_speaker() -> None:
    (one,) = statements("", "He denied it.", "en", ())
    assert (one.kind, one.speaker) == (StatementKind.DENIAL, None)


WORDS = ["The ministry", "denied", "said", "court", "ruled", "was false", "the claim ", "U.S. "]
WORDS += ["and", "denied that", "for Bringello", "Bringello", "the council voted", "has", "he"]
OTHERS = ["l\u2019", "ministère", "a démenti", "der Sprecher", "wies", "zurück", "\U0001f600"]
OTHERS += ["« Jamais », dit", "le", "il", "«Mai», ribatte"]
MARKS = [".", "\n", " ", ", ", "\u201c", "\u201d"]
PIECES = st.sampled_from([*WORDS, *OTHERS, *MARKS])


@given(
    st.lists(PIECES | st.text(max_size=5)).map(" ".join),
    st.lists(PIECES | st.text(max_size=5)).map("".join),
    st.sampled_from(LANGUAGES),
    st.lists(st.tuples(st.sampled_from(MentionKind), st.integers(0, 60), st.integers(1, 9))),
)
def test_each_phrase_is_the_text_at_its_offsets(
    title: str, text: str, language: str, spans: list[tuple[MentionKind, int, int]]
) -> None:
    mentions = [
        Mention(name="x", kind=kind, field="text", start=start, end=min(len(text), start + long))
        for kind, start, long in spans
        if start < len(text)
    ]
    for one in statements(title, text, language, mentions):
        assert one.phrase == {"title": title, "text": text}[one.field][one.start : one.end]
        assert one.phrase.strip()
        assert one.speaker is None or one.speaker.strip()


def test_a_long_text_without_full_stops_is_searched_in_linear_time() -> None:
    def kinds(size: int) -> list[StatementKind]:
        text = "the ministry denied spying on people, said, and " * size
        return [one.kind for one in statements("", text, "en", ())]

    assert kinds(2_000) == [StatementKind.DENIAL]
    assert grows_evenly(kinds, 250)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Brask said and admitted ", 500),
        ("police of the minister ", 150),
        ("Ministry of Brask ", 150),
        ("not denied ", 2_000),
    ],
)
def test_one_phrase_again_and_again_is_searched_in_linear_time(text: str, size: int) -> None:
    assert grows_evenly(lambda times: statements("", f"{text * times}denied it", "en", ()), size)


def test_a_hostile_page_has_the_first_statements_only() -> None:
    text = "A spokesman denied it. " * (MAX_STATEMENTS + 1)
    found = statements("", text, "en", ())
    assert len(found) == MAX_STATEMENTS
    assert found[0].start == 0


@pytest.mark.parametrize(
    ("kind", "text", "end", "speaker", "size"),
    [
        (MentionKind.AGENCY, "NSA police ", "denied it", "NSA police NSA police", 300),
        (MentionKind.PERSON, "Ana, a, b, c, d, e, f, g. ", "A minister denied it", "minister", 150),
    ],
)
def test_a_text_with_many_mentions_is_searched_in_linear_time(
    kind: MentionKind, text: str, end: str, speaker: str, size: int
) -> None:
    def speakers(times: int) -> list[str | None]:
        starts = range(0, len(text) * times, len(text))
        mentions = [
            Mention(name="x", kind=kind, field="text", start=start, end=start + 3)
            for start in starts
        ]
        return [one.speaker for one in statements("", text * times + end, "en", mentions)]

    assert speakers(2) == [speaker]
    assert grows_evenly(speakers, size)
