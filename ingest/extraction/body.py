"""Prepare a page's tree for extractors: what holds no article is removed, what does is marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from copy import copy

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.xpaths import BODY_XPATH

from ingest.extraction.document import Document
from ingest.extraction.live import is_live
from ingest.extraction.markup import is_aside
from ingest.extraction.outlet import folded

CHUNK_PARAGRAPHS = 2
"""A container of at least this many paragraphs may be one of several chunks of an article."""

PARAGRAPH_LETTERS = 100
"""A shorter `p` may be a label; a longer one is running text (some 16 words)."""

IN_SENTENCE = 3
"""A paragraph more than this many times as long as a time in it is no label of that."""

WRAPPED = 4
"""The most elements around an embedded post: itself, a script and a line break or two."""

_WORDLESS = (
    *("head", "link", "meta", "script", "style", "template", "noscript", "source"),
    *("input", "option", "textarea", "iframe", "embed"),
    *("del", "s", "strike"),  # taken back by the outlet
)
_WRAPPERS = ("aside", "button", "footer", "nav", "object", "select", "svg")
"""Elements that hold no article, unless broken markup closes them too late."""

_UNSEEN = etree.XPath(
    "//body//*[contains(@class, 'visually-hidden') or contains(@class, 'visuallyhidden')"
    " or contains(@class, 'sr-only') or contains(@class, 'screen-reader-text')]"
    "[not(contains(@class, 'not-sr-only') or descendant::p)]"
)
"""What screen readers say of a link: ", external", "opens in a new window"."""

_LISTED_POSTS = etree.XPath(
    "//li[.//p][.//article or .//time or .//h2 or .//h3 or .//h4][parent::ol or parent::ul]"
)
"""Items of a list that may be posts: they have paragraphs, and a heading or a time."""


def body(document: Document) -> HtmlElement:
    """A copy of a page's tree, prepared for extractors.

    What all of them drop is removed, which makes their later steps a quarter faster. What they
    would take out of a sentence becomes plain, and what only screen readers say goes. Embedded
    posts, which they would take for widgets, become plain quotes, and tables around running text
    plain elements. Other articles below the page's own are removed. An article that advertisements
    cut into chunks is marked as a whole, and so are the posts of a live blog; an article that
    nothing marks is marked as one.
    """
    tree = copy(document.tree)
    live = is_live(document)
    _strip(tree)
    if not live:
        _drop_others(tree, document)
    text = list(_running_text(tree))
    _mend_sentences(tree)
    _unwrap_tables(tree, text)
    _unwrap_posts(tree)
    if live:
        _join_posts(tree)
    _name_whole(text, live=live)
    _name_article(tree, text)
    return tree


def _strip(tree: HtmlElement) -> None:
    """Remove what holds no article; a wrapper around most of the paragraphs becomes a `div`."""
    paragraphs = sum(1 for _ in tree.iter("p"))
    for wrapper in tree.iter(*_WRAPPERS):
        inside = sum(1 for _ in wrapper.iter("p"))
        if inside * 2 > paragraphs:
            wrapper.tag = "div"
    etree.strip_elements(
        tree, etree.Comment, etree.ProcessingInstruction, *_WORDLESS, *_WRAPPERS, with_tail=False
    )


def _mend_sentences(tree: HtmlElement) -> None:
    """Keep sentences whole: extractors would begin a line at each short quote, whose marks are the
    browser's, and drop each time of day or date that is marked as one."""
    for unseen in _UNSEEN(tree):
        unseen.tag = "del"
    etree.strip_elements(tree, "del", with_tail=False)
    for quote in list(tree.iter("q")):
        quote.tag, quote.text = "span", f"\u201c{quote.text or ''}"
        quote.tail = f"\u201d{quote.tail or ''}"
    for paragraph in tree.iter("p"):
        length = len(paragraph.text_content())
        for time in list(paragraph.iter("time")):
            if length > IN_SENTENCE * len(time.text_content()):
                time.tag = "span"


def _drop_others(tree: HtmlElement, document: Document) -> None:
    """Remove the articles that a page goes on with below its own: each has a headline, and only the
    first of these is in the page's title."""
    title = folded(" ".join(one.text_content() for one in document.tree.iter("title")))
    headlines: dict[HtmlElement, str] = {}
    for heading in tree.iter("h1"):
        for article in [*heading.iterancestors("article")][-1:]:
            headlines.setdefault(article, folded(heading.text_content()))
    are_in_title = [bool(one) and one in title for one in headlines.values()]
    if are_in_title[:1] == [True] and not any(are_in_title[1:]):
        for article in [*headlines][1:]:
            article.drop_tree()


