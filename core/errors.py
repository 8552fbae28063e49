"""The root of the errors that a person can do something about."""


class WirewatchError(Exception):
    """Something expected went wrong: the text says what, where, and what to do next.

    The terminal prints it without a traceback. Any other exception is a fault of ours.
    """
