"""What a terminal is sent: text from outside is only text."""

from __future__ import annotations

import pytest
from rich.table import Table
from rich.text import Text

from wirewatch.commands import terminal

HOSTILE = "a\x1b]0;title\x07b\x1b[31mc\x9b2J\x7f[/x]:cat:"
SHOWN = "a]0;titleb[31mc2J[/x]:cat:"


def table_with(rows: list[list[str]]) -> Table:
    table = Table("told")
    for row in rows:
        table.add_row(*row)
    return table


@pytest.mark.parametrize("is_terminal", [False, True])
def test_control_characters_reach_no_terminal(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    console = terminal.SafeConsole()
    console._force_terminal = is_terminal
    monkeypatch.setattr(terminal, "out", console)
    console.print(HOSTILE, highlight=False)
    console.print(Text(f"{HOSTILE}\nnext line"))
    terminal.print_rows([[HOSTILE]], lambda rows: table_with([list(row) for row in rows]))
    shown = capsys.readouterr().out
    assert shown.count(SHOWN) == 3
    assert "\nnext line\n" in shown
    assert "title\x07" not in shown
    assert "\x1b]" not in shown
    assert "\x9b" not in shown
