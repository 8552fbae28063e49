"""The command `wirewatch`, and `python -m wirewatch`."""

import sys


def main() -> None:
    """Load the command line, and run it. An interrupt ends it without a traceback while it still
    loads, too, which takes a second or more."""
    try:
        from wirewatch.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
