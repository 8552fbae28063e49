"""The wording of alerts, digests and drafts. Pure: it depends only on the record, and on where the
desk is.

So an alert that is sent twice because of a failure has the same words under the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alert.languages import language_name
from alert.markup import (
    Block,
    Heading,
    Line,
    Link,
    Piece,
    Strong,
    bullet,
    line,
    listed,
    plain,
    quotation,
    shortened,
)
from alert.message import Message
from core.evidence import distinct_phrases, repeats
from core.records import (
    SURVEILLANCE,
    Alert,
    AlertKind,
    Development,
    DevelopmentKind,
    Digest,
    DraftStory,
    Evidence,
    Telling,
    content_id,
)

MAX_HEADLINE = 200
"""Most characters of a headline; some headlines are whole paragraphs."""

UNTITLED = "Untitled"
"""What stands for an empty title."""

MAX_PHRASE = 320
"""Maximum characters of a phrase of evidence: room for a sentence of forty-five words."""

MAX_QUOTE = 400
"""Most characters of a quote from an article."""

LONG_BEFORE = timedelta(days=2)
"""An article that was published so long before it was first seen is old: its alert says when."""

MAX_NAMED = 6
"""Most outlets, and phrases, that are named; the rest are counted."""


def of_alert(alert: Alert, desk_url: str = "") -> Message:
    """The message for an alert, with a link to the story on the desk if its address is known."""
    is_new = alert.kind is AlertKind.STORY
    return Message(
        key=alert.key,
        type="alert.story" if is_new else "alert.development",
        subject=alert_subject(alert),
        body=tuple(alert_body(alert, desk_url)),
        created_at=alert.created_at,
        thread=story_thread(alert),
        opens=is_new,
        record=alert,
    )


def story_thread(alert: Alert) -> str:
    """The conversation that an alert belongs to, from its rule and the story told first."""
    return content_id(f"{alert.rule}\n{alert.told_as or alert.story}")


def alert_subject(alert: Alert) -> str:
    """One line: the rule, and the headline or what is new."""
    rule = shortened(alert.rule, 60)
    if alert.kind is AlertKind.STORY:
        return f"[{rule}] {headline(alert.headline)}"
    first, *others = alert.developments
    more = f" (and {len(others)} more)" if others else ""
    # After a silence, the old headline says less than the new one, if it is the same affair at all.
    revivals = [one for one in alert.developments if one.kind is DevelopmentKind.REVIVAL]
    title = revivals[0].told_by.title if revivals else alert.headline
    return f"[{rule}] Update: {shortened(first.what, 120)}{more} · {headline(title)}"


def alert_body(alert: Alert, desk_url: str = "") -> Iterator[Block]:
    """What is new, where to read it, who had it first, who else has it, and why it was sent.

    A story that a rate held back may have moved on since: its developments come after it.
    """
    if alert.kind is AlertKind.DEVELOPMENT:
        yield Heading("What is new")
        yield from _developments(alert)
        yield Heading(headline(alert.headline))
        yield line(f"Latest from {_name(alert.outlet)}: ", _link(alert.title, alert.url))
    else:
        yield Line((Strong(headline(alert.headline)),))
        text = _besides(alert.headline, alert.title)
        yield line(f"{_name(alert.outlet)}: ", _link(text, alert.url))
        yield from _developments(alert)
    yield from _coverage(alert)
    if desk_url:
        yield line(_on_desk(alert.story, desk_url))
    yield from _why(alert)


def _developments(alert: Alert) -> Iterator[Line]:
    linked = alert.article if alert.kind is AlertKind.STORY else ""
    for one in alert.developments:
        yield _new(one, linked, alert.created_at, alert.headline_language)
        yield from _quoted(_words(one), MAX_QUOTE)


def _new(one: Development, linked: str, now: datetime, headline_language: str) -> Line:
    """What is new, and who told it, if that is not the article to which the line above links."""
    said: list[Piece] = [Strong(_sentence(one.what))]
    if one.told_by.article != linked:
        said += " ", *_attribution(one.told_by, _when_told(one.told_by, now), headline_language)
    return bullet(*said)


def _words(one: Development) -> str:
    """An article's own words for what is new; none if the article's title, which is above them, has
    said them."""
    return "" if repeats(one.quote, one.told_by.title) else one.quote


def _quoted(words: str, limit: int) -> Iterator[Line]:
    """Words as a quotation below the item that they belong to, if there are any."""
    if words.strip():
        yield bullet(quotation(words, limit), level=1)


def _coverage(alert: Alert) -> Iterator[Line]:
    first = alert.first
    if first.article == alert.article:
        now = alert.created_at
        published = f", {_published(first, now)}" if _is_old(first) else ""
        yield line(f"First seen: {_when(first.first_seen, now)}{published}.")
    else:
        when = _foreign(first, alert.headline_language) + _when_told(first, alert.created_at)
        yield line(
            f"First reported by {_name(first.outlet)}, {when}: ", _link(first.title, first.url)
        )
    named = [_name(outlet) for outlet in alert.outlets]
    if len(named) > 1:
        sentence = f"So far {len(named)} outlets have it: {listed(named, MAX_NAMED)}."
    else:
        sentence = "No other outlet has it yet."
    if alert.copies:
        one = alert.copies == 1
        sentence += f" {alert.copies} {'article is a copy' if one else 'articles are copies'}"
        sentence += " of another's text."
    yield line(sentence)


def _why(alert: Alert) -> Iterator[Line]:
    topics = [topic for topic in alert.topics if topic != SURVEILLANCE]
    about = f" Topics: {listed(topics, MAX_NAMED)}." if topics else ""
    rule, query = shortened(alert.rule, 60), shortened(alert.query, 200)
    if alert.kind is AlertKind.STORY:
        reason = f"it matches your rule “{rule}” ({query})"
    else:  # the article of an update need not match the rule itself
        reason = f"your rule “{rule}” ({query}) follows this story"
    yield line(f"Why you got this: {reason}; surveillance score {alert.score:.2f} of 1.{about}")
    if alert.kind is AlertKind.DEVELOPMENT and not alert.topics:
        yield line(
            f"On its own, the article from {_name(alert.outlet)} is not on topic: "
            f"`wirewatch stories {alert.story[:12]}` shows why it is in the story."
        )
    yield from _phrases(alert.why)


def _phrases(why: Sequence[Evidence]) -> Iterator[Line]:
    said = distinct_phrases(why)
    if not said:
        return
    shown = [
        quotation(piece.phrase, MAX_PHRASE)
        + (" in the headline" if piece.field == "title" else "")
        + (f" ({shortened(piece.why, 120)})" if piece.why.strip() else "")
        for piece in said[:MAX_NAMED]
    ]
    yield line(f"Evidence: {'; '.join(shown)}.")


def of_digest(digest: Digest, desk_url: str = "") -> Message:
    """The message for a digest, with links to its stories on the desk if its address is known."""
    return Message(
        key=digest.key,
        type="digest",
        subject=digest_subject(digest),
        body=tuple(digest_body(digest, desk_url)),
        created_at=digest.created_at,
        # All digests of one name are one conversation.
        thread=content_id(f"digest\n{digest.name}"),
        record=digest,
    )


def digest_subject(digest: Digest) -> str:
    """One line: how many stories, up to when."""
    until = digest.until.astimezone(ZoneInfo(digest.timezone))
    number = len(by_story(digest.alerts))
    stories = {0: "nothing new", 1: "one story"}.get(number, f"{number} stories")
    return f"[{shortened(digest.name, 60)}] {stories} up to {until:%A} {_day(until)}, {until:%H:%M}"


def digest_body(digest: Digest, desk_url: str) -> Iterator[Block]:
    """Its stories, most outlets first, each with what happened, in order."""
    zone = ZoneInfo(digest.timezone)
    since, until = digest.since.astimezone(zone), digest.until.astimezone(zone)
    yield line(
        f"From {_day(since)}, {since:%H:%M}, to {_day(until)}, {until:%H:%M} ({digest.timezone})."
    )
    stories = by_story(digest.alerts)
    if not stories:
        yield line("No story matched the rules in this period.")
    for alerts in sorted(stories, key=lambda alerts: -len(alerts[-1].outlets)):
        last = alerts[-1]
        yield Heading(headline(last.headline))
        named = [_name(outlet) for outlet in last.outlets]
        rules = list(dict.fromkeys(shortened(alert.rule, 60) for alert in alerts))
        yield line(
            f"{listed(named, MAX_NAMED)}; {'rule' if len(rules) == 1 else 'rules'} "
            f"{listed(rules, MAX_NAMED)}"
        )
        yield from _story_items(alerts, until)
        if desk_url:
            yield bullet(_on_desk(last.story, desk_url))


def draft_body(stories: Iterable[DraftStory]) -> Iterator[Block]:
    """The stories of a dossier, each with what a person says of it, who has it, where it was first
    reported, and who denies it. No link leads to the desk: a draft is for readers elsewhere, and
    later, so each article has the day on which it was published."""
    for one in stories:
        standing = one.standing
        yield Heading(headline(standing.headline))
        for said in filter(str.strip, one.note.splitlines()):
            yield Line((said,), own_direction=True)
        yield line(listed([_name(outlet) for outlet in standing.outlets], MAX_NAMED))
        title = _besides(standing.headline, standing.first.title)
        first = standing.first.model_copy(update={"title": title})
        yield bullet("First reported: ", *_attribution(first, _day_of(first), standing.language))
        for denial in one.denials:
            told_by = denial.told_by
            source = _attribution(told_by, _day_of(told_by), standing.language)
            yield bullet(Strong(_sentence(denial.what)), " ", *source)
            yield from _quoted(_words(denial), MAX_QUOTE)


def _story_items(alerts: Sequence[Alert], now: datetime) -> Iterator[Line]:
    """What happened in a story, in order, each with the article's words for it. Where there are
    none, as for a new story, a phrase of the article's evidence follows: one for each story."""
    evidence = _evidence(alerts)
    for item, article, words in _told(alerts, now):
        yield item
        if words:
            yield from _quoted(words, MAX_QUOTE)
        elif article in evidence:
            yield from _quoted(evidence[article], MAX_PHRASE)
            evidence = {}


