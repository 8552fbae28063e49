"""Read a page's `meta` elements, and tell what in its markup belongs to other articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

_OF_OTHERS = re.compile(
    r"(?:^|\s)(?:(?:article|page|post|site|block|section|module|js|c|o|m|b)[-_]{1,2})?"
    r"(?:comments?(?![-_](?:open|closed|enabled|disabled|off|on)\b)|comment-?list|commentary-?list"
    r"|respond|disqus|related|sidebar(?=\s|$)|side-?bar-(?:area|inner|content|widget)|widget-area"
    r"|recommend|most-?(?:read|popular)|trending|popular|outbrain|taboola|newsletter|teaser"
    r"|more-(?:from|on|stories|news)|read-?(?:more|next)|up-?next|carousel|promo|latest|footer)",
    re.IGNORECASE,
)
"""Beginnings of the classes and ids of what surrounds an article.

Only the beginning counts: layouts also name what they hold or lack (`content-sidebar`,
`no-comments`).
"""

_OWN_FOOT = re.compile(r"entry|post|article|meta|byline|author", re.IGNORECASE)


def metas(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """The `meta` elements as pairs: the name's letters and digits in lower case, the content."""
    for element in tree.iter("meta"):
        content = element.get("content")
        if content:
            for attribute in ("property", "name", "itemprop"):
                name = element.get(attribute)
                if name:
                    yield _letters(name), content


@lru_cache(maxsize=2000)
def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def is_aside(element: HtmlElement) -> bool:
    """Whether an element is around an article, not in it: comments, other articles, the footer."""
    for around in (element, *element.iterancestors()):
        if around.tag in ("main", "body", "html"):
            return False
        if around.tag in ("aside", "nav"):
            return True
        names = around.get("class") or ""
        if around.tag == "footer" and not _OWN_FOOT.search(names):
            return True
        if _OF_OTHERS.search(names) or _OF_OTHERS.search(around.get("id") or ""):
            return True
    return False
