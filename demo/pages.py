"""An outlet's web pages: articles in three templates, the front page, robots.txt.

A page depends on the article's words alone, so its ETag and Last-Modified are true.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from string import Template

from demo.outlets import CONTENT, Outlet, Piece, Post, Version, words
from demo.pdf import pdf

RELATED = 5
"""Headlines beside an article."""

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
    """The HTML of an article. `base` is the outlet's address without a trailing slash."""
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
    body = [block.format(escape(paragraph)) for paragraph in version.body]
    if piece.posts:
        body = [*body[: len(piece.body)], *map(_post, version.posts)]
    markup = {
        "feed_links": _feed_links(outlet),
        "nav": "".join(f'<li><a href="/">{escape(name)}</a></li>' for name in _sections(outlet)),
        "related": _related(outlet, piece),
        "body": "\n".join(body),
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


def amp_page(page: str) -> str:
    """The AMP page of an article: here the same page, marked as AMP."""
    return page.replace("<html ", "<html amp ", 1)


def article_pdf(piece: Piece, version: Version) -> bytes:
    """An article as a PDF."""
    return pdf(version.title, piece.author, piece.published, version.body)


def page_in_place(name: str, title: str = "") -> str:
    """What is shown in an article's place: a page from the templates, by name.

    `title` is the article's, for the pages that keep it.
    """
    return _template(name).safe_substitute(title=escape(title))


def robots_txt(outlet: Outlet) -> str:
    """The outlet's robots.txt; an empty `Disallow` allows everything."""
    rules = [f"Disallow: {path}" for path in outlet.disallow] or ["Disallow:"]
    if outlet.crawl_delay is not None:
        rules.append(f"Crawl-delay: {outlet.crawl_delay}")
    return "\n".join(["User-agent: *", *rules, ""])


def _fill(template: str, plain: dict[str, str], markup: dict[str, str]) -> str:
    escaped = {name: escape(value) for name, value in plain.items()}
    return _template(template).substitute(escaped | markup)


@cache
def _template(name: str) -> Template:
    path = CONTENT / "templates" / f"{name}.html"
    return Template(path.read_text(encoding="utf-8"))


def _post(post: Post) -> str:
    paragraphs = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in post.body)
    return (
        f'<section class="liveblog-post" data-at="{post.at.isoformat()}">\n'
        f"<h3>{escape(post.title)}</h3>\n{paragraphs}\n</section>"
    )


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
    """Headlines as they were when the article appeared: later news does not change the page."""
    others = [
        other
        for other in outlet.published(piece.day)
        if other != piece and other.published < piece.published
    ]
    return "".join(_headline(outlet, other, other.title) for other in others[:RELATED])


def _json_ld(outlet: Outlet, piece: Piece, version: Version, base: str) -> str:
    about: dict[str, object] = {
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
    if not outlet.free:
        locked = {"isAccessibleForFree": False}
        part = {"@type": "WebPageElement", "cssSelector": ".entry-content"}
        about |= locked | {"hasPart": part | locked}
    if piece.posts:
        about |= {
            "@type": "LiveBlogPosting",
            "coverageStartTime": piece.published.isoformat(),
            "liveBlogUpdate": [
                {
                    "@type": "BlogPosting",
                    "headline": post.title,
                    "datePublished": post.at.isoformat(),
                    "articleBody": "\n".join(post.body),
                }
                for post in version.posts
            ],
        }
        if len(version.posts) == len(piece.posts):
            about["coverageEndTime"] = version.modified.isoformat()
    # Inside a script element nothing is unescaped, but "</" would end it.
    return json.dumps(about, ensure_ascii=False).replace("</", "<\\/")
