"""The command `wirewatch`, and `python -m wirewatch`."""

import sys


def main() -> None:
    """Load the command line, which takes a second or more, and run it. An interrupt ends it without
    a traceback also before a command has begun."""
    try:
        from wirewatch.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
