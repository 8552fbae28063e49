"""The mentions of an article, as facets."""

from __future__ import annotations

import json

import pytest
from factories import an_article
from pydantic import ValidationError

from core.records import Article, Mention, MentionKind


def _mention(kind: MentionKind, name: str, country: str | None = None) -> Mention:
    return Mention(name=name, kind=kind, field="text", start=0, end=3, country=country)


MENTIONS = (
    _mention(MentionKind.AGENCY, "GCHQ", "GB"),
    _mention(MentionKind.VENDOR, "NSO Group", "IL"),
    _mention(MentionKind.PROGRAMME, "PRISM", "US"),
    _mention(MentionKind.TECHNOLOGY, "spyware"),
    _mention(MentionKind.LAW, "GDPR", "EU"),
    _mention(MentionKind.COURT, "CNIL", "FR"),
    _mention(MentionKind.PERSON, "Edward Snowden"),
    _mention(MentionKind.PLACE, "Paris", "FR"),
    _mention(MentionKind.PLACE, "Paris", "FR"),
)


def test_each_kind_has_a_facet_of_distinct_names() -> None:
    article = an_article(mentions=MENTIONS)
    facets = {kind: getattr(article, kind) for kind in MentionKind}
    assert facets == {one.kind: (one.name,) for one in MENTIONS}
    assert article.mention == tuple(dict.fromkeys(one.name for one in MENTIONS))


def test_only_places_agencies_and_courts_have_countries() -> None:
    assert an_article(mentions=MENTIONS).country == ("GB", "FR")


def test_an_archived_article_without_mentions_still_loads() -> None:
    old = json.loads(an_article().model_dump_json())
    del old["mentions"]
    assert Article.model_validate(old).mentions == ()


@pytest.mark.parametrize("change", [{"latitude": 91}, {"kind": "firm"}, {"field": "summary"}])
def test_an_invalid_mention_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Mention.model_validate(MENTIONS[0].model_dump() | change)
