"""Titles of round-ups in seven languages, and of reports that sound like them."""

import pytest
from growth import grows_evenly

from enrich.stories.round_ups import is_round_up


@pytest.mark.parametrize(
    "title",
    [
        "This week in surveillance: Harbour spyware, quay cameras, and a verdict",
        "Privacy news round-up: quay cameras",
        "Quaywatch newsletter #12",
        "Week in review",
        "\u26a1 Weekly Recap: quay cameras, harbour spyware and more",
        "The harbour's year in review",
        "Harbour news round up",
        "Top stories this week: quay cameras",
        "Morning briefing: ministry denies tapping divers",
        "News in brief",
        "Der Wochenrückblick: Staatstrojaner im Hafen",
        "KW 10: Die Woche, in der alle Kräne mithörten",
        "Der Tag im Überblick: Staatstrojaner im Hafen",
        "Revue de presse : les quais sous surveillance",
        "Le récap de la semaine : les quais filmés",
        "La semaine en bref : les quais filmés",
        "Resumen de la semana: cámaras en el muelle",
        "Las noticias de la semana: cámaras en el muelle",
        "Il meglio della settimana: telecamere al porto",
        "La settimana in breve: telecamere al porto",
        "Resumo da semana: câmeras no porto",
        "Notícias da semana: câmeras no porto",
        "Weekoverzicht: camera's op de kade",
        "Het nieuws van de week: camera's op de kade",
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
        "Ministry orders year in prison to be reviewed after recap of harbour files",
        "Police rounded up divers after face recognition at top stories of a tower",
        "",
    ],
)
def test_a_report_is_none(title: str) -> None:
    assert not is_round_up(title)


def test_a_title_of_marks_is_read_in_linear_time() -> None:
    assert grows_evenly(lambda size: is_round_up("&" * size), 2_000)
