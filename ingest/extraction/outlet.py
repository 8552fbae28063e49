"""Find what an outlet calls itself, to keep its name out of authors and titles."""

from __future__ import annotations

import re
from itertools import islice

from core.sites import site_of
from ingest.extraction.document import Document
from ingest.extraction.linked_data import names_of, resolve, types

_META = frozenset({"ogsitename", "applicationname", "dcpublisher", "publisher", "cre"})
_PUBLISHERS = frozenset({"WebSite", "Organization", "NewsMediaOrganization", "Corporation"})
_MAX_PUBLISHERS = 8


def outlet_names(document: Document) -> frozenset[str]:
    """The outlet's names, `folded`: from its markup, its site and the site's first part."""
    told = [text for name, text in document.metas if name in _META]
    for thing in document.linked_data:
        if _PUBLISHERS.intersection(types(thing)):
            told.extend(names_of(thing))
    publishers = (thing["publisher"] for thing in document.linked_data if thing.get("publisher"))
    for publisher in islice(publishers, _MAX_PUBLISHERS):
        for thing in resolve(publisher, document.linked_data):
            told.extend(names_of(thing))
    site = site_of(document.url)
    return frozenset(filter(None, map(folded, (*told, site, site.split(".")[0]))))


def folded(name: str) -> str:
    """A name reduced for comparing: only its letters and digits, without case."""
    return re.sub(r"[\W_]+", "", name).casefold()