def _unwrap_tables(tree: HtmlElement, text: Sequence[HtmlElement]) -> None:
    """Make plain elements of tables that hold running text, as in e-mails and on old sites:
    extractors would make each of their rows one line."""
    tables = {table for one in text for table in one.iterancestors("table")}
    if not tables:
        return
    cells = tree.iter("tbody", "thead", "tfoot", "tr", "td", "th")
    parts = [one for one in cells if next(one.iterancestors("table"), None) in tables]
    for part in (*tables, *parts):
        part.tag = "div"


def _unwrap_posts(tree: HtmlElement) -> None:
    """Remove the names of embedded posts: quotes in wrappers that are named like widgets."""
    for quote in tree.iter("blockquote"):
        wrapped, wrapper = quote, quote.getparent()
        _unname(quote)
        is_post = next(quote.iter("a"), None) is not None  # others in figures repeat a sentence
        while wrapper is not None and _holds_only(wrapper, wrapped):
            _unname(wrapper)
            if wrapper.tag == "figure" and is_post:
                wrapper.tag = "div"
            wrapped, wrapper = wrapper, wrapper.getparent()


def _holds_only(wrapper: HtmlElement, wrapped: HtmlElement) -> bool:
    """Whether an element has few children, and all its words are in one of them."""
    return len(wrapper) <= WRAPPED and not any(
        text and text.strip()
        for text in (
            wrapper.text,
            *(child.tail for child in wrapper),
            *(child.text_content() for child in wrapper if child is not wrapped),
        )
    )


def _unname(element: HtmlElement) -> None:
    for name in ("class", "id"):
        element.attrib.pop(name, None)


def _join_posts(tree: HtmlElement) -> None:
    """Make the posts of a live blog parts of one article. Many blogs have each of them in an
    `article` or an `articleBody` of its own, of which extractors take only the first, or in a list,
    of which they make each item one paragraph."""
    for item in _LISTED_POSTS(tree):
        item.tag = item.getparent().tag = "div"
    posts = [one for one in tree.iter("article") if _is_long(one) and not is_aside(one)]
    if len(posts) > 1:
        for article in list(tree.iter("article")):
            article.tag = "div"
        _around(posts).tag = "article"
    etree.strip_attributes(tree, "itemprop")


def _running_text(element: HtmlElement) -> Iterator[HtmlElement]:
    """The paragraphs of running text in an element."""
    return (one for one in element.iter("p") if len(one.text_content()) >= PARAGRAPH_LETTERS)


def _is_long(element: HtmlElement) -> bool:
    """Whether an element has a paragraph of running text."""
    return next(_running_text(element), None) is not None


def _name_whole(text: Sequence[HtmlElement], *, live: bool) -> None:
    """Give the element around an article's chunks their class: extractors take the first with it.

    Chunks are containers of paragraphs with the same class in the same `article`. If there is more
    than one headline, they are separate articles. A post of a `live` blog may have one paragraph.
    """
    least = 1 if live else CHUNK_PARAGRAPHS
    paragraphs = Counter(paragraph.getparent() for paragraph in text)
    groups: dict[tuple[HtmlElement | None, str, str], list[HtmlElement]] = defaultdict(list)
    for container, count in paragraphs.items():
        name = container.get("class")
        if name and count >= least and not is_aside(container):
            article = next(container.iterancestors("article"), None)
            groups[article, container.tag, name].append(container)
    for (_, _, name), chunks in groups.items():
        if len(chunks) > 1:
            whole = _around(chunks)
            if sum(1 for _ in whole.iter("h1")) <= 1:
                whole.set("class", f"{name} {whole.get('class') or ''}".strip())


def _name_article(tree: HtmlElement, text: Sequence[HtmlElement]) -> None:
    """Make an article of the first container of running text, with others of its name, if they hold
    most of it and trafilatura would recognise none: it would take paragraphs, but no lists."""
    if next(tree.iter("article", "main"), None) is not None:
        return
    if any(recognised(tree) for recognised in BODY_XPATH):
        return
    letters: Counter[HtmlElement] = Counter()
    for paragraph in text:
        letters[paragraph.getparent()] += len(paragraph.text_content())
    first = next((one for one in letters if not is_aside(one)), None)
    if first is None:
        return
    chunks = [one for one in letters if one.get("class") == first.get("class")]
    whole = _around(chunks)
    if whole.tag == "div" and sum(letters[one] for one in chunks) * 2 > letters.total():
        whole.tag = "article"


def _around(elements: list[HtmlElement]) -> HtmlElement:
    """The innermost element that holds all of them; it may be one of them."""
    first, *others = elements
    around = [first, *first.iterancestors()]
    for other in others:
        above = {other, *other.iterancestors()}
        around = [element for element in around if element in above]
    return around[0]
