"""Words of those who would not comment: they are in stories of any kind, and no reason for a
topic."""

from __future__ import annotations

REFUSALS_TO_COMMENT = (
    "request for comment",
    "requests for comment",
    "respond to a request",
    "respond to requests",
    "declined to comment",
    "declined comment",
    "refused to comment",
    "not answer questions",
    "not answered questions",
    "n't answer questions",
    "not respond to questions",
    "n't respond to questions",
    "not reply to questions",
    "n't comment",
    "not comment",
    "reached for comment",
    "nicht äußern",
    "nicht äussern",
    "äußerte sich nicht",
    "äusserte sich nicht",
    "nicht kommentieren",
    "reagierte nicht",
    "souhaité commenter",
    "refusé de commenter",
    "voulu commenter",
    "souhaité réagir",
    "quiso hacer comentarios",
    "quisieron hacer comentarios",
    "quiso comentar",
    "declinó comentar",
    "hecho comentarios",
    "quiso responder",
    "pas répondu",
    "non ha risposto",
    "não respondeu",
    "reageerde niet",
    "antwortete nicht",
    "voluto commentare",
    "rilasciato commenti",
    "quis comentar",
    "não comentou",
    "se manifestou",
    "wilde niet reageren",
    "wil niet reageren",
    "geen commentaar",
    "zuständigen gremien",
    "neither confirm nor deny",
    "refusé à tout commentaire",
    "refusée à tout commentaire",
)


def is_refusal_to_comment(clause: str) -> bool:
    """Whether a clause only says that somebody would not comment."""
    read = clause.lower().replace("\u2019", "'")
    return any(refusal in read for refusal in REFUSALS_TO_COMMENT)
