"""Send messages to services through Apprise: chat rooms, phones, and its own kinds of hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import apprise
from apprise.plugins.mattermost import NotifyMattermost
from apprise.plugins.zulip import NotifyZulip

from alert import mail
from alert.channels import Service
from alert.markup import (
    Block,
    as_markdown,
    as_markdown_of_mattermost,
    as_markdown_of_zulip,
    as_simple_html,
    as_text,
    fit,
    line,
    plain,
    quiet,
    shortened,
)
from alert.message import Message
from alert.outcomes import Cause, Failed, Outcome, Taken
from alert.targets import is_mail

MAX_TITLE = 250
"""The most characters of a title; Apprise would cut a longer one without a sign."""

_FORMATS: dict[apprise.NotifyFormat, Callable[[Iterable[Block]], str]] = {
    apprise.NotifyFormat.HTML: as_simple_html,
    apprise.NotifyFormat.MARKDOWN: as_markdown,
    apprise.NotifyFormat.TEXT: as_text,
}
"""The forms, the best first: HTML escapes everything exactly, while dialects of Markdown differ."""

_DIALECTS: dict[type, Callable[[Iterable[Block]], str]] = {
    NotifyMattermost: as_markdown_of_mattermost,
    NotifyZulip: as_markdown_of_zulip,
}
"""Services that read every text as Markdown, though Apprise offers them only text, and how their
Markdown is written."""

_FOR_PROGRAMS = frozenset({"form", "forms", "json", "jsons", "xml", "xmls"})
"""Apprise's own hooks: they pass on text, unless their URL asks for something else."""

_TITLE_IN_BODY = frozenset({"discord", "guilded"})
"""Services with a title field, but Apprise still puts the title before the body, unescaped."""

_ROOM = 0.9
"""Share of a service's limit that is filled: Apprise's own conversion may lengthen a body."""


def send(message: Message, channel: Service) -> Outcome:
    """Hand a message to a service, in the form that suits it best."""
    asset = apprise.AppriseAsset(app_id="wirewatch", async_mode=False)
    whole = replace(channel, target="").plugin(asset)
    if whole is None:
        return Failed("its URL in rules.toml is no longer an Apprise URL", Cause.CHANNEL)
    if is_mail(whole):
        return mail.send(message, server_of(whole), channel.target)
    plugin = channel.plugin(asset)
    return _through_apprise(message, plugin, asset)


def _through_apprise(message: Message, plugin: Any, asset: apprise.AppriseAsset) -> Outcome:
    form = best_format(plugin)
    if type(plugin) in _DIALECTS:
        plugin.notify_format = form  # else Apprise would take our mark-up out again
    sender = apprise.Apprise(asset=asset)
    sender.add(plugin)
    above, below = title(message, plugin, form), body(message, plugin, form)
    if not below:  # which some services do not take
        above, below = "", above
    result = sender.notify(title=above, body=below, body_format=form)
    if result:
        return Taken()
    reason = " ".join(plain(entry.message) for entry in result.logs())
    return Failed(reason or "the service did not accept it and did not say why", Cause.UNKNOWN)


def title(message: Message, plugin: Any, form: apprise.NotifyFormat) -> str:
    """The title; escaped for the form if it goes before the body, as in services without titles."""
    words = shortened(message.subject, min(MAX_TITLE, plugin.title_maxlen or _body_limit(plugin)))
    if plugin.title_maxlen <= 0 or plugin.schema in _TITLE_IN_BODY:
        return _writer(form, plugin)([line(words)])
    return words if plugin.schema in _FOR_PROGRAMS else quiet(words)


def body(message: Message, plugin: Any, form: apprise.NotifyFormat) -> str:
    """The body in a form, within the room that the service has besides the title; empty if there
    is none, as in a text message."""
    limit = _body_limit(plugin) - len(title(message, plugin, form))
    text = fit(message.body, _writer(form, plugin), limit)
    return text if len(text) <= limit else ""


def _body_limit(plugin: Any) -> int:
    return int(plugin.body_maxlen * _ROOM)


def _writer(form: apprise.NotifyFormat, plugin: Any) -> Callable[[Iterable[Block]], str]:
    write = _FORMATS[form]
    if form is apprise.NotifyFormat.MARKDOWN:
        write = _DIALECTS.get(type(plugin), write)
    return write if plugin.schema in _FOR_PROGRAMS else lambda blocks: quiet(write(blocks))


def best_format(plugin: Any) -> apprise.NotifyFormat:
    """The form that a channel's URL asks for by `?format=`, else the best that it takes."""
    if type(plugin) in _DIALECTS:
        return apprise.NotifyFormat.MARKDOWN  # they read any other as Markdown
    formats = plugin.notify_format
    known = formats if isinstance(formats, tuple) else (formats,)
    requested = plugin.template_args.get("format") and plugin.url_parameters().get("format")
    if requested in known:
        return apprise.NotifyFormat(requested)
    if plugin.schema in _FOR_PROGRAMS:
        return apprise.NotifyFormat.TEXT
    return next((form for form in _FORMATS if form in known), apprise.NotifyFormat.TEXT)


def server_of(plugin: Any) -> mail.Server:
    """The server and addresses that Apprise has read from a `mailto://` URL."""
    name, sender = plugin.from_addr
    people = [(name, sender), *plugin.targets, *((name, who) for who, name in plugin.names.items())]
    return mail.Server(
        host=plugin.smtp_host,
        port=plugin.port,
        security=plugin.secure_mode,
        sender=sender,
        targets=tuple(dict.fromkeys(address for _, address in plugin.targets)),
        cc=tuple(sorted(plugin.cc)),
        bcc=tuple(sorted(plugin.bcc)),
        reply_to=tuple(sorted(plugin.reply_to)),
        names={address: name for name, address in people if isinstance(name, str)},
        user=plugin.user or "",
        password=plugin.password or "",
        verify=plugin.verify_certificate,
        headers=dict(plugin.headers),
    )
