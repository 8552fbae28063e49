"""Read dates as feeds write them: RFC 822 and ISO 8601 in all their spellings, and others."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone

# feedparser's date parsers are private, but it has no public way to use just these: its own reading
# also guesses at incomplete dates, and completes them with today's.
from feedparser.datetimes.asctime import _parse_date_asctime
from feedparser.datetimes.greek import _parse_date_greek
from feedparser.datetimes.hungarian import _parse_date_hungarian
from feedparser.datetimes.korean import _parse_date_nate, _parse_date_onblog
from feedparser.datetimes.perforce import _parse_date_perforce
from feedparser.datetimes.rfc822 import _parse_date_rfc822
from feedparser.datetimes.w3dtf import _parse_date_w3dtf

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years of the web, and some of its future: other dates are zeros, jokes or mistakes."""

_HANDLERS = (
    _parse_date_w3dtf,
    _parse_date_rfc822,
    _parse_date_asctime,
    _parse_date_perforce,
    _parse_date_hungarian,
    _parse_date_greek,
    _parse_date_nate,
    _parse_date_onblog,
)

_SLIPS = (ValueError, KeyError, OverflowError, AttributeError, IndexError, TypeError)
"""What those raise for a text that is not one of their dates."""

_ZONES = {
    "UTC": "+0000",
    "GMT": "+0000",
    "ET": "-0500",
    "EST": "-0500",
    "EDT": "-0400",
    "CT": "-0600",
    "CST": "-0600",
    "CDT": "-0500",
    "MT": "-0700",
    "MST": "-0700",
    "MDT": "-0600",
    "PT": "-0800",
    "PST": "-0800",
    "PDT": "-0700",
    "WET": "+0000",
    "WEST": "+0100",
    "BST": "+0100",
    "CET": "+0100",
    "MEZ": "+0100",
    "CEST": "+0200",
    "MESZ": "+0200",
    "EET": "+0200",
    "SAST": "+0200",
    "EEST": "+0300",
    "MSK": "+0300",
    "TRT": "+0300",
    "PKT": "+0500",
    "IST": "+0530",
    "WIB": "+0700",
    "ICT": "+0700",
    "HKT": "+0800",
    "SGT": "+0800",
    "PHT": "+0800",
    "JST": "+0900",
    "KST": "+0900",
    "AEST": "+1000",
    "AEDT": "+1100",
    "NZST": "+1200",
    "NZDT": "+1300",
}
"""Zones and their offsets: feedparser knows only American ones, and those only in RFC 822's dates.
One with two meanings has that of more news: BST is Britain's, IST India's."""

_ZONE = re.compile(rf"\(?\b({'|'.join(_ZONES)})\b(?![+-])\)?")
_OFFSET = re.compile(r"(?:\b(?:UTC|GMT)|(?<=\d\s))([+-])(\d{1,2}?):?(\d\d)?(?=$|\s*\()")
"""An offset as people write it, `UTC+2` or `+530`, which feedparser drops or misreads."""

_ZONED = re.compile(r":\d\d(?:[.,]\d+)?\s*([+-])(0\d|1[0-4]):?([0-5]\d)?(?!\d)")
"""A time of day, and the offset of its zone."""

_BARE_OFFSET = re.compile(r"(:\d\d(?:[.,]\d+)?)\s*([+-]\d\d)(\d\d)(?!\d)")
"""An offset without a colon, of which feedparser drops the minutes behind a date of ISO 8601."""

_HALF = re.compile(r"(?<!\d)(\d{1,2})(:\d\d(?::\d\d)?)\s*([AP])\.?M\b\.?", re.IGNORECASE)
"""A time on a twelve-hour clock, whose AM or PM feedparser drops."""

_DAY_FIRST = re.compile(r"(?<![\d.])(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})(?!\d),?")
_YEAR_FIRST = re.compile(
    r"(?<![\d./])(?P<year>\d{4})([./])(?P<month>\d\d?)\2(?P<day>\d\d?)(?!\d),?"
)
"""Dates whose order is clear from their dots or their year. That of `01/02/2026` is not."""

_MONTH_FIRST = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:r?uary|ch|il|e|y|ust|t|(?:t?em|o)ber)?\.?\s+(?P<day>\d\d?),?\s+(?P<year>\d{4})(?:,|\s-|\s+at)?(?=\s|$)",
    re.IGNORECASE,
)
"""A date as Americans write it: `March 1, 2026, 10:00 am`, `Sunday, March 1, 2026 - 10:00`."""

FIRST = re.compile(r"(?<!\d)1(?:er|[º°])(?=\s)")
"""The first of a month in French, Spanish and Portuguese: `1er mai`, `1º de maio`."""

_MONTH_NAMES = {
    "Jan": "jan jän gen ene",
    "Feb": "feb fév fev",
    "Mar": "mar mär mrz mrt maa",
    "Apr": "apr abr avr",
    "May": "may mai mag mei",
    "Jun": "jun juin giu",
    "Jul": "jul juil lug",
    "Aug": "aug ago aoû aou",
    "Sep": "sep set",
    "Oct": "oct okt ott out",
    "Nov": "nov",
    "Dec": "dec dez dic déc",
}
_MONTHS = {name: month for month, names in _MONTH_NAMES.items() for name in names.split()}
"""How months begin in English, German, French, Spanish, Italian, Portuguese and Dutch."""

