# ruff: noqa: RUF001 (some articles have look-alike letters)
"""Both indexes, and a small corpus in several languages."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import factories
import pytest
from elasticsearch import Elasticsearch
from factories import a_mention, a_statement

from core.index import Index
from core.records import Article, Evidence, Tag, content_id
from search.elastic import layout
from search.elastic.index import ElasticIndex
from search.embedded import EmbeddedIndex

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def elastic(elasticsearch_url: str) -> Iterator[ElasticIndex]:
    """An Elasticsearch index under the test's own alias."""
    client = Elasticsearch(elasticsearch_url, request_timeout=60)
    index = ElasticIndex(client, alias=f"test-{uuid.uuid4().hex[:12]}")
    yield index
    for name in client.indices.get(index=f"{index.alias}-*"):
        client.indices.delete(index=name)
    layout.remove_templates(client, index.alias)
    index.close()


@pytest.fixture(
    params=["embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)],
)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Each index in turn, empty."""
    if request.param == "elastic":
        yield request.getfixturevalue("elastic")
        return
    embedded = EmbeddedIndex(tmp_path / "index.sqlite")
    yield embedded
    embedded.close()


def an_article(number: int = 0, **changes: object) -> Article:
    """An article; `number` sets its address and its time."""
    own = {"title": f"Story {number}", "first_seen": START + timedelta(minutes=number)}
    return factories.an_article(number, **(own | changes))


@pytest.fixture
def make() -> Callable[..., Article]:
    return an_article


def _tag(topic: str, score: float) -> Tag:
    why = Evidence(field="title", start=0, end=2, phrase="xx", why="a rule")
    return Tag(topic=topic, score=score, evidence=(why,))


LONDON = a_mention("place", "London", country="GB", latitude=51.5085, longitude=-0.1257)


@pytest.fixture(scope="session")
def corpus() -> list[Article]:
    """Articles that differ in every field that a query can use."""
    day = timedelta(days=1)
    return [
        an_article(
            0,
            title="Police wiretapped reporters, court hears",
            text="Officers were spying on three journalists for a year. The judge's order: stop.",
            authors=("Ana Müller", "Bo Chen"),
            outlet="The Daily Example",
            feeds=("f1", "f2"),
            language="en",
            score=0.91,
            published=START - day,
            tags=(_tag("surveillance", 0.91), _tag("interception", 0.8)),
            mentions=(
                LONDON,
                a_mention("agency", "GCHQ", country="GB", uri="https://www.gchq.gov.uk/"),
                a_mention("technology", "wiretap"),
                LONDON.model_copy(update={"field": "text"}),
            ),
        ),
        an_article(
            1,
            title="City buys cameras with facial recognition",
            text="Facial recognition cameras will watch the central station, the mayor said.",
            outlet="the daily example",
            site="city.example.org",
            language="en",
            score=0.7,
            published=START + day,
            tags=(_tag("surveillance", 0.7), _tag("biometrics", 0.7)),
            mentions=(
                LONDON,
                a_mention("technology", "face recognition"),
                a_mention("vendor", "Clearview AI", country="US"),
            ),
            story=content_id("story"),
        ),
        an_article(
            2,
            title="Überwachung: Gericht stoppt Kameras",
            text="Die Straße vor dem Bahnhof bleibt frei von Kameras, sagt Richterin Łucja Øst.",
            outlet="Beispielblatt",
            language="de",
            score=0.699999,
            published=START,
            authors=("Jörg Weiß",),
        ),
        an_article(
            3,
            title="Vidéosurveillance : l’État s’explique",
            text="Le ministère nie l'écoute des téléphones. E\u0301coutes illégales ?",
            outlet="L'Exemple",
            language="fr",
            score=0.5,
            feeds=("f2",),
            mentions=(
                a_mention("court", "Conseil d'État", country="FR"),
                a_mention("law", "Loi renseignement", country="FR"),
                a_mention("person", "Gérald Darmanin"),
                a_mention("programme", "PRISM", country="US"),
                a_mention("technology", "wiretap"),
            ),
            statements=(a_statement("denial", "Le ministère nie", speaker="Le ministère"),),
        ),
        an_article(
            4,
            title="監視カメラの増設に反対",
            text="市民団体は監視カメラの増設に反対した。",
            outlet="例新聞",
            language="ja",
            score=0.3,
            published=START - 400 * day,
        ),
        an_article(
            5,
            title="Суд запретил слежку",
            text="Полиция следила за журналистами с помощью шпионской программы ЙОД-7.",
            outlet="Пример",
            language="ru",
            score=1.0,
            story=content_id("story"),
            duplicate_of=content_id("first"),
        ),
        an_article(
            6,
            title="Cake recipes for spring",
            text="Flour, eggs, and a spy-themed icing. Don't forget the station master's order.",
            outlet="100% [Cooking]* \\ Home",
            score=0.0,
            first_seen=START + timedelta(minutes=1),
        ),
        an_article(
            7,
            title="ΠΑΡΑΚΟΛΟΥΘΗΣΕΙΣ στην Αθήνα",
            text="Οι παρακολουθήσεις και ο νόμος.",
            language="el",
            score=0.25,
            revision=3,
        ),
        an_article(8, title="", text="", first_seen=START + timedelta(minutes=1, microseconds=400)),
        an_article(
            9,
            title="Spies, spying, spied: a spy word list",
            text="recognition facial cameras watch " + "x" * 300 + " ①② ½ 3.14",
            language="en",
            published=START.replace(microsecond=123_999),
        ),
    ]
