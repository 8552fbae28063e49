"""What a terminal or a pipe is sent: text is only text, as far as its encoding goes."""

from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from wirewatch.commands import terminal
from wirewatch.commands.terminal import bars, open_streams, out, print_lines

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


def test_a_row_in_a_pipe_is_one_line_with_tabs_only_between_its_cells(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A tab in a rule's query was left out, and two words became one."""
    terminal.print_list([["court\tOR\r\n  judge\x07", "r"], ["", "s"]], "query", "rule")
    assert capsys.readouterr().out == "court OR judge\tr\n\ts\n"


def test_alerts_for_a_file_are_not_shown_beside_the_bars_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "wirewatch.commands.terminal.errors", Console(stderr=True, force_terminal=True)
    )
    file = sys.stdout
    with bars():
        assert sys.stdout is file


def test_output_is_shown_as_far_as_its_encoding_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(written, "latin-1"))
    open_streams()
    out.print("“Über”", highlight=False)
    print_lines([{"id": "“Über”"}])
    assert written.getvalue() == b"?\xdcber?\n" + '{"id":"“Über”"}\n'.encode()


def test_closed_streams_are_empty_and_keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", None)
    open_streams()
    print_lines([{"id": 1}])
    assert sys.stdin.read() == ""