_MONTH_BETWEEN = re.compile(
    rf"(?<=\d)(?:-|\.?\s+(?:de\s+)?)({'|'.join(_MONTHS)})[^\W\d_]*"
    r"(?:-|\.?\s+(?:de\s+)?)(\d{4}|(?<=-)\d\d)\b,?",
    re.IGNORECASE,
)
"""A month between day and year: `04 mai 2026`, `4. März 2026`, `4 de mayo de 2026`, `04-May-26`."""

_DOTTED = re.compile(r"(?<=[T\s])\d\d?\.[0-5]\d(?:\.[0-5]\d)?(?=\s|$|[ap]\.?m\b)", re.IGNORECASE)
"""A time of day as Britons and Germans write it: `10.20pm`, `10.20 Uhr`."""

_DAY_ENDS = re.compile(r"(?<![\d:+-])24:00(?=:00|[^\d:]|$)")
_LEAP_SECOND = re.compile(r"(?<=\d:\d\d:)60(?!\d)")
"""Midnight as 24:00 and the leap second, which are in the standards but not in Python."""

_NOWHERE = re.compile(
    r"(?<=\d)(\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(?:UTC|GMT)?"
    r"[+-](?:(?:1[5-9]|[2-9]\d)(?::?\d\d)?|\d\d:?[6-9]\d)$"
)
"""A time with an offset that no place on earth has."""

_SINCE_1970 = re.compile(r"(1\d{9})(?:\d{3})?(?:\.\d+)?")
"""Seconds or milliseconds, from 2001 to 2033: fewer digits may be any other number."""

_WEEKDAY = re.compile(r"^\s*[^\W\d]{2,12}\.?(?:\s*,\s*(?=\d)|\s+(?=\d\d?\s+[A-Z][a-z]{2}\s))")
_NAMED_ZONE = re.compile(r"(?<=[\dZ])\[[\w/+-]+\]$")
"""The place whose offset stands before it, as Java writes it: `+02:00[Europe/Berlin]`."""

_MAX_LENGTH = 100


def moment(text: str) -> datetime | None:
    """The moment that a text names, in UTC: see `local_moment`."""
    found = local_moment(text)
    return None if found is None else found.astimezone(UTC)


def local_moment(text: str) -> datetime | None:
    """The moment that a text names, in the zone that it names; a time without one is taken as UTC.

    None if it names none, or an unreasonable one. Weekdays are ignored: they are wrong more often
    than the date is. So are offsets that do not exist.
    """
    text = text.strip()
    if not text or len(text) > _MAX_LENGTH:
        return None
    if counted := _SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(counted[1]), UTC)
    text = _NAMED_ZONE.sub("", text)
    text = _MONTH_FIRST.sub(r"\g<day> \g<month> \g<year>", text, count=1)
    text = _MONTH_BETWEEN.sub(_in_english, FIRST.sub("1", text), count=1)
    for order in (_DAY_FIRST, _YEAR_FIRST):
        text = order.sub(_dashed, text)
    text = _DOTTED.sub(lambda time: time[0].replace(".", ":"), text)
    text = _NOWHERE.sub(r"\1", _LEAP_SECOND.sub("59", text))
    text, days = _DAY_ENDS.subn("00:00", text, count=1)
    found = _iso(text) or _spelt(_HALF.sub(_whole_day, _OFFSET.sub(_in_full, text)))
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found + timedelta(days)


def _iso(text: str) -> datetime | None:
    """The moment that ISO 8601 names as Python knows it, week dates and dates without dashes
    included."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _spelt(text: str) -> datetime | None:
    zoned = _BARE_OFFSET.sub(r"\1 \2:\3", _ZONE.sub(lambda zone: _ZONES[zone[1]], text))
    # With its weekday, which some handlers know, then without it, as no handler may know it.
    for spelling in dict.fromkeys((zoned, _WEEKDAY.sub("", zoned))):
        for handler in _HANDLERS:
            try:
                parts = handler(spelling)
                if parts:
                    return datetime.fromtimestamp(calendar.timegm(parts), _zone(zoned))
            except _SLIPS:
                continue
    return None


def _zone(text: str) -> timezone:
    """The zone by whose clock a time is written; handlers give only the moment, in UTC."""
    found = _ZONED.search(text)
    if found is None:
        return UTC
    sign, hours, minutes = found.groups(default="0")
    return timezone(int(f"{sign}1") * timedelta(hours=int(hours), minutes=int(minutes)))


def _dashed(date: re.Match[str]) -> str:
    return f"{date['year']}-{date['month']:>02}-{date['day']:>02}"


def _in_english(date: re.Match[str]) -> str:
    # Where case does not matter, a dotless i and a long s match, too; they make no month's name.
    return f" {_MONTHS.get(date[1].lower(), date[1])} {date[2]}"


def _in_full(offset: re.Match[str]) -> str:
    sign, hours, minutes = offset.groups(default="00")
    return f" {sign}{hours:>02}{minutes}"


def _whole_day(time: re.Match[str]) -> str:
    hour, rest, half = time.groups()
    later = 12 if half in "Pp" else 0
    return f"{int(hour) % 12 + later:02}{rest}" if 0 < int(hour) <= 12 else f"{hour}{rest}"
