"""What differs only in typography or at each visit is no edit; a number in a sentence is."""

from __future__ import annotations

import pytest
from factories import an_article
from growth import grows_evenly

from ingest.pages.essence import MAX_LETTERS, MAX_NUMBERS, essence


def says(line: str) -> str:
    return essence(an_article(text=f"One sentence.\n{line}\nAnother."))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Updated 5 hours ago", "Updated 6 hours ago"),
        ("Last updated: an hour ago", "Last updated: yesterday"),
        ("By Anna Roth, 5 hours ago", "By Anna Roth, 1 day ago"),
        ("By Anna Roth 5h ago", "By Anna Roth 12h ago"),
        ("Published 3 days ago · 12 comments", "Published 2 weeks ago · 13 comments"),
        ("12,345 views", "12.4K views"),
        ("4 min read", "5 min read"),
        ("5-minute read | 12 shares", "6-minute read | 1,200 shares"),
        ("Just now", "1 minute ago"),
        ("vor 3 Stunden", "vor 2 Tagen"),
        ("Aktualisiert vor einer Stunde", "Aktualisiert vor 2 Std."),
        ("Von Anna Roth, vor 5 Min.", "Von Anna Roth, gestern"),
        ("Lesezeit: 5 Min.", "Lesezeit: ca. 6 Minuten"),
        ("Kommentare (12)", "Kommentare (13)"),
        ("1.234 Aufrufe", "1.240 Aufrufe"),
        ("il y a 2 heures", "il y a 3 semaines"),
        ("Mis à jour il y a 2 h", "Mis à jour il y a un mois"),
        ("Temps de lecture : 4 min", "Temps de lecture : 5 min"),
        ("12 345 vues", "12 400 vues"),
        ("Actualizado hace una hora", "Actualizado hace 2 días"),
        ("Tiempo de lectura: 3 min", "Tiempo de lectura: 4 min"),
        ("3 comentarios", "4 comentarios"),
        ("Aggiornato un\u2019ora fa", "Aggiornato 2 giorni fa"),
        ("3 minuti di lettura", "4 minuti di lettura"),
        ("3 commenti", "4 commenti"),
        ("Atualizado há uma hora", "Atualizado há 2 dias"),
        ("2 horas atrás", "3 horas atrás"),
        ("Tempo de leitura: 3 min", "Tempo de leitura: 4 min"),
        ("Bijgewerkt een uur geleden", "Bijgewerkt 2 dagen geleden"),
        ("Leestijd: 3 minuten", "Leestijd: 4 minuten"),
        ("3 reacties • 4 weken geleden", "4 reacties • 5 weken geleden"),
        ('He said "no" - it\'s over...', "He said \u201cno\u201d \u2013 it\u2019s over\u2026"),
        ("Mu\u0308ller was for\u00adbidden to\u00a0go.", "Müller was forbidden to go."),
        ("The end.\nOf it.", "The end. Of it."),
    ],
)
def test_no_edit(before: str, after: str) -> None:
    assert says(before) == says(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It took 5 hours.", "It took 6 hours."),
        ("Eleven were arrested 5 hours ago.", "Eleven were arrested 6 hours ago."),
        ("The film has 12,345 views.", "The film has 12,400 views."),
        ("A 5 minute read of the file showed it.", "A 6 minute read of the file showed it."),
        ("Company sells 12 shares", "Company sells 13 shares"),
        ("Company: 12 shares sold", "Company: 13 shares sold"),
        ("By Anna Roth, 5 hours ago", "By Ben Roth, 5 hours ago"),
        ("5 dead", "6 dead"),
        ("Updated 5 May", "Updated 6 May"),
        ("Er starb vor 3 Jahren.", "Er starb vor 4 Jahren."),
        ("Il est mort il y a 2 ans.", "Il est mort il y a 3 ans."),
        ("Murió hace 2 años.", "Murió hace 3 años."),
        ("È morto 2 anni fa.", "È morto 3 anni fa."),
        ("Morreu há 2 anos.", "Morreu há 3 anos."),
        ("Hij stierf 2 jaar geleden.", "Hij stierf 3 jaar geleden."),
        ("He said no", 'He said "no"'),
        ("They knew.", "They knew?"),
        ("the law", "the Law"),
    ],
)
def test_edit(before: str, after: str) -> None:
    assert says(before) != says(after)


def test_a_line_that_is_long_or_has_many_numbers_says_all_that_it_has() -> None:
    def views(first: int, count: int) -> str:
        return ", ".join(f"{number} views" for number in range(first, first + count))

    def comments(number: int, length: int) -> str:
        return f"{number} comments | ".ljust(length, "x")

    assert says(views(1, MAX_NUMBERS)) == says(views(2, MAX_NUMBERS))
    assert says(views(1, MAX_NUMBERS + 1)) != says(views(2, MAX_NUMBERS + 1))
    assert says(comments(12, MAX_LETTERS)) == says(comments(13, MAX_LETTERS))
    assert says(comments(12, MAX_LETTERS + 1)) != says(comments(13, MAX_LETTERS + 1))


def test_the_outlets_name_at_a_headline_is_no_edit() -> None:
    ends = ("", " - The News", " | news.example", " - News")
    held = {essence(an_article(title=f"Court forbids it{one}", outlet="The News")) for one in ends}
    assert len(held) == 1
    other = an_article(title="Court forbids it - for good", outlet="The News")
    assert essence(other) not in held


def test_a_headline_of_nothing_but_the_outlets_name_is_read_to_its_end() -> None:
    """Each name that was removed took a level of Python's stack: at a thousand, the pass ended."""
    essence(an_article(title="A|" * 1_000, outlet="A"))


@pytest.mark.parametrize("line", ["1," * 59, "vor 1 il y a 1 " * 7])
def test_a_hostile_text_takes_no_longer(line: str) -> None:
    assert grows_evenly(lambda size: essence(an_article(text=f"{line}\n" * size)), 100)
    assert grows_evenly(lambda size: essence(an_article(text=line * size)), 250)