def _told(alerts: Sequence[Alert], now: datetime) -> Iterator[tuple[Line, str, str]]:
    """Each thing that happened in a story, with the article that tells it and its words for it."""
    headline_language = alerts[-1].headline_language
    openings = [alert for alert in alerts if alert.kind is AlertKind.STORY]
    if openings:
        first = openings[0]
        opener = first.first
        if first.article != opener.article:
            opener = Telling(
                article=first.article,
                title=first.title,
                url=first.url,
                outlet=first.outlet,
                language=first.language,
                first_seen=first.created_at,
            )
        title = _besides(alerts[-1].headline, first.title)
        source = opener.model_copy(update={"title": title})
        told = _attribution(source, _when_told(source, now), headline_language)
        yield bullet("New: ", *told), first.article, ""
    seen: set[tuple[str, str]] = set()
    for one in (one for alert in alerts for one in alert.developments):
        if (one.what, one.told_by.article) not in seen:
            seen.add((one.what, one.told_by.article))
            linked = openings[0].article if openings else ""
            yield _new(one, linked, now, headline_language), one.told_by.article, _words(one)


def _evidence(alerts: Sequence[Alert]) -> dict[str, str]:
    """By article, the first phrase of its text that is evidence; none that the headline, its title
    or the words of a development have said."""
    said = [alerts[-1].headline, *(one.quote for alert in alerts for one in alert.developments)]
    found: dict[str, str] = {}
    for alert in alerts:
        for piece in distinct_phrases(alert.why):
            is_said = any(piece.phrase in words for words in (alert.title, *said))
            if piece.field == "text" and not is_said:
                found.setdefault(alert.article, piece.phrase)
    return found


