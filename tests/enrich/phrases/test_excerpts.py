"""Which part of a text is shown for what was found in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.phrases.excerpts import MAX_WORDS, excerpt, part_of, sentences
from enrich.words import Words

EVERYWHERE = (
    "in all of the counties of the land and in each of its many towns and villages by the sea and"
    " in the hills and on the small islands of the lakes"
)
"""Many words without a comma."""


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        # The sentence, without its full stop, whatever stands between commas.
        ("The town knew. Cameras read faces, police say. So it is.", "faces",
         "Cameras read faces, police say"),
        ("Lords defeat plan to let ministers open encrypted messages", "encrypted messages",
         "Lords defeat plan to let ministers open encrypted messages"),
        ("The ministry denied that since last May it had used spyware", "spyware",
         "The ministry denied that since last May it had used spyware"),
        ("Das Amt hat nach Angaben der Kammer auch die Post an Anwälte geöffnet. Nun", "die Post",
         "Das Amt hat nach Angaben der Kammer auch die Post an Anwälte geöffnet"),
        ("Ana Prado fue espiada, dijo. El juez calló.", "espiada", "Ana Prado fue espiada, dijo"),
        # What was found in two sentences shows both.
        ("He spied. They paid. So it is.", "spied. They", "He spied. They paid"),
        # Signs that say more than where it ends are part of it.
        ("Who reads your mail? Nobody says.", "reads", "Who reads your mail?"),
        ("Police bought it in the U.S.\nNobody knew.", "bought", "Police bought it in the U.S."),
        # Lines, markup and a row of signs end a sentence;
        ("Home\nPhones were read\nMore", "Phones", "Phones were read"),
        ("News | Court | Agents tapped phones", "Court", "Court"),
        ("Read more >> Agents tapped phones", "Agents", "Agents tapped phones"),
        # so does what is too long for a word;
        (f"Cameras read faces {'x' * 101} So it is", "read", "Cameras read faces"),
        (f"So it is {'x' * 101} Cameras read faces", "read", "Cameras read faces"),
        (f"Cameras read {'x' * 100} faces", "read", f"Cameras read {'x' * 100} faces"),
        # neither spaces before a mark do, nor a number, a date or an acronym in brackets.
        ("Asile : la police ne pourra plus fouiller", "Asile",
         "Asile : la police ne pourra plus fouiller"),
        ("The eight-count charge , filed in Vik , says that the men read calls", "men read calls",
         "The eight-count charge , filed in Vik , says that the men read calls"),
        ("The Agency (NSA) began to read 1,000 calls a day after 9/11", "calls",
         "The Agency (NSA) began to read 1,000 calls a day after 9/11"),
        # and nor does a sign between two names.
        ("It sold a van, by a list seen by Law & Letters, that reads calls. So", "Letters",
         "It sold a van, by a list seen by Law & Letters, that reads calls"),
        # nor the full stop of a firm's abbreviation.
        ("Divers pressed Lantern Inc. on Tuesday to read no calls. So", "calls",
         "Divers pressed Lantern Inc. on Tuesday to read no calls"),
        # Part of a word shows its sentence, too.
        ("It is so. The mass-surveillance system grew.", "surveil",
         "The mass-surveillance system grew"),
        # A quotation has both of its marks.
        ('He wrote: "They read it." She wept.', "read it", 'He wrote: "They read it."'),
        ('It was so. "They read it," he wrote.', "wrote", '"They read it," he wrote'),
        ("Elle jure ne garder « aucun visage ». Bon.", "garder",
         "Elle jure ne garder « aucun visage »"),
        ("« Surveillance permanente », tonnent les syndicats. Le", "syndicats",
         "« Surveillance permanente », tonnent les syndicats"),
        ("Le tribunal ordonne à la ville de cesser « sans délai » l'usage de ses caméras", "ville",
         "Le tribunal ordonne à la ville de cesser « sans délai » l'usage de ses caméras"),
        ("Er nennt es »Ich hörte alles mit«. Das war so.", "nennt",
         "Er nennt es »Ich hörte alles mit«"),
        ("Er nennt es „Ich hörte alles mit“. Das war so.", "nennt",
         "Er nennt es „Ich hörte alles mit“"),
        ("Software flagged 2,000 pupils' poems as 'risk'", "flagged",
         "Software flagged 2,000 pupils' poems as 'risk'"),
    ],
)  # fmt: skip
def test_what_was_found_is_shown_in_its_sentence(text: str, found: str, shown: str) -> None:
    assert _shown(text, found) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        # The part, with those before it as far as there is room,
        (f"The men, {EVERYWHERE}, read faces, some say, of clerks, {EVERYWHERE}", "read faces",
         f"The men, {EVERYWHERE}, read faces, some say, of clerks"),
        (f"{EVERYWHERE}, as one of them told the court, its men had read all the letters of the"
         " clerks", "letters",
         "as one of them told the court, its men had read all the letters of the clerks"),
        # and then those behind it.
        (f"The men read faces, of clerks, others say, {EVERYWHERE}, {EVERYWHERE}", "faces",
         f"The men read faces, of clerks, others say, {EVERYWHERE}"),
        (f"Das Amt las mit \u2013 so der Bund \u2013 und las; {EVERYWHERE}; {EVERYWHERE}", "Bund",
         f"Das Amt las mit \u2013 so der Bund \u2013 und las; {EVERYWHERE}"),
    ],
)  # fmt: skip
def test_of_a_long_sentence_the_parts_around_it_are_shown(
    text: str, found: str, shown: str
) -> None:
    assert _shown(text, found) == shown
    assert len(Words(shown)) <= MAX_WORDS


def test_of_a_very_long_part_its_beginning_or_its_end_is_shown() -> None:
    text = f"{EVERYWHERE} {EVERYWHERE}"
    words = text.split()
    assert _shown(f"The men {text}", "men") == " ".join(["The", "men", *words[: MAX_WORDS - 2]])
    assert _shown(f"{text} the men", "men") == " ".join([*words[2 - MAX_WORDS :], "the", "men"])
    amid = _shown(f"{text} the men {text}", "men").split()
    assert (len(amid), amid.index("men")) == (MAX_WORDS, MAX_WORDS // 2)


def test_what_is_long_itself_is_shown_whole() -> None:
    found = f"The men read faces {EVERYWHERE} {EVERYWHERE}"
    assert _shown(f"{found} and {EVERYWHERE}", found) == found


def test_a_text_is_split_into_sentences() -> None:
    text = f"They know. {EVERYWHERE}, and {EVERYWHERE}. Who\nreads? {EVERYWHERE} {EVERYWHERE}"
    words = Words(text)
    found = [text[start:end] for start, end in sentences(words, 0, len(text))]
    long = f"{EVERYWHERE} {EVERYWHERE}".split()
    assert found == [
        "They know",
        EVERYWHERE,
        f"and {EVERYWHERE}",
        "Who",
        "reads",
        " ".join(long[:MAX_WORDS]),
        " ".join(long[MAX_WORDS:]),
    ]
    begun = [text[start:end] for start, end in sentences(words, text.index("Who"), 99)]
    assert begun == []
    since = text.index("Who")
    assert [text[a:b] for a, b in sentences(words, since, since + 1)] == ["Who"]


def test_a_part_stands_between_commas() -> None:
    text = "The firm reads all letters, and 1,000 mails, it did not say why. So it is."
    start = text.index("mails")
    assert text[slice(*part_of(Words(text), start, start + 5))] == "and 1,000 mails"


PIECES = ["de", "la", "cartas", "Vik", "«", "»", ",", ".", "?", "\n", "mit", '"', "("]


@given(st.lists(st.sampled_from(PIECES), max_size=120), st.data())
def test_an_excerpt_holds_what_was_found_and_sentences_all_words(
    pieces: list[str], data: st.DataObject
) -> None:
    text = " ".join(pieces)
    words = Words(text)
    if not len(words):
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(first + 9, len(words) - 1)))
    start, end = words.starts[first], words.ends[last]
    shown = excerpt(words, start, end)
    assert 0 <= shown[0] <= start < end <= shown[1] <= len(text)
    found = sentences(words, 0, len(text))
    assert [w for a, b in found for w in Words(text[a:b]).words] == words.words
    assert all(len(Words(text[a:b])) <= MAX_WORDS for a, b in found)


def _shown(text: str, found: str) -> str:
    start = text.index(found)
    return text[slice(*excerpt(Words(text), start, start + len(found)))]
