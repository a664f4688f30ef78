"""What a person does beside the nightly runs.

python -m drawing_etl golden             read the golden set with this reader, compare it with the accepted baseline
python -m drawing_etl promote            accept this reader's figures as the baseline; a significant drop is refused
python -m drawing_etl promote --accept-drop REASON
                                         accept them although they dropped; the reason is kept
python -m drawing_etl prune [--days N] [--dry-run]
                                         remove old Data Docs, and work folders that nobody needs any more
"""

import signal
import sys
from collections.abc import Sequence

GOLDEN = ("golden", "promote")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in GOLDEN:
        from drawing_etl.golden import command  # numpy and the database: not for a help text

        return command.main(arguments)
    if arguments and arguments[0] == "prune":
        from drawing_etl import retention

        return retention.main(arguments[1:])
    asked = bool(arguments) and arguments[0] in ("-h", "--help")
    print(__doc__, file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
