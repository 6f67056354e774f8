"""The program's front door: `mcdesk` and `python -m mcdesk`.

Must not: do anything itself (`commands` does).
"""

import io
import sys

from mcdesk.commands.line import mcdesk


def main() -> None:
    """Run what the command line asks for."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # None where a packaged program has no terminal
        if isinstance(stream, io.TextIOWrapper):
            # into pipes Windows writes an alphabet without arrows or Spanish; scripts everywhere expect UTF-8
            stream.reconfigure(encoding="utf-8" if sys.platform == "win32" else None, errors="replace")
    mcdesk(prog_name="mcdesk")


if __name__ == "__main__":
    main()
