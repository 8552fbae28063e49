"""A newsroom's rules file: read again when it changes, and changed as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alert.checks import Mistake, RulesError
from alert.rules import Rules, load_rules
from core.files import Version, edit_file, version_of


class Rulebook:
    """`rules.toml` of a home folder. Threads may share one; processes may change the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[Version | None, Rules] | None = None

    def rules(self) -> Rules:
        """The rules that can be used, and the mistakes of the others; read again if the file has
        changed.

        Raises:
            RulesError: the file cannot be used at all.
        """
        version, read = version_of(self.path), self._read
        if read is None or read[0] != version:
            read = self._read = version, load_rules(self.path)
        return read[1]

    def rules_if_any(self) -> Rules:
        """The same; none, and why, if the file cannot be used at all."""
        try:
            return self.rules()
        except RulesError as wrong:
            return Rules((), {}, mistakes=(Mistake("file", "", wrong),))

    def change(self, edit: Callable[[str], str]) -> bool:
        """Replace the file's text by what `edit` makes of it; `alert.editing` checks the result.

        Returns whether that is another text.

        Raises:
            RulesError: the file cannot be read or written, or `edit` finds a mistake.
        """
        try:
            return edit_file(
                self.path, lambda content: edit(content.decode("utf-8-sig")).encode("utf-8")
            )
        except UnicodeDecodeError as error:
            raise RulesError(f"{self.path} is not UTF-8 text: {error}") from error
        except OSError as error:
            raise RulesError(f"{self.path} cannot be changed: {error.strerror}") from error
