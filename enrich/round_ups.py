"""Recognise round-ups, newsletters and press reviews by their titles: pieces on several affairs."""

from __future__ import annotations

import re

_ENDS = r"\s*(?:[:|,\u2013\u2014]|-\s|\Z)"
"""What follows a title's label."""

_BEGIN = re.compile(
    r"(?:(?:this|the|last|our|my) week in [^:|]{1,30}" + _ENDS +
    r"|(?:[\w'\u2019&]+ ){0,3}(?:round-?up|newsletter|digest|wrap-?up|week in review)"
    r"(?: #?\d+)?" + _ENDS +
    r"|(?:morning|evening|weekend|weekly|daily) (?:briefing|links|reads?)\b"
    r"|(?:news in brief|in brief|links (?:of|for) the week)" + _ENDS +
    r"|kw \d\d?\b|(?:die )?woche im (?:r\u00fcck|\u00fcber)blick|kurz (?:gemeldet|notiert)"
    r"|(?:(?:cette|la) semaine en|la semana en|la settimana in|(?:esta|a) semana em"
    r"|(?:de|deze) week in) [^:|]{1,30}" + _ENDS +
    r"|(?:en bref|in breve|em resumo|kort nieuws|nieuwsbrief|bolet[i\u00ed][mn])" + _ENDS + r")",
    re.IGNORECASE,
)  # fmt: skip
"""Labels with which a title begins."""

_ANYWHERE = re.compile(
    r"\b(?:wochenr\u00fcckblick|monatsr\u00fcckblick|presseschau|die woche, in der"
    r"|revue de presse|l['\u2019](?:actu|essentiel) de la semaine"
    r"|resumen (?:semanal|de la semana)|rassegna stampa|notizie della settimana"
    r"|resumo (?:semanal|da semana)|weekoverzicht|nieuwsoverzicht)\b",
    re.IGNORECASE,
)
"""Words that stand in the titles of nothing else."""


def is_round_up(title: str) -> bool:
    """Whether a title is that of a round-up."""
    return bool(_BEGIN.match(title.strip()) or _ANYWHERE.search(title))
