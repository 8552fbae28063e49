"""Send webhooks: JSON by POST, signed as Standard Webhooks specifies.

The three headers and the signature are those of https://www.standardwebhooks.com (specification
1.0.0), so that its libraries verify them; as signing takes four lines, we do it here. The id is the
message's key and the timestamp that of the try, as the specification requires: a receiver knows
repeats by the id, and replays by the timestamp.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
from datetime import datetime
from functools import cache
from typing import Any

import httpx
from pydantic import TypeAdapter

from alert.channels import Webhook
from alert.message import Event, Message, event
from alert.outcomes import Cause, Failed, Outcome, Taken
from core.clock import requested_wait

USER_AGENT = "wirewatch"

_MAY_BE_THE_MESSAGE = frozenset({400, 413, 422})
"""Answers that a receiver gives if it cannot read a message, but also if it is set up wrongly."""

_BUSY = frozenset({429, 503})


def send(message: Message, channel: Webhook, now: datetime) -> Outcome:
    """Post a message to a webhook.

    Redirects are not followed: a body that is signed for one receiver is not for another.
    """
    body = payload(message)
    try:
        # The body of an answer is of no use to us: it is not read, however long.
        with httpx.stream(
            "POST",
            channel.url,
            content=body,
            headers=headers(message.key, body, channel.secret, now),
            timeout=channel.timeout,
            follow_redirects=False,
            verify=_trusted(),
        ) as answer:
            return judge(answer.status_code, answer.headers.get("retry-after"), now)
    except httpx.TimeoutException:
        return Failed(f"no answer within {channel.timeout:g} seconds", Cause.CHANNEL)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
        # It was reached: it may have died of this message, which others in front answer by 502.
        return Failed(f"gave no answer: {error or type(error).__name__}", Cause.UNKNOWN)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Failed(f"could not be reached: {error or type(error).__name__}", Cause.CHANNEL)


@cache
def _trusted() -> ssl.SSLContext:
    """The trusted authorities, read once: reading takes twenty times as long as a post."""
    return httpx.create_ssl_context()


def payload(message: Message) -> bytes:
    """The body: the same bytes for each repeat of a message."""
    return event(message).model_dump_json().encode()


def headers(key: str, body: bytes, secret: bytes, now: datetime) -> dict[str, str]:
    """The headers of a request. Without a secret there is no signature."""
    timestamp = str(int(now.timestamp()))
    said = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": key,
        "webhook-timestamp": timestamp,
    }
    if secret:
        said["webhook-signature"] = signature(key, timestamp, body, secret)
    return said


def signature(key: str, timestamp: str, body: bytes, secret: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `key.timestamp.body`, in base64."""
    digest = hmac.new(secret, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def judge(status: int, retry_after: str | None, now: datetime) -> Outcome:
    """What an answer means for the message and for the channel."""
    if 200 <= status < 300:
        return Taken()
    reason = f"answered {status}"
    if status == 410:
        return Failed(f"{reason}: the receiver says it is gone for good", Cause.GONE)
    if 300 <= status < 400:
        return Failed(
            f"{reason}: redirects are not followed; put the new address in rules.toml",
            Cause.CHANNEL,
        )
    if status in _BUSY:
        return Failed(reason, Cause.CHANNEL, requested_wait(retry_after or "", now))
    if status in _MAY_BE_THE_MESSAGE or status >= 500:
        return Failed(reason, Cause.UNKNOWN)
    return Failed(reason, Cause.CHANNEL)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what a webhook gets; docs/webhook.schema.json holds it."""
    described = TypeAdapter[Event](Event).json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What a wirewatch webhook gets",
    } | described
