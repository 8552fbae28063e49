"""The base class of errors that a person can do something about."""


class WirewatchError(Exception):
    """An expected problem: the text says what is wrong, where, and what to do next.

    The terminal prints it without a traceback. Any other exception is a bug.
    """
