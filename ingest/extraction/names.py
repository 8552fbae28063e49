"""Read people's names from bylines, without "By", roles, places, dates and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.references import unescape
from ingest.extraction.outlet import folded

_TAG = re.compile(r"<[^<>]{0,300}>")
_ADDRESS = re.compile(
    r"\(?\b(?:https?://|www\.)\S+|[\w.+-]+(?:@|\s?\[at\]\s?|\(at\))[\w-]+(?:\.[\w-]+)+\)?"
    r"|(?<!\w)@\w{2,30}"
)
_ORNAMENT = re.compile(
    "[\\u00a1\\u00bf\\u200d\\ufe0e\\ufe0f\\u2190-\\u21ff\\u2600-\\u27bf\\u2b00-\\u2bff"
    "\\U0001f000-\\U0001faff]"
)
"""Arrows, hearts and other pictures beside a name."""

_LEAD = re.compile(
    r"^(?:(?:(?:written|posted|published|reviewed|compiled|contributed|story|words|text|article"
    r"|report(?:ing|ed)?|analysis|opinion|review|interview|submitted|a?utor|verfasst|geschrieben"
    r"|veröffentlicht|gepostet|ein\s\w+|eine\s\w+|posté|publié|écrit|proposé|rédigé|escrito"
    r"|propos\srecueillis|a\scura"
    r"|publicado|scritto|pubblicato|geschreven|skrevet|tekst|av)\s+)?"
    r"(?:by|von|vom|par|por|di|door|av|af|de\sla\spart\sde)\b"
    r"|(?:authors?|autor(?:en|in|es|e)?|auteurs?|autore|words|text|texte|texto|tekst|story|byline"
    r"|quelle|source|protokoll|interview|reporter|penulis|yazar|автор|текст)\s*:"
    r"|about(?:\sthe\sauthor)?|über(?:\sden\sautor|\sdie\sautorin)?|автор)[\s:]*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[|•·►»]|\s[\u2013\u2014-]+\s|\s(?:on|am|at|um|le|el|il)\s+(?=\w*\s*\d)|\bupdated\b"
    r"|\b(?:published|posted|last\smodified|aktualisiert|veröffentlicht)\b"
    r"|\b(?:for|für|pour|para)\s+(?:the\s)?[A-Z]|\bis\s(?:a|an|the)\b|\bist\s\w+"
    r"|\b(?:vor|il\sy\sa|hace)\s\d|\b\d+\s(?:min|hours?|days?|stunden|tage)|\b(?:lesezeit|reading\stime)\b"
    r"|\s(?:aus|from)\s(?=[A-Z])|\s(?:(?:staff|senior|chief|guest|sports|political|news)\s)*(?:writer"
    r"|reporter|editor|correspondent|columnist|contributor|redakteur(?:in)?|reporterin)s?$"
    r"|\b\d{1,2}[.:]\d{2}\b|\b\d{1,2}\.?\s+\w+\s+(?:19|20)\d\d|\w{3,9}\.?\s+\d{1,2},\s+(?:19|20)\d\d"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b(?:19|20)\d\d-\d\d-\d\d).*$",
    re.IGNORECASE | re.DOTALL,
)
_EDGES = " \t()[],:;.\u2013\u2014-|/·•\"'“”„"
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]|\sin\s(?=[A-Z])[^,]*")
_SPLIT = re.compile(
    r"\s*(?:[;\n]|,\s*(?:and|und|et|y|e|en|og|och)\s|\s(?:and|und|et|&|with|mit|avec|sowie)\s|"
    r"\s(?:y|e|en|og|och|и)\s(?=[A-ZÀ-ÞА-Я]))\s*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"\s*[,،、]\s*")
_TITLE = re.compile(
    r"^(?:(?:ph\.?\s?d|m\.?d|m\.?a|m\.?sc|b\.?a|mba|jr|sr|esq|r\.?d|r\.?n|d\.?o|cscs|ii|iii|iv)\.?)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editors?|reporters?|correspondents?|special\sto|(?:staff|senior|freelance|sports?|science|guest)\s"
    r"(?:writers?|authors?)|writers?|contributors?|columnists?|journalists?|photographers?|chief"
    r"|analysts?|professor|director|producers?|bureau|intern|fellow|specialist|critic|blogger"
    r"|manager|founder|president|staff|redakt(?:eur|rice)\w*|korrespondent\w*|autorin|journalistin"
    r"|volontär\w*|chefredak\w*|reporterin|ressort\w*|leiter\w*|praktikant\w*|periodista"
    r"|redactor\w*|rédact(?:eur|rice)\w*|journaliste|correspondante?|giornalista|redattore"
    r"|корреспондент|редактор)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:redak[tc]\w+|redac\w+|rédaction|news\w*|nachrichten\w*|press|presse\w*|agenc\w+|agentur"
    r"|admin\w*|webmaster|team|staff|editor\w*|desk|online|magazine?|media|medien|zeitung|times"
    r"|journal|herald|tribune|gazette|network|wires?|radio|tv|television|verlag|gmbh|inc|ltd|llc"
    r"|corp|foundation|institute?|university|universität|stiftung|verein|company|group|department"
    r"|office|ministry|ministerium|association|council|commission|committee|blog|club|partei"
    r"|dpa|afp|apa|ap|sid|kna|epd|ddp|dapd|reuters|upi|ansa|efe|tass|xinhua|pti|ians|ani|lusa|belga"
    r"|cnn|bbc|abc|nbc|cbs|pr\s?newswire|business\swire|globenewswire|guest|anonymous|unknown|user"
    r"|contributors?|correspondents?|writers?|reporters?|services?)\b"
    r"|^(?:the|die|der|das|le|la|el|il)\s|\w\.(?:com|org|net|de|at|ch|fr|co|uk|info|eu|tv|ru|it)\b",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"\d{3}|^\w{0,3}admin\w*$|^webmaster$|\.(?:txt|html?|php|jpe?g|png)$|\s\d|\d\s|[{}<>=_\\#$%*?!]|^(?:none|null|n/?a|unknown|undefined|false|true|home|more|mehr|here|follow"
    r"|share|subscribe|by|view\s.*|see\s.*|read\s.*|all\s.*|about\s.*|log\s?in|contact.*|posts?"
    r"|comments?|facebook|twitter|google\+?|instagram|linkedin|youtube|e-?mail|rss|author|autor"
    r"|profile?|bio(?:graphy)?|archive|foto:?.*|photo:?.*|image:?.*|bild:?.*|getty.*)$",
    re.IGNORECASE,
)

_NO_PART_OF_A_NAME = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|fri|sat|sun)\.?$"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|januar|februar|märz|mai|juni|juli"
    r"|oktober|dezember|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|updated|posted"
    r"|published|share|comments?|print|contributor|columnist|read|article|follow|rss|feed)\b"
    r"|https?|[:|@/]",
    re.IGNORECASE,
)
_PARTICLE = re.compile(
    r"al|bin|das?|de[lnr]?|della|di|d?os?|du|e[ln]?|ibn|la|las|le|los|st\.|te[nr]|van|vo[mn]|zu[mr]?|y"
)

LONGEST_BYLINE = 1000
"""The most letters of a text that are read; papers with dozens of authors still fit."""

MAX_LEADS = 3
"""The most lead words in a row that are removed, as in "Author: Text: By"."""

MAX_LETTERS = 60
MAX_WORDS = 6
"""A longer text is a sentence."""


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """The names in a byline's texts, in their order, each once."""
    found: dict[str, str] = {}
    for text in texts:
        for name in _names_in(text):
            found.setdefault(folded(name), name)
    return tuple(found.values())


