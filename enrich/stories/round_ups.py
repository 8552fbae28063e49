"""Recognise round-ups, newsletters and press reviews by their titles: pieces on several affairs."""

from __future__ import annotations

import re

_LABELS = (
    r"(?:[\w'\u2019&]+ ){0,3}(?:round[- ]?up|newsletter|digest|wrap-?up|(?:week|year) in review)"
    r"(?: #?\d+)?",
    r"(?:weekly|news) recap|top stories(?: .{1,20})?",
    r"(?:this|the|last|our|my) week in [^:|]{1,30}",
    r"news in brief|in brief|links (?:of|for) the week",
    r"(?:cette|la) semaine en [^:|]{1,30}|en bref",
    r"la semana en [^:|]{1,30}|boletín",
    r"la settimana in [^:|]{1,30}|in breve",
    r"(?:esta|a) semana em [^:|]{1,30}|em resumo|boletim",
    r"(?:de|deze) week in [^:|]{1,30}|kort nieuws|nieuwsbrief",
)
"""What may stand alone as a title, or before what the piece is about: "News in brief: cameras"."""

_BEGINNINGS = (
    r"(?:morning|evening|weekend|weekly|daily) (?:briefing|links|reads?)\b",
    r"kw \d\d?\b|(?:die )?woche im (?:rück|über)blick|kurz (?:gemeldet|notiert)",
)
"""Beginnings of no other titles, whatever follows."""

_WORDS = (
    r"wochenrückblick|monatsrückblick|jahresrückblick|presseschau|die woche, in der",
    r"kurzmeldungen|(?:der tag|die woche|die nachrichten) im überblick",
    r"revue de presse|(?:l['\u2019](?:actu|actualité|essentiel)|récap) de la semaine",
    r"resumen (?:semanal|de la semana)|noticias de la semana",
    r"rassegna stampa|(?:notizie|il meglio) della settimana",
    r"resumo (?:semanal|da semana)|notícias da semana",
    r"weekoverzicht|nieuwsoverzicht|nieuws van de week",
)
"""Words of no other titles, wherever they stand."""

_BEGINS = re.compile(
    rf"\W*+(?:(?:{'|'.join(_LABELS)})\s*(?:[:|,\u2013\u2014]|-\s|\Z)|{'|'.join(_BEGINNINGS)})",
    re.IGNORECASE,
)
_HAS = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


def is_round_up(title: str) -> bool:
    """Whether a title is that of a round-up."""
    return bool(_BEGINS.match(title) or _HAS.search(title))
