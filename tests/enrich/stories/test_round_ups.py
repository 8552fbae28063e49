"""Titles of round-ups in seven languages, and of reports that sound like them."""

import pytest

from enrich.stories.round_ups import is_round_up


@pytest.mark.parametrize(
    "title",
    [
        "This week in surveillance: Harbour spyware, quay cameras, and a verdict",
        "Privacy news round-up: quay cameras",
        "Quaywatch newsletter #12",
        "Week in review",
        "Morning briefing: ministry denies tapping divers",
        "News in brief",
        "Der Wochenrückblick: Staatstrojaner im Hafen",
        "KW 10: Die Woche, in der alle Kräne mithörten",
        "Revue de presse : les quais sous surveillance",
        "La semaine en bref : les quais filmés",
        "Resumen de la semana: cámaras en el muelle",
        "La settimana in breve: telecamere al porto",
        "Resumo da semana: câmeras no porto",
        "Weekoverzicht: camera's op de kade",
    ],
)
def test_a_piece_on_several_affairs_is_a_round_up(title: str) -> None:
    assert is_round_up(title)


@pytest.mark.parametrize(
    "title",
    [
        "Harbour minister is to testify this week in spyware inquiry",
        "Police round-up of divers used face recognition",
        "Newsletter service tracked its readers, regulator finds",
        "Spyware found on phone of newsletter's editor",
        "Ferry line's weekly digest of passengers' movements went to police",
        "Daily Mail comment: spies in the harbour",
        "Hafenpolizei hörte eine Woche lang mit",
        "",
    ],
)
def test_a_report_is_none(title: str) -> None:
    assert not is_round_up(title)
