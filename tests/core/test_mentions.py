"""The mentions of an article, as facets."""

from __future__ import annotations

import json

import pytest
from factories import a_mention, an_article
from pydantic import ValidationError

from core.records import Article, Mention, MentionKind

MENTIONS = (
    a_mention(MentionKind.AGENCY, "GCHQ", country="GB"),
    a_mention(MentionKind.VENDOR, "NSO Group", country="IL"),
    a_mention(MentionKind.PROGRAMME, "PRISM", country="US"),
    a_mention(MentionKind.TECHNOLOGY, "spyware"),
    a_mention(MentionKind.LAW, "GDPR", country="EU"),
    a_mention(MentionKind.COURT, "CNIL", country="FR"),
    a_mention(MentionKind.PERSON, "Edward Snowden"),
    a_mention(MentionKind.PLACE, "Paris", country="FR"),
    a_mention(MentionKind.PLACE, "Paris", country="FR"),
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