def by_story(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """Alerts grouped by story, whichever rule raised them, in order of the first of each."""
    stories: dict[str, list[Alert]] = {}
    for alert in alerts:
        stories.setdefault(alert.story, []).append(alert)
    return list(stories.values())


def _attribution(source: Telling, when: str, headline_language: str) -> tuple[Piece, ...]:
    """An article, its outlet, and when it came; and its language, if that is not the headline's."""
    details = f"{_name(source.outlet)}, {_foreign(source, headline_language)}{when}"
    return (_link(source.title, source.url), f" ({details})")


def _foreign(source: Telling, headline_language: str) -> str:
    """The language of an article, if it is known not to be the headline's."""
    if source.language and headline_language and source.language != headline_language:
        return f"in {language_name(source.language)}, "
    return ""


def headline(title: str) -> str:
    """A title as a headline: on one line, cut if it is long, and never empty."""
    return shortened(title, MAX_HEADLINE) or UNTITLED


def _on_desk(story: str, desk_url: str) -> Link:
    return Link("The story on the desk", f"{desk_url.rstrip('/')}/stories/{story}")


def _besides(above: str, title: str) -> str:
    """What to call an article below a headline: its title, unless that would only repeat it."""
    return title if plain(title) != plain(above) else "read the article"


def _link(title: str, url: str) -> Link:
    return Link(shortened(title, MAX_HEADLINE) or "untitled", url)


def _name(outlet: str) -> str:
    return shortened(outlet, 80) or "an outlet without a name"


def _sentence(words: str) -> str:
    words = shortened(words, MAX_QUOTE)
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _is_old(source: Telling) -> bool:
    """Whether an article was no news when it was first seen: a new feed brings old ones."""
    return source.published is not None and source.first_seen - source.published >= LONG_BEFORE


def _published(source: Telling, now: datetime) -> str:
    """When an article was published, as a date in the time zone of `now`."""
    moment = source.published
    return f"published {_day(moment.astimezone(now.tzinfo))}" if moment else ""


def _when_told(source: Telling, now: datetime) -> str:
    """When an article was first seen; of an old one, when it was published."""
    return _published(source, now) if _is_old(source) else _when(source.first_seen, now)


def _when(moment: datetime, now: datetime) -> str:
    """A time of day in the time zone of `now`, with its date if that is a different day."""
    local = moment.astimezone(now.tzinfo)
    clock = f"{local:%H:%M} UTC" if now.tzinfo is UTC else f"{local:%H:%M}"
    return clock if local.date() == now.date() else f"{_day(local)}, {clock}"


def _day_of(source: Telling) -> str:
    """The day on which an article was published, in UTC; on which it was first seen, if it does not
    say, or says a later one."""
    return _day(min(source.published or source.first_seen, source.first_seen))


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