def is_body(name: str) -> bool:
    """Whether a name is an organisation's, an account's or a role's, not a person's."""
    return bool(_BODY.search(name))


def may_stand_in(name: str) -> bool:
    """Whether a name that is not a full one may still be an author: an agency, an account."""
    return is_body(name) or (" " not in name and not _NO_PART_OF_A_NAME.search(name))


def is_full(name: str) -> bool:
    """Whether a name looks like a person's given and family name, not like a label or a date."""
    words = name.split()
    if not 2 <= len(words) <= 5 or _NO_PART_OF_A_NAME.search(name) or is_body(name):
        return False
    return (
        all(word[0].isupper() or _PARTICLE.fullmatch(word) for word in words)
        and words[-1][0].isupper()
    )


def _names_in(text: str) -> list[str]:
    text = _TAG.sub(" ", unescape(unescape(text[:LONGEST_BYLINE])))
    text = _ORNAMENT.sub(" ", _ADDRESS.sub(" ", text))
    text = "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    parts = [_trimmed(part) for part in _SPLIT.split(_without_lead(text))]
    found: list[str] = []
    for part in parts:
        found.extend(name for side in _split_slash(part) for name in _split_commas(side))
    return [name for name in found if _may_be_a_name(name)]


def _without_lead(text: str) -> str:
    for _ in range(MAX_LEADS):
        text = _LEAD.sub("", text) or text
    return text


def _trimmed(part: str) -> str:
    part = _without_lead(part.strip())
    short = _TAIL.sub("", _ASIDE.sub("", part))
    if not short or (" " not in short and is_body(part)):
        short = part  # nothing but a role, or an agency in brackets
    return short.strip(_EDGES) + ("." if re.search(r"\b[A-Z]\.$", short) else "")


def _split_slash(part: str) -> list[str]:
    """A person and an agency, or two people; "dpa/lno" is one agency's service."""
    sides = [side.strip(_EDGES) for side in part.split("/")]
    return sides if len(sides) > 1 and all(sides) and any(" " in side for side in sides) else [part]


def _split_commas(part: str) -> list[str]:
    """Names between commas, without the roles, titles and places that also stand there."""
    pieces = [piece for piece in _COMMA.split(part) if piece and not _TITLE.match(piece)]
    if len(pieces) == 2 and all(" " not in piece for piece in pieces) and not _any_bodies(pieces):
        return [f"{pieces[1]} {pieces[0]}"]  # a catalogue's "Family, Given"
    if len(pieces) > 1:
        full = [piece for piece in pieces if " " in piece and not _ROLE.search(piece)]
        people = [piece for piece in full if not is_body(piece)]
        pieces = people or full or pieces[:1]
    return [_cased(piece) for piece in pieces]


def _any_bodies(pieces: list[str]) -> bool:
    return any(is_body(piece) or piece.islower() for piece in pieces)


def _cased(name: str) -> str:
    words = name.split()
    shouted = len(words) > 1 and name.isupper() and not is_body(name)
    return " ".join(word.title() if shouted and len(word) > 2 else word for word in words)


def _may_be_a_name(name: str) -> bool:
    return (
        1 < len(name) <= MAX_LETTERS
        and len(name.split()) <= MAX_WORDS
        and any(character.isalpha() for character in name)
        and not _NOT_A_NAME.search(name)
    )
