"""What an outlet calls itself on its page, to tell its name from an author's and a headline's."""

from __future__ import annotations

import re
from itertools import islice

from core.sites import site_of
from ingest.extraction.document import Document
from ingest.extraction.linked_data import called, resolved, types

_META = frozenset({"ogsitename", "applicationname", "dcpublisher", "publisher", "cre"})
_PUBLISHERS = frozenset({"WebSite", "Organization", "NewsMediaOrganization", "Corporation"})
_MOST_PUBLISHERS = 8


def outlet_names(document: Document) -> frozenset[str]:
    """The outlet's names, `folded`: what its markup says, its site and the site's first part."""
    told = [text for name, text in document.metas if name in _META]
    for thing in document.linked_data:
        if _PUBLISHERS.intersection(types(thing)):
            told.extend(called(thing))
    publishers = (thing["publisher"] for thing in document.linked_data if thing.get("publisher"))
    for publisher in islice(publishers, _MOST_PUBLISHERS):
        for thing in resolved(publisher, document.linked_data):
            told.extend(called(thing))
    site = site_of(document.url)
    return frozenset(filter(None, map(folded, (*told, site, site.split(".")[0]))))


def folded(name: str) -> str:
    """A name to compare it by: its letters and digits alone, whatever their case."""
    return re.sub(r"[\W_]+", "", name).casefold()
