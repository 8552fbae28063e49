"""Read the channels that messages go to, from `[channels]` in `rules.toml`.

[channels]
desk = "mailto://user:password@example.org?to=desk@example.org"   # any Apprise URL
room = "$ROOM_URL"                                                 # from the environment

[channels.archive]
webhook = "https://example.org/wirewatch"
secret = "$ARCHIVE_SECRET"       # signs what is sent: from echo whsec_$(openssl rand -base64 32)
timeout = 10                     # seconds for each answer
"""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from alert.checks import Mistake, RulesError, check_names, reading

# Apprise is imported where it is used: it takes longer to load than most commands to run.

TERMINAL = "terminal"
"""The channel that prints where wirewatch runs, or into the log of the Airflow task."""

MAX_NAME = 80
"""The most characters of a channel's name; the ledger's column holds no more."""

MIN_SECRET = 16
"""The fewest bytes of a secret: one that can be guessed signs nothing."""

WEBHOOK_TIMEOUT = 10.0
LONGEST_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Terminal:
    """The channel that prints."""

    name: str = TERMINAL


@dataclass(frozen=True, slots=True)
class Service:
    """A channel that Apprise or our own e-mail reaches. Its URL holds passwords.

    With a `target`, it reaches only that one of the recipients in its URL (`alert.targets`).
    """

    name: str
    url: str = field(repr=False)
    target: str = field(default="", repr=False)

    def plugin(self, asset: Any = None) -> Any:
        """Apprise's object for it; None if Apprise does not know the URL."""
        import apprise

        if not self.target:
            return apprise.Apprise.instantiate(self.url, asset=asset)
        only = self.read() | {"targets": [self.target]}
        return apprise.Apprise.instantiate(only, asset=asset)

    def read(self) -> dict[str, Any]:
        """The URL's parts as Apprise reads them; empty if Apprise does not know the URL."""
        from apprise.plugins import url_to_dict

        read = url_to_dict(self.url)  # type: ignore[no-untyped-call]  # Apprise leaves it so
        return dict(read or {})

    @property
    def shown(self) -> str:
        """The URL without its secrets, for people to see."""
        return str(self.plugin().url(privacy=True)).partition("?")[0]


@dataclass(frozen=True, slots=True)
class Webhook:
    """A channel that gets JSON by POST, signed with `secret` if there is one.

    Its address may be a private one: unlike a page's, it comes from the person who runs wirewatch.
    """

    name: str
    url: str = field(repr=False)
    secret: bytes = field(default=b"", repr=False)
    timeout: float = WEBHOOK_TIMEOUT

    @property
    def shown(self) -> str:
        """The address without what may be secret in it: many hooks have a key in their path."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}/…"


Channel: TypeAlias = Terminal | Service | Webhook


def read_channels(table: object, source: str) -> tuple[dict[str, Channel], list[Mistake]]:
    """The channels by name, from the `[channels]` of the file named `source`, and the mistakes of
    those that cannot be used.

    Raises:
        RulesError: it is no table.
    """
    if not isinstance(table, dict):
        raise RulesError(f'{source}: [channels] holds lines such as desk = "mailto://..."')
    channels: dict[str, Channel] = {}
    mistakes: list[Mistake] = []
    for written, value in table.items():
        name, place = "", f"{source}, channel {written!r}"
        try:
            _check_name(written, place)
            name = written
            # Of a hundred services, one may raise what it likes.
            channels[name] = reading(place, partial(_channel, name, value, place))
        except RulesError as error:
            mistakes.append(Mistake("channel", name, error))
    return channels, mistakes


def _check_name(name: str, place: str) -> None:
    if name == TERMINAL:
        raise RulesError(f"{place}: this name is reserved for the channel that prints")
    if not name.strip() or not name.isprintable() or len(name) > MAX_NAME:
        raise RulesError(f"{place}: a name has 1 to {MAX_NAME} printable characters")


def _channel(name: str, value: object, place: str) -> Channel:
    if isinstance(value, dict):
        return _webhook(name, value, place)
    url = _resolved(value, place)
    import apprise

    # Apprise tells whether it knows the scheme and whether the URL is complete. If it cannot read
    # one of several recipients, it only warns, and would send to the others.
    capture = apprise.LogCapture(  # type: ignore[no-untyped-call]  # apprise has no types
        level=logging.WARNING, fmt="%(message)s"
    )
    with capture as warnings:
        if not isinstance(url, str) or apprise.Apprise.instantiate(url) is None:
            raise RulesError(
                f"{place} is not an Apprise URL; see https://github.com/caronc/apprise/wiki "
                "for how to write one"
            )
        dropped = [one for one in warnings.getvalue().splitlines() if "Dropped invalid" in one]
    if dropped:
        raise RulesError(f"{place}: a recipient cannot be read: {'; '.join(dropped)}")
    return Service(name, url)


def _webhook(name: str, table: Mapping[str, Any], place: str) -> Webhook:
    if "url" in table:
        raise RulesError(
            f"{place}: only a webhook is a table; write an Apprise URL as text: "
            f'{name} = "mailto://..."'
        )
    check_names(table, ("webhook", "secret", "timeout"), place)
    url = _resolved(table.get("webhook"), place)
    if not isinstance(url, str) or not _is_web(url):
        raise RulesError(
            f'{place} has no address; write one, such as webhook = "https://example.org"'
        )
    timeout = table.get("timeout", WEBHOOK_TIMEOUT)
    is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if not is_number or not 0 < timeout <= LONGEST_TIMEOUT:
        raise RulesError(f"{place}: timeout is a number of seconds up to {LONGEST_TIMEOUT:.0f}")
    return Webhook(name, url, _secret(table.get("secret", ""), place), float(timeout))


def _secret(value: object, place: str) -> bytes:
    """The signing key: the bytes after `whsec_` in base64, as Standard Webhooks spells it, or the
    bytes of any other text."""
    text = _resolved(value, place)
    if not isinstance(text, str):
        raise RulesError(f"{place}: secret must be text")
    key = text.encode()
    if text.startswith("whsec_"):
        try:
            key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise RulesError(f"{place}: the part of secret after whsec_ is not base64") from None
    if text and len(key) < MIN_SECRET:
        raise RulesError(
            f"{place}: secret is shorter than {MIN_SECRET} bytes; make a good one "
            "with `echo whsec_$(openssl rand -base64 32)`"
        )
    return key


def _resolved(value: object, place: str) -> object:
    """The value or, if it is `$NAME`, the environment variable of that name."""
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    name = value.removeprefix("$")
    if not os.environ.get(name):
        raise RulesError(
            f"{place}: the environment variable {name} is not set where wirewatch runs"
        )
    return os.environ[name]


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
