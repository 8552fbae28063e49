"""An outlet's web pages: articles in three templates, the front page, robots.txt.

A page is a function of the article's words alone, so that its ETag and Last-Modified are true.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from string import Template

from demo.outlets import CONTENT, Outlet, Piece, Version, words

RELATED = 5
"""How many headlines stand beside an article."""

LEAD_IMAGE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9">'
    b'<rect width="16" height="9" fill="#cdd6dd"/></svg>'
)
MEDIA_TYPES = {
    "rss2": "application/rss+xml",
    "rss1": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def article_page(outlet: Outlet, piece: Piece, version: Version, base: str) -> str:
    """The HTML of an article. `base` is the outlet's address without a slash at the end."""
    around = words(outlet.language)
    block = '<div data-component="text"><p>{}</p></div>' if _modern(outlet) else "<p>{}</p>"
    plain = {
        "language": outlet.language,
        "outlet": outlet.title,
        "about": outlet.about,
        "title": version.title,
        "summary": version.summary,
        "author": piece.author or outlet.title,
        "section": piece.section,
        "url": base + outlet.path_of(piece),
        "published": piece.published.isoformat(),
        "modified": version.modified.isoformat(),
        "date": piece.published.strftime("%d.%m.%Y, %H:%M"),
        **{f"word_{name}": word for name, word in around.model_dump().items()},
    }
    markup = {
        "feed_links": _feed_links(outlet),
        "nav": "".join(f'<li><a href="/">{escape(name)}</a></li>' for name in _sections(outlet)),
        "related": _related(outlet, piece),
        "body": "\n".join(block.format(escape(paragraph)) for paragraph in version.body),
        "json_ld": _json_ld(outlet, piece, version, base),
    }
    return _fill(outlet.template, plain, markup)


def front_page(outlet: Outlet, day: int) -> str:
    """The HTML of the front page: every headline so far, and where the feeds are."""
    plain = {
        "language": outlet.language,
        "outlet": outlet.title,
        "about": outlet.about,
        "word_footer": words(outlet.language).footer,
    }
    headlines = "".join(
        _headline(outlet, piece, piece.version(day).title) for piece in outlet.published(day)
    )
    return _fill("front", plain, {"feed_links": _feed_links(outlet), "headlines": headlines})


def consent_page() -> str:
    """What an outlet shows in an article's place to whom it has not asked for consent."""
    return _template("consent").template


def robots_txt(outlet: Outlet) -> str:
    """The outlet's robots.txt; an empty `Disallow` allows everything."""
    rules = [f"Disallow: {path}" for path in outlet.disallow] or ["Disallow:"]
    return "\n".join(["User-agent: *", *rules, ""])


def _fill(template: str, plain: dict[str, str], markup: dict[str, str]) -> str:
    escaped = {name: escape(value) for name, value in plain.items()}
    return _template(template).substitute(escaped | markup)


@cache
def _template(name: str) -> Template:
    path = CONTENT / "templates" / f"{name}.html"
    return Template(path.read_text(encoding="utf-8"))


def _modern(outlet: Outlet) -> bool:
    return outlet.template == "modern"


def _sections(outlet: Outlet) -> list[str]:
    return sorted({piece.section for piece in outlet.pieces})


def _feed_links(outlet: Outlet) -> str:
    return "\n".join(
        f'<link rel="alternate" type="{MEDIA_TYPES[feed.format]}"'
        f' title="{escape(outlet.title)}" href="{escape(feed.path)}">'
        for feed in outlet.feeds
    )


def _headline(outlet: Outlet, piece: Piece, title: str) -> str:
    return f'<li><a href="{escape(outlet.path_of(piece))}">{escape(title)}</a></li>'


def _related(outlet: Outlet, piece: Piece) -> str:
    """Headlines as they stood when the article came out: later news leaves the page alone."""
    others = [
        other
        for other in outlet.published(piece.day)
        if other != piece and other.published < piece.published
    ]
    return "".join(_headline(outlet, other, other.title) for other in others[:RELATED])


def _json_ld(outlet: Outlet, piece: Piece, version: Version, base: str) -> str:
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": version.title,
        "description": version.summary,
        "inLanguage": outlet.language,
        "datePublished": piece.published.isoformat(),
        "dateModified": version.modified.isoformat(),
        "author": [{"@type": "Person", "name": piece.author or outlet.title}],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.title},
        "mainEntityOfPage": base + outlet.path_of(piece),
    }
    # In a script element nothing is unescaped, but "</" would end it.
    return json.dumps(about, ensure_ascii=False).replace("</", "<\\/")
